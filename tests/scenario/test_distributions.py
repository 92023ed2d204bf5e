"""Distributions: a bare number is a constant, quantiles increase, expectations are those of the draws."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError

from sim.scenario.schema.distributions import Constant, Distribution

ANY: TypeAdapter[Distribution] = TypeAdapter(Distribution)

EXAMPLES = [
    3,
    2.5,
    {"dist": "constant", "value": 4},
    {"dist": "uniform", "low": 1, "high": 5},
    {"dist": "triangular", "low": 1, "mode": 2, "high": 6},
    {"dist": "exponential", "mean": 4},
    {"dist": "gamma", "mean": 20, "cv": 0.5},
    {"dist": "lognormal", "mu": 0.47, "sigma": 0.6},
    {"dist": "lognormal", "mu": 0.47, "sigma": 1.22, "low": 0.83, "high": 60},
    {"dist": "discrete", "values": (0, 30, 60), "weights": (1, 2, 1)},
    {"dist": "empirical", "observations": (9, 1, 4, 4)},
    {"dist": "geometric", "mean": 2.5},
    {"dist": "geometric", "mean": 1},
]


def test_a_bare_number_is_a_constant() -> None:
    assert ANY.validate_python(3) == Constant(dist="constant", value=3)
    for wrong in (True, "3", None, [3], -1, float("nan")):
        with pytest.raises(ValidationError):
            ANY.validate_python(wrong)


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_quantiles_increase_and_their_mean_is_the_expectation(example: object) -> None:
    distribution = ANY.validate_python(example)
    u = (np.arange(200_000) + 0.5) / 200_000
    draws = distribution.quantile(u)
    assert draws.shape == u.shape
    assert (np.diff(draws) >= 0).all()
    assert draws.mean() == pytest.approx(distribution.expectation(), rel=2e-3)


def test_a_truncated_lognormal_stays_within_its_cuts() -> None:
    cut = ANY.validate_python({"dist": "lognormal", "mu": 0.47, "sigma": 1.22, "low": 0.83, "high": 60})
    draws = cut.quantile(np.array([1e-16, 0.5, 1 - 1e-16]))
    assert draws[0] == pytest.approx(0.83)
    assert draws[2] == pytest.approx(60)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"dist": "uniform", "low": 3, "high": 2}, "high = 2 is below low = 3"),
        ({"dist": "triangular", "low": 3, "mode": 2, "high": 5}, "do not increase"),
        ({"dist": "lognormal", "mu": 0, "sigma": 1, "low": 3, "high": 3}, "high = 3 is not above low = 3"),
        ({"dist": "discrete", "values": (1, 2), "weights": (1,)}, "2 values but 1 weights"),
        ({"dist": "discrete", "values": (2, 1), "weights": (1, 1)}, "the values do not increase"),
        ({"dist": "discrete", "values": (1, 2), "weights": (0, 0)}, "the weights are all 0"),
    ],
)
def test_numbers_that_make_no_distribution_are_refused(wrong: object, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        ANY.validate_python(wrong)
