"""The day's flow: presence, queues, seats and tables by time; and halls, when and where they are fullest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.floor.arrays import MINUTE
from sim.report.isolating import isolated
from sim.report.page.over_time import chart
from sim.report.page.parts import Cell, Chart, Column, Heat, Part, Section, Table, measured, named
from sim.report.plots.flowing import flow
from sim.report.plots.hours import day_named, hours_of
from sim.report.plots.over import EACH_ALONE, means, which
from sim.statistics.tables.occupancy import BIN, WHOLE_FLOOR

if TYPE_CHECKING:
    import pandas as pd

    from sim.report.plots.flowing import Flow
    from sim.report.plots.hours import Hours
    from sim.report.source import OfResults

__all__ = ["day_flow", "halls"]

_MINUTES: Final = BIN / MINUTE
_DOING: Final = {
    "in queues": "vermilion",
    "talking at booths": "blue",
    "in meetings": "purple",
    "seated in sessions": "green",
    "eating": "orange",
    "walking, looking, resting": "sky",
}
_QUEUES: Final = {
    "at booths": ("queue_booths", "vermilion"),
    "at the gates": ("queue_gates", "sky"),
    "for catering": ("queue_catering", "orange"),
    "at doors of full halls": ("queue_halls", "purple"),
}


def day_flow(source: OfResults) -> Section | None:
    """Presence, queues, seats and tables: means over replications; None if nobody came."""
    found = flow(source)
    if not found.columns["people"].any():
        return None
    hours, people = hours_of(found.start.to_numpy()), found.means("people")
    most = int(people.mean.argmax())
    off = people.off(most, "{:,.0f}".format)
    there = f"{people.mean[most]:,.0f}{off and f' ({off})'}"
    lead = (
        f"Fullest on {_moment(found.start.iloc[most])}: {there} people. "
        f"Means of quarters of an hour; {which(found.numbers)}."
    )
    if off:
        lead += f" Grey bands: {EACH_ALONE}."
    doing = found.doing
    present = chart(
        hours,
        found.start,
        _MINUTES,
        {name: (colour, doing[name].mean(axis=0)) for name, colour in _DOING.items()},
        caption="People on the floor, by what they do",
        said=f"People on the floor by quarter of an hour; {lead}",
        band=people,
    )
    charts = [present, _queues(found, hours), _seats(found, hours), _tables(found, hours)]
    return Section("day", "The day's flow", lead, [each for each in charts if each is not None])


def _queues(found: Flow, hours: Hours) -> Chart | None:
    import numpy as np

    waiting = means(np.sum([found.columns[column] for column, _ in _QUEUES.values()], axis=0))
    if not waiting.mean.any():
        return None
    most = int(waiting.mean.argmax())
    at = _moment(found.start.iloc[most])
    said = f"People waiting in queues; most, {waiting.mean[most]:,.0f} on average, from {at} on"
    areas = {name: (colour, found.means(column).mean) for name, (column, colour) in _QUEUES.items()}
    caption = "People waiting in queues"
    return chart(hours, found.start, _MINUTES, areas, caption=caption, said=said, band=waiting)


def _seats(found: Flow, hours: Hours) -> Chart | None:
    offered, taken = found.means("seats").mean, found.means("seated")
    if not offered.any():
        return None
    most = f"{offered.max():,.0f} offered and {taken.mean.max():,.0f} taken"
    said = f"Seats of sessions being held; at most {most}"
    return chart(
        hours,
        found.start,
        _MINUTES,
        {"taken": ("green", taken.mean)},
        {"offered, in sessions being held": ("ink", offered)},
        caption="Seats of sessions",
        said=said,
        unit="seats",
        band=taken,
    )


def _tables(found: Flow, hours: Hours) -> Chart | None:
    """Meetings going on, beside those that were arranged for that time."""
    booked, going_on = found.means("meetings_arranged").mean, found.means("meetings")
    if not booked.any():
        return None
    said = f"Meetings at once: at most {booked.max():,.0f} arranged and {going_on.mean.max():,.0f} held"
    return chart(
        hours,
        found.start,
        _MINUTES,
        {"meetings going on": ("purple", going_on.mean)},
        {"arranged for that time": ("ink", booked)},
        caption="Tables and places of meetings in use",
        said=said,
        unit="meetings",
        band=going_on,
    )


def halls(source: OfResults) -> Section | None:
    """When and where it is fullest: each hall by hour, and at its peak."""
    import numpy as np

    every = source.table("occupancy")
    some = every[every["hall"] != WHOLE_FLOOR]
    if not len(some):
        return None
    peaks = some.groupby("hall", observed=True)["peak"].max().sort_values(ascending=False, kind="stable")
    names = [str(name) for name in peaks.index]  # the fullest first
    rows: list[list[Cell]] = []
    fullest: tuple[float, str] = (-1.0, "")
    for name in names:
        mine = some[some["hall"] == name].reset_index(drop=True)
        peak = mine.iloc[int(mine["peak"].to_numpy().argmax())]
        limited = bool(mine["limit"].notna().any())
        limit = float(mine["limit"].max()) if limited else np.nan
        share = float(peak["peak"]) / limit if limited and limit else np.nan
        rows.append(
            [
                named(name),
                measured(peak["peak"]),
                named(_moment(peak["start"])),
                measured(limit) if limited else Cell("no limit"),
                Cell(f"{100 * share:.0f} %", share, "bad" if share >= 1 else "", min(share, 1.0))
                if limited
                else Cell("–"),
            ]
        )
        if peak["peak"] > fullest[0]:
            fullest = (float(peak["peak"]), f"{isolated(name)} on {_moment(peak['start'])}")
    columns = [
        Column("Hall", numeric=False),
        Column("Most people at once"),
        Column("When (from)", numeric=False),
        Column("Let in at most"),
        Column("Filled"),
    ]
    parts: list[Part] = [Table("Halls at their fullest", columns, rows), _by_hour(some, names)]
    lead = f"Most people are in {fullest[1]}: {fullest[0]:,.0f} at once (replication {source.replication})."
    return Section("halls", "When and where it is fullest", lead, parts, short="Fullest halls")


def _by_hour(some: pd.DataFrame, names: list[str]) -> Heat:
    """The most people at once, by hall and day, and hour."""
    most = max(int(some["peak"].max()), 1)
    hour = some["start"].dt.hour
    peaks = some.assign(hour=hour).groupby(["hall", "day", "hour"], observed=True)["peak"].max()
    hours = sorted(set(hour.tolist()))
    days = some.groupby("day")["start"].first()
    rows, cells = [], []
    for name in names:
        for day, start in days.items():
            rows.append(name if len(days) == 1 else f"{name}, {day_named(start.to_datetime64())}")
            numbers = [int(peaks.get((name, day, each), 0)) for each in hours]
            cells.append([(f"{n:,}" if n else "", n / most, float(n)) for n in numbers])
    return Heat(
        caption="Most people at once in each hall, by hour",
        said="the more, the darker; hours by their beginning",
        rows=rows,
        columns=[f"{each:02d}" for each in hours],
        cells=cells,
        rows_are="hall",
        columns_are="hour from",
    )


def _moment(moment: pd.Timestamp) -> str:
    return f"{day_named(moment.to_datetime64())} at {moment:%H:%M}"
