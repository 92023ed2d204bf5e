"""Interactions by kind and hour, and who met whom: chains, and countries."""

from __future__ import annotations

from math import log1p
from typing import TYPE_CHECKING, Final

from sim.report.page.over_time import chart
from sim.report.page.parts import Heat, Section
from sim.report.plots.hours import opening_hours
from sim.report.plots.matrices import MOST, group_named, is_skewed, largest

if TYPE_CHECKING:
    import pandas as pd

    from sim.report.source import OfResults

__all__ = ["interactions", "who_met_whom"]

_HOUR: Final = 60.0
_KINDS: Final = {
    "conversation": ("conversations at booths", "blue"),
    "exchange": ("contacts in rounds of mixing", "green"),
    "meeting": ("organised meetings", "purple"),
}


def interactions(source: OfResults) -> Section | None:
    """How many begin in each hour, by kind; None if there are none."""
    import numpy as np
    import pandas as pd

    met = source.table("interactions")
    if not len(met):
        return None
    hours = opening_hours(source)
    starts = pd.Series(
        [
            pd.Timestamp(day) + pd.Timedelta(hours=hour)
            for day in hours.days
            for hour in range(hours.first, hours.last)
        ]
    )
    hour = met["start"].dt.floor("h")
    areas = {}
    for kind, (name, colour) in _KINDS.items():
        counts = hour[met["kind"] == kind].value_counts()
        areas[name] = (colour, counts.reindex(starts).fillna(0).to_numpy(dtype=np.float64))
    total = {name: int(values.sum()) for name, (_, values) in areas.items()}
    useful = int(met["useful"].sum())
    said = ", ".join(f"{n:,} {name}" for name, n in total.items() if n)
    lead = (
        f"{len(met):,} interactions, of which {useful:,} are useful: {said} "
        f"(replication {source.replication})."
    )
    drawn = chart(
        hours,
        starts,
        _HOUR,
        areas,
        caption="Interactions that begin in each hour, by kind",
        said=f"Interactions by hour; {said}",
        unit="interactions",
    )
    return Section("interactions", "Interactions by kind and hour", lead, [drawn], short="Interactions")


def who_met_whom(source: OfResults) -> Section | None:
    """Matrices of chains and of countries; None if nobody met anybody."""
    parts = []
    for by, what in (("chain", "chain"), ("country", "country or region")):
        counts = largest(source.matrix(by, "interactions"), MOST, pairs=False)
        if len(counts) > 1:
            parts.append(_heat(counts, by, what))
    if not parts:
        return None
    lead = (
        "Interactions counted: rows are the side that came or asked, columns the side whose booth it was or "
        f"who was asked (replication {source.replication})."
    )
    return Section("met", "Who met whom", lead, parts)


def _heat(counts: pd.DataFrame, by: str, what: str) -> Heat:
    names = [group_named(by, str(name)) for name in counts.index]
    values = counts.to_numpy()
    most, skewed = float(values.max(initial=1)), is_skewed(values)

    def tint(value: float) -> float:
        return log1p(value) / log1p(most) if skewed else value / most

    cells = [[(f"{n:,}" if n else "", tint(n), float(n)) for n in row] for row in values.tolist()]
    said = "tints by logarithm" if skewed else "the more, the darker"
    return Heat(f"Interactions by {what}", said, names, names, cells, what, what)
