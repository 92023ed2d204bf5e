"""Workbooks (.xlsx): one sheet's rows as text, as a CSV file would have them.

A merged cell's value stands in all its cells. Of a formula its stored value is taken. Hidden rows are read.
What was found of these is noted. openpyxl reads the values; where cells are merged, formulas or hidden is
read here, from the same part of the file, row by row, so that a sheet of any length takes little memory.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any, Final

from sim.files.problems import did_you_mean

__all__ = [
    "MOST_CELLS",
    "MOST_UNPACKED",
    "SAVE",
    "Book",
    "UnreadableError",
    "is_workbook",
    "need_workbooks",
    "read_workbook",
]

MOST_UNPACKED: Final = 256 << 20
"""Bytes of a workbook when unpacked."""
_MOST_ROWS: Final = 1_048_576
MOST_CELLS: Final = 4_000_000
"""Of a list."""
_MOST_MERGED: Final = 100_000
_MAIN: Final = "xl/workbook.xml"
SAVE: Final = "in Excel, save it as 'CSV UTF-8'"
"""What to do about a file that is no CSV."""
_BEGINNING: Final = re.compile(rb"(\xef\xbb\xbf)?\s*(<\?[^>]*\?>\s*)*<[A-Za-z]")
_ERRORS: Final = frozenset(("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"))


class UnreadableError(Exception):
    """A file that cannot be cut into rows: why, and on which line."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


@dataclass(slots=True)
class Book:
    """The rows of one sheet: their numbers and cells, and what is to be said of them.

    `wrong` are cells that hold no value: their row, their column's letters, and why.
    """

    sheet: str
    sheets: tuple[str, ...]
    rows: list[tuple[int, list[str]]]
    notes: list[str] = field(default_factory=list)
    wrong: list[tuple[int, str, str]] = field(default_factory=list)


def need_workbooks() -> None:
    """Raise ValueError unless workbooks can be written."""
    if find_spec("openpyxl") is None:
        raise ValueError("xlsx needs the package openpyxl: pip install 'exposim[xlsx]'")


def is_workbook(data: bytes) -> bool:
    """Whether it begins as a ZIP file does, which workbooks are."""
    return data.startswith(b"PK\x03\x04")


def read_workbook(data: bytes, name: str | None = None, kind: str = "") -> Book:
    """The sheet of that name; without one, that called as the `kind` of list, or the first with content.

    Raises UnreadableError.
    """
    _fit(data)
    try:
        from openpyxl import load_workbook
        from openpyxl.utils.exceptions import InvalidFileException
    except ImportError:
        hint = f"to read it, pip install 'exposim[xlsx]'; or {SAVE}"
        raise UnreadableError(f"is a workbook, and openpyxl is not installed: {hint}") from None
    broken = (KeyError, ValueError, TypeError, AttributeError, IndexError, SyntaxError, OSError, EOFError)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        try:
            return _sheet_of(book, data, name, kind)
        finally:
            book.close()
    except UnreadableError:
        raise
    except (*broken, zipfile.BadZipFile, NotImplementedError, RuntimeError, InvalidFileException) as error:
        raise UnreadableError(f"is a workbook that cannot be read ({type(error).__name__}); {SAVE}") from None


