"""What is predicted with fitted values: between what one more fair lies, and what that could ever tell."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import isfinite, nan
from statistics import NormalDist
from typing import TYPE_CHECKING, Final

from sim.decisions.calibrate.elsewhere import Asked
from sim.decisions.figures import described, value_of, values_of
from sim.statistics.intervals import LEVEL, Estimate, estimate, student_quantile

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.studies.runner import Runner

__all__ = ["MOSTLY", "Predicted", "estimated", "one_more", "predicted"]

MOSTLY: Final = 0.8
"""Of fairs: in so many a difference is to be seen that a test is said to see."""

_NORMAL: Final = NormalDist()
_LEAST: Final = _NORMAL.inv_cdf((1 + LEVEL) / 2)


@dataclass(frozen=True, slots=True)
class Predicted:
    """What a KPI that nothing was fitted to comes to."""

    kpi: str
    value: Estimate
    """The mean at the fit."""
    one: tuple[float, float]
    """Between what that of one more fair lies, with 95 %, if the fitted values are right."""
    open: tuple[float, float]
    """The same where each fair has values of its own of those that meet the targets."""
    scenario: str = ""
    """The name of the scenario, if it is another one than is fitted."""
    asked: Asked | None = None
    """What it stands beside, if it is of another scenario."""

    @property
    def is_within(self) -> bool | None:
        """Whether what is published lies, in part at least, where one more fair would; None if nothing is."""
        a = self.asked
        if a is None or not a.is_published or not isfinite(self.open[0]):
            return None
        return self.open[0] <= a.high and a.low <= self.open[1]

    @property
    def seen_from(self) -> float:
        """How far from another a mean has to be to be told from it in 4 of 5 fairs, by one figure, at 5 %."""
        return (_LEAST + _NORMAL.inv_cdf(MOSTLY)) * self.value.sd

    def told_from(self, null: float) -> float:
        """In which share of fairs one figure is told from a null, at 5 %, if the predicted mean is right.

        By the two-sided test of one normal figure of the spread that fairs have at the fit.
        """
        if not self.value.sd > 0:
            return nan
        away = abs(self.value.mean - null) / self.value.sd
        return _NORMAL.cdf(away - _LEAST) + _NORMAL.cdf(-away - _LEAST)


def predicted(
    runner: Runner,
    fitted: Scenario,
    drawn: Sequence[Scenario],
    kpis: Collection[str],
    scenario: str = "",
    asked: Sequence[Asked] = (),
) -> tuple[Predicted, ...]:
    """What these KPIs come to with the fitted values, and with those drawn for each fair.

    Each of `drawn` is run in one replication, in which the fitted one is run beside it.
    """
    numbers = range(len(drawn))
    runner.run([(each, at) for at in numbers for each in (fitted, drawn[at])])
    (told,) = runner.results([fitted], numbers)
    cells = [cell for at, each in enumerate(drawn) if (cell := runner.cell(each, at)) is not None]
    beside = {each.kpi: each for each in asked}
    found = []
    for name in kpis:
        values = values_of(told, name)
        others = [value_of(each.kpis, each.divided, name) for each in cells if each.kpis is not None]
        found.append(
            Predicted(
                name,
                estimated(name, values),
                one_more(name, values),
                one_more(name, others),
                scenario,
                beside.get(name),
            )
        )
    return tuple(found)


def estimated(kpi: str, values: Sequence[float], level: float = LEVEL) -> Estimate:
    """The mean of a KPI, with an interval within what it can be."""
    k = described(kpi)
    return estimate(values, level, low=k.low, high=k.high)


def one_more(kpi: str, values: Sequence[float]) -> tuple[float, float]:
    """Between what one more replication lies with 95 %, if they are normal, and within what can be."""
    e, k = estimated(kpi, values), described(kpi)
    if not e.n > 1:
        return nan, nan
    off = student_quantile((1 + LEVEL) / 2, e.n - 1) * e.sd * (1 + 1 / e.n) ** 0.5
    return max(k.low, e.mean - off), min(k.high, e.mean + off)
