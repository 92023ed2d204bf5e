"""Keyed exponential clocks: which few of many are chosen, each with a chance that follows its weight.

The clock of a pair rings at an exponential time whose rate is the pair's weight, and the first to ring are
chosen. The law is that of drawing one after another without replacement, in proportion to the weights of
those left (Plackett and Luce; Efraimidis and Spirakis, "Weighted random sampling with a reservoir",
Information Processing Letters 97(5), 2006). Another weight moves only choices to or from what it is the
weight of: all other clocks ring when they did.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np

from sim.arithmetic import log
from sim.floor.arrays import IntArray
from sim.streams import FloatArray, KeyArray, fraction, hashed_below, subkeys

__all__ = ["Weights", "first_of", "first_of_few", "first_to_ring"]

Weights = Callable[[IntArray], FloatArray]
"""The weights of all clocks of some rows, as a new array: (rows, keys), 0 where one never rings."""

_SPARE: Final = 2.0  # standard deviations more than wanted that are expected to ring in the time tried
_LONG: Final = 2.0**600  # all clocks that ever ring have rung
_FEW: Final = 4.0  # times as many clocks are wanted as ring for sure by the best time of the bound
_LEAST: Final = 2.0**-1022  # of what is divided by
_LONGER: Final = (1.0, 2.0, 8.0, np.inf)  # the times that are tried, one after the other, by the first
_MORE: Final = 1.000001
_PAIRS: Final = 1 << 18  # hashed at a time: few calls even of 30,000 keys, and
_EARLY: Final = 1 << 15  # early clocks put in order at a time: intermediate arrays stay in the cache
_SHORT: Final = 1 << 13  # numbers of a product at a time


def first_to_ring(
    salts: KeyArray, keys: KeyArray, weight: FloatArray, number: IntArray
) -> tuple[IntArray, IntArray]:
    """As `first_of`, of an array of weights: (salts, keys); without the times."""
    row, column, _ = first_of(salts, keys, lambda rows: weight[rows], number)
    return row, column


def first_of(
    salts: KeyArray, keys: KeyArray, weights: Weights, number: IntArray, *, late: bool = False
) -> tuple[IntArray, IntArray, FloatArray]:
    """Rows, columns and times of the `number` clocks of each row that ring first.

    Rows come in no particular order, those of a row in order of columns.

    The clock of a pair of a salt and a key rings at -ln(1 - u) / weight, where u is a hash of the two (the
    uniform of `pair_uniform`), or at -ln(u) / weight, if one of a small u is to ring `late`; one of weight 0,
    never. Clocks that ring at once do so in order of columns. Fewer than `number` are found where fewer ever
    ring. `weights` are asked for a few rows at a time, and now and then again.
    """
    # A clock that rings by a time t has u <= -ln(1 - u) <= weight t, so that only few logarithms are
    # needed. Which t is tried says how many, and nothing of the result.
    none = np.empty(0, dtype=np.int64)
    row, column, time = [none], [none], [np.empty(0)]
    open_: IntArray = np.flatnonzero(number > 0)
    for longer in _LONGER if len(open_) else ():
        still = [none]
        for rows, by, of, where, clock in _rung(salts, keys, weights, number, open_, longer, late):
            there = np.bincount(of, weights=clock <= by[of], minlength=len(rows)).astype(np.int64)
            done = (there >= number[rows]) | (by >= _LONG)
            first = _earliest(of, clock, np.where(done, np.minimum(there, number[rows]), 0))
            row.append(rows[of[first]])
            column.append(where[first])
            time.append(clock[first])
            still.append(rows[~done])
        open_ = np.concatenate(still)
    return np.concatenate(row), np.concatenate(column), np.concatenate(time)


def first_of_few(
    salts: KeyArray,
    keys: KeyArray,
    row: IntArray,
    column: IntArray,
    weight: FloatArray,
    number: IntArray,
) -> tuple[IntArray, IntArray]:
    """As `first_to_ring`, where all clocks but those of `row` and `column`, in that order, never ring.

    `weight` is of each of these, and more than 0. The same are chosen; it takes as long as there are such
    clocks, not as there are keys.
    """
    hashed = subkeys(salts[row], keys[column])
    clock = -log(1 - fraction(hashed >> np.uint64(12), 52)) / weight
    there = np.bincount(row, minlength=len(number)).astype(np.int64)
    first = _earliest(row, clock, np.minimum(there, np.maximum(number, 0)))
    return row[first], column[first]


def _rung(
    salts: KeyArray,
    keys: KeyArray,
    weights: Weights,
    number: IntArray,
    rows: IntArray,
    longer: float,
    late: bool,
) -> Iterator[tuple[IntArray, FloatArray, IntArray, IntArray, FloatArray]]:
    """Batches of the rows; until when each is looked at; and all clocks that ring by then (and some later).

    Of a clock: the number of its row in the batch, its column and its time, in order of rows and columns.
    """
    step = max(1, _PAIRS // max(1, len(keys)))
    two = np.empty((2, step, len(keys)), dtype=np.uint64)
    batch: list[tuple[FloatArray, IntArray, IntArray, KeyArray, FloatArray]] = []
    first = early = 0
    for low in range(0, len(rows), step):
        some = rows[low : low + step]
        weight = weights(some)
        by = _until(weight, number[some], longer)
        # the upper half of the bits, rounded down, is at most u; what rounding takes from the limit is far
        # less than the factor adds. To turn all bits of u, which is never at an end, makes exactly 1 - u.
        at, hashed = hashed_below(salts[some], keys, weight, by * _MORE, two, turned=late)
        of, column = np.divmod(at, len(keys))
        batch.append((by, of + (low - first), column, hashed, weight.ravel()[at]))
        early += len(at)
        if early >= _EARLY or low + step >= len(rows):
            by, of, column, hashed, weight = map(np.concatenate, zip(*batch, strict=True))
            u = fraction(hashed >> np.uint64(12), 52)
            yield rows[first : low + step], by, of, column, -log(1 - u) / weight
            batch, first, early = [], low + step, 0


def _until(weight: FloatArray, number: IntArray, longer: float) -> FloatArray:
    """A time by which more than `number` clocks of each row have probably rung, or `longer` times that."""
    time = np.full(len(weight), _LONG)
    if longer < np.inf:
        total, squares = weight.sum(axis=1), _squares(weight)
        enough = number + _SPARE * np.sqrt(number) + 1
        # at least total t - squares t² / 2 ring by t, which has its greatest value at total / squares; if
        # that is too few, later by a guess, unless the weights are of so few that all clocks are looked at
        short = 2 * squares * enough / np.maximum(total * total, _LEAST)
        some = np.flatnonzero((short < _FEW) & (squares > 0))
        short = short[some]
        share = np.where(short < 1, 1 - np.sqrt(np.maximum(1 - short, 0)), short * short)
        time[some] = longer * share * total[some] / squares[some]
    return time


def _squares(weight: FloatArray) -> FloatArray:
    """The sum of squares of each row, in pieces so short that no library starts threads, which then wait."""
    found = np.zeros(len(weight))
    for low in range(0, weight.shape[1], _SHORT):
        piece = weight[:, low : low + _SHORT]
        found += np.vecdot(piece, piece)
    return found


def _earliest(row: IntArray, clock: FloatArray, number: IntArray) -> IntArray:
    """Of clocks in order of rows and columns, the `number` of each row that ring first; there are so many."""
    counts = np.bincount(row, minlength=len(number))
    table = np.full((len(number), int(counts.max(initial=0)) + 1), np.inf)
    table[np.arange(table.shape[1]) < counts[:, None]] = clock
    table.sort(axis=1)
    last = np.where(number > 0, table[np.arange(len(number)), number - 1], -np.inf)
    kept: IntArray = np.flatnonzero(clock <= last[row])
    excess = np.bincount(row[kept], minlength=len(number)) - number
    for i in np.flatnonzero(excess).tolist():  # clocks that ring at once: hardly ever
        tied = np.flatnonzero((row[kept] == i) & (clock[kept] == last[i]))
        kept = np.delete(kept, tied[len(tied) - excess[i] :])
    return kept
