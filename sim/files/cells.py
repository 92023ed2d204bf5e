"""What cells of a column mean: numbers, flags, moments, names; what they do not mean is a problem."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final

from sim.files.sheets import Sheet, found
from sim.files.text import NUMBER, folded, same
from sim.files.words import is_unclear, unclear, yes_or_no

__all__ = [
    "decimal",
    "decimals",
    "first_rows",
    "flag",
    "flags",
    "moment",
    "names",
    "near_names",
    "no_whole",
    "ranks",
    "refuse_unclear",
    "said_unclear",
    "whole",
    "wholes",
    "with_point",
    "yes_or_no",
]

_WHOLE: Final = re.compile(r"\+?(\d{1,18})([.,]0)?", re.ASCII)  # 3.0 is 3, but 1.000 may be 1000
_GREATEST: Final = 1_000_000_000
_MOST_DECIMALS: Final = 30


def near_names(
    sheet: Sheet, column: str, strangers: Mapping[int, str], known: Sequence[str], what: str
) -> None:
    """Say of each of these rows that its name is unknown, and which of the known ones is near."""
    if not strangers:
        return
    alike = {folded(name): name for name in reversed(known)}
    for row, name in strangers.items():
        other = alike.get(folded(name))
        near = sheet.near(name, known) if other is None else f"; did you mean '{other}'?"
        sheet.wrong(row, column, f"{found(name)}; {what}{near}")


def names(sheet: Sheet, column: str, what: str = "a name") -> list[str]:
    """The names in a column, in none of whose rows it may be empty."""
    cells = [same(cell) for cell in sheet.cells(column)]
    for row, cell in enumerate(cells):
        if not cell:
            sheet.wrong(row, column, f"{found(cell)}; allowed: {what}")
    return cells


def first_rows(sheet: Sheet, column: str, cells: Sequence[str]) -> dict[str, int]:
    """The row of each name of a column, whose cells, as they are compared, are these; empty ones have none.

    A name that stands in another row again is a problem.
    """
    first: dict[str, int] = {}
    for row, name in enumerate(cells):
        if name and (before := first.setdefault(name, row)) != row:
            said = f"{found(name)} again; it stands on line {sheet.lines[before]} already"
            sheet.wrong(row, column, said)
    return first


def decimals(sheet: Sheet, column: str, *, empty: bool = False) -> list[Decimal | None]:
    """The numbers in a column, of any sign and exactly as written.

    None for a wrong cell, and for an empty one, which is wrong unless it may be `empty`.
    """
    if empty and column not in sheet:
        return [None] * len(sheet)
    known: dict[str, Decimal] = {}  # a list of a million rows has few different weights
    values: list[Decimal | None] = []
    for row, cell in enumerate(sheet.cells(column)):
        value = known.get(cell)
        if value is None:
            value = decimal(sheet, row, column, cell, empty=empty)
            if value is not None:
                known[cell] = value
        values.append(value)
    return values


def decimal(sheet: Sheet, row: int, column: str, cell: str, *, empty: bool = False) -> Decimal | None:
    """The number in a cell, exactly as written."""
    if not cell and empty:
        return None
    rule = "a number"
    if NUMBER.fullmatch(cell):
        text = with_point(sheet, row, column, cell)
        if text is None:
            return None
        value = Decimal(text)
        if not value:
            return Decimal(0)  # no -0
        if abs(value) > _GREATEST:
            rule = f"a number from -{_GREATEST:,} to {_GREATEST:,}"
        elif int(value.as_tuple().exponent) < -_MOST_DECIMALS:
            rule = f"a number of {_MOST_DECIMALS} decimals at most"
        else:
            return value
    sheet.wrong(row, column, f"{found(cell)}; allowed: {rule}")
    return None


def _mark(sheet: Sheet, row: int, column: str, cell: str) -> bool:
    """Whether its decimal mark is that of the file's other numbers: 1.500 is not 1,500."""
    mark = next((each for each in ",." if each in cell), None)
    if mark is None:
        return True
    if sheet.mark is None:
        sheet.mark = mark, sheet.lines[row]
    elif sheet.mark[0] != mark:
        name = {",": "commas", ".": "points"}[sheet.mark[0]]
        where = f"decimals in this file have {name} (line {sheet.mark[1]})"
        sheet.wrong(row, column, f"{found(cell)}; {where}")
        return False
    return True


