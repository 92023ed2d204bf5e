"""A timetable under change: meetings are put, taken and put back, and everybody's breaks are kept.

Slots are bits of whole numbers, as in `Calendars`, but between two days there is a bit that no meeting
ever has. So runs of busy slots never reach from one day into the next, and the breaks of a calendar are
its runs less its days with any meeting; both are counted without a loop.
What may be where is known from the time-indexed programme: a meeting may be put into a slot if each row
of that column has room, whatever the rule that the row stands for. Days with meetings, which take
columns of their own there, are counted here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from sim.matchmaking.compact.waiting import days
from sim.matchmaking.problem.problem import UNSCHEDULED, BoolArray, Problem
from sim.matchmaking.problem.time_indexed import time_indexed
from sim.matchmaking.wishes.affinity import IntArray

__all__ = ["Board", "bits"]

_NOWHERE: Final = -1  # the bit of a request that is not held


class Board:
    """The meetings of `slot` (requests,), which must keep the rules, and the slots that are open to others.

    Only the requests `only` are ever moved. `energy` is to be brought down: the sum of `price[n]` over
    the participants, n being the breaks of each, and of `worth[k]` over the requests not held.
    """

    def __init__(
        self, problem: Problem, slot: IntArray, only: BoolArray, price: Sequence[int], worth: Sequence[int]
    ) -> None:
        programme = time_indexed(problem, only, helpers=False)
        day = days(problem)
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
        self.a: list[int] = problem.a.tolist()
        self.b: list[int] = problem.b.tolist()
        open_ = np.zeros((problem.requests, width), dtype=np.bool_)
        open_[programme.request, self._bit[programme.slot]] = True
        self.domain = [int.from_bytes(row, "little") for row in np.packbits(open_, axis=1, bitorder="little")]
        self._first = np.searchsorted(programme.request, np.arange(problem.requests)).tolist()
        by_column = programme.rows.tocsc()
        self._row: list[int] = by_column.indices.tolist()
        self._from: list[int] = by_column.indptr.tolist()
        self._left: list[int] = programme.most.astype(np.int64).tolist()
        self._tables = [0] * width
        for t, tables in zip(self._bit.tolist(), problem.tables.tolist(), strict=True):
            self._tables[t] = tables
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
        return all(left[row] > 0 for row in self._rows(request, to)) and (
            self._days is None or all(self._days_with(i, to) <= self._days[i] for i in self._sides(request))
        )

    def sound(self, request: int) -> bool:
        """Whether a meeting that was put keeps the rules where it is."""
        left, now = self._left, self.now[request]
        return all(left[row] >= 0 for row in self._rows(request, now)) and (
            self._days is None or all(self._days_with(i, now) <= self._days[i] for i in self._sides(request))
        )

    def taken(self, request: int) -> int:
        """The slots (bits) in which one of the two has a meeting, or all tables are taken."""
        return self.busy[self.a[request]] | self.busy[self.b[request]] | self.full

    def options(self, request: int) -> tuple[int, int, list[tuple[int, int]]]:
        """What a request costs: where it is, if it was not held, and in other slots, the cheapest first.

        That is the price of the breaks of its two people, and what it is worth if it is not held; the
        other slots (bits) are all that are its own, though other meetings may be in the way there. They
        are taken to make way and leave no break.
        """
        self.work += 1
        price, worth, now = self.price, self.worth[request], self.now[request]
        own = self.domain[request]
        here = leave = 0
        sides = []
        for i in (self.a[request], self.b[request]):
            mask, idle, count = self.busy[i], self.idle[i], self.breaks[i]
            here += price[count]
            if now >= 0 and len(self.held[i][now]) == 1:
                mask ^= 1 << now
                if not mask & self.day[now]:
                    idle |= self.day[now]
                count = self._count(mask)
            leave += price[count]
            before, after = mask << 1, mask >> 1
            closes, opens = before & after & ~mask, ~(before | after | mask | idle)
            sides.append(
                ((price[count - 1], closes), (price[count], ~(closes | opens)), (price[count + 1], opens))
            )
        if now >= 0:
            own &= ~(1 << now)
        else:
            here += worth
        found = [(x + y, both) for x, p in sides[0] for y, q in sides[1] if (both := p & q & own)]
        found.sort()
        return here, leave + worth, found

    def _sides(self, request: int) -> tuple[int, int]:
        return self.a[request], self.b[request]

    def _days_with(self, i: int, to: int) -> int:
        """On how many days somebody has meetings, with one in this slot."""
        return (self._firsts & ~(self.idle[i] & ~self.day[to])).bit_count()

    def _rows(self, request: int, to: int) -> list[int]:
        column = self._first[request] + (self.domain[request] & ((1 << to) - 1)).bit_count()
        return self._row[self._from[column] : self._from[column + 1]]

    def _count(self, mask: int) -> int:
        return (mask & ~(mask << 1)).bit_count() - ((mask + self._every) & self._ends).bit_count()

    def _set(self, request: int, to: int) -> None:
        self.work += 1
        if self.now[request] >= 0:
            self._take(request)
        if to >= 0:
            self._put(request, to)

    def _put(self, request: int, to: int) -> None:
        for row in self._rows(request, to):
            self._left[row] -= 1
        self.now[request] = to
        self.energy -= self.worth[request]
        self.within[to][request] = None
        if len(self.within[to]) >= self._tables[to]:
            self.full |= 1 << to
        for i in (self.a[request], self.b[request]):
            if to in self.held[i]:
                self.held[i][to].append(request)
                continue
            self.held[i][to] = [request]
            self.busy[i] |= 1 << to
            self.idle[i] &= ~self.day[to]
            self._recount(i)

    def _take(self, request: int) -> None:
        now = self.now[request]
        for row in self._rows(request, now):
            self._left[row] += 1
        self.now[request] = _NOWHERE
        self.energy += self.worth[request]
        del self.within[now][request]
        if len(self.within[now]) < self._tables[now]:
            self.full &= ~(1 << now)
        for i in (self.a[request], self.b[request]):
            if len(self.held[i][now]) > 1:
                self.held[i][now].remove(request)
                continue
            del self.held[i][now]
            self.busy[i] ^= 1 << now
            if not self.busy[i] & self.day[now]:
                self.idle[i] |= self.day[now]
            self._recount(i)

    def _recount(self, i: int) -> None:
        self.energy -= self.price[self.breaks[i]]
        self.breaks[i] = self._count(self.busy[i])
        self.energy += self.price[self.breaks[i]]


def bits(mask: int, start: int = 0) -> Iterator[int]:
    """The numbers of the bits of a mask, from `start` up and then those below."""
    below = (1 << start) - 1
    for part in (mask & ~below, mask & below):
        while part:
            lowest = part & -part
            part ^= lowest
            yield lowest.bit_length() - 1
