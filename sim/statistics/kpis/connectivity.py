"""KPIs of the connectivity index; what it is, `sim.statistics.network.connectivity` says."""

from __future__ import annotations

from sim.statistics.kpis.registry import kpi
from sim.statistics.ledger import Ledger
from sim.statistics.network.connectivity import index_of


@kpi("network.connectivity", "Connectivity index", unit="1", how="index, 0 to 100", high=100)
def index(ledger: Ledger) -> float:
    """How well useful contacts connect organisations across chains and countries, 0 to 100.

    The geometric mean, times 100, of `network.largest_share`, `network.cross_chain_share`,
    `network.cross_border_share` and `network.robustness`: shares all, so that it does not grow with the
    fair, but with contacts an organisation, with their mix, and with how little hangs on a few.
    """
    return index_of(ledger.connectivity)


@kpi(
    "network.robustness",
    "Organisations still connected as exhibitors leave",
    unit="share",
    how="mean share of organisations",
)
def robustness(ledger: Ledger) -> float:
    """The mean share of organisations still in the largest connected group as exhibitors are removed.

    By twentieths of the exhibitors, those with most contacts first (Schneider and others 2011).
    """
    return ledger.connectivity["robustness"]
