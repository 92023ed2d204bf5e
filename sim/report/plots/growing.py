"""How the network grew hour by hour, and how it holds as parts of it are removed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.plotting.marks import nothing
from sim.plotting.style import FAINT, LINES, SERIES, canvas, numbered, titled
from sim.report.plots.hours import opening_hours
from sim.report.plots.over import of_one

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.report.source import Source

__all__ = ["REMOVED", "draw_growth", "draw_robustness"]

REMOVED: Final = ("exhibitors", "organisations", "countries")
"""What is removed of a network."""

_DRAWN: Final = (
    ("ties", "pairs that met"),
    ("useful_contacts", "pairs with a useful contact"),
    ("organisations", "organisations with one"),
    ("largest", "of these in the largest group"),
)


def draw_growth(source: Source, ax: Axes | None) -> Axes:
    """Pairs that had met, and organisations that were connected, by the end of each hour."""
    import numpy as np

    grown, hours = source.table("growth"), opening_hours(source)
    with canvas(ax, (8.6, 4.2), grid="y") as drawn:
        at = hours.at(grown["until"]) if len(grown) else np.zeros(0)
        for (column, name), (colour, mark), style in zip(_DRAWN, SERIES, LINES, strict=False):
            values = grown[column].to_numpy()
            every = max(1, len(at) // 12)
            drawn.plot(
                at,
                values,
                color=colour,
                linestyle=style,
                marker=mark,
                markersize=4.5,
                markevery=every,
                label=f"{name}: {values[-1]:,}" if len(values) else name,
            )
        hours.mark(drawn)
        drawn.set_ylabel("so far")
        drawn.set_ylim(bottom=0)
        numbered(drawn, "y")
        drawn.legend(loc="upper left", frameon=False)
        if not len(grown):
            nothing(drawn, "nobody met anybody")
        said = f"at the end of each hour, since the fair began; {of_one(source)}"
        titled(drawn, "How the network grew", said)
    return drawn


def draw_robustness(source: Source, of: str | None, ax: Axes | None) -> Axes:
    """The share of organisations that is still connected as more and more is removed."""
    curves = source.table("robustness")
    with canvas(ax, (7.2, 4.4), grid="both") as drawn:
        for (colour, mark), removed in zip(SERIES, REMOVED, strict=False):
            if of not in (None, removed):
                continue
            for order, style in (("most connected first", "-"), ("random", "--")):
                chosen = curves[(curves["removed"] == removed) & (curves["order"] == order)]
                drawn.plot(
                    100 * chosen["share_removed"],
                    100 * chosen["largest"],
                    color=colour,
                    marker=mark,
                    markersize=4,
                    linestyle=style,
                    label=f"{removed}, {order if style == '-' else 'at random'}",
                )
        drawn.set_xlabel(f"{'of each' if of is None else of} removed, %")
        drawn.set_ylabel("organisations still connected, %")
        drawn.set_xlim(-1, 101)
        drawn.set_ylim(-1, 101)
        drawn.legend(loc="upper right", frameon=False, labelcolor=FAINT)
        said = (
            "share of all organisations that is left in the largest group of useful contacts; "
            f"at random: mean of 5 orders; {of_one(source)}"
        )
        titled(drawn, "What holds the network together", said)
    return drawn
