"""The table of how meetings, contacts and their network grew."""

from __future__ import annotations

import numpy as np

from sim.floor.arrays import HOUR, IntArray
from sim.statistics.ledger import Ledger
from sim.statistics.network.network import Network
from sim.statistics.network.structure import components
from sim.statistics.outcomes import Fate
from sim.statistics.tables.names import times
from sim.statistics.tables.registry import Columns, table

__all__ = ["growth"]


@table(
    {
        "until": "end of the hour, clock time",
        "ties": "pairs of organisations whose first interaction had begun by then",
        "useful_contacts": "pairs whose first useful contact had begun by then",
        "organisations": "organisations with a useful contact by then",
        "largest": "organisations in the largest group that useful contacts connect by then",
        "meetings_held": "organised meetings held that had begun by then",
        "intentions": "intentions, made afterwards, of pairs whose first useful contact had begun by then",
    }
)
def growth(ledger: Ledger) -> Columns:
    """A row an hour in which somebody met, in order: how meetings, contacts and their network grew.

    The last row is what there is in all: `contacts.useful`, `meetings.held`, `outcomes.intentions`.
    """
    network = ledger.network
    contacts = network.contacts
    held = ledger.sides.begin[ledger.sides.held]
    hours = np.unique(np.concatenate((ledger.interactions.start, held)) // HOUR)
    until = (hours + 1) * HOUR
    so_far = [_grown(contacts, moment) for moment in until.tolist()]
    return {
        "until": times(ledger, until),
        "ties": _by(network.first, until),
        "useful_contacts": _by(contacts.first_useful, until),
        "organisations": np.array([n for n, _ in so_far], dtype=np.int64),
        "largest": np.array([n for _, n in so_far], dtype=np.int64),
        "meetings_held": _by(held, until),
        "intentions": _by(_intended(ledger), until),
    }


def _intended(ledger: Ledger) -> IntArray:
    """When the first useful contact of each pair with an intention began."""
    contacts, found = ledger.network.contacts, ledger.outcomes
    n, intended = len(contacts.there), found.fate >= Fate.INTENTION
    pair = found.one[intended] * n + found.other[intended]
    return contacts.first_useful[np.searchsorted(contacts.one * n + contacts.other, pair)]


def _grown(contacts: Network, until: int) -> tuple[int, int]:
    """Organisations with a contact before a moment, and those in the largest group."""
    now = contacts.where(contacts.first_useful < until)
    return int((now.degree > 0).sum()), int(components(now).max(initial=0)) if len(now) else 0


def _by(moments: IntArray, until: IntArray) -> IntArray:
    """How many are before each."""
    return np.searchsorted(np.sort(moments), until, side="left")
