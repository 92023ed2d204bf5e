"""Members of staff (R3, R4): on duty and off, free for a party, away as delegates."""

from __future__ import annotations

from sim.engine.compiled import meetings
from sim.engine.compiled import records as of
from sim.engine.compiled.booths import add_free, next_call, next_in_line, take_free, wait_for_delegate
from sim.engine.compiled.calls import cancel, missing_delegate
from sim.engine.compiled.compiling import rule
from sim.engine.compiled.events import at, succeed
from sim.engine.compiled.geography import is_open, walk
from sim.engine.compiled.names import At, Cause, Goes, Kind, MemberState, Outcome, Rank
from sim.engine.compiled.recording import record
from sim.engine.compiled.state import Head
from sim.floor.arrays import NONE

__all__ = ["arrive", "call_out", "come_on_duty", "delegate", "free", "give_up_call", "go_off_duty"]


@rule
def free(f: Head, m: int, cause: int) -> None:
    """A member has time: pending calls first, then the line (R3, R4).

    `cause` says what kept the member until now.
    """
    member = of.member(f, m)
    if not member.on_duty:
        member.state = MemberState.OFF
        return
    c = next_call(f, member.booth, m)
    if c != NONE:
        _send(f, m, c, cause)
        return
    v = next_in_line(f, member.booth)
    if v != NONE:
        member.state = MemberState.TALKING
        succeed(f, Goes.PARTY, v, Outcome.DONE, m)
    else:
        member.state = MemberState.FREE
        add_free(f, f.now, m)


@rule
def come_on_duty(f: Head, m: int) -> None:
    """A shift begins, or lunch is over."""
    member = of.member(f, m)
    member.on_duty = 1
    if member.state == MemberState.OFF:
        free(f, m, Cause.STAFF)


@rule
def go_off_duty(f: Head, m: int) -> None:
    """A shift ends, or lunch begins; who is busy finishes first."""
    member = of.member(f, m)
    member.on_duty = 0
    if member.state == MemberState.FREE:
        take_free(f, member.booth, m)
        member.state = MemberState.OFF


@rule
def call_out(f: Head, c: int) -> None:
    """A call for a delegate goes out: whoever is free goes, else it waits for the next (R4).

    None goes out to a second appointment that is known not to be needed.
    """
    call = of.call(f, c)
    if call.meeting != NONE and of.meeting(f, call.meeting).settled:
        return
    m = take_free(f, call.booth, call.member)
    if m == NONE:
        wait_for_delegate(f, c)
    else:
        _send(f, m, c, Cause.WALK)


@rule
def _send(f: Head, m: int, c: int, cause: int) -> None:
    """A member sets out to answer a call; `cause` says what kept the member until now."""
    succeed(f, Goes.SENT, m, cause, c)


@rule
def delegate(f: Head, m: int, sent: bool, outcome: int, value: int) -> None:
    """A member of staff away from the booth: to the call, then the next one or back (R4).

    One who is sent out goes to call `value`, kept until now by the cause that `outcome` names; any
    other goes on where it is `at`, its wait having ended with `outcome`.
    """
    member, now = of.member(f, m), f.now
    actor = f.parties + m
    doing = member.at
    if sent:
        member.call, member.cause, member.here = value, outcome, member.booth
        doing = At.NOWHERE
    while True:
        call = of.call(f, member.call)
        back = 0
        if doing == At.NOWHERE:
            member.state = MemberState.MEETING if call.session == NONE else MemberState.HOSTING
            member.left = now
            way = walk(f, member.here, call.place, member.pace)
            doing = At.TO_CALL
            outcome = Outcome.DONE
            if way > 0:
                call.delegate, call.cause = m, member.cause
                member.arrives, member.at = now + way, At.TO_CALL
                at(f, now + way, Rank.DELEGATES_ARRIVE, m)
                return
        if doing == At.TO_CALL:
            member.outcome = outcome
            if outcome == Outcome.CANCELLED:
                back = now - member.left + walk(f, member.here, member.booth, member.pace)
                doing = At.BACK
            else:
                call.delegate = NONE
                call.answered = 1
                doing = At.TABLE
                if call.meeting == NONE:
                    if _host(f, m, member.call):
                        member.at = At.HOSTS
                        return
                elif meetings.arrive(f, call.meeting, call.side, actor, member.cause):
                    member.at = At.TABLE
                    return
        elif doing == At.HOSTS:
            call.present = 0
            session = of.session(f, call.session)
            record(
                f, member.since, now, Kind.SESSION, session.place, actor, call.session, 0,
                Outcome.DONE, Cause.NONE, NONE,
            )  # fmt: skip
            doing = At.TABLE
        if doing == At.TABLE:
            member.here = call.place
            back = walk(f, member.here, member.booth, member.pace)
            doing = At.BACK
        following = NONE
        if member.at != At.BACK:
            if member.on_duty and member.outcome == Outcome.DONE:
                following = next_call(f, member.booth, m)
            if following == NONE and back > 0:
                member.at = At.BACK
                at(f, now + back, Rank.DELEGATES_BACK, m)
                return
        record(
            f, member.left, now, Kind.DELEGATE, call.place, actor, member.call, 0,
            member.outcome, Cause.NONE, NONE,
        )  # fmt: skip
        member.cause = Cause.MEETING if member.state == MemberState.MEETING else Cause.SESSION
        member.at = At.NOWHERE
        if following == NONE:
            free(f, m, member.cause)
            return
        member.call = following
        doing = At.NOWHERE


@rule
def arrive(f: Head, m: int) -> bool:
    """Whether a member who should be there by now is, and was not called back."""
    member = of.member(f, m)
    if member.arrives != f.now:
        return False
    member.arrives = NONE
    return True


@rule
def _host(f: Head, m: int, c: int) -> bool:
    """A delegate begins to host a session, to its end, mixing included (R5); False: the room is closed."""
    call, now = of.call(f, c), f.now
    session = of.session(f, call.session)
    actor = f.parties + m
    if not is_open(f, session.place, max(now, session.start)):
        record(
            f, now, now, Kind.SESSION, session.place, actor, call.session, 0, Outcome.CLOSED, Cause.NONE, NONE
        )
        return False
    of.member(f, m).since = now
    call.host, call.present = m, session.rounds
    leaves = session.end + session.rounds * session.round_length
    at(f, max(leaves, now + 1), Rank.SESSIONS_END, actor)
    return True


@rule
def give_up_call(f: Head, c: int) -> None:
    """The deadline of a call to a session: it is cancelled, unless it has been answered (R4)."""
    call, now = of.call(f, c), f.now
    if call.answered:
        return
    actor, outcome, cause = missing_delegate(f, c)
    place = of.session(f, call.session).place
    record(f, now, now, Kind.SESSION, place, actor, call.session, 0, outcome, cause, NONE)
    cancel(f, c)
