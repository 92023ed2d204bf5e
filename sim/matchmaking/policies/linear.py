"""Linear programmes solved in floating point, and their prices as whole numbers.

What a solver says is a proposal: bounds come from `sim.matchmaking.policies.certificate` alone.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sim.matchmaking.policies.certificate import CertificateError, priced_bound
from sim.matchmaking.policies.solvers import linear_solvers
from sim.matchmaking.problem.time_indexed import TimeIndexed
from sim.matchmaking.wishes.affinity import FloatArray, IntArray

if TYPE_CHECKING:
    from scipy.sparse import csr_array

__all__ = ["Relaxed", "by_glop", "relaxed", "sharpened", "shift_of", "whole_prices"]

_WORK: Final = 3.0  # of GLOP's deterministic seconds, before the other method has its turn
_ROUNDS: Final = 400_000  # of the dual simplex method
_FINEST: Final = 24  # prices are in 2^-24 of a weight, or in coarser steps where weights are great
_BITS: Final = 60  # of a sum of prices and a weight
_REFINED: Final = 3  # times that prices are corrected where weights have more digits than a float
_SPAN: Final = 1e5  # of what is corrected at once, to its least


@dataclass(frozen=True, slots=True)
class Relaxed:
    """The linear relaxation: its columns (columns,), and prices of rows (rows,) in 2^-`shift` of a weight.

    No columns weigh more than `bound`, which is proven by the prices.
    """

    x: FloatArray
    price: IntArray
    shift: int
    bound: int


def relaxed(programme: TimeIndexed, weight: IntArray, seconds: float | None = None) -> Relaxed | None:
    """The greatest weight of columns in [0, 1] within the rows; None if the work allowed is not enough.

    The primal simplex method first; the dual one where that is slow (many equal delegates). Weights that
    differ by more orders of magnitude than a float has digits are solved in rounds, each with what the
    prices of the last leave over, magnified (Gleixner, Steffy and Wolter, 2016).
    """
    if not len(weight):
        none = np.zeros(len(programme.most), dtype=np.int64)
        bound = priced_bound(programme.rows, programme.most, weight, none)
        return Relaxed(np.zeros(0), none, 0, bound)
    begun = time.monotonic()

    def left() -> float | None:
        return None if seconds is None else seconds - (time.monotonic() - begun)

    found = by_glop(programme.rows, programme.most, weight.astype(np.float64), seconds)
    if found is None:
        rest = left()
        found = _by_highs(programme, weight, rest) if rest is None or rest > 0 else None
    if found is None:
        return None
    x, shift = found[0], shift_of(programme, weight, found[1])
    start = Relaxed(x, whole_prices(found[1], shift), shift, 0)
    return sharpened(programme.rows, programme.most, weight, start, left)


def sharpened(
    rows: csr_array,
    most: FloatArray,
    weight: IntArray,
    start: Relaxed,
    left: Callable[[], float | None] = lambda: None,
) -> Relaxed:
    """Prices corrected as long as that lowers the bound; `left` says how many seconds there are."""
    x, price, shift = start.x, start.price, start.shift
    bound = priced_bound(rows, most, weight, price, shift)
    whole = rows.astype(np.int64)
    for _ in range(_REFINED):
        surplus = (weight << shift) - whole.T @ price
        over = surplus * np.where(surplus > 0, 1 - x, -x)
        lost = price * np.maximum(most - rows @ x, 0)
        if float(over.clip(0).sum() + lost.sum()) < 1 << max(shift - 1, 0):
            break
        rest = left()
        if rest is not None and rest <= 0:
            break
        scale = max(float(over.max(initial=0)), float(lost.max(initial=0)))
        better = _corrected(rows, most, surplus, price, scale, rest)
        if better is None:
            break
        tried = np.maximum(price + better[1], 0)
        try:
            below = priced_bound(rows, most, weight, tried, shift)
        except CertificateError:
            break
        if below >= bound:
            break
        x, price, bound = better[0], tried, below
    return Relaxed(x, price, shift, bound)


def shift_of(programme: TimeIndexed, weight: IntArray, price: FloatArray, more: int = 0) -> int:
    """The finest steps of prices, as a negative power of two, whose sums can be checked.

    `price` may have some of `more` rows besides the programme's.
    """
    of_column = int(abs(programme.rows).sum(axis=0).max()) if programme.rows.shape[0] and len(weight) else 0
    top = int(np.abs(weight).max(initial=1)) + float(price.max(initial=0)) * (of_column + more + 1)
    return max(0, min(_FINEST, int(_BITS - math.log2(max(top, 1.0)))))


def whole_prices(price: FloatArray, shift: int) -> IntArray:
    """Prices ≥ 0 in steps of 2^-shift."""
    return np.rint(np.minimum(np.maximum(price, 0.0) * 2.0**shift, 2.0**_BITS)).astype(np.int64)


def by_glop(
    rows: csr_array,
    most: FloatArray,
    weight: FloatArray,
    seconds: float | None = None,
    *,
    work: float = _WORK,
    equal: bool = False,
    upper: FloatArray | None = None,
) -> tuple[FloatArray, FloatArray] | None:
    """Columns and prices of rows; None if the solver has not come to an end.

    Columns are at most `upper` (1 if left out); with `equal`, rows are met exactly and prices have signs.
    """
    solvers = linear_solvers()

    count = len(weight)
    low = most if equal else np.full(len(most), -np.inf)
    high = np.ones(count) if upper is None else upper
    heaviest = float(np.abs(weight).max(initial=0.0)) or 1.0
    # as they are first: whole numbers lose nothing; great ones of many sizes may be too much for it
    for scale in (1.0, heaviest / _SPAN, heaviest):
        model: Any = solvers.ModelBuilderHelper()
        model.fill_model_from_sparse_data(np.zeros(count), high, -weight / scale, low, most, rows)
        solver = solvers.ModelSolverHelper("GLOP")
        solver.set_solver_specific_parameters(f"max_deterministic_time:{work}")
        if seconds is not None:
            solver.set_time_limit_in_seconds(seconds)
        solver.solve(model)
        if solver.status() == solvers.SolveStatus.OPTIMAL:
            price = -scale * np.asarray(solver.dual_values(), dtype=np.float64)
            return np.asarray(solver.variable_values(), dtype=np.float64), price
        if seconds is not None or (work == _WORK and solver.status() != solvers.SolveStatus.ABNORMAL):
            break
    return None


def _by_highs(
    programme: TimeIndexed, weight: IntArray, seconds: float | None
) -> tuple[FloatArray, FloatArray] | None:
    from scipy.optimize import linprog

    options: Any = {"maxiter": _ROUNDS}
    if seconds is not None:
        options["time_limit"] = seconds
    rows: Any = programme.rows  # sparse rows are allowed, the types do not say so
    found = linprog(
        -weight.astype(np.float64),
        A_ub=rows,
        b_ub=programme.most,
        bounds=(0, 1),
        method="highs-ds",
        options=options,
    )
    if found.status != 0:
        return None
    return np.asarray(found.x, dtype=np.float64), -np.asarray(found.ineqlin.marginals, dtype=np.float64)


def _corrected(
    rows: csr_array,
    most: FloatArray,
    surplus: IntArray,
    price: IntArray,
    scale: float,
    seconds: float | None,
) -> tuple[FloatArray, IntArray] | None:
    """Columns, and what to add to the prices, when what these prices leave is the weight.

    A row's room that is not used costs its price. What is far from all that is to be corrected is cut.
    """
    from scipy.sparse import csr_array, eye_array, hstack

    slack = len(most)
    table = csr_array(hstack([rows, eye_array(slack)]))
    worth = np.concatenate((surplus, -price)).astype(np.float64) / scale
    high = np.concatenate((np.ones(len(surplus)), np.full(slack, np.inf)))
    found = by_glop(table, most, np.clip(worth, -_SPAN, _SPAN), seconds, equal=True, upper=high)
    if found is None:
        return None
    return found[0][: len(surplus)], np.rint(found[1] * scale).astype(np.int64)
