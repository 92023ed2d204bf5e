"""Replications of one scenario: a number of them, or until the intervals are narrow enough."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, Literal

from sim.replication import checked, whole_number
from sim.studies import cell as one
from sim.studies.cell import Cell, StudyError, cell_of, reason_of, replication_cell
from sim.studies.kept import Keep, TablesOf
from sim.studies.precision import Precision
from sim.studies.processes import visits_of, workers_for
from sim.studies.sending import in_workers
from sim.studies.signs import Signs, signs_of

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.statistics import Result
    from sim.studies.resultset import ResultSet

__all__ = ["MOST", "Study", "StudyError", "StudyInterrupted", "replicate"]

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
    workers: int | None = None,
    engine: str = "auto",
    precision: float | str | Mapping[str, float | str] | None = None,
    by: str | Collection[str] = (),
    progress: bool = False,
    keep: Collection[int] | Literal["all"] = (0,),
    tables: Collection[str] = (),
) -> ResultSet:
    """Run replications of a scenario, in worker processes where that is worth it.

    The numbers are the same for any number of workers. A replication that fails is recorded, with
    its seed and the reason, in `ResultSet.failures`, and the others go on.

    Args:
        scenario: the scenario, the name of a shipped one, or the path of a file.
        replications: how many; with `precision`, the least number, and at least 2.
        seed: of all random draws; the scenario's own if left out.
        workers: processes; as many as there are processors (or replications, if fewer) if left out.
            Inside `joblib.parallel_config(backend="dask")` they are those of the cluster.
        engine: "simpy", "compiled", or "auto", which takes whichever is over first; the numbers are the
            same. If it is worth it, a process in the background compiles the engine meanwhile, once, unless
            the environment says EXPOSIM_COMPILE=no or CI; `ResultSet.engine` says which played.
        precision: go on until the 95 % half-widths (the longer sides of the intervals) are so narrow.
            `0.05` or `"5%"`: relative to the mean, for peak presence, useful contacts and meetings held.
            `{"booths.wait_minutes": 0.5, "meetings.held": "2%"}`: for these KPIs, in the KPI's unit or
            relative. Given up after 1,000 replications: then `ResultSet.imprecise` names the KPIs that
            fall short. The rule of stopping is that of `sim.studies.Precision`.
        by: divisions whose groups get KPIs of their own, for `ResultSet.by`: "day", "hall", "chain",
            "sponsor", "persona", or several.
        progress: whether to show a progress bar with the time left and the stage, on standard error; if that
            is no terminal and no notebook, a line now and then of what takes more than ten seconds.
        keep: numbers of the replications whose tables are all kept, for `ResultSet.table` and `save`, or
            "all"; those of large fairs take much memory.
        tables: names of tables that are kept of every replication besides, such as `sessions`.

    Raises:
        ValueError: a number out of range, a table that does not exist; a PrecisionError, also for a KPI that
            does not exist.
        ScenarioError: the scenario cannot be built.
        KeyError: there is no such division.
        StudyInterrupted: stopped from the keyboard; it holds what was done.
        StudyError: every replication failed.
    """
    from sim.scenario.load import scenario_of
    from sim.statistics.groups import division

    scenario = scenario_of(scenario)
    replications = whole_number("replications", replications, 1)
    if workers is not None:
        workers = whole_number("workers", workers, 1)
    seed = checked(seed, engine)
    divisions = (by,) if isinstance(by, str) else tuple(by)
    for each in divisions:
        division(each)
    kept = Keep.of(keep, tables)
    target = None if precision is None else Precision.parse(precision)
    if target is not None:
        target.check_names()
    study = Study(scenario, seed, engine, workers, target, kept, divisions)
    asked = replications if target is None else max(2, replications)
    with signs_of(asked, progress) as bar:
        try:
            study.go_to(asked, bar)
            while target is not None and asked < MOST and study.kpis:
                needed = min(MOST, target.replications_needed(study.kpis, asked))
                if needed == asked:
                    break
                asked = needed
                study.go_to(asked, bar)
        except KeyboardInterrupt:
            done = study.results() if study.kpis else None
            raise StudyInterrupted(done, len(study.cells), asked) from None
    return study.results()


class Study:
    """The cells of a study as they come in."""

    def __init__(
        self,
        scenario: Scenario,
        seed: int | None,
        engine: str,
        workers: int | None,
        precision: Precision | None = None,
        keep: Keep | None = None,
        divisions: tuple[str, ...] = (),
    ) -> None:
        self.scenario = scenario
        self.seed = scenario.data.expo.seed if seed is None else seed
        self.engine = engine
        self.workers = workers
        self.precision = precision
        self.keep = keep or Keep()
        self.divisions = divisions
        self.cells: dict[int, Cell] = {}
        self.first: Result | None = None
        self.tell: Callable[[str], object] = str  # is told of each stage of a replication that is run here
        self.left: float = 1  # replications that a process of it is likely to run, this one with them

    @property
    def kpis(self) -> list[Mapping[str, float]]:
        """KPIs of the replications that did not fail, in order."""
        cells = (self.cells[number] for number in sorted(self.cells))
        return [cell.kpis for cell in cells if cell.kpis is not None]

    def go_to(self, asked: int, bar: Signs) -> None:
        """Run the replications that are missing of the first `asked`."""
        bar.ask(asked)
        self.tell = bar.stage
        missing = range(len(self.cells), asked)
        for cell in self._cells(missing):
            self.cells[cell.replication] = cell
            bar.update()

    def _cells(self, numbers: range) -> Iterator[Cell]:
        workers = workers_for(len(numbers) * visits_of(self.scenario), len(numbers), self.workers)
        self.left = len(numbers) / workers
        if workers > 1:
            yield from self._in_workers(numbers, workers)
        else:
            for number in numbers:
                yield self._here(number)
                self.left -= 1

    def _here(self, number: int) -> Cell:
        if number:
            names = self.keep.names(number)
            return replication_cell(
                self.scenario,
                number,
                self.seed,
                self.engine,
                tables=names,
                divisions=self.divisions,
                left=self.left,
                tell=self.tell,
            )
        # The first is kept whole, for its tables; and a scenario that cannot be built stops here.
        from sim.scenario import ScenarioError

        try:
            self.first = one.run(
                self.scenario,
                replication=0,
                seed=self.seed,
                engine=self.engine,
                left=self.left,
                background=True,
                tell=self.tell,
            )
            self.tell("counting")
            return cell_of(self.first, TablesOf(self.first, self.keep.names(0)), self.divisions)
        except ScenarioError:
            raise
        except Exception as error:
            return Cell(0, None, reason_of(error))

    def _in_workers(self, numbers: range, workers: int) -> Iterator[Cell]:
        """Cells as they are done. Replication 0 is run here, while the workers begin."""
        from sim.studies.own import own_things

        own, left = own_things(), self.left

        def given(number: int) -> tuple[Any, ...]:
            names = self.keep.names(number)
            return self.scenario, number, self.seed, self.engine, own, names, self.divisions, left

        return in_workers(
            replication_cell,
            given,
            [number for number in numbers if number],
            workers,
            engine=self.engine,
            died=lambda number, reason: Cell(number, None, reason),
            here=map(self._here, [number for number in numbers if not number]),
        )

    def results(self) -> ResultSet:
        """All that came in, in order of replications.

        Raises:
            StudyError: nothing did.
        """
        from sim.studies.resultset import gathered

        return gathered(
            self.scenario,
            self.seed,
            [self.cells[number] for number in sorted(self.cells)],
            self.divisions,
            first=self.first,
            imprecise=() if self.precision is None else self.precision.missed(self.kpis),
        )
