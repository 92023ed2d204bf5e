"""The table of who met whom: what there is between each two chains, stages and countries."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.statistics.ledger import Bools, Integers, Ledger
from sim.statistics.network.structure import between
from sim.statistics.tables.registry import Codes, Columns, table

__all__ = ["LABELS", "matrices", "met"]

LABELS = {"chain": "chains", "stage": "stages", "country": "countries"}
"""What organisations are grouped by, and where an expo has the names of the groups."""


@table(
    {
        "by": "what organisations are grouped by: chain, stage or country",
        "group": "group of the first side",
        "partner": "group of the second side",
        "interactions": "interactions of the two, as `Result.matrix` counts them",
        "ties": "pairs of organisations that met, each pair once",
        "useful": "pairs of organisations with a useful contact, each pair once",
    },
    small=True,
)
def met(ledger: Ledger) -> Columns:
    """A row for each two groups of which any met, and for each that met any with itself, in their order.

    Of `interactions` the first side came or asked, the second is whose booth it was, or who was asked. Ties
    have no first side: those of two different groups stand in the rows of both orders.
    """
    names = list(dict.fromkeys(name for label in LABELS.values() for name in getattr(ledger.expo, label)))
    number = {name: at for at, name in enumerate(names)}
    columns: dict[str, list[Any]] = {"by": [], "group": [], "partner": []}
    counted: list[Integers] = []
    for at, (by, label) in enumerate(LABELS.items()):
        counts = np.stack(list(matrices(ledger, by).values()))
        any_met: Bools = np.asarray(counts.any(axis=0))
        np.fill_diagonal(
            any_met, np.asarray(any_met.any(axis=0) | any_met.any(axis=1))
        )  # all stand in their order
        rows, across = np.nonzero(any_met)
        place = np.array([number[name] for name in getattr(ledger.expo, label)], dtype=np.int64)
        for column, codes in zip(columns, (np.full(len(rows), at), place[rows], place[across]), strict=True):
            columns[column].append(codes)
        counted.append(counts[:, rows, across])
    interactions, ties, useful = np.concatenate(counted, axis=1)
    which, group, partner = (np.concatenate(codes) for codes in columns.values())
    return {
        "by": Codes(which, tuple(LABELS)),
        "group": Codes(group, names),
        "partner": Codes(partner, names),
        "interactions": interactions,
        "ties": ties,
        "useful": useful,
    }


def matrices(ledger: Ledger, by: str) -> dict[str, Integers]:
    """Interactions, ties and useful contacts between each two groups, (n, n): see `met`."""
    n, group = len(getattr(ledger.expo, LABELS[by])), getattr(ledger.expo.organisations, by)
    found = ledger.interactions
    counts = np.bincount(group[found.organisation] * n + group[found.partner], minlength=n * n)
    return {
        "interactions": counts.reshape(n, n),
        "ties": between(ledger.network, group, n),
        "useful": between(ledger.network.contacts, group, n),
    }
