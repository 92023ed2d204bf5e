"""A directory of results, read again: what is in it is looked at, and nothing in it is run."""

from __future__ import annotations

import csv
import json
import math
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sim.files.text import read_cell
from sim.interchange.results import GROUPS, HURTS, MARK, MOST_MARK, TABLES
from sim.interchange.sources_csv import COLUMNS as SOURCES_COLUMNS
from sim.interchange.sources_csv import SOURCES, read_told
from sim.interchange.tallies import read_tallies
from sim.statistics.groups import DIVISIONS
from sim.statistics.kpis import KPI, KPIS, describe
from sim.statistics.kpis.registry import OWN, REMEMBERED
from sim.statistics.tables import COLUMNS, SMALL
from sim.studies.kept import REPLICATION
from sim.studies.resultset import Failure, ResultSet

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario import Scenario
    from sim.statistics.hurts_overall import Tally

__all__ = ["ResultsError", "known_kpis", "read_results", "remember", "with_sources"]

_HEADER: Final = ["replication", "kpi", "value"]
_GROUPS_HEADER: Final = ["division", "replication", "group", "kpi", "value"]
_MOST_BYTES: Final = 1_000_000_000


class ResultsError(ValueError):
    """A directory that holds no results, or damaged ones; the text is one line that says what is wrong."""


def read_results(directory: str | os.PathLike[str]) -> ResultSet:
    """The results in a directory; see `ResultSet.load`."""
    from sim.scenario import load

    path = Path(directory)
    run = _run(path)
    listed = path / "scenario.toml"
    if not listed.is_file():
        raise ResultsError(f"{path}: scenario.toml is missing")
    scenario = load(listed)
    if scenario.hash != run["hash"]:
        raise ResultsError(
            f"{path}: scenario.toml, or a list that it names, is not what was run: its SHA-256 is "
            f"{scenario.hash[:8]}…, run.json says {run['hash'][:8]}…; or it was run by "
            "a version of exposim with other fields"
        )
    numbers, rows = _kpis(path, run)
    remember(run["own_kpis"], rows[0])
    for name in rows[0]:
        try:
            describe(name)
        except KeyError as error:
            raise ResultsError(f"{path / 'kpis.csv'}: {error.args[0]}") from None
    scenario = with_sources(scenario, path / SOURCES if run["sources"] else None)
    return ResultSet(
        scenario=replace(scenario, name=run["scenario"]),
        seed=run["seed"],
        engine=run["engine"],
        numbers=numbers,
        rows=rows,
        tallies=_tallies(path / HURTS, numbers) if run["where_it_hurts"] else (),
        divided=_groups(path / GROUPS, run["by"], numbers),
        failures=tuple(
            Failure(each["replication"], each["seed"], each["reason"]) for each in run["failures"]
        ),
        imprecise=tuple(run["imprecise"]),
        kept=_Tables(path, run["kept"], numbers),
    )


# run.json


_KEYS: Final[dict[str, type]] = {
    "scenario": str, "hash": str, "seed": int, "engine": str, "replications": int, "imprecise": list,
    "failures": list, "kept": dict, "own_kpis": dict,
}  # fmt: skip
_OF_FAILURE: Final[dict[str, type]] = {"replication": int, "seed": int, "reason": str}
_OF_KPI: Final[dict[str, type]] = {
    "label": str, "unit": str, "aggregation": str, "basis": str, "definition": str,
}  # fmt: skip


def _run(path: Path) -> dict[str, Any]:
    """What `run.json` says, every value of the kind that it should be."""
    mark = path / MARK
    if not mark.is_file():
        there = "holds no results: run.json is missing" if path.is_dir() else "there is no such directory"
        raise ResultsError(f"{path}: {there}")
    try:
        with mark.open("rb") as opened:
            run = json.loads(opened.read(MOST_MARK + 1))
    except (OSError, ValueError, RecursionError) as error:
        raise ResultsError(f"{mark}: cannot be read: {' '.join(str(error).split())}") from None
    _fits(mark, "", run, _KEYS)
    for failure in run["failures"]:
        _fits(mark, "failures.", failure, _OF_FAILURE)
    known_kpis(mark, run["own_kpis"])
    for name, numbers in run["kept"].items():
        if not (name in COLUMNS and isinstance(numbers, list) and all(type(n) is int for n in numbers)):
            raise ResultsError(f"{mark}: kept.{name}: found {numbers!r}; allowed: numbers of replications")
    if not all(isinstance(name, str) for name in run["imprecise"]):
        raise ResultsError(f"{mark}: imprecise: allowed: names of KPIs")
    if run["replications"] < 1:
        raise ResultsError(f"{mark}: replications: found {run['replications']}; allowed: at least 1")
    by = run.setdefault("by", [])
    if not (isinstance(by, list) and all(isinstance(name, str) and name in DIVISIONS for name in by)):
        raise ResultsError(f"{mark}: by: found {by!r}; allowed: {', '.join(DIVISIONS)}")
    for key in ("where_it_hurts", "sources"):  # which those who wrote before there were any leave out
        if type(run.setdefault(key, False)) is not bool:
            raise ResultsError(f"{mark}: {key}: allowed: true or false")
    return dict(run)


