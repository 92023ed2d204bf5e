"""The contract of a floor: what breaks it is named, what does not is run, and no rule of it is idle."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, replace
from random import Random
from typing import Any

import numpy as np
import pytest

from sim.engine.processes import ExpoFloor
from sim.floor import contract
from sim.floor.arrays import Floor
from sim.floor.contract import faults
from tests.floors import FloorPlan, Stop
from tests.random_floors import random_floor

SEEDS = (1, 46, 58)  # with all that a floor can have
VALUES = (-2, -1, 0, 1, 3, 1 << 20, 1 << 30, 1 << 40, 1 << 51)
TOO_MANY = "there must be fewer than"  # columns of so many rows are not tried
CHECKS = (
    contract._shapes, contract._numbers, contract._places, contract._staff, contract._party_days,
    contract._bookings, contract._sessions, contract._meetings, contract._calls, contract._keys,
)  # fmt: skip


def changed(floor: Floor) -> Iterator[Floor]:
    """The floor with one column of it other than it was: an entry, the type or the length."""
    for table in (field.name for field in fields(Floor)):
        content: Any = getattr(floor, table)
        if isinstance(content, int):
            numbers: list[dict[str, Any]] = [{table: value} for value in VALUES if value != content]
            yield from (replace(floor, **number) for number in numbers)
            continue
        for name in content.__slots__:
            column = getattr(content, name)
            if isinstance(column, int):
                numbers = [{name: value} for value in VALUES if value != column]
                yield from (replace(floor, **{table: replace(content, **number)}) for number in numbers)
            if not isinstance(column, np.ndarray) or not column.size:
                continue
            others = [column.astype(np.int32), column[:-1]]
            if column.ndim > 1:
                others.append(column[..., :-1])
            for value in VALUES:
                for place in {0, column.size - 1}:
                    if column.flat[place] != value:
                        other = column.copy()
                        other.flat[place] = value
                        others.append(other)
            for other in others:
                yield replace(floor, **{table: replace(content, **{name: other})})


def rule(said: str) -> str:
    """A rule without its numbers, and without how often it is broken."""
    return re.sub(r"\d+", "N", re.sub(r" \(\d+ broken, first row \d+\)$", "", said))


@pytest.mark.elsewhere
@pytest.mark.slow
def test_whatever_column_is_changed_the_floor_is_run_or_says_which_rule_it_breaks() -> None:
    rules, broken, ran = set(), set(), 0
    for seed in SEEDS:
        floor = random_floor(Random(seed))
        rules |= {rule(text) for check in CHECKS for text, _ in check(floor)}
        for other in changed(floor):
            if found := faults(other):
                broken |= {rule(fault) for fault in found}
            else:
                ExpoFloor(other).run()  # `simulate` would look for faults again
                ran += 1
    assert ran > 1000
    assert {text for text in rules - broken if not text.startswith(TOO_MANY)} == set()


def test_what_lasts_must_be_over_in_time_that_an_event_s_key_can_hold() -> None:
    floor = random_floor(Random(SEEDS[0]))
    left = (1 << 31) - floor.end
    for table, name in (
        ("party_days", "check"), ("stops", "look"), ("stops", "talk"), ("bookings", "meal"),
        ("meetings", "duration"),
    ):  # fmt: skip
        for lasts, sound in ((left - 1, True), (left, False)):
            column = getattr(getattr(floor, table), name).copy()
            column[np.flatnonzero(column)[:1]] = lasts
            found = faults(replace(floor, **{table: replace(getattr(floor, table), **{name: column})}))
            late = f"{table}.{name} must be over by 2**31 ms (24 days) if begun at the end"
            assert [rule(fault) for fault in found if "must be over" in fault] == [rule(late)] * (not sound)


def test_no_walk_may_last_longer_than_time_that_an_event_s_key_can_hold() -> None:
    floor = random_floor(Random(SEEDS[0]))
    farthest, places = (1 << 31) - floor.end, replace(floor.places, x=np.zeros_like(floor.places.x))
    pace = np.ones_like(floor.party_days.pace)
    floor = replace(floor, party_days=replace(floor.party_days, pace=pace))
    floor = replace(floor, staff=replace(floor.staff, pace=np.ones_like(floor.staff.pace)))
    height = int(places.y.max() - places.y.min())
    doors = 2 * int(places.to_door.max()) + int(places.zone_distance.max())
    for x, sound in ((farthest - height - doors - 1, True), (farthest - height - doors, False)):
        places.x[0] = x
        found = faults(replace(floor, places=places))
        assert any("the longest walk" in fault for fault in found) != sound


def test_a_further_try_comes_fewer_stops_after_the_one_before_than_16_bits_count() -> None:
    for far, broken in ((65535, []), (65536, ["stops.retry must be fewer than N**N stops"])):
        plan = FloorPlan()
        booth, gate = plan.booth(20, staff=1), plan.gate(0)
        between = [Stop(booth)] * (far - 1)
        plan.party(gate, 0, [Stop(booth, talk=1), *between, Stop(booth, talk=1, retry=far)])
        assert [rule(fault) for fault in faults(plan.build())] == broken


def test_stops_are_fewer_than_29_bits_count() -> None:
    floor = random_floor(Random(SEEDS[0]))
    for stops, bad in ((1 << 29, True), ((1 << 29) - 1, False)):
        # one number in many places takes no memory; all other checks would look at each
        many = replace(floor, stops=replace(floor.stops, place=np.broadcast_to(np.int64(0), stops)))
        checks = ((text, broken) for text, broken in contract._keys(many) if text.endswith(" stops"))
        assert [broken for text, broken in checks if text.startswith(TOO_MANY)] == [bad]
