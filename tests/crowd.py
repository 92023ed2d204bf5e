"""A small, crowded fair, and the effect of a change of it: paired runs with common random numbers.

As a program (`played`, see tests/ahead.py) it reads changes of the fair, as JSON, and prints the `KPIS` of
each; a test that knows them (`learn`) runs nothing itself.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final, NamedTuple

import numpy as np
import pytest

from sim.replication import run
from sim.statistics.intervals import student_quantile
from sim.statistics.kpis.registry import evaluate
from tests.expo.fair import Table, scenario_of

__all__ = ["effect", "learn", "played", "values"]

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


REPLICATIONS: Final = 8
KPIS: Final = (
    "booths.lost_for_good_share",
    "contacts.useful",
    "conversations.count",
    "meetings.held",
    "visits.peak_people",
    "visits.stay_minutes",
)
"""What tests ask for; all others together would take a fifth of the time."""
_known: dict[str, tuple[Mapping[str, float], ...]] = {}


def played(*sweeps: Sequence[Mapping[str, object]]) -> pytest.MarkDecorator:
    """The mark of a test that needs the fair with each of these changes: they are run ahead of it."""
    changes = {json.dumps(change): change for sweep in sweeps for change in sweep}
    return pytest.mark.ahead("-m", "tests.crowd", input=json.dumps(list(changes.values())))


def learn(printed: str) -> None:
    """What a program that was run ahead has printed need not be run again."""
    _known.update({json.dumps(change): tuple(kpis) for change, kpis in json.loads(printed)})


@cache
def values(changes: Table, replications: int) -> tuple[Mapping[str, float], ...]:
    """The `KPIS` of each replication of the fair with some settings changed, by path (`__` for a dot)."""
    if replications == REPLICATIONS and (known := _known.get(json.dumps(changes))) is not None:
        return known
    scenario = scenario_of(TOML, **changes)
    return tuple(evaluate(run(scenario, replication=r).ledger, KPIS) for r in range(replications))


class Effect(NamedTuple):
    """A mean difference and the ends of its 95 % interval."""

    mean: float
    low: float
    high: float


def effect(
    kpi: str, before: Mapping[str, object], after: Mapping[str, object], replications: int = REPLICATIONS
) -> Effect:
    """What a change does to a KPI, by Student's interval of the paired differences."""
    one, other = values(Table(before), replications), values(Table(after), replications)
    by = np.array([b[kpi] - a[kpi] for a, b in zip(one, other, strict=True)])
    half = student_quantile(0.975, replications - 1) * by.std(ddof=1) / np.sqrt(replications)
    return Effect(float(by.mean()), float(by.mean() - half), float(by.mean() + half))


if __name__ == "__main__":
    changes = json.load(sys.stdin)
    print(json.dumps([(change, values(Table(change), REPLICATIONS)) for change in changes]))
