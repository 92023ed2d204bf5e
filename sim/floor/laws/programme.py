"""Laws of what was booked: one row each, meetings as both sides have them, tables and interpreters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from sim.floor.arrays import NONE, IntArray, PlaceKind
from sim.floor.curves import peaks
from sim.floor.index import index_of
from sim.floor.laws.account import SHOWN, Account
from sim.floor.trace import Cause, Kind, Outcome

__all__ = [
    "a_meeting_is_lost_only_if_too_few_are_there_or_something_is_wanting",
    "all_sides_meet_at_the_same_time",
    "every_booking_of_a_meal_leaves_one_row",
    "every_booking_of_a_session_leaves_one_row",
    "every_side_of_a_meeting_leaves_one_row",
    "held_meetings",
    "hosts_who_were_called_leave_one_row",
    "tables_and_interpreters_are_never_double_booked",
    "who_comes_in_vain_has_lost_the_meeting_before",
]


def every_booking_of_a_session_leaves_one_row(account: Account) -> Iterator[str]:
    """Each party's booking of a session has one row, at its place, and there is no other."""
    bookings, rows = account.floor.bookings, account.rows(Kind.SESSION)
    booked, own = np.flatnonzero(bookings.session != NONE), account.is_party(rows.actor)
    owner = index_of(account.floor).owner[booked]
    yield from _one_each(owner, bookings.session[booked], rows.actor[own], rows.other[own], "session")
    elsewhere = account.floor.sessions.place[rows.other] != rows.place
    yield from account.named(rows, elsewhere, "not at the session's place")


def every_booking_of_a_meal_leaves_one_row(account: Account) -> Iterator[str]:
    """Each meal that a party comes for has one row, at its place, and there is no other."""
    bookings, rows = account.floor.bookings, account.rows(Kind.MEAL)
    booked = np.flatnonzero((bookings.meal > 0) & (bookings.comes != 0))
    owner = index_of(account.floor).owner[booked]
    yield from _one_each(owner, bookings.place[booked], rows.actor, rows.place, "meal at place")


def _one_each(
    owner: IntArray, booked: IntArray, actor: IntArray, other: IntArray, what: str
) -> Iterator[str]:
    """Bookings and rows, as pairs of a party and what it is about, are the same."""
    expected = Counter(zip(owner.tolist(), booked.tolist(), strict=True))
    found = Counter(zip(actor.tolist(), other.tolist(), strict=True))
    for party, number in sorted((expected - found) + (found - expected))[:SHOWN]:
        pair = party, number
        yield f"party {party} and {what} {number}: {expected[pair]} bookings, {found[pair]} rows"


def hosts_who_were_called_leave_one_row(account: Account) -> Iterator[str]:
    """Each call for a host has one row, of nobody or of somebody of a booth that was called."""
    calls, rows, floor = account.floor.calls, account.rows(Kind.SESSION), account.floor
    hosts, n = np.flatnonzero(~account.is_party(rows.actor)), len(floor.sessions.place)
    called = np.bincount(calls.session[calls.session != NONE], minlength=n)
    came = np.bincount(rows.other[hosts], minlength=n)
    for session in np.flatnonzero(called != came)[:SHOWN]:
        yield f"session {session}: {called[session]} hosts called, {came[session]} rows"
    sent = hosts[rows.actor[hosts] != NONE]
    booth = floor.staff.booth[rows.actor[sent] - floor.n_party_days]
    expected = Counter(zip(calls.session.tolist(), calls.booth.tolist(), strict=True))
    found = Counter(zip(rows.other[sent].tolist(), booth.tolist(), strict=True))
    for session, exhibitor in sorted(found - expected)[:SHOWN]:
        yield f"session {session}: hosted by booth {exhibitor}, which was not called"


def every_side_of_a_meeting_leaves_one_row(account: Account) -> Iterator[str]:
    """A meeting has one row a side, of who was booked or called; a stand-by's that is not held, its own.

    Who stays at the table for a stand-by is booked for the meeting that is lost.
    """
    floor, meetings, rows = account.floor, account.floor.meetings, account.rows(Kind.MEETING)
    n, index, standby = len(meetings.place), index_of(floor), meetings.standby_for != NONE
    found = np.zeros(index.booking.shape, dtype=np.int64)
    np.add.at(found, (rows.side, rows.other), 1)
    expected = (np.arange(len(found))[:, None] < meetings.sides).astype(np.int64)
    held = np.zeros(n, dtype=bool)
    held[rows.other[rows.served]] = True
    unheld = np.flatnonzero(standby & ~held)
    expected[meetings.keeps[unheld], unheld] = 0
    for side, meeting in np.argwhere(found != expected)[:SHOWN]:
        rightly = expected[side, meeting]
        yield f"meeting {meeting} has {found[side, meeting]} rows of side {side}, not {rightly}"
    party_day = index.with_standbys(index.party_day, floor)
    booth = index.with_standbys(index.booth, floor)
    for of in (rows, account.rows(Kind.IN_VAIN)):
        party, called = party_day[of.side, of.other], booth[of.side, of.other]
        staff = ~account.is_party(of.actor) & (of.actor != NONE)
        home = np.full(len(of), NONE, dtype=np.int64)
        home[staff] = floor.staff.booth[of.actor[staff] - floor.n_party_days]
        of_booth = (of.actor == NONE) | (staff & (home == called))
        wrong = np.where(party != NONE, of.actor != party, ~of_booth)
        yield from account.named(of, wrong, "of somebody who was not booked for that side")
        yield from account.named(of, meetings.place[of.other] != of.place, "not at the meeting's place")


