"""The day's flow: the people on the floor, by what they do, quarter of an hour by quarter of an hour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sim.floor.arrays import MINUTE
from sim.plotting.marks import nothing
from sim.plotting.style import BLUE, GREEN, INK, ORANGE, PURPLE, SKY, VERMILION, canvas, numbered, titled
from sim.report.plots.hours import opening_hours
from sim.statistics.tables.occupancy import BIN, WHOLE_FLOOR

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from sim.floor.arrays import IntArray
    from sim.report.source import Source
    from sim.statistics.ledger import Floats

__all__ = ["bins", "draw_flow", "flow", "later", "mean_people", "milliseconds"]

_DRAWN: Final = (
    ("in queues", VERMILION, "////"),
    ("talking at booths", BLUE, None),
    ("in meetings", PURPLE, "xxxx"),
    ("seated in sessions", GREEN, "...."),
    ("eating", ORANGE, "\\\\\\\\"),
    ("walking, looking, resting", SKY, None),
)
"""What they do: name, colour, hatch; from the bottom up."""


def draw_flow(source: Source, ax: Axes | None) -> Axes:
    """Areas, one upon the other, up to all who are on the floor; and a line of those before the gates."""
    import numpy as np

    hours, there = opening_hours(source), bins(source)
    parts = flow(source)
    with canvas(ax, (8.6, 4.4), grid="y") as drawn:
        starts = hours.at(there["start"])
        day = hours.day(there["start"])
        for number in np.unique(day).tolist():
            some = day == number
            x = np.append(starts[some], starts[some][-1:] + BIN / MINUTE / 60)
            below = np.zeros(len(x))
            for name, colour, hatch in _DRAWN:
                values = parts[name][some]
                above = below + np.append(values, values[-1:])
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
            gate = parts["before the gates"][some]
            (line,) = drawn.step(x, np.append(gate, gate[-1:]), where="post", color=INK, linewidth=1.4)
            if number == day[0] and parts["before the gates"].any():
                line.set_label("before the gates")
        hours.mark(drawn)
        drawn.set_ylabel("people")
        drawn.set_ylim(bottom=0)
        numbered(drawn, "y")
        if not there["people"].to_numpy().any():
            nothing(drawn, "nobody came")
        handles, labels = drawn.get_legend_handles_labels()
        drawn.legend(
            *(handles[::-1], labels[::-1]),
            loc="upper left",
            bbox_to_anchor=(1.01, 1),
            borderaxespad=0,
            frameon=False,
        )
        said = f"means of quarters of an hour, one upon the other; one replication, {source.title}"
        titled(drawn, "People on the floor, by what they do", said)
    return drawn


def flow(source: Source) -> dict[str, Floats]:
    """Mean people in each bin of `occupancy`, by what they do; those before the gates are on no floor yet."""
    import numpy as np

    there = bins(source)
    services, seated = source.table("services"), source.table("attendance")
    booth, food = services["kind"] == "booth", services["kind"] == "catering"
    gate = services["kind"] == "gate"
    wait, begin = services["wait_minutes"], services["service_minutes"]
    queue = services.assign(minutes=wait)
    served = services.assign(start=later(services["start"], wait), minutes=begin)
    audience = seated[(seated["role"] != "host") & (seated["outcome"] == "done")]
    inside = audience.assign(start=later(audience["start"], audience["wait_minutes"]))
    means = {
        "in queues": mean_people(there, queue[~gate]),
        "talking at booths": mean_people(there, served[booth]),
        "in meetings": mean_people(there, _met(source)),
        "seated in sessions": mean_people(there, inside),
        "eating": mean_people(there, served[food]),
        "before the gates": mean_people(there, queue[gate]),
    }
    busy = sum(value for name, value in means.items() if name != "before the gates")
    means["walking, looking, resting"] = np.maximum(there["people"].to_numpy() - busy, 0)
    return means


def bins(source: Source) -> pd.DataFrame:
    """The rows of `occupancy` of the whole floor."""
    every = source.table("occupancy")
    return every[every["hall"] == WHOLE_FLOOR].reset_index(drop=True)


def _met(source: Source) -> pd.DataFrame:
    """A row for each party in each meeting that was held: start, minutes, people."""
    import pandas as pd

    held = source.table("meetings")
    held = held[held["held"]]
    people = source.table("visits").set_index("party_day")["people"]
    sides = []
    for side in ("party_day", "partner_party_day"):
        some = held[held[side].notna()]
        size = people.reindex(some[side].astype("int64")).to_numpy()
        sides.append(pd.DataFrame({"start": some["begin"], "minutes": some["minutes"], "people": size}))
    return pd.concat(sides, ignore_index=True)


def later(start: pd.Series[Any], minutes: pd.Series[Any]) -> pd.Series[Any]:
    """Moments so many minutes later."""
    import pandas as pd

    moved: pd.Series[Any] = start + pd.to_timedelta((minutes * MINUTE).round(), unit="ms")
    return moved


def mean_people(there: pd.DataFrame, rows: pd.DataFrame) -> Floats:
    """Mean people of these rows in each bin."""
    import numpy as np

    from sim.floor.curves import curve

    start = milliseconds(rows["start"])
    end = start + np.rint(rows["minutes"].to_numpy(dtype=np.float64) * MINUTE).astype(np.int64)
    people = curve(start, end, rows["people"].to_numpy(dtype=np.int64))
    begin = milliseconds(there["start"])
    means: Floats = (people.area(begin + BIN) - people.area(begin)) / BIN
    return means


def milliseconds(moments: pd.Series[Any]) -> IntArray:
    """Moments as numbers."""
    import numpy as np

    found: IntArray = moments.to_numpy().astype("datetime64[ms]").astype(np.int64)
    return found
