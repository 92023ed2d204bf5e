"""What targets pin down of the parameters that were fitted to them, as far as slopes at the fit say it.

**Intervals.** A parameter's interval holds all its values at which, with some values of the others, every
target is met: the ends are linear programmes in the slopes. Chance moves them by what it does to the means
*there*, in the combination that the programme's dual values say, slopes and their chance included; an end is
where that is Student's t times its standard error beyond, found by putting the errors right until they stay.
Of one parameter and one target this is Fieller's interval (1954), which reaches over the whole range if
slopes may be none. Each interval holds at 95 % alone. Targets that the fit misses count as far as it misses
them. It is right as far as slopes do not change.

**Directions.** Singular vectors of the slopes along which the targets move, over a whole range, by less than
two tolerances, which is from one end to the other, or by no more than chance moves the slopes (by 200
bootstrap samples of the replications): along them nothing is pinned down. Several are told as combinations
of few parameters, each with one that no other has.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.decisions.calibrate.fitting import Aims, Fit, distances
from sim.statistics.intervals import LEVEL, student_quantile
from sim.streams import key_of

__all__ = ["drawn_shares", "intervals", "loose", "step_along"]

Floats = NDArray[np.float64]

_ROUNDS: Final = 20
_STAYS: Final = 1e-4  # of a range
_WIDE: Final = 2.0  # tolerances: from one end of a target to the other
_SAMPLES: Final = 200
_MIXED: Final = 10  # steps between two draws, of each parameter
_PART: Final = 0.1  # of the greatest part: what less of a parameter is in a combination is not told
_REACH: Final = 0.25  # of a range: how far one goes in a combination that is told
_MOVED: Final = 0.5  # tolerances


def intervals(fit: Fit, aims: Aims) -> Floats:
    """How far each parameter may be from the fit, up and down, as shares of its range: (parameters, 2)."""
    region = _Region(fit, aims)
    return np.array([region.reach(at) for at in range(len(fit.shares))])


def loose(fit: Fit, aims: Aims) -> tuple[Floats, ...]:
    """Directions that the targets leave open: unit vectors of shares of the ranges, of few parts each."""
    tilt = fit.slopes.mean(axis=-1) / aims.scale[:, None]
    k = tilt.shape[1]
    _, sizes, directions = np.linalg.svd(tilt, full_matrices=True)
    sizes = np.concatenate([sizes, np.zeros(k - len(sizes))])
    chance = _chance(fit.slopes / aims.scale[:, None, None], directions)
    open_ = directions[sizes < np.maximum(_WIDE, chance)]
    return tuple(_sparse(open_))


def step_along(fit: Fit, aims: Aims, direction: Floats) -> Floats:
    """How far to go along a direction to show it: within the ranges, and by half a tolerance at most."""
    tilt = fit.slopes.mean(axis=-1) / aims.scale[:, None]
    best = np.zeros_like(direction)
    for way in (direction, -direction):
        moved = float(np.abs(tilt @ way).max())
        room = np.where(way > 0, 1 - fit.shares, fit.shares)
        parts = np.abs(way) > 0
        far = min(
            _REACH / float(np.abs(way).max()),
            float((room[parts] / np.abs(way[parts])).min()),
            _MOVED / moved if moved else np.inf,
        )
        if far * np.abs(way).max() > np.abs(best).max():
            best = far * way
    return best


def drawn_shares(fit: Fit, aims: Aims, many: int, seed: int) -> Floats:
    """Values that meet all targets as far as slopes say, drawn evenly: (many, parameters).

    Hit and run (Smith, 1984): along random directions, anywhere that the targets allow; more often along
    those that they leave open, so that draws also get about in a region that is long and thin.
    """
    region, k = _Region(fit, aims), len(fit.shares)
    random = np.random.Generator(np.random.Philox(key_of("calibrate", "draws", seed)))
    _, sizes, directions = np.linalg.svd(region.tilt, full_matrices=True)
    long = 1 / np.maximum(np.concatenate([sizes, np.zeros(k - len(sizes))]), 1.0)
    at = np.zeros(k)
    drawn: list[Floats] = []
    while len(drawn) < many:
        for _ in range(_MIXED * k):
            way = (long * random.normal(size=k)) @ directions
            way /= np.linalg.norm(way)
            least, most = region.along(at, way)
            at = np.clip(at + random.uniform(least, most) * way, -fit.shares, 1 - fit.shares)
        drawn.append(fit.shares + at)
    return np.array(drawn)


class _Region:
    """The values at which all means are within chance of their targets, as steps from the fit."""

    def __init__(self, fit: Fit, aims: Aims) -> None:
        self.fit = fit
        means = fit.kpis.mean(axis=-1)
        missed = distances(means, aims.low, aims.high, aims.scale) * aims.scale
        self.low = (aims.low + np.minimum(missed, 0.0) - means) / aims.scale
        self.high = (aims.high + np.maximum(missed, 0.0) - means) / aims.scale
        self.values = fit.kpis / aims.scale[:, None]
        self.slopes = fit.slopes / aims.scale[:, None, None]
        self.tilt = self.slopes.mean(axis=-1)
        n = fit.kpis.shape[-1]
        self.t = student_quantile((1 + LEVEL) / 2, n - 1) / n**0.5

    def off(self, step: Floats, weights: Floats | None = None) -> Floats:
        """How far means may be off by chance at a step; weighed, so far that their weighed sum may be."""
        there = self.values + np.einsum("mkn,k->mn", self.slopes, step)
        each: Floats = self.t * there.std(axis=-1, ddof=1)
        if weights is None or not (apart := float(np.abs(weights) @ each)):
            return each
        together: Floats = each * (self.t * float((weights @ there).std(ddof=1)) / apart)
        return together

    def reach(self, at: int) -> tuple[float, float]:
        """How far one parameter may go down and up."""
        ends = []
        for way in (-1.0, 1.0):
            step, weights = self._farthest(at, way, np.zeros(len(self.tilt)))
            for _ in range(_ROUNDS):
                after, weights = self._farthest(at, way, self.off(step, weights))
                if abs(after[at] - step[at]) < _STAYS:
                    break
                step = after
            ends.append(float(step[at]))
        return ends[0], ends[1]

    def _farthest(self, at: int, way: float, off: Floats) -> tuple[Floats, Floats]:
        """The step farthest in one parameter, and what each mean counts there (dual values)."""
        from scipy.optimize import linprog

        m, k = self.tilt.shape
        rows = np.concatenate([self.tilt, -self.tilt])
        most = np.concatenate([self.high + off, off - self.low])
        kept = np.isfinite(most)
        found = linprog(
            -way * np.eye(k)[at],
            A_ub=rows[kept],
            b_ub=most[kept],
            bounds=[(-float(share), 1 - float(share)) for share in self.fit.shares],
            method="highs",
        )
        if found.x is None:
            return np.zeros(k), np.zeros(m)
        weights = np.zeros(2 * m)
        weights[kept] = found.ineqlin.marginals
        return np.asarray(found.x, dtype=float), weights[:m] - weights[m:]

    def along(self, at: Floats, way: Floats) -> tuple[float, float]:
        """How far one may go back and forth along a direction, with the errors of the fit itself."""
        off = self.off(np.zeros(len(way)))
        here, moves = self.tilt @ at, self.tilt @ way
        rows = np.concatenate([moves, -moves, way, -way])
        room = np.concatenate(
            [self.high + off - here, here - self.low + off, 1 - self.fit.shares - at, self.fit.shares + at]
        )
        room = np.maximum(room, 0.0)
        forth = min((float(r / row) for row, r in zip(rows, room, strict=True) if row > 1e-12), default=0.0)
        back = max((float(r / row) for row, r in zip(rows, room, strict=True) if row < -1e-12), default=0.0)
        return back, forth


def _chance(slopes: Floats, directions: Floats) -> Floats:
    """How great slopes are along each direction by chance alone: 95 % of bootstrap samples have less."""
    n = slopes.shape[-1]
    random = np.random.Generator(np.random.Philox(key_of("calibrate", "chance")))
    weights = random.multinomial(n, np.full(n, 1 / n), size=_SAMPLES) / n - 1 / n
    along = np.einsum("mkn,dk,bn->bdm", slopes, directions, weights, optimize=True)
    chance: Floats = np.quantile(np.linalg.norm(along, axis=-1), LEVEL, axis=0)
    return chance


def _sparse(directions: Floats) -> Iterator[Floats]:
    """Directions that span the same, each with a parameter that no other has (Gauss and Jordan)."""
    rows = directions.copy()
    pivots: list[int] = []
    for at in range(len(rows)):
        free = np.abs(rows[at:]).copy()
        free[:, pivots] = 0.0
        row, pivot = divmod(int(free.argmax()), free.shape[1])
        rows[[at, at + row]] = rows[[at + row, at]]
        rows[at] /= rows[at, pivot]
        for other in range(len(rows)):
            if other != at:
                rows[other] -= rows[other, pivot] * rows[at]
        pivots.append(pivot)
    for row in rows:
        row[np.abs(row) < _PART * np.abs(row).max()] = 0.0
        yield row / np.linalg.norm(row)
