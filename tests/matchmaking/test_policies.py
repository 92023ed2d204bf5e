from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.matchmaking import (
    POLICIES,
    UNSCHEDULED,
    Calendars,
    PolicyError,
    Problem,
    Reason,
    policy,
    policy_named,
    register,
    solve,
    violations,
)
from sim.policy_names import SHIPPED_POLICIES
from tests.matchmaking.cases import PLACING, addable, problems


@pytest.mark.elsewhere
@settings(max_examples=200, deadline=None)
@given(problems(), st.sampled_from(sorted(POLICIES)))
def test_nothing_is_scheduled_that_availability_limits_or_tables_forbid(problem: Problem, name: str) -> None:
    made = solve(problem, name)
    assert violations(problem, made.slot, made.table) == []
    assert made.meetings == (made.table != UNSCHEDULED).sum()


@pytest.mark.elsewhere
@settings(max_examples=100, deadline=None)
@given(problems(), st.sampled_from(PLACING))
def test_no_request_left_out_could_still_be_added(problem: Problem, name: str) -> None:
    made = solve(problem, name)
    assert addable(problem, made.slot) == []
    assert Reason.NOT_CHOSEN not in made.reason


@settings(max_examples=60, deadline=None)
@given(problems())
def test_first_come_gives_a_request_the_earliest_slot_those_before_it_leave(problem: Problem) -> None:
    slot = solve(problem, "first_come").slot
    before = np.full(problem.requests, UNSCHEDULED)
    for request in np.argsort(problem.arrival):
        for t in range(problem.slots):
            before[request] = t
            if not violations(problem, before):
                break
        else:
            before[request] = UNSCHEDULED
        assert slot[request] == before[request]


@settings(max_examples=60, deadline=None)
@given(problems())
def test_greedy_is_first_come_in_order_of_score(problem: Problem) -> None:
    order = np.lexsort((problem.arrival, -problem.score))
    ranked = Problem.of(
        problem.a,
        problem.b,
        problem.score,
        participants=problem.participants,
        tables=problem.tables,
        capacity=problem.capacity,
        most=problem.most,
        available=problem.available,
        arrival=np.argsort(order),
    )
    assert np.array_equal(solve(problem, "greedy").slot, solve(ranked, "first_come").slot)


def test_first_come_and_greedy_worked_by_hand() -> None:
    # one slot, one table; the better request comes second
    problem = Problem.of([0, 1], [2, 2], [0.2, 0.9], slots=1, tables=1)
    assert solve(problem, "first_come").slot.tolist() == [0, -1]
    assert solve(problem, "greedy").slot.tolist() == [-1, 0]
    assert solve(problem, "none").slot.tolist() == [-1, -1]
    assert solve(problem, "greedy").value == 0.9


def test_two_delegates_hold_two_meetings_at_once() -> None:
    problem = Problem.of([0, 0, 0], [1, 2, 3], [1, 1, 1], slots=1, tables=5, capacity=[2, 1, 1, 1])
    assert solve(problem, "greedy").slot.tolist() == [0, 0, -1]


@pytest.mark.parametrize("name", sorted(POLICIES))
def test_nobody_has_more_meetings_than_his_most_over_all_slots(name: str) -> None:
    problem = Problem.of([0, 0, 0], [1, 2, 3], [0.9, 0.8, 0.7], slots=3, tables=3, most=[2, 1, 1, 1])
    assert solve(problem, name).meetings == (0 if name == "none" else 2)


