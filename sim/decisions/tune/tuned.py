"""What a study comes to: what is best of the combinations, how sure that is, and what it comes to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite
from typing import TYPE_CHECKING, Any, Final

from sim.decisions.expecting import Verdict
from sim.decisions.told import Answer, as_json, is_real, negated, paragraphs, short_names
from sim.decisions.tune.searching import Searched
from sim.decisions.tune.selecting import Selection
from sim.decisions.tune.space import settings_at
from sim.decisions.tune.study_file import Study
from sim.files.lines import WIDTH, wrapped
from sim.statistics.intervals import Estimate
from sim.statistics.text import columns, counted
from sim.studies.varying import Point, plain_value, shown_value

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from sim.decisions.plots.tuning import TunedPlots
    from sim.scenario import Scenario

__all__ = [
    "Candidate",
    "Tuned",
    "found",
    "named",
    "plain",
    "shown",
    "tried",
    "verdict_lines",
    "verdicts_as_json",
]

_NAMED: Final = 3  # candidates that are left out
_ENDED: Final = {
    "all": "all were tried",
    "still": "nothing better was found for some time",
    "budget": "its budget was used up; a greater --budget looks further",
}


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
    points: tuple[Point, ...] = field(repr=False)
    """What was selected among: all combinations, or those that the search had found good."""
    searched: Searched | None = None
    """What was tried before, if there were more."""
    undefined: tuple[str, ...] = ()
    """Why candidates that have no value in some replication are left out, each by its settings."""

    @property
    def best(self) -> Scenario:
        """The scenario with the best values."""
        return self.points[self.selection.order[0]].scenario

    @cached_property
    def plot(self) -> TunedPlots:
        """Its pictures: `confirmed` and `gains`."""
        from sim.decisions.plots.tuning import TunedPlots

        return TunedPlots(self)

    @property
    def frame(self) -> pd.DataFrame:
        """A row a confirmed candidate and replication: the parameters, replication, objective."""
        import pandas as pd

        rows = [
            {**plain(each.settings), "replication": number, "objective": float(value)}
            for each, row in zip(self.confirmed, self.values, strict=True)
            for number, value in zip(self.numbers, row, strict=True)
        ]
        return pd.DataFrame(rows)

    def to_json_dict(self) -> dict[str, Any]:
        """All of it as JSON has it; None where there is no number."""
        points = self.points
        return {
            "study": self.study.name,
            "scenario": self.study.scenario.name,
            "hash": self.study.scenario.hash,
            "seed": self.seed,
            "goal": self.study.objective.goal,
            "indifference": self.study.objective.indifference,
            "guaranteed": self.selection.guaranteed,
            "combinations": self.study.combinations,
            "search": None if self.searched is None else tried(self.searched, self.study),
            "runs": self.selection.runs,
            "candidates": [
                {"settings": plain(points[at].settings), "replications": self.selection.replications[at]}
                for at in self.selection.order
            ],
            "broke_constraints": [plain(points[at].settings) for at in self.selection.broke],
            "undefined": list(self.undefined),
            "unsure_of_constraints": [plain(points[at].settings) for at in self.selection.unsure],
            "confirmed": [
                {
                    "settings": plain(each.settings),
                    "objective": as_json(each.value),
                    "gain": None if each.gain is None else as_json(each.gain),
                    "chance_best": each.chance,
                    "constraints": verdicts_as_json(each.verdicts),
                }
                for each in self.confirmed
            ],
        }

    def text(self, width: int = WIDTH) -> str:
        """What is best and how much better than now, then the confirmed, and what is guaranteed."""
        best, first = self.confirmed[0], f"Best: {self._name(self.confirmed[0])}"
        if best.gain is None:
            first += ", as the scenario has it"
        elif not isfinite(best.gain.mean):
            first += "; as it is, the scenario has no value to compare with"
        elif is_real(best.gain):
            way = "more" if best.gain.mean > 0 else "less"
            size = best.gain if best.gain.mean > 0 else negated(best.gain)
            first += f": {shown(size)} {way} than as it is"
        else:
            first += f"; not told apart from as it is ({shown(best.gain, '+')})"
        told = {each.verdict for each in best.verdicts}
        if "not met" in told:
            first += "; it is shown to break a constraint"
        elif "undecided" in told:
            first += "; it is not shown that it keeps the constraints"
        lines = [*wrapped(first + ".", width, "", "  "), ""]
        rows = [("", self.study.objective.called, "against now", "best")]
        for each in self.confirmed:
            gain = "now" if each.gain is None else shown(each.gain, "+") if isfinite(each.gain.mean) else ""
            rows.append((self._name(each), shown(each.value), gain, f"{100 * each.chance:.0f} %"))
        lines += [*columns(rows, "<<<>"), ""]
        for each in self.confirmed:
            lines += verdict_lines(self._name(each), each.verdicts, width)
        return "\n".join([*lines, *paragraphs(self._notes(), width)])

    def __repr__(self) -> str:
        return f"Tuned({self.study.name!r}: {self._name(self.confirmed[0])})"

    def _guarantee(self) -> str:
        s, many = self.selection, len(self.points)
        if s.guaranteed:
            among = f"{'all' if self.searched is None else 'these'} {many} candidates"
            if s.broke or s.undefined:
                keeping = "keep constraints" if s.broke else "have a value"
                among = f"the {many - len(s.broke) - len(s.undefined)} that {keeping}"
            least = f"{self.study.objective.indifference:,.6g}"
            return (
                f"With 95 % nothing among {among} is better by {least} or more (Kim and Nelson, 2001; "
                f"{s.runs:,} runs)."
            )
        if s.unsure:
            return (
                f"No guarantee: of {counted(len(s.unsure), 'candidate')} it is not shown whether they keep "
                f"constraints; such are taken only if none is shown to ({s.runs:,} runs)."
            )
        if s.left == 1:  # it ended as it should, and what it chose has no value where it was confirmed
            return f"No guarantee: what was best at first is left out ({s.runs:,} runs)."
        return (
            f"No guarantee: {counted(s.left, 'candidate')} could not be told apart within the budget "
            f"({s.runs:,} runs). A greater --budget, or a greater indifference, would tell."
        )

    def _name(self, candidate: Candidate) -> str:
        return named(candidate.settings)

    def _notes(self) -> Iterator[str]:
        s, many = self.selection, len(self.points)
        if self.searched is not None:
            went = "1 candidate was left" if many == 1 else f"The best was chosen among {many} candidates"
            yield f"{found(self.searched)} {went}."
        if self.searched is None or many > 1 or s.unsure:
            yield self._guarantee()
        if self.searched is not None and self.searched.ended != "all":
            yield "Of combinations that were not tried nothing is known."
        if self.undefined:
            more = f", and {len(self.undefined) - _NAMED:,} more" if len(self.undefined) > _NAMED else ""
            yield f"Left out: {'; '.join(self.undefined[:_NAMED])}{more}."
        if s.broke:
            yield f"{counted(len(s.broke), 'candidate')} shown to break a constraint."
        likely = max(self.confirmed, key=lambda each: each.chance)
        if likely is not self.confirmed[0]:
            yield f"Here {self._name(likely)} did best; the choice was made before, in others."
        together = "intervals and verdicts each hold" if self.study.constraints else "intervals hold"
        yield (
            f"Told of {counted(len(self.numbers), 'replication')} of their own, seed {self.seed}; {together} "
            "together at 95 %. `best` is the probability among these. They say how far chance goes, "
            "not how far assumptions do."
        )


def named(settings: Mapping[str, object]) -> str:
    """What a combination is called."""
    names = short_names(list(settings))
    return ", ".join(
        f"{name} {'unset' if value is None else shown_value(value)}"
        for name, value in zip(names, settings.values(), strict=True)
    )


def verdict_lines(name: str, verdicts: Sequence[Verdict], width: int) -> list[str]:
    """Whether a combination keeps the constraints, a line each."""
    lines = []
    for v in verdicts:
        said = f"{name}: {v.kpi} {v.comparison}: {v.verdict}, {v.said}"
        lines += wrapped(said.rstrip(", "), width, "  ", "    ")
    return lines


def verdicts_as_json(verdicts: Sequence[Verdict]) -> list[dict[str, str]]:
    """The same as JSON has it."""
    return [{"kpi": v.kpi, "asked": str(v.comparison), "verdict": v.verdict} for v in verdicts]


def tried(searched: Searched, study: Study) -> dict[str, Any]:
    """What was tried, as JSON has it."""
    return {
        "tried": len(searched.tried),
        "runs": searched.runs,
        "ended": searched.ended,
        "broke_constraints": len(searched.broke),
        "could_not_be": len(searched.impossible),
        "finalists": [plain(settings_at(study.dimensions, each)) for each in searched.finalists],
    }


def found(s: Searched) -> str:
    """How far the search went."""
    said = f"Of {s.combinations:,} combinations {len(s.tried):,} were tried, in {s.runs:,} runs"
    said += f"; {_ENDED[s.ended]}."
    if s.broke:
        said += f" {counted(len(s.broke), 'combination')} shown to break a constraint."
    if s.impossible:
        said += f" {counted(len(s.impossible), 'combination')} could not be run."
    return said


def plain(settings: Mapping[str, object]) -> dict[str, object]:
    """Settings for a table or JSON; what the scenario does not say itself is None."""
    return {path: None if value is None else plain_value(value) for path, value in settings.items()}


def shown(e: Estimate, sign: str = "") -> str:
    """A number of an objective with its interval."""
    size = max(abs(e.mean), e.half_width if isfinite(e.half_width) else 0.0)
    digits = 0 if size >= 100 else 2 if size >= 1 else 4
    return format(e, f"{sign},.{digits}f").replace("-", "−")
