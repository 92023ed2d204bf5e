"""The fair policy against trying everything, against greedy and optimal, and by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.matchmaking import UNSCHEDULED, Problem, Timetable, solve, violations
from sim.matchmaking.policies.fair import FairChoice, Welfare, fair, fair_choice
from sim.matchmaking.policies.fairness.claims import Claims, claims_of
from sim.matchmaking.policies.fairness.exchanges import exchanged
from sim.matchmaking.policies.fairness.leximin import level_worth
from sim.matchmaking.policies.fairness.nash import log_worth
from sim.matchmaking.policies.fairness.network import SINK, SOURCE, Network
from sim.matchmaking.policies.fairness.pricing import Layered, priced
from sim.matchmaking.policies.fairness.tangents import Tangents
from sim.matchmaking.policies.musts import pledged
from tests.benchmarks.timetables import scarce, simple
from tests.matchmaking.cases import addable, problems
from tests.matchmaking.ruled import ruled

pytestmark = pytest.mark.elsewhere

CRITERIA: tuple[Welfare, ...] = ("nash", "max_min")
ROUNDING = 1e-9
PROVEN = 1e-5  # a bound is of whole-number rewards


@st.composite
def wished(draw: st.DrawFn, *, bipartite: bool, most_requests: int = 8) -> Problem:
    """A small problem with wishes of either side, must-meets and leasts, and everybody always there."""
    problem = draw(problems(bipartite=bipartite, availability=False, most_requests=most_requests))
    k, n = problem.requests, problem.participants

    def each(element: st.SearchStrategy[Any], length: int) -> np.ndarray:
        return np.array(draw(st.lists(element, min_size=length, max_size=length)))

    eighths = st.integers(0, 8)
    flags = st.sampled_from([False, False, False, True])
    return replace(
        problem,
        wish_a=each(eighths, k) / 8,
        wish_b=each(eighths, k) / 8,
        must=each(flags, k).astype(np.bool_) if draw(st.booleans()) else None,
        least=each(st.integers(0, 2), n) if draw(st.booleans()) else problem.least,
    )


def choices(problem: Problem) -> Iterator[np.ndarray]:
    """All choices within the limits and table-slots that hold the must-meets which can be held."""
    held = pledged(problem) != UNSCHEDULED
    free = np.flatnonzero(problem.possible & ~held)
    for size in range(len(free) + 1):
        for some in combinations(free.tolist(), size):
            chosen = held.copy()
            chosen[list(some)] = True
            if (meetings(problem, chosen) <= problem.limit).all() and chosen.sum() <= problem.tables.sum():
                yield chosen


def meetings(problem: Problem, chosen: np.ndarray) -> np.ndarray:
    ends = np.concatenate((problem.a[chosen], problem.b[chosen]))
    return np.bincount(ends, minlength=problem.participants)


def utilities(problem: Problem, chosen: np.ndarray) -> np.ndarray:
    n = problem.participants
    mine = np.bincount(problem.a[chosen], problem.wish_a[chosen], n)
    return np.asarray(mine + np.bincount(problem.b[chosen], problem.wish_b[chosen], n))


def standing(problem: Problem, chosen: np.ndarray, welfare: Welfare) -> tuple[float, ...]:
    """What the criterion compares choices by, written down once more."""
    count = meetings(problem, chosen)
    missing = -int(np.maximum(problem.least - count, 0).sum())
    if welfare == "max_min":
        return (missing, *sorted(count.tolist()), round(float(problem.score[chosen].sum()), 9))
    some = [u for u in utilities(problem, chosen).tolist() if u > 0]
    return missing, len(some), round(sum(np.log(some)), 9)


def levels(count: np.ndarray) -> float:
    return sum(3.0**-k for each in count.tolist() for k in range(each))


def timetable(problem: Problem, welfare: Welfare = "nash") -> Timetable:
    return solve(problem, lambda p: fair(p, welfare=welfare))


def served(problem: Problem, slot: np.ndarray) -> int:
    return int((utilities(problem, slot != UNSCHEDULED) > 0).sum())


def checked(problem: Problem, found: FairChoice) -> None:
    """What holds of every fair choice."""
    assert (meetings(problem, found.chosen) <= problem.limit).all()
    assert found.chosen.sum() <= problem.tables.sum()
    assert problem.possible[found.chosen].all()
    assert found.chosen[pledged(problem) != UNSCHEDULED].all()
    assert found.served <= found.most_served
    assert found.welfare <= found.bound + ROUNDING
    assert 0 <= found.gap < 1


@settings(max_examples=60, deadline=None)
@given(wished(bipartite=True))
def test_leximin_equals_brute_force_and_proves_it(problem: Problem) -> None:
    found = fair_choice(problem, welfare="max_min")
    checked(problem, found)
    best = max(standing(problem, each, "max_min") for each in choices(problem))
    assert standing(problem, found.chosen, "max_min") == best
    assert found.bound == found.welfare == pytest.approx(levels(meetings(problem, found.chosen)))


@settings(max_examples=60, deadline=None)
@given(wished(bipartite=True))
def test_nash_serves_as_many_as_can_be_and_the_rest_is_within_its_bound(problem: Problem) -> None:
    found = fair_choice(problem, welfare="nash")
    checked(problem, found)
    missing, most, welfare = max(standing(problem, each, "nash") for each in choices(problem))
    got = standing(problem, found.chosen, "nash")
    assert got[:2] == (missing, most)
    assert found.served == found.most_served == most
    assert found.welfare == pytest.approx(got[2], abs=1e-8)
    assert got[2] - ROUNDING <= welfare <= found.bound + ROUNDING


@settings(max_examples=50, deadline=None)
@given(wished(bipartite=True), st.lists(st.integers(1, 8), min_size=7, max_size=7))
def test_nash_is_exact_where_everybody_wishes_all_his_meetings_alike(
    problem: Problem, eighths: list[int]
) -> None:
    wish = np.array(eighths) / 8
    problem = replace(problem, wish_a=wish[problem.a], wish_b=wish[problem.b])
    found = fair_choice(problem, welfare="nash")
    best = max(standing(problem, each, "nash") for each in choices(problem))
    assert standing(problem, found.chosen, "nash") == pytest.approx(best)
    assert found.bound == pytest.approx(found.welfare, abs=PROVEN)


@settings(max_examples=60, deadline=None)
@given(wished(bipartite=False), st.sampled_from(CRITERIA))
def test_bounds_hold_where_anyone_meets_anyone(problem: Problem, welfare: Welfare) -> None:
    found = fair_choice(problem, welfare=welfare)
    checked(problem, found)
    best = max(choices(problem), key=lambda each: standing(problem, each, welfare))
    first, got = standing(problem, best, welfare), standing(problem, found.chosen, welfare)
    assert got <= first
    if welfare == "max_min":
        assert levels(meetings(problem, best)) <= found.bound + ROUNDING
        return
    assert first[1] <= found.most_served
    for each in choices(problem):  # that does as well by what comes before
        other = standing(problem, each, "nash")
        if other[:2] == got[:2]:
            assert other[2] <= found.bound + ROUNDING


@pytest.mark.parametrize("limit", [1, 2])
def test_three_who_all_want_to_meet_get_what_there_is(limit: int) -> None:
    # with one meeting each, half meetings would serve all three: no choice does
    problem = Problem.of([0, 1, 2], [1, 2, 0], [0.5, 0.25, 1.0], slots=limit, tables=9)
    nash = fair_choice(problem)
    assert nash.served == (2 if limit == 1 else 3)
    assert nash.most_served == 3
    assert nash.welfare == pytest.approx(0.0 if limit == 1 else np.log(1.5 * 1.25 * 0.75))
    assert nash.bound >= nash.welfare - ROUNDING
    even = fair_choice(problem, welfare="max_min")
    assert even.served == nash.served
    assert even.bound >= even.welfare == pytest.approx(2 if limit == 1 else 4)


def test_both_criteria_serve_whom_greedy_and_optimal_starve() -> None:
    # two table-slots: 2 is wished by 0 and 1, poor 3 has nobody but 0
    problem = Problem.of([2, 2, 3], [0, 1, 0], [0.9, 0.8, 0.3], slots=2, tables=1)
    for name in ("greedy", "optimal"):
        assert served(problem, solve(problem, name).slot) == 3
        assert solve(problem, name).slot[2] == UNSCHEDULED
    for welfare in CRITERIA:
        made = timetable(problem, welfare)
        assert made.slot[0] == UNSCHEDULED
        assert served(problem, made.slot) == 4
    found = fair_choice(problem)
    assert found.welfare == pytest.approx(2 * np.log(0.8) + 2 * np.log(0.3))
    assert found.bound == pytest.approx(found.welfare, abs=PROVEN)


def test_nash_weighs_what_meetings_bring_and_leximin_counts_them() -> None:
    # two table-slots: a second helping for 0 and 2, or a poor first one for 1 and 3
    twice = Problem.of([0, 0, 1], [2, 2, 3], [1.0, 1.0, 0.01], slots=2, tables=1)
    assert fair_choice(twice).chosen[2]
    assert fair_choice(twice, welfare="max_min").welfare == pytest.approx(4)
    # by Nash 0.9 × 0.9 outweighs 0.5 × 1; by number they are alike, and the score decides
    tie = Problem.of(
        [0, 0], [1, 2], [0.1, 0.6], slots=1, tables=1, wish_a=[0.9, 0.5], wish_b=[0.9, 1.0], participants=3
    )
    assert fair_choice(tie).chosen.tolist() == [True, False]
    assert fair_choice(tie, welfare="max_min").chosen.tolist() == [False, True]


def test_must_meets_and_leasts_come_before_fairness() -> None:
    problem = Problem.of([2, 2, 3], [0, 1, 0], [0.9, 0.8, 0.3], slots=2, tables=1, must=[True, False, False])
    for welfare in CRITERIA:
        assert timetable(problem, welfare).slot[0] != UNSCHEDULED
        assert fair_choice(problem, welfare=welfare).served == 3
    led = Problem.of([2, 2, 3], [0, 1, 0], [0.9, 0.8, 0.3], slots=2, tables=1, least=[0, 0, 2, 0])
    for welfare in CRITERIA:
        made = timetable(led, welfare)
        assert made.short.sum() == 0
        assert made.slot[2] == UNSCHEDULED
    # who is to have two has them, though by giving one up two others would be served
    generous = Problem.of([0, 0, 3], [1, 2, 4], [0.9, 0.1, 0.8], slots=2, tables=1, least=[2, 0, 0, 0, 0])
    for welfare in CRITERIA:
        assert timetable(generous, welfare).slot[2] == UNSCHEDULED


@settings(max_examples=50, deadline=None)
@given(problems(most_requests=20))
def test_nobody_more_goes_without_than_by_greedy(problem: Problem) -> None:
    for welfare in CRITERIA:
        mine, theirs = (
            made.slot != UNSCHEDULED for made in (timetable(problem, welfare), solve(problem, "greedy"))
        )
        assert standing(problem, mine, welfare) >= standing(problem, theirs, welfare)


@settings(max_examples=40, deadline=None)
@given(wished(bipartite=True), st.integers(0, 3))
def test_no_timetable_serves_more_where_the_whole_choice_fits(problem: Problem, tables: int) -> None:
    problem = replace(problem, tables=np.full(problem.slots, tables), must=None, least=problem.least * 0)
    for welfare in CRITERIA:
        found, made = fair_choice(problem, welfare=welfare), timetable(problem, welfare)
        on = made.slot != UNSCHEDULED
        assert standing(problem, on, welfare) >= standing(problem, found.chosen, welfare)
        if welfare == "nash":
            assert served(problem, made.slot) == found.most_served


@settings(max_examples=50, deadline=None)
@given(ruled(), st.sampled_from(CRITERIA))
def test_nothing_is_scheduled_that_a_rule_forbids(problem: Problem, welfare: Welfare) -> None:
    made = timetable(problem, welfare)
    assert violations(problem, made.slot, made.table) == []
    assert addable(problem, made.slot) == []
    assert made.bound is None


@settings(max_examples=30, deadline=None)
@given(problems(), st.sampled_from(CRITERIA))
def test_the_same_problem_has_the_same_answer(problem: Problem, welfare: Welfare) -> None:
    first, second = (fair_choice(problem, welfare=welfare) for _ in range(2))
    assert np.array_equal(first.chosen, second.chosen)
    assert first.bound == second.bound
    assert np.array_equal(timetable(problem, welfare).slot, timetable(problem, welfare).slot)


def gini(values: np.ndarray) -> float:
    ranked = np.sort(values)
    place = np.arange(1, len(ranked) + 1)
    return float(2 * (place * ranked).sum() / len(ranked) / ranked.sum() - (len(ranked) + 1) / len(ranked))


@pytest.mark.parametrize("welfare", CRITERIA)
def test_where_few_exhibitors_are_popular_more_people_have_meetings(welfare: Welfare) -> None:
    problem = simple(40, 300, 1500, slots=20, tables=30)
    fairer, best = timetable(problem, welfare), solve(problem, "optimal")
    mine, theirs = (meetings(problem, made.slot != UNSCHEDULED) for made in (fairer, best))
    assert np.percentile(mine, 10) >= np.percentile(theirs, 10) + 1
    assert np.percentile(theirs, 10) == 0
    assert gini(mine) < gini(theirs) - 0.1
    assert served(problem, fairer.slot) == problem.participants > 1.1 * served(problem, best.slot)
    assert fairer.value > (0.9 if welfare == "nash" else 0.7) * best.value
    assert fair_choice(problem, welfare=welfare).gap < 0.01


@pytest.mark.parametrize("welfare", CRITERIA)
def test_where_visitors_are_scarce_nearly_all_who_can_are_served(welfare: Welfare) -> None:
    problem = scarce(60, 300, 2000)
    fairer, best = timetable(problem, welfare), solve(problem, "greedy")
    found = fair_choice(problem, welfare=welfare)
    assert served(problem, fairer.slot) >= 0.99 * found.most_served
    assert served(problem, best.slot) < 0.9 * found.most_served
    mine, theirs = (meetings(problem, made.slot != UNSCHEDULED) for made in (fairer, best))
    assert gini(mine) < gini(theirs) - 0.05


@settings(max_examples=80, deadline=None)
@given(
    wished(bipartite=True, most_requests=6),
    st.lists(st.integers(1, 16), min_size=7, max_size=7),
    st.sampled_from([None, 0.0, 0.5, 4.0]),
)
def test_tangents_bound_the_welfare_of_every_choice_wherever_they_touch(
    problem: Problem, eighths: list[int], price: float | None
) -> None:
    claims, _ = claims_of(problem)
    touched = Tangents(claims).at(np.array(eighths[: problem.participants]) / 8, price)
    for each in choices(problem):
        chosen = each[claims.request]
        some = [u for u in claims.utility(chosen).tolist() if u > 0]
        bound = touched.bound(len(some), claims.reached(chosen))
        assert sum(np.log(some)) <= bound + ROUNDING * max(1.0, abs(bound))


def led() -> Problem:
    problem = simple(40, 300, 1500, slots=20, tables=30)
    return replace(problem, least=np.arange(problem.participants) % 4)


@pytest.mark.parametrize(
    ("problem", "gap"),
    [(simple(60, 400, 2500, slots=12, tables=400), 0.004), (scarce(60, 300, 2000), 0.006), (led(), 0.002)],
)
def test_the_welfare_is_near_its_bound(problem: Problem, gap: float) -> None:
    assert 0 < fair_choice(problem).gap < gap


@settings(max_examples=60, deadline=None)
@given(wished(bipartite=False, most_requests=14), st.randoms(use_true_random=False))
def test_exchanges_keep_the_limits_and_never_lose(problem: Problem, random: Any) -> None:
    claims, _ = claims_of(problem)
    chosen, met = np.zeros(len(claims), dtype=np.bool_), np.zeros(claims.participants, dtype=int)
    for k in random.sample(range(len(claims)), len(claims)):
        ends = [claims.a[k], claims.b[k]]
        if chosen.sum() < claims.total and (met[ends] < claims.limit[ends]).all() and random.random() < 0.7:
            chosen[k] = True
            met[ends] += 1
    for worth in (log_worth, level_worth):
        better = exchanged(claims, chosen, worth)
        assert (claims.meetings(better) <= claims.limit).all()
        assert better.sum() <= claims.total

        def value(some: np.ndarray) -> float:
            reached = np.minimum(claims.meetings(some), claims.least).sum()
            return float(1e6 * reached + worth(claims.utility(some)).sum())  # noqa: B023

        assert value(better) >= value(chosen) - 1e-6


def test_no_exchange_takes_a_meeting_from_whoever_needs_it() -> None:
    # 0 has one meeting and would rather have 2's than 1's
    problem = Problem.of([0, 0, 1], [1, 2, 3], [0.1, 0.9, 0.1], slots=2, tables=2, most=[1, 2, 2, 2])
    claims, _ = claims_of(problem)
    held = np.array([True, False, True])
    assert exchanged(claims, held, log_worth).tolist() == [False, True, True]
    led_one = replace(claims, least=np.array([0, 2, 0, 0]))
    assert exchanged(led_one, held, log_worth).tolist() == [True, False, True]


def test_a_network_settled_by_one_reward_is_best_by_the_next_among_equals() -> None:
    # from source 0 by 2 or 3 to sink 1: by the first reward both ways are alike, by the second 3 is better
    tail, head = np.array([SOURCE, SOURCE, 2, 3, SOURCE]), np.array([2, 3, SINK, SINK, SINK])
    network = Network(tail, head, np.ones(5, dtype=np.int64), 1, 4)
    network.settle(np.array([1, 1, 0, 0, 0]))
    assert network.best(np.array([0, 1, 0, 0, 9])).tolist() == [0, 1, 0, 1, 0]
    network.settle(np.array([0, 1, 0, 0, 9]))
    assert network.best(np.array([5, 0, 0, 0, 0])).tolist() == [0, 1, 0, 1, 0]


def test_a_flow_of_few_likely_claims_is_worth_as_much_as_one_of_all() -> None:
    random, left, right = np.random.default_rng(3), 6, 14
    n, grown = left + right, 0
    for _ in range(30):
        a, b = np.divmod(random.permutation(left * right)[:50], right)
        b += left
        who = np.repeat(np.arange(n), 2)  # a second meeting brings less
        side = np.arange(n) < left
        tail = np.concatenate((a + 2, np.where(side[who], SOURCE, who + 2)))
        head = np.concatenate((b + 2, np.where(side[who], who + 2, SINK)))
        room = np.ones(len(tail), dtype=np.int64)
        second = np.arange(2 * n) % 2
        reward = np.concatenate((random.integers(0, 9, 50), random.integers(3, 9, 2 * n) - 3 * second))
        total = int(random.integers(1, 20))
        net = Layered(tail, head, room, total, 50, n, side)
        flow, likely = priced(net, reward, random.random(50) < 0.1)
        whole = Network(tail, head, room, total, net.nodes).best(reward)
        assert reward @ flow == reward @ whole
        assert not flow[:50][~likely].any()
        assert (flow <= room).all()
        balance = np.bincount(head, flow, net.nodes) - np.bincount(tail, flow, net.nodes)
        assert not balance[2:].any()
        grown += bool(likely.sum() < 50)
    assert grown > 5


@pytest.mark.parametrize("welfare", CRITERIA)
def test_more_meetings_than_one_flow_can_rank_are_still_even(welfare: Welfare) -> None:
    # two hosts, 40 guests that both want: twenty each, though all would rather have the first
    a, b = np.repeat([0, 1], 40), np.tile(np.arange(2, 42), 2)
    problem = Problem.of(a, b, np.where(a, 0.1, 0.9), slots=40, tables=1, wish_a=np.ones(80))
    found = fair_choice(problem, welfare=welfare)
    assert found.chosen.sum() == 40
    assert found.served == 42
    if welfare == "max_min":
        assert np.bincount(a[found.chosen]).tolist() == [20, 20]
        assert found.gap == 0


@pytest.mark.parametrize("welfare", CRITERIA)
def test_nothing_to_choose_from_is_chosen_from(welfare: Welfare) -> None:
    for problem in (
        Problem.of([], [], [], tables=[]),
        Problem.of([], [], [], tables=[3], participants=4),
        Problem.of([0], [1], [1.0], tables=[]),
        Problem.of([0], [1], [1.0], tables=[0, 0]),
        Problem.of([0], [1], [0.0], tables=[1], veto=[True]),
    ):
        found = fair_choice(problem, welfare=welfare)
        assert (found.served, found.most_served, found.welfare, found.bound) == (0, 0, 0, 0)
        assert found.gap == 0
        assert timetable(problem, welfare).meetings == 0


def test_a_meeting_that_nobody_wishes_serves_nobody_but_is_a_meeting() -> None:
    problem = Problem.of([0], [1], [0.0], slots=1, tables=1)
    assert fair_choice(problem).served == 0
    assert fair_choice(problem, welfare="max_min").served == 2
    assert timetable(problem).meetings == 1


def test_wishes_of_any_size_are_taken_for_what_they_are() -> None:
    problem = simple(20, 100, 600, slots=6, tables=30)
    size = np.geomspace(1e-9, 1e9, problem.participants)
    scaled = replace(
        problem, wish_a=problem.wish_a * size[problem.a], wish_b=problem.wish_b * size[problem.b]
    )
    plain, found = fair_choice(problem), fair_choice(scaled)
    assert found.served == plain.served
    assert found.gap < 0.05


def test_wishes_below_nothing_and_unknown_criteria_are_refused() -> None:
    with pytest.raises(ValueError, match="wish_b 1: must be a number ≥ 0"):
        Problem.of([0, 1], [2, 2], [0.5, 0.5], slots=1, tables=1, wish_b=[1.0, -1.0])
    problem = Problem.of([0, 1], [2, 2], [0.5, 0.5], slots=1, tables=1)
    with pytest.raises(ValueError, match="must be 'nash' or 'max_min', not 'even'"):
        fair_choice(problem, welfare="even")  # type: ignore[arg-type]


def test_nobody_is_left_with_nothing_by_two_who_both_give_him_up() -> None:
    # 0 and 1, each with 2, would get three times as much of each other; 2 could lose either, but not both
    one = np.ones(2)
    claims = Claims(
        request=np.arange(3),
        a=np.array([0, 1, 0]),
        b=np.array([2, 2, 1]),
        wish_a=np.append(one, 3.0),
        wish_b=np.append(one, 3.0),
        limit=np.array([1, 1, 2]),
        least=np.zeros(3, dtype=np.int64),
        base=np.zeros(3),
        total=3,
        counted=np.ones(3, dtype=np.bool_),
        two_sides=False,
    )
    with_two = np.array([True, True, False])
    assert exchanged(claims, with_two, log_worth).tolist() == with_two.tolist()
