"""Rows as they occurred put in the order of a trace: by actor, then start, then occurrence."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["in_order"]


def in_order(
    rows: Any,
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
    """Put rows, in which actors are from -1 up to `actors`, into the columns of a trace.

    Rows of an actor are nearly in order as they occur, so that each is moved past few others.
    """
    n = len(rows)
    first = np.zeros(actors + 2, dtype=np.int64)
    for i in range(n):
        first[rows[i].actor + 2] += 1
    for a in range(1, actors + 2):
        first[a] += first[a - 1]
    order = np.empty(n, dtype=np.int32)
    begins = first.copy()
    for i in range(n):
        who = rows[i].actor + 1
        at = first[who]
        first[who] += 1
        when = rows[i].start
        while at > begins[who] and rows[order[at - 1]].start > when:
            order[at] = order[at - 1]
            at -= 1
        order[at] = i
    for i in range(n):
        row = rows[order[i]]
        start[i] = row.start
        end[i] = row.end
        kind[i] = row.kind
        place[i] = row.place
        actor[i] = row.actor
        other[i] = row.other
        wait[i] = row.wait
        outcome[i] = row.outcome
        cause[i] = row.cause
        side[i] = row.side
