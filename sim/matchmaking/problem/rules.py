"""Rules that bind a timetable beyond calendars and tables, while it is filled meeting by meeting.

Each says which slots it leaves open to a request, as bits of whole numbers, given what was put.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from sim.matchmaking.problem.problem import NO_LIMIT, UNSCHEDULED, Problem
from sim.matchmaking.wishes.affinity import IntArray

__all__ = ["Rule", "lasting", "rules_of", "too_near", "windows"]


class Rule(Protocol):
    """One kind of rule of one problem."""

    def open(self, request: int) -> int:
        """The slots, as bits, in which the rule lets this request's meeting begin."""

    def put(self, request: int, slot: int) -> None:
        """Take note of a meeting."""


def rules_of(problem: Problem) -> dict[str, Rule]:
    """The rules that a problem has, by name, in the order in which reasons are sought."""
    found: dict[str, Rule] = {}
    if problem.pool is not None and (problem.pool != UNSCHEDULED).any():
        assert problem.interpreters is not None
        found["interpreters"] = _Shared(problem, problem.pool, problem.interpreters)
    if problem.place is not None and problem.rooms is not None:
        found["places"] = _Shared(problem, problem.place, problem.rooms)
    if problem.in_row is not None and (problem.in_row < problem.slots).any():
        found["in_row"] = _in_row(problem)
    if problem.most_a_day is not None:
        found["a_day"] = _ADay(problem)
    if problem.busiest is not None:
        found["free"] = _free(problem, problem.busiest)
    if problem.most_days is not None:
        found["days"] = _Days(problem)
    if problem.walk is not None and problem.walk.any():
        found["walking"] = _Walking(problem)
    if problem.rest is not None and (problem.rest > 0).any():
        found["rest"] = _Rest(problem)
    if problem.length is not None and (problem.steady < problem.tables).any():
        found["tables"] = _SteadyTables(problem)
    if problem.before is not None and len(problem.before):
        found["order"] = _Order(problem)
    if problem.home is not None:
        found["home"] = _Home(problem)
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


def lasting(slots: int, length: int) -> int:
    """The slots (bits) from which on so many on end are among these."""
    for _ in range(length - 1):
        slots &= slots >> 1
    return slots


def too_near(problem: Problem, meeting: tuple[int, int], there: int, back: int, length: int = 1) -> int:
    """Slots (bits) in which a meeting would begin too near to this one, given its first and last slot.

    It takes `length` slots; from an earlier one it is `there` ms of walk, to a later one `back` ms.
    """
    begins, number = np.arange(problem.slots - length + 1), np.arange(length - 1, problem.slots)
    first, last = meeting
    earlier = (problem.start[first] - problem.end[number] < there) & (number < first)
    later = (problem.start[begins] - problem.end[last] < back) & (begins > last)
    near: list[int] = np.flatnonzero(earlier | later).tolist()
    return sum(1 << t for t in near)


class _OfPeople:
    """What rules of people share: who is in each meeting, and how many slots it takes."""

    def __init__(self, problem: Problem) -> None:
        self.people = problem.members
        self._length: list[int] | None = None if problem.length is None else problem.length.tolist()

    def length(self, request: int) -> int:
        """The slots that a meeting takes."""
        return 1 if self._length is None else self._length[request]

    def shut(self, request: int, by: list[int]) -> int:
        """The slots (bits) that are shut to a request, where those of each participant are shut to him."""
        shut = 0
        for i in self.people[request]:
            shut |= by[i]
        return shut

    def open_but(self, request: int, by: list[int]) -> int:
        """The slots in which a meeting could begin, if it may not be in any that is shut."""
        return lasting(~self.shut(request, by), self.length(request))


class _Shared:
    """No more meetings of a pool in a slot than it has interpreters, or at a place than it has room for."""

    def __init__(self, problem: Problem, pool: IntArray, room: IntArray) -> None:
        """`pool` (requests,), -1 for none, have `room` (pools, slots)."""
        self._pool: list[int] = pool.tolist()
        self._length: list[int] = problem.lengths.tolist()
        self._left: list[list[int]] = room.tolist()
        self._every = (1 << problem.slots) - 1
        self._free = [sum(1 << t for t, left in enumerate(row) if left) for row in self._left]

    def open(self, request: int) -> int:
        pool = self._pool[request]
        return self._every if pool == UNSCHEDULED else lasting(self._free[pool], self._length[request])

    def put(self, request: int, slot: int) -> None:
        pool = self._pool[request]
        for t in range(slot, slot + self._length[request]) if pool != UNSCHEDULED else ():
            self._left[pool][t] -= 1
            if not self._left[pool][t]:
                self._free[pool] &= ~(1 << t)


