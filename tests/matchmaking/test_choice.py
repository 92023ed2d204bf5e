from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.matchmaking.policies.choice import best_choice, two_sides

Case = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, int]


@st.composite
def cases(draw: st.DrawFn, *, bipartite: bool) -> Case:
    """Ends, whole weights, limits and a limit in all."""
    n = draw(st.integers(2, 6))
    pairs = [(i, j) for i in range(n) for j in range(n) if (i % 2 < j % 2 if bipartite else i != j)]
    chosen = draw(st.lists(st.sampled_from(pairs), min_size=1, max_size=9))
    flipped = [pair[::-1] if draw(st.booleans()) else pair for pair in chosen]
    weight = np.array([draw(st.integers(0, 8)) for _ in chosen])
    limit = np.array(draw(st.lists(st.integers(0, 3), min_size=n, max_size=n)))
    a, b = np.array(flipped).T
    return a, b, weight, limit, draw(st.integers(0, 8))


def best_by_trying(case: Case) -> tuple[int, int]:
    """The greatest weight of a choice within the limits, and the most meetings with that weight."""
    a, b, weight, limit, total = case
    found = (0, 0)
    for size in range(min(total, len(a)) + 1):
        for some in combinations(range(len(a)), size):
            rows = np.array(some, dtype=np.int64)
            count = np.bincount(np.concatenate((a[rows], b[rows])), minlength=len(limit))
            if (count <= limit).all():
                found = max(found, (int(weight[rows].sum()), size))
    return found


@settings(max_examples=150, deadline=None)
@given(st.booleans().flatmap(lambda two: cases(bipartite=two)))
def test_the_best_choice_is_the_best_of_all_choices_tried(case: Case) -> None:
    a, b, weight, limit, total = case
    found = best_choice(a, b, weight, limit, total)
    value, meetings = best_by_trying(case)
    assert weight[found.chosen].sum() == value
    if two_sides(a, b, len(limit)) is not None:
        assert found.chosen.sum() == meetings
    count = np.bincount(np.concatenate((a[found.chosen], b[found.chosen])), minlength=len(limit))
    assert (count <= limit).all()
    assert found.bound == value


@settings(max_examples=100, deadline=None)
@given(cases(bipartite=True))
def test_prices_are_what_one_more_of_a_limit_adds(case: Case) -> None:
    a, b, weight, limit, total = case
    found = best_choice(a, b, weight, limit, total)
    assert found.price is not None
    value = best_by_trying(case)[0]
    assert found.total_price == best_by_trying((a, b, weight, limit, total + 1))[0] - value
    for i in range(len(limit)):
        more = limit + (np.arange(len(limit)) == i)
        assert found.price[i] == best_by_trying((a, b, weight, more, total))[0] - value


@given(cases(bipartite=True))
def test_sides_are_found_whoever_asks(case: Case) -> None:
    a, b, _, limit, _ = case
    side = two_sides(a, b, len(limit))
    assert side is not None
    assert (side[a] != side[b]).all()
    assert not side[min(a.min(), b.min())]  # the first participant is on the first side


def test_a_triangle_has_no_two_sides() -> None:
    assert two_sides(np.array([0, 1, 2]), np.array([1, 2, 0]), 4) is None
    assert two_sides(np.array([0, 1, 2, 3]), np.array([1, 2, 3, 0]), 4) is not None


def test_anyone_with_anyone_has_no_prices_but_a_bound() -> None:
    found = best_choice(np.array([0, 1, 2]), np.array([1, 2, 0]), np.array([3, 2, 2]), np.ones(3, int), 9)
    assert found.chosen.tolist() == [True, False, False]
    assert found.price is None
    assert found.bound == 3
