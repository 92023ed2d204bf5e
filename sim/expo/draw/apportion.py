"""Totals shared out in whole numbers, so that they hold exactly and one more moves nothing else.

The divisor method of Webster and Sainte-Laguë: seats are given one after the other, the next to the
party with the largest quotient weight / (2 seats + 1). Unlike the method of the largest remainder it
never takes a seat from anyone when the total grows (Balinski and Young, "Fair Representation", 1982),
so with one exhibitor more all the others keep their chains. (Requests are shared out by largest
remainders, `matchmaking.wishes.requests.largest_remainders`: with quotas, and each share within one.)
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from sim.floor.arrays import IntArray

__all__ = ["apportion", "rounded", "seats"]


def rounded(value: float) -> int:
    """The nearest whole number, halves up."""
    return int(np.floor(value + 0.5))


def seats(
    weights: Sequence[float] | npt.NDArray[np.float64], n: int, taken: IntArray | None = None
) -> IntArray:
    """Who gets each of the next `n` seats, in order, when `taken` seats are given already.

    A prefix of the answer is the answer for a smaller `n`. All weights 0 count as all alike.
    """
    weight = np.asarray(weights, dtype=np.float64)
    if not weight.any():
        weight = np.ones_like(weight)
    first = np.zeros(len(weight), dtype=np.int64) if taken is None else taken
    # A party gets at most about its quota and one for each other party; all `n` is always enough.
    most = min(n, int(np.max((n + first.sum()) * weight / weight.sum())) + len(weight) + 1)
    quotient = weight[:, None] / (2 * (first[:, None] + np.arange(most)) + 1)
    order = np.argsort(-quotient, axis=None, kind="stable")[:n]
    party: IntArray = (order // max(most, 1)).astype(np.int64)
    return party


def apportion(
    weights: Sequence[float] | npt.NDArray[np.float64], n: int, least: IntArray | None = None
) -> IntArray:
    """Whole numbers summing to `n` (or to the sum of `least`, if that is more), none below `least`."""
    start = np.zeros(len(weights), dtype=np.int64) if least is None else least
    more = seats(weights, max(n - int(start.sum()), 0), start)
    counts: IntArray = start + np.bincount(more, minlength=len(weights))
    return counts
