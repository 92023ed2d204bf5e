"""How people behave, and what goes otherwise than planned.

Where a default comes from, its grade and the range in which it is plausible: see `field`.
"""

from __future__ import annotations

import datetime as dt
from typing import ClassVar, Literal

from sim.scenario.schema.distributions import Distribution, conversation_minutes
from sim.scenario.schema.fields import ASSUMPTION, NEUTRAL, Section, Shown, field, fraction
from sim.scenario.schema.kinds import Country, Name

__all__ = ["Behaviour", "Shock"]


class Behaviour(Section):
    """How people behave, whoever they are."""

    short_talk_minutes: float = field(
        2.0,
        "A party starts a stop only if a talk this short still fits.",
        unit="min",
        ge=0,
        le=60,
        source=ASSUMPTION,
        plausible=(1, 5),
    )
    return_share: float = fraction(
        0.18,
        "Chance of going again, on a later day, to a booth whose staff one has met.",
        source="re-meeting",
        grade="A",
        plausible=(0.12, 0.25),
        remark="a proxy: the share is of pairs in contact",
    )
    retry_share: float = fraction(
        0.5,
        "Chance that a party that balked or reneged at a booth tries again later on its route; once more, if "
        "that is lost too.",
        source=ASSUMPTION,
        plausible=(0.2, 0.8),
    )
    retry_stops: int = field(
        6,
        "It comes back after so many further stops at most.",
        unit="stops",
        ge=1,
        le=100,
        source=ASSUMPTION,
        plausible=(3, 12),
        remark="about three quarters of an hour",
    )
    returns_first_share: float = fraction(
        1.0,
        "Share of the booths gone to again on a later day that come first on that day's route; the others "
        "are visited where they lie on the way.",
        source="re-meeting",
        grade="A",
        plausible=(0.3, 1),
        remark="a proxy: with it and a return_share of 0.3 as many meet again in cisce-2024 as measured",
    )
    affinity_on_length: float = field(
        0.3,
        "How much affinity lengthens conversations: the logarithm of the ratio between affinity 1 "
        "and affinity 0, around the mean.",
        unit="ln",
        ge=0,
        le=3,
        source="affinity",
        grade="A",
        plausible=(0.07, 0.5),
        remark="a proxy: ties of 5 min or more are 1.07 to 1.40 times as frequent",
    )
    useful_minutes: float = field(
        5.0,
        "A conversation or a meeting of at least this length is a useful contact.",
        unit="min",
        ge=0,
        le=60,
        source="conversation-1min",
        grade="A",
        plausible=(3, 10),
        decided=True,
        remark="26 % reach 5 min; that 5 is useful is a convention",
    )
    useful_exchanges: bool = field(
        False, "Whether a round of mixing of at least that length is a useful contact too.", source=NEUTRAL
    )
    meal_from: dt.time = field(dt.time(11, 30), "Earliest meal.", unit="clock time", source=ASSUMPTION)
    meal_to: dt.time = field(dt.time(13, 30), "Latest start of a meal.", unit="clock time", source=ASSUMPTION)
    meal_patience_minutes: float = field(
        15.0,
        "How long a party waits for seats to eat.",
        unit="min",
        ge=0,
        le=240,
        source=ASSUMPTION,
        plausible=(5, 30),
    )
    coffee_from: dt.time = field(
        dt.time(11, 0), "Start of the coffee hours.", unit="clock time", source="coffee", grade="A"
    )
    coffee_to: dt.time = field(
        dt.time(12, 0),
        "End of the coffee hours.",
        unit="clock time",
        source="coffee",
        grade="A",
        remark="11 to 12 h, when 28 % of a congress's contact took place",
    )
    coffee_share: float = fraction(
        0.5,
        "Chance that a party has a coffee at a moment of the coffee hours, if it is there and not busy then.",
        source=ASSUMPTION,
        plausible=(0.2, 0.8),
    )
    coffee_minutes: float = field(
        15.0,
        "How long a party stands at coffee, unless it has something to do before.",
        unit="min",
        gt=0,
        le=120,
        source=ASSUMPTION,
        plausible=(10, 30),
    )
    after_session_minutes: float = field(
        10.0,
        "How long the audience of a session stands together after it, unless it has something to do before.",
        unit="min",
        ge=0,
        le=120,
        source=ASSUMPTION,
        plausible=(5, 15),
    )
    encounter_share: float = fraction(
        0.3,
        "Chance, every five minutes, that two parties who stand together (at coffee, at a meal, in the "
        "lounge, in a queue, after a session) fall into talk.",
        source=ASSUMPTION,
        plausible=(0.1, 0.6),
    )
    encounter_minutes: Distribution = field(
        conversation_minutes,
        "Length of such an encounter, unless one of them has something to do before.",
        unit="min",
        source="conversation",
        grade="A",
        plausible=(4, 5.5),
        remark="the contacts that were measured are such encounters; the cut at 60 minutes is assumed",
    )
    hall_patience_minutes: float = field(
        10.0,
        "How long a party waits at the door of a full hall.",
        unit="min",
        ge=0,
        le=240,
        source=ASSUMPTION,
        plausible=(5, 30),
    )
    hall_again_minutes: float = field(
        30.0,
        "For how long a party that gave up at the door of a full hall passes over its stops there.",
        unit="min",
        ge=0,
        le=1440,
        source=ASSUMPTION,
        plausible=(15, 60),
    )
    margin_minutes: float = field(
        10.0,
        "Plans keep this much time before and after a booking beside the walk.",
        unit="min",
        ge=0,
        le=120,
        source=ASSUMPTION,
        plausible=(5, 20),
        decided=True,
    )
    staff_pace_m_per_s: float = field(
        1.2, "Walking speed of a delegate.", unit="m/s", gt=0, le=3, source=ASSUMPTION, plausible=(0.8, 1.5)
    )


