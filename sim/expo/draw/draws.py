"""Draws from distributions and weights by keyed uniforms, in the units of the floor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from sim.expo.draw.rounding import rounded
from sim.floor.arrays import MINUTE, IntArray
from sim.streams import fraction, subkeys

if TYPE_CHECKING:
    from sim.streams import FloatArray, KeyArray, Streams

__all__ = [
    "LONGEST",
    "Quantiles",
    "alike",
    "pair_salts",
    "pair_uniform",
    "pick",
    "pick_each",
    "quantile_each",
    "span",
    "span_each",
    "whole",
    "whole_each",
]

_Thing = TypeVar("_Thing")

LONGEST: Final = 24 * 60 * MINUTE  # ms: nothing that people do at a fair takes more than a day


class Quantiles(Protocol):
    """A distribution that is sampled by its quantile function."""

    def quantile(self, u: FloatArray) -> FloatArray:
        """The value at each probability `u` in (0, 1)."""
        ...


def whole(distribution: Quantiles, u: FloatArray, least: int = 0) -> IntArray:
    """Whole numbers (people, booths, days), rounded, none below `least`."""
    return np.maximum(least, rounded(distribution, u)).astype(np.int64)


def span(distribution: Quantiles, u: FloatArray, unit: int, least: int = 1) -> IntArray:
    """Durations in ms of a distribution in `unit` (ms), none below `least` nor above `LONGEST`."""
    return np.clip(rounded(distribution, u, unit), least, LONGEST).astype(np.int64)


def alike(things: Sequence[_Thing]) -> tuple[list[_Thing], IntArray]:
    """Those that differ, and which of them each is."""
    apart: list[_Thing] = []
    for thing in things:
        if thing not in apart:
            apart.append(thing)
    return apart, np.array([apart.index(thing) for thing in things], dtype=np.int64)


def quantile_each(distributions: Sequence[Quantiles], group: IntArray, u: FloatArray) -> FloatArray:
    """The value at each probability `u`, where draw k is of the distribution of its group, `group[k]`."""
    return _each(distributions, group, u, lambda distribution, u: distribution.quantile(u))


def _each(
    distributions: Sequence[Quantiles],
    group: IntArray,
    u: FloatArray,
    of: Callable[[Quantiles, FloatArray], FloatArray],
) -> FloatArray:
    """What `of` makes of the distribution of each group and its draws."""
    apart, of_group = alike(distributions)
    if len(apart) == 1:
        return of(apart[0], u)
    values, which = np.empty(len(u)), of_group[group]
    for number, distribution in enumerate(apart):
        mine = np.flatnonzero(which == number)
        values[mine] = of(distribution, u[mine])
    return values


def whole_each(
    distributions: Sequence[Quantiles], group: IntArray, u: FloatArray, least: int = 0
) -> IntArray:
    """As `whole`, each of the distribution of its group."""
    return np.maximum(least, _each(distributions, group, u, rounded)).astype(np.int64)


def span_each(
    distributions: Sequence[Quantiles], group: IntArray, u: FloatArray, unit: int, least: int = 1
) -> IntArray:
    """As `span`, each of the distribution of its group."""
    values = _each(distributions, group, u, lambda distribution, u: rounded(distribution, u, unit))
    return np.clip(values, least, LONGEST).astype(np.int64)


def pick(weights: npt.ArrayLike, u: FloatArray) -> IntArray:
    """The item at each probability `u` of items weighted by `weights`, which are not all 0."""
    steps = np.cumsum(np.asarray(weights, dtype=np.float64))
    # the last item of a positive weight, should rounding carry u beyond the last step
    last = int(np.searchsorted(steps, steps[-1]))
    chosen: IntArray = np.minimum(np.searchsorted(steps, u * steps[-1], side="right"), last)
    return chosen


def pick_each(weights: Sequence[npt.ArrayLike], group: IntArray, u: FloatArray) -> IntArray:
    """As `pick`, where draw k is from the weights of its group, `weights[group[k]]`."""
    chosen = np.zeros(len(u), dtype=np.int64)
    for g, own in enumerate(weights):
        mine = np.flatnonzero(group == g)
        if len(mine):
            chosen[mine] = pick(own, u[mine])
    return chosen


def pair_salts(streams: Streams, purpose: str, keys: KeyArray) -> KeyArray:
    """A Philox draw of 64 bits for each key, from which `pair_uniform` makes the draws of its pairs."""
    words = streams.blocks(purpose, keys)
    salts: KeyArray = (words[0] << np.uint64(32)) | words[1]
    return salts


def pair_uniform(salts: KeyArray, others: KeyArray) -> FloatArray:
    """One uniform in (0, 1) for every pair of a salt and another key: shape (len(salts), len(others)).

    A hash of the two: much cheaper than a Philox draw for every pair.
    """
    return fraction(subkeys(salts[:, None], others[None, :]) >> np.uint64(12), 52)
