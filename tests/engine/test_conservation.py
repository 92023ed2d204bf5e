"""What must hold of every trace, on random floors; and a lone booth against the naive queue."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields
from functools import cache
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.engine import simulate
from sim.floor.arrays import NONE, Floor
from sim.floor.laws import LAWS, Account, Law, broken_laws
from sim.floor.trace import SERVED, Cause, Kind, Outcome, Trace
from tests.engine.reading import read
from tests.floors import PATIENT, walk_up_floor
from tests.naive_queue import Ask, naive_queue
from tests.random_floors import floors, random_floor

SEEDS = range(150)


@cache
def case(seed: int) -> tuple[Floor, Trace]:
    floor = random_floor(Random(seed))
    return floor, simulate(floor)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_law_holds_on_random_floors(law: Law) -> None:
    for seed in SEEDS:
        assert list(law(Account(*case(seed)))) == [], f"random_floor(Random({seed}))"


@pytest.mark.elsewhere
@settings(max_examples=60, deadline=None)
@given(floors())
def test_all_laws_hold_on_any_floor(floor: Floor) -> None:
    assert broken_laws(floor, simulate(floor)) == []


def test_random_floors_have_everything_in_them() -> None:
    # else the laws above would be about nothing
    rows = [row for seed in SEEDS for row in read(case(seed)[1])]
    assert {row.kind for row in rows} == set(Kind)
    assert {row.outcome for row in rows} == set(Outcome)
    assert sum(row.kind == Kind.TALK and row.wait > 0 for row in rows) > 50
    assert sum(row.kind == Kind.IN_VAIN for row in rows) > 25


def test_random_floors_have_stand_bys_of_every_fate() -> None:
    fates: Counter[Outcome] = Counter()
    for floor, trace in map(case, SEEDS):
        meetings = trace.kind == Kind.MEETING
        keeps, side = floor.meetings.keeps[trace.other[meetings]], trace.side[meetings]
        own = (keeps != NONE) & (side == 1 - keeps)
        fates.update(map(Outcome, trace.outcome[meetings][own].tolist()))
    assert fates[Outcome.DONE] + fates[Outcome.LATE] > 30
    assert fates[Outcome.NOT_NEEDED] > 30
    assert {Outcome.LATE, Outcome.STOOD_UP, Outcome.MISSED, Outcome.NO_SHOW} <= set(fates)


def test_random_floors_have_meetings_of_more_than_two_of_every_fate() -> None:
    fates: Counter[tuple[bool, bool, bool]] = Counter()  # side 0 there, all there, held
    for floor, trace in map(case, SEEDS):
        for k in np.flatnonzero(floor.meetings.sides > 2).tolist():
            rows = (trace.kind == Kind.MEETING) & (trace.other == k)
            there = np.isin(trace.outcome[rows], (*SERVED, Outcome.STOOD_UP))
            held = bool(np.isin(trace.outcome[rows], SERVED).any())
            fates[bool(there[trace.side[rows] == 0].all()), bool(there.all()), held] += 1
    assert fates[True, True, True] > 2
    assert fates[True, False, True] > 20  # it began without some
    assert fates[True, False, False] > 0  # he was alone, or something was wanting
    assert fates[False, False, False] > 20
    assert fates[False, False, True] == 0


def test_random_floors_have_second_appointments_of_every_fate() -> None:
    fates: Counter[tuple[Outcome, bool]] = Counter()  # what became of a side, and whether it was there
    calls = 0
    for floor, trace in map(case, SEEDS):
        again = floor.meetings.again_of
        meetings = np.flatnonzero(trace.kind == Kind.MEETING)
        own = meetings[again[trace.other[meetings]] != NONE]
        there = trace.cause[own] == Cause.NONE
        fates.update(zip(map(Outcome, trace.outcome[own].tolist()), there.tolist(), strict=True))
        sent = trace.other[(trace.kind == Kind.DELEGATE) & (trace.outcome == Outcome.CANCELLED)]
        calls += int((np.append(again, NONE)[floor.calls.meeting[sent]] != NONE).sum())
    assert fates[Outcome.DONE, True] + fates[Outcome.LATE, False] > 25
    assert fates[Outcome.NOT_NEEDED, False] > 100
    assert fates[Outcome.NOT_NEEDED, True] > 0  # was there too soon
    assert calls > 0  # and some were called back
    assert {Outcome.STOOD_UP, Outcome.MISSED, Outcome.NO_SHOW} <= {outcome for outcome, _ in fates}


def test_the_same_floor_gives_the_same_bytes_and_stays_as_it_was() -> None:
    for seed in SEEDS[:40]:
        floor, trace = case(seed)
        assert simulate(floor).to_bytes() == trace.to_bytes()
        fresh = random_floor(Random(seed))
        for part in fields(Floor):
            for column in getattr(getattr(floor, part.name), "__dataclass_fields__", ()):
                one, two = (getattr(getattr(f, part.name), column) for f in (floor, fresh))
                assert np.array_equal(one, two), (part.name, column)


# ------------------------------------------------------------------------------ a lone booth
def lone_booth(asks: list[Ask], servers: int) -> Trace:
    """The parties come one by one and ask 3 ms after their arrival (check, walk and look: 1 each)."""
    n = len(asks)
    arrival = np.array([ask.time for ask in asks])
    floor = walk_up_floor(
        [(0, servers)], arrival, arrival + PATIENT, np.array([ask.patience for ask in asks]),
        np.arange(n + 1), np.zeros(n), np.ones(n), np.array([ask.talk for ask in asks]),
        queue_limit=np.array([ask.queue_limit for ask in asks]),
    )  # fmt: skip
    return simulate(floor)


def waits(trace: Trace) -> list[tuple[int, Outcome]]:
    return [(row.wait, row.outcome) for row in read(trace) if row.kind == Kind.TALK]


@st.composite
def queues(draw: st.DrawFn) -> tuple[list[Ask], int]:
    times = sorted(draw(st.lists(st.integers(0, 40), min_size=1, max_size=25)))
    patience = st.sampled_from([0, 1, 5, 12, 100])
    asks = [
        Ask(time, draw(st.integers(1, 20)), draw(patience), draw(st.sampled_from([0, 1, 2, 100])))
        for time in times
    ]
    return asks, draw(st.integers(1, 4))


@pytest.mark.elsewhere
@settings(max_examples=150, deadline=None)
@given(queues())
def test_a_lone_booth_is_the_naive_queue(queue: tuple[list[Ask], int]) -> None:
    asks, servers = queue
    expected = [
        (
            fate.until - ask.time,
            Outcome.DONE if fate.served else Outcome.BALKED if fate.balked else Outcome.RENEGED,
        )
        for ask, fate in zip(asks, naive_queue(asks, servers), strict=True)
    ]
    assert waits(lone_booth(asks, servers)) == expected


@settings(max_examples=60, deadline=None)
@given(queues())
def test_with_one_more_member_no_patient_party_waits_longer(queue: tuple[list[Ask], int]) -> None:
    # true of every path of a G/G/c queue in order of arrival (Kiefer and Wolfowitz 1955)
    asks = [Ask(ask.time, ask.talk) for ask in queue[0]]
    fewer, more = (waits(lone_booth(asks, queue[1] + extra)) for extra in (0, 1))
    assert all(b[0] <= a[0] for a, b in zip(fewer, more, strict=True))


@settings(max_examples=60, deadline=None)
@given(queues(), st.integers(1, 20))
def test_with_one_more_member_no_more_parties_balk(queue: tuple[list[Ask], int], talk: int) -> None:
    # not true of every path in general; it is for talks of one length and no patience, where
    # serving whoever finds a free member serves as many as can be served (equal intervals)
    asks = [Ask(ask.time, talk, patience=0) for ask in queue[0]]
    fewer, more = (waits(lone_booth(asks, queue[1] + extra)) for extra in (0, 1))
    lost = [sum(outcome == Outcome.BALKED for _, outcome in seen) for seen in (fewer, more)]
    assert lost[1] <= lost[0]
