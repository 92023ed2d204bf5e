"""The table of ties: the edges of the network."""

from __future__ import annotations

import numpy as np

from sim.statistics.interactions import InteractionKind
from sim.statistics.ledger import Ledger
from sim.statistics.tables.names import Names, minutes, times
from sim.statistics.tables.registry import Columns, table

__all__ = ["ties"]


@table(
    {
        "organisation": "the organisation that comes first in `organisations`",
        "partner": "the other one",
        "interactions": "how many they had",
        "conversations": "of these, at booths",
        "exchanges": "of these, in rounds of mixing of sessions",
        "meetings": "of these, organised and held",
        "useful": "of these, useful contacts",
        "minutes": "together in all of them, min",
        "first": "when the first began, clock time",
        "first_useful": "when the first useful one began; missing: none was",
        "cross_border": "whether the two countries differ",
        "cross_chain": "whether the two chains differ",
    }
)
def ties(ledger: Ledger) -> Columns:
    """A row a pair of organisations that had an interaction: the edges of the network."""
    network, who, names = ledger.network, ledger.expo.organisations, Names(ledger)
    first_useful = times(ledger, np.where(network.useful > 0, network.first_useful, 0))
    first_useful[network.useful == 0] = np.datetime64("NaT")
    kinds = dict(zip(InteractionKind, network.of_kind, strict=True))
    return {
        "organisation": names.organisation(network.one),
        "partner": names.organisation(network.other),
        "interactions": network.interactions,
        "conversations": kinds[InteractionKind.CONVERSATION],
        "exchanges": kinds[InteractionKind.EXCHANGE],
        "meetings": kinds[InteractionKind.MEETING],
        "useful": network.useful,
        "minutes": minutes(network.length),
        "first": times(ledger, network.first),
        "first_useful": first_useful,
        "cross_border": who.country[network.one] != who.country[network.other],
        "cross_chain": who.chain[network.one] != who.chain[network.other],
    }
