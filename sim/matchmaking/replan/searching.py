"""One aim after the other: the most that columns can count, proven where a certificate goes so far."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from sim.matchmaking.policies.certificate import CertificateError
from sim.matchmaking.policies.relaxation import best_columns
from sim.matchmaking.problem.problem import BoolArray
from sim.matchmaking.problem.time_indexed import TimeIndexed
from sim.matchmaking.wishes.affinity import IntArray

__all__ = ["Reached", "most"]

_EXACT: Final = 1 << 62  # weights of CP-SAT together
_DOUBLE: Final = 1 << 53  # weights with what decides between equal ones together
_WORK: Final = 10.0  # of CP-SAT's deterministic seconds


@dataclass(frozen=True, slots=True)
class Reached:
    """Columns held and what they count. No columns count more than `bound` (proven; None: not known).

    `claimed`: a solver says that nothing is better, whether or not that is proven.
    """

    held: BoolArray
    total: int
    bound: int | None
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
    ends: float | None = None,
    ties: IntArray | None = None,
) -> Reached:
    """The columns that count most by `weight`, never less than those `known`.

    `limit` is a bound that is known beforehand. Of columns that count as much those that count more by
    `ties` are preferred, as far as that is found on the way. Work is limited by counts of steps; `ends` is a
    moment of the clock (`time.monotonic`) besides.
    """
    total = int(weight[known].sum())
    if total == limit:
        return Reached(known, total, limit)

    def left() -> float | None:
        return None if ends is None else max(0.0, ends - time.monotonic())

    step = 1 if ties is None else int(ties.sum()) + 1
    both = weight if ties is None else weight * step + ties
    if int(weight.sum()) * step >= _DOUBLE:
        both, step = weight, 1
    best, bound, claimed = known, limit, False
    try:
        found = best_columns(programme, both, known, left())
    except CertificateError:  # numbers too large to be checked
        pass
    else:
        best, claimed = found.held, found.claimed
        bound = limit if found.bound is None else min(found.bound // step, limit)
    if bound > weight[best].sum() and not claimed:
        best, claimed = _by_cp_sat(programme, weight, best, left())
    total = int(weight[best].sum())
    return Reached(best, total, bound, claimed or bound == total)


def _by_cp_sat(
    programme: TimeIndexed, weight: IntArray, known: BoolArray, seconds: float | None
) -> tuple[BoolArray, bool]:
    """The best columns that CP-SAT finds, and whether it calls them the best."""
    from ortools.sat.python import cp_model

    if int(np.abs(weight).sum()) >= _EXACT or (seconds is not None and seconds <= 0):
        return known, False
    model: Any = cp_model.CpModel()
    x = [model.new_bool_var("") for _ in range(len(weight))]
    rows = programme.rows
    start, column, entry = rows.indptr.tolist(), rows.indices.tolist(), rows.data.astype(np.int64).tolist()
    for row, limit in enumerate(programme.most.astype(np.int64).tolist()):
        here = [x[c] for c in column[start[row] : start[row + 1]]]
        times = entry[start[row] : start[row + 1]]
        if limit == 1 and set(times) == {1}:
            model.add_at_most_one(here)
        else:
            model.add(cp_model.LinearExpr.weighted_sum(here, times) <= limit)
    model.maximize(cp_model.LinearExpr.weighted_sum(x, weight.tolist()))
    for c, on in enumerate(known.tolist()):
        model.add_hint(x[c], on)
    solver: Any = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = _WORK
    solver.parameters.catch_sigint_signal = False  # Ctrl-C is the caller's
    if seconds is not None:
        solver.parameters.max_time_in_seconds = seconds
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return known, False
    held = np.array([solver.boolean_value(each) for each in x], dtype=np.bool_)
    better = int(weight[held].sum()) >= int(weight[known].sum())
    return (held if better else known), status == cp_model.OPTIMAL and better
