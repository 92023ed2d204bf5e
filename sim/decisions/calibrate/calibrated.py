"""What a calibration comes to: values, targets, what is not pinned down; as text, and as a scenario file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from math import ceil, isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from sim.decisions.calibrate.calibrated_text import sentence_of, text_of, value_text
from sim.decisions.calibrate.calibration_file import Calibration, Parameter, Target
from sim.decisions.calibrate.predicting import Predicted
from sim.decisions.figures import described, values_of
from sim.decisions.told import Answer, as_json, or_none, valued
from sim.files.lines import WIDTH
from sim.scenario.extending import base_of, extending
from sim.scenario.reading.document import strays
from sim.statistics.intervals import Estimate

if TYPE_CHECKING:
    import pandas as pd

    from sim.decisions.calibrate.fitting import Aims, Fit
    from sim.decisions.plots.calibrating import CalibratedPlots
    from sim.scenario import Scenario
    from sim.studies.resultset import ResultSet

__all__ = ["Calibrated", "Fitted", "Met", "Open", "drawn_settings"]

Verdict = Literal["met", "off", "not shown"]

_LEFT_OPEN: Final = 0.9  # of its range: what an interval holds so much of is not pinned down at all


@dataclass(frozen=True, slots=True)
class Fitted:
    """A parameter at the fit."""

    parameter: Parameter
    value: float | int
    low: float | int
    """The least value at which, with some values of the others, all targets are met."""
    high: float | int

    @property
    def is_at_end(self) -> bool:
        """Whether it came to an end of its range: what fits better may lie beyond."""
        return self.value in (self.parameter.at(0), self.parameter.at(1))

    @property
    def is_open(self) -> bool:
        """Whether (nearly) all of its range fits."""
        p = self.parameter
        return p.share(self.high) - p.share(self.low) >= _LEFT_OPEN


@dataclass(frozen=True, slots=True)
class Met:
    """A target, and what the fitted scenario comes to."""

    target: Target
    value: Estimate
    """The mean, in replications of their own; the intervals of all targets hold together."""
    one: tuple[float, float]
    """Between what the KPI of one more fair lies, with 95 %: of that the figure of one edition is one."""

    @property
    def verdict(self) -> Verdict:
        """Met if all of the interval lies within the target, off if none does.

        By the value where it is the same in all replications; where there is no interval since hardly any
        differ, nothing is shown.
        """
        e, t = self.value, self.target
        if e.why and not e.same:
            return "not shown"
        low, high = (e.mean, e.mean) if e.same else (e.low, e.high)
        if t.low <= low and high <= t.high:
            return "met"
        return "off" if high < t.low or low > t.high else "not shown"

    @property
    def needed(self) -> int | None:
        """Replications that would show it to be met, if the mean stays where it is; None if none would."""
        e = self.value
        room = min(e.mean - self.target.low, self.target.high - e.mean)
        if not isfinite(e.low) or room <= 0:
            return None
        return max(e.n + 1, ceil(e.n * (e.half_width / room) ** 2))

    @property
    def off(self) -> float:
        """How far the mean lies below (negative) or above the target; 0 within."""
        return min(self.value.mean - self.target.low, 0.0) + max(self.value.mean - self.target.high, 0.0)


@dataclass(frozen=True, slots=True)
class Open:
    """Values of one or several parameters, changed together, that fit as well: what is not pinned down."""

    changes: tuple[tuple[str, float | int, float | int], ...]
    """Path, the fitted value, and the other one."""
    moved: float
    """How far that moved the target that it moved most, in tolerances, in the replications that are told."""


@dataclass(frozen=True, eq=False)
class Calibrated(Answer):
    """What a scenario is fitted to, the values that do, and how sure they are."""

    calibration: Calibration
    scenario: Scenario
    """The scenario with the fitted values, which names the KPIs in `expo.fitted`."""
    parameters: tuple[Fitted, ...]
    targets: tuple[Met, ...]
    open: tuple[Open, ...]
    predicted: tuple[Predicted, ...]
    results: ResultSet = field(repr=False)
    """The replications that are told."""
    runs: int
    """That the search took."""
    ended: bool
    """False if the budget ended the search."""
    _fit: tuple[Fit, Aims] = field(repr=False)

    @property
    def fits(self) -> bool:
        """Whether every target is shown to be met."""
        return all(each.verdict == "met" for each in self.targets)

    @cached_property
    def plot(self) -> CalibratedPlots:
        """Its pictures: `targets`."""
        from sim.decisions.plots.calibrating import CalibratedPlots

        return CalibratedPlots(self)

    @property
    def frame(self) -> pd.DataFrame:
        """A row a target and replication: kpi, replication, value."""
        import pandas as pd

        rows = [
            (each.target.kpi, at, value)
            for each in self.targets
            for at, value in zip(self.results.numbers, values_of(self.results, each.target.kpi), strict=True)
        ]
        return pd.DataFrame(rows, columns=["kpi", "replication", "value"])

    @property
    def summary(self) -> pd.DataFrame:
        """A row a target: kpi, target_low, target_high, source, mean, low, high, one_low, one_high, verdict.

        `one_low` and `one_high`: between what the KPI of one more fair lies.
        """
        import pandas as pd

        rows = [
            (t.kpi, t.low, t.high, t.source, e.mean, e.low, e.high, *each.one, each.verdict)
            for each in self.targets
            for t, e in [(each.target, each.value)]
        ]
        header = ["kpi", "target_low", "target_high", "source", "mean", "low", "high"]
        return pd.DataFrame(rows, columns=[*header, "one_low", "one_high", "verdict"])

    def draws(self, many: int, seed: int = 0) -> list[dict[str, object]]:
        """Values of the parameters that meet the targets, drawn evenly of all that do.

        For predictions that also say how far the fit leaves things open: run each draw in a replication of
        its own. As far as slopes do not change from those at the fit.
        """
        return drawn_settings(self.calibration, *self._fit, many, seed)

    def to_toml(self, beside: str | os.PathLike[str] | None = None) -> str:
        """A scenario file with the fitted values, and what they are fitted to as comments above.

        Args:
            beside: the directory in which it is to lie, if the scenario is not a shipped one: there it
                extends the scenario, as long as that lies beside or below; elsewhere it says all of it.
        """
        free = [path for each in self.parameters for path in each.parameter.paths]
        paths = [*self.calibration.sets, *free, "expo.fitted"]
        place = None if beside is None else Path(beside)
        return extending(self.scenario, paths, list(self._provenance(self._reads_outside(place))), place)

    def _reads_outside(self, place: Path | None) -> bool:
        """Whether a file that lies there says all of the scenario, and names lists that lie elsewhere."""
        if base_of(self.scenario.path, place) is not None:
            return False
        lists = map(Path, self.scenario.files.values())
        return any(place is None or strays(each, place) for each in lists)

    def _provenance(self, outside: bool) -> Iterator[str]:
        from sim import __version__

        n, seed = len(self.results), self.results.seed
        base = self.calibration.scenario
        allowed = " --allow-outside (it names lists that lie elsewhere)" if outside else ""
        currency = base.data.costs.currency
        yield (
            f"{self.calibration.title or 'Calibrated'}: written by exposim {__version__} from the "
            f"calibration {self.calibration.name}. `exposim run` of this file with --seed {seed} "
            f"--replications {n}{allowed} shows what is told here."
        )
        yield f"The scenario that is fitted has the SHA-256 {base.hash}."
        yield "Fitted values, and between what each meets the targets with some values of the others:"
        for each in self.parameters:
            between = f"{value_text(each.low)} to {value_text(each.high)}"
            yield f"- {each.parameter.path} = {value_text(each.value)} ({between})"
        yield "Fitted to, and so not predicted:"
        for met in self.targets:
            source = f"; {met.target.source}" if met.target.source else ""
            mean = " ".join(filter(None, valued(met.value, described(met.target.kpi).unit, currency)))
            yield f"- {met.target.kpi}: {met.target.asked}{source}; simulated {mean}: {met.verdict}"

    def to_json_dict(self) -> dict[str, Any]:
        """All of it as JSON has it; None where there is no number."""
        return {
            "calibration": self.calibration.name,
            "scenario": self.calibration.scenario.name,
            "hash": self.calibration.scenario.hash,
            "seed": self.results.seed,
            "fits": self.fits,
            "runs": self.runs,
            "ended": self.ended,
            "parameters": [
                {
                    "path": each.parameter.path,
                    "was": each.parameter.own,
                    "value": each.value,
                    "low": each.low,
                    "high": each.high,
                    "range": [each.parameter.at(0), each.parameter.at(1)],
                    "at_end": each.is_at_end,
                    "pinned_down": not each.is_open,
                }
                for each in self.parameters
            ],
            "targets": [
                {
                    "kpi": met.target.kpi,
                    "target": {"low": or_none(met.target.low), "high": or_none(met.target.high)},
                    "source": met.target.source,
                    "simulated": as_json(met.value),
                    "one_fair": [or_none(end) for end in met.one],
                    "verdict": met.verdict,
                    "off": met.off,
                }
                for met in self.targets
            ],
            "predicted": [
                {
                    "kpi": each.kpi,
                    "mean": as_json(each.value),
                    "one_fair": [or_none(end) for end in each.one],
                    "one_fair_values_open": [or_none(end) for end in each.open],
                    **_beside(each),
                }
                for each in self.predicted
            ],
            "open": [
                {
                    "changes": [{"path": p, "from": before, "to": to} for p, before, to in each.changes],
                    "moved_tolerances": each.moved,
                }
                for each in self.open
            ],
        }

    def text(self, width: int = WIDTH) -> str:
        """Whether it fits, the values, the targets, what is not pinned down, and what is not said."""
        return text_of(self, width)

    def __repr__(self) -> str:
        return f"Calibrated({self.calibration.name!r}: {sentence_of(self)})"


def _beside(of: Predicted) -> dict[str, Any]:
    """What a prediction of another scenario stands beside."""
    if of.asked is None:
        return {}
    published = {"low": or_none(of.asked.low), "high": or_none(of.asked.high)}
    nulls = [
        {"is": said, "value": null, "told_from_it": or_none(of.told_from(null))}
        for said, null in of.asked.nulls.items()
    ]
    return {
        "scenario": of.scenario,
        "published": published if of.asked.is_published else None,
        "source": of.asked.source,
        "within": of.is_within,
        "nulls": nulls,
        "seen_from": or_none(of.seen_from),
    }


def drawn_settings(what: Calibration, fit: Fit, aims: Aims, many: int, seed: int) -> list[dict[str, object]]:
    """Values that meet the targets, by path, drawn evenly of all that do."""
    from sim.decisions.calibrate.pinning import drawn_shares

    rows = drawn_shares(fit, aims, many, seed)
    drawn = [tuple(p.at(float(s)) for p, s in zip(what.parameters, row, strict=True)) for row in rows]
    return [what.settings(values) for values in drawn]
