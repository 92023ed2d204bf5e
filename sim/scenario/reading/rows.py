"""Lists beside a scenario as rows: an exhibitor, an activity, a pair.

The files are read as all lists are (`files.sheets`): whatever separates the cells, with decimal commas,
capitalised headers, composed or decomposed letters. What a cell may hold says the schema.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Generic, NamedTuple, TypeVar

from pydantic import ValidationError

from sim.files.cells import with_point
from sim.files.problems import Fault
from sim.files.sheets import Sheet, read_sheet
from sim.files.text import same
from sim.scenario.checks.wording import describe, shape_at
from sim.scenario.schema.countries import code_of
from sim.scenario.schema.rows import ActivityRow, ExhibitorRow, PairRow, PublishedRow

__all__ = ["Read", "read_activities", "read_exhibitors", "read_pairs", "row_of", "without_header"]

_NUMBERS: Final = (int, float)

Row = TypeVar("Row", ExhibitorRow, ActivityRow, PairRow, PublishedRow)


class Read(NamedTuple, Generic[Row]):
    """What a list says: its rows, the line of each, and what is wrong with it."""

    rows: tuple[Row, ...]
    lines: list[int]
    problems: list[Fault]
    broken: list[tuple[int, dict[str, str]]]
    """Rows that are left out, since something is wrong with them: the line, and the cells that are not wrong,
    as they are written; of these too it is to be said if a name is not known."""


def read_exhibitors(content: bytes, shown: str) -> Read[ExhibitorRow]:
    """The rows of an exhibitors file.

    `shown` is the file's name in problems. Countries may be called by their English names.
    """
    return _read(content, shown, ExhibitorRow, "name")


def read_activities(content: bytes, shown: str) -> Read[ActivityRow]:
    """The rows of a programme file."""
    return _read(content, shown, ActivityRow, None)


def read_pairs(content: bytes, shown: str) -> Read[PairRow]:
    """The rows of a pairs file."""
    return _read(content, shown, PairRow, None)


def _read(content: bytes, shown: str, model: type[Row], unique: str | None) -> Read[Row]:
    columns = {name: info.description or "" for name, info in model.model_fields.items()}
    needed = [name for name, info in model.model_fields.items() if info.is_required()]
    sheet = read_sheet(content, columns, needed, shown=shown, quoted=False, titles=False)
    if not sheet.headed:
        return without_header(sheet)
    numbers = {name for name in columns if getattr(shape_at((name,), model), "hint", None) in _NUMBERS}
    cells = {name: sheet.cells(name) for name in sheet.header if name in columns}
    rows: list[Row] = []
    lines: list[int] = []
    broken: list[tuple[int, dict[str, str]]] = []
    first: dict[str, int] = {}
    for number, line in enumerate(sheet.lines):
        values = _values(sheet, number, {name: column[number] for name, column in cells.items()}, numbers)
        row = row_of(sheet, number, values, model)
        if row is None:
            right = {name: cell for name, cell in values.items() if (number, name) not in sheet.wrongs}
            broken.append((line, right))
            continue
        rows.append(row)
        lines.append(line)
        name = getattr(row, unique) if unique else None
        if name in first:
            message = f"found {name!r} again; it stands on line {first[name]} already"
            sheet.wrong(number, str(unique), message)
        elif name is not None:
            first[name] = line
    return Read(tuple(rows), lines, sheet.problems(), broken)


def _values(sheet: Sheet, number: int, cells: dict[str, str], numbers: set[str]) -> dict[str, str]:
    """What the cells of a row say, without empty ones."""
    values: dict[str, str] = {}
    for name, cell in cells.items():
        text = same(" ".join(cell.split()))  # a line break within a cell is a blank
        if name in numbers:
            text = with_point(sheet, number, name, text) or text
        elif name == "country":
            text = code_of(text) or text
        if text:
            values[name] = text
    return values


def without_header(sheet: Sheet) -> Read[Any]:
    """What is wrong with the header; of a wrong one the rows cannot but be wrong."""
    problems = sheet.problems()
    return Read((), [], [each for each in problems if each.line == problems[0].line], [])


def row_of(sheet: Sheet, number: int, values: Mapping[str, object], model: type[Row]) -> Row | None:
    """The row of these values, unless something is wrong with it."""
    try:
        # not strict: every cell of a CSV file is text
        row = model.model_validate(values)
    except ValidationError as error:
        for keys, message in describe(error, model, values):
            name = ".".join(map(str, keys))
            if (number, name) not in sheet.wrongs:
                sheet.wrong(number, name, message)
        return None
    return None if any((number, name) in sheet.wrongs for name in values) else row
