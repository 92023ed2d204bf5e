"""A small, crowded fair, and the effect of a change of it: paired runs with common random numbers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import numpy as np

from sim.replication import run
from sim.statistics.intervals import student_quantile
from tests.expo.fair import Table, scenario_of

__all__ = ["effect", "values"]

TOML = """
[expo]
title = "A crowded fair"
first_day = 2024-11-26
closes = 15:00:00
seed = 7

[venue]
gross_area_m2 = 1500
[venue.halls.east]
width_m = 40
depth_m = 25
[venue.halls.west]
x_m = 60
width_m = 40
depth_m = 25
[venue.gates.south]
x_m = 20
y_m = -10
lanes = 2

[chains.energy]
hall = "east"
[chains.food]
hall = "west"

[exhibitors]
count = 16
mean_staff = 2.5

[visitors.buyer]
kind = "buyer"
visits = 220
matchmaking_share = 0.6
talk_share = 0.35
stay_minutes = { dist = "gamma", mean = 150, cv = 0.4 }

[matchmaking.main]
hall = "west"
tables = 3
requests = 400
exhibitors_ask_share = 0.0
most_meetings_each = 8
"""


@cache
def values(changes: Table, replications: int) -> tuple[Mapping[str, float], ...]:
    """The KPIs of each replication of the fair with some settings changed, by path (`__` for a dot)."""
    scenario = scenario_of(TOML, **changes)
    return tuple(dict(run(scenario, replication=r).kpis) for r in range(replications))


class Effect(NamedTuple):
    """A mean difference and the ends of its 95 % interval."""

    mean: float
    low: float
    high: float


def effect(
    kpi: str, before: Mapping[str, object], after: Mapping[str, object], replications: int = 8
) -> Effect:
    """What a change does to a KPI, by Student's interval of the paired differences."""
    one, other = values(Table(before), replications), values(Table(after), replications)
    by = np.array([b[kpi] - a[kpi] for a, b in zip(one, other, strict=True)])
    half = student_quantile(0.975, replications - 1) * by.std(ddof=1) / np.sqrt(replications)
    return Effect(float(by.mean()), float(by.mean() - half), float(by.mean() + half))
