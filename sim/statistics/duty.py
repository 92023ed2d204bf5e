"""Time of staff on duty, and how much of an interval falls within it."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from sim.floor.arrays import IntArray, Staff
from sim.floor.index import owners
from sim.statistics.reading import DAY, Integers, moments

__all__ = ["Duty"]


class Duty:
    """Members of staff on duty by intervals, up to the end of the expo."""

    def __init__(self, staff: Staff, end: int) -> None:
        self._first = staff.shift_index[:-1]
        self._from = np.minimum(staff.shift_from, end)
        self._to = np.minimum(staff.shift_to, end)
        member = owners(staff.shift_index)
        key = moments(member, self._from)
        self._key = np.append(key, np.iinfo(np.int64).max)  # beyond the last none begins
        # before each day of each member, and after the last, so many shifts have begun: his, and others'
        self._days = int(self._from.max(initial=0)) // DAY + 2
        every = np.arange(len(self._first))[:, None]
        begun = np.searchsorted(key, moments(every, np.arange(self._days) * DAY))
        self._most = int(np.diff(begun, axis=1).max(initial=0))  # on one day of one member
        self._begun = begun.ravel()
        self._before = np.concatenate(([0], np.cumsum(self._to - self._from)))
        self._last = staff.shift_index[1:]

    @cached_property
    def total(self) -> IntArray:
        """Duty of each member over the whole expo, ms."""
        return self._before[self._last] - self._before[self._first]

    def until(self, member: Integers, time: Integers) -> IntArray:
        """Duty of each `member` before each `time`, ms."""
        if not len(self._from):
            return np.zeros(len(member), dtype=np.int64)
        now = moments(member, time)
        shift = self._begun.take(member * self._days + np.minimum(time // DAY, self._days - 1))
        for _ in range(self._most):
            shift += self._key.take(shift) <= now
        shift -= 1
        begun = shift >= self._first[member]
        shift = np.maximum(shift, 0)
        inside = np.minimum(time, self._to[shift]) - self._from[shift]
        duty = self._before[shift] - self._before[self._first[member]] + inside
        return np.where(begun, duty, 0)

    def within(self, member: Integers, begin: Integers, end: Integers) -> IntArray:
        """Of each interval, the part in which `member` was on duty, ms."""
        return self.until(member, end) - self.until(member, begin)
