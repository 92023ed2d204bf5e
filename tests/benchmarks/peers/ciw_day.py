"""The day at the booths in Ciw: a network of queues, of which each visitor has a route of his own.

Node 1 is the gate, node 2 the hall, where walking and looking take time and no server, and a booth is a
node with its staff. Who balks, leaves early or goes on is decided by the routing, since Ciw's own balking
is for those who come from outside.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import ciw

from sim.floor.arrays import Floor
from tests.benchmarks.idiomatic import Statistics
from tests.benchmarks.peers.day import Day, Seen, Visitor, day_of

__all__ = ["prepare"]

_GATE, _HALL, _BOOTHS = 1, 2, 3


class Arrivals(ciw.dists.Distribution):
    """Gaps between the given arrivals."""

    def __init__(self, visitors: list[Visitor]) -> None:
        times = [0, *(visitor.arrival for visitor in visitors)]
        self.gaps = iter([b - a for a, b in pairwise(times)])

    def sample(self, t: float | None = None, ind: Any = None) -> float:
        """The next gap, and no end of one after the last."""
        return next(self.gaps, float("inf"))

    def __deepcopy__(self, memo: object) -> Arrivals:
        return self


class Given(ciw.dists.Distribution):
    """A duration that the individual carries."""

    def __init__(self, name: str) -> None:
        self.name = name

    def sample(self, t: float | None = None, ind: Any = None) -> float:
        """The individual's own."""
        return float(getattr(ind, self.name))


class Routes(ciw.routing.NetworkRouting):
    """Where each goes next."""

    def __init__(self, day: Day, seen: Seen) -> None:
        self.day, self.seen = day, seen

    def initialise(self, simulation: Any) -> None:
        self.simulation = simulation

    def initialise_individual(self, ind: Any) -> None:
        """A new arrival takes the next visitor's data."""
        ind.visitor = self.day.visitors[ind.id_number - 1]
        ind.route = iter(ind.visitor.route)
        ind.delay = ind.visitor.check  # of the next service at the gate or in the hall
        ind.leaves = False

    def next_node(self, ind: Any, node_id: int) -> Any:
        """After a service of any kind."""
        seen, now = self.seen, self.simulation.current_time
        if node_id == _GATE:
            ind.admitted, ind.here = now, ind.visitor.gate
            ind.departure = min(now + ind.visitor.stay, ind.visitor.latest)
        elif node_id == _HALL:
            if ind.leaves:
                seen.visits += 1
                seen.stayed += now - ind.admitted
                return self.simulation.nodes[-1]
            seen.looks += 1
            if ind.talk and not self.balks(ind, now):
                return self.simulation.nodes[_BOOTHS + ind.here]
        else:
            seen.conversations += 1
            seen.waited += now - ind.talk - ind.asked
        return self.on(ind, now)

    def next_node_for_jockeying(self, ind: Any, node_id: int) -> Any:
        """After giving up."""
        if ind.renege_after == ind.visitor.patience:
            self.seen.reneged += 1
        else:
            self.seen.left += 1
        return self.on(ind, self.simulation.current_time)

    def balks(self, ind: Any, now: float) -> bool:
        """Whether he turns away from the booth; if not, how long he will wait is known."""
        node, v = self.simulation.nodes[_BOOTHS + ind.here], ind.visitor
        queue = node.number_of_individuals - self.day.servers[ind.here]
        if queue >= 0 and (v.patience == 0 or queue >= v.limit):
            self.seen.balked += 1
            return True
        leave_by = ind.departure - self.day.walk(ind.here, v.gate, v.pace)
        ind.asked, ind.renege_after = now, min(v.patience, max(leave_by - now, 0))
        return False

    def on(self, ind: Any, now: float) -> Any:
        """To the next stop, if there is time, or to the gate."""
        v, day = ind.visitor, self.day
        stop = next(ind.route, None)
        if stop is not None:
            booth, look, ind.talk = stop
            there, back = day.walk(ind.here, booth, v.pace), day.walk(booth, v.gate, v.pace)
            if now + there + look + (day.short_talk if ind.talk else 0) + back <= ind.departure:
                ind.delay, ind.here = there + look, booth
                return self.simulation.nodes[_HALL]
        ind.delay, ind.leaves = day.walk(ind.here, v.gate, v.pace), True
        return self.simulation.nodes[_HALL]


def prepare(floor: Floor) -> Callable[[], Statistics]:
    """A floor of walk-ups of one gate, which is its last place, ready to be run."""
    day = day_of(floor)
    booths = len(day.servers) - 1

    def play() -> Statistics:
        seen = Seen()
        network = ciw.create_network(
            arrival_distributions=[Arrivals(day.visitors), *[None] * (1 + booths)],
            service_distributions=[Given("delay"), Given("delay"), *[Given("talk")] * booths],
            reneging_time_distributions=[None, None, *[Given("renege_after")] * booths],
            number_of_servers=[day.servers[-1], float("inf"), *day.servers[:-1]],
            routing=Routes(day, seen),
        )
        ciw.seed(0)  # which of simultaneous events comes first is drawn
        simulation = ciw.Simulation(network)
        simulation.simulate_until_max_customers(len(day.visitors), method="Finish")
        return seen.statistics()

    return play
