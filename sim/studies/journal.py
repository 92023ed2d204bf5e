"""The journal of a study: a file of cells, each there whole or not at all, whenever the process ends.

It is a database of SQLite with a rollback journal. A cell is committed by itself as it comes in: what was
committed is there after a kill, and of what was not nothing is. One process at a time has the file, under a
lock of the system's that ends with the process. What is read from it is data, never code.

A cell is known by what its scenario says (`Scenario.hash`), the seed, the number of the replication and the
program that made it (see `sim.studies.program`). Those of another program stay, and are not used.
"""

from __future__ import annotations

import json
import math
import os
import sqlite3
import zlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sim.studies.cell import Cell, StudyError

if TYPE_CHECKING:
    import pandas as pd
    from pydantic import TypeAdapter

    from sim.statistics.hurts_overall import Tally

__all__ = ["Journal", "JournalError", "JournalInUseError"]

_OURS: Final = 0x65787053  # marks the file as one of ours: "expS"
_FORM: Final = 1  # of the tables below: another number, another form
_TABLES: Final = (
    """CREATE TABLE IF NOT EXISTS cells (
        id INTEGER PRIMARY KEY, scenario TEXT NOT NULL, seed INTEGER NOT NULL, replication INTEGER NOT NULL,
        program TEXT NOT NULL, kpis TEXT, tally BLOB, engine TEXT NOT NULL, reason TEXT NOT NULL,
        written INTEGER NOT NULL DEFAULT 1, UNIQUE (scenario, seed, replication, program))""",
    """CREATE TABLE IF NOT EXISTS groups (
        cell INTEGER NOT NULL, division TEXT NOT NULL, kpis TEXT NOT NULL, PRIMARY KEY (cell, division))""",
    """CREATE TABLE IF NOT EXISTS measured (
        cell INTEGER NOT NULL, theme TEXT NOT NULL, kpis TEXT NOT NULL, PRIMARY KEY (cell, theme))""",
    """CREATE TABLE IF NOT EXISTS tables (
        cell INTEGER NOT NULL, name TEXT NOT NULL, arrow BLOB NOT NULL, PRIMARY KEY (cell, name))""",
)
# A cell that is there stays where the new one has failed: its KPIs are still true.
_PUT: Final = """
    INSERT INTO cells (scenario, seed, replication, program, kpis, tally, engine, reason)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (scenario, seed, replication, program) DO UPDATE SET
        kpis = excluded.kpis, tally = excluded.tally, engine = excluded.engine, reason = excluded.reason,
        written = written + 1
    WHERE excluded.kpis IS NOT NULL OR cells.kpis IS NULL
    RETURNING id"""

_ANEW: Final = "; without it the study begins anew"
_SAID: Final = {
    sqlite3.SQLITE_FULL: "no room is left on the disk",
    sqlite3.SQLITE_READONLY: "cannot be written to",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened or made",
    sqlite3.SQLITE_PERM: "cannot be opened or made",
    sqlite3.SQLITE_IOERR: "the system could not read or write it",
    sqlite3.SQLITE_NOTADB: f"is no journal of exposim's{_ANEW}",
    sqlite3.SQLITE_CORRUPT: f"is damaged{_ANEW}",
}
_KEPT: Final = "; the cells that were written before are kept"

# A copy of this process never closes what it has of these: that would undo what this process is writing.
_open: Final[set[sqlite3.Connection]] = set()


class JournalError(StudyError):
    """A journal that cannot be used, or not any longer; one line that says which and why."""


class JournalInUseError(JournalError):
    """Another process is at work in the journal."""