class _SteadyTables:
    """Meetings of several slots keep to tables that all slots of a run have."""

    def __init__(self, problem: Problem) -> None:
        kept = problem.own_table != UNSCHEDULED
        self._length: list[int] = np.where(kept, 1, problem.lengths).tolist()
        self._left: list[int] = problem.steady.tolist()
        self._shut = sum(1 << t for t, left in enumerate(self._left) if not left)

    def open(self, request: int) -> int:
        length = self._length[request]
        return -1 if length == 1 else lasting(~self._shut, length)

    def put(self, request: int, slot: int) -> None:
        length = self._length[request]
        for t in range(slot, slot + length) if length > 1 else ():
            self._left[t] -= 1
            if not self._left[t]:
                self._shut |= 1 << t


class _Home:
    """A table that somebody keeps has one of his meetings at a time."""

    def __init__(self, problem: Problem) -> None:
        self._table: list[int] = problem.own_table.tolist()
        self._length: list[int] = problem.lengths.tolist()
        self._shut: dict[int, int] = {}

    def open(self, request: int) -> int:
        return lasting(~self._shut.get(self._table[request], 0), self._length[request])

    def put(self, request: int, slot: int) -> None:
        table = self._table[request]
        if table != UNSCHEDULED:
            taken = ((1 << self._length[request]) - 1) << slot
            self._shut[table] = self._shut.get(table, 0) | taken


class _Spans(_OfPeople):
    """Nobody has meetings in more slots of a span than he may (a meeting of two slots is in both)."""

    def __init__(
        self, problem: Problem, spans: list[list[int]], most: dict[int, list[tuple[int, int]]]
    ) -> None:
        """`spans` are lists of slots; `most` are, of each participant, the spans and the most of each."""
        super().__init__(problem)
        self._bits = [sum(1 << t for t in span) for span in spans]
        self._slots = spans
        self._within: list[list[int]] = [[] for _ in range(problem.slots)]
        for s, span in enumerate(spans):
            for t in span:
                self._within[t].append(s)
        self._left = {i: dict(own) for i, own in most.items()}
        self._shut = [0] * problem.participants
        for i, own in self._left.items():
            for s, left in own.items():
                if left <= 0:
                    self._shut[i] |= self._bits[s]

    def open(self, request: int) -> int:
        slots = self.open_but(request, self._shut)
        length = self.length(request)
        if length > 1 and slots:
            for i in self.people[request]:
                for s, left in self._left.get(i, {}).items():
                    slots &= ~self._too_many(s, length, left)
        return slots

    def put(self, request: int, slot: int) -> None:
        for i in self.people[request]:
            left = self._left.get(i)
            for t in range(slot, slot + self.length(request)) if left else ():
                for s in self._within[t]:
                    if left and s in left:
                        left[s] -= 1
                        if left[s] <= 0:
                            self._shut[i] |= self._bits[s]

    def _too_many(self, span: int, length: int, left: int) -> int:
        """Where a meeting of this length would be in more slots of the span than are left."""
        if length <= left:
            return 0
        bits, found = self._bits[span], 0
        for t in range(max(0, self._slots[span][0] - length + 1), self._slots[span][-1] + 1) if bits else ():
            if (bits >> t & ((1 << length) - 1)).bit_count() > left:
                found |= 1 << t
        return found


def _in_row(problem: Problem) -> _Spans:
    """No participant has meetings in more slots on end than he may."""
    assert problem.in_row is not None
    spans: list[list[int]] = []
    of: dict[int, range] = {}  # the windows of each number
    most: dict[int, list[tuple[int, int]]] = {}
    for i in np.flatnonzero(problem.in_row < problem.slots).tolist():
        row = int(problem.in_row[i])
        if row not in of:
            first = len(spans)
            spans += [list(window) for window in windows(problem, row + 1)]
            of[row] = range(first, len(spans))
        most[i] = [(s, row * int(problem.delegates[i])) for s in of[row]]
    return _Spans(problem, spans, most)


def _free(problem: Problem, busiest: IntArray) -> _Spans:
    """Everybody has as many slots free in each span as he keeps."""
    assert problem.spans is not None
    spans: list[list[int]] = [np.flatnonzero(span).tolist() for span in problem.spans]
    most: dict[int, list[tuple[int, int]]] = {}
    for i, s in zip(*(each.tolist() for each in np.nonzero(busiest < NO_LIMIT)), strict=True):
        most.setdefault(i, []).append((s, int(busiest[i, s])))
    return _Spans(problem, spans, most)


class _ADay(_OfPeople):
    """Nobody has more meetings on a day than he may."""

    def __init__(self, problem: Problem) -> None:
        assert problem.most_a_day is not None
        super().__init__(problem)
        self._day: list[int] = problem.days.tolist()
        self._bits = _day_bits(problem)
        self._left = [[most] * len(self._bits) for most in problem.most_a_day.tolist()]
        every = sum(self._bits)
        self._shut = [0 if most else every for most in problem.most_a_day.tolist()]

    def open(self, request: int) -> int:
        return ~self.shut(request, self._shut)

    def put(self, request: int, slot: int) -> None:
        day = self._day[slot]
        for i in self.people[request]:
            self._left[i][day] -= 1
            if self._left[i][day] <= 0:
                self._shut[i] |= self._bits[day]


