"""What prices prove of agreed meetings: a bound below all their timetables, and slots that none better has.

Two people must agree on the slot of their meeting, and a slot's tables are few. Let whoever is named
first in a meeting pay a price for its slot and the other be paid it, and let tables have a price: then
everybody may choose his calendar alone, and what the cheapest calendars cost together, less what the
tables are worth, is a bound below every timetable (Lagrangian relaxation: Geoffrion, Mathematical
Programming Study 2, 1974). It holds at any prices, and is counted in whole numbers by code that knows no
solver. It is as good as the linear programme over whole calendars (Dantzig and Wolfe, Operations
Research 8, 1960) if the prices are.

With a timetable known, a meeting cannot be in a slot in any better one if the bound with the meeting in
that slot is not below what the known one costs; nor can somebody have a break there, or be idle, or a
table stay empty. What is left costs something too, and all of it together is no more than what the
known one costs above the bound (reduced costs as a constraint: `Spare`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.matchmaking.compact.agreed import Agreed
from sim.matchmaking.compact.exact.alone import IMPOSSIBLE, TRACKED, Alone
from sim.matchmaking.compact.exact.left import Left, Spare
from sim.matchmaking.wishes.affinity import IntArray

__all__ = ["Apart", "Priced", "Prices"]

_HIGHEST = 1 << 38  # of a price
_PARTS = 8  # of what there is to spare


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices in 2^-`shift` of a unit of cost: of a meeting in a slot (meetings, slots), of a table (slots,).

    The first of a meeting pays its price and that of a table, the second is paid the price of the meeting.
    """

    meeting: IntArray
    table: IntArray
    shift: int


@dataclass(frozen=True, slots=True)
class Priced:
    """What everybody's cheapest calendar costs, and all less the tables, in 2^-`shift` of a unit.

    `bound`: no timetable costs less, in whole units; None if there is no timetable at all.
    """

    each: tuple[int, ...]
    total: int
    bound: int | None


