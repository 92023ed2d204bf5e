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
from sim.floor.order import TIME_BITS
from sim.floor.trace import Cause

__all__ = [
    "CHUNK", "COLUMNS", "HEAD", "KINDS", "Aim", "At", "Goes", "Head", "MemberState", "State",
    "records", "state_of",
]  # fmt: skip


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


_LINE: Final = 64  # bytes
_IN_A_BUCKET: Final = 8  # about
CHUNK: Final = 7  # keys and behind them where the next chunk ends: together a line of the processor's cache
Head = Any  # the single numbers, and by them where the tables are: what the rules get
Records = Any  # np.recarray: attributes are the fields


def _record(**fields: str) -> np.dtype[Any]:
    return np.dtype(list(fields.items()), align=True)


PARTY: Final = _record(  # two lines of the cache: what almost every event asks for is in the first
    at="i1",  # what it waits for: At
    doing="i1", held_up="i1",
    waits="i1",  # it stands in a line or at a table, and nobody has called it yet
    ends="i1", why="i1",  # how its wait will have ended if its patience ends, and what it leaves for
    aim="i1",  # what it does next: Aim
    again="i1",  # it comes on another day as well
    row="i4",  # the stop or the booking at hand
    since="i4", wait="i4",
    member="i4",  # who talks with it
    next_row="i4", last_row="i4",  # where it writes what happens to it
    here="i4", gate="i4", pace="i4", departure="i4",
    next_stop="i4", last_stop="i4", next_booking="i4", last_booking="i4",
    # the second line
    people="i4", patience="u4", queue_limit="i4", admitted="i4",
    to="i4", rest="i4",  # where it crosses to, and how far that is from the door
    until="i4",  # when its patience in a line ends; NONE: never
    before="i4", behind="i4",  # its neighbours in a line
    sibling="i4",  # the next of the days on which this party comes, round and round
    met="i4", last_met="i4",  # the booths with whose staff it has talked, in `met`
    may_know="u8",  # those with whose staff it has talked on other days: bits, by the last 6 of the booth
    spare="i8",  # so that a party begins where a line does
)  # fmt: skip

PLAN: Final = _record(gate_patience="u4", check="i4", stay="i4", latest="i4")
"""What counts at the gate: of a party-day."""

STOP: Final = _record(
    place="i4", look="i4", talk="i4",
    next_try="u2",  # so many stops on, if it balks or reneges here; 0: there is none
    again="i1",
    off="i1",  # a further try that is not made: the one before it has not been lost
)  # fmt: skip

BOOKING: Final = _record(
    party="i4", place="i4", start="i4", session="i4", meeting="i4", meal="i4", patience="u4", rounds="i4",
    present="i4",  # rounds of mixing for which it is in the session; 0: it is not there, or for none
    side="i1", registered="i1", comes="i1",
    missed="i1",  # why the party has given up this meeting; NONE: it has not
)  # fmt: skip

SPOT: Final = _record(x="i4", y="i4", zone="i4", to_door="i4")  # where a place is, or the door of a zone

PLACE: Final = _record(
    kind="i4",
    hours="i4", hours_end="i4",  # into `hours`
    # of a booth: its staff, who is first and last in the line, how many wait
    staff="i4", staff_end="i4", first="i4", last="i4", waiting="i4",
    counter="i4", meeting_at="i4",  # the counter; the meeting at this table, or NONE
    listed="i4",  # heads the calls that wait at this booth, or the meetings that are due at this table
    session="i4", session_end="i4", meeting="i4", meeting_end="i4",  # into `sessions_at`, `meetings_at`
)  # fmt: skip

ZONE: Final = _record(
    counter="i4",
    plan="i4", plan_end="i4", some="i4", some_end="i4",  # into `hours`: by the plan, of any booth
)  # fmt: skip

COUNTER: Final = _record(
    servers="i8", free="i8", first="i8", last="i8",
    lanes="i8",  # of a gate: a party takes one, however large it is
)  # fmt: skip

MEMBER: Final = _record(
    booth="i4", pace="i4", call="i4", here="i4", left="i4", since="i4",
    arrives="i4",  # when it reaches the place it is sent to
    state="i1", on_duty="i1", at="i1", cause="i1", outcome="i1",
)  # fmt: skip

CALL: Final = _record(
    booth="i4", member="i4", place="i4", start="i4", meeting="i4", session="i4",
    delegate="i4",  # who is on the way, or NONE
    host="i4",  # who hosts the session
    present="i4",
    side="i1", comes="i1", answered="i1", cause="i1",
)  # fmt: skip

