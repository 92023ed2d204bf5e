"""At which values of a few parameters the model meets published or measured figures, and how sure that is.

Fitted is to means over replications that all points share (`sim.decisions.fitting`); what it comes to is told
of replications of their own, which are those that `exposim run` of the scenario file that is written would
run. How far the values are pinned down is that of `sim.decisions.pinning`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from math import ceil, isfinite, nan
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from sim.decisions.beforehand import minutes_of
from sim.decisions.calibration_file import Calibration, Parameter, Target, load_calibration
from sim.decisions.told import Answer, as_json, fitting, or_none, paragraphs, valued
from sim.files.lines import WIDTH
from sim.scenario.extending import extending
from sim.statistics.intervals import LEVEL, Estimate, student_quantile
from sim.statistics.kpis import describe
from sim.statistics.kpis.registry import estimated
from sim.statistics.text import counted, number, shown_unit
from sim.studies.runner import Runner
from sim.studies.varying import shown_value

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from sim.decisions.fitting import Aims, Fit
    from sim.scenario import Scenario
    from sim.studies.folder import Keeps
    from sim.studies.resultset import ResultSet

__all__ = ["Calibrated", "Fitted", "Met", "Open", "calibrate"]

Verdict = Literal["met", "off", "not shown"]

_FIRST: Final = 100_000  # the first replication of the search; those that are told are the first of all
_ROUNDS: Final = 8  # of differences and a step that the search may take unless a budget is given
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
        """Met if all of the interval lies within the target, off if none does."""
        e, t = self.value, self.target
        low, high = (e.low, e.high) if isfinite(e.low) else (e.mean, e.mean)
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

    @property
    def frame(self) -> pd.DataFrame:
        """A row a target and replication: kpi, replication, value."""
        import pandas as pd

        rows = [
            (each.target.kpi, at, value)
            for each in self.targets
            for at, value in zip(self.results.numbers, self.results.values(each.target.kpi), strict=True)
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
        from sim.decisions.pinning import drawn_shares

        free = [each.parameter for each in self.parameters]
        rows = drawn_shares(*self._fit, many, seed)
        drawn = [tuple(p.at(float(s)) for p, s in zip(free, row, strict=True)) for row in rows]
        return [self.calibration.settings(values) for values in drawn]

    def to_toml(self, beside: str | os.PathLike[str] | None = None) -> str:
        """A scenario file with the fitted values, and what they are fitted to as comments above.

        Args:
            beside: the directory in which it is to lie, if the scenario is not a shipped one: there it
                extends the scenario, as long as that lies beside or below; elsewhere it says all of it.
        """
        free = [path for each in self.parameters for path in each.parameter.paths]
        paths = [*self.calibration.sets, *free, "expo.fitted"]
        return extending(
            self.scenario, paths, list(self._provenance()), None if beside is None else Path(beside)
        )

    def _provenance(self) -> Iterator[str]:
        from sim import __version__

        n, seed = len(self.results), self.results.seed
        base = self.calibration.scenario
        yield (
            f"{self.calibration.title or 'Calibrated'}: written by exposim {__version__} from the "
            f"calibration {self.calibration.name}. `exposim run` of this file with --seed {seed} "
            f"--replications {n} shows what is told here."
        )
        yield f"The scenario that is fitted has the SHA-256 {base.hash}."
        yield "Fitted values, and between what each meets the targets with some values of the others:"
        for each in self.parameters:
            between = f"{_value(each.low)} to {_value(each.high)}"
            yield f"- {each.parameter.path} = {_value(each.value)} ({between})"
        yield "Fitted to, and so not predicted:"
        for met in self.targets:
            source = f"; {met.target.source}" if met.target.source else ""
            mean = " ".join(filter(None, valued(met.value, describe(met.target.kpi).unit, self._currency)))
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
        rows = [("", "was", "fitted", "")]
        for each in self.parameters:
            own = each.parameter.own
            was = "–" if own is None else _value(own)
            between = f"({_value(each.low)} to {_value(each.high)})"
            rows.append((each.parameter.path, was, _value(each.value), between))
        lines = [*paragraphs([self._sentence()], width), "", *fitting(rows, "<>><", width, heads=1)]
        table = [("", "simulated", "", "target", "")]
        for met in self.targets:
            mean, spread, unit = valued(met.value, describe(met.target.kpi).unit, self._currency)
            asked, of = met.target.words
            asked = asked if of == unit else f"{asked} {of}"
            table.append((met.target.kpi, mean, f"{spread} {unit}".strip(), asked, self._said(met)))
        lines += ["", *fitting(table, "<><<<", width, heads=1), ""]
        return "\n".join([*lines, *paragraphs(self._notes(), width)])

    def __repr__(self) -> str:
        return f"Calibrated({self.calibration.name!r}: {self._sentence()})"

    @property
    def _currency(self) -> str:
        return self.scenario.data.costs.currency

    def _sentence(self) -> str:
        m = len(self.targets)
        free = counted(len(self.parameters), "fitted parameter")
        if self.fits:
            all_ = {1: "the target is", 2: "both targets are"}.get(m, f"all {m} targets are")
            return f"Fits: {all_} met with {free}."
        off = [each for each in self.targets if each.verdict == "off"]
        unsure = [each.target.kpi for each in self.targets if each.verdict == "not shown"]
        if not off:
            return f"Not shown to fit: the interval of {' and that of '.join(unsure)} reaches across an end."
        missed = f"{len(off)} of {counted(m, 'target')} {'is' if len(off) == 1 else 'are'} missed"
        said = "; ".join(f"{each.target.kpi} is {self._away(each)}" for each in off)
        more = f"; of {', '.join(unsure)} it is not shown" if unsure else ""
        return f"Does not fit: {missed} with {free}: {said}{more}."

    def _away(self, met: Met) -> str:
        k = describe(met.target.kpi)
        unit = "points" if k.unit == "share" else shown_unit(k.unit, self._currency, met.off)
        way = "above" if met.off > 0 else "below"
        return " ".join(filter(None, (number(abs(met.off), k.unit, 2), unit, way)))

    def _said(self, met: Met) -> str:
        return self._away(met) if met.verdict == "off" else met.verdict

    def _notes(self) -> Iterator[str]:
        k, m, n = len(self.parameters), len(self.targets), len(self.results)
        if not self.ended:
            yield "The budget ended the search: a greater --budget may come nearer."
        needed = [each.needed for each in self.targets if each.verdict == "not shown" and each.needed]
        if needed:
            yield f"Some {number(max(needed), significant=2)} replications (-n) would show it, if like these."
        for each in self.parameters:
            if each.is_at_end:
                yield (
                    f"{each.parameter.path} is at the end of its range, {_value(each.value)}: what fits "
                    "better may lie beyond."
                )
        for open_ in self.open:
            yield self._told_open(open_)
        shown = {path for each in self.open for path, _, _ in each.changes}
        for each in self.parameters:
            if each.is_open and each.parameter.path not in shown:
                yield f"Not pinned down: {each.parameter.path}; (nearly) all of its range fits."
        if k >= m:
            yield (
                f"{counted(k, 'parameter')} for {counted(m, 'target')}: that many can nearly always be met, "
                "so that the fit says nothing for the model."
            )
        yield (
            "In brackets: between what, with some values of the others, all targets are met as well "
            f"({100 * LEVEL:.0f} %, each alone; chance and the targets' ranges allowed for, slopes as at the "
            "fit)."
        )
        yield (
            f"Searched in {self.runs:,} runs; told of {counted(n, 'replication')} of their own, seed "
            f"{self.results.seed}; the intervals of the means hold together at 95 %. These KPIs are now "
            "fitted, not predicted. A fit near the start: that no other fits better elsewhere is not said."
        )

    def _told_open(self, each: Open) -> str:
        changes = [f"{path} {_value(before)} → {_value(to)}" for path, before, to in each.changes]
        moved = f"moves no target by more than {each.moved:.1f} of its tolerance"
        if len(changes) == 1:
            return f"Not pinned down: {changes[0]} {moved}."
        return f"Pinned down only together: {', with '.join(changes)}, {moved}."


def _value(value: float | int) -> str:
    """A value as people read it, with no more digits than say something."""
    if isinstance(value, int):
        return f"{value:,}"
    text = number(value, significant=4)
    return text.rstrip("0").rstrip(".") if "." in text else text


def calibrate(
    what: Calibration | str | os.PathLike[str],
    *,
    budget: int | None = None,
    replications: int = 30,
    seed: int | None = None,
    workers: int | None = None,
    engine: str = "auto",
    progress: bool = False,
    study: str | os.PathLike[str] | Keeps | None = None,
    tell: Callable[[str], object] | None = None,
) -> Calibrated:
    """Find the values of a few parameters at which a scenario meets its targets, as a calibration file says.

    Args:
        what: what `load_calibration` gives, or takes: the name of a shipped calibration, or a file.
        budget: runs of the search at most; enough for eight rounds if left out.
        replications: of each point of the search; and how many, of their own, the fit is told of; 5 or more.
        seed: of all random draws; the scenario's own if left out.
        workers: processes; as many as there are processors if left out.
        engine: "simpy", "compiled" or "auto", as in `sim.replicate`.
        progress: whether to show a progress bar.
        study: a folder in which runs are kept, and not run again: see `sim.replicate`.
        tell: is told before the search how many runs it takes and about how long.

    Raises:
        ScenarioError: the calibration or its scenario cannot be loaded, or a value not be set.
        KeyError: the scenario has no such KPI.
        StudyError: every replication of a point failed.
        ValueError: a number out of range, or a target is not defined in a replication.
    """
    from sim.replication import whole_number

    read = what if isinstance(what, Calibration) else load_calibration(what)
    n = whole_number("replications", replications, 5)
    own = read.scenario.data.expo.seed if seed is None else seed
    round_ = (len(read.parameters) + 1) * n
    most = whole_number("budget", _ROUNDS * round_ if budget is None else budget, round_)
    runner = Runner(seed=own, workers=workers, engine=engine, progress=progress, study=study)
    with runner.asked("calibrate", {read.scenario.name: read.scenario}):
        after = 2 * round_ + n
        (begin,) = _points(read, [tuple(each.at(each.share(each.start)) for each in read.parameters)])
        kpis = [each.kpi for each in read.targets]
        minutes = minutes_of(runner, begin, kpis, _FIRST, most + after, len(read.parameters) * n)
        (tell or (lambda _: None))(
            f"{counted(len(read.parameters), 'parameter')}, {counted(len(kpis), 'target')}: at most {most:,} "
            f"runs to search, then up to {after:,} to see how sure it is; at most about {minutes} min"
        )
        return _calibrated(read, runner, n, most)


def _points(what: Calibration, points: Sequence[tuple[float | int, ...]]) -> list[Scenario]:
    return [what.scenario.replace(**what.settings(values)) for values in points]


def _calibrated(what: Calibration, runner: Runner, n: int, budget: int) -> Calibrated:
    from sim.decisions.fitting import Aims, fit
    from sim.decisions.pinning import intervals

    def evaluate(points: Sequence[tuple[float | int, ...]]) -> NDArray[np.float64]:
        results = runner.results(_points(what, points), range(_FIRST, _FIRST + n))
        return _values(what, results, points)

    aims = Aims(*_columns(what.targets))
    found = fit(evaluate, what.parameters, aims, [each.start for each in what.parameters], budget=budget)
    fitted = []
    for p, value, share, (down, up) in zip(
        what.parameters, found.values, found.shares, intervals(found, aims), strict=True
    ):
        low, high = (_inward(p, float(share + by), value) for by in (down, up))
        fitted.append(Fitted(p, value, low, high))
    scenario = what.scenario.replace(
        **what.settings(found.values),
        **{"expo.fitted": list(dict.fromkeys((*what.scenario.data.expo.fitted, *_kpis(what))))},
    )
    others = _others(what, found, aims)
    told = runner.results([scenario, *_points(what, others)], range(n))
    values = _values(what, told, [found.values, *others])
    level = 1 - (1 - LEVEL) / len(what.targets)
    met = tuple(
        Met(target, estimated(target.kpi, row, level), _one(target.kpi, row))
        for target, row in zip(what.targets, values[0], strict=True)
    )
    scale = aims.scale
    open_ = tuple(
        Open(
            tuple(
                (p.path, here, to)
                for p, here, to in zip(what.parameters, found.values, other, strict=True)
                if to != here
            ),
            float((abs(there.mean(axis=-1) - values[0].mean(axis=-1)) / scale).max()),
        )
        for other, there in zip(others, values[1:], strict=True)
    )
    return Calibrated(
        what, scenario, tuple(fitted), met, open_, told[0], found.runs, found.ended, (found, aims)
    )


def _kpis(what: Calibration) -> tuple[str, ...]:
    return tuple(each.kpi for each in what.targets)


def _columns(targets: Sequence[Target]) -> Iterator[NDArray[np.float64]]:
    """Low, high, value and scale of all targets; what weighs more has a smaller scale."""
    import numpy as np

    yield np.array([each.low for each in targets])
    yield np.array([each.high for each in targets])
    yield np.array([nan if each.value is None else each.value for each in targets])
    yield np.array([each.scale / each.weight**0.5 for each in targets])


def _values(
    what: Calibration, results: Sequence[ResultSet], points: Sequence[tuple[float | int, ...]]
) -> NDArray[np.float64]:
    """The targets' KPIs: (points, targets, replications). Raises ValueError if one is not defined."""
    import numpy as np

    for result, values in zip(results, points, strict=True):
        with_ = ", ".join(f"{path} = {shown_value(v)}" for path, v in what.settings(values).items())
        if result.failures:
            raise ValueError(f"with {with_} it cannot be run: {result.failures[0]}")
        for kpi in _kpis(what):
            undefined = [
                at
                for at, value in zip(result.numbers, result.values(kpi), strict=True)
                if not isfinite(value)
            ]
            if undefined:
                raise ValueError(f"with {with_}, {kpi} is not defined in replication {undefined[0]}")
    return np.array([[result.values(kpi) for kpi in _kpis(what)] for result in results])


