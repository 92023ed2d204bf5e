"""A party's day, from the gate to the gate again (R1, R2, R3, R5, R6, R7).

A SimPy process stands where it waits; here a party is `At` something, and `go_on` takes it from there
to the next thing that it must wait for.
"""

from __future__ import annotations

from sim.engine.compiled import booths, counters, lines, meetings, sessions
from sim.engine.compiled import records as of
from sim.engine.compiled.compiling import rule
from sim.engine.compiled.delegates import free
from sim.engine.compiled.events import LATEST, at
from sim.engine.compiled.geography import booths_open_until, is_open, limited, walk
from sim.engine.compiled.names import Aim, At, Cause, Kind, MemberState, Outcome, Rank
from sim.engine.compiled.recording import record
from sim.engine.compiled.route import admit, due, find_closed, give_up, lose, next_step, remember
from sim.engine.compiled.state import Head
from sim.floor.arrays import NONE

__all__ = ["go_on", "lose_patience", "stay_away"]

WAITS, LET_IN, REFUSED = 0, 1, 2  # how far it has come on the way to another hall


@rule
def go_on(f: Head, v: int, outcome: int, member: int) -> None:
    """A party goes on: what it waited for ended with this `outcome`, at a booth with a `member` free."""
    party = of.party(f, v)
    where = party.at
    asks, keeps, crosses, when = False, False, False, 0
    if where <= At.GATE_CHECK:
        if not _pass_gate(f, v, where, outcome):
            return
    elif where == At.TO_STOP:
        asks = True
    elif where == At.LOOK:
        asks = _has_looked(f, v)
    elif where == At.BOOTH_LINE:
        if _called_at_booth(f, v, outcome, member):
            return
    elif where == At.TALK:
        _has_talked(f, v)
    elif where <= At.FROM_DOOR:
        crosses = True
    elif where == At.TO_BOOKING:
        keeps = True
    elif where == At.ROOM_LINE:
        if _be_seated(f, v, outcome):
            return
    elif where == At.SESSION:
        _leave_session(f, v)
    elif where == At.MEAL_LINE:
        if _sit_down_to_eat(f, v, outcome):
            return
    elif where == At.MEAL:
        _has_eaten(f, v)
    elif where == At.TO_GATE:
        _go_home(f, v)
        return
    while True:
        if crosses:
            way = _cross(f, v, where, when, outcome)
            if way == WAITS:
                return
            crosses = False
            if party.aim == Aim.LEAVE:
                _go_home(f, v)
                return
            if party.aim == Aim.BOOKING:
                keeps = way == LET_IN
                if not keeps:
                    _miss(f, v, party.row, Cause.HALL)
            elif way == LET_IN and _look(f, v):
                return
        if asks:
            asks = False
            if _ask(f, v):
                return
        if keeps:
            keeps = False
            if _keep_booking(f, v):
                return
        aim, row, when, walked, late = next_step(f, v)
        party.aim = aim
        if aim == Aim.LEAVE:
            party.doing = Cause.ABSENT
        else:
            party.held_up = party.doing if late else Cause.WALK
            party.doing = Cause.WALK
            party.row = row
        if walked:
            if aim == Aim.STOP:
                party.at = At.TO_STOP
                at(f, when, Rank.PARTIES_ASK, v)
            elif aim == Aim.BOOKING:
                party.at = At.TO_BOOKING
                at(f, when, Rank.PARTIES_ARRIVE, v)
            else:
                party.at = At.TO_GATE
                at(f, when, Rank.PARTIES_LEAVE, v)
            return
        crosses, where = True, At.NOWHERE
        if aim == Aim.LEAVE:
            party.to = party.gate
        else:
            party.to = of.stop(f, row).place if aim == Aim.STOP else of.booking(f, row).place


# ------------------------------------------------------------------------------- the gate (R1)


@rule
def _pass_gate(f: Head, v: int, where: int, outcome: int) -> bool:
    """The gate: lanes, first come first served, up to a patience. Whether the party is in, and goes on."""
    party, now = of.party(f, v), f.now
    gate = of.place(f, party.gate).counter
    if where == At.GATE_CHECK:
        counters.release(f, gate, 1)
        record(
            f, party.since, now, Kind.GATE, party.gate, v, NONE, party.wait, Outcome.DONE, Cause.NONE, NONE
        )
        admit(f, v)
        return True
    if where == At.NOWHERE:
        party.since, party.doing = now, Cause.GATE
        outcome = Outcome.CLOSED
        if is_open(f, party.gate, now):
            outcome = Outcome.DONE
            if not counters.take(f, gate, 1):
                outcome = Outcome.RENEGED
                if of.plan(f, v).gate_patience > 0:
                    lines.join(f, of.counter(f, gate), v)
                    _patient(f, v, now + of.plan(f, v).gate_patience, outcome)
                    party.at = At.GATE_LINE
                    return False
    party.wait = now - party.since
    if outcome == Outcome.DONE:
        party.at = At.GATE_CHECK
        at(f, now + of.plan(f, v).check, Rank.SERVICES_END, v)
        return False
    record(f, party.since, now, Kind.GATE, party.gate, v, NONE, party.wait, outcome, Cause.NONE, NONE)
    party.doing = Cause.ABSENT
    why = Cause.GATE if outcome == Outcome.RENEGED else Cause.ABSENT
    for b in range(party.next_booking, party.last_booking):
        if of.booking(f, b).comes:
            _miss(f, v, b, why)
    return False


