from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.matchmaking import UNSCHEDULED, Problem, solve, violations
from sim.matchmaking.policies.certificate import priced_bound
from sim.matchmaking.policies.linear import relaxed
from sim.matchmaking.policies.optimal import earlier, even_sizes, optimal
from sim.matchmaking.problem.time_indexed import time_indexed
from tests.matchmaking.cases import problems

pytestmark = pytest.mark.elsewhere


def best_by_trying(problem: Problem) -> float:
    """The greatest value of any timetable, by trying all (with a cut at what can still be gained)."""
    best = 0.0
    slot = np.full(problem.requests, UNSCHEDULED)
    ahead = np.concatenate((np.cumsum(problem.score[::-1])[::-1], [0.0]))

    def go(request: int, value: float) -> None:
        nonlocal best
        best = max(best, value)
        if request == problem.requests or value + ahead[request] <= best:
            return
        for t in range(problem.slots):
            slot[request] = t
            if not violations(problem, slot):
                go(request + 1, value + float(problem.score[request]))
        slot[request] = UNSCHEDULED
        go(request + 1, value)

    go(0, 0.0)
    return best


def even_tables(problem: Problem, tables: int) -> Problem:
    return replace(problem, tables=np.full(problem.slots, tables))


small = problems(availability=False, bipartite=True, most_requests=7, most_slots=3)


@settings(max_examples=60, deadline=None)
@given(small, st.integers(0, 3))
def test_optimal_equals_brute_force_and_proves_it(problem: Problem, tables: int) -> None:
    problem = even_tables(problem, tables)
    made = solve(problem, "optimal")
    assert made.value == best_by_trying(problem)
    assert made.gap == 0


@settings(max_examples=40, deadline=None)
@given(problems(most_requests=6, most_slots=3))
def test_the_bound_holds_whatever_the_problem(problem: Problem) -> None:
    made = solve(problem, "optimal")
    best = best_by_trying(problem)
    assert made.bound is not None
    assert made.value <= best <= made.bound + 1e-9


@settings(max_examples=100, deadline=None)
@given(problems(most_requests=30))
def test_optimal_is_never_below_greedy_or_slot_by_slot(problem: Problem) -> None:
    value = solve(problem, "optimal").value
    assert value >= solve(problem, "greedy").value
    assert value >= solve(problem, "slot_by_slot").value


def test_optimal_gives_up_the_best_meeting_for_two_good_ones() -> None:
    problem = Problem.of([0, 0, 1], [2, 3, 2], [0.9, 0.8, 0.8], slots=1, tables=2)
    assert solve(problem, "greedy").value == 0.9
    made = solve(problem, "optimal")
    assert made.slot.tolist() == [-1, 0, 0]
    assert made.value == made.bound == pytest.approx(1.6)


def test_pairs_that_are_never_there_together_do_not_raise_the_bound() -> None:
    here = [[True, False], [False, True], [True, True]]
    problem = Problem.of([0, 0], [1, 2], [0.9, 0.5], tables=[1, 1], available=here)
    assert solve(problem, "optimal").bound == 0.5


def test_slots_are_filled_evenly() -> None:
    pairs = [(i, 5 + j) for i in range(5) for j in range(6)]
    problem = Problem.of([i for i, _ in pairs], [j for _, j in pairs], np.ones(30), slots=7, tables=9)
    made = solve(problem, "optimal")
    assert made.meetings == 30
    assert sorted(np.bincount(made.slot, minlength=7).tolist()) == [4, 4, 4, 4, 4, 5, 5]


def test_the_worth_of_a_table_slot_is_what_one_more_would_add() -> None:
    problem = Problem.of([0, 1, 2], [3, 4, 5], [0.9, 0.5, 0.4], tables=[1])
    made = solve(problem, "optimal")
    assert made.table_worth == pytest.approx(0.5, abs=1e-8)
    assert solve(replace(problem, tables=np.array([2])), "optimal").value == pytest.approx(1.4)


@settings(max_examples=60, deadline=None)
@given(small, st.integers(0, 3))
def test_one_more_delegate_adds_no_more_than_its_worth(problem: Problem, tables: int) -> None:
    problem = even_tables(problem, tables)
    made = solve(problem, "optimal")
    assert made.delegate_worth is not None
    for i in range(problem.participants):
        more = replace(problem, capacity=problem.capacity + (np.arange(problem.participants) == i))
        assert solve(more, "optimal").value - made.value <= made.delegate_worth[i] + 1e-7


def test_one_more_delegate_is_there_only_where_there_are_any() -> None:
    # 0 has a delegate in the first of two slots; one more would hold the meeting worth 0.5 besides
    problem = Problem.of(
        [0, 0, 0], [1, 2, 3], [0.9, 0.5, 0.5], tables=[9, 9], capacity=[[1, 0], [1, 1], [1, 1], [1, 1]]
    )
    made = solve(problem, "optimal")
    assert made.slot.tolist() == [0, -1, -1]
    assert made.delegate_worth is not None
    assert made.delegate_worth == pytest.approx([0.5, 0, 0, 0], abs=1e-8)


def test_a_larger_programme_is_solved_with_gap_0() -> None:
    random = np.random.default_rng(8)
    problem = Problem.of(
        random.integers(0, 40, 2000),
        random.integers(40, 300, 2000),
        random.random(2000),
        slots=12,
        tables=30,
        capacity=np.r_[np.full(40, 2), np.ones(260, dtype=int)],
        participants=300,
    )
    made = solve(problem, "optimal")
    assert made.gap == 0
    assert made.meetings == 360
    assert made.value > solve(problem, "greedy").value


