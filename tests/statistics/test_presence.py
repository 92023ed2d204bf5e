"""Curves of people present, and the stretches of parties in halls that they are made of."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
from sim.engine.processes import ExpoFloor
from sim.engine.processes.kernel import Steps
from sim.floor.arrays import NONE, Floor
from sim.floor.curves import curve, peaks
from sim.floor.trace import Cause, Kind, Outcome
from tests.statistics.chance import random_result
from tests.statistics.naive import Naive
from tests.statistics.naive_visits import Errands, stays_in_halls

Intervals = list[tuple[int, int, int]]
INTERVALS = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, 10), st.integers(1, 5)).map(
        lambda t: (t[0], t[0] + t[1], t[2])
    ),
    max_size=12,
)


def columns(intervals: Intervals) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    array = np.array(intervals, dtype=np.int64).reshape(-1, 3)
    return array[:, 0], array[:, 1], array[:, 2]


def level(intervals: Intervals, t: int) -> int:
    return sum(w for a, b, w in intervals if a <= t < b)


@given(INTERVALS)
def test_a_curve_counts_who_is_there_at_each_instant(intervals: Intervals) -> None:
    c = curve(*columns(intervals))
    for t in range(-1, 42):
        step = int(np.searchsorted(c.time, t, side="right")) - 1
        assert (0 if step < 0 else c.level[step]) == level(intervals, t)
    assert c.peak == max((level(intervals, t) for t in range(42)), default=0)
    if c.peak:
        assert c.peak_time == next(t for t in range(42) if level(intervals, t) == c.peak)


@given(INTERVALS, st.lists(st.integers(-3, 45), min_size=2, max_size=6, unique=True).map(sorted))
def test_area_mean_and_peaks_between_edges_are_those_of_each_instant(
    intervals: Intervals, edges: list[int]
) -> None:
    c, at = curve(*columns(intervals)), np.array(edges)
    assert c.area(at).tolist() == [sum(level(intervals, t) for t in range(e)) for e in edges]
    between = [range(a, b) for a, b in pairwise(edges)]
    assert c.mean(at).tolist() == [sum(level(intervals, t) for t in r) / len(r) for r in between]
    assert c.peak_between(at).tolist() == [max(level(intervals, t) for t in r) for r in between]


@given(INTERVALS, st.integers(1, 3))
def test_peaks_by_group_are_those_of_each_group_apart(intervals: Intervals, n: int) -> None:
    group = np.arange(len(intervals)) % n
    start, end, weight = columns(intervals)
    most, when = peaks(group, n, start, end, weight)
    for g in range(n):
        own = curve(start[group == g], end[group == g], weight[group == g])
        assert (most[g], when[g]) == (own.peak, own.peak_time if own.peak else 0)


AGAIN = {"matchmaking.main.again_share": 1.0}
HURRIED = AGAIN | {  # no time to spare, so that many come in vain and many meet at a second appointment
    "behaviour.margin_minutes": 0,
    "matchmaking.main.buffer_minutes": 0,
    "matchmaking.main.tolerance_minutes": 0,
    "matchmaking.main.tables": 60,
    "matchmaking.main.slot_minutes": 10,
    "matchmaking.main.requests": 1500,
}


class Watched(ExpoFloor):
    """Parties are watched as they come to meetings and go, so that nobody has to guess where they were."""

    def __init__(self, floor: Floor) -> None:
        super().__init__(floor)
        self.errands: dict[int, list[tuple[int, int]]] = defaultdict(list)
        self.seconds = 0  # errands to second appointments
        self.meets: list[tuple[int, ...]] = []  # who, where, from when to when

    def meet(self, v: int, b: int) -> Steps:
        k, place, came = self.b_meeting[b], self.b_place[b], self.now
        in_vain = self.meeting_state.settled[k]
        yield from super().meet(v, b)
        if in_vain:
            self.errands[v].append((came, place))
            self.seconds += int(self.floor.meetings.again_of[k] != NONE)
        else:
            self.meets.append((v, place, came, self.now))


def assert_stretches_are_those_of_a_loop(result: sim.Result, errands: Errands | None = None) -> Naive:
    naive = Naive(result.expo, result.trace)
    found = defaultdict(list)
    for party_day, zone, start, end in zip(*result.ledger.presence.stretches, strict=True):
        found[int(zone)].append((int(start), int(end), naive.size[party_day]))
    found.pop(NONE, None)  # at the doors of full halls
    expected = stays_in_halls(naive, errands)
    assert found.keys() == expected.keys()
    assert all(sorted(found[zone]) == sorted(expected[zone]) for zone in expected)
    return naive


@pytest.mark.elsewhere
@pytest.mark.parametrize(("changes", "in_vain", "again"), [({}, 0, 0), (HURRIED, 50, 30)])
def test_stretches_in_the_halls_of_a_run_are_those_of_a_loop(
    changes: dict[str, object], in_vain: int, again: int
) -> None:
    expo = sim.build(sim.load("quickstart", changes))
    floor = Watched(expo.floor)
    result = sim.Result(expo, floor.run())
    naive = assert_stretches_are_those_of_a_loop(result, floor.errands)
    assert np.bincount(result.ledger.presence.stretches[1])[: len(result.expo.halls)].min() > 1000
    # the loop goes by what was watched, and the trace says just that
    vain = [(r.actor, r.start, r.place) for r in naive.of(Kind.IN_VAIN) if r.actor < naive.n]
    assert sorted(vain) == sorted((v, *each) for v, mine in floor.errands.items() for each in mine)
    meets = [
        (r.actor, r.place, r.start, r.end) for r in naive.of(Kind.MEETING)
        if 0 <= r.actor < naive.n and r.outcome not in (Outcome.NO_SHOW, Outcome.MISSED)
        and (r.outcome is not Outcome.NOT_NEEDED or r.cause is Cause.NONE)
    ]  # fmt: skip
    assert sorted(meets) == sorted(floor.meets)
    assert len(vain) >= in_vain
    assert result.row["meetings.held_again"] >= again
    assert (floor.seconds > 0) is (again > 0)


@pytest.mark.elsewhere
def test_stretches_in_any_halls_are_those_of_a_loop() -> None:
    for seed in (
        *range(100),
        1074,
        1657,
    ):  # in the last two, somebody goes in vain from the door of a full hall
        assert_stretches_are_those_of_a_loop(random_result(seed))
