"""The sides of each meeting: who was booked, what became of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.floor.arrays import NONE, IntArray
from sim.floor.index import index_of
from sim.floor.trace import SERVED, Kind
from sim.statistics.reading import Bools, Floats, Integers, Reading

__all__ = ["Sides", "read_sides", "request_of_meeting"]


@dataclass(frozen=True, slots=True)
class Sides:
    """Arrays of shape (sides, meetings), a row a side; from `held` on there is one entry a meeting.

    There are as many rows as the largest meeting has sides; in others the last say NONE, and `booked` no.
    A stand-by's meeting has the side that stays in common with the meeting it stands by for; unless
    it was held the trace has no row of that side. A second appointment has the request of the first.
    """

    booked: Bools  # whether the meeting has such a side
    there: Bools  # whether the meeting was held, and it was there
    party_day: IntArray  # the party booked, NONE: a booth
    organisation: IntArray
    actor: IntArray  # the party, or the member of staff who was there; NONE: nobody was sent
    outcome: Integers  # Outcome; NONE: the trace has no row
    cause: Integers
    arrival: IntArray  # ms: reaching the place (the deadline if missing)
    wait: IntArray  # ms
    end: IntArray  # ms
    held: Bools
    ordinary: Bools  # False: a stand-by's, or a second appointment
    request: IntArray  # first request that led to it, NONE: none
    programme: IntArray  # index into Expo.matchmaking, NONE: none
    affinity: Floats
    score: Floats

    @property
    def begin(self) -> IntArray:
        """When each meeting began, ms; meaningless where it was not held."""
        begin: IntArray = self.arrival[0] + self.wait[0]  # for all sides at once; 0 is one of them
        return begin


def request_of_meeting(meeting: IntArray, n: int) -> IntArray:
    """For each of `n` meetings the first request that led to it, or NONE."""
    first = np.full(n, NONE, dtype=np.int64)
    rows = np.flatnonzero(meeting != NONE)[::-1]  # the first is written last
    first[meeting[rows]] = rows
    return first


def read_sides(reading: Reading) -> Sides:
    """The sides of all meetings."""
    floor, expo = reading.floor, reading.expo
    n, index = len(floor.meetings.start), index_of(floor)
    party_day = index.with_standbys(index.party_day, floor)
    booth = index.with_standbys(index.booth, floor)
    organisation = booth.copy()  # exhibitors are the first organisations
    by_party = party_day != NONE
    organisation[by_party] = expo.parties.organisation[party_day[by_party]]
    rows = reading.rows(Kind.MEETING)

    def spread(column: Integers, missing: int) -> IntArray:
        values = np.full(index.booking.shape, missing, dtype=np.int64)
        values[rows.side, rows.other] = column
        return values

    outcome = spread(rows.outcome, NONE)
    served: Bools = np.isin(outcome, SERVED)
    request = request_of_meeting(expo.requests.meeting, n)
    again_of = floor.meetings.again_of
    request = np.where(again_of == NONE, request, request[again_of])
    asked = request != NONE
    chosen = request[asked]
    programme = np.full(n, NONE, dtype=np.int64)
    affinity, score = np.full(n, np.nan), np.full(n, np.nan)
    programme[asked] = expo.requests.programme[chosen]
    affinity[asked] = expo.requests.affinity[chosen]
    score[asked] = expo.requests.score[chosen]
    held = served[0] & served[1:].any(axis=0)
    return Sides(
        booked=np.arange(len(outcome))[:, None] < floor.meetings.sides,
        there=served & held,
        party_day=party_day,
        organisation=organisation,
        actor=spread(rows.actor, NONE),
        outcome=outcome,
        cause=spread(rows.cause, 0),
        arrival=spread(rows.start, 0),
        wait=spread(rows.wait, 0),
        end=spread(rows.end, 0),
        held=held,
        ordinary=(floor.meetings.standby_for == NONE) & (again_of == NONE),
        request=request,
        programme=programme,
        affinity=affinity,
        score=score,
    )
