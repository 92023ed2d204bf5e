"""Comparisons: paired, honest together, and read as sentences."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from math import ceil
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import sim
from sim.cli import exposim
from sim.decisions.compare.comparing import compare
from sim.decisions.compare.comparison import Comparison, differences
from sim.decisions.told import is_real
from sim.statistics.intervals import estimate
from sim.studies import cell
from sim.studies.resultset import ResultSet

pytestmark = pytest.mark.usefixtures("played_once")

FAIR = Path(__file__).parents[1] / "cli" / "fair.toml"


@pytest.fixture(scope="module")
def fair() -> sim.Scenario:
    return sim.load(str(FAIR))


def results(fair: sim.Scenario, held: Sequence[float], share: Sequence[float]) -> ResultSet:
    kpis = tuple(
        {"meetings.held": a, "booths.lost_share": b, "visits.people": 9.0}
        for a, b in zip(held, share, strict=True)
    )
    return ResultSet(fair, 1, "simpy", tuple(range(len(kpis))), kpis)


def test_differences_are_paired_and_their_level_is_shared() -> None:
    common = [3.0, 9.0, 4.0, 12.0, 7.0, 1.0]
    more = [each + 5 + d for each, d in zip(common, (-1, 1, 0, -0.5, 0.5, 0), strict=True)]
    found = differences({"x": [common, more, common]}, [(0, 1), (0, 2)])
    alone = estimate([b - a for a, b in zip(common, more, strict=True)], 0.975)  # two share 5 %
    assert found["x", (0, 1)] == alone
    assert is_real(found["x", (0, 1)])
    assert found["x", (0, 2)].same
    assert not is_real(found["x", (0, 2)])


def test_where_nothing_differs_hardly_any_comparison_calls_anything_real() -> None:
    """Twenty equal scenarios with common random numbers: at most one comparison in twenty errs."""
    rng = np.random.default_rng(1)
    wrong = 0
    for _ in range(120):
        common, own = rng.normal(size=10), rng.normal(size=(20, 10))
        found = differences({"x": (common + own).tolist()}, [(0, other) for other in range(1, 20)])
        wrong += any(map(is_real, found.values()))
    assert wrong <= 12  # 6 of 120 are allowed on average; more than 12 have a chance of 0.6 %


def test_it_reads_as_a_sentence_and_says_what_is_not_told_apart(fair: sim.Scenario) -> None:
    few = [10.0, 14, 12, 9, 15, 11, 13, 10]
    some = [v + 8 + d for v, d in zip(few, (1, -1, 0, 2, -2, 0, 1, -1), strict=True)]
    more = [v + d for v, d in zip(some, (1, -1, 0, 0, 1, -1, 2, -1), strict=True)]
    shares = [0.1, 0.12, 0.11, 0.13, 0.1, 0.09, 0.12, 0.11]
    made = tuple(results(fair, held, shares) for held in (few, some, more))
    asked = ("meetings.held", "booths.lost_share")
    found = Comparison(("tables 5", "tables 8", "tables 12"), made, asked, "a.tables", 1)
    lines = found.text().splitlines()
    # the sample's deviation is √(12/7) and Student's quantile for 1 of 6, three pairs of two KPIs,
    # with 7 degrees 3.636: ± 1.68
    assert lines[0].startswith("5 → 8 tables: 8.0 ± 1.7 more meetings held; more than 8 gives nothing that")
    assert found.pairs == ((1, 0), (1, 2))  # both neighbours of the baseline: nothing is asked twice
    assert found.difference("meetings.held", "tables 5").mean == -8
    assert found.difference("meetings.held", "tables 8", "tables 5").mean == 8
    assert "The same in every replication: booths.lost_share." in found.text()
    assert "(~" in found.text()
    assert "(~k): that many replications would tell" in found.text()
    assert max(map(len, lines)) <= 80
    rows = found.summary.query("kpi == 'meetings.held'")
    assert list(rows["scenario"]) == ["tables 5", "tables 12", "tables 12"]
    assert list(rows["baseline"]) == ["tables 8", "tables 8", "tables 5"]  # all pairs, as on any axis
    assert list(rows["real"]) == [True, False, True]
    # the interval shrinks with the root of the number of replications
    e = found.difference("meetings.held", "tables 12")
    assert e.mean == 1 / 8
    assert list(rows["needed"])[1] == ceil(8 * (e.half_width / e.mean) ** 2)
    json.dumps(found.to_json_dict(), allow_nan=False)
    other = Comparison(("greedy", "fair"), made[:2], asked)
    assert other.text().startswith("fair instead of greedy: 8.0 ± 1.3 more meetings held.")
    with pytest.raises(KeyError, match="tables 9"):
        found.difference("meetings.held", "tables 9")
    # of what nobody asked about nothing is said
    same = Comparison(("greedy", "fair"), made[:2], ("booths.lost_share",)).text()
    assert same.startswith("Of what was asked nothing differs in any replication: asked to talk and did not.")


def test_steps_that_add_up_are_told_from_the_baseline(fair: sim.Scenario) -> None:
    """No step alone is real, both together are: the sentence says what the table does."""
    few = [10.0, 14, 12, 9, 15, 11, 13, 10]
    some = [v + 2 + d for v, d in zip(few, (3, -3, 2, -2, 3, -3, 1, -1), strict=True)]
    more = [v + 4 + d for v, d in zip(few, (0.5, -0.5, 0, 1, -1, 0, 0.5, -0.5), strict=True)]
    made = tuple(results(fair, held, [0.1] * 8) for held in (few, some, more))
    found = Comparison(("tables 5", "tables 8", "tables 12"), made, ("meetings.held",), "a.tables", 0)
    assert [bool(real) for real in found.summary["real"]] == [False, True, False]
    # the sample's deviation is √(3/7) and Student's quantile for 5 %/3 with 7 degrees 3.128: ± 0.72
    assert found.text().startswith("5 → 12 tables: 4.0 ± 0.7 more meetings held.")
    assert "can tell from chance" not in found.text()


def test_many_values_are_told_in_as_few_steps_as_differ(fair: sim.Scenario) -> None:
    """Each step is from one value to the next that differs from it; what adds up is told once."""
    few = np.array([10.0, 14, 12, 9, 15, 11, 13, 10])
    noise = np.array([0.5, -0.5, 0, 1, -1, 0, 0.5, -0.5])
    held = [few, few + 20, *(few + 20 + 0.6 * k + np.roll(noise, k) for k in range(1, 9))]
    made = tuple(results(fair, row.tolist(), [0.1] * 8) for row in held)
    names = tuple(f"tables {each}" for each in range(1, 11))
    for baseline in (0, 4):
        found = Comparison(names, made, ("meetings.held",), "a.tables", baseline)
        steps = found._real("meetings.held")
        assert steps[0] == (0, 1)
        assert all(a[1] == b[0] for a, b in pairwise(steps))
        assert 2 < len(steps) < 8
        for at, to in steps:
            assert is_real(found._difference("meetings.held", (at, to)))
            assert not any(is_real(found._difference("meetings.held", (at, k))) for k in range(at + 1, to))


@pytest.mark.parametrize("baseline", [0, 1])
def test_more_gives_nothing_is_said_of_all_that_is_more_not_of_steps(
    fair: sim.Scenario, baseline: int
) -> None:
    """From 8 on no step is real, but 8 to 16 is, whichever is the baseline."""
    noise = np.array([3.0, -3, 2, -2, 3, -3, 1, -1])
    few = np.array([10.0, 14, 12, 9, 15, 11, 13, 10])
    small = np.array([0.5, -0.5, 0, 1, -1, 0, 0.5, -0.5])
    held = (few, few + 20, few + 22 + noise, few + 24 + small)
    made = tuple(results(fair, row.tolist(), [0.1] * 8) for row in held)
    names = tuple(f"tables {each}" for each in (4, 8, 12, 16))
    found = Comparison(names, made, ("meetings.held",), "a.tables", baseline)
    assert not is_real(found.difference("meetings.held", "tables 16", "tables 12"))
    said = " ".join(found.text().split("\n\n")[0].split())
    assert "8 → 16 tables: 4.0 ± 0.8 more meetings held" in said  # 3.636 * sqrt(3/7) / sqrt(8) = 0.84
    assert "gives nothing" not in said


def test_pairs_are_of_replications_that_no_scenario_lacks(
    fair: sim.Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = fair.replace(**{"exhibitors.mean_staff": 9})
    play = cell.run

    def fails(scenario: sim.Scenario, **given: object) -> object:
        if scenario == other and given["replication"] == 1:
            raise RuntimeError("on purpose")
        return play(scenario, **given)  # type: ignore[arg-type]

    monkeypatch.setattr(cell, "run", fails)
    found = compare(fair, other, replications=3, kpis=["visits.people"])
    assert [each.numbers for each in found.results] == [(0, 2)] * 2
    assert "1 failed; replication 1" in found.text()


def test_what_pairing_gains_is_the_deviation_of_the_difference_over_that_of_two_apart(
    fair: sim.Scenario,
) -> None:
    one, other = [10.0, 14, 12, 9, 15], [13.0, 18, 14, 13, 19]  # differences 3 4 2 4 4
    made = tuple(results(fair, held, [0.1] * 5) for held in (one, other))
    found = Comparison(("a", "b"), made, ("meetings.held",))
    assert found.pairing("meetings.held", (0, 1)) == pytest.approx(
        np.std([3, 4, 2, 4, 4], ddof=1) / np.hypot(np.std(one, ddof=1), np.std(other, ddof=1))
    )


def test_variants_keep_their_order_and_the_scenarios_own_value_is_the_baseline(fair: sim.Scenario) -> None:
    staff = int(fair.data.exhibitors.mean_staff)
    found = compare(
        fair, vary=f"exhibitors.mean_staff={staff},9,{staff + 1}", replications=2, kpis=["visits"]
    )
    assert found.names == (f"mean_staff {staff}", "mean_staff 9", f"mean_staff {staff + 1}")
    assert (found.axis, found.baseline) == ("", 0)
    own = compare(fair, vary=f"exhibitors.mean_staff=2,{staff}", replications=2, kpis=["visits"])
    assert (own.axis, own.baseline) == ("exhibitors.mean_staff", 1)
    assert repr(own.results[1].rows) == repr(sim.replicate(fair, replications=2).rows)  # nan equals nan
    assert list(own.frame.columns) == ["scenario", "replication", "kpi", "value"]
    assert len(own.frame) == 2 * 2 * len(own.kpis)


def test_what_cannot_be_compared_is_told(tmp_path: Path) -> None:
    run = CliRunner()
    for given, says in (
        ([str(FAIR)], "give a second scenario"),
        ([str(FAIR), str(FAIR), "--vary", "expo.seed=1,2"], "several scenarios, or --vary"),
        ([str(FAIR), "--vary", "expo.seed=1"], "one value alone"),
        ([str(FAIR), "--vary", "expo.seed=1..2"], "not a range"),
        ([str(FAIR), "--vary", "expo.sed=1,2"], "did you mean 'seed'"),
        ([str(FAIR), "--vary", "expo.seed=1,2", "-k", "meetings.heldd"], "meetings.held"),
    ):
        done = run.invoke(exposim, ["compare", *given, "-n", "2"])
        assert (done.exit_code, done.stdout) == (2, ""), given
        assert says in done.stderr
    there = tmp_path / "t.csv"
    there.write_text("precious")
    done = run.invoke(exposim, ["compare", str(FAIR), "--vary", "expo.seed=1,2", "--out", str(there)])
    assert (done.exit_code, there.read_text()) == (2, "precious")
