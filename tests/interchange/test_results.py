"""Results in a directory, read again: nothing is lost, and what is damaged is said in one line."""

from __future__ import annotations

import json
import math
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import sim
from sim.interchange.results_reading import ResultsError
from sim.statistics import COLUMNS
from sim.statistics.hurts import FullDiaries
from sim.statistics.kpis.registry import OWN, REMEMBERED
from sim.statistics.own import forget_own_kpis
from sim.statistics.tables import SMALL
from tests.interchange.saving import FAIR

pytestmark = pytest.mark.usefixtures("played_once")


@pytest.fixture
def copied(saved: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(saved, tmp_path / "fair"))


@pytest.fixture(scope="module")
def divided() -> sim.ResultSet:
    two_days = {"expo.days": 2, "programme.talks.per_day": [2, 1]}
    return sim.replicate(sim.load(FAIR, two_days), replications=3, by=("day", "chain"), keep=())


@pytest.fixture(scope="module")
def with_groups(divided: sim.ResultSet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("groups") / "fair"
    divided.save(out, tables=("parquet",))
    return out


# a round trip


def test_results_come_back_as_they_were(results: sim.ResultSet, saved: Path) -> None:
    again = sim.ResultSet.load(saved)
    assert again.scenario == results.scenario
    assert (again.scenario.name, again.seed, again.engine) == ("fair", results.seed, results.engine)
    assert (again.numbers, again.failures, again.imprecise) == ((0, 1, 2), (), ())
    pd.testing.assert_frame_equal(again.kpis, results.kpis, check_exact=True)
    pd.testing.assert_frame_equal(again.summary, results.summary, check_exact=True)
    assert again.to_json_dict() == results.to_json_dict()
    assert again.difference(results, "meetings.held").mean == 0
    assert again.first is None


def test_what_hurts_is_told_in_the_same_words(results: sim.ResultSet, saved: Path) -> None:
    again = sim.ResultSet.load(saved)
    assert again.tallies == results.tallies
    assert len(again.tallies) == 3
    assert str(again.where_it_hurts) == str(results.where_it_hurts)
    assert again.text() == results.text()
    assert "Where it hurts (over 3 replications" in again.text()
    assert again._repr_html_() == results._repr_html_()


def test_what_tallies_had_not_when_they_were_saved_is_as_by_default(
    results: sim.ResultSet, copied: Path
) -> None:
    later: dict[str, Any] = {"diaries": FullDiaries(), "closed": {}}  # with a default, in order to be read
    assert any(tally.diaries != later["diaries"] for tally in results.tallies)
    said = json.loads((copied / "hurts.json").read_text())
    for tally in said.values():
        assert {name for name in later if tally.pop(name) is not None} == set(later)
    (copied / "hurts.json").write_text(json.dumps(said))
    assert sim.ResultSet.load(copied).tallies == tuple(replace(tally, **later) for tally in results.tallies)


def test_results_without_what_hurts_are_read_without_it(results: sim.ResultSet, tmp_path: Path) -> None:
    replace(results, tallies=(), whole=None, kept={}).save(tmp_path / "out")
    assert not (tmp_path / "out" / "hurts.json").exists()
    again = sim.ResultSet.load(tmp_path / "out")
    assert again.tallies == ()
    with pytest.raises(ValueError, match="was not kept"):
        _ = again.where_it_hurts


def test_where_values_come_from_comes_back_and_is_not_known_of_older_results(
    results: sim.ResultSet, saved: Path, copied: Path
) -> None:
    again = sim.ResultSet.load(saved).scenario
    assert again.sources == results.scenario.sources
    assert any(each.told and each.told.source for each in again.sources)
    changed = again.replace(**{"expo.title": "Another"}).sources
    (title,) = (each.told for each in changed if each.path == "expo.title")
    assert title is not None
    assert title.line is None
    run = json.loads((copied / "run.json").read_text())
    del run["sources"]
    (copied / "run.json").write_text(json.dumps(run))
    (copied / "sources.csv").unlink()
    assert sim.ResultSet.load(copied).scenario.sources == ()


@pytest.mark.parametrize("name", COLUMNS)
def test_tables_come_back_as_they_were(results: sim.ResultSet, saved: Path, name: str) -> None:
    again = sim.ResultSet.load(saved)
    numbers = (0, 1, 2) if name in SMALL else (0, 2)  # small ones are kept of every replication
    assert again.kept_of(name) == results.kept_of(name) == numbers
    # a category of a table without any such row has no type in Parquet
    pd.testing.assert_frame_equal(again.table(name), results.table(name), check_categorical=False)


def test_what_was_read_is_written_again_as_it_was(saved: Path, tmp_path: Path) -> None:
    sim.ResultSet.load(saved).save(tmp_path / "again")
    files = sorted(path.relative_to(saved) for path in saved.rglob("*") if path.is_file())
    for file in files:
        if file.suffix != ".parquet":
            assert (tmp_path / "again" / file).read_bytes() == (saved / file).read_bytes(), file
    for name in COLUMNS:
        ours, theirs = (
            pd.read_parquet(where / "tables" / f"{name}.parquet") for where in (saved, tmp_path / "again")
        )
        pd.testing.assert_frame_equal(ours, theirs, check_categorical=False)


def test_one_result_is_saved_as_a_study_of_one_replication_is(tmp_path: Path) -> None:
    result = sim.run(FAIR)
    result.save(tmp_path / "one")
    sim.replicate(FAIR, replications=1).save(tmp_path / "study")
    one, study = (
        {path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()}
        for out in (tmp_path / "one", tmp_path / "study")
    )
    assert len(one) > 2 * len(COLUMNS)
    assert one == study
    with pytest.raises(FileExistsError):
        result.save(tmp_path / "one")


def test_a_later_replication_is_saved_under_its_number(tmp_path: Path) -> None:
    result = sim.run(FAIR, replication=2, seed=7)
    result.save(tmp_path / "out", tables=("parquet",))
    again = sim.ResultSet.load(tmp_path / "out")
    assert (again.numbers, again.seed, again.kept_of("visits")) == ((2,), 7, (2,))
    assert (again.kpis.loc[2] == result.kpis).sum() == result.kpis.notna().sum() > 100
    kept = again.table("visits").drop(columns="replication")
    pd.testing.assert_frame_equal(kept, result.visits, check_categorical=False)


def test_a_result_of_no_known_scenario_is_not_saved(tmp_path: Path) -> None:
    result = sim.run(FAIR)
    with pytest.raises(ValueError, match=r"of which scenario it is; sim\.run gives it"):
        sim.Result(result.expo, result.trace).save(tmp_path / "out")
    with pytest.raises(ValueError, match="is not one of the scenario 'quickstart'"):
        sim.Result(result.expo, result.trace, sim.load("quickstart")).save(tmp_path / "out")
    assert not (tmp_path / "out").exists()
    sim.Result(result.expo, result.trace, sim.load(FAIR)).save(tmp_path / "out", tables=())
    assert sim.ResultSet.load(tmp_path / "out").engine == "simpy"


def test_failures_and_what_was_imprecise_come_back(results: sim.ResultSet, tmp_path: Path) -> None:
    from sim.studies.resultset import Failure

    failed = replace(
        results, failures=(Failure(7, results.seed, "ValueError: no"),), imprecise=("meetings.held",)
    )
    failed.save(tmp_path / "out")
    again = sim.ResultSet.load(tmp_path / "out")
    assert (again.failures, again.imprecise) == (failed.failures, failed.imprecise)


def test_kpis_of_ones_own_are_known_where_nobody_registered_them(tmp_path: Path) -> None:
    sim.kpi("mine.one", "=One", unit="%", how="sum", low=1)(lambda _: 1.5)
    try:
        sim.replicate(sim.load(FAIR), replications=1).save(tmp_path / "out")
        forget_own_kpis()
        assert "mine.one" not in OWN
        again = sim.ResultSet.load(tmp_path / "out")
        assert again.values("mine.one") == [1.5]
        assert (REMEMBERED["mine.one"].low, REMEMBERED["mine.one"].high) == (1, math.inf)
        row = again.summary.loc["mine.one"]
        assert (row["label"], row["unit"], row["theme"]) == ("=One", "%", "Mine")
        run = json.loads((tmp_path / "out" / "run.json").read_text())
        run["own_kpis"] = {}
        (tmp_path / "out" / "run.json").write_text(json.dumps(run))
        REMEMBERED.clear()
        with pytest.raises(ResultsError, match=r"kpis\.csv: no KPI 'mine\.one'"):
            sim.ResultSet.load(tmp_path / "out")
    finally:
        forget_own_kpis()
        REMEMBERED.clear()


def test_kpis_by_group_come_back_as_they_were(divided: sim.ResultSet, with_groups: Path) -> None:
    again = sim.ResultSet.load(with_groups)
    assert list(again.divided) == ["day", "chain"]
    pd.testing.assert_frame_equal(again.groups, divided.groups, check_exact=True)
    for division in divided.divided:
        assert again.grouped(division).text() == divided.grouped(division).text()
        pd.testing.assert_frame_equal(again.by(division), divided.by(division), check_exact=True)
    typed = pd.read_parquet(with_groups / "tables" / "groups.parquet")
    pd.testing.assert_frame_equal(typed, divided.groups, check_exact=True)
    assert set(typed.groupby(["division", "group"])["replication"].nunique()) == {3}


def test_the_summary_of_groups_is_a_row_a_group_and_kpi(divided: sim.ResultSet, with_groups: Path) -> None:
    summary = pd.read_csv(with_groups / "groups_summary.csv", dtype={"group": str})
    of = (
        (summary["division"] == "day")
        & (summary["group"] == "2")
        & (summary["kpi"] == "conversations.minutes")
    )
    (said,) = summary[of].to_dict("records")
    e = divided.grouped("day").estimate("2", "conversations.minutes")
    assert (said["mean"], said["low"], said["high"], said["n"]) == (e.mean, e.low, e.high, 3)
    assert len(summary) == sum(len(divided.by(division)) for division in divided.divided)
    text = (with_groups / "README.md").read_text()
    assert "each KPI of each group (by day, chain) in each replication" in text
    assert "groups.csv" not in (with_groups / "scenario.toml").read_text()


# what is damaged


def cut(text: str) -> str:
    return text[: len(text) // 2]


def run_with(**values: Any) -> Callable[[str], str]:
    return lambda text: json.dumps(json.loads(text) | values)


def first_tally_with(**values: Any) -> Callable[[str], str]:
    return lambda text: json.dumps((said := json.loads(text)) | {"0": said["0"] | values})


@pytest.mark.parametrize(
    ("file", "change", "says"),
    [
        ("run.json", cut, "run.json: cannot be read"),
        ("run.json", lambda _: "[]", "it is no JSON object"),
        ("run.json", run_with(seed="1"), 'seed: found "1"; allowed: a whole number'),
        ("run.json", run_with(seed=True), "seed: found true; allowed: a whole number"),
        ("run.json", run_with(replications=4), "kpis.csv: found 3 replications, and run.json says 4"),
        ("run.json", run_with(replications=0), "replications: found 0; allowed: at least 1"),
        ("run.json", run_with(by=[["day"]]), "by: found [['day']]; allowed: day, hall,"),
        ("run.json", run_with(by="day"), "by: found 'day'; allowed: day, hall,"),
        ("run.json", run_with(failures=[{}]), "failures.replication: is missing"),
        ("run.json", run_with(kept={"../x": [0]}), "kept.../x: found"),
        ("run.json", run_with(kept={"meetings": "all"}), "kept.meetings: found 'all'"),
        ("run.json", run_with(own_kpis={"a.b": {}}), "own_kpis.a.b.label: is missing"),
        ("run.json", run_with(hash="0" * 64), "is not what was run: its SHA-256"),
        ("scenario.toml", lambda text: text.replace("lanes = 2", "lanes = 3"), "is not what was run"),
        ("kpis.csv", lambda text: "a,b\n" + text, "kpis.csv:1: found 'a,b'; allowed: replication,kpi,value"),
        (
            "kpis.csv",
            lambda text: text + "0,visits.people,1\n",
            "visits.people of replication 0 is there twice",
        ),
        ("kpis.csv", lambda text: text + "0,visits.people\n", "found 2 cells"),
        ("kpis.csv", lambda text: text + "0,a.b,many\n", "found '0,a.b,many'; allowed: numbers"),
        (
            "kpis.csv",
            lambda text: text + "0,visits.poeple,1\n",
            "replication 1 has other KPIs than the first",
        ),
        ("kpis.csv", lambda _: "\0", "kpis.csv"),
        ("run.json", run_with(sources=1), "sources: allowed: true or false"),
        ("sources.csv", lambda text: "a,b\n" + text, "sources.csv:1: found 'a,b'; allowed: path,value,unit"),
        (
            "sources.csv",
            lambda text: text + '"expo.title","","","","","","a.toml","4"\n',
            "found 'expo.title' twice",
        ),
        (
            "sources.csv",
            lambda text: text + '"expo.x","","","","","","a.toml","four"\n',
            "found line 'four'; allowed: a whole number",
        ),
        ("hurts.json", cut, "hurts.json: cannot be read"),
        ("hurts.json", lambda _: "{}", "hurts.json: cannot be read: it is not about the replications"),
        ("hurts.json", first_tally_with(no_slot="3"), "0.no_slot: input should be a valid integer"),
        ("hurts.json", first_tally_with(no_slot=2.0), "0.no_slot: input should be a valid integer"),
        ("hurts.json", first_tally_with(halls={"west": {}}), "0.halls.west.name: field required"),
        ("hurts.json", first_tally_with(more=1), "0: it holds more than a tally has"),
        ("hurts.json", first_tally_with(diaries={"more": 1}), "0: it holds more than a tally has"),
    ],
)
def test_a_damaged_file_is_said_in_one_line(
    copied: Path, file: str, change: Callable[[str], str], says: str
) -> None:
    (copied / file).write_text(change((copied / file).read_text()))
    with pytest.raises(ResultsError) as told:
        sim.ResultSet.load(copied)
    text = str(told.value)
    assert says in text
    assert "\n" not in text
    assert text.startswith(str(copied))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (cut, "groups.csv"),
        (lambda text: "\n".join(text.splitlines()[:1]), "groups.csv: it lacks replications by day"),
        (lambda text: text + "hall,0,west,meetings.held,1\n", "found 'hall', of which the other files know"),
        (lambda text: text + "day,9,1,meetings.held,1\n", "found 'day' of replication 9, of which"),
        (
            lambda text: text + "day,0,1,meetings.held,1\n",
            "meetings.held of 1 in replication 0 is there twice",
        ),
        (lambda text: text + "day,0,1,meetings.hold,1\n", "no KPI 'meetings.hold'"),
        (lambda text: text + "day,0,1,meetings.held,x\n", "allowed: numbers"),
        (lambda text: text + "day,0,1\n", "found 3 cells; allowed: division, replication, group, kpi, value"),
    ],
)
def test_damaged_groups_are_said_in_one_line(
    with_groups: Path, tmp_path: Path, change: Callable[[str], str], says: str
) -> None:
    there = Path(shutil.copytree(with_groups, tmp_path / "fair"))
    (there / "groups.csv").write_text(change((there / "groups.csv").read_text()))
    with pytest.raises(ResultsError) as told:
        sim.ResultSet.load(there)
    assert says in str(told.value)
    assert "\n" not in str(told.value)


