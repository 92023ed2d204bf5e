"""A replication whose tables were kept is the one that was played: tables, KPIs, expo."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import sim
from sim.report.source import OfResult, OfResults
from sim.statistics import COLUMNS
from sim.studies.resultset import Failure, ResultSet

SEED = 5


@pytest.fixture(scope="module")
def results() -> ResultSet:
    return sim.replicate("quickstart", replications=3, seed=SEED, keep=(0, 1), workers=1)


@pytest.fixture(scope="module")
def kept(results: ResultSet) -> OfResults:
    return OfResults(results, 1)


@pytest.fixture(scope="module")
def played() -> OfResult:
    return OfResult(sim.run("quickstart", replication=1, seed=SEED))


def test_what_was_kept_is_what_was_played(kept: OfResults, played: OfResult) -> None:
    for name in COLUMNS:
        pd.testing.assert_frame_equal(kept.table(name), played.table(name), check_categorical=False)
    for kpi in ("meetings.held", "contacts.useful_an_exhibitor_median"):
        assert kept.kpi(kpi) == played.kpi(kpi)
    for name in ("name", "title", "replication"):
        assert getattr(kept, name) == getattr(played, name)
    assert kept.expo.organisations.name == played.expo.organisations.name
    assert kept.expo.parties.key.tolist() == played.expo.parties.key.tolist()


def test_the_replications_of_a_result_set_are_apart(results: ResultSet, kept: OfResults) -> None:
    first = OfResults(results)
    assert (first.replication, kept.replication) == (0, 1)
    assert not first.table("organisations").equals(kept.table("organisations"))
    assert first.kpi("meetings.held") != kept.kpi("meetings.held")


@pytest.mark.parametrize(("by", "of"), [("chian", "ties"), ("chain", "tie")])
def test_a_matrix_that_there_is_not_is_refused_alike(
    kept: OfResults, played: OfResult, by: str, of: str
) -> None:
    for source in (kept, played):
        with pytest.raises(ValueError, match=r"is none of"):
            source.matrix(by, of)


def test_where_tables_were_not_kept_it_is_said_how_they_are(results: ResultSet) -> None:
    with pytest.raises(KeyError, match=r"replication 3 was not run; allowed: 0 to 2"):
        _ = OfResults(results, 3).replication
    with pytest.raises(KeyError, match=r"kept only of 0, 1: .*--keep 2 keeps them"):
        _ = OfResults(results, 2).replication
    with pytest.raises(KeyError, match=r"kept of no replication: .*--keep 0 keeps them"):
        _ = OfResults(replace(results, kept={})).replication


def test_of_replications_that_failed_that_is_said_and_none_of_them_is_offered(results: ResultSet) -> None:
    failed = Failure(1, SEED, "ValueError: odd")
    some = replace(results, numbers=(0, 2), rows=results.rows[:2], failures=(failed,))
    with pytest.raises(KeyError, match=r"replication 1 .* failed: ValueError: odd"):
        _ = OfResults(some, 1).replication
    with pytest.raises(KeyError, match=r"replication 3 was not run; allowed: 0, 2'"):
        _ = OfResults(some, 3).replication
    first_failed = replace(
        results, numbers=(1, 2), rows=results.rows[:2], failures=(replace(failed, replication=0),), kept={}
    )
    with pytest.raises(KeyError, match=r"--keep 1 keeps them"):
        _ = OfResults(first_failed).replication


def test_small_tables_of_older_results_are_made_again_where_the_replication_comes_to_the_same(
    results: ResultSet, kept: OfResults, tmp_path: Path
) -> None:
    results.save(tmp_path / "older", tables=("parquet",))
    tables, run = tmp_path / "older" / "tables", tmp_path / "older" / "run.json"
    pd.read_parquet(tables / "booths.parquet").drop(columns="busy_share").to_parquet(
        tables / "booths.parquet"
    )
    said = json.loads(run.read_text())
    del said["kept"]["degrees"]
    run.write_text(json.dumps(said))
    older = ResultSet.load(tmp_path / "older")
    assert older.kept_of("booths") == older.kept_of("degrees") == ()
    assert older.kept_of("flow") == (0, 1, 2)
    for name in ("booths", "degrees"):
        (drawn,) = OfResults(older).every(name).items()
        assert drawn[0] == 0
        found = OfResults(older, 1).every(name)[1]
        pd.testing.assert_frame_equal(found, kept.table(name), check_categorical=False)
    other = replace(older, rows=tuple({**row, "meetings.held": 1.0} for row in older.rows))
    with pytest.raises(
        KeyError,
        match=r"table 'booths', .*, and another meetings\.held comes",
    ):
        OfResults(other).every("booths")
