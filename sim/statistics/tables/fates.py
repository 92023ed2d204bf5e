"""The table of fates: what came of all useful contacts of exhibitors, in numbers."""

from __future__ import annotations

import numpy as np

from sim.statistics.kpis.contacts import useful_contacts
from sim.statistics.ledger import Ledger
from sim.statistics.outcomes import Fate
from sim.statistics.tables.registry import Codes, Columns, table

__all__ = ["USEFUL", "fates"]

USEFUL = "useful"
"""The row of all useful contacts; those of which one is a supplier of the other have fates."""


@table(
    {
        "fate": "useful: all useful contacts of exhibitors; the others: chain contacts, as in `outcomes`",
        "contacts": "of exhibitors; of two exhibitors each has one",
        "pairs": "pairs of organisations",
        "direct": "direct exhibitors, the same in all rows",
    },
    small=True,
)
def fates(ledger: Ledger) -> Columns:
    """A row for all useful contacts of exhibitors, and one a fate: what came of them."""
    found, contacts, n = ledger.outcomes, ledger.network.contacts, ledger.n_exhibitors
    pairs = np.bincount(found.fate, minlength=len(Fate))
    both = np.bincount(found.fate[found.other < n], minlength=len(Fate))
    names = (USEFUL, *(fate.name.lower() for fate in Fate))
    return {
        "fate": Codes(np.arange(len(names)), names),
        "contacts": np.append(useful_contacts(ledger).sum(), pairs + both),
        "pairs": np.append((contacts.one < n).sum(), pairs),
        "direct": np.full(len(names), int((ledger.expo.exhibitors.direct == 1).sum())),
    }
