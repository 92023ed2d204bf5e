"""The state of a floor as arrays of records: what the rules read, and what changes while it runs. No rules.

What changes is zero or `NONE` in the beginning, but for seats held and servers free.
"""

from __future__ import annotations

from enum import IntEnum
from types import SimpleNamespace
from typing import Any, Final

import numpy as np

from sim.floor.arrays import NONE, Floor, IntArray, PlaceKind
from sim.floor.calendar import calendar
from sim.floor.geography import Geography
from sim.floor.index import index_of, ragged
from sim.floor.trace import Cause

__all__ = ["HEAD", "KINDS", "Aim", "At", "Goes", "Head", "MemberState", "State", "state_of"]


class At(IntEnum):
    """What a party or a member of staff waits for; the names say where it is."""

    NOWHERE = 0
    GATE_LINE = 1
    GATE_CHECK = 2
    TO_STOP = 3  # walks to a booth and looks
    LOOK = 4  # looks at a booth in another hall
    BOOTH_LINE = 5
    TALK = 6
    SETS_OUT = 7  # still looks, before another hall
    TO_DOOR = 8  # walks to the door of another hall
    DOOR_LINE = 9
    FROM_DOOR = 10
    TO_BOOKING = 11
    ROOM_LINE = 12
    SESSION = 13
    TABLE = 14  # a meeting, or its other side
    MEAL_LINE = 15
    MEAL = 16
    TO_GATE = 17
    TO_CALL = 18  # a delegate
    HOSTS = 19
    BACK = 20  # walks back to the booth


class MemberState(IntEnum):
    """What a member of staff is doing."""

    OFF = 0
    FREE = 1
    TALKING = 2
    MEETING = 3  # sent to a meeting, there, or coming back
    HOSTING = 4  # the same for a session


class Aim(IntEnum):
    """What a party does next."""

    STOP = 0
    BOOKING = 1
    LEAVE = 2


class Goes(IntEnum):
    """Who goes on within an event."""

    PARTY = 0
    MEMBER = 1
    SENT = 2  # a member of staff sets out


Head = Any  # the single numbers, and by them where the tables are: what the rules get
Records = Any  # np.recarray: attributes are the fields


def _record(**fields: str) -> np.dtype[Any]:
    return np.dtype(list(fields.items()), align=True)


PARTY: Final = _record(
    # of the floor
    people="i8", pace="i8", gate="i8", queue_limit="i8", check="i8", stay="i8", latest="i8",
    gate_patience="i8", patience="i8",
    first_stop="i8", last_stop="i8", first_booking="i8", last_booking="i8",
    sibling="i8",  # the next of the days on which this party comes, round and round
    # what changes
    next_stop="i8", next_booking="i8", here="i8", departure="i8",
    admitted="i8", since="i8", wait="i8",
    row="i8",  # the stop or the booking at hand
    member="i8",  # who talks with it
    to="i8", rest="i8",  # where it crosses to, and how far that is from the door
    until="i8",  # when its patience in a line ends; NONE: never
    before="i8", behind="i8",  # its neighbours in a line
    at="i8",  # what it waits for: At
    doing="i8", held_up="i8",
    waits="i8",  # it stands in a line or at a table, and nobody has called it yet
    ends="i8", why="i8",  # how its wait will have ended if its patience ends, and what it leaves for
    aim="i8",  # why it crosses to another hall: Aim
)  # fmt: skip

STOP: Final = _record(
    place="i4", look="i4", talk="i4", retry="i4", again="i1",
    lost="i1",  # the party balked or reneged there
    known="i1",  # it has talked with this booth's staff on an earlier day
)  # fmt: skip

BOOKING: Final = _record(
    patience="i8", party="i8", place="i8", start="i8", session="i8", meeting="i8", meal="i8", rounds="i8",
    side="i8", registered="i8", comes="i8",
    missed="i8",  # why the party has given up this meeting; NONE: it has not
    present="i8",  # rounds of mixing for which it is in the session; 0: it is not there, or for none
)  # fmt: skip

PLACE: Final = _record(
    x="i8", y="i8", zone="i8", to_door="i8", kind="i8",
    hours="i8", hours_end="i8",  # into `hours`
    counter="i8", meeting_at="i8",  # the counter; the meeting at this table, or NONE
    listed="i8",  # heads the calls that wait at this booth, or the meetings that are due at this table
    session="i8", session_end="i8", meeting="i8", meeting_end="i8",  # into `sessions_at`, `meetings_at`
    # of a booth: its staff, who is first and last in the line, how many wait
    staff="i8", staff_end="i8", first="i8", last="i8", waiting="i8",
)  # fmt: skip