def known_kpis(mark: Path, own_kpis: Mapping[str, Any]) -> None:
    """See that what is said of somebody's own KPIs is what can be said. Raises ResultsError if it is not."""
    for name, own in own_kpis.items():
        _fits(mark, f"own_kpis.{name}.", own, _OF_KPI)
        for end in ("low", "high"):  # left out by those who wrote before there were any
            if own.get(end) is not None and type(own[end]) not in (int, float):
                raise ResultsError(f"{mark}: own_kpis.{name}.{end}: found {own[end]!r}; allowed: a number")
        if own["basis"] not in ("input", "fitted", "predicted"):
            raise ResultsError(f"{mark}: own_kpis.{name}.basis: found {own['basis']!r}")


def _fits(mark: Path, where: str, found: object, keys: Mapping[str, type]) -> None:
    if not isinstance(found, dict):
        raise ResultsError(f"{mark}: {where or 'it'} is no JSON object".replace(". is", " is"))
    for key, kind in keys.items():
        value = found.get(key)
        if not isinstance(value, kind) or isinstance(value, bool):
            said = "is missing" if key not in found else f"found {json.dumps(value)[:60]}"
            names = {str: "a text", int: "a whole number", list: "a list", dict: "an object"}
            raise ResultsError(f"{mark}: {where}{key}: {said}; allowed: {names[kind]}")


# kpis.csv


def _kpis(path: Path, run: Mapping[str, Any]) -> tuple[tuple[int, ...], tuple[dict[str, float], ...]]:
    """Numbers of the replications and their KPIs."""
    file = path / "kpis.csv"
    rows: dict[int, dict[str, float]] = {}
    for line, cells in _lines(file, _HEADER):
        number, value = _numbers(file, line, cells, cells[0], cells[2])
        name = read_cell(cells[1])
        if name in rows.setdefault(number, {}):
            raise ResultsError(f"{file}:{line}: {name} of replication {number} is there twice")
        rows[number][name] = value
    if len(rows) != run["replications"]:
        said = f"{len(rows):,} replications, and run.json says {run['replications']:,}"
        raise ResultsError(f"{file}: found {said}")
    odd = [number for number in rows if set(rows[number]) != set(next(iter(rows.values())))]
    if odd:
        raise ResultsError(f"{file}: replication {odd[0]} has other KPIs than the first")
    return tuple(rows), tuple(rows.values())


def _numbers(file: Path, line: int, cells: list[str], number: str, value: str) -> tuple[int, float]:
    """The number of a replication and a value, nan where there is none."""
    try:
        return int(number), float(value) if value else math.nan
    except ValueError:
        raise ResultsError(f"{file}:{line}: found {','.join(cells)[:60]!r}; allowed: numbers") from None


def _lines(file: Path, expected: list[str]) -> Iterator[tuple[int, list[str]]]:
    """The lines below the header, which is the expected one, each with as many cells."""
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise ResultsError(f"{file}: larger than a gigabyte")
        with file.open(encoding="utf-8", newline="") as opened:
            reader = csv.reader(opened, strict=True)
            header = next(reader, [])
            if header != expected:
                raise ResultsError(
                    f"{file}:1: found {','.join(header)[:60]!r}; allowed: {','.join(expected)}"
                )
            for cells in reader:
                if len(cells) != len(expected):
                    said = f"found {len(cells)} cells; allowed: {', '.join(expected)}"
                    raise ResultsError(f"{file}:{reader.line_num}: {said}")
                yield reader.line_num, cells
    except FileNotFoundError:
        raise ResultsError(f"{file}: is missing") from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ResultsError(f"{file}: cannot be read: {error}") from None


def remember(own: Mapping[str, Any], names: Iterable[str] | None = None) -> None:
    """Know somebody's own KPIs, those of these names or all, by what was said of them when written."""
    for name in own if names is None else names:
        told = own.get(name)
        if told is not None and name not in KPIS and name not in OWN:
            REMEMBERED[name] = KPI(
                name,
                told["label"],
                told["unit"],
                told["aggregation"],
                told["basis"],
                told["definition"],
                _gone,
                low=-math.inf if told.get("low") is None else told["low"],
                high=math.inf if told.get("high") is None else told["high"],
            )


def _gone(_: object) -> float:
    raise NotImplementedError("the KPI was registered in another process: its values alone are known")


