"""How the network grew hour by hour, and how it holds as parts of it are removed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.plotting.marks import nothing
from sim.plotting.style import FAINT, LINES, SERIES, canvas, numbered, titled
from sim.report.plots.hours import opening_hours
from sim.report.plots.over import EACH_ALONE, Means, means, of_how_many, of_one
from sim.statistics.text import number

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.axes import Axes

    from sim.report.source import Source

__all__ = ["REMOVED", "draw_growth", "draw_robustness", "so_far"]

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

    tables, hours = source.every("growth"), opening_hours(source)
    until, grown = so_far(tables)
    with canvas(ax, (8.6, 4.2), grid="y") as drawn:
        at = hours.at(until) if len(until) else np.zeros(0)
        for (column, name), (colour, mark), style in zip(_DRAWN, SERIES, LINES, strict=False):
            found = grown[column]
            last = f": {number(found.mean[-1], significant=4)}" if len(at) else ""
            if np.isfinite(found.low).any():
                drawn.fill_between(at, found.low, found.high, color=colour, alpha=0.25, linewidth=0)
            drawn.plot(
                at,
                found.mean,
                color=colour,
                linestyle=style,
                marker=mark,
                markersize=4.5,
                markevery=max(1, len(at) // 12),
                label=f"{name}{last}",
            )
        hours.mark(drawn)
        drawn.set_ylabel("so far")
        drawn.set_ylim(bottom=0)
        numbered(drawn, "y")
        drawn.legend(loc="upper left", frameon=False)
        if not len(at):
            nothing(drawn, "nobody met anybody")
        bands = [f"bands: {EACH_ALONE}"] if len(tables) > 1 else []
        said = ["at the end of each hour, since the fair began", *bands, of_how_many(source, tables)]
        titled(drawn, "How the network grew", "; ".join(said))
    return drawn


def so_far(tables: Mapping[int, pd.DataFrame]) -> tuple[pd.Series[pd.Timestamp], dict[str, Means]]:
    """Ends of hours in which anybody met in any replication, and by then what is drawn, over replications."""
    import numpy as np
    import pandas as pd

    until = pd.Series(np.unique(np.concatenate([each["until"].to_numpy() for each in tables.values()])))
    hours = pd.Index(until)
    grown = [each.set_index("until").reindex(hours).ffill().fillna(0) for each in tables.values()]
    return until, {
        name: means(np.stack([each[name].to_numpy(dtype=np.float64) for each in grown])) for name, _ in _DRAWN
    }


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
