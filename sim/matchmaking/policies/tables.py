"""Which table each meeting is at: people move as little as a simple rule can bring about."""

from __future__ import annotations

import numpy as np

from sim.matchmaking.problem.problem import UNSCHEDULED, Problem
from sim.matchmaking.wishes.affinity import IntArray

__all__ = ["seat"]


def seat(problem: Problem, slot: IntArray) -> IntArray:
    """A table for each meeting, numbered from 0 in its slot; -1 for requests without a slot.

    Slot by slot, the side with more meetings (of as many, who asked) keeps the table it last had (a host with
    several delegates, the last of them); those who find it taken, or have none yet, take that of the other
    side if it is free, else the first table that is.
    (Of meetings of more than two, the two who are named first are looked at.)
    Meetings of those who keep a table are there. Meetings of several slots come before all others, and
    stay where they are.
    No slot may have more meetings than tables, nor more of several slots than all slots of its run have.
    """
    table = np.full(problem.requests, UNSCHEDULED, dtype=np.int64)
    on = np.flatnonzero(slot != UNSCHEDULED)
    a, b = problem.a, problem.b
    load = problem.load(on)
    stays = np.where(load[a] >= load[b], a, b)
    moves = np.where(load[a] >= load[b], b, a)
    longer = problem.lengths > 1
    order = on[np.lexsort((on, -load[stays[on]], ~longer[on], slot[on]))]
    over = problem.last(np.arange(problem.requests), slot)
    lasting: list[int] = []  # meetings that began earlier
    common, own = problem.common, problem.own_table
    kept = {int(i) for i in own if i != UNSCHEDULED}
    table[on] = own[on]
    last = [UNSCHEDULED] * problem.participants
    bounds = np.searchsorted(slot[order], np.arange(problem.slots + 1))
    for t in range(problem.slots):
        meetings = order[bounds[t] : bounds[t + 1]].tolist()
        lasting = [k for k in lasting if over[k] >= t]
        taken = {int(table[k]) for k in lasting}
        at_home = [k for k in meetings if own[k] != UNSCHEDULED]
        taken |= {int(own[k]) for k in at_home}
        others = [k for k in meetings if own[k] == UNSCHEDULED]
        begin, short = [k for k in others if longer[k]], [k for k in others if not longer[k]]
        for those, tables, barred in ((begin, common[t], kept), (short, problem.tables[t], set[int]())):
            given: dict[int, int] = {}
            for person in (stays, moves):
                for k in those:
                    home = last[person[k]]
                    if k not in given and 0 <= home < tables and home not in taken and home not in barred:
                        given[k] = home
                        taken.add(home)
            free = (i for i in range(int(tables)) if i not in taken and i not in barred)
            for k in those:
                table[k] = given[k] if k in given else next(free)
            taken |= {int(table[k]) for k in those}
        for k in meetings:
            last[stays[k]] = last[moves[k]] = int(table[k])
        lasting += [k for k in meetings if longer[k]]
    return table
