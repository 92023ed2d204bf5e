"""The fewest people that move: what a search over graphs says, against every choice there is."""

from __future__ import annotations

from itertools import product
from random import Random

import numpy as np
import pytest

from sim.matchmaking import Problem
from sim.matchmaking.replan.fewest import Fewest, fewest
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