def all_sides_meet_at_the_same_time(account: Account) -> Iterator[str]:
    """The sides of a meeting that is held begin and end together, not before its start, for its time.

    That is its duration, or what is left of it until the slot's end, but never less than its least. All
    are there; of more than two, side 0 and another, who then begin at the deadline or later, when those
    who are missing are seen to be.
    """
    rows, meetings = account.rows(Kind.MEETING), account.floor.meetings
    held = rows.served
    yield from account.named(
        rows, held & (rows.begin < meetings.start[rows.other]), "begins before its start"
    )
    cut = (meetings.start + meetings.duration)[rows.other]
    whole = rows.begin + meetings.duration[rows.other]
    last = np.where(meetings.hold[rows.other] != 0, whole, cut)
    yield from account.named(rows, held & (rows.end != last), "not as long as it should be")
    short = rows.end - rows.begin < meetings.least[rows.other]
    yield from account.named(rows, held & short, "cut to less than its least")
    sides = np.zeros((3, len(meetings.place)), dtype=np.int64)  # how many meet, their beginnings, their ends
    for of, value in zip(sides, (1, rows.begin[held], rows.end[held]), strict=True):
        np.add.at(of, rows.other[held], value)
    many, begin, end = sides[:, rows.other]
    least = np.where(meetings.sides[rows.other] > 2, 2, meetings.sides[rows.other])
    apart = (many < least) | (many * rows.begin != begin) | (many * rows.end != end)
    yield from account.named(rows, held & apart, "does not meet as the other side does")
    about = np.zeros(len(meetings.place), dtype=np.bool_)
    about[rows.other[held & (rows.side == 0)]] = True
    yield from account.named(rows, held & ~about[rows.other], "meets without the side that it is about")
    without = (many > 0) & (many < meetings.sides[rows.other])
    early = held & without & (rows.begin < meetings.deadline[rows.other])
    yield from account.named(rows, early, "begins before the deadline without a side")
    missing = rows.absent & (many * rows.end == begin)
    yield from account.named(rows, without & ~held & ~missing, "not missing when the others begin")


def a_meeting_is_lost_only_if_too_few_are_there_or_something_is_wanting(account: Account) -> Iterator[str]:
    """Whoever was stood up for want of another side was there while too few were: all, or 0 and another."""
    rows, meetings = account.rows(Kind.MEETING), account.floor.meetings
    n = len(meetings.place)
    there = rows.outcome == Outcome.STOOD_UP
    about, others = (
        np.bincount(rows.other[there & at], minlength=n) for at in (rows.side == 0, rows.side > 0)
    )
    enough = (about > 0) & (others > 0)
    wrong = there & enough[rows.other] & (rows.cause == Cause.OTHER_SIDE)
    yield from account.named(rows, wrong, "stood up, though enough were there")


def held_meetings(account: Account) -> tuple[IntArray, IntArray, IntArray]:
    """Meetings that were held: which, from, to."""
    rows = account.rows(Kind.MEETING)
    meeting, first = np.unique(rows.other[rows.served], return_index=True)
    row = np.flatnonzero(rows.served)[first]
    return meeting, rows.begin[row], rows.end[row]


def tables_and_interpreters_are_never_double_booked(account: Account) -> Iterator[str]:
    """At a table there is one meeting at a time, and no more across borders than there are interpreters."""
    places, meetings = account.floor.places, account.floor.meetings
    meeting, begin, end = held_meetings(account)
    at = np.flatnonzero(places.kind[meetings.place[meeting]] == PlaceKind.TABLE)
    most, _ = peaks(meetings.place[meeting[at]], len(places.kind), begin[at], end[at])
    for place in np.flatnonzero(most > 1)[:SHOWN]:
        yield f"{most[place]} meetings at once at table {place}"
    at = np.flatnonzero(meetings.interpreters[meeting] != NONE)
    pool = meetings.interpreters[meeting[at]]
    most, when = peaks(pool, len(meetings.pool_size), begin[at], end[at])
    for which in np.flatnonzero(most > meetings.pool_size)[:SHOWN]:
        size = meetings.pool_size[which]
        yield f"{most[which]} interpreters of pool {which} at once, {size} there are, at {when[which]} ms"


def who_comes_in_vain_has_lost_the_meeting_before(account: Account) -> Iterator[str]:
    """A side that comes in vain has a row of the meeting as one who was not there, and it is over."""
    rows, vain = account.rows(Kind.MEETING), account.rows(Kind.IN_VAIN)
    shape = index_of(account.floor).booking.shape
    settled = np.full(shape, np.iinfo(np.int64).max)
    who = np.full(shape, NONE, dtype=np.int64)
    lost = rows.absent
    settled[rows.side[lost], rows.other[lost]] = rows.end[lost]
    who[rows.side[lost], rows.other[lost]] = rows.actor[lost]
    wrong = (settled[vain.side, vain.other] > vain.start) | (who[vain.side, vain.other] != vain.actor)
    yield from account.named(vain, wrong, "in vain for a meeting that it had not lost")
