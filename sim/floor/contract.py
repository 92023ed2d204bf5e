"""What a floor must satisfy for an engine to run it: the contract of `sim.floor.arrays`, checked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

from sim.floor.arrays import MINUTE, MOST_SIDES, NEVER, NONE, Floor, IntArray, PlaceKind
from sim.floor.index import index_of, owners
from sim.floor.order import ENTITY_BITS, TIME_BITS

__all__ = ["FloorError", "check_floor", "faults"]

Checks = Iterator[tuple[str, npt.NDArray[np.bool_] | np.bool_ | bool]]
"""What must hold, and where it does not."""


_LATEST: Final = 1 << TIME_BITS
_STOP_BITS: Final = 29  # of a stop's number: 537 million
_RETRY_BITS: Final = 16  # of how many stops a further try comes after the one before
_DAYS: Final = _LATEST // (24 * 60 * MINUTE)
_TIMES: Final = {  # columns of moments
    "places": ("open_from", "open_to", "zone_open_from", "zone_open_to", "change_at"),
    "staff": ("shift_from", "shift_to"),
    "party_days": ("arrival", "latest"),
    "bookings": ("start",),
    "sessions": ("doors", "start", "end", "late", "hold"),
    "meetings": ("start",),
    "calls": ("at", "start", "deadline"),
}


_ALWAYS: Final = {  # of these, moments that come: they are not `NEVER`
    "bookings.start", "sessions.start", "sessions.end", "meetings.start", "calls.start",
    "sessions' mixing", "meetings' deadline",
}  # fmt: skip
_SPANS: Final = {  # columns of what lasts so long, whenever it begins
    "party_days": ("check",),
    "stops": ("look", "talk"),
    "bookings": ("meal",),
    "sessions": ("round",),
    "meetings": ("duration",),
}


_NUMBERS: Final = ("zone_patience", "zone_again")  # of one for all places

_LISTS: Final = {  # columns that are as long as one another, and not as their table
    "places": (
        ("open_from", "open_to"),
        ("zone_open_from", "zone_open_to"),
        ("change_at", "change_place", "change_servers"),
        ("zone_limit", "zone_distance"),
    ),
    "staff": (("shift_from", "shift_to"),),
    "meetings": (("pool_size",),),
}


class FloorError(ValueError):
    """A floor that breaks its contract."""


def check_floor(floor: Floor) -> None:
    """Raise `FloorError`, naming every rule that is broken and its first offender, if there is any."""
    found = faults(floor)
    if found:
        raise FloorError("; ".join(found))


def faults(floor: Floor) -> list[str]:
    """The rules that this floor breaks, each with how often and where first; empty if it is sound."""
    shape = _broken(_shapes(floor))
    if shape:
        return shape  # the other checks need well-formed tables
    ids = _broken(_numbers(floor))
    if ids:
        return ids  # the other checks follow these numbers
    return [
        fault
        for checks in (_places, _staff, _party_days, _bookings, _sessions, _meetings, _calls, _keys)
        for fault in _broken(checks(floor))
    ]


def _broken(checks: Checks) -> list[str]:
    found = []
    for rule, bad in checks:
        rows = np.flatnonzero(np.atleast_1d(bad))
        if len(rows):
            found.append(f"{rule} ({len(rows)} broken, first row {rows[0]})")
    return found


def _shapes(floor: Floor) -> Checks:
    """Columns of a table are equally long whole numbers; indices are well formed."""
    places = floor.places
    items = {
        "open_index": len(places.open_from),
        "shift_index": len(floor.staff.shift_from),
        "stop_index": len(floor.stops.place),
        "booking_index": len(floor.bookings.place),
    }
    for table in ("places", "staff", "party_days", "stops", "bookings", "sessions", "meetings", "calls"):
        content, lists = getattr(floor, table), _LISTS.get(table, ())
        columns = {name: getattr(content, name) for name in content.__slots__ if name not in _NUMBERS}
        for name, column in columns.items():
            yield f"{table}.{name} must hold int64", column.dtype != np.int64
        apart = {*items, "zone_open_index", *(name for together in lists for name in together)}
        for first, *others in (tuple(name for name in columns if name not in apart), *lists):
            for name in others:
                wrong = len(columns[name]) != len(columns[first])
                yield f"{table}.{name} must be as long as {first}", wrong
        rows = len(next(iter(columns.values())))
        for name in (name for name in columns if name in items):
            yield from _index(f"{table}.{name}", columns[name], rows, items[name])
    zones = len(places.zone_limit)
    yield from _index("places.zone_open_index", places.zone_open_index, zones, len(places.zone_open_from))
    square = places.zone_distance.shape == (zones, zones)
    yield "places.zone_distance must have a column a zone", not square
    rounds = int(floor.sessions.rounds.max(initial=0))
    for table, mixing in (("bookings", floor.bookings.mixing), ("calls", floor.calls.mixing)):
        yield (
            f"{table}.mixing must have {rounds} columns or more",
            mixing.ndim != 2 or mixing.shape[1] < rounds,
        )


def _index(name: str, index: IntArray, rows: int, items: int) -> Checks:
    well = len(index) == rows + 1 and index[0] == 0 and index[-1] == items and not (np.diff(index) < 0).any()
    yield f"{name} must rise from 0 to {items} in {rows + 1} steps", not well


def _numbers(floor: Floor) -> Checks:
    """Numbers of places, members, sessions, meetings and pools exist and are of the right kind."""
    kind = floor.places.kind
    n = len(kind)

    def of_kind(place: IntArray, *kinds: PlaceKind) -> npt.NDArray[np.bool_]:
        other = np.append(~np.isin(kind, kinds), True)  # the last stands for those that do not exist
        wrong: npt.NDArray[np.bool_] = np.take(other, place, mode="clip")
        wrong |= place < 0
        return wrong

    zones = len(floor.places.zone_limit)
    yield "places.zone must exist", ~_within(floor.places.zone, zones)
    yield "staff.booth must be a booth", of_kind(floor.staff.booth, PlaceKind.BOOTH)
    yield "party_days.gate must be a gate", of_kind(floor.party_days.gate, PlaceKind.GATE)
    yield "stops.place must be a booth", of_kind(floor.stops.place, PlaceKind.BOOTH)
    served = (PlaceKind.GATE, PlaceKind.CATERING)
    yield "places.change_place must be a gate or catering", of_kind(floor.places.change_place, *served)
    yield "calls.booth must be a booth", of_kind(floor.calls.booth, PlaceKind.BOOTH)
    tables = (PlaceKind.TABLE, PlaceKind.BOOTH)
    yield "meetings.place must be a table or a booth", of_kind(floor.meetings.place, *tables)
    rooms = (PlaceKind.ROOM, PlaceKind.BOOTH)
    yield "sessions.place must be a room or a booth", of_kind(floor.sessions.place, *rooms)
    for name, table in (("bookings", floor.bookings), ("calls", floor.calls)):
        session, meeting = table.session, table.meeting
        yield f"{name}.place must exist", ~_within(table.place, n)
        yield f"{name}.session must exist", ~_within(session, len(floor.sessions.place), none=True)
        yield f"{name}.meeting must exist", ~_within(meeting, len(floor.meetings.place), none=True)
        there = np.where(_within(meeting, len(floor.meetings.sides)), meeting, NONE)
        sides = np.append(floor.meetings.sides, 0)[there]  # the last stands for NONE
        beyond = (table.side >= sides) | (table.side < np.where(there == NONE, NONE, 0))
        yield f"{name}.side must be one of the meeting's, or NONE", beyond
    yield "calls.member must exist", ~_within(floor.calls.member, len(floor.staff.booth), none=True)
    pools = len(floor.meetings.pool_size)
    yield "meetings.interpreters must exist", ~_within(floor.meetings.interpreters, pools, none=True)
    standby_for, keeps = floor.meetings.standby_for, floor.meetings.keeps
    yield "meetings.standby_for must exist", ~_within(standby_for, len(standby_for), none=True)
    in_common = np.where(standby_for == NONE, keeps == NONE, _within(keeps, 2))
    yield "meetings.keeps must be 0 or 1 in a stand-by, and NONE elsewhere", ~in_common
    few = (floor.meetings.sides < 2) | (floor.meetings.sides > MOST_SIDES)
    yield f"meetings.sides must be from 2 to {MOST_SIDES}", few
    again_of = floor.meetings.again_of
    yield "meetings.again_of must exist", ~_within(again_of, len(again_of), none=True)


def _within(number: IntArray, end: int, none: bool = False) -> npt.NDArray[np.bool_]:
    inside: npt.NDArray[np.bool_] = (number >= (NONE if none else 0)) & (number < end)
    return inside


def _places(floor: Floor) -> Checks:
    p = floor.places
    yield "booths must come first", np.diff((p.kind != PlaceKind.BOOTH).astype(np.int64)) < 0
    limited = p.zone_limit[p.zone] != NONE
    yield "a gate must not be in a hall with a limit on people", (p.kind == PlaceKind.GATE) & limited
    yield "places.to_door must be >= 0", p.to_door < 0
    for name in _NUMBERS:
        yield f"places.{name} must be >= 0", getattr(p, name) < 0
    yield "zone distances must be >= 0", (p.zone_distance < 0).any(axis=1)
    served = (p.kind == PlaceKind.GATE) | (p.kind == PlaceKind.CATERING)
    yield "gates and catering must have 0 servers or more", served & (p.servers < 0)
    yield "places.change_servers must be >= 0", p.change_servers < 0
    yield from _intervals("places.open", p.open_index, p.open_from, p.open_to, apart=True)
    by_plan = (p.zone_open_index, p.zone_open_from, p.zone_open_to)
    yield from _intervals("places.zone_open", *by_plan, apart=True)


def _staff(floor: Floor) -> Checks:
    s = floor.staff
    yield "staff must be in order of their booths", np.diff(s.booth) < 0
    yield "staff.pace must be >= 1", s.pace < 1
    yield from _intervals("staff.shift", s.shift_index, s.shift_from, s.shift_to, apart=False)


def _intervals(name: str, index: IntArray, from_: IntArray, to: IntArray, *, apart: bool) -> Checks:
    yield f"{name} must end after it starts", to <= from_
    row = owners(index)
    same = row[1:] == row[:-1]
    touches = from_[1:] <= to[:-1] if apart else from_[1:] < to[:-1]
    yield f"{name} intervals must be in order, disjoint{' and merged' * apart}", same & touches


def _party_days(floor: Floor) -> Checks:
    d, s = floor.party_days, floor.stops
    for name in ("size", "pace", "check", "stay"):
        yield f"party_days.{name} must be >= 1", getattr(d, name) < 1
    for name in ("party", "arrival", "gate_patience", "patience", "queue_limit"):
        yield f"party_days.{name} must be >= 0", getattr(d, name) < 0
    absent = d.arrival >= NEVER
    yield "party_days.stay must not be beyond the end", d.stay > floor.end
    yield "party_days.latest must be after the arrival", (d.latest <= d.arrival) & ~absent
    yield "party_days.latest must be before the end", d.latest > floor.end
    yield "stops.look must be >= 1", s.look < 1
    yield "stops.talk must be >= 0", s.talk < 0
    yield "stops.again must be 0 or 1", ~_within(s.again, 2)
    again = np.flatnonzero(s.retry != 0)  # few of all stops
    retry = s.retry[again]
    position = again - np.repeat(d.stop_index[:-1], np.diff(d.stop_index))[again]

    def of_all(bad: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        stops = np.zeros(len(s.place), dtype=np.bool_)
        stops[again[bad]] = True
        return stops

    yield "stops.retry must be of a stop before it on the route", of_all((retry < 0) | (retry > position))
    yield f"stops.retry must be fewer than 2**{_RETRY_BITS} stops", of_all(retry >= 1 << _RETRY_BITS)
    before = again - np.clip(retry, 0, position)
    yield "a retry must be at the booth of the try before", of_all(s.place[before] != s.place[again])
    yield "a try must have one further try at most", _repeated(before, len(s.place))
    talks = np.minimum(s.talk[before], s.talk[again])
    yield "a retry and the try before must be for a talk", of_all(talks < 1)
    yield "short_talk must be >= 1", floor.short_talk < 1


def _repeated(number: IntArray, end: int) -> npt.NDArray[np.bool_]:
    """Which of the numbers up to `end` are there more than once."""
    there = np.zeros(end, dtype=np.bool_)
    there[number] = True
    if np.count_nonzero(there) == len(number):
        return np.zeros(end, dtype=np.bool_)
    several: npt.NDArray[np.bool_] = np.bincount(number, minlength=end) > 1
    return several


def _bookings(floor: Floor) -> Checks:
    b = floor.bookings
    row = owners(floor.party_days.booking_index)
    yield "bookings must be in order of start", (row[1:] == row[:-1]) & (b.start[1:] < b.start[:-1])
    what = (b.session != NONE).astype(np.int64) + (b.meeting != NONE) + (b.meal > 0)
    yield "a booking must be one of session, meeting and meal", what != 1
    for name in ("registered", "comes"):
        yield f"bookings.{name} must be 0 or 1", ~_within(getattr(b, name), 2)
    yield "bookings.meal must be >= 0", b.meal < 0
    yield "bookings.patience must be >= 0", b.patience < 0
    absent = (floor.party_days.arrival >= NEVER)[row]
    yield (
        "who does not come must not come to a booking, and eats nowhere",
        absent & ((b.comes != 0) | (b.meal > 0)),
    )
    kind = floor.places.kind[b.place]
    yield "a meal must be at a catering place", (b.meal > 0) & (kind != PlaceKind.CATERING)
    yield from _elsewhere(floor, "bookings", b.place, b.session, b.meeting)
    at = np.flatnonzero(b.session != NONE)
    yield "bookings.rounds must be >= 0", b.rounds < 0
    pair = np.sort(row[at] * (len(floor.sessions.place) + 1) + b.session[at])
    yield "a party must be booked once for a session", pair[1:] == pair[:-1]


def _elsewhere(floor: Floor, name: str, place: IntArray, session: IntArray, meeting: IntArray) -> Checks:
    at = np.flatnonzero(session != NONE)
    yield f"{name}.place must be the session's", place[at] != floor.sessions.place[session[at]]
    at = np.flatnonzero(meeting != NONE)
    yield f"{name}.place must be the meeting's", place[at] != floor.meetings.place[meeting[at]]


def _sessions(floor: Floor) -> Checks:
    s = floor.sessions
    yield "sessions must end after they start", s.end <= s.start
    yield "sessions.doors must not be after the start", s.doors > s.start
    yield "sessions.hold must not be after the start", s.hold > s.start
    yield "sessions.late must not be before the start", s.late < s.start
    yield "sessions.seats must be >= 0", s.seats < 0
    yield "sessions.rounds must be >= 0", s.rounds < 0
    yield "sessions.round must be >= 1", s.round < 1


def _meetings(floor: Floor) -> Checks:
    m = floor.meetings
    yield "meetings.duration must be >= 1", m.duration < 1
    yield "meetings.tolerance must be >= 0", m.tolerance < 0
    yield "meetings.hold must be 0 or 1", ~_within(m.hold, 2)
    yield "meetings.least must be from 1 to the duration", (m.least < 1) | (m.least > m.duration)
    yield "pool_size must be >= 0", m.pool_size < 0
    most = index_of(floor).booking.shape[0]
    booked, called = np.zeros((2, len(m.place), most), dtype=np.int64)  # how often each side is
    for table, sides in ((floor.bookings, booked), (floor.calls, called)):
        at = np.flatnonzero(table.meeting != NONE)
        np.add.at(sides, (table.meeting[at], table.side[at]), 1)
        start = m.start[table.meeting[at]]
        yield "all sides must be booked for the meeting's start", table.start[at] != start
    ordinary = (m.standby_for == NONE)[:, None]
    yield "each side of a meeting must be booked once at most", (ordinary & (booked + called > 1)).ravel()
    yield from _standbys(floor, booked, called)
    yield from _second_appointments(floor)


def _standbys(floor: Floor, booked: IntArray, called: IntArray) -> Checks:
    """What is asked of stand-bys; `booked` and `called` say how often each side of a meeting is."""
    m, row = floor.meetings, np.arange(len(floor.meetings.place))
    standby = m.standby_for != NONE
    of, stays = np.where(standby, m.standby_for, row), np.where(standby, m.keeps, 0)
    second = m.again_of != NONE
    yield "a stand-by must stand by for an ordinary meeting", standby & (standby | second)[of]
    yield "a stand-by must be for a meeting of two", standby & ((m.sides > 2) | (m.sides[of] > 2))
    yield "a meeting must have one stand-by at most", np.bincount(of[standby]) > 1
    for name in ("place", "start", "duration", "tolerance", "hold", "least"):
        column = getattr(m, name)
        yield f"a stand-by must have the meeting's {name}", column != column[of]
    yield "a stand-by must be a party booked once", standby & (booked[row, 1 - stays] != 1)
    yield "a stand-by must not be a booth's delegate", standby & (called[row, 1 - stays] != 0)
    again = standby & ((booked + called)[row, stays] != 0)
    yield "the side that stays must be booked for the meeting alone, not for the stand-by's", again
    party = index_of(floor).party_day.T
    own = standby[:, None] & (party[of] == party[row, 1 - stays][:, None]) & (party[of] != NONE)
    yield "a stand-by must not be a side of the meeting it stands by for", own.any(axis=1)


def _second_appointments(floor: Floor) -> Checks:
    m, row, index = floor.meetings, np.arange(len(floor.meetings.place)), index_of(floor)
    second = m.again_of != NONE
    of = np.where(second, m.again_of, row)
    other = (m.standby_for != NONE) | second
    yield "a second appointment must be of an ordinary meeting", second & other[of]
    yield "a second appointment must be of a meeting of two", second & ((m.sides > 2) | (m.sides[of] > 2))
    yield "a second appointment must not be a stand-by's", second & (m.standby_for != NONE)
    yield "a meeting must have one second appointment at most", np.bincount(of[second]) > 1
    early = m.start < m.start[of] + m.duration[of]
    yield "a second appointment must be after the meeting's slot", second & early
    sides = np.concatenate((index.party_day, index.booth))
    yield (
        "a second appointment must have the meeting's sides",
        second & (sides != sides[:, of]).any(axis=0),
    )


def _calls(floor: Floor) -> Checks:
    c = floor.calls
    yield "a call must be for one of session and meeting", (c.session != NONE) == (c.meeting != NONE)
    yield "a call must go out before its start", (c.at > c.start) | (c.at < 0)
    yield "a call's deadline must not be before its start", (c.deadline < c.start) | (c.deadline > NEVER)
    yield "calls.comes must be 0 or 1", ~_within(c.comes, 2)
    named = np.flatnonzero(c.member != NONE)
    yield "calls.member must be of the booth", floor.staff.booth[c.member[named]] != c.booth[named]
    yield from _elsewhere(floor, "calls", c.place, c.session, c.meeting)


def _keys(floor: Floor) -> Checks:
    """Times and numbers fit into the key of an event (`sim.floor.order.packed`), and rows can be counted."""
    for what, rows in (
        ("places", len(floor.places.kind)),
        ("actors", floor.n_actors),
        ("bookings", len(floor.bookings.place)),
        ("sessions", len(floor.sessions.place)),
        ("calls and meetings", len(floor.calls.booth) + len(floor.meetings.place)),
    ):
        yield f"there must be fewer than 2**{ENTITY_BITS} {what}", rows >= 1 << ENTITY_BITS
    yield f"there must be fewer than 2**{_STOP_BITS} stops", len(floor.stops.place) >= 1 << _STOP_BITS
    yield f"floor.end must be from 0 to 2**{TIME_BITS} ms ({_DAYS} days)", not 0 <= floor.end < _LATEST
    sessions = floor.sessions
    times = {
        f"{table}.{name}": getattr(getattr(floor, table), name)
        for table, names in _TIMES.items()
        for name in names
    }
    times["sessions' mixing"] = sessions.end + sessions.rounds * sessions.round
    times["meetings' deadline"] = floor.meetings.start + floor.meetings.tolerance
    for name, time in times.items():
        fits = (time >= 0) & (time < _LATEST)
        if name not in _ALWAYS:
            fits |= time >= NEVER
        yield f"{name} must be from 0 to 2**{TIME_BITS} ms ({_DAYS} days)", ~fits
    over = f"must be over by 2**{TIME_BITS} ms ({_DAYS} days) if begun at the end"
    for table, names in _SPANS.items():
        for name in names:
            yield f"{table}.{name} {over}", getattr(getattr(floor, table), name) >= _LATEST - floor.end
    yield f"the longest walk {over}", _longest_walk(floor) >= _LATEST - floor.end


def _longest_walk(floor: Floor) -> int:
    """No walk takes longer (ms): from corner to corner of all there is, through the farthest doors."""
    p = floor.places
    pace = max(int(column.max(initial=0)) for column in (floor.party_days.pace, floor.staff.pace))
    across = sum(int(c.max()) - int(c.min()) for c in (p.x, p.y) if c.size)
    outside = 2 * int(p.to_door.max(initial=0)) + int(p.zone_distance.max(initial=0))
    return pace * (across + outside)
