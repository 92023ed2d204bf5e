"""Must-meets: as many of them as can be held together, and slots for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.matchmaking.policies.relaxation import best_columns
from sim.matchmaking.problem.problem import UNSCHEDULED, BoolArray, Problem
from sim.matchmaking.problem.time_indexed import time_indexed
from sim.matchmaking.problem.violations import violations
from sim.matchmaking.wishes.affinity import IntArray

__all__ = ["Pledge", "pledge", "pledged"]

_FINE: Final = 1 << 58  # weights of must-meets together


@dataclass(frozen=True, slots=True)
class Pledge:
    """A slot for each must-meet that is held, else -1; no timetable holds more than `most` (proven)."""

    slot: IntArray
    most: int


def pledged(problem: Problem, keeping: BoolArray | None = None) -> IntArray:
    """A slot for each must-meet, as many as can be held (the best by score among as many); else -1.

    An integer programme of the must-meets alone: nothing else is held yet, so nothing is in their way.
    Those of `keeping` (requests,), which can all be held in the slots that they are fixed to, are held
    whatever other must-meets that leaves out.
    """
    return pledge(problem, keeping).slot


def pledge(problem: Problem, keeping: BoolArray | None = None) -> Pledge:
    """As `pledged`, with what is proven of their number (among those who keep what is to be kept)."""
    none = np.full(problem.requests, UNSCHEDULED, dtype=np.int64)
    if problem.must is None or not problem.must.any():
        return Pledge(none, 0)
    count = int(problem.must.sum())
    if problem.fixed is not None:
        slot = np.where(problem.must, problem.fixed, UNSCHEDULED)
        if (slot[problem.must] != UNSCHEDULED).all() and not violations(problem, slot):
            return Pledge(slot, count)  # nothing to choose
    programme = time_indexed(problem, problem.must)
    weight, shift = problem.weights.whole[problem.must], 0
    while (int((weight >> shift).sum()) + 1) * (count + 1) > _FINE:
        shift += 1  # so many digits do not matter: it is the number that is to be proven
    # one must-meet more outweighs all differences of score
    one = int((weight >> shift).sum()) + 1
    known = np.zeros(len(programme.request), dtype=np.bool_)
    if keeping is not None:
        known = programme.weights(keeping) > 0
        programme = programme.with_row(-known.astype(np.float64), -float(keeping.sum()))
    found = best_columns(programme, programme.weights(one + (problem.weights.whole >> shift)), known)
    most = count if found.bound is None else min(count, found.bound // one)
    return Pledge(programme.slots(problem.requests, found.held), most)
