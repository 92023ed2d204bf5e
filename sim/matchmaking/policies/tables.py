"""Which table each meeting is at: people move as little as a simple rule can bring about."""

from __future__ import annotations

import numpy as np

from sim.matchmaking.problem.problem import UNSCHEDULED, Problem
from sim.matchmaking.wishes.affinity import IntArray

__all__ = ["seat"]


def seat(problem: Problem, slot: IntArray) -> IntArray:
    """A table for each meeting, numbered from 0 in its slot; -1 for requests without a slot.

    Slot by slot, the side with more meetings keeps the table it last had (a host with several
    delegates, the last of them); those who find it taken, or have none yet, take that of the other
    side if it is free, else the first table that is.
    No slot may have more meetings than tables.
    """
    table = np.full(problem.requests, UNSCHEDULED, dtype=np.int64)
    on = np.flatnonzero(slot != UNSCHEDULED)
    a, b = problem.a, problem.b
    load = problem.load(on)
    stays = np.where(load[a] >= load[b], a, b)
    moves = np.where(load[a] >= load[b], b, a)
    order = on[np.lexsort((on, -load[stays[on]], slot[on]))]
    last = [UNSCHEDULED] * problem.participants
    bounds = np.searchsorted(slot[order], np.arange(problem.slots + 1))
    for t in range(problem.slots):
        meetings = order[bounds[t] : bounds[t + 1]].tolist()
        given: dict[int, int] = {}
        taken: set[int] = set()
        for person in (stays, moves):
            for k in meetings:
                home = last[person[k]]
                if k not in given and 0 <= home < problem.tables[t] and home not in taken:
                    given[k] = home
                    taken.add(home)
        free = (i for i in range(int(problem.tables[t])) if i not in taken)
        for k in meetings:
            where = given[k] if k in given else next(free)
            table[k] = last[stays[k]] = last[moves[k]] = where
    return table
