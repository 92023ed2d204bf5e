"""What is counted at events: each measure once more by loops, and kept by a study only if it is asked for."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import sim
from sim.floor.arrays import MINUTE
from sim.statistics import KPIS, Result
from sim.statistics.kpis.registry import MEASURES, kpi, measured
from sim.studies.cell import Cell
from sim.studies.folder import StudyFolder
from sim.studies.journal import Journal
from sim.studies.runner import Runner
from tests.statistics.chance import random_result
from tests.statistics.naive import Naive, ratio
from tests.statistics.naive_badges import badge_measures
from tests.statistics.naive_record import record_measures

FAIR = Path(__file__).parents[1] / "cli" / "fair.toml"


def same(result: Result) -> None:
    """Each measure is what loops come to; shares of requests are those of two KPIs."""
    found = measured(result.ledger, ["record"])["record"]
    expected = record_measures(Naive(result.expo, result.trace))
    expected |= badge_measures(result)
    expected["record.accepted_share"] = ratio(
        result.row["meetings.accepted"], result.row["meetings.requested"]
    )
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, rel=1e-9, abs=1e-12, nan_ok=True), name


def test_the_longest_talks_and_partners_from_abroad_are_left_out() -> None:
    """A talk of more than an hour, and an exhibitor without a stand: chance seldom makes one that counts."""
    served = np.array([0.9, 1, 60, 60.001, 420]) * MINUTE
    talks = SimpleNamespace(conversations=SimpleNamespace(served=served.astype(np.int64)))
    assert MEASURES["record.talk_cv"].compute(talks) == pytest.approx(29.5 / 30.5)  # type: ignore[arg-type]
    expo = SimpleNamespace(
        exhibitors=SimpleNamespace(direct=np.array([1, 1, 0, 1])),
        organisations=SimpleNamespace(
            country=np.array([0, 1, 1, 2, 1]), belt_and_road=np.array([1, 1, 1, 0, 1])
        ),
        countries=("CN", "HU", "US"),
        terms=SimpleNamespace(home_country="CN"),
        n_exhibitors=4,
    )
    ledger = SimpleNamespace(expo=expo, n_exhibitors=4)
    assert MEASURES["record.from_abroad"].compute(ledger) == 2  # type: ignore[arg-type]
    assert MEASURES["record.belt_and_road"].compute(ledger) == 1  # type: ignore[arg-type]


@settings(max_examples=25, deadline=None)
@example(seed=116_879)  # somebody talks in the gate's queue and is not let in
@example(seed=93_383_278)  # and is on another day
@given(seed=st.integers(0, 2**31))
def test_every_measure_equals_a_loop_over_rows(seed: int) -> None:
    same(random_result(seed))


def test_of_a_fair_of_two_days_too() -> None:
    twice = {"expo.days": 2, "programme.talks.per_day": [1, 1], "visitors.buyer.days_each": 2}
    result = sim.run(sim.load(str(FAIR), twice))
    same(result)
    assert measured(result.ledger, ["record"])["record"]["record.met_before_share"] > 0


def test_a_study_keeps_them_for_who_asks_and_nobody_else_sees_them(tmp_path: Path) -> None:
    fair = sim.load(str(FAIR))

    def asked(*themes: str, workers: int = 1) -> tuple[Runner, list[dict[str, float]]]:
        runner = Runner(workers=workers, themes=themes, study=StudyFolder(tmp_path))
        with runner.asked("validate", {"fair": fair}):
            (results,) = runner.results([fair], range(2))
        return runner, [dict(row) for row in results.rows]

    plain, rows = asked()
    assert not MEASURES.keys() & rows[0].keys()
    first, with_them = asked("record")
    assert (plain.goes_on, first.goes_on) == (0, 0)  # what was kept lacks them
    again, back = asked("record")
    assert again.goes_on == 2
    assert repr(back) == repr(with_them)
    assert asked()[0].goes_on == 2
    assert repr(asked()[1]) == repr(rows)
    expected = measured(sim.run(fair, replication=1).ledger, ["record"])["record"]
    assert repr({name: back[1][name] for name in MEASURES}) == repr(expected)


def test_a_journal_of_an_older_version_without_them_is_used(tmp_path: Path) -> None:
    with Journal(tmp_path / "j", "p") as journal:
        journal.put("s", 1, Cell(0, {"a": 1.0}, engine="toy"), ())
        journal._database.execute("DROP TABLE measured")
    with Journal(tmp_path / "j", "p") as journal:
        assert [each.kpis for each in journal.known("s", 1, {0: ()})] == [{"a": 1.0}]
        assert list(journal.known("s", 1, {0: ()}, (), ("record",))) == []
        journal.put("s", 1, Cell(0, {"a": 1.0}, engine="toy", measured={"record": {"b": 2.0}}), ())
        (back,) = journal.known("s", 1, {0: ()}, (), ("record",))
        assert back.measured == {"record": {"b": 2.0}}


def test_there_is_one_of_a_name_and_no_theme_that_is_not_known() -> None:
    name = next(iter(MEASURES))
    with pytest.raises(ValueError, match="is there already"):
        kpi(name, "again", unit="", how="sum")(lambda ledger: 0.0)
    assert name not in KPIS
    with pytest.raises(KeyError, match="there are: record"):
        measured(None, ["records"])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="already a KPI"):
        sim.kpi(name)(lambda result: 0.0)
