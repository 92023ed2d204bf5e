"""CSV files as people make them: decoded, cut into columns, and what is wrong with them collected.

Commas, semicolons (as a European Excel writes) or tabs separate the cells; the header tells which.
"""

from __future__ import annotations

import csv
import io
import re
import string
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final, Literal

from sim.files.problems import Fault, ScenarioError, did_you_mean
from sim.files.reading import MOST_BYTES, read_bytes
from sim.files.text import obeyed, read_cell, same

__all__ = [
    "STDIN",
    "ListError",
    "Sheet",
    "Source",
    "Style",
    "found",
    "plural",
    "read_sheet",
    "shown_name",
]

Source = Path | bytes
"""A file, or what was read from standard input."""

STDIN: Final = "<stdin>"
_DELIMITERS: Final = (",", ";", "\t")
_MOST_PROBLEMS: Final = 50  # of one file; one wrong column is wrong in every row
_MOST_LETTERS: Final = 60
_MOST_COLUMNS: Final = 10_000
_MOST_LINES: Final = 2_000_000  # a spreadsheet may end in a million rows of separators
_MOST_CELLS: Final = 4_000_000
_MOST_BLANK: Final = 1_000  # lines before the header
_CLEAN: Final = "allowed: text without control characters"
_BLANKS: Final = {9: 32, 10: 32, 13: 32}  # a line break within a cell is a blank
_NEAR: Final = 20  # near misses looked for in one file; each takes a while among thousands
_SAVE: Final = "in Excel, save it as 'CSV UTF-8'"
_MAGIC: Final = ((b"PK\x03\x04", "a workbook"), (b"\xd0\xcf\x11\xe0", "an old workbook"), (b"%PDF", "a PDF"))
_NOTHING_NEEDED: Final = frozenset[str]()
Unknown = Literal["refused", "ignored", "wanted"]


class ListError(ScenarioError):
    """Lists that cannot be used; its text is one line a problem, as for scenarios.

    `unknown` says that some problems are columns or people that could be passed over.
    """

    def __init__(self, problems: Iterable[Fault], *, unknown: bool = False) -> None:
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

    def __init__(self, shown: str, *, quoted: bool = True) -> None:
        self.shown = shown
        self.quoted = quoted  # whether problems call a column 'name' or name
        self.header: list[str] = []
        self.lines: list[int] = []
        self.ignored: list[str] = []  # columns
        self.unknown = False  # whether something is wrong that could be ignored
        self.good = False
        self.headed = False  # whether the header is as it should be, whatever the rows are
        self.complete = True
        self.delimiter = ","
        self.bom = False
        self.mark: tuple[str, int] | None = None  # the first decimal mark and its line
        self._columns: dict[str, list[str]] = {}
        self._problems: list[Fault] = []
        self.wrongs: set[tuple[int, str]] = set()  # cells of which something was said
        self._near = 0

    @property
    def style(self) -> Style:
        """How it is written."""
        return Style(self.delimiter, self.mark is not None and self.mark[0] == ",", self.bom)

    @property
    def faults(self) -> int:
        """How many problems were found."""
        return len(self._problems)

    def __len__(self) -> int:
        return len(self.lines)

    def __contains__(self, name: str) -> bool:
        return name in self._columns

    def cells(self, name: str) -> list[str]:
        """The cells of a column; empty ones if there is no such column."""
        return self._columns[name] if name in self._columns else [""] * len(self)

    def wrong(self, row: int, name: str, message: str) -> None:
        """A cell is wrong."""
        self.wrongs.add((row, name))
        self.fault(self.lines[row], name, message)

    def fault(self, line: int | None, name: str, message: str) -> None:
        """Something is wrong on a line, in a column; `name` is empty if it is in none of them."""
        self._problems.append(Fault(self.shown, line, self._path(name), message))

    def _path(self, name: str) -> str:
        if not name:
            return ""
        return f"column {shown_name(name)}" if self.quoted else f"column {shown_name(name)[1:-1]}"

    def near(self, name: str, known: Iterable[str]) -> str:
        """`; did you mean 'Ash'?`, or nothing if none is near or enough were looked for in this file."""
        if self._near >= _NEAR:
            return ""
        self._near += 1
        return did_you_mean(name, known)

    def problems(self) -> list[Fault]:
        """All that is wrong with it, by line and column; only their number after the first fifty."""
        column = {self._path(name): place for place, name in enumerate(self.header)}
        column[""] = -1
        ordered = sorted(
            self._problems, key=lambda each: (each.line or 0, column.get(each.path, len(column)))
        )
        if len(ordered) > _MOST_PROBLEMS:
            more = len(ordered) - _MOST_PROBLEMS
            rest = f"and {plural(more, 'more problem')} from here on"
            ordered = [
                *ordered[:_MOST_PROBLEMS],
                Fault(self.shown, ordered[_MOST_PROBLEMS].line, "", rest),
            ]
        return ordered

    def cut(self, rows: list[list[str]]) -> None:
        """Keep these rows of the header's width as columns."""
        for place, name in enumerate(self.header):
            self._columns[name] = [read_cell(row[place].strip()) for row in rows]

    def refuse_obeyed(self, columns: Collection[str]) -> None:
        """Say of each cell in these columns that it holds what a terminal would obey."""
        for name in columns:
            for row, cell in enumerate(self.cells(name)):
                if obeyed(cell.translate(_BLANKS)):
                    self.wrong(row, name, f"{found(cell)}; {_CLEAN}")


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
    pipes: bool = True,
    shown: str | None = None,
    most: int = MOST_BYTES,
    quoted: bool = True,
) -> Sheet:
    """The file with these `columns` (name: what it holds), of which some are `needed`.

    Other columns are refused, ignored, or wanted (then columns whose names only the file knows);
    `stranger` is what a refused one is called. Names of columns may be written in capitals. `pipes`
    and `most` are as in `read_bytes`; `shown` is the file's name in problems, `quoted` whether a column's
    is in quotes there.
    """
    sheet = Sheet(shown or (STDIN if isinstance(source, bytes) else str(source)), quoted=quoted)
    try:
        text, sheet.bom = _decoded(_bytes_of(source, most, pipes=pipes))
        if not text.strip("".join(_DELIMITERS) + string.whitespace):
            raise _UnreadableError(f"is empty; columns needed: {', '.join(needed)}", 1)
        if max(map(text.count, _DELIMITERS)) > 2 * _MOST_CELLS:  # some may stand in cells
            raise _UnreadableError(f"has too many cells; allowed: {_MOST_CELLS:,} at most")
        text, sheet.delimiter = _separated(text, columns)
        records = _records(text, sheet.delimiter)
        line, cells = _header_of(records)
        _take_header(sheet, line, cells, columns, needed, unknown, stranger)
        if sheet.header:
            _take_rows(sheet, records)
            if obeyed(text.translate(_BLANKS)):
                sheet.refuse_obeyed([name for name in sheet.header if name in columns])
    except _UnreadableError as error:
        sheet.good = False
        sheet.fault(error.line, "", str(error))
    return sheet


