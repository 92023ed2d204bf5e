"""Rules that bind a timetable beyond calendars and tables, while it is filled meeting by meeting.

Each says which slots it leaves open to a request, as bits of whole numbers, given what was put.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from sim.matchmaking.problem.problem import UNSCHEDULED, BoolArray, Problem
from sim.matchmaking.wishes.affinity import IntArray

__all__ = ["Rule", "rules_of", "too_near", "windows"]


class Rule(Protocol):
    """One kind of rule of one problem."""

    def open(self, request: int) -> int:
        """The slots, as bits, that the rule leaves open to this request."""

    def put(self, request: int, slot: int) -> None:
        """Take note of a meeting."""


def rules_of(problem: Problem) -> dict[str, Rule]:
    """The rules that a problem has, by name, in the order in which reasons are sought."""
    found: dict[str, Rule] = {}
    if problem.pool is not None and (problem.pool != UNSCHEDULED).any():
        found["interpreters"] = _Interpreters(problem)
    if problem.in_row is not None and (problem.in_row < problem.slots).any():
        found["in_row"] = _InRow(problem)
    if problem.most_a_day is not None:
        found["a_day"] = _Quotas(problem, *_by_day(problem, problem.most_a_day))
    if problem.busiest is not None and problem.spans is not None:
        found["free"] = _Quotas(problem, problem.spans, problem.busiest)
    if problem.most_days is not None:
        found["days"] = _Days(problem)
    if problem.place is not None:
        found["walking"] = _Walking(problem)
    if problem.before is not None and len(problem.before):
        found["order"] = _Order(problem)
    if problem.alternatives is not None:
        found["alternatives"] = _Alternatives(problem)
    return found


def windows(problem: Problem, length: int) -> list[tuple[int, ...]]:
    """All runs of this many slots in which each follows the one before directly."""
    follows = problem.follows
    return [
        tuple(range(t, t + length))
        for t in range(problem.slots - length + 1)
        if follows[t : t + length - 1].all()
    ]


def too_near(problem: Problem, slot: int, there: int, back: int) -> int:
    """Slots (bits) too near to this one: earlier ones `there` ms, later ones `back` ms of walk away."""
    number = np.arange(problem.slots)
    earlier = (problem.start[slot] - problem.end < there) & (number < slot)
    later = (problem.start - problem.end[slot] < back) & (number > slot)
    near: list[int] = np.flatnonzero(earlier | later).tolist()
    return sum(1 << t for t in near)


class _Interpreters:
    """No more meetings of a pool in a slot than it has interpreters."""

    def __init__(self, problem: Problem) -> None:
        assert problem.pool is not None
        assert problem.interpreters is not None
        self._pool: list[int] = problem.pool.tolist()
        self._left: list[list[int]] = problem.interpreters.tolist()
        self._every = (1 << problem.slots) - 1
        self._free = [sum(1 << t for t, left in enumerate(row) if left) for row in self._left]

    def open(self, request: int) -> int:
        pool = self._pool[request]
        return self._every if pool == UNSCHEDULED else self._free[pool]

    def put(self, request: int, slot: int) -> None:
        pool = self._pool[request]
        if pool != UNSCHEDULED:
            self._left[pool][slot] -= 1
            if not self._left[pool][slot]:
                self._free[pool] &= ~(1 << slot)


class _InRow:
    """No participant has meetings in more slots on end than he may."""

    def __init__(self, problem: Problem) -> None:
        assert problem.in_row is not None
        self._a: list[int] = problem.a.tolist()
        self._b: list[int] = problem.b.tolist()
        bound = problem.in_row < problem.slots
        self._shut = [0] * problem.participants
        self._windows: dict[int, list[tuple[int, ...]]] = {}
        self._most: dict[int, int] = {}  # meetings in a window
        self._row: dict[int, int] = {}
        self._held: dict[int, list[int]] = {}  # in each window
        delegates = problem.delegates
        for i in np.flatnonzero(bound).tolist():
            row = int(problem.in_row[i])
            if row not in self._windows:
                self._windows[row] = windows(problem, row + 1)
            self._row[i], self._most[i] = row, row * int(delegates[i])
            self._held[i] = [0] * len(self._windows[row])
            if not self._most[i]:
                self._shut[i] = -1

    def open(self, request: int) -> int:
        return ~(self._shut[self._a[request]] | self._shut[self._b[request]])

    def put(self, request: int, slot: int) -> None:
        for i in (self._a[request], self._b[request]):
            if i not in self._row:
                continue
            for w, window in enumerate(self._windows[self._row[i]]):
                if window[0] <= slot <= window[-1]:
                    self._held[i][w] += 1
                    if self._held[i][w] >= self._most[i]:
                        self._shut[i] |= sum(1 << t for t in window)


class _Quotas:
    """Nobody has more meetings in a span of slots than he may."""

    def __init__(self, problem: Problem, spans: BoolArray, most: IntArray) -> None:
        """`spans` are (spans, slots), `most` are (participants, spans)."""
        self._a: list[int] = problem.a.tolist()
        self._b: list[int] = problem.b.tolist()
        self._within = [np.flatnonzero(spans[:, t]).tolist() for t in range(problem.slots)]
        self._bits = [sum(1 << t for t in np.flatnonzero(span).tolist()) for span in spans]
        self._left: list[list[int]] = most.tolist()
        self._shut = [0] * problem.participants
        for i, s in zip(*(each.tolist() for each in np.nonzero(most <= 0)), strict=True):
            self._shut[i] |= self._bits[s]

    def open(self, request: int) -> int:
        return ~(self._shut[self._a[request]] | self._shut[self._b[request]])

    def put(self, request: int, slot: int) -> None:
        for i in (self._a[request], self._b[request]):
            left = self._left[i]
            for s in self._within[slot]:
                left[s] -= 1
                if left[s] <= 0:
                    self._shut[i] |= self._bits[s]


def _by_day(problem: Problem, most: IntArray) -> tuple[BoolArray, IntArray]:
    """Each day as a span, and so much for everybody in each."""
    day = problem.days
    spans = np.arange(int(day.max(initial=-1)) + 1)[:, None] == day
    return spans, np.broadcast_to(most[:, None], (problem.participants, len(spans)))


class _Days:
    """Nobody has meetings on more days than he may."""

    def __init__(self, problem: Problem) -> None:
        assert problem.most_days is not None
        self._a: list[int] = problem.a.tolist()
        self._b: list[int] = problem.b.tolist()
        day = problem.days
        bits = [
            sum(1 << t for t in np.flatnonzero(day == d).tolist())
            for d in range(int(day.max(initial=-1)) + 1)
        ]
        self._day = [bits[d] for d in day.tolist()]  # of each slot
        self._left: list[int] = problem.most_days.tolist()
        self._used = [0] * problem.participants

    def open(self, request: int) -> int:
        slots = -1
        for i in (self._a[request], self._b[request]):
            if self._left[i] <= 0:
                slots &= self._used[i]
        return slots

    def put(self, request: int, slot: int) -> None:
        for i in (self._a[request], self._b[request]):
            if not self._used[i] >> slot & 1:
                self._used[i] |= self._day[slot]
                self._left[i] -= 1


class _Walking:
    """Whoever holds one meeting at once has the time to walk between any two of them."""

    def __init__(self, problem: Problem) -> None:
        assert problem.place is not None
        assert problem.walk is not None
        self._problem = problem
        self._a: list[int] = problem.a.tolist()
        self._b: list[int] = problem.b.tolist()
        self._alone = (problem.delegates <= 1).tolist()
        self._place: list[int] = problem.place.tolist()
        self._walk: list[list[int]] = problem.walk.tolist()
        self._been: list[list[tuple[int, int]]] = [[] for _ in range(problem.participants)]
        self._near: dict[tuple[int, int, int], int] = {}

    def open(self, request: int) -> int:
        here, shut = self._place[request], 0
        if here == UNSCHEDULED:
            return -1
        for i in (self._a[request], self._b[request]):
            for slot, place in self._been[i]:
                key = (slot, self._walk[here][place], self._walk[place][here])
                if key not in self._near:
                    self._near[key] = too_near(self._problem, *key)
                shut |= self._near[key]
        return ~shut

    def put(self, request: int, slot: int) -> None:
        place = self._place[request]
        for i in (self._a[request], self._b[request]):
            if place != UNSCHEDULED and self._alone[i]:
                self._been[i].append((slot, place))


class _Alternatives:
    """Of each group of offers one is held at most."""

    def __init__(self, problem: Problem) -> None:
        assert problem.alternatives is not None
        self._group: list[int] = problem.alternatives.tolist()
        self._held: set[int] = set()

    def open(self, request: int) -> int:
        return 0 if self._group[request] in self._held else -1

    def put(self, request: int, slot: int) -> None:
        if self._group[request] != UNSCHEDULED:
            self._held.add(self._group[request])


class _Order:
    """Some requests are held before others, if both are held."""

    def __init__(self, problem: Problem) -> None:
        assert problem.before is not None
        self._open: dict[int, int] = {}
        self._later: dict[int, list[int]] = {}
        self._earlier: dict[int, list[int]] = {}
        for first, second in problem.before.tolist():
            self._later.setdefault(first, []).append(second)
            self._earlier.setdefault(second, []).append(first)

    def open(self, request: int) -> int:
        return self._open.get(request, -1)

    def put(self, request: int, slot: int) -> None:
        for other in self._later.get(request, ()):
            self._open[other] = self._open.get(other, -1) & -(2 << slot)
        for other in self._earlier.get(request, ()):
            self._open[other] = self._open.get(other, -1) & ((1 << slot) - 1)
