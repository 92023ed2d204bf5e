"""A directory of results: the resolved scenario, what it was run with, KPIs and tables.

    README.md       what each file, table, column and KPI is
    scenario.toml   the scenario as it was run, which gives the same results again, wherever it is
                    taken; the CSV files it names lie beside it
    run.json        hash, seed, engine, replications, failures, versions, names of the CSV files, and
                    of the Python files that were run first, with the SHA-256 of each; KPIs of one's own
    kpis.csv        replication, kpi, value
    sources.csv     what each value of the scenario rests on: what its files say beside it
    summary.csv     a row a KPI: mean, interval, unit
    summary.json    the same, for programs
    hurts.json      what hurt in each replication
    groups.csv      division, replication, group, kpi, value, of the divisions that were asked for
    groups_summary.csv      a row a division, group and KPI: mean, interval, unit
    tables/*.csv, tables/*.parquet, tables.xlsx     the tables of the replications that were kept; groups too

It is whole, or is not there: see `sim.files.whole`. `sim.interchange.results_reading` reads it again.
"""

from __future__ import annotations

import json
import platform
import re
import shutil
from collections.abc import Collection, Sequence
from contextlib import suppress
from importlib.metadata import version
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sim import __version__
from sim.files.problems import did_you_mean
from sim.files.text import plain_cell
from sim.files.whole import (
    Place,
    place,
    refuse_there,
    resolved,
    telling,
    try_directory,
    whole_directory,
)
from sim.files.workbooks import need_workbooks
from sim.interchange.results_readme import readme
from sim.interchange.sources_csv import SOURCES, sources_table
from sim.interchange.tallies import written_tallies
from sim.scenario.schema.data import LIST_FILES, MOST_PROGRAMMES
from sim.statistics.kpis.registry import OWN as OWN_KPIS
from sim.statistics.tables import COLUMNS

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario import Scenario
    from sim.studies.resultset import ResultSet

__all__ = [
    "FORMATS",
    "LISTED",
    "LISTS",
    "MARK",
    "OWN",
    "TABLES",
    "for_spreadsheets",
    "formats",
    "has_changed",
    "names_of_lists",
    "own_kpis",
    "refuse_to_overwrite",
    "write",
    "write_csv",
]

TABLES: Final = tuple(COLUMNS)
"""Names of the tables."""

FORMATS: Final = ("csv", "parquet", "xlsx")
"""How tables can be written."""

_LIBRARIES: Final = ("numpy", "scipy", "simpy", "pandas", "pydantic", "ortools", "pyarrow")
LISTS: Final = {key: f"{key.removesuffix('_file')}.csv" for key in LIST_FILES}
_SUFFIXES: Final = (".csv", ".xlsx")  # of published timetables
MARK: Final = "run.json"  # what it holds tells a directory of results from any other
MOST_MARK: Final = 10_000_000  # bytes of it that are read
_WORKBOOK: Final = "tables.xlsx"
HURTS: Final = "hurts.json"
GROUPS: Final = "groups.csv"
_GROUPS_SUMMARY: Final = "groups_summary.csv"
_MOST_ROWS: Final = 1_048_575  # of a sheet, below its header

LISTED: Final = frozenset(LISTS.values()) | {
    f"published-{number}{suffix}" for number in range(1, MOST_PROGRAMMES + 1) for suffix in _SUFFIXES
}
"""All that copies of a scenario's lists are called."""
OWN: Final = frozenset(
    {"README.md", "scenario.toml", MARK, "kpis.csv", "summary.csv", "summary.json", HURTS, GROUPS, SOURCES}
    | {_GROUPS_SUMMARY, "tables/groups.parquet", _WORKBOOK}
    | LISTED
    | {f"tables/{name}.{suffix}" for name in TABLES for suffix in ("csv", "parquet")}
)
"""All files that results can have: no others are deleted, whatever a `run.json` says."""


def formats(names: Collection[str]) -> tuple[str, ...]:
    """These ways to write tables, in order; looked at before a long run.

    Raises ValueError for one that there is not, with the near miss, or whose package is not installed.
    """
    if isinstance(names, str):
        names = [name.strip() for name in names.split(",") if name.strip()]
    for name in names:
        if name not in FORMATS:
            near = did_you_mean(name, FORMATS)
            raise ValueError(f"no format {name!r} of tables; allowed: {', '.join(FORMATS)}{near}")
    if "xlsx" in names:
        need_workbooks()
    return tuple(name for name in FORMATS if name in names)


def refuse_to_overwrite(directory: Path, *, force: bool = False) -> Place:
    """The place of results in `directory` as it is now; meant to be asked for before a long run.

    It tries: a directory is made there and taken away again. With `force`, old results that a killed
    process has left aside are put back first.

    Raises:
        FileExistsError: there are results already and `force` is not given, or there is something
            else, which is never replaced.
        OSError: nothing can be written there.
    """
    with telling(directory):
        found = place(directory, resolved(directory), OWN)
        _refuse(found, force=force)
        try:
            try_directory(found)
        except OSError:
            _refuse(found, force=force)  # another run may have come first
            raise
    return found


