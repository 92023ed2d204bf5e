"""Rows as they were written put in the order of a trace: by actor, then start, then occurrence."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["in_order"]


def in_order(
    rows: Any,
    first: Any,
    last: Any,
    others: Any,
    whose: Any,
    actors: int,
    start: Any,
    end: Any,
    kind: Any,
    place: Any,
    actor: Any,
    other: Any,
    wait: Any,
    outcome: Any,
    cause: Any,
    side: Any,
) -> None:
    """Put rows into the columns of a trace.

    Party `v` has `rows[first[v]:last[v]]` and behind them, as has any actor from -1 up to `actors`, those
    of the `others` that are its own by `whose`. Rows of an actor are nearly in order as they occur, so
    that each is moved past few others.
    """
    parties, n = len(first), len(others)
    begins = np.zeros(actors + 2, dtype=np.int64)  # where those of actor a begin: at a + 1, as there is -1
    for i in range(n):
        begins[whose[i] + 2] += 1
    for a in range(actors + 1):
        begins[a + 1] += begins[a]
    of_actor, put = np.empty(n, dtype=np.int64), begins.copy()
    most = 0
    for i in range(n):
        at = whose[i] + 1
        of_actor[put[at]] = i
        put[at] += 1
        most = max(most, put[at] - begins[at])
    for v in range(parties):
        most = max(most, last[v] - first[v] + begins[v + 2] - begins[v + 1])
    order, whens = np.empty(most, dtype=np.int64), np.empty(most, dtype=np.int64)
    written = 0
    for a in range(-1, actors):
        own = last[a] - first[a] if 0 <= a < parties else 0
        count = own + begins[a + 2] - begins[a + 1]
        for i in range(count):
            row = rows[first[a] + i] if i < own else others[of_actor[begins[a + 1] + i - own]]
            when, k = row.start, i
            while k > 0 and whens[k - 1] > when:
                order[k], whens[k] = order[k - 1], whens[k - 1]
                k -= 1
            order[k], whens[k] = i, when
        for at in range(count):
            i = order[at]
            row = rows[first[a] + i] if i < own else others[of_actor[begins[a + 1] + i - own]]
            to = written + at
            start[to] = row.start
            end[to] = row.end
            kind[to] = row.kind
            place[to] = row.place
            actor[to] = a
            other[to] = row.other
            wait[to] = row.wait
            outcome[to] = row.outcome
            cause[to] = row.cause
            side[to] = row.side
        written += count
