"""What is on the programme: rules that generate activities, and single ones.

Where a default comes from, its grade and the range in which it is plausible: see `field`.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, ClassVar

from pydantic import Field, NaiveDatetime

from sim.scenario.schema.fields import ASSUMPTION, NEUTRAL, Section, Shown, field, fraction
from sim.scenario.schema.kinds import CLEAN, ActivityKind, Name

__all__ = ["Activity"]


class Activity(Section):
    """A rule that generates activities of one kind, or a single activity."""

    shown_as: ClassVar[Shown] = {
        "opening": {
            "kind": "ceremony",
            "starts": dt.datetime(2025, 5, 20, 10, 0),
            "rooms": ("seminar",),
            "talk_minutes": 30,
        }
    }

    kind: ActivityKind = field(..., "What it is.", example="seminar")
    title: str = field(
        "", "Title shown in results; the name if empty.", max_length=200, pattern=CLEAN, example="Seminar"
    )
    per_day: tuple[Annotated[int, Field(ge=0, le=2000)], ...] = field(
        tuple,
        "Activities on each day of the expo; for a rule.",
        unit="activities",
        max_length=14,
        example=(6,),
    )
    starts: NaiveDatetime | None = field(
        None,
        "Start of a single activity, at local time.",
        unit="date and clock time",
        example=dt.datetime(2025, 5, 20, 10, 0),
    )
    rooms: tuple[Name, ...] = field(
        tuple,
        "Kinds of rooms it may be put in. A debut without rooms is held at its booth.",
        max_length=50,
        example=("seminar",),
    )
    talk_minutes: float = field(
        45.0,
        "Length without the mixing.",
        unit="min",
        gt=0,
        le=720,
        source=ASSUMPTION,
        plausible=(20, 90),
        decided=True,
    )
    mixing_minutes: float = field(
        0.0, "Length of mixing afterwards.", unit="min", ge=0, le=240, source=NEUTRAL
    )
    round_minutes: float = field(
        5.0,
        "Length of one round of mixing.",
        unit="min",
        ge=0.5,
        le=120,
        source=ASSUMPTION,
        plausible=(2, 10),
        decided=True,
    )
    stay_for_round: float = fraction(
        0.7,
        "Chance that a party still there stays for the next round.",
        source=ASSUMPTION,
        plausible=(0.4, 0.9),
    )
    changeover_minutes: float = field(
        10.0,
        "Time a room stands empty between two activities.",
        unit="min",
        ge=0,
        le=240,
        source=ASSUMPTION,
        plausible=(5, 30),
        decided=True,
    )
    from_: dt.time | None = field(
        None,
        "Earliest start; the doors' opening if left out.",
        unit="clock time",
        alias="from",
        example=dt.time(9, 30),
    )
    to: dt.time | None = field(
        None, "Latest end; the doors' closing if left out.", unit="clock time", example=dt.time(16, 30)
    )
    hosts: int = field(1, "Booths that send a speaker or host.", unit="booths", ge=0, le=50, source=NEUTRAL)
    host_pavilion: Name | None = field(None, "Hosts come from this pavilion.", example="hungary")
    host_chain: Name | None = field(None, "Hosts come from this chain.", example="parts")
    registered: float = field(
        0.0, "People registered for each, on average.", unit="people", ge=0, le=20_000, source=NEUTRAL
    )
    registered_spread: float = fraction(
        0.4,
        "How much registrations differ between a rule's activities: evenly, by up to this share of the mean.",
        source=ASSUMPTION,
        plausible=(0, 0.6),
    )
    show_probability: float = fraction(
        0.55,
        "Chance that a registered party comes.",
        source="seminar-no-show",
        grade="B–C",
        plausible=(0.4, 0.6),
    )
    walk_in_pull: float = field(
        1.0, "Weight among activities that visitors walk in to.", unit="1", ge=0, le=1000, source=NEUTRAL
    )
    hold_minutes: float = field(
        5.0,
        "Registered people's seats are held until this long before the start.",
        unit="min",
        ge=0,
        le=120,
        source=ASSUMPTION,
        plausible=(0, 15),
        decided=True,
    )
    doors_minutes: float = field(
        15.0,
        "People come at most this long before the start.",
        unit="min",
        ge=0,
        le=120,
        source=ASSUMPTION,
        plausible=(5, 30),
    )
    late_minutes: float = field(
        10.0,
        "People later than this are turned away.",
        unit="min",
        ge=0,
        le=240,
        source=ASSUMPTION,
        plausible=(5, 30),
        decided=True,
    )
    chain_focus: float = fraction(
        0.5,
        "Share of its audience that is drawn to it by its chain.",
        source=ASSUMPTION,
        plausible=(0.2, 0.8),
    )
