"""KPIs of the connectivity index; what it is, `sim.statistics.network.connectivity` says."""

from __future__ import annotations

from sim.statistics.kpis.registry import kpi
from sim.statistics.ledger import Ledger
from sim.statistics.network.connectivity import index_of


@kpi("network.connectivity", "Connectivity index", unit="1", how="index, 0 to 100", high=100)
def index(ledger: Ledger) -> float:
    """How well useful contacts connect organisations across chains and countries, 0 to 100.

    The geometric mean, times 100, of `network.connectivity_of.reach`, `.chains`, `.countries` and
    `.robustness`: shares all, so that it does not grow with the fair, but with contacts an organisation, with
    their mix, and with how little hangs on a few.
    """
    return index_of(ledger.connectivity)


@kpi(
    "network.connectivity_of",
    "Component of the connectivity index",
    unit="share",
    how="share of organisations, of ties",
    family=True,
)
def components(ledger: Ledger) -> dict[str, float]:
    """What the connectivity index is made of.

    `reach`: organisations in the largest connected group; `chains` and `countries`: useful contacts that join
    two of them; `robustness`: the mean share still in the largest group after each twentieth of the
    exhibitors, those with most contacts first, is removed (Schneider and others 2011).
    """
    return ledger.connectivity
