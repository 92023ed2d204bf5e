"""A timetable as a workbook: contents, all requests, the grid, a sheet a diary, a sheet a table."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any, Final

from sim.files.text import FORMULA_BEGINS, NUMBER
from sim.files.workbooks import need_workbooks
from sim.interchange.diaries.diaries import Diaries
from sim.interchange.diaries.naming import sheet_names
from sim.interchange.diaries.wording import (
    day_name,
    diary_name,
    met,
    slot_name,
    slotted,
    table_name,
    time_name,
    zone_note,
)
from sim.interchange.remembered import remembered

__all__ = ["rows_xlsx", "timetable_xlsx"]

_FIXED: Final = ("Contents", "Timetable", "Grid")
_FONT: Final = "Calibri"
_LINE: Final = 15  # points
_NAMES_WIDTH: Final = 24  # letters
_MOST_WIDTH: Final = 46
_UPRIGHT: Final = 6  # columns that an upright page holds legibly
_MOST_ROWS: Final = 1_048_576
_MOST_COLUMNS: Final = 16_384
_OTHERWISE: Final = re.compile(f"[{FORMULA_BEGINS}']")  # what begins so would be another thing once edited
_THEN: Final = dt.datetime(1980, 1, 1)  # the first moment that a ZIP file can hold


def timetable_xlsx(diaries: Diaries, revision: int | None = None) -> bytes:
    """The workbook. The same diaries give the same bytes, and no text in it is ever a formula.

    A `revision` of calendars and what is to be remembered are the last columns, as in `timetable_csv`.

    Raises:
        ValueError: openpyxl is not installed, or there is more than a sheet holds.
    """
    need_workbooks()
    from openpyxl import Workbook

    slots, tables = len(diaries.slots), diaries.tables
    requests = len(diaries.arranged.lists.requests)
    if requests >= _MOST_ROWS or len(tables) + 3 > _MOST_COLUMNS:
        raise ValueError(
            f"{requests:,} requests and {len(tables):,} tables; a sheet holds {_MOST_ROWS:,} rows and "
            f"{_MOST_COLUMNS:,} columns: write CSV"
        )
    book: Any = Workbook()
    contents = book.active
    contents.title = _FIXED[0]
    shown = {"Day": bool(diaries.moments), "Time": diaries.timed, "Slot": slotted(diaries)}
    head = [name for name, told in shown.items() if told]

    def when(t: int, last: int | None = None) -> list[Any]:
        told = (day_name(diaries, t), time_name(diaries, t, last), slot_name(diaries, t, last))
        return [text for text, on in zip(told, shown.values(), strict=True) if on]

    held = [number for number, diary in enumerate(diaries.diaries) if diary.meetings]
    names = [diary_name(diary) for diary in diaries.diaries]
    of_tables = sheet_names([table_name(table.number) for table in tables], _FIXED)
    of_people = sheet_names([names[number] for number in held], [*_FIXED, *of_tables])
    _fill(book.create_sheet(_FIXED[1]), *_requests(diaries, revision))
    cells = {
        (t, meeting.table): "\n".join(names[diary] for diary in meeting.diaries)
        for meeting in diaries.meetings
        for t in range(meeting.slot, meeting.last + 1)
    }
    grid = [[*when(t), *(cells.get((t, table.number)) for table in tables)] for t in range(slots)]
    header = [*head, *(table_name(table.number) for table in tables)]
    _fill(book.create_sheet(_FIXED[2]), header, grid, side=len(head), wide=len(head))
    for number, name in zip(held, of_people, strict=True):
        rows = []
        for place in diaries.diaries[number].meetings:
            meeting = diaries.meetings[place]
            rows.append([*when(meeting.slot, meeting.last), meeting.table, met(diaries, meeting, number)])
        _fill(book.create_sheet(name), [*head, "Table", "With"], rows, title=names[number])
    for table, name in zip(tables, of_tables, strict=True):
        rows = [
            [*when(t), *_sides([])]
            if each is None
            else [*when(t, each.last), *_sides([names[diary] for diary in each.diaries])]
            for t, each in diaries.day_of(table)
        ]
        title = table_name(table.number)
        _fill(book.create_sheet(name), [*head, "Who", "With"], rows, title=title)
    lines: list[tuple[str, int | None, str | None]] = [(name, None, name) for name in _FIXED[1:]]
    lines += [
        (names[number], len(diaries.diaries[number].meetings), name)
        for number, name in zip(held, of_people, strict=True)
    ]
    lines += [
        (name, 0, None) for name, diary in zip(names, diaries.diaries, strict=True) if not diary.meetings
    ]
    lines += [
        (table_name(table.number), len(table.meetings), name)
        for table, name in zip(tables, of_tables, strict=True)
    ]
    _contents(contents, diaries, lines)
    return _settled(book)


def rows_xlsx(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    """A workbook of one sheet, Timetable. The same rows give the same bytes, and no text is ever a formula.

    Raises:
        ValueError: openpyxl is not installed.
    """
    need_workbooks()
    from openpyxl import Workbook

    book: Any = Workbook()
    book.active.title = _FIXED[1]
    _fill(book.active, header, rows)
    return _settled(book)


def _sides(names: list[str]) -> tuple[str | None, str | None]:
    """The first of a meeting's people, and the others, a line each."""
    return (names[0], _lines_of(names[1:])) if names else (None, None)


def _lines_of(names: Sequence[str | None]) -> str | None:
    return "\n".join(name for name in names if name) or None


