"""Presence and laws on floors that were played: halls by hand to the millisecond, any floor at random."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from sim.engine import simulate
from sim.floor.arrays import NONE, Floor
from sim.floor.laws import broken_laws
from sim.floor.trace import Trace
from sim.statistics.ledger import Ledger
from tests.floors import FloorPlan, Stop
from tests.random_floors import random_floor


def expo_of(floor: Floor) -> Any:
    """As much of an expo as presence reads."""
    none = np.empty(0, dtype=np.int64)
    return SimpleNamespace(
        floor=floor,
        halls=tuple(range(len(floor.places.zone_limit))),
        parties=SimpleNamespace(organisation=np.zeros(floor.n_party_days, dtype=np.int64)),
        requests=SimpleNamespace(meeting=none, programme=none, affinity=none, score=none),
    )


def stays(floor: Floor, zone: int) -> list[tuple[int, int, int]]:
    """Party, from, to of everybody who was in a zone."""
    parties, zones, start, end = Ledger(expo_of(floor), simulate(floor)).presence.stretches
    rows = zip(parties.tolist(), zones.tolist(), start.tolist(), end.tolist(), strict=True)
    return [(party, low, high) for party, where, low, high in rows if where == zone]


# ------------------------------------------------------------------------------------- presence
@pytest.mark.parametrize("elsewhere", [True, False])
def test_who_goes_to_a_lost_meeting_in_another_hall_has_left(elsewhere: bool) -> None:
    plan = FloorPlan()
    hall = plan.hall(limit=9)
    plan.way(0, hall, 5)
    booth = plan.booth(0, zone=hall, to_door=2)
    gate = plan.gate(0, to_door=3)
    table = plan.table(20) if elsewhere else plan.table(7, zone=hall, to_door=2)
    meeting = plan.meeting(table, 40, 20, tolerance=35, hold=True)
    plan.call(booth, 30, meeting=meeting, comes=False)
    # through the door at 9, talks from 12 to 72; lost at 75; at the table at 79
    plan.party(gate, 0, [Stop(booth, 1, 60), Stop(booth, 1)], [plan.meet(meeting)])
    floor = plan.build()
    # from a table outside the hall, it is at the hall's door again at 84, looks from 86 to 87
    assert stays(floor, hall) == ([(0, 9, 72), (0, 84, 87)] if elsewhere else [(0, 9, 87)])
    assert broken_laws(floor, simulate(floor)) == []


def test_who_comes_back_from_a_lost_meeting_at_the_halls_door_has_a_millisecond_to_walk_to_it() -> None:
    plan = FloorPlan()
    hall = plan.hall(limit=9)
    booth = plan.booth(0, zone=hall, to_door=2)
    gate, table = plan.gate(0, to_door=3), plan.table(20)
    meeting = plan.meeting(table, 40, 20, tolerance=28, hold=True)
    plan.call(booth, 30, meeting=meeting, comes=False)
    # through the door at 4, talks from 7 to 67; lost at 68; at the table at 69
    plan.party(gate, 0, [Stop(booth, 1, 60), Stop(booth, 1)], [plan.meet(meeting)])
    assert stays(plan.build(), hall) == [(0, 4, 67), (0, 70, 72)]


def test_who_was_not_let_in_and_came_elsewhere_in_vain_sets_out_from_there() -> None:
    plan = FloorPlan()
    full, hall = plan.hall(limit=1), plan.hall(limit=9)
    outside = plan.booth(10, to_door=5)
    inside, last = plan.booth(0, zone=full, to_door=2), plan.booth(0, zone=hall, to_door=2)
    gate, room, table = (
        plan.gate(0, lanes=2, to_door=3),
        plan.room(0, zone=full, to_door=2),
        plan.table(20, to_door=3),
    )
    session, meeting = plan.session(room, 30, 200), plan.meeting(table, 40, 20, tolerance=39, hold=True)
    plan.call(outside, 30, meeting=meeting, comes=False)
    # talks until 72; at the door of the full hall at 77, late for its meeting; lost at 79; at the table at 80
    stops = [Stop(outside, 1, 60), Stop(last, 1)]
    plan.party(gate, 0, stops, [plan.attend(session), plan.meet(meeting)])
    plan.party(gate, 0, [Stop(inside, 1, 200)])
    assert stays(plan.build(), hall) == [(0, 83, 86)]


def test_who_goes_straight_to_the_next_place_has_not_left() -> None:
    # late for a session in the hall, and on the way to it while a meeting outside is lost
    plan = FloorPlan()
    hall = plan.hall(limit=9)
    plan.way(0, hall, 5)
    booth = plan.booth(0, zone=hall, to_door=2)
    gate = plan.gate(0, to_door=3)
    room, table = plan.room(30, zone=hall, to_door=2), plan.table(20)
    session, meeting = plan.session(room, 50, 120), plan.meeting(table, 60, 20, tolerance=20)
    plan.call(booth, 50, meeting=meeting, comes=False)
    # talks until 72, is on the way to the room till 102, stays until the session's end
    plan.party(gate, 0, [Stop(booth, 1, 60)], [plan.attend(session), plan.meet(meeting)])
    assert stays(plan.build(), hall) == [(0, 9, 120)]


def test_a_walk_to_a_door_takes_a_millisecond_before_it_is_passed() -> None:
    # the gate is where the hall's door is: 1 ms to the door, 2 to the booth
    plan = FloorPlan()
    hall = plan.hall(limit=1)
    booth = plan.booth(0, zone=hall, to_door=2)
    gate = plan.gate(0, lanes=2)
    plan.party(gate, 0, [Stop(booth, 1, 6)])  # in from 2 to 10
    plan.party(gate, 8, [Stop(booth, 7)])  # at the door at 10, just as the first sets out
    floor = plan.build()
    assert stays(floor, hall) == [(0, 2, 10), (1, 10, 18)]
    assert broken_laws(floor, simulate(floor)) == []


def test_a_party_that_had_to_wait_is_in_from_the_end_of_its_wait() -> None:
    plan = FloorPlan(zone_patience=100)
    hall = plan.hall(limit=1)
    booth = plan.booth(0, zone=hall, to_door=2)
    gate = plan.gate(0, lanes=2)
    plan.party(gate, 0, [Stop(booth, 7)])  # in from 2 to 10
    plan.party(gate, 4, [Stop(booth, 7)])  # at the door from 6
    assert stays(plan.build(), hall) == [(0, 2, 10), (1, 10, 18)]


# ----------------------------------------------------------------------------------------- laws
def lanes(first: int, then: int) -> Floor:
    """Three parties come to a gate at 10, whose lanes change at 10; a check takes 20 ms."""
    plan = FloorPlan()
    plan.booth()
    gate = plan.gate(lanes=first)
    plan.change(gate, 10, then)
    for _ in range(3):
        plan.party(gate, 10, check=20)
    return plan.build()


def test_lanes_that_open_and_close_count_from_when_they_do() -> None:
    for first, then in ((1, 3), (3, 1), (0, 2)):
        floor = lanes(first, then)
        assert broken_laws(floor, simulate(floor)) == []
    problems = broken_laws(lanes(3, 2), simulate(lanes(3, 3)))
    assert problems == ["3 checked at once, 2 allowed, at 10 ms (1)"]


def test_checks_that_run_when_lanes_close_are_finished() -> None:
    plan = FloorPlan()
    plan.booth()
    gate = plan.gate(lanes=2)
    plan.change(gate, 5, 1)
    for arrival in (0, 0, 6):
        plan.party(gate, arrival, check=10)
    floor = plan.build()
    assert broken_laws(floor, simulate(floor)) == []


def test_no_law_is_broken_where_nobody_is() -> None:
    plan = FloorPlan()
    plan.booth()
    gate = plan.gate(opens=((50, 60),))
    assert broken_laws(plan.build(), simulate(plan.build())) == []  # an empty trace
    plan.party(gate, 0)
    assert broken_laws(plan.build(), simulate(plan.build())) == []  # a closed gate


def test_a_trace_that_lacks_everything_is_found() -> None:
    floor = lanes(1, 1)
    trace = simulate(floor)
    empty = replace(trace, **{name: getattr(trace, name)[:0] for name in Trace.__slots__})
    assert any("not one row at the gate" in problem for problem in broken_laws(floor, empty))


@pytest.mark.parametrize("seed", range(60))
def test_halls_are_within_their_limits_and_empty_at_the_end_on_random_floors(seed: int) -> None:
    floor = random_floor(Random(seed))
    presence = Ledger(expo_of(floor), simulate(floor)).presence
    for curve, limit in zip(presence.halls, floor.places.zone_limit, strict=True):
        assert limit == NONE or curve.peak <= limit
    for curve in (presence.floor, *presence.halls):
        assert (curve.level >= 0).all()
        assert not curve.level[-1:].any()
