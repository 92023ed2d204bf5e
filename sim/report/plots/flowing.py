"""The day's flow: the people on the floor, by what they do, quarter of an hour by quarter of an hour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sim.floor.arrays import MINUTE
from sim.plotting.marks import nothing
from sim.plotting.style import (
    BLUE,
    GREEN,
    INK,
    ORANGE,
    PURPLE,
    SKY,
    VERMILION,
    canvas,
    legend_beside,
    numbered,
    titled,
)
from sim.report.plots.hours import hours_of
from sim.report.plots.over import EACH_ALONE, means, of_how_many
from sim.statistics.tables.occupancy import BIN

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from sim.floor.arrays import IntArray
    from sim.report.plots.over import Means
    from sim.report.source import Source
    from sim.statistics.ledger import Floats

__all__ = ["Flow", "draw_flow", "flow", "milliseconds"]

_DRAWN: Final = (
    ("in queues", VERMILION, "////"),
    ("talking at booths", BLUE, None),
    ("in meetings", PURPLE, "xxxx"),
    ("seated in sessions", GREEN, "...."),
    ("eating", ORANGE, "\\\\\\\\"),
    ("walking, looking, resting", SKY, None),
)
"""What they do: name, colour, hatch; from the bottom up."""
_GATES: Final = "before the gates"

_DOING: Final = {
    "in queues": ("queue_booths", "queue_catering", "queue_halls"),
    "talking at booths": ("talking",),
    "in meetings": ("in_meetings",),
    "seated in sessions": ("seated",),
    "eating": ("eating",),
}
"""Columns of the table `flow` that are summed."""


@dataclass(frozen=True)
class Flow:
    """What the table `flow` has, bin by bin, of one replication or several."""

    start: pd.Series[pd.Timestamp]
    """When bins begin; where one replication has none any more, nobody is there."""
    columns: dict[str, Floats]
    """(replications, bins) by name."""
    numbers: tuple[int, ...]

    @property
    def doing(self) -> dict[str, Floats]:
        """People on the floor by what they do; and before the gates, who are not on it yet."""
        import numpy as np

        parts: dict[str, Floats] = {
            name: np.sum([self.columns[each] for each in of], axis=0) for name, of in _DOING.items()
        }
        rest = np.maximum(self.columns["people"] - np.sum(list(parts.values()), axis=0), 0)
        return parts | {_DRAWN[-1][0]: rest, _GATES: self.columns["queue_gates"]}

    def means(self, name: str) -> Means:
        """The mean of a column over replications."""
        return means(self.columns[name])


def draw_flow(source: Source, ax: Axes | None) -> Axes:
    """Areas, one upon the other, up to all who are on the floor; and a line of those before the gates."""
    import numpy as np

    found = flow(source)
    hours = hours_of(found.start.to_numpy())
    there, gates = found.means("people"), found.means("queue_gates")
    parts = {name: values.mean(axis=0) for name, values in found.doing.items()}
    with canvas(ax, (8.6, 4.4), grid="y") as drawn:
        starts = hours.at(found.start)
        day = hours.day(found.start)
        for number in np.unique(day).tolist():
            some = day == number
            x = np.append(starts[some], starts[some][-1:] + BIN / MINUTE / 60)
            below = np.zeros(len(x))
            for name, colour, hatch in _DRAWN:
                above = below + _held(parts[name][some])
                area = drawn.fill_between(
                    x,
                    below,
                    above,
                    step="post",
                    facecolor=colour,
                    edgecolor="white",
                    hatch=hatch,
                    linewidth=0,
                )
                if number == day[0] and parts[name].any():
                    area.set_label(name)
                below = above
            gate = parts[_GATES][some]
            (line,) = drawn.step(x, _held(gate), where="post", color=INK, linewidth=1.4)
            if number == day[0] and parts[_GATES].any():
                line.set_label(_GATES)
            for each, label in ((there, "95 % interval of all"), (gates, "")):
                band = _band(drawn, x, each, some)
                if number == day[0] and band is not None and label:
                    band.set_label(label)
        hours.mark(drawn)
        drawn.set_ylabel("people")
        drawn.set_ylim(bottom=0)
        numbered(drawn, "y")
        if not there.mean.any():
            nothing(drawn, "nobody came")
        legend_beside(drawn, stacked=True)
        bands = [f"bands: {EACH_ALONE}"] if np.isfinite(there.low).any() else []
        said = [
            "means of quarters of an hour, one upon the other", *bands, of_how_many(source, found.numbers)
        ]  # fmt: skip
        titled(drawn, "People on the floor, by what they do", "; ".join(said))
    return drawn


def _held(values: Floats) -> Floats:
    """A value each, and the last once more, where its bin ends."""
    import numpy as np

    return np.append(values, values[-1:])


def _band(ax: Axes, x: Floats, each: Means, some: Any) -> Any:
    """A band of intervals around means, of no height where one has none; None where there are none."""
    import numpy as np

    if not np.isfinite(each.low[some]).any():
        return None
    low, high = (np.where(np.isfinite(end), end, each.mean)[some] for end in (each.low, each.high))
    return ax.fill_between(
        x, _held(low), _held(high), step="post", facecolor=INK, alpha=0.35, linewidth=0, zorder=2.5
    )


def flow(source: Source) -> Flow:
    """The table `flow` of each replication, on the same bins."""
    import numpy as np
    import pandas as pd

    tables = {number: frame.set_index("start") for number, frame in source.every("flow").items()}
    every = list(tables.values())
    start = every[0].index
    for each in every[1:]:
        start = start.union(each.index)
    names = [name for name in every[0].columns if name != "day"]
    aligned = np.stack([each[names].reindex(start, fill_value=0.0).to_numpy(np.float64) for each in every])
    columns = {name: aligned[:, :, at] for at, name in enumerate(names)}
    return Flow(pd.Series(start), columns, tuple(tables))


def milliseconds(moments: pd.Series[Any]) -> IntArray:
    """Moments as numbers."""
    import numpy as np

    found: IntArray = moments.to_numpy().astype("datetime64[ms]").astype(np.int64)
    return found
