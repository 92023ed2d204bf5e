"""Lines: parties one behind the other, at a counter, a booth or the door of a session."""

from __future__ import annotations

from typing import Any

from sim.engine.compiled import records as of
from sim.engine.compiled.compiling import rule
from sim.engine.compiled.state import Head
from sim.floor.arrays import NONE

__all__ = ["join", "leave"]


@rule
def join(f: Head, line: Any, v: int) -> None:
    """Stand at the end of the line of a counter, a booth or a session."""
    party = of.party(f, v)
    party.waits = 1
    party.before = line.last
    party.behind = NONE
    if line.last == NONE:
        line.first = v
    else:
        of.party(f, line.last).behind = v
    line.last = v


@rule
def leave(f: Head, line: Any, v: int) -> None:
    """Stand in it no more."""
    party = of.party(f, v)
    party.waits = 0
    if party.before == NONE:
        line.first = party.behind
    else:
        of.party(f, party.before).behind = party.behind
    if party.behind == NONE:
        line.last = party.before
    else:
        of.party(f, party.behind).before = party.before
