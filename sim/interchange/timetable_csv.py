"""A timetable as a CSV file: a row a request, written as the requests' own file is."""

from __future__ import annotations

import csv
import errno
import io
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final
from uuid import uuid4

from sim.files.sheets import Style
from sim.files.text import plain_cell
from sim.interchange.arranging import Arranged, Row

__all__ = ["COLUMNS", "publish", "refuse", "timetable_csv"]

COLUMNS: Final = ("who", "whom", "weight", "slot", "start", "end", "table", "reason")


def timetable_csv(arranged: Arranged) -> bytes:
    """The timetable as CSV in UTF-8: separators, decimal marks and byte order mark as in the requests.

    Ids are the first column if the requests have any. A name that a spreadsheet would run as a formula
    has a `'` before it, which `read_lists` takes away again.
    """
    style = arranged.lists.style
    named = "id" in arranged.lists.requests.columns
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=style.delimiter, lineterminator="\n")
    writer.writerow((("id",) if named else ()) + COLUMNS)
    for row in arranged.rows():
        writer.writerow(([plain_cell(row.id)] if named else []) + _cells(row, style))
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

    Raises:
        FileExistsError: there is a file and `force` is not given; or it is one of the `inputs`, or no
            file, which are never replaced.
        PermissionError: nothing can be written there.
    """
    if path.exists():
        if any(each.exists() and path.samefile(each) for each in inputs):
            raise FileExistsError(f"{path} is one of the lists; it is left as it is")
        if not path.is_file():
            raise FileExistsError(f"{path} is not a file; it is left as it is")
        if not force:
            raise FileExistsError(f"{path} is already there; --force replaces it")
    there = next(parent for parent in path.absolute().parents if parent.exists())
    if not there.is_dir():
        raise NotADirectoryError(f"{there} is not a directory")
    if not os.access(there, os.W_OK | os.X_OK):
        raise PermissionError(f"{there} cannot be written to")


def publish(data: bytes, path: Path, *, force: bool) -> None:
    """Write a file beside its place and then rename it; its parents are made.

    Raises:
        FileExistsError: there is a file, be it since a moment ago, and `force` is not given.
    """
    path = path.absolute()
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name[:200]}.{uuid4().hex[:8]}.partial")
    try:
        with partial.open("xb") as opened:
            opened.write(data)
        if force or not _linked(partial, path):
            partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _linked(partial: Path, path: Path) -> bool:
    """Whether the file got its name by a link, which never replaces another; not all disks know links."""
    try:
        os.link(partial, path)
    except FileExistsError:
        raise FileExistsError(errno.EEXIST, "is already there; --force replaces it", str(path)) from None
    except OSError:
        if path.exists():
            raise FileExistsError(errno.EEXIST, "is already there; --force replaces it", str(path)) from None
        return False
    return True
