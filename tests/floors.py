"""Hand-made floors.

`FloorPlan` puts a `Floor` together a place, a party or a meeting at a time. Unless told otherwise
everything lies on one line in one hall, everybody walks 1 dm a millisecond, and everything is open
and staffed all day, so that a small expo can be worked out by hand in milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from sim.floor.arrays import (
    NONE,
    Bookings,
    Calls,
    Floor,
    IntArray,
    Meetings,
    PartyDays,
    PlaceKind,
    Places,
    Sessions,
    Staff,
    Stops,
)

__all__ = [
    "ALL_DAY",
    "DAY",
    "PATIENT",
    "Booking",
    "FloorPlan",
    "Intervals",
    "Stop",
    "second_first",
    "walk_up_floor",
    "with_value",
]

DAY = 86_400_000
ALL_DAY = ((0, DAY),)
PATIENT = DAY  # longer than anybody stays

Intervals = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop of a route."""

    booth: int
    look: int = 1
    talk: int = 0
    again: bool = False
    retry: int = 0


@dataclass(frozen=True, slots=True)
class Booking:
    """A booking of a party; made by `FloorPlan.attend`, `.meet` and `.eat`."""

    place: int
    start: int
    session: int = NONE
    meeting: int = NONE
    side: int = NONE
    meal: int = 0
    patience: int = 0
    registered: bool = False
    comes: bool = True
    rounds: int = 0
    mixing: tuple[int, ...] = ()


