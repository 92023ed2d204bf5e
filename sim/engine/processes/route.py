"""Routes (R2, R9): what a party does next, decided ahead as far as nobody else is needed."""

from __future__ import annotations

from bisect import bisect_right
from enum import IntEnum
from typing import NamedTuple

import numpy as np

from sim.engine.processes.state import FloorState, compact
from sim.floor.arrays import NONE
from sim.floor.geography import walks
from sim.floor.index import owners
from sim.floor.trace import Cause, Kind, Outcome

__all__ = ["Action", "Route", "Step"]

# names that the busiest lines look up
LOOK, LOUNGE, DONE, CLOSED = Kind.LOOK, Kind.LOUNGE, Outcome.DONE, Outcome.CLOSED
MISSED, SHUT = Outcome.MISSED, Cause.CLOSED
FOR_BOOKING, TO_LEAVE = Cause.BOOKING, Cause.DEPARTURE


class Action(IntEnum):
    """What a party does next."""

    STOP = 0
    BOOKING = 1
    LEAVE = 2


STOP, BOOKING, LEAVE = Action.STOP, Action.BOOKING, Action.LEAVE


class Step(NamedTuple):
    """A decision of a party."""

    action: Action
    row: int  # the stop's or the booking's row; NONE when it leaves
    at: int  # ms: when it is there (and at a stop has looked), or sets out if not `walked`
    walked: bool  # False: a hall with a limit lies between, so the walk is yet to be done
    late: bool  # it sets out for its booking later than it should have


