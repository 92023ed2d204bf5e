"""Matchmaking programmes: who takes part, requests and answers, the policy, tables and slots.

A default that comes from published figures names its row of measured facts and the grade of that
row (A: audited or computed from raw data; B: one survey or a named observer; C: a rule of thumb).
A default without one is an assumption.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from sim.policy_names import SHIPPED_POLICIES
from sim.scenario.schema.distributions import Constant, Distribution
from sim.scenario.schema.fields import Section, field
from sim.scenario.schema.kinds import CLEAN, Name

__all__ = ["Matchmaking", "PolicyOptions"]


class PolicyOptions(Section):
    """Options of single policies; one that the policy does not have is an error."""

    proposing: Literal["first", "second"] | None = field(
        None, "Of `stable`: the side that proposes, exhibitors (first) or guests (second)."
    )
    welfare: Literal["nash", "max_min"] | None = field(
        None, "Of `fair`: what is greatest, the Nash welfare or what the least served has."
    )
    effort: Literal["full", "quick"] | None = field(
        None, "Of `optimal`: whether the time-indexed programme is solved where the flow alone is no proof."
    )


class Matchmaking(Section):
    """A matchmaking programme: its windows, tables and slots, who takes part, requests, policy."""

    title: str = field("", "Title shown in tables; the name if empty.", max_length=100, pattern=CLEAN)
    policy: str = field(
        "greedy",
        f"How requests become meetings, by name: {', '.join(SHIPPED_POLICIES[:-1])} "
        f"or {SHIPPED_POLICIES[-1]}.",
    )
    options: PolicyOptions = field(PolicyOptions, "Options of the policy.")
    interest: Literal["reciprocal", "one_sided", "nash"] = field(
        "reciprocal",
        "Whose interest counts for the policy: that of both (the score), the asker's alone, or the "
        "product of the two sides' wishes.",
    )
    rounds: int = field(
        1,
        "Runs of the policy; before the second, meetings are confirmed, and what is given up is refilled.",
        unit="runs",
        ge=1,
        le=2,
    )
    confirmation_share: float = field(
        0.5,
        "With two rounds: chance that a side that will not come says so when asked to confirm.",
        unit="1",
        ge=0,
        le=1,
    )
    compact: Literal["no", "value", "breaks", "fairness"] = field(
        "no",
        "Whether breaks in people's timetables are made few, and what leads: the value of the meetings, "
        "the breaks, or that people's breaks differ by no more than breaks_differ_by.",
    )
    breaks_differ_by: int | None = field(
        None, "Most by which two people's breaks differ; no limit if left out.", unit="breaks", ge=0, le=100
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
    met_again: bool = field(
        True, "Whether pairs that an earlier programme brought together may ask for each other again."
    )
    requests: int = field(..., "Requests sent in all.", unit="requests", ge=0, le=2_000_000)
    most_requests_each: int | None = field(
        None, "Most requests a participant sends; no limit if left out.", unit="requests", ge=0, le=100_000
    )
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
    request_days: float = field(
        30.0, "Requests are sent over this long before the expo.", unit="days", gt=0, le=1000
    )
    answer_days: Distribution = field(
        lambda: Constant(dist="constant", value=0.0), "How long an answer takes.", unit="days"
    )
    expiry_days: float | None = field(
        None,
        "A request that is not answered within this long has expired; never if left out.",
        unit="days",
        gt=0,
        le=1000,
    )
    reminder_days: float | None = field(
        None,
        "Who has not answered for this long is reminded; nobody is if left out.",
        unit="days",
        ge=0,
        le=1000,
    )
    reminder_share: float = field(0.5, "Chance that a reminder is answered at once.", unit="1", ge=0, le=1)
    pending_blocks: bool = field(
        False,
        "Whether a request that waits for its answer holds a slot of both sides, so that nobody has more "
        "requests pending and accepted than meetings he can hold.",
    )
    most_meetings_each: int | None = field(
        None, "Most meetings a participant has; no limit if left out.", unit="meetings", ge=1, le=1000
    )
    least_meetings_each: int = field(
        0, "Meetings a participant is to have at least, if it can be.", unit="meetings", ge=0, le=1000
    )
    promises: dict[Name, Annotated[int, Field(ge=0, le=1000)]] = field(
        dict,
        "Meetings promised to each sponsor of a kind: `promises.gold = 12`.",
        unit="meetings",
        max_length=20,
    )
    most_in_row: int | None = field(
        None, "Most meetings in a row; no limit if left out.", unit="meetings", ge=1, le=1000
    )
    no_show: float = field(
        0.13, "Chance that a visitor's side of a meeting never comes, drawn beforehand.", unit="1", ge=0, le=1
    )  # FACTS: kept (C): drawn and caused losses together give 80 % held
    no_show_exhibitors: float = field(
        0.05, "Chance that an exhibitor's side never comes, drawn beforehand.", unit="1", ge=0, le=1
    )
    against_no_shows: Literal["nothing", "reminders", "standbys"] = field(
        "nothing",
        "What is done about no-shows: nothing, reminders beforehand, or stand-bys, who come to a meeting of "
        "somebody else and take its place if that one does not come.",
    )
    reminder_effect: float = field(0.3, "Share of no-shows that reminders prevent.", unit="1", ge=0, le=1)
    standby_share: float = field(
        1.0, "Share of meetings with a visitor that get a stand-by, if there is one.", unit="1", ge=0, le=1
    )
