from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.statistics.measures import coefficient_of_variation, distinct, gini, mean, quantile, share


def test_gini_of_what_one_has_alone_is_one_less_a_share() -> None:
    assert gini(np.array([0, 0, 0, 8])) == pytest.approx(3 / 4)
    assert gini(np.array([5, 5, 5])) == 0
    assert gini(np.array([1, 3])) == pytest.approx(1 / 4)


@given(st.lists(st.integers(0, 100), min_size=1, max_size=20), st.integers(1, 9))
def test_gini_does_not_depend_on_order_or_unit(values: list[int], unit: int) -> None:
    array = np.array(values)
    expected = pytest.approx(gini(array), nan_ok=True)
    assert gini(array[::-1]) == expected
    assert gini(array * unit) == expected
    assert gini(np.tile(array, 2)) == expected


def test_measures_of_nothing_are_undefined() -> None:
    nothing = np.zeros(0)
    for value in (mean(nothing), quantile(nothing, 0.5), gini(nothing), coefficient_of_variation(nothing)):
        assert math.isnan(value)
    assert math.isnan(share(0, 0))
    assert math.isnan(mean(np.array([1.0]), np.array([0])))


def test_a_weighted_mean_is_the_mean_of_repeated_values() -> None:
    values, weights = np.array([1.0, 5.0, 7.0]), np.array([3, 0, 1])
    assert mean(values, weights) == mean(np.repeat(values, weights)) == 2.5


@given(st.lists(st.integers(-5, 5)))
def test_distinct_values_are_those_of_a_set_in_order(values: list[int]) -> None:
    assert distinct(np.array(values, dtype=np.int64)).tolist() == sorted(set(values))


def test_the_coefficient_of_variation_is_sd_over_mean() -> None:
    assert coefficient_of_variation(np.array([1.0, 3.0])) == 0.5
