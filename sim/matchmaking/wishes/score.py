"""Score: what requests and policies see of affinity, blurred by the quality of profiles.

The blur is a Gaussian copula against a *fixed* reference distribution of affinities: an affinity
becomes a normal deviate by its rank in the reference, is mixed with the pair's own keyed noise, and
goes back through the reference. So a score lies in [0, 1] and is distributed as affinity is, its
correlation with affinity over the reference is the quality asked for, and, since no rank within the
sample is used, one participant more leaves all other scores as they were.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from sim.arithmetic import exp, normal_cdf, normal_quantile
from sim.matchmaking.wishes.affinity import (
    FloatArray,
    IntArray,
    Profiles,
    affinity,
    affinity_matrix,
    interests,
)
from sim.streams import KeyArray, Streams, subkeys

__all__ = ["Reference", "ScoreBlock", "Scores", "pair_keys"]

ScoreBlock = Callable[[IntArray, IntArray], FloatArray]
"""Scores of every row with every column: (rows, columns) -> shape (len(rows), len(columns))."""

_END: Final = 5.0  # standard deviations: affinity 0 and 1 stand here
_KNOTS: Final = 2001
_ORDER: Final = 24  # terms of the Hermite expansion of the reference's quantile function


def pair_keys(a: KeyArray, b: KeyArray) -> KeyArray:
    """The key of each pair, the same for (a, b) and (b, a); broadcasts and flattens."""
    return subkeys(np.minimum(a, b), np.maximum(a, b)).ravel()


@dataclass(frozen=True, slots=True)
class Reference:
    """A fixed distribution of affinities.

    `quantile[k]` is the affinity, in [0, 1] and never falling, at the k-th of evenly spaced normal
    deviates from -5 to 5; `inverse[k]` is the deviate of the k-th of affinities whose square roots
    are evenly spaced from 0 to 1 (small affinities are the many). Make one by `of` or `logit_normal`.
    """

    quantile: FloatArray
    inverse: FloatArray

    @classmethod
    def of(cls, sample: FloatArray) -> Reference:
        """The distribution of a sample of affinities.

        The sample is to be a fixed one (a reference population), not the pairs that will be scored.
        Raises ValueError if it has fewer than two different values or leaves [0, 1].
        """
        values = np.sort(np.asarray(sample, dtype=np.float64).ravel())
        if len(values) < 2 or values[0] == values[-1]:
            raise ValueError("a reference needs at least two different affinities")
        if values[0] < 0 or values[-1] > 1:
            raise ValueError("affinities must lie in [0, 1]")
        share = (np.arange(len(values)) + 0.5) / len(values)
        return cls._of_quantiles(np.interp(normal_cdf(_grid()), share, values))

    @classmethod
    def logit_normal(cls, centre: float = -1.6, spread: float = 1.1) -> Reference:
        """Affinities whose logit is normal. The defaults (median 0.17) are an assumption."""
        return cls._of_quantiles(1 / (1 + exp(-centre - spread * _grid())))

    @classmethod
    def _of_quantiles(cls, quantile: FloatArray) -> Reference:
        quantile = quantile.copy()
        quantile[0], quantile[-1] = 0.0, 1.0  # so that every affinity has a deviate
        level, where = np.unique(quantile, return_inverse=True)
        deviate = np.bincount(where, weights=_grid()) / np.bincount(where)  # the middle where it is flat
        return cls(quantile, np.interp(np.linspace(0, 1, _KNOTS) ** 2, level, deviate))

    @property
    def mean(self) -> float:
        """The mean affinity."""
        return float(self._coefficients()[0])

    @property
    def sd(self) -> float:
        """The standard deviation of affinity."""
        return float(np.sqrt(self._powers().sum()))

    def latent(self, quality: float) -> float:
        """The correlation of normal deviates that makes affinity and score correlate by `quality`.

        By Mehler's formula the correlation of two copies of the reference is a power series in it,
        with the squared Hermite coefficients of the quantile function (Cario and Nelson, 1997).
        """
        powers = self._powers()
        powers /= powers.sum()
        low, high = 0.0, 1.0
        for _ in range(50):
            middle = (low + high) / 2
            reached = float((powers * np.cumprod(np.full(_ORDER - 1, middle))).sum())  # not a BLAS product
            low, high = (middle, high) if reached < quality else (low, middle)
        return (low + high) / 2

    def deviate(self, values: FloatArray) -> FloatArray:
        """The normal deviate, within ±5, of each affinity."""
        return _look_up(self.inverse, np.sqrt(values))

    def value(self, deviates: FloatArray) -> FloatArray:
        """The affinity at each normal deviate."""
        return _look_up(self.quantile, (deviates + _END) / (2 * _END))

    def blur(self, values: FloatArray, noise: FloatArray, latent: float) -> FloatArray:
        """Scores in [0, 1] of affinities, given a standard normal `noise` for each (same shape).

        `latent` is the correlation of normal deviates: `latent(quality)`.
        """
        return self.value(latent * self.deviate(values) + np.sqrt(1 - latent * latent) * noise)

    def _coefficients(self) -> FloatArray:
        """Coefficients of the quantile function in normalised Hermite polynomials."""
        z = _grid()
        weight = exp(-z * z / 2)
        weight /= weight.sum()
        found = np.empty(_ORDER)
        before, now = np.zeros_like(z), np.ones_like(z)
        for k in range(_ORDER):
            found[k] = (weight * self.quantile * now).sum()
            before, now = now, (z * now - np.sqrt(k) * before) / np.sqrt(k + 1)
        return found

    def _powers(self) -> FloatArray:
        powers: FloatArray = self._coefficients()[1:] ** 2
        return powers


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of pairs of participants whose keys are `key` (n,), of profile quality `quality`.

    The noise of a pair is keyed by both, so scores are the same whichever way a pair is named and
    whoever else takes part. `purpose` names the stream: one for each programme.
    """

    profiles: Profiles
    key: KeyArray
    quality: float
    streams: Streams
    reference: Reference
    purpose: str = "score"
    latent: float = field(init=False)

    def __post_init__(self) -> None:
        if not 0 <= self.quality <= 1:
            raise ValueError(f"quality must lie in [0, 1], not {self.quality}")
        if self.key.shape != (len(self.profiles),):
            raise ValueError("there must be a key for each profile")
        object.__setattr__(self, "latent", self.reference.latent(self.quality))

    def pairs(self, a: IntArray, b: IntArray) -> FloatArray:
        """The score of each pair (a[k], b[k])."""
        return self._blurred(affinity(self.profiles, a, b), self.key[a], self.key[b])

    def matrix(self, rows: IntArray, columns: IntArray) -> FloatArray:
        """The score of every row with every column: a `ScoreBlock`."""
        values = affinity_matrix(self.profiles, rows, columns)
        return self._blurred(values, self.key[rows][:, None], self.key[columns][None, :])

    def wishes(self, a: IntArray, b: IntArray) -> tuple[FloatArray, FloatArray]:
        """What each side of each pair wishes the meeting by: its interest, blurred as the score is.

        The noise is the pair's, the same for the score and both wishes: what profiles get wrong is
        what the two have to say to each other.
        """
        mine, theirs = interests(self.profiles, a, b)
        return (
            self._blurred(mine, self.key[a], self.key[b]),
            self._blurred(theirs, self.key[a], self.key[b]),
        )

    def _blurred(self, values: FloatArray, a: KeyArray, b: KeyArray) -> FloatArray:
        if self.quality >= 1:
            return values
        uniform = self.streams.uniform(self.purpose, pair_keys(a, b))
        noise = normal_quantile(uniform).reshape(values.shape)
        return self.reference.blur(values, noise, self.latent)


def _grid() -> FloatArray:
    return np.linspace(-_END, _END, _KNOTS)


def _look_up(table: FloatArray, share: FloatArray) -> FloatArray:
    """Linear interpolation in an evenly spaced table, at shares of its length (clipped to [0, 1])."""
    place = np.clip(share, 0.0, 1.0)
    place *= len(table) - 1
    left = np.minimum(place.astype(np.int64), len(table) - 2)
    place -= left
    step = np.diff(table)
    result: FloatArray = table[left]
    place *= step[left]
    result += place
    return result
