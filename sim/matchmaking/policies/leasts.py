"""The least first: what policies that know no `least` do for those who are to have some meetings at least.

A policy has its way as long as nobody is short of his least. If somebody is, those short of it come first, in
the policy's own order; if somebody still is, an integer programme of the meetings of those who have a least
finds as many as can be held. Then the policy has its way with all that these leave free. Must-meets come
before all of it, as ever.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.matchmaking.policies.calendars import Calendars
from sim.matchmaking.policies.musts import pledged
from sim.matchmaking.policies.relaxation import best_columns
from sim.matchmaking.problem.problem import UNSCHEDULED, BoolArray, Problem
from sim.matchmaking.problem.time_indexed import TimeIndexed, columns, time_indexed
from sim.matchmaking.wishes.affinity import IntArray

__all__ = ["Fewest", "fewest_missing", "least_first", "least_served", "missing"]

# of a request in a slot, for the integer programme (assumption: beyond, nobody waits for it)
_MOST_COLUMNS: Final = 60_000


def least_served(problem: Problem, order: IntArray, build: Callable[[IntArray], IntArray]) -> IntArray:
    """The timetable that a policy builds on meetings held beforehand: with the fewest missing to the least.

    `build` is given the slots (requests,) of what is held already, -1 for none, the must-meets at
    first, and answers with those of the whole timetable; `order` is the policy's of the requests.
    Of timetables with as few missing it is the one in which the policy was interfered with least.
    """
    musts = pledged(problem)
    best = build(musts)
    if not problem.leasts:
        return best
    begins, fewest = least_first(problem, order, best, musts), _short_in_any_case(problem)
    while missing(problem, best) > fewest and (begin := next(begins, None)) is not None:
        best = min(best, build(begin), key=lambda slot: missing(problem, slot))
    return best


def _short_in_any_case(problem: Problem) -> int:
    """How many meetings are missing to people's least whatever is held: no fewer than these."""
    most = np.minimum(problem.load(problem.possible), problem.limit)
    return int(np.maximum(problem.least - most, 0).sum())


def missing(problem: Problem, slot: IntArray) -> int:
    """How many meetings are missing to people's least, in all and by day."""
    short = np.maximum(problem.least - problem.load(slot != UNSCHEDULED), 0)
    return int(short.sum() + problem.missing(slot).sum())


def least_first(problem: Problem, order: IntArray, slot: IntArray, musts: IntArray) -> Iterator[IntArray]:
    """Slots of meetings to hold before any others, the must-meets among them, if `slot` misses any least.

    First those in this order, while somebody in them is short; then as many as an integer programme finds.
    """
    if not missing(problem, slot):
        return
    first = _in_turn(problem, order, musts)
    yield first
    found = _most(problem, order, min(slot, first, key=lambda each: missing(problem, each)), musts)
    if found is not None:
        yield found


@dataclass(frozen=True, slots=True)
class Fewest:
    """How few meetings can be missing to people's least.

    In the timetable of `slot` (requests,), which has no others than must-meets and theirs, `found` are
    missing; in none that holds as many must-meets are fewer than `proven`.
    """

    slot: IntArray
    found: int
    proven: int


def fewest_missing(problem: Problem, slot: IntArray, *, prove_it: bool = True) -> Fewest | None:
    """How few can be missing, beginning with what this timetable holds; None if it would take too long.

    Must-meets come first: of them as many are held as can be.
    """
    musts = pledged(problem)
    held = slot != UNSCHEDULED
    known = slot if held[musts != UNSCHEDULED].all() else musts
    programme, start = _programme(problem, known, musts)
    if programme is None:
        return None
    credit = programme.credits.astype(np.int64)
    found = best_columns(programme, credit, start, prove_it=prove_it)
    best = programme.slots(problem.requests, found.held)
    most = int(credit.sum()) if found.bound is None else found.bound
    # who has fewer requests than his least misses the rest whatever is held
    nothing = missing(problem, np.full(problem.requests, UNSCHEDULED))
    return Fewest(best, missing(problem, best), max(0, nothing - most))


