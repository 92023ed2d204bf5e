"""Servers behind one line, strictly first come first served: gates, catering, doors of full halls."""

from __future__ import annotations

from sim.engine.compiled import records as of
from sim.engine.compiled.compiling import rule
from sim.engine.compiled.events import succeed
from sim.engine.compiled.lines import leave
from sim.engine.compiled.names import Goes, Outcome
from sim.engine.compiled.state import Head
from sim.floor.arrays import NONE

__all__ = ["close", "give_up", "release", "resize", "take"]


@rule
def take(f: Head, c: int, need: int) -> bool:
    """Take `need` servers now if nobody waits and so many are free."""
    counter = of.counter(f, c)
    if counter.first != NONE or need > counter.free:
        return False
    counter.free -= need
    return True


@rule
def serve(f: Head, c: int) -> None:
    """Hand free servers to the head of the line, as far as they go; at a gate each takes one lane."""
    counter = of.counter(f, c)
    while counter.first != NONE:
        v = counter.first
        need = 1 if counter.lanes else of.party(f, v).people
        if need > counter.free:
            break
        counter.free -= need
        leave(f, counter, v)
        succeed(f, Goes.PARTY, v, Outcome.DONE, NONE)


@rule
def release(f: Head, c: int, need: int) -> None:
    """Give servers back and hand them on."""
    of.counter(f, c).free += need
    serve(f, c)


@rule
def resize(f: Head, c: int, servers: int) -> None:
    """Change the number of servers (R8); running services finish."""
    counter = of.counter(f, c)
    counter.free += servers - counter.servers
    counter.servers = servers
    serve(f, c)


@rule
def give_up(f: Head, c: int, v: int, outcome: int) -> None:
    """End a wait without service; those behind may now fit."""
    leave(f, of.counter(f, c), v)
    succeed(f, Goes.PARTY, v, outcome, NONE)
    serve(f, c)


@rule
def close(f: Head, c: int) -> None:
    """Empty the line."""
    counter = of.counter(f, c)
    while counter.first != NONE:
        v = counter.first
        leave(f, counter, v)
        succeed(f, Goes.PARTY, v, Outcome.CLOSED, NONE)
