"""The day at the booths in cimba: a spawned model a visitor, a resource a booth, compiled.

Visitors and stops are arrays of the model, since compiled code sees no Python lists. A wait is given up
by a timer of the process.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate, chain

import cimba as cb

from sim.floor.arrays import Floor
from tests.benchmarks.idiomatic import Statistics
from tests.benchmarks.peers.day import Seen, day_of

__all__ = ["prepare"]

GIVES_UP = 17  # a signal of our own
HALF = 0.5  # ms: who is served in the millisecond in which his patience ends is served, as elsewhere


class Place(cb.Model):
    """A gate or booth."""

    servers: cb.Resource
    x: cb.Param[int]
    y: cb.Param[int]
    waiting: int = 0


class Visit(cb.Model):
    """One visitor's day."""

    expo: cb.Ref[Expo]
    number: cb.Param[int]

    @cb.function
    def walk(self, a: int, b: int) -> int:
        """Milliseconds from a place to another."""
        expo = self.expo
        if a == b:
            return 0
        there, here = expo.places[b], expo.places[a]
        dm: int = abs(here.x - there.x) + abs(here.y - there.y)
        return max(1, dm * int(expo.pace[self.number]))

    @cb.process
    def day(self):  # type: ignore[no-untyped-def]
        expo, v = self.expo, self.number
        gate = expo.gate[v]
        expo.places[gate].servers.acquire()
        cb.hold(float(expo.check[v]))
        expo.places[gate].servers.release()
        admitted = int(cb.now())
        here = gate
        departure = min(admitted + expo.stay[v], expo.latest[v])
        for stop in range(expo.first[v], expo.first[v + 1]):
            booth, look, talk = expo.booth[stop], expo.look[stop], expo.talk[stop]
            there, back = self.walk(here, booth), self.walk(booth, gate)
            seen_by = int(cb.now()) + there + look
            least = back
            if talk > 0:
                least += expo.short_talk
            if seen_by + least > departure:
                break
            cb.hold(float(seen_by) - cb.now())
            here = booth
            expo.looks += 1
            if talk > 0:
                self.conversation(booth, talk, departure - back)
        out = int(cb.now()) + self.walk(here, gate)
        cb.hold(float(out) - cb.now())
        expo.visits += 1
        expo.stayed += out - admitted

    @cb.function
    def conversation(self, booth: int, talk: int, leave_by: int) -> None:
        """Asking for a member of staff, waiting up to the patience, and talking."""
        expo, v = self.expo, self.number
        place = expo.places[booth]
        patience = expo.patience[v]
        asked = int(cb.now())
        if place.servers.available() == 0:
            if patience == 0 or place.waiting >= expo.limit[v]:
                expo.balked += 1
                return
            wait = min(patience, max(leave_by - asked, 0))
            me = cb.this_process()
            me.timer_set(float(wait) + HALF, GIVES_UP)
            place.waiting += 1
            signal = place.servers.acquire()
            place.waiting -= 1
            if signal == GIVES_UP:
                if wait == patience:
                    expo.reneged += 1
                else:
                    expo.left += 1
                return
            me.timers_clear()
            expo.waited += int(cb.now()) - asked
        else:
            place.servers.acquire()
        cb.hold(float(talk))
        place.servers.release()
        expo.conversations += 1


class Expo(cb.Model):
    """The floor, the visitors' data and what is counted."""

    places: list[Place]
    short_talk: cb.Param[int]
    pace: cb.Array[int]
    gate: cb.Array[int]
    arrival: cb.Array[int]
    check: cb.Array[int]
    stay: cb.Array[int]
    latest: cb.Array[int]
    patience: cb.Array[int]
    limit: cb.Array[int]
    first: cb.Array[int]
    booth: cb.Array[int]
    look: cb.Array[int]
    talk: cb.Array[int]
    visits: int = 0
    looks: int = 0
    conversations: int = 0
    balked: int = 0
    reneged: int = 0
    left: int = 0
    waited: int = 0
    stayed: int = 0
    n_visits: cb.Output[float]
    n_looks: cb.Output[float]
    n_conversations: cb.Output[float]
    n_balked: cb.Output[float]
    n_reneged: cb.Output[float]
    n_left: cb.Output[float]
    sum_waited: cb.Output[float]
    sum_stayed: cb.Output[float]

    @cb.process
    def doors(self):  # type: ignore[no-untyped-def]
        for number in range(len(self.arrival)):
            cb.hold(float(self.arrival[number]) - cb.now())
            cb.spawn(Visit, expo=self, number=number)

    @cb.on_end
    def tell(self):  # type: ignore[no-untyped-def]
        self.n_visits = float(self.visits)
        self.n_looks = float(self.looks)
        self.n_conversations = float(self.conversations)
        self.n_balked = float(self.balked)
        self.n_reneged = float(self.reneged)
        self.n_left = float(self.left)
        self.sum_waited = float(self.waited)
        self.sum_stayed = float(self.stayed)


def prepare(floor: Floor) -> Callable[[], Statistics]:
    """A floor of walk-ups as a model that can be run; in one thread, as there is one replication."""
    day = day_of(floor)
    expo = Expo()
    places = []
    for servers, x, y in zip(day.servers, day.x, day.y, strict=True):
        place = Place()
        place.servers, place.x, place.y = cb.Resource(capacity=servers), x, y
        places.append(place)
    expo.places, expo.short_talk = places, day.short_talk
    columns = list(zip(*day.visitors, strict=True))
    for name, column in zip(
        ("pace", "gate", "arrival", "check", "stay", "latest", "patience", "limit"), columns, strict=False
    ):
        setattr(expo, name, cb.Array(list(column)))
    routes = columns[-1]
    expo.first = cb.Array([0, *accumulate(map(len, routes))])
    for name, column in zip(("booth", "look", "talk"), zip(*chain(*routes), strict=True), strict=True):
        setattr(expo, name, cb.Array(list(column)))
    window = cb.Window(warmup=0, duration=float(floor.end))
    experiment = cb.Experiment(expo, replications=1, window=window, seed=1)

    def play() -> Statistics:
        seen = experiment.run()[expo]
        outputs = (
            seen.n_visits, seen.n_looks, seen.n_conversations, seen.n_balked, seen.n_reneged, seen.n_left,
            seen.sum_waited, seen.sum_stayed,
        )  # fmt: skip
        return Seen(*[round(output.values.item()) for output in outputs]).statistics()

    return play
