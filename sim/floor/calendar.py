"""The agenda: everything that is known beforehand, in the order in which it happens."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum

import numpy as np

from sim.floor.arrays import NEVER, NONE, Floor, IntArray
from sim.floor.order import Rank

__all__ = ["Entry", "agenda"]


class Entry(IntEnum):
    """What an entry of the agenda is; its subject follows."""

    OPENS = 0  # place
    CLOSES = 1  # place
    OFF_DUTY = 2  # member
    ON_DUTY = 3  # member
    ROUND = 4  # session and round, as session * MOST_ROUNDS + round
    RELEASE = 5  # session: doors open or held seats are released
    NO_SHOW = 6  # booking
    CALL = 7  # call
    DUE = 8  # meeting
    ARRIVAL = 9  # party-day
    CALL_DEADLINE = 10  # call to a session
    DEADLINE = 11  # meeting
    SERVERS = 12  # change of the number of servers of a place


MOST_ROUNDS = 1 << 32  # of a session: more than milliseconds pass in a month


def agenda(floor: Floor) -> Iterator[tuple[int, Rank, int, Entry, int]]:
    """Entries as (time, rank, entity, entry, subject), in order."""
    places, staff, sessions, calls = floor.places, floor.staff, floor.sessions, floor.calls
    parts: list[tuple[IntArray, Rank, IntArray, Entry, IntArray]] = []

    def add(time: IntArray, rank: Rank, entity: IntArray, entry: Entry, subject: IntArray) -> None:
        parts.append((time, rank, entity, entry, subject))

    place = np.repeat(np.arange(len(places.kind)), np.diff(places.open_index))
    add(places.open_from, Rank.PLACES, place, Entry.OPENS, place)
    add(places.open_to, Rank.PLACES, place, Entry.CLOSES, place)
    change = np.arange(len(places.change_at))
    add(places.change_at, Rank.PLACES, places.change_place, Entry.SERVERS, change)
    member = np.repeat(np.arange(len(staff.booth)), np.diff(staff.shift_index))
    add(staff.shift_to, Rank.STAFF, member, Entry.OFF_DUTY, member)
    add(staff.shift_from, Rank.STAFF, member, Entry.ON_DUTY, member)

    session = np.arange(len(sessions.place))
    with_rounds = np.repeat(session, sessions.rounds)
    number = np.arange(len(with_rounds)) - np.repeat(
        np.cumsum(sessions.rounds) - sessions.rounds, sessions.rounds
    )
    begins = sessions.end[with_rounds] + number * sessions.round[with_rounds]
    add(begins, Rank.ROUNDS, with_rounds, Entry.ROUND, with_rounds * MOST_ROUNDS + number)
    add(sessions.doors, Rank.SEATS_RELEASED, session, Entry.RELEASE, session)
    add(sessions.hold, Rank.SEATS_RELEASED, session, Entry.RELEASE, session)
    party = np.repeat(np.arange(floor.n_party_days), np.diff(floor.party_days.booking_index))
    away = np.flatnonzero((floor.bookings.session != NONE) & (floor.bookings.comes == 0))
    add(floor.bookings.start[away], Rank.PARTIES_ARRIVE, party[away], Entry.NO_SHOW, away)

    out = np.flatnonzero(calls.comes != 0)
    add(calls.at[out], Rank.CALLS, out, Entry.CALL, out)
    hosts = np.flatnonzero(calls.session != NONE)
    add(calls.deadline[hosts], Rank.DEADLINES, hosts, Entry.CALL_DEADLINE, hosts)
    # stand-bys have no entries: what becomes of them happens with the meetings they stand by for
    meeting = np.flatnonzero(floor.meetings.standby_for == NONE)
    add(floor.meetings.start[meeting], Rank.MEETINGS_DUE, meeting, Entry.DUE, meeting)
    deadline = (floor.meetings.start + floor.meetings.tolerance)[meeting]
    add(deadline, Rank.DEADLINES, meeting + len(calls.booth), Entry.DEADLINE, meeting)
    day = np.arange(floor.n_party_days)
    add(floor.party_days.arrival, Rank.ARRIVALS, day, Entry.ARRIVAL, day)

    time = np.concatenate([p[0] for p in parts])
    rank = np.concatenate([np.full(len(p[0]), p[1]) for p in parts])
    entity = np.concatenate([p[2] for p in parts])
    entry = np.concatenate([np.full(len(p[0]), p[3]) for p in parts])
    subject = np.concatenate([p[4] for p in parts])
    order = np.lexsort((np.arange(len(time)), entity, rank, time))
    order = order[time[order] < NEVER]
    entries = tuple(Entry)
    for i in range(0, len(order), 1 << 16):  # in blocks: a million small objects are not kept
        block = order[i : i + (1 << 16)]
        for t, r, e, what, which in zip(
            time[block].tolist(),
            rank[block].tolist(),
            entity[block].tolist(),
            entry[block].tolist(),
            subject[block].tolist(),
            strict=True,
        ):
            yield t, Rank(r), e, entries[what], which
