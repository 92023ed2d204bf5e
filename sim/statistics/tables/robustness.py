"""The table of robustness: what holds together as parts of the network are removed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from sim.floor.arrays import IntArray
from sim.statistics.ledger import Floats, Ledger
from sim.statistics.network.connectivity import STEPS, held_together, most_connected
from sim.statistics.tables.registry import Columns, table
from sim.streams import KeyArray, keys_of

__all__ = ["ORDERS", "robustness"]

ORDERS: Final = 5
"""Random orders that the mean is of."""

_REMOVED: Final = ("exhibitors", "organisations", "countries")
_ORDER: Final = ("random", "most connected first")


@table(
    {
        "removed": "what is removed: exhibitors, organisations (exhibitors and all others), or countries",
        "order": "at random (the mean of 5 orders), or the most connected first",
        "share_removed": "share of these that is removed, rounded up to whole ones",
        "largest": "share of the organisations that were there that is left in the largest connected group",
    }
)
def robustness(ledger: Ledger) -> Columns:
    """A row a share removed, by twentieths: how much of the network of useful contacts is still connected."""
    curves = list(_curves(ledger))
    n, rows = len(_ORDER), STEPS + 1
    return {
        "removed": np.repeat(_REMOVED, n * rows),
        "order": np.tile(np.repeat(_ORDER, rows), len(_REMOVED)),
        "share_removed": np.tile(np.arange(rows) / STEPS, n * len(_REMOVED)),
        "largest": np.concatenate(curves),
    }


def _curves(ledger: Ledger) -> Iterator[Floats]:
    """One for each of what is removed and each order."""
    contacts, of = ledger.network.contacts, ledger.expo.organisations
    there, each = contacts.there, np.arange(len(contacts.there))
    exhibitors = each[: contacts.n_exhibitors]
    keys = keys_of(list(ledger.expo.countries))
    for some, group, key in (
        (exhibitors, each, of.key),
        (each[there], each, of.key),
        (np.unique(of.country[there]), of.country, keys),
    ):
        yield np.mean([held_together(contacts, order, group) for order in _drawn(ledger, some, key)], axis=0)
        order = most_connected(contacts, group)
        yield held_together(contacts, order[np.isin(order, some)], group)


def _drawn(ledger: Ledger, some: IntArray, key: KeyArray) -> Iterator[IntArray]:
    """Random orders of some, keyed by what is ordered."""
    for number in range(ORDERS):
        lot = ledger.expo.streams.uniform("network.removed", key[some], number)
        yield some[np.argsort(lot, kind="stable")]
