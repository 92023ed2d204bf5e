"""How precise is precise enough: when a study may stop adding replications."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sim.statistics.intervals import Estimate

__all__ = ["CHOSEN", "Precision", "PrecisionError", "Target"]

# The KPIs a plain `precision=0.05` is about: the quantities of the first screen that are numbers of
# people and meetings. Shares and waits near zero would ask for thousands of replications; whoever
# wants them names them.
CHOSEN: Final = ("visits.peak_people", "contacts.useful", "meetings.held")

_GROWTH: Final = 2  # a step at most doubles the replications: an early half-width is itself uncertain


class PrecisionError(ValueError):
    """A precision that means nothing, or not for this scenario."""


@dataclass(frozen=True, slots=True)
class Target:
    """The greatest half-width of one KPI: a share of its mean, or in its own unit."""

    width: float
    relative: bool

    def __post_init__(self) -> None:
        if not math.isfinite(self.width):
            raise PrecisionError(f"precision {self.width:g} is not a number such as 5% or 0.05")
        if self.width <= 0:
            raise PrecisionError(f"precision {self.width:g} is not above 0")
        if self.relative and self.width >= 1:
            raise PrecisionError(f"precision {self.width:g} is a share of the mean: write 0.05 or '5%'")

    @classmethod
    def parse(cls, text: float | str, *, relative: bool) -> Target:
        """A target from a number, or from text such as `5%`, which is always relative.

        Raises:
            PrecisionError: it is neither, or out of range.
        """
        if isinstance(text, str):
            number, percent = text.strip().removesuffix("%"), text.strip().endswith("%")
            try:
                width = float(number)
            except ValueError:
                raise PrecisionError(f"precision {text!r} is not a number such as 5% or 0.05") from None
            return cls(width / 100 if percent else width, relative or percent)
        return cls(float(text), relative)

    def excess(self, estimate: Estimate) -> float:
        """Half-width over the greatest allowed: at most 1 when the target is met.

        The half-width is the longer side of the interval. Where there is no interval, for want of values or
        of values that differ, nothing is known of the mean's precision, and no target is met.
        """
        allowed = self.width * abs(estimate.mean) if self.relative else self.width
        if math.isnan(estimate.half_width):
            return math.inf
        return estimate.half_width / allowed if allowed else math.inf


@dataclass(frozen=True, slots=True)
class Precision:
    """Targets by KPI.

    The rule: after n replications, every half-width (95 %, `sim.statistics.estimate`) is compared with its
    target. A KPI without an interval meets none, save an input that is the same in all replications: that
    is what the scenario says. (Of KPIs that were not named, those that are the same in all do not count.)
    If all are met, the study stops. If not, there shall be as many replications as the worst KPI
    needs by the square-root law, n (half-width / target)², but at most twice n, and so on. The steps
    follow from the results alone, so they are the same for any number of workers, and the numbers
    reported are those of replications 0 … n - 1: fresh keyed draws in order, none picked out.
    """

    targets: Mapping[str, Target]
    named: bool  # the KPIs were named; otherwise those of `CHOSEN` that have a value count

    @classmethod
    def parse(cls, precision: float | str | Mapping[str, float | str]) -> Precision:
        """From a number or text: relative, for the KPIs of `CHOSEN`. From a mapping: by KPI.

        In a mapping, `"5%"` is relative to the mean and a plain number is in the KPI's own unit.

        Raises:
            PrecisionError: a target is not a number, or is out of range.
        """
        if isinstance(precision, Mapping):
            if not precision:
                raise PrecisionError("precision names no KPI")
            return cls({name: Target.parse(t, relative=False) for name, t in precision.items()}, True)
        return cls(dict.fromkeys(CHOSEN, Target.parse(precision, relative=True)), False)

    def check_names(self) -> None:
        """Raise a PrecisionError for a KPI that does not exist, with the near misses."""
        from sim.statistics import describe

        for name in self.targets:
            try:
                describe(name)
            except KeyError as error:
                raise PrecisionError(error.args[0]) from None

    def missed(self, kpis: Sequence[Mapping[str, float]]) -> tuple[str, ...]:
        """The KPIs whose half-width over these replications is wider than its target."""
        return tuple(name for name, excess in self._excesses(kpis).items() if excess > 1)

    def _excesses(self, kpis: Sequence[Mapping[str, float]]) -> dict[str, float]:
        """By how much each KPI that has a value misses its target, as `Target.excess`."""
        from sim.statistics.kpis import describe
        from sim.statistics.kpis.registry import estimated

        excesses = {}
        for name, target in self.targets.items():
            measured = estimated(name, (row.get(name, math.nan) for row in kpis))
            if not measured.n:
                continue
            given = not self.named or describe(name).basis == "input"
            excesses[name] = 0.0 if measured.same and given else target.excess(measured)
        return excesses

    def replications_needed(self, kpis: Sequence[Mapping[str, float]], done: int) -> int:
        """How many replications there shall be: `done` when every target is met.

        Args:
            kpis: the KPIs of each replication that did not fail.
            done: the number of replications so far, failed ones included.

        Raises:
            PrecisionError: a KPI that was named has no value in this scenario.
        """
        excesses = self._excesses(kpis)
        if self.named:
            for name in self.targets:
                if name not in excesses:
                    raise PrecisionError(
                        f"{name} has no value in this scenario: its precision cannot be judged"
                    )
        worst = max(excesses.values(), default=0.0)
        if worst <= 1:
            return done
        wanted = math.ceil(done * min(worst, _GROWTH) ** 2)  # min: the excess may be infinite
        return min(max(done + 1, wanted), _GROWTH * done)