ZONE: Final = _record(
    counter="i8",
    plan="i8", plan_end="i8", some="i8", some_end="i8",  # into `hours`: by the plan, of any booth
)  # fmt: skip

COUNTER: Final = _record(
    servers="i8", free="i8", first="i8", last="i8",
    lanes="i8",  # of a gate: a party takes one, however large it is
)  # fmt: skip

MEMBER: Final = _record(
    booth="i8", pace="i8",
    free_since="i8",  # NONE: not free
    call="i8", here="i8", left="i8", since="i8",
    arrives="i8",  # when it reaches the place it is sent to
    state="i8", on_duty="i8", at="i8", cause="i8", outcome="i8",
)  # fmt: skip

CALL: Final = _record(
    booth="i8", member="i8", place="i8", start="i8", meeting="i8", session="i8",
    delegate="i8",  # who is on the way, or NONE
    host="i8",  # who hosts the session
    present="i8", side="i8", comes="i8", answered="i8", cause="i8",
)  # fmt: skip

SESSION: Final = _record(
    place="i8", doors="i8", start="i8", end="i8", late="i8", hold="i8", round_length="i8", rounds="i8",
    seats="i8", taken="i8", held="i8", first="i8", last="i8",
    booking="i8", booking_end="i8", call="i8", call_end="i8",  # into `bookings_of`, `calls_of`
)  # fmt: skip

MEETING: Final = _record(
    last_begin="i8",
    place="i8", start="i8", duration="i8", tolerance="i8", pool="i8", standby="i8", second="i8", first="i8",
    deadline="i8", begun="i8",
    hold="i8", keeps="i8", sides="i8", due="i8", settled="i8", awaits_table="i8", waits="i8",
)  # fmt: skip

SIDE: Final = _record(  # as many a meeting as the largest has
    call="i8", booking="i8", actor="i8", since="i8", cause="i8",
)  # fmt: skip

TURN: Final = _record(who="i8", value="i8", outcome="i8", what="i8")

ROW: Final = _record(
    start="i4", end="i4", place="i4", actor="i4", other="i4", wait="i4",
    kind="i1", outcome="i1", cause="i1", side="i1",
)  # fmt: skip
"""A row of the trace as it is written."""


NUMBER: Final = _record(number="i8")
KNOWN: Final = _record(key="i8", subject="i8", entry="i8")
HALL: Final = _record(given_up="i8", found_shut="i8")  # a party-day and a zone
KINDS: Final = {
    "party": PARTY, "stop": STOP, "booking": BOOKING, "place": PLACE, "zone": ZONE, "counter": COUNTER,
    "member": MEMBER, "call": CALL, "session": SESSION, "meeting": MEETING, "side": SIDE,
    "pool": _record(free="i8", listed="i8"),  # interpreters; what heads the meetings that wait for one
    "listed": _record(start="i8", after="i8"),  # lists in order of slots (`ordered`)
    "hour": _record(at="i8"),  # of all places and zones: times of opening and closing in turn
    "way": _record(between="i8"),  # from zone to zone, dm from door to door
    "hall": HALL,
    "change": _record(place="i8", servers="i8"),  # of a number of servers
    "session_here": NUMBER, "meeting_here": NUMBER,  # by place
    "booking_of": NUMBER, "call_of": NUMBER,  # by session
    "booking_mixing": _record(order="i8"), "call_mixing": _record(order="i8"),
    "known": KNOWN,  # the calendar
    "event": _record(key="i8"),  # the heap
    "turn": TURN,
    "row": ROW,
    "mixer": _record(order="i8", actor="i8"),  # room to put those who mix in order
    "due": _record(meeting="i8"),  # room for the meetings that may begin when one ends
}  # fmt: skip
"""The tables of a floor's state, by what a row of each is."""

HEAD: Final = _record(
    **dict.fromkeys(KINDS, "i8"),  # where each table begins
    now="i8",
    next="i8",  # entry of the calendar
    waiting="i8",  # events in the heap
    called="i8", answered="i8",  # turns that have come in all; of these, those that have gone on
    written="i8",  # rows
    too_late="i8",  # an event would have come after the last time that there is
    row_room="i8", event_room="i8", turn_room="i8", known_events="i8",
    # of the floor: actors are members from here on, places are doors of zones from here on
    parties="i8", places="i8", calls="i8", meetings="i8",
    zones="i8", short_talk="i8", zone_patience="i8", zone_again="i8", first_meeting="i8", any_limit="i8",
    common="i8", common_end="i8",  # hours common to all booths
    booking_rounds="i8", call_rounds="i8",
    sides="i8",  # of the largest meeting
)  # fmt: skip
"""Where the tables are, and the numbers of which there is one."""


