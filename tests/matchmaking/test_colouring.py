from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.matchmaking.policies.colouring import balanced, coloured, delegated

pytestmark = pytest.mark.elsewhere

Graph = tuple[np.ndarray, np.ndarray, int]


@st.composite
def graphs(draw: st.DrawFn, *, bipartite: bool) -> Graph:
    """A multigraph of up to ten nodes, in any order of edges."""
    n = draw(st.integers(2, 10))
    pairs = [(i, j) for i in range(n) for j in range(n) if (i % 2 < j % 2 if bipartite else i != j)]
    edges = np.array(draw(st.lists(st.sampled_from(pairs), min_size=1, max_size=40)))
    return edges[:, 0], edges[:, 1], n


def proper(a: np.ndarray, b: np.ndarray, colour: np.ndarray) -> bool:
    on = colour >= 0
    ends = np.concatenate((np.stack((a[on], colour[on])), np.stack((b[on], colour[on]))), axis=1)
    return len(np.unique(ends, axis=1).T) == 2 * int(on.sum())


def largest_degree(graph: Graph) -> int:
    return int(np.bincount(np.concatenate(graph[:2])).max())


@settings(max_examples=200, deadline=None)
@given(graphs(bipartite=True), st.integers(0, 2))
def test_two_sides_need_as_many_slots_as_anybody_has_meetings(graph: Graph, more: int) -> None:
    a, b, n = graph
    slots = largest_degree(graph) + more
    colour = coloured(a, b, n, slots)
    assert colour.min() >= 0
    assert colour.max() < slots
    assert proper(a, b, colour)


@settings(max_examples=200, deadline=None)
@given(graphs(bipartite=True), st.integers(0, 3))
def test_slots_can_be_filled_evenly(graph: Graph, more: int) -> None:
    a, b, n = graph
    slots = largest_degree(graph) + more
    sizes = np.full(slots, len(a) // slots)
    sizes[: len(a) % slots] += 1
    colour = balanced(a, b, coloured(a, b, n, slots), sizes)
    assert proper(a, b, colour)
    assert np.bincount(colour, minlength=slots).tolist() == sizes.tolist()


@settings(max_examples=200, deadline=None)
@given(graphs(bipartite=False), st.integers(1, 12))
def test_a_colouring_is_proper_whatever_the_graph_and_the_slots(graph: Graph, slots: int) -> None:
    a, b, n = graph
    colour = coloured(a, b, n, slots)
    assert proper(a, b, colour)
    assert colour.max() < slots
    count = int((colour >= 0).sum())
    sizes = np.full(slots, count // slots)
    sizes[: count % slots] += 1
    evened = balanced(a, b, colour, sizes)
    assert proper(a, b, evened)
    assert np.array_equal(evened >= 0, colour >= 0)


def test_large_even_graphs_are_coloured_without_a_spare_slot() -> None:
    # 60 × 60, everybody meets everybody: a Latin square, whatever the order of the edges
    a, b = np.repeat(np.arange(60), 60), np.tile(np.arange(60, 120), 60)
    order = np.random.default_rng(3).permutation(3600)
    colour = coloured(a[order], b[order], 120, 60)
    assert colour.min() >= 0
    assert proper(a[order], b[order], colour)
    assert np.bincount(colour).tolist() == [60] * 60


def test_meetings_are_dealt_to_delegates_in_turn() -> None:
    a, b, nodes = delegated(np.array([0, 0, 0, 0, 0]), np.array([1, 2, 1, 2, 1]), np.array([2, 3, 1]))
    assert nodes == 6
    assert np.bincount(a, minlength=6).tolist() == [3, 2, 0, 0, 0, 0]
    assert np.bincount(b, minlength=6).tolist() == [0, 0, 1, 1, 1, 2]
