"""A fair with a bit of everything, small enough to be built in a test."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import sim
from sim.expo import Expo, build
from sim.expo.exhibitors.organisations import draw_exhibitors
from sim.expo.programme.programme import PlannedProgramme, plan_programme
from sim.expo.shortfalls import Noted
from sim.expo.venue.venue import Venue, lay_out
from sim.expo.visitors.visitors import Visitors, draw_visitors
from sim.scenario import Scenario
from sim.streams import Streams

TOML = """
[expo]
title = "A fair with a bit of everything"
first_day = 2024-11-26
days = 2
seed = 11

[venue]
gross_area_m2 = 9000
[venue.halls.east]
width_m = 80
depth_m = 60
[venue.halls.west]
x_m = 100
width_m = 80
depth_m = 60
[venue.gates.south]
x_m = 40
y_m = -20
[venue.gates.north]
x_m = 140
y_m = 90
share = 0.5
[venue.rooms.small]
hall = "east"
count = 3
seats = 40
[venue.catering.canteen]
hall = "west"
seats = 60
[venue.catering.bar]
hall = "east"
seats = 20

[chains.energy]
hall = "east"
inputs = { energy = 0.6, digital = 0.4 }
[chains.digital]
hall = "west"
[chains.food]
hall = "west"
inputs = { food = 0.7, energy = 0.3 }

[exhibitors]
count = 50
countries = 8
overseas_share = 0.3
mean_staff = 5.0

[pavilions.hungary]
country = "HU"
hall = "east"
area_m2 = 120
exhibitors = 2
partners = 6
staff = 24

[visitors.buyer]
kind = "buyer"
visits = 700
matchmaking_share = 0.4
days_each = { dist = "discrete", values = [1, 2], weights = [0.6, 0.4] }
seminar_interests = { dist = "discrete", values = [0, 1, 2], weights = [0.5, 0.3, 0.2] }
[visitors.public]
kind = "public"
visits = 500
stops = { dist = "constant", value = 8 }
passing_stops = { dist = "constant", value = 4 }
[visitors.delegation]
kind = "delegation"
visits = 160
party_size = { dist = "uniform", low = 5, high = 12 }
tour_share = 0.8
tour_stops = 4
[visitors.staffers]
kind = "exhibitor"
visits = 90

[programme.opening]
kind = "ceremony"
starts = 2024-11-26T11:00:00
rooms = ["small"]
registered = 30
hosts = 2
[programme.seminars]
kind = "seminar"
per_day = [5, 6]
rooms = ["small"]
registered = 12
talk_minutes = 30
mixing_minutes = 20
[programme.debuts]
kind = "debut"
per_day = [2, 2]
talk_minutes = 15

[matchmaking.general]
hall = "west"
tables = 6
areas = 2
requests = 300
[matchmaking.hungary]
hall = "east"
tables = 3
requests = 120
host_pavilion = "hungary"
exhibitor_guest_share = 0.3
delegate = "named"
interpreters = 2
"""


ONE_TRY: dict[str, object] = {"behaviour__retry_share": 0.0}
"""Who found nobody free does not try again."""

ROUTES_END: dict[str, object] = ONE_TRY | {
    f"visitors__{persona}__goes_on": False for persona in ("buyer", "public", "delegation", "staffers")
}
"""Nor does anybody go on: who has made all stops of a route goes home."""


class Table(dict[str, object]):
    """A table of a scenario that can be the argument of a cached function."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(tuple(self.items()))


class Parts(NamedTuple):
    """What a built expo was made of, where the expo itself does not say it."""

    venue: Venue
    visitors: Visitors
    programme: PlannedProgramme


@cache
def read(toml: str) -> Scenario:
    """The scenario that this file would be."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "fair.toml"
        path.write_text(toml, encoding="utf-8")
        return sim.load(str(path))


def scenario_of(toml: str, **settings: object) -> Scenario:
    """The scenario that this file would be, with settings by path (`__` for a dot)."""
    return read(toml).replace(**{name.replace("__", "."): value for name, value in settings.items()})


@cache
def fair(**settings: object) -> Scenario:
    """The fair, with settings by path (`__` for a dot)."""
    return scenario_of(TOML, **settings)


@cache
def built(replication: int = 0, **settings: object) -> Expo:
    """The fair built."""
    return build(fair(**settings), replication)


@cache
def parts(replication: int = 0, **settings: object) -> Parts:
    """The pieces that `built` with the same arguments was made from."""
    scenario = fair(**settings)
    streams = Streams(scenario.data.expo.seed, replication)
    organisations, exhibitors = draw_exhibitors(scenario, streams)
    venue = lay_out(scenario, organisations, exhibitors, streams)
    return Parts(
        venue,
        draw_visitors(scenario, organisations, exhibitors, venue, streams, streams),
        plan_programme(scenario, organisations, exhibitors, venue, streams, Noted()),
    )
