"""The exhibiting companies: chains, exhibitors as a population, national pavilions.

Where a default comes from, its grade and the range in which it is plausible: see `field`.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, Discriminator, Field, StringConstraints, Tag

from sim.scenario.schema.fields import ASSUMPTION, NEUTRAL, Section, Shown, field, fraction
from sim.scenario.schema.kinds import CLEAN, STAGES, Country, ExhibitorName, Name, Stage, Weight

__all__ = ["OTHER", "Chain", "Exhibitors", "Pavilion"]

OTHER = "other"
"""Among countries with their shares: all that are not named."""

_Number = Annotated[int, Field(ge=1, le=150)]
_Origin = Annotated[str, StringConstraints(pattern=r"^([A-Z]{2}|other)$")]
_Shares = Annotated[dict[_Origin, Annotated[float, Field(ge=0, le=1)]], Field(min_length=1, max_length=150)]


def _number_or_shares(value: Any) -> str:
    return "shares" if isinstance(value, dict) else "number"


Countries = Annotated[
    Annotated[_Number, Tag("number")] | Annotated[_Shares, Tag("shares")], Discriminator(_number_or_shares)
]


def _along_the_chain(weights: dict[Stage, float]) -> dict[Stage, float]:
    """In one order, whatever that of the file: scenarios that say the same are the same."""
    return {stage: weights[stage] for stage in STAGES if stage in weights}


class Chain(Section):
    """An industrial chain: a themed area, its share of exhibitors, where its inputs come from."""

    shown_as: ClassVar[Shown] = {"parts": {"exhibitors": 0.5}}

    title: str = field(
        "",
        "Title; the name if empty. The frames of a result show the name.",
        max_length=100,
        pattern=CLEAN,
        example="Machine tools",
    )
    hall: Name = field(..., "The hall of its themed area.", example="main")
    exhibitors: float = field(
        1.0,
        "Weight among exhibitors; totals are apportioned exactly.",
        unit="1",
        ge=0,
        le=1e6,
        source=NEUTRAL,
    )
    stages: Annotated[dict[Stage, Weight], AfterValidator(_along_the_chain)] = field(
        lambda: {
            "research": 0.10,
            "materials": 0.15,
            "components": 0.25,
            "manufacturing": 0.30,
            "distribution": 0.10,
            "services": 0.10,
        },
        "Weights of the stages among the chain's companies.",
        unit="1",
        min_length=1,
        max_length=6,
        source=ASSUMPTION,
    )
    inputs: dict[Name, Weight] = field(
        dict,
        "Where a company of this chain buys: a weight for each supplying chain (normalised to 1); "
        "its own chain alone if left out.",
        unit="1",
        max_length=50,
        example={"machines": 3, "parts": 1},
    )


class Exhibitors(Section):
    """The exhibitors as a population: totals that hold exactly, and their booths and staff."""

    count: int = field(..., "Direct exhibitors.", unit="companies", ge=1, le=50_000, example=40)
    countries: Countries = field(
        1,
        "How many countries they come from, the home country included; which ones is then an assumption. Or "
        "a share for each, with `other` for the rest: `countries = { FR = 0.7, DE = 0.2, other = 0.1 }`; "
        "shares are of `count`, and met exactly.",
        unit="countries",
        source=NEUTRAL,
        example=4,
    )
    home_country: Country | None = field(
        None,
        "Country of the expo. If left out, that of the largest share in `countries`, or of most rows of the "
        "exhibitors file; else CN, where the reference event is (an assumption).",
        unit="ISO 3166 code",
        example="CN",
    )
    overseas_share: float = fraction(
        0.0,
        "Share from outside the home country; not with shares in `countries`.",
        source=NEUTRAL,
        example=0.25,
    )
    belt_and_road_share: float | None = fraction(
        None,
        "Share of the overseas exhibitors from Belt-and-Road countries. If left out, 0.5 at an expo in CN "
        "(FACTS: belt-and-road), and none is aimed at elsewhere; not with shares in `countries`.",
        example=0.5,
    )
    fortune_500: int = field(
        0, "Fortune Global 500 companies among them.", unit="companies", ge=0, le=500, source=NEUTRAL
    )
    debuts: int = field(0, "Booths that show a new product.", unit="booths", ge=0, le=50_000, source=NEUTRAL)
    sponsors: dict[Name, Annotated[int, Field(ge=0, le=50_000)]] = field(
        dict,
        "Sponsors of each kind: `sponsors.gold = 5`; drawn, larger booths rather than small ones.",
        unit="companies",
        max_length=20,
        example={"gold": 2, "silver": 4},
    )
    mean_area_m2: float | None = field(
        None, "Mean booth area; net area over exhibitors if left out.", unit="m²", ge=1, le=10_000, example=20
    )
    area_gini: float = field(
        0.43,
        "Gini coefficient of booth areas.",
        unit="1",
        ge=0,
        le=0.9,
        source="booth-size",
        grade="B",
        plausible=(0.3, 0.55),
    )
    mean_staff: float = field(
        6.0,
        "Mean staff a booth.",
        unit="people",
        ge=1,
        le=200,
        source="booth-size",
        grade="B",
        plausible=(5, 7),
        remark="the area rule would give 10 and hardly a queue",
    )
    staff_gini: float = field(
        0.43,
        "Gini coefficient of staff numbers.",
        unit="1",
        ge=0,
        le=0.9,
        source=ASSUMPTION,
        plausible=(0.3, 0.55),
        remark="staff are as unequal as areas",
    )
    least_staff: int = field(
        2, "Fewest staff a booth.", unit="people", ge=1, le=50, source="staff", grade="C", plausible=(1, 3)
    )
    area_a_member_m2: float | None = field(
        None,
        "Staff by area: one member for so many m² of booth, not fewer than `least_staff`; then `mean_staff` "
        "and `staff_gini` count for nothing. A trade rule has 4.65 m² of free space.",
        unit="m²",
        gt=0,
        le=1000,
        example=9,
    )
    sponsor_staff: dict[Name, Annotated[int, Field(ge=1, le=2000)]] = field(
        dict,
        "Staff of the booths of sponsors of each kind, whatever the rules for others: "
        "`sponsor_staff.gold = 8`.",
        unit="people",
        max_length=20,
        example={"gold": 8},
    )
    named_staff: dict[ExhibitorName, Annotated[int, Field(ge=1, le=2000)]] = field(
        dict,
        "Staff of the booths of exhibitors by name, whatever their row or the rules give them. Those of all "
        "others stay as they are: of a pavilion, its `staff` is the total before.",
        unit="people",
        max_length=100_000,
        example={"machines-001": 6},
    )
    added_staff: dict[ExhibitorName, Annotated[int, Field(ge=-2000, le=2000)]] = field(
        dict,
        "Members of staff more (or fewer, below 0) at the booths of exhibitors by name than that. Those of "
        "all others stay as they are. At least one remains.",
        unit="people",
        max_length=100_000,
        example={"machines-001": 2},
    )
    debut_pull: float = field(
        1.5,
        "How much a debut multiplies a booth's attraction.",
        unit="1",
        ge=1,
        le=10,
        source=ASSUMPTION,
        plausible=(1, 2.5),
    )
    area_pull: float = field(
        0.5,
        "Exponent of booth area in a booth's attraction.",
        unit="1",
        ge=0,
        le=2,
        source=ASSUMPTION,
        plausible=(0, 1),
    )
    shifts: int = field(
        1,
        "Shifts a day: 1, everybody all day; 2, half in the morning, half after.",
        unit="shifts",
        ge=1,
        le=2,
        source=NEUTRAL,
    )
    lunch_minutes: float = field(
        45.0,
        "Lunch break of a member of staff; 0, none.",
        unit="min",
        ge=0,
        le=180,
        source=ASSUMPTION,
        plausible=(30, 60),
    )
    lunch_from: dt.time = field(
        dt.time(11, 30), "Earliest start of a lunch break.", unit="clock time", source=ASSUMPTION
    )
    lunch_to: dt.time = field(
        dt.time(13, 30), "Latest end of a lunch break.", unit="clock time", source=ASSUMPTION
    )


class Pavilion(Section):
    """A national pavilion: companies of one country on one stand area."""

    title: str = field(
        "",
        "Title; the name if empty. The frames of a result show the name.",
        max_length=100,
        pattern=CLEAN,
        example="Hungary",
    )
    country: Country = field(..., "Country.", unit="ISO 3166 code", example="HU")
    hall: Name = field(..., "The hall it is in.", example="main")
    area_m2: float = field(..., "Area of the pavilion.", unit="m²", gt=0, le=100_000, example=150)
    exhibitors: int = field(
        0,
        "Direct exhibitors in it; they count among exhibitors.count.",
        unit="companies",
        ge=0,
        le=2000,
        source=NEUTRAL,
        example=2,
    )
    partners: int = field(
        0,
        "Partner companies in it, on top of exhibitors.count.",
        unit="companies",
        ge=0,
        le=2000,
        source=NEUTRAL,
        example=3,
    )
    staff: int = field(
        ..., "Delegates of all its companies together.", unit="people", ge=1, le=20_000, example=12
    )
    chains: dict[Name, Weight] = field(
        dict,
        "Weights of the chains among its companies; all alike if left out.",
        unit="1",
        max_length=50,
        example={"parts": 1},
    )
    opens_on_day: int = field(
        1, "Day on which it opens (1 is the first).", unit="day", ge=1, le=14, source=NEUTRAL
    )
    opens_at: dt.time | None = field(
        None,
        "Clock time at which it opens on that day; the doors' if left out.",
        unit="clock time",
        example=dt.time(10, 0),
    )
