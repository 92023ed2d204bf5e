from __future__ import annotations

import math
from collections.abc import Callable
from statistics import fmean, stdev
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.statistics import estimate
from sim.statistics.intervals import most_that_differ, needed, student_quantile


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
    assert estimate([1.0, math.nan, 3.0]).n == 2
    nothing = estimate([math.nan, math.nan])
    assert nothing.n == 0
    assert math.isnan(nothing.mean)


def test_a_number_that_does_not_vary_has_no_interval_and_says_so() -> None:
    e = estimate([0.1] * 10)
    assert e.same
    assert e.mean == pytest.approx(0.1)
    assert e.why == "same in all 10"
    assert all(math.isnan(x) for x in (e.low, e.high, e.half_width))
    dust = estimate([90_900.0, 90_900.0 + 1.5e-11, 90_900.0 - 1.5e-11])  # sums in another order
    assert dust.same


def test_ten_equal_results_leave_a_quarter_that_may_differ() -> None:
    p = most_that_differ(10)
    assert p == pytest.approx(0.2589, abs=1e-4)
    assert (1 - p) ** 10 == pytest.approx(0.05)  # so often ten are equal if so many differ
    assert most_that_differ(1000) == pytest.approx(3 / 1000, rel=0.01)  # the rule of three


def test_a_few_that_differ_are_too_few() -> None:
    assert [needed(n) for n in (2, 3, 4, 5, 9, 10, 100)] == [1, 2, 2, 3, 5, 5, 5]
    few = estimate([0, 0, 0, 0, 0, 0, 1, 2, 3, 4], low=0)
    assert (few.why, few.mean, few.same) == ("4 of 10 differ", 1.0, False)
    assert math.isnan(few.half_width)
    # three will do around the commonest: a median of counts has few values, and nothing in it is rare
    assert estimate([15] * 8 + [14, 16]).why == "2 of 10 differ"
    assert not estimate([15] * 7 + [14, 14.5, 16]).why
    assert estimate([15] * 7 + [15.5, 15.5, 16]).why == "3 of 10 differ"
    enough = estimate([0, 0, 0, 0, 0, 1, 2, 3, 4, 5], low=0)
    assert not enough.why
    # five of ten is the least that is shown: of those that are, none is rarer, so 0 is not ruled out
    assert enough.low == 0
    assert enough.high > 1.5


def test_the_interval_of_a_share_is_wilsons() -> None:
    # 10,000 tosses of which half are heads, as one batch: sd of a toss 0.5, t of 9,999 degrees 1.960
    tosses = [0.0, 1.0] * 5000
    e, z, n = estimate(tosses, low=0, high=1), 1.960201, 10_000
    # Wilson 1927 at p = 1/2: middle 1/2, arm z / 2 / sqrt(n + z²)
    assert e.half_width == pytest.approx(z / 2 / math.sqrt(n + z * z), rel=0.01)


def test_an_interval_of_a_number_above_nought_worked_out_by_hand() -> None:
    # t = 4.302653, s²/n = 7 / 3: (3 - μ)² = 43.197 μ / 3, so μ² - 20.399 μ + 9 = 0
    e = estimate([1.0, 2.0, 6.0], low=0)
    assert e.low == pytest.approx(0.45118, abs=1e-4)
    assert e.high == pytest.approx(19.9477, abs=1e-3)
    assert e.low * e.high == pytest.approx(9)
    assert e.half_width == pytest.approx(e.high - 3)
    # a limit above is the mirror image
    below = estimate([-1.0, -2.0, -6.0], high=0)
    assert (below.low, below.high) == pytest.approx((-e.high, -e.low))


@given(st.lists(st.floats(0, 1), min_size=2, max_size=30), st.sampled_from([0.5, 0.95, 0.999]))
def test_intervals_stay_in_range_and_hold_the_mean(values: list[float], level: float) -> None:
    for high in (1.0, math.inf):
        e = estimate(values, level, low=0, high=high)
        if not e.why:
            assert 0 <= e.low <= e.mean + 1e-12
            assert e.mean - 1e-12 <= e.high <= high


@given(st.lists(st.floats(1000, 1001), min_size=5, max_size=30, unique=True))
def test_far_from_an_end_of_the_range_the_interval_is_students(values: list[float]) -> None:
    plain, bounded = estimate(values), estimate(values, low=0)
    if not plain.why:
        assert bounded.half_width == pytest.approx(plain.half_width, rel=2e-3)


