"""The table of people present, by hall and quarter of an hour."""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.floor.arrays import MINUTE, NONE, IntArray
from sim.statistics.ledger import DAY, Ledger
from sim.statistics.tables.names import code, day, nullable, times
from sim.statistics.tables.registry import Columns, table

__all__ = ["BIN", "WHOLE_FLOOR", "bins_of_days", "occupancy"]

BIN: Final = 15 * MINUTE
WHOLE_FLOOR: Final = "whole floor"  # cannot be a hall: their names have no spaces


@table(
    {
        "day": "day of the expo, from 1",
        "start": "start of the quarter of an hour, clock time",
        "hall": "hall, or `whole floor`: visitors from the gate to the gate again",
        "people": "mean people present",
        "peak": "most people present at once",
        "limit": "people let in at once; missing: no limit",
    }
)
def occupancy(ledger: Ledger) -> Columns:
    """Mean and most people present on the whole floor, then in each hall, in each bin of each day.

    Bins are quarters of an hour, from the opening to the closing, or to the last visitor's leaving.
    """
    expo, n_halls = ledger.expo, len(ledger.expo.halls)
    curves = (ledger.presence.floor, *ledger.presence.halls)
    starts, means, tops = [], [], []
    for edges in bins_of_days(ledger):
        starts.append(edges[:-1])
        means.append(np.stack([c.mean(edges) for c in curves]))
        tops.append(np.stack([c.peak_between(edges) for c in curves]))
    start = np.tile(np.concatenate(starts), n_halls + 1)
    hall = np.repeat(np.arange(n_halls + 1), len(start) // (n_halls + 1))
    limit = np.concatenate(([NONE], ledger.floor.places.zone_limit[:n_halls]))
    return {
        "day": day(start),
        "start": times(ledger, start),
        "hall": code(hall, (WHOLE_FLOOR, *expo.halls)),
        "people": np.concatenate(means, axis=1).ravel(),
        "peak": np.concatenate(tops, axis=1).ravel(),
        "limit": nullable(limit[hall]),
    }


def bins_of_days(ledger: Ledger) -> list[IntArray]:
    """Of each day the edges of its quarters of an hour, ms: to the closing, or the last visitor's leaving."""
    expo, leaving, found = ledger.expo, ledger.visits.end, []
    for opens, closes in zip(expo.day_open, expo.day_close, strict=True):
        same_day = leaving[leaving // DAY == opens // DAY]
        until = max(closes, same_day.max(initial=0))
        found.append(np.arange(opens // BIN * BIN, until + BIN, BIN))
    return found
