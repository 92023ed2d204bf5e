"""The order of events within one instant: part of the rules, the same in every engine.

Events at the same millisecond happen by rank, then by the number of their entity. Whoever frees a
server hands it on in the same event, so a queue never waits for a later rank.
"""

from __future__ import annotations

from enum import IntEnum

__all__ = ["Rank"]

_BITS = 40  # the number of an entity stands below its rank, so that both are one integer


class Rank(IntEnum):
    """What comes first when several things happen at the same millisecond.

    `rank | entity` orders the events of an instant.
    """

    PLACES = 1 << _BITS  # places open and close; entity: place
    STAFF = 2 << _BITS  # members come on and go off duty; entity: member
    SESSIONS_END = 3 << _BITS  # parties and hosts leave; entity: actor
    ROUNDS = 4 << _BITS  # rounds of mixing begin; entity: session
    MEETINGS_END = 5 << _BITS  # entity: meeting
    SERVICES_END = 6 << _BITS  # gate checks, conversations, meals, looks before another hall; party-day
    DELEGATES_BACK = 7 << _BITS  # entity: member
    PATIENCE_ENDS = 8 << _BITS  # entity: party-day
    SEATS_RELEASED = 9 << _BITS  # a session's doors open, held seats are released; entity: session
    CALLS = 10 << _BITS  # calls for delegates go out; entity: call
    DELEGATES_ARRIVE = 11 << _BITS  # entity: member
    PARTIES_ARRIVE = 12 << _BITS  # at rooms, tables, catering, hall doors; entity: party-day
    MEETINGS_DUE = 13 << _BITS  # a slot starts; entity: meeting
    PARTIES_ASK = 14 << _BITS  # at booths, after looking; entity: party-day
    ARRIVALS = 15 << _BITS  # at the gates; entity: party-day
    DEADLINES = 16 << _BITS  # of sessions' calls, then of meetings; entity: call, then meeting
    PARTIES_LEAVE = 17 << _BITS  # parties reach the gate again; entity: party-day
