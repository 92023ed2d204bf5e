"""The table of interactions by kind and hour."""

from __future__ import annotations

import numpy as np

from sim.floor.arrays import HOUR
from sim.statistics.interactions import InteractionKind
from sim.statistics.ledger import Ledger
from sim.statistics.tables.names import day, times
from sim.statistics.tables.registry import Codes, Columns, table

__all__ = ["hours"]


@table(
    {
        "day": "day of the expo, from 1",
        "start": "start of the hour, clock time",
        "kind": "conversation, exchange or meeting, as in `interactions`",
        "interactions": "interactions of that kind that began in the hour",
        "useful": "of them useful contacts",
    },
    small=True,
)
def hours(ledger: Ledger) -> Columns:
    """A row an hour and kind of interaction of which any began then, in order."""
    met, kinds = ledger.interactions, len(InteractionKind)
    key = met.start // HOUR * kinds + met.kind  # some hundreds: they are counted much faster than sorted
    counts = np.bincount(key)
    which = np.flatnonzero(counts)
    start = which // kinds * HOUR
    return {
        "day": day(start),
        "start": times(ledger, start),
        "kind": Codes(which % kinds, [kind.name.lower() for kind in InteractionKind]),
        "interactions": counts[which],
        "useful": np.bincount(key[met.useful], minlength=len(counts))[which],
    }
