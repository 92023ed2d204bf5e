"""Variants of a scenario over the same replications."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from sim.replication import whole_number
from sim.studies.runner import Runner

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.studies.cluster import Workers
    from sim.studies.resultset import ResultSet

__all__ = ["replicate_variants"]


def replicate_variants(
    scenarios: Sequence[Scenario | str | os.PathLike[str]],
    *,
    replications: int = 10,
    seed: int | None = None,
    workers: Workers | None = None,
    engine: str = "auto",
    by: str | Collection[str] = (),
    tables: Collection[str] = (),
) -> tuple[ResultSet, ...]:
    """Run the same replications of several scenarios; the results are in their order: see `Runner.results`.

    Args:
        scenarios: the variants, or what `sim.load` takes.
        replications: how many of each.
        seed: of all random draws; each scenario's own if left out.
        workers: processes; as many as there are processors (or cells, if fewer) if left out.
        engine: "simpy", "compiled" or "auto", as in `sim.replicate`.
        by: divisions whose groups get KPIs of their own.
        tables: names of tables that are kept of every replication.

    Raises:
        ValueError: a number out of range, or a table or an engine that does not exist.
        ScenarioError: a scenario cannot be loaded.
        KeyError: there is no such division.
        StudyError: every replication of a variant failed, for instance since it cannot be built.
    """
    from sim.scenario.load import scenario_of

    variants = tuple(map(scenario_of, scenarios))
    replications = whole_number("replications", replications, 1)
    runner = Runner(seed=seed, workers=workers, engine=engine, by=by, tables=tables)
    return runner.results(variants, range(replications))
