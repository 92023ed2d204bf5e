"""A timetable as a CSV file: a row a request, written as the requests' own file is."""

from __future__ import annotations

import csv
import errno
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from sim.files.sheets import Style
from sim.files.text import plain_cell
from sim.files.whole import RefusedError, resolved, telling, try_file, write_file
from sim.interchange.arranging import Arranged, Row
from sim.interchange.remembered import remembered

__all__ = ["COLUMNS", "publish", "refuse", "timetable_csv", "written"]

COLUMNS: Final = ("who", "whom", "weight", "slot", "start", "end", "table", "reason")


def timetable_csv(arranged: Arranged, revision: int | None = None) -> bytes:
    """The timetable as CSV in UTF-8: separators, decimal marks and byte order mark as in the requests.

    Ids are the first column if the requests have any; `with` is there if they have it. A name that a
    spreadsheet would run as a formula has a `'` before it, which `read_lists` takes away again.

    A `revision` is that of the calendars that are handed out with it: the last column, alike in all rows, so
    that the next ones can have a greater one. Beyond it stands what is to be `remembered`.
    """
    style = arranged.lists.style
    named = "id" in arranged.lists.requests.columns
    along = "with" in arranged.lists.requests.columns
    head = [*(("id",) if named else ()), *COLUMNS[:2], *(("with",) if along else ()), *COLUMNS[2:]]
    last = [] if revision is None else [str(revision)]
    more = remembered(arranged, revision)
    head += [*(["revision"] if last else []), *more.columns]
    rows = [head]
    for row, further in zip(arranged.rows(), more.cells, strict=True):
        cells = _cells(row, style)
        if along:
            cells.insert(2, plain_cell(row.with_))
        rows.append(([plain_cell(row.id)] if named else []) + cells + last + [*map(plain_cell, further)])
    rows += [[plain_cell(each.get(name, "")) for name in head] for each in more.off]
    return written(rows, style)


def written(rows: Iterable[Sequence[str]], style: Style) -> bytes:
    """These rows as CSV in UTF-8, with the separators and byte order mark of a list."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=style.delimiter, lineterminator="\n").writerows(rows)
    return text.getvalue().encode("utf-8-sig" if style.bom else "utf-8")


def _cells(row: Row, style: Style) -> list[str]:
    weight = repr(row.weight).removesuffix(".0")
    if style.decimal_comma:
        weight = weight.replace(".", ",")
    table = "" if row.table is None else str(row.table)
    optional = [each or "" for each in (row.slot, row.start, row.end)]
    who, whom, *optional = map(plain_cell, (row.who, row.whom, *optional))
    return [who, whom, weight, *optional, table, row.reason or ""]


def refuse(path: Path, inputs: Iterable[Path], *, force: bool) -> None:
    """Raise unless a file may be written at `path`; meant to be asked before long work.

    It tries: a file is made beside it and taken away again.

    Raises:
        FileExistsError: there is a file and `force` is not given; or it is one of the `inputs`, or no
            file, which are never replaced.
        OSError: nothing can be written there.
    """
    place = resolved(path)
    with telling(path):
        if place.exists():
            if any(each.exists() and place.samefile(each) for each in inputs):
                raise RefusedError(f"{path} is read for this; it is left as it is")
            if not place.is_file():
                raise RefusedError(f"{path} is not a file; it is left as it is")
            if not force:
                raise RefusedError(f"{path} is already there; --force replaces it")
        try_file(place)


def publish(data: bytes, path: Path, *, force: bool) -> None:
    """Write a file, whole or not at all; its parents are made, and a link to it stays a link.

    Raises:
        FileExistsError: there is a file, be it since a moment ago, and `force` is not given.
    """
    try:
        write_file(resolved(path), data, replace=force)
    except FileExistsError:
        raise FileExistsError(errno.EEXIST, "is already there; --force replaces it", str(path)) from None
