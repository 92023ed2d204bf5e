"""Means over replications with their intervals, for pictures."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite, nan
from typing import TYPE_CHECKING, Any, Final

from sim.statistics.intervals import Estimate, estimate

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from sim.report.source import Source
    from sim.statistics.ledger import Floats

__all__ = ["EACH_ALONE", "Means", "means", "of_how_many", "of_one", "which"]

EACH_ALONE: Final = "95 % of the mean, each alone"
"""What intervals in these pictures are."""


@dataclass(frozen=True)
class Means:
    """Means of numbers that are 0 or more, and the ends of their 95 % intervals: arrays of one shape.

    Ends are nan where `sim.statistics.intervals.estimate` gives no interval, as of one replication.
    """

    mean: Floats
    low: Floats
    high: Floats
    n: int
    """Replications."""

    def off(self, at: Any, said: Callable[[float], str], to: str = " to ") -> str:
        """How far one of them may be off: `± 3`, or `2 to 9` where one side is longer; empty if unknown."""
        low, mean, high = (float(each[at]) for each in (self.low, self.mean, self.high))
        e = Estimate(mean, low, high, nan, self.n, self.n)
        if not isfinite(low):
            return ""
        return f"± {said(e.half_width)}" if e.even else f"{said(low)}{to}{said(high)}"


def means(values: Floats, *, most: float = inf) -> Means:
    """The mean of each number over replications, which are the first axis; whole ones of one replication.

    Numbers that are nan are left out. `most` is the most that any can be.
    """
    import numpy as np

    n, shape = len(values), values.shape[1:]
    if n == 1:
        nothing = np.full(shape, np.nan)
        return Means(values[0].astype(np.float64), nothing, nothing, 1)
    found = [estimate(column, low=0, high=most) for column in values.reshape(n, -1).T.tolist()]
    mean, low, high = (
        np.array([getattr(each, part) for each in found], dtype=np.float64).reshape(shape)
        for part in ("mean", "low", "high")
    )
    return Means(mean, low, high, n)


def of_how_many(source: Source, numbers: Collection[int]) -> str:
    """What a picture is of, for the line below its title."""
    n = len(numbers)
    return of_one(source) if n == 1 else f"mean of {n:,} replications, {source.title}"


def of_one(source: Source) -> str:
    """The same of a picture that is of one replication, however many there are."""
    return f"replication {source.replication} alone, {source.title}"


def which(numbers: Collection[int]) -> str:
    """The replications that a page's numbers are of: `replication 3`, `means of 10 replications`."""
    return f"means of {len(numbers):,} replications" if len(numbers) > 1 else f"replication {min(numbers)}"