@rule
def _go_home(f: Head, v: int) -> None:
    """The party is at the gate again."""
    party, now = of.party(f, v), f.now
    record(f, party.admitted, now, Kind.VISIT, party.gate, v, NONE, 0, Outcome.DONE, Cause.NONE, NONE)


@rule
def _miss(f: Head, v: int, b: int, cause: int) -> None:
    """A party will not come to a booking: a row, which for a meeting is written when that is lost."""
    booking = of.booking(f, b)
    if booking.meeting != NONE:
        booking.missed = cause
        return
    time, k = max(f.now, booking.start), booking.session  # no session: a meal
    kind = Kind.MEAL if k == NONE else Kind.SESSION
    record(f, time, time, kind, booking.place, v, k, 0, Outcome.MISSED, cause, NONE)


# ------------------------------------------------------------------------------- ways and lines (R2)


@rule
def _patient(f: Head, v: int, until: int, ends: int) -> None:
    """Who still waits in a line at `until` gives up; `ends` says how that is recorded (R2)."""
    party = of.party(f, v)
    party.ends = ends
    party.until = NONE
    if until < LATEST:
        party.until = until
        at(f, until, Rank.PATIENCE_ENDS, v)


@rule
def lose_patience(f: Head, v: int) -> None:
    """A party that still waits in the line in which its patience ends now gives up (R2)."""
    party = of.party(f, v)
    if not party.waits or party.until != f.now:
        return
    if party.at == At.BOOTH_LINE:
        booths.give_up(f, of.stop(f, party.row).place, v, party.ends)
    elif party.at == At.GATE_LINE:
        counters.give_up(f, of.place(f, party.gate).counter, v, party.ends)
    elif party.at == At.DOOR_LINE:
        counters.give_up(f, of.zone(f, of.spot(f, party.to).zone).counter, v, party.ends)
    elif party.at == At.MEAL_LINE:
        counters.give_up(f, of.place(f, of.booking(f, party.row).place).counter, v, party.ends)


@rule
def _wait(f: Head, c: int, v: int, patience_ends: int) -> bool:
    """Stand in the line of a counter until served, until patience ends, or until it is time to go (R2).

    False: it is over before it begins, and `ends` says how.
    """
    party = of.party(f, v)
    time, why = due(f, v)
    party.why = why
    ends = Outcome.RENEGED if patience_ends <= time else Outcome.LEFT_FOR_BOOKING
    until = min(patience_ends, time)
    party.ends = ends
    if until <= f.now:
        return False
    lines.join(f, of.counter(f, c), v)
    _patient(f, v, until, ends)
    return True


@rule
def _left_for(f: Head, v: int, outcome: int) -> int:
    """What a party left a line for, if it did."""
    return of.party(f, v).why if outcome == Outcome.LEFT_FOR_BOOKING else Cause.NONE


@rule
def _cross(f: Head, v: int, where: int, set_out: int, outcome: int) -> int:
    """Walk to another hall where a limit on people holds: whether it waits, is let in or refused.

    A party leaves its hall when it sets out and waits at the door of the other; that it had to wait is
    what would make it late from then on.
    """
    party, now = of.party(f, v), f.now
    to, new = party.to, of.spot(f, party.to).zone
    if where == At.NOWHERE:
        if set_out > now:
            party.at = At.SETS_OUT
            at(f, set_out, Rank.SERVICES_END, v)
            return WAITS
        where = At.SETS_OUT
    if where == At.SETS_OUT:
        old = of.spot(f, party.here).zone
        if limited(f, old):
            counters.release(f, of.zone(f, old).counter, party.people)
        to_door = walk(f, party.here, f.places + new, party.pace)
        party.rest = walk(f, party.here, to, party.pace) - to_door
        party.at = At.TO_DOOR
        at(f, now + to_door, Rank.PARTIES_ARRIVE, v)
        return WAITS
    if where == At.TO_DOOR:
        party.here, party.since = f.places + new, now
        outcome = Outcome.DONE
        if limited(f, new) and not counters.take(f, of.zone(f, new).counter, party.people):
            party.doing = Cause.HALL
            party.held_up = Cause.HALL
            party.at = At.DOOR_LINE
            if _wait(f, of.zone(f, new).counter, v, now + f.zone_patience):
                return WAITS
            where, outcome = At.DOOR_LINE, party.ends
    if where == At.DOOR_LINE:
        wait, cause = now - party.since, _left_for(f, v, outcome)
        record(f, party.since, now, Kind.HALL, to, v, new, wait, outcome, cause, NONE)
        if outcome != Outcome.DONE:
            give_up(f, v, new)
            return REFUSED
    if where != At.FROM_DOOR and party.rest > 0:
        party.at = At.FROM_DOOR
        at(f, now + party.rest, Rank.PARTIES_ARRIVE, v)
        return WAITS
    party.here = to
    return LET_IN


