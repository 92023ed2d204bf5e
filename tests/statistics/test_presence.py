"""Curves of people present, and the stretches of parties in halls that they are made of."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
from sim.floor.curves import curve, peaks
from sim.floor.trace import Kind
from tests.statistics.chance import random_result
from tests.statistics.naive import Naive
from tests.statistics.naive_visits import stays_in_halls

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
HURRIED = AGAIN | {  # no time to spare, so that many come in vain
    "behaviour.margin_minutes": 0,
    "matchmaking.main.buffer_minutes": 0,
    "matchmaking.main.tolerance_minutes": 0,
    "matchmaking.main.tables": 30,
    "matchmaking.main.requests": 2000,
    "matchmaking.main.most_meetings_each": 20,
}


def assert_stretches_are_those_of_a_loop(result: sim.Result) -> Naive:
    naive = Naive(result.expo, result.trace)
    found = defaultdict(list)
    for party_day, zone, start, end in zip(*result.ledger.presence.stretches, strict=True):
        found[int(zone)].append((int(start), int(end), naive.size[party_day]))
    expected = stays_in_halls(naive)
    assert found.keys() == expected.keys()
    assert all(sorted(found[zone]) == sorted(expected[zone]) for zone in expected)
    return naive


@pytest.mark.parametrize(("changes", "in_vain"), [({}, 0), (AGAIN, 0), (HURRIED, 50)])
def test_stretches_in_the_halls_of_a_run_are_those_of_a_loop(
    changes: dict[str, object], in_vain: int
) -> None:
    result = sim.run(sim.load("quickstart", changes))
    naive = assert_stretches_are_those_of_a_loop(result)
    assert sum(r.actor < naive.n for r in naive.of(Kind.IN_VAIN)) >= in_vain
    assert np.bincount(result.ledger.presence.stretches[1])[: len(result.expo.halls)].min() > 1000


def test_stretches_in_any_halls_are_those_of_a_loop() -> None:
    for seed in (
        *range(100),
        1033,
        1239,
    ):  # in the last two, somebody goes in vain from the door of a full hall
        assert_stretches_are_those_of_a_loop(random_result(seed))
