"""What one more of something adds under a policy: the policy run again, with one more.

A policy that is not the best can lose by having more; so the difference may be negative.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from sim.matchmaking.policies.interest import Interest
from sim.matchmaking.policies.optimal import chosen_meetings
from sim.matchmaking.policies.registry import solve
from sim.matchmaking.policies.timetable import Timetable
from sim.matchmaking.problem.problem import UNSCHEDULED, BoolArray, Problem
from sim.matchmaking.problem.weights import Weights
from sim.matchmaking.wishes.affinity import FloatArray, IntArray

__all__ = ["Again", "Gain", "again", "gains", "run_again"]

_FAST: Final = ("none", "first_come", "round_robin", "greedy", "stable", "slot_by_slot")

Effort = Literal["fast", "slow", "replan", "programme"]

# Requests × slots of all runs together. Assumption: nobody waits longer than some seconds for what a table
# more adds. One run of 60 to 2,000 requests, times as many as fit, is 0.1 to 12 s on one core (slot_by_slot,
# the slowest); a run of the programme that `optimal` is without prices, or of a replanning, can take seconds.
_WORK: Final[dict[Effort, int]] = {"fast": 2_000_000, "slow": 50_000, "replan": 20_000, "programme": 5_000}


@dataclass(frozen=True, slots=True)
class Gain:
    """What one more of something adds: value in units of the score, and meetings."""

    value: float
    meetings: int


@dataclass(frozen=True, slots=True)
class Again:
    """Differences to the timetable that the policy made.

    `table` with one more table in every slot that has any; `delegate` (participants,) in units of the score
    with one more delegate of each, 0 without a run where nothing that somebody asked for or was asked is
    left out. None where that would take too many runs.
    """

    table: Gain | None
    delegate: FloatArray | None


def gains(
    problem: Problem,
    made: Timetable,
    policy: str,
    run: Callable[[Problem], Timetable],
    first: int,
    *,
    slow: bool = False,
    best: bool = False,
    tables: bool = True,
) -> tuple[Gain | None, Gain | None]:
    """By one more table in every slot that has any, and by one more delegate of each of the `first`.

    `run` is how the policy made this timetable of the problem; value is in the problem's own scores. None
    where a run would take too long; `slow`: where `run` does more than the policy, which can take seconds.
    `best`: it makes the best timetable, and is left out where that can be no better than the one made.
    Without `tables` these are not tried (None).
    """
    if problem.requests * problem.slots > _WORK["programme" if slow else _effort(policy)]:
        return None, None
    whose = np.arange(problem.participants) < first

    def gain(more: Problem, one_adds: bool) -> Gain:
        if best and not one_adds and _is_best(more, made):
            return Gain(0.0, 0)
        return _gain(problem.weights, made, run(more))

    table = gain(_with_tables(problem), made.table_worth != 0) if tables else None
    worth = made.delegate_worth
    return table, gain(_with_delegates(problem, whose), worth is None or bool(worth[whose].any()))


def again(problem: Problem, made: Timetable, policy: str, interest: Interest) -> Again:
    """Run the policy that made this timetable of the problem again, where that is cheap."""

    def run(more: Problem) -> Timetable:
        return solve(more, policy, interest=interest)

    return run_again(problem, made, run, "programme" if policy == "optimal" else _effort(policy))


def run_again(
    problem: Problem, made: Timetable, run: Callable[[Problem], Timetable], effort: Effort
) -> Again:
    """Make this timetable of the problem again by `run`, with one more of each thing, where that is cheap."""
    runs = _WORK[effort] // max(1, problem.requests * problem.slots)
    if not runs:
        return Again(None, None)
    weights = made.problem.weights  # of what counted
    table = _gain(weights, made, run(_with_tables(problem)))
    left = np.flatnonzero(problem.load(made.slot == UNSCHEDULED)).tolist()
    if len(left) >= runs:
        return Again(table, None)
    adds = np.zeros(problem.participants)
    for i in left:
        whose = np.arange(problem.participants) == i
        adds[i] = _gain(weights, made, run(_with_delegates(problem, whose))).value
    return Again(table, adds)


def _effort(policy: str) -> Effort:
    return "fast" if policy in _FAST else "slow"


def _with_tables(problem: Problem) -> Problem:
    """One more in every slot that has any."""
    return replace(problem, tables=problem.tables + (problem.tables > 0))


def _with_delegates(problem: Problem, whose: BoolArray) -> Problem:
    """One more of each of these; where delegates differ by slot, in each in which there is any."""
    one = whose.astype(np.int64)
    one = one if problem.capacity.ndim == 1 else one[:, None] * (problem.capacity > 0)
    return replace(problem, capacity=problem.capacity + one)


def _is_best(problem: Problem, made: Timetable) -> bool:
    """Whether no choice of the problem's meetings is worth more than those of a timetable: by its bound.

    The best choice has as many, too. Not so where must-meets, or somebody's least, come before what meetings
    are worth.
    """
    if problem.must is not None or problem.leasts or problem.others is not None:
        return False
    on = made.slot != UNSCHEDULED
    if on.all():
        return True
    choice = chosen_meetings(replace(problem, most=np.minimum(problem.most, _most(problem))))
    return choice.bound == problem.weights.whole[on].sum() and bool(choice.chosen.sum() == on.sum())


def _most(problem: Problem) -> IntArray:
    """The most meetings that each can have in slots in which any of his can be: (participants,)."""
    n, slots, room = problem.participants, problem.slots, problem.room
    request = np.flatnonzero(problem.possible)
    of, slot = np.nonzero(problem.together((room > 0) & (problem.tables > 0), request))
    who = np.concatenate((problem.a[request[of]], problem.b[request[of]]))
    meetings = np.bincount(who * slots + np.tile(slot, 2), minlength=n * slots).reshape(n, slots)
    return np.asarray(np.minimum(meetings, room).sum(axis=1), dtype=np.int64)


def _gain(weights: Weights, made: Timetable, more: Timetable) -> Gain:
    """By how much the one timetable is more than the other, rounded once."""
    before, after = (int(weights.whole[each.slot != UNSCHEDULED].sum()) for each in (made, more))
    return Gain(float(weights.amount(after) - weights.amount(before)), more.meetings - made.meetings)
