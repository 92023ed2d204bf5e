"""Who will be left out: chances that come true, told of whom the KPI counts, with what goes with it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import sim
from sim.cli import exposim
from sim.decisions.left_out.chances import alike, chances
from sim.decisions.left_out.named import MARKS, LeftOut
from sim.decisions.left_out.naming import _marked
from sim.statistics.intervals import estimate
from tests.decisions.played import Row, Tables, play

pytestmark = pytest.mark.usefixtures("played_once")

mpl.use("agg")

FAIR = Path(__file__).parents[1] / "cli" / "fair.toml"


def drawn(key: int) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key))


def test_chances_that_are_all_the_same_are_told_the_same_and_those_seen_often_are_their_own() -> None:
    rng = drawn(1)
    one = chances(rng.binomial(10, 0.3, 2000).tolist(), [10] * 2000)
    assert max(each.mean for each in one) - min(each.mean for each in one) < 0.1  # of luck: 0.9
    often = chances([10, 5_000, 9_000], [10_000] * 3)
    assert [each.mean for each in often] == pytest.approx([0.001, 0.5, 0.9], abs=2e-3)
    low, high = often[1].low, often[1].high
    assert (low, high) == pytest.approx((0.4902, 0.5098), abs=3e-4)  # 1.96 times √(¼ / 10,000)
    nobody = chances([0] * 40, [20] * 40)
    assert 0 < nobody[0].mean < 0.003  # 0.5 of 801, all together
    assert chances([], []) == ()


def test_of_few_it_is_not_taken_for_sure_that_all_are_alike() -> None:
    """Two of five, three times, and one of five: counts that vary less than by luck if all are the same."""
    told = chances([2, 2, 2, 1], [5] * 4)
    assert all(each.high - each.low > 0.2 for each in told)


def test_to_be_left_out_and_not_to_be_are_told_alike() -> None:
    """The chance of the one is 1 less that of the other, whichever is counted."""
    times = [2, 0, 3, 5]
    one, other = chances(times, [5] * 4), chances([5 - each for each in times], [5] * 4)
    for a, b in zip(one, other, strict=True):
        assert (a.mean, a.low, a.high) == pytest.approx((1 - b.mean, 1 - b.high, 1 - b.low), abs=1e-6)


def test_how_much_chances_vary_is_found() -> None:
    rng = drawn(2)
    p = rng.beta(0.5, 2.0, 5_000)
    assert alike(rng.binomial(12, p).tolist(), [12] * len(p)) == pytest.approx(1 / 3.5, rel=0.06)
    assert alike(rng.binomial(12, 0.3, 5_000).tolist(), [12] * 5_000) < 0.005


def test_of_those_told_more_than_half_so_many_are_left_out_as_was_told() -> None:
    """The share that raw counts tell of these is too high by what luck has put there; the chances' is not."""
    rng = drawn(3)
    p = rng.beta(0.3, 1.2, 20_000)
    seen, later = rng.binomial(10, p), rng.binomial(10, p) / 10
    told = chances(seen.tolist(), [10] * len(p))
    mean = np.array([each.mean for each in told])
    likely = mean > 0.5
    error = 4 * later[likely].std() / likely.sum() ** 0.5
    assert later[likely].mean() == pytest.approx(mean[likely].mean(), abs=error)
    assert (seen / 10)[likely].mean() - later[likely].mean() > 3 * error
    inside = [each.low <= truth <= each.high for each, truth in zip(told, p, strict=True)]
    assert 0.93 < np.mean(inside) < 0.97


def fair_of(rng: np.random.Generator) -> list[dict[str, Any]]:
    """Sixty exhibitors: those with small booths mostly have no contact, others one time in fifty."""
    rows = []
    for at in range(60):
        small = at < 12
        alone = rng.random() < (0.8 if small else 0.02)
        rows.append(
            {
                "name": f"e{at:02d}",
                "chain": "energy",
                "country": "CN",
                "hall": "hall",
                "area_m2": 5.0 if small else 20.0 + at,
                "stops": 40 + int(rng.integers(20)),
                "asked": 20,
                "lost_share": float(rng.random()),
                "useful_contacts": 0 if alone else 4,
            }
        )
    return rows


def played(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, tuple[int, ...]]]:
    def plays(_: sim.Scenario, number: int) -> tuple[Row, Tables]:
        requests = [{"asker": f"e{at:02d}", "asked": "buyer"} for at in range(1, 60)]
        return {"a": 1.0}, {"exhibitors": fair_of(drawn(100 + number)), "requests": requests}

    return play(monkeypatch, "left_out.naming", plays)


def test_who_is_named_is_left_out_and_why_is_what_goes_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked_for = played(monkeypatch)
    found = sim.left_out(str(FAIR), replications=12, check=True)
    assert [numbers for _, numbers in asked_for] == [tuple(range(12)), tuple(range(12, 24))]
    assert {each.name for each in found.likely} == {f"e{at:02d}" for at in range(12)}
    assert all("small" in each.why for each in found.likely)
    assert "full" not in {mark for each in found.named for mark in each.why}  # drawn apart from all else
    assert 0.7 < found.marks["small"].mean < 0.9
    likely = [each for each in found.reliability if each.low >= 0.5]
    told = sum(each.exhibitors * each.told for each in likely)
    came = sum(each.exhibitors * each.came.mean for each in likely)
    error = (2 * 12 * 0.8 * 0.2 / 12) ** 0.5  # of both, over twelve fairs each
    assert came == pytest.approx(told, abs=3 * error)
    assert came == pytest.approx(12 * 0.8, abs=3 * error)
    assert sum(each.exhibitors for each in found.reliability) == 60
    said = found.text()
    assert "12 exhibitors can be named with a chance above 50 %" in said.replace("\n  ", " ")
    assert "came true" in said
    assert "drawn anew" in said.replace("\n  ", " ")
    assert len(found.frame) == 60


