"""The journal: what was written is there, to the last bit, whatever became of whoever wrote it."""

from __future__ import annotations

import math
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import sim
from sim.studies import ChangedStudyError, JournalError, StudyError, StudyFolder, cell, replicate
from sim.studies.cell import Cell
from sim.studies.folder import CELLS, Unfinished
from sim.studies.journal import Journal, JournalInUseError
from sim.studies.program import program
from sim.studies.resultset import ResultSet
from sim.studies.runner import Runner

FAIR = Path(__file__).parents[1] / "cli" / "fair.toml"


@pytest.fixture(scope="module")
def fair() -> sim.Scenario:
    return sim.load(str(FAIR))


def told(results: ResultSet) -> list[object]:
    return [results.numbers, repr(results.rows), results.tallies, results.text(), repr(results.divided)]


def test_a_study_that_goes_on_comes_to_the_same_bytes_and_runs_nothing_again(
    fair: sim.Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    how = {"by": "day", "tables": ("sessions", "exhibitors"), "keep": ()}
    whole = replicate(fair, replications=4, **how)  # type: ignore[arg-type]
    folder = tmp_path / "study"
    replicate(fair, replications=3, study=folder, **how)  # type: ignore[arg-type]
    ran, play = [], cell.run

    def counted(scenario: sim.Scenario, **given: object) -> object:
        ran.append(given["replication"])
        return play(scenario, **given)  # type: ignore[arg-type]

    monkeypatch.setattr(cell, "run", counted)
    said: list[str] = []
    again = replicate(fair, replications=4, study=StudyFolder(folder, tell=said.append), **how)  # type: ignore[arg-type]
    assert ran == [3]
    assert said == ["goes on: 3 of 4 replications were done before"]
    assert told(again) == told(whole)
    for name in ("sessions", "exhibitors"):
        assert again.table(name).equals(whole.table(name))
        assert list(again.table(name).dtypes) == list(whole.table(name).dtypes)
    again.save(tmp_path / "again")  # which asks for tables that were not kept
    whole.save(tmp_path / "whole")
    for each in sorted((tmp_path / "whole").rglob("*.csv")):
        assert (tmp_path / "again" / each.relative_to(tmp_path / "whole")).read_bytes() == each.read_bytes()
    # of another question in the folder, what is there is known too; a table that is not is worked out
    ran.clear()
    found = sim.compare(fair, vary="exhibitors.mean_staff=3,9", replications=2, study=folder)
    assert ran == [0, 1]  # of the nine alone
    assert repr(found.results[0].rows) == repr(whole.rows[:2])
    replicate(fair, replications=1, study=folder, tables=("meetings",), keep=())
    assert ran == [0, 1, 0]


def test_numbers_come_back_to_the_last_bit(tmp_path: Path) -> None:
    kpis = {"a": 0.1 + 0.2, "b": math.nan, "c": 5e-324, "d": -0.0, "e": 1e308, "é": 3.0}
    with Journal(tmp_path / "j", "p") as journal:
        journal.put("s", 2**63 - 1, Cell(7, kpis, engine="toy", divided={"day": {"1": kpis}}), ())
        journal.put("s", 1, Cell(8, None, "it rained"), ())
        assert len(journal) == 1
        (back,) = journal.known("s", 2**63 - 1, {7: (), 8: ()}, ("day",))
        assert list(journal.known("s", 1, {8: ()})) == []  # what failed is tried again
        assert list(journal.known("s", 2**63 - 1, {7: ("meetings",)})) == []  # a table that it has not
        assert list(journal.known("s", 2**63 - 1, {7: ()}, ("hall",))) == []
    assert repr(back.kpis) == repr(kpis)
    assert repr(back.divided) == repr({"day": {"1": kpis}})
    with Journal(tmp_path / "j", "another program") as journal:
        assert (len(journal), journal.others) == (0, 1)


def test_a_cell_that_is_written_again_keeps_what_the_new_one_lacks_and_all_if_that_failed(
    tmp_path: Path,
) -> None:
    with Journal(tmp_path / "j", "p") as journal:
        journal.put("s", 1, Cell(0, {"a": 1.0}, engine="toy", divided={"day": {"1": {"a": 3.0}}}), ())
        journal.put("s", 1, Cell(0, None, "it rained"), ())
        assert list(journal.known("s", 1, {0: ()}, (), ("record",))) == []  # a theme that it has not
        journal.put("s", 1, Cell(0, {"a": 2.0}, engine="toy", measured={"record": {"b": 4.0}}), ())
        journal.put("s", 1, Cell(0, None, "it rained"), ())
        (back,) = journal.known("s", 1, {0: ()}, ("day",), ("record",))
    assert (back.kpis, back.divided, back.measured) == (
        {"a": 2.0},
        {"day": {"1": {"a": 3.0}}},
        {"record": {"b": 4.0}},
    )


def test_one_process_at_a_time_and_what_is_no_journal_is_told(tmp_path: Path) -> None:
    file = tmp_path / "cells.sqlite"
    with Journal(file, "p"), pytest.raises(JournalInUseError, match="another process is at work in it"):
        Journal(file, "p")
    Journal(file, "p").close()
    spoilt = tmp_path / "spoilt.sqlite"
    spoilt.write_bytes(b"not a journal, but long enough to be looked at" * 40)
    with pytest.raises(JournalError, match=r"spoilt\.sqlite: is no journal"):
        Journal(spoilt, "p")
    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as database:
        database.execute("CREATE TABLE cells (x)")
    with pytest.raises(JournalError, match="is no journal of exposim's; without it the study begins anew"):
        Journal(other, "p")
    with Journal(file, "p") as journal:
        journal.put("s", 1, Cell(0, {"a": 1.0}, engine="toy"), ())
    whole = file.read_bytes()
    half = len(whole) // 2
    file.write_bytes(whole[:half])
    with pytest.raises(JournalError, match=r"cells\.sqlite: is damaged; without it the study begins anew"):
        Journal(file, "p")
    for other_bytes in (b'{"a": oh!}', b'["a", 1.0]', b'{"a": "1"}', b'{"a":[ 1]}'):
        file.write_bytes(whole.replace(b'{"a": 1.0}', other_bytes))
        with Journal(file, "p") as journal, pytest.raises(JournalError, match=r"is damaged: .*; without it"):
            list(journal.known("s", 1, {0: ()}))
    assert spoilt.read_bytes().startswith(b"not a journal")


def test_a_table_that_cannot_be_read_is_told_when_it_is_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "cells.sqlite"
    table = pd.DataFrame({"a": [1, 2, 3]})
    with Journal(file, "p") as journal:
        for number in range(2):
            journal.put("s", 1, Cell(number, {"a": 1.0}, engine="toy", tables={"t": table}), ("t",))
        journal._database.execute("UPDATE tables SET arrow = substr(arrow, 1, 90) WHERE cell = 2")
        whole, cut = journal.known("s", 1, {0: ("t",), 1: ("t",)})
    pd.testing.assert_frame_equal(whole.tables["t"], table)
    assert whole.tables.get("u") is None
    assert "u" not in whole.tables
    assert "t" in cut.tables
    with pytest.raises(
        JournalError, match=r"cells\.sqlite: is damaged: .*; without it the study begins anew"
    ):
        cut.tables["t"]


def test_a_full_disk_is_told_and_what_was_written_before_stays(tmp_path: Path) -> None:
    file = tmp_path / "cells.sqlite"
    with Journal(file, "p") as journal:
        journal.put("s", 1, Cell(0, {"a": 1.0}, engine="toy"), ())
        pages = journal._database.execute("PRAGMA page_count").fetchone()[0]
        journal._database.execute(f"PRAGMA max_page_count = {pages}")  # as SQLite itself meets a full disk
        with pytest.raises(JournalError, match=r"no room is left on the disk; the cells that were written"):
            journal.put("s", 1, Cell(1, {"a" * 100_000: 1.0}, engine="toy"), ())
    with Journal(file, "p") as journal:
        (back,) = journal.known("s", 1, {0: (), 1: ()})
    assert back.kpis == {"a": 1.0}


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal")
def test_a_killed_writer_leaves_what_it_had_written(tmp_path: Path) -> None:
    file = tmp_path / "cells.sqlite"
    program_text = f"""
from pathlib import Path
from sim.studies.cell import Cell
from sim.studies.journal import Journal
journal = Journal(Path({str(file)!r}), "p")
for number in range(10**6):
    journal.put("s", 1, Cell(number, {{"a": number / 7}}, engine="toy"), ())
    print(number, flush=True)
"""
    writer = subprocess.Popen([sys.executable, "-c", program_text], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    for line in writer.stdout:
        if int(line) >= 20:
            os.kill(writer.pid, signal.SIGKILL)
            break
    said = [20, *(int(line) for line in writer.stdout if line.endswith("\n"))]
    writer.wait()
    writer.stdout.close()
    with Journal(file, "p") as journal:
        cells = list(journal.known("s", 1, dict.fromkeys(range(10**5), ())))
    assert len(cells) in (max(said) + 1, max(said) + 2)  # it may have been killed before it could say so
    assert [each.replication for each in cells] == list(range(len(cells)))
    assert all(each.kpis == {"a": each.replication / 7} for each in cells)


def test_a_study_of_a_scenario_that_has_changed_is_refused_with_what_changed(
    fair: sim.Scenario, tmp_path: Path
) -> None:
    replicate(fair, replications=1, study=tmp_path)
    changed = fair.replace(**{"exhibitors.mean_staff": 9})
    with pytest.raises(ChangedStudyError, match=r"exhibitors\.mean_staff: 3\.0 → 9\.0") as refused:
        replicate(changed, replications=1, study=tmp_path)
    assert "Give another folder, or --anew" in str(refused.value)
    (tmp_path / "called.toml").write_text(FAIR.read_text("utf-8"), "utf-8")
    replicate(sim.load(tmp_path / "called.toml"), replications=1, study=tmp_path)  # by another name
    sim.compare(changed, vary="expo.seed=1,2", replications=2, study=tmp_path)  # another question
    anew = replicate(changed, replications=1, study=StudyFolder(tmp_path, anew=True))
    assert repr(anew.rows) == repr(replicate(changed, replications=1).rows)
    (tmp_path / "study-run.json").write_text("{")
    with pytest.raises(JournalError, match="is damaged"):
        replicate(changed, replications=1, study=tmp_path)


def test_a_folder_that_cannot_be_used_is_told(fair: sim.Scenario, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("precious")
    with pytest.raises(StudyError, match="the study cannot be kept"):
        replicate(fair, replications=1, study=blocked / "below")
    assert blocked.read_text() == "precious"


def test_what_was_stopped_is_kept_until_it_is_done(
    fair: sim.Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPOSIM_CACHE", str(tmp_path))
    first = Unfinished()
    replicate(fair, replications=2, study=first)  # killed here: nobody says that it is done
    assert first.is_kept
    said: list[str] = []
    second = Unfinished(tell=said.append)
    results = replicate(fair, replications=3, study=second)
    assert said == ["goes on: 2 of 3 replications were done before"]
    assert repr(results.rows) == repr(replicate(fair, replications=3).rows)
    assert results.first is not None  # played again, when it is asked for
    assert results.first.row == pytest.approx(results.rows[0], nan_ok=True)
    beside = Unfinished(tell=said.append)  # the same command, while this one is at work
    with Runner(study=second).asked("run", {fair.name: fair}):
        again = replicate(fair, replications=3, study=beside)
    assert repr(again.rows) == repr(results.rows)
    assert "another process is at work in it" in beside.why_not
    beside.done()
    assert len(list((tmp_path / "unfinished").iterdir())) == 1
    second.done()
    assert list((tmp_path / "unfinished").iterdir()) == []
    monkeypatch.setenv("EXPOSIM_CACHE", os.devnull)
    third = Unfinished()
    replicate(fair, replications=1, study=third)  # what cannot be kept is run all the same
    assert third.why_not
    assert not third.is_kept


def test_days_and_small_tables_are_kept_besides_and_for_want_of_them_nothing_is_run_again(
    fair: sim.Scenario, tmp_path: Path
) -> None:
    days = fair.replace(**{"expo.days": 2, "programme.talks.per_day": [2, 1]})
    results = replicate(days, replications=2, study=tmp_path / "own")
    assert repr(results.divided) == repr(replicate(days, replications=2, by="day").divided)
    assert repr(replicate(days, replications=2, study=tmp_path / "own").divided) == repr(results.divided)
    for without in (replicate(fair, replications=2), replicate(days, replications=2, keep=())):
        assert not without.divided
    first = Runner(study=StudyFolder(tmp_path / "other"))
    with first.asked("run", {days.name: days}):
        first.results([days], [0, 1])
    said: list[str] = []
    again = replicate(days, replications=3, study=StudyFolder(tmp_path / "other", tell=said.append))
    left_out = "pictures of several leave out 2, of which no tables were kept"
    assert said == [f"goes on: 2 of 3 replications were done before; {left_out}"]
    assert repr(again.rows[:2]) == repr(results.rows)
    assert not again.divided  # the first two of them have none
    assert again.kept_of("flow") == (0, 2)  # the first is played again for its tables, when one is asked for
    named = replicate(days, replications=3, tables=["flow"], study=StudyFolder(tmp_path / "other"))
    assert named.kept_of("flow") == (0, 1, 2)


def test_what_makes_the_numbers_is_the_same_until_it_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.studies import program as rooms

    now = program()
    assert now == program()
    rooms.shipped.cache_clear()
    monkeypatch.setattr(rooms, "_version", lambda library: "1.0" if library == "numpy" else "2.0")
    assert program() != now
    rooms.shipped.cache_clear()


def test_the_file_is_named_and_alone_in_its_folder(fair: sim.Scenario, tmp_path: Path) -> None:
    replicate(fair, replications=1, study=tmp_path / "a" / "b")
    assert {each.name for each in (tmp_path / "a" / "b").iterdir()} == {CELLS, "study-run.json"}
