"""Sessions (R5): seats held and taken, the line at the door, rounds of mixing."""

from __future__ import annotations

from sim.engine.compiled import lines
from sim.engine.compiled import records as of
from sim.engine.compiled.compiling import rule
from sim.engine.compiled.events import succeed
from sim.engine.compiled.names import Cause, Goes, Kind, Outcome
from sim.engine.compiled.recording import record
from sim.engine.compiled.state import Head
from sim.floor.arrays import NONE

__all__ = ["admit", "close", "leave", "may_wait", "mix", "queue", "release", "stay"]


@rule
def admit(f: Head, k: int, size: int, registered: int, now: int) -> bool:
    """Seat a party now if the rules give it seats."""
    session = of.session(f, k)
    if now < session.doors:
        return False
    held = session.held if now < session.hold and not registered else 0
    if session.taken + held + size > session.seats:
        return False
    session.taken += size
    if registered:
        session.held -= size
    return True


@rule
def queue(f: Head, k: int, v: int) -> None:
    """Wait at the door."""
    lines.join(f, of.session(f, k), v)


@rule
def _called(f: Head, k: int, v: int, outcome: int) -> None:
    """Wait at the door no more."""
    lines.leave(f, of.session(f, k), v)
    succeed(f, Goes.PARTY, v, outcome, NONE)


@rule
def may_wait(f: Head, k: int, now: int) -> bool:
    """Whether a party without seats waits at the door: until held seats are released."""
    return now < max(of.session(f, k).doors, of.session(f, k).hold)


@rule
def release(f: Head, k: int, now: int) -> None:
    """Let in those at the door, in order of arrival; once nothing is held, turn away the rest."""
    v = of.session(f, k).first
    while v != NONE:
        party = of.party(f, v)
        behind = party.behind
        if admit(f, k, party.people, of.booking(f, party.row).registered, now):
            _called(f, k, v, Outcome.DONE)
        elif not may_wait(f, k, now):
            _called(f, k, v, Outcome.TURNED_AWAY)
        v = behind


@rule
def leave(f: Head, k: int, b: int, size: int, now: int) -> None:
    """A party gives its seats back and hands them on."""
    of.booking(f, b).present = 0
    of.session(f, k).taken -= size
    release(f, k, now)


@rule
def close(f: Head, k: int) -> None:
    """The room closes: nobody waits at its door; the audience stays (R7)."""
    while of.session(f, k).first != NONE:
        _called(f, k, of.session(f, k).first, Outcome.CLOSED)


@rule
def stay(f: Head, k: int, now: int, rounds: int, due: int) -> tuple[int, int]:
    """When a party seated `now` leaves, and the number of rounds it is there for.

    A booking due at `due` makes it leave the talk at that moment, or the mixing at the last end of a
    round before.
    """
    session = of.session(f, k)
    rounds = min(rounds, session.rounds)
    if due < session.end:
        return max(due, now + 1), 0
    if session.round_length > 0:
        rounds = min(rounds, (due - session.end) // session.round_length)
    return max(session.end + rounds * session.round_length, now + 1), rounds


@rule
def mix(f: Head, k: int, now: int) -> None:
    """A round of mixing: those present meet in pairs, in keyed order, two by two."""
    session = of.session(f, k)
    number = (now - session.end) // session.round_length
    n = 0
    for i in range(session.booking, session.booking_end):
        b = of.booking_of(f, i).number
        if of.booking(f, b).present > number:
            n = _put(f, n, of.booking_mixing(f, b * f.booking_rounds + number).order, of.booking(f, b).party)
    for i in range(session.call, session.call_end):
        c = of.call_of(f, i).number
        if of.call(f, c).present > number:
            order = of.call_mixing(f, c * f.call_rounds + number).order
            n = _put(f, n, order, f.parties + of.call(f, c).host)
    for i in range(0, n - 1, 2):
        a, b = of.mixer(f, i).actor, of.mixer(f, i + 1).actor
        until = now + session.round_length
        one, other = min(a, b), max(a, b)
        record(f, now, until, Kind.CONTACT, session.place, one, other, 0, Outcome.DONE, Cause.NONE, NONE)


@rule
def _put(f: Head, n: int, mixing: int, actor: int) -> int:
    """Put somebody among the first `n` of those who mix, by keyed order, then actor; how many there are."""
    hole = n
    while hole > 0:
        ahead = of.mixer(f, hole - 1)
        if ahead.order < mixing or (ahead.order == mixing and ahead.actor < actor):
            break
        of.mixer(f, hole).order = ahead.order
        of.mixer(f, hole).actor = ahead.actor
        hole -= 1
    of.mixer(f, hole).order = mixing
    of.mixer(f, hole).actor = actor
    return n + 1
