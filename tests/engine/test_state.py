"""All that changes while a floor runs is listed in one place."""

from __future__ import annotations

import pickle
from random import Random

import numpy as np
import numpy.typing as npt
import pytest

from sim.engine.processes import ExpoFloor, expo_floor
from sim.engine.processes.meetings import MeetingBook
from sim.engine.processes.route import Route
from sim.engine.processes.state import CHANGES, FloorState
from sim.floor.trace import Occurred
from tests.random_floors import random_floor

REFERENCES = {  # to what is listed elsewhere
    FloorState: {"floor", "geography", "write", "meetings", "route", "sessions_at"},
    MeetingBook: {"calls", "env", "geography", "state"},
    Route: {"state", "geography", "write"},
}


def columns(owner: FloorState | MeetingBook | Route) -> dict[str, bytes]:
    """What an object holds beside what is listed, and references, as bytes."""
    (apart,) = (names for kind, names in REFERENCES.items() if isinstance(owner, kind))
    listed = apart | (set(CHANGES) if isinstance(owner, FloorState) else set())
    assert apart <= set(vars(owner))
    return {name: pickle.dumps(value) for name, value in vars(owner).items() if name not in listed}


def test_nothing_changes_on_a_running_floor_but_what_is_listed() -> None:
    for seed in range(40):
        running = ExpoFloor(random_floor(Random(seed)))
        held = (running, running.meetings, running.route)
        before = [columns(owner) for owner in held]
        running.run()
        assert [columns(owner) for owner in held] == before, seed


def test_whatever_is_listed_is_there_and_changes() -> None:
    plain = set(CHANGES) - {"env", "counters", "zone_doors", "booths", "members", "sessions", "meeting_state"}
    changed: set[str] = set()
    for seed in range(60):
        running = ExpoFloor(random_floor(Random(seed)))
        before = {name: repr(getattr(running, name)) for name in plain}
        settled = list(running.meeting_state.settled)
        running.start()
        running.env.run()  # and the rows are not handed over
        changed |= {name for name in plain if repr(getattr(running, name)) != before[name]}
        if running.meeting_state.settled != settled:
            changed.add("meeting_state")
        assert set(CHANGES) <= set(vars(running))
    # at the end everybody is gone and nobody on the way, as at the beginning; so few rows are not put away
    assert changed == (plain | {"meeting_state"}) - {"doing", "on_the_way", "written"}


def test_rows_put_away_on_the_way_are_in_the_trace(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    floors = [random_floor(Random(seed)) for seed in range(20)]
    whole = [ExpoFloor(floor).run().to_bytes() for floor in floors]
    monkeypatch.setattr(expo_floor, "_BLOCK", 2)
    parted = [ExpoFloor(floor).run().to_bytes() for floor in floors]
    assert parted == whole


def test_rows_can_be_put_away_while_somebody_looks_at_what_reads_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = []  # what a profiler in another thread holds a little longer: the variables of a frame
    add = Occurred.add

    def watched(self: Occurred, flat: npt.NDArray[np.int64]) -> None:
        seen.append(np.asarray(flat, dtype=np.int64))
        add(self, flat)

    floor = random_floor(Random(1))
    whole = ExpoFloor(floor).run().to_bytes()
    monkeypatch.setattr(expo_floor, "_BLOCK", 2)
    monkeypatch.setattr(Occurred, "add", watched)
    assert ExpoFloor(floor).run().to_bytes() == whole
    assert len(seen) > 2
