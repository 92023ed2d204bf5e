"""The engine against an idiomatic SimPy script of the same floor: a second opinion on its numbers."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from sim.engine import simulate
from tests.benchmarks.engine_speed import trade_fair
from tests.benchmarks.idiomatic import run, statistics
from tests.floors import FloorPlan


def test_an_idiomatic_script_sees_the_same_day() -> None:
    # the two differ in the order within one millisecond only, which hardly ever matters here
    floor = trade_fair(visits=600, booths=12)
    ours, theirs = asdict(statistics(simulate(floor))), asdict(run(floor))
    assert ours["reneged"] > 100
    assert ours["balked"] > 100
    for name, value in ours.items():
        assert theirs[name] == pytest.approx(value, rel=0.005, abs=2), name


def test_the_idiomatic_script_knows_walk_ups_only() -> None:
    plan = FloorPlan()
    plan.booth()
    gate = plan.gate()
    plan.party(gate, bookings=[plan.attend(plan.session(plan.room(), 100, 120))])
    with pytest.raises(ValueError, match="walk-ups"):
        run(plan.build())