@dataclass(slots=True)
class FloorPlan:
    """A floor in the making. Booths come first; every method returns the number of what it adds."""

    short_talk: int = 1
    end: int = DAY
    zone_patience: int = 0
    zone_again: int = 0
    _places: list[tuple[int, ...]] = field(default_factory=list)
    _opens: list[Intervals] = field(default_factory=list)
    _changes: list[tuple[int, int, int]] = field(default_factory=list)
    _limits: list[int] = field(default_factory=lambda: [NONE])
    _planned: dict[int, Intervals] = field(default_factory=dict)
    _ways: dict[tuple[int, int], int] = field(default_factory=dict)
    _staff: list[tuple[int, int]] = field(default_factory=list)
    _shifts: list[Intervals] = field(default_factory=list)
    _parties: list[tuple[int, ...]] = field(default_factory=list)
    _stops: list[Sequence[Stop]] = field(default_factory=list)
    _bookings: list[Sequence[Booking]] = field(default_factory=list)
    _sessions: list[tuple[int, ...]] = field(default_factory=list)
    _meetings: list[tuple[int, ...]] = field(default_factory=list)
    _calls: list[tuple[int, ...]] = field(default_factory=list)
    _call_mixing: list[tuple[int, ...]] = field(default_factory=list)
    _pools: list[int] = field(default_factory=list)

    # ------------------------------------------------------------------------------- places
    def planned(self, zone: int, opens: Intervals) -> None:
        """When a zone is open by the plan (always, unless told); its places have hours of their own."""
        self._planned[zone] = opens

    def hall(self, limit: int = NONE) -> int:
        """Another zone (zone 0 is there already)."""
        self._limits.append(limit)
        return len(self._limits) - 1

    def way(self, a: int, b: int, distance: int) -> None:
        """The distance between the doors of two zones (0 unless told)."""
        self._ways[a, b] = self._ways[b, a] = distance

    def booth(
        self,
        x: int = 0,
        staff: int | Sequence[Intervals] = 1,
        opens: Intervals = ALL_DAY,
        *,
        zone: int = 0,
        to_door: int = 0,
        pace: int = 1,
        y: int = 0,
    ) -> int:
        """A booth with so many members all day, or with the given shifts a member."""
        assert all(place[0] == PlaceKind.BOOTH for place in self._places), "booths come first"
        number = self.place(PlaceKind.BOOTH, x, opens, zone, to_door, 0, y)
        for shifts in [opens] * staff if isinstance(staff, int) else staff:
            self._staff.append((number, pace))
            self._shifts.append(shifts)
        return number

    def gate(
        self, x: int = 0, lanes: int = 1, opens: Intervals = ALL_DAY, *, zone: int = 0, to_door: int = 0
    ) -> int:
        return self.place(PlaceKind.GATE, x, opens, zone, to_door, lanes)

    def change(self, place: int, at: int, servers: int) -> None:
        """From `at` on a gate has so many lanes, or catering so many seats."""
        self._changes.append((at, place, servers))

    def room(
        self, x: int = 0, opens: Intervals = ALL_DAY, *, zone: int = 0, to_door: int = 0, y: int = 0
    ) -> int:
        return self.place(PlaceKind.ROOM, x, opens, zone, to_door, 0, y)

    def table(
        self, x: int = 0, opens: Intervals = ALL_DAY, *, zone: int = 0, to_door: int = 0, y: int = 0
    ) -> int:
        return self.place(PlaceKind.TABLE, x, opens, zone, to_door, 0, y)

    def catering(
        self,
        x: int = 0,
        seats: int = 1,
        opens: Intervals = ALL_DAY,
        *,
        zone: int = 0,
        to_door: int = 0,
        y: int = 0,
    ) -> int:
        return self.place(PlaceKind.CATERING, x, opens, zone, to_door, seats, y)

    def place(
        self, kind: PlaceKind, x: int, opens: Intervals, zone: int, to_door: int, servers: int, y: int = 0
    ) -> int:
        """A place of any kind but a booth."""
        self._places.append((kind, x, y, zone, to_door, servers))
        self._opens.append(opens)
        return len(self._places) - 1

    # ----------------------------------------------------------------------------- activities
    def session(
        self,
        room: int,
        start: int,
        end: int,
        *,
        seats: int = 10,
        doors: int | None = None,
        late: int | None = None,
        hold: int | None = None,
        rounds: int = 0,
        round: int = 1,
    ) -> int:
        """A session; unless told, doors open at midnight, seats are held till `start`, late is `end`."""
        self._sessions.append(
            (
                room,
                0 if doors is None else doors,
                start,
                end,
                end if late is None else late,
                start if hold is None else hold,
                seats,
                rounds,
                round,
            )
        )
        return len(self._sessions) - 1

    def meeting(
        self,
        place: int,
        start: int,
        duration: int,
        *,
        tolerance: int = 0,
        hold: bool = False,
        least: int = 1,
        interpreters: int = NONE,
        sides: int = 2,
    ) -> int:
        """A meeting; lost rather than cut to less than `least`."""
        columns = (place, start, duration, tolerance, int(hold), least, interpreters)
        self._meetings.append((*columns, NONE, NONE, NONE, sides))
        return len(self._meetings) - 1

    def standby(self, meeting: int, keeps: int = 0, *, interpreters: int = NONE) -> int:
        """A stand-by for a meeting, to meet its side `keeps`; whoever it is books side `1 - keeps`."""
        self._meetings.append((*self._meetings[meeting][:6], interpreters, meeting, keeps, NONE, 2))
        return len(self._meetings) - 1

    def again(self, meeting: int, start: int, place: int | None = None) -> int:
        """A second appointment of a meeting, at its place unless told; its sides book it as any other."""
        at, _, *columns = self._meetings[meeting][:7]
        self._meetings.append((at if place is None else place, start, *columns, NONE, NONE, meeting, 2))
        return len(self._meetings) - 1

    def pool(self, size: int) -> int:
        """A pool of interpreters."""
        self._pools.append(size)
        return len(self._pools) - 1

    def call(
        self,
        booth: int,
        at: int,
        *,
        meeting: int = NONE,
        side: int = 1,
        session: int = NONE,
        member: int = NONE,
        deadline: int | None = None,
        comes: bool = True,
        mixing: tuple[int, ...] = (),
    ) -> int:
        """A call for a delegate to a meeting, or to host a session."""
        if meeting != NONE:
            place, start = self._meetings[meeting][:2]
            duration, tolerance, hold, least = self._meetings[meeting][2:6]
            last = start + (tolerance if hold else min(tolerance, duration - least))
        else:
            side, place, start = NONE, self._sessions[session][0], self._sessions[session][2]
            last = self._sessions[session][3]
        last = last if deadline is None else deadline
        self._calls.append((booth, member, at, place, start, last, meeting, side, session, int(comes)))
        self._call_mixing.append(mixing)
        return len(self._calls) - 1

    # -------------------------------------------------------------------------------- parties
    def attend(
        self,
        session: int,
        *,
        registered: bool = True,
        comes: bool = True,
        rounds: int = 0,
        mixing: tuple[int, ...] = (),
        start: int | None = None,
    ) -> Booking:
        place = self._sessions[session][0]
        begins = self._sessions[session][2] if start is None else start
        return Booking(
            place, begins, session, registered=registered, comes=comes, rounds=rounds, mixing=mixing
        )

    def meet(self, meeting: int, side: int = 0, *, comes: bool = True) -> Booking:
        place, start = self._meetings[meeting][:2]
        return Booking(place, start, meeting=meeting, side=side, comes=comes)

    def eat(
        self, place: int, start: int, meal: int, *, patience: int = PATIENT, comes: bool = True
    ) -> Booking:
        return Booking(place, start, meal=meal, patience=patience, comes=comes)

    def party(
        self,
        gate: int,
        arrival: int = 0,
        stops: Iterable[Stop] = (),
        bookings: Iterable[Booking] = (),
        *,
        size: int = 1,
        pace: int = 1,
        gate_patience: int = PATIENT,
        check: int = 1,
        departure: int | None = None,
        stay: int = DAY,
        patience: int = PATIENT,
        queue_limit: int = 1_000_000,
        party: int | None = None,
    ) -> int:
        """A party on a day, until midnight if not told otherwise, or until its `stay` is over.

        `party` joins it to another day of the same party.
        """
        if departure is None:
            departure = (arrival // DAY + 1) * DAY
        number = len(self._parties)
        new = max((who for who, *_ in self._parties), default=-1) + 1
        who = new if party is None else self._parties[party][0]
        self._parties.append(
            (who, size, pace, gate, arrival, gate_patience, check, stay, departure, patience, queue_limit)
        )
        self._stops.append(tuple(stops))
        self._bookings.append(tuple(sorted(bookings, key=lambda booking: booking.start)))
        return number

    # --------------------------------------------------------------------------------- result
    def member(self, number: int) -> int:
        """The actor of a member of staff (all parties must have been added)."""
        return len(self._parties) + number

    def build(self) -> Floor:
        """The floor."""
        kind, x, y, zone, to_door, servers = _columns(self._places, 6)
        zones = len(self._limits)
        ways = np.zeros((zones, zones), np.int64)
        for (a, b), distance in self._ways.items():
            ways[a, b] = distance
        open_index, open_from, open_to = _intervals(self._opens)
        shift_index, shift_from, shift_to = _intervals(self._shifts)
        booth, pace = _columns(self._staff, 2)
        stops = [stop for route in self._stops for stop in route]
        bookings = [booking for diary in self._bookings for booking in diary]
        return Floor(
            Places(
                kind, x, y, zone, to_door, servers, ways, _ints(self._limits), self.zone_patience,
                self.zone_again, open_index, open_from, open_to,
                *_intervals([self._planned.get(zone, ((0, self.end),)) for zone in range(zones)]),
                *_columns(sorted(self._changes), 3),
            ),
            Staff(booth, pace, shift_index, shift_from, shift_to),
            PartyDays(*_columns(self._parties, 11), *[_index(self._stops), _index(self._bookings)]),
            Stops(*_columns([(s.booth, s.look, s.talk, int(s.again), s.retry) for s in stops], 5)),
            Bookings(
                *_columns(
                    [
                        (
                            b.place, b.start, b.session, b.meeting, b.side, b.meal, b.patience,
                            int(b.registered), int(b.comes), b.rounds,
                        )
                        for b in bookings
                    ],
                    10,
                ),
                *[self._mixing([b.mixing for b in bookings])],
            ),
            Sessions(*_columns(self._sessions, 9)),
            Meetings(*_columns(self._meetings, 11), *[_ints(self._pools)]),
            Calls(*_columns(self._calls, 10), *[self._mixing(self._call_mixing)]),
            self.short_talk,
            self.end,
        )  # fmt: skip

    def _mixing(self, orders: list[tuple[int, ...]]) -> IntArray:
        """Keyed orders, filled up with zeros (ties go by actor)."""
        rounds = max((session[7] for session in self._sessions), default=0)
        table = np.zeros((len(orders), rounds), np.int64)
        for row, order in zip(table, orders, strict=True):
            row[: len(order)] = order[:rounds]
        return table


def _ints(values: Iterable[int]) -> IntArray:
    return np.fromiter(values, np.int64)


def _columns(rows: Sequence[tuple[int, ...]], width: int) -> list[IntArray]:
    return list(np.ascontiguousarray(np.array(rows, np.int64).reshape(-1, width).T))


def _index(lists: Sequence[Sequence[object]]) -> IntArray:
    return np.concatenate(([0], np.cumsum([len(items) for items in lists], dtype=np.int64)))


def _intervals(lists: Sequence[Intervals]) -> tuple[IntArray, IntArray, IntArray]:
    lows = _ints(low for items in lists for low, _ in items)
    return _index(lists), lows, _ints(high for items in lists for _, high in items)


def walk_up_floor(
    booths: Sequence[tuple[int, int]],
    arrival: IntArray,
    departure: IntArray,
    patience: npt.ArrayLike,
    stop_index: npt.ArrayLike,
    place: npt.ArrayLike,
    look: npt.ArrayLike,
    talk: npt.ArrayLike,
    *,
    queue_limit: npt.ArrayLike = 1_000_000,
    lanes: int = 10_000,
    check: int = 1,
    pace: int = 1,
    short_talk: int = 1,
) -> Floor:
    """A floor of walk-ups only, from whole columns: `booths` are (x in dm, members of staff).

    One gate at x = 0; parties of one person, in order of arrival, without bookings.
    """
    end = int(departure.max()) + DAY
    plan = FloorPlan(short_talk=short_talk, end=end)
    for x, members in booths:
        plan.booth(x, members, ((0, end),))
    gate = plan.gate(0, lanes, ((0, end),))
    bare = plan.build()
    n = len(arrival)

    def full(value: npt.ArrayLike) -> IntArray:
        return np.ascontiguousarray(np.broadcast_to(np.asarray(value, np.int64), (n,)))

    parties = PartyDays(
        np.arange(n), full(1), full(pace), full(gate), full(arrival), full(end), full(check),
        full(end), full(departure), full(patience), full(queue_limit),
        np.asarray(stop_index, np.int64), np.zeros(n + 1, np.int64),
    )  # fmt: skip
    where = np.asarray(place, np.int64)
    stops = Stops(*(np.asarray(c, np.int64) for c in (place, look, talk, *[np.zeros_like(where)] * 2)))
    return Floor(
        bare.places, bare.staff, parties, stops, bare.bookings, bare.sessions, bare.meetings,
        bare.calls, short_talk, end,
    )  # fmt: skip


def with_value(floor: Floor, table: str, column: str, row: int, value: int) -> Floor:
    """The floor with another value in a row of a column."""
    content = getattr(floor, table)
    values = getattr(content, column).copy()
    values[row] = value
    return replace(floor, **{table: replace(content, **{column: values})})


def second_first(floor: Floor, refers: str) -> Floor:
    """The floor of two meetings, the second of which `refers` to the first, with their rows exchanged."""
    m, b = floor.meetings, floor.bookings
    swapped = {name: getattr(m, name)[::-1] for name in m.__slots__ if name != "pool_size"}
    swapped[refers] = np.array([1, NONE])
    return replace(floor, meetings=replace(m, **swapped), bookings=replace(b, meeting=1 - b.meeting))