def _fit(data: bytes) -> None:
    """Refuse what is no workbook, or too large when unpacked: no more than it declares is ever unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
            if not any(part.filename == _MAIN for part in parts):
                what = "an OpenDocument file" if "mimetype" in packed.namelist() else "a ZIP file"
                raise UnreadableError(f"is {what}, no workbook of Excel; save it as .xlsx or as CSV in UTF-8")
            if sum(part.file_size for part in parts) > MOST_UNPACKED:
                most = f"allowed: {MOST_UNPACKED >> 20:,} MiB"
                raise UnreadableError(f"is a workbook that is too large when unpacked; {most}")
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with packed.open(part) as opened:
                        if not _BEGINNING.match(opened.read(4096)):  # no document type, so no entities
                            raise UnreadableError(f"is a workbook that cannot be read; {SAVE}")
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, ValueError):
        raise UnreadableError(f"is a workbook that cannot be read; {SAVE}") from None


def _sheet_of(book: Any, data: bytes, name: str | None, kind: str) -> Book:
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    if not sheets:
        raise UnreadableError("is a workbook without a sheet of cells")
    if name is not None:
        if name not in sheets:
            near = did_you_mean(name, sheets) or f"; there are {', '.join(map(repr, list(sheets)[:10]))}"
            raise UnreadableError(f"has no sheet {name!r}{near}")
        return _read(sheets[name], data, tuple(sheets))
    alike = [title for title in sheets if title.strip().casefold() == kind]
    for title in alike or sheets:
        found = _read(sheets[title], data, tuple(sheets))
        if found.rows:
            return found
    raise UnreadableError("is a workbook of which no sheet has any content")


def _read(sheet: Any, data: bytes, sheets: tuple[str, ...]) -> Book:
    sheet.reset_dimensions()  # what a sheet says of its size may be anything
    seen = _Seen(data, sheet)
    found = Book(sheet.title, sheets, [])
    cells: dict[int, list[str]] = {}
    width, count = 0, 0
    for number, row in enumerate(sheet.iter_rows(), 1):
        count += len(row)
        if number > _MOST_ROWS or count > 4 * MOST_CELLS:
            raise UnreadableError(f"has more than {MOST_CELLS:,} cells", number)
        texts = [_text(cell) for cell in row]
        while texts and not texts[-1]:
            texts.pop()
        if not texts:
            continue
        cells[number] = texts
        width = max(width, len(texts))
        for at, text in enumerate(texts):
            if text in _ERRORS and row[at].data_type == "e":
                found.wrong.append((number, _letters(at + 1), f"found {text!r}, an error of the spreadsheet"))
    width = max([width, *(last for _, _, last, _ in seen.merged)]) if cells else 0
    if len(cells) * width > MOST_CELLS:
        raise UnreadableError(f"has more than {MOST_CELLS:,} cells")
    for texts in cells.values():
        texts += [""] * (width - len(texts))
    for low, first, last, high in seen.merged:
        value = cells.get(low, [""] * width)[first - 1]
        for number in range(low, high + 1) if value else ():
            row_cells = cells.setdefault(number, [""] * width)
            row_cells[first - 1 : last] = [value] * (last - first + 1)
        if len(cells) * width > MOST_CELLS:
            raise UnreadableError(f"has more than {MOST_CELLS:,} cells")
    found.rows = sorted(cells.items())
    for number, column in seen.bare:
        found.wrong.append(
            (number, column, "holds a formula without a stored value; open and save it in Excel")
        )
    _note(found, seen)
    return found


def _note(found: Book, seen: _Seen) -> None:
    def say(count: int, what: str, done: str) -> None:
        if count:
            found.notes.append(f"{count:,} {what}{'s' if count != 1 else ''} {done}")

    say(len(seen.merged), "merged cell", "filled")
    say(seen.formulas, "formula", "taken by the stored value")
    say(seen.hidden_rows, "hidden row", "read too")
    say(seen.hidden_columns, "hidden column", "read too")


class _Seen:
    """What the rows of openpyxl do not tell: merged cells, formulas, what is hidden."""

    def __init__(self, data: bytes, sheet: Any) -> None:
        from openpyxl.utils.cell import range_boundaries

        self.merged: list[tuple[int, int, int, int]] = []  # first row, first and last column, last row
        self.bare: list[tuple[int, str]] = []  # formulas without a value
        self.formulas = self.hidden_rows = self.hidden_columns = 0
        with zipfile.ZipFile(io.BytesIO(data)) as packed, packed.open(sheet._worksheet_path) as opened:
            for tag, element in _elements(opened):
                if tag == "mergeCell":
                    first, low, last, high = (int(each or 1) for each in range_boundaries(element.get("ref")))
                    self.merged.append((low, first, last, high))
                    if len(self.merged) > _MOST_MERGED or high > _MOST_ROWS:
                        raise UnreadableError(f"has more than {_MOST_MERGED:,} merged cells")
                elif tag == "row":
                    self.hidden_rows += element.get("hidden") in ("1", "true") and len(element) > 0
                elif tag == "col":
                    self.hidden_columns += element.get("hidden") in ("1", "true")
                elif tag == "c" and any(_tag(each) == "f" for each in element):
                    value = next((each for each in element if _tag(each) == "v"), None)
                    self.formulas += 1
                    if value is None or value.text is None:
                        place = element.get("r") or "A1"
                        letters = place.rstrip("0123456789")
                        self.bare.append((int(place[len(letters) :]), letters))


def _elements(opened: Any) -> Iterator[tuple[str, Any]]:
    from xml.etree.ElementTree import iterparse

    for _, element in iterparse(opened):
        tag = _tag(element)
        yield tag, element
        if tag in ("row", "mergeCell", "col"):
            element.clear()


def _tag(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _letters(column: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(column))


def _to_the_second(value: dt.datetime) -> dt.datetime:
    """The nearest second: 10:00 is stored as 10/24 of a day."""
    with suppress(OverflowError):  # in the last half second that there is, "31 December 9999"
        value += dt.timedelta(milliseconds=500)
    return value.replace(microsecond=0)


def _text(cell: Any) -> str:
    """A value as it would stand in a CSV file."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.15g}"  # as many digits as Excel shows: 0.3 is stored as 0.30000000000000004
    if isinstance(value, dt.datetime):
        value = _to_the_second(value)
        timed = "h" in str(cell.number_format).lower() or value.time() != dt.time()
        return value.isoformat(" ", "seconds").removesuffix(":00") if timed else f"{value:%Y-%m-%d}"
    if isinstance(value, dt.time):
        return value.isoformat("seconds").removesuffix(":00")
    if isinstance(value, dt.timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60}:{minutes % 60:02}"
    return str(value)
