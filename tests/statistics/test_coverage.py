"""The benchmark of coverage, on numbers of which it is known."""

from __future__ import annotations

import math

import numpy as np

from tests.benchmarks.coverage import coverage, report
from tests.benchmarks.known_means import KNOWN, covered

HELD = "meetings.held"


def test_intervals_of_normal_numbers_are_within() -> None:
    values = np.random.default_rng(3).normal(100, 10, 3000).tolist()
    found = coverage(HELD, values, 10)
    assert found is not None
    assert (found.batches, found.shown) == (300, 300)
    assert found.within
    assert found.below + found.above == round(300 * (1 - found.share))


def test_batches_that_all_miss_are_off_and_those_without_an_interval_claim_nothing() -> None:
    apart = [i + k / 100 for i in (0, 1000) for k in range(10)]  # the mean of all lies between
    found = coverage(HELD, apart, 10)
    assert found is not None
    assert (found.shown, found.below, found.above, found.share, found.within) == (2, 1, 1, 0.0, False)
    rare = coverage(HELD, [0.0] * 19 + [1.0], 10)
    assert rare is not None
    assert (rare.batches, rare.shown, math.isnan(rare.share)) == (2, 0, True)
    lines = report([found, rare])
    assert lines[1].endswith("OFF")
    assert "2 KPIs vary; 1 show intervals, 0 of them are within" in lines[-2]


def test_numbers_of_known_means_are_covered_and_counted_on_both_sides() -> None:
    by_name = {each.name: each for each in KNOWN}
    for name in ("exponential", "Erlang's lost calls"):
        each = by_name[name]
        many = each.draw(np.random.default_rng(5), 40_000)
        assert abs(many.mean() - each.mean) < 4 * each.sd / 200  # the formula is that of what is drawn
        assert abs(many.std() / each.sd - 1) < 0.05
        found = covered(each, 10, 1_000, 2)
        assert (found.shown, found.replications) == (1_000, 10)
        assert 0.92 < found.share < 0.965
        assert min(found.below, found.above) > 0.3 * max(
            found.below, found.above
        )  # the score of counts: 1 to 3
    stopped = covered(by_name["normal, sd a tenth"], None, 50, 2)
    assert 10 < stopped.replications < 100


def test_what_does_not_vary_is_left_out() -> None:
    assert coverage(HELD, [3.0] * 20, 10) is None
    assert coverage(HELD, [math.nan] * 20, 10) is None
