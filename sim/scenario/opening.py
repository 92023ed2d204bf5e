"""When the doors, a hall and a programme are open on a date, exceptions by date included; and where."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import overload

from sim.scenario.schema.meetings import Matchmaking
from sim.scenario.schema.venue import DayHours, Event, Hall

__all__ = ["halls_of", "hours_on", "slots_on"]

Times = tuple[dt.time | None, dt.time | None]


@overload
def hours_on(date: dt.date, of: Event) -> tuple[dt.time, dt.time]: ...
@overload
def hours_on(date: dt.date, of: Hall) -> Times: ...
def hours_on(date: dt.date, of: Event | Hall) -> Times:
    """When the doors, or a hall, open and close: as said of the date, else as on all days, else None."""
    other = _other(of.hours, date)
    return (
        of.opens if other.opens is None else other.opens,
        of.closes if other.closes is None else other.closes,
    )


def slots_on(date: dt.date, of: Matchmaking) -> Times:
    """From when to when a programme has slots: as said of the date, else as on all days, else None."""
    other = _other(of.hours, date)
    return (
        of.from_ if other.opens is None else other.opens,
        of.to if other.closes is None else other.closes,
    )


def halls_of(matching: Matchmaking) -> tuple[str, ...]:
    """The hall of each area of a programme."""
    return matching.area_halls or (matching.hall,) * matching.areas


def _other(hours: Mapping[str, DayHours], date: dt.date) -> DayHours:
    """What is said of a date, maybe nothing."""
    return hours.get(date.isoformat()) or DayHours()
