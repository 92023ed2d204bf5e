"""Booth areas and staff numbers of a group of exhibitors, with exactly the mean and inequality asked for.

Sizes are the quantiles of a log-normal distribution at (i + 1/2) / n, its spread corrected until the
Gini coefficient of these n numbers is the one asked for (FACTS: booth-size).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from sim.arithmetic import exp, normal_quantile
from sim.floor.arrays import IntArray
from sim.floor.inequality import gini

__all__ = ["sizes", "whole_sizes"]

FloatArray = npt.NDArray[np.float64]

_WIDEST = 8.0  # standard deviation of the logarithm beyond which nothing grows any more
_SLACK = 1.4  # whole sizes: spread over that of an unbounded log-normal of the same Gini, at most; assumption


def _matched(target: float, shape: Callable[[float], FloatArray], widest: float = _WIDEST) -> FloatArray:
    """`shape(spread)` for the spread up to `widest` that gives the Gini coefficient `target`."""
    low, high = 0.0, widest
    if gini(shape(high)) <= target:
        return shape(high)
    for _ in range(48):
        middle = (low + high) / 2
        if gini(shape(middle)) < target:
            low = middle
        else:
            high = middle
    return shape(high)


def _quantiles(n: int) -> Callable[[float], FloatArray]:
    z = normal_quantile((np.arange(n) + 0.5) / n)

    def at(spread: float) -> FloatArray:
        values = exp(spread * (z - z.max()))  # no overflow; the mean is set afterwards
        return values

    return at


@lru_cache(64)  # the same in each replication; so nobody may write to them
def sizes(n: int, mean: float, inequality: float) -> FloatArray:
    """`n` increasing sizes with this mean and Gini coefficient (as near as `n` numbers come to it).

    The array is read-only.
    """
    if n == 0:
        return np.zeros(0)
    quantiles = _quantiles(n)

    def shape(spread: float) -> FloatArray:
        values = quantiles(spread)
        scaled: FloatArray = values * (mean / values.mean())
        return scaled

    result = _matched(inequality, shape)
    result.setflags(write=False)
    return result


@lru_cache(64)
def whole_sizes(n: int, total: int, inequality: float, least: int) -> IntArray:
    """`n` whole numbers, none decreasing or below `least`, that sum to `total` (or to n * least, if more).

    The Gini coefficient is `inequality` up to the rounding to whole numbers, or less where the mean
    is close to `least`. The array is read-only.
    """
    if n == 0:
        return np.zeros(0, dtype=np.int64)
    floor = float(least)
    total = max(total, n * least)
    quantiles = _quantiles(n)

    def shape(spread: float) -> FloatArray:
        return _raised(quantiles(spread), floor, total)

    # A mean close to `least` leaves no room for the inequality asked for; it then gives way, instead
    # of putting all that is left into one booth. Without a least number 1.0 would be enough.
    exact = _matched(inequality, shape, _SLACK * np.sqrt(2) * float(normal_quantile((1 + inequality) / 2)))
    whole = np.maximum(np.floor(exact + 1e-9), floor).astype(np.int64)
    # Largest remainders, but of numbers that are exact already and none of them below `least`: those of
    # matchmaking share out by weights, and to weigh again would round otherwise.
    missing = total - int(whole.sum())
    remainder = exact - whole
    whole[np.argsort(-remainder, kind="stable")[:missing]] += 1
    whole.sort()
    whole.setflags(write=False)
    return whole


def _raised(values: FloatArray, least: float, total: float) -> FloatArray:
    """max(least, c * values) with the factor c that makes the sum `total`; `values` increase."""
    n = len(values)
    above = np.cumsum(values[::-1])[::-1]  # sum from i upwards
    # the first i values stay at `least`: i is the smallest for which the rest lies above it
    factor = (total - least * np.arange(n)) / above
    stays = factor * values < least * (1 - 1e-12)
    first = int(np.argmin(stays)) if not stays.all() else n - 1
    raised: FloatArray = np.maximum(least, factor[first] * values)
    return raised
