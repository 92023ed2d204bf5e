"""The visitors: personas, when they come and what they do.

Where a default comes from, its grade and the range in which it is plausible: see `field`.
"""

from __future__ import annotations

from typing import Literal

from sim.scenario.schema.distributions import (
    Constant,
    Discrete,
    Distribution,
    Gamma,
    Geometric,
    Lognormal,
    conversation_minutes,
)
from sim.scenario.schema.fields import ASSUMPTION, NEUTRAL, Section, field, fraction
from sim.scenario.schema.kinds import Country, Hour, Name, Weight

__all__ = ["Persona"]


def patience_seconds() -> Discrete:
    """What executives said that they wait."""
    return Discrete(dist="discrete", values=(0, 30, 60, 180, 300), weights=(0.06, 0.11, 0.41, 0.28, 0.14))


def arrival_shares() -> dict[str, float]:
    """A front-loaded day."""
    return {"9": 0.3, "10": 0.25, "11": 0.15, "12": 0.08, "13": 0.1, "14": 0.08, "15": 0.04}


class Persona(Section):
    """A kind of visitor: how many, when they come, how long they stay, what they do."""

    kind: Literal["buyer", "professional", "delegation", "exhibitor", "media", "public"] = field(
        ...,
        "What they are. `exhibitor`: exhibitors' own people on the floor, never the booth's staff.",
        example="buyer",
    )
    visits: int = field(
        ...,
        "Visits: persons times days, over the whole expo.",
        unit="visits",
        ge=0,
        le=5_000_000,
        example=1200,
    )
    visits_count: Literal["exact", "poisson"] = field(
        "exact", "Whether `visits` is the number or the mean of a Poisson number.", source=NEUTRAL
    )
    party_size: Distribution = field(
        lambda: Discrete(dist="discrete", values=(1, 2, 3), weights=(0.6, 0.3, 0.1)),
        "People who walk together.",
        unit="people",
        source=ASSUMPTION,
        plausible=(1.2, 2.0),
        remark="trade mostly one or two",
    )
    bunch_size: Distribution = field(
        lambda: Geometric(dist="geometric", mean=2.5),
        "People who arrive together (a metro, a coach); they make up parties. At least one party.",
        unit="people",
        source="arrivals",
        grade="A",
        plausible=(2, 3.5),
    )
    colleagues_share: float = fraction(
        0.23,
        "Chance that a party is of the same company as the one before it in its bunch.",
        source="contacts-a-firm",
        grade="–",
        plausible=(0.1, 0.4),
        remark="by arithmetic",
    )
    days_each: Distribution = field(
        lambda: Constant(dist="constant", value=1.0), "Days a person comes.", unit="days", source=NEUTRAL
    )
    day_shares: tuple[Weight, ...] = field(
        tuple, "Weights of the days; all alike if left out.", unit="1", max_length=14, example=(1,)
    )
    arrival_shares: dict[Hour, Weight] = field(
        arrival_shares,
        "Weights of the clock hours among a day's arrivals.",
        unit="1",
        min_length=1,
        max_length=24,
        source=ASSUMPTION,
        remark="a front-loaded day like that of FACTS: arrival-profile, whose hours it does not copy",
    )
    arrival_beyond: float | None = field(
        None,
        "Weight of the opening hours before the first and after the last of `arrival_shares`, as a share "
        "of the weight of that first or last hour. If left out: 1 where `arrival_shares` is the default, "
        "0 where it says other hours.",
        unit="1",
        ge=0,
        le=10,
        example=1,
    )
    stay_minutes: Distribution = field(
        lambda: Gamma(dist="gamma", mean=216.0, cv=0.45),
        "Planned stay on a day; closing time cuts it.",
        unit="min",
        source="hours-on-floor",
        grade="A",
        plausible=(180, 260),
        remark="the CV is assumed",
    )
    stops: Distribution = field(
        lambda: Gamma(dist="gamma", mean=14.0, cv=0.4),
        "Planned stops at booths a visit.",
        unit="booths",
        source="booth-visit",
        grade="C",
        plausible=(11, 17),
        remark="20 to 28 with those in passing; split and CV are assumed",
    )
    passing_stops: Distribution = field(
        lambda: Gamma(dist="gamma", mean=10.0, cv=0.5),
        "Further stops in passing, at booths near the way.",
        unit="booths",
        source="booth-visit",
        grade="C",
        plausible=(7, 13),
        remark="20 to 28 with planned ones; split and CV are assumed",
    )
    goes_on: bool = field(
        True,
        "Whether they stroll on when their route is done, and stop in passing until their stay ends.",
        source="hours-on-floor",
        grade="A",
        remark="what is measured is the stay; false: who is done goes home",
    )
    look_minutes: Distribution = field(
        lambda: Lognormal(dist="lognormal", mu=1.75, sigma=0.7, low=0.2, high=40.0),
        "Time looking at a planned stop before any talk.",
        unit="min",
        source="booth-visit",
        grade="C",
        plausible=(5, 9),
        remark="with those in passing what is left of 7.7 min a stop",
    )
    passing_look_minutes: Distribution = field(
        lambda: Lognormal(dist="lognormal", mu=0.85, sigma=0.7, low=0.2, high=20.0),
        "Time looking at a stop in passing.",
        unit="min",
        source="booth-visit",
        grade="C",
        plausible=(2, 4),
        remark="with planned ones what is left of 7.7 min a stop",
    )
    talk_share: float = fraction(
        0.21,
        "Chance of wanting to talk to staff at a stop.",
        source="talk-share",
        grade="B",
        plausible=(0.15, 0.3),
    )
    talk_cv: float = field(
        0.6,
        "How much parties differ in their own propensity to talk: coefficient of variation of a gamma factor "
        "on `talk_share`, the same at all stops and on all days of a party; the mean stays.",
        unit="1",
        ge=0,
        le=2,
        source="contact-gini",
        grade="A",
        plausible=(0.3, 0.9),
        remark="a proxy: with it partners are shared among people as unequally as measured",
    )
    conversation_minutes: Distribution = field(
        conversation_minutes,
        "Length of a conversation of average affinity.",
        unit="min",
        source="conversation",
        grade="A",
        plausible=(4, 5.5),
        remark="the cut at 60 minutes is assumed",
    )
    gate_patience_minutes: Distribution = field(
        lambda: Gamma(dist="gamma", mean=60.0, cv=0.5),
        "How long they queue at a gate before they go home.",
        unit="min",
        source=ASSUMPTION,
        plausible=(30, 120),
        remark="a fair is travelled to: about a third of a stay; a queue of this length is a failure",
    )
    patience_seconds: Distribution = field(
        patience_seconds,
        "How long they wait for a free member of staff.",
        unit="s",
        source="patience",
        grade="B",
        plausible=(60, 180),
    )
    queue_limit: int = field(
        5,
        "They balk when this many parties wait already.",
        unit="parties",
        ge=0,
        le=100_000,
        source=ASSUMPTION,
        plausible=(2, 10),
    )
    pace_m_per_s: Distribution = field(
        lambda: Gamma(dist="gamma", mean=0.8, cv=0.15),
        "Walking speed on the floor.",
        unit="m/s",
        source=ASSUMPTION,
        plausible=(0.5, 1.2),
    )
    own_chain_share: float = fraction(
        0.5,
        "Share of planned stops in the hall of the visitor's own chain and supplying chains by need; "
        "the rest are spread by attraction alone.",
        source=ASSUMPTION,
        plausible=(0.2, 0.8),
    )
    nearness: float = field(
        0.3,
        "How much nearness to the gate raises a booth's attraction; 0, not at all.",
        unit="1",
        ge=0,
        le=5,
        source=ASSUMPTION,
        plausible=(0, 1),
        remark="a booth at the gate is exp(0.3) times as attractive as the farthest",
    )
    chains: dict[Name, Weight] = field(
        dict,
        "Weights of the chains they come from; as exhibitors if left out.",
        unit="1",
        max_length=50,
        example={"machines": 2, "parts": 1},
    )
    country_shares: dict[Country, Weight] = field(
        dict,
        "Weights of their countries; all from the home country if left out.",
        unit="1",
        max_length=150,
        example={"CN": 8, "HU": 1},
    )
    authority: Distribution = field(
        lambda: Discrete(dist="discrete", values=(0.3, 0.6, 1.0), weights=(0.17, 0.51, 0.32)),
        "Say in purchases: 1 final, 0.3 none. Weighs in the seller's interest.",
        unit="1",
        source="influence",
        grade="A",
        plausible=(0.5, 0.8),
        remark="the values are assumed",
    )
    meal_share: float = fraction(
        0.35,
        "Chance of a meal on a visit that spans noon.",
        source=ASSUMPTION,
        plausible=(0.2, 0.6),
    )
    seminar_interests: Distribution = field(
        lambda: Discrete(dist="discrete", values=(0, 1), weights=(0.9, 0.1)),
        "Activities a visit they would walk in to without registration.",
        unit="activities",
        source=ASSUMPTION,
        plausible=(0, 0.3),
    )
    matchmaking_share: float = fraction(
        0.0,
        "Chance that a party takes part in organised matchmaking.",
        source=NEUTRAL,
        example=0.1,
    )
    follows_meetings: float = fraction(
        1.0,
        "Chance that a party chooses its day, arrival and stay around the meetings it has agreed to; 0: "
        "meetings are looked for in the hours it would have been there anyway.",
        source=ASSUMPTION,
        plausible=(0.5, 1),
    )
    longest_stay_minutes: float = field(
        480.0,
        "Longest stay on a day for the sake of meetings; a longer planned stay remains.",
        unit="min",
        ge=0,
        le=1440,
        source=ASSUMPTION,
        plausible=(300, 600),
    )
    never_travel_share: float = fraction(
        0.0,
        "Share of those registered who never travel: they ask and are asked for meetings, and are not there; "
        "in their place others make up `visits`. Their no-shows are on top of `no_show`.",
        source=NEUTRAL,
        example=0.1,
    )
    hosted_share: float = fraction(
        0.0, "Chance that a party is hosted: the organiser pays for it.", source=NEUTRAL
    )
    tour_share: float = fraction(
        0.0,
        "Chance that a party (a delegation) is taken on a guided tour of booths.",
        source=NEUTRAL,
    )
    tour_stops: int = field(
        6,
        "Booths on a guided tour.",
        unit="booths",
        ge=1,
        le=50,
        source=ASSUMPTION,
        plausible=(3, 10),
        decided=True,
    )
    tour_minutes: float = field(
        10.0,
        "Time at each booth of a tour.",
        unit="min",
        gt=0,
        le=120,
        source=ASSUMPTION,
        plausible=(5, 20),
        decided=True,
    )
