"""Breaks counted: how many everybody has in a timetable, and how many he must have at the least."""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.matchmaking.problem.problem import UNSCHEDULED, Problem
from sim.matchmaking.problem.time_indexed import columns
from sim.matchmaking.wishes.affinity import IntArray

__all__ = ["breaks_of", "days", "fewest_alone", "spread"]

_NEVER: Final = -(1 << 40)


def days(problem: Problem) -> IntArray:
    """The day of each slot, numbered from 0 without gaps: (slots,)."""
    return problem.days


def breaks_of(problem: Problem, slot: IntArray) -> IntArray:
    """How many breaks each participant has if request k is held in slot `slot[k]` (-1: not): (participants,).

    A break is a maximal run of slots without a meeting of his, strictly between his first and his last
    meeting of a day; somebody with several delegates has a meeting if any of them has.
    """
    on = np.flatnonzero(slot != UNSCHEDULED)
    ends = np.concatenate((problem.a[on], problem.b[on]))
    who, when = np.divmod(np.unique(ends * problem.slots + np.tile(slot[on], 2)), max(problem.slots, 1))
    day = days(problem)[when]
    # from one busy slot to the next of the same person and day: is there a slot between?
    wait = (np.diff(who) == 0) & (np.diff(day) == 0) & (np.diff(when) > 1)
    breaks: IntArray = np.bincount(who[1:][wait], minlength=problem.participants).astype(np.int64)
    return breaks


def spread(breaks: IntArray) -> int:
    """By how much the breaks of any two participants differ at the most."""
    return int(breaks.max(initial=0) - breaks.min()) if len(breaks) else 0


def fewest_alone(problem: Problem, slot: IntArray) -> IntArray:
    """The fewest breaks that each participant can have with as many meetings as in this timetable.

    That is a bound for each, and their sum for all: everybody is looked at as if he had all partners and
    tables to himself, in the slots in which any of his meetings may be held. By dynamic programming
    over the slots: the most meetings that fit with so many breaks.
    """
    on = slot != UNSCHEDULED
    request, when = columns(problem, on)
    fit = np.zeros((problem.participants, problem.slots), dtype=np.int64)
    for side in (problem.a, problem.b):
        np.add.at(fit, (side[request], when), 1)
    fit = np.minimum(fit, problem.room)
    meetings = problem.load(on)
    fewest = np.zeros(problem.participants, dtype=np.int64)
    who = np.flatnonzero(meetings > 1)  # one meeting, no break
    if not len(who):
        return fewest
    shape = (len(who), problem.slots // 2 + 1)
    today, busy, pause = np.zeros(shape, dtype=np.int64), np.full(shape, _NEVER), np.full(shape, _NEVER)
    day = days(problem)
    for t in range(problem.slots):
        if t and day[t] != day[t - 1]:
            today = np.maximum(today, np.maximum(busy, pause))
            busy, pause = np.full(shape, _NEVER), np.full(shape, _NEVER)
        again = np.full(shape, _NEVER)
        again[:, 1:] = pause[:, :-1]  # a break ends
        now = np.maximum(np.maximum(today, busy), again) + fit[who, t][:, None]
        pause = np.maximum(pause, busy)
        busy = np.where(fit[who, t][:, None] > 0, now, _NEVER)
    most = np.maximum.accumulate(np.maximum(today, np.maximum(busy, pause)), axis=1)
    fewest[who] = (most < meetings[who][:, None]).sum(axis=1)
    return fewest
