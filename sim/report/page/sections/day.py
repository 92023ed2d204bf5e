"""The day's flow: presence, queues, seats and tables by time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.floor.arrays import MINUTE
from sim.report.page.over_time import chart
from sim.report.page.parts import Chart, Section
from sim.report.plots.flowing import bins, flow, mean_people
from sim.report.plots.hours import day_named, opening_hours
from sim.statistics.tables.occupancy import BIN

if TYPE_CHECKING:
    import pandas as pd

    from sim.report.plots.hours import Hours
    from sim.report.source import OfResults
    from sim.statistics.ledger import Floats

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
    "booth": ("at booths", "vermilion"),
    "gate": ("at the gates", "sky"),
    "catering": ("for catering", "orange"),
    "hall door": ("at doors of full halls", "purple"),
}


def day_flow(source: OfResults) -> Section | None:
    """Presence, queues, seats and tables; None if nobody came."""
    there = bins(source)
    if not len(there) or not there["people"].to_numpy().any():
        return None
    hours, doing = opening_hours(source), flow(source)
    peak = there.iloc[int(there["peak"].to_numpy().argmax())]
    lead = (
        f"Fullest on {moment_named(peak['start'])}: {peak['peak']:,} people at once. Means of quarters of an "
        f"hour, of replication {source.replication}."
    )
    areas = {name: (colour, doing[name]) for name, colour in _DOING.items()}
    present = chart(
        hours,
        there["start"],
        _MINUTES,
        areas,
        caption="People on the floor, by what they do",
        said=f"People on the floor by quarter of an hour; {lead}",
    )
    charts = [
        present,
        _queues(source, there, hours),
        _seats(source, there, hours, doing),
        _tables(source, there, hours),
    ]
    return Section("day", "The day's flow", lead, [each for each in charts if each is not None])


def _queues(source: OfResults, there: pd.DataFrame, hours: Hours) -> Chart | None:
    import numpy as np

    waits = source.table("services")
    areas: dict[str, tuple[str, Floats]] = {}
    for kind, (name, colour) in _QUEUES.items():
        some = waits[waits["kind"] == kind]
        areas[name] = (colour, mean_people(there, some.assign(minutes=some["wait_minutes"])))
    if not any(values.any() for _, values in areas.values()):
        return None
    most = np.sum([values for _, values in areas.values()], axis=0)
    at = there["start"].iloc[int(most.argmax())]
    said = f"People waiting in queues; most, {most.max():,.0f} on average, from {moment_named(at)} on"
    return chart(hours, there["start"], _MINUTES, areas, caption="People waiting in queues", said=said)


def _seats(source: OfResults, there: pd.DataFrame, hours: Hours, doing: dict[str, Floats]) -> Chart | None:
    every = source.table("sessions")
    held = every[every["held"] & every["start"].notna()]
    if not len(held):
        return None
    offered = mean_people(
        there, held.assign(minutes=held["talk_minutes"] + held["mixing_minutes"], people=held["seats"])
    )
    taken = doing["seated in sessions"]
    said = f"Seats of sessions being held; at most {offered.max():,.0f} offered and {taken.max():,.0f} taken"
    return chart(
        hours,
        there["start"],
        _MINUTES,
        {"taken": ("green", taken)},
        {"offered, in sessions being held": ("ink", offered)},
        caption="Seats of sessions",
        said=said,
        unit="seats",
    )


def _tables(source: OfResults, there: pd.DataFrame, hours: Hours) -> Chart | None:
    """Meetings going on, beside those that were arranged for that time."""
    every = source.table("meetings")
    if not len(every):
        return None
    held = every[every["held"]]
    going_on = mean_people(there, held.assign(start=held["begin"], people=1))
    booked = mean_people(there, every.assign(minutes=every["slot_minutes"], people=1))
    said = f"Meetings at once: at most {booked.max():,.0f} arranged and {going_on.max():,.0f} held"
    return chart(
        hours,
        there["start"],
        _MINUTES,
        {"meetings going on": ("purple", going_on)},
        {"arranged for that time": ("ink", booked)},
        caption="Tables and places of meetings in use",
        said=said,
        unit="meetings",
    )


def moment_named(moment: pd.Timestamp) -> str:
    """A moment as the page names it: Tue 26 Nov at 13:00."""
    return f"{day_named(moment.to_datetime64())} at {moment:%H:%M}"
