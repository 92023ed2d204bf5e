"""Pictures of shocks: how far behind a shocked fair is, hour by hour."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING

import numpy as np

from sim.plotting import Plots
from sim.plotting.style import GREY, INK, LINES, SERIES, canvas, numbered, text, titled
from sim.statistics.intervals import estimate
from sim.statistics.kpis import describe

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.decisions.shocks.shocked import Shocks

__all__ = ["ShocksPlots"]


class ShocksPlots(Plots):
    """The pictures of shocks."""

    def __init__(self, of: Shocks) -> None:
        self._of = of

    def course(self, kpi: str | None = None, ax: Axes | None = None) -> Axes:
        """By what share of the unshocked whole each shocked fair is behind, hour by hour, with intervals.

        Args:
            kpi: whose course; the first that there is if left out.
            ax: on which it is drawn; a figure of its own if left out.

        Raises:
            KeyError: that KPI has no course.
        """
        of = self._of
        name = next(iter(of.courses)) if kpi is None else kpi
        gaps = {each: of.gap(name, each) for each in of.names[1:]}
        hours = np.arange(len(of.until))
        begins = [at for at in hours.tolist() if not at or of.until[at].date() != of.until[at - 1].date()]
        with canvas(ax, (8.4, 4.6), grid="y") as drawn:
            drawn.axhline(0, color=INK, linewidth=1)
            for at in begins[1:]:
                drawn.axvline(at - 0.5, color=GREY, linewidth=0.8, linestyle=":")
            for (each, gap), (colour, mark), line in zip(
                gaps.items(), cycle(SERIES), cycle(LINES), strict=False
            ):
                found = [estimate(100 * row) for row in -gap.T]
                mean, low, high = np.array([(e.mean, e.low, e.high) for e in found]).T
                drawn.fill_between(hours, low, high, color=colour, alpha=0.16, linewidth=0)
                drawn.plot(
                    hours,
                    mean,
                    color=colour,
                    linestyle=line,
                    marker=mark,
                    markersize=4,
                    markevery=3,
                    linewidth=1.8,
                    label=text(each, 34),
                )
            shown = begins if len(begins) > 1 else hours[::2].tolist()
            drawn.set_xticks(shown, [f"{of.until[at]:%d %b\n%H:%M}" for at in shown])
            drawn.set_xlabel("end of the hour; nights are left out")
            drawn.set_ylabel("against the unshocked fair,\n% of its whole")
            numbered(drawn, "y")
            drawn.legend(frameon=False, loc="center left", bbox_to_anchor=(1.01, 0.5))
            titled(
                drawn,
                f"{describe(name).label}: how far behind, and what comes back",
                f"same {len(of.results[0])} replications; each hour alone 95 %; a line that rises catches up",
            )
        return drawn
