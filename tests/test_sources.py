"""Draws that were noted: played again they give the same, and less of them what is left of a failure."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from tests.random_floors import draw_floor
from tests.sources import Replayed, Seeded, Source, smallest
from tests.test_random_floors import columns


def lists(source: Source) -> list[list[int]]:
    return [
        [source.pick(3, 100) for _ in source.times(1, 9)] for _ in source.times(0, 9) if source.likely(0.9)
    ]


def test_draws_that_are_played_again_give_the_same_floor() -> None:
    seeded = Seeded(Random(3))
    floor = columns(draw_floor(seeded))
    replayed = Replayed(seeded.noted)
    again = columns(draw_floor(replayed))
    assert replayed.noted == seeded.noted
    assert all(np.array_equal(floor[name], again[name]) for name in floor)


def test_what_fails_is_made_as_small_as_may_be() -> None:
    shrunk = 0
    for seed in range(20):
        source = Seeded(Random(seed))
        if any(sum(each) > 100 for each in lists(source)):
            least = smallest(source.noted, lambda source: any(sum(each) > 100 for each in lists(source)))
            (left,) = lists(Replayed(least))
            assert sum(left) == 101
            assert sum(left) - min(left) <= 100  # none can be spared
            shrunk += 1
    assert shrunk > 5


def test_what_does_not_fail_is_not_shrunk() -> None:
    with pytest.raises(ValueError, match="the claim is true"):
        smallest([1, 2, 3], lambda source: False)
