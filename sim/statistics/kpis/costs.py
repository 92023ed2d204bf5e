"""KPIs of costs: what the organiser pays for, in all and a useful contact."""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.statistics.kpis.booths import staff_hours
from sim.statistics.kpis.registry import kpi
from sim.statistics.ledger import Ledger
from sim.statistics.measures import NAN, share

__all__ = ["ITEMS"]

ITEMS: Final = ("tables", "hosted", "staff", "space", "interpreters")


@kpi("costs.of", "Costs by item", unit="money", how="sum", basis="input", family=True)
def costs_of(ledger: Ledger) -> dict[str, float]:
    """What each thing costs: quantity times the scenario's price.

    Table-days (tables of each area on each day on which it has a window), people hosted (each once,
    whatever their days), staff-hours on duty, square metres of booths, interpreter-days.
    """
    prices = ledger.expo.terms.prices
    tables, interpreters = _days(ledger)
    return {
        "tables": prices.table_day * tables,
        "hosted": prices.hosted_buyer * _hosted(ledger),
        "staff": prices.staff_hour * staff_hours(ledger),
        "space": prices.square_metre * float(ledger.expo.exhibitors.area_m2.sum()),
        "interpreters": prices.interpreter_day * interpreters,
    }


@kpi("costs.total", "Costs", unit="money", how="sum", basis="input")
def total(ledger: Ledger) -> float:
    """All costs together; nan if the scenario has no prices."""
    spent = sum(costs_of(ledger).values())
    return spent if spent else NAN


@kpi("costs.a_useful_contact", "Cost a useful contact", unit="money", how="ratio of sums")
def a_useful_contact(ledger: Ledger) -> float:
    """Costs over useful contacts: pairs of organisations with a useful interaction, each counted once."""
    met = ledger.interactions
    return share(total(ledger), len(met.pairs_in(met.useful)))


@kpi(
    "costs.a_meeting", "Cost of tables, hosting and interpreters a meeting", unit="money", how="ratio of sums"
)
def a_meeting(ledger: Ledger) -> float:
    """What matchmaking costs over meetings held; nan if the scenario has no prices."""
    spent = sum(
        cost for name, cost in costs_of(ledger).items() if name in ("tables", "hosted", "interpreters")
    )
    return share(spent, ledger.sides.held.sum()) if spent else NAN


def _days(ledger: Ledger) -> tuple[float, float]:
    """Table-days and interpreter-days."""
    expo, plan = ledger.expo, ledger.expo.programme
    tables = interpreters = 0
    for number, programme in enumerate(expo.terms.matchmaking):
        mine = plan.window_programme == number
        windows = np.bincount(plan.window_day[mine], minlength=expo.n_days)
        tables += int(np.minimum(windows, programme.areas).sum()) * programme.tables
        interpreters += int((windows > 0).sum()) * (programme.interpreters or 0)
    return float(tables), float(interpreters)


def _hosted(ledger: Ledger) -> float:
    """People hosted: of each party the most on any day."""
    return float(ledger.most(ledger.expo.parties.hosted == 1).sum())
