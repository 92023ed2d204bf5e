"""The fewest people that move: what a search over graphs says, against every choice there is."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, product
from random import Random

import numpy as np
import pytest

from sim.matchmaking import Problem
from sim.matchmaking.problem.problem import BoolArray
from sim.matchmaking.replan.fewest import Fewest, _Graph, _Search, _Slots, fewest
from sim.matchmaking.replan.published import Published, What
from sim.matchmaking.replan.replan import replan


def crowded(random: Random, *, sides: bool) -> tuple[Problem, Published, int]:
    """Some slots with a table too few, others free; and the fewest people that can move, by all choices.

    Each meeting that leaves goes to a free slot that is its slot's own, so that only who moves matters.
    """
    n, full, size = random.randint(6, 9), random.randint(2, 5), random.randint(2, 3)
    pairs: list[tuple[int, int]] = []
    slot: list[int] = []
    for t in range(full):
        people = random.sample(range(n), n)
        if sides:
            one = [i for i in people if i < n // 2]
            two = list(zip(one, [j for j in people if j >= n // 2], strict=False))
        else:
            two = list(zip(people[::2], people[1::2], strict=False))
        pairs += two[:size]
        slot += [t] * len(two[:size])
    tables = [slot.count(t) - 1 for t in range(full)] + [1] * full
    # each slot's meetings have a room of their own, which is open in it and in its free slot
    later = Problem.of(
        [a for a, _ in pairs],
        [b for _, b in pairs],
        [1] * len(pairs),
        participants=n,
        slots=2 * full,
        tables=tables,
        place=slot,
        walk=np.zeros((full, full), dtype=np.int64),
        place_room=np.array([[9 * (t in (s, s + full)) for t in range(2 * full)] for s in range(full)]),
    )
    by_slot = [[pair for pair, s in zip(pairs, slot, strict=True) if s == t] for t in range(full)]
    least = min(len({i for pair in moved for i in pair}) for moved in product(*by_slot))
    return later, Published.of(later, np.array(slot)), least


@pytest.mark.parametrize("sides", [True, False])
def test_the_fewest_people_of_all_choices_are_found_and_proven_without_a_solver(
    sides: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[int] = []

    def heard(*args: object) -> Fewest:
        found: Fewest = fewest(*args)  # type: ignore[arg-type]
        said.append(found.people)
        return found

    monkeypatch.setattr("sim.matchmaking.replan.replan.fewest", heard)
    cycles = proven = 0
    for seed in range(20):
        later, published, least = crowded(Random(seed), sides=sides)
        found = replan(later, published)
        moved = found.changes.count(What.MOVED)
        assert moved == later.slots // 2
        assert len(found.changes.people(What.MOVED)) == found.people == least
        assert found.claim == "proven"
        assert said[-1] <= least
        proven += said[-1] == least
        cycles += least <= moved
    assert cycles > 3  # else trees were all there is
    assert proven > 14


class _Any(_Slots):
    """Every set of meetings can move."""

    def __init__(self) -> None:
        pass

    def fit(self, edges: Sequence[int], used: dict[int, int] | None = None) -> list[int] | None:
        return []

    def whole(self, edges: Sequence[int], held: BoolArray) -> tuple[BoolArray | None, bool]:
        return np.isin(np.arange(len(held)), edges), False


def graph_of(ends: list[tuple[int, int]], kind: list[int], own: list[int], free: int) -> _Graph:
    near: dict[int, list[tuple[int, int]]] = {}
    for edge, (a, b) in enumerate(ends):
        near.setdefault(a, []).append((b, edge))
        near.setdefault(b, []).append((a, edge))
    return _Graph(tuple(range(len(ends))), tuple(ends), tuple(kind), tuple(own), free, near)


def found_in(graph: _Graph, moves: int, beyond: int) -> list[int] | None:
    """Edges that the search finds; None if it says that there are none."""
    held, ended = _Search(graph, _Any(), np.zeros(len(graph.ends), dtype=np.bool_), moves, beyond).run()
    assert (held is None) is ended
    return None if held is None else np.flatnonzero(held).tolist()


def sound(graph: _Graph, edges: Sequence[int], beyond: int) -> bool:
    """Whether demands have their edges and so few people are in them."""
    people = {i for edge in edges for i in graph.ends[edge]}
    met = [sum(graph.kind[edge] == kind for edge in edges) for kind in range(len(graph.own))]
    return len(edges) - len(people) >= beyond and all(m >= o for m, o in zip(met, graph.own, strict=True))


def test_the_search_goes_through_all_graphs() -> None:
    random = Random(7)
    there = 0
    for _ in range(60):
        n, moves = random.randint(4, 7), random.randint(3, 6)
        ends = [pair for pair in combinations(range(n), 2) if random.random() < 0.6][:11]
        kind = [random.randint(0, 2) for _ in ends]
        own = [random.randint(0, 2), random.randint(0, 1), 0]
        if sum(own) > moves:
            continue
        graph = graph_of(ends, kind, own, moves - sum(own))
        for beyond in range(-1, 3):
            choices = combinations(range(len(ends)), moves)
            can = any(sound(graph, edges, beyond) for edges in choices)
            found = found_in(graph, moves, beyond)
            assert (found is not None) is can, (ends, kind, own, moves, beyond)
            if found is not None:
                assert len(found) == moves
                assert sound(graph, found, beyond)
            there += can and beyond >= 0
    assert there > 20
    # no cycle of two that have an edge more than people need be short, and they need not hang together
    triangles = [(0, 1), (1, 2), (0, 2), (2, 3), (3, 4), (4, 2)]
    assert found_in(graph_of(triangles, [0] * 6, [0], 6), 6, 1) == list(range(6))
    diamond = [(0, 1), (1, 2), (2, 3), (3, 0), (0, 2)]
    two = diamond + [(a + 4, b + 4) for a, b in diamond]
    assert found_in(graph_of(two, [0] * 10, [0], 10), 10, 2) == list(range(10))