def has_changed(where: Place) -> bool:
    """Whether something else is there now than when `refuse_to_overwrite` looked."""
    return place(where.named, where.path, OWN).state != where.state


def write(
    results: ResultSet,
    directory: Path | Place,
    *,
    force: bool = False,
    imported: Sequence[tuple[str, str]] = (),
    tables: Sequence[str] = ("csv", "parquet"),
) -> None:
    """Write `results` into the new `directory`; its parents are made.

    With `force`, results that are there are replaced in one step once the new ones are complete. Given the
    place as `refuse_to_overwrite` found it, nothing is replaced that was not there then. `imported` are
    names and SHA-256 of a user's Python files whose KPIs and policies they need. `tables` are those of
    `FORMATS` in which the tables that were kept are written.

    Raises:
        FileExistsError: see `refuse_to_overwrite`; or what is there has changed in the meantime.
        ValueError: a table has more rows than a sheet of a workbook holds.
        OSError: they could not be written; then nothing has changed.
    """
    where = directory if isinstance(directory, Place) else place(directory, resolved(directory), OWN)
    _refuse(where, force=force)
    with whole_directory(where, lambda: _refuse(where, force=force)) as partial:
        _fill(partial, results, imported, tables)


def _refuse(place: Place, *, force: bool) -> None:
    """Raise if something is there that is not to be replaced."""

    def own(directory: Path) -> frozenset[str] | None:
        # A list that these results did not come from is somebody else's file, be its name one of ours.
        listed = _listed(directory)
        return None if listed is None else OWN - (LISTED - listed)

    refuse_there(place.named, place.path, own, "results", force=force)


def _listed(directory: Path) -> set[str] | None:
    """The lists that results say they came from; None if a directory holds no results of ours."""
    mark = directory / MARK
    if not mark.is_file():  # nor a pipe, which nobody may ever write into
        return None
    try:
        with mark.open("rb") as opened:
            run = json.loads(opened.read(MOST_MARK))
    except (OSError, ValueError, RecursionError):
        return None
    if not (isinstance(run, dict) and isinstance(run.get("versions"), dict) and "exposim" in run["versions"]):
        return None
    if not re.fullmatch("[0-9a-f]{64}", str(run.get("hash"))):
        return None
    lists = run.get("lists")
    return {str(name) for name in lists} if isinstance(lists, list) else set()


def _fill(
    directory: Path, results: ResultSet, imported: Sequence[tuple[str, str]], kinds: Sequence[str]
) -> None:
    files = names_of_lists(results.scenario)
    for key, name in files.items():
        shutil.copyfile(results.scenario.files[key], directory / name)
    kept = [name for name in TABLES if results.kept_of(name)] if kinds else []
    _write_text(directory / "README.md", readme(results, kept, kinds, files.values()))
    _write_text(directory / "scenario.toml", results.scenario.to_toml(files))
    _write_text(directory / MARK, json.dumps(_run(results, imported, kept), indent=2) + "\n")
    summary = results.to_json_dict()
    del summary["scenario"]  # the name of a file that may be anywhere
    _write_text(directory / "summary.json", json.dumps(summary, indent=2, ensure_ascii=False) + "\n")
    if results.tallies:
        _write_text(directory / HURTS, written_tallies(results.numbers, results.tallies))
    kpis = results.kpis.reset_index().melt("replication", var_name="kpi", value_name="value")
    kpis = kpis.sort_values("replication", kind="stable")
    write_csv(directory / "kpis.csv", for_spreadsheets(kpis))
    write_csv(directory / SOURCES, for_spreadsheets(sources_table(results.scenario)))
    sheets = {"summary": for_spreadsheets(results.summary.reset_index())}
    write_csv(directory / "summary.csv", sheets["summary"])
    tables = directory / "tables"
    if (kept and {"csv", "parquet"} & set(kinds)) or (results.divided and "parquet" in kinds):
        tables.mkdir()
    if results.divided:
        groups = results.groups
        sheets |= {
            "groups": for_spreadsheets(groups),
            "groups_summary": for_spreadsheets(_by_group(results)),
        }
        write_csv(directory / GROUPS, sheets["groups"])
        write_csv(directory / _GROUPS_SUMMARY, sheets["groups_summary"])
        if "parquet" in kinds:
            groups.to_parquet(tables / "groups.parquet")
    for name in kept:
        frame = results.table(name)
        if "parquet" in kinds:
            frame.to_parquet(tables / f"{name}.parquet")
        if {"csv", "xlsx"} & set(kinds):
            plain = for_spreadsheets(frame)
            if "csv" in kinds:
                write_csv(tables / f"{name}.csv", plain)
            if "xlsx" in kinds:
                sheets[name] = plain
    if "xlsx" in kinds:
        _write_workbook(directory / _WORKBOOK, sheets)


