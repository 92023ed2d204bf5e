"""How unequally something is spread: the one measure that the expo draws by and statistics report."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["gini"]


def gini(values: npt.ArrayLike) -> float:
    """Gini coefficient of values (n,) that are not negative: 0 all alike, near 1 all in one hand.

    Half the mean absolute difference over the mean (Gini 1912); nan of nothing or if all are 0. It is a
    sum and no dot product, so that it is the same on every machine.
    """
    ordered = np.sort(np.asarray(values))
    n, total = len(ordered), float(ordered.sum())
    if total == 0:
        return float("nan")
    rank = 2.0 * np.arange(1, n + 1) - n - 1
    return float((rank * ordered).sum() / (n * total))
