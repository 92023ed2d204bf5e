"""Booths (R3, R4): members of staff, the line of parties, calls for delegates that wait."""

from __future__ import annotations

from sim.engine.compiled import lines
from sim.engine.compiled import records as of
from sim.engine.compiled.compiling import rule
from sim.engine.compiled.events import succeed
from sim.engine.compiled.names import Cause, Goes, MemberState, Outcome
from sim.engine.compiled.ordered import enter, strike
from sim.engine.compiled.state import Head
from sim.floor.arrays import NONE

__all__ = [
    "add_free", "close", "forget_call", "give_up", "join", "next_call", "next_in_line", "take_free",
    "wait_for_delegate", "why_nobody_came",
]  # fmt: skip


@rule
def add_free(f: Head, since: int, m: int) -> None:
    """A member has nothing to do from `since` on."""
    of.idle(f, m).since = since


@rule
def take_free(f: Head, place: int, named: int) -> int:
    """The member free longest, or the one named; NONE if not to be had."""
    best = NONE
    if named != NONE:
        if of.idle(f, named).since != NONE:
            best = named
    else:
        booth = of.place(f, place)
        for m in range(booth.staff, booth.staff_end):
            since = of.idle(f, m).since
            if since != NONE and (best == NONE or since < of.idle(f, best).since):
                best = m
    if best != NONE:
        of.idle(f, best).since = NONE
    return best


@rule
def join(f: Head, place: int, v: int) -> None:
    """Stand at the end of the line."""
    booth = of.place(f, place)
    lines.join(f, booth, v)
    booth.waiting += 1


@rule
def _leave(f: Head, place: int, v: int) -> None:
    booth = of.place(f, place)
    lines.leave(f, booth, v)
    booth.waiting -= 1


@rule
def next_in_line(f: Head, place: int) -> int:
    """The party that has waited longest, out of the line; NONE if nobody waits."""
    v = of.place(f, place).first
    if v != NONE:
        _leave(f, place, v)
    return v


@rule
def give_up(f: Head, place: int, v: int, outcome: int) -> None:
    """End a wait without a conversation."""
    _leave(f, place, v)
    succeed(f, Goes.PARTY, v, outcome, NONE)


@rule
def close(f: Head, place: int) -> None:
    """Empty the line (R7)."""
    while of.place(f, place).first != NONE:
        give_up(f, place, of.place(f, place).first, Outcome.CLOSED)


@rule
def wait_for_delegate(f: Head, c: int) -> None:
    """A call waits for somebody to send; calls are answered in order of their slots."""
    enter(f, of.place(f, of.call(f, c).booth).listed, c)


@rule
def forget_call(f: Head, c: int) -> None:
    """A call is cancelled."""
    strike(f, of.place(f, of.call(f, c).booth).listed, c)


@rule
def next_call(f: Head, place: int, m: int) -> int:
    """Take the first waiting call that this member may answer; NONE if there is none."""
    head = of.place(f, place).listed
    c = of.listed(f, head).after
    while c != NONE and of.call(f, c).member != NONE and of.call(f, c).member != m:
        c = of.listed(f, c).after
    if c != NONE:
        strike(f, head, c)
    return c


@rule
def why_nobody_came(f: Head, place: int, named: int) -> int:
    """What keeps the booth from sending a delegate."""
    booth = of.place(f, place)
    first, end = (booth.staff, booth.staff_end) if named == NONE else (named, named + 1)
    best = MemberState.HOSTING + 1
    for m in range(first, end):
        state = of.member(f, m).state
        if state >= MemberState.TALKING and state < best:
            best = state
    if best == MemberState.TALKING:
        return Cause.CONVERSATION
    if best == MemberState.MEETING:
        return Cause.MEETING
    if best == MemberState.HOSTING:
        return Cause.SESSION
    return Cause.STAFF
