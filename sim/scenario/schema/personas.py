"""The visitors: personas, when they come and what they do.

A default that comes from published figures names its row of measured facts and the grade of that
row (A: audited or computed from raw data; B: one survey or a named observer; C: a rule of thumb).
A default without one is an assumption.
"""

from __future__ import annotations

from typing import Literal

from sim.scenario.schema.distributions import Constant, Discrete, Distribution, Gamma, Geometric, Lognormal
from sim.scenario.schema.fields import Section, field
from sim.scenario.schema.kinds import Country, Hour, Name, Weight

__all__ = ["Persona"]


def conversation_minutes() -> Lognormal:
    """FACTS: conversation (A). The cut at 60 minutes is an assumption."""
    return Lognormal(dist="lognormal", mu=0.47, sigma=1.22, low=0.83, high=60.0)


def patience_seconds() -> Discrete:
    """FACTS: patience (B, 500 executives at five shows, 1989)."""
    return Discrete(dist="discrete", values=(0, 30, 60, 180, 300), weights=(0.06, 0.11, 0.41, 0.28, 0.14))


def arrival_shares() -> dict[str, float]:
    """FACTS: arrival-profile (A), the congress with a show; the hours after noon are assumptions."""
    return {"9": 0.3, "10": 0.25, "11": 0.15, "12": 0.08, "13": 0.1, "14": 0.08, "15": 0.04}


class Persona(Section):
    """A kind of visitor: how many, when they come, how long they stay, what they do."""

    kind: Literal["buyer", "professional", "delegation", "exhibitor", "media", "public"] = field(
        ...,
        "What they are. `exhibitor`: exhibitors' own people on the floor, never the booth's staff.",
    )
    visits: int = field(
        ..., "Visits: persons times days, over the whole expo.", unit="visits", ge=0, le=5_000_000
    )
    visits_count: Literal["exact", "poisson"] = field(
        "exact", "Whether `visits` is the number or the mean of a Poisson number."
    )
    party_size: Distribution = field(
        lambda: Discrete(dist="discrete", values=(1, 2, 3), weights=(0.6, 0.3, 0.1)),
        "People who walk together.",  # assumption: trade mostly one or two
        unit="people",
    )
    bunch_size: Distribution = field(
        lambda: Geometric(dist="geometric", mean=2.5),
        "People who arrive together (a metro, a coach); they make up parties. At least one party.",
        unit="people",
    )  # FACTS: arrivals (A)
    colleagues_share: float = field(
        0.23,
        "Chance that a party is of the same company as the one before it in its bunch.",
        unit="1",
        ge=0,
        le=1,
    )  # FACTS: section 1, 1.3 people a firm
    days_each: Distribution = field(
        lambda: Constant(dist="constant", value=1.0), "Days a person comes.", unit="days"
    )
    day_shares: tuple[Weight, ...] = field(
        tuple, "Weights of the days; all alike if left out.", unit="1", max_length=14
    )
    arrival_shares: dict[Hour, Weight] = field(
        arrival_shares,
        "Weights of the clock hours among a day's arrivals.",
        unit="1",
        min_length=1,
        max_length=24,
    )
    stay_minutes: Distribution = field(
        lambda: Gamma(dist="gamma", mean=216.0, cv=0.45),
        "Planned stay on a day; closing time cuts it.",
        unit="min",
    )  # FACTS: hours-on-floor (A): 8.3 h on 2.3 days; the CV is an assumption
    stops: Distribution = field(
        lambda: Gamma(dist="gamma", mean=14.0, cv=0.4), "Planned stops at booths a visit.", unit="booths"
    )  # FACTS: booth-visit (C): 20 to 28 stops a visit, passing ones included
    passing_stops: Distribution = field(
        lambda: Gamma(dist="gamma", mean=10.0, cv=0.5),
        "Further stops in passing, at booths near the way.",
        unit="booths",
    )
    look_minutes: Distribution = field(
        lambda: Lognormal(dist="lognormal", mu=1.2, sigma=0.7, low=0.2, high=40.0),
        "Time looking at a planned stop before any talk.",
        unit="min",
    )
    passing_look_minutes: Distribution = field(
        lambda: Lognormal(dist="lognormal", mu=0.0, sigma=0.7, low=0.2, high=20.0),
        "Time looking at a stop in passing.",
        unit="min",
    )
    talk_share: float = field(
        0.21, "Chance of wanting to talk to staff at a stop.", unit="1", ge=0, le=1
    )  # FACTS: talk-share (B)
    conversation_minutes: Distribution = field(
        conversation_minutes, "Length of a conversation of average affinity.", unit="min"
    )
    patience_seconds: Distribution = field(
        patience_seconds, "How long they wait for a free member of staff.", unit="s"
    )
    queue_limit: int = field(
        5, "They balk when this many parties wait already.", unit="parties", ge=0, le=100_000
    )
    pace_m_per_s: Distribution = field(
        lambda: Gamma(dist="gamma", mean=0.8, cv=0.15), "Walking speed on the floor.", unit="m/s"
    )
    own_chain_share: float = field(
        0.5,
        "Share of planned stops in the hall of the visitor's own chain and supplying chains by need; "
        "the rest are spread by attraction alone.",
        unit="1",
        ge=0,
        le=1,
    )
    nearness: float = field(
        0.3, "How much nearness to the gate raises a booth's attraction; 0, not at all.", unit="1", ge=0, le=5
    )
    chains: dict[Name, Weight] = field(
        dict, "Weights of the chains they come from; as exhibitors if left out.", unit="1", max_length=50
    )
    country_shares: dict[Country, Weight] = field(
        dict, "Weights of their countries; all from the home country if left out.", unit="1", max_length=150
    )
    authority: Distribution = field(
        lambda: Discrete(dist="discrete", values=(0.3, 0.6, 1.0), weights=(0.17, 0.51, 0.32)),
        "Say in purchases: 1 final, 0.3 none. Weighs in the seller's interest.",
        unit="1",
    )  # FACTS: influence (A): 83 % influence, 39 % of those have the final say
    meal_share: float = field(0.35, "Chance of a meal on a visit that spans noon.", unit="1", ge=0, le=1)
    seminar_interests: Distribution = field(
        lambda: Discrete(dist="discrete", values=(0, 1), weights=(0.9, 0.1)),
        "Activities a visit they would walk in to without registration.",
        unit="activities",
    )
    matchmaking_share: float = field(
        0.0, "Chance that a party takes part in organised matchmaking.", unit="1", ge=0, le=1
    )
    hosted_share: float = field(
        0.0, "Chance that a party is hosted: the organiser pays for it.", unit="1", ge=0, le=1
    )
    tour_share: float = field(
        0.0, "Chance that a party (a delegation) is taken on a guided tour of booths.", unit="1", ge=0, le=1
    )
    tour_stops: int = field(6, "Booths on a guided tour.", unit="booths", ge=1, le=50)
    tour_minutes: float = field(10.0, "Time at each booth of a tour.", unit="min", gt=0, le=120)