def names_of_lists(scenario: Scenario) -> dict[str, str]:
    """How the copies of a scenario's lists are called in results, by what names them."""
    names = {key: name for key, name in LISTS.items() if key in scenario.files}
    for number, name in enumerate(scenario.data.matchmaking, 1):
        if file := scenario.files.get(path := f"matchmaking.{name}.published"):
            workbook = Path(file).suffix.lower() == ".xlsx"
            names[path] = f"published-{number}{_SUFFIXES[workbook]}"
    return names


def _by_group(results: ResultSet) -> pd.DataFrame:
    """The summaries of all divisions, one below the other."""
    import pandas as pd

    frames = []
    for division in results.divided:
        frame = results.by(division).reset_index(names=["group", "kpi"])
        frame.insert(0, "division", division)
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def write_csv(path: Path, table: pd.DataFrame) -> None:
    """Texts in quotes, true and false, numbers with all their digits, moments to the millisecond.

    Written by Arrow: pandas takes nine times as long, at full scale longer than all the rest.
    """
    import pyarrow as pa
    from pyarrow.csv import write_csv

    columns = pa.Table.from_pandas(table, preserve_index=False)
    for at, name in enumerate(columns.column_names):
        column = columns.column(at)
        if pa.types.is_dictionary(column.type):  # categories
            columns = columns.set_column(at, name, column.cast(column.type.value_type))
    write_csv(columns, path)


def _write_workbook(path: Path, sheets: dict[str, pd.DataFrame]) -> None:
    """One sheet a table. Raises ValueError if one has more rows than a sheet holds."""
    from openpyxl import Workbook

    for name, frame in sheets.items():
        if len(frame) > _MOST_ROWS:
            raise ValueError(
                f"the table {name!r} has {len(frame):,} rows and a sheet holds {_MOST_ROWS:,}: keep fewer "
                "replications, or leave out xlsx"
            )
    book = Workbook(write_only=True)
    try:
        for name, frame in sheets.items():
            sheet = book.create_sheet(name)
            sheet.freeze_panes = "A2"
            sheet.append(list(frame.columns))
            cells = frame.astype(object).where(frame.notna(), None)
            for row in cells.itertuples(index=False, name=None):
                sheet.append(row)
        book.save(path)
    except BaseException:
        # a stop too: sheets left open would each say on the screen that they cannot be ended
        for sheet in book.worksheets:
            with suppress(Exception):
                sheet.close()
        raise


def for_spreadsheets(table: pd.DataFrame) -> pd.DataFrame:
    """A table whose cells no spreadsheet would run: all CSV and sheets of results go through here.

    Names of people's lists, and the name and unit of a KPI, may be a user's own.
    """
    import pandas as pd
    from pandas.api.types import is_bool_dtype, is_datetime64_any_dtype, is_numeric_dtype

    def plain(column: pd.Series[Any]) -> pd.Series[Any]:
        if isinstance(column.dtype, pd.CategoricalDtype):  # each name once, not in every row
            names = column.cat.categories
            if not is_numeric_dtype(names):
                column = column.cat.rename_categories({name: plain_cell(str(name)) for name in names})
            return column
        if is_numeric_dtype(column) or is_bool_dtype(column) or is_datetime64_any_dtype(column):
            return column
        return column.map(plain_cell, na_action="ignore")

    return table.assign(**{str(name): plain(table[name]) for name in table.columns})


def own_kpis(names: Collection[str] | None = None) -> dict[str, Any]:
    """What a user's own KPIs are, those of these names or all, for a process that does not know them."""
    return {
        name: {
            "label": own.label,
            "unit": own.unit,
            "aggregation": own.aggregation,
            "basis": own.basis,
            "definition": own.definition,
            "low": own.low if isfinite(own.low) else None,
            "high": own.high if isfinite(own.high) else None,
        }
        for name, own in OWN_KPIS.items()
        if names is None or name in names
    }


def _run(results: ResultSet, imported: Sequence[tuple[str, str]], kept: Sequence[str]) -> dict[str, Any]:
    scenario = results.scenario
    versions = {"exposim": __version__, "python": platform.python_version()}
    return {
        "scenario": scenario.name,
        "title": scenario.data.expo.title,
        "hash": scenario.hash,
        "seed": results.seed,
        "engine": results.engine,
        "replications": len(results),
        "imprecise": list(results.imprecise),
        "where_it_hurts": bool(results.tallies),
        "sources": True,
        "by": list(results.divided),
        "failures": [
            {"replication": failure.replication, "seed": results.seed, "reason": failure.reason}
            for failure in results.failures
        ],
        "kept": {name: list(results.kept_of(name)) for name in kept},
        "own_kpis": own_kpis(results.names),
        "imported": [{"file": name, "sha256": content} for name, content in imported],
        "lists": list(names_of_lists(scenario).values()),
        "versions": versions | {library: version(library) for library in _LIBRARIES},
    }
