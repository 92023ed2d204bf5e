"""The picture of an attribution: from one scenario to the other, step by step."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from sim.decisions.plots.units import factor, label
from sim.decisions.told import is_real, parts
from sim.plotting import Plots
from sim.plotting.marks import at_the_end, height, named_rows
from sim.plotting.style import BLUE, GREY, INK, ORANGE, canvas, numbered, text, titled
from sim.statistics.kpis import describe
from sim.statistics.text import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.decisions.attribute.attributing import Attribution

__all__ = ["AttributionPlots"]


class AttributionPlots(Plots):
    """The pictures of what groups of changes make of a difference."""

    def __init__(self, of: Attribution) -> None:
        self._of = of

    def waterfall(self, kpi: str | None = None, ax: Axes | None = None) -> Axes:
        """From a KPI of the first scenario to that of the second: what each group of changes makes.

        The bars add up to the difference; the line at the end of each is the interval of what that group
        makes. All intervals hold together at 95 %.

        Args:
            kpi: of which; the first if left out.
            ax: on which it is drawn; a figure of its own if left out.

        Raises:
            KeyError: it says nothing of that KPI.
        """
        of = self._of
        name = of.kpis[0] if kpi is None else kpi
        if name not in of.kpis:
            raise KeyError(f"{name!r} is not attributed; these are: {', '.join(of.kpis)}")
        k = describe(name)
        times = factor(k.unit)
        ends = of.ends[name]
        before, after = (times * sum(each[end] for each in ends) / len(ends) for end in (0, 1))
        currency = of.difference.first.data.costs.currency
        names = [of.difference.names[0]]
        with canvas(ax, (7.8, height(len(of.groups) + 3))) as drawn:
            drawn.plot(before, 0, "o", color=INK, markersize=8)
            at_the_end(drawn, 0, number(before / times, k.unit))
            level, lowest, highest = before, min(before, after), max(before, after)
            for at, group in enumerate(of.ranked(name), 1):
                e = of.estimate(name, group.name)
                shown = e.scaled(times)
                up = shown.mean >= 0
                drawn.barh(
                    at,
                    shown.mean,
                    left=level,
                    height=0.62,
                    color=BLUE if up else ORANGE,
                    hatch=None if up else "////",
                    edgecolor="white",
                    linewidth=0.5,
                    alpha=1.0 if is_real(e) else 0.4,
                )
                drawn.plot([level, level], [at - 1.31, at + 0.31], color=GREY, linewidth=0.8)
                level += shown.mean
                lowest, highest = min(lowest, level), max(highest, level)
                if isfinite(shown.low):
                    start = level - shown.mean
                    off = [[shown.mean - shown.low], [shown.high - shown.mean]]
                    drawn.errorbar(level, at, xerr=off, color=INK, linewidth=1.2, capsize=4)
                    lowest = min(lowest, start + shown.low)
                    highest = max(highest, start + shown.high)
                said = " ".join(filter(None, parts(e, k.unit, currency)[:2]))
                at_the_end(drawn, at, said, real=is_real(e))
                names.append(group.name)
            lowest, highest = _together(drawn, of, name, before, (lowest, highest))
            names.append("together")
            last = len(of.groups) + 2
            drawn.plot([level, level], [last - 1.31, last + 0.31], color=GREY, linewidth=0.8)
            drawn.plot(after, last, "o", color=INK, markersize=8)
            at_the_end(drawn, last, number(after / times, k.unit))
            names.append(of.difference.names[1])
            named_rows(drawn, names)
            room = 0.06 * (highest - lowest) or 1
            drawn.set_xlim(lowest - 3 * room, highest + room)
            numbered(drawn)
            drawn.set_xlabel(text(label(name, currency), 70))
            titled(
                drawn,
                f"{k.label}: what makes the difference",
                f"{of.replications} replications; lines: intervals, all together 95 %; hatched: less; pale: "
                "not told apart from none; the axis does not begin at 0",
            )
        return drawn


def _together(
    ax: Axes, of: Attribution, kpi: str, before: float, ends: tuple[float, float]
) -> tuple[float, float]:
    """The whole difference as a bar below those that make it, with its interval; the ends of all of them."""
    unit, at, (lowest, highest) = describe(kpi).unit, len(of.groups) + 1, ends
    e = of.estimate(kpi)
    shown = e.scaled(factor(unit))
    ax.barh(at, shown.mean, left=before, height=0.3, color=GREY, alpha=1.0 if is_real(e) else 0.4)
    if isfinite(shown.low):
        off = [[shown.mean - shown.low], [shown.high - shown.mean]]
        ax.errorbar(before + shown.mean, at, xerr=off, color=INK, linewidth=1.2, capsize=4)
        lowest, highest = min(lowest, before + shown.low), max(highest, before + shown.high)
    said = parts(e, unit, of.difference.first.data.costs.currency)[:2]
    at_the_end(ax, at, " ".join(filter(None, said)), real=is_real(e))
    return lowest, highest
