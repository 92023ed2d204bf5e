"""What is to be known before a long study begins: that its KPIs are there, and how long a run takes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.studies.resultset import ResultSet
    from sim.studies.runner import Runner

__all__ = ["how_long"]


def how_long(
    runner: Runner,
    scenario: Scenario,
    check: Callable[[ResultSet], object],
    *,
    first: int,
    runs: int,
    at_once: int,
    limit: str = "",
) -> str:
    """About how long so many runs take, as what is told goes on: `; about 3 min at most`.

    Empty where the run that is timed was kept before: a study that goes on has some of its runs already.

    Args:
        runner: that runs two replications, the second of which is timed: the first loads what it finds.
        scenario: what is run.
        check: is given the first of the two, and raises an error if a KPI is not there.
        first: number of the first of the two replications.
        runs: how many runs there are to be in all.
        at_once: of how many parts a round of them is, which workers share.
        limit: what is said behind it, as ` at most`.
    """
    from sim.replication import visits_of

    (result,) = runner.results([scenario], [first])
    check(result)
    begun, before = time.perf_counter(), runner.goes_on
    runner.results([scenario], [first + 1])
    took = time.perf_counter() - begun
    if runner.goes_on > before:
        return ""
    workers = runner.at_once(visits_of(scenario) * at_once, at_once)
    return f"; about {max(1, round(took * runs / workers / 60))} min{limit}"
