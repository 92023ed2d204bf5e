"""Two objectives: the combinations of which none tried is better in both, and what one more of one costs.

Which these are, and their order, is what the search has seen; what they come to is told of replications of
their own. So the differences that are asked about, between neighbours and to the scenario's own values, were
chosen before those were run; all intervals hold together with 95 % (Bonferroni), and so does what one more of
the first objective costs of the second, which lies between the ends that these allow.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from math import isfinite
from typing import TYPE_CHECKING, Any

from sim.decisions.expecting import Verdict
from sim.decisions.told import Answer, as_json, fitting, is_real, negated, or_none, paragraphs, parts, valued
from sim.decisions.tune.searching import Searched
from sim.decisions.tune.study_file import Objective, Study
from sim.decisions.tune.tuned import found, named, plain, shown, tried, verdict_lines, verdicts_as_json
from sim.files.lines import WIDTH
from sim.statistics.intervals import LEVEL, Estimate, estimate
from sim.statistics.text import counted, shown_unit
from sim.studies.varying import Point

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from sim.decisions.plots.tuning import FrontPlots
    from sim.decisions.tune.evaluating import Evaluating

__all__ = ["Front", "Step", "confirmed_front"]


@dataclass(frozen=True, slots=True)
class Step:
    """From one combination to another: what the objectives gain, both in their own direction."""

    first: Estimate
    """How much better the first objective is; paired."""
    second: Estimate
    """How much better the second is; it mostly is worse."""

    @property
    def is_told(self) -> bool:
        """Whether the two are told apart."""
        return is_real(self.first) or is_real(self.second)

    @property
    def better(self) -> int:
        """1 if it is better in both, -1 if worse in both, 0 if neither is shown."""
        if not (is_real(self.first) and is_real(self.second)):
            return 0
        signs = {self.first.mean > 0, self.second.mean > 0}
        return 0 if len(signs) == 2 else 1 if True in signs else -1

    @property
    def price(self) -> tuple[float, float, float] | None:
        """What one more of the first costs of the second, with its ends; None where not both are shown."""
        a, b = self.first, negated(self.second)
        if not (is_real(a) and is_real(b) and a.mean > 0 and b.mean > 0):
            return None
        low = (b.low if isfinite(b.low) else b.mean) / (a.high if isfinite(a.high) else a.mean)
        high = (b.high if isfinite(b.high) else b.mean) / (a.low if isfinite(a.low) else a.mean)
        return b.mean / a.mean, low, high


@dataclass(frozen=True, eq=False)
class Front(Answer):
    """Combinations in order of the first objective, the least good first, and what each comes to."""

    study: Study
    searched: Searched
    seed: int
    points: tuple[Point, ...]
    """The front as the search has it, and last the scenario's own values, unless they are on it."""
    now: int
    """Position of the scenario's own values."""
    values: NDArray[np.float64] = field(repr=False)
    """(objectives, points, replications)"""
    numbers: tuple[int, ...] = field(repr=False)
    """The replications that confirm."""
    verdicts: tuple[tuple[Verdict, ...], ...] = field(repr=False)

    @property
    def many(self) -> int:
        """How many points the front has."""
        return len(self.searched.finalists)

    @cached_property
    def estimates(self) -> tuple[tuple[Estimate, ...], ...]:
        """The objectives of each point: (points, objectives)."""
        return tuple(
            tuple(estimate(of[at], self._level) for of in self.values) for at in range(len(self.points))
        )

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """From each point of the front to the next."""
        return tuple(self._step(a, b) for a, b in pairwise(range(self.many)))

    @cached_property
    def against_now(self) -> tuple[Step | None, ...]:
        """From the scenario's own values to each point of the front; None of these themselves."""
        return tuple(None if at == self.now else self._step(self.now, at) for at in range(self.many))

    @property
    def _level(self) -> float:
        asked = 2 * len(self.points) + 2 * (self.many - 1) + 2 * self.many
        return 1 - (1 - LEVEL) / asked

    def _step(self, a: int, b: int) -> Step:
        first, second = (
            estimate(each.sign * (of[b] - of[a]), self._level)
            for each, of in zip(self.study.objectives, self.values, strict=True)
        )
        return Step(first, second)

    @cached_property
    def plot(self) -> FrontPlots:
        """Its pictures: `front`."""
        from sim.decisions.plots.tuning import FrontPlots

        return FrontPlots(self)

    @property
    def frame(self) -> pd.DataFrame:
        """A row a point and replication: point, a column a path, replication, and the two objectives."""
        import pandas as pd

        rows = [
            {
                "point": at,
                **plain(point.settings),
                "replication": number,
                "objective": float(self.values[0, at, k]),
                "second_objective": float(self.values[1, at, k]),
            }
            for at, point in enumerate(self.points)
            for k, number in enumerate(self.numbers)
        ]
        return pd.DataFrame(rows)

    def to_json_dict(self) -> dict[str, Any]:
        """All of it as JSON has it; None where there is no number."""
        return {
            "study": self.study.name,
            "scenario": self.study.scenario.name,
            "hash": self.study.scenario.hash,
            "seed": self.seed,
            "objectives": [
                {"called": each.called, "goal": each.goal, "indifference": each.indifference}
                for each in self.study.objectives
            ],
            "combinations": self.study.combinations,
            "search": tried(self.searched, self.study),
            "points": [
                {
                    "settings": plain(point.settings),
                    "on_front": at < self.many,
                    "now": at == self.now,
                    "objectives": [as_json(each) for each in self.estimates[at]],
                    "constraints": verdicts_as_json(self.verdicts[at]),
                }
                for at, point in enumerate(self.points)
            ],
            "steps": [
                {
                    "from": at,
                    "to": at + 1,
                    "better": [as_json(each.first), as_json(each.second)],
                    "price": None if each.price is None else [or_none(value) for value in each.price],
                }
                for at, each in enumerate(self.steps)
            ],
        }

    def text(self, width: int = WIDTH) -> str:
        """The ends of the front, its points, and from each to the next what is gained and what it costs."""
        lines = [*paragraphs([self._sentence()], width), ""]
        rows = [("", *(each.called for each in self.study.objectives))]
        for at in range(len(self.points)):
            name = self.called(at) + (" (now)" if at == self.now else "")
            pairs = zip(self.study.objectives, self.estimates[at], strict=True)
            rows.append((name, *(self._value(each, e) for each, e in pairs)))
        lines += [*fitting(rows, "<<<", width, heads=1), ""]
        lines += paragraphs((self._told(at) for at in range(self.many - 1)), width)
        lines += paragraphs(self._against_now(), width)
        for at, verdicts in enumerate(self.verdicts):
            lines += verdict_lines(self.called(at), verdicts, width)
        return "\n".join([*lines, "", *paragraphs(self._notes(), width)])

    def __repr__(self) -> str:
        return f"Front({self.study.name!r}: {self.many} points)"

    def _sentence(self) -> str:
        first, second = (each.called for each in self.study.objectives)
        if self.many == 1:
            return f"One combination is best in both, {first} and {second}: {self.called(0)}."
        ends = [self._at(at) for at in (0, self.many - 1)]
        return f"From {ends[0]} to {ends[1]}: {counted(self.many, 'combination')} between which to choose."

    def _value(self, objective: Objective, e: Estimate) -> str:
        """A number of an objective: in the unit of its KPI, if it is one."""
        if not objective.is_kpi:
            return shown(e)
        mean, spread, unit = valued(e, objective.unit, self._currency)
        return " ".join(filter(None, (mean, "" if e.same else spread, unit)))

    def _change(self, objective: Objective, e: Estimate) -> str:
        if not objective.is_kpi:
            return shown(e, "+")
        mean, spread, unit = parts(e, objective.unit, self._currency)
        return " ".join(filter(None, (mean, "" if e.same else spread, unit)))

    @property
    def _currency(self) -> str:
        return self.study.scenario.data.costs.currency

    @cached_property
    def _same(self) -> dict[str, object]:
        """What is the same all along the front, where there are several points."""
        front = [point.settings for point in self.points[: self.many]]
        if len(front) == 1:
            return {}
        return {path: v for path, v in front[0].items() if all(each[path] == v for each in front)}

    def called(self, at: int) -> str:
        """What a point is called: on the front by where it differs from others."""
        known = self._same if at < self.many else {}
        return named({path: v for path, v in self.points[at].settings.items() if path not in known})

    def _at(self, at: int) -> str:
        pairs = zip(self.study.objectives, self.estimates[at], strict=True)
        said = ", ".join(f"{each.called} {self._value(each, e)}" for each, e in pairs)
        return f"{self.called(at)} ({said})"

    def _told(self, at: int) -> str:
        """A step in words."""
        step = self.steps[at]
        first, second = self.study.objectives
        a, b = (self.called(each) for each in (at, at + 1))
        head = f"{a} → {b}: "
        if not step.is_told:
            return f"{head}not told apart in either."
        if step.better:
            return f"{head}{b if step.better > 0 else a} is better in both; the other is not on the front."
        gained, paid = (
            f"{each.called} {self._change(each, e if each.sign > 0 else negated(e))}"
            for each, e in ((first, step.first), (second, step.second))
        )
        if step.price is not None:
            price, low, high = step.price
            unit = shown_unit(second.unit, self._currency, price)
            each = " ".join(filter(None, (f"{price:.3g} ({low:.3g} to {high:.3g})", unit)))
            return f"{head}{gained} for {paid}: {each} each."
        if is_real(step.first) and is_real(step.second):  # the replications that confirm turned it round
            return f"{head}{gained}; {paid}."
        if is_real(step.first):
            return f"{head}{gained}; nothing that can be seen in {second.called}."
        return f"{head}{paid}; nothing that can be seen in {first.called}."

    def _against_now(self) -> Iterator[str]:
        better = [
            self.called(at)
            for at, step in enumerate(self.against_now)
            if step is not None and step.better > 0
        ]
        if better:
            yield f"Better than as it is, in both: {'; '.join(better)}."
        elif self.now < self.many:
            yield "As it is, it is on the front."
        else:
            yield "None is shown to be better than as it is in both."

    def _notes(self) -> Iterator[str]:
        if self._same:
            yield f"All along it: {named(self._same)}."
        yield f"{found(self.searched)} None of those that were tried was seen to be better in both."
        if self.searched.ended != "all":
            yield "Of combinations that were not tried nothing is known."
        together = "intervals and verdicts each hold" if self.study.constraints else "intervals hold"
        yield (
            f"Told of {counted(len(self.numbers), 'replication')} of their own, seed {self.seed}; {together} "
            "together at 95 %. They say how far chance goes, not how far assumptions do."
        )


def confirmed_front(of: Evaluating, searched: Searched, numbers: range, seed: int) -> Front:
    """What a front, and the scenario's own values, come to in replications of their own."""
    study = of.study
    points = [of.point(each) for each in searched.finalists]
    if study.scenario not in [point.scenario for point in points]:
        points.append(Point(dict(study.start), study.scenario))
    now = [point.scenario for point in points].index(study.scenario)
    results = of.results(points, numbers)
    among = max(1, len(points) * len(study.constraints))
    return Front(
        study,
        searched,
        seed,
        tuple(points),
        now,
        of.values(points, results),
        tuple(numbers),
        tuple(of.verdicts(each, among) for each in results),
    )
