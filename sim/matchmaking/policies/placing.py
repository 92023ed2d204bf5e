"""Policies that place one request after another, each in the earliest slot still open to both.

Those who are to have some meetings at least come first, if they would not have them (`leasts.py`).
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from sim.matchmaking.policies.calendars import Calendars
from sim.matchmaking.policies.leasts import least_served
from sim.matchmaking.problem.problem import UNSCHEDULED, Problem
from sim.matchmaking.wishes.affinity import IntArray

__all__ = ["best_first", "fill", "first_come", "greedy", "none", "round_robin"]


def none(problem: Problem) -> IntArray:
    """No meetings: the expo without its matchmaking programme."""
    return np.full(problem.requests, UNSCHEDULED, dtype=np.int64)


def first_come(problem: Problem) -> IntArray:
    """Each request in order of arrival gets the earliest slot still open to both, if there is one."""
    return _filled(problem, problem.in_order)


def greedy(problem: Problem) -> IntArray:
    """The highest score first (ties: who came first), in the earliest slot open to both.

    No request that is left out could still be added.
    """
    return _filled(problem, best_first(problem))


def _filled(problem: Problem, order: IntArray) -> IntArray:
    return least_served(problem, order, lambda begin: fill(Calendars(problem, begin), order.tolist()))


def round_robin(problem: Problem) -> IntArray:
    """Everybody in turn gets his best meeting that can still be held, until there are no more.

    Turns are taken in the order in which people were first named by a request; a meeting counts for
    whoever's turn it is, though both have it. No request that is left out could still be added.
    """
    ranked = best_first(problem)
    return least_served(problem, ranked, lambda begin: _in_turns(problem, ranked, Calendars(problem, begin)))


def _in_turns(problem: Problem, ranked: IntArray, calendars: Calendars) -> IntArray:
    request, who = problem.attending
    came, rank = np.empty((2, problem.requests), dtype=np.int64)
    came[problem.in_order], rank[ranked] = np.arange(problem.requests), np.arange(problem.requests)
    named = who[np.lexsort((np.arange(len(who)), came[request]))]
    people, first, count = np.unique(named, return_index=True, return_counts=True)
    turn = np.full(problem.participants, UNSCHEDULED, dtype=np.int64)
    order = np.argsort(first)
    turn[people[order]] = np.arange(len(people))
    wanted = request[np.lexsort((-rank[request], turn[who]))].tolist()  # the best are popped first
    end = np.cumsum(count[order]).tolist()
    turns = [wanted[start:stop] for start, stop in zip([0, *end], end, strict=False)]
    while turns and calendars.tables:
        for mine in turns:
            while mine and calendars.tables:
                request = mine.pop()
                slots = calendars.open(request) if calendars.slot[request] == UNSCHEDULED else 0
                if slots:
                    calendars.put(request, (slots & -slots).bit_length() - 1)
                    break
        turns = [mine for mine in turns if mine]
    return calendars.slots()


def best_first(problem: Problem) -> IntArray:
    """The requests by falling score; of equal ones, who came first."""
    return np.lexsort((problem.arrival, -problem.score)).astype(np.int64)


def fill(calendars: Calendars, order: Iterable[int]) -> IntArray:
    """Give each of these requests that has no slot the earliest one open to it; all slots after that."""
    for request in order:
        if not calendars.tables:
            break
        slots = calendars.open(request) if calendars.slot[request] == UNSCHEDULED else 0
        if slots:
            calendars.put(request, (slots & -slots).bit_length() - 1)
    return calendars.slots()