def test_an_estimate_is_written_with_its_interval_or_why_there_is_none() -> None:
    assert f"{estimate([2.0, 4.0, 6.0]):+.2f}" == "+4.00 ± 4.97"
    assert f"{estimate([0.02, 0.04, 0.06]).scaled(100):.1f}" == "4.0 ± 5.0"
    assert f"{estimate([1.0, 2.0, 6.0], low=0):.1f}" == "3.0 (0.5 to 19.9)"
    assert f"{estimate([0.0, 0.0]):.1f}" == "0.0 (same in all 2)"
    assert f"{estimate([0.0, 0.0, 1.0]):.2f}" == "0.33 (1 of 3 differ)"


def test_a_range_that_the_values_do_not_keep_is_not_believed() -> None:
    assert estimate([-1.0, 2.0, 3.0], low=0) == estimate([-1.0, 2.0, 3.0])


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


SKEWED: dict[
    str, tuple[Callable[[np.random.Generator, tuple[int, int]], np.ndarray[Any, Any]], float, float]
] = {
    # draws, their mean, the upper end of the range
    "normal": (lambda rng, n: rng.normal(50, 5, n), 50, math.inf),
    "exponential": (lambda rng, n: rng.exponential(1, n), 1, math.inf),
    "lognormal": (lambda rng, n: rng.lognormal(0, 0.5, n), math.exp(0.125), math.inf),
    "share near 0": (lambda rng, n: rng.beta(0.5, 5, n), 0.5 / 5.5, 1),
    "share near 1": (lambda rng, n: rng.beta(9, 1, n), 0.9, 1),
    "one in a hundred": (lambda rng, n: rng.binomial(100, 0.01, n) / 100, 0.01, 1),
    "count": (lambda rng, n: rng.poisson(1.5, n), 1.5, math.inf),
    "rare count": (lambda rng, n: rng.poisson(0.7, n), 0.7, math.inf),
    "rare loss": (lambda rng, n: rng.exponential(1, n) * (rng.random(n) < 0.5), 0.5, math.inf),
    "rarer loss": (lambda rng, n: rng.exponential(1, n) * (rng.random(n) < 0.2), 0.2, math.inf),
    "median of counts": (
        lambda rng, n: 15 + rng.integers(-1, 2, n) * rng.integers(0, 2, n) / 2,
        15,
        math.inf,
    ),
    "yes or no": (lambda rng, n: (rng.random(n) < 0.3).astype(float), 0.3, 1),
}


@pytest.mark.parametrize("what", SKEWED)
def test_intervals_of_skewed_and_rare_numbers_cover_at_ten_replications(what: str) -> None:
    """Of the intervals that are shown, 90 % or more cover the mean, whatever the distribution."""
    draw, mean, high = SKEWED[what]
    low = -math.inf if what == "normal" else 0.0
    draws = draw(np.random.default_rng(11), (2500, 10))
    shown = [e for e in (estimate(row, low=low, high=high) for row in draws.tolist()) if not e.why]
    assert len(shown) > 60
    covered = sum(e.low <= mean <= e.high for e in shown) / len(shown)
    assert covered > 0.9 + math.sqrt(0.9 * 0.1 / 2500)


def test_plain_intervals_of_rare_losses_would_not_cover() -> None:
    """Power: Student's interval of every sample, as it was, misses rare losses in one study of three."""
    draw, mean, _ = SKEWED["rarer loss"]
    draws = draw(np.random.default_rng(11), (1000, 10))
    half = student_quantile(0.975, 9) * draws.std(axis=1, ddof=1) / math.sqrt(10)
    assert (abs(draws.mean(axis=1) - mean) <= half).mean() < 0.85


def test_the_variance_of_amounts_goes_with_the_power_of_the_mean_and_that_of_counts_with_the_mean() -> None:
    amounts = [0.2, 0.7, 1.9, 0.4, 3.3, 0.9]
    for values, power in ((amounts, 1.5), ([0.0, *amounts], 1), ([2.0, 7.0, 19.0, 4.0, 33.0, 9.0], 1)):
        n = len(values)
        for sign in (1, -1):
            ends = {"low": 0.0} if sign > 0 else {"high": 0.0}
            found = estimate([sign * value for value in values], **ends)
            arm = student_quantile(0.975, n - 1) * stdev(values) / math.sqrt(n)
            for end in (found.low, found.high):
                allowed = arm * (end / found.mean) ** (power / 2)
                assert math.isclose(abs(end - found.mean), allowed, rel_tol=1e-9)