class Journal:
    """The cells of one file. Close it, or use it in `with`."""

    def __init__(self, path: Path, program: str, *, synced: bool = True) -> None:
        """Open the file, which is made if it is not there, though its folder is not.

        Args:
            path: of the file.
            program: what makes the cells: those of another are not used.
            synced: whether each cell is on the disk itself before the next one is run, so that it outlasts a
                failure of power. Without, it outlasts that of the process only.

        Raises:
            JournalInUseError: another process is at work in it.
            JournalError: it cannot be opened or made, is damaged, or is no journal.
        """
        self.path = path
        self.program = program
        try:
            # a study may be run by another thread than the one that has begun it, but never by two at once
            self._database = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
        except sqlite3.Error as error:
            raise _error(path, error) from None
        _open.add(self._database)
        try:
            with self._told():
                self._begin(synced)
        except BaseException:
            self.close()
            raise

    def _begin(self, synced: bool) -> None:
        ask = self._database.execute
        ask("PRAGMA locking_mode = EXCLUSIVE")
        ask(f"PRAGMA synchronous = {'NORMAL' if synced else 'OFF'}")
        ask("BEGIN EXCLUSIVE")
        ours, form = ask("PRAGMA application_id").fetchone()[0], ask("PRAGMA user_version").fetchone()[0]
        empty = not ask("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if not empty and ours != _OURS:
            raise JournalError(f"{self.path}: {_SAID[sqlite3.SQLITE_NOTADB]}")
        if not empty and form != _FORM:
            said = f"was written by another version of exposim (its form is {form}, this one's {_FORM})"
            raise JournalError(f"{self.path}: {said}{_ANEW}")
        if empty:
            ask(f"PRAGMA application_id = {_OURS}")
            ask(f"PRAGMA user_version = {_FORM}")
        for table in _TABLES:  # one of an older version lacks what was not there yet
            ask(table)
        ask("COMMIT")

    def close(self) -> None:
        """Let the file go. It may be closed twice."""
        _open.discard(self._database)
        with suppress(sqlite3.Error):
            self._database.close()

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __len__(self) -> int:
        """How many cells of this program it has; those that failed are not among them."""
        return self._count("program = ? AND kpis IS NOT NULL")

    @property
    def others(self) -> int:
        """How many cells of other programs it has, which are not used."""
        return self._count("program != ? AND kpis IS NOT NULL")

    def _count(self, which: str) -> int:
        with self._told():
            asked = self._database.execute(f"SELECT count(*) FROM cells WHERE {which}", (self.program,))
            return int(asked.fetchone()[0])

    def put(self, scenario: str, seed: int, cell: Cell, tables: Collection[str]) -> None:
        """Write a cell with these of its tables, whole or not at all.

        Of one that is there, tables, groups and KPIs on demand stay that this one lacks.

        Raises:
            JournalError: it could not be written; those before it are there still.
        """
        kpis = None if cell.kpis is None else _kpis_text(cell.kpis)
        tally = None if cell.tally is None else _tally_text(cell.tally)
        key = (scenario, seed, cell.replication, self.program)
        arrows = [(name, _arrow(cell.tables[name])) for name in tables if name in cell.tables]
        groups = [(division, _groups_text(groups)) for division, groups in cell.divided.items()]
        measured = [(theme, _kpis_text(kpis)) for theme, kpis in cell.measured.items()]
        with self._told(), self._transaction():
            written = self._database.execute(_PUT, (*key, kpis, tally, cell.engine, cell.reason)).fetchone()
            if written is None:
                return
            ask = self._database.executemany
            ask("INSERT OR REPLACE INTO groups VALUES (?, ?, ?)", [(*written, *each) for each in groups])
            ask("INSERT OR REPLACE INTO measured VALUES (?, ?, ?)", [(*written, *each) for each in measured])
            ask("INSERT OR REPLACE INTO tables VALUES (?, ?, ?)", [(*written, *each) for each in arrows])

    def known(
        self,
        scenario: str,
        seed: int,
        wanted: Mapping[int, Collection[str]],
        divisions: Collection[str] = (),
        themes: Collection[str] = (),
        besides: Collection[str] = (),
        spared: Collection[str] = (),
    ) -> Iterator[Cell]:
        """Cells of a scenario with this seed that did not fail, in order of replications.

        `wanted` are the numbers of the replications, and of each the tables. One that lacks a table, a
        division, or a theme of KPIs on demand, is not among them: it is to be run again. Divisions `besides`,
        and those tables that are `spared`, are given of those that have them.

        Raises:
            JournalError: they cannot be read.
        """
        ask = self._database.execute
        with self._told():
            rows = ask(
                "SELECT id, replication, kpis, tally, engine FROM cells WHERE scenario = ? AND seed = ? AND "
                "program = ? AND kpis IS NOT NULL ORDER BY replication",
                (scenario, seed, self.program),
            ).fetchall()
            for number, replication, kpis, tally, engine in rows:
                if replication not in wanted:
                    continue
                groups = dict(ask("SELECT division, kpis FROM groups WHERE cell = ?", (number,)))
                names = {name for (name,) in ask("SELECT name FROM tables WHERE cell = ?", (number,))}
                measured = dict(ask("SELECT theme, kpis FROM measured WHERE cell = ?", (number,)))
                lacks = (
                    {*divisions} - groups.keys()
                    or {*wanted[replication]} - names - {*spared}
                    or {*themes} - measured.keys()
                )
                if lacks:
                    continue
                yield Cell(
                    replication,
                    _kpis(kpis),
                    tally=None if tally is None else _tally(tally),
                    tables=_Tables(
                        self.path, {n: self._arrow(number, n) for n in wanted[replication] if n in names}
                    ),
                    divided={
                        each: _groups(groups[each]) for each in (*divisions, *besides) if each in groups
                    },
                    measured={theme: _kpis(measured[theme]) for theme in themes},
                    engine=engine,
                )

    def _arrow(self, cell: int, name: str) -> bytes:
        asked = self._database.execute("SELECT arrow FROM tables WHERE cell = ? AND name = ?", (cell, name))
        return bytes(asked.fetchone()[0])

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._database.execute("COMMIT")
        except BaseException:
            if self._database.in_transaction:  # on a full disk SQLite itself has undone it
                with suppress(sqlite3.Error):
                    self._database.execute("ROLLBACK")
            raise

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What SQLite raises, in a line that says of which file."""
        try:
            yield
        except (sqlite3.Error, zlib.error, ValueError) as error:
            raise _error(self.path, error) from None


class _Tables(Mapping[str, "pd.DataFrame"]):
    """Tables as they were written, read when they are first asked for; JournalError if they cannot be."""

    def __init__(self, path: Path, written: Mapping[str, bytes]) -> None:
        self._path, self._written = path, written
        self._read: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._read:
            written = self._written[name]  # a KeyError is no damage: it was not written
            try:
                self._read[name] = _frame(written)
            except (ValueError, LookupError, TypeError, OSError, NotImplementedError) as error:
                raise _error(self._path, error) from None
        return self._read[name]

    def __contains__(self, name: object) -> bool:
        return name in self._written  # none is read for that

    def __iter__(self) -> Iterator[str]:
        return iter(self._written)

    def __len__(self) -> int:
        return len(self._written)


def _arrow(frame: pd.DataFrame) -> bytes:
    import pyarrow as pa

    batch = pa.RecordBatch.from_pandas(frame)  # a table without rows would be written without its categories
    written = BytesIO()
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with pa.ipc.new_stream(written, batch.schema, options=options) as stream:
        stream.write_batch(batch)
    return written.getvalue()


def _frame(written: bytes) -> pd.DataFrame:
    import pandas as pd
    from pyarrow import ipc

    with ipc.open_stream(written) as stream:
        frame: pd.DataFrame = stream.read_all().to_pandas()
    for name, column in frame.items():  # pyarrow gives no categories back as objects, not as texts
        if isinstance(column.dtype, pd.CategoricalDtype) and not len(column.dtype.categories):
            kind = pd.CategoricalDtype(pd.Index([], dtype="str"), column.dtype.ordered)
            frame[name] = column.astype(kind)
    return frame


@cache
def _tallies() -> TypeAdapter[Tally]:
    from pydantic import TypeAdapter

    from sim.statistics.hurts_overall import Tally

    return TypeAdapter(Tally)


def _tally_text(tally: Tally) -> bytes:
    """A tally as JSON, packed: of a large fair it has a queue for each booth."""
    return zlib.compress(json.dumps(_tallies().dump_python(tally)).encode(), 1)


def _tally(packed: bytes) -> Tally:
    return _tallies().validate_json(zlib.decompress(packed))


def _kpis_text(kpis: Mapping[str, float]) -> str:
    """KPIs as JSON: each number in the digits that give it back, null where it is not defined."""
    return json.dumps({name: None if math.isnan(value) else float(value) for name, value in kpis.items()})


def _kpis(text: str) -> dict[str, float]:
    return _numbers(json.loads(text))


def _groups_text(groups: Mapping[str, Mapping[str, float]]) -> str:
    plain = {
        group: {name: None if math.isnan(value) else float(value) for name, value in kpis.items()}
        for group, kpis in groups.items()
    }
    return json.dumps(plain, ensure_ascii=False)


def _groups(text: str) -> dict[str, dict[str, float]]:
    return {group: _numbers(kpis) for group, kpis in _named(json.loads(text)).items()}


def _numbers(said: Any) -> dict[str, float]:
    kpis = _named(said)
    if not all(value is None or type(value) in (int, float) for value in kpis.values()):
        raise ValueError("a KPI is no number")
    return {name: math.nan if value is None else float(value) for name, value in kpis.items()}


def _named(said: Any) -> dict[str, Any]:
    if not isinstance(said, dict):
        raise ValueError("KPIs have no names")
    return said


def _error(path: Path, error: Exception) -> JournalError:
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return JournalError(f"{path}: is damaged: {' '.join(str(error).split())[:200]}{_ANEW}")
    if code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return JournalInUseError(f"{path}: another process is at work in it")
    said = _SAID.get(code & 0xFF, str(error))
    if code & 0xFF == sqlite3.SQLITE_IOERR:
        said += f" ({error.sqlite_errorname.lower()})"  # type: ignore[attr-defined]
    written = code & 0xFF in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)
    return JournalError(f"{path}: {said}{_KEPT if written and os.path.exists(path) else ''}")
