"""Numbers of many bits are put in order as NumPy does it, equal ones as they come."""

from __future__ import annotations

import numpy as np
import pytest

from sim.sorting import order_of


@pytest.mark.parametrize("bits", [0, 1, 15, 16, 17, 31, 32, 33, 47, 48, 49, 62])
@pytest.mark.parametrize("n", [0, 1, 2, 1000])
def test_the_order_is_numpys_stable_one(bits: int, n: int) -> None:
    numbers = np.random.default_rng(bits).integers(0, 1 << bits, n, endpoint=True)
    numbers[n // 2 :] = numbers[: n - n // 2]  # every one stands there twice
    assert order_of(numbers).tolist() == np.argsort(numbers, kind="stable").tolist()


@pytest.mark.parametrize("kind", [np.int8, np.uint16, np.int32, np.int64])
def test_small_types_do_not_matter(kind: type[np.integer]) -> None:
    numbers = np.random.default_rng(1).integers(0, 100, 500).astype(kind)
    assert order_of(numbers).tolist() == np.argsort(numbers, kind="stable").tolist()
