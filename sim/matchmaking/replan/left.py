"""The problem of the days that are left: what was held stays, and what is over takes nothing new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from sim.matchmaking.problem.problem import UNSCHEDULED, Problem
from sim.matchmaking.replan.published import Published
from sim.matchmaking.wishes.affinity import IntArray

__all__ = ["days_left"]


def days_left(problem: Problem, published: Published, first: int, gone: Sequence[int] = ()) -> Problem:
    """The problem from slot `first` on, in which what is `published.done` is held where it was.

    Slots before `first` have room for what was held in them and nothing else; the participants `gone` have no
    meeting from `first` on. Limits that count over days (`most`, `most_a_day`, `in_row`, ...) count what was
    held. A rule that was broken by what was held, whatever it says now, does not undo it: tables, vetoes,
    interpreters and rooms of places are as many as were used, and so is `most`.
    """
    done = np.zeros(problem.requests, dtype=np.bool_) if published.done is None else published.done
    slot = np.where(done, published.slot, UNSCHEDULED)
    held = problem.held(slot)
    shape = (problem.participants, problem.slots)
    each = problem.capacity if problem.capacity.ndim == 2 else problem.capacity[:, None]
    capacity = np.maximum(np.broadcast_to(each, shape), held)
    capacity[:, :first] = held[:, :first]
    available = np.ones(shape, dtype=np.bool_) if problem.available is None else problem.available.copy()
    available[list(gone), first:] = False
    available[:, :first] = True
    available |= held > 0
    fixed = np.full(problem.requests, UNSCHEDULED) if problem.fixed is None else problem.fixed
    return replace(
        problem,
        capacity=capacity,
        available=available,
        tables=_tables(problem, published, slot),
        most=np.maximum(problem.most, problem.load(done)),
        veto=None if problem.veto is None else problem.veto & ~done,
        fixed=np.where(done, slot, fixed),
        interpreters=_used(problem, slot, problem.pool, problem.interpreters),
        place_room=_used(problem, slot, problem.place, problem.rooms),
    )


def _tables(problem: Problem, published: Published, slot: IntArray) -> IntArray:
    """As many tables as there are, or as what was held was at."""
    request, at = _occupied(problem, slot)
    used = np.bincount(at, minlength=problem.slots)
    np.maximum.at(used, at, published.table[request] + 1)
    return np.maximum(problem.tables, used)


def _used(problem: Problem, slot: IntArray, of: IntArray | None, there: IntArray | None) -> IntArray | None:
    """As many of each pool or place in each slot as there are, or as were in use: (pools, slots)."""
    if of is None or there is None:
        return there
    request, at = _occupied(problem, slot)
    some = of[request] != UNSCHEDULED
    used = np.zeros_like(there)
    np.add.at(used, (of[request][some], at[some]), 1)
    return np.maximum(there, used)


def _occupied(problem: Problem, slot: IntArray) -> tuple[IntArray, IntArray]:
    """The slots that each of these meetings takes: requests, slots."""
    on = np.flatnonzero(slot != UNSCHEDULED)
    which, at = problem.occupied(on, slot[on])
    return on[which], at
