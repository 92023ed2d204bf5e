"""Compact timetables of small problems, proven: one aim after the other, by CP-SAT.

A request is held in a slot or not, within the rows of the time-indexed programme. A break ends where
somebody is busy after an idle slot and has been busy before on that day. Where the meetings are given,
everybody is busy in exactly as many slots as he has meetings: being told so makes proofs many times
shorter (Bofill, Coll, Garcia, Giráldez-Cru, Pesant, Suy and Villaret, JAIR 74, 2022).
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from sim.matchmaking.compact.leads import Aim, reached
from sim.matchmaking.compact.waiting import idle_time, presence, wait_unit
from sim.matchmaking.problem.cp import cp_solver
from sim.matchmaking.problem.problem import UNSCHEDULED, Problem
from sim.matchmaking.problem.time_indexed import time_indexed
from sim.matchmaking.problem.violations import violations
from sim.matchmaking.wishes.affinity import IntArray

__all__ = ["Best", "lexicographic"]

_WORKERS: Final = 8  # each searches in its own way: even on two cores they prove more than two would
_ROUNDING: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Best:
    """A timetable, a bound on its breaks, and whether it is proven that nothing is better by its aims.

    Where waits were to be least, the bound is on them. `infeasible`: it is proven that nothing is as fair
    as was asked for.
    """

    slot: IntArray
    bound: int
    proven: bool
    infeasible: bool = False


def lexicographic(
    problem: Problem,
    slot: IntArray,
    aims: Sequence[Aim],
    *,
    same: bool,
    fairness: int | None,
    least: int = 0,
    time_limit: float | None = None,
) -> Best:
    """The best timetable by these aims, the first one first, as far as it is proven in time.

    "must": as many must-meets as can be; "unfairness": that no two people's breaks differ by more than
    `fairness`, or by as little more as can be; "value": the greatest, in whole numbers (`Weights`);
    "breaks" or "waits": the fewest or shortest, known to be `least` or more. `same`: the same
    meetings are held.

    The answer is never worse than `slot`. Which of equally good ones it is depends on who wins a race
    of searches. Whatever the solver finds is checked against the problem itself: raises RuntimeError if it
    breaks a rule or has another number of what was asked for, or if the solver calls impossible what `slot`
    shows to be possible.
    """
    from ortools.sat.python import cp_model

    ends = None if time_limit is None else time.monotonic() + time_limit
    model = _Model(problem, slot, same, fairness)
    floor = {"must": -sum(model.musts), "unfairness": 0, "value": -sum(model.score)}
    floor |= {"breaks": least, "waits": least}  # of which one is asked for
    for aim in aims:
        known, goal = reached(problem, slot, aim, fairness), model.goal(aim)
        if known > floor[aim]:
            if aim in ("breaks", "waits"):
                model.model.add(goal >= least)  # nothing is less: who reaches it can stop
            model.ask(goal, slot)
            left = None if ends is None else max(0.0, ends - time.monotonic())
            solver = cp_solver(seconds=left, workers=_WORKERS)
            if aim in ("unfairness", "breaks"):  # linear relaxations say nothing of breaks, and take long
                solver.parameters.linearization_level = 0
            status = solver.solve(model.model)
            solved = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
            if status == cp_model.INFEASIBLE:
                raise RuntimeError(f"a solver finds no timetable, though one is known ({aim})")
            found = model.slots(solver) if solved else slot
            if solved:
                _must_be_sound(problem, found, slot if same else None)
            if status == cp_model.OPTIMAL and aim != "value":  # value is beyond what floats tell apart
                counted = reached(problem, found, aim, fairness)
                if counted != round(solver.objective_value):
                    raise RuntimeError(f"a solver counts {solver.objective_value} where there is {counted}")
            if reached(problem, found, aim, fairness) < known:  # the solver's own value is a float
                slot, known = found, reached(problem, found, aim, fairness)
            if solved and aim in ("breaks", "waits"):
                least = max(least, math.ceil(solver.best_objective_bound - _ROUNDING))
            if status != cp_model.OPTIMAL:
                return Best(slot, least, False)
            floor[aim] = known
            least = known if aim in ("breaks", "waits") else least
        model.model.add(goal <= known)
    return Best(slot, least, True, floor["unfairness"] > 0)


def _must_be_sound(problem: Problem, found: IntArray, same: IntArray | None) -> None:
    """A model that had a rule too few would prove too much: its timetables show that."""
    faults = violations(problem, found)
    if same is not None and not np.array_equal(found != UNSCHEDULED, same != UNSCHEDULED):
        faults.append("its meetings are others")
    if faults:
        raise RuntimeError(f"a solver gave an unsound timetable: {faults[0]}")


class _Model:
    """The timetables of a problem: a literal for each request and slot in which it may be held."""

    def __init__(self, problem: Problem, slot: IntArray, same: bool, fairness: int | None) -> None:
        from ortools.sat.python import cp_model

        self.model: Any = cp_model.CpModel()
        possible = problem.possible
        self.score: list[int] = (problem.weights.whole * possible).tolist()
        must = np.zeros(problem.requests, dtype=np.bool_) if problem.must is None else problem.must
        self.musts: list[int] = (must & possible).astype(np.int64).tolist()
        self._problem = problem
        self._programme = time_indexed(problem, slot != UNSCHEDULED if same else None)
        self._request: list[int] = self._programme.request.tolist()
        self._x = [self.model.new_bool_var("") for _ in self._request]
        rows = self._programme.rows
        for row, most in enumerate(self._programme.most.astype(np.int64).tolist()):
            within = slice(rows.indptr[row], rows.indptr[row + 1])
            own = [self._x[c] for c in rows.indices[within].tolist()]
            times = rows.data[within].astype(np.int64).tolist()
            if most == 1 and set(times) == {1}:
                self.model.add_at_most_one(own)
            else:
                self.model.add(sum(n * x for n, x in zip(times, own, strict=True)) <= most)
        if same:
            held: dict[int, list[Any]] = {k: [] for k in np.flatnonzero(slot != UNSCHEDULED).tolist()}
            for x, k in zip(self._x, self._request, strict=True):
                if k != UNSCHEDULED:  # not by bisection: helpers, the last columns, have request -1
                    held[k].append(x)
            for own in held.values():
                self.model.add_at_least_one(own)
        self._busy_in: list[dict[int, Any]] = []
        counts = self._counts(same)
        self._breaks: Any = sum(counts)
        self._unfair: Any = 0 if fairness is None else self._unfairness(counts, fairness)

    def goal(self, aim: Aim) -> Any:
        """What is to be least."""
        if aim == "waits":
            return self._waits()
        if aim in ("breaks", "unfairness"):
            return self._breaks if aim == "breaks" else self._unfair
        weight = self.musts if aim == "must" else self.score
        return -sum(weight[k] * x for k, x in zip(self._request, self._x, strict=True) if k != UNSCHEDULED)

    def ask(self, goal: Any, slot: IntArray) -> None:
        """Ask for the least of this, with a timetable to begin with."""
        self.model.minimize(goal)
        self.model.clear_hints()
        held: list[bool] = self._programme.held(self._problem, slot).tolist()
        for x, is_held in zip(self._x, held, strict=True):
            self.model.add_hint(x, is_held)

    def slots(self, solver: Any) -> IntArray:
        """The slot of each request in what the solver found."""
        held = np.array([solver.boolean_value(x) for x in self._x], dtype=np.bool_)
        return self._programme.slots(self._problem.requests, held)

    def _counts(self, same: bool) -> list[Any]:
        """The breaks of each participant who can have any."""
        problem, day, room = self._problem, self._problem.days.tolist(), self._problem.room
        people, length = problem.members, problem.lengths.tolist()
        open_: list[dict[int, list[Any]]] = [{} for _ in range(problem.participants)]
        for x, k, t in zip(self._x, self._request, self._programme.slot.tolist(), strict=True):
            for i in people[k] if k != UNSCHEDULED else ():
                for u in range(t, t + length[k]):
                    open_[i].setdefault(u, []).append(x)
        own, here = self._programme.request, presence(problem)
        own = np.unique(own[own != UNSCHEDULED])
        meetings = [0] * problem.participants  # in slots
        for k in own.tolist():
            for i in people[k]:
                meetings[i] += length[k]
        counts: list[Any] = []
        for i, mine in enumerate(open_):
            busy = {t: self._busy(mine[t], int(room[i, t])) for t in sorted(mine)}
            self._busy_in.append(busy)
            turn = here[i].cumsum().tolist()
            found = [
                end
                for d in set(day)
                for end in self._ends({turn[t]: b for t, b in busy.items() if day[t] == d})
            ]
            if found:
                counts.append(sum(found))
            if found and same and room[i].max() <= 1:
                self.model.add(sum(busy.values()) == meetings[i])
        return counts

    def _busy(self, meetings: list[Any], room: int) -> Any:
        """Whether somebody has any of these meetings, of which as many as `room` can be at once."""
        if len(meetings) == 1:
            return meetings[0]
        busy = self.model.new_bool_var("")
        if room == 1:
            self.model.add_exactly_one([*meetings, ~busy])
        else:
            self.model.add_max_equality(busy, meetings)
        return busy

    def _ends(self, busy: dict[int, Any]) -> list[Any]:
        """Whether a break ends in each slot of a day, given the literals of those that can be busy.

        Slots are counted without those in which he cannot meet.
        """
        found: list[Any] = []
        been, last = None, UNSCHEDULED  # whether he was busy before, and the slot of the last literal
        for t, here in busy.items():
            before = busy[last] if last == t - 1 and been is not None else None
            if been is not None and before is not been:
                found.append(self._all([here, been] if before is None else [here, been, ~before]))
            been = here if been is None else ~self._all([~been, ~here])
            last = t
        return found

    def _waits(self) -> Any:
        """How long all wait, in units of `wait_unit`, if it is to be least."""
        problem = self._problem
        day, here = problem.days.tolist(), presence(problem)
        time = (idle_time(problem) // wait_unit(problem)).tolist()
        spent: list[Any] = []
        for i, mine in enumerate(self._busy_in):
            for d in set(day):
                busy = {t: literal for t, literal in mine.items() if day[t] == d}
                if len(busy) > 1:
                    inside = [t for t in range(min(busy) + 1, max(busy)) if here[i, t]]
                    idle = zip(inside, self._idle(busy, inside), strict=True)
                    spent += [time[t] * literal for t, literal in idle]
        return sum(spent)

    def _idle(self, busy: dict[int, Any], inside: Sequence[int]) -> list[Any]:
        """Whether somebody waits in each of these slots: not busy, but before on that day and after."""
        begun, to_come = self._met(busy, inside, 1), self._met(busy, inside[::-1], -1)[::-1]
        found = []
        for t, before, after in zip(inside, begun, to_come, strict=True):
            waits = self.model.new_bool_var("")
            own = [busy[t]] if t in busy else []
            self.model.add_bool_or([waits, *own, ~before, ~after])
            found.append(waits)
        return found

    def _met(self, busy: dict[int, Any], inside: Sequence[int], way: int) -> list[Any]:
        """Whether somebody was busy before each of these slots, or (`way` -1) will be after it."""
        found: list[Any] = []
        order = sorted(busy, reverse=way < 0)
        been, at = busy[order[0]], 1
        for t in inside:
            while at < len(order) and way * order[at] < way * t:
                both = self.model.new_bool_var("")
                self.model.add_implication(been, both)
                self.model.add_implication(busy[order[at]], both)
                been, at = both, at + 1
            found.append(been)
        return found

    def _all(self, literals: list[Any]) -> Any:
        """A literal that says that all of these hold."""
        every = self.model.new_bool_var("")
        for literal in literals:
            self.model.add_implication(every, literal)
        self.model.add_bool_or([every, *(~literal for literal in literals)])
        return every

    def _unfairness(self, counts: list[Any], fairness: int) -> Any:
        """By how much the breaks of any two people differ beyond fairness."""
        slots = self._problem.slots
        most, least, beyond = (self.model.new_int_var(0, slots, "") for _ in range(3))
        for count in counts:
            self.model.add(most >= count)
            self.model.add(least <= count)
        if len(counts) < self._problem.participants:
            self.model.add(least == 0)
        self.model.add(most - least <= fairness + beyond)
        return beyond
