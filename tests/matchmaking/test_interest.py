"""Whose interest counts, two rounds with a confirmation between, and options of policies."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.matchmaking import (
    POLICIES,
    UNSCHEDULED,
    Problem,
    Reason,
    Reference,
    Scores,
    affinity,
    interests,
    solve,
    violations,
    weighed,
    worth,
)
from sim.streams import Streams
from tests.matchmaking.cases import crowd, problems

# participant 2 is wanted by both; 0 asks with all its heart, 1 is the one that 2 would rather have
CHOICE = Problem.of(
    [0, 1], [2, 2], [0.4, 0.5], wish_a=[0.9, 0.5], wish_b=[0.3, 0.5], slots=1, tables=1, participants=3
)


@pytest.mark.parametrize(
    ("interest", "held", "value"), [("reciprocal", 1, 0.5), ("one_sided", 0, 0.9), ("nash", 0, 0.27)]
)
def test_whose_interest_counts_decides_who_meets(interest: str, held: int, value: float) -> None:
    made = solve(CHOICE, "optimal", interest=interest)  # type: ignore[arg-type]
    assert np.flatnonzero(made.slot != UNSCHEDULED).tolist() == [held]
    assert made.value == pytest.approx(value)
    assert made.gap == 0


def test_an_unknown_interest_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown interest 'mine'; there are reciprocal, one_sided, nash"):
        weighed(CHOICE, "mine")  # type: ignore[arg-type]


def test_what_is_given_up_is_refilled_and_all_else_keeps_its_slot() -> None:
    problem = Problem.of([0, 1, 3], [2, 2, 4], [0.9, 0.8, 0.7], slots=1, tables=2)
    first = solve(problem, "greedy")
    assert first.slot.tolist() == [0, -1, 0]
    second = solve(problem, "greedy", gives_up=np.array([True, False, False]))
    assert second.slot.tolist() == [-1, 0, 0]
    assert Reason(int(second.reason[0])) is Reason.GIVEN_UP
    # by hand: with 1 gone, 0 has time for 2, whose score is greater than that of 2 with 3; both were told of
    # the first slot, so that 0 and 2 meet in the other one
    problem = Problem.of([0, 0, 2], [1, 2, 3], [3, 2, 1], slots=2, tables=2, most=[1, 9, 9, 9])
    assert solve(problem, "greedy").slot.tolist() == [0, -1, 0]
    assert solve(problem, "greedy", gives_up=np.array([True, False, False])).slot.tolist() == [-1, 1, 0]


@pytest.mark.elsewhere
@settings(max_examples=150, deadline=None)
@given(problems(), st.sampled_from(sorted(POLICIES)), st.randoms(use_true_random=False))
def test_two_rounds_keep_all_rules_and_whatever_was_confirmed(
    problem: Problem, name: str, draw: object
) -> None:
    gives_up = np.array([draw.random() < 0.4 for _ in range(problem.requests)], dtype=np.bool_)  # type: ignore[attr-defined]
    first = solve(problem, name)
    second = solve(problem, name, gives_up=gives_up)
    on = first.slot != UNSCHEDULED
    assert violations(problem, second.slot, second.table) == []
    assert np.array_equal(second.slot[on & ~gives_up], first.slot[on & ~gives_up])
    assert (second.slot[on & gives_up] == UNSCHEDULED).all()
    assert (second.reason[on & gives_up] == Reason.GIVEN_UP).all()


def test_options_are_the_policys_own() -> None:
    # two stable choices: each proposing side gets the one it likes better
    problem = Problem.of(
        [0, 0, 1, 1],
        [2, 3, 2, 3],
        [1, 1, 1, 1],
        wish_a=[2, 1, 1, 2],
        wish_b=[1, 2, 2, 1],
        slots=1,
        tables=2,
    )
    assert solve(problem, "stable", options={"proposing": "first"}).slot.tolist() == [0, -1, -1, 0]
    assert solve(problem, "stable", options={"proposing": "second"}).slot.tolist() == [-1, 0, 0, -1]
    with pytest.raises(ValueError, match="policy 'stable' has no option 'propose'; it has proposing"):
        solve(problem, "stable", options={"propose": "first"})
    with pytest.raises(ValueError, match="policy 'greedy' has no option 'proposing'; it has none"):
        solve(problem, "greedy", options={"proposing": "first"})


def test_wishes_are_interests_as_far_as_profiles_tell_them() -> None:
    profiles, key = crowd([f"somebody {i}" for i in range(60)])
    a, b = np.repeat(np.arange(30), 30), np.tile(np.arange(30, 60), 30)
    told = interests(profiles, a, b)
    reference = Reference.of(affinity(profiles, a, b))

    def wishes(quality: float) -> tuple[np.ndarray, np.ndarray]:
        return Scores(profiles, key, quality, Streams(1, 0), reference).wishes(a, b)

    for side in (0, 1):
        assert np.array_equal(wishes(1.0)[side], told[side])
        assert (
            np.corrcoef(wishes(0.7)[side], told[side])[0, 1]
            > np.corrcoef(wishes(0.3)[side], told[side])[0, 1]
        )
    # of profiles that tell nothing only the noise is left, which is the pair's
    assert np.allclose(*wishes(0.0), atol=1e-9)


def test_the_worth_of_a_problem_is_known_whatever_the_policy() -> None:
    problem = Problem.of([0, 1, 2], [3, 4, 5], [0.9, 0.5, 0.4], tables=[1])
    for name in ("greedy", "optimal"):
        known = worth(problem, solve(problem, name))
        assert known.bound == pytest.approx(0.9)
        assert known.table == pytest.approx(0.5, abs=1e-8)
    triangle = Problem.of([0, 1, 2], [1, 2, 0], [1, 1, 1], tables=[1])
    assert worth(triangle, solve(triangle, "greedy")).bound is None
    assert worth(triangle, solve(triangle, "optimal")).bound == 1
