"""Routes (R2, R9): what a party does next, decided ahead as far as nobody else is needed."""

from __future__ import annotations

from sim.engine.compiled import records as of
from sim.engine.compiled.compiling import rule
from sim.engine.compiled.geography import (
    booths_open_until,
    closed_by_plan,
    crosses_limit,
    is_open,
    shut_until,
    walk,
)  # fmt: skip
from sim.engine.compiled.names import Aim, Cause, Kind, Outcome
from sim.engine.compiled.recording import record
from sim.engine.compiled.state import Head
from sim.floor.arrays import NONE

__all__ = ["admit", "due", "find_closed", "give_up", "lose", "next_step", "remember"]


@rule
def admit(f: Head, v: int) -> None:
    """The party is let in: its stay counts from now (R1)."""
    party, plan = of.party(f, v), of.plan(f, v)
    party.admitted = f.now
    party.departure = min(party.admitted + plan.stay, plan.latest)


@rule
def give_up(f: Head, v: int, zone: int) -> None:
    """The party was not let into a full hall: for a while it passes over stops there."""
    of.hall(f, v * f.zones + zone).given_up = f.now + f.zone_again


@rule
def passes_over(f: Head, v: int, here: int, place: int, t: int) -> bool:
    """Whether a stop lies in a hall that the party has given up, and that it would have to enter."""
    zone = of.spot(f, place).zone
    return of.spot(f, here).zone != zone and t < of.hall(f, v * f.zones + zone).given_up


@rule
def find_closed(f: Head, v: int, place: int, t: int) -> None:
    """A place is found closed: if no booth of its hall is open, the party stops at none till one is."""
    zone = of.spot(f, place).zone
    until = shut_until(f, zone, t)
    if until > t:
        of.hall(f, v * f.zones + zone).found_shut = until


@rule
def is_shut(f: Head, v: int, place: int, t: int, arrival: int) -> bool:
    """Whether a stop's hall is still as closed as the party has found it, or will be by the plan (R7)."""
    zone = of.spot(f, place).zone
    if t < of.hall(f, v * f.zones + zone).found_shut:
        return True
    return not is_open(f, place, arrival) and closed_by_plan(f, zone, arrival)


@rule
def remember(f: Head, v: int, booth: int) -> None:
    """The party has talked with the staff of a booth (R9)."""
    party = of.party(f, v)
    if party.again:
        of.met(f, party.last_met).booth = booth
        party.last_met += 1
        other = party.sibling
        while other != v:
            of.party(f, other).may_know |= 1 << (booth & 63)
            other = of.party(f, other).sibling


@rule
def knows(f: Head, v: int, booth: int) -> bool:
    """Whether the party has talked with the staff of a booth on another day."""
    if of.party(f, v).may_know >> (booth & 63) & 1 == 0:
        return False
    other = of.party(f, v).sibling
    while other != v:
        for i in range(of.party(f, other).met, of.party(f, other).last_met):
            if of.met(f, i).booth == booth:
                return True
        other = of.party(f, other).sibling
    return False


@rule
def lose(f: Head, s: int) -> None:
    """The party balked or reneged at a stop: it makes the next try, if there is one (R3)."""
    if of.stop(f, s).next_try > 0:
        of.stop(f, s + of.stop(f, s).next_try).off = 0


@rule
def upcoming(f: Head, v: int) -> int:
    """The next booking the party means to keep; NONE if there is none left."""
    party = of.party(f, v)
    b = party.next_booking
    while b < party.last_booking:
        booking = of.booking(f, b)
        if booking.comes and (booking.meeting == NONE or not of.meeting(f, booking.meeting).settled):
            break
        b += 1
    party.next_booking = b
    return b if b < party.last_booking else NONE


@rule
def due(f: Head, v: int) -> tuple[int, int]:
    """When the party must set out, from where it is, for its next booking or for the gate."""
    party, b = of.party(f, v), upcoming(f, v)
    if b != NONE:
        start = of.booking(f, b).start
        return start - walk(f, party.here, of.booking(f, b).place, party.pace), Cause.BOOKING
    return party.departure - walk(f, party.here, party.gate, party.pace), Cause.DEPARTURE


@rule
def next_step(f: Head, v: int) -> tuple[int, int, int, bool, bool]:
    """The next thing that needs an event: a stop with a talk, a booking, or leaving (R2).

    What it is, its row, when the party is there (or sets out), whether the walk is done, and whether it
    sets out for its booking later than it should have.
    """
    party = of.party(f, v)
    pace, here, t = party.pace, party.here, f.now
    watched, short_talk = f.any_limit != 0, f.short_talk
    surely_open, again = booths_open_until(f), party.again != 0
    b = upcoming(f, v)
    if b == NONE:
        goal, limit = party.gate, party.departure
    else:
        goal, limit = of.booking(f, b).place, of.booking(f, b).start
    onward = walk(f, here, goal, pace)
    s, last = party.next_stop, party.last_stop
    while b == NONE or t < limit - onward:
        fits = False
        if s < last:
            stop = of.stop(f, s)
            of.fetch_stop(f, s + 8)
            place = stop.place
            if (
                stop.off
                or (again and not stop.again and knows(f, v, place))
                or (watched and passes_over(f, v, here, place, t))
            ):
                s += 1
                continue
            arrival = t + walk(f, here, place, pace)
            from_there = walk(f, place, goal, pace)
            seen = arrival + stop.look
            fits = seen + from_there + (short_talk if stop.talk else 0) <= limit
        if not fits:
            if b != NONE:
                at = here if here < f.places else party.gate
                record(f, t, limit - onward, Kind.LOUNGE, at, v, NONE, 0, Outcome.DONE, Cause.NONE, NONE)
                t = limit - onward
            break
        if arrival >= surely_open and is_shut(f, v, place, t, arrival):
            record(f, t, t, Kind.LOOK, place, v, NONE, 0, Outcome.MISSED, Cause.CLOSED, NONE)
            s += 1
            continue
        if watched and crosses_limit(f, here, place):
            party.next_stop, party.here = s + 1, here
            return Aim.STOP, s, t, False, False
        s += 1
        here, onward = place, from_there
        if arrival >= surely_open and not is_open(f, place, arrival):
            record(f, arrival, arrival, Kind.LOOK, place, v, NONE, 0, Outcome.CLOSED, Cause.NONE, NONE)
            find_closed(f, v, place, arrival)
            t = arrival
            continue
        record(f, arrival, seen, Kind.LOOK, place, v, NONE, 0, Outcome.DONE, Cause.NONE, NONE)
        t = seen
        if stop.talk:
            party.next_stop, party.here = s, here
            return Aim.STOP, s - 1, t, True, False
    party.next_stop, party.here = s, here
    walked = not (watched and crosses_limit(f, here, goal))
    if b == NONE:
        return Aim.LEAVE, NONE, t + onward if walked else t, walked, False
    party.next_booking = b + 1
    late = t > limit - onward
    if walked:
        party.here = goal
        t += onward
    return Aim.BOOKING, b, t, walked, late
