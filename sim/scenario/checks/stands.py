"""Stands of an exhibitors file: their numbers, and their positions on the plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from sim.scenario.exhibiting import area_of, stand_of
from sim.scenario.schema.data import Hall, ScenarioData
from sim.scenario.schema.rows import ExhibitorRow

__all__ = ["stand_findings"]

_SLACK_M = 0.05  # positions on plans are rounded
_SLACK_AREA = 0.02  # and so are areas


def stand_findings(data: ScenarioData, rows: tuple[ExhibitorRow, ...]) -> Iterator[tuple[int, str, str]]:
    """What is wrong with the stands: row, column, and what."""
    placed: dict[str, list[tuple[tuple[float, float, float, float], int]]] = defaultdict(list)
    numbers: dict[tuple[str | None, str], int] = {}
    for i, row in enumerate(rows):
        if row.stand is not None:
            first = numbers.setdefault((row.hall, row.stand), i)
            if first != i:
                message = f"found {row.stand!r} again; it is the stand of {rows[first].name!r} already"
                yield i, "stand", message
        if row.width_m is not None and row.depth_m is not None and row.area_m2 is not None:
            plot = row.width_m * row.depth_m
            if row.area_m2 > plot * (1 + _SLACK_AREA):
                message = f"found {row.area_m2:g}; width_m times depth_m is {plot:g} m²"
                yield i, "area_m2", message
                continue
        wrong = _halved(row)
        if wrong is not None:
            yield (i, *wrong)
            continue
        stand = stand_of(row, area_of(row) or 1.0)  # a point still to be drawn around stands for itself
        if stand is None or row.hall not in data.venue.halls:
            continue
        hall = data.venue.halls[row.hall]
        if fault := _outside(stand, hall, row.hall, row):
            yield (i, *fault)
        elif area_of(row) is not None:
            placed[row.hall].append((stand, i))
    for stands in placed.values():
        yield from _overlaps(stands, rows)


def _halved(row: ExhibitorRow) -> tuple[str, str] | None:
    """A position of which one half is missing: its column, and what."""
    for one, other in (("x_m", "y_m"), ("y_m", "x_m")):
        if getattr(row, one) is None and getattr(row, other) is not None:
            return one, f"missing; a position needs {other} and {one}"
    if row.x_m is not None and row.hall is None:
        return "hall", "missing; a position needs the hall it is in"
    return None


def _outside(
    stand: tuple[float, float, float, float], hall: Hall, name: str, row: ExhibitorRow
) -> tuple[str, str] | None:
    """What is wrong with a stand that is not in its hall: the column, and what."""
    west, south, east, north = stand
    for column, low, high, begin, length in (
        ("x_m", west, east, hall.x_m, hall.width_m),
        ("y_m", south, north, hall.y_m, hall.depth_m),
    ):
        end = begin + length
        if low < begin - _SLACK_M or high > end + _SLACK_M:
            found = getattr(row, column)
            meant = ""
            if begin and low >= -_SLACK_M and high <= length + _SLACK_M:
                meant = f"; did you mean {found + begin:g}, measured as the hall's own edge is?"
            message = (
                f"found {found:g}; the stand reaches from {low:g} to {high:g} m, "
                f"the hall '{name}' from {begin:g} to {end:g}{meant}"
            )
            return column, message
    return None


def _overlaps(
    stands: list[tuple[tuple[float, float, float, float], int]], rows: tuple[ExhibitorRow, ...]
) -> Iterator[tuple[int, str, str]]:
    """Stands on others of the same hall, each told once."""
    running: list[tuple[tuple[float, float, float, float], int]] = []
    for stand, i in sorted(stands):
        west, south, _, north = stand
        running = [each for each in running if each[0][2] > west + _SLACK_M]
        for (_, low, _, high), other in running:
            if min(north, high) - max(south, low) > _SLACK_M:
                yield i, "x_m", f"stands on the stand of {rows[other].name!r}"
                break
        else:
            running.append((stand, i))
