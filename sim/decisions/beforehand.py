"""What is to be known before a long study begins: that its KPIs are there, and how long a run takes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.studies.resultset import ResultSet
    from sim.studies.runner import Runner

__all__ = ["minutes_of"]


def minutes_of(
    runner: Runner,
    scenario: Scenario,
    check: Callable[[ResultSet], object],
    *,
    first: int,
    runs: int,
    at_once: int,
) -> int:
    """About how many minutes so many runs take; at least 1.

    Args:
        runner: that runs two replications, the second of which is timed: the first loads what it finds.
        scenario: what is run.
        check: is given the first of the two, and raises an error if a KPI is not there.
        first: number of the first of the two replications.
        runs: how many runs there are to be in all.
        at_once: of how many parts a round of them is, which workers share.
    """
    from sim.studies.processes import visits_of

    (result,) = runner.results([scenario], [first])
    check(result)
    begun = time.perf_counter()
    runner.results([scenario], [first + 1])
    took = time.perf_counter() - begun
    workers = runner.at_once(visits_of(scenario) * at_once, at_once)
    return max(1, round(took * runs / workers / 60))
