"""How often the search of `tune` finds the known best of three problems, and whether what it tells is true.

    python -m tests.benchmarks.tuning

Of each problem of `tests/decisions/toys.py` 20 seeds: the best (or one that differs by less than matters) is
to be found in 19, within the budget, and the 95 % interval of 30 fresh replications is to hold the truth in 19.
FIGURES
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sim.decisions.selecting import select
from sim.statistics.intervals import estimate
from tests.decisions.toys import Limited, Quadratic, Tables

SEEDS = 20
FRESH = range(100_000, 100_030)


class Toy(Protocol):
    """A problem of which the best is known."""

    truth: list[float]
    best: int

    def evaluate(self, which: Sequence[int], numbers: range) -> NDArray[np.float64]:
        """What candidates come to."""


def limited(toy: Limited) -> Callable[[int, int], bool | None]:
    """Whether the wait of a candidate is under 2, each look at a level that allows for all."""

    def kept(at: int, n: int) -> bool | None:
        e = estimate(toy.wait(at, n), 1 - 2 * 0.05 / (2 * len(toy.staff) * 3), low=0.0)
        return True if e.high < 2 else False if e.low >= 2 else None

    return kept


def tried(
    name: str,
    toys: Sequence[Toy],
    indifference: float,
    budget: int,
    kept: Sequence[Callable[[int, int], bool | None] | None],
) -> tuple[int, int, int, int]:
    """In how many seeds the best was found with its guarantee and the truth covered; most and mean runs."""
    right = covered = 0
    runs = []
    for toy, keeps in zip(toys, kept, strict=True):
        found = select(toy.evaluate, len(toy.truth), indifference, budget=budget, kept=keeps, looks=3)
        best = found.order[0]
        near = abs(toy.truth[toy.best] - toy.truth[best]) < indifference
        right += found.guaranteed and (best == toy.best if keeps else near)
        e = estimate(toy.evaluate([best], FRESH)[0])
        covered += e.low <= toy.truth[best] <= e.high
        runs.append(found.runs)
    print(
        f"{name:<10} found {right} of {len(toys)}, truth covered {covered}; runs {np.mean(runs):,.0f}, "
        f"most {max(runs):,} of {budget:,}"
    )
    return right, covered, max(runs), round(float(np.mean(runs)))


def main() -> None:
    """Try all three."""
    none = [None] * SEEDS
    tried("tables", [Tables(s) for s in range(SEEDS)], Tables.indifference, 4_000, none)
    tried("ridge", [Quadratic(s) for s in range(SEEDS)], 0.9, 4_000, none)
    staffed = [Limited(s) for s in range(SEEDS)]
    tried("limited", staffed, 5.0, 1_000, [limited(toy) for toy in staffed])


if __name__ == "__main__":
    main()
