"""Sobol' indices: which share of the spread of a number is due to which input, alone and in all.

Inputs are independent and uniform over their ranges. The variance of the expectation of a number, given the
inputs, is cut into parts (Sobol', 1993): the *first-order* index of an input is the share that is gone once
it is known, the *total* one the share that stays while it alone is unknown; what it has in common with others
is in the total index of each. So total indices sum to 1 or more, first-order ones to 1 or less.

The design is Saltelli's (2002): two points A and B of a scrambled Sobol' sequence, and, for each input, A
with that input of B. First-order indices are estimated as by Saltelli and others (2010), total ones as by
Jansen (1999).

A number that chance has a part in is taken as a mean over replications, the same for all points of a block
and others for each block. Wherever two are multiplied, only different replications are (an unbiased product
of two expectations), so that chance is taken neither for variance nor for interaction. Of one replication a
point there is nothing else to multiply: then chance is part of the variance and of the total indices.

Intervals: blocks are drawn again, and in each draw every index is told in standard errors of that draw
(bootstrap-t: Efron and Tibshirani, 1993, ch. 12). All intervals of a number hold together: they reach as many
standard errors as the greatest deviation among the indices does in 95 % of the draws. How often they cover:
`python -m tests.benchmarks.explaining`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sim.statistics.intervals import LEVEL

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["LEAST", "Indices", "design", "indices"]

LEAST: Final = 32
"""Blocks below which intervals say next to nothing, and hold less often than they say."""

_DRAWS: Final = 2_000
_SEED: Final = 0x536F626F  # of draws of blocks: the same numbers have the same intervals


@dataclass(frozen=True, eq=False)
class Indices:
    """Sobol' indices of one number, a value an input; intervals hold together, at 95 %."""

    mean: float
    variance: float
    """Of the expectation, over the inputs."""
    chance: float
    """Variance of one replication around its expectation; nan if each point has only one."""
    first: Array
    first_low: Array
    first_high: Array
    total: Array
    total_low: Array
    total_high: Array
    blocks: int
    """That count: in which the number is defined at all points."""
    seen: bool
    """Whether the variance itself can be told from chance: if not, no index means anything."""
    still: NDArray[np.bool_]
    """Inputs that change nothing in any replication."""

    @property
    def together(self) -> float:
        """The share that is due to no input alone, but to several together; 0 if the sum is above 1."""
        return max(0.0, 1.0 - float(self.first.sum()))


def design(inputs: int, blocks: int, seed: int) -> Array:
    """Shares of the ranges, each from 0 to 1: (blocks, inputs + 2, inputs); A, B, then A with each of B.

    Raises ValueError unless `blocks` is a power of two, for which the sequence is balanced.
    """
    import numpy as np
    from scipy.stats import qmc

    if inputs < 1 or blocks < 2 or blocks & (blocks - 1):
        raise ValueError(f"{blocks} base points; allowed: a power of two")
    drawn = qmc.Sobol(2 * inputs, rng=np.random.Generator(np.random.Philox(seed)))
    both = drawn.random_base2(blocks.bit_length() - 1)
    a, b = both[:, :inputs], both[:, inputs:]
    made = np.repeat(a[:, None, :], inputs + 2, axis=1)
    made[:, 1] = b
    for i in range(inputs):
        made[:, 2 + i, i] = b[:, i]
    return made


def indices(values: Array, *, level: float = LEVEL) -> Indices:
    """The indices of a number from its values on a `design`.

    Args:
        values: (blocks, inputs + 2, replications); a block with a value that is not finite is left out, and
            the others are still such a design, only no longer balanced.
        level: of confidence, of all intervals together.

    Raises:
        ValueError: no two blocks are whole.
    """
    import numpy as np

    whole = values[np.isfinite(values).all(axis=(1, 2))]
    if len(whole) < 2:
        raise ValueError("no two blocks are whole")
    mean = float(whole.mean())
    parts, still = _parts(whole - mean)
    equal = np.full((1, len(whole)), 1 / len(whole))
    (variance,), found, error = _estimates(parts, equal)
    draws = np.random.Generator(np.random.Philox(_SEED)).multinomial(len(whole), equal[0], _DRAWS)
    variances, drawn, errors = _estimates(parts, draws / len(whole))
    seen = bool(variance > 0 and np.quantile(variances, (1 - level) / 2) > 0)
    if seen:
        kept = variances > 0  # without any, nothing is a share of it
        wide = _reach(found, drawn[kept], errors[kept], level) * error[0]
        low, high = (found[0] - wide).clip(0, 1), (found[0] + wide).clip(0, 1)
    else:
        low = high = np.full(found.shape[1], np.nan)
    k = values.shape[1] - 2
    first, total = found[0, :k], found[0, k:]
    n = whole.shape[2]
    chance = float(whole.var(axis=2, ddof=1).mean()) if n > 1 else float("nan")
    return Indices(
        mean,
        float(variance),
        chance,
        first,
        low[:k],
        high[:k],
        total,
        low[k:],
        high[k:],
        len(whole),
        seen,
        still,
    )


def _products(a: Array, b: Array) -> Array:
    """Unbiased products of two expectations, from replications in the last axis: only different ones."""
    n = a.shape[-1]
    means: Array = a.mean(axis=-1) * b.mean(axis=-1)
    if n > 1:
        means = (n * means - (a * b).mean(axis=-1)) / (n - 1)
    return means


def _parts(values: Array) -> tuple[tuple[Array, Array, Array], NDArray[np.bool_]]:
    """What is averaged over blocks: mean, square, and the products of each index, first-order ones first."""
    import numpy as np

    a, b, mixed = values[:, :1], values[:, 1:2], values[:, 2:]
    mean = (a.mean(axis=(1, 2)) + b.mean(axis=(1, 2))) / 2
    square = (_products(a, a) + _products(b, b))[:, 0] / 2
    change = mixed - a
    first, total = _products(np.broadcast_to(b, change.shape), change), _products(change, change) / 2
    return (mean, square, np.hstack([first, total])), (change == 0).all(axis=(0, 2))


def _estimates(parts: tuple[Array, Array, Array], weights: Array) -> tuple[Array, Array, Array]:
    """Variance, indices and their standard errors (delta method) with each row of weights of the blocks."""
    import numpy as np

    mean, square, products = parts
    variance: Array = weights @ square - (weights @ mean) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        found = (weights @ products) / variance[:, None]
        # values are centred, so that the square of their mean hardly counts
        spread = weights @ products**2 - 2 * found * (weights @ (products * square[:, None]))
        spread += found**2 * (weights @ square**2)[:, None]
        error = np.sqrt(spread.clip(0) / len(mean)) / variance[:, None]
    return variance, found, error


def _reach(found: Array, drawn: Array, errors: Array, level: float) -> float:
    """Standard errors that the greatest deviation of any index reaches in a share `level` of the draws."""
    import numpy as np

    far = np.abs(drawn - found)
    far = np.divide(far, errors, out=np.zeros_like(far), where=errors > 0)
    return float(np.quantile(far.max(axis=1), level))
