"""The runner of all studies: cells, each one replication of one scenario, none run twice.

What asks a question of many runs (`sim.decisions`) says which scenarios and which replications it needs, and
may ask again for more. A worker takes a replication of several scenarios, so that each is built on what the
others came to (see `sim.expo.shared`), and memory holds one replication at a time.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sim.replication import checked, whole_number
from sim.studies.cell import Cell, StudyError, replication_cell
from sim.studies.kept import Keep
from sim.studies.processes import visits_of, workers_for
from sim.studies.sending import in_workers
from sim.studies.signs import signs_of

if TYPE_CHECKING:
    from sim.expo.shared import Shared
    from sim.scenario import Scenario
    from sim.studies.resultset import ResultSet

__all__ = ["Runner"]

# Of how many scenarios a worker takes a replication at a time: what it has done is kept once it is back.
_AT_ONCE: Final = 8


class Runner:
    """Runs cells, and knows those that were run.

    A cell is identified by what the scenario says (`Scenario.hash`), the seed and the replication; it is the
    same for any number of workers. With one seed, common random numbers pair the replications of scenarios.
    """

    def __init__(
        self,
        *,
        seed: int | None = None,
        workers: int | None = None,
        engine: str = "auto",
        by: str | Collection[str] = (),
        tables: Collection[str] = (),
        progress: bool = False,
    ) -> None:
        """A runner that knows nothing yet.

        Args:
            seed: of all random draws; each scenario's own if left out.
            workers: processes; as many as there are processors (or cells, if fewer) if left out.
            engine: "simpy", "compiled" or "auto", as in `sim.replicate`.
            by: divisions whose groups get KPIs of their own.
            tables: names of tables that are kept of every replication.
            progress: whether to show a progress bar with the time left.

        Raises:
            ValueError: a number out of range, or a table or an engine that does not exist.
            KeyError: there is no such division.
        """
        from sim.statistics.groups import division

        self.workers = None if workers is None else whole_number("workers", workers, 1)
        self.seed = checked(seed, engine)
        self.engine = engine
        self.divisions = (by,) if isinstance(by, str) else tuple(by)
        for each in self.divisions:
            division(each)
        self.tables = Keep.of((), tables).tables
        self.progress = progress
        self._cells: dict[tuple[str, int, int], Cell] = {}

    def results(self, scenarios: Sequence[Scenario], replications: Iterable[int]) -> tuple[ResultSet, ...]:
        """The results of these replications of scenarios, in the order of the scenarios.

        They are what `sim.replicate` gives of each, but for `ResultSet.first`, which is not kept. Scenarios
        that are alike stand best beside each other: what two have in common is worked out once.

        Raises:
            StudyError: every replication of a scenario failed, for instance since it cannot be built.
        """
        outcomes = self.outcomes(scenarios, replications)
        for outcome in outcomes:
            if isinstance(outcome, StudyError):
                raise outcome
        return tuple(each for each in outcomes if not isinstance(each, StudyError))

    def outcomes(
        self, scenarios: Sequence[Scenario], replications: Iterable[int]
    ) -> tuple[ResultSet | StudyError, ...]:
        """As `results`, with the error in the place of a scenario of which every replication failed."""
        numbers = sorted(set(replications))
        self.run([(scenario, number) for number in numbers for scenario in scenarios])
        return tuple(self._outcome(each, numbers) for each in scenarios)

    def run(self, wanted: Iterable[tuple[Scenario, int]]) -> None:
        """Run those of these cells that are not known, each a scenario and the number of a replication."""
        missing: dict[int, dict[str, Scenario]] = {}
        for scenario, number in wanted:
            if self._key(scenario, number) not in self._cells:
                missing.setdefault(number, {})[scenario.hash] = scenario
        tasks = [
            (number, variants[at : at + _AT_ONCE])
            for number, of in sorted(missing.items())
            for variants in (tuple(of.values()),)
            for at in range(0, len(variants), _AT_ONCE)
        ]
        if not tasks:
            return
        with signs_of(sum(len(variants) for _, variants in tasks), self.progress, "run") as bar:
            for scenario, cell in self._run(tasks):
                self._cells[self._key(scenario, cell.replication)] = cell
                bar.update()

    def _key(self, scenario: Scenario, number: int) -> tuple[str, int, int]:
        return scenario.hash, self._seed(scenario), number

    def _seed(self, scenario: Scenario) -> int:
        return scenario.data.expo.seed if self.seed is None else self.seed

    def _outcome(self, scenario: Scenario, numbers: Iterable[int]) -> ResultSet | StudyError:
        from sim.studies.resultset import gathered

        cells = [self._cells[self._key(scenario, number)] for number in numbers]
        try:
            return gathered(scenario, self._seed(scenario), cells, self.divisions)
        except StudyError as error:
            return error

    def _run(self, tasks: Sequence[_Task]) -> Iterator[tuple[Scenario, Cell]]:
        """The cells of these tasks as they are done, each with its scenario."""
        visits: Mapping[int, int] = {id(each): visits_of(each) for _, variants in tasks for each in variants}
        in_all = sum(visits[id(each)] for _, variants in tasks for each in variants)
        workers = workers_for(in_all, len(tasks), self.workers)
        how = _How(self.seed, self.engine, self.tables, self.divisions)
        left = sum(len(variants) for _, variants in tasks) / workers
        if workers > 1:
            from sim.studies.own import own_things

            own = own_things()
            done = in_workers(
                _in_worker,
                lambda at: (at, how, tasks[at], left, own),
                range(len(tasks)),
                workers,
                engine=self.engine,
                died=lambda at, reason: (at, [Cell(tasks[at][0], None, reason) for _ in tasks[at][1]]),
            )
            for at, cells in done:
                yield from zip(tasks[at][1], cells, strict=True)
            return
        from sim.expo.shared import Shared

        shared = Shared()
        for number, variants in tasks:
            for scenario in variants:
                yield scenario, how.cell(scenario, number, left, shared)
                left -= 1


_Task = tuple[int, tuple["Scenario", ...]]  # a replication of several scenarios


@dataclass(frozen=True, slots=True)
class _How:
    """How a cell is run, and what is kept of it."""

    seed: int | None
    engine: str
    tables: tuple[str, ...]
    divisions: tuple[str, ...]

    def cell(
        self, scenario: Scenario, number: int, left: float, shared: Shared, own: bytes | None = None
    ) -> Cell:
        how = (self.seed, self.engine, own, self.tables, self.divisions)
        return replication_cell(scenario, number, *how, left, shared)


_here: Final = threading.local()  # a worker of a cluster may be a thread beside others


def _shared_here() -> Shared:
    """What a worker's builds share: what does not depend on the replication, from one to the next too."""
    if not hasattr(_here, "shared"):
        from sim.expo.shared import Shared

        _here.shared = Shared()
    shared: Shared = _here.shared
    return shared


def _in_worker(at: int, how: _How, task: _Task, left: float, own: bytes) -> tuple[int, list[Cell]]:
    number, variants = task
    shared = _shared_here()
    return at, [how.cell(each, number, left - done, shared, own) for done, each in enumerate(variants)]