# ------------------------------------------------------------------------------- booths (R3)


@rule
def _look(f: Head, v: int) -> bool:
    """Look at a booth in a hall that the party has been let into; False: the booth is closed."""
    party, now = of.party(f, v), f.now
    party.since = now
    if not is_open(f, party.to, now):
        record(f, now, now, Kind.LOOK, party.to, v, NONE, 0, Outcome.CLOSED, Cause.NONE, NONE)
        find_closed(f, v, party.to, now)
        return False
    party.at = At.LOOK
    at(f, now + of.stop(f, party.row).look, Rank.PARTIES_ASK, v)
    return True


@rule
def _has_looked(f: Head, v: int) -> bool:
    """The look is over; whether the party wants to talk."""
    party, now = of.party(f, v), f.now
    record(f, party.since, now, Kind.LOOK, party.to, v, NONE, 0, Outcome.DONE, Cause.NONE, NONE)
    return of.stop(f, party.row).talk > 0


@rule
def _ask(f: Head, v: int) -> bool:
    """Ask for a conversation and have it, or wait for a member of staff; False: neither (R3)."""
    party, now = of.party(f, v), f.now
    place = of.stop(f, party.row).place
    party.since = now
    if now >= booths_open_until(f) and not is_open(f, place, now):
        return _no_talk(f, v, Outcome.CLOSED, Cause.NONE)
    member = booths.take_free(f, place, NONE)
    if member != NONE:
        return _begin_talk(f, v, member)
    time, why = due(f, v)
    if party.patience == 0 or of.place(f, place).waiting >= party.queue_limit:
        return _no_talk(f, v, Outcome.BALKED, Cause.NONE)
    if time <= now:
        return _no_talk(f, v, Outcome.LEFT_FOR_BOOKING, why)
    party.doing = Cause.QUEUE
    party.why = why
    patience_ends = now + party.patience
    booths.join(f, place, v)
    party.at = At.BOOTH_LINE
    ends = Outcome.RENEGED if patience_ends <= time else Outcome.LEFT_FOR_BOOKING
    _patient(f, v, min(patience_ends, time), ends)
    return True


@rule
def _called_at_booth(f: Head, v: int, outcome: int, member: int) -> bool:
    """A wait in the line of a booth is over; whether a conversation begins."""
    if outcome == Outcome.DONE:
        return _begin_talk(f, v, member)
    return _no_talk(f, v, outcome, _left_for(f, v, outcome))


@rule
def _begin_talk(f: Head, v: int, member: int) -> bool:
    party, now = of.party(f, v), f.now
    of.member(f, member).state = MemberState.TALKING
    party.doing = Cause.CONVERSATION
    party.member = member
    party.wait = now - party.since
    party.at = At.TALK
    at(f, now + of.stop(f, party.row).talk, Rank.SERVICES_END, v)
    return True


@rule
def _no_talk(f: Head, v: int, outcome: int, cause: int) -> bool:
    party, now = of.party(f, v), f.now
    place = of.stop(f, party.row).place
    record(f, party.since, now, Kind.TALK, place, v, NONE, now - party.since, outcome, cause, NONE)
    if outcome == Outcome.BALKED or outcome == Outcome.RENEGED:
        lose(f, party.row)
    elif outcome == Outcome.CLOSED:
        find_closed(f, v, place, now)
    return False


@rule
def _has_talked(f: Head, v: int) -> None:
    """A conversation ends: the member is free for the next."""
    party, now = of.party(f, v), f.now
    place, actor = of.stop(f, party.row).place, f.parties + party.member
    remember(f, v, place)
    record(f, party.since, now, Kind.TALK, place, v, actor, party.wait, Outcome.DONE, Cause.NONE, NONE)
    free(f, party.member, Cause.CONVERSATION)


# ------------------------------------------------------------------------------- bookings (R5, R6)


