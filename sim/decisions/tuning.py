"""Which values of a few parameters are best: a study of all combinations, at most 20, and what it comes to.

The best is selected with a stated guarantee (`sim.decisions.selecting`). Of what looked best of many, luck
is a part; so the best, two runners-up and the scenario's own values are run again in replications of their
own, and what is told of them is what they do there. All intervals of the objective hold together with 95 %
(Bonferroni), and so do all verdicts on constraints.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sim.decisions.expecting import Verdict, verdict
from sim.decisions.selecting import Selection, best_chances, select
from sim.decisions.study_file import Study, load_study
from sim.decisions.told import Answer, as_json, is_real, negated, paragraphs, short_names
from sim.files.lines import WIDTH, wrapped
from sim.statistics.intervals import LEVEL, Estimate, estimate
from sim.statistics.text import columns, counted
from sim.studies.runner import Runner
from sim.studies.varying import plain_value, shown_value

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from sim.scenario import Scenario
    from sim.studies.cluster import Workers
    from sim.studies.folder import Keeps
    from sim.studies.resultset import ResultSet

__all__ = ["Candidate", "Tuned", "tune"]

_FIRST: Final = 10  # replications of all candidates
_LOOKS: Final = 3  # at the constraints of a candidate
_RUNNERS_UP: Final = 2
_FRESH: Final = 100_000  # the first replication of those that confirm; no search reaches it


@dataclass(frozen=True, slots=True)
class Candidate:
    """Values of the parameters, and what they come to in replications of their own."""

    settings: Mapping[str, object]
    value: Estimate
    """The objective."""
    gain: Estimate | None
    """How much more of it than with the scenario's own values, paired; None of these themselves."""
    chance: float
    """How likely it is the best of those that are confirmed."""
    verdicts: tuple[Verdict, ...]
    """Whether the constraints are kept."""


@dataclass(frozen=True, eq=False)
class Tuned(Answer):
    """What is best, how sure that is, and what it comes to."""

    study: Study
    selection: Selection
    seed: int
    confirmed: tuple[Candidate, ...]
    """The best, the runners-up, and last the scenario's own values, unless they are among them."""
    values: NDArray[np.float64] = field(repr=False)
    """The objective of the confirmed: (candidates, replications)."""
    numbers: tuple[int, ...] = field(repr=False)
    """The replications that confirm."""

    @property
    def best(self) -> Scenario:
        """The scenario with the best values."""
        return self.study.points[self.selection.order[0]].scenario

    @property
    def frame(self) -> pd.DataFrame:
        """A row a confirmed candidate and replication: the parameters, replication, objective."""
        import pandas as pd

        rows = [
            {**_plain(each.settings), "replication": number, "objective": float(value)}
            for each, row in zip(self.confirmed, self.values, strict=True)
            for number, value in zip(self.numbers, row, strict=True)
        ]
        return pd.DataFrame(rows)

    def to_json_dict(self) -> dict[str, Any]:
        """All of it as JSON has it; None where there is no number."""
        points = self.study.points
        return {
            "study": self.study.name,
            "scenario": self.study.scenario.name,
            "hash": self.study.scenario.hash,
            "seed": self.seed,
            "goal": self.study.objective.goal,
            "indifference": self.study.objective.indifference,
            "guaranteed": self.selection.guaranteed,
            "runs": self.selection.runs,
            "candidates": [
                {"settings": _plain(points[at].settings), "replications": self.selection.replications[at]}
                for at in self.selection.order
            ],
            "broke_constraints": [_plain(points[at].settings) for at in self.selection.broke],
            "unsure_of_constraints": [_plain(points[at].settings) for at in self.selection.unsure],
            "confirmed": [
                {
                    "settings": _plain(each.settings),
                    "objective": as_json(each.value),
                    "gain": None if each.gain is None else as_json(each.gain),
                    "chance_best": each.chance,
                    "constraints": [
                        {"kpi": v.kpi, "asked": str(v.comparison), "verdict": v.verdict}
                        for v in each.verdicts
                    ],
                }
                for each in self.confirmed
            ],
        }

    def text(self, width: int = WIDTH) -> str:
        """What is best and how much better than now, then the confirmed, and what is guaranteed."""
        best, first = self.confirmed[0], f"Best: {self._name(self.confirmed[0])}"
        if best.gain is None:
            first += ", as the scenario has it"
        elif is_real(best.gain):
            way = "more" if best.gain.mean > 0 else "less"
            size = best.gain if best.gain.mean > 0 else negated(best.gain)
            first += f": {_number(size)} {way} than as it is"
        else:
            first += f"; not told apart from as it is ({_number(best.gain, '+')})"
        lines = [*wrapped(first + ".", width, "", "  "), ""]
        rows = [("", "objective", "against now", "best")]
        for each in self.confirmed:
            gain = "now" if each.gain is None else _number(each.gain, "+")
            rows.append((self._name(each), _number(each.value), gain, f"{100 * each.chance:.0f} %"))
        lines += [*columns(rows, "<<<>"), ""]
        for each in self.confirmed:
            for v in each.verdicts:
                said = f"{self._name(each)}: {v.kpi} {v.comparison}: {v.verdict}, {v.said}"
                lines += wrapped(said.rstrip(", "), width, "  ", "    ")
        return "\n".join([*lines, *paragraphs(self._notes(), width)])

    def __repr__(self) -> str:
        return f"Tuned({self.study.name!r}: {self._name(self.confirmed[0])})"

    def _name(self, candidate: Candidate) -> str:
        names = short_names(list(candidate.settings))
        return ", ".join(
            f"{name} {'unset' if value is None else shown_value(value)}"
            for name, value in zip(names, candidate.settings.values(), strict=True)
        )

    def _notes(self) -> Iterator[str]:
        s, many = self.selection, len(self.study.points)
        indifference = f"{self.study.objective.indifference:,.6g}"
        among = (
            f"all {many} candidates" if not s.broke else f"the {many - len(s.broke)} that keep constraints"
        )
        if s.guaranteed:
            yield (
                f"With 95 % nothing among {among} is better by {indifference} or more (Kim and Nelson, 2001; "
                f"{s.runs:,} runs)."
            )
        elif s.unsure:
            yield (
                f"No guarantee: of {counted(len(s.unsure), 'candidate')} it is not shown whether they keep "
                f"constraints; such are taken only if none is shown to ({s.runs:,} runs)."
            )
        else:
            yield (
                f"No guarantee: {counted(s.left, 'candidate')} could not be told apart within the budget "
                f"({s.runs:,} runs). A greater --budget, or a greater indifference, would tell."
            )
        if s.broke:
            yield f"{counted(len(s.broke), 'candidate')} shown to break a constraint."
        together = "intervals and verdicts each hold" if self.study.constraints else "intervals hold"
        yield (
            f"Told of {counted(len(self.numbers), 'replication')} of their own, seed {self.seed}; {together} "
            "together at 95 %. `best` is the probability among these. They say how far chance goes, "
            "not how far assumptions do."
        )


