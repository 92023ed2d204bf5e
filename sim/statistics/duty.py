"""Time of staff on duty, and how much of an interval falls within it."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from sim.floor.arrays import IntArray, Staff
from sim.floor.index import owners
from sim.statistics.reading import Integers, apart, moments

__all__ = ["Duty"]


class Duty:
    """Members of staff on duty by intervals, up to the end of the expo."""

    def __init__(self, staff: Staff, end: int) -> None:
        self._first = staff.shift_index[:-1]
        self._from = np.minimum(staff.shift_from, end)
        self._to = np.minimum(staff.shift_to, end)
        member = owners(staff.shift_index)
        self._key = moments(member, self._from)
        self._before = np.concatenate(([0], np.cumsum(self._to - self._from)))
        self._last = staff.shift_index[1:]

    @cached_property
    def total(self) -> IntArray:
        """Duty of each member over the whole expo, ms."""
        return self._before[self._last] - self._before[self._first]

    def until(self, member: Integers, time: Integers) -> IntArray:
        """Duty of each `member` before each `time`, ms."""
        if not len(self._key):
            return np.zeros(len(member), dtype=np.int64)
        shift = np.searchsorted(self._key, moments(member, time), side="right") - 1
        begun = shift >= self._first[member]
        shift = np.maximum(shift, 0)
        inside = np.minimum(time, self._to[shift]) - self._from[shift]
        duty = self._before[shift] - self._before[self._first[member]] + inside
        return np.where(begun, duty, 0)

    def within(self, member: Integers, begin: Integers, end: Integers) -> IntArray:
        """Of each interval, the part in which `member` was on duty, ms."""
        return self.until(member, end) - self.until(member, begin)

    def by_booth(self, booth: IntArray, n: int, member: Integers, begin: Integers, end: Integers) -> IntArray:
        """The sum of `within` over the members of each of `n` booths; `booth` is that of each member.

        What is asked for in order is found much faster than `within` finds it.
        """

        def until(time: Integers) -> IntArray:
            who, when = apart(np.sort(moments(member, time)))
            # whole numbers below 2^53 are exact on the way
            return np.bincount(booth[who], self.until(who, when), minlength=n).astype(np.int64)

        return until(end) - until(begin)
