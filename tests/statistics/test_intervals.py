from __future__ import annotations

import math
from statistics import fmean, stdev

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.statistics import Estimate, estimate
from sim.statistics.intervals import student_quantile


def test_the_quantiles_are_those_of_the_printed_table() -> None:
    # Student 1908; any table of t at 0.975
    assert student_quantile(0.975, 1) == pytest.approx(12.7062, abs=1e-4)
    assert student_quantile(0.975, 9) == pytest.approx(2.26216, abs=1e-5)
    assert student_quantile(0.975, 10**9) == pytest.approx(1.95996, abs=1e-5)


def test_an_interval_worked_out_by_hand() -> None:
    e = estimate([2.0, 4.0, 6.0])
    assert (e.mean, e.sd, e.n) == (4.0, 2.0, 3)
    assert e.half_width == pytest.approx(4.302653 * 2 / math.sqrt(3), rel=1e-6)
    assert (e.low, e.high) == (e.mean - e.half_width, e.mean + e.half_width)
    assert e.relative == pytest.approx(e.half_width / 4)


def test_one_replication_has_no_half_width() -> None:
    e = estimate([3.0])
    assert (e.mean, e.n) == (3.0, 1)
    assert math.isnan(e.half_width)
    assert math.isnan(e.sd)


def test_undefined_replications_are_left_out() -> None:
    assert estimate([1.0, math.nan, 3.0]) == estimate([1.0, 3.0])
    nothing = estimate([math.nan, math.nan])
    assert nothing.n == 0
    assert math.isnan(nothing.mean)


def test_a_number_that_never_varies_is_known_exactly() -> None:
    assert estimate([0.1] * 10).half_width == pytest.approx(0, abs=1e-15)
    assert Estimate(0.0, 0.0, 0.0, 5).relative == 0


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0])
def test_a_level_is_between_0_and_1(level: float) -> None:
    with pytest.raises(ValueError, match="level"):
        estimate([1.0, 2.0], level)


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30))
def test_mean_and_sd_are_those_of_the_standard_library(values: list[float]) -> None:
    e = estimate(values)
    assert e.mean == pytest.approx(fmean(values), abs=1e-9)
    assert e.sd == pytest.approx(stdev(values), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_intervals_cover_the_mean_as_often_as_they_say(level: float) -> None:
    """4,000 studies of five normal replications: the covering ones are binomial."""
    studies = 4000
    draws = np.random.default_rng(7).normal(10.0, 3.0, size=(studies, 5))
    covered = sum(abs(e.mean - 10.0) <= e.half_width for e in (estimate(row, level) for row in draws))
    deviation = math.sqrt(studies * level * (1 - level))
    assert abs(covered - studies * level) < 3.5 * deviation
    # power: normal quantiles in place of Student's would cover clearly less often
    narrow = 1.959964 / 2.776445 if level == 0.95 else 1.281552 / 1.533206
    fewer = sum(abs(e.mean - 10.0) <= narrow * e.half_width for e in (estimate(row, level) for row in draws))
    assert abs(fewer - studies * level) > 3.5 * deviation