@given(st.integers(0, 60), st.lists(st.integers(0, 9), min_size=1, max_size=9))
def test_even_sizes_keep_to_the_tables_and_differ_only_where_they_must(count: int, tables: list[int]) -> None:
    limit = np.array(tables)
    count = min(count, int(limit.sum()))
    sizes = even_sizes(count, limit)
    assert sizes.sum() == count
    assert (sizes <= limit).all()
    assert (sizes[sizes < limit] >= sizes.max() - 1).all()


@settings(max_examples=60, deadline=None)
@given(problems(most_requests=20))
def test_slot_by_slot_fills_each_slot_as_well_as_it_can_be(problem: Problem) -> None:
    made = solve(problem, "slot_by_slot")
    for t in range(problem.slots):
        here = np.flatnonzero((made.slot == t) | (made.slot == UNSCHEDULED) | (made.slot > t))
        before = np.flatnonzero((made.slot >= 0) & (made.slot < t))
        used = np.bincount(
            np.concatenate((problem.a[before], problem.b[before])), minlength=problem.participants
        )
        alone = Problem.of(
            problem.a[here],
            problem.b[here],
            problem.score[here],
            participants=problem.participants,
            tables=problem.tables[t : t + 1],
            capacity=problem.capacity,
            most=problem.most - used,
            available=None if problem.available is None else problem.available[:, t : t + 1],
        )
        if len(here) <= 8:
            assert problem.score[made.slot == t].sum() == best_by_trying(alone)
        assert problem.score[made.slot == t].sum() >= solve(alone, "greedy").value


def test_slot_by_slot_gives_no_thought_to_later_slots() -> None:
    # 0 is free in both slots, 1 in the first only; both want 2
    problem = Problem.of([0, 1], [2, 2], [0.9, 0.8], tables=[1, 1], available=[[1, 1], [1, 0], [1, 1]])
    assert solve(problem, "slot_by_slot").slot.tolist() == [0, -1]


def few_free_slots(delegates: int = 1, levels: int | None = None) -> Problem:
    random = np.random.default_rng(4)
    score = random.random(800)
    return Problem.of(
        random.zipf(1.9, 800) % 30,
        random.integers(30, 150, 800),
        score if levels is None else np.ceil(score * levels) / levels,
        participants=150,
        slots=12,
        tables=100,
        capacity=np.where(np.arange(150) < 30, delegates, 1),
        available=random.random((150, 12)) < np.where(np.arange(150) < 30, 0.77, 0.3)[:, None],
    )


@pytest.mark.parametrize(("delegates", "levels"), [(1, None), (2, None), (1, 3), (3, 2)])
def test_where_visitors_are_scarce_the_gap_is_closed_and_greedy_stays_behind(
    delegates: int, levels: int | None
) -> None:
    problem = few_free_slots(delegates, levels)
    made = solve(problem, "optimal")
    assert made.proven
    assert made.value > solve(problem, "greedy").value * 1.01
    assert np.array_equal(made.slot, solve(problem, "optimal").slot)


def test_a_bound_is_proven_from_prices_whatever_they_are() -> None:
    problem = few_free_slots()
    programme = time_indexed(problem)
    weight = problem.weights.whole[programme.request]
    best = solve(problem, "optimal").whole_value
    random = np.random.default_rng(1)
    for _ in range(20):
        price = random.integers(0, weight.max(), len(programme.most))
        assert priced_bound(programme.rows, programme.most, weight, price, 1) >= best
    found = relaxed(programme, weight)
    assert found is not None
    assert best <= found.bound <= best * 1.001


def test_little_effort_has_a_bound_too() -> None:
    problem = few_free_slots()
    quick = solve(problem, lambda p: optimal(p, effort="quick"))
    full = solve(problem, "optimal")
    assert quick.bound is not None
    assert quick.value < full.value <= quick.bound


def test_a_search_that_a_time_limit_cut_short_says_so_and_is_sound() -> None:
    problem = few_free_slots(2)
    cut = solve(problem, lambda p: optimal(p, time_limit=0.0))
    assert cut.cut
    assert cut.bound is not None
    assert cut.value >= solve(problem, "slot_by_slot").value
    assert cut.bound >= solve(problem, "optimal").value
    assert not solve(problem, "optimal").cut


@settings(max_examples=150, deadline=None)
@given(problems(most_requests=20))
def test_the_same_meetings_are_held_earlier_where_they_can_be(problem: Problem) -> None:
    slot = solve(problem, "slot_by_slot").slot
    late = slot.copy()  # the latest slots that are open, one after the other
    for request in np.flatnonzero(slot != UNSCHEDULED):
        for t in range(problem.slots - 1, slot[request], -1):
            tried = late.copy()
            tried[request] = t
            if not violations(problem, tried):
                late = tried
                break
    moved = earlier(problem, late)
    assert violations(problem, moved) == []
    assert np.array_equal(moved != UNSCHEDULED, late != UNSCHEDULED)
    assert (moved <= late).all()
    for request in np.flatnonzero(moved != UNSCHEDULED):  # none could be earlier, all others as they are
        for t in range(moved[request]):
            tried = moved.copy()
            tried[request] = t
            assert violations(problem, tried) != []
