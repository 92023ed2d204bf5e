"""Compact timetables: few breaks, fairly shared, with or without giving meetings up.

Whoever waits between two meetings of a day has a break; a declared absence is none. A timetable is made
compact by moving its meetings (value leads), or at the price of meetings (breaks lead, or fairness does):

    made = solve(problem, "optimal")
    compact(problem, made.slot).slot  # the same meetings, fewer breaks

The fast method is a descent (`sim.matchmaking.compact.compacting`); the exact one proves its answer on small
problems, by the race of `least_breaks` where the problem is one that it knows, else by CP-SAT.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Final, get_args

import numpy as np

from sim.matchmaking.compact.agreed import Agreed
from sim.matchmaking.compact.breaks import least_breaks
from sim.matchmaking.compact.exact.lexicographic import Best, lexicographic
from sim.matchmaking.compact.exact.tightening import MOST_SLOTS, PRICING, tightened
from sim.matchmaking.compact.leads import AIMS, Lead, Least, reached, settled, shorter
from sim.matchmaking.compact.waiting import (
    Waiting,
    breaks_of,
    fewest_alone,
    idle_time,
    least_alone,
    presence,
    spread,
    wait_unit,
    waiting,
)
from sim.matchmaking.problem.problem import UNSCHEDULED, Problem
from sim.matchmaking.problem.violations import violations
from sim.matchmaking.wishes.affinity import IntArray

__all__ = ["Compact", "Lead", "Least", "breaks_of", "compact", "waiting"]

_NO_LIMIT: Final = 1e6  # s: the race wants a number


@dataclass(frozen=True, slots=True)
class Compact:
    """A compact timetable and what is proven of it.

    `slot` has a slot a request, -1 for none. No timetable that is at
    least as good in all that comes before breaks has fewer than `bound` in all: with lead "value", none
    of the same meetings (if fairness was asked for in the exact search: none that is as fair besides).
    `proven`: nothing is better, by the order that the lead says. `infeasible`: it is proven that the
    fairness asked for cannot be kept without a loss of what comes before it. `waiting` is how everybody
    waits; where that was to be least, nobody of the same meetings' timetables has less than `wait_bound`
    ms in all, else it is None.
    """

    slot: IntArray
    waiting: Waiting
    bound: int
    proven: bool = False
    infeasible: bool = False
    wait_bound: int | None = None

    @property
    def breaks(self) -> IntArray:
        """Breaks of each participant."""
        return self.waiting.breaks

    @property
    def total(self) -> int:
        """Breaks of all participants together."""
        return int(self.breaks.sum())

    @property
    def spread(self) -> int:
        """By how much two participants' numbers of breaks differ at the most."""
        return spread(self.breaks)

    def __repr__(self) -> str:
        end = ", infeasible" if self.infeasible else ""
        proven = "proven" if self.proven else "not proven"
        held = int((self.slot != UNSCHEDULED).sum())
        return (
            f"Compact({held:,} meetings, {self.total:,} breaks (at least {self.bound:,}), "
            f"differing by {self.spread} at most, {proven}{end})"
        )


def compact(
    problem: Problem,
    slot: IntArray,
    *,
    lead: Lead = "value",
    fairness: int | None = None,
    exact: bool = False,
    time_limit: float | None = None,
    least: Least = "breaks",
) -> Compact:
    """A timetable with few breaks, made from this one, which must keep the problem's rules.

    What leads comes first; nothing of it is given up for what follows:

    - "value": the same meetings are held, in other slots; then the fewest breaks. The fast method then
      looks at fairness; the exact one keeps breaks within it before it makes them few, or as near to
      it as can be.
    - "breaks": the fewest breaks, which is none unless must-meets force some; then the greatest
      value; then fairness.
    - "fairness": no two participants' numbers of breaks (those without meetings included) differ by
      more than `fairness`, unless must-meets force it; then the greatest value; then the fewest breaks.

    With the last two any request may be given up or taken in, but as many must-meets are held as can
    be; `least` of the problem is left out of account.

    With `least` "waits" (and lead "value", without fairness) the time that all wait is made least
    instead of the breaks.

    The fast method never gives more breaks than it was given (except with lead "fairness", or for more
    must-meets) and has the same answer on any machine. `exact` goes on from there until it is proven
    that nothing is better, or for `time_limit` seconds of the clock; value is that of the problem's
    `weights`. It is meant for small problems: about a hundred meetings.

    Raises ValueError if `slot` breaks a rule, `fairness` is negative, or missing where it leads, or waits
    are to be least with another lead or fairness.
    """
    faults = violations(problem, slot)
    _check(not faults, f"the timetable to begin with is unsound: {'; '.join(faults[:3])}")
    _check(lead in get_args(Lead), f"lead must be one of {', '.join(get_args(Lead))}, not {lead!r}")
    _check(fairness is None or fairness >= 0, f"fairness must be ≥ 0, not {fairness}")
    _check(lead != "fairness" or fairness is not None, "fairness cannot lead without a number")
    _check(
        least == "breaks" or (lead == "value" and fairness is None),
        "waits can be least with lead 'value' and without fairness",
    )
    if least == "waits":
        return _least_waits(problem, slot, exact, time_limit)
    bound = int(fewest_alone(problem, slot).sum()) if lead == "value" else 0
    found, perfect = settled(problem, slot, lead, fairness, bound)
    breaks = breaks_of(problem, found)
    fair = fairness is None or spread(breaks) <= fairness
    best = Best(found, bound, perfect or (lead == "value" and fair and int(breaks.sum()) == bound), False)
    if exact and not best.proven:
        best = _proven(problem, best, lead, fairness, time_limit)
    return Compact(best.slot, waiting(problem, best.slot), best.bound, best.proven, best.infeasible)


