"""What is known of agreed meetings before any search: a bound by prices, and what anything better may have.

Each round looks for prices, strikes out what no better timetable has, and looks again at what is left,
as long as that is much less.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sim.matchmaking.compact.agreed import Agreed
from sim.matchmaking.compact.exact.columns import Calendar, Columns
from sim.matchmaking.compact.exact.counting import narrow
from sim.matchmaking.compact.exact.flow import flow_prices
from sim.matchmaking.compact.exact.left import Left
from sim.matchmaking.compact.exact.prices import Apart, Prices

__all__ = ["MOST_SLOTS", "PRICING", "Tightened", "tightened"]

MOST_SLOTS: Final = 20_000  # of all meetings, beyond which prices need not be looked for: they take too long
PRICING: Final = 60.0  # s, at most

_WORTH: Final = 0.98  # of the slots of meetings, that are left after a round, for another
_SHIFT: Final = 20  # prices are in 2^-20 of a break, coarser where costs are great


@dataclass(frozen=True, slots=True)
class Tightened:
    """No timetable costs less than `bound`; each that costs less than was asked is within what is `left`.

    `columns` and `prices` are what another search can begin with.
    """

    bound: int
    left: Left
    columns: tuple[tuple[int, Calendar], ...] = ()
    prices: Prices | None = None


def tightened(
    problem: Agreed,
    slots: Sequence[int],
    cost: int,
    *,
    seconds: float,
    a_break: int = 1,
    a_slot: Sequence[int] | None = None,
    after: Tightened | None = None,
) -> Tightened:
    """What prices prove in so many seconds of timetables that cost less than `cost`; any one is known.

    `slots` has the slot of each meeting in that, whatever it costs. `after` is what was found of the same
    problem before. The bound is `cost` at most: then none costs less. A break costs `a_break` and each
    idle slot t in one `a_slot[t]`, whole numbers.
    """
    ends, waits = time.monotonic() + seconds, [0] * problem.slots if a_slot is None else list(a_slot)
    unit = max(a_break, *waits, 1)
    shift = max(0, _SHIFT + 1 - unit.bit_length())
    within, bound = Left.of(problem, narrow(problem).domains), 0
    of = problem.of_participant()
    known = [(i, tuple(sorted((m, slots[m]) for m in own))) for i, own in enumerate(own for own in of if own)]
    prices: Prices | None = None
    if after is not None:
        known, prices, bound = list(after.columns), after.prices, min(cost, after.bound)
    while bound < cost and time.monotonic() < ends:
        apart = Apart(problem, within, a_break, waits, shift=shift)
        columns = Columns(apart, float(unit), known)
        if prices is None:
            prices = flow_prices(apart, a_break, waits, ends - time.monotonic())
        if prices is not None:
            columns.consider(prices)
        columns.improve(cost, ends)
        prices = columns.best
        priced = apart.priced(prices)
        if priced.bound is None:  # within these slots there is nothing, so nothing is better
            return Tightened(cost, within, tuple(known), prices)
        bound = max(bound, min(cost, priced.bound))
        had, within = sum(map(len, within.domains)), apart.kept(prices, cost - 1)
        known = list({**dict.fromkeys(known), **columns.known})
        if not all(within.domains):
            return Tightened(cost, within, tuple(known), prices)
        if sum(map(len, within.domains)) > _WORTH * had:
            break
    return Tightened(bound, within, tuple(known), prices)
