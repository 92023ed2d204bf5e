"""Slots: a number of them, or a file with their names, times and tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from sim.files.cells import first_rows, moment, names, wholes
from sim.files.grids import Source
from sim.files.moments import A_MOMENT, moments, on_day_of, read_as, shown_moment, time_alone
from sim.files.sheets import Sheet, Unknown, found, read_sheet, shown_name

__all__ = ["MOST_SLOTS", "MOST_TABLES", "Slots", "named_slots", "read_slots", "refuse_mixed"]

MOST_SLOTS: Final = 2_000
"""Slots of a timetable, and so meetings of which each must end before the next."""
MOST_TABLES: Final = 100_000

COLUMNS: Final = {
    "slot": "the slot's name",
    "start": "when it starts",
    "end": "when it ends",
    "tables": "tables in it",
    "day": "the day it belongs to",
}
_HALF_HOUR: Final = 30 * 60_000  # ms
_DAY: Final = 24 * 60 * 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Slots:
    """Slots in order of time.

    `shown_start` and `shown_end` are the times as they were written if that was as in ISO 8601, else as
    `2024-11-26 10:00`, or `10:00` where no date is said; empty where nobody said them;
    `start` and `end` are ms from the midnight before the first. `day` is the number of each
    slot's day where somebody said it, None where the longest night tells.
    """

    names: tuple[str, ...]
    shown_start: tuple[str, ...]
    shown_end: tuple[str, ...]
    start: tuple[int, ...]
    end: tuple[int, ...]
    tables: tuple[int, ...]
    day: tuple[int, ...] | None = None

    def __len__(self) -> int:
        return len(self.names)

    def begun(self) -> list[dt.datetime | None]:
        """When each slot starts, as far as it was said."""
        return moments(self.shown_start, lambda at, message: None)

    def by_clock(self) -> dict[str, str]:
        """The names of slots by the time at which they start, `10:00`, where only one does."""
        by: dict[str, list[str]] = {}
        for name, start in zip(self.names, self.begun(), strict=True):
            if start is not None:
                by.setdefault(f"{start:%H:%M}", []).append(name)
        return {time: names[0] for time, names in by.items() if len(names) == 1}


def named_slots(names: Sequence[str], tables: Sequence[int]) -> Slots:
    """Slots of one day that follow one another, half an hour each (less if the day is too short)."""
    length = min(_HALF_HOUR, _DAY // max(len(names), 1))
    return Slots(
        names=tuple(names),
        shown_start=("",) * len(names),
        shown_end=("",) * len(names),
        start=tuple(length * t for t in range(len(names))),
        end=tuple(length * (t + 1) for t in range(len(names))),
        tables=tuple(tables),
    )


def read_slots(
    source: Source, tables: int | None, unknown: Unknown, day_ends: int | None = None
) -> tuple[Slots | None, Sheet]:
    """The slots of a file, in order of time; None if something is wrong with it.

    `tables` is the number of tables in slots for which the file says none. `day_ends` (ms after midnight,
    by the clock of the first slot) is when a day ends, if that is neither in the file nor at night.
    """
    sheet = read_sheet(source, COLUMNS, ("slot",), unknown=unknown)
    if not sheet.good:
        return None, sheet
    own = names(sheet, "slot", "a name, such as 1 or Tue 10:00")
    first_rows(sheet, "slot", own)
    if len(own) > MOST_SLOTS:
        sheet.fault(None, "", f"has {len(own):,} slots; allowed: {MOST_SLOTS:,} at most")
    each = _tables(sheet, tables)
    times = _times(sheet)
    if sheet.problems():
        return None, sheet
    if times is None:
        if day_ends is not None:
            sheet.fault(None, "", "has no times of slots: --day-ends would change nothing")
        day = _days(sheet, range(len(own)))
        return (None if sheet.problems() else replace(named_slots(own, each), day=day)), sheet
    order = sorted(range(len(own)), key=lambda row: times[row][0])
    _one_after_another(sheet, own, times, order)
    day = _days(sheet, order)
    if day is not None and day_ends is not None:
        sheet.fault(sheet.header_line, "day", "says the day of every slot; --day-ends would change nothing")
    if sheet.problems():
        return None, sheet
    midnight = dt.datetime.combine(times[order[0]][0].date(), dt.time(), times[order[0]][0].tzinfo)

    def since(when: dt.datetime) -> int:
        return (when - midnight) // dt.timedelta(milliseconds=1)

    if day_ends is not None:
        day = tuple((since(times[row][0]) - day_ends) // _DAY for row in order)
    return Slots(
        names=tuple(own[row] for row in order),
        shown_start=tuple(_shown(sheet.cells("start")[row], times[row][0]) for row in order),
        shown_end=tuple(_shown(sheet.cells("end")[row], times[row][1]) for row in order),
        start=tuple(since(times[row][0]) for row in order),
        end=tuple(since(times[row][1]) for row in order),
        tables=tuple(each[row] for row in order),
        day=day,
    ), sheet


def _days(sheet: Sheet, order: Sequence[int]) -> tuple[int, ...] | None:
    """The day of each slot, in this order, numbered as they come; None if the file does not say."""
    if not any(sheet.cells("day")):
        return None
    own = names(sheet, "day", "a name, such as Tuesday or 2024-11-26")
    number: dict[str, int] = {}
    last = ""
    for row in order:
        if own[row] in number and own[row] != last:
            said = f"{found(own[row])} again, after {shown_name(last)}; the slots of a day follow one another"
            sheet.wrong(row, "day", said)
        number.setdefault(own[row], len(number))
        last = own[row]
    return tuple(number[own[row]] for row in order)


def _shown(cell: str, when: dt.datetime) -> str:
    return cell if moment(cell) == when else shown_moment(when)


def _tables(sheet: Sheet, tables: int | None) -> list[int]:
    if "tables" not in sheet and tables is None:
        sheet.fault(sheet.header_line, "tables", f"missing column: {COLUMNS['tables']}; or say --tables K")
        return []
    each = wholes(sheet, "tables", 0, MOST_TABLES)
    cells = sheet.cells("tables")
    if tables is None:
        for row, cell in enumerate(cells):
            if not cell:
                sheet.wrong(row, "tables", f"{found(cell)}; allowed: a whole number, or say --tables K")
    elif all(cells):
        sheet.fault(
            sheet.header_line, "tables", "says the tables of every slot; --tables K would change nothing"
        )
    return [tables or 0 if number is None else number for number in each]


def _times(sheet: Sheet) -> list[tuple[dt.datetime, dt.datetime]] | None:
    """When each slot starts and ends; None if the file does not say, or something is wrong."""
    written = [name for name in ("start", "end") if any(sheet.cells(name))]
    if not written:
        return None
    starts, ends = _moments(sheet)
    times = []
    for row, (start, end) in enumerate(zip(starts, ends, strict=True)):
        if start is None or end is None:
            continue
        if (start.tzinfo is None) is not (end.tzinfo is None):
            with_, without = ("start", "end") if start.tzinfo else ("end", "start")
            said = f"the {with_} has an offset from UTC, the {without} has none"
            sheet.wrong(row, "end", f"{found(sheet.cells('end')[row])}; {said}")
            continue
        if end <= start:
            sheet.wrong(row, "end", f"{found(sheet.cells('end')[row])}, which is not after the start")
        times.append((start, end))
    return times


def _moments(sheet: Sheet) -> tuple[list[dt.datetime | None], list[dt.datetime | None]]:
    """The starts and the ends; an end that is a time alone is of the start's day."""
    size = len(sheet)
    for column in ("start", "end"):
        if column not in sheet:
            sheet.fault(
                sheet.header_line, column, f"missing column: {COLUMNS[column]}; start and end go together"
            )
    cells = [*sheet.cells("start"), *sheet.cells("end")]

    def wrong(at: int, message: str) -> None:
        column = "start" if at < size else "end"
        sheet.wrong(at % size, column, f"{found(cells[at])}{message}")

    read = moments(cells, wrong)
    dated = any(each is not None and not time_alone(each) for each in read[:size])
    for at, (cell, when) in enumerate(zip(cells, read, strict=True)):
        column = "start" if at < size else "end"
        if not cell and column in sheet:
            wrong(at, f"; allowed: {A_MOMENT}")
        start = read[at % size]
        if when is None or not dated or not time_alone(when):
            continue
        if at >= size and start is not None:
            read[at] = on_day_of(start, when)
        elif at < size:
            wrong(at, f"; allowed: {A_MOMENT}")
            read[at] = None
    for column, part in (("start", read[:size]), ("end", read[size:])):
        refuse_mixed(sheet, column, part)
    sheet.read += read_as(cells, read)
    return read[:size], read[size:]


def refuse_mixed(sheet: Sheet, column: str, moments: Sequence[dt.datetime | None]) -> None:
    """Say of each of a column's moments that it has an offset from UTC, or none, unlike the first of them."""
    zoned = next((each.tzinfo is not None for each in moments if each is not None), False)
    for row, each in enumerate(moments):
        if each is not None and (each.tzinfo is not None) is not zoned:
            both = "with" if zoned else "without"
            said = f"other times in this column are {both} an offset from UTC"
            sheet.wrong(row, column, f"{found(sheet.cells(column)[row])}; {said}")


def _one_after_another(
    sheet: Sheet, own: list[str], times: list[tuple[dt.datetime, dt.datetime]], order: list[int]
) -> None:
    for row, after in pairwise(order):
        if times[after][0] < times[row][1]:
            other = f"slot {shown_name(own[row])} (line {sheet.lines[row]})"
            sheet.wrong(
                after,
                "start",
                f"{found(sheet.cells('start')[after])}, when {other} has not ended; "
                "areas side by side are one slot with all their tables",
            )
