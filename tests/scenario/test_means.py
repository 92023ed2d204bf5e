"""Distributions with another mean: the one that was asked for, and nothing else otherwise than it must be."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter

from sim.scenario.schema.distributions import DISTRIBUTIONS, Distribution
from sim.scenario.schema.means import AnyDistribution, possible_means, with_mean

GIVEN: list[Any] = [
    4,
    {"dist": "uniform", "low": 2, "high": 6},
    {"dist": "triangular", "low": 1, "mode": 2, "high": 6},
    {"dist": "exponential", "mean": 4},
    {"dist": "geometric", "mean": 2.5},
    {"dist": "gamma", "mean": 20, "cv": 0.5},
    {"dist": "lognormal", "mu": 0.47, "sigma": 1.22, "low": 0.83, "high": 60},
    {"dist": "lognormal", "mu": 1, "sigma": 0.5},
    {"dist": "discrete", "values": (1, 2, 3), "weights": (6, 3, 1)},
    {"dist": "empirical", "observations": (1.5, 2, 2.25, 9)},
]


def read(given: Any) -> AnyDistribution:
    read_: AnyDistribution = TypeAdapter(Distribution).validate_python(given)
    return read_


def test_every_kind_is_here() -> None:
    assert {type(read(each)) for each in GIVEN} == set(DISTRIBUTIONS.values())


@pytest.mark.parametrize("given", GIVEN, ids=str)
@pytest.mark.parametrize("times", [0.8, 1.0, 1.15])
def test_the_mean_is_the_one_that_was_asked_for(given: Any, times: float) -> None:
    before = read(given)
    mean = times * before.expectation()
    after = read(with_mean(before, mean))
    assert type(after) is type(before)
    assert after.expectation() == pytest.approx(mean, rel=1e-9)


def test_stretched_draws_are_so_many_times_what_they_were_and_discrete_values_stay() -> None:
    import numpy as np

    u = np.linspace(0.01, 0.99, 50)
    before = read(GIVEN[6])
    after = read(with_mean(before, 1.2 * before.expectation()))
    assert after.quantile(u) == pytest.approx(1.2 * before.quantile(u))
    tilted = with_mean(read(GIVEN[8]), 2.0)
    assert tilted["values"] == (1, 2, 3)
    # weights 6, 3, 1 times 1, r, r²: 6 = r² for a mean of 2
    r = 6**0.5
    assert tilted["weights"] == pytest.approx([6 / (12 + 3 * r), 3 * r / (12 + 3 * r), 6 / (12 + 3 * r)])


def test_a_mean_that_cannot_be_is_refused_and_its_ends_can_be() -> None:
    discrete, geometric = read(GIVEN[8]), read(GIVEN[4])
    assert (possible_means(discrete), possible_means(geometric)[0]) == ((1, 3), 1)
    with pytest.raises(ValueError, match=r"cannot be 3\.5; allowed: 1 to 3"):
        with_mean(discrete, 3.5)
    for end in (1.0, 3.0):
        assert read(with_mean(discrete, end)).expectation() == pytest.approx(end)
    assert with_mean(read(4), 0) == {"dist": "constant", "value": 0}
