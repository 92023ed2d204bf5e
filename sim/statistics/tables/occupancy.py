"""The table of people present, by hall and quarter of an hour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sim.floor.arrays import MINUTE, NONE
from sim.statistics.ledger import DAY, Ledger
from sim.statistics.tables.names import code, day, frame, nullable, times

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["BIN", "WHOLE_FLOOR", "occupancy"]

BIN: Final = 15 * MINUTE
WHOLE_FLOOR: Final = "whole floor"  # cannot be a hall: their names have no spaces


def occupancy(ledger: Ledger) -> pd.DataFrame:
    """Mean and most people present on the whole floor, then in each hall, in each bin of each day.

    Bins are quarters of an hour, from the opening to the closing, or to the last visitor's leaving.
    """
    expo, n_halls = ledger.expo, len(ledger.expo.halls)
    curves = (ledger.presence.floor, *ledger.presence.halls)
    leaving = ledger.visits.end
    starts, means, tops = [], [], []
    for opens, closes in zip(expo.day_open, expo.day_close, strict=True):
        same_day = leaving[leaving // DAY == opens // DAY]
        until = max(closes, same_day.max(initial=0))
        edges = np.arange(opens // BIN * BIN, until + BIN, BIN)
        starts.append(edges[:-1])
        means.append(np.stack([c.mean(edges) for c in curves]))
        tops.append(np.stack([c.peak_between(edges) for c in curves]))
    start = np.tile(np.concatenate(starts), n_halls + 1)
    hall = np.repeat(np.arange(n_halls + 1), len(start) // (n_halls + 1))
    limit = np.concatenate(([NONE], ledger.floor.places.zone_limit[:n_halls]))
    columns = {
        "day": day(start),
        "start": times(ledger, start),
        "hall": code(hall, (WHOLE_FLOOR, *expo.halls)),
        "people": np.concatenate(means, axis=1).ravel(),
        "peak": np.concatenate(tops, axis=1).ravel(),
        "limit": nullable(limit[hall]),
    }
    return frame("occupancy", columns)
