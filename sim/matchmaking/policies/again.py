"""What one more of something adds under a policy: the policy run again, with one more.

A policy that is not the best can lose by having more; so the difference may be negative.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from sim.matchmaking.policies.interest import Interest
from sim.matchmaking.policies.registry import solve
from sim.matchmaking.policies.timetable import Timetable
from sim.matchmaking.problem.problem import UNSCHEDULED, Problem
from sim.matchmaking.wishes.affinity import FloatArray

__all__ = ["Again", "Gain", "again", "gains", "run_again"]

_FAST: Final = ("none", "first_come", "round_robin", "greedy", "stable", "slot_by_slot")
_WORK: Final = {True: 2_000_000, False: 50_000}  # requests × slots in all runs, of fast policies and others
_WORK_OF_OPTIMAL: Final = 5_000  # the same, where a run can take seconds


@dataclass(frozen=True, slots=True)
class Again:
    """Differences to the timetable that the policy made, in units of the score, and in meetings.

    `value` and `meetings` with one more table in every slot that has any, `delegate` (participants,) in
    value with one more delegate of each; 0 without a run where nothing that somebody asked for or was
    asked is left out. None where that would take too many runs.
    """

    value: float | None
    meetings: int | None
    delegate: FloatArray | None


@dataclass(frozen=True, slots=True)
class Gain:
    """What the same policy gains by one more of something: value in units of the score, and meetings."""

    value: float
    meetings: float


def gains(
    problem: Problem,
    made: Timetable,
    policy: str,
    solved: Callable[[Problem], Timetable],
    first: int,
    *,
    slow: bool = False,
    tables: bool = True,
) -> tuple[Gain | None, Gain | None]:
    """By one more table in every slot that has any, and by one more delegate of each of the `first`.

    `solved` is how the policy made this timetable of the problem. Delegates are one more wherever there is
    one, among so many participants, the first ones. None where a run would take too long; `slow`: where
    `solved` does more than the policy, which can take seconds. Without `tables` these are not tried (None).
    """
    if problem.requests * problem.slots > (_WORK_OF_OPTIMAL if slow else _WORK[policy in _FAST]):
        return None, None
    one = (np.arange(problem.participants) < first).astype(np.int64)
    one = one if problem.capacity.ndim == 1 else one[:, None] * (problem.capacity > 0)
    others = (
        replace(problem, tables=problem.tables + (problem.tables > 0)) if tables else None,
        replace(problem, capacity=problem.capacity + one),
    )
    found: list[Gain | None] = []
    for other in others:
        if other is None:
            found.append(None)
            continue
        more = solved(other)
        value = problem.weights.amount(_held(problem, more)) - problem.weights.amount(_held(problem, made))
        found.append(Gain(float(value), more.meetings - made.meetings))
    return found[0], found[1]


def _held(problem: Problem, made: Timetable) -> int:
    return int(problem.weights.whole[made.slot != UNSCHEDULED].sum())


def again(problem: Problem, made: Timetable, policy: str, interest: Interest) -> Again:
    """Run the policy that made this timetable of the problem again, where that is cheap."""

    def run(more: Problem) -> Timetable:
        return solve(more, policy, interest=interest)

    work = _WORK_OF_OPTIMAL if policy == "optimal" else _WORK[policy in _FAST]
    return run_again(problem, made, run, work)


def run_again(problem: Problem, made: Timetable, run: Callable[[Problem], Timetable], work: int) -> Again:
    """Make this timetable of the problem again by `run`, in so many requests × slots in all runs."""
    runs = work // max(1, problem.requests * problem.slots)
    if not runs:
        return Again(None, None, None)
    more = run(replace(problem, tables=problem.tables + (problem.tables > 0)))
    left = np.flatnonzero(problem.load(made.slot == UNSCHEDULED)).tolist()
    worth: FloatArray | None = None
    if len(left) < runs:
        worth = np.zeros(problem.participants)
        for i in left:
            one = (np.arange(problem.participants) == i).astype(np.int64)
            one = one if problem.capacity.ndim == 1 else one[:, None] * (problem.capacity > 0)
            worth[i] = run(replace(problem, capacity=problem.capacity + one)).value - made.value
    return Again(more.value - made.value, more.meetings - made.meetings, worth)
