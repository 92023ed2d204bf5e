"""Acceptance: who says yes to a request.

A probit model with two kinds of people in it: those who answer differ (selectivity), those who ask
differ (popularity), and the score of the pair counts; the rest is the pair's own chance.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Final

import numpy as np

from sim.arithmetic import exp, normal_cdf, normal_quantile
from sim.matchmaking.wishes.affinity import BoolArray, FloatArray, IntArray
from sim.streams import KeyArray, Streams, subkeys

__all__ = ["accept", "latent_share"]

_PARTS: Final = 32
_SECANTS: Final = 20
_FAR: Final = 10.0
_CLOSE: Final = 1e-11  # to the right cut: halving goes on for ten steps between two so close
_SURE: Final = 1e-13  # of a share: many times what is rounded away

SCORE_SHARE: Final = 0.1
"""Part of the latent variance that the score explains (an assumption: FACTS: two-sided (A) says
only that mutual interest is near independence)."""


def accept(
    key: KeyArray,
    asker: IntArray,
    asked: IntArray,
    score: FloatArray,
    streams: Streams,
    *,
    acceptance: float,
    selectivity: float = 0.21,
    popularity: float = 0.17,
    score_share: float = SCORE_SHARE,
    purpose: str = "acceptance",
) -> BoolArray:
    """Which requests are accepted.

    The expected share over the requests given is `acceptance`. Of the variance of the answers (1 or
    0), `selectivity` lies between those who answer and `popularity` between those who ask
    (FACTS: two-sided (A)); `score_share` is the score's part of the rest's latent variance,
    standardised over these requests. `key` (participants,) addresses the draws, `purpose` names the streams.

    Raises ValueError if a share leaves [0, 1] or the three leave no variance to chance.
    """
    shares = {"acceptance": acceptance, "selectivity": selectivity, "popularity": popularity}
    for name, share in (shares | {"score_share": score_share}).items():
        if not 0 <= share <= 1:
            raise ValueError(f"{name} must lie in [0, 1], not {share}")
    if acceptance in (0, 1) or not len(asker):
        return np.full(len(asker), acceptance == 1, dtype=np.bool_)
    between_answerers = latent_share(selectivity, acceptance)
    between_askers = latent_share(popularity, acceptance)
    chance = 1 - between_answerers - between_askers
    if chance <= 0:
        raise ValueError(
            f"selectivity {selectivity} and popularity {popularity} together leave nothing to chance "
            f"at an acceptance of {acceptance}"
        )
    by_score = score_share * chance
    own = chance - by_score
    sd = float(score.std())
    pull = np.sqrt(by_score) * (score - score.mean()) / sd if sd > 0 else np.zeros(len(score))
    wish = (
        pull
        + np.sqrt(between_answerers) * _normal(streams, f"{purpose}.selectivity", key)[asked]
        + np.sqrt(between_askers) * _normal(streams, f"{purpose}.popularity", key)[asker]
        + np.sqrt(own) * _normal(streams, f"{purpose}.answer", subkeys(key[asker], key[asked]))
    )
    said_yes: BoolArray = wish > _threshold(pull, 1 - by_score, acceptance)
    return said_yes


@lru_cache(64)
def latent_share(share: float, acceptance: float) -> float:
    """The latent correlation of two answers whose 0-or-1 values correlate by `share`.

    The joint chance of two normal deviates over one threshold grows with their correlation by the
    bivariate density there (Plackett, 1954).
    """
    cut = float(normal_quantile(acceptance))
    node, weight = _nodes()

    def answers(correlation: float) -> float:
        # with r = 2t / (1 + t²) the density integrates without its pole at 1
        end = correlation / (1 + math.sqrt(1 - correlation * correlation))
        t = end * node
        density = exp(-cut * cut * (1 + t * t) / (1 + t) ** 2) / (1 + t * t)
        return end * float((weight * density).sum()) / math.pi / (acceptance * (1 - acceptance))

    low, high = 0.0, 1.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if answers(middle) < share else (low, middle)
    return (low + high) / 2


@lru_cache(maxsize=1)
def _nodes() -> tuple[FloatArray, FloatArray]:
    """Nodes and weights over [0, 1] of the Gauss-Legendre rule of four points in each of 32 parts.

    These have closed forms; those of a rule of more points come out of an eigenvalue routine, whose last
    digits depend on the processor.
    """
    near, far = (math.sqrt(3 / 7 - sign * 2 / 7 * math.sqrt(6 / 5)) for sign in (1, -1))
    heavy, light = ((18 + sign * math.sqrt(30)) / 36 for sign in (1, -1))
    node = (1 + np.array([-far, -near, near, far])) / 2
    weight = np.array([light, heavy, heavy, light]) / 2
    nodes = (np.arange(_PARTS)[:, None] + node) / _PARTS
    return nodes.ravel(), np.tile(weight / _PARTS, _PARTS)


def _threshold(pull: FloatArray, rest: float, acceptance: float) -> float:
    """Where to cut so that the expected share over these requests is `acceptance`: by halving, to 50 bits.

    The share falls as the cut rises. So where halving goes is known of all cuts but those close to the right
    one, which is near where the secant finds it.
    """
    sd = np.sqrt(rest)

    def beyond(cut: float) -> float:
        return float(normal_cdf((pull - cut) / sd).mean()) - acceptance

    low, high = -10.0, 10.0
    sure_low, sure_high = _about(beyond)
    for _ in range(50):
        middle = (low + high) / 2
        if middle <= sure_low or (middle < sure_high and beyond(middle) >= 0):
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _about(falling: Callable[[float], float]) -> tuple[float, float]:
    """Two numbers close together, at which a falling function is surely above and surely below 0.

    Those between which everything lies if the secant does not find them.
    """
    one, other = -0.5, 0.5
    at_one, at_other = falling(one), falling(other)
    for _ in range(_SECANTS):
        if at_one == at_other or abs(other) > _FAR:
            break
        one, other = other, other - at_other * (other - one) / (at_other - at_one)
        at_one, at_other = at_other, falling(other)
        if abs(other - one) < _CLOSE:
            low, high = other - _CLOSE, other + _CLOSE
            return (low, high) if falling(low) > _SURE and falling(high) < -_SURE else (-math.inf, math.inf)
    return -math.inf, math.inf


def _normal(streams: Streams, purpose: str, keys: KeyArray) -> FloatArray:
    return normal_quantile(streams.uniform(purpose, keys))