def _in_turn(problem: Problem, order: IntArray, musts: IntArray) -> IntArray:
    """Must-meets, and then each request that brings somebody nearer to his least, one after the other."""
    calendars = Calendars(problem, musts)
    short = (problem.least - problem.load(musts != UNSCHEDULED)).tolist()
    a_day = problem.missing(musts).tolist()
    days, members = problem.days.tolist(), problem.members
    bits = [sum(1 << t for t, day in enumerate(days) if day == d) for d in range(max(days, default=-1) + 1)]
    led = _led(problem)
    for request in order[problem.together(~led, order) == 0].tolist():
        slots = calendars.open(request)
        if not slots:
            continue
        people = members[request]
        # if it can be, on a day that is short
        wanted = slots & sum(on for d, on in enumerate(bits) if any(a_day[i][d] > 0 for i in people))
        slots = wanted or (slots if any(short[i] > 0 for i in people) else 0)
        if not slots:
            continue
        t = (slots & -slots).bit_length() - 1
        calendars.put(request, t)
        for i in people:
            short[i] -= 1
            a_day[i][days[t]] -= 1
    return calendars.slots()


def _most(problem: Problem, order: IntArray, known: IntArray, musts: IntArray) -> IntArray | None:
    """Of the meetings of those who have a least, as many as are found towards it; None if there are too many.

    Of as many, those of greatest score, as far as they are found.
    """
    programme, held = _programme(problem, known, musts)
    if programme is None:
        return None
    credit = programme.credits.astype(np.int64)
    first = best_columns(programme, credit, held, prove_it=False)
    programme = programme.with_row(-credit.astype(np.float64), -float(credit[first.held].sum()))
    weight = programme.weights(problem.weights.whole)
    found = best_columns(programme, weight, first.held, prove_it=False)
    slot = programme.slots(problem.requests, found.held)
    return _needed(problem, order, slot, musts != UNSCHEDULED)


def _programme(problem: Problem, known: IntArray, musts: IntArray) -> tuple[TimeIndexed | None, BoolArray]:
    """The programme of the must-meets and the meetings of those who have a least, and what of it is known."""
    must = musts != UNSCHEDULED
    only = np.asarray(problem.together(~_led(problem), np.arange(problem.requests)) == 0) | must
    if len(columns(problem, only)[0]) > _MOST_COLUMNS:
        return None, must
    programme = time_indexed(problem, only)
    if must.any():
        programme = programme.with_row(-programme.weights(must).astype(np.float64), -float(must.sum()))
    programme = programme.with_credits(problem)
    return programme, programme.held(problem, np.where(only, known, UNSCHEDULED))


def _needed(problem: Problem, order: IntArray, slot: IntArray, must: BoolArray) -> IntArray:
    """Of these meetings those without which something would be missing; the last in the order go first."""
    slot, members, days = slot.copy(), problem.members, problem.days
    spare = (problem.load(slot != UNSCHEDULED) - problem.least).tolist()
    daily = np.zeros(problem.participants, dtype=np.int64)
    daily = daily if problem.least_a_day is None else problem.least_a_day
    spare_a_day = (problem.by_day(slot) - daily[:, None]).tolist()
    least, daily_least = problem.least.tolist(), daily.tolist()
    for request in order[::-1][(slot[order[::-1]] != UNSCHEDULED) & ~must[order[::-1]]].tolist():
        day = int(days[slot[request]])
        if any(
            (least[i] and spare[i] <= 0) or (daily_least[i] and spare_a_day[i][day] <= 0)
            for i in members[request]
        ):
            continue
        slot[request] = UNSCHEDULED
        for i in members[request]:
            spare[i] -= 1
            spare_a_day[i][day] -= 1
    return slot


def _led(problem: Problem) -> BoolArray:
    """Who is to have at least some meetings: (participants,)."""
    led = problem.least > 0
    return led if problem.least_a_day is None else led | (problem.least_a_day > 0)
