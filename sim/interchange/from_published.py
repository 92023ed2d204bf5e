"""Requests and slots of a published timetable, for whoever has no other lists of them."""

from __future__ import annotations

import datetime as dt
from typing import Final

from sim.files.cells import decimals, wholes
from sim.files.grids import Chosen, Source
from sim.files.moments import moments
from sim.files.sheets import ListError, Sheet, Unknown, read_sheet
from sim.files.text import plain_cell, same
from sim.files.timetables import COLUMNS
from sim.interchange.published_csv import take_called_off
from sim.interchange.slots_csv import MOST_TABLES, refuse_mixed
from sim.interchange.timetable_csv import written

__all__ = ["requests_from", "slots_from"]

_ASKED: Final = ("id", "who", "whom", "with", "weight")


def requests_from(source: Source, *, ignore_unknown: bool = False) -> Chosen:
    """Its rows as requests: who, whom, with, weight and id; all else that a request can say is left out.

    Raises:
        ListError: the file is no published timetable, or a weight is no number.
    """
    sheet = _sheet(source, ignore_unknown=ignore_unknown)
    if "weight" in sheet:
        decimals(sheet, "weight")
    _raise(sheet)
    head = [name for name in _ASKED if name in sheet]
    rows = zip(*(map(plain_cell, sheet.cells(name)) for name in head), strict=True)
    return Chosen(written([head, *rows], sheet.style), "requests", shown=sheet.shown)


def slots_from(source: Source, *, tables: bool = True, ignore_unknown: bool = False) -> Chosen:
    """The slots in which it has meetings, each as long as the shortest of these.

    `tables`: in each slot as many as the meetings of any slot, or its highest table; else nothing is said.

    Raises:
        ListError: the file is no published timetable, or does not say when a slot starts and ends.
    """
    sheet = _sheet(source, ignore_unknown=ignore_unknown)
    numbers = wholes(sheet, "table", 1, MOST_TABLES) if sheet.good else []
    over = moments(sheet.cells("end"), lambda at, message: None)  # of one that is none, the slots will say it
    refuse_mixed(sheet, "end", over)
    ends: dict[str, tuple[str, str]] = {}
    soonest: dict[str, dt.datetime] = {}
    count: dict[str, int] = {}
    columns = (map(same, sheet.cells(name)) for name in ("slot", "start", "end"))
    for row, (slot, start, end) in enumerate(zip(*columns, strict=True)):
        if not slot:
            continue
        for column, cell in (("start", start), ("end", end)):
            if not cell:
                sheet.wrong(row, column, "is empty: when are the slots? Say --slots-file")
        count[slot] = count.get(slot, 0) + 1
        known, then = ends.setdefault(slot, (start, end)), over[row]
        if then is not None and not sheet.faults and then < soonest.setdefault(slot, then):
            soonest[slot], ends[slot] = then, (known[0], end)
    _raise(sheet)
    most = max((*count.values(), *(each or 0 for each in numbers)), default=0)
    more = [str(most)] if tables else []
    rows = [[*map(plain_cell, (slot, *times)), *more] for slot, times in ends.items()]
    head = ["slot", "start", "end", *(["tables"] if tables else [])]
    return Chosen(written([head, *rows], sheet.style), "slots", shown=f"the slots of {sheet.shown}")


def _sheet(source: Source, *, ignore_unknown: bool) -> Sheet:
    unknown: Unknown = "ignored" if ignore_unknown else "refused"
    chosen = source if isinstance(source, Chosen) else Chosen(source, "timetable")
    sheet = read_sheet(chosen, COLUMNS, ("who", "whom", "slot"), unknown=unknown)
    if sheet.good:
        take_called_off(sheet)
    return sheet


def _raise(sheet: Sheet) -> None:
    wrong = sheet.problems()
    if wrong:
        raise ListError(wrong, unknown=sheet.unknown)
