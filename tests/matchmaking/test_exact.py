"""Exact compact timetables: as good as trying everything, proven where they say so, and in time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from queue import SimpleQueue
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ortools.sat.python import cp_model

from sim.matchmaking import UNSCHEDULED, Problem, solve, violations
from sim.matchmaking.compact import compacting, leads
from sim.matchmaking.compact.agreed import Agreed
from sim.matchmaking.compact.compact import Lead, _as_agreed, breaks_of, compact
from sim.matchmaking.compact.exact import lexicographic as exact
from sim.matchmaking.compact.exact import race
from sim.matchmaking.compact.exact.left import Left
from sim.matchmaking.compact.exact.lexicographic import lexicographic
from sim.matchmaking.compact.exact.worker import Task
from sim.matchmaking.problem.cp import cp_solver
from sim.matchmaking.problem.time_indexed import time_indexed
from tests.matchmaking.compacting import (
    LEADS,
    ORDER,
    all_sound,
    begun,
    few_sweeps,
    hundred,
    on_days,
    standing,
)


def _two_of_one_day() -> tuple[Problem, np.ndarray]:
    """Both on one day, though there are two; one has its slot, the other cannot follow it."""
    away = np.array([[1] * 5, [1] * 5, [1, 0, 0, 1, 1]])
    problem = Problem.of([2, 1], [0, 0], [0, 0], slots=5, tables=3, available=away, fixed=[-1, 0])
    return on_days(replace(problem, most_days=np.ones(3, dtype=np.int64)), [4, 1]), np.array([3, 0])


def _days_are_up(b: list[int], most_days: list[int]) -> tuple[Problem, np.ndarray]:
    """Two of five meetings have their slots, with one between; whoever let go of one had no break."""
    a, fixed = [2, 2, 2, 1, 2], [1, 3, -1, -1, -1]
    problem = Problem.of(a, b, [0] * 5, participants=4, slots=4, tables=3, fixed=fixed, most=[9, 9, 2, 9])
    problem = replace(problem, capacity=np.array([1, 1, 2, 1]), most_days=np.array(most_days))
    return on_days(problem, [1, 3]), np.array(fixed)


@pytest.mark.elsewhere
@settings(max_examples=25, deadline=None)
@example(_two_of_one_day(), 0)
@example(_days_are_up([0, 0, 0, 0, 0], [1, 1, 1, 1]), 0)  # was not proven
@example(_days_are_up([0, 1, 0, 0, 0], [1, 9, 9, 1]), 0)  # one was let go
@given(begun(most_requests=5, most_slots=5), st.sampled_from([0, 1]))
def test_exact_equals_trying_everything_whatever_leads(
    case: tuple[Problem, np.ndarray], fairness: int
) -> None:
    problem, slot = case
    held = slot != UNSCHEDULED
    everything = list(all_sound(problem))
    ranks = [standing(problem, other, fairness) for other in everything]
    same = [bool(((other != UNSCHEDULED) == held).all()) for other in everything]
    waits = [r["waits"] for r, s in zip(ranks, same, strict=True) if s]
    with few_sweeps():
        shortest = compact(problem, slot, least="waits", exact=True)
    assert shortest.proven
    assert violations(problem, shortest.slot) == []
    assert standing(problem, shortest.slot, 0)["waits"] == min(waits) == shortest.wait_bound
    assert shortest.bound <= shortest.total
    for lead in LEADS:
        if lead == "value" and _as_agreed(problem, slot) is not None:
            continue  # by the race, which has tests of its own
        with few_sweeps():
            found = compact(problem, slot, lead=lead, fairness=fairness, exact=True)
            faster = compact(problem, found.slot, lead=lead, fairness=fairness)
        rivals = [r for r, s in zip(ranks, same, strict=True) if s or lead != "value"]
        best = min(tuple(r[aim] for aim in ORDER[lead]) for r in rivals)
        reached = standing(problem, found.slot, fairness)
        assert tuple(reached[aim] for aim in ORDER[lead]) == best
        assert violations(problem, found.slot) == []
        assert found.proven
        assert found.infeasible == (reached["unfair"] > 0)
        assert found.bound == found.total
        again = standing(problem, faster.slot, fairness)
        first = ORDER[lead] if lead != "value" else ("breaks",)
        assert tuple(again[aim] for aim in first) <= tuple(reached[aim] for aim in first)


def test_the_model_knows_that_delegates_can_meet_at_once() -> None:
    problem = Problem.of([0, 0], [1, 2], [1, 1], slots=3, tables=2, capacity=[2, 1, 1], fixed=[0, -1])
    problem = replace(problem, available=np.array([[1, 1, 1], [1, 1, 1], [1, 0, 1]], dtype=np.bool_))
    found = lexicographic(problem, np.array([0, 2]), ["breaks"], same=True, fairness=None)
    assert (found.slot.tolist(), found.bound, found.proven) == ([0, 0], 0, True)


@pytest.mark.parametrize(
    ("scores", "tiers"),
    [
        ([10**9, 10**9 + 1, 1], 0),
        ([2**59 - 1, 2**59, 1], 0),
        ([1 / 3, 1 / 3 + 1e-9, 1.0], 0),
        ([1, 2, 10**20], 1),  # more digits than 60 bits hold
    ],
)
def test_what_is_proven_of_value_is_proven_to_the_last_digit(scores: list[Any], tiers: int) -> None:
    # 0 can see one of two whose scores differ by little; two others meet in any case
    problem = Problem.of([0, 0, 3], [1, 2, 4], np.array(scores, dtype=object), slots=1, tables=2)
    assert len(problem.weights.tiers) == tiers
    begin, best = np.array([0, -1, 0]), [-1, 0, 0]
    leads: tuple[Lead, ...] = ("breaks", "fairness")
    for lead in leads:
        assert compact(problem, begin, lead=lead, fairness=0).slot.tolist() == best
    found = lexicographic(problem, begin, ["value"], same=False, fairness=None)
    assert (found.slot.tolist(), found.proven) == (best, True)


@pytest.mark.parametrize(
    ("slack", "same", "said"),
    [
        (1, False, "unsound timetable: slot "),  # of a table too many
        (-1, True, "finds no timetable, though one is known"),
    ],
)
def test_a_model_with_other_rules_than_the_problem_proves_nothing(
    slack: int, same: bool, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(*given: Any) -> Any:
        programme = time_indexed(*given)
        return replace(programme, most=np.maximum(programme.most + slack, 0))

    problem = Problem.of([0, 2, 4], [1, 3, 5], [1, 1, 2], slots=2, tables=1)
    known = np.array([0, 1, -1])
    right = lexicographic(problem, known, ["value"], same=same, fairness=None)
    assert problem.weights.whole[right.slot != UNSCHEDULED].sum() == (2 if same else 3)
    monkeypatch.setattr(exact, "time_indexed", wrong)
    with pytest.raises(RuntimeError, match=said):
        lexicographic(problem, known, ["value"], same=same, fairness=None)


def test_a_model_that_counts_other_breaks_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = Problem.of([0, 0], [1, 2], [1, 1], slots=4, tables=2, fixed=[-1, 3])
    problem = replace(problem, available=np.array([[1] * 4, [1, 1, 0, 0], [1] * 4], dtype=np.bool_))
    assert lexicographic(problem, np.array([0, 3]), ["breaks"], same=True, fairness=None).bound == 1
    monkeypatch.setattr(exact._Model, "_ends", lambda *_: [])
    with pytest.raises(RuntimeError, match=r"counts 0\.0 where there is 1"):
        lexicographic(problem, np.array([0, 3]), ["breaks"], same=True, fairness=None)


def test_what_a_solver_calls_optimal_is_so_beyond_what_floats_tell_apart() -> None:
    # five columns in a ring, of which neighbours exclude each other
    weight = [(1 << 55) + more for more in (23, 29, 24, 12, 19)]
    model = cp_model.CpModel()
    x = [model.new_bool_var("") for _ in weight]
    for k in range(5):
        model.add_at_most_one([x[k], x[(k + 1) % 5]])
        model.add_hint(x[k], value=False)
    model.maximize(cp_model.LinearExpr.weighted_sum(x, weight))
    solver = cp_solver()
    assert solver.solve(model) == cp_model.OPTIMAL
    best = max(weight[k] + weight[(k + 2) % 5] for k in range(5))
    assert sum(w for w, each in zip(weight, x, strict=True) if solver.boolean_value(each)) == best


def test_a_hundred_meetings_of_two_days_are_proven_in_seconds() -> None:
    problem = hundred(1, [10, 10])
    slot = solve(problem, "optimal").slot
    quick = compact(problem, slot)
    found = compact(problem, slot, exact=True, time_limit=30)
    assert found.proven
    assert found.bound == found.total <= quick.total < breaks_of(problem, slot).sum() / 3


def test_the_race_and_the_model_prove_the_same() -> None:
    problem = hundred(2, [12], tables=12)
    some = np.where(np.arange(110) < 40, solve(problem, "greedy").slot, UNSCHEDULED)
    raced = compact(problem, some, exact=True)
    later = replace(problem, in_row=np.where(np.arange(52) < 1, 11, 12))  # a rule that races do not know
    modelled = compact(later, some, exact=True)
    assert raced.proven
    assert modelled.proven
    assert raced.total == modelled.total == raced.bound == modelled.bound
    assert violations(problem, raced.slot) == []


def test_a_timetable_of_other_meetings_is_not_taken_for_one_of_the_same() -> None:
    problem = Problem.of([0, 2], [1, 3], [1, 1], slots=1, tables=1)
    exact._must_be_sound(problem, np.array([-1, 0]), None)
    with pytest.raises(RuntimeError, match="its meetings are others"):
        exact._must_be_sound(problem, np.array([-1, 0]), np.array([0, -1]))


def test_a_race_takes_no_unsound_timetable_and_no_end_for_a_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    agreed = Agreed.of([(0, 1), (0, 2)], slots=2, tables=2)
    task = Task(agreed, Left.of(agreed, [(0, 1), (0, 1)]), "below", "cadical153", 1.0)
    wrote: list[str | None] = []

    @contextmanager
    def running(_: Any, lines: SimpleQueue[tuple[int, str | None]]) -> Iterator[None]:
        for line in wrote:
            lines.put((0, line))
        yield

    monkeypatch.setattr(race, "_running", running)
    ends = time.monotonic() + 10
    wrote[:] = ['{"slots": [0, 0]}', '{"proven": true}', None]
    with pytest.raises(RuntimeError, match="unsound timetable: participant 0 has meetings 0 and 1 in slot 0"):
        race.race([task], ends)
    wrote[:] = ['{"bound": 0}', "Killed", None]
    with pytest.raises(RuntimeError, match="no search ended with a proof: Killed"):
        race.race([task], ends)
    with pytest.raises(RuntimeError, match="no search ended with a proof"):
        race.race([task], ends, race.Standing(agreed, (0, 1), 2))
    wrote[:] = ['{"slots": [1, 0]}', '{"proven": true}']
    found = race.race([task], ends)
    assert (found.slots, found.total, found.bound, found.proven) == ((1, 0), 0, 0, True)


@pytest.mark.elsewhere
@pytest.mark.parametrize(("rest", "lead"), [(20, "value"), (19, "value"), (20, "breaks")])
def test_a_time_limit_is_kept_and_what_is_not_proven_is_not_claimed(
    rest: int, lead: Lead, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (compacting, leads):  # the fast method's part, which is not in the limit
        monkeypatch.setattr(module, "WORK", 20_000)
    problem = replace(hundred(3, [20], tables=6), in_row=np.full(52, rest))  # 19: not for the race
    slot = solve(problem, "greedy").slot
    begun_at = time.monotonic()
    found = compact(problem, slot, lead=lead, fairness=1, exact=True, time_limit=0.1)
    assert time.monotonic() - begun_at < 20  # generous: for a machine that has other work
    assert violations(problem, found.slot) == []
    assert not found.proven
    assert not found.infeasible
    assert found.bound <= found.total
