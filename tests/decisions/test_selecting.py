"""The choice among a few, on problems of which the best is known."""

from __future__ import annotations

import numpy as np
import pytest

from sim.decisions.selecting import best_chances, select
from tests.decisions.toys import Quadratic, Tables


@pytest.mark.parametrize("seed", range(5))
def test_the_number_of_tables_is_the_quantile_of_the_newsvendor(seed: int) -> None:
    toy = Tables(seed)
    found = select(toy.evaluate, len(toy.tables), toy.indifference, budget=4_000)
    assert found.guaranteed
    assert toy.truth[toy.best] - toy.truth[found.order[0]] < toy.indifference
    assert found.runs == sum(found.replications) <= 4_000


def test_a_candidate_that_breaks_a_constraint_is_not_taken_though_it_is_best() -> None:
    toy = Quadratic(3)
    found = select(toy.evaluate, toy.candidates, 0.5, kept=lambda each, n: each != toy.best)
    assert found.broke == (toy.best,)
    assert toy.truth[found.order[0]] == sorted(toy.truth)[-2]
    assert set(found.order) == set(range(toy.candidates)) - {toy.best}


def test_a_budget_that_ends_too_early_takes_the_guarantee_away() -> None:
    toy = Tables(1)
    found = select(toy.evaluate, len(toy.tables), toy.indifference / 50, budget=10 * len(toy.tables) + 40)
    assert not found.guaranteed
    assert found.left > 1
    with pytest.raises(ValueError, match="need 110"):
        select(toy.evaluate, 11, 1.0, budget=109)


def test_equal_candidates_are_as_likely_best_and_one_far_ahead_is() -> None:
    noise = np.random.default_rng(5).normal(size=(1, 20))
    assert best_chances(np.vstack([noise, noise])) == pytest.approx((0.5, 0.5))
    assert best_chances(np.vstack([noise, noise + 1])) == (0, 1)
    one = np.arange(20.0)
    above = best_chances(np.vstack([one * 0, one - 9.5 + 1.32277]))  # mean one standard error above 0
    assert above[1] == pytest.approx(0.835, abs=0.01)  # Student's t with 19 degrees at 1.0
