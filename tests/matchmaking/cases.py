"""Small worlds for the tests of matchmaking."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from sim.matchmaking import BIPARTITE, NO_LIMIT, UNSCHEDULED, Participants, Problem, Profiles, violations
from sim.streams import KeyArray, keys_of

PLACING = ["first_come", "greedy", "round_robin", "stable", "optimal", "fair"]
"""Policies that leave out nothing that could be added."""


@st.composite
def problems(
    draw: st.DrawFn,
    *,
    bipartite: bool = False,
    availability: bool = True,
    capacities: bool = True,
    most_requests: int = 14,
    most_slots: int = 5,
) -> Problem:
    """Any small problem; scores are eighths, so that sums are exact and ties happen."""
    n = draw(st.integers(2, 7))
    slots = draw(st.integers(1, most_slots))
    pairs = [(i, j) for i in range(n) for j in range(n) if (i < n // 2 <= j if bipartite else i != j)]
    chosen = draw(st.lists(st.sampled_from(pairs), max_size=most_requests))
    few = st.lists(st.integers(0, 3), min_size=n, max_size=n)
    limit = st.lists(st.sampled_from([0, 1, 2, 3, NO_LIMIT]), min_size=n, max_size=n)
    return Problem.of(
        [i for i, _ in chosen],
        [j for _, j in chosen],
        [draw(st.integers(0, 8)) / 8 for _ in chosen],
        participants=n,
        tables=draw(st.lists(st.integers(0, 4), min_size=slots, max_size=slots)),
        capacity=draw(few) if capacities else 1,
        most=draw(limit),
        arrival=draw(st.permutations(range(len(chosen)))),
        available=[[draw(st.booleans()) for _ in range(slots)] for _ in range(n)] if availability else None,
    )


def addable(problem: Problem, slot: np.ndarray) -> list[int]:
    """Requests that could be added to this timetable without any other change."""
    found = []
    for request in np.flatnonzero(slot == UNSCHEDULED).tolist():
        for t in range(problem.slots):
            tried = slot.copy()
            tried[request] = t
            if not violations(problem, tried):
                found.append(request)
                break
    return found


def crowd(names: list[str], cells: int = 12) -> tuple[Profiles, KeyArray]:
    """Made-up participants whose profile depends on nothing but their name."""
    key = keys_of(names)
    rows = [np.random.default_rng(int(k)) for k in key]
    offers = np.array([r.dirichlet(np.full(cells, 0.3)) for r in rows])
    needs = np.array([r.random(cells) ** 3 for r in rows])
    needs /= needs.max(axis=1, keepdims=True)
    eagerness = np.array([r.uniform(0.5, 1) for r in rows])
    appeal = np.array([r.uniform(0.4, 1) for r in rows])
    return Profiles(offers, needs, eagerness, appeal), key


def fair(
    exhibitors: int, visitors: int, meets: tuple[tuple[bool, ...], ...] = BIPARTITE
) -> tuple[Profiles, Participants]:
    """Exhibitors first, then visitors, each an organisation of its own."""
    names = [f"exhibitor {i}" for i in range(exhibitors)] + [f"visitor {i}" for i in range(visitors)]
    profiles, key = crowd(names)
    side = (np.arange(len(names)) >= exhibitors).astype(np.int64)
    return profiles, Participants(key, np.arange(len(names)), side, meets)
