"""Rows of the trace: written as they occur, then put in order."""

from __future__ import annotations

from sim.engine.compiled import records as of
from sim.engine.compiled.compiling import rule
from sim.engine.compiled.state import Head
from sim.floor.arrays import NONE

__all__ = ["record"]


@rule
def record(
    f: Head,
    start: int,
    end: int,
    kind: int,
    place: int,
    actor: int,
    other: int,
    wait: int,
    outcome: int,
    cause: int,
    side: int,
) -> None:
    """Write a row of the trace: among those of the party, or where there is room."""
    i = NONE
    if NONE < actor < f.parties:
        party = of.party(f, actor)
        if party.next_row < party.last_row:
            i = party.next_row
            party.next_row = i + 1
    if i == NONE:
        i = f.written
        f.written = i + 1
        of.whose(f, i - f.own_rows).actor = actor
    row = of.row(f, i)
    row.start = start
    row.end = end
    row.kind = kind
    row.place = place
    row.other = other
    row.wait = wait
    row.outcome = outcome
    row.cause = cause
    row.side = side
