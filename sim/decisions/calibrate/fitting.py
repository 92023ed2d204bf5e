"""The search of `calibrate`: values at which means of replications come as near to targets as they can.

Least squares of the distances to the targets, each over its tolerance, by Gauss and Newton's method within a
region of trust (Moré, 1978). Every point is run over the same replications, so that the mean is one function
of the parameters and differences are those of these (common random numbers). What is not as in a textbook:

- A range is met anywhere within. The point of it that is aimed at is free in each linear problem, which
  stays a bounded linear least-squares problem (scipy's `lsq_linear`). Aimed is at the inner part of a range,
  as far from its ends as the mean may be off, so that what is fitted also holds in other replications.
- Slopes are differences over 5 % of a range or, where these do not stand out from chance, over 20 %. A
  direction in which slopes are chance is damped (Levenberg, 1944): it is not run along for nothing.
- Of whole numbers both neighbours of what the linear problem says are tried in it, never anything between.
- Slopes are corrected by what each step does (Broyden, 1965), and only differenced anew where they fail.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from sim.statistics.intervals import student_quantile

__all__ = ["Aims", "Fit", "Scale", "distances", "fit"]

Floats = NDArray[np.float64]
Values = tuple[float | int, ...]
Evaluate = Callable[[Sequence[Values]], Floats]
"""Of points the KPIs in each replication: (points, targets, replications)."""

_SHORT: Final = 0.05  # of a range: the step of a difference ...
_LONG: Final = 0.2  # ... and where that does not stand out from chance
_STANDS_OUT: Final = 4.0  # standard errors
_TRUST: Final = 0.3  # of a range: the first step at most
_NEAR: Final = 0.05  # tolerances, over all targets: near enough
_GAIN: Final = 0.02  # tolerances: what a step is to promise
_STEPS: Final = 40
_LEAST_STEP: Final = 0.002  # of a range
_MOST_WHOLE: Final = 5  # of which all neighbours are tried
_DAMPING: Final = 0.01
_SAFE: Final = 2.5  # half-widths: within so much another sample's interval is still in the range, mostly
_INNER: Final = 0.45  # of a range: how far from its ends is aimed, if means may be off so far


class Scale(Protocol):
    """Where a parameter lies between its ends, from 0 to 1, and what its value is there."""

    def at(self, share: float) -> float | int:
        """The value at a share of the range."""

    def share(self, value: float) -> float:
        """Where in the range a value lies."""

    @property
    def whole(self) -> bool:
        """Whether there are whole numbers only."""


@dataclass(frozen=True, slots=True)
class Aims:
    """What means are to be, of all targets: arrays of one length."""

    low: Floats
    high: Floats
    value: Floats
    """What is aimed at; nan where all between low and high is as good."""
    scale: Floats
    """How much off counts as one."""

    def within(self, off: Floats) -> tuple[Floats, Floats]:
        """Between what is aimed, if means may be off by so much."""
        away = np.minimum(off, _INNER * (self.high - self.low))
        point = ~np.isnan(self.value)
        low, high = self.low + away, self.high - away
        return np.where(point, self.value, low), np.where(point, self.value, high)


@dataclass(frozen=True, slots=True)
class Fit:
    """Where the search ended."""

    values: Values
    shares: Floats
    """The same as shares of the ranges."""
    kpis: Floats
    """What it comes to there: (targets, replications)."""
    slopes: Floats
    """What a whole range would change, going on as near by: (targets, parameters, replications)."""
    runs: int
    ended: bool
    """False if the budget ended the search."""


def distances(means: Floats, low: Floats, high: Floats, scale: Floats) -> Floats:
    """How far means lie below (negative) or above what they are to be, in tolerances."""
    away: Floats = (np.minimum(means - low, 0.0) + np.maximum(means - high, 0.0)) / scale
    return away


def fit(
    evaluate: Evaluate, scales: Sequence[Scale], aims: Aims, start: Sequence[float], *, budget: int
) -> Fit:
    """The values at which the means come nearest to the targets, beginning at `start`.

    Args:
        evaluate: plays points.
        scales: of the parameters.
        aims: what is to be met.
        start: values of the parameters.
        budget: runs at most, those that difference the slopes at the end apart.
    """
    search = _Search(evaluate, scales, aims, budget)
    shares = np.array([scale.share(value) for scale, value in zip(scales, start, strict=True)])
    here = search.snapped(shares)
    ended = True
    slopes, fresh, trust = search.slopes(here), True, _TRUST
    for _ in range(_STEPS):
        cost = search.cost(here, here)
        step = search.step(here, slopes, trust)
        promised = cost**0.5 - search.promised(here, slopes, step) ** 0.5
        small = step is None or float(np.abs(step).max()) < _LEAST_STEP
        if cost**0.5 < _NEAR or small or promised < _GAIN:
            if cost**0.5 >= _NEAR and not fresh and search.affords(len(scales)):
                slopes, fresh, trust = search.slopes(here), True, _TRUST
                continue
            break
        assert step is not None
        if not search.affords(1 + len(scales) * (not fresh)):
            ended = False
            break
        there = search.snapped(here + step)
        gained = cost - search.cost(there, here)
        foreseen = cost - search.promised(here, slopes, there - here)
        corrected = search.corrected(slopes, here, there)
        if gained > 0:
            good = gained > 0.75 * foreseen
            trust = min(1.0, 2 * trust) if good else trust if gained > 0.25 * foreseen else trust / 2
            here, slopes, fresh = there, corrected, False
        elif fresh:
            trust, slopes = float(np.abs(there - here).max()) / 3, corrected
        else:
            slopes, fresh = search.slopes(here), True
            trust = max(_LEAST_STEP, float(np.abs(there - here).max()) / 2)
    return Fit(search.values(here), here, search.played(here), search.sided_slopes(here), search.runs, ended)


class _Search:
    """Points that were played, and what follows of them."""

    def __init__(self, evaluate: Evaluate, scales: Sequence[Scale], aims: Aims, budget: int) -> None:
        self.evaluate, self.scales, self.aims, self.budget = evaluate, scales, aims, budget
        self.known: dict[Values, Floats] = {}
        self.replications = 0
        self.lengths = np.full(len(scales), _SHORT)

    @property
    def runs(self) -> int:
        return len(self.known) * self.replications

    def affords(self, points: int) -> bool:
        return self.runs + points * self.replications <= self.budget

    def values(self, shares: Floats) -> Values:
        return tuple(scale.at(float(share)) for scale, share in zip(self.scales, shares, strict=True))

    def snapped(self, shares: Floats) -> Floats:
        """The shares at which the values are that would be played."""
        played = self.values(shares)
        return np.array([scale.share(value) for scale, value in zip(self.scales, played, strict=True)])

    def play(self, points: Sequence[Floats]) -> None:
        """Play those that are not known, together."""
        new = [each for each in dict.fromkeys(map(self.values, points)) if each not in self.known]
        if new:
            played = self.evaluate(new)
            self.replications = played.shape[-1]
            self.known |= dict(zip(new, played, strict=True))

    def played(self, shares: Floats) -> Floats:
        self.play([shares])
        return self.known[self.values(shares)]

    def mean(self, shares: Floats) -> Floats:
        mean: Floats = self.played(shares).mean(axis=-1)
        return mean

    # how far it is

    def aimed(self, here: Floats) -> tuple[Floats, Floats]:
        """Between what is aimed, by how much means are off here."""
        values = self.played(here)
        n = values.shape[-1]
        off = _SAFE * student_quantile(0.975, n - 1) * values.std(axis=-1, ddof=1) / n**0.5
        return self.aims.within(off)

    def cost(self, shares: Floats, here: Floats) -> float:
        """Squares of the distances in all, by the aims of `here`."""
        return float((distances(self.mean(shares), *self.aimed(here), self.aims.scale) ** 2).sum())

    def promised(self, here: Floats, slopes: Floats, step: Floats | None) -> float:
        """The cost after a step if slopes are right."""
        if step is None:
            return self.cost(here, here)
        means = self.mean(here) + slopes.mean(axis=-1) @ step
        return float((distances(means, *self.aimed(here), self.aims.scale) ** 2).sum())

    # slopes

    def slopes(self, here: Floats) -> Floats:
        """Differences to one side, each over a step that stands out from chance: (targets, parameters, n)."""
        moved = self._differences(here, [self._beside(here, at) for at in range(len(self.scales))])
        short = [at for at in range(len(self.scales)) if not self._stands_out(moved[:, at])]
        again = [at for at in short if self.lengths[at] < _LONG]
        if again and self.affords(len(again)):
            self.lengths[again] = _LONG
            moved[:, again] = self._differences(here, [self._beside(here, at) for at in again])
        return moved

    def sided_slopes(self, here: Floats) -> Floats:
        """Differences from one side to the other."""
        ends = [self._beside(here, at, way) for way in (1, -1) for at in range(len(self.scales))]
        self.play(ends)
        k = len(self.scales)
        one = [self.played(up) - self.played(down) for up, down in zip(ends[:k], ends[k:], strict=True)]
        over = [(up - down)[at] for at, (up, down) in enumerate(zip(ends[:k], ends[k:], strict=True))]
        return np.stack([each / by for each, by in zip(one, over, strict=True)], axis=1)

    def _differences(self, here: Floats, ends: Sequence[Floats]) -> Floats:
        self.play([here, *ends])
        moved = [(self.played(end) - self.played(here)) / (end - here).sum() for end in ends]
        return np.stack(moved, axis=1)

    def _stands_out(self, moved: Floats) -> bool:
        """Whether a difference of any target stands out from chance: (targets, replications)."""
        error = moved.std(axis=-1, ddof=1) / moved.shape[-1] ** 0.5
        return bool((np.abs(moved.mean(axis=-1)) > _STANDS_OUT * error).any())

    def _beside(self, here: Floats, at: int, way: int = 0) -> Floats:
        """The point beside in one parameter: where there is more room, or upwards (1) or downwards (-1).

        Never another one than can be played, and of two sides always one that differs from `here` or, at an
        end of the range, `here` itself.
        """
        scale, share = self.scales[at], float(here[at])
        way = way or (1 if share <= 0.5 else -1)
        by = way * float(self.lengths[at])
        to = scale.share(scale.at(share + by))
        value = scale.at(share)
        if to == share and scale.whole and 0 <= scale.share(value + way) <= 1:
            to = scale.share(value + way)
        there = here.copy()
        there[at] = to
        return there

    def corrected(self, slopes: Floats, here: Floats, there: Floats) -> Floats:
        """Slopes that explain what a step did, and otherwise stay (Broyden, 1965)."""
        step = there - here
        length = float(step @ step)
        if not length:
            return slopes
        missed = self.played(there) - self.played(here) - np.einsum("mkn,k->mn", slopes, step)
        corrected: Floats = slopes + np.einsum("mn,k->mkn", missed, step / length)
        return corrected

    # the linear problem

    def step(self, here: Floats, slopes: Floats, trust: float) -> Floats | None:
        """The step that slopes promise most of within a region of trust; None if it is none."""
        low = np.maximum(-here, -trust)
        high = np.minimum(1 - here, trust)
        best = self._solved(here, slopes, low, high)
        whole = [at for at, scale in enumerate(self.scales) if scale.whole]
        if whole:
            best = min(
                self._among_neighbours(here, slopes, best, whole, low, high),
                key=lambda step: (self.promised(here, slopes, step), float(np.abs(step).sum())),
            )
        return best if np.abs(best).max() > 0 else None

    def _among_neighbours(
        self, here: Floats, slopes: Floats, best: Floats, whole: Sequence[int], low: Floats, high: Floats
    ) -> Iterator[Floats]:
        """The step with each neighbour of the whole numbers, and what is best of the others then."""
        sides = []
        for at in whole:
            scale = self.scales[at]
            near, aim = scale.at(float(here[at])), float(here[at] + best[at])
            value = scale.at(aim)
            ways = (value - 1, value, value + 1) if len(whole) <= _MOST_WHOLE else (value,)
            inside = [v for v in (*ways, near) if 0 <= scale.share(v) <= 1]
            sides.append([scale.share(v) - here[at] for v in dict.fromkeys(inside)])
        for chosen in product(*sides):
            low, high = low.copy(), high.copy()
            low[whole] = high[whole] = chosen
            yield self._solved(here, slopes, low, high)

    def _solved(self, here: Floats, slopes: Floats, low: Floats, high: Floats) -> Floats:
        """The least squares of the distances that the slopes say, between these steps.

        Of each range the point aimed at is an unknown of its own, so that the problem stays linear.
        """
        from scipy.optimize import lsq_linear

        scale = self.aims.scale
        n = slopes.shape[-1]
        tilt = slopes.mean(axis=-1) / scale[:, None]
        chance = slopes.std(axis=-1, ddof=1) / n**0.5 / scale[:, None]
        damping = np.maximum(_DAMPING, np.sqrt((chance**2).sum(axis=0)))
        least, most = ((end - self.mean(here)) / scale for end in self.aimed(here))
        ranged = np.flatnonzero(least < most)
        free = np.flatnonzero(low < high)
        step = low.copy()
        if not len(free):
            return step
        k = len(free)
        rows = np.zeros((len(scale) + k, k + len(ranged)))
        rows[: len(scale), :k] = tilt[:, free]
        rows[ranged, k + np.arange(len(ranged))] = -1.0
        rows[len(scale) :, :k] = np.diag(damping[free])
        wanted = np.where(least < most, 0.0, least) - np.delete(tilt, free, axis=1) @ np.delete(step, free)
        found = lsq_linear(
            rows,
            np.concatenate([wanted, np.zeros(k)]),
            (np.concatenate([low[free], least[ranged]]), np.concatenate([high[free], most[ranged]])),
            method="bvls",
        )
        step[free] = np.clip(found.x[:k], low[free], high[free])
        return step
