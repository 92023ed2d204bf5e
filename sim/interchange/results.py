"""A directory of results: the resolved scenario, what it was run with, KPIs and tables.

    scenario.toml   the scenario as it was run, which gives the same results again, wherever it is
                    taken; the CSV files it names lie beside it
    run.json        hash, seed, engine, replications, failures, versions, names of the CSV files, and
                    of the Python files that were run first, with the SHA-256 of each
    kpis.csv        replication, kpi, value
    summary.csv     a row a KPI: mean, half-width, unit
    tables/*.parquet    the tables of replication 0

It is whole, or is not there: see `sim.files.whole`.
"""

from __future__ import annotations

import json
import platform
import re
import shutil
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sim import __version__
from sim.files.text import plain_cell
from sim.files.whole import (
    Place,
    RefusedError,
    foreign,
    place,
    resolved,
    telling,
    try_directory,
    whole_directory,
)
from sim.scenario.schema.data import LIST_FILES
from sim.statistics.tables import COLUMNS

if TYPE_CHECKING:
    import pandas as pd

    from sim.studies.resultset import ResultSet

__all__ = ["OWN", "TABLES", "refuse_to_overwrite", "write"]

TABLES: Final = tuple(COLUMNS)
"""Names of the tables of the first replication."""

_LIBRARIES: Final = ("numpy", "scipy", "simpy", "pandas", "pydantic", "ortools", "pyarrow")
_FILES: Final = {key: f"{key.removesuffix('_file')}.csv" for key in LIST_FILES}
_MARK: Final = "run.json"  # what it holds tells a directory of results from any other
_SHOWN: Final = 5
_MOST_MARK: Final = 10_000_000  # bytes of it that are read

OWN: Final = frozenset(
    {"scenario.toml", _MARK, "kpis.csv", "summary.csv", *_FILES.values()}
    | {f"tables/{name}.parquet" for name in TABLES}
)
"""All files that results can have: no others are deleted, whatever a `run.json` says."""


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


def write(
    results: ResultSet,
    directory: Path | Place,
    *,
    force: bool = False,
    imported: Sequence[tuple[str, str]] = (),
) -> None:
    """Write `results` into the new `directory`; its parents are made.

    With `force`, results that are there are replaced in one step once the new ones are complete. Given the
    place as `refuse_to_overwrite` found it, nothing is replaced that was not there then. `imported` are
    names and SHA-256 of a user's Python files whose KPIs and policies they need.

    Raises:
        FileExistsError: see `refuse_to_overwrite`; or what is there has changed in the meantime.
        OSError: they could not be written; then nothing has changed.
    """
    where = directory if isinstance(directory, Place) else place(directory, resolved(directory), OWN)
    _refuse(where, force=force)
    with whole_directory(where, lambda: _refuse(where, force=force)) as partial:
        _fill(partial, results, imported)


def _refuse(place: Place, *, force: bool) -> None:
    """Raise if something is there that is not to be replaced."""
    named, directory = place.named, place.path
    if not directory.is_dir():
        if directory.exists():
            raise RefusedError(f"{named} is not a directory")
        return
    empty = not any(directory.iterdir())
    if directory.is_mount():
        raise RefusedError(f"{named} is a mount point; give a new directory in it")
    if empty:
        return
    listed = _listed(directory)
    if listed is None:
        raise RefusedError(f"{named} is there and holds no results; it is left as it is")
    # A list that these results did not come from is somebody else's file, be its name one of ours.
    more = foreign(directory, OWN - (set(_FILES.values()) - listed))
    if more and force:
        dots = ", …" if len(more) > _SHOWN else ""
        raise RefusedError(
            f"{named} holds more than results: {', '.join(more[:_SHOWN])}{dots}; it is left as it is"
        )
    if not force:
        raise RefusedError(f"{named} holds results already; --force replaces them")


def _listed(directory: Path) -> set[str] | None:
    """The lists that results say they came from; None if a directory holds no results of ours."""
    mark = directory / _MARK
    if not mark.is_file():  # nor a pipe, which nobody may ever write into
        return None
    try:
        with mark.open("rb") as opened:
            run = json.loads(opened.read(_MOST_MARK))
    except (OSError, ValueError, RecursionError):
        return None
    if not (isinstance(run, dict) and isinstance(run.get("versions"), dict) and "exposim" in run["versions"]):
        return None
    if not re.fullmatch("[0-9a-f]{64}", str(run.get("hash"))):
        return None
    lists = run.get("lists")
    return {str(name) for name in lists} if isinstance(lists, list) else set()


def _fill(directory: Path, results: ResultSet, imported: Sequence[tuple[str, str]]) -> None:
    files = {key: name for key, name in _FILES.items() if getattr(results.scenario.data, key)}
    for key, name in files.items():
        shutil.copyfile(getattr(results.scenario.data, key), directory / name)
    (directory / "scenario.toml").write_text(results.scenario.to_toml(files), encoding="utf-8")
    (directory / _MARK).write_text(json.dumps(_run(results, imported), indent=2) + "\n", encoding="utf-8")
    kpis = results.kpis.reset_index().melt("replication", var_name="kpi", value_name="value")
    kpis = kpis.sort_values("replication", kind="stable")
    _for_spreadsheets(kpis).to_csv(directory / "kpis.csv", index=False)
    _for_spreadsheets(results.summary.reset_index()).to_csv(directory / "summary.csv", index=False)
    if results.first is not None:
        tables = directory / "tables"
        tables.mkdir()
        for name in TABLES:
            getattr(results.first, name).to_parquet(tables / f"{name}.parquet")


def _for_spreadsheets(table: pd.DataFrame) -> pd.DataFrame:
    """A table whose cells no spreadsheet would run: all CSV of results goes through here.

    The name and the unit of a KPI may be a user's own.
    """
    from pandas.api.types import is_numeric_dtype

    texts = [name for name in table.columns if not is_numeric_dtype(table[name])]
    return table.assign(**{name: table[name].map(plain_cell, na_action="ignore") for name in texts})


def _run(results: ResultSet, imported: Sequence[tuple[str, str]]) -> dict[str, Any]:
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
        "failures": [
            {"replication": failure.replication, "seed": results.seed, "reason": failure.reason}
            for failure in results.failures
        ],
        "imported": [{"file": name, "sha256": content} for name, content in imported],
        "lists": [name for key, name in _FILES.items() if getattr(scenario.data, key)],
        "versions": versions | {library: version(library) for library in _LIBRARIES},
    }
