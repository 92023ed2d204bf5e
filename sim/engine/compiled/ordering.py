"""Rows as they were written put in the order of a trace: by actor, then start, then occurrence."""

from __future__ import annotations

from typing import Any

from sim.engine.compiled.records import nth

__all__ = ["in_order"]


def in_order(
    rows: Any,
    first: Any,
    last: Any,
    parties: int,
    others: Any,
    whose: Any,
    n: int,
    begins: Any,
    actors: int,
    put: Any,
    theirs: Any,
    order: Any,
    whens: Any,
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
    of the `n` `others` that are its own by `whose`. Rows of an actor are nearly in order as they occur, so
    that each is moved past few others.

    `begins` says of each actor, at a + 1, how many of the others are those of actors before it. Room: `put`
    is a copy of it, `theirs` as long as the others, `order` and `whens` as the most rows that an actor has.
    """
    for i in range(n):
        box = nth(put, nth(whose, i).actor + 1)
        nth(theirs, box.value).value = i
        box.value += 1
    written = 0
    for a in range(-1, actors):
        here = nth(begins, a + 1).value
        mine = nth(first, a).value if 0 <= a < parties else 0
        own = nth(last, a).value - mine if 0 <= a < parties else 0
        count = own + nth(begins, a + 2).value - here
        for i in range(count):
            row = nth(rows, mine + i) if i < own else nth(others, nth(theirs, here + i - own).value)
            when, k = row.start, i
            while k > 0 and nth(whens, k - 1).value > when:
                nth(order, k).value, nth(whens, k).value = nth(order, k - 1).value, nth(whens, k - 1).value
                k -= 1
            nth(order, k).value, nth(whens, k).value = i, when
        for at in range(count):
            i = nth(order, at).value
            row = nth(rows, mine + i) if i < own else nth(others, nth(theirs, here + i - own).value)
            to = written + at
            nth(start, to).value = row.start
            nth(end, to).value = row.end
            nth(kind, to).value = row.kind
            nth(place, to).value = row.place
            nth(actor, to).value = a
            nth(other, to).value = row.other
            nth(wait, to).value = row.wait
            nth(outcome, to).value = row.outcome
            nth(cause, to).value = row.cause
            nth(side, to).value = row.side
        written += count
