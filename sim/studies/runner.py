"""The runner of all studies: cells, each one replication of one scenario, none run twice.

What asks a question of many runs (`sim.replicate`, `sim.decisions`) says which scenarios and which
replications it needs, and may ask again for more. A worker takes a replication of several scenarios, so that
each is built on what the others came to (see `sim.expo.shared`), and memory holds one replication at a time.

Each cell is written into the study's journal, if it has one, as it comes in; what is there already is read.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Final, Literal, Self

from sim.replication import checked, prepare, visits_of, whole_number
from sim.studies.cell import Cell, StudyError
from sim.studies.cluster import Workers, cluster_of
from sim.studies.flow import in_cluster
from sim.studies.folder import Keeps, keeps
from sim.studies.forked import helped, possible
from sim.studies.kept import Keep
from sim.studies.processes import workers_for
from sim.studies.sending import in_workers
from sim.studies.signs import Signs, signs_of
from sim.studies.task import How, Task, in_worker, named

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.statistics import Result
    from sim.studies.journal import Journal
    from sim.studies.resultset import ResultSet

__all__ = ["Runner"]

# Of how many scenarios a worker takes a replication at a time: what it has done is kept once it is back.
_AT_ONCE: Final = 4

# Processes that one replication alone is worth: the rest of it has no parts. An assumption.
_MOST_AT_ONCE: Final = 4


class Runner:
    """Runs cells, and knows those that were run.

    A cell is identified by what the scenario says (`Scenario.hash`), the seed and the replication; it is the
    same for any number of workers. With one seed, common random numbers pair the replications of scenarios.
    """

    def __init__(
        self,
        *,
        seed: int | None = None,
        workers: Workers | None = None,
        engine: str = "auto",
        by: str | Collection[str] = (),
        besides: Collection[str] = (),
        keep: Collection[int] | Literal["all"] = (),
        tables: Collection[str] = (),
        themes: Collection[str] = (),
        progress: bool = False,
        study: str | os.PathLike[str] | Keeps | None = None,
    ) -> None:
        """A runner that knows nothing yet.

        Args:
            seed: of all random draws; each scenario's own if left out.
            workers: processes; as many as there are processors (or cells, if fewer) if left out. Or a Dask
                cluster: the address of its scheduler, the file it has written, or a `distributed.Client`.
            engine: "simpy", "compiled" or "auto", as in `sim.replicate`.
            by: divisions whose groups get KPIs of their own.
            besides: further divisions, of the cells that are run, and of those that a study has with them;
                for want of them none is run again.
            keep: numbers of the replications whose tables are all kept, or "all"; unless it is empty, small
                tables are kept of every one.
            tables: names of tables that are kept of every replication besides.
            themes: of KPIs that are worked out on demand only (`sim.statistics.kpis.registry.ON_DEMAND`).
            progress: whether to show a progress bar with the time left.
            study: a folder in which cells are kept, for this study and others, or what else keeps them: see
                `asked`, which opens it.

        Raises:
            ValueError: a number out of range, a table or an engine that does not exist, or no address.
            KeyError: there is no such division, or no such theme.
        """
        from sim.statistics.groups import division
        from sim.statistics.kpis.registry import known_themes

        self._cluster = cluster_of(workers)
        known = workers is None or self._cluster is not None
        self.workers = None if known else whole_number("workers", workers, 1)
        self.seed = checked(seed, engine)
        self.engine = engine
        self.divisions = (by,) if isinstance(by, str) else tuple(by)
        self.besides = tuple(each for each in besides if each not in self.divisions)
        for each in (*self.divisions, *self.besides):
            division(each)
        self.themes = known_themes(themes)
        self.keep = Keep.of(keep, tables)
        self.progress = progress
        self.keeps = keeps(study)
        self.goes_on = 0
        """How many cells were not run, as the journal had them."""
        self._journal: Journal | None = None
        self._cells: dict[tuple[str, int, int], Cell] = {}

    @contextmanager
    def asked(self, verb: str, scenarios: Mapping[str, Scenario]) -> Iterator[Self]:
        """This runner, at work for the study that asks `verb` of these scenarios, by name.

        Inside, cells are kept where `study` says, and what is kept there is not run again. Without a `study`
        it does nothing of that. A cluster is left in the end.

        Raises:
            ChangedStudyError: the study of this verb in that folder is one of other scenarios (ValueError).
            JournalError: cells cannot be kept there, be it from now on (StudyError).
        """
        if self.keeps is not None:
            self._journal = self.keeps.journal(verb, scenarios, self.seed)
        try:
            yield self
        finally:
            journal, self._journal = self._journal, None
            if journal is not None:
                journal.close()
            if self._cluster is not None:
                self._cluster.close()

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

    def run(
        self,
        wanted: Iterable[tuple[Scenario, int]],
        *,
        bar: Signs | None = None,
        whole: Callable[[Result], object] | None = None,
    ) -> None:
        """Run those of these cells that are not known, each a scenario and the number of a replication.

        Args:
            wanted: the cells.
            bar: of progress, that counts cells; one of its own if left out.
            whole: is given the whole result of replication 0, which then is run here, beside the workers; and
                the errors of its scenario are raised.

        Raises:
            ScenarioError: the scenario of replication 0 cannot be built, where that is run here.
            JournalError: a cell could not be kept; those before it are.
        """
        wanted = list(wanted)
        unit = "run" if len({scenario.hash for scenario, _ in wanted}) > 1 else "replication"
        before = self._recall(wanted, unit, whole is not None)
        tasks = self._missing(wanted)
        if bar is not None:
            if before:
                bar.were_done(before)
            self._do(tasks, bar, whole)
        elif tasks:
            with signs_of(sum(len(of) for _, of in tasks), self.progress, unit) as made:
                self._do(tasks, made, whole)

    def _do(self, tasks: Sequence[Task], bar: Signs, whole: Callable[[Result], object] | None) -> None:
        for scenario, cell in self._run(tasks, whole, bar.stage) if tasks else ():
            tables = self._to_have(cell.replication, whole is not None)
            self._cells[self._key(scenario, cell.replication)] = cell
            if self._journal is not None:
                self._journal.put(scenario.hash, self.seed_of(scenario), cell, tables)
                if self.keeps is not None:
                    self.keeps.cells += 1
            bar.update()

    def _to_have(self, number: int, whole: bool) -> tuple[str, ...]:
        """Tables that a journal is to have of a replication.

        Of replication 0, if that is wanted whole, these are those of every replication: whoever wants another
        of its tables is given them from the whole, which is played again for it: see `ResultSet.first`.
        """
        return self.keep.tables if whole and not number else self.keep.names(number)

    def cell(self, scenario: Scenario, number: int) -> Cell | None:
        """The cell, if it was run."""
        return self._cells.get(self._key(scenario, number))

    def _missing(self, wanted: Sequence[tuple[Scenario, int]]) -> list[Task]:
        """Tasks of the cells that are not known."""
        missing: dict[int, dict[str, Scenario]] = {}
        for scenario, number in wanted:
            if self._key(scenario, number) not in self._cells:
                missing.setdefault(number, {})[scenario.hash] = scenario
        return [
            (number, variants[at : at + _AT_ONCE])
            for number, of in sorted(missing.items())
            for variants in (tuple(of.values()),)
            for at in range(0, len(variants), _AT_ONCE)
        ]

    def _recall(self, wanted: Sequence[tuple[Scenario, int]], unit: str, whole: bool) -> int:
        """Know what of these cells the journal knows, and how many these are."""
        if self._journal is None or self.keeps is None:
            return 0
        asked: dict[str, tuple[Scenario, set[int]]] = {}
        for scenario, number in wanted:
            if self._key(scenario, number) not in self._cells:
                asked.setdefault(scenario.hash, (scenario, set()))[1].add(number)
        known = plain = 0  # plain: without the small tables
        for scenario, numbers in asked.values():
            tables = {number: self._to_have(number, whole) for number in numbers}
            which = (scenario.hash, self.seed_of(scenario), tables, self.divisions, self.themes)
            for cell in self._journal.known(*which, besides=self.besides, spared=self.keep.spared):
                self._cells[self._key(scenario, cell.replication)] = cell
                known += 1
                plain += not cell.tables.keys() >= {*self.keep.spared}
        if known and not self.goes_on:
            many = f"{known:,} of {len(wanted):,} {unit}{'s' * (len(wanted) != 1)}"
            less = f"; pictures of several leave out {plain:,}, of which no tables were kept" if plain else ""
            self.keeps.tell(f"goes on: {many} {'was' if known == 1 else 'were'} done before{less}")
        self.goes_on += known
        self.keeps.cells += known
        return known

    def _key(self, scenario: Scenario, number: int) -> tuple[str, int, int]:
        return scenario.hash, self.seed_of(scenario), number

    def seed_of(self, scenario: Scenario) -> int:
        """The seed of the runs of a scenario."""
        return scenario.data.expo.seed if self.seed is None else self.seed

    def divisions_of(self, cells: Iterable[Cell]) -> tuple[str, ...]:
        """The divisions that all of these cells have that did not fail: `by`, and maybe those `besides`."""
        done = [cell for cell in cells if cell.kpis is not None]
        return (*self.divisions, *(b for b in self.besides if all(b in cell.divided for cell in done)))

    def _outcome(self, scenario: Scenario, numbers: Iterable[int]) -> ResultSet | StudyError:
        from sim.studies.gathered import gathered

        cells = [self._cells[self._key(scenario, number)] for number in numbers]
        try:
            return gathered(scenario, self.seed_of(scenario), cells, self.divisions_of(cells), self.themes)
        except StudyError as error:
            return error

    def _run(
        self,
        tasks: Sequence[Task],
        whole: Callable[[Result], object] | None,
        tell: Callable[[str], object],
    ) -> Iterator[tuple[Scenario, Cell]]:
        """The cells of these tasks as they are done, each with its scenario."""
        visits: Mapping[int, int] = {id(each): visits_of(each) for _, variants in tasks for each in variants}
        in_all = sum(visits[id(each)] for _, variants in tasks for each in variants)
        workers = self.at_once(in_all, len(tasks))
        shares = any(len(variants) > 1 for _, variants in tasks)
        abroad = self._cluster is not None
        divisions = (*self.divisions, *self.besides)
        how = How(self.seed, self.engine, self.keep, divisions, shares, abroad, self.themes)
        left = sum(len(variants) for _, variants in tasks) / workers
        if workers == 1 and self._cluster is None:
            alone = len(tasks) == len(tasks[0][1]) == 1
            copies = workers_for(in_all, _MOST_AT_ONCE, self.workers) - 1 if alone else 0
            for _, scenario, cell in self._here(range(len(tasks)), tasks, how, left, whole, tell, 1, copies):
                yield scenario, cell
            return
        from sim.studies.own import own_things

        own = own_things()
        here = [at for at, (number, _) in enumerate(tasks) if whole is not None and not number]
        away = [at for at in range(len(tasks)) if at not in here]
        run_here = ((at, [cell]) for at, _, cell in self._here(here, tasks, how, left, whole, tell, 0))

        def died(at: int, reason: str) -> tuple[int, list[Cell]]:
            return at, [Cell(tasks[at][0], None, reason) for _ in tasks[at][1]]

        if self._cluster is not None:
            done = in_cluster(
                self._cluster,
                in_worker,
                lambda at: (at, tasks[at][0], left),
                lambda at: (tuple(each.hash for each in tasks[at][1]), (tasks[at][1], how, own)),
                away,
                died=died,
                named=lambda at: named(tasks[at]),
                here=run_here,
            )
        else:
            done = in_workers(
                in_worker,
                lambda at: (at, tasks[at][0], left, tasks[at][1], how, own),
                away,
                workers,
                load=partial(prepare, tasks[0][1][0], self.engine),
                died=died,
                here=run_here,
            )
        for at, cells in done:
            yield from zip(tasks[at][1], cells, strict=len(cells) > 1)

    def at_once(self, visits: int, tasks: int) -> int:
        """How many of so many tasks, of so many visits in all, are run at once.

        Raises:
            ClusterError: the cluster cannot be reached.
        """
        if self._cluster is not None:
            return max(1, min(self._cluster.threads(), tasks))
        return workers_for(visits, tasks, self.workers, copies=possible())

    def _here(
        self,
        at: Iterable[int],
        tasks: Sequence[Task],
        how: How,
        left: float,
        whole: Callable[[Result], object] | None,
        tell: Callable[[str], object],
        done: int,
        copies: int = 0,
    ) -> Iterator[tuple[int, Scenario, Cell]]:
        """Cells that this process runs, with tasks and scenarios; each takes `done` from what is left.

        So many copies of this process may help it.
        """
        from sim.expo.shared import Shared

        shared = Shared() if how.shares else None
        for each in at:
            number, variants = tasks[each]
            for scenario in variants:
                with helped(copies):
                    if whole is not None and not number:
                        cell = how.whole_cell(scenario, left, shared, tell, whole)
                    else:
                        cell = how.cell(scenario, number, left, shared, tell=tell)
                yield each, scenario, cell
                left -= done
