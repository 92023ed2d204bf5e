"""`sim.run`: one replication, with the engine by name or with processes of one's own."""

from __future__ import annotations

import pytest

import sim
from sim.engine.processes import ExpoFloor
from sim.engine.processes.kernel import Steps
from sim.scenario import Scenario


class SilentFloor(ExpoFloor):
    """Nobody talks at booths."""

    def talk(self, v: int, s: int) -> Steps:
        yield from ()


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return sim.load("quickstart")


def test_a_run_takes_processes_of_ones_own(scenario: Scenario) -> None:
    ordinary, silent = sim.run(scenario), sim.run(scenario, engine=SilentFloor)
    assert ordinary.kpis["conversations.count"] > 1000
    assert silent.kpis["conversations.count"] == 0
    assert silent.kpis["meetings.requested"] == ordinary.kpis["meetings.requested"]
    assert sim.run(scenario, engine=ExpoFloor).trace.to_bytes() == ordinary.trace.to_bytes()


def test_an_engine_that_does_not_exist_is_named(scenario: Scenario) -> None:
    with pytest.raises(ValueError, match="engine 'simpie' is not one of auto, simpy"):
        sim.run(scenario, engine="simpie")


def test_the_engine_is_loaded_before_anything_is_drawn_if_that_is_worth_it(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    def build(*_: object, **__: object) -> None:
        raise LookupError("drawing begins")

    loaded: list[str] = []
    monkeypatch.setattr("sim.engine.ready", loaded.append)
    monkeypatch.setattr("sim.expo.build", build)
    few = {f"visitors.{name}.visits": 10 for name in scenario.data.visitors}
    for which, engine in ((scenario, "auto"), (scenario.replace(**few), "auto"), (scenario, SilentFloor)):
        with pytest.raises(LookupError, match="drawing begins"):
            sim.run(which, engine=engine)
    assert loaded == ["auto"]
