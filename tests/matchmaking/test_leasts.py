"""What policies do for those who are to have some meetings at least."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.matchmaking import UNSCHEDULED, Problem, solve
from sim.matchmaking.policies.leasts import _needed, fewest_missing, missing
from sim.matchmaking.policies.stable import blocking
from sim.policy_names import HEED_LEAST
from tests.matchmaking.ruled import best_by_trying, ruled, standing


@st.composite
def promised(draw: st.DrawFn) -> Problem:
    """A tiny problem with any rules, in which some are to have meetings, in all or a day."""
    problem = draw(ruled(most_requests=5, most_slots=3))
    same = np.array_equal(problem.wish_a, problem.wish_b)
    assert same  # so that `stable` has a use for it
    few = st.lists(st.integers(0, 2), min_size=problem.participants, max_size=problem.participants)
    daily = np.array(draw(few)) if draw(st.booleans()) else None
    return replace(problem, least=np.array(draw(few)), least_a_day=daily)


@settings(max_examples=20, deadline=None)
@given(promised(), st.sampled_from(HEED_LEAST))
def test_no_timetable_misses_less_of_the_least_whatever_the_rules(problem: Problem, name: str) -> None:
    best = best_by_trying(problem)
    made = solve(problem, name)
    assert standing(problem, made.slot)[:2] == best[:2]
    fewest = fewest_missing(problem, made.slot)
    assert fewest is not None
    assert fewest.proven <= -best[1] == fewest.found


@pytest.mark.parametrize("name", HEED_LEAST)
def test_a_chain_of_hosts_is_served_though_each_wants_the_others_guest(name: str) -> None:
    # one slot: host 0 has guests 3 and 4, host 1 has 4 and 5, host 2 has 5 alone; the best meetings,
    # 0 with 4 and 1 with 5, leave 2 without
    problem = Problem.of(
        [3, 4, 4, 5, 5],
        [0, 0, 1, 1, 2],
        [0.1, 0.9, 0.2, 0.8, 0.3],
        slots=1,
        tables=3,
        least=[1, 1, 1, 0, 0, 0],
    )
    assert solve(problem, name).slot.tolist() == [0, -1, 0, -1, 0]


@pytest.mark.parametrize("name", [name for name in HEED_LEAST if name not in ("optimal", "fair")])
def test_a_policy_has_its_way_where_nobody_would_be_short(name: str) -> None:
    random = np.random.default_rng(5)
    pairs = random.permutation(6 * 12)[:40]
    problem = Problem.of(6 + pairs % 12, pairs // 12, random.random(40), slots=4, tables=5)
    made = solve(problem, name)
    led = replace(problem, least=problem.load(made.slot != UNSCHEDULED))
    assert np.array_equal(solve(led, name).slot, made.slot)


def test_a_stable_choice_is_stable_but_for_what_was_promised() -> None:
    # guest 2 prefers host 0, host 1 has been promised a meeting and nobody else would come
    problem = Problem.of([2, 2, 3], [0, 1, 0], [0.9, 0.5, 0.7], slots=1, tables=2, least=[0, 1, 0, 0])
    held = solve(problem, "stable").slot != UNSCHEDULED
    assert held.tolist() == [False, True, True]
    assert blocking(problem, held).tolist() == [0]  # between the two whom the promise parted
    free = solve(replace(problem, least=np.zeros(4, dtype=np.int64)), "stable").slot != UNSCHEDULED
    assert free.tolist() == [True, False, False]


def test_a_least_a_day_is_had_on_each_day() -> None:
    # one table; the better two guests of host 0 and host 1 fill the first day
    problem = Problem.of(
        [2, 3, 4, 5], [0, 0, 1, 1], [0.9, 0.8, 0.7, 0.6], slots=4, tables=1, least_a_day=[1, 1, 0, 0, 0, 0],
        day=[0, 0, 1, 1],
    )  # fmt: skip
    for name in HEED_LEAST:
        assert missing(problem, solve(problem, name).slot) == 0


def test_promises_beyond_what_can_be_are_proven_to_be() -> None:
    problem = Problem.of([0, 0, 1], [2, 3, 3], [0.5, 0.6, 0.7], slots=1, tables=2, least=[3, 1, 1, 1])
    made = solve(problem, "greedy")
    fewest = fewest_missing(problem, made.slot)
    assert fewest is not None
    assert missing(problem, made.slot) == fewest.found == fewest.proven == 2


@pytest.mark.parametrize("name", [name for name in HEED_LEAST if name != "fair"])
def test_who_is_short_has_no_more_than_the_least_first_and_in_the_order_of_the_policy(name: str) -> None:
    # one table in each of two slots: host 1 would take both, and host 0 is to have one meeting
    problem = Problem.of(
        [5, 6, 3, 4], [1, 1, 0, 0], [0.9, 0.8, 0.1, 0.2], slots=2, tables=1, least=[1, 0, 0, 0, 0, 0, 0]
    )
    held = solve(problem, name).slot != UNSCHEDULED
    first_come = name == "first_come"
    assert held.tolist() == [True, False, first_come, not first_come]
    alone = replace(problem, tables=np.array([1, 0]))  # one slot: one of the two guests
    held = solve(alone, name).slot != UNSCHEDULED
    assert held.tolist() == [False, False, first_come, not first_come]


def test_of_programmes_that_miss_as_little_the_best_is_held() -> None:
    # the chain of hosts, which in order of arrival leaves one without; host 6 has a bad guest, who came first
    problem = Problem.of(
        [4, 3, 5, 4, 5, 7, 8],
        [0, 0, 1, 1, 2, 6, 6],
        [0.9, 0.1, 0.8, 0.2, 0.3, 0.1, 0.9],
        slots=1,
        tables=4,
        least=[1, 1, 1, 0, 0, 0, 1, 0, 0],
    )
    held = solve(problem, "first_come").slot != UNSCHEDULED
    assert held.tolist() == [False, True, False, True, True, False, True]


def test_of_meetings_that_do_as_well_the_last_in_order_are_not_needed() -> None:
    # 0 is to have one of his two guests, and has both
    problem = Problem.of([0, 0], [1, 2], [1, 1], slots=2, tables=1, least=[1, 0, 0])
    both, none = np.array([0, 1]), np.zeros(2, dtype=bool)
    assert _needed(problem, np.array([0, 1]), both, none).tolist() == [0, UNSCHEDULED]
    assert _needed(problem, np.array([1, 0]), both, none).tolist() == [UNSCHEDULED, 1]
    assert _needed(problem, np.array([0, 1]), both, np.array([False, True])).tolist() == [UNSCHEDULED, 1]


def test_what_was_promised_takes_of_the_limits_that_others_are_stable_within() -> None:
    # one slot: host 0 has been promised to guest 3, so guest 2 turns to host 1, who wishes him more than 4
    problem = Problem.of(
        [2, 2, 3, 4],
        [0, 1, 0, 1],
        [0.9, 0.3, 0.2, 0.8],
        slots=1,
        tables=2,
        wish_a=[0.9, 0.5, 0.5, 0.9],
        wish_b=[0.9, 0.9, 0.1, 0.1],
        least=[0, 0, 0, 1, 0],
    )
    held = solve(problem, "stable").slot != UNSCHEDULED
    assert held.tolist() == [False, True, True, False]