def _groups(
    file: Path, divisions: list[str], numbers: tuple[int, ...]
) -> dict[str, tuple[dict[str, dict[str, float]], ...]]:
    """The KPIs of the groups of each division, an entry a replication."""
    found: dict[str, dict[int, dict[str, dict[str, float]]]] = {
        division: {number: {} for number in numbers} for division in divisions
    }
    for line, cells in _lines(file, _GROUPS_HEADER) if divisions else ():
        division, group, name = cells[0], read_cell(cells[2]), read_cell(cells[3])
        number, value = _numbers(file, line, cells, cells[1], cells[4])
        if number not in found.get(division, {}):
            said = f"{division!r} of replication {number}" if division in found else repr(division)
            raise ResultsError(f"{file}:{line}: found {said}, of which the other files know nothing")
        kpis = found[division][number].setdefault(group, {})
        if name in kpis:
            raise ResultsError(f"{file}:{line}: {name} of {group} in replication {number} is there twice")
        if name not in DIVISIONS[division].kpis:
            try:
                describe(name)
            except KeyError as error:
                raise ResultsError(f"{file}:{line}: {error.args[0]}") from None
        kpis[name] = value
    for division, rows in found.items():
        if not all(rows.values()):
            raise ResultsError(f"{file}: it lacks replications by {division}")
    return {division: tuple(rows.values()) for division, rows in found.items()}


def _tallies(file: Path, numbers: tuple[int, ...]) -> tuple[Tally, ...]:
    """What hurt in each replication."""
    try:
        with file.open("rb") as opened:
            text = opened.read(_MOST_BYTES + 1)
        return read_tallies(text, numbers)
    except FileNotFoundError:
        raise ResultsError(f"{file}: is missing") from None
    except (OSError, ValueError, RecursionError) as error:
        raise ResultsError(f"{file}: cannot be read: {' '.join(str(error).split())[:200]}") from None


def with_sources(scenario: Scenario, file: Path | None) -> Scenario:
    """A scenario that was written resolved, with what is kept of where its values come from, if it is.

    Raises ResultsError if the file is damaged.
    """
    try:
        told = {} if file is None else read_told(file, _lines(file, list(SOURCES_COLUMNS)))
    except ResultsError:
        raise
    except ValueError as error:
        raise ResultsError(str(error)) from None
    return replace(scenario, document=replace(scenario.document, told=told))


# tables


class _Tables(Mapping[int, Mapping[str, "pd.DataFrame"]]):
    """The tables of each replication, read from their files when they are first asked for."""

    def __init__(self, path: Path, kept: Mapping[str, list[int]], numbers: tuple[int, ...]) -> None:
        self._path = path
        self._kept = {name: kept.get(name, []) for name in TABLES}
        there = {number for of in self._kept.values() for number in of}
        self._numbers = [number for number in numbers if number in there]
        self._read: dict[str, pd.DataFrame] = {}
        self._less: dict[str, bool] = {}

    def __getitem__(self, number: int) -> Mapping[str, pd.DataFrame]:
        if number not in self._numbers:
            raise KeyError(number)
        names = (name for name, numbers in self._kept.items() if number in numbers)
        return _Of(self, number, tuple(name for name in names if not self._lacks(name)))

    def __iter__(self) -> Iterator[int]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)

    def table(self, name: str, number: int) -> pd.DataFrame:
        """One table of one replication."""
        if name not in self._read:
            self._read[name] = self._file(name)
        frame = self._read[name]
        return frame[frame[REPLICATION] == number].drop(columns=REPLICATION).reset_index(drop=True)

    def _lacks(self, name: str) -> bool:
        """Whether it is a small table of those who wrote before it had some columns: pictures do without."""
        if name not in SMALL:
            return False
        if name not in self._less:
            from pyarrow.parquet import read_schema

            try:
                less = {REPLICATION} < {*read_schema(self._place(name)).names} < {REPLICATION, *COLUMNS[name]}
            except Exception:  # which is told when it is read
                less = False
            self._less[name] = less
        return self._less[name]

    def _place(self, name: str) -> Path:
        return self._path / "tables" / f"{name}.parquet"

    def _file(self, name: str) -> pd.DataFrame:
        import pandas as pd

        file = self._place(name)
        if not file.is_file():
            raise ResultsError(f"{file}: is missing; tables are read again from Parquet only")
        try:
            frame = pd.read_parquet(file)
        except Exception as error:  # whatever is wrong with it, Arrow calls it by many names
            raise ResultsError(f"{file}: cannot be read: {' '.join(str(error).split())[:200]}") from None
        expected = [REPLICATION, *COLUMNS[name]]
        if list(frame.columns) != expected:
            odd = sorted(set(map(str, frame.columns)) ^ set(expected))
            raise ResultsError(f"{file}: columns are not those of the table {name!r}: {', '.join(odd)[:200]}")
        for column, kind in frame.dtypes.items():  # names of which there are none have no type in Parquet
            if isinstance(kind, pd.CategoricalDtype) and not len(kind.categories):
                none = pd.CategoricalDtype(pd.Index([], dtype="str"))
                frame[column] = pd.Categorical([None] * len(frame), dtype=none)
        return frame


class _Of(Mapping[str, "pd.DataFrame"]):
    """The tables of one replication."""

    def __init__(self, tables: _Tables, number: int, names: tuple[str, ...]) -> None:
        self._tables = tables
        self._number = number
        self._names = names

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._names:
            raise KeyError(name)
        return self._tables.table(name, self._number)

    def __contains__(self, name: object) -> bool:
        return name in self._names  # no file is read for that

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
