"""Files cut into rows of cells, before anybody knows what their columns mean.

A CSV file's cells are separated by commas, semicolons (as a European Excel writes) or tabs; the header
tells which. Of a workbook one sheet is read.
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
from typing import Final

from sim.files.reading import MOST_BYTES, read_bytes
from sim.files.text import folded, obeyed_in_cell, read_cell, same
from sim.files.workbooks import MOST_CELLS, SAVE, UnreadableError, is_workbook, read_workbook

__all__ = ["MOST_CELLS", "Chosen", "Grid", "Source", "UnreadableError", "empty", "open_grid"]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A file, or what was read from standard input, and what is said of it.

    `kind` is what list it is, `sheet` the name of its sheet if it is a workbook (without one, that called as
    the kind, or the first with content); `columns` says of a column what it is called in the file; `shown` is
    what the file is called in problems, if not by its name.
    """

    source: Path | bytes
    kind: str = ""
    sheet: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    shown: str | None = None


Source = Path | bytes | Chosen
"""A file, or what was read from standard input."""

_STDIN: Final = "<stdin>"
_DELIMITERS: Final = (",", ";", "\t")
_MOST_BLANK: Final = 1_000  # lines before the header
_MOST_ABOVE: Final = 50  # lines with content before the header
_MAGIC: Final = ((b"\xd0\xcf\x11\xe0", "an old workbook (.xls)"), (b"%PDF", "a PDF"))


class Grid:
    """A file cut into rows of cells, before anybody knows which of them is the header.

    `head` are its first rows, `rows()` all of them, each with its line.
    """

    def __init__(self, shown: str, *, quoted: bool = True) -> None:
        self.shown = shown
        self.quoted = quoted
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

    def known(self, cells: Iterable[str], columns: Collection[str]) -> set[str]:
        """Those of these columns of which a row has the names."""
        names = (self.called(same(read_cell(cell.strip()))) for cell in cells)
        return {plain for name in names if (plain := name if name in columns else name.casefold()) in columns}

    def counted_rows(self) -> Iterator[tuple[int, list[str]]]:
        """`rows()`. Raises UnreadableError where they have too many cells, too."""
        count = 0
        for line, cells in self.rows():
            count += len(cells)
            if count > MOST_CELLS:
                raise UnreadableError(f"has too many cells; allowed: {MOST_CELLS:,} at most", line)
            yield line, cells


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


def open_grid(
    source: Source,
    columns: Mapping[str, str],
    needed: Collection[str] = (),
    *,
    pipes: bool = True,
    shown: str | None = None,
    most: int = MOST_BYTES,
    quoted: bool = True,
) -> Grid:
    """The file cut into rows, to be made a list by `cut_sheet`, which says what is wrong with it."""
    chosen = source if isinstance(source, Chosen) else Chosen(source)
    content = chosen.source
    shown = shown or chosen.shown
    grid = Grid(shown or (_STDIN if isinstance(content, bytes) else str(content)), quoted=quoted)
    grid.columns = chosen.columns
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


def empty(needed: Iterable[str]) -> UnreadableError:
    """That there is nothing in a file, and what is needed."""
    return UnreadableError(f"is empty; columns needed: {', '.join(needed)}", 1)


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
        raise empty(needed)
    if max(map(text.count, _DELIMITERS)) > 2 * MOST_CELLS:  # some may stand in cells
        raise UnreadableError(f"has too many cells; allowed: {MOST_CELLS:,} at most")
    text, grid.delimiter = _separated(grid, text, columns)
    grid.obeyed = obeyed_in_cell(text)
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
            raise UnreadableError(f"is {what}, not a CSV file; {SAVE}")
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))  # 'Unicode text' of Excel
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = None if wide else data.count(b"\n", 0, error.start) + 1
        name = "UTF-16" if wide else "UTF-8"
        raise UnreadableError(f"is not {name} text (byte {error.start + 1:,}); {SAVE}", line) from None
    if "\0" in text:
        raise UnreadableError(f"is not text; {SAVE}", text.count("\n", 0, text.index("\0")) + 1)
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
        names = max((len(grid.known(cells, columns)) for _, cells in rows), default=-1)
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