class Apart:
    """Everybody by himself: the meetings of a problem in what is `left` to them, whoever else wants it.

    What is relaxed besides is said nowhere in a calendar: precedences and fairness. A break costs
    `a_break`, an idle slot in one `a_slot[t]`. `at` is each meeting with each of its slots, (2, entries);
    `who` are those who have meetings, and `own` the meetings of each participant.
    """

    def __init__(
        self,
        problem: Agreed,
        left: Left,
        a_break: int = 1,
        a_slot: Sequence[int] | None = None,
        *,
        shift: int = 20,
        tracked: int = TRACKED,
    ) -> None:
        self.problem, self.shift = problem, shift
        self.left = left
        by_slot = [0] * problem.slots if a_slot is None else [int(t) << shift for t in a_slot]
        at = [(m, t) for m, own in enumerate(left.domains) for t in own]
        self.at: IntArray = np.array(at, dtype=np.int64).reshape(-1, 2).T
        self.own = problem.of_participant()
        self.who = [p for p, own in enumerate(self.own) if own]
        self.people = [
            Alone(
                problem.counted(p),
                [left.domains[m] for m in self.own[p]],
                a_break << shift,
                by_slot,
                tracked,
                left.begins[p],
                left.idle[p],
            )
            for p in self.who
        ]
        self._meetings = [np.array(self.own[p]) for p in self.who]
        self._slots = [np.array(problem.counted(p), dtype=np.int64) for p in self.who]
        first = [np.array([problem.pairs[m][0] == p for m in self.own[p]]) for p in self.who]
        self._first = [each[:, None] for each in first]

    def priced(self, prices: Prices) -> Priced:
        """The bound of these prices, as it must hold; the price of a table may be below 0.

        Who takes one is paid then, and nobody has to: `least` of what is left must be taken in any case.
        """
        if prices.shift != self.shift:
            raise ValueError(f"prices must be in 2^-{self.shift} of a unit, not 2^-{prices.shift}")
        for one in (prices.meeting, prices.table):
            if not np.issubdtype(one.dtype, np.integer):
                raise ValueError("prices must be whole numbers")
        meeting, table = _within(prices.meeting), _within(prices.table)
        each: list[int] = []
        for alone, own, slots, first in zip(
            self.people, self._meetings, self._slots, self._first, strict=True
        ):
            price = meeting[own[:, None], slots]
            each.append(alone.cheapest(np.where(first, price + table[slots], -price)))
        worth = sum(
            w * (most if w > 0 else least)
            for w, most, least in zip(table.tolist(), self.problem.tables, self.left.least, strict=True)
        )
        total = sum(each) - worth
        possible = max(each, default=0) < IMPOSSIBLE
        return Priced(tuple(each), total, -(-total >> self.shift) if possible else None)

    def calendars(self) -> list[list[tuple[int, int]]]:
        """The cheapest calendar of each of `who` at the prices last asked for: meetings with their slots."""
        return [
            [(self.own[p][j], t) for j, t in alone.calendar()]
            for p, alone in zip(self.who, self.people, strict=True)
        ]

    def kept(self, prices: Prices, most: int) -> Left:
        """What is left to a timetable that costs `most` or less: all that these prices do not strike out.

        What makes somebody's calendar dearer than his cheapest by more than the bound is below `most`
        is struck out; so is an empty table of which the price is more than that. Whatever is left is so
        dear that not all of it can be together.
        """
        priced, left = self.priced(prices), self.left
        spare = (most << self.shift) - priced.total
        counts = _Counts(spare)
        dearer = np.zeros((self.problem.meetings, self.problem.slots), dtype=np.int64)
        begins, idle = list(left.begins), list(left.idle)
        for p, alone, own, slots, least in zip(
            self.who, self.people, self._meetings, self._slots, priced.each, strict=True
        ):
            meeting, begun, idling = (each - least for each in alone.through())
            dearer[own[:, None], slots] += meeting
            begins[p] = left.begins[p].intersection(slots[begun <= spare].tolist())
            idle[p] = left.idle[p].intersection(slots[idling <= spare].tolist())
            counts.add(p, own.tolist(), slots.tolist(), meeting, begun, idling)
        worth = _within(prices.table).tolist()
        tables = zip(left.least, self.problem.tables, worth, strict=True)
        return Left(
            tuple(tuple(t for t in own if dearer[m, t] <= spare) for m, own in enumerate(left.domains)),
            tuple(begins),
            tuple(idle),
            tuple(
                max(least, all_ - max(0, spare) // price) if price > 0 else least
                for least, all_, price in tables
            ),
            counts.of(worth),
        )


class _Counts:
    """What is dear, in parts of what there is to spare: each rounded down, so that the sum is never too much.

    The sum of what everything costs more is `spare` at most. With n parts, what costs c counts the
    greatest whole number below c (n + 1) / `spare`: the sum is then below n + 1.
    """

    def __init__(self, spare: int) -> None:
        self._spare = spare
        self._meeting: dict[tuple[int, int, int], int] = {}
        self._begin: dict[tuple[int, int], int] = {}
        self._idle: dict[tuple[int, int], int] = {}

    def add(
        self, who: int, own: list[int], slots: list[int], meeting: IntArray, begun: IntArray, idling: IntArray
    ) -> None:
        """What the cheapest calendar of somebody costs more with each meeting in each slot, and so on."""
        if self._spare <= 0:
            return
        for m, row in zip(own, meeting.tolist(), strict=True):
            for t, cost in zip(slots, row, strict=True):
                if n := self._count(cost):
                    self._meeting[who, m, t] = n
        for found, costs in ((self._begin, begun), (self._idle, idling)):
            for t, cost in zip(slots, costs.tolist(), strict=True):
                if n := self._count(cost):
                    found[who, t] = n

    def of(self, worth: Sequence[int]) -> Spare | None:
        """All of it, with tables of such prices."""
        if self._spare <= 0:
            return None
        empty = tuple(map(self._count, worth))
        return Spare(_PARTS, self._meeting, self._begin, self._idle, empty)

    def _count(self, cost: int) -> int:
        """0 for what is struck out anyway."""
        if not 0 < cost <= self._spare:
            return 0
        return -(-cost * (_PARTS + 1) // self._spare) - 1


def _within(prices: IntArray) -> IntArray:
    return np.clip(prices, -_HIGHEST, _HIGHEST)
