"""Which of many inputs move a number: elementary effects along random paths (Morris, 1991).

A path begins at a random point of a grid of four levels and changes one input after the other, in random
order, by two thirds of its range. What a change does to the number, over the whole range, is an elementary
effect. Their mean says which way and how far the number goes as an input goes from its least to its
greatest, the mean of their sizes how much it matters at all (Campolongo, Cariboni and Saltelli, 2007), and
their standard deviation how much that depends on where the others are. Each path is run in a replication of
its own, the same for all of its points, so that effects are paired; what chance does is in their sizes too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sim.statistics.intervals import LEVEL, Estimate, estimate

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["Effect", "effects", "paths"]

_LEVELS: Final = 4
_STEP: Final = _LEVELS / (2 * (_LEVELS - 1))  # of the range: so all levels are equally likely (Morris)


@dataclass(frozen=True, slots=True)
class Effect:
    """What one input does to one number, from its least to its greatest; intervals hold together."""

    size: Estimate
    """Mean of the sizes of the elementary effects, Morris's mu*."""
    way: Estimate
    """Mean of the effects, with their sign: mu. Its `sd` is Morris's sigma."""
    still: bool
    """Nothing changed in any run."""


def paths(inputs: int, many: int, seed: int) -> Array:
    """Shares of the ranges along random paths: (paths, inputs + 1, inputs); one changes at each step."""
    import numpy as np

    rng = np.random.Generator(np.random.Philox(seed))
    made = np.empty((many, inputs + 1, inputs))
    for path in made:
        low = rng.integers(_LEVELS // 2, size=inputs) / (_LEVELS - 1)
        up = rng.integers(2, size=inputs).astype(bool)
        point = np.where(up, low, low + _STEP)
        path[0] = point
        for at, i in enumerate(rng.permutation(inputs)):
            point[i] += _STEP if up[i] else -_STEP
            path[at + 1] = point
    return made


def effects(shares: Array, values: Array, level: float = LEVEL) -> tuple[Effect, ...]:
    """What each input does to a number.

    Args:
        shares: where in their ranges the inputs are on the `paths`; a whole number may lie beside the share
            that was asked for.
        values: the number at their points, (paths, inputs + 1). A step with a value that is not finite does
            not count.
        level: of confidence, of all intervals of a kind together (Bonferroni).
    """
    import numpy as np

    steps = np.diff(shares, axis=1)
    which = np.abs(steps).argmax(axis=2)
    change = np.diff(values, axis=1) / np.take_along_axis(steps, which[:, :, None], axis=2)[:, :, 0]
    each = 1 - (1 - level) / shares.shape[2]
    found = []
    for i in range(shares.shape[2]):
        of_one = change[which == i]
        known = of_one[np.isfinite(of_one)]
        found.append(
            Effect(
                estimate(np.abs(known), each, low=0.0),
                estimate(known, each),
                bool(len(known) and not known.any()),
            )
        )
    return tuple(found)