def _inward(parameter: Parameter, share: float, value: float | int) -> float | int:
    """An end of an interval; of whole numbers the last one within."""
    end = parameter.at(share)
    if not parameter.whole:
        return end
    beyond = parameter.share(end) - share
    if end > value and beyond > 1e-9:
        return int(end) - 1
    return int(end) + 1 if end < value and beyond < -1e-9 else end


def _others(what: Calibration, found: Fit, aims: Aims) -> list[tuple[float | int, ...]]:
    """Points that are to show what is not pinned down: one along each direction that is open."""
    from sim.decisions.pinning import loose, step_along

    others = []
    for direction in loose(found, aims):
        shares = found.shares + step_along(found, aims, direction)
        other = tuple(p.at(float(share)) for p, share in zip(what.parameters, shares, strict=True))
        if other != found.values:
            others.append(other)
    return others


def _one(kpi: str, values: Sequence[float]) -> tuple[float, float]:
    """Between what one more replication lies with 95 %, if they are normal, and within what can be."""
    e, k = estimated(kpi, values), describe(kpi)
    if not e.n > 1:
        return nan, nan
    off = student_quantile((1 + LEVEL) / 2, e.n - 1) * e.sd * (1 + 1 / e.n) ** 0.5
    return max(k.low, e.mean - off), min(k.high, e.mean + off)
