"""The choice among a few, on problems of which the best is known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.decisions.tune.selecting import best_chances, select
from tests.decisions.toys import Quadratic, Tables


@pytest.mark.parametrize("seed", range(5))
def test_the_number_of_tables_is_the_quantile_of_the_newsvendor(seed: int) -> None:
    toy = Tables(seed)
    found = select(toy.evaluate, len(toy.tables), toy.indifference, budget=4_000)
    assert found.guaranteed
    assert toy.truth[toy.best] - toy.truth[found.order[0]] < toy.indifference
    assert found.runs == sum(found.replications) <= 4_000


@pytest.mark.parametrize(
    ("lead", "others", "kept", "many"),
    [
        # n0 = 3, S2 = 1.02 ** 2, indifference 1. Two candidates: eta = (0.1 ** -1 - 1) / 2 = 4.5 and
        # h2 = 2 * 4.5 * 2 = 18, so W(n) = (18.73 - n) / 2n: 2.62 at 3, 0.670 at 8, 0.220 at 13, 0.020 at 18
        (2.65, 0, False, 3),
        (2.6, 0, False, 8),
        (0.68, 0, False, 8),
        (0.66, 0, False, 13),
        (0.23, 0, False, 13),
        (0.21, 0, False, 18),
        (0.01, 0, False, 19),  # N + 1 = 19, where the greatest mean is taken
        (0.0, 0, False, 19),
        # three, or two and half of the chance for the constraints: eta = (0.05 ** -1 - 1) / 2 = 9.5, h2 = 38
        (1.99, 1, False, 8),  # W: 1.971 at 8, 1.021 at 13
        (1.95, 1, False, 13),
        (1.95, 0, True, 13),
        (3.3, 2, False, 8),  # four: eta = (0.033 ** -1 - 1) / 2 = 14.5, h2 = 58; W: 3.271 at 8, 1.821 at 13
        (3.2, 2, False, 13),
        (0.0, 0, True, 40),
    ],
)
def test_it_ends_where_the_paper_says_by_hand(lead: float, others: int, kept: bool, many: int) -> None:
    def evaluate(which: Sequence[int], numbers: range) -> NDArray[np.float64]:
        rows = [
            [lead + {0: -1.02, 2: 1.02}.get(n, 0.0) for n in numbers],
            [0.0 for _ in numbers],
            [-100.0 for _ in numbers],
            [-200.0 for _ in numbers],
        ]
        return np.array(rows)[list(which)]

    found = select(evaluate, 2 + others, 1.0, first=3, kept=(lambda *_: True) if kept else None)
    assert found.replications == (many, many, 3, 3)[: 2 + others]
    assert found.guaranteed
    assert found.order == (0, 1, 2, 3)[: 2 + others]
    assert found.left == (1 if lead else 2)


def test_a_candidate_that_breaks_a_constraint_is_not_taken_though_it_is_best() -> None:
    toy = Quadratic(3)
    found = select(toy.evaluate, toy.candidates, 0.5, kept=lambda each, n: each != toy.best)
    assert found.broke == (toy.best,)
    assert toy.truth[found.order[0]] == sorted(toy.truth)[-2]
    assert set(found.order) == set(range(toy.candidates)) - {toy.best}


def test_who_is_not_shown_to_keep_a_constraint_is_asked_again_and_not_taken_while_another_does() -> None:
    toy = Quadratic(3)
    second = sorted(range(toy.candidates), key=lambda at: toy.truth[at])[-2]
    unsure: tuple[int, ...] = (toy.best,)

    def kept(each: int, n: int) -> bool | None:
        assert n in (10, 20, 30)
        return None if each in unsure or (each == second and n < 20) else True

    found = select(toy.evaluate, toy.candidates, 0.5, kept=kept, looks=3)
    assert (found.order[0], found.order[-1], found.broke) == (second, toy.best, ())
    assert found.replications[toy.best] == 30
    assert found.unsure == (toy.best,)
    assert not found.guaranteed
    unsure = tuple(range(toy.candidates))
    found = select(toy.evaluate, toy.candidates, 0.5, kept=kept, looks=3)
    assert found.order[0] == toy.best
    assert found.left == 1
    assert len(found.order) == toy.candidates
    assert min(found.replications) == 30
    assert not found.guaranteed


def test_a_budget_that_ends_too_early_takes_the_guarantee_away() -> None:
    toy = Tables(1)
    found = select(toy.evaluate, len(toy.tables), toy.indifference / 50, budget=10 * len(toy.tables) + 40)
    assert not found.guaranteed
    assert found.left > 1
    with pytest.raises(ValueError, match="of no candidate is defined in every replication"):
        select(lambda which, numbers: np.full((len(which), len(numbers)), np.nan), 2, 1.0)
    with pytest.raises(ValueError, match="need 110"):
        select(toy.evaluate, 11, 1.0, budget=109)


def test_equal_candidates_are_as_likely_best_and_one_far_ahead_is() -> None:
    noise = np.random.default_rng(5).normal(size=(1, 20))
    assert best_chances(np.vstack([noise, noise])) == pytest.approx((0.5, 0.5))
    assert best_chances(np.vstack([noise, noise + 1])) == (0, 1)
    one = np.arange(20.0)
    above = best_chances(np.vstack([one * 0, one - 9.5 + 1.32277]))  # mean one standard error above 0
    assert above[1] == pytest.approx(0.835, abs=0.01)  # Student's t with 19 degrees at 1.0
