"""How people behave, and what goes otherwise than planned.

A default that comes from published figures names its row of measured facts and the grade of that
row (A: audited or computed from raw data; B: one survey or a named observer; C: a rule of thumb).
A default without one is an assumption.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from sim.scenario.schema.fields import Section, field
from sim.scenario.schema.kinds import Country, Name

__all__ = ["Behaviour", "Shock"]


class Behaviour(Section):
    """How people behave, whoever they are."""

    short_talk_minutes: float = field(
        2.0, "A party starts a stop only if a talk this short still fits.", unit="min", ge=0, le=60
    )
    return_share: float = field(
        0.18,
        "Chance of going again, on a later day, to a booth whose staff one has met.",
        unit="1",
        ge=0,
        le=1,
    )  # FACTS: re-meeting (A)
    affinity_on_length: float = field(
        0.3,
        "How much affinity lengthens conversations: the logarithm of the ratio between affinity 1 "
        "and affinity 0, around the mean.",
        unit="ln",
        ge=0,
        le=3,
    )  # FACTS: affinity (A): ties of 5 min or more 1.07-1.40 times as frequent
    useful_minutes: float = field(
        5.0, "A conversation of at least this length is a useful contact.", unit="min", ge=0, le=60
    )  # FACTS: conversation-1min (A): 26 % reach 5 min
    useful_exchanges: bool = field(
        False, "Whether a round of mixing of at least that length is a useful contact too."
    )
    meal_from: dt.time = field(dt.time(11, 30), "Earliest meal.", unit="clock time")
    meal_to: dt.time = field(dt.time(13, 30), "Latest start of a meal.", unit="clock time")
    meal_patience_minutes: float = field(
        15.0, "How long a party waits for seats to eat.", unit="min", ge=0, le=240
    )
    hall_patience_minutes: float = field(
        10.0, "How long a party waits at the door of a full hall.", unit="min", ge=0, le=240
    )
    margin_minutes: float = field(
        10.0,
        "Plans keep this much time before and after a booking beside the walk.",
        unit="min",
        ge=0,
        le=120,
    )
    staff_pace_m_per_s: float = field(1.2, "Walking speed of a delegate.", unit="m/s", gt=0, le=3)


class Shock(Section):
    """Something that goes wrong, or otherwise than planned: a change of the same things."""

    kind: Literal[
        "hall_closed", "gate_closed", "lanes_closed", "staff_absent", "arrivals", "country_absent"
    ] = field(..., "What happens.")
    day: int | None = field(None, "The day (1 is the first); every day if left out.", unit="day", ge=1, le=14)
    from_: dt.time | None = field(
        None, "Start; the doors' opening if left out.", unit="clock time", alias="from"
    )
    to: dt.time | None = field(None, "End; the doors' closing if left out.", unit="clock time")
    hall: Name | None = field(None, "The hall that is closed.")
    gate: Name | None = field(None, "The gate that is closed, or loses lanes.")
    lanes: int | None = field(None, "Lanes that are left.", unit="lanes", ge=1, le=500)
    country: Country | None = field(None, "The country whose exhibitors do not come.", unit="ISO 3166 code")
    share: float = field(
        1.0, "Share of staff absent, or of a country's exhibitors absent.", unit="1", ge=0, le=1
    )
    factor: float = field(1.0, "Factor on the number of arrivals.", unit="1", ge=0, le=10)
    persona: Name | None = field(None, "The persona whose arrivals change; all if left out.")