def test_who_bears_which_mark_worked_by_hand() -> None:
    """Ten exhibitors, two in a hall farther from the gates; queues are longest at e6 and e7."""
    at = np.arange(10)
    exhibitors = pd.DataFrame(
        {
            "name": [f"e{each}" for each in at],
            "chain": "energy",
            "country": "CN",
            "hall": ["far" if each in (4, 5) else "near" for each in at],
            "area_m2": 10.0 + at,
            "stops": 50 - at,
            "asked": [1 if each in (2, 3) else 25 for each in at],
            "lost_share": [0.5 if each in (6, 7) else 0.01 * each for each in at],
            "useful_contacts": at,
        }
    )
    requests = pd.DataFrame({"asker": ["buyer", "e1"], "asked": ["e0", "buyer"]})
    found = _marked(exhibitors, requests, {"near": 10.0, "far": 90.0}).set_index("name")
    borne = {mark: [name for name in found.index if found.loc[name, mark]] for mark in MARKS}
    assert borne.pop("unasked") == [f"e{each}" for each in range(2, 10)]  # e0 was asked, e1 has asked
    assert borne == {
        "small": ["e0", "e1"],
        "far": ["e4", "e5"],
        "unseen": ["e8", "e9"],
        "foreign": ["e2", "e3"],
        "full": ["e6", "e7"],
    }


def test_why_is_a_mark_of_more_left_out_that_is_mostly_borne_and_all_marks_hold_together() -> None:
    """Of ten, e0 and e1 are small and often left out, e2 and e3 full and hardly; e4 is small one time."""
    rows: list[dict[str, object]] = []
    for number in range(12):
        for each in range(10):
            out = (each in (0, 1) and number % 3 > each) or (each > 3 and (number + each) % 4 == 0)
            out |= (each, number) == (2, 0)
            marks = {"small": each < 2 or (each, number) == (4, 0), "full": each in (2, 3)}
            facts = {"replication": number, "name": f"e{each}", "hall": "hall", "left_out": out}
            rows.append({**facts, **dict.fromkeys(MARKS, False), **marks})
    found = LeftOut(sim.load(str(FAIR)), 1, 0, pd.DataFrame(rows))
    assert set(found.marks) == {"small", "full"}
    assert found.marks["full"].high < 0  # fewer of these: no reason
    assert {each.name for each in found.named if each.why} == {"e0", "e1"}
    assert {mark for each in found.named for mark in each.why} == {"small"}
    by = pd.DataFrame(rows).groupby(["replication", "full"])["left_out"].mean().unstack()
    assert found.marks["full"] == estimate(by[True] - by[False], 0.975, low=-1.0, high=1.0)


def test_pictures_show_what_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    played(monkeypatch)
    found = sim.left_out(str(FAIR), replications=4, check=True)
    ax: Any = found.plot.chances(most=5)
    marks = [float(x) for line in ax.lines if str(line.get_marker()) == "o" for x in line.get_xdata()]
    assert marks == [100 * each.chance.mean for each in found.named[:5]]
    points: Any = found.plot.reliability()
    at = [float(x) for line in points.lines if str(line.get_marker()) in "oD" for x in line.get_xdata()]
    assert at == [100 * each.told for each in found.reliability]
    plt.close("all")
    with pytest.raises(ValueError, match="was not checked"):
        sim.left_out(str(FAIR), replications=2).plot.reliability()


def test_left_out_is_whom_the_first_screen_names() -> None:
    fair = sim.load(str(FAIR), {"visitors.buyer.visits": 12})
    found = sim.left_out(fair, replications=4, workers=1, engine="simpy")
    results = sim.replicate(fair, replications=4, workers=1, engine="simpy")
    names = Counter(name for tally in results.tallies for name in tally.left_out)
    assert found.a_fair.mean == results.estimate("contacts.left_out").mean > 0
    assert {each.name: each.times for each in found.named if each.times} == names
    more = sim.left_out(fair, least=3, replications=4, workers=1, engine="simpy")
    assert more.a_fair.mean > found.a_fair.mean


def test_nobody_left_out_is_told_with_what_that_can_say(monkeypatch: pytest.MonkeyPatch) -> None:
    def plays(_: sim.Scenario, number: int) -> tuple[Row, Tables]:
        rows = [each | {"useful_contacts": 4} for each in fair_of(drawn(number))]
        return {"a": 1.0}, {"exhibitors": rows, "requests": [{"asker": "e00", "asked": "buyer"}]}

    play(monkeypatch, "left_out.naming", plays)
    done = CliRunner().invoke(exposim, ["left-out", str(FAIR), "-n", "10", "--least", "4"])
    assert done.exit_code == 0, done.stderr
    said = done.stdout.replace("\n  ", " ")
    # 1 - 0.05 ** (1 / 10) = 26 %
    assert said.startswith("No exhibitor is left out (fewer than 4 useful contacts) in 10 replications")
    assert "at 95 % in fewer than 26 % of fairs somebody is" in said
    assert "more are left out" not in said
