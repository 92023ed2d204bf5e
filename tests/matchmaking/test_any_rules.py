"""Whatever the rules beyond calendars and tables: every policy keeps them, and is tried by brute force."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.matchmaking import POLICIES, UNSCHEDULED, Problem, Reason, solve, violations
from tests.matchmaking.cases import PLACING, addable
from tests.matchmaking.ruled import best_by_trying, ruled, standing


@pytest.mark.elsewhere
@settings(max_examples=150, deadline=None)
@given(ruled(), st.sampled_from(sorted(POLICIES)))
def test_nothing_is_scheduled_that_a_rule_forbids(problem: Problem, name: str) -> None:
    made = solve(problem, name)
    assert violations(problem, made.slot, made.table) == []
    assert (made.bound is None) or made.value <= made.bound + 1e-9
    if problem.veto is not None:
        assert (made.slot[problem.veto] == UNSCHEDULED).all()
        assert (made.reason[problem.veto] == Reason.VETOED).all()


@pytest.mark.elsewhere
@settings(max_examples=100, deadline=None)
@given(ruled(), st.sampled_from(PLACING))
def test_no_request_left_out_could_still_be_added_whatever_the_rules(problem: Problem, name: str) -> None:
    made = solve(problem, name)
    assert addable(problem, made.slot) == []
    assert Reason.NOT_CHOSEN not in made.reason


@pytest.mark.elsewhere
@settings(max_examples=60, deadline=None)
@given(
    ruled(most_requests=5, most_slots=3),
    st.lists(st.integers(0, 2), min_size=7, max_size=7),
    st.none() | st.lists(st.integers(0, 2), min_size=7, max_size=7),
)
def test_optimal_equals_brute_force_whatever_the_rules(
    problem: Problem, least: list[int], a_day: list[int] | None
) -> None:
    n = problem.participants
    by_day = None if a_day is None else np.array(a_day[:n])
    problem = replace(problem, least=np.array(least[:n]), least_a_day=by_day)
    made = solve(problem, "optimal")
    assert standing(problem, made.slot) == best_by_trying(problem)
    assert made.proven


@pytest.mark.elsewhere
@settings(max_examples=60, deadline=None)
@given(ruled(most_requests=5, most_slots=3, musts=True), st.sampled_from(sorted(set(POLICIES) - {"none"})))
def test_every_policy_holds_as_many_must_meets_as_can_be(problem: Problem, name: str) -> None:
    assert problem.must is not None
    alone = replace(problem, veto=~problem.must | (False if problem.veto is None else problem.veto))
    made = solve(problem, name)
    held = standing(problem, made.slot)[0]
    assert held == best_by_trying(alone)[0]
    missing = problem.must & (made.slot == UNSCHEDULED)
    assert len(made.unmet) == missing.sum() - (missing & (made.reason == Reason.ALTERNATIVE)).sum()


@pytest.mark.elsewhere
@settings(max_examples=60, deadline=None)
@given(
    ruled(most_requests=8, most_slots=3, musts=True),
    st.sampled_from(sorted(POLICIES)),
    st.lists(st.booleans(), min_size=8, max_size=8),
)
def test_whoever_confirmed_keeps_the_slot_whatever_must_be(
    problem: Problem, name: str, given_up: list[bool]
) -> None:
    gives_up = np.array(given_up[: problem.requests], dtype=np.bool_)
    first, second = solve(problem, name), solve(problem, name, gives_up=gives_up)
    confirmed = (first.slot != UNSCHEDULED) & ~gives_up
    assert second.slot[confirmed].tolist() == first.slot[confirmed].tolist()
    assert violations(problem, second.slot, second.table) == []
