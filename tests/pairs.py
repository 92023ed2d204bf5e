"""What one exhibitor more brings, by pairs of replications and by independent ones; a program.

Prints by KPI the variance of a difference of independent runs over that of paired ones: so many times more
replications independent runs would need.
"""

from __future__ import annotations

import json
from typing import Final

import numpy as np

import sim

__all__ = ["KPIS", "gains"]

KPIS: Final = ("contacts.useful", "contacts.useful_an_exhibitor_p10", "booths.lost_share")


def gains(replications: int) -> dict[str, float]:
    """Of each KPI the ratio of variances. Nobody comes back to a busy booth: what is tried are the choices."""

    def values(exhibitors: int, replication: int) -> list[float]:
        changes = {"exhibitors.count": exhibitors, "behaviour.retry_share": 0}
        row = sim.run(sim.load("quickstart", changes), replication=replication).row
        return [row[name] for name in KPIS]

    found = np.array([[values(count, r) for count in (40, 41)] for r in range(replications)])
    apart = found.var(axis=0, ddof=1).sum(axis=0)
    return dict(zip(KPIS, apart / (found[:, 1] - found[:, 0]).var(axis=0, ddof=1), strict=True))


if __name__ == "__main__":
    print(json.dumps(gains(40)))
