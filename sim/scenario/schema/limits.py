"""Limits of participants of matchmaking programmes: their units and bounds, wherever they are said.

A programme says them of all, its `limits` of some, an exhibitors file of one.
"""

from __future__ import annotations

from typing import Any, Final, Literal

from sim.scenario.schema.fields import Section, field

__all__ = ["COLUMNS", "Limit", "MeetingLimits", "limit"]

Limit = Literal[
    "most_meetings_each",
    "least_meetings_each",
    "most_a_day",
    "least_a_day",
    "most_days",
    "most_in_row",
    "rest_minutes",
    "lunch_slots",
    "keep_free",
]

_BOUNDS: Final[dict[Limit, tuple[str, int, int]]] = {  # unit, least, most
    "most_meetings_each": ("meetings", 1, 1000),
    "least_meetings_each": ("meetings", 0, 1000),
    "most_a_day": ("meetings", 1, 1000),
    "least_a_day": ("meetings", 0, 1000),
    "most_days": ("days", 1, 14),
    "most_in_row": ("meetings", 1, 1000),
    "rest_minutes": ("min", 0, 1440),
    "lunch_slots": ("slots", 0, 200),
    "keep_free": ("slots", 0, 2000),
}

COLUMNS: Final[dict[Limit, str]] = {
    "most_meetings_each": "most",
    "least_meetings_each": "least",
    "most_a_day": "most_a_day",
    "least_a_day": "least_a_day",
    "most_days": "days",
    "most_in_row": "in_row",
    "rest_minutes": "rest",
    "lunch_slots": "",
    "keep_free": "keep_free",
}
"""Each limit, and the column of the exhibitors file that says it of one exhibitor."""


def limit(of: Limit, default: float | None, description: str, **more: Any) -> Any:
    """A field that says this limit; what more is said of it is as in `field`."""
    unit, least, most = _BOUNDS[of]
    return field(default, description, unit=unit, ge=least, le=most, **more)


class MeetingLimits(Section):
    """Limits of some participants of a matchmaking programme; what is left out is as for all others.

    By name: `exhibitors` or `visitors`, a kind of sponsor, a persona; the narrower one counts.
    """

    most_meetings_each: int | None = limit(
        "most_meetings_each", None, "As for all: the most meetings.", example=12
    )
    least_meetings_each: int | None = limit(
        "least_meetings_each", None, "As for all: the fewest meetings, if it can be.", example=3
    )
    most_a_day: int | None = limit("most_a_day", None, "As for all: the most meetings a day.", example=8)
    least_a_day: int | None = limit(
        "least_a_day", None, "As for all: the fewest meetings a day, if it can be.", example=2
    )
    most_days: int | None = limit("most_days", None, "As for all: the most days with meetings.", example=2)
    most_in_row: int | None = limit("most_in_row", None, "As for all: the most meetings in a row.", example=3)
    rest_minutes: float | None = limit(
        "rest_minutes", None, "As for all: the least time between two meetings.", example=20
    )
    lunch_slots: int | None = limit(
        "lunch_slots", None, "As for all: slots of the lunch that stay free.", example=0
    )
    keep_free: int | None = limit(
        "keep_free", None, "As for all: slots of each day kept for walk-up talks.", example=2
    )
