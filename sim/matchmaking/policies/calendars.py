"""Calendars: everybody's free slots while a timetable is filled, as bits of whole numbers.

A participant with several delegates has a calendar for each; bit t of a calendar is slot t.
"""

from __future__ import annotations

import numpy as np

from sim.matchmaking.policies.musts import pledged
from sim.matchmaking.problem.problem import UNSCHEDULED, BoolArray, Problem
from sim.matchmaking.problem.rules import lasting, rules_of
from sim.matchmaking.wishes.affinity import IntArray

__all__ = ["Calendars", "own_slots"]


class Calendars:
    """What is still free in a problem, one meeting after the other.

    They begin with the meetings of `slot` (requests,), which must keep the rules; if that is left
    out, with the must-meets, as many as can be held, and nothing else.
    """

    def __init__(self, problem: Problem, slot: IntArray | None = None) -> None:
        room = problem.room
        self.free = _bits(room > 0)  # somebody of the participant's is free
        for i in np.flatnonzero(problem.most == 0).tolist():
            self.free[i] = 0
        self._spare: dict[int, list[int]] = {}  # the calendars of further delegates, most first
        several = np.flatnonzero(problem.delegates > 1)
        for level in range(int(room.max(initial=0)), 1, -1):
            for i, bits in zip(several.tolist(), _bits(room[several] >= level), strict=True):
                if bits:
                    self._spare.setdefault(i, []).append(bits)
        self._left = problem.most.tolist()  # meetings
        self._tables = problem.tables.tolist()
        self.tables = sum(1 << t for t, count in enumerate(self._tables) if count)  # slots with one
        self.a: list[int] = problem.a.tolist()
        self.b: list[int] = problem.b.tolist()
        self._others: dict[int, list[int]] = {}
        for request, who in [] if problem.others is None else problem.others.tolist():
            self._others.setdefault(request, []).append(who)
        self.slot = [UNSCHEDULED] * problem.requests
        self._length: list[int] | None = None if problem.length is None else problem.length.tolist()
        self._runs = {} if self._length is None else _runs(problem)  # where meetings of a length can begin
        self._own = own_slots(problem)
        self._rules = tuple(rules_of(problem).values())
        begin = pledged(problem) if slot is None else slot
        for request in np.flatnonzero(begin != UNSCHEDULED).tolist():
            self.put(request, int(begin[request]))

    def open(self, request: int) -> int:
        """The slots, as bits, in which this meeting can be held; 0 if it has a slot already."""
        if self.slot[request] != UNSCHEDULED:
            return 0
        slots = self.free[self.a[request]] & self.free[self.b[request]] & self.tables
        if self._others:
            for i in self._others.get(request, ()):
                slots &= self.free[i]
        if self._length is not None and self._length[request] > 1:
            slots = lasting(slots, self._length[request]) & self._runs[self._length[request]]
        if slots and self._own is not None:
            slots &= self._own[request]
        if slots:
            for rule in self._rules:
                slots &= rule.open(request)
        return slots

    def put(self, request: int, slot: int) -> None:
        """Hold this request's meeting in a slot that is open to it."""
        self.slot[request] = slot
        length = 1 if self._length is None else self._length[request]
        for t in range(slot, slot + length):
            self._tables[t] -= 1
            if not self._tables[t]:
                self.tables &= ~(1 << t)
        taken = ((1 << length) - 1) << slot
        self._take(self.a[request], taken)
        self._take(self.b[request], taken)
        for i in self._others.get(request, ()):
            self._take(i, taken)
        for rule in self._rules:
            rule.put(request, slot)

    def slots(self) -> IntArray:
        """The slot of each request, -1 if it has none."""
        return np.array(self.slot, dtype=np.int64)

    def _take(self, who: int, slots: int) -> None:
        self._left[who] -= 1
        if not self._left[who]:
            self.free[who] = 0
            return
        for number, spare in enumerate(self._spare.get(who, ())):
            self._spare[who][number] = spare & ~slots
            slots &= ~spare  # in these there is nobody else
        self.free[who] &= ~slots


def _runs(problem: Problem) -> dict[int, int]:
    """The slots, as bits, from which on so many follow each other directly, by their number."""
    length = np.unique(problem.lengths)
    begins = problem.begins(np.ones((len(length), problem.slots), dtype=np.bool_), length)
    return dict(zip(length.tolist(), _bits(begins), strict=True))


def own_slots(problem: Problem) -> list[int] | None:
    """The slots, as bits, that vetoes, fixed slots and kept tables leave each request; None if all."""
    if problem.veto is None and problem.fixed is None and problem.home is None:
        return None
    own = [-1] * problem.requests
    if problem.fixed is not None:
        own = [-1 if t == UNSCHEDULED else 1 << t for t in problem.fixed.tolist()]
    if problem.home is not None:
        there = _bits(problem.begins(problem.has_table(np.arange(problem.requests)), problem.lengths))
        own = [one & other for one, other in zip(own, there, strict=True)]
    for request in [] if problem.veto is None else np.flatnonzero(problem.veto).tolist():
        own[request] = 0
    return own


def _bits(slots: BoolArray) -> list[int]:
    packed = np.packbits(slots, axis=1, bitorder="little")
    return [int.from_bytes(row.tobytes(), "little") for row in packed]
