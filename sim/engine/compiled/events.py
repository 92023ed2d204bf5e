"""The event list: a heap of keys beside the calendar, and the turns that have come within an event."""

from __future__ import annotations

from sim.engine.compiled import records as of
from sim.engine.compiled.compiling import rule
from sim.engine.compiled.state import Head
from sim.floor.order import ENTITY_BITS, RANK_BITS, TIME_BITS

__all__ = ["ENTITY", "LATEST", "RANK", "SHIFT", "at", "pop", "succeed"]

SHIFT = RANK_BITS + ENTITY_BITS
ENTITY = (1 << ENTITY_BITS) - 1
RANK = ((1 << RANK_BITS) - 1) << ENTITY_BITS
LATEST = 1 << TIME_BITS


@rule
def at(f: Head, time: int, rank: int, entity: int) -> None:
    """An event at a time; one beyond the last time that there is does not happen, which is noted."""
    if time >= LATEST:
        f.too_late = 1
        return
    key = int(time) << SHIFT | rank | int(entity)
    hole = f.waiting
    f.waiting += 1
    while hole > 0:
        above = (hole - 1) >> 2
        if of.event(f, above).key <= key:
            break
        of.event(f, hole).key = of.event(f, above).key
        hole = above
    of.event(f, hole).key = key


@rule
def pop(f: Head) -> int:
    """The least key of the heap, taken out."""
    least = of.event(f, 0).key
    f.waiting -= 1
    n = f.waiting
    key, hole = of.event(f, n).key, 0
    while True:
        child = 4 * hole + 1
        if child >= n:
            break
        best = child
        for other in range(child + 1, min(child + 4, n)):
            if of.event(f, other).key < of.event(f, best).key:
                best = other
        if of.event(f, best).key >= key:
            break
        of.event(f, hole).key = of.event(f, best).key
        hole = best
    of.event(f, hole).key = key
    return least


@rule
def succeed(f: Head, goes: int, who: int, outcome: int, value: int) -> None:
    """Somebody's turn has come: who waited goes on within this event, first come first served."""
    turn = of.turn(f, f.called)
    f.called += 1
    turn.what = goes
    turn.who = who
    turn.outcome = outcome
    turn.value = value
