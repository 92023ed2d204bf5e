"""The calendar: everything that is known beforehand, in the order in which it happens."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from sim.floor.arrays import NEVER, NONE, Floor, IntArray
from sim.floor.index import index_of, owners
from sim.floor.order import Rank, packed

__all__ = ["Calendar", "Entry", "calendar"]


class Entry(IntEnum):
    """What an entry of the calendar is; its subject follows."""

    OPENS = 0  # place
    CLOSES = 1  # place
    OFF_DUTY = 2  # member
    ON_DUTY = 3  # member
    ROUND = 4  # session
    RELEASE = 5  # session: doors open or held seats are released
    NO_SHOW = 6  # booking
    CALL = 7  # call
    DUE = 8  # meeting
    ARRIVAL = 9  # party-day
    CALL_DEADLINE = 10  # call to a session
    DEADLINE = 11  # meeting
    SERVERS = 12  # change of the number of servers of a place


@dataclass(frozen=True, slots=True)
class Calendar:
    """Columns of equal length, by `key`; entries with the same key stand as `calendar` adds them."""

    time: IntArray  # ms
    rank: IntArray  # Rank
    entity: IntArray  # whose number decides within the rank
    entry: IntArray  # Entry
    subject: IntArray  # what it is about: a row of the floor

    def __len__(self) -> int:
        return len(self.time)

    @property
    def key(self) -> IntArray:
        """Time, rank and entity as one number each (`sim.floor.order.packed`)."""
        return packed(self.time, self.rank, self.entity)


def calendar(floor: Floor) -> Calendar:
    """All that is known of a floor beforehand; what never happens (`NEVER`) is left out."""
    places, staff, sessions, calls = floor.places, floor.staff, floor.sessions, floor.calls
    index = index_of(floor)
    parts: list[tuple[IntArray, Rank, IntArray, Entry, IntArray]] = []

    def add(time: IntArray, rank: Rank, entity: IntArray, entry: Entry, subject: IntArray) -> None:
        parts.append((time, rank, entity, entry, subject))

    place = owners(places.open_index)
    add(places.open_from, Rank.PLACES, place, Entry.OPENS, place)
    add(places.open_to, Rank.PLACES, place, Entry.CLOSES, place)
    change = np.arange(len(places.change_at))
    add(places.change_at, Rank.PLACES, places.change_place, Entry.SERVERS, change)
    member = owners(staff.shift_index)
    add(staff.shift_to, Rank.STAFF, member, Entry.OFF_DUTY, member)
    add(staff.shift_from, Rank.STAFF, member, Entry.ON_DUTY, member)

    session = np.arange(len(sessions.place))
    with_rounds = np.repeat(session, sessions.rounds)
    number: IntArray = (
        np.arange(len(with_rounds)) - (np.cumsum(sessions.rounds) - sessions.rounds)[with_rounds]
    )
    begins: IntArray = sessions.end[with_rounds] + number * sessions.round[with_rounds]
    add(begins, Rank.ROUNDS, with_rounds, Entry.ROUND, with_rounds)
    add(sessions.doors, Rank.SEATS_RELEASED, session, Entry.RELEASE, session)
    add(sessions.hold, Rank.SEATS_RELEASED, session, Entry.RELEASE, session)
    away = np.flatnonzero((floor.bookings.session != NONE) & (floor.bookings.comes == 0))
    add(floor.bookings.start[away], Rank.NO_SHOWS, away, Entry.NO_SHOW, away)

    out = np.flatnonzero(calls.comes != 0)
    add(calls.at[out], Rank.CALLS, out, Entry.CALL, out)
    hosts = np.flatnonzero(calls.session != NONE)
    add(calls.deadline[hosts], Rank.DEADLINES, hosts, Entry.CALL_DEADLINE, hosts)
    # stand-bys have no entries: what becomes of them happens with the meetings they stand by for
    meeting = np.flatnonzero(floor.meetings.standby_for == NONE)
    add(floor.meetings.start[meeting], Rank.MEETINGS_DUE, meeting, Entry.DUE, meeting)
    add(
        floor.meetings.deadline[meeting],
        Rank.DEADLINES,
        meeting + index.first_meeting,
        Entry.DEADLINE,
        meeting,
    )
    day = np.arange(floor.n_party_days)
    add(floor.party_days.arrival, Rank.ARRIVALS, day, Entry.ARRIVAL, day)

    columns = Calendar(
        time=np.concatenate([p[0] for p in parts]),
        rank=np.concatenate([np.full(len(p[0]), p[1], dtype=np.int64) for p in parts]),
        entity=np.concatenate([p[2] for p in parts]),
        entry=np.concatenate([np.full(len(p[0]), p[3], dtype=np.int64) for p in parts]),
        subject=np.concatenate([p[4] for p in parts]),
    )
    ever = np.flatnonzero(columns.time < NEVER)
    order = ever[np.argsort(columns.key[ever], kind="stable")]
    return Calendar(*(getattr(columns, name)[order] for name in Calendar.__slots__))
