"""The table of how meetings, contacts and their network grew."""

from __future__ import annotations

import numpy as np

from sim.floor.arrays import HOUR, IntArray
from sim.statistics.ledger import Integers, Ledger
from sim.statistics.network.network import Network
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
    },
    small=True,
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
    there, largest = _grown(contacts, until)
    return {
        "until": times(ledger, until),
        "ties": _by(network.first, until),
        "useful_contacts": _by(contacts.first_useful, until),
        "organisations": there,
        "largest": largest,
        "meetings_held": _by(held, until),
        "intentions": _by(_intended(ledger), until),
    }


def _intended(ledger: Ledger) -> IntArray:
    """When the first useful contact of each pair with an intention began."""
    contacts, found = ledger.network.contacts, ledger.outcomes
    n, intended = len(contacts.there), found.fate >= Fate.INTENTION
    pair = found.one[intended] * n + found.other[intended]
    return contacts.first_useful[np.searchsorted(contacts.one * n + contacts.other, pair)]


def _grown(contacts: Network, until: IntArray) -> tuple[IntArray, IntArray]:
    """Organisations with a contact before each moment, and those in the largest group.

    Groups are joined by the contacts of each hour alone, in their order: none is looked at twice.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    order = np.argsort(contacts.first_useful, kind="stable")
    one, other = contacts.one[order], contacts.other[order]
    ends = np.searchsorted(contacts.first_useful[order], until)
    met = np.zeros(len(contacts.there), dtype=np.bool_)
    group: Integers = np.arange(len(met))
    there, largest = np.zeros((2, len(until)), dtype=np.int64)
    begin = 0
    for at, end in enumerate(ends.tolist()):
        new, begin = slice(begin, end), end
        met[one[new]] = met[other[new]] = True
        n, joined = int(group.max(initial=-1)) + 1, (group[one[new]], group[other[new]])
        ties = csr_array((np.ones(len(joined[0]), dtype=np.int8), joined), (n, n))
        group = connected_components(ties, directed=False)[1][group]
        there[at] = met.sum()
        largest[at] = np.bincount(group).max(initial=0) if begin else 0
    return there, largest


def _by(moments: IntArray, until: IntArray) -> IntArray:
    """How many are before each."""
    return np.searchsorted(np.sort(moments), until, side="left")