def _least_waits(problem: Problem, slot: IntArray, exact: bool, time_limit: float | None) -> Compact:
    unit = wait_unit(problem)
    bound = int(least_alone(problem, slot).sum()) // unit
    fewest = int(fewest_alone(problem, slot).sum())
    few, _ = settled(problem, slot, "value", None, fewest)  # whoever waits seldom does not wait long, mostly
    begin = min(few, slot, key=lambda each: reached(problem, each, "waits", None))
    found, perfect = shorter(problem, begin, bound)
    best = Best(found, bound, perfect)
    if exact and not perfect:
        ends = time.monotonic() + (_NO_LIMIT if time_limit is None else time_limit)
        bound = max(bound, _priced_waits(problem, found, (ends - time.monotonic()) / 2))
        left = None if time_limit is None else max(0.0, ends - time.monotonic())
        best = lexicographic(
            problem, found, ["waits"], same=True, fairness=None, least=bound, time_limit=left
        )
    return Compact(best.slot, waiting(problem, best.slot), fewest, best.proven, wait_bound=best.bound * unit)


def _priced_waits(problem: Problem, slot: IntArray, seconds: float) -> int:
    """What prices prove of the time that all wait, in units; 0 where they are not looked for."""
    agreed = _as_agreed(problem, slot)
    if agreed is None or agreed.meetings * agreed.slots > MOST_SLOTS:
        return 0
    unit = wait_unit(problem)
    tight = tightened(
        agreed,
        slot[slot != UNSCHEDULED].tolist(),
        reached(problem, slot, "waits", None),
        seconds=min(seconds, PRICING),
        a_break=0,
        a_slot=(idle_time(problem) // unit).tolist(),
    )
    return tight.bound


def _proven(
    problem: Problem, known: Best, lead: Lead, fairness: int | None, time_limit: float | None
) -> Best:
    agreed = _as_agreed(problem, known.slot) if lead == "value" else None
    if agreed is not None:
        return _raced(problem, agreed, known, fairness, _NO_LIMIT if time_limit is None else time_limit)
    return lexicographic(
        problem,
        known.slot,
        [aim for aim in AIMS[lead] if aim != "unfairness" or fairness is not None],
        same=lead == "value",
        fairness=fairness,
        least=known.bound,
        time_limit=time_limit,
    )


def _raced(problem: Problem, agreed: Agreed, known: Best, fairness: int | None, seconds: float) -> Best:
    """By `least_breaks`, with one more of fairness each time that less is proven not to be possible."""
    ends, allowed = time.monotonic() + seconds, fairness
    begin, apart = known.slot[known.slot != UNSCHEDULED].tolist(), spread(breaks_of(problem, known.slot))
    while True:
        left = max(0.0, ends - time.monotonic())
        fair = allowed is None or apart <= allowed
        result = least_breaks(
            replace(agreed, fairness=allowed), time_limit=left, begin=begin if fair else None
        )
        if result.status != "infeasible" or allowed is None:
            break
        allowed += 1

    def rank(slot: IntArray) -> list[int]:
        return [reached(problem, slot, aim, allowed) for aim in AIMS["value"]]

    slot = known.slot.copy()
    if result.slots is not None:
        slot[slot != UNSCHEDULED] = result.slots
        slot = min(known.slot, slot, key=rank)
    bound = known.bound if rank(slot)[0] else max(known.bound, result.bound)
    return Best(slot, bound, result.status == "optimal", allowed != fairness)


def _as_agreed(problem: Problem, slot: IntArray) -> Agreed | None:
    """The held meetings as agreed ones, if one day, single people and the rules left allow it."""
    on = np.flatnonzero(slot != UNSCHEDULED)
    people = np.unique(np.concatenate((problem.a[on], problem.b[on])))
    room = problem.room[people]
    tired = problem.in_row is not None and bool((problem.in_row[people] < problem.slots).any())
    bound = (
        tired
        or not (problem.keep is problem.length is problem.rest is problem.home is problem.others is None)
        or any(
            column is not None and bool((column[on] != UNSCHEDULED).any())
            for column in (problem.pool, problem.place)
        )
    )
    if bound or int(problem.days.max(initial=0)) > 0 or int(room.max(initial=0)) > 1:
        return None
    number, here = {k: m for m, k in enumerate(on.tolist())}, presence(problem)
    fixed = {} if problem.fixed is None else dict(enumerate(problem.fixed[on].tolist()))
    before = [] if problem.before is None else problem.before.tolist()
    return Agreed.of(
        zip(problem.a[on].tolist(), problem.b[on].tolist(), strict=True),
        slots=problem.slots,
        tables=problem.tables.tolist(),
        participants=problem.participants,
        forbidden={i: np.flatnonzero(~here[i]).tolist() for i in people.tolist()},
        away_is_idle=False,
        fixed={m: t for m, t in fixed.items() if t != UNSCHEDULED},
        precedences=[(number[j], number[k]) for j, k in before if j in number and k in number],
    )


def _check(good: bool, message: str) -> None:
    if not good:
        raise ValueError(message)
