"""Tables of a timetable made again: whoever stays in his slot keeps his table, where it is still there."""

from __future__ import annotations

import numpy as np

from sim.matchmaking.policies.tables import seat
from sim.matchmaking.problem.problem import UNSCHEDULED, Problem
from sim.matchmaking.replan.published import Published, offers_of_meetings
from sim.matchmaking.wishes.affinity import IntArray

__all__ = ["reseat"]


def reseat(problem: Problem, published: Published, slot: IntArray) -> IntArray:
    """A table for each meeting, numbered from 0 in its slot; -1 for requests without a slot.

    Published tables of a slot differ, so all that stay and whose table is there keep it: no other seating
    of these slots changes fewer. Then whoever moves takes his old table along, the first one if two had
    the same; the others sit where they would if nothing had been published, if that is free, else at the
    first table that is. Where longer meetings or tables that people keep leave none, all sit as if nothing
    had been published.
    """
    meeting = offers_of_meetings(problem, published)
    table = np.full(problem.requests, UNSCHEDULED, dtype=np.int64)
    on = np.flatnonzero(slot != UNSCHEDULED)
    old = np.where(meeting != UNSCHEDULED, published.table[meeting], UNSCHEDULED)
    stays = (meeting[on] != UNSCHEDULED) & (published.slot[meeting[on]] == slot[on])
    taken: set[tuple[int, int]] = set()
    own, length = problem.own_table, problem.lengths

    def open_(request: int, where: int) -> bool:
        first = int(slot[request])
        all_of = range(first, first + int(length[request]))
        there = all(0 <= where < problem.tables[t] and (t, where) not in taken for t in all_of)
        return there and own[request] in (UNSCHEDULED, where)

    def sit(request: int, where: int) -> None:
        if table[request] == UNSCHEDULED and open_(request, where):
            table[request] = where
            taken.update((t, where) for t in range(slot[request], slot[request] + length[request]))

    for k in (*on[stays].tolist(), *on[~stays].tolist()):
        sit(k, int(old[k]))
    left = on[table[on] == UNSCHEDULED]
    if len(left):
        usual = seat(problem, slot)
        for k in left.tolist():
            sit(k, int(usual[k]))
        for k in left.tolist():
            if table[k] == UNSCHEDULED:
                found = next((n for n in range(int(problem.tables[slot[k]])) if open_(k, n)), None)
                if found is None:  # longer meetings, or tables that are kept, are in the way
                    return usual
                sit(k, found)
    return table
