"""The table of degrees: how many organisations have at least so many contacts, or so much time together."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from sim.floor.arrays import MINUTE
from sim.statistics.ledger import Floats, Integers, Ledger
from sim.statistics.tables.registry import Codes, Columns, table

__all__ = ["degrees"]

_OF: Final = ("useful_contacts", "partners", "minutes")
_EACH: Final = 10  # up to which each number has a row; above, each row is a tenth further on
_ABOVE: Final = {"minutes": 1 / 60}  # what counts as more than nothing, if less than 1: a second


@table(
    {
        "of": "what is counted: useful_contacts, partners or minutes, as in `organisations`",
        "exhibits": "whether of exhibitors; false: of all others",
        "at_least": "so many, or so much",
        "organisations": "organisations that have at least that",
        "amount": "what these have in all",
    },
    small=True,
)
def degrees(ledger: Ledger) -> Columns:
    """How contacts are distributed: rows from 0 up, as far as there is any organisation."""
    network = ledger.network
    there = np.flatnonzero(network.there)
    values = (network.contacts.degree, network.degree, network.sum_of(network.length) / MINUTE)
    columns: dict[str, list[Any]] = {
        name: [] for name in ("of", "exhibits", "at_least", "organisations", "amount")
    }
    for at, (name, every) in enumerate(zip(_OF, values, strict=True)):
        for exhibits in (True, False):
            some = there[(there < network.n_exhibitors) == exhibits]
            rows = _at_least(every[some].astype(np.float64), _ABOVE.get(name))
            n = len(rows[0])
            for column, part in zip(columns, (np.full(n, at), np.full(n, exhibits), *rows), strict=True):
                columns[column].append(part)
    whole = {name: np.concatenate(parts) for name, parts in columns.items()}
    return whole | {"of": Codes(whole["of"], _OF)}


def _at_least(values: Floats, least: float | None) -> tuple[Floats, Integers, Floats]:
    """From how much on, how many have at least that, and what these have in all."""
    values = np.sort(values)
    most = float(values[-1]) if len(values) else -1.0
    steps = max(0, int(np.ceil(np.log(max(most, 1) / _EACH) / np.log(1.1))))
    further = np.unique(np.rint(_EACH * 1.1 ** np.arange(1, steps + 1)))
    at = np.concatenate(([0.0], [] if least is None else [least], np.arange(1, _EACH + 1), further))
    at = at[at <= most]
    below = np.searchsorted(values, at)
    sums = np.append(values[::-1].cumsum()[::-1], 0.0)
    return at, len(values) - below, sums[below]
