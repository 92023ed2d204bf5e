from __future__ import annotations

import ast
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_array

from sim.interchange.arranging import arrange
from sim.interchange.lists import read_lists
from sim.interchange.telling import summary
from sim.interchange.timetable_json import as_json
from sim.matchmaking import Answer, PolicyError, Problem, solve
from sim.matchmaking.policies import certificate, proof, relaxation
from sim.matchmaking.policies.certificate import (
    Branch,
    CertificateError,
    Leaf,
    Tree,
    choice_bound,
    proven_bound,
)
from sim.matchmaking.policies.linear import Relaxed
from sim.matchmaking.policies.proof import Proof
from sim.matchmaking.problem.time_indexed import TimeIndexed
from sim.matchmaking.problem.weights import Weights
from sim.matchmaking.wishes.affinity import IntArray
from tests.matchmaking.proofs import best, random_problem, standing, wrong

TIERS = b"""who,whom,weight
Ash,Birch,1
Ash,Cedar,1
Ash,Dogwood,100000000
Birch,Dogwood,100000000
"""
ONE_HOST = b"""who,whom,weight
Ash,Kiln,1000000000
Birch,Loom,0.002
Cedar,Loom,0.001
"""


@pytest.mark.elsewhere
def test_of_200_random_problems_with_weights_over_twelve_orders_none_is_falsely_proven() -> None:
    proven = 0
    for seed in range(200):
        problem = random_problem(Random(seed))
        made = solve(problem, "optimal")
        assert wrong(problem, made, best(problem)) is None, seed
        proven += made.proven
    assert proven >= 199


@pytest.mark.elsewhere
def test_solvers_that_err_make_no_false_proofs(monkeypatch: pytest.MonkeyPatch) -> None:
    def relaxed(programme: TimeIndexed, weight: IntArray, _: float | None) -> Relaxed:
        random = np.random.default_rng(len(weight))
        price = random.integers(0, 1 + weight.max(initial=0), len(programme.most))
        return Relaxed(random.random(len(weight)), price * (random.random() < 0.7), 0, 0)

    def prove(*given: Any) -> Proof:
        return Proof(Leaf(given[2].price, 0), 0, None)

    monkeypatch.setattr(relaxation, "relaxed", relaxed)
    monkeypatch.setattr(proof, "prove", prove)  # which is loaded from there when it is needed
    monkeypatch.setattr(relaxation, "_branch", lambda *given: (given[4], True))
    astray = 0
    for seed in range(120):
        problem = random_problem(Random(seed))
        made, right = solve(problem, "optimal"), best(problem)
        assert wrong(problem, made, right) is None, seed
        astray += standing(problem, made.slot) != right
    assert astray > 10


@pytest.mark.parametrize("ratio", [10**k for k in range(2, 25, 2)])
def test_priorities_as_weights_are_kept_whatever_their_ratio(ratio: int) -> None:
    score = np.array([1, 1, ratio, ratio], dtype=object)
    for available in (None, [[True]] * 4):
        made = solve(
            Problem.of([0, 0, 0, 1], [1, 2, 3, 3], score, slots=1, tables=3, available=available), "optimal"
        )
        assert made.slot.tolist() == [-1, 0, -1, 0]
        assert made.problem.weights.amount(made.whole_value) == ratio + 1
        assert made.proven


def test_the_screen_and_the_file_say_every_digit_of_value_and_bound() -> None:
    made = arrange(read_lists(TIERS, slots=1, tables=3))
    assert "Value                 100,000,001 (sum of weights)" in summary(made)
    assert "Bound                 100,000,001: no timetable is worth more" in summary(made)
    assert "Gap                   0, proven best" in summary(made)
    content = as_json(made)
    assert (content["value"], content["bound"], content["proven"]) == (100_000_001, 100_000_001, True)
    made = arrange(read_lists(ONE_HOST, slots=1, tables=3))
    assert [row.slot for row in made.rows()] == ["1", "1", None]
    assert "Value                 1,000,000,000.002" in summary(made)
    assert as_json(made)["value_exact"] == as_json(made)["bound_exact"] == "1000000000.002"
    second = arrange(read_lists(ONE_HOST, slots=1, tables=3), policy="first_come")
    assert "Gap                   0, proven best" in summary(second)
    worse = arrange(
        read_lists(ONE_HOST.replace(b"Birch,Loom,0.002\n", b"") + b"Birch,Loom,0.002\n", slots=1, tables=3),
        policy="first_come",
    )
    assert "Gap                   below 0.01 %: at most 0.001 more" in summary(worse)
    assert not worse.timetable.proven


def test_a_best_timetable_that_no_certificate_shows_is_not_called_proven() -> None:
    made = arrange(read_lists(TIERS, slots=1, tables=3))
    bound = made.timetable.whole_bound
    assert bound is not None
    claimed = replace(made, timetable=replace(made.timetable, whole_bound=bound + 1, claimed=True))
    assert "best according to the solver, not certified" in " ".join(summary(claimed).split())
    assert "proven best" not in summary(claimed)
    unsettled = replace(made, timetable=replace(made.timetable, unsettled=("must-meets",)))
    assert "0, but it is not proven that must-meets are as good as can be" in " ".join(
        summary(unsettled).split()
    )
    assert not as_json(unsettled)["proven"]


