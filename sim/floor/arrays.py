"""The floor: all that the discrete-event engine knows, as arrays of integers.

Places, staff, parties on a day with their routes and bookings, sessions, meetings and calls for
delegates. Time is in milliseconds from the midnight before the first day, length in decimetres, a
pace in milliseconds a decimetre; every duration is at least 1 ms. Nothing here knows of chains,
countries or policies, and nothing is random any more.

Ragged lists (the stops of a party, the shifts of a member of staff) are held as one flat table and
an `index` of length n + 1: the items of row `i` are `index[i]:index[i + 1]`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = [
    "HOUR",
    "MINUTE",
    "MOST_SIDES",
    "NEVER",
    "NONE",
    "SECOND",
    "Bookings",
    "Calls",
    "Floor",
    "IntArray",
    "Meetings",
    "PartyDays",
    "PlaceKind",
    "Places",
    "Sessions",
    "Staff",
    "Stops",
]

IntArray = npt.NDArray[np.int64]

SECOND: Final = 1_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
NONE: Final = -1
NEVER: Final = 1 << 50  # later than any expo
MOST_SIDES: Final = 4  # of a meeting


def _none() -> IntArray:
    return np.empty(0, dtype=np.int64)


class PlaceKind(IntEnum):
    """What a place is."""

    BOOTH = 0
    GATE = 1
    ROOM = 2
    TABLE = 3
    CATERING = 4


@dataclass(frozen=True, slots=True)
class Places:
    """Places, in order: the booth of exhibitor i is place i; then the others."""

    kind: IntArray  # PlaceKind
    x: IntArray  # dm
    y: IntArray  # dm
    zone: IntArray  # the hall; a place outside the halls is a zone of its own
    to_door: IntArray  # dm to the door of its zone (0 outside)
    servers: IntArray  # lanes of a gate, seats of catering; 0 elsewhere
    zone_distance: IntArray  # (zones, zones), dm from door to door
    zone_limit: IntArray  # people let into a zone at once; NONE: no limit
    zone_patience: int  # ms a party waits at the door of a full zone
    zone_again: int  # ms for which a party that gave that up passes over stops there
    open_index: IntArray  # opening intervals of each place, merged, in order
    open_from: IntArray  # ms
    open_to: IntArray  # ms
    zone_open_index: IntArray  # when each zone is open by the plan, as everybody knows; merged, in order
    zone_open_from: IntArray  # ms
    zone_open_to: IntArray  # ms
    # changes of `servers`, by time, then place (a shock to a gate's lanes); services running go on
    change_at: IntArray = field(default_factory=_none)  # ms
    change_place: IntArray = field(default_factory=_none)
    change_servers: IntArray = field(default_factory=_none)


@dataclass(frozen=True, slots=True)
class Staff:
    """Members of staff, in order of their booths; on duty by intervals (shifts less lunch)."""

    booth: IntArray  # place
    pace: IntArray  # ms a dm
    shift_index: IntArray
    shift_from: IntArray  # ms
    shift_to: IntArray  # ms


@dataclass(frozen=True, slots=True)
class PartyDays:
    """Parties on a day: what walks. A party that comes on two days has two rows."""

    party: IntArray  # who: the same number on every day it comes
    size: IntArray  # people
    pace: IntArray  # ms a dm
    gate: IntArray  # place
    arrival: IntArray  # ms, at the gate; NEVER: is registered and does not come
    gate_patience: IntArray  # ms in the gate's queue
    check: IntArray  # ms the whole party takes in a lane
    stay: IntArray  # ms it means to stay, from its admission on
    latest: IntArray  # ms: at the gate again by then, however late it was admitted
    patience: IntArray  # ms in a booth's queue
    queue_limit: IntArray  # parties already waiting at which it balks
    stop_index: IntArray
    booking_index: IntArray


@dataclass(frozen=True, slots=True)
class Stops:
    """Stops of the routes, in walking order; all are booths."""

    place: IntArray
    look: IntArray  # ms
    talk: IntArray  # ms of conversation wanted; 0: only looks
    again: IntArray  # 1: goes even if it has met this booth's staff on an earlier day
    # goes only if it balked or reneged at the stop so many rows before, at the same booth; 0: a first try
    retry: IntArray


@dataclass(frozen=True, slots=True)
class Bookings:
    """Bookings of parties, by start within a party-day. Exactly one of session, meeting, meal."""

    place: IntArray
    start: IntArray  # ms: when to be there
    session: IntArray  # or NONE
    meeting: IntArray  # or NONE
    side: IntArray  # side of the meeting, from 0; NONE otherwise
    meal: IntArray  # ms at the table of a catering place; 0: no meal
    patience: IntArray  # ms it waits for seats (meals); 0 elsewhere
    registered: IntArray  # 1: holds a seat in the session; 0: walks in
    comes: IntArray  # 0: a no-show, drawn beforehand
    rounds: IntArray  # rounds of mixing it stays for, if there are so many
    mixing: IntArray  # (bookings, most rounds): keyed order in each round; smaller comes first


@dataclass(frozen=True, slots=True)
class Sessions:
    """Seminars, exchange sessions, ceremonies, debuts, stops of a delegation's tour."""

    place: IntArray
    doors: IntArray  # ms: nobody is let in before
    start: IntArray  # ms
    end: IntArray  # ms: end of the talk, when mixing begins
    late: IntArray  # ms: turned away after this
    hold: IntArray  # ms: registered people's seats are held until this
    seats: IntArray
    rounds: IntArray  # rounds of mixing
    round: IntArray  # ms a round


