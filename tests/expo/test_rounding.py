"""Draws that are looked up are those that are worked out."""

import numpy as np
import pytest

from sim.expo.draw.rounding import rounded
from sim.scenario.schema.distributions import Gamma, Lognormal
from sim.scipy_parts import special


@pytest.mark.parametrize("cv", [0.01, 0.1, 0.5, 1.0, 3.0, 10.0])
@pytest.mark.parametrize("mean", [0.01, 1.0, 8.0, 100.0, 3000.0])
def test_a_gamma_is_rounded_to_the_number_that_its_quantile_is_rounded_to(mean: float, cv: float) -> None:
    gamma, rng = Gamma(dist="gamma", mean=mean, cv=cv), np.random.default_rng(7)
    steps = special().gammainc(cv**-2, np.arange(0.5, 300) * (cv**-2 / mean))
    apart = np.array([[-1e-8], [-2e-9], [-1e-13], [0.0], [1e-13], [2e-9], [1e-8]])
    tiny = 10.0 ** -rng.uniform(0, 16, 500)
    u = np.concatenate((rng.random(3000), (steps + apart).ravel(), tiny, 1 - tiny))
    u = u[(u > 0) & (u < 1)]
    assert rounded(gamma, u).tolist() == np.rint(gamma.quantile(u)).tolist()


def test_any_other_distribution_is_worked_out() -> None:
    other, u = Lognormal(dist="lognormal", mu=1.0, sigma=1.0), np.linspace(0.01, 0.99, 99)
    assert rounded(other, u).tolist() == np.rint(other.quantile(u)).tolist()
