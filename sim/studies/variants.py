"""Variants of a scenario over the same replications: all cells of a study in one place.

A worker takes a replication with all its variants, so that each is built on what the others came to (see
`sim.expo.shared`), and memory holds one replication at a time.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sim.replication import checked, whole_number
from sim.studies.kept import Keep
from sim.studies.replications import Cell, Study, replication_cell, workers_for
from sim.studies.sending import in_workers

if TYPE_CHECKING:
    from sim.expo.shared import Shared
    from sim.scenario import Scenario
    from sim.studies.resultset import ResultSet

__all__ = ["replicate_variants"]


def replicate_variants(
    scenarios: Sequence[Scenario | str | os.PathLike[str]],
    *,
    replications: int = 10,
    seed: int | None = None,
    workers: int | None = None,
    engine: str = "auto",
    by: str | Collection[str] = (),
    tables: Collection[str] = (),
) -> tuple[ResultSet, ...]:
    """Run the same replications of several scenarios; the results are in their order.

    They are what `sim.replicate` gives of each, but for `ResultSet.first`, which is not kept; the same for
    any number of workers. Scenarios that are alike stand best beside each other: what two have in common is
    worked out once. With one seed, common random numbers pair their replications.

    Args:
        scenarios: the variants, or what `sim.load` takes.
        replications: how many of each.
        seed: of all random draws; each scenario's own if left out.
        workers: processes; as many as there are processors (or replications, if fewer) if left out.
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
    from sim.statistics.groups import division

    variants = tuple(map(scenario_of, scenarios))
    replications = whole_number("replications", replications, 1)
    if workers is not None:
        workers = whole_number("workers", workers, 1)
    seed = checked(seed, engine)
    divisions = (by,) if isinstance(by, str) else tuple(by)
    for each in divisions:
        division(each)
    keep = Keep.of((), tables)
    studies = [Study(each, seed, engine, workers, keep=keep, divisions=divisions) for each in variants]
    for cells in _cells(_Task(variants, seed, engine, keep.tables, divisions), replications, workers):
        for study, cell in zip(studies, cells, strict=True):
            study.cells[cell.replication] = cell
    return tuple(study.results() for study in studies)


@dataclass(frozen=True, slots=True)
class _Task:
    """What is done of each replication."""

    variants: tuple[Scenario, ...]
    seed: int | None
    engine: str
    tables: tuple[str, ...]
    divisions: tuple[str, ...]

    def cells(self, replication: int, shared: Shared, left: float, own: bytes | None = None) -> list[Cell]:
        """The cells of a replication, one a variant."""
        how = (replication, self.seed, self.engine, own, self.tables, self.divisions)
        return [replication_cell(each, *how, left - done, shared) for done, each in enumerate(self.variants)]


_here: Final = threading.local()  # a worker of a cluster may be a thread beside others


def _shared_here() -> Shared:
    """What a worker's builds share: what does not depend on the replication, from one to the next too."""
    if not hasattr(_here, "shared"):
        from sim.expo.shared import Shared

        _here.shared = Shared()
    shared: Shared = _here.shared
    return shared


def _in_worker(task: _Task, replication: int, left: float, own: bytes) -> list[Cell]:
    return task.cells(replication, _shared_here(), left, own)


def _cells(task: _Task, replications: int, workers: int | None) -> Iterator[list[Cell]]:
    """The cells of each replication, as they are done."""
    workers = workers_for(task.variants, replications, workers)
    left = replications * len(task.variants) / workers
    if workers > 1:
        from sim.studies.own import own_things

        own = own_things()
        yield from in_workers(
            _in_worker,
            lambda number: (task, number, left, own),
            range(replications),
            workers,
            engine=task.engine,
            died=lambda number, reason: [Cell(number, None, reason) for _ in task.variants],
        )
        return
    from sim.expo.shared import Shared

    shared = Shared()
    for number in range(replications):
        yield task.cells(number, shared, left)
        left -= len(task.variants)
