"""Sobol' indices: which share of the spread of a number is due to which input, alone and in all.

Inputs are independent and uniform over their ranges. The variance of the expectation of a number, given the
inputs, is cut into parts (Sobol', 1993): the *first-order* index of an input is the share that is gone once
it is known, the *total* one the share that stays while it alone is unknown; what it has in common with others
is in the total index of each. So total indices sum to 1 or more, first-order ones to 1 or less.

The design is Saltelli's (2002): two points A and B of a Latin hypercube, and, for each input, A with that
input of B. (Points of a Sobol' sequence err less, which no interval knows, and at 128 of them intervals of
the Ishigami function covered too little.) Indices are correlations of two points that have one input in
common, or all but one (Janon and others, 2014). Beside each the product of A and B, which have none in
common, shows what the sample does by chance, and is taken off with the slope that leaves least (a control
variate): of inputs that matter little this is what Saltelli and others (2010) do, of one that makes nearly
all it does nothing.

A number that chance has a part in is taken as a mean over replications, the same for all points of a block
and others for each block. Wherever two are multiplied, only different replications are (an unbiased product
of two expectations), so that chance is taken neither for variance nor for interaction. Of one replication a
point there is nothing else to multiply: that is for a number that chance has no part in.

Intervals: blocks are drawn again, and in each draw every index is told in standard errors of that draw
(bootstrap-t: Efron and Tibshirani, 1993, ch. 12). All intervals of a number hold together: they reach as many
standard errors as the greatest deviation among the indices does in 95 % of the draws. How often they cover:
`python -m tests.benchmarks.explaining`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from sim.statistics.intervals import LEVEL

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["LEAST", "LEAST_WHOLE", "Indices", "design", "indices"]

LEAST: Final = 32
"""Blocks below which intervals say next to nothing, and hold less often than they say."""

LEAST_WHOLE: Final = 24
"""Whole blocks below which nothing is told: of Ishigami's function, intervals of 24 covered together in 98 %
of 300 repetitions, those of 16 in 93 %."""

_DRAWS: Final = 2_000
_ROUNDS: Final = 3
_DUST: Final = 1e-9  # standard errors below it are rounding: an input that changes nothing
_SEED: Final = 0x536F626F  # of draws of blocks: the same numbers have the same intervals


class _Parts(NamedTuple):
    """What is averaged over blocks; of pairs of points, (blocks, 2 · inputs): see `_parts`."""

    product: Array
    square: Array
    mean: Array
    control: Array  # of A and B, (blocks, 1)
    square_ab: Array
    mean_ab: Array


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

    Raises ValueError if there is no input or no second block.
    """
    import numpy as np
    from scipy.stats import qmc

    if inputs < 1 or blocks < 2:
        raise ValueError(f"{inputs} inputs, {blocks} blocks; allowed: at least 1 and 2")
    rng = np.random.Generator(np.random.Philox(seed))
    both = qmc.LatinHypercube(2 * inputs, rng=rng).random(blocks)
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
            the others are still such a design.
        level: of confidence, of all intervals together.

    Raises:
        ValueError: no two blocks are whole.
    """
    import numpy as np

    whole = values[np.isfinite(values).all(axis=(1, 2))]
    if len(whole) < 2:
        raise ValueError("no two blocks are whole")
    mean = float(whole.mean())
    parts = _parts(whole - mean)
    equal = np.full((1, len(whole)), 1 / len(whole))
    draws = np.random.Generator(np.random.Philox(_SEED)).multinomial(len(whole), equal[0], _DRAWS)
    variances = _variances(parts, draws / len(whole))
    variance = float(_variances(parts, equal)[0])
    seen = bool(variance > 0 and np.quantile(variances, (1 - level) / 2) > 0)
    found, error = _estimates(parts, equal)
    low, high = np.full((2, found.shape[1]), np.nan)
    if seen:
        drawn, errors = _estimates(parts, draws[variances > 0] / len(whole))
        wide = _reach(found, drawn, errors, level) * error[0]
        low, high = (found[0] - wide).clip(0, 1), (found[0] + wide).clip(0, 1)
    k = values.shape[1] - 2
    still = (whole[:, 2:] == whole[:, :1]).all(axis=(0, 2))
    for each in (found[0], low, high):
        each[np.tile(still, 2)] = 0.0  # but for rounding it is
    first, total = found[0, :k], found[0, k:]
    n = whole.shape[2]
    chance = float(whole.var(axis=2, ddof=1).mean()) if n > 1 else float("nan")
    return Indices(
        mean,
        variance,
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


def _parts(values: Array) -> _Parts:
    """The pairs of which the correlations are the indices.

    B and A with one input of B have that input in common, and it alone: their correlation is its first-order
    index. A and A with one input of B have all others in common: 1 less their correlation is its total one.
    """
    import numpy as np

    a, b, mixed = values[:, :1], values[:, 1:2], values[:, 2:]
    squares = _products(mixed, mixed)
    of_a, of_b = _products(a, a), _products(b, b)
    means, mean_a, mean_b = mixed.mean(axis=2), a.mean(axis=2), b.mean(axis=2)
    return _Parts(
        np.hstack([_products(np.broadcast_to(each, mixed.shape), mixed) for each in (b, a)]),
        np.hstack([(squares + each) / 2 for each in (of_b, of_a)]),
        np.hstack([(means + each) / 2 for each in (mean_b, mean_a)]),
        _products(a, b),
        (of_a + of_b) / 2,
        (mean_a + mean_b) / 2,
    )


def _variances(parts: _Parts, weights: Array) -> Array:
    """The variance with each row of weights of the blocks."""
    found: Array = (weights @ parts.square_ab - (weights @ parts.mean_ab) ** 2)[:, 0]
    return found


def _estimates(parts: _Parts, weights: Array) -> tuple[Array, Array]:
    """Indices, first-order ones first, and their standard errors (delta method), with each row of weights."""
    import numpy as np

    product, square, mean, control, _, mean_ab = parts
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = weights @ square - (weights @ mean) ** 2
        plain = (weights @ product - (weights @ mean) ** 2) / variance
        by_chance = (weights @ control - (weights @ mean_ab) ** 2) / variance
        # values are centred, so that squares of their means hardly count in what follows
        found = np.where(plain < 0.5, 0.0, 1.0)
        for _ in range(_ROUNDS):  # the slope depends on the index: begun there, it is exact of 0 and of 1
            shared = weights @ (product * control) - found * (weights @ (square * control))
            slope = np.nan_to_num(shared / (weights @ control**2))
            found = plain - slope * by_chance
        terms = (
            weights @ product**2 + slope**2 * (weights @ control**2) + found**2 * (weights @ square**2),
            slope * (weights @ (product * control)),
            found * (weights @ (product * square)),
            slope * found * (weights @ (control * square)),
        )
        spread = terms[0] + 2 * (terms[3] - terms[1] - terms[2])
        error = np.sqrt(spread.clip(0) / len(product)) / variance
    k = product.shape[1] // 2
    found[:, k:] = 1 - found[:, k:]
    return found, error


def _reach(found: Array, drawn: Array, errors: Array, level: float) -> float:
    """Standard errors that the greatest deviation of any index reaches in a share `level` of the draws."""
    import numpy as np

    far = np.abs(drawn - found)
    far = np.divide(far, errors, out=np.zeros_like(far), where=errors > _DUST)
    return float(np.quantile(far.max(axis=1), level))
