"""The picture of a calibration: what the fitted scenario comes to beside what was aimed at."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from sim.decisions.figures import described
from sim.decisions.plots.units import level
from sim.plotting import Plots
from sim.plotting.marks import explained, height, intervals
from sim.plotting.style import GREY, canvas, numbered, titled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.decisions.calibrate.calibrated import Calibrated, Met
    from sim.plotting.marks import Interval

__all__ = ["CalibratedPlots"]


class CalibratedPlots(Plots):
    """The pictures of a calibration."""

    def __init__(self, of: Calibrated) -> None:
        self._of = of

    def targets(self, ax: Axes | None = None) -> Axes:
        """Each target and what is simulated, in tolerances, with intervals that hold together at 95 %.

        Args:
            ax: on which it is drawn; a figure of its own if left out.
        """
        of = self._of
        rows = [self._row(each) for each in of.targets]
        reached = [end for row in rows for end in row[1:4] if isfinite(end)]
        least, most = min(-1.5, *reached) - 0.2, max(1.5, *reached) + 0.2
        with canvas(ax, (7.8, height(len(rows)))) as drawn:
            for at, met in enumerate(of.targets):
                low, high = max(least, _away(met, met.target.low)), min(most, _away(met, met.target.high))
                drawn.barh(at, high - low, left=low, height=0.62, color=GREY, alpha=0.3, zorder=0.5)
            intervals(drawn, rows)
            drawn.set_xlim(least, most)
            numbered(drawn)
            drawn.set_xlabel("from what is aimed at, in tolerances or halves of a range")
            title = of.calibration.title or of.calibration.name
            titled(
                drawn,
                f"{title}: what is simulated",
                f"{len(of.results)} replications; all intervals together 95 %; grey: the target; "
                f"{explained(rows, 'shown to be met', 'missed, or not shown to be met')}",
            )
        return drawn

    def _row(self, met: Met) -> Interval:
        unit, currency = described(met.target.kpi).unit, self._of.scenario.data.costs.currency
        shown = level(met.target.kpi, met.value, unit, currency, full=met.verdict == "met")
        mean, low, high = (_away(met, end) for end in (met.value.mean, met.value.low, met.value.high))
        return shown._replace(mean=mean, low=low, high=high, said=f"{shown.said}; target {met.target.asked}")


def _away(met: Met, value: float) -> float:
    """How far a value lies from what is aimed at, or from the middle of the range, in the target's scale."""
    t = met.target
    ends = [end for end in (t.low, t.high) if isfinite(end)]
    return (value - (sum(ends) / len(ends) if t.value is None else t.value)) / t.scale