def test_a_bound_below_the_value_is_refused() -> None:
    problem = Problem.of([0, 0], [1, 2], [0.6, 0.3], tables=[1, 1])
    with pytest.raises(PolicyError, match=r"it is worth 0\.9, more than the bound that it claims, 0\.6"):
        solve(problem, lambda _: Answer(np.array([0, 1]), bound=0.6))
    assert solve(problem, lambda _: Answer(np.array([0, 1]), bound=0.9)).proven


# weights


def test_scores_as_they_are_written_are_whole_numbers_of_one_unit() -> None:
    found = Weights.of([1e9, 0.002, 0.001])
    assert (found.whole.tolist(), found.unit, found.exact) == ([10**12, 2, 1], Fraction(1, 1000), True)
    found = Weights.of([200, 300])
    assert (found.whole.tolist(), found.unit) == ([2, 3], Fraction(100))
    found = Weights.of(np.array([Decimal("0.1"), 2, Fraction(1, 3)], dtype=object))
    assert (found.whole.tolist(), found.unit) == ([3, 60, 10], Fraction(1, 30))
    assert [found.text(each) for each in (63, 64)] == ["2.1", "2.13"]


def test_drawn_scores_are_put_on_a_grid_and_say_so() -> None:
    score = np.random.default_rng(1).random(1000)
    found = Weights.of(score)
    assert not found.exact
    assert np.abs(found.score - score).max() <= found.unit / 2
    assert found.unit <= Fraction(1, 1 << 32)
    assert float(found.amount(int(found.whole.sum()))) == pytest.approx(score.sum())


def test_tiers_too_far_apart_for_64_bits_keep_the_order_of_all_sums() -> None:
    random = Random(1)
    folded = 0
    for _ in range(200):
        scores = [random.choice((0, 1, 2, 3, 25)) * 10 ** random.choice((0, 1, 20, 40)) for _ in range(6)]
        found = Weights.of(np.array(scores, dtype=object))
        folded += bool(found.tiers)
        sums = []
        for flags in product((False, True), repeat=6):
            near = int(found.whole[list(flags)].sum())
            real = sum(score for score, on in zip(scores, flags, strict=True) if on)
            assert found.amount(near) == real
            assert found.above(real) == near
            sums.append((real, near))
        asked = random.randrange(max(sums)[0] + 2)
        above = found.above(asked)
        assert all(near <= above for real, near in sums if real <= asked)
        assert all(real <= found.amount(above) for real, near in sums if near <= above)
    assert folded > 50


def test_a_product_of_wishes_is_exact() -> None:
    found = Weights.of([0.1, 0.3]).times(Weights.of([0.7, 0.2]))
    assert found is not None
    assert [found.amount(each) for each in found.whole.tolist()] == [Fraction(7, 100), Fraction(6, 100)]


def test_scores_that_are_replaced_are_not_proven_by_the_weights_of_others() -> None:
    problem = Problem.of([0], [1], np.array([Decimal(2)], dtype=object), tables=[1])
    with pytest.raises(ValueError, match="exact must be of `score`"):
        replace(problem, score=np.array([3.0]))
    assert replace(problem, score=np.array([3.0]), exact=None).weights.amount(1) == 3


# certificates

ROWS = csr_array(np.array([[1, 1, 0], [0, 1, 1], [1, 0, 1]]))  # a triangle: one of three meetings
MOST = np.ones(3)
WEIGHT = np.array([5, 4, 3])


def test_the_bound_of_prices_is_that_of_weak_duality_rounded_down() -> None:
    assert proven_bound(ROWS, MOST, WEIGHT, Leaf(np.array([0, 0, 0]), 0)) == 12
    assert proven_bound(ROWS, MOST, WEIGHT, Leaf(np.array([3, 1, 2]), 0)) == 6
    assert proven_bound(ROWS, MOST, WEIGHT, Leaf(np.array([4, 0, 0]), 0)) == 8
    assert proven_bound(ROWS, MOST, WEIGHT, Leaf(np.array([7, 1, 5]), 1)) == 6  # 6.5
    assert choice_bound(np.array([0, 1, 2]), np.array([1, 2, 0]), np.array([5, 3, 4]), np.ones(3, int), 9,
                        np.array([3, 2, 1]), 0) == 6  # fmt: skip
    assert choice_bound(np.array([0, 1]), np.array([2, 3]), np.array([5, 3]), np.ones(4, int), 1,
                        np.zeros(4, int), 7, 1) == 5  # 3.5, and 3/2 of the first  # fmt: skip


