"""Must-meets: as many of them as can be held together, and slots for them."""

from __future__ import annotations

import numpy as np

from sim.matchmaking.policies.relaxation import best_columns
from sim.matchmaking.problem.problem import UNSCHEDULED, BoolArray, Problem
from sim.matchmaking.problem.time_indexed import time_indexed
from sim.matchmaking.problem.violations import violations
from sim.matchmaking.wishes.affinity import IntArray

__all__ = ["pledged"]


def pledged(problem: Problem, keeping: BoolArray | None = None) -> IntArray:
    """A slot for each must-meet, as many as can be held (the best by score among as many); else -1.

    An integer programme of the must-meets alone: nothing else is held yet, so nothing is in their way.
    Those of `keeping` (requests,), which can all be held in the slots that they are fixed to, are held
    whatever other must-meets that leaves out.
    """
    none = np.full(problem.requests, UNSCHEDULED, dtype=np.int64)
    if problem.must is None or not problem.must.any():
        return none
    if problem.fixed is not None:
        slot = np.where(problem.must, problem.fixed, UNSCHEDULED)
        if (slot[problem.must] != UNSCHEDULED).all() and not violations(problem, slot):
            return slot  # nothing to choose
    programme = time_indexed(problem, problem.must)
    greatest = float(problem.score.max(initial=0.0)) or 1.0
    # one must-meet more outweighs all differences of score
    extra = programme.weights(problem.score / greatest / (1 + problem.must.sum()))
    known = np.zeros(len(programme.request), dtype=np.bool_)
    if keeping is not None:
        known = programme.weights(keeping.astype(np.float64)) > 0
        programme = programme.with_row(-known.astype(np.float64), -float(keeping.sum()))
    found = best_columns(programme, programme.weights(np.ones(problem.requests)) + extra, known)
    return programme.slots(problem.requests, found.held)
