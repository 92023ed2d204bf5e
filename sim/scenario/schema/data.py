"""The whole of a scenario file: its sections, each described in a module of its own."""

from __future__ import annotations

from typing import Final

from sim.scenario.schema.activities import Activity
from sim.scenario.schema.afterwards import Outcomes
from sim.scenario.schema.companies import Chain, Exhibitors, Pavilion
from sim.scenario.schema.conduct import Behaviour, Shock
from sim.scenario.schema.expected import Expectation, KPIName
from sim.scenario.schema.fields import Section, field
from sim.scenario.schema.kinds import STAGES, Country, Name, Stage
from sim.scenario.schema.limits import MeetingLimits
from sim.scenario.schema.meetings import Matchmaking, PolicyOptions
from sim.scenario.schema.money import Costs
from sim.scenario.schema.personas import Persona
from sim.scenario.schema.venue import Catering, DayHours, Event, Gate, Hall, Room, Venue

__all__ = [
    "LIST_FILES",
    "MOST_PROGRAMMES",
    "STAGES",
    "Activity",
    "Behaviour",
    "Catering",
    "Chain",
    "Costs",
    "Country",
    "DayHours",
    "Event",
    "Exhibitors",
    "Gate",
    "Hall",
    "Matchmaking",
    "MeetingLimits",
    "Name",
    "Outcomes",
    "Pavilion",
    "Persona",
    "PolicyOptions",
    "Room",
    "ScenarioData",
    "Shock",
    "Stage",
    "Venue",
]


LIST_FILES: Final = ("exhibitors_file", "programme_file", "pairs_file")
"""Keys that name a list in CSV: of exhibitors, of activities, of pairs."""

MOST_PROGRAMMES: Final = 50
"""Matchmaking programmes of a scenario; results have so many names for their published timetables."""


class ScenarioData(Section):
    """A whole scenario, as the file says it after inheritance and overrides."""

    expo: Event = field(..., "The event.")
    venue: Venue = field(..., "The buildings.")
    chains: dict[Name, Chain] = field(..., "Industrial chains, by name.", min_length=1, max_length=50)
    exhibitors: Exhibitors = field(..., "The exhibitors.")
    exhibitors_file: str | None = field(
        None,
        "A CSV file with a row an exhibitor, relative to the scenario; replaces the drawn ones.",
        example="exhibitors.csv",
    )
    pavilions: dict[Name, Pavilion] = field(dict, "National pavilions, by name.", max_length=100)
    visitors: dict[Name, Persona] = field(..., "Personas, by name.", min_length=1, max_length=50)
    programme: dict[Name, Activity] = field(dict, "Activities and rules for them, by name.", max_length=2000)
    programme_file: str | None = field(
        None,
        "A CSV file with a row an activity, relative to the scenario; joins the programme.",
        example="programme.csv",
    )
    matchmaking: dict[Name, Matchmaking] = field(
        dict, "Matchmaking programmes, by name.", max_length=MOST_PROGRAMMES
    )
    pairs_file: str | None = field(
        None,
        "A CSV file with a row a pair of organisations that must meet, must not, or has met before, "
        "relative to the scenario.",
        example="pairs.csv",
    )
    costs: Costs = field(Costs, "What the organiser pays for.")
    behaviour: Behaviour = field(Behaviour, "How people behave.")
    outcomes: Outcomes = field(Outcomes, "What comes of contacts afterwards.")
    shocks: dict[Name, Shock] = field(dict, "What goes otherwise than planned, by name.", max_length=100)
    expect: dict[KPIName, Expectation] = field(
        dict,
        "What is expected of KPIs, by their names in quotes, or of those of a group, such as "
        "'meetings.fewest of sponsor.gold': of the mean, such as '>= 450', or of each replication, such as "
        "'>= 450 in 95 %'; several with `and` between, shares with % too. "
        "`exposim check --run` says whether it is so. It is no part of what is run.",
        max_length=200,
        example={"meetings.held": ">= 450 in 95 %"},
    )