class Shock(Section):
    """Something that goes wrong, or otherwise than planned: a change of the same things."""

    shown_as: ClassVar[Shown] = {
        "fire_alarm": {
            "kind": "hall_closed",
            "hall": "main",
            "day": 1,
            "from": dt.time(11, 0),
            "to": dt.time(11, 30),
        },
        "broken_scanners": {"kind": "lanes_closed", "gate": "south", "lanes": 2},
        "influenza": {"kind": "staff_absent", "share": 0.1},
        "rain": {"kind": "arrivals", "factor": 0.7, "persona": "buyer"},
        "no_visas": {"kind": "country_absent", "country": "HU", "share": 0.5},
    }

    kind: Literal[
        "hall_closed", "gate_closed", "lanes_closed", "staff_absent", "arrivals", "country_absent"
    ] = field(..., "What happens.", example="hall_closed")
    day: int | None = field(
        None, "The day (1 is the first); every day if left out.", unit="day", ge=1, le=14, example=1
    )
    from_: dt.time | None = field(
        None,
        "Start; the doors' opening if left out.",
        unit="clock time",
        alias="from",
        example=dt.time(11, 0),
    )
    to: dt.time | None = field(
        None, "End; the doors' closing if left out.", unit="clock time", example=dt.time(11, 30)
    )
    hall: Name | None = field(None, "The hall that is closed.", example="main")
    gate: Name | None = field(None, "The gate that is closed, or loses lanes.", example="south")
    lanes: int | None = field(None, "Lanes that are left.", unit="lanes", ge=1, le=500, example=2)
    country: Country | None = field(
        None,
        "The country whose exhibitors, with their people, and visitors do not come.",
        unit="ISO 3166 code",
        example="HU",
    )
    share: float = fraction(
        1.0,
        "Share of staff absent, or of a country's exhibitors and visiting companies absent.",
        source=NEUTRAL,
    )
    factor: float = field(1.0, "Factor on the number of arrivals.", unit="1", ge=0, le=10, source=NEUTRAL)
    persona: Name | None = field(None, "The persona whose arrivals change; all if left out.", example="buyer")
