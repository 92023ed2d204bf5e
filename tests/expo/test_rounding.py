"""Draws that are looked up are those that are worked out."""

import numpy as np
import pytest

from sim.expo.draw.rounding import rounded
from sim.scenario.schema.distributions import Gamma, Lognormal
from sim.scipy_parts import special
from sim.streams import FloatArray


@pytest.mark.parametrize("unit", [1, 60_000])
@pytest.mark.parametrize("cv", [0.01, 0.1, 0.5, 1.0, 2.0, 3.0, 10.0])
@pytest.mark.parametrize("mean", [0.01, 1.0, 8.0, 3000.0])
def test_a_gamma_is_rounded_to_the_number_that_its_quantile_is_rounded_to(
    mean: float, cv: float, unit: int
) -> None:
    gamma, rng = Gamma(dist="gamma", mean=mean, cv=cv), np.random.default_rng(7)
    steps = special().gammainc(cv**-2, np.arange(0.5, 300) * (cv**-2 / (mean * unit)))
    apart = np.array([[-1e-8], [-2e-9], [-1e-13], [0.0], [1e-13], [2e-9], [1e-8]])
    tiny = 10.0 ** -rng.uniform(0, 16, 500)
    u = np.concatenate((rng.random(3000), (steps + apart).ravel(), tiny, 1 - tiny))
    u = u[(u > 0) & (u < 1)]
    assert rounded(gamma, u, unit).tolist() == np.rint(gamma.quantile(u) * unit).tolist()


@pytest.mark.parametrize("cv", [0.05, 0.3, 1.0, 2.0])
def test_hardly_any_draw_is_worked_out(cv: float, monkeypatch: pytest.MonkeyPatch) -> None:
    gamma, u = Gamma(dist="gamma", mean=7.0, cv=cv), (np.arange(20_000) + 0.5) / 20_000
    expected, asked, plain = np.rint(gamma.quantile(u) * 60_000), 0, Gamma.quantile

    def quantile(self: Gamma, u: FloatArray) -> FloatArray:
        nonlocal asked
        asked += len(u)
        return plain(self, u)

    monkeypatch.setattr(Gamma, "quantile", quantile)
    assert rounded(gamma, u, 60_000).tolist() == expected.tolist()
    assert asked < 200


def test_any_other_distribution_is_worked_out() -> None:
    other, u = Lognormal(dist="lognormal", mu=1.0, sigma=1.0), np.linspace(0.01, 0.99, 99)
    assert rounded(other, u, 10).tolist() == np.rint(other.quantile(u) * 10).tolist()
