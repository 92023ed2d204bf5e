"""CSV files as people make them: decoded, cut into columns, and what is wrong with them collected.

Commas, semicolons (as a European Excel writes) or tabs separate the cells; the header tells which.
"""

from __future__ import annotations

import csv
import io
import re
import string
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from sim.files.problems import Problem, ScenarioError, did_you_mean

__all__ = [
    "STDIN",
    "ListError",
    "Sheet",
    "Source",
    "Style",
    "found",
    "plural",
    "read_sheet",
    "same",
    "shown_name",
]

Source = Path | bytes
"""A file, or what was read from standard input."""

STDIN: Final = "<stdin>"
_DELIMITERS: Final = (",", ";", "\t")
_MOST_PROBLEMS: Final = 50  # of one file; one wrong column is wrong in every row
_MOST_LETTERS: Final = 60
_SAVE: Final = "in Excel, save it as 'CSV UTF-8'"
_MAGIC: Final = ((b"PK\x03\x04", "a workbook"), (b"\xd0\xcf\x11\xe0", "an old workbook"), (b"%PDF", "a PDF"))
_NOTHING_NEEDED: Final = frozenset[str]()
Unknown = Literal["refused", "ignored", "wanted"]


class ListError(ScenarioError):
    """Lists that cannot be used; its text is one line a problem, as for scenarios.

    `unknown` says that some problems are columns or people that could be passed over.
    """

    def __init__(self, problems: Iterable[Problem], *, unknown: bool = False) -> None:
        super().__init__(problems)
        self.unknown = unknown


@dataclass(frozen=True, slots=True)
class Style:
    """How a file is written, so that another can be written alike."""

    delimiter: str = ","
    decimal_comma: bool = False
    bom: bool = False


class Sheet:
    """A CSV file cut into columns.

    Row r begins on line `lines[r]`; `cells(name)` are its column's cells without surrounding blanks.
    `good` is False if the file could not be cut into columns, `complete` if some rows could not. Whoever
    finds something wrong says so with `wrong`; `problems()` are all that were found.
    """

    def __init__(self, shown: str) -> None:
        self.shown = shown
        self.header: list[str] = []
        self.lines: list[int] = []
        self.ignored: list[str] = []  # columns
        self.unknown = False  # whether something is wrong that could be ignored
        self.good = False
        self.complete = True
        self.delimiter = ","
        self.bom = False
        self.mark: tuple[str, int] | None = None  # the first decimal mark and its line
        self._columns: dict[str, list[str]] = {}
        self._problems: list[Problem] = []

    @property
    def style(self) -> Style:
        """How it is written."""
        return Style(self.delimiter, self.mark is not None and self.mark[0] == ",", self.bom)

    def __len__(self) -> int:
        return len(self.lines)

    def __contains__(self, name: str) -> bool:
        return name in self._columns

    def cells(self, name: str) -> list[str]:
        """The cells of a column; empty ones if there is no such column."""
        return self._columns[name] if name in self._columns else [""] * len(self)

    def wrong(self, row: int, name: str, message: str) -> None:
        """A cell is wrong."""
        self.fault(self.lines[row], name, message)

    def fault(self, line: int | None, name: str, message: str) -> None:
        """Something is wrong on a line, in a column; `name` is empty if it is in none of them."""
        path = f"column {shown_name(name)}" if name else ""
        self._problems.append(Problem(self.shown, line, path, message))

    def problems(self) -> list[Problem]:
        """All that is wrong with it, by line and column; only their number after the first fifty."""
        column = {f"column {shown_name(name)}": place for place, name in enumerate(self.header)}
        column[""] = -1
        ordered = sorted(
            self._problems, key=lambda each: (each.line or 0, column.get(each.path, len(column)))
        )
        if len(ordered) > _MOST_PROBLEMS:
            more = len(ordered) - _MOST_PROBLEMS
            rest = f"and {plural(more, 'more problem')} from here on"
            ordered = [
                *ordered[:_MOST_PROBLEMS],
                Problem(self.shown, ordered[_MOST_PROBLEMS].line, "", rest),
            ]
        return ordered

    def cut(self, rows: list[list[str]]) -> None:
        """Keep these rows of the header's width as columns."""
        cut = zip(*rows, strict=True) if rows else ((),) * len(self.header)
        for name, cells in zip(self.header, cut, strict=True):
            self._columns[name] = [cell.strip() for cell in cells]


def same(text: str) -> str:
    """A name as it is compared: composed letters are the same as single ones, blanks around are none."""
    return unicodedata.normalize("NFC", text).strip()