@dataclass(frozen=True, slots=True)
class Meetings:
    """Meetings of two to four sides, the stand-bys and the second appointments of those of two.

    Each side is a party's booking or a booth's call; of a side that is neither nobody will come. A
    meeting of more than two is about its side 0, whom each of the others has agreed to meet: at its
    deadline it begins if that side and any other are there, without those who are missing.

    A stand-by is a row of its own, for the same place and time: of two sides, one is that of the
    meeting it stands by for and comes by its booking or call for that one; the other is the
    stand-by, a party booked for this row. It is held instead, if that meeting is lost for want of
    the side that the stand-by would replace.

    A second appointment is a row of its own, of the same two sides, with bookings and calls of its
    own, later than the meeting that it would make up for. It is needed only if that one is lost
    before, and no side of it is a no-show.
    """

    place: IntArray  # a table, or a booth
    start: IntArray  # ms
    duration: IntArray  # ms
    tolerance: IntArray  # ms
    hold: IntArray  # 1: keeps its full length when it starts late; 0: cut at the slot's end
    least: IntArray  # ms: if it is cut to less it is not begun
    interpreters: IntArray  # pool, or NONE
    standby_for: IntArray  # the row that this one stands by for; NONE: an ordinary meeting
    keeps: IntArray  # the side that a stand-by's has in common with it, 0 or 1; NONE: not a stand-by's
    again_of: IntArray  # the row that this one is the second appointment of; NONE: a first one
    sides: IntArray  # how many there are, 2 to MOST_SIDES
    pool_size: IntArray  # (pools,): interpreters in each pool

    @property
    def last_begin(self) -> IntArray:
        """Until when each can begin and still reach its least length; NEVER where the table is held."""
        cut: IntArray = np.where(self.hold != 0, NEVER, self.start + self.duration - self.least)
        return cut

    @property
    def deadline(self) -> IntArray:
        """When each is lost if it has not begun, unless its table is then still taken."""
        deadline: IntArray = np.minimum(self.start + self.tolerance, self.last_begin)
        return deadline


@dataclass(frozen=True, slots=True)
class Calls:
    """Calls for a delegate of a booth: to a side of a meeting, or to host a session."""

    booth: IntArray  # place
    member: IntArray  # the named member of staff; NONE: whoever is free first
    at: IntArray  # ms: when the call goes out
    place: IntArray
    start: IntArray  # ms: when to be there
    deadline: IntArray  # ms: the call is cancelled
    meeting: IntArray  # or NONE
    side: IntArray
    session: IntArray  # or NONE
    comes: IntArray  # 0: the booth forgets, drawn beforehand: no call goes out
    mixing: IntArray  # (calls, most rounds)


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Floor:
    """One replication of an expo, ready to run. Two floors are equal if they are the same one.

    An *actor* is a party on a day or a member of staff: actors are numbered party-days first, so
    member `m` is actor `len(party_days) + m`.
    """

    places: Places
    staff: Staff
    party_days: PartyDays
    stops: Stops
    bookings: Bookings
    sessions: Sessions
    meetings: Meetings
    calls: Calls
    short_talk: int  # ms: a stop is begun only if so long a talk still fits
    end: int  # ms: the midnight after the last day

    @property
    def n_party_days(self) -> int:
        """Number of parties on a day."""
        return len(self.party_days.party)

    @property
    def n_actors(self) -> int:
        """Number of actors: party-days and members of staff."""
        return self.n_party_days + len(self.staff.booth)
