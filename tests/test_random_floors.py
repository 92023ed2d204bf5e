"""Random floors: everything varies in them, a seed is a floor, and a failing one is shrunk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from random import Random

import hypothesis
import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, settings

from sim.engine import simulate
from sim.floor.arrays import Floor
from sim.floor.trace import Kind, Trace
from tests.random_floors import floors, random_floor


def columns(floor: Floor) -> dict[str, np.ndarray]:
    """Every array and every number of a floor, by its dotted name."""
    found: dict[str, np.ndarray] = {}
    for part in fields(Floor):
        value = getattr(floor, part.name)
        inner = [each.name for each in fields(value)] if is_dataclass(value) else []
        found |= {f"{part.name}.{column}": np.asarray(getattr(value, column)) for column in inner}
        if not inner:
            found[part.name] = np.asarray(value)
    return found


def test_every_column_of_a_floor_varies_over_random_floors() -> None:
    # a column that is always the same is one that no law of the engine is tried on
    found: dict[str, set[int]] = {}
    for seed in range(60):
        for name, column in columns(random_floor(Random(seed))).items():
            found.setdefault(name, set()).update(column.ravel().tolist())
    assert [name for name, values in found.items() if len(values) < 2] == ["end"]  # all have two days


def test_a_seed_is_one_floor() -> None:
    one, again, other = (columns(random_floor(Random(seed))) for seed in (7, 7, 8))
    assert all(np.array_equal(one[name], again[name]) for name in one)
    assert not all(np.array_equal(one[name], other[name]) for name in one)


def smallest(fails: Callable[[Floor, Trace], bool]) -> tuple[Floor, Trace]:
    """What hypothesis shrinks a floor to for which a claim is false."""
    floor = hypothesis.find(
        floors(),
        lambda floor: fails(floor, simulate(floor)),
        settings=settings(
            max_examples=500, derandomize=True, database=None, deadline=None,
            phases=[Phase.generate, Phase.shrink], suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    return floor, simulate(floor)


@pytest.mark.elsewhere
@pytest.mark.slow
def test_a_floor_for_which_a_claim_is_false_is_shrunk_to_little_else() -> None:
    # "nobody eats": one booking of a meal is enough, and the few rows of who has it
    floor, trace = smallest(lambda _, trace: bool((trace.kind == Kind.MEAL).any()))
    assert len(floor.bookings.place) == 1
    assert len(trace) <= 9
    assert len(floor.sessions.place) == len(floor.meetings.place) == len(floor.stops.place) == 0
