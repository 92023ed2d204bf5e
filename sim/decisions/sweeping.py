"""What KPIs do over values of a scenario: a grid, or points that fill ranges."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal

from sim.decisions.compare.comparing import ASKED
from sim.decisions.figures import asked
from sim.decisions.told import Answer, as_json, paragraphs, short_names, valued
from sim.files.lines import WIDTH, cells, wrapped
from sim.statistics.intervals import Estimate
from sim.statistics.kpis import describe
from sim.statistics.text import columns, counted, explained
from sim.studies.cell import StudyError
from sim.studies.varying import Axis, Point, Span, drawn, grid, parse_vary, plain_value, shown_value

if TYPE_CHECKING:
    import pandas as pd

    from sim.decisions.plots.sweeping import SweepPlots
    from sim.scenario import Scenario
    from sim.studies.cluster import Workers
    from sim.studies.folder import Keeps
    from sim.studies.resultset import ResultSet
    from sim.studies.runner import Runner

__all__ = ["Sweep", "sweep"]

_COLUMN: Final = 16  # columns of text of the name of what is varied; longer ones stand above the table


@dataclass(frozen=True, eq=False)
class Sweep(Answer):
    """Points, and the results of each over the same replications, or why there are none."""

    scenario: Scenario
    points: tuple[Point, ...] = field(repr=False)
    outcomes: tuple[ResultSet | StudyError, ...] = field(repr=False)
    kpis: tuple[str, ...]
    axes: tuple[str, ...]
    """Names of what was varied, paths that are linked joined by a slash."""

    @cached_property
    def done(self) -> tuple[tuple[Point, ResultSet], ...]:
        """The points that have results."""
        pairs = zip(self.points, self.outcomes, strict=True)
        return tuple((point, each) for point, each in pairs if not isinstance(each, StudyError))

    @property
    def failed(self) -> tuple[tuple[Point, str], ...]:
        """The points of which every replication failed, and why."""
        pairs = zip(self.points, self.outcomes, strict=True)
        return tuple((point, str(each)) for point, each in pairs if isinstance(each, StudyError))

    def estimate(self, kpi: str, point: int) -> Estimate:
        """Mean of a KPI at a point, by its position, with its 95 % interval.

        Raises IndexError if there is no such point, KeyError for a KPI that is not there, and StudyError if
        every replication of the point failed.
        """
        outcome = self.outcomes[point]
        if isinstance(outcome, StudyError):
            raise outcome
        return outcome.estimate(kpi)

    @cached_property
    def plot(self) -> SweepPlots:
        """Its pictures: `lines` and `heatmap`."""
        from sim.decisions.plots.sweeping import SweepPlots

        return SweepPlots(self)

    @property
    def frame(self) -> pd.DataFrame:
        """A row a point and replication: point, a column a path, replication, a column a KPI (all of them).

        Replications of one number share their draws at all points.
        """
        import pandas as pd

        rows = []
        for at, (point, outcome) in enumerate(zip(self.points, self.outcomes, strict=True)):
            if isinstance(outcome, StudyError):
                continue
            settings = {path: plain_value(value) for path, value in point.settings.items()}
            for number, row in zip(outcome.numbers, outcome.rows, strict=True):
                rows.append({"point": at, **settings, "replication": number, **row})
        return pd.DataFrame(rows)

    @property
    def summary(self) -> pd.DataFrame:
        """A row a point and shown KPI: point, a column a path, kpi, mean, low, high, sd, n, unit, why."""
        import pandas as pd

        rows = []
        for at, (point, outcome) in enumerate(zip(self.points, self.outcomes, strict=True)):
            if isinstance(outcome, StudyError):
                continue
            settings = {path: plain_value(value) for path, value in point.settings.items()}
            for kpi in self.kpis:
                e = outcome.estimate(kpi)
                numbers = {"mean": e.mean, "low": e.low, "high": e.high, "sd": e.sd, "n": e.n}
                said = {"unit": describe(kpi).unit, "why": e.why}
                rows.append({"point": at, **settings, "kpi": kpi, **numbers, **said})
        return pd.DataFrame(rows)

    def to_json_dict(self) -> dict[str, Any]:
        """Points with their KPIs as JSON has them; None where there is no number."""
        points = []
        for point, outcome in zip(self.points, self.outcomes, strict=True):
            said: dict[str, Any] = {
                "settings": {path: plain_value(value) for path, value in point.settings.items()},
                "hash": point.scenario.hash,
            }
            if isinstance(outcome, StudyError):
                said["failed"] = str(outcome)
            else:
                said["replications"] = len(outcome)
                said["kpis"] = {kpi: as_json(outcome.estimate(kpi)) for kpi in self.kpis}
            points.append(said)
        units = {kpi: describe(kpi).unit for kpi in self.kpis}
        return {"scenario": self.scenario.name, "seed": self._seed, "units": units, "points": points}

    def text(self, width: int = WIDTH) -> str:
        """Where each KPI is greatest and least, then its values, in 80 columns."""
        moved = [kpi for kpi in self.kpis if self.varies(kpi)]
        same = "; ".join(self._sentence(kpi) for kpi in self.kpis if kpi not in moved)
        said = [*map(self._sentence, moved), *([f"The same at all points: {same}."] if same else [])]
        lines = paragraphs(said, width)
        for kpi in moved:
            lines += ["", *self._table(kpi, width)]
        return "\n".join([*lines, "", *paragraphs(self._notes(), width)])

    def __repr__(self) -> str:
        return f"Sweep({self.scenario.name!r}: {len(self.points)} points over {', '.join(self.axes)})"

    @property
    def _seed(self) -> int:
        return self.done[0][1].seed

    @property
    def _currency(self) -> str:
        return self.scenario.data.costs.currency

    @cached_property
    def called(self) -> tuple[str, ...]:
        """What the axes are called: the last key of the first path, or all of it where two end alike."""
        return short_names([name.partition("/")[0] for name in self.axes])

    def _values(self, point: Point) -> tuple[str, ...]:
        """A text an axis."""
        shown = []
        for name in self.axes:
            values = dict.fromkeys(shown_value(point.settings[path]) for path in name.split("/"))
            shown.append("/".join(values))
        return tuple(shown)

    def _at(self, point: Point) -> str:
        return ", ".join(
            f"{name} {value}" for name, value in zip(self.called, self._values(point), strict=True)
        )

    def _said(self, kpi: str, e: Estimate) -> tuple[str, str, str]:
        return valued(e, describe(kpi).unit, self._currency)

    def varies(self, kpi: str) -> bool:
        """Whether a KPI is not the same at all points."""
        values = {tuple(map(repr, results.values(kpi))) for _, results in self.done}
        return len(values) > 1 or len(self.done) == 1

    def _sentence(self, kpi: str) -> str:
        known = [(results.estimate(kpi), point) for point, results in self.done]
        known = [(e, point) for e, point in known if e.n]
        label = describe(kpi).label
        if not known:
            return f"{label} not defined"
        low, high = (f(known, key=lambda each: each[0].mean) for f in (min, max))
        if not self.varies(kpi):
            return f"{label} {' '.join(filter(None, self._said(kpi, low[0])))}"
        if len(known) == 1:
            return f"{label}: {' '.join(filter(None, self._said(kpi, low[0])))} at {self._at(low[1])}."
        ends = (f"{' '.join(filter(None, self._said(kpi, e)))} at {self._at(p)}" for e, p in (low, high))
        return f"{label}: {' to '.join(ends)}."

    def _table(self, kpi: str, width: int) -> list[str]:
        lines = wrapped(f"{describe(kpi).label} ({kpi})", width)
        heads = [name if cells(name) <= _COLUMN else name.rpartition(".")[2] for name in self.called]
        rows = [(*heads, "", "", "")]
        for point, results in self.done:
            rows.append((*self._values(point), *self._said(kpi, results.estimate(kpi))))
        return lines + columns(rows, ">" * len(self.axes) + "><<")

    def _notes(self) -> Iterator[str]:
        n = max(len(results) for _, results in self.done)
        yield (
            f"{counted(len(self.points), 'point')}, {counted(n, 'replication')} each, seed {self._seed}; "
            "each interval alone holds at 95 %. A greatest of many is great by luck too: `exposim compare` "
            "tells differences apart."
        )
        yield from explained([results.estimate(kpi) for kpi in self.kpis for _, results in self.done])[1:]
        for point, why in self.failed:
            yield f"{self._at(point)}: {why}"


def sweep(
    scenario: Scenario | str | os.PathLike[str],
    vary: str | Collection[str],
    *,
    points: int | None = None,
    method: Literal["lhs", "sobol"] = "lhs",
    kpis: Collection[str] = (),
    replications: int = 10,
    seed: int | None = None,
    workers: Workers | None = None,
    engine: str = "auto",
    progress: bool = False,
    study: str | os.PathLike[str] | Keeps | None = None,
    runner: Runner | None = None,
) -> Sweep:
    """Run a scenario at all combinations of values, or at points that fill ranges.

    Args:
        scenario: what is varied, or what `sim.load` takes.
        vary: as `--vary` of the command: `"matchmaking.main.tables=5:20:5"` (values, all
            combinations of them) or `"matchmaking.main.tables=5..20"` (ranges); not both kinds.
        points: how many points are drawn of ranges; 32 if left out.
        method: how: a Latin hypercube ("lhs") or a scrambled Sobol' sequence ("sobol").
        kpis: names of KPIs, families or themes that are shown; if left out those of
            `sim.decisions.compare.comparing.ASKED`.
        replications: how many at each point.
        seed: of all random draws, of points too; that of the scenario if left out.
        workers: processes, or the address of a Dask cluster: see `sim.replicate`.
        engine: "simpy", "compiled" or "auto", as in `sim.replicate`.
        progress: whether to show a progress bar.
        study: a folder in which runs are kept, and not run again: see `sim.replicate`.
        runner: that runs, and knows what was run before.

    Raises:
        ScenarioError: the scenario cannot be loaded, or a value not be set.
        KeyError: there is no such KPI.
        StudyError: every replication of every point failed.
        ValueError: nothing is varied, ranges and values are mixed, or a number is out of range.
    """
    from sim.replication import whole_number
    from sim.scenario.load import scenario_of
    from sim.studies.runner import Runner

    base = scenario_of(scenario)
    n = whole_number("replications", replications, 1)
    own = base.data.expo.seed if seed is None else seed
    given = [parse_vary(each) for each in ((vary,) if isinstance(vary, str) else vary)]
    made = _points(base, given, points, method, own)
    if runner is None:
        runner = Runner(seed=own, workers=workers, engine=engine, progress=progress, study=study)
    with runner.asked("sweep", {base.name: base}):
        outcomes = runner.outcomes([point.scenario for point in made], range(n))
    there = [each for each in outcomes if not isinstance(each, StudyError)]
    if not there:
        raise next(each for each in outcomes if isinstance(each, StudyError))
    names = tuple(dict.fromkeys(name for each in there for name in each.names))
    shown = tuple(kpi for kpi in asked(kpis, names, ASKED) if all(each.has(kpi) for each in there))
    return Sweep(base, made, outcomes, shown, tuple(each.name for each in given))


def _points(
    base: Scenario,
    given: Sequence[Axis | Span],
    points: int | None,
    method: Literal["lhs", "sobol"],
    seed: int,
) -> tuple[Point, ...]:
    axes = [each for each in given if isinstance(each, Axis)]
    spans = [each for each in given if isinstance(each, Span)]
    if not given:
        raise ValueError("nothing is varied: say what, matchmaking.main.tables=5,10")
    if axes and spans:
        raise ValueError(f"{axes[0].name} has values and {spans[0].name} a range: give values, or ranges")
    if axes and points is not None:
        raise ValueError(f"points are drawn of ranges, {axes[0].name}=low..high; values are all run")
    if axes:
        return grid(base, axes)
    return drawn(base, spans, 32 if points is None else points, method=method, seed=seed)
