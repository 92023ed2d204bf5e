"""Both sides of each meeting: who was booked, what became of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.floor.arrays import NONE, IntArray
from sim.floor.trace import Kind, Outcome
from sim.statistics.ledger import Bools, Floats, Integers, Ledger

__all__ = ["Sides", "read_sides", "request_of_meeting"]


@dataclass(frozen=True, slots=True)
class Sides:
    """Arrays of shape (2, meetings), a row a side; from `held` on there is one entry a meeting.

    A stand-by's meeting has the side that stays in common with the meeting it stands by for; unless
    it was held the trace has no row of that side.
    """

    party_day: IntArray  # the party booked, NONE: a booth
    organisation: IntArray
    actor: IntArray  # the party, or the member of staff who was there; NONE: nobody was sent
    outcome: Integers  # Outcome; NONE: the trace has no row
    cause: Integers
    arrival: IntArray  # ms: reaching the place (the deadline if missing)
    wait: IntArray  # ms
    end: IntArray  # ms
    held: Bools
    ordinary: Bools  # False: a stand-by's
    request: IntArray  # first request that led to it, NONE: none
    programme: IntArray  # index into Expo.matchmaking, NONE: none
    affinity: Floats
    score: Floats

    @property
    def begin(self) -> IntArray:
        """When each meeting began, ms; meaningless where it was not held."""
        begin: IntArray = (self.arrival + self.wait).max(axis=0)
        return begin


def request_of_meeting(meeting: IntArray, n: int) -> IntArray:
    """For each of `n` meetings the first request that led to it, or NONE."""
    first = np.full(n, NONE, dtype=np.int64)
    rows = np.flatnonzero(meeting != NONE)[::-1]  # the first is written last
    first[meeting[rows]] = rows
    return first


def read_sides(ledger: Ledger) -> Sides:
    """The sides of all meetings.

    A row of the trace says its meeting and its actor, not its side: a party's row belongs to the
    side it is booked for, a member's to the side its booth is called to, and a row without an actor
    (a booth that sent nobody) to the side of a booth that has no other row.
    """
    floor, expo = ledger.floor, ledger.expo
    n = len(floor.meetings.start)
    party_day = np.full((2, n), NONE, dtype=np.int64)
    organisation = np.full((2, n), NONE, dtype=np.int64)
    bookings, calls = floor.bookings, floor.calls
    booked = np.flatnonzero(bookings.meeting != NONE)
    owner = np.searchsorted(floor.party_days.booking_index, booked, side="right") - 1
    seat = bookings.side[booked], bookings.meeting[booked]
    party_day[seat] = owner
    organisation[seat] = expo.parties.organisation[owner]
    called = calls.meeting != NONE
    booth = np.full((2, n), NONE, dtype=np.int64)
    booth[calls.side[called], calls.meeting[called]] = calls.booth[called]
    organisation[booth != NONE] = booth[booth != NONE]

    standby = np.flatnonzero(floor.meetings.standby_for != NONE)
    of, stays = floor.meetings.standby_for[standby], floor.meetings.keeps[standby]
    for column in (party_day, organisation, booth):
        column[stays, standby] = column[stays, of]

    rows = ledger.rows(Kind.MEETING)
    meeting, actor = rows.other, rows.actor
    side = np.where(ledger.is_party(actor), party_day[1, meeting] == actor, 0).astype(np.int64)
    staff = actor >= ledger.n_party_days
    side[staff] = booth[0, meeting[staff]] != floor.staff.booth[actor[staff] - ledger.n_party_days]
    taken = np.zeros((2, n), dtype=np.bool_)
    taken[side[actor != NONE], meeting[actor != NONE]] = True
    for row in np.flatnonzero(actor == NONE):
        m = meeting[row]
        side[row] = 1 if taken[0, m] or booth[0, m] == NONE else 0
        taken[side[row], m] = True

    def spread(column: Integers, missing: int) -> IntArray:
        values = np.full((2, n), missing, dtype=np.int64)
        values[side, meeting] = column
        return values

    outcome = spread(rows.outcome, NONE)
    request = request_of_meeting(expo.requests.meeting, n)
    asked = request != NONE
    chosen = request[asked]
    programme = np.full(n, NONE, dtype=np.int64)
    affinity, score = np.full(n, np.nan), np.full(n, np.nan)
    programme[asked] = expo.requests.programme[chosen]
    affinity[asked] = expo.requests.affinity[chosen]
    score[asked] = expo.requests.score[chosen]
    return Sides(
        party_day=party_day,
        organisation=organisation,
        actor=spread(actor, NONE),
        outcome=outcome,
        cause=spread(rows.cause, 0),
        arrival=spread(rows.start, 0),
        wait=spread(rows.wait, 0),
        end=spread(rows.end, 0),
        held=((outcome == Outcome.DONE) | (outcome == Outcome.LATE)).all(axis=0),
        ordinary=floor.meetings.standby_for == NONE,
        request=request,
        programme=programme,
        affinity=affinity,
        score=score,
    )