def with_point(sheet: Sheet, row: int, column: str, cell: str) -> str | None:
    """A number written with a decimal point, and any other cell as it is; None if its mark is wrong."""
    if not NUMBER.fullmatch(cell):
        return cell
    if "," in cell and sheet.delimiter == ",":
        sheet.wrong(row, column, f"{found(cell)}; allowed: a number, with a decimal point")
        return None
    return cell.replace(",", ".") if _mark(sheet, row, column, cell) else None


def whole(cell: str, low: int, high: int) -> int | None:
    """The whole number from `low` to `high` in a cell; None if there is none."""
    match = _WHOLE.fullmatch(cell)
    return int(match[1]) if match and low <= int(match[1]) <= high else None


def no_whole(cell: str, low: int, high: int) -> str:
    """What is wrong with a cell in which there is none."""
    return f"{found(cell)}; allowed: a whole number from {low:,} to {high:,}"


def wholes(sheet: Sheet, column: str, low: int, high: int) -> list[int | None]:
    """The whole numbers from `low` to `high` in a column, None for an empty or wrong cell."""
    cells = sheet.cells(column)
    values = [whole(cell, low, high) for cell in cells]
    for row, (cell, value) in enumerate(zip(cells, values, strict=True)):
        if cell and value is None:
            sheet.wrong(row, column, no_whole(cell, low, high))
    return values


def flag(sheet: Sheet, row: int, column: str, cell: str) -> bool | None:
    """Whether a cell says yes; None if it is empty or wrong."""
    said = yes_or_no(cell)
    if said is None and cell:
        sheet.wrong(row, column, f"{found(cell)}; allowed: yes or no (or 1 or 0)")
    return said


def flags(sheet: Sheet, column: str) -> list[bool]:
    """Whether the cells of a column say yes; an empty one does not."""
    if column not in sheet:
        return [False] * len(sheet)
    refuse_unclear(sheet, (column,))
    return [flag(sheet, row, column, cell) or False for row, cell in enumerate(sheet.cells(column))]


def said_unclear(cell: str) -> str:
    """What is wrong with an x where there are ticks too."""
    return f"{found(cell)}, which beside ✓ may mean yes or no; write yes or no"


def refuse_unclear(sheet: Sheet, columns: Iterable[str]) -> None:
    """Say of each x in these columns that it may mean yes or no, if there are ticks too."""
    names_ = list(columns)
    marks = unclear(cell for name in names_ for cell in sheet.cells(name))
    for name in names_ if marks else ():
        for row, cell in enumerate(sheet.cells(name)):
            if is_unclear(cell, marks):
                sheet.wrong(row, name, said_unclear(cell))


def moment(cell: str) -> dt.datetime | None:
    """`2024-11-26 10:00`, with or without an offset; None if it is something else."""
    if ":" not in cell[10:]:  # a date alone is midnight to Python
        return None
    try:
        return dt.datetime.fromisoformat(cell)
    except ValueError:
        return None


def ranks(sheet: Sheet, column: str) -> list[int]:
    """The rows' places in the order of a column of numbers, or of dates with or without times.

    Rows with an equal, or an empty, cell keep their order; the empty ones are last.
    """
    rule = "a number, or a date such as 2024-11-26 or 2024-11-26 10:00"
    keys: list[tuple[int, float]] = []
    first: tuple[str, int] | None = None
    for row, cell in enumerate(sheet.cells(column)):
        key, kind = (1, 0.0), "nothing"
        if cell:
            kind, value = _place_in_time(sheet, cell)
            if value is None:
                sheet.wrong(row, column, f"{found(cell)}; allowed: {rule}")
            elif first is not None and first[0] != kind:
                sheet.wrong(
                    row, column, f"{found(cell)}; the column has {first[0]} elsewhere (line {first[1]})"
                )
            else:
                first = first or (kind, sheet.lines[row])
                key = (0, value)
        keys.append(key)
    place = [0] * len(keys)
    for rank, row in enumerate(sorted(range(len(keys)), key=keys.__getitem__)):
        place[row] = rank
    return place


def _place_in_time(sheet: Sheet, cell: str) -> tuple[str, float | None]:
    if NUMBER.fullmatch(cell) and not ("," in cell and sheet.delimiter == ","):
        return "numbers", float(cell.replace(",", "."))
    try:
        when = dt.datetime.fromisoformat(cell)
    except ValueError:
        return "nothing", None
    if when.tzinfo is None:
        return "dates without an offset", (when - dt.datetime(1970, 1, 1)).total_seconds()
    return "dates with an offset", when.timestamp()