def _day_bits(problem: Problem) -> list[int]:
    """The slots of each day, as bits."""
    day = problem.days
    days = range(int(day.max(initial=-1)) + 1)
    return [sum(1 << t for t in np.flatnonzero(day == d).tolist()) for d in days]


class _Days(_OfPeople):
    """Nobody has meetings on more days than he may."""

    def __init__(self, problem: Problem) -> None:
        assert problem.most_days is not None
        super().__init__(problem)
        bits = _day_bits(problem)
        self._day = [bits[d] for d in problem.days.tolist()]  # of each slot
        self._left: list[int] = problem.most_days.tolist()
        self._used = [0] * problem.participants

    def open(self, request: int) -> int:
        slots = -1
        for i in self.people[request]:
            if self._left[i] <= 0:
                slots &= self._used[i]
        return slots

    def put(self, request: int, slot: int) -> None:
        for i in self.people[request]:
            if not self._used[i] >> slot & 1:
                self._used[i] |= self._day[slot]
                self._left[i] -= 1


class _Rest(_OfPeople):
    """Everybody rests between his meetings (each of several delegates between his own)."""

    def __init__(self, problem: Problem) -> None:
        assert problem.rest is not None
        super().__init__(problem)
        self._problem = problem
        self._rest: list[int] = problem.rest.tolist()
        self._most: list[int] = problem.delegates.tolist()
        self._held: dict[int, list[int]] = {
            i: [0] * problem.slots for i, rest in enumerate(self._rest) if rest > 0
        }
        self._taken: dict[tuple[int, int, int], range] = {}
        self._lengths: list[int] = np.unique(problem.lengths).tolist()
        self._shut: dict[tuple[int, int], int] = {}  # to meetings of each length, of each participant

    def open(self, request: int) -> int:
        shut, length = 0, self.length(request)
        for i in self.people[request]:
            shut |= self._shut.get((i, length), 0)
        return ~shut

    def put(self, request: int, slot: int) -> None:
        for i in self.people[request]:
            if i not in self._held:
                continue
            held = self._held[i]
            for t in self._times(slot, self.length(request), self._rest[i]):
                held[t] += 1
                if held[t] == self._most[i]:
                    for length in self._lengths:
                        begins = (
                            1 << s
                            for s in range(t + 1)
                            if s + length <= self._problem.slots
                            and t in self._times(s, length, self._rest[i])
                        )
                        self._shut[i, length] = self._shut.get((i, length), 0) | sum(begins)

    def _times(self, slot: int, length: int, rest: int) -> range:
        """The slots that begin while a meeting lasts, or the rest after it."""
        key = (slot, length, rest)
        if key not in self._taken:
            over = self._problem.end[slot + length - 1] + rest
            self._taken[key] = range(slot, int(np.searchsorted(self._problem.start, over, side="left")))
        return self._taken[key]


class _Walking(_OfPeople):
    """Whoever holds one meeting at once has the time to walk between any two of them."""

    def __init__(self, problem: Problem) -> None:
        assert problem.place is not None
        assert problem.walk is not None
        super().__init__(problem)
        self._problem = problem
        self._alone = (problem.delegates <= 1).tolist()
        self._place: list[int] = problem.place.tolist()
        self._walk: list[list[int]] = problem.walk.tolist()
        self._been: list[list[tuple[int, int, int]]] = [[] for _ in range(problem.participants)]
        self._near: dict[tuple[int, int, int, int, int], int] = {}

    def open(self, request: int) -> int:
        here, shut = self._place[request], 0
        if here == UNSCHEDULED:
            return -1
        length = self.length(request)
        for i in self.people[request]:
            for first, last, place in self._been[i]:
                there, back = self._walk[here][place], self._walk[place][here]
                key = (first, last, there, back, length)
                if key not in self._near:
                    self._near[key] = too_near(self._problem, (first, last), there, back, length)
                shut |= self._near[key]
        return ~shut

    def put(self, request: int, slot: int) -> None:
        place, last = self._place[request], slot + self.length(request) - 1
        for i in self.people[request]:
            if place != UNSCHEDULED and self._alone[i]:
                self._been[i].append((slot, last, place))


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
        self._length: list[int] = problem.lengths.tolist()
        self._later: dict[int, list[int]] = {}
        self._earlier: dict[int, list[int]] = {}
        for first, second in problem.before.tolist():
            self._later.setdefault(first, []).append(second)
            self._earlier.setdefault(second, []).append(first)

    def open(self, request: int) -> int:
        return self._open.get(request, -1)

    def put(self, request: int, slot: int) -> None:
        after = slot + self._length[request]
        for other in self._later.get(request, ()):
            self._open[other] = self._open.get(other, -1) & -(1 << after)
        for other in self._earlier.get(request, ()):
            ends = max(0, slot - self._length[other] + 1)
            self._open[other] = self._open.get(other, -1) & ((1 << ends) - 1)
