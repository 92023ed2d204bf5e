"""Keyed exponential clocks: which few of many are chosen, each with a chance that follows its weight.

The clock of a pair rings at an exponential time whose rate is the pair's weight, and the first to ring are
chosen. The law is that of drawing one after another without replacement, in proportion to the weights of
those left (Plackett and Luce; Efraimidis and Spirakis, "Weighted random sampling with a reservoir",
Information Processing Letters 97(5), 2006). Another weight moves only choices to or from what it is the
weight of: all other clocks ring when they did.
"""

from __future__ import annotations

import sys
from typing import Final

import numpy as np

from sim.arithmetic import log
from sim.floor.arrays import IntArray
from sim.streams import FloatArray, KeyArray, subkeys

__all__ = ["first_to_ring"]

_SPARE: Final = 3.0  # standard deviations more than wanted that are expected to ring in the time tried
_LONG: Final = 2.0**600  # all clocks that ever ring have rung
_HIGH: Final = int(sys.byteorder == "little")  # where the upper half of 64 bits lies


def first_to_ring(
    salts: KeyArray, keys: KeyArray, weight: FloatArray, number: IntArray
) -> tuple[IntArray, IntArray]:
    """Rows and columns of the `number` clocks of each row that ring first, in no particular order.

    The clock of a pair of a salt and a key rings at -ln(1 - u) / weight, where u is a hash of the two
    (the uniform of `pair_uniform`); one of weight 0, never. `weight` is (salts, keys). Clocks that ring
    at once do so in order of columns. Fewer than `number` are found where fewer ever ring.
    """
    hashed = subkeys(salts[:, None], keys[None, :])
    # A clock that rings by a time t has u <= -ln(1 - u) <= weight t, so that only few logarithms are
    # needed. Which t is tried says how many, and nothing of the result.
    total, squares = weight.sum(axis=1), np.einsum("ij,ij->i", weight, weight)
    enough = number + _SPARE * np.sqrt(number) + 1
    root = total * total - 2 * squares * enough  # at least total t - squares t² / 2 ring by t
    time = np.full(len(weight), _LONG)
    few = np.flatnonzero(root > 0)
    time[few] = (total[few] - np.sqrt(root[few])) / squares[few]
    first = time.copy()
    row, column, open_ = _tried(hashed, weight, number, time)
    while len(open_):
        time[open_] = np.where(time[open_] < 4 * first[open_], 4 * time[open_], _LONG)
        more, where, still = _tried(hashed[open_], weight[open_], number[open_], time[open_])
        row, column = np.concatenate((row, open_[more])), np.concatenate((column, where))
        open_ = open_[still]
    return row, column


def _tried(
    hashed: KeyArray, weight: FloatArray, number: IntArray, by: FloatArray
) -> tuple[IntArray, IntArray, IntArray]:
    """Rows and columns of the first `number` clocks of rows of which so many ring by `by`; the other rows."""
    row, column, clock = _rung(weight, hashed, by)
    there = np.bincount(row, weights=clock <= by[row], minlength=len(number)).astype(np.int64)
    done = (there >= number) | (by >= _LONG)
    row, column = _earliest(row, column, clock, np.where(done, np.minimum(there, number), 0))
    return row, column, np.flatnonzero(~done)


def _rung(weight: FloatArray, hashed: KeyArray, by: FloatArray) -> tuple[IntArray, IntArray, FloatArray]:
    """Rows, columns and times of all clocks that ring by `by` (and some later ones), by row and column."""
    booths = weight.shape[1]
    # the upper half of the bits, rounded down, is at most u; what rounding takes from the limit is far less
    # than the factor adds
    upper = hashed.view(np.uint32).reshape(*hashed.shape, 2)[..., _HIGH]
    limit = weight * (by * (2.0**32 * 1.000001))[:, None]
    at = np.flatnonzero(upper < limit)
    row = at // booths
    u = ((hashed.ravel()[at] >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52
    clock: FloatArray = -log(1 - u) / weight.ravel()[at]
    return row, at - row * booths, clock


def _earliest(
    row: IntArray, column: IntArray, clock: FloatArray, number: IntArray
) -> tuple[IntArray, IntArray]:
    """Of clocks in order of rows and columns, the `number` of each row that ring first; there are so many."""
    counts = np.bincount(row, minlength=len(number))
    first = np.cumsum(counts) - counts
    table = np.full((len(number), int(counts.max(initial=0)) + 1), np.inf)
    table[row, np.arange(len(row)) - first[row]] = clock
    table.sort(axis=1)
    last = np.where(number > 0, table[np.arange(len(number)), number - 1], -np.inf)
    kept = clock <= last[row]
    excess = np.bincount(row, weights=kept, minlength=len(number)).astype(np.int64) - number
    for i in np.flatnonzero(excess).tolist():  # clocks that ring at once: hardly ever
        tied = np.flatnonzero((row == i) & (clock == last[i]))
        kept[tied[len(tied) - excess[i] :]] = False
    return row[kept], column[kept]
