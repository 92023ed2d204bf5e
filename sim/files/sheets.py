"""Lists as people make them: cut into columns by their header, and what is wrong with them collected.

Rows above the header are passed over.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from sim.files.grids import MOST_CELLS, Grid, Source, UnreadableError, empty, open_grid
from sim.files.problems import Fault, ScenarioError, did_you_mean
from sim.files.reading import MOST_BYTES
from sim.files.text import folded, obeyed_in_cell, read_cell, same

__all__ = [
    "CLEAN_CELL",
    "NO_ROWS",
    "TWICE",
    "ListError",
    "Sheet",
    "Style",
    "cut_sheet",
    "found",
    "new_sheet",
    "passed_over",
    "plural",
    "read_sheet",
    "shown_name",
]

_MOST_PROBLEMS: Final = 50  # of one file; one wrong column is wrong in every row
_MOST_LETTERS: Final = 60
_MOST_COLUMNS: Final = 10_000
_MOST_LINES: Final = 2_000_000  # a spreadsheet may end in a million rows of separators
CLEAN_CELL: Final = "allowed: text without control characters"
TWICE: Final = "stands twice in the header"
NO_ROWS: Final = "has a header but no rows"
"""What is said of a cell that holds what a terminal would obey, of a column, and of a whole list."""
_NEAR: Final = 20  # near misses looked for in one file; each takes a while among thousands
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

    def keep(self, rows: Sequence[int]) -> None:
        """Keep these rows alone."""
        self._columns = {name: [cells[row] for row in rows] for name, cells in self._columns.items()}
        self.lines = [self.lines[row] for row in rows]

    def refuse_obeyed(self, columns: Collection[str]) -> None:
        """Say of each cell in these columns that it holds what a terminal would obey."""
        for name in columns:
            for row, cell in enumerate(self.cells(name)):
                if obeyed_in_cell(cell):
                    self.wrong(row, name, f"{found(cell)}; {CLEAN_CELL}")


def plural(count: int, what: str) -> str:
    """`1 row`, `2 rows`."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def shown_name(name: str) -> str:
    """A name in quotes, not too long."""
    return repr(name if len(name) <= _MOST_LETTERS else name[: _MOST_LETTERS - 3] + "...")


def found(cell: str) -> str:
    """The beginning of a message: what was found in a cell."""
    return f"found {shown_name(cell) if cell else 'an empty cell'}"


def read_sheet(
    source: Source,
    columns: Mapping[str, str],
    needed: Collection[str] = (),
    *,
    unknown: Unknown = "refused",
    stranger: str = "unknown column",
    pipes: bool = True,
    shown: str | None = None,
    most: int = MOST_BYTES,
    quoted: bool = True,
    titles: bool = True,
    rowless: bool = False,
) -> Sheet:
    """The file with these `columns` (name: what it holds), of which some are `needed`.

    Other columns are refused, ignored, or wanted (then columns whose names only the file knows);
    `stranger` is what a refused one is called. Names of columns may be written in capitals. `pipes`
    and `most` are as in `read_bytes`; `shown` is the file's name in problems, `quoted` whether a column's
    is in quotes there; `titles`, whether there may be rows above the header, `rowless` whether it may have
    none below it.
    """
    grid = open_grid(source, columns, needed, pipes=pipes, shown=shown, most=most, quoted=quoted)
    return cut_sheet(
        grid, columns, needed, unknown=unknown, stranger=stranger, titles=titles, rowless=rowless
    )


def new_sheet(grid: Grid) -> Sheet:
    """A list without columns yet, of this file."""
    sheet = Sheet(grid.shown, quoted=grid.quoted)
    sheet.delimiter, sheet.bom = grid.delimiter, grid.bom
    sheet.read += grid.notes
    for line, column, message in grid.wrong:
        sheet.fault(line, column, message)
    if grid.unreadable is not None:
        sheet.fault(grid.unreadable.line, "", str(grid.unreadable))
    return sheet


def cut_sheet(
    grid: Grid,
    columns: Mapping[str, str],
    needed: Collection[str] = (),
    *,
    unknown: Unknown = "refused",
    stranger: str = "unknown column",
    titles: bool = True,
    rowless: bool = False,
    hints: Mapping[str, str] | None = None,
) -> Sheet:
    """The list that these rows are: the header is the first row that has the needed columns.

    All is as in `read_sheet`; `hints` say of some unknown columns what to do about them.
    """
    sheet = new_sheet(grid)
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
            _take_rows(sheet, rows, rowless=rowless)
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
        raise empty(needed)
    if not titles:
        return full[0]
    known = {at: grid.known(grid.head[at][1], columns) for at in full}
    complete = next((at for at in full if needed and known[at].issuperset(needed)), None)
    if complete is not None:
        return complete
    best = max(full, key=lambda at: (len(known[at]), -at))
    return best if len(known[best]) > max(1, len(known[full[0]])) else full[0]


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
        raise empty(needed)
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
            sheet.fault(line, name, TWICE)
        elif unknown == "wanted" and obeyed_in_cell(name):
            sheet.fault(line, name, CLEAN_CELL)
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


def _take_rows(sheet: Sheet, records: Iterator[tuple[int, list[str]]], *, rowless: bool) -> None:
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
    if not rows and not rowless and not sheet.faults:
        sheet.good = False
        sheet.fault(sheet.header_line, "", NO_ROWS)
    sheet.cut(rows)
