"""KPIs of the sides of scheduled meetings: who never came, came late or too late, or was there in vain."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.floor.arrays import NONE
from sim.floor.trace import HELD_UP, Outcome
from sim.statistics.kpis.meetings import of_standby
from sim.statistics.kpis.registry import kpi
from sim.statistics.ledger import Bools, Ledger
from sim.statistics.measures import mean

__all__: list[str] = []


def _sides_of(ledger: Ledger) -> Iterator[tuple[str, Bools]]:
    party, scheduled = ledger.sides.party_day != NONE, ledger.sides.booked & ledger.sides.ordinary
    yield "visitor", party & scheduled
    yield "exhibitor", ~party & scheduled


@kpi(
    "meetings.no_show_share", "No-shows by side", unit="share", how="share of sides of that kind", family=True
)
def no_show_share(ledger: Ledger) -> dict[str, float]:
    """Sides that never came, drawn beforehand, over scheduled sides of that kind.

    A side is a visitor's party, or an exhibitor's booth.
    """
    return {
        name: mean((ledger.sides.outcome == Outcome.NO_SHOW)[chosen]) for name, chosen in _sides_of(ledger)
    }


@kpi(
    "meetings.late_share",
    "Late by side and cause",
    unit="share",
    how="share of sides of that kind",
    family=True,
)
def late_share(ledger: Ledger) -> dict[str, float]:
    """Sides that came after the slot's start to a meeting that was held, over scheduled sides.

    For visitors and exhibitors each, in all and by what held them up.
    """
    return _by_cause(ledger, Outcome.LATE)


@kpi(
    "meetings.missed_share",
    "Missed by side and cause",
    unit="share",
    how="share of sides of that kind",
    family=True,
)
def missed_share(ledger: Ledger) -> dict[str, float]:
    """Sides that were held up elsewhere until it was too late, over scheduled sides.

    For visitors and exhibitors each, in all and by what held them up.
    """
    return _by_cause(ledger, Outcome.MISSED)


@kpi("meetings.stood_up_share", "Stood up", unit="share", how="share of sides")
def stood_up_share(ledger: Ledger) -> float:
    """Sides of scheduled meetings that were there in vain, for want of the other side or an interpreter.

    A side that met a stand-by instead is not among them.
    """
    sides, plan = ledger.sides, ledger.floor.meetings
    in_vain = sides.outcome == Outcome.STOOD_UP
    standby = np.flatnonzero(sides.held & of_standby(ledger))
    in_vain[plan.keeps[standby], plan.standby_for[standby]] = False
    return mean(in_vain[sides.booked & sides.ordinary])


def _by_cause(ledger: Ledger, outcome: Outcome) -> dict[str, float]:
    values = {}
    for name, chosen in _sides_of(ledger):
        happened = (ledger.sides.outcome == outcome)[chosen]
        cause = ledger.sides.cause[chosen]
        values[name] = mean(happened)
        for c in HELD_UP:
            values[f"{name}.{c.name.lower()}"] = mean(happened & (cause == c))
    return values
