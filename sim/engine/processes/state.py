"""The state of a floor: its columns as lists, and what changes while it runs. No rules."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from sim.engine.processes.booths import Booth, Member
from sim.engine.processes.counters import Counter
from sim.engine.processes.kernel import Clock, Turn
from sim.engine.processes.sessions import Session
from sim.floor.arrays import NEVER, NONE, Floor, IntArray, PlaceKind
from sim.floor.geography import Geography
from sim.floor.index import index_of
from sim.floor.trace import Cause, Occurred, Outcome, Trace

__all__ = ["CHANGES", "FloorState", "MeetingState", "Side", "compact"]

CHANGES: Final = {
    "env": "the kernel",
    "rows": "FloorState.record, for what is decided ahead Route.next; FloorState.put_away empties it",
    "written": "FloorState.put_away",
    "doing": "ExpoFloor, a party's day",
    "held_up": "ExpoFloor, a party's day",
    "missed": "ExpoFloor, a party's day",
    "here": "Route",
    "departure": "Route",
    "next_stop": "Route",
    "next_booking": "Route",
    "met": "Route",
    "given_up": "Route",
    "found_shut": "Route",
    "lost_talks": "Route",
    "counters": "each Counter itself",
    "zone_doors": "each Counter itself",
    "booths": "each Booth itself",
    "members": "Delegates",
    "call_answered": "Delegates",
    "on_the_way": "Delegates, with Calls beneath it",
    "sessions": "each Session itself",
    "meeting_state": "MeetingBook",
}
"""All that changes while a floor runs, as attributes of `FloorState`, and who alone changes it."""


def compact(column: IntArray) -> array[int]:
    """A long column of a sound floor in whole numbers of 32 bits: a list takes eight times the room."""
    return array("i", column.astype(np.intc).tobytes())


class Side:
    """A side that is there: who, since when, what held it up."""

    __slots__ = ("actor", "cause", "since", "turn")

    def __init__(self, actor: int, since: int, cause: Cause, turn: Turn) -> None:
        self.actor = actor
        self.since = since
        self.cause = cause
        self.turn = turn


@dataclass(slots=True)
class MeetingState:
    """What changes of meetings; the lists have an entry a meeting."""

    deadline: list[int]  # ms: lost if not begun by then
    awaits_table: list[bool]  # its table was taken when its slot came and still is: no tolerance counts yet
    interpreters: list[int]  # free ones in each pool
    due: list[bool]  # the slot has come
    settled: list[bool]  # begun, lost or not needed: nobody need come any more
    begun: list[int]  # ms; NEVER: not yet
    there: list[list[Side | None]]  # its sides, as far as they are at the place
    table_taken: dict[int, int] = field(default_factory=dict)  # table: the meeting at it
    # table, or pool: the meetings that wait for it, by slot, then number
    due_at: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    waits_for_interpreter: dict[int, list[tuple[int, int]]] = field(default_factory=dict)


class FloorState:
    """What the rules work on: the columns of the floor as lists, and all that changes while it runs.

    What changes has one owner each, whose methods alone change it (`CHANGES`).
    """

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self.env = Clock(initial_time=0)
        self.rows = array("q")  # of the trace, one after the other
        self.write = self.rows.extend
        self.written = Occurred()  # rows from before, which take half the room so
        self.geography = Geography(floor.places)
        self.kind = floor.places.kind.tolist()

        days = floor.party_days
        n = self.n_party_days = floor.n_party_days
        self.size = days.size.tolist()
        self.gate = days.gate.tolist()
        self.pace = days.pace.tolist()
        self.check = days.check.tolist()
        self.gate_patience = days.gate_patience.tolist()
        self.patience = days.patience.tolist()
        self.queue_limit = days.queue_limit.tolist()
        self.doing = [Cause.ABSENT] * n  # what would keep it from a booking right now
        self.held_up = [Cause.NONE] * n  # what made it set out too late for the booking it goes to
        self.missed: dict[int, Cause] = {}  # booking of a meeting: why the party has given it up
        self.here = list(self.gate)  # the place where it is, or the door of a hall
        self.departure = [NEVER] * n  # ms: when it means to be at the gate again; NEVER: not admitted
        self.next_stop = days.stop_index[:-1].tolist()
        self.next_booking = days.booking_index[:-1].tolist()
        self.met: dict[tuple[int, int], int] = {}  # (party, booth): the party-day of their first talk

        # (party-day, zone): until when it passes over stops in a hall that it has given up
        self.given_up: dict[tuple[int, int], int] = {}
        # (party-day, zone): until when a hall stays closed that it has found so
        self.found_shut: dict[tuple[int, int], int] = {}
        self.lost_talks: set[int] = set()  # stops at which a party balked or reneged

        self.s_place = compact(floor.stops.place)
        self.s_look = compact(floor.stops.look)
        self.s_talk = compact(floor.stops.talk)
        bookings = floor.bookings
        self.b_index = days.booking_index.tolist()
        self.b_place = bookings.place.tolist()
        self.b_start = bookings.start.tolist()
        self.b_session = bookings.session.tolist()
        self.b_meeting = bookings.meeting.tolist()
        self.b_side = bookings.side.tolist()
        self.b_meal = bookings.meal.tolist()
        self.b_patience = bookings.patience.tolist()
        self.b_registered = bookings.registered.tolist()
        self.b_comes = bookings.comes.tolist()
        self.b_rounds = bookings.rounds.tolist()
        self.b_mixing = bookings.mixing.tolist()
        index = index_of(floor)
        self.b_party = index.owner.tolist()

        servers, limits = floor.places.servers.tolist(), floor.places.zone_limit.tolist()
        self.counters = {
            place: Counter(servers[place])
            for place, kind in enumerate(self.kind)
            if kind in (PlaceKind.GATE, PlaceKind.CATERING)
        }
        self.zone_doors = {z: Counter(limit) for z, limit in enumerate(limits) if limit != NONE}

        self.members = [
            Member(booth, pace)
            for booth, pace in zip(floor.staff.booth.tolist(), floor.staff.pace.tolist(), strict=True)
        ]
        self.booths = {p: Booth() for p, kind in enumerate(self.kind) if kind == PlaceKind.BOOTH}
        for m, member in enumerate(self.members):
            self.booths[member.booth].staff.append(m)

        calls = floor.calls
        self.c_booth = calls.booth.tolist()
        self.c_member = calls.member.tolist()
        self.c_place = calls.place.tolist()
        self.c_start = calls.start.tolist()
        self.c_meeting = calls.meeting.tolist()
        self.c_side = calls.side.tolist()
        self.c_session = calls.session.tolist()
        self.c_comes = calls.comes.tolist()
        self.c_mixing = calls.mixing.tolist()
        self.call_answered = [False] * len(self.c_booth)
        # call: the delegate who has set out, and what kept him until then
        self.on_the_way: dict[int, tuple[int, Turn, Cause]] = {}
        self.call_of = index.call.tolist()  # by side, then meeting
        self.booking_of = index.booking.tolist()

        meetings = floor.meetings
        many = len(meetings.place)
        self.meeting_state = MeetingState(
            deadline=meetings.deadline.tolist(),
            awaits_table=[False] * many,
            interpreters=meetings.pool_size.tolist(),
            due=[False] * many,
            settled=[False] * many,
            begun=[NEVER] * many,
            there=[[None] * sides for sides in meetings.sides.tolist()],
        )

        sessions = floor.sessions
        self.sessions = [
            Session(row)
            for row in zip(
                sessions.place.tolist(),
                sessions.doors.tolist(),
                sessions.start.tolist(),
                sessions.end.tolist(),
                sessions.late.tolist(),
                sessions.hold.tolist(),
                sessions.seats.tolist(),
                sessions.rounds.tolist(),
                sessions.round.tolist(),
                strict=True,
            )
        ]
        self.sessions_at = [
            [self.sessions[k] for k in each.tolist()]
            for each in np.split(index.sessions, index.session_index[1:-1])
        ]
        for b, session in enumerate(self.b_session):
            if session != NONE and self.b_registered[b]:
                self.sessions[session].held += self.size[self.b_party[b]]

    @property
    def now(self) -> int:
        """The time, in ms from the midnight before the first day."""
        return self.env.now

    def record(
        self,
        start: int,
        end: int,
        kind: int,
        place: int,
        actor: int,
        other: int,
        wait: int = 0,
        outcome: int = Outcome.DONE,
        cause: int = Cause.NONE,
        side: int = NONE,
    ) -> None:
        """Write a row of the trace."""
        self.write((start, end, kind, place, actor, other, wait, outcome, cause, side))

    def put_away(self) -> None:
        """Put the rows written since the last time away as columns."""
        # A copy: a profiler in another thread, such as that of a worker of Dask, may hold frames of what
        # reads them, and with a view of them they could not be emptied.
        self.written.add(np.array(self.rows, dtype=np.int64))
        del self.rows[:]

    def trace(self) -> Trace:
        """All that happened, in order; there is nothing of it here any more."""
        self.put_away()
        return self.written.trace()
