"""Time-indexed programmes solved by CP-SAT, whose word for the best is a claim and no proof."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from sim.matchmaking.problem.cp import cp_solver
from sim.matchmaking.problem.problem import BoolArray
from sim.matchmaking.problem.time_indexed import TimeIndexed
from sim.matchmaking.wishes.affinity import IntArray

__all__ = ["by_cp_sat"]

_EXACT: Final = 1 << 62  # weights together


def by_cp_sat(
    programme: TimeIndexed,
    weight: IntArray,
    known: BoolArray,
    work: float,
    seconds: float | None = None,
    *,
    open_: BoolArray | None = None,
    relaxing: bool = False,
) -> tuple[BoolArray, bool]:
    """The best columns that are found among those `open_`, and whether they are called the best of these.

    They are never worse than those `known`, which need not be open. `work` is in deterministic seconds;
    `relaxing`: linear relaxations matter much.
    """
    from ortools.sat.python import cp_model

    if int(np.abs(weight).sum()) >= _EXACT or (seconds is not None and seconds <= 0):
        return known, False
    free = np.arange(len(weight)) if open_ is None else np.flatnonzero(open_)
    rows = programme.rows[:, free].tocsr()
    used = np.flatnonzero((np.diff(rows.indptr) > 0) | (programme.most < 0))
    rows, worth = rows[used], weight[free]
    model: Any = cp_model.CpModel()
    x = [model.new_bool_var("") for _ in free.tolist()]
    start, column, entry = rows.indptr.tolist(), rows.indices.tolist(), rows.data.astype(np.int64).tolist()
    for row, limit in enumerate(programme.most[used].astype(np.int64).tolist()):
        here = [x[c] for c in column[start[row] : start[row + 1]]]
        times = entry[start[row] : start[row + 1]]
        if limit == 1 and set(times) == {1}:
            model.add_at_most_one(here)
        else:
            model.add(cp_model.LinearExpr.weighted_sum(here, times) <= limit)
    model.maximize(cp_model.LinearExpr.weighted_sum(x, worth.tolist()))
    for c, on in enumerate(known[free].tolist()):
        model.add_hint(x[c], on)
    solver = cp_solver(work=work, seconds=seconds)
    if relaxing:
        solver.parameters.linearization_level = 2
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return known, False
    held = np.zeros(len(weight), dtype=np.bool_)
    held[free] = [solver.boolean_value(each) for each in x]
    # the solver's own value is a float
    total, before = int(weight[held].sum()), int(weight[known].sum())
    best = status == cp_model.OPTIMAL
    return (held if total >= before else known), best and total >= before
