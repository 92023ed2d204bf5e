"""The event and its buildings: days, hours, halls, gates, rooms, catering.

Where a default comes from, its grade and the range in which it is plausible: see `field`.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.schema.distributions import Distribution, Gamma
from sim.scenario.schema.fields import ASSUMPTION, NEUTRAL, Section, field
from sim.scenario.schema.kinds import CLEAN, Name, Point

__all__ = ["Catering", "DayHours", "Event", "Gate", "Hall", "Room", "Venue"]


class DayHours(Section):
    """Hours of one day that differ from the others': of the expo, a hall, a matchmaking area."""

    opens: dt.time | None = field(
        None, "Opening on that day; as on other days if left out.", unit="clock time", example=dt.time(10, 0)
    )
    closes: dt.time | None = field(
        None, "Closing on that day; as on other days if left out.", unit="clock time", example=dt.time(16, 0)
    )


class Event(Section):
    """The event: what it is called, when it is open, how its population is drawn."""

    title: str = field(
        ...,
        "Title shown in results and reports.",
        min_length=1,
        max_length=200,
        pattern=CLEAN,
        example="My trade fair",
    )
    first_day: dt.date = field(..., "The first day.", unit="date", example=dt.date(2025, 5, 20))
    days: int = field(1, "Number of consecutive days.", unit="days", ge=1, le=14, source=NEUTRAL)
    opens: dt.time = field(dt.time(9, 0), "Doors open to visitors.", unit="clock time", source=ASSUMPTION)
    closes: dt.time = field(dt.time(17, 0), "Doors close.", unit="clock time", source=ASSUMPTION)
    last_admission_minutes: float = field(
        30.0,
        "The gates close this long before the doors do.",
        unit="min",
        ge=0,
        le=600,
        source=ASSUMPTION,
        plausible=(0, 60),
        decided=True,
    )
    set_up_minutes: float = field(
        0.0,
        "Exhibitors' staff are on duty so long before their hall opens, so that delegates and hosts can set "
        "out for what begins when the doors open. Visitors, exhibitors' own people among them, come with the "
        "doors.",
        unit="min",
        ge=0,
        le=240,
        source=NEUTRAL,
        example=60,
    )
    hours: dict[str, DayHours] = field(
        dict, "Days with other hours, keyed by date (`[expo.hours.2024-11-30]`).", max_length=14
    )
    usual_hours: tuple[Annotated[float, Field(gt=0, le=24)], ...] = field(
        tuple,
        "Hours open on each day for which `visits` and `stay_minutes` are stated; the last also for all "
        "further days. If left out they are stated for the hours as they are, whatever those are.",
        unit="h",
        max_length=14,
        example=(8,),
    )
    hours_elasticity: float = field(
        0.5,
        "Visits of a day go with its opening hours over `usual_hours` to this power; 0: the hours act on "
        "nobody's coming.",
        unit="1",
        ge=0,
        le=2,
        source=ASSUMPTION,
        plausible=(0, 1),
    )
    stay_elasticity: float = field(
        0.25,
        "Planned stays go with a day's opening hours over `usual_hours` to this power; 0: only closing "
        "time cuts them.",
        unit="1",
        ge=0,
        le=2,
        source=ASSUMPTION,
        plausible=(0, 0.5),
    )
    population: Literal["redrawn", "fixed"] = field(
        "redrawn",
        "Whether organisations are drawn anew in each replication or are the same in all "
        "(an organiser's own list is always the same).",
        source=NEUTRAL,
    )
    fitted: tuple[Annotated[str, Field(max_length=100, pattern=CLEAN)], ...] = field(
        tuple,
        "Names of KPIs whose published or measured figures this fair's parameters were set to meet: they are "
        "labelled fitted, not predicted.",
        max_length=200,
        example=("meetings.scheduled",),
    )
    seed: int = field(
        1, "Seed of all random draws; `--seed` overrides it.", unit="1", ge=0, le=2**63 - 1, source=NEUTRAL
    )


