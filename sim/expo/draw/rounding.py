"""Draws rounded to whole numbers: those of a gamma distribution, whose quantiles are slow, are looked up."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.scenario.schema.distributions import Gamma
from sim.scipy_parts import special
from sim.streams import FloatArray

if TYPE_CHECKING:
    from sim.expo.draw.draws import Quantiles

__all__ = ["rounded"]

_MOST: Final = 256  # numbers that are looked up; greater ones are worked out
_NEAR: Final = 1e-9  # of a step, where rounding of the arithmetic might decide: far more than it comes to
_PLAIN: Final = (0.1, 3.0)  # coefficients of variation for which that is so


def rounded(distribution: Quantiles, u: FloatArray) -> FloatArray:
    """`numpy.rint` of the quantile at each probability `u`: the same numbers, those of a gamma faster."""
    if not isinstance(distribution, Gamma) or not _PLAIN[0] <= distribution.cv <= _PLAIN[1]:
        return np.rint(distribution.quantile(u))
    steps = _steps(distribution.mean, distribution.cv)
    number = np.searchsorted(steps, u, side="right") - 1
    known = (number < _MOST) & (u - steps[number] > _NEAR) & (steps[number + 1] - u > _NEAR)
    others = np.flatnonzero(~known)
    values = number.astype(np.float64)
    values[others] = np.rint(distribution.quantile(u[others]))
    return values


@lru_cache(maxsize=256)
def _steps(mean: float, cv: float) -> FloatArray:
    """The probabilities from which on a draw of this gamma distribution is rounded to 0, 1, 2 and so on."""
    shape = cv**-2
    ends = (np.arange(_MOST) + 0.5) * (shape / mean)
    return np.concatenate(([-1.0], special().gammainc(shape, ends), [2.0]))