def _plain(settings: Mapping[str, object]) -> dict[str, object]:
    """Settings for a table or JSON; what the scenario does not say itself is None."""
    return {path: None if value is None else plain_value(value) for path, value in settings.items()}


def _number(e: Estimate, sign: str = "") -> str:
    digits = 0 if abs(e.mean) >= 100 else 2
    return format(e, f"{sign},.{digits}f").replace("-", "−")


def tune(
    what: Study | str | os.PathLike[str],
    *,
    budget: int | None = None,
    replications: int = 30,
    seed: int | None = None,
    workers: Workers | None = None,
    engine: str = "auto",
    progress: bool = False,
    study: str | os.PathLike[str] | Keeps | None = None,
    tell: Callable[[str], object] | None = None,
) -> Tuned:
    """Find the best of at most 20 combinations of values, as a study file says it.

    Args:
        what: what `load_study` gives, or takes: the name of a shipped study, or a file.
        budget: runs of the search at most; as many as the guarantee takes if left out.
        replications: in how many, of their own, the best is confirmed; 2 or more.
        seed: of all random draws; the scenario's own if left out.
        workers: processes, or the address of a Dask cluster: see `sim.replicate`.
        engine: "simpy", "compiled" or "auto", as in `sim.replicate`.
        progress: whether to show a progress bar.
        study: a folder in which runs are kept, and not run again: see `sim.replicate`.
        tell: is told before the search how many runs it takes and about how long.

    Raises:
        ScenarioError: the study or its scenario cannot be loaded, or a value not be set.
        KeyError: the scenario has no such KPI.
        StudyError: every replication of a candidate failed.
        ValueError: a number out of range, or a KPI of the objective is not defined in a replication.
    """
    from sim.replication import whole_number

    read = what if isinstance(what, Study) else load_study(what)
    n = whole_number("replications", replications, 2)
    own = read.scenario.data.expo.seed if seed is None else seed
    runner = Runner(seed=own, workers=workers, engine=engine, progress=progress, study=study)
    with runner.asked("tune", {read.scenario.name: read.scenario}):
        _begin(read, runner, budget, n, tell or (lambda _: None))
        selection = _selected(read, runner, budget)
        return _confirmed(read, runner, selection, n, own)


