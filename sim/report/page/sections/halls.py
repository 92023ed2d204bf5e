"""Halls: when and where they are fullest, how much room there is, who waits at their doors."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any, Final

from sim.report.isolating import isolated
from sim.report.page.parts import Cell, Column, Heat, Part, Section, Table, fixed, measured, named
from sim.report.page.sections.day import moment_named
from sim.report.plots.hours import day_named
from sim.statistics.tables.occupancy import WHOLE_FLOOR
from sim.statistics.text import beside, of_estimate

if TYPE_CHECKING:
    import pandas as pd

    from sim.report.source import OfResults
    from sim.studies.resultset import ResultSet

__all__ = ["halls"]

_COLUMNS: Final = (
    Column("Hall", numeric=False),
    Column("Most people at once", said="in the replication that is drawn"),
    Column("When (from)", numeric=False),
    Column("Over all replications", said="the most at once, with the 95 % interval"),
    Column("m² a person", said="of the whole hall, booths and rooms included, at its fullest"),
    Column("Let in at most"),
    Column("Filled"),
)


def halls(results: ResultSet, source: OfResults) -> Section | None:
    """Each hall at its fullest, and by hour; None if the scenario has none."""
    every = source.table("occupancy")
    some = every[every["hall"] != WHOLE_FLOOR]
    if not len(some):
        return None
    at = some.loc[some.groupby("hall", observed=True)["peak"].idxmax()]
    at = at.sort_values("peak", ascending=False, kind="stable")  # the fullest first
    fullest = at.iloc[0]
    peaks = dict(zip(at["hall"].astype(str), at["peak"].astype(int), strict=True))
    room = {name: _room(results, name, peak) for name, peak in peaks.items()}
    lead = (
        f"Most people are in {isolated(str(fullest['hall']))} on {moment_named(fullest['start'])}: "
        f"{fullest['peak']:,} at once (replication {source.replication})."
    )
    if len(tight := {name: each for name, each in room.items() if isfinite(each)}) > 1:
        least = min(tight, key=tight.__getitem__)
        lead += f" Least room is in {isolated(least)}: {tight[least]:,.3g} m² of the hall a person then."
    rows = [_row(results, each, room[str(each["hall"])]) for _, each in at.iterrows()]
    parts: list[Part] = [
        Table("Halls at their fullest", _COLUMNS, rows, stacked=True),
        _by_hour(some, list(peaks)),
    ]
    lead += _doors(results)
    return Section("halls", "When and where it is fullest", lead, parts, short="Fullest halls")


def _row(results: ResultSet, at: pd.Series[Any], room: float) -> list[Cell]:
    """A hall at its fullest."""
    import pandas as pd

    name, kpi = str(at["hall"]), f"halls.peak_people.{at['hall']}"
    over = Cell(_told(results, kpi), results.estimate(kpi).mean) if results.has(kpi) else Cell("–")
    limited = pd.notna(at["limit"])
    share = float(at["peak"]) / float(at["limit"]) if limited and at["limit"] else float("nan")
    filled = Cell(f"{100 * share:.0f} %", share, "bad" if share >= 1 else "", min(share, 1.0))
    return [
        named(name),
        measured(at["peak"]),
        named(moment_named(at["start"])),
        over,
        fixed(room, 1),
        measured(at["limit"]) if limited else Cell("no limit"),
        filled if isfinite(share) else Cell("–"),
    ]


def _told(results: ResultSet, kpi: str) -> str:
    """Mean and interval of a number of people."""
    mean, spread = of_estimate(results.estimate(kpi), "people")
    return f"{mean} {beside(spread)}".strip()


def _room(results: ResultSet, name: str, people: int) -> float:
    """Square metres of a hall for each of so many people; nan if nobody is in it."""
    hall = results.scenario.data.venue.halls[name]
    return hall.width_m * hall.depth_m / people if people else float("nan")


def _doors(results: ResultSet) -> str:
    """Who waits at the doors of full halls, over all replications."""
    names = ("halls.waited", "halls.gave_up")
    if not any(each.max_people for each in results.scenario.data.venue.halls.values()):
        return " No hall has a limit at which people wait at its door."
    if not all(map(results.has, names)):
        return ""
    if not results.estimate(names[0]).mean:
        return " Nobody waits at the door of a full hall."
    waited, gave_up = (_told(results, name) for name in names)
    return f" At doors of full halls {waited} visits wait; {gave_up} give up."


def _by_hour(some: pd.DataFrame, names: list[str]) -> Heat:
    """The most people at once, by hall and day, and hour."""
    most = max(int(some["peak"].max()), 1)
    hour = some["start"].dt.hour
    peaks = some.assign(hour=hour).groupby(["hall", "day", "hour"], observed=True)["peak"].max()
    hours = sorted(set(hour.tolist()))
    days = some.groupby("day")["start"].first()
    rows, cells = [], []
    for name in names:
        for day, start in days.items():
            rows.append(name if len(days) == 1 else f"{name}, {day_named(start.to_datetime64())}")
            numbers = [int(peaks.get((name, day, each), 0)) for each in hours]
            cells.append([(f"{n:,}" if n else "", n / most, float(n)) for n in numbers])
    return Heat(
        caption="Most people at once in each hall, by hour",
        said="the more, the darker; hours by their beginning",
        rows=rows,
        columns=[f"{each:02d}" for each in hours],
        cells=cells,
        rows_are="hall",
        columns_are="hour from",
    )
