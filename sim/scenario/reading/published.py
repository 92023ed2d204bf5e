"""Published timetables as rows: what `exposim timetable --out` wrote, or a list alike, CSV or .xlsx."""

from __future__ import annotations

import datetime as dt

from sim.files.grids import Chosen
from sim.files.moments import moments, on_day_of, time_alone
from sim.files.sheets import Sheet, found, read_sheet
from sim.files.text import same
from sim.files.timetables import COLUMNS
from sim.scenario.reading.rows import Read, row_of, without_header
from sim.scenario.schema.rows import PublishedRow

__all__ = ["read_published_rows"]


def read_published_rows(content: bytes, shown: str) -> Read[PublishedRow]:
    """The meetings of a published timetable; requests that had no slot are passed over.

    `shown` is the file's name in problems. In a workbook they are on the sheet that is called Timetable,
    or else the first. A time alone has the date of `moments`; an offset is taken to be the expo's own.
    """
    chosen = Chosen(content, "timetable")
    sheet = read_sheet(chosen, COLUMNS, ("who", "whom"), shown=shown, quoted=False, rowless=True)
    if not sheet.headed:
        return without_header(sheet)
    held = [any(cells) for cells in zip(sheet.cells("slot"), sheet.cells("start"), strict=True)]
    starts, ends = _times(sheet, held)
    rows: list[PublishedRow] = []
    lines: list[int] = []
    for number, (line, there) in enumerate(zip(sheet.lines, held, strict=True)):
        if not there:
            continue
        if sheet.cells("with")[number]:
            said = f"{found(sheet.cells('with')[number])}; in a scenario a meeting of a file has two sides"
            sheet.wrong(number, "with", said)
        values: dict[str, object] = {
            name: " ".join(same(sheet.cells(name)[number]).split()) for name in ("who", "whom", "table")
        }
        values |= {"start": starts[number], "end": ends[number]}
        values = {name: value for name, value in values.items() if value not in (None, "")}
        row = row_of(sheet, number, values, PublishedRow)
        if row is None:
            continue
        if row.who == row.whom:
            sheet.wrong(number, "whom", f"{found(row.whom)}, who asks; nobody meets himself")
            continue
        rows.append(row)
        lines.append(line)
    return Read(tuple(rows), lines, sheet.problems(), [])


def _times(sheet: Sheet, held: list[bool]) -> tuple[list[dt.datetime | None], list[dt.datetime | None]]:
    """When each meeting starts and ends; a start that is not said is the slot's name, if that is a time."""
    size = len(sheet)
    named = [not start and there for start, there in zip(sheet.cells("start"), held, strict=True)]
    cells = [
        slot if by_name else start
        for by_name, slot, start in zip(named, sheet.cells("slot"), sheet.cells("start"), strict=True)
    ]
    cells += [end if there else "" for end, there in zip(sheet.cells("end"), held, strict=True)]

    def wrong(at: int, message: str) -> None:
        if at < size and named[at]:
            sheet.wrong(at, "start", "missing: when it starts; the name of its slot is no time")
        else:
            sheet.wrong(at % size, "start" if at < size else "end", f"{found(cells[at])}{message}")

    read = [each and each.replace(tzinfo=None) for each in moments(cells, wrong)]
    for at, (start, end) in enumerate(zip(read[:size], read[size:], strict=True)):
        if start and end and time_alone(end) and not time_alone(start):
            read[size + at] = on_day_of(start, end)
    return read[:size], read[size:]
