"""Each day beside the others."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from sim.report.page.parts import Cell, Column, Section, Table, measured
from sim.report.plots.hours import day_named
from sim.statistics.group_kpis import FIRST
from sim.statistics.kpis import describe
from sim.statistics.tables.occupancy import WHOLE_FLOOR
from sim.statistics.text import beside, of_estimate, shown_unit

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    import pandas as pd

    from sim.report.source import OfResults
    from sim.studies.resultset import ResultSet

__all__ = ["days"]


def days(results: ResultSet, source: OfResults) -> Section | None:
    """KPIs of each day with intervals; of one replication, or where they were not kept, what it counted."""
    if results.scenario.data.expo.days < 2:
        return None
    if "day" in results.divided and len(results) > 1:
        table = _of_all(results)
        lead = f"Means of {len(results):,} replications, with 95 % intervals."
    else:
        table = _of_one(source)
        lead = f"Counted in replication {source.replication}; several replications have intervals."
    return Section("days", "Each day beside the others", lead, [table], short="Each day")


def _of_all(results: ResultSet) -> Table:
    import numpy as np

    grouped, currency = results.grouped("day"), results.scenario.data.costs.currency
    rows = []
    for name in FIRST:
        if name not in grouped.kpis:
            continue
        k, cells = describe(name), []
        for group in grouped.groups:
            e = grouped.estimate(group, name)
            mean, spread = of_estimate(e, k.unit)
            shown = f"{mean} {beside(spread)}" if isfinite(e.low) else mean
            cells.append(Cell(shown, e.mean if isfinite(e.mean) else None))
        unit = shown_unit(k.unit, currency)
        says_it = not unit or k.label.lower().endswith(unit)
        rows.append([Cell(k.label if says_it else f"{k.label}, {unit}"), *cells])
    first = np.datetime64(results.scenario.data.expo.first_day, "ns")
    named = [day_named(first + np.timedelta64(int(group) - 1, "D")) for group in grouped.groups]
    heads = [Column("KPI", numeric=False), *map(Column, named)]
    return Table("KPIs by day", heads, rows)


def _of_one(source: OfResults) -> Table:
    floor = source.table("occupancy")
    floor = floor[floor["hall"] == WHOLE_FLOOR]
    visits, met = source.table("visits"), source.table("interactions")
    arranged, sessions = source.table("meetings"), source.table("sessions")
    came = visits[visits["admitted"]]
    rows: dict[str, Mapping[Hashable, float]] = {
        "People let in": came.groupby("day")["people"].sum().to_dict(),
        "Most people at once": floor.groupby("day")["peak"].max().to_dict(),
        "Conversations": _counts(met[met["kind"] == "conversation"]),
        "Contacts in rounds of mixing": _counts(met[met["kind"] == "exchange"]),
        "Useful interactions": _counts(met[met["useful"]]),
        "Meetings arranged": _counts(arranged),
        "Meetings held": _counts(arranged[arranged["held"]]),
        "Sessions held": _counts(sessions[sessions["held"]]),
        "People in sessions": sessions.groupby("day")["audience"].sum().to_dict(),
    }
    starts = floor.groupby("day")["start"].first()
    heads = [Column("Number", numeric=False), *(Column(day_named(each.to_datetime64())) for each in starts)]
    lines = [
        [Cell(name), *(measured(each.get(day, 0)) for day in starts.index)]
        for name, each in rows.items()
        if any(each.values())
    ]
    return Table("Numbers by day", heads, lines)


def _counts(rows: pd.DataFrame) -> Mapping[Hashable, float]:
    return rows.groupby("day").size().to_dict()
