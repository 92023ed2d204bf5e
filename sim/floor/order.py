"""The order of events: part of the rules, the same in every engine.

Events happen by time, then by rank, then by the number of their entity: three numbers that fit into
one signed 64-bit key (`packed`). Two events that do anything never have the same key, but for those
known beforehand, which stand in their order in the calendar.

Whatever an event brings about at once happens within it: whoever frees a server hands it on in the
same event, so a queue never waits for a later rank. Who acts first goes on until it waits; then those
whose turn has come, who are sent out or called back, first come first served, and after them those
whom these have let go on.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sim.floor.arrays import IntArray

__all__ = ["ENTITY_BITS", "RANK_BITS", "TIME_BITS", "Rank", "packed"]

TIME_BITS: Final = 31  # ms: more than 24 days
RANK_BITS: Final = 5
ENTITY_BITS: Final = 27  # 134 million of a kind


class Rank(IntEnum):
    """What comes first when several things happen at the same millisecond.

    `rank | entity` orders the events of an instant.
    """

    PLACES = 1 << ENTITY_BITS  # places open and close, lanes change; entity: place
    STAFF = 2 << ENTITY_BITS  # members come on and go off duty; entity: member
    SESSIONS_END = 3 << ENTITY_BITS  # parties and hosts leave; entity: actor
    ROUNDS = 4 << ENTITY_BITS  # rounds of mixing begin; entity: session
    MEETINGS_END = 5 << ENTITY_BITS  # entity: meeting
    SERVICES_END = 6 << ENTITY_BITS  # gate checks, talks, meals, looks before another hall; party-day
    DELEGATES_BACK = 7 << ENTITY_BITS  # entity: member
    PATIENCE_ENDS = 8 << ENTITY_BITS  # entity: party-day
    SEATS_RELEASED = 9 << ENTITY_BITS  # a session's doors open, held seats are released; entity: session
    CALLS = 10 << ENTITY_BITS  # calls for delegates go out; entity: call
    DELEGATES_ARRIVE = 11 << ENTITY_BITS  # entity: member
    NO_SHOWS = 12 << ENTITY_BITS  # of sessions are noted; entity: booking
    PARTIES_ARRIVE = 13 << ENTITY_BITS  # at rooms, tables, catering, hall doors; entity: party-day
    MEETINGS_DUE = 14 << ENTITY_BITS  # a slot starts; entity: meeting
    PARTIES_ASK = 15 << ENTITY_BITS  # at booths, after looking; entity: party-day
    ARRIVALS = 16 << ENTITY_BITS  # at the gates; entity: party-day
    DEADLINES = 17 << ENTITY_BITS  # of sessions' calls, then of meetings; entity: call, then meeting
    PARTIES_LEAVE = 18 << ENTITY_BITS  # parties reach the gate again; entity: party-day


def packed(time: IntArray, rank: IntArray, entity: IntArray) -> IntArray:
    """One key an event, as int64: by time (ms), then rank (of `Rank`), then entity."""
    return time << (RANK_BITS + ENTITY_BITS) | rank | entity
