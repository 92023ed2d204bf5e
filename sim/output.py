"""A directory of results: the resolved scenario, what it was run with, KPIs and tables.

    scenario.toml   the scenario as it was run, which gives the same results again, wherever it is
                    taken; the CSV files it names lie beside it
    run.json        hash, seed, engine, replications, failures, versions, names of the CSV files
    kpis.csv        replication, kpi, value
    summary.csv     a row a KPI: mean, half-width, unit
    tables/*.parquet    the tables of replication 0

It is written beside its place and then renamed: a directory of results is whole, or is not there.
"""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from sim import __version__

if TYPE_CHECKING:
    from sim.studies.resultset import ResultSet

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
_MARK: Final = "run.json"  # what it holds tells a directory of results from any other
_SHOWN: Final = 5


def refuse_to_overwrite(directory: Path, *, force: bool = False) -> None:
    """Raise unless results may be written to `directory`; meant to be asked before a long run.

    It tries: a directory is made there and taken away again.

    Raises:
        FileExistsError: there are results already and `force` is not given, or there is something
            else, which is never replaced.
        OSError: nothing can be written there.
    """
    where = _resolved(directory)
    try:
        _refuse(directory, where, force=force)
        with _beside(where) as partial:
            if not where.exists():  # its own name may be what does not do
                partial.rename(where)
                where.rmdir()
    except _RefusedError:
        raise
    except OSError as error:
        reason = error.strerror.lower() if error.strerror else str(error)
        plain = next((each for each in directory.parents if each.is_file()), None)
        if plain is not None:
            reason = f"{plain} is not a directory"
        raise type(error)(f"{directory} cannot be written: {reason}") from None


def write(results: ResultSet, directory: Path, *, force: bool = False) -> None:
    """Write `results` into the new `directory`; its parents are made.

    With `force`, results that are there are replaced once the new ones are complete.

    Raises:
        FileExistsError: see `refuse_to_overwrite`.
        OSError: they could not be written; then nothing has changed.
    """
    where = _resolved(directory)
    _refuse(directory, where, force=force)
    with _beside(where) as partial:
        _fill(partial, results)
        there = where.is_dir()
        if there:
            partial.chmod(stat.S_IMODE(where.stat().st_mode))
        if not there or not any(where.iterdir()):
            partial.rename(where)  # an empty directory gives way
            return
        old = partial.with_suffix(".old")
        where.rename(old)
        try:
            partial.rename(where)
        except BaseException:
            old.rename(where)
            raise
        _remove(old)


class _RefusedError(FileExistsError):
    """Something is there that is not to be replaced."""


def _resolved(directory: Path) -> Path:
    """Where a directory really is: links are followed, so that a link stays a link."""
    try:
        return directory.resolve()
    except (OSError, RuntimeError):  # RuntimeError: Python 3.11 and 3.12 call a loop so
        raise OSError(f"{directory} cannot be written: it is a link that leads nowhere") from None


def _refuse(named: Path, directory: Path, *, force: bool) -> None:
    """Raise if something is there that is not to be replaced; messages say `named`."""
    if not directory.is_dir():
        if directory.exists():
            raise _RefusedError(f"{named} is not a directory")
        return
    empty = not any(directory.iterdir())
    if directory.is_mount():
        raise _RefusedError(f"{named} is a mount point; give a new directory in it")
    if empty:
        return
    ours = _written(directory)
    if ours is None:
        raise _RefusedError(f"{named} is there and holds no results; it is left as it is")
    foreign = sorted(_contents(directory) - ours)
    if foreign and force:
        more = ", …" if len(foreign) > _SHOWN else ""
        raise _RefusedError(
            f"{named} holds more than results: {', '.join(foreign[:_SHOWN])}{more}; it is left as it is"
        )
    if not force:
        raise _RefusedError(f"{named} holds results already; --force replaces them")


def _contents(directory: Path) -> set[str]:
    """Paths of all that is in a directory; a directory in it stands for itself only if it is empty."""
    found = set()
    for path in directory.iterdir():
        inner = _contents(path) if path.is_dir() and not path.is_symlink() else set()
        found |= {f"{path.name}/{each}" for each in inner} or {path.name}
    return found


def _written(directory: Path) -> set[str] | None:
    """The files that a directory of results has from us; None if it holds no results of ours."""
    try:
        run = json.loads((directory / _MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    if not (isinstance(run, dict) and isinstance(run.get("versions"), dict) and "exposim" in run["versions"]):
        return None
    if not re.fullmatch("[0-9a-f]{64}", str(run.get("hash"))):
        return None
    tables = {f"tables/{name}.parquet" for name in TABLES}
    ours = {"scenario.toml", _MARK, "kpis.csv", "summary.csv", "tables", *tables}
    lists = run.get("lists")
    return ours | ({str(name) for name in lists} if isinstance(lists, list) else set())


@contextmanager
def _beside(directory: Path) -> Iterator[Path]:
    """A new directory beside its place, gone afterwards unless it was renamed; as are new parents."""
    parents = [parent for parent in directory.parents if not parent.exists()]
    partial = directory.with_name(f".exposim.{uuid4().hex[:8]}.partial")  # a short name, however long its own
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        partial.mkdir()
        yield partial
    finally:
        if partial.is_dir():
            _remove(partial)
        for parent in parents:  # the innermost first
            with suppress(OSError):  # there is something in it: the results
                parent.rmdir()


def _remove(directory: Path) -> None:
    """Take a directory away, write-protected ones in it too."""
    for path, _, _ in os.walk(directory):
        with suppress(OSError):
            Path(path).chmod(0o700)
    shutil.rmtree(directory)


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
        "lists": [name for key, name in _FILES.items() if getattr(scenario.data, key)],
        "versions": versions | {library: version(library) for library in _LIBRARIES},
    }
