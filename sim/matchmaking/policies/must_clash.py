"""Must-meets that cannot all be held: the smallest set of them of which that is true."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from sim.matchmaking.problem.cp import cp_solver
from sim.matchmaking.problem.problem import UNSCHEDULED, Problem
from sim.matchmaking.problem.time_indexed import time_indexed
from sim.matchmaking.wishes.affinity import IntArray

__all__ = ["MustClash", "must_clash"]

_MOST: Final = 200  # must-meets among which the smallest set is sought
_ROUNDS: Final = 60  # of guesses at the smallest set
_WORK: Final = 2.0  # of a question, in CP-SAT's deterministic seconds


@dataclass(frozen=True, slots=True)
class MustClash:
    """Must-meets (requests, in order) that cannot all be held, though all but any one of them can.

    `smallest`: it is proven that of the must-meets looked at no fewer clash.
    """

    requests: tuple[int, ...]
    smallest: bool


def must_clash(problem: Problem, slot: IntArray, request: int) -> MustClash | None:
    """What a must-meet that is not held clashes with, of those that are held in `slot` (requests,).

    A set of must-meets that can be held is grown as far as it can be; of what is left out, any clash must
    have one. The smallest set that has one of each is a clash, the smallest, if it cannot be held itself;
    otherwise it is grown in turn (implicit hitting sets: Ignatiev, Previti, Liffiton and Marques-Silva,
    CP 2015). Where that takes long, must-meets are struck one by one as long as the rest still clash.

    None if it could be held with all of them, or nothing is found in reasonable time.
    """
    assert problem.must is not None
    held = np.flatnonzero(problem.must & (slot != UNSCHEDULED)).tolist()
    if len(held) >= _MOST:
        return None
    question = _Question(problem, [*held, request])
    if question.grown([request]) is None:
        return MustClash((request,), smallest=True) if question.sure else None
    left_out: list[set[int]] = []
    for _ in range(_ROUNDS):
        guess = _hitting(left_out, request)
        grown = question.grown(guess)
        if grown is None:
            return MustClash(tuple(sorted(guess)), smallest=True) if question.sure else None
        left = {*held, request} - grown
        if not left:
            return None
        left_out.append(left)
    kept = [*held, request]
    if question.grown(kept) is not None:
        return None
    for k in held:
        fewer = [other for other in kept if other != k]
        if question.grown(fewer) is None and question.sure:
            kept = fewer
    return MustClash(tuple(sorted(kept)), smallest=False)


class _Question:
    """Which of these must-meets can be held together, as a question to CP-SAT."""

    def __init__(self, problem: Problem, musts: Sequence[int]) -> None:
        from ortools.sat.python import cp_model

        self.sure = True  # whether the last answer is proven
        only = np.zeros(problem.requests, dtype=np.bool_)
        only[list(musts)] = True
        group = problem.alternatives
        if group is not None:  # any offer will do
            only |= np.isin(group, group[only & (group != UNSCHEDULED)])
        programme = time_indexed(problem, only)
        self._model: Any = cp_model.CpModel()
        x = [self._model.new_bool_var("") for _ in programme.request]
        rows = programme.rows
        for row, most in enumerate(programme.most.astype(np.int64).tolist()):
            within = slice(rows.indptr[row], rows.indptr[row + 1])
            times = zip(
                rows.data[within].astype(np.int64).tolist(), rows.indices[within].tolist(), strict=True
            )
            self._model.add(sum(n * x[c] for n, c in times) <= most)
        self._held = {}
        for k in musts:
            offers = np.array([k])
            if group is not None and group[k] != UNSCHEDULED:
                offers = np.flatnonzero(group == group[k])
            self._held[k] = self._model.new_bool_var("")
            own = [x[c] for c in np.flatnonzero(np.isin(programme.request, offers)).tolist()]
            self._model.add_bool_or([~self._held[k], *own])
        self._model.maximize(sum(self._held.values()))

    def grown(self, wanted: Collection[int]) -> set[int] | None:
        """As many must-meets as can be held with these; None if not even these can."""
        from ortools.sat.python import cp_model

        model = self._model.clone()
        for k in wanted:
            model.add(model.get_bool_var_from_proto_index(self._held[k].index) == 1)
        solver = cp_solver(work=_WORK)
        status = solver.solve(model)
        self.sure = status in (cp_model.OPTIMAL, cp_model.INFEASIBLE)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        return {k for k, held in self._held.items() if solver.boolean_value(held)}


def _hitting(sets: Sequence[Collection[int]], always: int) -> list[int]:
    """A smallest set with this and something of each of the sets."""
    from ortools.sat.python import cp_model

    model: Any = cp_model.CpModel()
    chosen = {k: model.new_bool_var("") for k in sorted({always}.union(*sets))}
    model.add(chosen[always] == 1)
    for each in sets:
        model.add_bool_or([chosen[k] for k in sorted(each)])
    model.minimize(sum(chosen.values()))
    solver = cp_solver()
    solver.solve(model)
    return [k for k, one in chosen.items() if solver.boolean_value(one)]
