"""Chances of many, each seen a few times: what all have in common tells what is luck.

Whoever was left out in all of ten fairs is partly so by luck, and who in none. With chances that vary from
one exhibitor to another as a Beta distribution does, fitted by moments to all of them (Kleinman, 1973,
*Proportions with extraneous variance*), the chance of each is the mean of what its own fairs leave of that,
and its interval the middle 95 % (empirical Bayes: Morris, 1983, *Parametric empirical Bayes inference*). Such
intervals hold the chances of 95 % of the exhibitors, not each of them in 95 % of studies.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

__all__ = ["Chance", "chances", "prior_of"]

_TAIL: Final = 0.025
_LEAST: Final = 1e-3  # fairs that the others are worth: of a prior of all or nothing
_MOST: Final = 1e6  # ... and of one in which all are alike


class Chance(NamedTuple):
    """How likely something is of one."""

    mean: float
    low: float
    """The ends of its 95 % interval."""
    high: float


def prior_of(times: Sequence[int], of: Sequence[int]) -> tuple[float, float]:
    """The two numbers of the Beta distribution from which chances seem to come.

    Their sum is how many fairs of one's own weigh as much as what all have in common.

    Args:
        times: how often each was seen.
        of: in how many.
    """
    shares = [k / n for k, n in zip(times, of, strict=True)]
    mean = sum(times) / sum(of)
    if mean in (0.0, 1.0):  # nobody ever, or all always: the prior of Jeffreys, over all of them
        total = sum(of) + 1
        return ((sum(times) + 0.5) / total, (total - sum(times) - 0.5) / total)
    spread = sum((share - mean) ** 2 for share in shares) / max(len(shares) - 1, 1)
    once = sum(1 / n for n in of) / len(of)  # of chance alone the spread is mean (1 - mean) times this
    if once == 1:
        return mean, 1 - mean
    alike = (spread / (mean * (1 - mean)) - once) / (1 - once)
    weight = _MOST if alike <= 1 / _MOST else max(_LEAST, min(_MOST, (1 - alike) / alike))
    return mean * weight, (1 - mean) * weight


def chances(times: Sequence[int], of: Sequence[int]) -> tuple[Chance, ...]:
    """How likely each is, given how often it and all others were seen in so many."""
    if not times:
        return ()
    from scipy.special import betaincinv

    a, b = prior_of(times, of)
    made = []
    for k, n in zip(times, of, strict=True):
        more, less = a + k, b + n - k
        low, high = (float(betaincinv(more, less, tail)) for tail in (_TAIL, 1 - _TAIL))
        made.append(Chance(more / (more + less), low, high))
    return tuple(made)
