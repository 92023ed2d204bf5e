"""The table of how meetings, contacts and their network grew."""

from __future__ import annotations

import numpy as np

from sim.floor.arrays import HOUR, IntArray
from sim.scipy_parts import least_tree
from sim.statistics.ledger import Ledger
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
    hours = np.flatnonzero(np.bincount(np.concatenate((ledger.interactions.start, held)) // HOUR))
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

    Of contacts only those join groups that are in the tree of the earliest ones (Kruskal 1956), which has
    fewer than there are organisations.
    """
    from scipy.sparse import csr_array

    n = len(contacts.there)
    began = np.full(n, until[-1] if len(until) else 0)  # nobody is later than the last moment
    for ends in (contacts.one, contacts.other):
        np.minimum.at(began, ends, contacts.first_useful)
    weight = contacts.first_useful + 1.0  # 0 would be no contact
    tree = least_tree(csr_array((weight, (contacts.one, contacts.other)), (n, n))).tocoo()
    order = np.argsort(tree.data, kind="stable")
    largest = np.concatenate(([0], _joined(n, tree.row[order].tolist(), tree.col[order].tolist())))
    return _by(began, until), largest[_by(tree.data[order].astype(np.int64) - 1, until)]


def _joined(n: int, one: list[int], other: list[int]) -> IntArray:
    """How many are in the largest group of `n` after each of these pairs, of two groups, is joined."""
    group, size, most = list(range(n)), [1] * n, 0
    largest = []
    for pair in zip(one, other, strict=True):
        a, b = pair
        while group[a] != a:
            group[a] = a = group[group[a]]
        while group[b] != b:
            group[b] = b = group[group[b]]
        if size[a] < size[b]:
            a, b = b, a
        group[b] = a
        size[a] += size[b]
        most = max(most, size[a])
        largest.append(most)
    return np.array(largest, dtype=np.int64)


def _by(moments: IntArray, until: IntArray) -> IntArray:
    """How many are before each."""
    in_hour = np.bincount(np.searchsorted(until, moments, side="right"), minlength=len(until) + 1)
    return in_hour.cumsum()[:-1]
