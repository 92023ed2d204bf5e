"""Who exhibits and who is there, as organisers publish it."""

from __future__ import annotations

import numpy as np

from sim.floor.arrays import HOUR
from sim.statistics.kpis.registry import evaluate, kpi
from sim.statistics.ledger import Bools, Ledger
from sim.statistics.measures import mean, share

__all__: list[str] = []


def _direct(ledger: Ledger) -> Bools:
    """Whether each exhibitor has a stand of its own; partners at the stand of another have none."""
    direct: Bools = ledger.expo.exhibitors.direct == 1
    return direct


def _from_abroad(ledger: Ledger) -> Bools:
    """Whether each exhibitor is a direct one from another country than the host's."""
    expo = ledger.expo
    home = expo.countries.index(expo.terms.home_country)
    abroad: Bools = _direct(ledger) & (expo.organisations.country[: expo.n_exhibitors] != home)
    return abroad


@kpi("record.exhibitors", "Direct exhibitors", unit="exhibitors", how="sum", basis="input")
def exhibitors(ledger: Ledger) -> float:
    """Exhibitors with a stand of their own; partners in a pavilion are not counted."""
    return float(_direct(ledger).sum())


@kpi("record.countries", "Countries and regions", unit="countries", how="sum", basis="input")
def countries(ledger: Ledger) -> float:
    """Different countries of the direct exhibitors."""
    country = ledger.expo.organisations.country[: ledger.n_exhibitors]
    return float(len(np.unique(country[_direct(ledger)])))


@kpi("record.from_abroad", "Exhibitors from abroad", unit="exhibitors", how="sum", basis="input")
def from_abroad(ledger: Ledger) -> float:
    """Direct exhibitors from another country than the host's."""
    return float(_from_abroad(ledger).sum())


@kpi(
    "record.belt_and_road",
    "Exhibitors from Belt-and-Road countries",
    unit="exhibitors",
    how="sum",
    basis="input",
)
def belt_and_road(ledger: Ledger) -> float:
    """Direct exhibitors from abroad whose country is one of the Belt and Road."""
    flags = ledger.expo.organisations.belt_and_road[: ledger.n_exhibitors] == 1
    return float((_from_abroad(ledger) & flags).sum())


@kpi("record.fortune_500", "Of the Fortune Global 500", unit="exhibitors", how="sum", basis="input")
def fortune_500(ledger: Ledger) -> float:
    """Direct exhibitors of the Fortune Global 500."""
    flags = ledger.expo.organisations.fortune_500[: ledger.n_exhibitors] == 1
    return float((_direct(ledger) & flags).sum())


@kpi("record.debuts", "Booths with a debut", unit="booths", how="sum", basis="input")
def debuts(ledger: Ledger) -> float:
    """Exhibitors with a debut of a product at their booth."""
    return float((ledger.expo.exhibitors.debut == 1).sum())


@kpi("record.present", "People present", unit="people", how="mean over the clock hours of the doors")
def present(ledger: Ledger) -> float:
    """Mean over the clock hours of `visits.present_at`."""
    hours = evaluate(ledger, ["visits.present_at"])
    return mean(np.array(list(hours.values())))


def _arriving(ledger: Ledger, hour: int) -> float:
    days = ledger.floor.party_days
    size, at = days.size[ledger.admitted], (days.arrival[ledger.admitted] // HOUR) % 24
    return share(float(size[at == hour].sum()), float(size.sum()))


@kpi("record.arrive_at_09", "Arrive from 9 to 10 h", unit="share", how="share of visits", basis="input")
def arrive_at_09(ledger: Ledger) -> float:
    """Of those admitted, the share who reached a gate from 9 to 10 h."""
    return _arriving(ledger, 9)


@kpi("record.arrive_at_10", "Arrive from 10 to 11 h", unit="share", how="share of visits", basis="input")
def arrive_at_10(ledger: Ledger) -> float:
    """Of those admitted, the share who reached a gate from 10 to 11 h."""
    return _arriving(ledger, 10)


@kpi("record.arrive_at_11", "Arrive from 11 to 12 h", unit="share", how="share of visits", basis="input")
def arrive_at_11(ledger: Ledger) -> float:
    """Of those admitted, the share who reached a gate from 11 to 12 h."""
    return _arriving(ledger, 11)
