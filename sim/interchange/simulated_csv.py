"""The timetables that a build arranged, and what became of them, as files that go in again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sim.files.sheets import Style
from sim.files.text import plain_cell
from sim.interchange.diaries.workbook import rows_xlsx
from sim.interchange.timetable_csv import written

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from sim.expo.expo import Expo
    from sim.statistics import Result

__all__ = ["happened_csv", "happened_xlsx", "simulated_csv", "simulated_xlsx", "timetable_files"]


def timetable_files(path: Path, programmes: Sequence[str]) -> dict[str, Path]:
    """The file of each matchmaking programme: `path`, or where there are several `timetable-hungary.csv`."""
    if len(programmes) == 1:
        return {programmes[0]: path}
    return {name: path.with_name(f"{path.stem}-{name}{path.suffix}") for name in programmes}


def simulated_csv(expo: Expo, programme: str) -> bytes:
    """The timetable of a programme as CSV in UTF-8: `sim.statistics.timetable`, cell by cell.

    It is what a scenario's `published` and `exposim timetable --published` read; a scenario takes meetings of
    two alone.
    """
    from sim.statistics.timetable import timetable

    return _csv(timetable(expo, programme))


def simulated_xlsx(expo: Expo, programme: str) -> bytes:
    """The same as a workbook, on a sheet that is called Timetable.

    Raises:
        ValueError: openpyxl is not installed.
    """
    from sim.statistics.timetable import timetable

    return _xlsx(timetable(expo, programme))


def happened_csv(result: Result, programme: str) -> bytes:
    """What became of the meetings of a programme, as CSV in UTF-8: what `exposim replan --happened` reads."""
    return _csv(result.happened(programme))


def happened_xlsx(result: Result, programme: str) -> bytes:
    """The same as a workbook.

    Raises:
        ValueError: openpyxl is not installed.
    """
    return _xlsx(result.happened(programme))


def _csv(frame: pd.DataFrame) -> bytes:
    rows = [[plain_cell(cell) for cell in row] for row in frame.to_numpy().tolist()]
    return written([list(frame.columns), *rows], Style())


def _xlsx(frame: pd.DataFrame) -> bytes:
    table = list(frame.columns).index("table")
    rows = [
        [int(cell) if cell and column == table else cell or None for column, cell in enumerate(row)]
        for row in frame.to_numpy().tolist()
    ]
    return rows_xlsx(list(frame.columns), rows)
