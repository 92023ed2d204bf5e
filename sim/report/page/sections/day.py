"""The day's flow: presence, queues, seats and tables by time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.floor.arrays import MINUTE
from sim.report.page.over_time import chart
from sim.report.page.parts import Chart, Section
from sim.report.plots.flowing import flow
from sim.report.plots.hours import day_named, hours_of
from sim.report.plots.over import EACH_ALONE, means, which
from sim.statistics.tables.occupancy import BIN

if TYPE_CHECKING:
    import pandas as pd

    from sim.report.plots.flowing import Flow
    from sim.report.plots.hours import Hours
    from sim.report.source import OfResults

__all__ = ["day_flow", "moment_named"]

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
        f"Fullest on {moment_named(found.start.iloc[most])}: {there} people. "
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
    at = moment_named(found.start.iloc[most])
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


def moment_named(moment: pd.Timestamp) -> str:
    """A moment as the page names it: Tue 26 Nov at 13:00."""
    return f"{day_named(moment.to_datetime64())} at {moment:%H:%M}"
