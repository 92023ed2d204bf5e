"""The greatest Nash welfare: as many people as can be with something, then the product of what they get.

It is fair in many ways at once (Caragiannis, Kurokawa, Moulin, Procaccia, Shah and Wang, "The
unreasonable fairness of maximum Nash welfare", 2019), and NP-hard to find. Tangents bound it wherever
they touch, and the least of these bounds touches at what the best fractional choice gives people. That is
sought by fictitious play, a form of the method of Frank and Wolfe (1956): each flow is a choice, which
exchanges then better, and the average of all flows so far is where the next tangents touch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.arithmetic import log
from sim.matchmaking.policies.fairness.claims import Claims
from sim.matchmaking.policies.fairness.exchanges import exchanged
from sim.matchmaking.policies.fairness.tangents import Tangent, Tangents
from sim.matchmaking.problem.problem import BoolArray
from sim.matchmaking.wishes.affinity import FloatArray

__all__ = ["Nash", "best_nash", "log_worth"]

_FLOWS: Final = 12  # after which little is gained
_CLOSE: Final = 1e-6  # of a participant's logarithm: what whole-number rewards can tell
_NOTHING: Final = -1e4  # to get something outweighs all logarithms that an exchange could cost
_PRICES: Final = (2.0 ** np.arange(-2, 8)).tolist()  # of serving one more, where fewer are than may be


@dataclass(frozen=True, slots=True)
class Nash:
    """A choice of claims, how many it serves and may be served, its welfare, and a bound on that."""

    chosen: BoolArray
    served: int
    most_served: int
    welfare: float
    bound: float


def log_worth(utility: FloatArray) -> FloatArray:
    """The logarithm; for nothing, so little that no other gain makes up for it."""
    some = utility > 0
    return np.where(some, log(np.where(some, utility, 1.0)), _NOTHING)


def best_nash(claims: Claims) -> Nash:
    """The choice of greatest Nash welfare, as far as it is found.

    As few meetings as can be are missing to people's least, then as many people as can be get something,
    then the sum of the logarithms of what these get is as great as is found. Where two sides meet the
    first two are exact. `bound` is proven: no choice that does as well by them has a greater sum. It
    is reached where everybody gets as much of any meeting as of any other.
    """
    copies = 1 if claims.two_sides else 2
    tangents = Tangents(claims if claims.two_sides else claims.doubled())
    most = tangents.served()
    best = exchanged(claims, claims.whole(most.chosen), log_worth)
    standing = _standing(claims, best)
    average = np.tile(claims.utility(best), copies)
    often = (average > 0).astype(np.float64)  # how often each is served
    touch = np.where(average > 0, average, tangents.most_wished)
    found: list[Tangent] = []
    for turn in range(2, _FLOWS + 2):
        found.append(tangents.at(touch))
        tried = exchanged(claims, claims.whole(found[-1].chosen), log_worth)
        if _standing(claims, tried) > standing:
            best, standing = tried, _standing(claims, tried)
        if _bound(found, standing, copies) - standing[2] <= _CLOSE * standing[1]:
            break
        utility = tangents.utility(found[-1].chosen)
        average += (utility - average) / turn
        often += ((utility > 0) - often) / turn
        touch = np.divide(average, often, out=touch, where=often > 0)
    reached, served, welfare = standing
    # where half meetings could do better, what is proven by the dearest prices is worth nothing
    led = copies * reached == most.reached
    if not led:
        most = tangents.served(led=False)
    if not led or copies * served < most.served:
        found += [tangents.at(touch, price, None if led else 0.0) for price in _PRICES]
    return Nash(best, served, most.served // copies, welfare, _bound(found, standing, copies))


def _standing(claims: Claims, chosen: BoolArray) -> tuple[int, int, float]:
    """What choices are compared by: meetings towards the least, those served, welfare."""
    utility = claims.utility(chosen)
    some = utility[utility > 0]
    return claims.reached(chosen), len(some), float(log(some).sum())


def _bound(found: list[Tangent], standing: tuple[int, int, float], copies: int) -> float:
    reached, served, _ = standing
    return min(each.bound(copies * served, copies * reached) for each in found) / copies
