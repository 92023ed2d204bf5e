"""Pictures of promises: how many meetings there are from fair to fair, who keeps, what mends."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from sim.decisions.plots.units import change
from sim.plotting import Plots
from sim.plotting.marks import Interval, explained, height, intervals
from sim.plotting.style import BLUE, FAINT, ORANGE, VERMILION, canvas, numbered, text, titled, whole
from sim.statistics.text import counted, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.decisions.promise.all_promises import Promises
    from sim.decisions.promise.promised import Promise

__all__ = ["PromisePlots", "PromisesPlots"]


class PromisePlots(Plots):
    """The pictures of what an organisation has, and can be promised."""

    def __init__(self, of: Promise) -> None:
        self._of = of

    def meetings(self, ax: Axes | None = None) -> Axes:
        """In how many fairs it has how many meetings, beside what is promised and what can be.

        Args:
            ax: on which it is drawn; a figure of its own if left out.
        """
        of = self._of
        n = len(of.numbers)
        counts = {each: of.meetings.count(each) for each in sorted(set(of.meetings))}
        with canvas(ax, (7.2, 3.4), grid="y") as drawn:
            for meetings, fairs in counts.items():
                short = of.promised is not None and meetings < of.promised
                drawn.bar(
                    meetings,
                    fairs,
                    width=0.8,
                    color=ORANGE if short else BLUE,
                    hatch="////" if short else None,
                    edgecolor="white",
                    linewidth=0.5,
                )
            said = []
            if of.promised is not None:
                drawn.axvline(of.promised - 0.5, color=VERMILION, linestyle="--", linewidth=1.5)
                low, high = of.limits
                said.append(
                    f"dashes: {of.promised} promised, kept in {of.kept} of {n} "
                    f"({100 * low:.0f} to {100 * high:.0f} % of such fairs, at 95 %); hatched: not kept"
                )
            if of.promisable:
                drawn.axvline(of.promisable - 0.5, color=FAINT, linestyle=":", linewidth=1.5)
                said.append(f"dots: {of.promisable} can be promised, for {100 * of.wanted:.0f} % of fairs")
            else:
                said.append(f"no number can be promised for {100 * of.wanted:.0f} % of fairs")
            drawn.set_xlabel("meetings held at a fair")
            drawn.set_ylabel(f"fairs of {n}")
            whole(drawn.xaxis)
            whole(drawn.yaxis)
            titled(drawn, f"Meetings of {of.name} ({of.kind})", "; ".join(said))
        return drawn

    def mendings(self, ax: Axes | None = None) -> Axes:
        """What each change that was tried does to its meetings, with intervals that hold together at 95 %.

        Args:
            ax: on which it is drawn; a figure of its own if left out.

        Raises:
            ValueError: no change was tried.
        """
        of = self._of
        there = [each for each in of.mendings if not each.why_not]
        if not there:
            raise ValueError("no change was tried that might mend it: promise(..., mend=True) tries them")
        rows = [
            change(
                each.what + (f" (costs {number(each.cost)})" if isfinite(each.cost) and each.cost else ""),
                each.meetings,
                "meetings",
            )
            for each in there
        ]
        with canvas(ax, (7.8, height(len(rows)))) as drawn:
            intervals(drawn, rows, zero=0)
            numbered(drawn)
            drawn.set_xlabel(text(f"more meetings of {of.name}", 70))
            n = len(of.numbers)
            titled(
                drawn,
                f"What would give {of.name} more meetings",
                f"paired, {n} replications; all intervals together 95 %; {explained(rows)}",
            )
        return drawn


class PromisesPlots(Plots):
    """The pictures of all promises to sponsors."""

    def __init__(self, of: Promises) -> None:
        self._of = of

    def kept(self, ax: Axes | None = None) -> Axes:
        """In what share of fairs each sponsor's promise is kept, with exact 95 % limits.

        Kinds of sponsors of whom it is drawn who they are have a row each: the share of them.

        Args:
            ax: on which it is drawn; a figure of its own if left out.
        """
        of = self._of
        wanted = 100 * of.wanted
        rows = []
        for each in of.each:
            low, high = (100 * end for end in each.limits)
            n = len(each.numbers)
            said = f"{each.kept} of {n}"
            rows.append(Interval(each.name, 100 * each.kept / n, low, high, low >= wanted, said))
        for kind in of.kinds:
            e = kind.kept.scaled(100)
            said = counted(kind.promised, "meeting") + " each"
            rows.append(Interval(f"{kind.name} sponsors", e.mean, e.low, e.high, e.low >= wanted, said))
        with canvas(ax, (7.2, height(len(rows)))) as drawn:
            intervals(drawn, rows)
            drawn.axvline(wanted, color=VERMILION, linestyle="--", linewidth=1.2)
            drawn.set_xlim(-2, 102)
            drawn.set_xlabel("share of fairs in which the promise is kept, %")
            told = explained(rows, f"shown to be kept in {wanted:.0f} %", "not shown")
            titled(drawn, "Promises kept", f"95 % limits, each alone; dashes: what is wanted; {told}")
        return drawn
