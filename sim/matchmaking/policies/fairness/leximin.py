"""Leximin by number of meetings: nobody could have more unless somebody with as few, or fewer, had less.

Of two choices the better is that in which fewer have none; of such, in which fewer have one; and so on.
Let anybody's first meeting be worth 1, his second 1/3, his third 1/9, ...: then a choice of greatest total
worth is a leximin choice. For it differs from any other by alternating trails, which change the degrees
of their two ends by one each. A trail, or two of them together where all tables are taken, can be made
on its own, and so raises two degrees and lowers two at most. If that is no gain by leximin, the fewest
meetings for which it changes how many people have them are taken from somebody, worth 3⁻ᵏ, and what is
given are two later ones at most, worth 2 × 3⁻ᵏ⁻¹. And degrees being raised or lowered only, and each worth
concave, all trails together gain no more than the sum of what each would alone. (The same holds among
the choices with fewest meetings missing to people's least, which is concave in degrees as well.)

Where two sides meet, a choice of greatest worth is a min-cost flow. Powers so far apart do not fit into one
flow: each ranks sixteen meetings, among all flows that are best by the ones before. (Lexicographic flows:
Megiddo, 1974; with decreasing minimisation in general: Frank and Murota, 2022.)
"""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.matchmaking.policies.fairness.claims import Claims
from sim.matchmaking.policies.fairness.network import SINK, SOURCE, Network
from sim.matchmaking.problem.problem import BoolArray
from sim.matchmaking.wishes.affinity import FloatArray, IntArray

__all__ = ["level_worth", "most_even"]

_LEVELS: Final = 16
_RATIO: Final = 3  # any number above 2 will do
_TOLD: Final = 36  # meetings
_SCALE: Final = 1 << 30  # the greatest score as a whole number


def level_worth(meetings: FloatArray) -> FloatArray:
    """The worth of so many meetings: 1 + 1/3 + 1/9 + ..., a term a meeting."""
    # a whole power, exact on every processor; beyond _TOLD no double tells the sum from its limit
    powers = _RATIO ** np.minimum(meetings, _TOLD).astype(np.int64)
    worth: FloatArray = (1 - 1 / powers) / (1 - 1 / _RATIO)
    return worth


def most_even(claims: Claims, score: FloatArray) -> BoolArray:
    """The leximin choice of claims, which must be of two sides; of equal ones the greatest score.

    Before all, as few meetings as can be are missing to people's least. Everybody has as many
    meetings already as `claims.base` says. The score, one a claim, counts to 2⁻³⁰ of the greatest.
    """
    count, n = len(claims), claims.participants
    who = np.repeat(np.arange(n), claims.limit)
    turn = np.arange(len(who)) - np.searchsorted(who, who)
    left = np.zeros(n, dtype=np.bool_)
    left[claims.a] = True
    ends = np.where(left[who], SOURCE, SINK), who + 2
    network = Network(
        np.concatenate((claims.a + 2, np.where(left[who], *ends))),
        np.concatenate((claims.b + 2, np.where(left[who], *ends[::-1]))),
        np.ones(count + len(who), dtype=np.int64),
        claims.total,
        n + 2,
    )
    none = np.zeros(count, dtype=np.int64)

    def settle(reward: IntArray) -> None:
        network.settle(np.concatenate((none, reward)))

    if claims.least.any():
        settle((turn < claims.least[who]).astype(np.int64))
    level = turn + claims.base[who].astype(np.int64)
    for start in range(int(level.min(initial=0)), int(level.max(initial=-1)) + 1, _LEVELS):
        # those ranked before are worth more than any, so that nobody's k-th comes before his first
        place = np.clip(start + _LEVELS - 1 - level, -1, _LEVELS)
        settle(np.where(place < 0, 0, _RATIO ** np.maximum(place, 0)))
    greatest = float(score.max(initial=0.0)) or 1.0
    whole = np.rint(score / greatest * _SCALE).astype(np.int64)
    return network.best(np.concatenate((whole, np.zeros(len(who), dtype=np.int64))))[:count] > 0
