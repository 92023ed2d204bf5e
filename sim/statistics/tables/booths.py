"""The table of what each exhibitor had, in five numbers."""

from __future__ import annotations

import numpy as np

from sim.floor.arrays import IntArray
from sim.floor.trace import Kind, Outcome
from sim.statistics.kpis.contacts import useful_contacts
from sim.statistics.ledger import Integers, Ledger
from sim.statistics.measures import blocks
from sim.statistics.tables.registry import Columns, table

__all__ = ["booths"]


@table(
    {
        "exhibitor": "number of the exhibitor, as in `exhibitors`",
        "name": "name",
        "useful_contacts": "other organisations met in a useful contact",
        "contacts": "other organisations met in any interaction",
        "conversations": "conversations",
        "stops": "parties that looked",
        "meetings_held": "organised meetings held",
    },
    small=True,
)
def booths(ledger: Ledger) -> Columns:
    """A row an exhibitor, in the order of `exhibitors`: the columns by which they are ranked."""
    n, met, trace = ledger.n_exhibitors, ledger.interactions, ledger.trace

    def count(place: Integers) -> IntArray:
        return np.bincount(place, minlength=n)[:n]

    stops = np.zeros(n, dtype=np.int64)
    for part in blocks(len(trace)):
        looked = (trace.kind[part] == Kind.LOOK) & (trace.outcome[part] == Outcome.DONE)
        stops += count(trace.place[part][looked])
    return {
        "exhibitor": np.arange(n),
        "name": list(ledger.expo.organisations.name[:n]),
        "useful_contacts": useful_contacts(ledger).copy(),
        "contacts": met.partners(np.ones(len(met), dtype=np.bool_), n),
        "conversations": count(ledger.conversations.place),
        "stops": stops,
        "meetings_held": count(met.in_meetings(met.organisation, met.partner)),
    }
