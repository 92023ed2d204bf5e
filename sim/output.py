"""A directory of results: the resolved scenario, what it was run with, KPIs and tables.

    scenario.toml   the scenario as it was run, which gives the same results again, wherever it is
                    taken; the CSV files it names lie beside it
    run.json        hash, seed, engine, replications, failures, versions
    kpis.csv        replication, kpi, value
    summary.csv     a row a KPI: mean, half-width, unit
    tables/*.parquet    the tables of replication 0

It is written beside its place and then renamed: a directory of results is whole, or is not there.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from sim import __version__

if TYPE_CHECKING:
    from sim.statistics import ResultSet

__all__ = ["TABLES", "refuse_to_overwrite", "write"]

TABLES: Final = (
    "interactions",
    "visits",
    "services",
    "sessions",
    "attendance",
    "meetings",
    "requests",
    "exhibitors",
    "occupancy",
)

_LIBRARIES: Final = ("numpy", "scipy", "simpy", "pandas", "pydantic", "ortools", "pyarrow")
_FILES: Final = {
    "exhibitors_file": "exhibitors.csv",
    "programme_file": "programme.csv",
    "pairs_file": "pairs.csv",
}
_MARK: Final = "run.json"  # what tells a directory of results from any other


def refuse_to_overwrite(directory: Path, *, force: bool = False) -> None:
    """Raise unless results may be written to `directory`; meant to be asked before a long run.

    Raises:
        FileExistsError: there are results already and `force` is not given, or there is something
            else, which is never replaced.
        PermissionError: nothing can be written there.
    """
    if directory.is_dir() and any(directory.iterdir()):
        if not (directory / _MARK).is_file():
            raise FileExistsError(f"{directory} is there and holds no results; it is left as it is")
        if not force:
            raise FileExistsError(f"{directory} holds results already; --force replaces them")
    elif directory.exists() and not directory.is_dir():
        raise FileExistsError(f"{directory} is not a directory")
    there = next(parent for parent in directory.absolute().parents if parent.exists())
    if not os.access(there, os.W_OK | os.X_OK):
        raise PermissionError(f"{there} cannot be written to")


def write(results: ResultSet, directory: Path, *, force: bool = False) -> None:
    """Write `results` into the new `directory`; its parents are made.

    With `force`, results that are there are replaced once the new ones are complete.

    Raises:
        FileExistsError: see `refuse_to_overwrite`.
    """
    refuse_to_overwrite(directory, force=force)
    directory = directory.absolute()
    directory.parent.mkdir(parents=True, exist_ok=True)
    mark = uuid4().hex[:8]
    partial = directory.with_name(f".{directory.name}.{mark}.partial")
    old = directory.with_name(f".{directory.name}.{mark}.old")
    try:
        partial.mkdir()
        _fill(partial, results)
        if directory.exists():
            directory.rename(old)
        partial.rename(directory)
    except BaseException:
        if old.exists() and not directory.exists():
            old.rename(directory)
        raise
    finally:
        shutil.rmtree(partial, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


def _fill(directory: Path, results: ResultSet) -> None:
    files = {key: name for key, name in _FILES.items() if getattr(results.scenario.data, key)}
    for key, name in files.items():
        shutil.copyfile(getattr(results.scenario.data, key), directory / name)
    (directory / "scenario.toml").write_text(results.scenario.to_toml(files), encoding="utf-8")
    (directory / _MARK).write_text(json.dumps(_run(results), indent=2) + "\n", encoding="utf-8")
    kpis = results.kpis.reset_index().melt("replication", var_name="kpi", value_name="value")
    kpis.sort_values("replication", kind="stable").to_csv(directory / "kpis.csv", index=False)
    results.summary.to_csv(directory / "summary.csv")
    if results.first is not None:
        tables = directory / "tables"
        tables.mkdir()
        for name in TABLES:
            getattr(results.first, name).to_parquet(tables / f"{name}.parquet")


def _run(results: ResultSet) -> dict[str, Any]:
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
        "versions": versions | {library: version(library) for library in _LIBRARIES},
    }