def test_a_tree_bounds_by_its_worst_case() -> None:
    # the first is held (then nothing else), or it is not (then the second)
    few = Leaf(np.array([0, 4, 0, 1]), 0)
    many = Leaf(np.array([4, 0, 3, 2]), 0)
    tree = Branch(np.array([0]), 0, few, many)
    by_hand = max(4 + 4, 4 + 3 - 2 + 0)  # the price of the few is 0 × 1, of the many -1 × 2
    assert proven_bound(ROWS, MOST, WEIGHT, tree) == by_hand
    best_ = Branch(np.array([0]), 0, Leaf(np.array([0, 4, 0, 5]), 0), Leaf(np.array([4, 0, 3, 2]), 0))
    assert proven_bound(ROWS, MOST, WEIGHT, best_) == 5


def test_no_tree_of_any_prices_proves_less_than_the_best() -> None:
    random = Random(1)
    tight = 0
    for _ in range(300):
        columns, rows = random.randint(1, 5), random.randint(1, 4)
        entries = [[random.choice((-1, 0, 1, 1)) for _ in range(columns)] for _ in range(rows)]
        most = [random.randint(-1, 2) for _ in range(rows)]
        weight = [random.randint(0, 9) for _ in range(columns)]
        values = [
            sum(w for w, on in zip(weight, x, strict=True) if on)
            for x in product((0, 1), repeat=columns)
            if all(sum(map(int.__mul__, row, x)) <= m for row, m in zip(entries, most, strict=True))
        ]
        tree = _any_tree(random, columns, rows, random.randint(0, 3))
        table = csr_array(np.array(entries))
        bound = proven_bound(table, np.array(most, dtype=float), np.array(weight), tree)
        if values:
            assert bound >= max(values)
            tight += bound == max(values)
    assert tight > 20


def _any_tree(random: Random, columns: int, rows: int, depth: int) -> Tree:
    if not depth:
        return Leaf(np.array([random.choice((0, 0, random.randint(0, 40))) for _ in range(rows)]), 2)
    some = np.array(random.sample(range(columns), random.randint(1, columns)))
    most = random.randint(0, len(some))
    return Branch(some, most, *(_any_tree(random, columns, rows + 1, depth - 1) for _ in range(2)))


@pytest.mark.parametrize(
    ("tree", "says"),
    [
        (Leaf(np.array([1, -1, 1]), 0), "≥ 0"),
        (Leaf(np.array([1.0, 1.0, 1.0]), 0), "whole numbers"),
        (Leaf(np.array([1, 1, 1]), -1), "≥ 0"),
        (Leaf(np.array([1, 1]), 0), "a price for each of 3 rows"),
        (Leaf(np.array([1 << 61, 1, 1]), 0), "too large"),
        (Leaf(np.array([1, 1, 1]), 60), "too large"),
        (Branch(np.array([0, 0]), 0, Leaf(np.zeros(4, int), 0), Leaf(np.zeros(4, int), 0)), "once"),
        (Branch(np.array([3]), 0, Leaf(np.zeros(4, int), 0), Leaf(np.zeros(4, int), 0)), "of the programme"),
        (Branch(np.array([0]), 0, Leaf(np.zeros(4, int), 0), Leaf(np.zeros(3, int), 0)), "each of 4 rows"),
    ],
)
def test_a_certificate_that_does_not_fit_is_refused(tree: Tree, says: str) -> None:
    with pytest.raises(CertificateError, match=says):
        proven_bound(ROWS, MOST, WEIGHT, tree)


def test_rows_that_are_not_whole_numbers_are_refused() -> None:
    leaf = Leaf(np.zeros(3, dtype=np.int64), 0)
    with pytest.raises(CertificateError, match="whole numbers"):
        proven_bound(ROWS * 0.5, MOST, WEIGHT, leaf)
    with pytest.raises(CertificateError, match="whole numbers"):
        proven_bound(ROWS, MOST * 1.5, WEIGHT, leaf)
    with pytest.raises(CertificateError, match="≥ 0"):
        choice_bound(np.array([0]), np.array([1]), np.array([5]), np.ones(2, int), 1, np.array([-1, 0]), 0)
    with pytest.raises(CertificateError, match="too large"):
        choice_bound(
            np.array([0]), np.array([1]), np.array([5]), np.ones(2, int), 1, np.zeros(2, int), 1 << 62
        )


def test_sums_beyond_64_bits_are_exact() -> None:
    great = np.full(9, (1 << 61) - 1)
    assert certificate.exact_sum(great) == 9 * ((1 << 61) - 1)


def test_who_checks_knows_no_solver() -> None:
    tree = ast.parse(Path(certificate.__file__).read_text(encoding="utf-8"))
    modules = {
        alias.name if isinstance(node, ast.Import) else f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    own = {name for name in modules if not name.startswith(("__future__", "dataclasses", "typing"))}
    assert own == {
        "numpy",
        "scipy.sparse.csr_array",
        "sim.matchmaking.wishes.affinity.FloatArray",
        "sim.matchmaking.wishes.affinity.IntArray",
    }
