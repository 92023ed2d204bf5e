"""What is organised: the programme and the matchmaking.

A default that comes from published figures names its row of measured facts and the grade of that
row (A: audited or computed from raw data; B: one survey or a named observer; C: a rule of thumb).
A default without one is an assumption.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field, NaiveDatetime

from sim.scenario.fields import Section, field
from sim.scenario.kinds import Name

__all__ = ["Activity", "Matchmaking"]


class Activity(Section):
    """A rule that generates activities of one kind, or a single activity."""

    kind: Literal["ceremony", "forum", "seminar", "exchange", "debut"] = field(..., "What it is.")
    title: str = field("", "Title shown in tables; the name if empty.", max_length=200)
    per_day: tuple[Annotated[int, Field(ge=0, le=2000)], ...] = field(
        tuple, "Activities on each day of the expo; for a rule.", unit="activities", max_length=14
    )
    starts: NaiveDatetime | None = field(
        None, "Start of a single activity, at local time.", unit="date and clock time"
    )
    rooms: tuple[Name, ...] = field(
        tuple, "Kinds of rooms it may be put in. A debut without rooms is held at its booth.", max_length=50
    )
    talk_minutes: float = field(45.0, "Length without the mixing.", unit="min", gt=0, le=720)
    mixing_minutes: float = field(0.0, "Length of mixing afterwards.", unit="min", ge=0, le=240)
    round_minutes: float = field(5.0, "Length of one round of mixing.", unit="min", gt=0, le=120)
    stay_for_round: float = field(
        0.7, "Chance that a party still there stays for the next round.", unit="1", ge=0, le=1
    )
    changeover_minutes: float = field(
        10.0, "Time a room stands empty between two activities.", unit="min", ge=0, le=240
    )
    from_: dt.time | None = field(
        None, "Earliest start; the doors' opening if left out.", unit="clock time", alias="from"
    )
    to: dt.time | None = field(None, "Latest end; the doors' closing if left out.", unit="clock time")
    hosts: int = field(1, "Booths that send a speaker or host.", unit="booths", ge=0, le=50)
    host_pavilion: Name | None = field(None, "Hosts come from this pavilion.")
    host_chain: Name | None = field(None, "Hosts come from this chain.")
    registered: float = field(0.0, "People registered for each, on average.", unit="people", ge=0, le=20_000)
    show_probability: float = field(
        0.55, "Chance that a registered party comes.", unit="1", ge=0, le=1
    )  # FACTS: seminar-no-show (B-C): free events 40-60 % stay away
    walk_in_pull: float = field(
        1.0, "Weight among activities that visitors walk in to.", unit="1", ge=0, le=1000
    )
    hold_minutes: float = field(
        5.0, "Registered people's seats are held until this long before the start.", unit="min", ge=0, le=120
    )
    doors_minutes: float = field(
        15.0, "People come at most this long before the start.", unit="min", ge=0, le=120
    )
    late_minutes: float = field(10.0, "People later than this are turned away.", unit="min", ge=0, le=240)
    chain_focus: float = field(
        0.5, "Share of its audience that is drawn to it by its chain.", unit="1", ge=0, le=1
    )


class Matchmaking(Section):
    """A matchmaking programme: its windows, tables and slots, who takes part, requests, policy."""

    title: str = field("", "Title shown in tables; the name if empty.", max_length=100)
    policy: str = field(
        "greedy",
        "How requests become meetings, by name: none, first_come, round_robin, greedy, stable, "
        "slot_by_slot or optimal.",
    )
    hall: Name = field(..., "The hall of the matchmaking area.")
    areas: int = field(1, "Areas used side by side, each with its own windows.", unit="areas", ge=1, le=200)
    tables: int = field(..., "Tables in each area.", unit="tables", ge=0, le=2000)
    windows: tuple[Annotated[int, Field(ge=0, le=2000)], ...] = field(
        tuple,
        "Windows (activities) on each day; one an area and day if left out.",
        unit="windows",
        max_length=14,
    )
    window_slots: int | None = field(
        None, "Slots of a window; as many as fit if left out.", unit="slots", ge=1, le=200
    )
    from_: dt.time | None = field(
        None, "Earliest slot; the doors' opening if left out.", unit="clock time", alias="from"
    )
    to: dt.time | None = field(None, "Latest end; the doors' closing if left out.", unit="clock time")
    slot_minutes: float = field(20.0, "Length of a meeting.", unit="min", ge=1, le=240)
    buffer_minutes: float = field(10.0, "Time between two slots.", unit="min", ge=0, le=120)
    # FACTS: slot (B)
    location: Literal["table", "booth"] = field("table", "Where meetings are held.")
    tolerance_minutes: float = field(
        8.0, "How late a side may be before the meeting is lost.", unit="min", ge=0, le=120
    )
    overrun: Literal["cut", "hold"] = field(
        "cut", "A late start cuts the meeting at the slot's end, or holds the table for its full length."
    )
    delegate: Literal["any", "named"] = field(
        "any", "Whether a booth sends whoever is free first, or a named member."
    )
    hold_back_minutes: float = field(
        5.0,
        "Before a slot, the booth keeps the delegate out of walk-up talks this long.",
        unit="min",
        ge=0,
        le=120,
    )
    interpreters: int | None = field(
        None, "Interpreters for meetings across borders; no limit if left out.", unit="people", ge=0, le=2000
    )
    host_pavilion: Name | None = field(None, "Exhibitors taking part: those of this pavilion.")
    host_chains: tuple[Name, ...] = field(
        tuple, "Exhibitors taking part: those of these chains; all if left out.", max_length=50
    )
    exhibitors_meet: bool = field(False, "Whether exhibitors also ask other exhibitors.")
    exhibitor_guest_share: float = field(
        0.0, "Share of the other exhibitors who take part as guests of the hosts.", unit="1", ge=0, le=1
    )
    guests: tuple[Name, ...] = field(
        tuple, "Personas that take part; all with a matchmaking_share if left out.", max_length=50
    )
    delegates: int = field(1, "Meetings an exhibitor can hold at once.", unit="delegates", ge=1, le=50)
    requests: int = field(..., "Requests sent in all.", unit="requests", ge=0, le=2_000_000)
    exhibitors_ask_share: float = field(
        0.3, "Share of requests that exhibitors send; visitors send the rest.", unit="1", ge=0, le=1
    )
    acceptance: float = field(0.45, "Share of requests accepted.", unit="1", ge=0, le=1)
    # FACTS: acceptance (C): 40-60 % is the target
    selectivity: float = field(
        0.21, "Share of the variance of answers that lies between those who answer.", unit="1", ge=0, le=0.9
    )  # FACTS: two-sided (A)
    popularity: float = field(
        0.17, "Share of the variance of answers that lies between those who ask.", unit="1", ge=0, le=0.9
    )  # FACTS: two-sided (A)
    profile_quality: float = field(
        0.7,
        "Correlation of the score that requests and policies see with true affinity.",
        unit="1",
        ge=0,
        le=1,
    )
    choice_noise: float = field(
        0.5, "Noise in whom people ask, in standard deviations of the score.", unit="sd", ge=0, le=10
    )
    most_meetings_each: int | None = field(
        None, "Most meetings a participant has; no limit if left out.", unit="meetings", ge=1, le=1000
    )
    no_show: float = field(
        0.13, "Chance that a visitor's side of a meeting never comes, drawn beforehand.", unit="1", ge=0, le=1
    )  # FACTS: kept (C): drawn and caused losses together give 80 % held
    no_show_exhibitors: float = field(
        0.05, "Chance that an exhibitor's side never comes, drawn beforehand.", unit="1", ge=0, le=1
    )
