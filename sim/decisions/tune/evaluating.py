"""What combinations of a study come to in runs: its objectives, and how far they keep its constraints."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from math import inf, isfinite, isnan
from typing import TYPE_CHECKING, Final

from sim.decisions.expecting import Verdict, verdict
from sim.decisions.figures import defined, described, values_of
from sim.decisions.tune.space import Position
from sim.decisions.tune.study_file import Study
from sim.decisions.tune.tuned import named
from sim.files.problems import ScenarioError
from sim.statistics.intervals import estimate, share_limits
from sim.studies.cell import StudyError
from sim.studies.varying import Point, settings_text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sim.scenario.schema.expected import Comparison
    from sim.studies.resultset import ResultSet
    from sim.studies.runner import Runner

__all__ = ["Evaluating"]

_DOUBT: Final = 0.1  # the chance that what lacks something is thought to lack nothing
_LITTLE: Final = 1e-9  # is lacking where a mean is at a limit that it is to be beyond
_RACED: Final = 20  # combinations, roughly, among which the chance of a wrong verdict is shared


@dataclass
class Evaluating:
    """A study, and what runs it."""

    study: Study
    runner: Runner
    why_not: dict[Position, str] = field(default_factory=dict)
    """Why combinations could not be run."""
    undefined: dict[str, Exception] = field(default_factory=dict)
    """Why combinations have no value in some replication, by what they are called."""
    _points: dict[Position, Point] = field(default_factory=dict)

    def point(self, position: Position) -> Point:
        """The scenario of a combination. Raises ScenarioError if it cannot be."""
        if position not in self._points:
            self._points[position] = self.study.point(position)
        return self._points[position]

    def results(self, points: Sequence[Point], numbers: Collection[int]) -> tuple[ResultSet, ...]:
        """The results of these replications of points."""
        return self.runner.results([point.scenario for point in points], numbers)

    def values(self, points: Sequence[Point], results: Sequence[ResultSet]) -> NDArray[np.float64]:
        """The objectives: (objectives, points, replications).

        Raises ValueError where a replication failed, or a KPI is not defined in it.
        """
        import numpy as np

        made = []
        for objective in self.study.objectives:
            rows = []
            for point, result in zip(points, results, strict=True):
                try:
                    columns = defined(result, tuple(objective.kpis))
                except ValueError as error:
                    raise ValueError(f"with {settings_text(point.settings)}: {error}") from None
                rows.append(
                    [
                        objective.value(dict(zip(objective.kpis, row, strict=True)), point.settings)
                        for row in zip(*columns, strict=True)
                    ]
                )
            made.append(rows)
        return np.array(made)

    def all_values(self, points: Sequence[Point], numbers: range) -> NDArray[np.float64]:
        """The same of these replications; nan of a point where `values` raises, which is noted."""
        import numpy as np

        made = np.full((len(self.study.objectives), len(points), len(numbers)), np.nan)
        outcomes = self.runner.outcomes([point.scenario for point in points], numbers)
        for at, (point, outcome) in enumerate(zip(points, outcomes, strict=True)):
            try:
                if isinstance(outcome, StudyError):
                    raise outcome
                made[:, at] = self.values([point], [outcome])[:, 0]
            except (StudyError, ValueError, KeyError) as error:
                self.undefined.setdefault(named(point.settings), error)
        return made

    def verdicts(self, results: ResultSet, among: int) -> tuple[Verdict, ...]:
        """Whether constraints are kept, so many being told together."""
        return tuple(
            verdict(name, each, values_of(results, name), among) for name, each in self.study.constraints
        )

    def evaluate(self, positions: Sequence[Position], numbers: range) -> list[NDArray[np.float64] | None]:
        """What `search` asks for: of each combination (objectives, replications); more is better.

        None of one of which no scenario can be made; nan of one that could not be run.
        """
        there: dict[Position, Point] = {}
        for position in positions:
            try:
                there[position] = self.point(position)
            except ScenarioError as error:
                self.why_not.setdefault(position, str(error.problems[0]))
        outcomes = self.runner.outcomes([point.scenario for point in there.values()], numbers)
        values = {
            position: self._valued(position, outcome, len(numbers))
            for position, outcome in zip(there, outcomes, strict=True)
        }
        return [values.get(position) for position in positions]

    def _valued(self, position: Position, outcome: ResultSet | StudyError, many: int) -> NDArray[np.float64]:
        import numpy as np

        signs = np.array([[each.sign] for each in self.study.objectives])
        try:
            if isinstance(outcome, StudyError):
                raise outcome
            values: NDArray[np.float64] = signs * self.values([self.point(position)], [outcome])[:, 0, :]
        except (StudyError, ValueError, KeyError) as error:
            self.why_not.setdefault(position, str(error.args[0]))
            return np.full((len(signs), many), np.nan)
        return values

    def broken(self, position: Position, n: int) -> tuple[float, bool]:
        """What `search` asks for: by how much constraints are broken, and whether they seem to be kept."""
        (results,) = self.results([self.point(position)], range(n))
        among = _RACED * len(self.study.constraints)
        if any(each.verdict == "not met" for each in self.verdicts(results, among)):
            return inf, False
        limits = [
            (each, _limits(name, each, values_of(results, name))) for name, each in self.study.constraints
        ]
        lacks = sum(_lacking(each, best) for each, (_, best) in limits)
        return lacks, not any(_lacking(each, worst) for each, (worst, _) in limits)

    def kept(self, point: Point, numbers: range, among: int) -> bool | None:
        """Whether constraints are kept, so many verdicts being told together; None if that is not shown."""
        (results,) = self.results([point], numbers)
        told = {each.verdict for each in self.verdicts(results, among)}
        return False if "not met" in told else None if "undecided" in told else True

    def nearest(self, points: Sequence[Point], numbers: range) -> str:
        """Where all break constraints: which comes nearest, and what it has of those that it lacks most of.

        Nearest is what lacks least, of those alike what has the mean that is least off.
        """
        told = [(point, self.verdicts(self.results([point], numbers)[0], 1)) for point in points]
        means = [
            [verdict(v.kpi, replace(v.comparison, share=None), values_of(results, v.kpi), 1) for v in each]
            for (point, each) in told
            for results in self.results([point], numbers)
        ]
        lacks = [
            [sum(_lacking(v.comparison, v.value) for v in each) for each in (verdicts, mean)]
            for (_, verdicts), mean in zip(told, means, strict=True)
        ]
        at = min(range(len(told)), key=lambda at: lacks[at])
        point, verdicts = told[at]
        said = [
            f"{v.kpi} {v.comparison}: {v.said}" + (f", {mean.said}" if v.comparison.share is not None else "")
            for v, mean in zip(verdicts, means[at], strict=True)
            if _lacking(v.comparison, v.value)
        ]
        return f"nearest comes {named(point.settings)}: {'; '.join(said)}"


def _limits(kpi: str, comparison: Comparison, values: Sequence[float]) -> tuple[float, float]:
    """How bad and how good, for a comparison, the mean may be, or the share of replications that it is of."""
    defined = [value for value in values if isfinite(value)]
    if comparison.share is not None:
        return share_limits(sum(map(comparison.holds, defined)), max(1, len(defined)), _DOUBT)
    k = described(kpi)
    e = estimate(defined, 1 - 2 * _DOUBT, low=k.low, high=k.high)
    low, high = (e.mean, e.mean) if e.why else (e.low, e.high)
    return (low, high) if comparison.sign in (">", ">=") else (high, low)


def _lacking(comparison: Comparison, value: float) -> float:
    """How much is lacking of what is asked for, as a share of it; 0 if nothing is, or nothing is defined."""
    if comparison.share is not None:
        return max(0.0, comparison.share - value)
    if isnan(value) or comparison.holds(value):
        return 0.0
    return max(abs(value - comparison.limit) / (abs(comparison.limit) or 1.0), _LITTLE)
