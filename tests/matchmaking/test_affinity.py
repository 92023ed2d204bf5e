from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.loops import Loops, using
from sim.matchmaking import Profiles, affinity, affinity_matrix, fit, fit_matrix, interests
from tests.matchmaking.cases import crowd

MAKER, CARMAKER, FARM = 0, 1, 2


def trio() -> Profiles:
    """A maker of parts, a carmaker who needs them half as much as steel, a farm that needs neither."""
    return Profiles(
        offers=np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
        needs=np.array([[0.0, 0.2, 0.0], [0.5, 0.0, 0.0], [0.0, 1.0, 0.0]]),
        eagerness=np.array([1.0, 0.8, 1.0]),
        appeal=np.array([0.5, 1.0, 1.0]),
        country=np.array([0, 1, 0]),
        market=np.array([[1.0, 0.5], [1.0, 1.0], [1.0, 1.0]]),
    )


def test_fit_is_the_larger_of_the_two_directions_of_supply() -> None:
    got = fit(trio(), np.array([MAKER, CARMAKER, MAKER]), np.array([CARMAKER, FARM, FARM]))
    assert got.tolist() == [0.5, 1.0, 0.0]


def test_profiles_of_whole_numbers_are_read_as_such() -> None:
    whole: Any = np.eye(3, dtype=np.int64)
    profiles = Profiles(whole, whole[::-1], *np.ones((2, 3)))
    assert profiles.offers.dtype == profiles.needs.dtype == np.float64
    assert fit(profiles, np.array([0, 0, 1]), np.array([2, 1, 1])).tolist() == [1.0, 0.0, 1.0]


def test_what_are_no_rows_each_with_another_are_numpys_with_its_errors_and_never_a_loops() -> None:
    def never(*arguments: object) -> None:
        pytest.fail("a loop reads what is not there")

    with using(Loops(**dict.fromkeys(Loops._fields, never))):
        one: Any
        other: Any
        assert fit(trio(), np.array([MAKER, FARM]), np.array([CARMAKER])).tolist() == [0.5, 1.0]
        assert fit(trio(), np.array([-1]), np.array([CARMAKER])).tolist() == [1.0]
        for one, other in ([[0, 1, 2], [0, 1]], [[3], [0]], [[0.0], [1]], [[[0], [1]], [[1], [2]]]):
            with pytest.raises((IndexError, ValueError)):
                fit(trio(), np.array(one), np.array(other))


def test_interest_and_affinity_of_a_pair_worked_by_hand() -> None:
    mine, theirs = interests(trio(), np.array([MAKER]), np.array([CARMAKER]))
    assert mine[0] == pytest.approx(0.5 * 1.0 * 1.0 * 0.5)  # fit, eagerness, the other's appeal, market
    assert theirs[0] == pytest.approx(0.5 * 0.8 * 0.5 * 1.0)
    expected = 2 * 0.25 * 0.2 / 0.45
    assert affinity(trio(), np.array([MAKER]), np.array([CARMAKER]))[0] == pytest.approx(expected)


def test_a_pair_without_supply_has_no_affinity() -> None:
    assert affinity(trio(), np.array([MAKER]), np.array([FARM]))[0] == 0


def test_a_block_holds_the_same_values_as_its_pairs() -> None:
    profiles, _ = crowd([f"p{i}" for i in range(9)])
    rows, columns = np.array([1, 4, 2]), np.array([0, 3, 8, 5])
    a, b = np.repeat(rows, 4), np.tile(columns, 3)
    assert fit_matrix(profiles, rows, columns).ravel().tolist() == fit(profiles, a, b).tolist()
    assert affinity_matrix(profiles, rows, columns).ravel().tolist() == affinity(profiles, a, b).tolist()


def test_a_fit_is_an_exact_sum_so_that_no_order_of_adding_shows() -> None:
    profiles, _ = crowd([f"p{i}" for i in range(40)], 42)
    a, b = np.triu_indices(40, 1)

    def supply(i: int, j: int) -> Fraction:
        pairs = zip(profiles.offers[i].tolist(), profiles.needs[j].tolist(), strict=True)
        return sum((Fraction(offer) * Fraction(need) for offer, need in pairs), Fraction(0))

    exact = [max(supply(i, j), supply(j, i)) for i, j in zip(a.tolist(), b.tolist(), strict=True)]
    assert fit(profiles, a, b).tolist() == [min(each, 1) for each in exact]


def test_profiles_are_rounded_to_a_grid_once() -> None:
    profiles, _ = crowd([f"p{i}" for i in range(9)], 42)
    rough = np.full((9, 42), 1 / 43)
    rounded = Profiles(rough, rough, profiles.eagerness, profiles.appeal).offers
    assert (rounded * 2**26 == np.rint(rounded * 2**26)).all()
    assert np.abs(rounded - rough).max() <= 2**-27
    assert rough[0, 0] == 1 / 43
    assert Profiles(rounded, rounded, profiles.eagerness, profiles.appeal).offers is rounded


@given(st.integers(0, 2**32), st.integers(2, 30), st.integers(1, 8))
def test_affinity_is_symmetric_and_in_0_to_1(seed: int, n: int, cells: int) -> None:
    profiles, _ = crowd([f"{seed} {i}" for i in range(n)], cells)
    a, b = np.triu_indices(n, 1)
    there, back = affinity(profiles, a, b), affinity(profiles, b, a)
    assert np.allclose(there, back, atol=1e-15)
    assert there.min() >= 0
    assert there.max() <= 1


def test_many_pairs_are_worked_out_in_chunks_that_join_up() -> None:
    profiles, _ = crowd([f"p{i}" for i in range(5)])
    a, b = np.tile([0, 1, 2], 9000), np.tile([3, 4, 4], 9000)
    assert np.array_equal(affinity(profiles, a, b), np.tile(affinity(profiles, a[:3], b[:3]), 9000))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"offers": np.array([[0.9, 0.9]])}, "sum to more than 1"),
        ({"needs": np.array([[1.5, 0.0]])}, "needs must lie"),
        ({"appeal": np.array([0.5, 0.5])}, "must have shape"),
        ({"eagerness": np.array([np.nan])}, "eagerness must lie"),
        ({"country": np.array([0])}, "belong together"),
    ],
)
def test_profiles_out_of_range_are_refused(change: dict[str, np.ndarray], message: str) -> None:
    good = {
        "offers": np.array([[0.5, 0.5]]),
        "needs": np.array([[1.0, 0.0]]),
        "eagerness": np.array([1.0]),
        "appeal": np.array([1.0]),
    }
    with pytest.raises(ValueError, match=message):
        Profiles(**(good | change))
