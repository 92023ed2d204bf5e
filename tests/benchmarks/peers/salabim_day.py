"""The day at the booths in salabim: a component a visitor, a resource a booth."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import salabim as sim

from sim.floor.arrays import Floor
from tests.benchmarks.idiomatic import Statistics
from tests.benchmarks.peers.day import Day, Seen, Visitor, day_of

__all__ = ["prepare"]


class Visit(sim.Component):
    """One visitor's day."""

    def setup(self, day: Day, seen: Seen, servers: list[sim.Resource], visitor: Visitor) -> None:
        self.day, self.seen, self.servers, self.visitor = day, seen, servers, visitor

    def process(self) -> Generator[Any, Any, None]:
        day, seen, v = self.day, self.seen, self.visitor
        lane = self.servers[v.gate]
        yield self.request(lane)
        yield self.hold(v.check)
        self.release(lane)
        admitted, here = self.env.now(), v.gate
        departure = min(admitted + v.stay, v.latest)
        for booth, look, talk in v.route:
            there, back = day.walk(here, booth, v.pace), day.walk(booth, v.gate, v.pace)
            if self.env.now() + there + look + (day.short_talk if talk else 0) + back > departure:
                break
            yield self.hold(there + look)
            here = booth
            seen.looks += 1
            if talk:
                yield from self.conversation(self.servers[booth], talk, departure - back)
        yield self.hold(day.walk(here, v.gate, v.pace))
        seen.visits += 1
        seen.stayed += self.env.now() - admitted

    def conversation(self, staff: sim.Resource, talk: int, leave_by: float) -> Generator[Any, Any, None]:
        """Asking for a member of staff, waiting up to the patience, and talking."""
        seen, v = self.seen, self.visitor
        asked = self.env.now()
        busy = staff.available_quantity() < 1
        if busy and (v.patience == 0 or len(staff.requesters()) >= v.limit):
            seen.balked += 1
            return
        patience = min(v.patience, max(leave_by - asked, 0))
        yield self.request(staff, fail_delay=patience)
        if self.failed():
            if patience == v.patience:
                seen.reneged += 1
            else:
                seen.left += 1
            return
        seen.waited += self.env.now() - asked
        yield self.hold(talk)
        self.release(staff)
        seen.conversations += 1


class Source(sim.Component):
    """Lets the visitors in at the gates."""

    def setup(self, day: Day, seen: Seen, servers: list[sim.Resource]) -> None:
        self.day, self.seen, self.servers = day, seen, servers

    def process(self) -> Generator[Any, Any, None]:
        for visitor in self.day.visitors:
            yield self.hold(till=visitor.arrival)
            Visit(day=self.day, seen=self.seen, servers=self.servers, visitor=visitor)


def prepare(floor: Floor) -> Callable[[], Statistics]:
    """A floor of walk-ups ready to be run, without monitors, which nobody would read."""
    sim.yieldless(False)
    day = day_of(floor)

    def play() -> Statistics:
        env, seen = sim.Environment(trace=False, random_seed=0), Seen()
        Source(day=day, seen=seen, servers=[sim.Resource(capacity=n, monitor=False) for n in day.servers])
        env.run()
        return seen.statistics()

    return play
