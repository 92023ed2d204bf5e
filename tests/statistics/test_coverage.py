"""The benchmark of coverage, on numbers of which it is known."""

from __future__ import annotations

import math

import numpy as np

from tests.benchmarks.coverage import coverage, report

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


def test_what_does_not_vary_is_left_out() -> None:
    assert coverage(HELD, [3.0] * 20, 10) is None
    assert coverage(HELD, [math.nan] * 20, 10) is None
