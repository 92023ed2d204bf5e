"""Matchmaking programmes: who takes part, requests and answers, the policy, tables and slots.

Where a default comes from, its grade and the range in which it is plausible: see `field`.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field

from sim.policy_names import SHIPPED_POLICIES
from sim.scenario.schema.distributions import Constant, Distribution
from sim.scenario.schema.fields import ASSUMPTION, NEUTRAL, Section, Shown, field, fraction
from sim.scenario.schema.kinds import CLEAN, Name
from sim.scenario.schema.limits import MeetingLimits, limit
from sim.scenario.schema.venue import DayHours

__all__ = ["MOST_SLOTS", "Matchmaking", "PolicyOptions"]

MOST_SLOTS: Final = 3
"""Slots that a meeting takes at most."""


class PolicyOptions(Section):
    """Options of single policies; one that the policy does not have is an error."""

    proposing: Literal["first", "second"] | None = field(
        None, "Of `stable`: the side that proposes, exhibitors (first) or guests (second).", example="first"
    )
    welfare: Literal["nash", "max_min"] | None = field(
        None, "Of `fair`: what is greatest, the Nash welfare or what the least served has.", example="nash"
    )
    effort: Literal["full", "quick"] | None = field(
        None,
        "Of `optimal`: whether the time-indexed programme is solved where the flow alone is no proof.",
        example="full",
    )


class Matchmaking(Section):
    """A matchmaking programme: its windows, tables and slots, who takes part, requests, policy."""

    shown_as: ClassVar[Shown] = {
        "by_stable": {
            "policy": "stable",
            "options": {"proposing": "first"},
            "compact": "fairness",
            "breaks_differ_by": 2,
        },
        "by_fair": {"policy": "fair", "options": {"welfare": "nash"}},
        "by_optimal": {"policy": "optimal", "options": {"effort": "full"}},
    }

    title: str = field(
        "",
        "Title; the name if empty. The frames of a result show the name.",
        max_length=100,
        pattern=CLEAN,
        example="Matchmaking",
    )
    policy: str = field(
        "greedy",
        f"How requests become meetings, by name: {', '.join(SHIPPED_POLICIES[:-1])} "
        f"or {SHIPPED_POLICIES[-1]}. All but none serve those first who would be short of what they are to "
        "have at least.",
        source=NEUTRAL,
    )
    options: PolicyOptions = field(PolicyOptions, "Options of the policy.")
    interest: Literal["reciprocal", "one_sided", "nash"] = field(
        "reciprocal",
        "Whose interest counts for the policy: that of both (the score), the asker's alone, or the "
        "product of the two sides' wishes.",
        source=NEUTRAL,
    )
    rounds: int = field(
        1,
        "Runs of the policy; before the second, meetings are confirmed, and what is given up is refilled.",
        unit="runs",
        ge=1,
        le=2,
        source=NEUTRAL,
    )
    confirmation_share: float = fraction(
        0.5,
        "With two rounds: chance that a side that will not come says so when asked to confirm.",
        source=ASSUMPTION,
        plausible=(0.2, 0.8),
    )
    compact: Literal["no", "value", "breaks", "fairness"] = field(
        "no",
        "Whether breaks in people's timetables are made few, and what leads: the value of the meetings, "
        "all of which are then kept and only moved; the breaks, or that people's breaks differ by no more "
        "than breaks_differ_by, for which meetings are given up.",
        source=NEUTRAL,
    )
    breaks_differ_by: int | None = field(
        None,
        "Most by which two people's breaks differ; no limit if left out.",
        unit="breaks",
        ge=0,
        le=100,
        example=2,
    )
    hall: Name = field(..., "The hall of the matchmaking area.", example="main")
    areas: int = field(
        1, "Areas used side by side, each with its own windows.", unit="areas", ge=1, le=200, source=NEUTRAL
    )
    area_halls: tuple[Name, ...] = field(
        tuple,
        "The hall of each area; all are in `hall` if left out. The hosts of a programme in several halls "
        "meet in that one whose tables are nearest to their booths, and everybody has the time to walk "
        "from one hall to another; slots are those in which all of them are open.",
        max_length=200,
        example=("main",),
    )
    tables: int = field(..., "Tables in each area.", unit="tables", ge=0, le=2000, example=10)
    keep_tables: bool = field(
        False,
        "Whether hosts with meetings keep a table each (of a hall with fewer tables than hosts, those who "
        "are promised and have agreed to most; where `lengths` are longer than a slot, nobody): all their "
        "meetings are there, one at a time. Others may use it while they do not.",
        source=NEUTRAL,
    )
    windows: tuple[Annotated[int, Field(ge=0, le=2000)], ...] = field(
        tuple,
        "Windows (activities) on each day; one an area and day if left out.",
        unit="windows",
        max_length=14,
        example=(1,),
    )
    window_slots: int | None = field(
        None, "Slots of a window; as many as fit if left out.", unit="slots", ge=1, le=200, example=8
    )
    from_: dt.time | None = field(
        None,
        "Earliest slot; the doors' opening if left out.",
        unit="clock time",
        alias="from",
        example=dt.time(10, 0),
    )
    to: dt.time | None = field(
        None, "Latest end; the doors' closing if left out.", unit="clock time", example=dt.time(16, 0)
    )
    hours: dict[str, DayHours] = field(
        dict, "Days on which `from` and `to` are others, keyed by date.", max_length=14
    )
    break_from: dt.time | None = field(
        None,
        "Begin of a break, lunch, in which there are no slots.",
        unit="clock time",
        example=dt.time(12, 0),
    )
    break_to: dt.time | None = field(
        None, "End of the break; slots begin again then.", unit="clock time", example=dt.time(13, 0)
    )
    slot_minutes: float = field(
        20.0,
        "Length of a meeting.",
        unit="min",
        ge=1,
        le=240,
        source="slot",
        grade="B",
        plausible=(15, 30),
        decided=True,
    )
    buffer_minutes: float = field(
        10.0,
        "Time between two slots.",
        unit="min",
        ge=0,
        le=120,
        source="slot",
        grade="B",
        plausible=(5, 15),
        decided=True,
    )
    lengths: tuple[Annotated[float, Field(ge=0, le=1)], ...] = field(
        tuple,
        "Shares of the requests whose meeting takes one, two, three slots that follow each other directly, "
        "the time between them included; all take one if left out.",
        unit="1",
        max_length=MOST_SLOTS,
        example=(0.8, 0.2),
    )
    location: Literal["table", "booth"] = field("table", "Where meetings are held.", source=NEUTRAL)
    place_room: int | None = field(
        None,
        "Meetings that a booth has room for at once, where they are held at booths; no limit but that of "
        "the delegates if left out.",
        unit="meetings",
        ge=1,
        le=50,
        example=2,
    )
    place_m2: float | None = field(
        None,
        "Floor of its booth that a meeting takes: a booth has room for as many at once as fit, at least "
        "one; no limit if left out.",
        unit="m²",
        gt=0,
        le=1000,
        example=9,
    )
    tolerance_minutes: float = field(
        8.0,
        "How late a side may be before the meeting is lost; less than a slot.",
        unit="min",
        ge=0,
        le=120,
        source=ASSUMPTION,
        plausible=(5, 15),
        decided=True,
    )
    least_minutes: float = field(
        5.0,
        "A meeting that cannot last so long before it is cut is lost; a slot, where that is shorter.",
        unit="min",
        ge=0,
        le=120,
        source=ASSUMPTION,
        plausible=(3, 10),
        remark="as behaviour.useful_minutes: nobody sits down for less than would be of use",
    )
    overrun: Literal["cut", "hold"] = field(
        "cut",
        "A late start cuts the meeting at the slot's end, or holds the table for its full length.",
        source=NEUTRAL,
    )
    delegate: Literal["any", "named"] = field(
        "any", "Whether a booth sends whoever is free first, or a named member.", source=NEUTRAL
    )
    hold_back_minutes: float = field(
        5.0,
        "Before a slot, the booth keeps the delegate out of walk-up talks this long.",
        unit="min",
        ge=0,
        le=120,
        source=ASSUMPTION,
        plausible=(0, 15),
        decided=True,
    )
    interpreters: int | None = field(
        None,
        "Interpreters for meetings across borders; no limit if left out.",
        unit="people",
        ge=0,
        le=2000,
        example=4,
    )
    host_pavilion: Name | None = field(
        None, "Exhibitors taking part: those of this pavilion.", example="hungary"
    )
    host_chains: tuple[Name, ...] = field(
        tuple,
        "Exhibitors taking part: those of these chains; all if left out.",
        max_length=50,
        example=("machines", "parts"),
    )
    exhibitors_meet: bool = field(False, "Whether exhibitors also ask other exhibitors.", source=NEUTRAL)
    exhibitor_guest_share: float = fraction(
        0.0,
        "Share of the other exhibitors who take part as guests of the hosts.",
        source=NEUTRAL,
    )
    guests: tuple[Name, ...] = field(
        tuple,
        "Personas that take part; all with a matchmaking_share if left out.",
        max_length=50,
        example=("buyer",),
    )
    hosted_attend: Literal["windows", "as_others"] = field(
        "windows",
        "Hosted parties that take part come on days with windows, stay from the first slot to the last "
        "and keep that time free until the timetable is made; or they do as other guests.",
        source=NEUTRAL,
    )
    delegates: int = field(
        1, "Meetings an exhibitor can hold at once.", unit="delegates", ge=1, le=50, source=NEUTRAL
    )
    met_again: bool = field(
        True,
        "Whether pairs that an earlier programme brought together may ask for each other again.",
        source=NEUTRAL,
    )
    published: str | None = field(
        None,
        "A published timetable, CSV or .xlsx as `exposim timetable --out` writes it, relative to the "
        "scenario: its meetings are on the plan, whatever `requests` asks for besides.",
        example="timetable.csv",
    )
    replan: Literal["no", "least changes"] = field(
        "no",
        "Published meetings that cannot be held (a side is away, the tables are closed) stay on the plan and "
        "are lost on the day; or all is planned again beforehand, with the fewest changes.",
        source=NEUTRAL,
    )
    replan_evenings: bool = field(
        False,
        "Whether the days left are planned again each evening, from what was held by then: who came to none "
        "of two meetings or more is taken to be gone, a pair that did not meet is asked once more, and free "
        "time goes to whoever agreed to meet and has no slot. Meetings still to come stay where they are.",
        source=NEUTRAL,
        decided=True,
    )
    requests: int = field(..., "Requests sent in all.", unit="requests", ge=0, le=2_000_000, example=120)
    most_requests_each: int | None = field(
        None,
        "Most requests a participant sends; no limit if left out.",
        unit="requests",
        ge=0,
        le=100_000,
        example=20,
    )
    exhibitors_ask_share: float = fraction(
        0.3,
        "Share of requests that exhibitors send; visitors send the rest.",
        source=ASSUMPTION,
        plausible=(0.1, 0.6),
    )
    acceptance: float = fraction(
        0.45,
        "Share of requests accepted.",
        source="acceptance",
        grade="C",
        plausible=(0.38, 0.6),
    )
    selectivity: float = field(
        0.21,
        "Share of the variance of answers that lies between those who answer.",
        unit="1",
        ge=0,
        le=0.9,
        source="two-sided",
        grade="A",
        plausible=(0.1, 0.35),
        remark="another domain: speed dating",
    )
    popularity: float = field(
        0.17,
        "Share of the variance of answers that lies between those who ask.",
        unit="1",
        ge=0,
        le=0.9,
        source="two-sided",
        grade="A",
        plausible=(0.08, 0.3),
        remark="another domain: speed dating",
    )
    profile_quality: float = fraction(
        0.7,
        "Correlation of the score that requests and policies see with true affinity.",
        source=ASSUMPTION,
        plausible=(0.3, 0.95),
    )
    choice_noise: float = field(
        0.5,
        "Noise in whom people ask, in standard deviations of the score.",
        unit="sd",
        ge=0,
        le=10,
        source=ASSUMPTION,
        plausible=(0, 1.5),
    )
    request_days: float = field(
        30.0,
        "Requests are sent over this long before the expo.",
        unit="days",
        gt=0,
        le=1000,
        source=ASSUMPTION,
        plausible=(14, 60),
        decided=True,
    )
    answer_days: Distribution = field(
        lambda: Constant(dist="constant", value=0.0), "How long an answer takes.", unit="days", source=NEUTRAL
    )
    expiry_days: float | None = field(
        None,
        "A request that is not answered within this long has expired; never if left out.",
        unit="days",
        gt=0,
        le=1000,
        example=7,
    )
    reminder_days: float | None = field(
        None,
        "Who has not answered for this long is reminded; nobody is if left out.",
        unit="days",
        ge=0,
        le=1000,
        example=3,
    )
    reminder_share: float = fraction(
        0.5,
        "Chance that a reminder is answered at once.",
        source=ASSUMPTION,
        plausible=(0.2, 0.8),
    )
    pending_blocks: bool = field(
        False,
        "Whether a request that waits for its answer holds a slot of both sides, so that nobody has more "
        "requests pending and accepted than meetings he can hold.",
        source=NEUTRAL,
    )
    most_meetings_each: int | None = limit(
        "most_meetings_each", None, "Most meetings a participant has; no limit if left out.", example=6
    )
    least_meetings_each: int = limit(
        "least_meetings_each", 0, "Meetings a participant is to have at least, if it can be.", source=NEUTRAL
    )
    promises: dict[Name, Annotated[int, Field(ge=0, le=1000)]] = field(
        dict,
        "Meetings promised to each sponsor of a kind: `promises.gold = 12`.",
        unit="meetings",
        max_length=20,
        example={"gold": 6, "silver": 3},
    )
    most_in_row: int | None = limit(
        "most_in_row",
        None,
        "Most meetings in a row: in slots of a day with no more than `buffer_minutes` between them. No limit "
        "if left out.",
        example=4,
    )
    most_a_day: int | None = limit(
        "most_a_day", None, "Most meetings a participant has on a day; no limit if left out.", example=8
    )
    least_a_day: int = limit(
        "least_a_day",
        0,
        "Meetings a participant is to have at least on each day on which it can meet, if it can be.",
        source=NEUTRAL,
    )
    most_days: int | None = limit(
        "most_days", None, "Most days on which a participant has meetings; no limit if left out.", example=1
    )
    rest_minutes: float = limit(
        "rest_minutes",
        0.0,
        "Time between two meetings of a participant (of each delegate of an exhibitor), at least.",
        source=NEUTRAL,
    )
    lunch_from: dt.time | None = field(
        None,
        "Begin of a span of each day of which each participant keeps lunch_slots free; none if left out. "
        "A slot is of the span if any of it is.",
        unit="clock time",
        example=dt.time(13, 0),
    )
    lunch_to: dt.time | None = field(None, "End of that span.", unit="clock time", example=dt.time(14, 0))
    lunch_slots: int = limit("lunch_slots", 1, "Slots of that span that stay free.", source=NEUTRAL)
    keep_free: int = limit(
        "keep_free",
        0,
        "Slots of each day that a participant keeps free of meetings, for walk-up talks, at least; second "
        "appointments may use them.",
        source=NEUTRAL,
    )
    tables_kept: int = field(
        0,
        "Tables of each area that the timetable leaves free: second appointments (again_share) use them.",
        unit="tables",
        ge=0,
        le=2000,
        source=NEUTRAL,
    )
    limits: dict[Name, MeetingLimits] = field(
        dict,
        "Limits of exhibitors or visitors alone, of a kind of sponsor, of a persona, keyed by name.",
        max_length=60,
    )
    group_share: float = fraction(
        0.0,
        "Chance that an accepted request of a guest and a host may be joined with others of this guest that "
        "belong with it (`group_of`) into one meeting of all; at tables only. At its deadline it begins "
        "without who is missing, if the guest and any host are there. Only meetings of two have stand-bys "
        "and second appointments.",
        example=0.3,
        source=ASSUMPTION,
        plausible=(0, 0.5),
    )
    group_size: int = field(
        3, "Most sides of a meeting of joined requests, the guest among them.", unit="sides", ge=3, le=4,
        source=NEUTRAL,
    )  # fmt: skip
    group_of: Literal["neighbours", "stage", "chain", "any"] = field(
        "neighbours",
        "Which hosts meet a guest together: of neighbouring stages of a chain (a product and its parts), of "
        "one stage of it (offers to the same need), of one chain, or any.",
        source=NEUTRAL,
    )
    no_show: float = fraction(
        0.13,
        "Chance that a visitor's side of a meeting never comes, drawn beforehand.",
        source="kept",
        grade="C",
        plausible=(0.08, 0.25),
        remark="fitted: with those who come late, 80 % are held",
    )
    no_show_personal_share: float = fraction(
        0.5,
        "Share of `no_show` that is a person's, who does not come to the fair at all and misses all its "
        "meetings; the rest is a single meeting's. The mean stays.",
        source=ASSUMPTION,
        plausible=(0, 0.8),
    )
    no_show_exhibitors: float = fraction(
        0.05,
        "Chance that an exhibitor's side never comes, drawn beforehand.",
        source="kept",
        grade="C",
        plausible=(0, 0.1),
        remark="fitted together with the share of visitors",
    )
    against_no_shows: Literal["nothing", "reminders", "standbys"] = field(
        "nothing",
        "What is done about no-shows: nothing, reminders beforehand, or stand-bys, who come to a meeting of "
        "somebody else and take its place if that one does not come.",
        source=NEUTRAL,
    )
    reminder_effect: float = fraction(
        0.3,
        "Share of no-shows that reminders prevent.",
        source=ASSUMPTION,
        plausible=(0.15, 0.4),
        remark="29 to 39 % in out-patient clinics, another domain (Hasvold and Wootton, 2011)",
    )
    standby_share: float = fraction(
        1.0,
        "Share of meetings with a visitor that get a stand-by, if there is one.",
        source=ASSUMPTION,
        plausible=(0.5, 1),
        decided=True,
    )
    again_share: float = fraction(
        0.0,
        "Share of meetings that, if missed because a side was late or for want of the place or an "
        "interpreter, both sides agree to hold later that day, at the first table-slot both have free.",
        source=ASSUMPTION,
        plausible=(0, 0.8),
        decided=True,
        remark="platforms offer it; nothing is published on how often it is accepted",
    )
