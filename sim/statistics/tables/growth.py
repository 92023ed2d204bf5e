"""The table of how the network grew."""

from __future__ import annotations

import numpy as np

from sim.floor.arrays import MINUTE, IntArray
from sim.statistics.ledger import Ledger
from sim.statistics.network.network import Network
from sim.statistics.network.structure import components
from sim.statistics.tables.names import times
from sim.statistics.tables.registry import Columns, table

__all__ = ["growth"]

_HOUR = 60 * MINUTE


@table(
    {
        "until": "end of the hour, clock time",
        "ties": "pairs of organisations whose first interaction had begun by then",
        "useful_contacts": "pairs whose first useful contact had begun by then",
        "organisations": "organisations with a useful contact by then",
        "largest": "organisations in the largest group that useful contacts connect by then",
    }
)
def growth(ledger: Ledger) -> Columns:
    """A row an hour in which somebody met, in order: how the network grew."""
    network = ledger.network
    contacts = network.contacts
    hours = np.unique(ledger.interactions.start // _HOUR)
    until = (hours + 1) * _HOUR
    so_far = [_grown(contacts, moment) for moment in until.tolist()]
    return {
        "until": times(ledger, until),
        "ties": _by(network.first, until),
        "useful_contacts": _by(contacts.first_useful, until),
        "organisations": np.array([n for n, _ in so_far], dtype=np.int64),
        "largest": np.array([n for _, n in so_far], dtype=np.int64),
    }


def _grown(contacts: Network, until: int) -> tuple[int, int]:
    """Organisations with a contact before a moment, and those in the largest group."""
    now = contacts.where(contacts.first_useful < until)
    return int((now.degree > 0).sum()), int(components(now).max(initial=0)) if len(now) else 0


def _by(moments: IntArray, until: IntArray) -> IntArray:
    """How many are before each."""
    return np.searchsorted(np.sort(moments), until, side="left")
