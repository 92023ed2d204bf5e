"""Replications of one scenario: a number of them, or until the intervals are narrow enough."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from sim.replication import checked, whole_number
from sim.replication import one_of as run
from sim.studies.kept import Keep, TablesOf
from sim.studies.precision import Precision
from sim.studies.sending import in_workers
from sim.studies.signs import Signs, signs

if TYPE_CHECKING:
    import pandas as pd

    from sim.expo.shared import Shared
    from sim.scenario import Scenario
    from sim.statistics import Result
    from sim.statistics.hurts_overall import Tally
    from sim.studies.grouped import Parts
    from sim.studies.resultset import ResultSet

__all__ = [
    "MOST",
    "Cell",
    "Study",
    "StudyError",
    "StudyInterrupted",
    "replicate",
    "replication_cell",
    "workers_for",
]

MOST: Final = 1000  # replications after which a precision is given up

# Workers start only for at least so many visits. Measured: a worker that begins anew takes 1.3 s of processor
# time to load the libraries, one that is a copy of this process 0.2 s until all goes as fast as here; a visit
# takes 0.05 to 0.2 ms. So two workers gain from about 25,000 short visits on.
_WORTH_WORKERS: Final = 25_000


class StudyError(RuntimeError):
    """Every replication failed; the text says why the first did."""


class StudyInterrupted(KeyboardInterrupt):
    """The study was stopped from the keyboard; `results` holds what was done until then, if anything."""

    def __init__(self, results: ResultSet | None, done: int, asked: int) -> None:
        super().__init__(f"stopped after {done} of {asked} replications")
        self.results = results


@dataclass(frozen=True, slots=True)
class Cell:
    """What comes back from one replication: KPIs, what hurt, and tables, or why there are none."""

    replication: int
    kpis: Mapping[str, float] | None
    reason: str = ""
    tally: Tally | None = None
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)  # those that are kept
    divided: Mapping[str, Parts] = field(default_factory=dict)  # by division
    engine: str = ""  # that played
    engine_note: str = ""


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
    with _signs(progress, asked) as bar:
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


def replication_cell(
    scenario: Scenario,
    replication: int,
    seed: int | None,
    engine: str,
    own: bytes | None = None,
    tables: tuple[str, ...] = (),
    divisions: tuple[str, ...] = (),
    left: float = 1,
    shared: Shared | None = None,
    tell: Callable[[str], object] | None = None,
) -> Cell:
    """Run one replication and keep its KPIs and these tables only: what a worker does.

    `own`: what a user has registered in the process of the study; None in that process itself. `left`: how
    many replications this process is likely to run. `shared`: what other variants came to. `tell` is called
    with a word for each stage that begins.
    """
    try:
        if own is not None:
            from sim.studies.own import learn

            learn(own)
        result = run(
            scenario,
            replication=replication,
            seed=seed,
            engine=engine,
            left=left,
            background=own is None,
            shared=shared,
            tell=tell,
        )
        if tell is not None:
            tell("counting")
        return _cell(result, {name: getattr(result, name) for name in tables}, divisions)
    except Exception as error:
        return Cell(replication, None, _reason(error))


def _cell(result: Result, tables: Mapping[str, pd.DataFrame], divisions: tuple[str, ...]) -> Cell:
    return Cell(
        result.replication,
        result.row,
        tally=result.tally,
        tables=tables,
        divided=_divided(result, divisions),
        engine=result.engine,
        engine_note=result.engine_note,
    )


def _divided(result: Result, divisions: tuple[str, ...]) -> dict[str, Parts]:
    from sim.statistics.groups import by

    return {each: by(result.ledger, each) for each in divisions}


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
        workers = workers_for((self.scenario,), len(numbers), self.workers)
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
            self.first = run(
                self.scenario,
                replication=0,
                seed=self.seed,
                engine=self.engine,
                left=self.left,
                background=True,
                tell=self.tell,
            )
            self.tell("counting")
            return _cell(self.first, TablesOf(self.first, self.keep.names(0)), self.divisions)
        except ScenarioError:
            raise
        except Exception as error:
            return Cell(0, None, _reason(error))

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
        from sim.studies.resultset import Failure, ResultSet

        cells = [self.cells[number] for number in sorted(self.cells)]
        done = {cell.replication: cell.kpis for cell in cells if cell.kpis is not None}
        failures = tuple(
            Failure(cell.replication, self.seed, cell.reason) for cell in cells if cell.kpis is None
        )
        if not done:
            raise StudyError(f"all {len(cells)} replications failed; {failures[0]}")
        return ResultSet(
            scenario=self.scenario,
            seed=self.seed,
            engine=" and ".join(sorted({cell.engine for cell in cells if cell.engine})),
            engine_note=next((cell.engine_note for cell in cells if cell.engine_note), ""),
            numbers=tuple(done),
            rows=tuple(done.values()),
            first=self.first,
            tallies=tuple(cell.tally for cell in cells if cell.tally is not None),
            kept={cell.replication: cell.tables for cell in cells if cell.tables},
            failures=failures,
            divided={
                each: tuple(self.cells[number].divided[each] for number in done) for each in self.divisions
            },
            imprecise=() if self.precision is None else self.precision.missed(self.kpis),
        )


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def workers_for(scenarios: Iterable[Scenario], replications: int, wanted: int | None) -> int:
    """How many processes run so many replications of each: 1, this one, unless they gain by more.

    `wanted`: how many there are to be if so; as many as there are processors if None.
    """
    return min(wanted or _processors(), replications) if _is_worth_workers(scenarios, replications) else 1


def _is_worth_workers(scenarios: Iterable[Scenario], replications: int) -> bool:
    """Whether so many replications of each are sooner done by workers, which have to start."""
    visits = sum(persona.visits for each in scenarios for persona in each.data.visitors.values())
    return visits * replications >= _WORTH_WORKERS


def _processors() -> int:
    """How many processors this process may use."""
    from joblib import cpu_count

    return int(cpu_count())


def _signs(progress: bool, total: int) -> AbstractContextManager[Signs]:
    # a log file has no use for a bar that redraws itself
    bar = progress and (_in_notebook() or sys.stderr.isatty())
    return signs(total, shown=bar, lines=progress and not bar)


def _in_notebook() -> bool:
    ipython = sys.modules.get("IPython")  # whoever only has it installed is in none
    shell = ipython.get_ipython() if ipython else None
    return hasattr(shell, "kernel")
