"""Replications of one scenario: a number of them, or until the intervals are narrow enough."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Literal

from sim.replication import one_of, whole_number
from sim.studies.cell import Cell, StudyError
from sim.studies.folder import Keeps
from sim.studies.kept import TablesOf
from sim.studies.precision import Precision
from sim.studies.runner import Runner
from sim.studies.signs import Signs, signs_of

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.statistics import Result
    from sim.studies.cluster import Workers
    from sim.studies.resultset import ResultSet

__all__ = ["MOST", "StudyError", "StudyInterrupted", "replicate"]

MOST: Final = 1000  # replications after which a precision is given up


class StudyInterrupted(KeyboardInterrupt):
    """The study was stopped from the keyboard; `results` holds what was done until then, if anything."""

    def __init__(self, results: ResultSet | None, done: int, asked: int) -> None:
        super().__init__(f"stopped after {done} of {asked} replications")
        self.results = results


def replicate(
    scenario: Scenario | str | os.PathLike[str],
    *,
    replications: int = 10,
    seed: int | None = None,
    workers: Workers | None = None,
    engine: str = "auto",
    precision: float | str | Mapping[str, float | str] | None = None,
    by: str | Collection[str] = (),
    progress: bool = False,
    keep: Collection[int] | Literal["all"] = (0,),
    tables: Collection[str] = (),
    study: str | os.PathLike[str] | Keeps | None = None,
) -> ResultSet:
    """Run replications of a scenario, in worker processes where that is worth it.

    The numbers are the same for any number of workers. A replication that fails is recorded, with
    its seed and the reason, in `ResultSet.failures`, and the others go on.

    Args:
        scenario: the scenario, the name of a shipped one, or the path of a file.
        replications: how many; with `precision`, the least number, and at least 2.
        seed: of all random draws; the scenario's own if left out.
        workers: processes; as many as there are processors (or replications, if fewer) if left out.
            Or a Dask cluster, whose workers run this very program: the address of its scheduler, the file
            that it has written, or a `distributed.Client`. It is the client of
            `joblib.parallel_config(backend="dask")` inside that, if left out.
        engine: "simpy", "compiled", or "auto", which takes whichever is over first; the numbers are the
            same. If it is worth it, a process in the background compiles the engine meanwhile, once, unless
            the environment says EXPOSIM_COMPILE=no or CI; `ResultSet.engine` says which played.
        precision: go on until the 95 % half-widths (the longer sides of the intervals) are so narrow.
            `0.05` or `"5%"`: relative to the mean, for peak presence, useful contacts and meetings held.
            `{"booths.wait_minutes": 0.5, "meetings.held": "2%"}`: for these KPIs, in the KPI's unit or
            relative. Given up after 1,000 replications: then `ResultSet.imprecise` names the KPIs that
            fall short. The rule of stopping is that of `sim.studies.Precision`.
        by: divisions whose groups get KPIs of their own, for `ResultSet.by`: "day", "hall", "chain",
            "sponsor", "persona", or several. Of several replications of several days whose tables are kept,
            "day" is among them anyway, unless a `study` has some without.
        progress: whether to show a progress bar with the time left and the stage, on standard error; if that
            is no terminal and no notebook, a line now and then of what takes more than ten seconds.
        keep: numbers of the replications whose tables are all kept, for `ResultSet.table` and `save`, or
            "all"; those of large fairs take much memory. Unless it is empty, the small tables
            (`sim.statistics.tables.SMALL`) are kept of every replication, for pictures with intervals.
        tables: names of tables that are kept of every replication besides, such as `sessions`.
        study: a folder in which each replication is kept as it is done. What is there already, of this study
            or of another in that folder, is not run again: a study that was killed goes on. Or a
            `sim.studies.StudyFolder`.

    Raises:
        ValueError: a number out of range, a table that does not exist; a PrecisionError, also for a KPI that
            does not exist.
        ScenarioError: the scenario cannot be built.
        KeyError: there is no such division.
        StudyInterrupted: stopped from the keyboard; it holds what was done.
        StudyError: every replication failed; a JournalError: replications cannot be kept in `study`.
        ChangedStudyError: `study` holds that of another scenario (ValueError); it says what has changed.
    """
    from sim.scenario.load import scenario_of

    scenario = scenario_of(scenario)
    replications = whole_number("replications", replications, 1)
    target = None if precision is None else Precision.parse(precision)
    if target is not None:
        target.check_names()
    asked = replications if target is None else max(2, replications)
    several = asked > 1 and scenario.data.expo.days > 1  # of one, groups are read from its tables
    runner = Runner(
        seed=seed,
        workers=workers,
        engine=engine,
        by=by,
        besides=("day",) if keep and several else (),
        keep=keep,
        tables=tables,
        study=study,
    )
    with runner.asked("run", {scenario.name: scenario}), signs_of(asked, progress) as bar:
        done = _Done(scenario, runner, target, bar)
        try:
            done.go_to(asked)
            while target is not None and asked < MOST and done.kpis(asked):
                needed = min(MOST, target.replications_needed(done.kpis(asked), asked))
                if needed == asked:
                    break
                asked = needed
                done.go_to(asked)
        except KeyboardInterrupt:
            results = done.results(asked) if done.kpis(asked) else None
            raise StudyInterrupted(results, len(done.cells(asked)), asked) from None
        return done.results(asked)


@dataclass
class _Done:
    """What of a study is done."""

    scenario: Scenario
    runner: Runner
    precision: Precision | None
    bar: Signs
    first: Result | None = None

    def cells(self, asked: int) -> list[Cell]:
        """The cells of the first `asked` replications that are there, in their order."""
        cells = (self.runner.cell(self.scenario, number) for number in range(asked))
        return [cell for cell in cells if cell is not None]

    def kpis(self, asked: int) -> list[Mapping[str, float]]:
        """KPIs of those that did not fail."""
        return [cell.kpis for cell in self.cells(asked) if cell.kpis is not None]

    def go_to(self, asked: int) -> None:
        """Run the replications that are missing of the first `asked`."""
        self.bar.ask(asked)
        self.runner.run([(self.scenario, n) for n in range(asked)], bar=self.bar, whole=self._take)

    def _take(self, result: Result) -> None:
        self.first = result

    def results(self, asked: int) -> ResultSet:
        """All that came in, in order of replications.

        Raises:
            StudyError: nothing did.
        """
        from sim.studies.gathered import gathered

        cells, seed = self.cells(asked), self.runner.seed_of(self.scenario)
        whole: Result | Callable[[], Result] | None = self.first
        if whole is None and cells and cells[0].replication == 0 and cells[0].kpis is not None:
            whole = _Again(self.scenario, seed, self.runner.engine)
            if names := self.runner.keep.names(0):
                cells[0] = replace(cells[0], tables=TablesOf(whole, names, cells[0].tables))
        return gathered(
            self.scenario,
            seed,
            cells,
            self.runner.divisions_of(cells),
            whole=whole,
            imprecise=() if self.precision is None else self.precision.missed(self.kpis(asked)),
        )


@dataclass
class _Again:
    """Replication 0, whose KPIs a journal had, played when somebody asks for the rest of it."""

    scenario: Scenario
    seed: int
    engine: str
    _result: Result | None = field(default=None, init=False)

    def __call__(self) -> Result:
        if self._result is None:
            self._result = one_of(self.scenario, replication=0, seed=self.seed, engine=self.engine)
        return self._result
