"""Draws rounded to whole numbers: those of a gamma distribution, whose quantiles are slow, by a curve.

With z the standard normal deviate of a probability, the cube root of a gamma quantile is nearly a straight
line of z (Wilson and Hilferty, "The distribution of chi-square", PNAS 17, 1931), so that cubics between a
thousand points of it are as good as exact. Where rounding might go either way, the quantile is worked out.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.arithmetic import normal_cdf, normal_quantile
from sim.scenario.schema.distributions import Gamma
from sim.scipy_parts import special
from sim.streams import FloatArray

if TYPE_CHECKING:
    from sim.expo.draw.draws import Quantiles

__all__ = ["rounded"]

_END: Final = 4.5  # deviates beyond it are seldom, and probabilities there too coarse for points of the curve
_PIECES: Final = 1 << 10
_NEAR: Final = 1e-9  # of a value, and of the mean: how near to where rounding turns it is worked out
_SPARE: Final = 10  # times nearer is the curve


def rounded(distribution: Quantiles, u: FloatArray, unit: int = 1) -> FloatArray:
    """`numpy.rint` of `unit` times the quantile at each probability `u`: the same numbers, sooner."""
    if not isinstance(distribution, Gamma) or (curve := _curve(distribution.cv)) is None:
        return np.rint(distribution.quantile(u) * unit)
    z = normal_quantile(u)
    values = _on(curve, z) * (distribution.mean * unit)
    whole = np.rint(values)
    from_turn = 0.5 - np.abs(values - whole)
    near = _NEAR * (values + distribution.mean * unit)
    unsure = np.flatnonzero((from_turn <= near) | (np.abs(z) >= _END))
    whole[unsure] = np.rint(distribution.quantile(u[unsure]) * unit)
    return whole


def _on(curve: FloatArray, z: FloatArray) -> FloatArray:
    """The values of a curve at deviates; at its ends, if they are beyond it."""
    along = np.clip((z + _END) * (_PIECES / (2 * _END)), 0, _PIECES - 1e-9)
    piece = along.astype(np.int64)
    along -= piece
    root = curve[0, piece]
    for coefficients in curve[1:]:
        root *= along
        root += coefficients[piece]
    values: FloatArray = root * root * root
    return values


@lru_cache(maxsize=256)
def _curve(cv: float) -> FloatArray | None:
    """The cube root of the quantile of the gamma distribution of mean 1 and this coefficient of variation.

    Coefficients of the cubic of each piece, highest power first: (4, pieces). None where these are not near
    enough.
    """
    shape = cv**-2

    def quantile(z: FloatArray) -> FloatArray:
        return np.asarray(special().gammaincinv(shape, normal_cdf(z)), dtype=np.float64) / shape

    step = 2 * _END / _PIECES
    points = np.linspace(-_END - step, _END + step, _PIECES + 3)
    root = np.cbrt(quantile(points))
    a, b, c, d = (root[k : k + _PIECES] for k in range(4))  # around each piece: through these (Lagrange)
    curve = np.stack(((d - a) / 6 + (b - c) / 2, (a + c) / 2 - b, c - a / 3 - b / 2 - d / 6, b))
    between = points[1:-2] + step / 2  # where the curve is farthest off
    right = quantile(between)
    off = np.abs(_on(curve, between) - right)
    return curve if (off * _SPARE <= _NEAR * (right + 1)).all() else None
