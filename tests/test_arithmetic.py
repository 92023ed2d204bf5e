"""`sim.arithmetic`: as accurate as the libraries' functions, and of a fixed order."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from scipy import special

import sim
import sim.arithmetic as arithmetic

FloatArray = npt.NDArray[np.float64]

_U = (np.arange(200_003) + 0.5) / 200_003
_WIDE = 10.0 ** np.linspace(-300, 300, 100_001)


@pytest.mark.parametrize(
    ("own", "usual", "values", "units"),
    [
        (arithmetic.log, np.log, np.concatenate((_U, _WIDE, 1 + (_U - 0.5) / 1000)), 4),
        (arithmetic.exp, np.exp, np.concatenate((1400 * (_U - 0.5), _U / 1000)), 4),
        # SciPy's are not exact to the last place either
        (arithmetic.normal_quantile, special.ndtri, np.concatenate((_U, _WIDE[_WIDE < 0.5])), 8),
    ],
)
def test_elementary_functions_are_accurate_to_a_few_units_in_the_last_place(
    own: Callable[[FloatArray], FloatArray],
    usual: Callable[[FloatArray], FloatArray],
    values: FloatArray,
    units: int,
) -> None:
    expected = usual(values)
    assert np.abs(own(values) - expected).max(where=expected == 0, initial=0) < 1e-15
    assert (np.abs(own(values) - expected) <= units * np.spacing(np.abs(expected)) + 1e-300).all()


def test_the_normal_distribution_function_is_accurate_and_inverts_its_quantiles() -> None:
    z = np.linspace(-12, 12, 100_001)
    assert np.abs(arithmetic.normal_cdf(z) - special.ndtr(z)).max() < 2e-15
    assert np.abs(arithmetic.normal_cdf(arithmetic.normal_quantile(_U)) - _U).max() < 2e-15


def test_a_number_alone_has_the_bits_that_it_has_among_others() -> None:
    for function in (arithmetic.log, arithmetic.exp, arithmetic.normal_quantile):
        assert function(_U)[::997].tolist() == [float(function(u)) for u in _U[::997]]


def test_ends_are_what_they_tend_to() -> None:
    assert arithmetic.log([0.0, 1.0]).tolist() == [-np.inf, 0.0]
    assert arithmetic.normal_quantile([0.0, 0.5, 1.0]).tolist() == [-np.inf, 0.0, np.inf]
    assert arithmetic.normal_cdf([-40.0, 0.0, 40.0]).tolist() == [0.0, 0.5, 1.0]
    assert arithmetic.exp([0.0]).tolist() == [1.0]
    assert 0 < arithmetic.exp(-1e9) < 1e-300
    assert np.isfinite(arithmetic.exp(1e9))
    assert arithmetic.log(np.empty((0, 3))).shape == (0, 3)


def test_what_a_number_comes_to_does_not_depend_on_those_beside_it() -> None:
    """The series goes on for the greatest of them; of the others what is added then is nothing."""
    z = np.concatenate((np.linspace(-8.5, 8.5, 60), [0.0, 1e-300, -1e-9, 1e-3]))
    alone = np.array([arithmetic.normal_cdf(np.array([each]))[0] for each in z])
    assert arithmetic.normal_cdf(z).tobytes() == alone.tobytes()


def test_powers_are_accurate() -> None:
    area = np.linspace(1, 5000, 1001)
    np.testing.assert_allclose(arithmetic.power(area, 0.5), np.sqrt(area), rtol=1e-14)
    assert (arithmetic.power(area, 0.0) == 1).all()


def test_nothing_underflows_where_warnings_of_it_are_errors() -> None:
    with np.errstate(all="raise"):
        assert arithmetic.exp([-1e9, 0.0])[1] == 1
        assert arithmetic.normal_cdf([-8.4, 1e-200, 8.4]).tolist()[1] == 0.5
        sim.build(sim.load("quickstart"))
