"""How many of some intervals hold at once, as a function of time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.floor.arrays import IntArray
from sim.sorting import order_of

__all__ = ["Curve", "curve", "means_of_bins", "peaks"]

Integers = npt.NDArray[np.integer[Any]]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Curve:
    """A step function: from `time[i]` on it is `level[i]`; 0 before the first."""

    time: IntArray  # ms, increasing
    level: IntArray

    @property
    def peak(self) -> int:
        """Greatest level; 0 if there are no steps."""
        return int(self.level.max(initial=0))

    @property
    def peak_time(self) -> int:
        """When it is first reached, ms; 0 if there are no steps."""
        return int(self.time[self.level.argmax()]) if len(self.time) else 0

    def at(self, time: npt.ArrayLike) -> IntArray:
        """Level at each time."""
        level = np.append(0, self.level)  # before the first step
        here: IntArray = level[np.searchsorted(self.time, time, side="right")]
        return here

    def area(self, at: Integers) -> Floats:
        """Integral from the beginning to each time `at`, in level times ms."""
        if not len(self.time):
            return np.zeros(len(at))
        before = np.concatenate(([0], np.cumsum(self.level[:-1] * np.diff(self.time))))
        step = np.searchsorted(self.time, at, side="right") - 1
        inside = before[step] + self.level[step] * (at - self.time[step])
        return np.where(step >= 0, inside, 0).astype(np.float64)

    def mean(self, edges: IntArray) -> Floats:
        """Mean level between each two neighbouring `edges` (ms, increasing)."""
        return np.diff(self.area(edges)) / np.diff(edges)

    def peak_between(self, edges: IntArray) -> IntArray:
        """Greatest level in each interval [edge, next edge)."""
        at_edge = np.searchsorted(self.time, edges, side="right") - 1
        level = np.concatenate(([0], self.level))  # step -1: before the first
        times = np.concatenate((edges, self.time))
        levels = np.concatenate((level[at_edge + 1], self.level))
        order = np.argsort(times, kind="stable")
        first = np.searchsorted(times[order], edges, side="left")
        return np.maximum.reduceat(levels[order], first)[:-1]


def curve(start: Integers, end: Integers, weight: Integers | None = None) -> Curve:
    """How many (or how much weight) of the intervals [start, end) cover each time.

    At one instant those that end are out before those that start are in.
    """
    ones = np.ones(len(start), dtype=np.int64) if weight is None else weight
    times = np.concatenate((start, end))
    changes = np.concatenate((ones, -ones))
    order = order_of(times)
    times, level = times[order], np.cumsum(changes[order])
    last = np.append(times[1:] != times[:-1], True) if len(times) else np.zeros(0, dtype=np.bool_)
    return Curve(times[last].astype(np.int64), level[last])


def means_of_bins(start: Integers, end: Integers, weight: Integers, size: int, n: int) -> Floats:
    """The mean level of `curve` in each of `n` bins of `size` ms from 0 on, without sorting.

    All intervals begin and end within the bins.
    """

    def area(moment: Integers) -> Floats:
        """The integral from 0 to each edge, the last left out, of levels that go up at each moment."""
        of = moment // size
        level = np.cumsum(np.bincount(of, weight, minlength=n))  # whole numbers far below 2^53: exact
        before = np.cumsum(np.bincount(of, weight * moment, minlength=n))
        integral: Floats = (np.arange(1, n + 1) * size * level - before).astype(np.float64)
        return integral

    means: Floats = np.diff(area(start) - area(end), prepend=0.0) / size
    return means


def peaks(
    group: Integers, n: int, start: Integers, end: Integers, weight: Integers | None = None
) -> tuple[IntArray, IntArray]:
    """Peak of `curve` in each of `n` groups and when it is first reached (ms)."""
    ones = np.ones(len(start), dtype=np.int64) if weight is None else weight
    groups = np.concatenate((group, group))
    times = np.concatenate((end, start))  # ends come before starts
    changes = np.concatenate((-ones, ones))
    order = order_of(times)
    order = order[order_of(groups[order])]
    level = np.cumsum(changes[order])  # every group ends at 0
    peak, when = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    np.maximum.at(peak, groups[order], level)
    first = np.flatnonzero((level == peak[groups[order]]) & (level > 0))[::-1]
    when[groups[order][first]] = times[order][first]
    return peak, when
