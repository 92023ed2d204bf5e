from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.matchmaking import NO_LIMIT, Problem, solve
from sim.matchmaking.policies.stable import agreed, blocking, stable
from tests.matchmaking.cases import problems

pytestmark = pytest.mark.elsewhere


@st.composite
def wished(draw: st.DrawFn) -> Problem:
    """A problem of two sides in which both wish as they like."""
    problem = draw(problems(bipartite=True))
    wishes = st.lists(st.integers(0, 9), min_size=problem.requests, max_size=problem.requests)
    return replace(
        problem,
        wish_a=np.array(draw(wishes), dtype=np.float64),
        wish_b=np.array(draw(wishes), dtype=np.float64),
    )


@settings(max_examples=200, deadline=None)
@given(wished(), st.sampled_from(["first", "second"]))
def test_nobody_blocks_what_deferred_acceptance_agrees(problem: Problem, proposing: str) -> None:
    held = agreed(problem, proposing=proposing)  # type: ignore[arg-type]
    assert blocking(problem, held).tolist() == []
    ends = np.concatenate((problem.a[held], problem.b[held]))
    assert (np.bincount(ends, minlength=problem.participants) <= problem.limit).all()
    assert problem.possible[held].all()


@settings(max_examples=100, deadline=None)
@given(wished())
def test_everybody_has_as_many_meetings_whichever_side_proposes(problem: Problem) -> None:
    # the rural hospitals theorem (Roth, 1986), with strict wishes
    strict = replace(
        problem,
        wish_a=problem.wish_a + np.arange(problem.requests) / 1000,
        wish_b=problem.wish_b + np.arange(problem.requests) / 1000,
    )
    first, second = agreed(strict, proposing="first"), agreed(strict, proposing="second")
    for ends in (problem.a, problem.b):
        assert np.array_equal(np.bincount(ends[first], minlength=9), np.bincount(ends[second], minlength=9))


def test_the_side_that_proposes_does_better() -> None:
    # 0 would rather have 2, 1 rather 3; 2 would rather have 1, 3 rather 0
    problem = Problem.of(
        [0, 0, 1, 1], [2, 3, 2, 3], np.ones(4), wish_a=[2, 1, 1, 2], wish_b=[1, 2, 2, 1], slots=1, tables=2
    )
    assert agreed(problem, proposing="first").tolist() == [True, False, False, True]
    assert agreed(problem, proposing="second").tolist() == [False, True, True, False]
    assert solve(problem, stable).slot.tolist() == [0, -1, -1, 0]


def test_it_does_not_matter_who_of_the_two_asked() -> None:
    problem = Problem.of(
        [2, 0, 1, 3], [0, 3, 2, 1], np.ones(4), wish_a=[1, 1, 1, 1], wish_b=[2, 2, 2, 2], slots=1, tables=2
    )
    # 0 would rather have 2, 1 rather 3; 2 would rather have 1, 3 rather 0
    assert agreed(problem, proposing="first").tolist() == [True, False, False, True]
    assert agreed(problem, proposing="second").tolist() == [False, True, True, False]


@pytest.mark.parametrize("proposing", ["first", "second"])
@pytest.mark.parametrize("arrival", [[0, 1], [1, 0]])
def test_of_two_that_somebody_wishes_alike_the_first_to_come_is_held(
    proposing: Literal["first", "second"], arrival: list[int]
) -> None:
    problem = Problem.of([0, 0], [1, 2], [0.5, 0.5], slots=1, tables=2, arrival=arrival)
    assert agreed(problem, proposing=proposing).tolist() == [arrival[0] == 0, arrival[1] == 0]


def test_a_pair_that_would_rather_have_each_other_blocks() -> None:
    problem = Problem.of([0, 0, 1], [2, 3, 3], [1, 3, 2], slots=1, tables=9)
    assert blocking(problem, np.array([True, False, True])).tolist() == [1]
    assert blocking(problem, np.array([False, True, False])).tolist() == []
    assert blocking(problem, np.array([False, False, False])).tolist() == [0, 1, 2]


@settings(max_examples=100, deadline=None)
@given(problems(capacities=False))
def test_with_equal_wishes_anyone_may_meet_anyone_and_nobody_blocks(problem: Problem) -> None:
    assert blocking(problem, agreed(problem)).tolist() == []


def test_unequal_wishes_without_two_sides_are_refused() -> None:
    problem = Problem.of([0, 1, 2], [1, 2, 0], [1, 1, 1], wish_a=[1, 2, 3], slots=1, tables=9)
    with pytest.raises(ValueError, match="without two sides"):
        solve(problem, "stable")


def test_stable_meetings_fit_into_the_slots_when_there_are_tables_enough() -> None:
    random = np.random.default_rng(2)
    problem = Problem.of(
        random.integers(0, 10, 300),
        random.integers(10, 60, 300),
        random.random(300),
        slots=12,
        tables=60,
        most=[NO_LIMIT] * 10 + [4] * 50,
        participants=60,
    )
    made = solve(problem, "stable")
    assert np.array_equal(made.slot >= 0, agreed(problem))