def _begin(study: Study, runner: Runner, budget: int | None, n: int, tell: Callable[[str], object]) -> None:
    """Run two cells, see that all KPIs are there, and say how many more there are and how long they take."""
    from sim.statistics.kpis.registry import no_kpi
    from sim.studies.processes import visits_of

    (result,) = runner.results([study.points[0].scenario], [0])
    for name in (*study.objective.kpis, *(name for name, _ in study.constraints)):
        if not result.has(name):
            raise KeyError(no_kpi(name, result.names))
    begun = time.perf_counter()  # of the second, as the first loads what the others find
    runner.results([study.points[0].scenario], [1])
    took = time.perf_counter() - begun
    least, after = len(study.points) * _FIRST, (_RUNNERS_UP + 2) * n
    at_once = runner.at_once(visits_of(study.scenario) * least, least)
    minutes = took * (least + after) / at_once / 60
    most = "more as it takes" if budget is None else f"at most {budget:,}"
    tell(
        f"{len(study.points)} candidates: {least:,} runs at first, {most}, then up to {after:,} to confirm; "
        f"about {max(1, round(minutes))} min without what is more"
    )


def _selected(study: Study, runner: Runner, budget: int | None) -> Selection:
    points = study.points

    def evaluate(which: Sequence[int], numbers: range) -> NDArray[np.float64]:
        return study.sign * _objective(study, runner, which, numbers)

    def kept(at: int, n: int) -> bool | None:
        (results,) = runner.results([points[at].scenario], range(n))
        among = 2 * len(points) * len(study.constraints) * _LOOKS
        told = {each.verdict for each in _verdicts(study, results, among)}
        return False if "not met" in told else None if "undecided" in told else True

    return select(
        evaluate,
        len(points),
        study.objective.indifference,
        first=_FIRST,
        budget=budget,
        kept=kept if study.constraints else None,
        looks=_LOOKS,
    )


def _verdicts(study: Study, results: ResultSet, among: int) -> tuple[Verdict, ...]:
    return tuple(verdict(name, each, results.values(name), among) for name, each in study.constraints)


def _objective(
    study: Study, runner: Runner, which: Sequence[int], numbers: Collection[int]
) -> NDArray[np.float64]:
    points = [study.points[at] for at in which]
    return _values(study, runner.results([p.scenario for p in points], numbers), [p.settings for p in points])


def _values(
    study: Study, results: Sequence[ResultSet], settings: Sequence[Mapping[str, object]]
) -> NDArray[np.float64]:
    """The objective: (scenarios, replications)."""
    import numpy as np

    rows = []
    for result, given in zip(results, settings, strict=True):
        if result.failures:
            raise ValueError(f"a candidate cannot be compared: {result.failures[0]}")
        columns_ = {name: result.values(name) for name in study.objective.kpis}
        rows.append(
            [
                study.value(dict(zip(columns_, row, strict=True)), given)
                for row in zip(*columns_.values(), strict=True)
            ]
        )
    return np.array(rows)


def _confirmed(study: Study, runner: Runner, selection: Selection, n: int, seed: int) -> Tuned:
    """What the best, the runners-up and the scenario's own values do in replications of their own."""
    if not selection.order:
        raise ValueError("every candidate was shown to break a constraint")
    taken = [study.points[at] for at in selection.order[: 1 + _RUNNERS_UP]]
    scenarios = [point.scenario for point in taken]
    settings: list[Mapping[str, object]] = [point.settings for point in taken]
    if study.scenario not in scenarios:
        scenarios.append(study.scenario)
        settings.append(study.start)
    now = scenarios.index(study.scenario)
    numbers = range(_FRESH, _FRESH + n)
    results = runner.results(scenarios, numbers)
    values = _values(study, results, settings)
    level = 1 - (1 - LEVEL) / (2 * len(scenarios) - 1)
    chances = best_chances(study.sign * values)
    among = max(1, len(scenarios) * len(study.constraints))
    confirmed = tuple(
        Candidate(
            settings[at],
            estimate(values[at], level),
            None if at == now else estimate(values[at] - values[now], level),
            chances[at],
            _verdicts(study, results[at], among),
        )
        for at in range(len(scenarios))
    )
    return Tuned(study, selection, seed, confirmed, values, tuple(numbers))