SESSION: Final = _record(
    place="i8", doors="i8", start="i8", end="i8", late="i8", hold="i8", round_length="i8", rounds="i8",
    seats="i8", taken="i8", held="i8", first="i8", last="i8",
    booking="i8", booking_end="i8", call="i8", call_end="i8",  # into `bookings_of`, `calls_of`
)  # fmt: skip

MEETING: Final = _record(
    last_begin="i8", tolerance="i8", deadline="i8",
    place="i4", start="i4", duration="i4", pool="i4", standby="i4", second="i4", first="i4", begun="i4",
    hold="i1", keeps="i1", sides="i1", due="i1", settled="i1", awaits_table="i1", waits="i1",
)  # fmt: skip

SIDE: Final = _record(call="i4", booking="i4", actor="i4", since="i4", cause="i4")
"""A side of a meeting: as many a meeting as the largest has."""

TURN: Final = _record(who="i4", value="i4", outcome="i1", what="i1")

ROW: Final = _record(
    start="i4", end="i4", place="i4", other="i4", wait="i4",
    kind="i1", outcome="i1", cause="i1", side="i1",
)  # fmt: skip
"""A row of the trace as it is written, but for whose it is."""

NUMBER: Final = _record(number="i8")  # views of what the floor has
ORDER: Final = _record(order="i8")
KNOWN: Final = _record(key="i8", subject="i8", entry="i8")
HALL: Final = _record(given_up="i8", found_shut="i8")  # a party-day and a zone
KINDS: Final = {
    "party": PARTY, "plan": PLAN, "stop": STOP, "booking": BOOKING, "spot": SPOT, "place": PLACE,
    "zone": ZONE, "counter": COUNTER,
    "member": MEMBER, "idle": _record(since="i4"),  # since when a member is free; NONE: it is not
    "call": CALL, "session": SESSION, "meeting": MEETING, "side": SIDE,
    "pool": _record(free="i8", listed="i8"),  # interpreters; what heads the meetings that wait for one
    "listed": _record(start="i8", after="i8"),  # lists in order of slots (`ordered`)
    "met": _record(booth="i4"),  # of parties that come on several days: with whose staff each has talked
    "hour": _record(at="i8"),  # of all places and zones: times of opening and closing in turn
    "way": _record(between="i4"),  # from zone to zone, dm from door to door
    "hall": HALL,
    "change": _record(place="i8", servers="i8"),  # of a number of servers
    "session_here": NUMBER, "meeting_here": NUMBER,  # by place
    "booking_of": NUMBER, "call_of": NUMBER,  # by session
    "booking_mixing": ORDER, "call_mixing": ORDER,
    "known": KNOWN,  # the calendar
    "event": _record(key="i8"),  # the heap of events to come soon
    "later": _record(key="i8"),  # events put off, in chunks: keys, and then where the next chunk ends, or 0
    "bucket": _record(first="i4", keys="i4"),  # where its first chunk ends, and how many keys that has
    "turn": TURN,
    "row": ROW,  # first the rows of each party, then those for which it has no room, and of others
    "whose": _record(actor="i4"),  # of each row of these latter
    "mixer": _record(order="i8", actor="i8"),  # room to put those who mix in order
    "due": _record(meeting="i8"),  # room for the meetings that may begin when one ends
}  # fmt: skip
"""The tables of a floor's state, by what a row of each is."""

COLUMNS: Final = {"long": _record(value="i8"), "word": _record(value="i4"), "byte": _record(value="i1")}
"""What a column of a trace holds, and room to put rows in order."""

HEAD: Final = _record(
    **dict.fromkeys(KINDS, "i8"),  # where each table begins
    now="i8",
    next="i8",  # entry of the calendar
    waiting="i8",  # events in the heap: all before the time `soon`
    soon="i8", put_off="i8",  # events in buckets
    bucket_bits="i8",  # how long a bucket is
    spare="i8", later_used="i8",  # where the first free chunk ends; the end of the last that was ever used
    called="i8", answered="i8",  # turns that have come; of these, those that have gone on
    written="i8",  # rows: where the next one comes that is not among a party's own
    own_rows="i8",  # where those begin
    too_late="i8",  # an event would have come after the last time that there is
    row_room="i8", event_room="i8", turn_room="i8", known_events="i8",
    # of the floor: actors are members from here on, places are doors of zones from here on
    parties="i8", places="i8", calls="i8", meetings="i8",
    zones="i8", short_talk="i8", zone_patience="i8", zone_again="i8", first_meeting="i8", any_limit="i8",
    # hours common to all booths: the next change and the end of them, and whether all are open until then
    common="i8", common_end="i8", all_open="i8",
    booking_rounds="i8", call_rounds="i8",
    sides="i8",  # of the largest meeting
)  # fmt: skip
"""Where the tables are, and the numbers of which there is one."""