class Route:
    """Where each party is on its route and in its bookings.

    Looks that lead to no talk, and waits for the next booking, need nobody else: they are decided
    and written in one go.
    """

    def __init__(self, state: FloorState) -> None:
        floor = state.floor
        days, stops = floor.party_days, floor.stops
        self.state = state
        self.geography = state.geography
        self.write = state.write
        self.short_talk = floor.short_talk
        self.again = floor.places.zone_again
        self.party = days.party.tolist()
        self.pace = state.pace
        self.gate = state.gate
        self.stay = days.stay.tolist()
        self.latest = days.latest.tolist()
        self.s_place = state.s_place
        self.s_look = state.s_look
        self.s_talk = state.s_talk
        self.s_again = compact(stops.again)
        self.s_retry = compact(stops.retry)
        self.b_place = state.b_place
        self.b_start = state.b_start
        self.b_meeting = state.b_meeting
        self.b_comes = state.b_comes
        # the walks of a route that goes on as planned, worked out together
        of_stop = owners(days.stop_index)
        gate, each = days.gate[of_stop], days.pace[of_stop]
        # further tries are seldom made: planned are the walks between first tries
        first_try = np.maximum.accumulate(np.where(stops.retry == 0, np.arange(len(of_stop)), 0))
        before = np.roll(stops.place[first_try], 1)
        first = days.stop_index[:-1][np.diff(days.stop_index) > 0]
        before[first] = gate[first]
        self.s_before = compact(before)
        self.s_from_before = compact(walks(floor.places, before, stops.place, each))
        self.s_to_gate = compact(walks(floor.places, stops.place, gate, each))
        self.last_stop = days.stop_index[1:].tolist()
        self.last_booking = days.booking_index[1:].tolist()
        _, who, days_each = np.unique(days.party, return_inverse=True, return_counts=True)
        self.comes_again = (days_each[who] > 1).tolist()

    def admit(self, v: int) -> None:
        """The party is let in: its stay counts from now (R1)."""
        self.state.departure[v] = min(self.state.now + self.stay[v], self.latest[v])

    def move(self, v: int, place: int) -> None:
        """The party is at a place, or at the door of a hall."""
        self.state.here[v] = place

    def give_up(self, v: int, zone: int) -> None:
        """The party was not let into a full hall: for a while it passes over stops there."""
        self.state.given_up[v, zone] = self.state.now + self.again

    def passes_over(self, v: int, here: int, place: int, t: int) -> bool:
        """Whether a stop lies in a hall that the party has given up, and that it would have to enter."""
        zone = self.geography.zone[place]
        return self.geography.zone[here] != zone and t < self.state.given_up.get((v, zone), t)

    def find_closed(self, v: int, place: int, t: int) -> None:
        """A place is found closed: if no booth of its hall is open, the party stops at none till one is."""
        zone = self.geography.zone[place]
        if (until := self.geography.shut_until(zone, t)) > t:
            self.state.found_shut[v, zone] = until

    def is_shut(self, v: int, place: int, t: int, arrival: int) -> bool:
        """Whether a stop's hall is still as closed as the party has found it, or will be by the plan (R7)."""
        zone = self.geography.zone[place]
        if t < self.state.found_shut.get((v, zone), t):
            return True
        return not self.geography.is_open(place, arrival) and self.geography.closed_by_plan(zone, arrival)

    def remember(self, v: int, booth: int) -> None:
        """The party has talked with the staff of a booth (R9)."""
        if self.comes_again[v]:
            self.state.met.setdefault((self.party[v], booth), v)

    def lose(self, s: int) -> None:
        """The party balked or reneged at a stop: it makes the next try, if there is one (R3)."""
        self.state.lost_talks.add(s)

    def knows(self, v: int, booth: int) -> bool:
        """Whether the party has talked with the staff of a booth on an earlier day."""
        return self.state.met.get((self.party[v], booth), v) != v

    def upcoming(self, v: int) -> int:
        """The next booking the party means to keep; NONE if there is none left."""
        b, last = self.state.next_booking[v], self.last_booking[v]
        while b < last and (
            not self.b_comes[b]
            or (self.b_meeting[b] != NONE and self.state.meeting_state.settled[self.b_meeting[b]])
        ):
            b += 1
        self.state.next_booking[v] = b
        return b if b < last else NONE

    def due(self, v: int) -> tuple[int, Cause]:
        """When the party must set out, from where it is, for its next booking or for the gate."""
        b, here, walk = self.upcoming(v), self.state.here[v], self.geography.walk
        if b != NONE:
            return self.b_start[b] - walk(here, self.b_place[b], self.pace[v]), FOR_BOOKING
        return self.state.departure[v] - walk(here, self.gate[v], self.pace[v]), TO_LEAVE

    def next(self, v: int, now: int) -> Step:
        """The next thing that needs an event: a stop with a talk, a booking, or leaving (R2)."""
        geography, pace, here, t = self.geography, self.pace[v], self.state.here[v], now
        walk, hours, write = geography.walk, geography.hours, self.write
        s_place, s_look, s_talk, s_retry = self.s_place, self.s_look, self.s_talk, self.s_retry
        remembers, watched = self.comes_again[v], geography.any_limit
        surely_open = geography.booths_open_until(t)
        b = self.upcoming(v)
        if b == NONE:
            goal, due = self.gate[v], self.state.departure[v]
        else:
            goal, due = self.b_place[b], self.b_start[b]
        onward = walk(here, goal, pace)
        s, last = self.state.next_stop[v], self.last_stop[v]
        as_planned = s < last and here == self.s_before[s]
        while b == NONE or t < due - onward:
            fits = False
            if s < last:
                place, talk, retry = s_place[s], s_talk[s], s_retry[s]
                if retry and s - retry not in self.state.lost_talks:
                    s += 1
                    continue
                if remembers and self.knows(v, place) and not self.s_again[s]:
                    s, as_planned = s + 1, False
                    continue
                if watched and self.passes_over(v, here, place, t):
                    s, as_planned = s + 1, False
                    continue
                arrival = t + (self.s_from_before[s] if as_planned else walk(here, place, pace))
                from_there = self.s_to_gate[s] if b == NONE else walk(place, goal, pace)
                seen = arrival + s_look[s]
                fits = seen + from_there + (talk and self.short_talk) <= due
            if not fits:
                if b != NONE:
                    at = here if here < geography.n_places else self.gate[v]
                    write((t, due - onward, LOUNGE, at, v, NONE, 0, DONE, 0, NONE))
                    t = due - onward
                break
            if arrival >= surely_open and self.is_shut(v, place, t, arrival):
                write((t, t, LOOK, place, v, NONE, 0, MISSED, SHUT, NONE))
                s, as_planned = s + 1, False
                continue
            if watched and geography.crosses_limit(here, place):
                self.state.next_stop[v], self.state.here[v] = s + 1, here
                return Step(STOP, s, t, False, False)
            s, as_planned = s + 1, retry == 0  # the walks of a route are planned from stop to stop
            here, onward = place, from_there
            if arrival >= surely_open and not bisect_right(hours[place], arrival) & 1:
                write((arrival, arrival, LOOK, place, v, NONE, 0, CLOSED, 0, NONE))
                self.find_closed(v, place, arrival)
                t = arrival
                continue
            write((arrival, seen, LOOK, place, v, NONE, 0, DONE, 0, NONE))
            t = seen
            if talk:
                self.state.next_stop[v], self.state.here[v] = s, here
                return Step(STOP, s - 1, t, True, False)
        self.state.next_stop[v], self.state.here[v] = s, here
        walked = not (watched and geography.crosses_limit(here, goal))
        if b == NONE:
            return Step(LEAVE, NONE, t + onward if walked else t, walked, False)
        self.state.next_booking[v] = b + 1
        late = t > due - onward
        if walked:
            self.state.here[v] = goal
            t += onward
        return Step(BOOKING, b, t, walked, late)
