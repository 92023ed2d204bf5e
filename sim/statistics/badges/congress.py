"""A congress whose badge records are public: how long its contacts lasted, and how its rows are read.

SFHH, Nice, 4 and 5 June 2009: a congress with a trade exhibition, 403 badges (Stehle and others, BMC Medicine
9:87, 2011; SocioPatterns, CC0). Which part of the audience wore one, and whether exhibitors did, is not in
the data.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.floor.arrays import SECOND, IntArray
from sim.statistics.badges.records import DAY_STEPS, STEP, Records, recorded

__all__ = ["CONGRESS_LENGTHS", "records_of"]

CONGRESS_LENGTHS: Final = (
    (60, 0.1480), (80, 0.2566), (100, 0.3478), (120, 0.4258), (140, 0.4948), (160, 0.5506), (180, 0.5950),
    (200, 0.6364), (220, 0.6688), (240, 0.6982), (260, 0.7171), (280, 0.7423), (300, 0.7602), (320, 0.7762),
    (340, 0.7905), (360, 0.8032), (380, 0.8162), (400, 0.8286), (440, 0.8501), (480, 0.8690), (540, 0.8889),
    (600, 0.9048), (660, 0.9149), (720, 0.9272), (900, 0.9508), (1200, 0.9733), (1600, 0.9882),
    (2000, 0.9931), (2700, 0.9976), (3600, 0.9988),
)  # fmt: skip
"""Seconds, and the share of its 5,839 contacts of a minute or more that lasted as long at most."""


def records_of(seconds: IntArray, one: IntArray, other: IntArray) -> Records:
    """The records of rows `t i j`: badges i and j faced each other in the 20 s at t, t from a midnight on.

    Everybody with a badge is the audience, on the days on which it was seen at all, from the first sight to
    the last.
    """
    step = seconds * SECOND // STEP
    low, high = np.minimum(one, other), np.maximum(one, other)
    who, at = np.concatenate((low, high)), np.tile(step, 2)
    n_days = int(at.max(initial=0)) // DAY_STEPS + 1
    order = np.argsort(at, kind="stable")
    days, first = np.unique((who * n_days + at // DAY_STEPS)[order], return_index=True)
    _, last = np.unique((who * n_days + at // DAY_STEPS)[order[::-1]], return_index=True)
    hours = (at[order[::-1]][last] - at[order][first] + 1) * STEP / (3600 * SECOND)
    return Records(*recorded(low, high, step, step), days // n_days, days % n_days, hours)
