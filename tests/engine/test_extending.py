"""A user's own processes: added beside the model's, or in place of one of them."""

from __future__ import annotations

from random import Random

import simpy

from sim.engine import Kind, Outcome, simulate
from sim.engine.processes import ExpoFloor
from sim.engine.processes.kernel import Steps
from sim.floor.arrays import Floor
from tests.floors import FloorPlan, Stop
from tests.random_floors import random_floor


class WatchedFloor(ExpoFloor):
    """Somebody with a clipboard counts who queues, every 10 ms."""

    def __init__(self, floor: Floor) -> None:
        super().__init__(floor)
        self.counts: list[int] = []

    def start(self) -> None:
        super().start()
        self.env.process(self.count())

    def count(self) -> Steps:
        while self.env.now < 200:
            self.counts.append(sum(booth.waiting for booth in self.booths.values()))
            yield self.env.timeout(10)


class HastyFloor(ExpoFloor):
    """Nobody talks: they take a leaflet, in a millisecond, whoever is there."""

    def talk(self, v: int, s: int) -> Steps:
        yield self.env.timeout(1)
        self.record(self.now - 1, self.now, Kind.TALK, self.s_place[s], v, -1)


class DrilledFloor(ExpoFloor):
    """A fire drill at 50 ms: all lines at the booths are sent away."""

    def start(self) -> None:
        super().start()
        self.env.process(self.drill())

    def drill(self) -> Steps:
        yield self.env.timeout(50)
        for place in self.booths:
            self.close_place(place)


def three_for_one() -> Floor:
    """Three parties that ask one member of staff at 12, each for 100 ms."""
    plan = FloorPlan()
    booth = plan.booth(10)
    for _ in range(3):
        plan.party(plan.gate(0), 0, [Stop(booth, 1, 100)], patience=500)
    return plan.build()


def test_a_process_that_only_watches_changes_nothing() -> None:
    for seed in range(20):
        floor = random_floor(Random(seed))
        assert WatchedFloor(floor).run().to_bytes() == simulate(floor).to_bytes()
    watched = WatchedFloor(three_for_one())
    watched.run()
    assert watched.counts[:3] == [0, 0, 2]  # they ask at 12; two queue
    assert watched.counts[12:] == [1] * 8  # from 112 on one


def test_a_process_of_ones_own_takes_the_place_of_the_models() -> None:
    trace = simulate(three_for_one(), HastyFloor)
    talks = trace.kind == Kind.TALK
    assert (trace.end - trace.start)[talks].tolist() == [1, 1, 1]


def test_a_fire_drill_sends_the_lines_away_and_lets_conversations_finish() -> None:
    trace = simulate(three_for_one(), DrilledFloor)
    talks = trace.kind == Kind.TALK
    outcomes = trace.outcome[talks].tolist()
    assert outcomes == [Outcome.DONE, Outcome.CLOSED, Outcome.CLOSED]
    assert trace.end[talks].tolist() == [112, 50, 50]


def test_the_kernel_stays_simpys() -> None:
    assert isinstance(ExpoFloor(three_for_one()).env, simpy.Environment)
