"""One scenario on the days of another: a date is no change of what happens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from sim.files.locator import path_text
from sim.scenario.writing.plain import plain_value

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.scenario.schema.data import ScenarioData

__all__ = ["on_the_days_of"]


def on_the_days_of(first: Scenario, second: Scenario) -> Scenario:
    """The first scenario on the days of the second: all its dates moved, everything else as it was.

    What happens is the same, since nothing depends on a date but by the day of the expo that it is. Where a
    list names dates, which cannot be moved, it is the first scenario itself.
    """
    later = second.data.expo.first_day - first.data.expo.first_day
    if not later or first.activity_rows or any(first.published_rows.values()):
        return first
    return first.replace(**dict(_moved(first.data, later)))


def _moved(data: ScenarioData, later: dt.timedelta) -> Iterator[tuple[str, object]]:
    """All that a scenario says with a date, so much later, by path."""
    yield "expo.first_day", data.expo.first_day + later
    for name, activity in data.programme.items():
        if activity.starts is not None:
            yield path_text(("programme", name, "starts")), activity.starts + later
    dated: dict[tuple[str, ...], Mapping[str, object]] = {("expo",): data.expo.hours}
    dated |= {("venue", "halls", name): hall.hours for name, hall in data.venue.halls.items()}
    dated |= {("matchmaking", name): each.hours for name, each in data.matchmaking.items()}
    for keys, hours in dated.items():
        if hours:
            yield path_text((*keys, "hours")), _later(hours, later)


def _later(hours: Mapping[str, object], later: dt.timedelta) -> dict[str, object]:
    return {
        (dt.date.fromisoformat(day) + later).isoformat(): plain_value(each) for day, each in hours.items()
    }
