"""What each value of a scenario rests on, as a table of results, and read again from it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sim.files.text import read_cell
from sim.scenario.reading.origins import Told

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario import Scenario

__all__ = ["COLUMNS", "SOURCES", "read_told", "sources_table"]

SOURCES: Final = "sources.csv"
COLUMNS: Final = {
    "path": "the field, as a setting names it; of a default with NAME for the names of sections",
    "value": "its value, as a scenario file has it",
    "unit": "of the value",
    "description": "what the field is",
    "source": "what is said of where the value comes from: the comment beside or above it; of a default, the "
    "row of facts in sim/README.md that it follows, or assumption",
    "about": "what that is said of: the field itself, the section or the first key that it lies in, or the "
    "file",
    "file": "the file or the setting that sets it; empty of a default",
    "line": "the line in that file",
}
"""Columns, and what each is."""


def sources_table(scenario: Scenario) -> pd.DataFrame:
    """A row a field that the scenario sets, then a row a default that says something of the world."""
    import pandas as pd

    rows = []
    for each in scenario.sources:
        told = each.told
        said = (
            (each.default, "", "", "")
            if told is None
            else (told.source, told.about, told.file, "" if told.line is None else str(told.line))
        )
        rows.append((each.path, each.value, each.unit, each.description, *said))
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype="str")


def read_told(file: Path, lines: Iterable[tuple[int, list[str]]]) -> dict[str, Told]:
    """What is said of each field that is set, from the lines below the header. Raises ValueError."""
    found: dict[str, Told] = {}
    for number, cells in lines:
        path, *_, source, about, where, line = map(read_cell, cells)
        if path in found or (line and not line.isdecimal()):
            said = f"{path!r} twice" if path in found else f"line {line[:20]!r}; allowed: a whole number"
            raise ValueError(f"{file}:{number}: found {said}")
        if where:
            found[path] = Told(source, about, where, int(line) if line else None)
    return found
