"""The expo as one would write it in SimPy: a process a visitor, a `Resource` a booth.

A yardstick for the engine's speed and a second opinion on its statistics, for floors of gates,
booths and walk-ups only (one hall, no bookings, all staff on duty all day). It knows nothing of the
order within one millisecond, so its numbers agree with the engine's in the mean, not row by row.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
import simpy

from sim.floor.arrays import Floor, PlaceKind
from sim.floor.trace import Kind, Outcome, Trace

__all__ = ["Statistics", "run", "statistics"]

Process = Generator[simpy.Event, Any, None]


@dataclass(frozen=True, slots=True)
class Statistics:
    """Headline numbers of a day at the booths."""

    visits: int
    looks: int
    conversations: int
    balked: int
    reneged: int
    left: int  # gave up waiting because the planned stay ended
    mean_wait: float  # ms, of the conversations
    mean_stay: float  # ms


class Expo:
    """A floor as SimPy resources, and what its visitors report."""

    def __init__(self, floor: Floor) -> None:
        if len(floor.bookings.place) or len(floor.calls.booth) or (floor.places.zone != 0).any():
            raise ValueError("the idiomatic script knows walk-ups in one hall only")
        self.env = simpy.Environment()
        kinds, lanes = floor.places.kind.tolist(), floor.places.servers.tolist()
        members = np.bincount(floor.staff.booth, minlength=len(kinds)).tolist()
        self.servers = [
            simpy.Resource(self.env, lanes[p] if kind == PlaceKind.GATE else members[p])
            for p, kind in enumerate(kinds)
        ]
        self.x: list[int] = floor.places.x.tolist()
        self.y: list[int] = floor.places.y.tolist()
        self.short_talk = floor.short_talk
        self.looks: list[tuple[int, int, float, float]] = []
        self.talks: list[tuple[int, int, float, float, float, Outcome]] = []
        self.visits: list[tuple[int, float, float]] = []

    def walk(self, a: int, b: int, pace: int) -> int:
        if a == b:
            return 0
        return max(1, (abs(self.x[a] - self.x[b]) + abs(self.y[a] - self.y[b])) * pace)

    def visitor(
        self,
        v: int,
        pace: int,
        gate: int,
        arrival: int,
        check: int,
        stay: int,
        latest: int,
        patience: int,
        queue_limit: int,
        route: list[tuple[int, int, int]],
    ) -> Process:
        """One visitor's day."""
        env = self.env
        yield env.timeout(arrival)
        with self.servers[gate].request() as lane:
            yield lane
            yield env.timeout(check)
        admitted, here = env.now, gate
        departure = min(int(admitted) + stay, latest)
        for booth, look, talk in route:
            there, back = self.walk(here, booth, pace), self.walk(booth, gate, pace)
            if env.now + there + look + (self.short_talk if talk else 0) + back > departure:
                break
            yield env.timeout(there + look)
            here = booth
            self.looks.append((v, booth, env.now - look, env.now))
            if talk:
                yield from self.conversation(v, booth, talk, patience, queue_limit, departure - back)
        yield env.timeout(self.walk(here, gate, pace))
        self.visits.append((v, admitted, env.now))

    def conversation(
        self, v: int, booth: int, talk: int, patience: int, queue_limit: int, leave_by: int
    ) -> Process:
        """Asking for a member of staff, waiting up to the patience, and talking."""
        env, staff = self.env, self.servers[booth]
        asked = env.now
        busy = staff.count == staff.capacity
        if busy and (patience == 0 or len(staff.queue) >= queue_limit):
            self.talks.append((v, booth, asked, asked, asked, Outcome.BALKED))
            return
        with staff.request() as request:
            yield request | env.timeout(min(patience, max(leave_by - asked, 0)))
            begun = env.now
            if not request.triggered:
                outcome = Outcome.RENEGED if begun == asked + patience else Outcome.LEFT_FOR_BOOKING
                self.talks.append((v, booth, asked, begun, begun, outcome))
                return
            yield env.timeout(talk)
        self.talks.append((v, booth, asked, begun, env.now, Outcome.DONE))

    def run(self, floor: Floor) -> Statistics:
        """Simulates and sums up."""
        p, s = floor.party_days, floor.stops
        stops = list(zip(s.place.tolist(), s.look.tolist(), s.talk.tolist(), strict=True))
        index = p.stop_index.tolist()
        columns = (p.pace, p.gate, p.arrival, p.check, p.stay, p.latest, p.patience, p.queue_limit)
        for v, row in enumerate(zip(*(column.tolist() for column in columns), strict=True)):
            self.env.process(self.visitor(v, *row, *[stops[index[v] : index[v + 1]]]))
        self.env.run()
        outcomes = [talk[-1] for talk in self.talks]
        waits = [begun - asked for _, _, asked, begun, _, outcome in self.talks if outcome == Outcome.DONE]
        return Statistics(
            visits=len(self.visits),
            looks=len(self.looks),
            conversations=outcomes.count(Outcome.DONE),
            balked=outcomes.count(Outcome.BALKED),
            reneged=outcomes.count(Outcome.RENEGED),
            left=outcomes.count(Outcome.LEFT_FOR_BOOKING),
            mean_wait=sum(waits) / max(len(waits), 1),
            mean_stay=sum(end - start for _, start, end in self.visits) / max(len(self.visits), 1),
        )


def run(floor: Floor) -> Statistics:
    """Simulates a floor of walk-ups the idiomatic way."""
    return Expo(floor).run(floor)


def statistics(trace: Trace) -> Statistics:
    """The same numbers from a trace of the engine."""
    talk, visit = trace.kind == Kind.TALK, trace.kind == Kind.VISIT
    done = talk & (trace.outcome == Outcome.DONE)

    def lost(outcome: Outcome) -> int:
        return int((talk & (trace.outcome == outcome)).sum())

    return Statistics(
        visits=int(visit.sum()),
        looks=int(((trace.kind == Kind.LOOK) & (trace.outcome == Outcome.DONE)).sum()),
        conversations=int(done.sum()),
        balked=lost(Outcome.BALKED),
        reneged=lost(Outcome.RENEGED),
        left=lost(Outcome.LEFT_FOR_BOOKING),
        mean_wait=float(trace.wait[done].mean()) if done.any() else 0.0,
        mean_stay=float((trace.end - trace.start)[visit].mean()) if visit.any() else 0.0,
    )
