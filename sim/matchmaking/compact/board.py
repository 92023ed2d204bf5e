"""A timetable under change: meetings are put, taken and put back, and everybody's breaks are kept.

Slots are bits of whole numbers, as in `Calendars`, but between two days there is a bit that no meeting
ever has. So runs of busy slots never reach from one day into the next, and the breaks of a calendar are
its runs less its days with any meeting; both are counted without a loop. Where somebody cannot meet,
his runs are drawn on over those slots.
What may be where is known from the time-indexed programme: a meeting may be put into a slot if each row
of that column has room, whatever the rule that the row stands for. Days with meetings, which take
columns of their own there, are counted here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from sim.matchmaking.compact.waiting import idle_time, presence, wait_unit
from sim.matchmaking.problem.problem import UNSCHEDULED, BoolArray, Problem
from sim.matchmaking.problem.time_indexed import time_indexed
from sim.matchmaking.wishes.affinity import IntArray

__all__ = ["Board", "WaitingBoard", "bits"]

_NOWHERE: Final = -1  # the bit of a request that is not held


class Board:
    """The meetings of `slot` (requests,), which must keep the rules, and the slots that are open to others.

    Only the requests `only` are ever moved. `energy` is to be brought down: the sum of `price[n]` over
    the participants, n being the breaks of each, and of `worth[k]` over the requests not held.
    """

    def __init__(
        self, problem: Problem, slot: IntArray, only: BoolArray, price: Sequence[int], worth: Sequence[int]
    ) -> None:
        self._length: list[int] = problem.lengths.tolist()
        if problem.length is not None:
            # how others than those of one slot would move is not known here: they stay where they are
            held, longer = slot != UNSCHEDULED, problem.length > 1
            fixed = np.full(problem.requests, UNSCHEDULED) if problem.fixed is None else problem.fixed
            problem = replace(problem, fixed=np.where(longer & held, slot, fixed))
            only = only & (held | ~longer)
        programme = time_indexed(problem, only, helpers=False)
        day = problem.days
        self._bit = np.arange(problem.slots) + day
        width = int(self._bit.max(initial=-1)) + 2
        self.day: list[int] = [0] * width  # all slots of the day of each bit
        of: list[int] = [
            sum(1 << t for t in self._bit[day == d].tolist()) for d in range(int(day.max(initial=-1)) + 1)
        ]
        for t, d in zip(self._bit.tolist(), day.tolist(), strict=True):
            self.day[t] = of[d]
        self._firsts = sum(1 << int(self._bit[day == d][0]) for d in range(len(of)))
        self._days = None if problem.most_days is None else problem.most_days.tolist()
        self._every = sum(of)
        self._ends: int = (1 << width) - 1 - self._every
        self.people = problem.members
        open_ = np.zeros((problem.requests, width), dtype=np.bool_)
        open_[programme.request, self._bit[programme.slot]] = True
        self.domain = [int.from_bytes(row, "little") for row in np.packbits(open_, axis=1, bitorder="little")]
        self._first = np.searchsorted(programme.request, np.arange(problem.requests)).tolist()
        by_column = programme.rows.tocsc()
        self._row: list[int] = by_column.indices.tolist()
        self._times: list[int] = by_column.data.astype(np.int64).tolist()  # in the row
        self._from: list[int] = by_column.indptr.tolist()
        self._left: list[int] = programme.most.astype(np.int64).tolist()
        self._tables = [0] * width
        for t, tables in zip(self._bit.tolist(), problem.tables.tolist(), strict=True):
            self._tables[t] = tables
        away = np.zeros((problem.participants, width), dtype=np.bool_)
        away[:, self._bit] = ~presence(problem)
        self._away = [int.from_bytes(row, "little") for row in np.packbits(away, axis=1, bitorder="little")]
        self._back = [list(_shifts(mask)) for mask in self._away]
        self.full = 0  # slots without a table left
        self.now = [_NOWHERE] * problem.requests
        self.busy = [0] * problem.participants
        self.idle = [self._every] * problem.participants  # the slots of days without a meeting
        self.breaks = [0] * problem.participants
        self.held: list[dict[int, list[int]]] = [{} for _ in range(problem.participants)]
        self.within: list[dict[int, None]] = [{} for _ in range(width)]  # the meetings in each slot
        self.price, self.worth, self.energy = price, worth, 0
        self.work = 0  # moves, and looks at options
        self.moves: list[tuple[int, int]] = []  # what is not settled, with where it was before
        for request in np.flatnonzero(slot != UNSCHEDULED).tolist():
            self._put(request, int(self._bit[slot[request]]))
        self.value_by(price, worth)

    def value_by(self, price: Sequence[int], worth: Sequence[int]) -> None:
        """From now on, what `energy` counts."""
        self.price, self.worth = price, worth
        away = (value for value, now in zip(worth, self.now, strict=True) if now < 0)
        self.energy = sum(price[count] for count in self.breaks) + sum(away)

    def restore(self, now: Sequence[int]) -> None:
        """Put all requests where they were when `now` was copied."""
        for request, slot in enumerate(now):
            if slot != self.now[request]:
                self._set(request, slot)

    def slots(self) -> IntArray:
        """The slot of each request, -1 if it has none."""
        number = np.full(len(self.day) + 1, UNSCHEDULED, dtype=np.int64)
        number[self._bit] = np.arange(len(self._bit))
        return number[np.array(self.now, dtype=np.int64)]  # the last for those that are nowhere

    def move(self, request: int, to: int) -> None:
        """Put a request into this slot (-1: none), whatever the rules say; `undo` can take it back."""
        self.moves.append((request, self.now[request]))
        self._set(request, to)

    def settle(self) -> None:
        """Let what was moved stand."""
        self.moves.clear()

    def undo(self, moves: int = 0) -> None:
        """Take back all but so many moves."""
        while len(self.moves) > moves:
            self._set(*self.moves.pop())

    def fits(self, request: int, to: int) -> bool:
        """Whether a request that is not held may be put into this slot of its own."""
        left = self._left
        return all(left[row] >= count for row, count in self._rows(request, to)) and (
            self._days is None or all(self._days_with(i, to) <= self._days[i] for i in self.people[request])
        )

    def sound(self, request: int) -> bool:
        """Whether a meeting that was put keeps the rules where it is."""
        left, now = self._left, self.now[request]
        return all(left[row] >= 0 for row, _ in self._rows(request, now)) and (
            self._days is None or all(self._days_with(i, now) <= self._days[i] for i in self.people[request])
        )

    def taken(self, request: int) -> int:
        """The slots (bits) in which one of those in it has a meeting, or all tables are taken."""
        taken = self.full
        for i in self.people[request]:
            taken |= self.busy[i]
        return taken

    def options(self, request: int) -> tuple[int, int, list[tuple[int, int]]]:
        """What a request costs: where it is, if it was not held, and in other slots, the cheapest first.

        That is the price of the breaks of its people, and what it is worth if it is not held; the
        other slots (bits) are all that are its own, though other meetings may be in the way there. They
        are taken to make way and leave no break.
        """
        self.work += 1
        price, worth, now = self.price, self.worth[request], self.now[request]
        own = self.domain[request]
        here = leave = 0
        sides: list[tuple[int, int, int, int]] = []
        for i in self.people[request]:
            mask, idle, count = self.busy[i], self.idle[i], self.breaks[i]
            here += price[count]
            if now >= 0 and len(self.held[i][now]) == 1:
                mask ^= 1 << now
                if not mask & self.day[now]:
                    idle |= self.day[now]
                count = self._count(i, mask)
            leave += price[count]
            sides.append((i, mask, idle, count))
        if now >= 0:
            own &= ~(1 << now)
        else:
            here += worth
        found = self._found(own, *sides)
        found.sort()
        return here, leave + worth, found

    def idle_between(self, who: int, first: int, second: int) -> bool:
        """Whether somebody could meet in any slot between these two."""
        return bool(self._every & ~self._away[who] & ((1 << second) - (2 << first)))

    def _found(
        self, own: int, one: tuple[int, int, int, int], *others: tuple[int, int, int, int]
    ) -> list[tuple[int, int]]:
        """The price of these people's breaks with a meeting more in each slot of `own`.

        Of each: who, where he is busy, the days without a meeting of his, and his breaks.
        """
        found = [(c, both) for c, p in self._classes(*one) if (both := p & own)]
        for other in others:
            y = self._classes(*other)
            found = [(c + d, both) for c, p in found for d, q in y if (both := p & q)]
        return found

    def _classes(self, i: int, mask: int, idle: int, count: int) -> tuple[tuple[int, int], ...]:
        price, before, after = self.price, mask, mask
        if self._away[i]:
            before |= self._on(i, mask)
            for step, through in self._back[i]:
                after |= through & (after >> step)
        before, after = before << 1, after >> 1
        closes, opens = before & after & ~mask, ~(before | after | mask | idle)
        return (price[count - 1], closes), (price[count], ~(closes | opens)), (price[count + 1], opens)

    def _on(self, i: int, mask: int) -> int:
        """The slots right after a busy one in which somebody is away, up to where he is back."""
        away = self._away[i]
        return away & ~(away + (mask << 1 & away))

    def _days_with(self, i: int, to: int) -> int:
        """On how many days somebody has meetings, with one in this slot."""
        return (self._firsts & ~(self.idle[i] & ~self.day[to])).bit_count()

    def _rows(self, request: int, to: int) -> Iterator[tuple[int, int]]:
        column = self._first[request] + (self.domain[request] & ((1 << to) - 1)).bit_count()
        within = slice(self._from[column], self._from[column + 1])
        return zip(self._row[within], self._times[within], strict=True)

    def _count(self, i: int, mask: int) -> int:
        if self._away[i]:
            mask |= self._on(i, mask)
        return (mask & ~(mask << 1)).bit_count() - ((mask + self._every) & self._ends).bit_count()

    def _set(self, request: int, to: int) -> None:
        self.work += 1
        if self.now[request] >= 0:
            self._take(request)
        if to >= 0:
            self._put(request, to)

    def _put(self, request: int, to: int) -> None:
        for row, count in self._rows(request, to):
            self._left[row] -= count
        self.now[request] = to
        self.energy -= self.worth[request]
        for t in range(to, to + self._length[request]):
            self.within[t][request] = None
            if len(self.within[t]) >= self._tables[t]:
                self.full |= 1 << t
            for i in self.people[request]:
                if t in self.held[i]:
                    self.held[i][t].append(request)
                    continue
                self.held[i][t] = [request]
                self.busy[i] |= 1 << t
                self.idle[i] &= ~self.day[t]
                self._recount(i)

    def _take(self, request: int) -> None:
        now = self.now[request]
        for row, count in self._rows(request, now):
            self._left[row] += count
        self.now[request] = _NOWHERE
        self.energy += self.worth[request]
        for t in range(now, now + self._length[request]):
            del self.within[t][request]
            if len(self.within[t]) < self._tables[t]:
                self.full &= ~(1 << t)
            for i in self.people[request]:
                if len(self.held[i][t]) > 1:
                    self.held[i][t].remove(request)
                    continue
                del self.held[i][t]
                self.busy[i] ^= 1 << t
                if not self.busy[i] & self.day[t]:
                    self.idle[i] |= self.day[t]
                self._recount(i)

    def _recount(self, i: int) -> None:
        self.energy -= self.price[self.breaks[i]]
        self.breaks[i] = self._count(i, self.busy[i])
        self.energy += self.price[self.breaks[i]]


class WaitingBoard(Board):
    """A board whose prices are of how long people wait: `breaks` counts that, in units of `wait_unit`."""

    def __init__(
        self, problem: Problem, slot: IntArray, only: BoolArray, price: Sequence[int], worth: Sequence[int]
    ) -> None:
        bit = np.arange(problem.slots) + problem.days
        each = np.zeros((problem.participants, int(bit.max(initial=-1)) + 3), dtype=np.int64)
        each[:, bit + 1] = presence(problem) * (idle_time(problem) // wait_unit(problem))
        self._before: list[list[int]] = each.cumsum(axis=1).tolist()  # idle time before each bit
        super().__init__(problem, slot, only, price, worth)

    def _count(self, i: int, mask: int) -> int:
        before, count, last = self._before[i], 0, _NOWHERE
        for bit in bits(mask):
            if last >= 0 and self.day[last] == self.day[bit]:
                count += before[bit] - before[last + 1]
            last = bit
        return count

    def _found(
        self, own: int, one: tuple[int, int, int, int], *others: tuple[int, int, int, int]
    ) -> list[tuple[int, int]]:
        price, found = self.price, dict[int, int]()
        for bit in bits(own):
            cost = sum(price[count + self._more(i, mask, bit)] for i, mask, _, count in (one, *others))
            found[cost] = found.get(cost, 0) | 1 << bit
        return list(found.items())

    def _more(self, i: int, mask: int, bit: int) -> int:
        """How much longer somebody waits with a meeting more."""
        before, today = self._before[i], mask & self.day[bit]
        if not today or today >> bit & 1:
            return 0
        first, last = (today & -today).bit_length() - 1, today.bit_length() - 1
        if bit < first:
            return before[first] - before[bit + 1]
        return before[bit] - before[last + 1] if bit > last else before[bit] - before[bit + 1]


def _shifts(through: int) -> Iterator[tuple[int, int]]:
    """Steps by which bits spread down through these ones, each twice as long as the last."""
    step = 1
    while through:
        yield step, through
        through &= through >> step
        step *= 2


def bits(mask: int, start: int = 0) -> Iterator[int]:
    """The numbers of the bits of a mask, from `start` up and then those below."""
    below = (1 << start) - 1
    for part in (mask & ~below, mask & below):
        while part:
            lowest = part & -part
            part ^= lowest
            yield lowest.bit_length() - 1
