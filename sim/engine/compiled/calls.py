"""Who is missing where somebody was booked or called, and why; calls that nobody need answer any more."""

from __future__ import annotations

from sim.engine.compiled import records as of
from sim.engine.compiled.booths import forget_call, why_nobody_came
from sim.engine.compiled.compiling import rule
from sim.engine.compiled.events import succeed
from sim.engine.compiled.names import Cause, Goes, Outcome
from sim.engine.compiled.state import Head
from sim.floor.arrays import NONE

__all__ = ["cancel", "cancel_calls", "missing_delegate", "missing_side"]


@rule
def missing_side(f: Head, k: int, number: int) -> tuple[int, int, int]:
    """Who is missing at a meeting, how that is recorded, and what held them up."""
    side = of.side(f, f.sides * k + number)
    if side.call != NONE:
        return missing_delegate(f, side.call)
    if side.booking == NONE:  # nobody was ever booked for this side
        return NONE, Outcome.NO_SHOW, Cause.NONE
    booking = of.booking(f, side.booking)
    v = booking.party
    if not booking.comes:
        return v, Outcome.NO_SHOW, Cause.NONE
    cause = booking.missed
    if cause == NONE:
        party = of.party(f, v)
        cause = party.held_up if party.doing == Cause.WALK else party.doing
    return v, Outcome.MISSED, cause


@rule
def missing_delegate(f: Head, c: int) -> tuple[int, int, int]:
    """Who should have answered a call, how that is recorded, and what kept them."""
    call = of.call(f, c)
    actor = NONE if call.member == NONE else f.parties + call.member
    if not call.comes:
        return actor, Outcome.NO_SHOW, Cause.NONE
    if call.delegate != NONE:
        return f.parties + call.delegate, Outcome.MISSED, call.cause
    return actor, Outcome.MISSED, why_nobody_came(f, call.booth, call.member)


@rule
def cancel(f: Head, c: int) -> None:
    """Nobody need answer a call any more; a delegate on the way turns back (R4)."""
    m = of.call(f, c).delegate
    if m != NONE:
        of.call(f, c).delegate = NONE
        of.member(f, m).arrives = NONE
        succeed(f, Goes.MEMBER, m, Outcome.CANCELLED, NONE)
    else:
        forget_call(f, c)


@rule
def cancel_calls(f: Head, k: int) -> None:
    """A meeting is lost, or begins without those who are missing: their calls are cancelled."""
    for number in range(of.meeting(f, k).sides):
        c = of.side(f, f.sides * k + number).call
        if c != NONE and not of.call(f, c).answered:
            cancel(f, c)
