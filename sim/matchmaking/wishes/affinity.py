"""Affinity: how much two participants really have to say to each other.

The *fit* of a pair is the larger of the two directions of supply. Each side's *interest* is the fit
times what it cares about; *affinity* is the harmonic mean of the two interests, so a pair in which
one side has no interest has none. It drives what happens on the floor; requests and policies never
see it, they see a score (`sim.matchmaking.wishes.score`).

Pairs are given as two index arrays, or as a block of rows and columns; a block costs a matrix
product and is much the faster way for many pairs. Profiles are multiples of 2⁻²⁶, so that products are
multiples of 2⁻⁵² and their sums, which stay below 2, are exact: a fit has the same bits in whatever order
and by whatever instructions a library adds, and alone or in a block.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from sim.loops import have

__all__ = [
    "BoolArray",
    "FloatArray",
    "IntArray",
    "Profiles",
    "affinity",
    "affinity_matrix",
    "directions",
    "fit",
    "fit_matrix",
    "harmonic_mean",
    "interests",
    "on_grid",
]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

_CHUNK: Final = 1 << 13  # pairs at a time: two gathered rows of some fifty cells stay in the cache
_ROUNDING: Final = 1e-6  # more than rounding to the grid adds to a row of offers
_GRID: Final = float(1 << 26)  # steps from 0 to 1 of what is offered and needed
_ROWS: Final = 1 << 10  # rounded at a time


@dataclass(frozen=True, slots=True)
class Profiles:
    """What participants supply, need and look for; row i is participant i.

    `offers` and `needs` have shape (n, cells), the cells being for instance chain × stage: rows of
    `offers` sum to 1 (or are all 0), the greatest of a row of `needs` is 1 (or 0), so that a fit is
    in [0, 1]. Both are rounded to multiples of 2⁻²⁶ (`on_grid`). `eagerness` (n,) in [0, 1] weighs a
    participant's own interest in anybody (a buyer's need); `appeal` (n,) in [0, 1] weighs everybody's
    interest in it (a buyer's size and authority). `market[i, c]` in [0, 1], if given, is how much i
    cares for partners of country c, and `country` (n,) their countries.

    Raises ValueError if shapes disagree or a value is out of its range.
    """

    offers: FloatArray
    needs: FloatArray
    eagerness: FloatArray
    appeal: FloatArray
    country: IntArray | None = None
    market: FloatArray | None = None

    def __post_init__(self) -> None:
        n = len(self.offers)
        if self.offers.ndim != 2 or self.needs.shape != self.offers.shape:
            raise ValueError("offers and needs must have the same shape (participants, cells)")
        if self.eagerness.shape != (n,) or self.appeal.shape != (n,):
            raise ValueError(f"eagerness and appeal must have shape ({n},)")
        if (self.market is None) != (self.country is None):
            raise ValueError("market and country belong together")
        if self.country is not None and self.country.shape != (n,):
            raise ValueError(f"country must have shape ({n},)")
        if self.market is not None and (self.market.ndim != 2 or len(self.market) != n):
            raise ValueError(f"market must have shape ({n}, countries)")
        for name in ("offers", "needs", "eagerness", "appeal", "market"):
            values = getattr(self, name)
            if (
                values is not None
                and values.size
                and not (values.min() >= 0 and values.max() <= 1 + _ROUNDING)
            ):
                raise ValueError(f"{name} must lie in [0, 1]")
        if n and self.offers.sum(axis=1).max() > 1 + _ROUNDING:
            raise ValueError("a row of offers must not sum to more than 1")
        object.__setattr__(self, "offers", on_grid(self.offers))
        object.__setattr__(self, "needs", on_grid(self.needs))

    def __len__(self) -> int:
        return len(self.offers)


def on_grid(values: FloatArray) -> FloatArray:
    """`values` (n, cells) rounded to multiples of 2⁻²⁶; the same array if they are such already."""
    result = values = np.asarray(values, dtype=np.float64)
    for low in range(0, len(values), _ROWS):
        rows = values[low : low + _ROWS]
        rounded = np.rint(rows * _GRID) / _GRID
        if not np.array_equal(rows, rounded):
            if result is values:
                result = values.copy()
            result[low : low + _ROWS] = rounded
    return result


def fit(profiles: Profiles, a: IntArray, b: IntArray) -> FloatArray:
    """The supply fit in [0, 1] of each pair (a[k], b[k]): the larger of the two directions."""
    there, back = directions(profiles, a, b)
    return np.minimum(np.maximum(there, back), 1.0)


def directions(profiles: Profiles, a: IntArray, b: IntArray) -> tuple[FloatArray, FloatArray]:
    """How much of what b[k] needs a[k] supplies, and the other way round, before both are cut at 1."""
    there, back = np.empty(len(a)), np.empty(len(a))
    code = have()
    if code is not None and all(_are_rows(each, len(profiles)) for each in (a, b)) and len(a) == len(b):
        both = np.ascontiguousarray(profiles.offers), np.ascontiguousarray(profiles.needs)
        pairs = (np.ascontiguousarray(each, dtype=np.int64) for each in (a, b))
        code.directions(*both, profiles.offers.shape[1], *pairs, len(a), there, back)
        return there, back
    for low in range(0, len(a), _CHUNK):
        i, j = a[low : low + _CHUNK], b[low : low + _CHUNK]
        there[low : low + _CHUNK] = np.einsum("kc,kc->k", profiles.offers[i], profiles.needs[j])
        back[low : low + _CHUNK] = np.einsum("kc,kc->k", profiles.offers[j], profiles.needs[i])
    return there, back


def _are_rows(numbers: IntArray, n: int) -> bool:
    """Whether these are rows of `n`, counted from the first: machine code looks at no other."""
    if not isinstance(numbers, np.ndarray) or numbers.ndim != 1 or numbers.dtype.kind not in "iu":
        return False
    return bool(numbers.size) and int(numbers.min()) >= 0 and int(numbers.max()) < n


def fit_matrix(profiles: Profiles, rows: IntArray, columns: IntArray) -> FloatArray:
    """The supply fit of every row with every column: shape (len(rows), len(columns))."""
    there = profiles.offers[rows] @ profiles.needs[columns].T
    back = profiles.needs[rows] @ profiles.offers[columns].T
    np.maximum(there, back, out=there)
    return np.minimum(there, 1.0, out=there)


def interests(profiles: Profiles, a: IntArray, b: IntArray) -> tuple[FloatArray, FloatArray]:
    """Each side's interest in the other, in [0, 1]: a[k]'s in b[k], and b[k]'s in a[k]."""
    return _interests(profiles, fit(profiles, a, b), a, b)


def affinity(profiles: Profiles, a: IntArray, b: IntArray) -> FloatArray:
    """The affinity in [0, 1] of each pair (a[k], b[k]); the same both ways."""
    return harmonic_mean(*interests(profiles, a, b))


def affinity_matrix(profiles: Profiles, rows: IntArray, columns: IntArray) -> FloatArray:
    """The affinity of every row with every column: shape (len(rows), len(columns))."""
    supply = fit_matrix(profiles, rows, columns)
    return harmonic_mean(*_interests(profiles, supply, rows[:, None], columns[None, :]))


def harmonic_mean(x: FloatArray, y: FloatArray) -> FloatArray:
    """2xy / (x + y) of two arrays of numbers ≥ 0; 0 where both are 0."""
    total = x + y
    product = 2.0 * x * y
    result: FloatArray = np.divide(product, total, out=np.zeros_like(total), where=total > 0)
    return result


def _interests(
    profiles: Profiles, supply: FloatArray, a: IntArray, b: IntArray
) -> tuple[FloatArray, FloatArray]:
    mine = supply * profiles.eagerness[a] * profiles.appeal[b]
    theirs = supply * profiles.eagerness[b] * profiles.appeal[a]
    if profiles.market is not None and profiles.country is not None:
        mine *= profiles.market[a, profiles.country[b]]
        theirs *= profiles.market[b, profiles.country[a]]
    return mine, theirs
