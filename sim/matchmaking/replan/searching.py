"""One aim after the other: the most that columns can count, proven where a certificate goes so far."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.matchmaking.policies.by_cp_sat import by_cp_sat
from sim.matchmaking.policies.certificate import CertificateError, Leaf, exact_sum
from sim.matchmaking.policies.linear import relaxed
from sim.matchmaking.policies.relaxation import best_columns
from sim.matchmaking.problem.problem import BoolArray
from sim.matchmaking.problem.time_indexed import TimeIndexed
from sim.matchmaking.wishes.affinity import IntArray

__all__ = ["Reached", "linear_bound", "most"]

_DOUBLE: Final = 1 << 53  # weights with what decides between equal ones together
_NEAR: Final = 2  # so near the bound of the relaxation a proof by some hundred cases is likely
_WORK: Final = (2.0, 6.0)  # of CP-SAT's deterministic seconds, at first and where that was not enough


@dataclass(frozen=True, slots=True)
class Reached:
    """Columns held and what they count. No columns count more than `bound` (proven; None: not known).

    `claimed`: a solver says that nothing is better, whether or not that is proven. `open_`: the columns that
    can be in use, among those that could before, where as much is counted as here.
    """

    held: BoolArray
    total: int
    bound: int | None
    open_: BoolArray
    claimed: bool = False

    @property
    def proven(self) -> bool:
        """Whether it is proven that nothing is better."""
        return self.bound == self.total


def most(
    programme: TimeIndexed,
    weight: IntArray,
    known: BoolArray,
    limit: int,
    *,
    open_: BoolArray,
    ends: float | None = None,
    ties: IntArray | None = None,
    thorough: bool = False,
    loose: bool = False,
) -> Reached:
    """The columns that count most by `weight`, never less than those `known`, among those that are open.

    `limit` is a bound that is known beforehand. Of columns that count as much those that count more by
    `ties` are preferred, as far as that is found on the way. Work is limited by counts of steps; `ends` is a
    moment of the clock (`time.monotonic`) besides. `thorough`: a proof is sought of which columns can be in
    use, even where `limit` has been reached. `loose`: relaxations say little of it, so it is searched first.
    """
    total = int(weight[known].sum())
    if total == limit and not thorough:
        return Reached(known, total, limit, open_)
    free = np.flatnonzero(open_)
    part = _part(programme, free)
    weight, known, ties = weight[free], known[free], None if ties is None else ties[free]

    def whole(columns: BoolArray) -> BoolArray:
        every = np.zeros(len(open_), dtype=np.bool_)
        every[free] = columns
        return every

    step = 1 if ties is None else int(ties.sum()) + 1
    both = weight if ties is None else weight * step + ties
    if int(weight.sum()) * step >= _DOUBLE:
        both, step = weight, 1
    best, bound, claimed, proof = known, limit, False, None
    if loose:
        best, claimed = by_cp_sat(part, weight, known, _WORK[0], _left(ends), relaxing=True)
        bound = _linear_bound(part, weight, limit, _left(ends))
    if not loose or 0 < bound - int(weight[best].sum()) <= _NEAR:
        try:
            found = best_columns(part, both, best, _left(ends))
        except CertificateError:  # numbers too large to be checked
            pass
        else:
            best, claimed, proof = found.held, claimed or found.claimed, found.proof
            bound = bound if found.bound is None else min(found.bound // step, bound)
    if bound > weight[best].sum() and not claimed:
        best, claimed = by_cp_sat(part, weight, best, _WORK[1], _left(ends), relaxing=True)
    total = int(weight[best].sum())
    usable = np.ones(len(free), dtype=np.bool_)
    if isinstance(proof, Leaf) and step == 1:
        usable = _usable(part, weight, total, proof)
    return Reached(whole(best), total, bound, whole(usable), claimed or bound == total)


def linear_bound(
    programme: TimeIndexed, weight: IntArray, limit: int, *, open_: BoolArray, ends: float | None = None
) -> int:
    """The bound of the relaxation over the columns that are open, or `limit` if that says more."""
    free = np.flatnonzero(open_)
    return _linear_bound(_part(programme, free), weight[free], limit, _left(ends))


def _linear_bound(programme: TimeIndexed, weight: IntArray, limit: int, seconds: float | None) -> int:
    try:
        found = relaxed(programme, weight, seconds)
    except CertificateError:  # numbers too large to be checked
        return limit
    return limit if found is None else min(limit, found.bound)


def _part(programme: TimeIndexed, free: IntArray) -> TimeIndexed:
    """The programme of these columns alone."""
    return TimeIndexed(programme.request[free], programme.slot[free], programme.rows[:, free], programme.most)


def _left(ends: float | None) -> float | None:
    """The seconds until a moment of the clock."""
    return None if ends is None else max(0.0, ends - time.monotonic())


def _usable(programme: TimeIndexed, weight: IntArray, total: int, proof: Leaf) -> BoolArray:
    """Which columns can be in use where columns count `total`, by the prices of a proof.

    What is in use falls short of the bound by the price of its rows less its weight (reduced-cost fixing).
    """
    surplus = (weight << proof.shift) - programme.rows.astype(np.int64).T @ proof.price
    paid = sum(
        p * m for p, m in zip(proof.price.tolist(), programme.most.astype(np.int64).tolist(), strict=True)
    )
    spare = paid + exact_sum(np.maximum(surplus, 0)) - (total << proof.shift)
    return np.asarray(-surplus <= spare, dtype=np.bool_)
