"""Chances of many, each seen a few times: what all have in common tells what is luck.

Whoever was left out in all of ten fairs is partly so by luck, and who in none. Chances are taken to vary from
one exhibitor to another as a Beta distribution does, about the mean of all: how much they vary, their
correlation within an exhibitor from 0 (all alike) to 1 (some always, the others never), is what the counts of
all leave of a flat prior (beta-binomial: Kleinman, 1973, *Proportions with extraneous variance*; hierarchical
Bayes: Gelman and others, 2013, *Bayesian Data Analysis*, § 5.3). The chance of each is the mean of what its
own fairs leave of that, and its interval the middle 95 %. Such intervals hold the chances of 95 % of the
exhibitors, not each of them in 95 % of studies.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

__all__ = ["Chance", "alike", "chances"]

_TAIL: Final = 0.025
_GRID: Final = 100  # correlations that are tried, closer to each other near 0
_HALVINGS: Final = 30


class Chance(NamedTuple):
    """How likely something is of one."""

    mean: float
    low: float
    """The ends of its 95 % interval."""
    high: float


def alike(times: Sequence[int], of: Sequence[int]) -> float:
    """How much chances vary: the mean of what is left of their correlation, 0 (all are alike) to 1.

    Args:
        times: how often each was seen.
        of: in how many.
    """
    a, b, weight = _priors(times, of)
    return float((weight / (1 + a + b)).sum())


def chances(times: Sequence[int], of: Sequence[int]) -> tuple[Chance, ...]:
    """How likely each is, given how often it and all others were seen in so many."""
    if not times:
        return ()
    a, b, weight = _priors(times, of)
    known = {(k, n): _chance(a + k, b + n - k, weight) for k, n in set(zip(times, of, strict=True))}
    return tuple(known[each] for each in zip(times, of, strict=True))


def _priors(times: Sequence[int], of: Sequence[int]) -> tuple[Floats, Floats, Floats]:
    """Beta distributions from which chances may come, and how much each weighs."""
    import numpy as np
    from scipy.special import betaln

    mean = (sum(times) + 0.5) / (sum(of) + 1)
    root = (np.arange(_GRID) + 0.5) / _GRID
    size = 1 / root**2 - 1
    a, b = mean * size, (1 - mean) * size
    fit = np.log(root)  # the spacing of their squares: a flat prior
    for (k, n), many in sorted(Counter(zip(times, of, strict=True)).items()):
        fit = fit + many * (betaln(a + k, b + n - k) - betaln(a, b))
    weight = np.exp(fit - fit.max())
    return a, b, weight / weight.sum()


def _chance(more: Floats, less: Floats, weight: Floats) -> Chance:
    """Mean and middle 95 % of a mixture of Beta distributions."""
    from scipy.special import betainc

    def quantile(share: float) -> float:
        low, high = 0.0, 1.0
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            below = float((weight * betainc(more, less, middle)).sum()) < share
            low, high = (middle, high) if below else (low, middle)
        return (low + high) / 2

    mean = float((weight * more / (more + less)).sum())
    return Chance(mean, quantile(_TAIL), quantile(1 - _TAIL))