def test_a_request_says_why_it_has_no_slot() -> None:
    available = np.ones((8, 2), dtype=bool)
    available[6] = [True, False]
    available[7] = [False, True]
    problem = Problem.of(
        a=[0, 0, 2, 6, 3, 1],
        b=[1, 2, 1, 7, 4, 5],
        score=[9, 8, 7, 6, 5, 4],
        participants=8,
        tables=[1, 1],
        most=[2, 1, 9, 9, 9, 9, 9, 9],
        available=available,
    )
    made = solve(problem, "greedy")
    assert made.slot.tolist() == [0, 1, -1, -1, -1, -1]
    assert [Reason(r).name for r in made.reason] == [
        "SCHEDULED",
        "SCHEDULED",
        "ASKED_FULL",
        "NEVER_TOGETHER",
        "NO_TABLE",
        "ASKER_FULL",
    ]
    assert [Reason(r).name for r in solve(problem, "none").reason[[0, 3]]] == ["NOT_CHOSEN", "NEVER_TOGETHER"]
    busy = Problem.of([0, 0], [1, 2], [2, 1], slots=1, tables=3)
    assert Reason(int(solve(busy, "greedy").reason[1])) is Reason.NO_COMMON_SLOT


def test_a_policy_of_ones_own_is_a_function_of_five_lines() -> None:
    def latest_first(problem: Problem) -> np.ndarray:
        calendars = Calendars(problem)
        for request in problem.in_order[::-1]:
            if slots := calendars.open(request):
                calendars.put(request, slots.bit_length() - 1)
        return calendars.slots()

    problem = Problem.of([0, 1], [2, 2], [0.2, 0.9], slots=3, tables=1)
    assert solve(problem, latest_first).slot.tolist() == [1, 2]


def test_a_policy_that_breaks_a_rule_is_refused_with_the_reason() -> None:
    problem = Problem.of([0, 1], [2, 2], [0.2, 0.9], slots=3, tables=1)

    def careless(problem: Problem) -> np.ndarray:
        return np.zeros(problem.requests, dtype=np.int64)

    with pytest.raises(PolicyError, match="careless: participant 2 has more meetings in slot 0"):
        solve(problem, careless)


def test_a_policy_can_be_registered_again_but_not_as_one_that_is_shipped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sim.matchmaking.policies.registry.POLICIES", dict(POLICIES))
    monkeypatch.setattr("sim.policy_names._own", {})
    mine = lambda problem: np.full(problem.requests, UNSCHEDULED)  # noqa: E731
    register("mine", mine)
    assert policy_named("mine") is mine
    again = policy("mine")(lambda problem: mine(problem))  # type: ignore[no-untyped-call]
    assert policy_named("mine") is again
    with pytest.raises(ValueError, match="a name has letters"):
        register("mine = 3", mine)
    with pytest.raises(ValueError, match="already a policy 'greedy'"):
        register("greedy", mine)
    with pytest.raises(ValueError, match="unknown policy 'gredy'; there are"):
        policy_named("gredy")


def test_scenarios_can_name_all_policies() -> None:
    assert list(SHIPPED_POLICIES) == list(POLICIES)


def test_policies_see_scores_never_affinity() -> None:
    assert "affinity" not in {field.name for field in fields(Problem)}


@settings(max_examples=30, deadline=None)
@given(problems(), st.sampled_from(sorted(POLICIES)))
def test_a_policy_answers_the_same_every_time(problem: Problem, name: str) -> None:
    assert np.array_equal(solve(problem, name).slot, solve(problem, name).slot)


def test_round_robin_gives_everybody_a_turn_before_anybody_a_second() -> None:
    # 0 could hold both its requests; 1 was named before 0's second turn, and takes 3
    problem = Problem.of([0, 1, 0], [2, 3, 3], [0.9, 0.2, 0.8], slots=1, tables=3, capacity=[2, 1, 1, 1])
    assert solve(problem, "greedy").slot.tolist() == [0, -1, 0]
    assert solve(problem, "round_robin").slot.tolist() == [0, 0, -1]


def test_round_robin_gives_a_meeting_one_slot_though_both_sides_have_a_turn() -> None:
    problem = Problem.of([0, 0], [1, 2], [0.9, 0.2], slots=2, tables=3)
    assert solve(problem, "round_robin").slot.tolist() == [0, 1]
