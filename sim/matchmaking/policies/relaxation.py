"""Time-indexed programmes solved: a linear relaxation that bounds, and whole columns near it.

The relaxation is nearly integral where people's free slots are few, so most columns can be taken from
it. What is fractional goes to an integer programme over the columns whose reduced cost does not already
forbid them: no timetable better than the best known can hold a column whose reduced cost is more than
the gap (reduced-cost fixing: Dantzig, Fulkerson and Johnson, 1954).

All work is bounded by counts of its own steps, never by the clock, unless a time limit is asked for:
the same problem has the same answer on any machine.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from sim.matchmaking.problem.problem import BoolArray
from sim.matchmaking.problem.time_indexed import TimeIndexed
from sim.matchmaking.wishes.affinity import FloatArray

__all__ = ["Found", "Relaxed", "best_columns", "relaxed"]

_WORK: Final = 3.0  # of GLOP's deterministic seconds, before the other method has its turn
_ROUNDS: Final = 400_000  # of the dual simplex method
_NODES: Final = 500  # of branch and bound
_MANY: Final = 15_000  # columns for which branch and bound is worth while
_FEW: Final = 2_500  # columns for which it is, however near the bound the best known is
_NEAR: Final = 5e-3  # of the bound: near enough where columns are more than few
_CLOSE: Final = 1e-7  # what is whole, and what is proven


@dataclass(frozen=True, slots=True)
class Relaxed:
    """The linear relaxation: its columns (columns,), the worth of its rows (rows,), a proven bound.

    `bound` is computed from `price` alone, so it holds whatever the solver's tolerances.
    """

    x: FloatArray
    price: FloatArray
    bound: float


@dataclass(frozen=True, slots=True)
class Found:
    """Columns held, a proven bound on their weight, prices of rows; `cut` if time ran out."""

    held: BoolArray
    bound: float
    price: FloatArray | None
    cut: bool = False


def relaxed(programme: TimeIndexed, weight: FloatArray, seconds: float | None = None) -> Relaxed | None:
    """The greatest weight of columns in [0, 1] within the rows; None if the work allowed is not enough.

    The primal simplex method first; the dual one where that is slow (many equal delegates).
    """
    if not len(weight):
        return Relaxed(np.zeros(0), np.zeros(len(programme.most)), 0.0)
    begun = time.monotonic()
    found = _by_glop(programme, weight, seconds)
    if found is None:
        left = None if seconds is None else seconds - (time.monotonic() - begun)
        found = _by_highs(programme, weight, left) if left is None or left > 0 else None
    if found is None:
        return None
    x, price = found
    return Relaxed(x, price, dual_bound(programme, weight, price))


def dual_bound(programme: TimeIndexed, weight: FloatArray, price: FloatArray) -> float:
    """What no columns can weigh more than, given any prices ≥ 0 of the rows (weak duality)."""
    surplus = weight - programme.rows.T @ price
    # not by `@`: the last digits of a BLAS product depend on the processor
    return float((price * programme.most).sum() + np.maximum(surplus, 0).sum())


def best_columns(
    programme: TimeIndexed, weight: FloatArray, known: BoolArray, seconds: float | None = None
) -> Found:
    """Columns of greatest weight, as far as it can be proven; never below those `known`.

    The bound is infinite if not even the relaxation could be solved with the work allowed.
    """
    begun = time.monotonic()

    def left() -> float | None:
        return None if seconds is None else max(0.0, seconds - (time.monotonic() - begun))

    linear = relaxed(programme, weight, seconds)
    if linear is None:
        return Found(known, np.inf, None, cut=seconds is not None)
    best, bound = known, linear.bound
    close = _CLOSE * max(1.0, abs(bound))
    whole = np.abs(linear.x - np.rint(linear.x)) < _CLOSE
    rounded = linear.x > 1 - _CLOSE
    if _within(programme, rounded) and weight[rounded].sum() > weight[best].sum():
        best = rounded
    if whole.all() or bound - weight[best].sum() <= close:
        return Found(best, bound, linear.price)
    surplus = weight - programme.rows.T @ linear.price
    # first what the relaxation leaves open, then all that could be part of something better
    for fixed, loss in ((rounded, close), (np.zeros_like(rounded), None)):
        gap = bound - float(weight[best].sum())
        if gap <= close:
            break
        # beyond the bound, a column in use gives -surplus if it has any, one not in use loses surplus
        open_ = ~fixed & (surplus >= -(gap if loss is None else loss))
        if open_.sum() > (_FEW if gap <= _NEAR * bound else _MANY):
            continue
        found = _branch(programme, weight, fixed, open_, left())
        if found is None:
            continue
        held, above = found
        if weight[held].sum() > weight[best].sum():
            best = held
        if loss is None:  # nothing better can be outside the open columns
            bound = min(bound, max(above, float(weight[best].sum())))
    cut = seconds is not None and left() == 0.0
    return Found(best, bound, linear.price, cut)


def _within(programme: TimeIndexed, held: BoolArray) -> bool:
    return bool((programme.rows @ held.astype(np.float64) <= programme.most + _CLOSE).all())


def _by_glop(
    programme: TimeIndexed, weight: FloatArray, seconds: float | None
) -> tuple[FloatArray, FloatArray] | None:
    from ortools.linear_solver.python import model_builder_helper as solvers

    count = len(weight)
    model: Any = solvers.ModelBuilderHelper()
    low, most = np.full(len(programme.most), -np.inf), programme.most
    model.fill_model_from_sparse_data(np.zeros(count), np.ones(count), -weight, low, most, programme.rows)
    solver = solvers.ModelSolverHelper("GLOP")
    solver.set_solver_specific_parameters(f"max_deterministic_time:{_WORK}")
    if seconds is not None:
        solver.set_time_limit_in_seconds(seconds)
    solver.solve(model)
    if solver.status() != solvers.SolveStatus.OPTIMAL:
        return None
    price = np.maximum(-np.asarray(solver.dual_values(), dtype=np.float64), 0.0)
    return np.asarray(solver.variable_values(), dtype=np.float64), price


def _by_highs(
    programme: TimeIndexed, weight: FloatArray, seconds: float | None
) -> tuple[FloatArray, FloatArray] | None:
    from scipy.optimize import linprog

    options: Any = {"maxiter": _ROUNDS}
    if seconds is not None:
        options["time_limit"] = seconds
    rows: Any = programme.rows  # sparse rows are allowed, the types do not say so
    found = linprog(
        -weight, A_ub=rows, b_ub=programme.most, bounds=(0, 1), method="highs-ds", options=options
    )
    if found.status != 0:
        return None
    price = np.maximum(-np.asarray(found.ineqlin.marginals, dtype=np.float64), 0.0)
    return np.asarray(found.x, dtype=np.float64), price


def _branch(
    programme: TimeIndexed, weight: FloatArray, fixed: BoolArray, open_: BoolArray, seconds: float | None
) -> tuple[BoolArray, float] | None:
    """The best columns among those open, beside those fixed, and a bound on such; None if none found."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    if seconds is not None and seconds <= 0:
        return None
    most = programme.most - programme.rows @ fixed.astype(np.float64)
    free = np.flatnonzero(open_)
    rows = programme.rows[:, free]
    used = np.flatnonzero(np.diff(rows.indptr))
    options: Any = {"mip_rel_gap": 0.0, "node_limit": _NODES}
    if seconds is not None:
        options["time_limit"] = seconds
    found = milp(
        -weight[free],
        integrality=np.ones(len(free), dtype=np.int64),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(rows[used], ub=most[used]),
        options=options,
    )
    if found.x is None:
        return None
    held = fixed.copy()
    held[free[found.x > 0.5]] = True
    if not _within(programme, held):
        return None
    dual = found.mip_dual_bound
    base = float(weight[fixed].sum())
    return held, np.inf if dual is None else base - float(dual)