def plural(count: int, what: str) -> str:
    """`1 row`, `2 rows`."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def shown_name(name: str) -> str:
    """A name in quotes, not too long."""
    return repr(name if len(name) <= _MOST_LETTERS else name[: _MOST_LETTERS - 3] + "...")


def found(cell: str) -> str:
    """The beginning of a message: what was found in a cell."""
    return f"found {shown_name(cell) if cell else 'an empty cell'}"


class _UnreadableError(Exception):
    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


def read_sheet(
    source: Source,
    columns: Mapping[str, str],
    needed: Collection[str] = _NOTHING_NEEDED,
    *,
    unknown: Unknown = "refused",
    stranger: str = "unknown column",
) -> Sheet:
    """The file with these `columns` (name: what it holds), of which some are `needed`.

    Other columns are refused, ignored, or wanted (then columns whose names only the file knows);
    `stranger` is what a refused one is called. Names of columns may be written in capitals.
    """
    sheet = Sheet(STDIN if isinstance(source, bytes) else str(source))
    try:
        text, sheet.bom = _decoded(_bytes_of(source))
        if not text.strip("".join(_DELIMITERS) + string.whitespace):
            raise _UnreadableError(f"is empty; columns needed: {', '.join(needed)}", 1)
        text, sheet.delimiter = _separated(text, columns)
        records = _records(text, sheet.delimiter)
        line, cells = next(((n, each) for n, each in records if any(map(str.strip, each))), (1, []))
        _take_header(sheet, line, cells, columns, needed, unknown, stranger)
        if sheet.header:
            _take_rows(sheet, records)
    except _UnreadableError as error:
        sheet.good = False
        sheet.fault(error.line, "", str(error))
    return sheet


def _bytes_of(source: Source) -> bytes:
    if isinstance(source, bytes):
        return source
    try:
        return source.read_bytes()
    except FileNotFoundError:
        reason = "there is no such file"
    except IsADirectoryError:
        reason = "it is a directory"
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
    raise _UnreadableError(f"cannot be read: {reason}")


def _decoded(data: bytes) -> tuple[str, bool]:
    """The text, and whether it began with a byte order mark."""
    for magic, what in _MAGIC:
        if data.startswith(magic):
            raise _UnreadableError(f"is {what}, not a CSV file; {_SAVE}")
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))  # 'Unicode text' of Excel
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = None if wide else data.count(b"\n", 0, error.start) + 1
        name = "UTF-16" if wide else "UTF-8"
        raise _UnreadableError(f"is not {name} text (byte {error.start + 1:,}); {_SAVE}", line) from None
    if "\0" in text:
        raise _UnreadableError(f"is not text; {_SAVE}", text.count("\n", 0, text.index("\0")) + 1)
    return text, wide or data.startswith(b"\xef\xbb\xbf")


def _separated(text: str, columns: Mapping[str, str]) -> tuple[str, str]:
    """The text and what separates its cells: what makes most of the header's cells known columns."""
    said = re.match(r'"?sep=([,;|\t])"?[ \t]*\r?\n', text, re.IGNORECASE)  # Excel's own way to say it
    if said:
        return "\n" + text[said.end() :], said[1]

    def known(delimiter: str) -> tuple[int, int]:
        try:
            cells = next((each for _, each in _records(text, delimiter) if any(map(str.strip, each))), [])
        except _UnreadableError:
            return -1, 0
        return sum(cell.strip().casefold() in columns for cell in cells), len(cells)

    return text, max(_DELIMITERS, key=known)


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each record and the line it begins on; a quoted cell may span lines."""
    line = 1
    try:
        reader = csv.reader(
            io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True
        )
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        never = "a quote is opened here and never closed"
        what = never if str(error) == "unexpected end of data" else str(error)
        raise _UnreadableError(f"is not CSV: {what}", line) from None


def _take_header(
    sheet: Sheet,
    line: int,
    cells: list[str],
    columns: Mapping[str, str],
    needed: Collection[str],
    unknown: Unknown,
    stranger: str,
) -> None:
    names = [same(cell) for cell in cells]
    while names and not names[-1]:
        names.pop()  # Excel fills up rows
    if not names:
        raise _UnreadableError(f"is empty; columns needed: {', '.join(needed)}", 1)
    written = {name.casefold() for name in names} | set(names)
    bad, meant = False, ""
    for place, name in enumerate(names):
        plain = name if name in columns else name.casefold()
        known = plain in columns
        if known:
            names[place] = name = plain
        if not name:
            sheet.fault(line, "", f"column {place + 1} has no name")
        elif name in names[:place]:
            sheet.fault(line, name, "stands twice in the header")
        elif known or unknown == "wanted":
            continue
        elif unknown == "ignored":
            sheet.ignored.append(name)
            continue
        else:
            near = did_you_mean(name, [each for each in columns if each not in written])
            sheet.fault(line, name, stranger + (near or f"; allowed: {_listed(columns)}"))
            sheet.unknown, meant = True, meant + near
        bad = True
    for name in needed:
        if name not in names and f" '{name}'?" not in meant:
            sheet.fault(line, name, f"missing column: {columns[name]}")
            bad = True
    sheet.header, sheet.good = names, not bad


def _listed(names: Collection[str]) -> str:
    """All of them, or the first and the last of many."""
    every = list(names)
    return ", ".join(every if len(every) <= 20 else [*every[:10], "...", every[-1]])


def _take_rows(sheet: Sheet, records: Iterator[tuple[int, list[str]]]) -> None:
    width = len(sheet.header)
    rows = []
    try:
        for line, cells in records:
            if len(cells) > width and not any(map(str.strip, cells[width:])):
                del cells[width:]
            if not any(map(str.strip, cells)):
                continue
            if len(cells) == width:
                rows.append(cells)
                sheet.lines.append(line)
                continue
            sheet.complete = False
            message = f"found {plural(len(cells), 'cell')}; the header has {plural(width, 'column')}"
            hint = f" (a cell with {shown_name(sheet.delimiter)} in it needs quotes)"
            sheet.fault(line, "", message + (hint if len(cells) > width else ""))
    except _UnreadableError as error:
        sheet.good = False
        sheet.fault(error.line, "", str(error))
    if not rows and not sheet.problems():
        sheet.good = False
        sheet.fault(1, "", "has a header but no rows")
    sheet.cut(rows)
