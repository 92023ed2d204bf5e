"""A floor laid out before anybody comes: the exhibitors drawn, and where everything stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.expo.draw.misfit import Misfit
from sim.expo.exhibitors.organisations import draw_exhibitors
from sim.expo.venue.venue import floor_plan, lay_out
from sim.files.problems import ScenarioError
from sim.floor.arrays import PlaceKind
from sim.report.plan.shapes import Shapes, shapes
from sim.streams import Streams

if TYPE_CHECKING:
    from sim.expo.expo import Exhibitors, Organisations
    from sim.expo.venue.venue import Venue
    from sim.scenario import Scenario

__all__ = ["Laid", "laid"]


@dataclass(frozen=True, slots=True)
class Laid:
    """The floor of a scenario's first replication, as a run lays it out."""

    scenario: Scenario
    seed: int
    organisations: Organisations  # those that exhibit
    exhibitors: Exhibitors
    venue: Venue
    shapes: Shapes


def laid(scenario: Scenario, seed: int | None = None) -> Laid:
    """Lay out the floor. Raises ScenarioError if the exhibitors cannot be drawn."""
    streams = Streams(scenario.data.expo.seed if seed is None else seed, 0)
    try:
        organisations, exhibitors = draw_exhibitors(scenario, streams)
        venue = lay_out(scenario, organisations, exhibitors, streams)
    except Misfit as error:
        raise ScenarioError([scenario.document.problem(error.keys, error.message)]) from error
    places = venue.places
    seats = np.where(np.isin(places.kind, (PlaceKind.GATE, PlaceKind.CATERING)), places.servers, 0)
    for kind, rooms in venue.rooms.items():
        seats[rooms] = venue.room_seats[kind]
    return Laid(
        scenario=scenario,
        seed=streams.seed,
        organisations=organisations,
        exhibitors=exhibitors,
        venue=venue,
        shapes=shapes(places, venue.names, floor_plan(scenario, venue), venue.halls, seats),
    )
