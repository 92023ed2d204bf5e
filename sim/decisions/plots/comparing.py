"""Pictures of a comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.decisions.plots.units import axis, change
from sim.decisions.told import is_real
from sim.plotting import Plots
from sim.plotting.marks import explained, height, intervals
from sim.plotting.style import canvas, numbered, text, titled
from sim.statistics.kpis import describe

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.decisions.compare.comparison import Comparison

__all__ = ["ComparisonPlots"]


class ComparisonPlots(Plots):
    """The pictures of a comparison."""

    def __init__(self, of: Comparison) -> None:
        self._of = of

    def differences(self, kpi: str | None = None, ax: Axes | None = None) -> Axes:
        """Each scenario's difference to the baseline, with intervals that hold together at 95 %.

        Args:
            kpi: of which; if left out, the first in which a difference is real, else the first.
            ax: on which it is drawn; a figure of its own if left out.

        Raises:
            KeyError: the KPI is not compared.
        """
        of = self._of
        name = self._first() if kpi is None else kpi
        if name not in of.kpis:
            raise KeyError(f"{name!r} is not compared; compared are: {', '.join(of.kpis)}")
        k, base = describe(name), of.names[of.baseline]
        currency = of.results[0].scenario.data.costs.currency
        rows = [
            change(other, of.difference(name, other), k.unit, currency) for other in of.names if other != base
        ]
        with canvas(ax, (7.5, height(len(rows)))) as drawn:
            intervals(drawn, rows, zero=0)
            numbered(drawn)
            unit = axis(k.unit, currency, change=True)
            drawn.set_xlabel(text(f"difference to {base}" + (f", {unit}" if unit else ""), 70))
            n = len(of.results[0])
            titled(
                drawn,
                f"{k.label}: against {base}",
                f"paired, {n} replications; all intervals together 95 %; {explained(rows)}",
            )
        return drawn

    def _first(self) -> str:
        of = self._of
        others = [name for name in of.names if name != of.names[of.baseline]]
        real = (kpi for kpi in of.kpis if any(is_real(of.difference(kpi, other)) for other in others))
        return next(real, of.kpis[0])
