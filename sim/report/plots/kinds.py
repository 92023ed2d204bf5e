"""Interactions that begin in each hour, by kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sim.plotting.marks import nothing
from sim.plotting.style import BLUE, GREEN, INK, PURPLE, canvas, legend_beside, numbered, titled
from sim.report.plots.hours import hours_of
from sim.report.plots.over import EACH_ALONE, means, of_how_many

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from sim.report.plots.hours import Hours
    from sim.report.source import Source
    from sim.statistics.ledger import Floats

__all__ = ["KINDS", "ByHour", "by_hour", "draw_interactions"]

KINDS: Final = {
    "conversation": ("conversations at booths", BLUE, None),
    "exchange": ("contacts in rounds of mixing", GREEN, "...."),
    "meeting": ("organised meetings", PURPLE, "xxxx"),
}
"""What kinds of interactions are called, colours and hatches; from the bottom up."""


@dataclass(frozen=True)
class ByHour:
    """What the table `hours` has, of one replication or several."""

    hours: Hours
    start: pd.Series[pd.Timestamp]
    """Every hour of the opening, day after day."""
    counts: dict[str, Floats]
    """(replications, hours) by kind."""
    useful: Floats
    """Useful contacts, all kinds and hours together, in each replication."""
    numbers: tuple[int, ...]

    @property
    def all(self) -> Floats:
        """All kinds together, (replications, hours)."""
        import numpy as np

        total: Floats = np.sum(list(self.counts.values()), axis=0)
        return total


def by_hour(source: Source) -> ByHour:
    """The table `hours` of each replication, on the same hours: those in which the fair was open."""
    import numpy as np
    import pandas as pd

    tables, flow = source.every("hours"), source.every("flow")
    hours = hours_of(np.concatenate([each["start"].to_numpy() for each in flow.values()]))
    starts = pd.Series(
        [
            pd.Timestamp(day) + pd.Timedelta(hours=hour)
            for day in hours.days
            for hour in range(hours.first, hours.last)
        ],
        dtype="datetime64[ms]",
    )
    counts = {kind: np.zeros((len(tables), len(starts))) for kind in KINDS}
    for at, table in enumerate(tables.values()):
        for kind, values in counts.items():
            some = table[table["kind"] == kind].set_index("start")["interactions"]
            values[at] = some.reindex(starts, fill_value=0).to_numpy()
    useful = np.array([float(each["useful"].sum()) for each in tables.values()])
    return ByHour(hours, starts, counts, useful, tuple(tables))


def draw_interactions(source: Source, ax: Axes | None) -> Axes:
    """Bars of hours, kind upon kind; lines at their tops are the intervals of all kinds together."""
    import numpy as np

    found = by_hour(source)
    top = means(found.all)
    with canvas(ax, (8.6, 4.4), grid="y") as drawn:
        x, below = found.hours.at(found.start) + 0.5, np.zeros(len(found.start))
        for kind, (name, colour, hatch) in KINDS.items():
            values = found.counts[kind].mean(axis=0)
            if values.any():
                drawn.bar(
                    x,
                    values,
                    bottom=below,
                    width=0.86,
                    color=colour,
                    edgecolor="white",
                    hatch=hatch,
                    linewidth=0,
                    label=name,
                )
            below = below + values
        known = np.isfinite(top.low)
        if known.any():
            off = np.stack((top.mean - top.low, top.high - top.mean))[:, known]
            drawn.errorbar(
                x[known], top.mean[known], yerr=off, fmt="none", color=INK, linewidth=1.4, capsize=2.5
            )
        found.hours.mark(drawn)
        drawn.set_ylabel("interactions that begin in the hour")
        drawn.set_ylim(bottom=0)
        numbered(drawn, "y")
        if not below.any():
            nothing(drawn, "nobody met anybody")
        legend_beside(drawn, stacked=True)
        lines = [f"lines: all kinds, {EACH_ALONE}"] if known.any() else []
        said = ["kind upon kind", *lines, of_how_many(source, found.numbers)]
        titled(drawn, "Interactions by kind and hour", "; ".join(said))
    return drawn
