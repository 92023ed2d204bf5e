"""Pictures of who will be left out: the likeliest, and whether what was told came true."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Final

from sim.plotting import Plots
from sim.plotting.marks import Interval, height, intervals
from sim.plotting.style import BLUE, FAINT, VERMILION, canvas, titled
from sim.statistics.text import counted

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.decisions.left_out.named import LeftOut

__all__ = ["LeftOutPlots"]

_SHOWN: Final = 15
_LIKELY: Final = 0.5


class LeftOutPlots(Plots):
    """The pictures of who will be left out."""

    def __init__(self, of: LeftOut) -> None:
        self._of = of

    def chances(self, ax: Axes | None = None, *, most: int = _SHOWN) -> Axes:
        """How likely each exhibitor is left out, the likeliest first, with 95 % intervals.

        Args:
            ax: on which it is drawn; a figure of its own if left out.
            most: how many exhibitors.
        """
        of = self._of
        rows = [
            Interval(name, 100 * p.mean, 100 * p.low, 100 * p.high, p.mean > _LIKELY, f"{times} of {there}")
            for name, _, times, there, p, _ in of.named[:most]
        ]
        with canvas(ax, (7.2, height(len(rows)))) as drawn:
            intervals(drawn, rows)
            drawn.axvline(50, color=VERMILION, linestyle="--", linewidth=1.2)
            drawn.set_xlim(-2, 102)
            drawn.set_xlabel("chance to be left out of a fair, %")
            less = "no useful contact" if of.least == 1 else f"fewer than {of.least} useful contacts"
            titled(
                drawn,
                f"Who will be left out: {less}",
                f"{counted(len(of.numbers), 'replication')}; intervals hold 95 % of exhibitors; full: more "
                "likely than not; at the end: in how many fairs it was",
            )
        return drawn

    def reliability(self, ax: Axes | None = None) -> Axes:
        """What was told of exhibitors of like chances, and what became of them in fresh replications.

        Args:
            ax: on which it is drawn; a figure of its own if left out.

        Raises:
            ValueError: that was not checked.
        """
        of = self._of
        if not of.reliability:
            raise ValueError("it was not checked: left_out(…, check=True) runs fresh replications")
        with canvas(ax, (4.6, 4.4)) as drawn:
            drawn.plot([0, 100], [0, 100], color=FAINT, linestyle="--", linewidth=1.2)
            for each in of.reliability:
                came = each.came.scaled(100)
                if isfinite(came.low):
                    spread = [[came.mean - came.low], [came.high - came.mean]]
                    drawn.errorbar(100 * each.told, came.mean, yerr=spread, color=BLUE, capsize=4)
                form = "o" if isfinite(came.low) else "D"
                drawn.plot(100 * each.told, came.mean, form, color=BLUE, markersize=6)
            drawn.set_xlim(-3, 103)
            drawn.set_ylim(-3, 103)
            drawn.set_xlabel("chance that was told, %")
            drawn.set_ylabel("left out in fresh replications, %")
            titled(drawn, "Does it come true?", "all intervals together 95 %; dashes: it does")
        return drawn
