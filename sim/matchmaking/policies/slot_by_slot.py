"""Slot by slot: in each slot, in order of time, the best matching of those who are free."""

from __future__ import annotations

import numpy as np

from sim.matchmaking.policies.calendars import Calendars
from sim.matchmaking.policies.choice import best_choice
from sim.matchmaking.policies.leasts import least_served
from sim.matchmaking.policies.placing import best_first
from sim.matchmaking.problem.problem import UNSCHEDULED, Problem
from sim.matchmaking.wishes.affinity import IntArray

__all__ = ["slot_after_slot", "slot_by_slot"]


def slot_by_slot(problem: Problem) -> IntArray:
    """In each slot the meetings of greatest total score among requests not yet held.

    A slot is filled as well as it can be, but without a thought for later ones. Rules that a matching
    does not know (interpreters, meetings in a row, walking, order) let its best meetings in first, and
    then whatever else they leave room for. Those who would miss their least are served first (`leasts.py`),
    and the slots filled around their meetings.
    """
    return least_served(problem, best_first(problem), lambda begin: slot_after_slot(problem, begin))


def slot_after_slot(problem: Problem, begin: IntArray | None = None) -> IntArray:
    """The same around meetings that are held already; the must-meets, if `begin` is left out."""
    calendars = Calendars(problem, begin)
    room, ranked = problem.room, best_first(problem)
    held = calendars.slots()
    left = problem.most - problem.load(held != UNSCHEDULED)
    allowed = problem.possible
    for slot in range(problem.slots):
        now = held == slot
        limit = np.minimum(room[:, slot] - problem.load(now), left)
        here = np.flatnonzero(allowed & (held == UNSCHEDULED))
        here = here[problem.together(limit > 0, here)]
        if not problem.plain:
            free = [calendars.open(request) >> slot & 1 for request in here.tolist()]
            here = here[np.array(free, dtype=np.bool_)]
        a, b = problem.a[here], problem.b[here]
        tables = int(problem.tables[slot] - now.sum())
        choice = best_choice(a, b, problem.weights.whole[here], limit, tables, prices=False)
        new = here[choice.chosen]
        if not problem.plain:
            new = _put(calendars, ranked, new, here, slot)
        held[new] = slot
        left -= problem.load(new)
    return held


def _put(calendars: Calendars, ranked: IntArray, new: IntArray, here: IntArray, slot: int) -> IntArray:
    """Hold these in the slot, best first, as far as all rules let; then others from `here`."""
    put = []
    for those in (new, here):
        for request in ranked[np.isin(ranked, those)].tolist():
            if calendars.open(request) >> slot & 1:
                calendars.put(request, slot)
                put.append(request)
    return np.array(put, dtype=np.int64)