def _requests(diaries: Diaries, revision: int | None) -> tuple[list[str], list[list[Any]]]:
    """All requests, as the CSV file has them, and who of the company sits there."""
    arranged = diaries.arranged
    seats = {
        meeting.request: [diaries.diaries[d].delegate or None for d in meeting.diaries]
        for meeting in diaries.meetings
    }
    several = any(diary.delegate for diary in diaries.diaries)
    named = "id" in arranged.lists.requests.columns
    along = "with" in arranged.lists.requests.columns
    last = [] if revision is None else [revision]
    more = remembered(arranged, revision)
    rows: list[list[Any]] = []
    for k, row in enumerate(arranged.rows()):
        own = seats.get(k, [None, None])
        rows.append(
            [
                *([row.id] if named else []),
                *([row.who, own[0], row.whom, _lines_of(own[1:])] if several else [row.who, row.whom]),
                *([row.with_ or None] if along else []),
                *(row.weight, row.slot, row.start, row.end, row.table, row.reason),
                *last,
                *(cell or None for cell in more.cells[k]),
            ]
        )
    sides = ["who", "who_delegate", "whom", "whom_delegate"] if several else ["who", "whom"]
    head = [
        *(["id"] if named else []),
        *sides,
        *(["with"] if along else []),
        *("weight", "slot", "start", "end", "table", "reason"),
        *("revision" for _ in last),
        *more.columns,
    ]
    rows += [[each.get(name) for name in head] for each in more.off]
    return head, rows


def _contents(sheet: Any, diaries: Diaries, lines: Iterable[tuple[str, int | None, str | None]]) -> None:
    from openpyxl.styles import Font
    from openpyxl.worksheet.hyperlink import Hyperlink

    _put(sheet, 1, 1, diaries.title).font = Font(name=_FONT, bold=True, size=16)
    _put(sheet, 2, 1, zone_note(diaries) or None)
    for column, text in enumerate(("Sheet", "Meetings"), 1):
        _put(sheet, 3, column, text).font = Font(name=_FONT, bold=True)
    for row, (name, count, target) in enumerate(lines, 4):
        cell = _put(sheet, row, 1, name)
        _put(sheet, row, 2, count)
        if target is not None:
            quoted = target.replace("'", "''")
            cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{quoted}'!A1")
            cell.font = Font(name=_FONT, color="0B57A4", underline="single")
    sheet.column_dimensions["A"].width = 45
    sheet.freeze_panes = "A4"


def _fill(
    sheet: Any,
    header: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    title: str | None = None,
    side: int = 0,
    wide: int | None = None,
) -> None:
    """Header and rows, below a title if there is one; `side` columns stay in sight, as does the header.

    Columns from `wide` on are as wide as two names. A printed page repeats what stays in sight.
    """
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.hyperlink import Hyperlink

    first = 1
    if title is not None:
        _put(sheet, 1, 1, title).font = Font(name=_FONT, bold=True, size=16)
        back = _put(sheet, 2, 1, "Contents")
        back.hyperlink = Hyperlink(ref=back.coordinate, location=f"'{_FIXED[0]}'!A1")
        back.font = Font(name=_FONT, color="0B57A4", underline="single")
        first = 3
    for column, text in enumerate(header, 1):
        _put(sheet, first, column, text).font = Font(name=_FONT, bold=True)
    width = [_width(column, text, rows, wide) for column, text in enumerate(header)]
    for column, letters in enumerate(width, 1):
        sheet.column_dimensions[get_column_letter(column)].width = letters + 2
    top = Alignment(vertical="top", wrap_text=True)
    for number, row in enumerate(rows, first + 1):
        lines = 1
        for column, value in enumerate(row, 1):
            if value is not None:
                _put(sheet, number, column, value).alignment = top
                lines = max(lines, _lines(str(value), width[column - 1]))
        # not every program finds the height that wrapped lines need
        sheet.row_dimensions[number].height = _LINE * lines
    sheet.freeze_panes = sheet.cell(first + 1, side + 1)
    sheet.print_title_rows = f"{first}:{first}"
    if side:
        sheet.print_title_cols = f"A:{get_column_letter(side)}"
    if side or len(header) > _UPRIGHT:
        sheet.page_setup.orientation = "landscape"
    if not side:
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _width(column: int, text: str, rows: Sequence[Sequence[Any]], wide: int | None) -> int:
    if wide is not None and column >= wide:
        return _NAMES_WIDTH
    longest = max((len(str(row[column])) for row in rows if row[column] is not None), default=0)
    return min(max(longest, len(text)), _MOST_WIDTH)


def _lines(text: str, width: int) -> int:
    """How many lines a text takes in a column, words being cut where they must."""
    return sum(max(1, -(-len(line) // width)) for line in text.split("\n"))


def _put(sheet: Any, row: int, column: int, value: Any) -> Any:
    """A cell with a number, or with a text that stays a text, also when somebody edits it."""
    cell = sheet.cell(row, column, value)
    if isinstance(value, str):
        cell.data_type = "s"
        cell.quotePrefix = bool(_OTHERWISE.match(value)) or NUMBER.fullmatch(value) is not None
    return cell


def _settled(book: Any) -> bytes:
    """The file with no trace of when it was written."""
    raw, done = io.BytesIO(), io.BytesIO()
    book.properties.creator = "exposim"
    book.properties.created = _THEN
    book.save(raw)
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(done, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            content = old.read(item)
            if item.filename == "docProps/core.xml":
                stamp = rb"(<dcterms:modified[^>]*>)[^<]*"
                content = re.sub(stamp, rb"\g<1>1980-01-01T00:00:00Z", content)
            info = zipfile.ZipInfo(item.filename, _THEN.timetuple()[:6])
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            new.writestr(info, content)
    return done.getvalue()
