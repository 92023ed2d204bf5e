"""The state of a floor: its columns as lists, and what changes while it runs. No rules."""

from __future__ import annotations

from array import array

import numpy as np

from sim.engine.processes.booths import Booth, Member
from sim.engine.processes.counters import Counter
from sim.engine.processes.kernel import Clock, Turn
from sim.engine.processes.sessions import Session
from sim.floor.arrays import NONE, Floor, PlaceKind
from sim.floor.geography import Geography
from sim.floor.index import index_of
from sim.floor.trace import Cause, Outcome

__all__ = ["FloorState"]


class FloorState:
    """What the rules work on: who is where and does what, lines, staff, sessions, calls, the trace."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self.env = Clock(initial_time=0)
        self._rows = array("q")
        self._write = self._rows.extend
        self.geography = Geography(floor.places)
        self.kind = floor.places.kind.tolist()

        days = floor.party_days
        n = self.n_party_days = floor.n_party_days
        self.size = days.size.tolist()
        self.gate = days.gate.tolist()
        self.pace = days.pace.tolist()
        self.check = days.check.tolist()
        self.patience = days.patience.tolist()
        self.queue_limit = days.queue_limit.tolist()
        self.doing = [Cause.ABSENT] * n  # what would keep it from a booking right now
        self.held_up = [Cause.NONE] * n  # what made it set out too late for the booking it goes to
        self.missed: dict[int, Cause] = {}  # booking of a meeting: why the party has given it up

        self.s_place = floor.stops.place.tolist()
        self.s_look = floor.stops.look.tolist()
        self.s_talk = floor.stops.talk.tolist()
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
        self._write((start, end, kind, place, actor, other, wait, outcome, cause, side))
