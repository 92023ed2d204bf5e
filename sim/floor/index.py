"""The index of a floor: which rows of its arrays belong together, worked out once for all who ask."""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from sim.floor.arrays import NONE, Floor, IntArray

__all__ = ["Index", "index_of", "owners", "ragged"]


@dataclass(frozen=True, slots=True)
class Index:
    """Rows of a floor that belong together; numbers of rows, or NONE.

    Columns of sides have a row a side, as many as the largest meeting has, and an entry a meeting; of
    a floor that books a side twice they name the last. Who stays at the table for a stand-by is not
    booked for that: see `with_standbys`.
    """

    owner: IntArray  # (bookings,) whose booking it is: a party-day
    booking: IntArray  # (sides, meetings) the booking for each side
    party_day: IntArray  # (sides, meetings) the party-day booked for each side
    call: IntArray  # (sides, meetings) the call for each side
    booth: IntArray  # (sides, meetings) the booth called to each side
    standby: IntArray  # (meetings,) the row that stands by for it
    again: IntArray  # (meetings,) the row that is its second appointment
    session_index: IntArray  # (places + 1,) into `sessions`
    sessions: IntArray  # sessions by place, each place's in order of their rows
    meeting_index: IntArray  # (places + 1,) into `meetings`
    meetings: IntArray  # meetings by place, each place's in order of their starts
    first_meeting: int  # deadlines of meetings are numbered on from those of calls

    def with_standbys(self, of_side: IntArray, floor: Floor) -> IntArray:
        """A column of sides in which a stand-by's meeting shares the side that stays."""
        standby = np.flatnonzero(floor.meetings.standby_for != NONE)
        of, stays = floor.meetings.standby_for[standby], floor.meetings.keeps[standby]
        whole = of_side.copy()
        whole[stays, standby] = whole[stays, of]
        return whole


_FOUND: WeakKeyDictionary[Floor, Index] = WeakKeyDictionary()


def index_of(floor: Floor) -> Index:
    """The index of a floor whose row numbers are sound (`sim.floor.contract`); made once a floor."""
    index = _FOUND.get(floor)
    if index is None:
        index = _FOUND[floor] = _indexed(floor)
    return index


def owners(index: IntArray) -> IntArray:
    """Of each item of a ragged list the row whose it is."""
    return np.repeat(np.arange(len(index) - 1), np.diff(index))


def ragged(row: IntArray, rows: int, order: IntArray | None = None) -> tuple[IntArray, IntArray]:
    """Items by their `row`, each row's in the given `order` (as they come): the index, and the items."""
    items = np.arange(len(row)) if order is None else order
    index = np.concatenate(([0], np.cumsum(np.bincount(row, minlength=rows))))
    return index, items[np.argsort(row[items], kind="stable")]


def _indexed(floor: Floor) -> Index:
    meetings, n = floor.meetings, len(floor.meetings.place)
    owner = owners(floor.party_days.booking_index)

    def of_side(rows: IntArray, meeting: IntArray, side: IntArray) -> IntArray:
        column = np.full((int(meetings.sides.max(initial=2)), n), NONE, dtype=np.int64)
        at = np.flatnonzero(meeting != NONE)
        column[side[at], meeting[at]] = rows[at]
        return column

    def booked(rows: IntArray) -> IntArray:
        return of_side(rows, floor.bookings.meeting, floor.bookings.side)

    def called(rows: IntArray) -> IntArray:
        return of_side(rows, floor.calls.meeting, floor.calls.side)

    def referring(column: IntArray) -> IntArray:
        rows, found = np.flatnonzero(column != NONE), np.full(n, NONE, dtype=np.int64)
        found[column[rows]] = rows
        return found

    places = len(floor.places.kind)
    session_index, sessions = ragged(floor.sessions.place, places)
    meeting_index, at_place = ragged(meetings.place, places, np.argsort(meetings.start, kind="stable"))
    return Index(
        owner=owner,
        booking=booked(np.arange(len(owner))),
        party_day=booked(owner),
        call=called(np.arange(len(floor.calls.booth))),
        booth=called(floor.calls.booth),
        standby=referring(meetings.standby_for),
        again=referring(meetings.again_of),
        session_index=session_index,
        sessions=sessions,
        meeting_index=meeting_index,
        meetings=at_place,
        first_meeting=len(floor.calls.booth),
    )