class Hall(Section):
    """A hall: a rectangle on the plan with one door."""

    x_m: float = field(0.0, "West edge on the plan.", unit="m", ge=-1e5, le=1e5, source=NEUTRAL)
    y_m: float = field(0.0, "South edge on the plan.", unit="m", ge=-1e5, le=1e5, source=NEUTRAL)
    width_m: float = field(..., "Extent from west to east.", unit="m", gt=0, le=5000, example=80)
    depth_m: float = field(..., "Extent from south to north.", unit="m", gt=0, le=5000, example=50)
    door_m: Point | None = field(
        None, "The door, on the plan; the middle of the south edge if left out.", unit="m", example=(40, 0)
    )
    opens: dt.time | None = field(
        None,
        "The hall opens, if later than the doors. It is known beforehand: programme, meetings and staff keep "
        "to it.",
        unit="clock time",
        example=dt.time(10, 0),
    )
    closes: dt.time | None = field(
        None, "The hall closes, if earlier than the doors.", unit="clock time", example=dt.time(15, 0)
    )
    hours: dict[str, DayHours] = field(
        dict, "Days on which it has other hours, keyed by date.", max_length=14
    )
    max_people: int | None = field(
        None,
        "Visitors let in at once; no limit if left out.",
        unit="people",
        ge=1,
        le=1_000_000,
        example=2000,
    )


class Gate(Section):
    """An entrance with parallel lanes: one queue, first come first served."""

    x_m: float = field(0.0, "Position on the plan.", unit="m", ge=-1e5, le=1e5, source=NEUTRAL, example=40)
    y_m: float = field(0.0, "Position on the plan.", unit="m", ge=-1e5, le=1e5, source=NEUTRAL, example=-20)
    lanes: int = field(
        4,
        "Parallel lanes.",
        unit="lanes",
        ge=1,
        le=500,
        source=ASSUMPTION,
        plausible=(2, 12),
        decided=True,
        example=6,
    )
    check_seconds: Distribution = field(
        lambda: Gamma(dist="gamma", mean=8.0, cv=0.5),
        "Time to check one person; a party takes one lane for its size times this.",
        unit="s",
        source=ASSUMPTION,
        plausible=(4, 20),
    )
    share: float = field(1.0, "Weight of this gate among arrivals.", unit="1", ge=0, le=1e6, source=NEUTRAL)


class Room(Section):
    """A kind of room for activities; `count` alike, side by side."""

    hall: Name = field(..., "The hall it is in.", example="main")
    count: int = field(1, "How many alike.", unit="rooms", ge=1, le=200, source=NEUTRAL, example=2)
    seats: int = field(..., "Seats in each.", unit="seats", ge=1, le=20_000, example=40)
    at_m: Point | None = field(
        None,
        "Position on the plan; spread along the hall's north wall if left out.",
        unit="m",
        example=(10, 48),
    )


class Catering(Section):
    """A place to eat: seats are taken by whole parties, in order of arrival."""

    hall: Name = field(..., "The hall it is in.", example="main")
    seats: int = field(..., "Seats.", unit="seats", ge=1, le=50_000, example=150)
    meal_minutes: Distribution = field(
        lambda: Gamma(dist="gamma", mean=25.0, cv=0.4),
        "Time at the table.",
        unit="min",
        source=ASSUMPTION,
        plausible=(15, 45),
    )
    at_m: Point | None = field(
        None, "Position on the plan; the hall's centre if left out.", unit="m", example=(70, 10)
    )


class Venue(Section):
    """The buildings: halls, gates, rooms, catering."""

    gross_area_m2: float = field(..., "Gross exhibition area.", unit="m²", gt=0, le=2_000_000, example=3000)
    net_share: float = field(
        0.5,
        "Share of the gross area that is booths.",
        unit="1",
        gt=0,
        le=1,
        source="net-area",
        grade="–",
        plausible=(0.4, 0.6),
        decided=True,
    )
    halls: dict[Name, Hall] = field(..., "The halls, by name.", min_length=1, max_length=100)
    gates: dict[Name, Gate] = field(..., "The gates, by name.", min_length=1, max_length=50)
    rooms: dict[Name, Room] = field(dict, "Rooms for activities, by name.", max_length=200)
    catering: dict[Name, Catering] = field(dict, "Places to eat, by name.", max_length=100)