class State:
    """All that the rules know of a floor: tables of records, and a head of single numbers."""

    def __init__(self, tables: dict[str, Records]) -> None:
        self.tables = tables
        self.head: Any = records(HEAD, 1)  # a list of one head, if the rules are not compiled
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
    spot, place, zone, counter, hours, common = _places(floor)
    n, many = floor.n_party_days, len(meetings.place)

    party = records(PARTY, n)
    party.people = days.size
    party.pace, party.gate = days.pace, days.gate
    no_wait = np.iinfo(np.uint32).max  # lasts so long
    party.patience = np.minimum(days.patience, no_wait)
    plan = records(PLAN, n)
    plan.gate_patience = np.minimum(days.gate_patience, no_wait)
    plan.check, plan.stay, plan.latest = days.check, days.stay, days.latest
    party.queue_limit = np.minimum(days.queue_limit, n)
    party.next_stop, party.last_stop = days.stop_index[:-1], days.stop_index[1:]
    party.next_booking, party.last_booking = days.booking_index[:-1], days.booking_index[1:]
    party.here = days.gate
    party.doing = Cause.ABSENT
    party.sibling = _siblings(days.party)
    party.again = party.sibling != np.arange(n)
    party.met = party.last_met = days.stop_index[:-1]
    party.before = party.behind = NONE
    rows = _own_rows(floor)
    party.next_row, party.last_row = rows[:-1], rows[1:]

    stop = records(STOP, len(floor.stops.place))
    for name in ("place", "look", "talk", "again"):
        stop[name] = getattr(floor.stops, name)
    tries = np.flatnonzero(floor.stops.retry != 0)
    stop.off[tries] = 1
    before = floor.stops.retry[tries]
    stop.next_try[tries - before] = before

    booking = records(BOOKING, len(bookings.place))
    for name in ("place", "start", "session", "meeting", "meal", "side", "registered", "comes"):
        booking[name] = getattr(bookings, name)
    for name in ("patience", "rounds"):
        booking[name] = np.minimum(getattr(bookings, name), np.iinfo(BOOKING[name]).max)
    booking.party = index.owner
    booking.missed = NONE

    member = records(MEMBER, len(floor.staff.booth))
    member.booth, member.pace = floor.staff.booth, floor.staff.pace
    idle = records(KINDS["idle"], len(member))
    idle.since = NONE

    call = records(CALL, len(calls.booth))
    for name in ("booth", "member", "place", "start", "meeting", "session", "side", "comes"):
        call[name] = getattr(calls, name)
    call.delegate = NONE

    session = records(SESSION, len(sessions.place))
    for name in ("place", "doors", "start", "end", "late", "hold", "rounds", "seats"):
        session[name] = getattr(sessions, name)
    session.round_length = sessions.round
    holds = np.flatnonzero((bookings.session != NONE) & (bookings.registered != 0))
    np.add.at(session.held, bookings.session[holds], days.size[index.owner[holds]])
    session.first = session.last = NONE
    bookings_of = _by_session(session, "booking", bookings.session)
    calls_of = _by_session(session, "call", calls.session)

    meeting = records(MEETING, many)
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
    side = records(SIDE, most_sides * many)
    side.call, side.booking = index.call.T.ravel(), index.booking.T.ravel()
    side.actor = NONE

    most = int(((session.booking_end - session.booking) + (session.call_end - session.call)).max(initial=0))
    zones = len(zone)
    pool = records(KINDS["pool"], len(meetings.pool_size))
    pool.free = meetings.pool_size
    starts = np.concatenate((calls.start, meetings.start, meetings.start))
    listed = records(KINDS["listed"], len(starts) + len(place) + len(pool))
    listed.start[: len(starts)], listed.after = starts, NONE
    place.listed, pool.listed = np.split(np.arange(len(starts), len(listed)), [len(place)])
    change = records(KINDS["change"], len(floor.places.change_at))
    change.place, change.servers = floor.places.change_place, floor.places.change_servers
    calendar_ = records(KNOWN, len(known))
    calendar_.key, calendar_.subject, calendar_.entry = known.key, known.subject, known.entry

    def view(name: str, array: IntArray) -> Records:
        return np.ascontiguousarray(array).ravel().view(KINDS[name]).view(np.recarray)

    bits = _bucket_bits(floor)
    state = State({
        "party": party, "plan": plan, "stop": stop, "booking": booking, "spot": spot, "place": place,
        "zone": zone, "counter": counter, "member": member, "idle": idle, "call": call, "session": session,
        "meeting": meeting, "side": side, "pool": pool, "listed": listed,
        "met": records(KINDS["met"], len(stop)),
        "hour": view("hour", hours), "way": view("way", floor.places.zone_distance.astype(np.int32)),
        "hall": records(HALL, n * zones), "change": change,
        "session_here": view("session_here", index.sessions),
        "meeting_here": view("meeting_here", index.meetings),
        "booking_of": view("booking_of", bookings_of), "call_of": view("call_of", calls_of),
        "booking_mixing": view("booking_mixing", bookings.mixing),
        "call_mixing": view("call_mixing", calls.mixing),
        "known": calendar_, "bucket": records(KINDS["bucket"], ((1 << TIME_BITS) >> bits) + 1),
        "mixer": records(KINDS["mixer"], most), "due": records(KINDS["due"], many),
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
    head.bucket_bits, head.later_used = bits, -1
    head.own_rows = head.written = rows[-1]
    return state


def records(kind: np.dtype[Any], n: int) -> Records:
    """So many empty records, from the beginning of a line of the processor's cache on."""
    size = kind.itemsize
    room = np.zeros(n * size + _LINE, dtype=np.uint8)
    begins = -room.ctypes.data % _LINE
    return room[begins : begins + n * size].view(kind).view(np.recarray)


def _bucket_bits(floor: Floor) -> int:
    """How long a bucket of events is, in bits of ms: so that a few dozen come into each."""
    about = len(floor.stops.place) // 2 + 2 * len(floor.bookings.place) + 4 * floor.n_party_days
    return max(6, (_IN_A_BUCKET * floor.end // max(1, about)).bit_length())


def _own_rows(floor: Floor) -> IntArray:
    """Where the rows of each party begin: room for all that commonly happens, further rows go elsewhere.

    A look at each stop, as many talks as are wanted at stops on average, the gate and the visit, two rows a
    booking; further tries at a booth are seldom made, and a party is seldom at all stops.
    """
    stops, days = floor.stops, floor.party_days
    again, talks = np.count_nonzero(stops.retry != 0), np.count_nonzero(stops.talk != 0)
    made = len(stops.place) - again + talks - again  # further tries are for talks
    each = np.arange(floor.n_party_days + 1)
    rows: IntArray = days.stop_index * made // max(1, len(stops.place)) + 2 * days.booking_index + 2 * each
    return rows


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


def _places(floor: Floor) -> tuple[Records, Records, Records, Records, IntArray, tuple[int, int]]:
    """Where places and doors are; places; zones; counters; all hours; hours common to all booths.

    Behind the places stand the doors of zones.
    """
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

    spot = records(SPOT, n + zones)
    spot.x[:n], spot.y[:n] = places.x - places.x.min(initial=0), places.y - places.y.min(initial=0)
    spot.zone[:n], spot.to_door[:n] = places.zone, places.to_door
    spot.zone[n:] = zones + np.arange(zones)

    place = records(PLACE, n + zones)
    place.counter = place.meeting_at = place.first = place.last = NONE
    place.kind[:n], place.kind[n:] = places.kind, NONE
    place.hours[:n], place.hours_end[:n] = put(geography.hours)
    place.session[:n], place.session_end[:n] = index.session_index[:-1], index.session_index[1:]
    place.meeting[:n], place.meeting_end[:n] = index.meeting_index[:-1], index.meeting_index[1:]
    place.staff[:n] = np.searchsorted(floor.staff.booth, np.arange(n), side="left")
    place.staff_end[:n] = np.searchsorted(floor.staff.booth, np.arange(n), side="right")

    zone = records(ZONE, zones)
    zone.counter = NONE
    zone.plan, zone.plan_end = put(geography.zone_hours)
    zone.some, zone.some_end = put(geography.some_booth_open)

    serves = np.flatnonzero(np.isin(places.kind, (PlaceKind.GATE, PlaceKind.CATERING)))
    limited = np.flatnonzero(places.zone_limit != NONE)
    counter = records(COUNTER, len(serves) + len(limited))
    counter.servers = counter.free = np.concatenate((places.servers[serves], places.zone_limit[limited]))
    counter.first = counter.last = NONE
    counter.lanes[: len(serves)] = places.kind[serves] == PlaceKind.GATE
    place.counter[serves] = np.arange(len(serves))
    zone.counter[limited] = len(serves) + np.arange(len(limited))
    (first,), (end,) = put([geography.common_hours])
    return spot, place, zone, counter, np.array(hours, dtype=np.int64), (first, end)
