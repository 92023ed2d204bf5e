"""Pictures of a plan of staff: how many now and at least, and what people then wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.decisions.plots.units import level
from sim.plotting import Plots
from sim.plotting.marks import at_the_end, height, intervals, named_rows
from sim.plotting.style import BLUE, FAINT, GREY, VERMILION, canvas, numbered, titled, whole
from sim.statistics.text import counted, minutes, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.decisions.staffing import Plan

__all__ = ["PlanPlots"]

_SHOWN: Final = 20


class PlanPlots(Plots):
    """The pictures of a plan of staff."""

    def __init__(self, of: Plan) -> None:
        self._of = of

    def staff(self, ax: Axes | None = None, *, most: int = _SHOWN) -> Axes:
        """Staff of each booth now and in the plan; the booths that change most.

        Args:
            ax: on which it is drawn; a figure of its own if left out.
            most: how many booths.
        """
        of = self._of
        needs = of.changed[:most]
        with canvas(ax, (7.2, height(len(needs)))) as drawn:
            for at, need in enumerate(needs):
                now = need.least - need.more
                up = need.more > 0
                shade = VERMILION if up else BLUE
                drawn.plot([min(need.now), max(need.now)], [at, at], color=GREY, linewidth=5, alpha=0.35)
                drawn.plot([now, need.least], [at, at], color=shade, linewidth=2)
                drawn.plot(now, at, "o", color=FAINT, markerfacecolor="white", markersize=7)
                drawn.plot(need.least, at, ">" if up else "<", color=shade, markersize=8)
                more = number(abs(need.more), significant=2)
                at_the_end(drawn, at, f"{'+' if up else '−'}{more}")
            named_rows(drawn, [need.name for need in needs])
            drawn.set_xlim(0, None)
            whole(drawn.xaxis)
            drawn.set_xlabel("members of staff")
            drawn_anew = "; grey: from fair to fair" if of.is_drawn else ""
            rest = len(of.changed) - len(needs)
            titled(
                drawn,
                f"Staff for a mean wait under {minutes(of.limit)}",
                f"circle: now; triangle: the least that was shown to do{drawn_anew}"
                + (f"; {counted(rest, 'more booth')} would change" if rest else ""),
            )
        return drawn

    def waits(self, ax: Axes | None = None, *, most: int = _SHOWN) -> Axes:
        """The mean wait at these booths with the staff of the plan, with its interval, and as it is now.

        Args:
            ax: on which it is drawn; a figure of its own if left out.
            most: how many booths; those whose staff changes most, and those not shown to be under the limit.
        """
        of = self._of
        needs = list(dict.fromkeys((*of.missed, *of.changed)))[:most]
        rows = [level(need.name, need.wait, "min", full=need.is_kept(of.limit)) for need in needs]
        with canvas(ax, (7.2, height(len(rows)))) as drawn:
            intervals(drawn, rows)
            for at, need in enumerate(needs):
                drawn.plot(need.before.mean, at, "|", color=FAINT, markersize=13, markeredgewidth=2)
            drawn.axvline(of.limit, color=VERMILION, linestyle="--", linewidth=1.2)
            drawn.set_xlim(0, None)
            numbered(drawn)
            drawn.set_xlabel("mean wait before a conversation, min")
            said = "; hollow: not shown to be under the limit" if of.missed else ""
            titled(
                drawn,
                f"Waits with the staff of the plan; the limit is {minutes(of.limit)}",
                f"circle: with it, each interval alone 95 %; stroke: as it is now; dashes: the limit{said}",
            )
        return drawn
