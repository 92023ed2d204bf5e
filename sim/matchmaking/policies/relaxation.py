"""Time-indexed programmes solved: whole columns near the linear relaxation, and a proof of how near.

The relaxation is nearly integral where people's free slots are few, so most columns can be taken from
it. What is fractional goes to a search over the columns whose reduced cost does not already forbid them:
no timetable better than the best known can hold a column whose reduced cost is more than the gap
(reduced-cost fixing: Dantzig, Fulkerson and Johnson, 1954).

Solvers propose; what is said to be proven is a tree of prices that `certificate` has checked.
All work is bounded by counts of its own steps, never by the clock, unless a time limit is asked for:
the same problem has the same answer on any machine.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from sim.matchmaking.policies.certificate import CertificateError, Leaf, Tree, proven_bound
from sim.matchmaking.policies.linear import relaxed
from sim.matchmaking.problem.problem import BoolArray
from sim.matchmaking.problem.time_indexed import TimeIndexed
from sim.matchmaking.wishes.affinity import FloatArray, IntArray

__all__ = ["Found", "best_columns"]

_NODES: Final = 500  # of branch and bound
_MANY: Final = 15_000  # columns for which branch and bound is worth while
_FEW: Final = 2_500  # columns for which it is, however near the bound the best known is
_NEAR: Final = 5e-3  # of the bound: near enough where columns are more than few
_WHOLE: Final = 1e-7  # a column of the relaxation that is nearer to 0 or 1 is taken for it
_NEARLY: Final = 10_000_000  # prices of a solver are as near as that
_WORK: Final = 2.0  # of CP-SAT's deterministic seconds


@dataclass(frozen=True, slots=True)
class Found:
    """Columns held, and the proof that none weigh more than `bound` (None: nothing is proven).

    `claimed`: a solver says that nothing is better, whether or not the proof says so; `cut` if time ran out.
    """

    held: BoolArray
    bound: int | None
    proof: Tree | None
    claimed: bool = False
    cut: bool = False


def best_columns(
    programme: TimeIndexed,
    weight: IntArray,
    known: BoolArray,
    seconds: float | None = None,
    *,
    prove_it: bool = True,
) -> Found:
    """Columns of greatest weight, as far as it can be proven; never below those `known`.

    Unless it is to `prove_it`, that is all: good columns, and the bound of the relaxation.
    """
    begun = time.monotonic()

    def left() -> float | None:
        return None if seconds is None else max(0.0, seconds - (time.monotonic() - begun))

    linear = relaxed(programme, weight, seconds)
    if linear is None:
        return Found(known, None, None, cut=seconds is not None)
    best, proof, bound = known, Leaf(linear.price, linear.shift), linear.bound
    tree: Tree = proof

    def better(held: BoolArray | None) -> None:
        nonlocal best
        if held is not None and _within(programme, held) and weight[held].sum() > weight[best].sum():
            best = held

    rounded = linear.x > 1 - _WHOLE
    better(rounded)
    if bound > weight[best].sum():
        better(filled(programme, weight, linear.x))
    surplus = (weight << linear.shift) - programme.rows.astype(np.int64).T @ linear.price
    claimed = False

    def could_matter(fixed: BoolArray, loss: int) -> BoolArray | None:
        """The open columns that lose no more than this; None if they are too many to be gone into."""
        # beyond the bound, a column in use gives -surplus if it has any, one not in use loses surplus
        open_ = ~fixed & (surplus >= -(loss << linear.shift))
        few = _FEW if bound - int(weight[best].sum()) <= _NEAR * bound else _MANY
        return open_ if open_.sum() <= few else None

    none = np.zeros_like(rounded)
    # first what the relaxation leaves open, then all that could be part of something better
    for fixed in (rounded, none):
        gap = bound - int(weight[best].sum())
        open_ = could_matter(fixed, max(1, bound // _NEARLY) if fixed is rounded else gap)
        if gap > 0 and open_ is not None:
            better(_branch(programme, weight, fixed, open_, left()))
    gap = bound - int(weight[best].sum())
    open_ = could_matter(none, gap)
    if prove_it and gap > 0 and open_ is not None:
        from sim.matchmaking.policies.proof import prove

        found = prove(programme, weight, linear, best, open_, left())
        better(found.held)
        if found.bound < bound:
            tree, bound = found.tree, found.bound
        if bound > weight[best].sum() and open_.sum() <= _FEW:
            from sim.matchmaking.policies.by_cp_sat import by_cp_sat

            solved, claimed = by_cp_sat(programme, weight, best, _WORK, left(), open_=open_)
            better(solved)
    cut = seconds is not None and left() == 0.0
    for certificate in (tree, proof):  # prices of a tree may be too great to be checked
        with suppress(CertificateError):
            proven = proven_bound(programme.rows, programme.most, weight, certificate)
            return Found(best, proven, certificate, claimed, cut)
    return Found(best, None, None, claimed, cut)


def filled(programme: TimeIndexed, weight: IntArray, x: FloatArray) -> BoolArray:
    """Columns taken one after the other, those most in use by the relaxation first, while rows let."""
    columns = programme.rows.tocsc()
    left = programme.most.copy()
    held = np.zeros(len(weight), dtype=np.bool_)
    start, row, entry = columns.indptr.tolist(), columns.indices, columns.data
    for c in np.lexsort((-weight, -np.round(x, 6))).tolist():
        here = slice(start[c], start[c + 1])
        if (entry[here] <= np.maximum(left[row[here]], 0)).all():
            left[row[here]] -= entry[here]
            held[c] = True
    return held


def _within(programme: TimeIndexed, held: BoolArray) -> bool:
    return bool((programme.rows @ held.astype(np.float64) <= programme.most + 0.5).all())


def _branch(
    programme: TimeIndexed, weight: IntArray, fixed: BoolArray, open_: BoolArray, seconds: float | None
) -> BoolArray | None:
    """Good columns among those open, beside those fixed, by HiGHS; its tolerances prove nothing."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    if seconds is not None and seconds <= 0:
        return None
    most = programme.most - programme.rows @ fixed.astype(np.float64)
    free = np.flatnonzero(open_)
    rows = programme.rows[:, free]
    used = np.flatnonzero(np.diff(rows.indptr))
    worth = weight[free].astype(np.float64)
    options: Any = {"mip_rel_gap": 0.0, "node_limit": _NODES}
    if seconds is not None:
        options["time_limit"] = seconds
    found = milp(
        -worth / max(1.0, float(np.abs(worth).max(initial=0.0))),  # its tolerances are absolute
        integrality=np.ones(len(free), dtype=np.int64),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(rows[used], ub=most[used]),
        options=options,
    )
    if found.x is None:
        return None
    held = fixed.copy()
    held[free[found.x > 0.5]] = True
    return held
