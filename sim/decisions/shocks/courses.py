"""How far a shocked fair is behind the unshocked one, hour by hour, and what it has caught up by the close.

Both are taken in the same replication, as shares of what the unshocked one has in the end: a loss that stays
is a share that stays, and does not fade as both grow. Where the gap is deepest is looked for in the mean of
the *other* replications and read in this one (leave one out), since the greatest of many noisy numbers is too
great: of two fairs that differ by chance alone, a dent is as often below 0 as above.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from sim.floor.arrays import IntArray
from sim.statistics.intervals import LEVEL, Estimate, estimate

__all__ = ["COURSES", "Dent", "behind", "cumulative", "dent_of"]

FloatArray = npt.NDArray[np.float64]

COURSES: Final = {
    "contacts.useful": "useful_contacts",
    "meetings.held": "meetings_held",
    "outcomes.intentions": "intentions",
}
"""KPIs whose course the table `growth` has, and the column that they are in."""


@dataclass(frozen=True, slots=True)
class Dent:
    """How one scenario's gap to the unshocked one goes, in shares of what that one has in the end."""

    at: int  # the hour, by number, at which it is deepest in the mean of all replications
    deepest: Estimate
    at_the_close: Estimate
    recovered: Estimate  # the one less the other
    half_at: (
        int | None
    )  # the first hour after that from which on the gap is half as deep at most, to the close


def cumulative(
    since: FloatArray, value: FloatArray, replication: IntArray, numbers: Sequence[int], hours: FloatArray
) -> FloatArray:
    """What there is by the end of each of these hours: (replications, hours).

    Of a table in which there is `value` in `replication` from the hour `since` on, in order; between its rows
    nothing is added. `hours` are in order too.
    """
    made = np.zeros((len(numbers), len(hours)))
    for row, number in enumerate(numbers):
        own = replication == number
        at = np.searchsorted(since[own], hours, side="right")
        made[row] = np.concatenate(([0.0], value[own]))[at]
    return made


def behind(base: FloatArray, shocked: FloatArray) -> FloatArray:
    """By what share of its whole the unshocked fair is ahead: (replications, hours); nan if it has none."""
    gap: FloatArray = (base - shocked) / np.where(base[:, -1:] > 0, base[:, -1:], np.nan)
    return gap


def dent_of(gap: FloatArray, level: float = LEVEL) -> Dent:
    """What a gap (replications, hours) comes to, with intervals of this level."""
    kept = gap[np.isfinite(gap[:, -1])]
    if not len(kept):
        none = estimate(())
        return Dent(0, none, none, none, None)
    total, n = kept.sum(axis=0), len(kept)
    others = (total - kept) / (n - 1) if n > 1 else kept
    depth = kept[np.arange(n), others.argmax(axis=1)]
    mean = total / n
    at = int(mean.argmax())
    shallow = mean <= mean[at] / 2
    never = np.flatnonzero(~shallow)
    half = int(never[-1]) + 1 if mean[at] > 0 else len(mean)
    return Dent(
        at,
        estimate(depth, level),
        estimate(kept[:, -1], level),
        estimate(depth - kept[:, -1], level),
        half if half < len(mean) else None,
    )