def _bytes_of(source: Source, most: int, *, pipes: bool) -> bytes:
    if isinstance(source, bytes):
        if len(source) > most:
            raise _UnreadableError(f"cannot be read: it is longer than {most >> 20:,} MiB")
        return source
    content = read_bytes(source, most, pipes=pipes)
    if isinstance(content, str):
        said = content.removeprefix("it cannot be read: ")
        raise _UnreadableError(f"cannot be read: {said}")
    return content


def _header_of(records: Iterator[tuple[int, list[str]]]) -> tuple[int, list[str]]:
    """The first record that is not blank, and its line; an empty one if there is none among the first."""
    return next(((n, each) for n, each in islice(records, _MOST_BLANK) if any(map(str.strip, each))), (1, []))


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
            _, cells = _header_of(_records(text, delimiter))
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
    names = [same(read_cell(cell.strip())) for cell in cells]
    while names and not names[-1]:
        names.pop()  # Excel fills up rows
    if not names:
        raise _UnreadableError(f"is empty; columns needed: {', '.join(needed)}", 1)
    if len(names) > _MOST_COLUMNS:
        raise _UnreadableError(f"has {len(names):,} columns; allowed: {_MOST_COLUMNS:,} at most", line)
    written = {name.casefold() for name in names} | set(names)
    free = [each for each in columns if each not in written]
    if unknown != "wanted" and not _ours(names, columns, free):
        # it may be any file, so nothing of it is shown
        wanted = ", ".join(needed or columns)
        raise _UnreadableError(f"is no such list: its first line names none of its columns, {wanted}", line)
    bad, meant = False, ""
    before: set[str] = set()
    for place, name in enumerate(names):
        plain = name if name in columns else name.casefold()
        known = plain in columns
        if known:
            names[place] = name = plain
        again = name in before
        before.add(name)
        if not name:
            sheet.fault(line, "", f"column {place + 1} has no name")
        elif again:
            sheet.fault(line, name, "stands twice in the header")
        elif unknown == "wanted" and obeyed(name.translate(_BLANKS)):
            sheet.fault(line, name, _CLEAN)
        elif known or unknown == "wanted":
            continue
        elif unknown == "ignored":
            sheet.ignored.append(name)
            continue
        else:
            near = sheet.near(name, free)
            sheet.fault(line, name, stranger + (near or f"; allowed: {_listed(columns)}"))
            sheet.unknown, meant = True, meant + near
        bad = True
    for name in needed:
        if name not in before and f" '{name}'?" not in meant:
            sheet.fault(line, name, f"missing column: {columns[name]}")
            bad = True
    sheet.header, sheet.good, sheet.headed = names, not bad, not bad


def _ours(names: list[str], columns: Mapping[str, str], free: list[str]) -> bool:
    """Whether some name of a header is one of the columns, or nearly one."""
    if any(name in columns or name.casefold() in columns for name in names):
        return True
    return any(did_you_mean(name, free) for name in names[:_NEAR])


def _listed(names: Collection[str]) -> str:
    """All of them, or the first and the last of many."""
    every = list(names)
    return ", ".join(every if len(every) <= 20 else [*every[:10], "...", every[-1]])


def _take_rows(sheet: Sheet, records: Iterator[tuple[int, list[str]]]) -> None:
    width = len(sheet.header)
    rows: list[list[str]] = []
    most = min(_MOST_LINES, _MOST_CELLS // max(width, 1))
    try:
        for count, (line, cells) in enumerate(records):
            if len(rows) >= most or count >= _MOST_LINES:
                said = f"has more than {most:,} rows of {plural(width, 'column')}"
                raise _UnreadableError(f"{said}; allowed: {_MOST_CELLS:,} cells at most", line)
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
    if not rows and not sheet.faults:
        sheet.good = False
        sheet.fault(1, "", "has a header but no rows")
    sheet.cut(rows)
