"""Rows of the trace: written as they occur, then put in order."""

from __future__ import annotations

from sim.engine.compiled import records as of
from sim.engine.compiled.compiling import rule
from sim.engine.compiled.state import Head

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
    """Write a row of the trace."""
    row = of.row(f, f.written)
    f.written += 1
    row.start = start
    row.end = end
    row.kind = kind
    row.place = place
    row.actor = actor
    row.other = other
    row.wait = wait
    row.outcome = outcome
    row.cause = cause
    row.side = side
