"""Places: how many meetings each has room for at once, and how long it takes to walk between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from sim.files.cells import names, near_names, wholes
from sim.files.grids import Source
from sim.files.sheets import Sheet, Unknown, found, read_sheet, shown_name
from sim.files.text import same
from sim.interchange.slots_csv import MOST_TABLES
from sim.matchmaking import NO_LIMIT, Problem

__all__ = ["COLUMNS", "Places", "known_places", "placed", "read_places"]

COLUMNS: Final = {
    "place": "the name of a place",
    "room": "the meetings that it has room for at once (left out: any number)",
    "to": "another place",
    "minutes": "how long it takes to walk there",
}
_MINUTE: Final = 60_000  # ms


@dataclass(frozen=True, slots=True)
class Places:
    """Places with the meetings each has room for, None for any, and the minutes of ways that are told."""

    room: Mapping[str, int | None]
    minutes: Mapping[tuple[str, str], int]

    def walk(self, one: str, other: str, usual: int) -> int:
        """The minutes from one place to another: those back where only these are told, or the usual ones."""
        if one == other:
            return 0
        return self.minutes.get((one, other), self.minutes.get((other, one), usual))


def read_places(source: Source, unknown: Unknown) -> tuple[Places | None, Sheet]:
    """The places of a file, each in a row or several; None if something is wrong with it."""
    sheet = read_sheet(source, COLUMNS, ("place",), unknown=unknown)
    if not sheet.good:
        return None, sheet
    own, rooms = names(sheet, "place"), wholes(sheet, "room", 0, MOST_TABLES)
    ends, minutes = [same(cell) for cell in sheet.cells("to")], wholes(sheet, "minutes", 0, 1_440)
    known = dict.fromkeys(name for name in own if name)
    strangers = {row: name for row, name in enumerate(ends) if name and name not in known}
    near_names(sheet, "to", strangers, list(known), "no row has it as its place")
    room: dict[str, int | None] = dict.fromkeys(known)
    line: dict[object, int] = {}
    ways: dict[tuple[str, str], int] = {}
    for row, (place, count, end, far) in enumerate(zip(own, rooms, ends, minutes, strict=True)):
        if count is not None:
            if line.setdefault(place, sheet.lines[row]) != sheet.lines[row]:
                sheet.wrong(row, "room", f"{found(str(count))}; line {line[place]} says it already")
            room[place] = count
        if end and end == place:
            sheet.wrong(row, "to", f"{found(end)}, which is the place itself")
        elif bool(end) is not bool(sheet.cells("minutes")[row]):
            sheet.wrong(row, "minutes" if end else "to", "is empty: a way needs both, `to` and `minutes`")
        elif end and far is not None:
            if line.setdefault((place, end), sheet.lines[row]) != sheet.lines[row]:
                sheet.wrong(row, "minutes", f"{found(str(far))}; line {line[place, end]} says it already")
            ways[place, end] = far
    return (None if sheet.problems() else Places(room, ways)), sheet


def known_places(asking: Sheet, places: Places, shown: str) -> None:
    """Say of each request whose place is not in the file of places that it is not."""
    cells = [same(cell) for cell in asking.cells("place")]
    strangers = {row: name for row, name in enumerate(cells) if name and name not in places.room}
    near_names(asking, "place", strangers, list(places.room), f"{shown_name(shown)} has no such place")


def placed(problem: Problem, names: Sequence[str], walk: int, places: Places | None = None) -> Problem:
    """The problem with places by name, empty for anywhere; any two are `walk` minutes apart, if not told."""
    number: dict[str, int] = {}
    place = [number.setdefault(name, len(number)) if name else -1 for name in names]
    told = Places({}, {}) if places is None else places
    apart = [[told.walk(one, other, walk) for other in number] for one in number]
    rooms = [told.room.get(name) for name in number]
    bounded = any(room is not None for room in rooms)
    if not (bounded or any(map(any, apart))):
        return problem
    room = [NO_LIMIT if room is None else room for room in rooms]
    return replace(
        problem,
        place=np.array(place, dtype=np.int64),
        walk=_MINUTE * np.array(apart, dtype=np.int64),
        place_room=np.array(room, dtype=np.int64) if bounded else None,
    )
