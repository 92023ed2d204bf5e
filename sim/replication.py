"""One replication: build the expo, run its floor, read the trace."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.engine.processes import ExpoFloor
    from sim.scenario import Scenario
    from sim.statistics import Result

__all__ = ["run"]


def run(
    scenario: Scenario,
    *,
    replication: int = 0,
    seed: int | None = None,
    engine: str | type[ExpoFloor] = "simpy",
) -> Result:
    """Run one replication of a scenario.

    The same scenario, seed and replication give the same bytes, in any process and in any order.

    Args:
        scenario: the scenario, as `sim.load` returns it.
        replication: the number of the replication, from 0.
        seed: of all random draws; the scenario's own (`expo.seed`) if left out.
        engine: the name of the engine, or a subclass of `sim.engine.processes.ExpoFloor` with
            processes of one's own.

    Raises:
        ValueError: there is no engine of that name.
        ScenarioError: the scenario is well-formed but cannot be built, for instance a programme
            that does not fit into its rooms.
    """
    from sim.engine import simulate
    from sim.expo import build
    from sim.statistics import Result

    expo = build(scenario, replication, seed)
    return Result(expo, simulate(expo.floor, engine))
