"""The table of industry alliances."""

from __future__ import annotations

import numpy as np

from sim.statistics.ledger import Ledger
from sim.statistics.tables.names import Names, minutes
from sim.statistics.tables.registry import Columns, table

__all__ = ["alliances"]


@table(
    {
        "members": "names of the exhibitors, joined by '; '",
        "exhibitors": "how many they are",
        "leading": "the leading company: of the Fortune Global 500, else a sponsor, else the largest stand",
        "initiates": "whether it began an interaction with one of them that it is tied to",
        "chains": "industrial chains of the members, joined by '; '",
        "stages": "the most stages of one chain that they cover",
        "ties": "strong ties in the triangles they are made of",
        "minutes": "together in these, min",
    }
)
def alliances(ledger: Ledger) -> Columns:
    """A row an alliance, the largest first: exhibitors with strong ties that span stages of a chain."""
    found, expo, names = ledger.alliances, ledger.expo, Names(ledger)
    every, length = found.every, found.strong.length
    who = expo.organisations.name
    return {
        "members": ["; ".join(who[member] for member in each.members) for each in every],
        "exhibitors": np.array([len(each.members) for each in every], dtype=np.int64),
        "leading": names.organisation(np.array([each.leading for each in every], dtype=np.int64)),
        "initiates": np.array([each.initiates for each in every], dtype=np.bool_),
        "chains": ["; ".join(expo.chains[chain] for chain in each.chains) for each in every],
        "stages": np.array([each.stages for each in every], dtype=np.int64),
        "ties": np.array([len(each.ties) for each in every], dtype=np.int64),
        "minutes": minutes(np.array([length[each.ties].sum() for each in every], dtype=np.int64)),
    }