def test_groups_that_are_missing_are_missed(with_groups: Path, tmp_path: Path) -> None:
    there = Path(shutil.copytree(with_groups, tmp_path / "fair"))
    (there / "groups.csv").unlink()
    with pytest.raises(ResultsError, match=r"groups\.csv: is missing"):
        sim.ResultSet.load(there)
    (there / "run.json").write_text(run_with(by=["night"])((there / "run.json").read_text()))
    with pytest.raises(ResultsError, match=r"by: found .*night.*; allowed: day, hall, chain"):
        sim.ResultSet.load(there)


@pytest.mark.parametrize("file", ["run.json", "kpis.csv", "scenario.toml", "hurts.json"])
def test_a_missing_file_is_named(copied: Path, file: str) -> None:
    (copied / file).unlink()
    with pytest.raises(ResultsError, match=f"{file}.* is missing"):
        sim.ResultSet.load(copied)


def test_what_is_no_directory_is_no_results(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match="there is no such directory"):
        sim.ResultSet.load(tmp_path / "none")
    with pytest.raises(ResultsError, match=r"holds no results: run\.json is missing"):
        sim.ResultSet.load(tmp_path)


def test_a_damaged_table_hurts_nobody_who_does_not_ask_for_it(copied: Path) -> None:
    (copied / "tables" / "meetings.parquet").write_bytes(b"PAR1 no")
    (copied / "tables" / "visits.parquet").unlink()
    shutil.copy(copied / "tables" / "sessions.parquet", copied / "tables" / "requests.parquet")
    again = sim.ResultSet.load(copied)
    assert len(again.table("sessions"))
    for name, says in (
        ("meetings", "cannot be read"),
        ("visits", "is missing; tables are read again from Parquet only"),
        ("requests", "columns are not those of the table 'requests'"),
    ):
        with pytest.raises(ResultsError, match=says):
            again.table(name)


def test_reading_results_runs_no_pickle(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pickle", None)
    assert len(sim.ResultSet.load(saved)) == 3
