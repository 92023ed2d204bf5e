"""The table of what each exhibitor had, in a few numbers."""

from __future__ import annotations

import numpy as np

from sim.floor.arrays import NONE
from sim.statistics.had import had
from sim.statistics.ledger import Ledger
from sim.statistics.tables.registry import Codes, Columns, table

__all__ = ["booths"]


@table(
    {
        "exhibitor": "number of the exhibitor, as in `exhibitors`",
        "name": "name",
        "chain": "industrial chain",
        "hall": "hall of the booth",
        "country": "country, ISO 3166 code",
        "sponsor": "kind of sponsor; missing: none",
        "useful_contacts": "other organisations met in a useful contact",
        "contacts": "other organisations met in any interaction",
        "stops": "parties that looked",
        "asked": "parties that asked to talk",
        "conversations": "conversations",
        "lost_share": "parties that asked and did not talk over those that asked, share; missing: none asked",
        "wait_minutes": "mean wait before a conversation, min; missing: none",
        "busy_share": "share of staff time on duty spent in conversations",
        "meetings_scheduled": "organised meetings scheduled, of the booth and of its people on the floor",
        "meetings_held": "organised meetings held",
    },
    small=True,
)
def booths(ledger: Ledger) -> Columns:
    """A row an exhibitor, in the order of `exhibitors`: who it is, and by what they are ranked."""
    expo, of, n = ledger.expo, ledger.expo.organisations, ledger.n_exhibitors
    zone = ledger.floor.places.zone[:n]
    return {
        "exhibitor": np.arange(n),
        "name": list(of.name[:n]),
        "chain": Codes(of.chain[:n], expo.chains),
        "hall": Codes(np.where(zone < len(expo.halls), zone, NONE), expo.halls),
        "country": Codes(of.country[:n], expo.countries),
        "sponsor": Codes(expo.exhibitors.sponsor, expo.sponsors),
        **had(ledger),
    }
