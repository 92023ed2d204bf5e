"""What one exhibitor more brings, by pairs of replications and by independent ones; a program.

Prints by KPI the variance of a difference of independent runs over that of paired ones: so many times more
replications independent runs would need.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Final

import numpy as np

import sim
from sim.statistics.kpis.registry import evaluate

__all__ = ["KPIS", "gains"]

ALONE: Final = {
    "behaviour.retry_share": 0,  # nobody comes back to a busy booth, which follows the losses
    "programme.opening.registered": 0,  # and nobody is at the opening, too early, of whose hosts the
    "programme.opening.starts": dt.datetime(2025, 5, 20, 9, 15),  # exhibitor more may be one
}
"""What leaves the choices among booths alone, which are what is tried."""
FEW: Final = {"visitors.professional.visits": 250, "visitors.public.visits": 25}  # to save computing time

KPIS: Final = ("contacts.useful", "contacts.useful_an_exhibitor_p10", "booths.lost_share")


def gains(replications: int) -> dict[str, float]:
    """Of each KPI the ratio of variances, over so many replications."""

    def values(scenario: sim.Scenario, replication: int) -> list[float]:
        found = evaluate(sim.run(scenario, replication=replication).ledger, KPIS)
        return [found[name] for name in KPIS]

    fairs = [sim.load("quickstart", ALONE | FEW | {"exhibitors.count": count}) for count in (40, 41)]
    found = np.array([[values(fair, r) for fair in fairs] for r in range(replications)])
    apart = found.var(axis=0, ddof=1).sum(axis=0)
    return dict(zip(KPIS, apart / (found[:, 1] - found[:, 0]).var(axis=0, ddof=1), strict=True))


if __name__ == "__main__":
    print(json.dumps(gains(30)))
