"""Prices that prove much, by column generation: the linear programme over everybody's calendars.

A column is a calendar of one person. Given the columns so far, HiGHS finds how to mix them at the least
cost, and prices; the cheapest calendars at these prices are new columns, or prove that there are none
(Gilmore and Gomory, Operations Research 9, 1961). Prices run wild while columns are few, so they stay
within a box around the best so far, as wide as what it promises comes true (Marsten, Hogan and
Blankenship, Operations Research 23, 1975). Floats propose prices; what those prove is counted by `prices`.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from sim.matchmaking.compact.exact.alone import IMPOSSIBLE
from sim.matchmaking.compact.exact.prices import Apart, Priced, Prices

__all__ = ["Calendar", "Columns"]

_NARROW: Final = 0.02  # width of the box of prices at first, in units
_LEAST: Final = 1e-4  # narrower than that it promises nothing
_LONE: Final = 1_000.0  # what it costs to have no calendar, in units
_AMISS: Final = 1e-6

Calendar = tuple[tuple[int, int], ...]  # meetings with their slots


class Columns:
    """The programme over the calendars that are known, which grow with each round.

    `unit` is what prices are in proportion to: the cost of a break, or of a wait. `best` are the prices
    that prove most so far; what they prove is `bound`, None if there is no timetable at all.
    """

    def __init__(self, apart: Apart, unit: float = 1.0, known: Sequence[tuple[int, Calendar]] = ()) -> None:
        self.apart, self._unit, self._scale = apart, unit, float(1 << apart.shift)
        problem = apart.problem
        self._number = np.full((problem.meetings, problem.slots), -1)
        self._number[*apart.at] = np.arange(apart.at.shape[1])
        self.known: dict[tuple[int, Calendar], float] = {}
        for who, calendar in known:
            if all(t in apart.left.domains[m] for m, t in calendar):
                self._take(who, calendar)
        self.best = Prices(
            np.zeros(self._number.shape, dtype=np.int64), np.zeros(problem.slots, dtype=np.int64), apart.shift
        )
        self.priced = self._ask(self.best)

    @property
    def bound(self) -> int | None:
        """What is proven, in whole units of cost."""
        return self.priced.bound

    def improve(self, enough: int, ends: float) -> None:
        """Better prices, until they prove `enough`, nothing more is to be had of them, or time is up."""
        width = _NARROW
        while self.bound is not None and self.bound < enough and time.monotonic() < ends and width > _LEAST:
            mixed = self._mixed(width, ends - time.monotonic())
            if mixed is None:
                return
            asked, cost, inside = mixed
            if inside and math.ceil(cost - _AMISS) <= self.bound:
                return
            hoped, had, before = cost * self._scale - self.priced.total, self.priced.total, len(self.known)
            self.consider(asked)
            gained = self.priced.total - had
            if len(self.known) == before or hoped <= _AMISS * self._scale * self._unit:
                if inside:
                    return
                width *= 4
            elif gained > hoped / 2:
                width *= 2
            elif gained < hoped / 10:
                width /= 2

    def consider(self, prices: Prices) -> None:
        """Take these prices if they prove more, and what calendars they make cheapest in any case."""
        priced = self._ask(prices)
        if priced.bound is None or priced.total > self.priced.total:
            self.best, self.priced = prices, priced

    def _ask(self, prices: Prices) -> Priced:
        priced = self.apart.priced(prices)
        if priced.bound is not None:
            for who, calendar in enumerate(self.apart.calendars()):
                self._take(who, tuple(sorted(calendar)))
        return priced

    def _take(self, who: int, calendar: Calendar) -> None:
        cost = self.apart.people[who].waits({t for _, t in calendar})
        if cost < IMPOSSIBLE:
            self.known[who, calendar] = cost / self._scale

    def _mixed(self, width: float, seconds: float) -> tuple[Prices, float, bool] | None:
        """Prices of the cheapest mix of the known calendars, scaled, and what it costs in units."""
        from scipy.optimize import linprog
        from scipy.sparse import coo_array

        problem, apart = self.apart.problem, self.apart
        people, entries = len(apart.who), apart.at.shape[1]
        row: list[int] = []
        column: list[int] = []
        value: list[float] = []
        for j, (who, calendar) in enumerate(self.known):
            row.append(who)
            value.append(1.0)
            me = apart.who[who]
            for m, t in calendar:
                first = problem.pairs[m][0] == me
                row.append(people + int(self._number[m, t]))
                value.append(1.0 if first else -1.0)
                if first:
                    row.append(people + entries + t)
                    value.append(1.0)
            column += [j] * (len(row) - len(column))
        n = len(self.known)
        centre = self.best.meeting[*apart.at] / self._scale
        worth = self.best.table / self._scale
        # whoever has no calendar, and a meeting that its two people disagree on, costs something
        for i in range(people):
            row.append(i)
            column.append(n + i)
            value.append(1.0)
        for k in range(entries):
            row += [people + k] * 2
            column += [n + people + k, n + people + entries + k]
            value += [1.0, -1.0]
        for t in range(problem.slots):
            row += [people + entries + t] * 3
            column += [n + people + 2 * entries + k * problem.slots + t for k in range(3)]
            value += [-1.0, 1.0, 1.0]  # the last: tables that stay empty
        columns = n + people + 2 * entries + 3 * problem.slots
        table: Any = coo_array(
            (value, (row, column)), shape=(people + entries + problem.slots, columns)
        ).tocsr()
        cost = np.concatenate(
            (
                list(self.known.values()),
                np.full(people, _LONE * self._unit),
                -centre + width * self._unit,
                centre + width * self._unit,
                worth + width * self._unit,
                -worth + width * self._unit,
                np.zeros(problem.slots),
            )
        )
        most = np.full(columns, np.inf)
        most[columns - problem.slots :] = np.subtract(problem.tables, apart.left.least)
        bounds: Any = np.column_stack((np.zeros(columns), most))  # scipy's types know lists of them only
        options: Any = {"time_limit": max(0.1, seconds)}
        found: Any = linprog(
            cost / self._unit,
            A_eq=table,
            b_eq=np.concatenate((np.ones(people), np.zeros(entries), problem.tables)),
            bounds=bounds,
            method="highs-ipm",
            options=options,
        )
        if found.status != 0:
            return None
        scale = self._unit * self._scale
        meeting = np.zeros(self._number.shape)
        dual = -found.eqlin.marginals * scale
        meeting[*apart.at], table_price = dual[people : people + entries], dual[people + entries :]
        prices = Prices(
            np.rint(meeting).astype(np.int64), np.rint(table_price).astype(np.int64), self.apart.shift
        )
        inside = bool(found.x[n : columns - problem.slots].max(initial=0.0) <= _AMISS)
        return prices, float(found.fun) * self._unit, inside
