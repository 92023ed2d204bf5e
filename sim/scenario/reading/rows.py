"""Lists beside a scenario: CSV files with a row an exhibitor, an activity or a pair."""

from __future__ import annotations

import csv
import io
from typing import TypeVar

from pydantic import ValidationError

from sim.files.problems import Problem, did_you_mean, not_text
from sim.scenario.checks.wording import describe
from sim.scenario.schema.rows import ActivityRow, ExhibitorRow, PairRow

__all__ = ["read_activities", "read_exhibitors", "read_pairs"]

_MOST_PROBLEMS = 50  # of one CSV file; one wrong column is wrong in every row

Row = TypeVar("Row", ExhibitorRow, ActivityRow, PairRow)


def read_exhibitors(content: bytes, shown: str) -> tuple[tuple[ExhibitorRow, ...], list[int], list[Problem]]:
    """The rows of an exhibitors file, the line of each, and what is wrong with it.

    `shown` is the file's name in problems. A row with a problem is left out.
    """
    return _read(content, shown, ExhibitorRow, "name")


def read_activities(content: bytes, shown: str) -> tuple[tuple[ActivityRow, ...], list[int], list[Problem]]:
    """The rows of a programme file, the line of each, and what is wrong with it."""
    return _read(content, shown, ActivityRow, None)


def read_pairs(content: bytes, shown: str) -> tuple[tuple[PairRow, ...], list[int], list[Problem]]:
    """The rows of a pairs file, the line of each, and what is wrong with it."""
    return _read(content, shown, PairRow, None)


def _read(
    content: bytes, shown: str, model: type[Row], unique: str | None
) -> tuple[tuple[Row, ...], list[int], list[Problem]]:
    try:
        reader = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        header = [cell.strip() for cell in next(reader, [])]
    except UnicodeDecodeError:
        return (), [], [not_text(content, shown)]
    except csv.Error as error:
        return (), [], [Problem(shown, 1, "", f"is not CSV: {error}")]
    problems: list[Problem] = _header_problems(header, shown, model)
    if problems:
        return (), [], problems

    rows: list[Row] = []
    lines: list[int] = []
    first: dict[str, int] = {}
    line = reader.line_num + 1
    try:
        for cells in reader:
            row, found = _row(cells, header, shown, line, model)
            if row is not None:
                rows.append(row)
                lines.append(line)
                name = getattr(row, unique) if unique else None
                if name in first:
                    message = f"found {name!r} again; it stands on line {first[name]} already"
                    found = [Problem(shown, line, f"column {unique}", message)]
                elif name is not None:
                    first[name] = line
            problems += found
            line = reader.line_num + 1  # a quoted cell may span lines
    except csv.Error as error:
        problems.append(Problem(shown, line, "", f"is not CSV: {error}"))
    if not rows and not problems:
        problems.append(Problem(shown, 1, "", "has a header but no rows"))
    if len(problems) > _MOST_PROBLEMS:
        more = len(problems) - _MOST_PROBLEMS
        rest = Problem(shown, problems[_MOST_PROBLEMS].line, "", f"and {more:,} more problems from here on")
        problems = [*problems[:_MOST_PROBLEMS], rest]
    return tuple(rows), lines, problems


def _header_problems(header: list[str], shown: str, model: type[Row]) -> list[Problem]:
    columns = list(model.model_fields)
    if not any(header):
        return [Problem(shown, 1, "", f"is empty; columns needed: {', '.join(columns)}")]
    if len(header) == 1:
        for mark, name in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
            if (
                any(cell.strip().strip('"') in columns for cell in header[0].split(mark))
                and mark in header[0]
            ):
                message = (
                    f"columns are separated by {name}; allowed: commas (save it as CSV, comma-separated)"
                )
                return [Problem(shown, 1, "", message)]
    problems = []
    for position, name in enumerate(header):
        if name not in columns:
            near = did_you_mean(name, columns) or f"; allowed: {', '.join(columns)}"
            problems.append(Problem(shown, 1, f"column {name or position + 1}", f"unknown column{near}"))
        elif name in header[:position]:
            problems.append(Problem(shown, 1, f"column {name}", "stands twice in the header"))
    for name, info in model.model_fields.items():
        if info.is_required() and name not in header:
            problems.append(Problem(shown, 1, f"column {name}", f"missing column; {info.description}"))
    return problems


def _row(
    cells: list[str], header: list[str], shown: str, line: int, model: type[Row]
) -> tuple[Row | None, list[Problem]]:
    """The row of these cells, none if they are all empty, or what is wrong with them."""
    if not any(cell.strip() for cell in cells):
        return None, []
    if len(cells) != len(header):
        message = f"found {len(cells)} cells; the header has {len(header)} columns"
        return None, [Problem(shown, line, "", message)]
    # a line break within a cell is a space
    values = {name: " ".join(cell.split()) for name, cell in zip(header, cells, strict=True) if cell.strip()}
    try:
        return model.model_validate(values), []  # not strict: every cell of a CSV file is text
    except ValidationError as error:
        return None, [
            Problem(shown, line, "column " + ".".join(map(str, keys)), message)
            for keys, message in describe(error, model, values)
        ]
