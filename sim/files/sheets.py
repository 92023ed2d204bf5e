"""Lists as people make them: decoded, cut into columns, and what is wrong with them collected.

A CSV file's cells are separated by commas, semicolons (as a European Excel writes) or tabs; the header
tells which. Of a workbook one sheet is read. Rows above the header are passed over.
"""

from __future__ import annotations

import csv
import io
import re
import string
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Final, Literal

from sim.files.problems import Fault, ScenarioError, did_you_mean
from sim.files.reading import MOST_BYTES, read_bytes
from sim.files.text import folded, obeyed, read_cell, same
from sim.files.workbooks import MOST_CELLS, UnreadableError, is_workbook, read_workbook

__all__ = [
    "MOST_CELLS",
    "STDIN",
    "Chosen",
    "Grid",
    "ListError",
    "Sheet",
    "Source",
    "Style",
    "UnreadableError",
    "cut_sheet",
    "found",
    "open_grid",
    "passed_over",
    "plural",
    "read_sheet",
    "shown_name",
]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A file, or what was read from standard input, and what is said of it.

    `kind` is what list it is, `sheet` the name of its sheet if it is a workbook (without one, that called as
    the kind, or the first with content); `columns` says of a column what it is called in the file.
    """

    source: Path | bytes
    kind: str = ""
    sheet: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)


Source = Path | bytes | Chosen
"""A file, or what was read from standard input."""

STDIN: Final = "<stdin>"
_DELIMITERS: Final = (",", ";", "\t")
_MOST_PROBLEMS: Final = 50  # of one file; one wrong column is wrong in every row
_MOST_LETTERS: Final = 60
_MOST_COLUMNS: Final = 10_000
_MOST_LINES: Final = 2_000_000  # a spreadsheet may end in a million rows of separators
_MOST_BLANK: Final = 1_000  # lines before the header
_MOST_ABOVE: Final = 50  # lines with content before the header
_CLEAN: Final = "allowed: text without control characters"
_BLANKS: Final = {9: 32, 10: 32, 13: 32}  # a line break within a cell is a blank
_NEAR: Final = 20  # near misses looked for in one file; each takes a while among thousands
_SAVE: Final = "in Excel, save it as 'CSV UTF-8'"
_MAGIC: Final = ((b"\xd0\xcf\x11\xe0", "an old workbook (.xls)"), (b"%PDF", "a PDF"))
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
        self.header_line = 1
        self.read: list[str] = []  # what was understood, beyond a plain list
        self.notes: list[str] = []  # what is allowed but may not be meant
        self.found: list[str] = []  # the names of its columns in the file
        self.mapped: dict[str, str] = {}  # columns that are called otherwise in the file, and how
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

    def fill(self, columns: Mapping[str, list[str]], lines: list[int]) -> None:
        """Take these for its columns, and the lines on which their rows stand in the file."""
        self.header, self.lines = list(columns), lines
        self._columns = dict(columns)
        self.good = self.headed = True

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


class Grid:
    """A file cut into rows of cells, before anybody knows which of them is the header.

    `head` are its first rows, `rows()` all of them, each with its line.
    """

    def __init__(self, shown: str, *, quoted: bool = True) -> None:
        self.shown = shown
        self.quoted = quoted
        self.kind = ""
        self.columns: Mapping[str, str] = {}
        self.delimiter = ","
        self.bom = False
        self.head: list[tuple[int, list[str]]] = []
        self.obeyed = False  # whether there is something in it that a terminal would obey
        self.notes: list[str] = []
        self.wrong: list[tuple[int, str, str]] = []  # cells that hold no value: line, column, why
        self.unreadable: UnreadableError | None = None
        self._rest: Iterable[tuple[int, list[str]]] = ()

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """All its rows, once. Raises UnreadableError where it cannot be cut into cells."""
        return chain(self.head, self._rest)

    def take(self, rows: Iterator[tuple[int, list[str]]]) -> None:
        """These are its rows."""
        self.head, error = _beginning(rows)
        self._rest = rows if error is None else _raising(error)

    def called(self, name: str) -> str:
        """What a column of the file is called here: capitals are no difference, and `columns` says more."""
        plain = folded(name)
        for own, theirs in self.columns.items():
            if theirs == name or folded(theirs) == plain:
                return own
        return name

    def sheet(self) -> Sheet:
        """A list without columns yet, of this file."""
        sheet = Sheet(self.shown, quoted=self.quoted)
        sheet.delimiter, sheet.bom = self.delimiter, self.bom
        sheet.read += self.notes
        for line, column, message in self.wrong:
            sheet.fault(line, column, message)
        if self.unreadable is not None:
            sheet.fault(self.unreadable.line, "", str(self.unreadable))
        return sheet


def _beginning(
    rows: Iterator[tuple[int, list[str]]],
) -> tuple[list[tuple[int, list[str]]], UnreadableError | None]:
    """The first rows, and why there are no more, if they cannot be cut into cells."""
    head: list[tuple[int, list[str]]] = []
    full = 0
    try:
        for line, cells in rows:
            head.append((line, cells))
            full += any(map(str.strip, cells))
            if full > _MOST_ABOVE or len(head) >= _MOST_BLANK:
                break
    except UnreadableError as error:
        return head, error
    return head, None


def _raising(error: UnreadableError) -> Iterator[tuple[int, list[str]]]:
    raise error
    yield


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
    titles: bool = True,
) -> Sheet:
    """The file with these `columns` (name: what it holds), of which some are `needed`.

    Other columns are refused, ignored, or wanted (then columns whose names only the file knows);
    `stranger` is what a refused one is called. Names of columns may be written in capitals. `pipes`
    and `most` are as in `read_bytes`; `shown` is the file's name in problems, `quoted` whether a column's
    is in quotes there; `titles`, whether there may be rows above the header.
    """
    grid = open_grid(source, columns, needed, pipes=pipes, shown=shown, most=most, quoted=quoted)
    return cut_sheet(grid, columns, needed, unknown=unknown, stranger=stranger, titles=titles)


def open_grid(
    source: Source,
    columns: Mapping[str, str],
    needed: Collection[str] = _NOTHING_NEEDED,
    *,
    pipes: bool = True,
    shown: str | None = None,
    most: int = MOST_BYTES,
    quoted: bool = True,
) -> Grid:
    """The file cut into rows, to be made a list by `cut_sheet`, which says what is wrong with it."""
    chosen = source if isinstance(source, Chosen) else Chosen(source)
    content = chosen.source
    grid = Grid(shown or (STDIN if isinstance(content, bytes) else str(content)), quoted=quoted)
    grid.kind, grid.columns = chosen.kind, chosen.columns
    try:
        data = _bytes_of(content, most, pipes=pipes)
        if is_workbook(data):
            _take_workbook(grid, data, chosen)
        elif chosen.sheet is not None:
            raise UnreadableError(f"is no workbook, so it has no sheet {chosen.sheet!r}")
        else:
            _take_text(grid, data, columns, needed)
    except UnreadableError as error:
        grid.unreadable = error
    return grid


def cut_sheet(
    grid: Grid,
    columns: Mapping[str, str],
    needed: Collection[str] = _NOTHING_NEEDED,
    *,
    unknown: Unknown = "refused",
    stranger: str = "unknown column",
    titles: bool = True,
    hints: Mapping[str, str] | None = None,
) -> Sheet:
    """The list that these rows are: the header is the first row that has the needed columns.

    All is as in `read_sheet`; `hints` say of some unknown columns what to do about them.
    """
    sheet = grid.sheet()
    if grid.unreadable is not None:
        return sheet
    try:
        place = _header_in(grid, columns, needed, titles=titles)
        rows = grid.rows()
        above = [each for _, each in zip(range(place), rows, strict=False)]
        line, cells = next(rows, (1, []))
        above = [each for each in above if any(map(str.strip, each[1]))]
        if above:
            sheet.read.append(passed_over(above, "above the header"))
        _take_header(sheet, grid, line, cells, columns, needed, unknown, stranger, hints or {})
        if sheet.header:
            _take_rows(sheet, rows)
            if grid.obeyed:
                sheet.refuse_obeyed([name for name in sheet.header if name in columns])
    except UnreadableError as error:
        sheet.good = False
        sheet.fault(error.line, "", str(error))
    return sheet


def passed_over(rows: list[tuple[int, list[str]]], where: str) -> str:
    """That rows were passed over: how many, and what they begin with."""
    shown = [
        f"{line}: {shown_name(' '.join(next(filter(None, map(str.strip, cells)), '').split()))}"
        for line, cells in rows[:3]
    ]
    more = ", ..." if len(rows) > 3 else ""
    return f"{plural(len(rows), 'row')} {where} passed over ({', '.join(shown)}{more})"


def _header_in(grid: Grid, columns: Mapping[str, str], needed: Collection[str], *, titles: bool) -> int:
    """Which row is the header: the first that has what is needed, else that with most of the columns."""
    full = [at for at, (_, cells) in enumerate(grid.head) if any(map(str.strip, cells))]
    if not full:
        raise UnreadableError(f"is empty; columns needed: {', '.join(needed)}", 1)
    if not titles:
        return full[0]
    known = {at: _known(grid, grid.head[at][1], columns) for at in full}
    complete = next((at for at in full if needed and known[at].issuperset(needed)), None)
    if complete is not None:
        return complete
    best = max(full, key=lambda at: (len(known[at]), -at))
    return best if len(known[best]) > max(1, len(known[full[0]])) else full[0]


def _known(grid: Grid, cells: list[str], columns: Mapping[str, str]) -> set[str]:
    """The columns of which a row has the names."""
    names = (grid.called(same(read_cell(cell.strip()))) for cell in cells)
    return {plain for name in names if (plain := name if name in columns else name.casefold()) in columns}


def _take_workbook(grid: Grid, data: bytes, chosen: Chosen) -> None:
    book = read_workbook(data, chosen.sheet, chosen.kind)
    if len(book.sheets) > 1:
        grid.shown = f"{grid.shown}!{book.sheet}"
    grid.notes += book.notes
    grid.wrong = book.wrong
    grid.obeyed = True  # or it may be; each cell is looked at
    grid.take(iter(book.rows))


def _take_text(grid: Grid, data: bytes, columns: Mapping[str, str], needed: Collection[str]) -> None:
    text, grid.bom = _decoded(data)
    if not text.strip("".join(_DELIMITERS) + string.whitespace):
        raise UnreadableError(f"is empty; columns needed: {', '.join(needed)}", 1)
    if max(map(text.count, _DELIMITERS)) > 2 * MOST_CELLS:  # some may stand in cells
        raise UnreadableError(f"has too many cells; allowed: {MOST_CELLS:,} at most")
    text, grid.delimiter = _separated(grid, text, columns)
    grid.obeyed = obeyed(text.translate(_BLANKS))
    grid.take(_records(text, grid.delimiter))


def _bytes_of(source: Path | bytes, most: int, *, pipes: bool) -> bytes:
    if isinstance(source, bytes):
        if len(source) > most:
            raise UnreadableError(f"cannot be read: it is longer than {most >> 20:,} MiB")
        return source
    content = read_bytes(source, most, pipes=pipes)
    if isinstance(content, str):
        said = content.removeprefix("it cannot be read: ")
        raise UnreadableError(f"cannot be read: {said}")
    return content


def _decoded(data: bytes) -> tuple[str, bool]:
    """The text, and whether it began with a byte order mark."""
    for magic, what in _MAGIC:
        if data.startswith(magic):
            raise UnreadableError(f"is {what}, not a CSV file; {_SAVE}")
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))  # 'Unicode text' of Excel
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = None if wide else data.count(b"\n", 0, error.start) + 1
        name = "UTF-16" if wide else "UTF-8"
        raise UnreadableError(f"is not {name} text (byte {error.start + 1:,}); {_SAVE}", line) from None
    if "\0" in text:
        raise UnreadableError(f"is not text; {_SAVE}", text.count("\n", 0, text.index("\0")) + 1)
    return text, wide or data.startswith(b"\xef\xbb\xbf")


def _separated(grid: Grid, text: str, columns: Mapping[str, str]) -> tuple[str, str]:
    """The text and what separates its cells: what makes most of a header's cells known columns.

    If no row names any, it is what cuts most rows into the same number of cells.
    """
    said = re.match(r'"?sep=([,;|\t])"?[ \t]*\r?\n', text, re.IGNORECASE)  # Excel's own way to say it
    if said:
        return "\n" + text[said.end() :], said[1]

    def known(delimiter: str) -> tuple[int, int, int]:
        rows, _ = _beginning(_records(text, delimiter))
        names = max((len(_known(grid, cells, columns)) for _, cells in rows), default=-1)
        widths = Counter(len(cells) for _, cells in rows if len(cells) > 1)
        width, alike = max(widths.items(), key=lambda each: (each[1], each[0]), default=(0, 0))
        return names, alike, width

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
        raise UnreadableError(f"is not CSV: {what}", line) from None


def _take_header(
    sheet: Sheet,
    grid: Grid,
    line: int,
    cells: list[str],
    columns: Mapping[str, str],
    needed: Collection[str],
    unknown: Unknown,
    stranger: str,
    hints: Mapping[str, str],
) -> None:
    names = [same(read_cell(cell.strip())) for cell in cells]
    sheet.found = list(names)
    for at, name in enumerate(names):
        own = grid.called(name)
        if own != name and own in columns:
            names[at] = own
            sheet.mapped[own] = name
            sheet.read.append(f"{own} is {shown_name(name)}")
    while names and not names[-1]:
        names.pop()  # Excel fills up rows
    if not names:
        raise UnreadableError(f"is empty; columns needed: {', '.join(needed)}", 1)
    if len(names) > _MOST_COLUMNS:
        raise UnreadableError(f"has {len(names):,} columns; allowed: {_MOST_COLUMNS:,} at most", line)
    written = {name.casefold() for name in names} | set(names)
    free = [each for each in columns if each not in written]
    if unknown != "wanted" and not _ours(names, columns, free):
        # it may be any file, so nothing of it is shown
        wanted = ", ".join(needed or columns)
        raise UnreadableError(f"is no such list: its first line names none of its columns, {wanted}", line)
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
            hint = hints.get(folded(name))
            near = sheet.near(name, free) if hint is None else f"; {hint.format(name)}"
            sheet.fault(line, name, stranger + (near or f"; allowed: {_listed(columns)}"))
            sheet.unknown, meant = True, meant + near
        bad = True
    for name in needed:
        if name not in before and f" '{name}'?" not in meant:
            sheet.fault(line, name, f"missing column: {columns[name]}")
            bad = True
    sheet.header_line = line
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
    most = min(_MOST_LINES, MOST_CELLS // max(width, 1))
    try:
        for count, (line, cells) in enumerate(records):
            if len(rows) >= most or count >= _MOST_LINES:
                said = f"has more than {most:,} rows of {plural(width, 'column')}"
                raise UnreadableError(f"{said}; allowed: {MOST_CELLS:,} cells at most", line)
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
    except UnreadableError as error:
        sheet.good = False
        sheet.fault(error.line, "", str(error))
    if not rows and not sheet.faults:
        sheet.good = False
        sheet.fault(1, "", "has a header but no rows")
    sheet.cut(rows)
