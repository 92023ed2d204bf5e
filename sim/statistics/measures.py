"""Measures of a sample: each gives one number, nan where it is not defined."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, TypeVar

import numpy as np
import numpy.typing as npt

from sim.floor.inequality import gini

__all__ = [
    "NAN",
    "Numbers",
    "among",
    "blocks",
    "coefficient_of_variation",
    "distinct",
    "gini",
    "mean",
    "quantile",
    "share",
    "taken",
]

Numbers = npt.NDArray[np.number[Any] | np.bool_]

NAN: Final = float("nan")
_BLOCK: Final = 1 << 18
_T = TypeVar("_T", bound=np.generic)


def mean(values: Numbers, weights: Numbers | None = None) -> float:
    """Arithmetic mean, weighted if `weights` are given; nan of nothing, or of no weight."""
    if weights is None:
        return float(values.mean()) if len(values) else NAN
    total = float(weights.sum())
    return float(np.multiply(values, weights).sum()) / total if total else NAN


def quantile(values: Numbers, q: float) -> float:
    """The `q`-quantile, interpolated linearly between order statistics (type 7); nan of nothing."""
    return float(np.quantile(values, q)) if len(values) else NAN


def coefficient_of_variation(values: Numbers) -> float:
    """Standard deviation (divisor n) over mean; nan of nothing or if the mean is 0."""
    average = mean(values)
    return float(values.std()) / average if average and len(values) else NAN


def distinct(values: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The different values, in order: `numpy.unique` by sorting, which is many times faster here."""
    ordered = np.sort(values)
    new = np.ones(len(ordered), dtype=np.bool_)
    new[1:] = ordered[1:] != ordered[:-1]
    return ordered[new]


def blocks(n: int) -> Iterator[slice]:
    """Parts of `n` rows: of all at once numpy would take much memory on the way, and time for that."""
    return (slice(low, low + _BLOCK) for low in range(0, n, _BLOCK))


def taken(values: npt.NDArray[_T], index: npt.NDArray[np.integer[Any]]) -> npt.NDArray[_T]:
    """`values[index]` of a long index in small numbers, which numpy would make large ones of, all at once."""
    found = np.empty(len(index), dtype=values.dtype)
    for part in blocks(len(index)):
        found[part] = values.take(index[part])
    return found


def among(values: npt.NDArray[np.int64], others: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Whether each of `values` is among `others`, which are in order: `numpy.isin` by searching.

    It is fast where the values are in order too, or nearly.
    """
    if not len(others):
        return np.zeros(len(values), dtype=np.bool_)
    at = np.minimum(np.searchsorted(others, values), len(others) - 1)
    found: npt.NDArray[np.bool_] = others[at] == values
    return found


def pair_numbers(a: npt.NDArray[np.int64], b: npt.NDArray[np.int64], n: int) -> npt.NDArray[np.int64]:
    """A number of each unordered pair of two of `n`: the lower times n, plus the higher."""
    return np.minimum(a, b) * n + np.maximum(a, b)


def share(part: float, whole: float) -> float:
    """`part / whole`; nan if the whole is 0."""
    return float(part) / float(whole) if whole else NAN