class State:
    """All that the rules know of a floor: tables of records, and a head of single numbers."""

    def __init__(self, tables: dict[str, Records]) -> None:
        self.tables = tables
        self.head: Any = _records(HEAD, 1)  # a list of one head, if the rules are not compiled
        for name in tables:
            self.put(name, tables[name])

    def put(self, name: str, table: Records) -> None:
        """Put a table in the place of another."""
        self.tables[name] = table
        head = self.head[0]
        setattr(head, name, table.ctypes.data)
        if f"{name}_room" in (HEAD.names or ()):
            setattr(head, f"{name}_room", len(table))

    def interpret(self) -> None:
        """Let plain Python read the head: it finds the tables by their names."""
        numbers = {name: int(self.head[name][0]) for name in HEAD.names or ()}
        self.head = [SimpleNamespace(tables=self.tables, **numbers)]


def state_of(floor: Floor) -> State:
    """The state of a sound floor before its first event."""
    days, bookings, sessions, meetings, calls = (
        floor.party_days, floor.bookings, floor.sessions, floor.meetings, floor.calls,
    )  # fmt: skip
    index, known = index_of(floor), calendar(floor)
    place, zone, counter, hours, common = _places(floor)
    n, many = floor.n_party_days, len(meetings.place)

    party = _records(PARTY, n)
    party.people = days.size
    for name in ("pace", "gate", "check", "stay", "latest", "gate_patience", "patience"):
        party[name] = getattr(days, name)
    party.queue_limit = np.minimum(days.queue_limit, n)
    party.next_stop, party.last_stop = days.stop_index[:-1], days.stop_index[1:]
    party.next_booking, party.last_booking = days.booking_index[:-1], days.booking_index[1:]
    party.first_stop, party.first_booking = days.stop_index[:-1], days.booking_index[:-1]
    party.here = days.gate
    party.doing = Cause.ABSENT
    party.sibling = _siblings(days.party)
    party.before = party.behind = NONE

    stop = _records(STOP, len(floor.stops.place))
    for name in ("place", "look", "talk", "retry", "again"):
        stop[name] = getattr(floor.stops, name)

    booking = _records(BOOKING, len(bookings.place))
    for name in (
        "patience", "place", "start", "session", "meeting", "meal", "rounds", "side", "registered", "comes",
    ):  # fmt: skip
        booking[name] = getattr(bookings, name)
    booking.party = index.owner
    booking.missed = NONE

    member = _records(MEMBER, len(floor.staff.booth))
    member.booth, member.pace, member.free_since = floor.staff.booth, floor.staff.pace, NONE

    call = _records(CALL, len(calls.booth))
    for name in ("booth", "member", "place", "start", "meeting", "session", "side", "comes"):
        call[name] = getattr(calls, name)
    call.delegate = NONE

    session = _records(SESSION, len(sessions.place))
    for name in ("place", "doors", "start", "end", "late", "hold", "rounds", "seats"):
        session[name] = getattr(sessions, name)
    session.round_length = sessions.round
    holds = np.flatnonzero((bookings.session != NONE) & (bookings.registered != 0))
    np.add.at(session.held, bookings.session[holds], days.size[index.owner[holds]])
    session.first = session.last = NONE
    bookings_of = _by_session(session, "booking", bookings.session)
    calls_of = _by_session(session, "call", calls.session)

    meeting = _records(MEETING, many)
    for name in (
        "last_begin",
        "place",
        "start",
        "duration",
        "tolerance",
        "hold",
        "keeps",
        "sides",
        "deadline",
    ):
        meeting[name] = getattr(meetings, name)
    meeting.pool, meeting.first = meetings.interpreters, meetings.again_of
    meeting.standby, meeting.second = index.standby, index.again
    meeting.begun = NONE
    most_sides = len(index.call)
    side = _records(SIDE, most_sides * many)
    side.call, side.booking = index.call.T.ravel(), index.booking.T.ravel()
    side.actor = NONE

    most = int(((session.booking_end - session.booking) + (session.call_end - session.call)).max(initial=0))
    zones = len(zone)
    pool = _records(KINDS["pool"], len(meetings.pool_size))
    pool.free = meetings.pool_size
    starts = np.concatenate((calls.start, meetings.start, meetings.start))
    listed = _records(KINDS["listed"], len(starts) + len(place) + len(pool))
    listed.start[: len(starts)], listed.after = starts, NONE
    place.listed, pool.listed = np.split(np.arange(len(starts), len(listed)), [len(place)])
    change = _records(KINDS["change"], len(floor.places.change_at))
    change.place, change.servers = floor.places.change_place, floor.places.change_servers
    calendar_ = _records(KNOWN, len(known))
    calendar_.key, calendar_.subject, calendar_.entry = known.key, known.subject, known.entry

    def view(name: str, array: IntArray) -> Records:
        return np.ascontiguousarray(array).ravel().view(KINDS[name]).view(np.recarray)

    state = State({
        "party": party, "stop": stop, "booking": booking, "place": place, "zone": zone, "counter": counter,
        "member": member, "call": call, "session": session, "meeting": meeting, "side": side, "pool": pool,
        "listed": listed,
        "hour": view("hour", hours), "way": view("way", floor.places.zone_distance),
        "hall": _records(HALL, n * zones), "change": change,
        "session_here": view("session_here", index.sessions),
        "meeting_here": view("meeting_here", index.meetings),
        "booking_of": view("booking_of", bookings_of), "call_of": view("call_of", calls_of),
        "booking_mixing": view("booking_mixing", bookings.mixing),
        "call_mixing": view("call_mixing", calls.mixing),
        "known": calendar_,
        "mixer": _records(KINDS["mixer"], most), "due": _records(KINDS["due"], many),
    })  # fmt: skip
    head = state.head
    head.parties, head.places, head.zones = n, len(place) - zones, zones
    head.calls, head.meetings = len(call), many
    head.short_talk = floor.short_talk
    head.zone_patience, head.zone_again = floor.places.zone_patience, floor.places.zone_again
    head.first_meeting = index.first_meeting
    head.any_limit = (floor.places.zone_limit != NONE).any()
    head.common, head.common_end = common
    head.booking_rounds, head.call_rounds = bookings.mixing.shape[1], calls.mixing.shape[1]
    head.sides = most_sides
    head.known_events = len(known)
    return state


