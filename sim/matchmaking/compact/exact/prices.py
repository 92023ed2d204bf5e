"""What prices prove of agreed meetings: a bound below all their timetables, and slots that none better has.

Two people must agree on the slot of their meeting, and a slot's tables are few. Let whoever is named
first in a meeting pay a price for its slot and the other be paid it, and let tables have a price: then
everybody may choose his calendar alone, and what the cheapest calendars cost together, less what the
tables are worth, is a bound below every timetable (Lagrangian relaxation: Geoffrion, Mathematical
Programming Study 2, 1974). It holds at any prices, and is counted in whole numbers by code that knows no
solver. It is as good as the linear programme over whole calendars (Dantzig and Wolfe, Operations
Research 8, 1960) if the prices are.

With a timetable known, a meeting cannot be in a slot in any better one if the bound with the meeting in
that slot is not below what the known one costs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.matchmaking.compact.agreed import Agreed
from sim.matchmaking.compact.exact.alone import IMPOSSIBLE, TRACKED, Alone
from sim.matchmaking.problem.problem import BoolArray
from sim.matchmaking.wishes.affinity import IntArray

__all__ = ["Apart", "Priced", "Prices"]

_HIGHEST = 1 << 38  # of a price


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
    """Everybody by himself: the meetings of a problem in the slots `domains`, whoever else wants them.

    What is relaxed besides is said nowhere in a calendar: precedences and fairness. A break costs
    `a_break`, an idle slot in one `a_slot[t]`. `at` is each meeting with each of its slots, (2, entries);
    `who` are those who have meetings, and `own` the meetings of each participant.
    """

    def __init__(
        self,
        problem: Agreed,
        domains: Sequence[Sequence[int]],
        a_break: int = 1,
        a_slot: Sequence[int] | None = None,
        *,
        shift: int = 20,
        tracked: int = TRACKED,
    ) -> None:
        self.problem, self.shift = problem, shift
        self.domains = tuple(tuple(own) for own in domains)
        by_slot = [0] * problem.slots if a_slot is None else [int(t) << shift for t in a_slot]
        at = [(m, t) for m, own in enumerate(self.domains) for t in own]
        self.at: IntArray = np.array(at, dtype=np.int64).reshape(-1, 2).T
        self.own = problem.of_participant()
        self.who = [p for p, own in enumerate(self.own) if own]
        self.people = [
            Alone(
                problem.counted(p),
                [self.domains[m] for m in self.own[p]],
                a_break << shift,
                by_slot,
                tracked,
            )
            for p in self.who
        ]
        self._meetings = [np.array(self.own[p]) for p in self.who]
        self._slots = [np.array(problem.counted(p), dtype=np.int64) for p in self.who]
        first = [np.array([problem.pairs[m][0] == p for m in self.own[p]]) for p in self.who]
        self._first = [each[:, None] for each in first]

    def priced(self, prices: Prices) -> Priced:
        """The bound of these prices, as it must hold: prices of tables below 0 count as 0."""
        if prices.shift != self.shift:
            raise ValueError(f"prices must be in 2^-{self.shift} of a unit, not 2^-{prices.shift}")
        for one in (prices.meeting, prices.table):
            if not np.issubdtype(one.dtype, np.integer):
                raise ValueError("prices must be whole numbers")
        meeting = np.clip(prices.meeting, -_HIGHEST, _HIGHEST)
        table = np.clip(prices.table, 0, _HIGHEST)
        each: list[int] = []
        for alone, own, slots, first in zip(
            self.people, self._meetings, self._slots, self._first, strict=True
        ):
            price = meeting[own[:, None], slots]
            each.append(alone.cheapest(np.where(first, price + table[slots], -price)))
        worth = sum(w * n for w, n in zip(table.tolist(), self.problem.tables, strict=True))
        total = sum(each) - worth
        possible = max(each, default=0) < IMPOSSIBLE
        return Priced(tuple(each), total, -(-total >> self.shift) if possible else None)

    def calendars(self) -> list[list[tuple[int, int]]]:
        """The cheapest calendar of each of `who` at the prices last asked for: meetings with their slots."""
        return [
            [(self.own[p][j], t) for j, t in alone.calendar()]
            for p, alone in zip(self.who, self.people, strict=True)
        ]

    def kept(self, priced: Priced, most: int) -> tuple[tuple[int, ...], ...]:
        """The slots that each meeting can have in a timetable that costs `most` or less.

        `priced` must be what was last asked for.
        """
        dearer = np.zeros((self.problem.meetings, self.problem.slots), dtype=np.int64)
        for alone, own, slots, least in zip(
            self.people, self._meetings, self._slots, priced.each, strict=True
        ):
            dearer[own[:, None], slots] += alone.through() - least
        good: BoolArray = dearer + priced.total <= most << self.shift
        return tuple(tuple(t for t in own if good[m, t]) for m, own in enumerate(self.domains))
