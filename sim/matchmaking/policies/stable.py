"""Stable meetings: nobody could do better together than by what they were given.

Many-to-many deferred acceptance (Gale and Shapley, 1962; Roth, 1984): one side proposes by its
wishes, the other keeps the best it has been offered, within everybody's limits.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Literal

import numpy as np

from sim.matchmaking.policies.choice import two_sides
from sim.matchmaking.policies.leasts import least_served
from sim.matchmaking.policies.musts import pledged
from sim.matchmaking.policies.optimal import placed
from sim.matchmaking.policies.placing import best_first
from sim.matchmaking.problem.problem import UNSCHEDULED, BoolArray, Problem
from sim.matchmaking.wishes.affinity import IntArray

__all__ = ["agreed", "blocking", "stable"]


def stable(problem: Problem, *, proposing: Literal["first", "second"] = "first") -> IntArray:
    """Stable meetings in slots.

    The meetings are stable within everybody's limits (`agreed`): none blocks. Of two sides that meet,
    the first is that of the participant with the lowest number. Where tables or the clock do not
    admit all of them, the rest is placed as well as it can be, and what room is left is filled.

    Whoever has no meeting of his own choice has none in any stable choice (Roth, 1986: the rural hospitals),
    so no stable choice helps those who are short of their least. Their meetings are held beforehand, and
    what is stable is the choice of all others within the limits that are left.

    Raises ValueError if there are no two sides and the sides of a request wish it unequally.
    """
    musts = pledged(problem)

    def build(begin: IntArray) -> IntArray:
        if np.array_equal(begin, musts):
            return placed(problem, agreed(problem, proposing=proposing))
        held = begin != UNSCHEDULED
        rest = agreed(problem, proposing=proposing, beside=held)
        return placed(problem, rest, begin)

    return least_served(problem, best_first(problem), build)


def agreed(
    problem: Problem, *, proposing: Literal["first", "second"] = "first", beside: BoolArray | None = None
) -> BoolArray:
    """Which requests are held in the stable choice that is best for the side that proposes.

    Ties go to the request that came first. Without two sides, and with equal wishes, the stable
    choice is unique: the best pair of all takes each other, and so on. In meetings of more than two, it is
    the two who are named first who choose. What is held `beside` (requests,) takes of everybody's limit.
    """
    limit, possible = problem.limit, problem.possible
    if beside is not None:
        limit, possible = np.maximum(limit - problem.load(beside), 0), possible & ~beside
    side = two_sides(problem.a, problem.b, problem.participants)
    if side is None:
        if not np.array_equal(problem.wish_a, problem.wish_b):
            raise ValueError("stable: without two sides, both sides of a request must wish it equally")
        return _best_pairs(problem, limit, possible)
    a_proposes = side[problem.a] == (proposing == "second")
    giver, taker = np.where(a_proposes, (problem.a, problem.b), (problem.b, problem.a))
    offers, answers = np.where(a_proposes, (problem.wish_a, problem.wish_b), (problem.wish_b, problem.wish_a))
    ranked = np.lexsort((problem.arrival, -offers))
    lists: list[list[int]] = [[] for _ in range(problem.participants)]
    for request in ranked[possible[ranked]][::-1].tolist():  # the best are popped first
        lists[giver[request]].append(request)
    rank = np.empty(problem.requests, dtype=np.int64)  # the taker's: the greater the better
    rank[np.lexsort((problem.arrival, -answers))[::-1]] = np.arange(problem.requests)
    kept: list[list[tuple[int, int]]] = [[] for _ in range(problem.participants)]  # the worst first
    free = [(g, int(limit[g])) for g in range(problem.participants) if lists[g] and limit[g]]
    takes, order = taker.tolist(), rank.tolist()
    most = limit.tolist()
    while free:
        g, room = free.pop()
        while room and lists[g]:
            request = lists[g].pop()
            t = takes[request]
            if not most[t]:
                continue
            heappush(kept[t], (order[request], request))
            room -= 1
            if len(kept[t]) > most[t]:
                _, refused = heappop(kept[t])
                loser = int(giver[refused])
                if loser == g:
                    room += 1
                else:
                    free.append((loser, 1))
    held = np.zeros(problem.requests, dtype=np.bool_)
    held[[request for mine in kept for _, request in mine]] = True
    return held


def blocking(problem: Problem, held: BoolArray) -> IntArray:
    """The requests that block: not held, though both sides have room or would rather have it.

    `held` has an entry a request; limits are those of the problem, tables and the clock left out
    except that both must have some slot together.
    """
    limit = problem.limit
    worst = np.full(problem.participants, np.inf)
    np.minimum.at(worst, problem.a[held], problem.wish_a[held])
    np.minimum.at(worst, problem.b[held], problem.wish_b[held])
    room = problem.load(held) < limit
    better = (room[problem.a] | (problem.wish_a > worst[problem.a])) & (
        room[problem.b] | (problem.wish_b > worst[problem.b])
    )
    return np.flatnonzero(~held & problem.possible & better).astype(np.int64)


def _best_pairs(problem: Problem, limit: IntArray, possible: BoolArray) -> BoolArray:
    held = np.zeros(problem.requests, dtype=np.bool_)
    left, a, b = limit.tolist(), problem.a.tolist(), problem.b.tolist()
    for request in np.lexsort((problem.arrival, -problem.wish_a)).tolist():
        if possible[request] and left[a[request]] and left[b[request]]:
            held[request] = True
            left[a[request]] -= 1
            left[b[request]] -= 1
    return held