def _records(kind: np.dtype[Any], n: int) -> Records:
    return np.zeros(n, dtype=kind).view(np.recarray)


def _siblings(party: IntArray) -> IntArray:
    """Of each party-day the next one of the same party, round and round; itself if it is the only one."""
    order = np.argsort(party, kind="stable")
    first = np.flatnonzero(np.diff(party[order], prepend=NONE))
    after = np.roll(order, -1)
    last = np.append(first, len(order))[1:] - 1
    after[last] = order[first]
    siblings = np.empty_like(order)
    siblings[order] = after
    return siblings


def _by_session(session: Records, name: str, of: IntArray) -> IntArray:
    """Rows by session; the session's fields of this name say which are its own."""
    at = np.flatnonzero(of != NONE)
    index, items = ragged(of[at], len(session))
    session[name], session[f"{name}_end"] = index[:-1], index[1:]
    return at[items]


def _places(floor: Floor) -> tuple[Records, Records, Records, IntArray, tuple[int, int]]:
    """Places and behind them the doors of zones; zones; counters; all hours; hours common to all booths."""
    places, index, geography = floor.places, index_of(floor), Geography(floor.places)
    n, zones = len(places.kind), len(places.zone_limit)
    hours: list[int] = []

    def put(lists: list[list[int]]) -> tuple[list[int], list[int]]:
        begins, ends = [], []
        for each in lists:
            begins.append(len(hours))
            hours.extend(each)
            ends.append(len(hours))
        return begins, ends

    place = _records(PLACE, n + zones)
    place.counter = place.meeting_at = place.first = place.last = NONE
    place.kind = NONE
    for name in ("x", "y", "zone", "to_door", "kind"):
        place[name][:n] = getattr(places, name)
    place.zone[n:] = zones + np.arange(zones)
    place.hours[:n], place.hours_end[:n] = put(geography.hours)
    place.session[:n], place.session_end[:n] = index.session_index[:-1], index.session_index[1:]
    place.meeting[:n], place.meeting_end[:n] = index.meeting_index[:-1], index.meeting_index[1:]
    place.staff[:n] = np.searchsorted(floor.staff.booth, np.arange(n), side="left")
    place.staff_end[:n] = np.searchsorted(floor.staff.booth, np.arange(n), side="right")

    zone = _records(ZONE, zones)
    zone.counter = NONE
    zone.plan, zone.plan_end = put(geography.zone_hours)
    zone.some, zone.some_end = put(geography.some_booth_open)

    serves = np.flatnonzero(np.isin(places.kind, (PlaceKind.GATE, PlaceKind.CATERING)))
    limited = np.flatnonzero(places.zone_limit != NONE)
    counter = _records(COUNTER, len(serves) + len(limited))
    counter.servers = counter.free = np.concatenate((places.servers[serves], places.zone_limit[limited]))
    counter.first = counter.last = NONE
    counter.lanes[: len(serves)] = places.kind[serves] == PlaceKind.GATE
    place.counter[serves] = np.arange(len(serves))
    zone.counter[limited] = len(serves) + np.arange(len(limited))
    (first,), (end,) = put([geography.common_hours])
    return place, zone, counter, np.array(hours, dtype=np.int64), (first, end)
