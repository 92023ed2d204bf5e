"""Waiting counted: everybody's breaks and how long they are, and how few of both there must be at the least.

Somebody waits between two meetings of a day in the slots that he could have a meeting in and has none.
Slots in which he cannot meet, because he is away or there are no tables, are passed over as if they were
not there: what lies between two meetings and has no other slots is an absence, and no break.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.matchmaking.problem.problem import UNSCHEDULED, BoolArray, Problem
from sim.matchmaking.problem.time_indexed import attending, columns
from sim.matchmaking.wishes.affinity import IntArray

__all__ = [
    "Waiting",
    "breaks_of",
    "fewest_alone",
    "idle_time",
    "least_alone",
    "presence",
    "spread",
    "wait_unit",
    "waiting",
]

_LONG: Final = 1 << 50  # ms: longer than any day


@dataclass(frozen=True, slots=True)
class Waiting:
    """What lies between everybody's meetings of a day; all have shape (participants,).

    A break is a maximal run of slots in which he could meet and has no meeting (slots in which he cannot
    meet do not divide it), strictly between his first and his last meeting of a day; `breaks` is how many
    he has. `absences` is how often nothing but slots in which he cannot meet lie between two meetings.
    `waits` (ms) is the time of all slots of breaks, each with the pause after it if the next one adjoins;
    `longest` is the longest break.
    """

    breaks: IntArray
    absences: IntArray
    waits: IntArray
    longest: IntArray


def presence(problem: Problem) -> BoolArray:
    """Whether each participant can have a meeting in each slot, were he alone: (participants, slots)."""
    return (problem.room > 0) & (problem.tables > 0)


def idle_time(problem: Problem) -> IntArray:
    """How long (ms) whoever is idle in a slot between two meetings waits for that: (slots,)."""
    time = problem.end - problem.start
    time[:-1] += np.where(problem.follows, problem.start[1:] - problem.end[:-1], 0)
    return time


def wait_unit(problem: Problem) -> int:
    """The longest time (ms) of which all idle times are multiples."""
    return max(1, int(np.gcd.reduce(idle_time(problem)))) if problem.slots else 1


def waiting(problem: Problem, slot: IntArray) -> Waiting:
    """How everybody waits if request k is held in slot `slot[k]` (-1: not).

    Somebody with several delegates has a meeting if any of them has.
    """
    who, when = np.nonzero(problem.held(slot))
    day = problem.days[when]
    # from one busy slot to the next of the same person and day: what lies between?
    next_ = np.flatnonzero((np.diff(who) == 0) & (np.diff(day) == 0) & (np.diff(when) > 1))
    who, first, last = who[next_], when[next_], when[next_ + 1] - 1
    here, time = presence(problem), idle_time(problem)
    slots = here.cumsum(axis=1)
    idle = slots[who, last] - slots[who, first] > 0
    spent = (here * time).cumsum(axis=1)
    wait = spent[who, last] - spent[who, first]
    n = problem.participants
    longest = np.zeros(n, dtype=np.int64)
    np.maximum.at(longest, who, wait)
    total = np.zeros(n, dtype=np.int64)
    np.add.at(total, who, wait)
    return Waiting(
        breaks=np.bincount(who[idle], minlength=n).astype(np.int64),
        absences=np.bincount(who[~idle], minlength=n).astype(np.int64),
        waits=total,
        longest=longest,
    )


def breaks_of(problem: Problem, slot: IntArray) -> IntArray:
    """How many breaks each participant has if request k is held in slot `slot[k]`: (participants,)."""
    return waiting(problem, slot).breaks


def spread(breaks: IntArray) -> int:
    """By how much the breaks of any two participants differ at the most."""
    return int(breaks.max(initial=0) - breaks.min()) if len(breaks) else 0


def fewest_alone(problem: Problem, slot: IntArray) -> IntArray:
    """The fewest breaks that each participant can have with as many meetings as in this timetable.

    That is a bound for each, and their sum for all: everybody is looked at as if he had all partners and
    tables to himself, in the slots in which any of his meetings may be held, and busy in those that are
    the only one of any.
    """
    return _alone(problem, slot, 1, np.zeros(problem.slots, dtype=np.int64))


def least_alone(problem: Problem, slot: IntArray) -> IntArray:
    """The shortest time (ms) that each participant can wait with as many meetings: as `fewest_alone`."""
    return _alone(problem, slot, 0, idle_time(problem))


def _alone(problem: Problem, slot: IntArray, a_break: int, a_slot: IntArray) -> IntArray:
    """The least cost of each alone if a break costs `a_break` and an idle slot in one `a_slot` (slots,)."""
    on = slot != UNSCHEDULED
    request, when = columns(problem, on)
    fit = np.zeros((problem.participants, problem.slots), dtype=np.int64)
    forced = np.zeros(fit.shape, dtype=np.bool_)
    only = np.bincount(request, minlength=problem.requests)[request] == 1
    who, column = attending(problem, request)
    np.add.at(fit, (who, when[column]), 1)
    forced[who[only[column]], when[column[only[column]]]] = True
    fit = np.minimum(fit, problem.room)
    meetings, here, day = problem.load(on), presence(problem), problem.days
    least = np.zeros(problem.participants, dtype=np.int64)
    alone = meetings > 1  # with one meeting nobody waits
    if problem.length is not None:  # of those who have longer ones nothing is told
        long = problem.length[problem.attending[0]] > 1
        alone[problem.attending[1][long & on[problem.attending[0]]]] = False
    size = np.frexp(meetings)[1]  # those with many meetings have tables of their own
    for one in np.unique(size[alone]).tolist():
        who = np.flatnonzero((size == one) & alone)
        own = fit[who], forced[who], here[who], meetings[who]
        least[who] = _cheapest(*own, day, a_break, a_slot)
    return least


def _cheapest(
    fit: IntArray,
    forced: BoolArray,
    here: BoolArray,
    meetings: IntArray,
    day: IntArray,
    a_break: int,
    a_slot: IntArray,
) -> IntArray:
    """By dynamic programming over the slots: the least cost with so many meetings so far, a row each.

    Of whoever has had none yet on this day, is busy, is idle and will be busy again, or has had his last
    or none on this day.
    """
    shape = (len(meetings), int(meetings.max()) + 1)
    never = np.full(shape, _LONG)
    busy, idle, done = never, never, never.copy()
    done[:, 0] = 0
    early = done
    for t, turned in enumerate(np.append(True, np.diff(day) > 0)):
        if turned:
            early, busy, idle = done, never, never
        before = np.minimum(np.minimum(early, busy), idle + a_break)
        present, bound = here[:, t, None], forced[:, t, None]
        idle = np.where(present, np.minimum(idle, busy) + a_slot[t], idle)
        busy = np.where(present, _LONG, busy)
        for many in range(1, int(fit[:, t].max(initial=0)) + 1):
            can = fit[:, t] >= many
            busy[can, many:] = np.minimum(busy[can, many:], before[can, :-many])
        early, idle, done = (np.where(bound, _LONG, each) for each in (early, idle, done))
        done = np.minimum(done, np.where(present, busy, _LONG))
    cheapest: IntArray = done[np.arange(len(meetings)), meetings]
    return cheapest
