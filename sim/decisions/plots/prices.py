"""The picture of what one more of each thing is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.decisions.plots.units import axis, change
from sim.plotting import Plots
from sim.plotting.marks import explained, height, intervals
from sim.plotting.style import canvas, numbered, text, titled
from sim.statistics.kpis import describe

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.decisions.prices import Prices

__all__ = ["PricesPlots"]

_NET = "net"


class PricesPlots(Plots):
    """The pictures of what one more of each thing is worth."""

    def __init__(self, of: Prices) -> None:
        self._of = of

    def worth(self, kpi: str | None = None, ax: Axes | None = None) -> Axes:
        """What one more of each thing adds to a KPI, ranked, with intervals that hold together at 95 %.

        Args:
            kpi: one of `kpis`; `net`, money after its cost, if that is known, else the first, if left out.
            ax: on which it is drawn; a figure of its own if left out.

        Raises:
            KeyError: it says nothing of that KPI.
        """
        of = self._of
        name = kpi or (_NET if _NET in of.kpis else of.kpis[0])
        if name not in of.kpis:
            raise KeyError(f"{name!r} is not shown; shown are: {', '.join(of.kpis)}")
        currency = of.scenario.data.costs.currency
        unit = "money" if name == _NET else describe(name).unit
        said = "Net worth, less its cost" if name == _NET else describe(name).label
        ranked = sorted(of.ranked, key=lambda at: -of.worth(at, name).mean)
        rows = [change(f"one more {of.levers[at].what}", of.worth(at, name), unit, currency) for at in ranked]
        with canvas(ax, (7.8, height(len(rows)))) as drawn:
            intervals(drawn, rows, zero=0, bars=True)
            numbered(drawn)
            shown = axis(unit, currency, change=True)
            drawn.set_xlabel(text(f"what one more adds, {shown}" if shown else "what one more adds", 70))
            n = len(of.base)
            titled(drawn, said, f"paired, {n} replications; all intervals together 95 %; {explained(rows)}")
        return drawn