@rule
def _keep_booking(f: Head, v: int) -> bool:
    """Do what a booking is for; False: that is over at once."""
    party, now = of.party(f, v), f.now
    booking = of.booking(f, party.row)
    if booking.meeting != NONE:
        party.doing = Cause.MEETING
        party.at = At.TABLE
        return meetings.arrive(f, booking.meeting, booking.side, v, party.held_up)
    party.since = now
    if booking.session != NONE:
        return _attend(f, v)
    counter = of.place(f, booking.place).counter
    outcome = Outcome.DONE
    if not is_open(f, booking.place, now):
        outcome = Outcome.CLOSED
    elif not counters.take(f, counter, party.people):
        party.doing = Cause.QUEUE
        party.at = At.MEAL_LINE
        if _wait(f, counter, v, now + booking.patience):
            return True
        outcome = party.ends
    return _sit_down_to_eat(f, v, outcome)


@rule
def _attend(f: Head, v: int) -> bool:
    """Come to a session: be seated, wait at the door, or be turned away (R5)."""
    party, now = of.party(f, v), f.now
    booking = of.booking(f, party.row)
    session = of.session(f, booking.session)
    outcome = Outcome.DONE
    if not is_open(f, session.place, now):
        outcome = Outcome.CLOSED
    elif now > session.late:
        _not_seated(f, v, Outcome.TURNED_AWAY, Cause.TOO_LATE)
        return False
    elif not sessions.admit(f, booking.session, party.people, booking.registered, now):
        outcome = Outcome.TURNED_AWAY
        if sessions.may_wait(f, booking.session, now):
            party.doing = Cause.QUEUE
            party.at = At.ROOM_LINE
            sessions.queue(f, booking.session, v)
            return True
    return _be_seated(f, v, outcome)


@rule
def _be_seated(f: Head, v: int, outcome: int) -> bool:
    """The party has a seat until the session's end or the next booking; False: it has none."""
    party, now = of.party(f, v), f.now
    booking = of.booking(f, party.row)
    if outcome != Outcome.DONE:
        cause = Cause.FULL if outcome == Outcome.TURNED_AWAY else Cause.NONE
        _not_seated(f, v, outcome, cause)
        return False
    party.wait = now - party.since
    party.doing = Cause.SESSION
    time, why = due(f, v)
    until = time if why == Cause.BOOKING else LATEST - 1
    leaves, rounds = sessions.stay(f, booking.session, now, booking.rounds, until)
    booking.present = rounds
    party.at = At.SESSION
    at(f, leaves, Rank.SESSIONS_END, v)
    return True


@rule
def _not_seated(f: Head, v: int, outcome: int, cause: int) -> None:
    party, now = of.party(f, v), f.now
    k = of.booking(f, party.row).session
    place = of.session(f, k).place
    if outcome == Outcome.CLOSED:
        find_closed(f, v, place, now)
    record(f, party.since, now, Kind.SESSION, place, v, k, now - party.since, outcome, cause, NONE)


@rule
def _leave_session(f: Head, v: int) -> None:
    party, now = of.party(f, v), f.now
    k = of.booking(f, party.row).session
    sessions.leave(f, k, party.row, party.people, now)
    place = of.session(f, k).place
    record(f, party.since, now, Kind.SESSION, place, v, k, party.wait, Outcome.DONE, Cause.NONE, NONE)


@rule
def stay_away(f: Head, b: int) -> None:
    """A registered party does not come."""
    booking, now = of.booking(f, b), f.now
    k, v = booking.session, booking.party
    record(f, now, now, Kind.SESSION, booking.place, v, k, 0, Outcome.NO_SHOW, Cause.NONE, NONE)


@rule
def _sit_down_to_eat(f: Head, v: int, outcome: int) -> bool:
    """A meal begins; False: it does not, and there is a row."""
    party, now = of.party(f, v), f.now
    booking = of.booking(f, party.row)
    party.wait = now - party.since
    if outcome == Outcome.DONE:
        party.doing = Cause.MEAL
        party.at = At.MEAL
        at(f, now + booking.meal, Rank.SERVICES_END, v)
        return True
    if outcome == Outcome.CLOSED:
        find_closed(f, v, booking.place, now)
    cause = _left_for(f, v, outcome)
    record(f, party.since, now, Kind.MEAL, booking.place, v, NONE, party.wait, outcome, cause, NONE)
    return False


@rule
def _has_eaten(f: Head, v: int) -> None:
    party, now = of.party(f, v), f.now
    place = of.booking(f, party.row).place
    counters.release(f, of.place(f, place).counter, party.people)
    record(f, party.since, now, Kind.MEAL, place, v, NONE, party.wait, Outcome.DONE, Cause.NONE, NONE)
