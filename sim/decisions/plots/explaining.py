"""Pictures of what a KPI depends on: the share of its spread that each input makes, and which way it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.decisions.plots.units import axis, change
from sim.plotting import Plots
from sim.plotting.marks import Interval, explained, height, intervals
from sim.plotting.style import canvas, numbered, text, titled
from sim.statistics.kpis import describe

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.decisions.explain.explanation import Explanation

__all__ = ["ExplanationPlots"]

_MOST: Final = 20
_KINDS: Final = (("alone", "first"), ("in all", "total"))


class ExplanationPlots(Plots):
    """The pictures of what a KPI depends on."""

    def __init__(self, of: Explanation) -> None:
        self._of = of

    def shares(self, kpi: str | None = None, ax: Axes | None = None) -> Axes:
        """Which share of the spread of a KPI each input makes, alone and in all, with intervals.

        Inputs are ranked by what they make in all. Intervals hold together at 95 %.

        Args:
            kpi: of which; the first if left out.
            ax: on which it is drawn; a figure of its own if left out.

        Raises:
            KeyError: it says nothing of that KPI.
            ValueError: no shares of it are known.
        """
        of, name = self._of, self._named(kpi)
        found = of.shares.get(name)
        if found is None or not found.seen:
            raise ValueError(f"no shares of {name} are known: the text says why, plot.ways shows a screening")
        rows = []
        for i in sorted(range(len(of.explained)), key=lambda i: -found.total[i]):
            for what, which in _KINDS:
                mean, low, high = (
                    100 * float(getattr(found, which + end)[i].clip(0, 1)) for end in ("", "_low", "_high")
                )
                row = f"{of.explained[i].name}: {what}" if what == _KINDS[0][0] else what
                rows.append(Interval(row, mean, low, high, low > 0, f"{mean:.0f} %"))
        with canvas(ax, (7.8, height(len(rows)))) as drawn:
            intervals(drawn, rows)
            drawn.set_xlim(-2, 102)
            drawn.set_xlabel("share of the spread (variance), %")
            told = explained(rows, "told from none", "not told from none")
            titled(
                drawn,
                f"{describe(name).label}: what its spread is due to",
                f"{found.blocks} base points, chance is in none; alone: what is gone if it is known, in all: "
                f"with what it makes with others; all intervals together 95 %; {told}",
            )
        return drawn

    def ways(self, kpi: str | None = None, ax: Axes | None = None) -> Axes:
        """What a KPI does as each input that was screened goes over its whole range, with intervals.

        The twenty inputs that matter most, the greatest first; intervals hold together at 95 %.

        Args:
            kpi: of which; the first if left out.
            ax: on which it is drawn; a figure of its own if left out.

        Raises:
            KeyError: it says nothing of that KPI.
            ValueError: the inputs were not screened.
        """
        of, name = self._of, self._named(kpi)
        if not of.effects:
            raise ValueError("the inputs were not screened: explain(..., screen=True), or see plot.shares")
        k, currency = describe(name), of.scenario.data.costs.currency
        ranked = of.by_size(name)[:_MOST]
        rows = [change(each.name, effect.way, k.unit, currency) for each, effect in ranked]
        with canvas(ax, (7.8, height(len(rows)))) as drawn:
            intervals(drawn, rows, zero=0)
            numbered(drawn)
            shown = axis(k.unit, currency, change=True)
            over = "from the least to the greatest of its range"
            drawn.set_xlabel(text(f"{over}, {shown}" if shown else over, 70))
            titled(
                drawn,
                f"{k.label}: which way each input moves it",
                f"mean effects along random paths; all intervals together 95 %; {explained(rows)}",
            )
        return drawn

    def _named(self, kpi: str | None) -> str:
        of = self._of
        name = of.kpis[0] if kpi is None else kpi
        if name not in of.kpis:
            raise KeyError(f"{name!r} is not explained; these are: {', '.join(of.kpis)}")
        return name
