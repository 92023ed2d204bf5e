"""How often the search of `tune` finds the known best of three problems, and whether what it tells is true.

    python -m tests.benchmarks.tuning

Of each problem of `tests/decisions/toys.py` 20 seeds: the best (or one that differs by less than matters) is
to be found in 19, within the budget, and the interval of 30 fresh replications to hold the truth in 19.
`tune` tells four values and three differences whose intervals hold together at 95 %, each one at 1 - 5 %/7;
that is the one asked about. The plain 95 % interval is measured beside it.

Seeds 0-19: found 20, 20, 20 (tables, ridge, limited), in 1,143, 231 and 107 runs on average; truth covered
19, 20, 19 as told, and in 97.8, 98.8 and 99.5 % of 400 seeds, where 99.3 are stated. The plain interval held
it in 16, 17 and 19, and in 93.2, 94.2 and 94.2 % of 400: the worth of tables is skewed, and 20 seeds are few.

That the best is taken is proved only where it is an indifference ahead of all others. So it is tried what
becomes of 20 candidates some of which are nearer and may throw it out: of 1,000 seeds one that is an
indifference behind was taken in 18 with none of these, and in 5, 2 and 1 with 1, 3 and 10.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sim.decisions.tune.selecting import select
from sim.statistics.intervals import estimate
from tests.decisions.toys import Limited, Near, Quadratic, Tables

SEEDS = 20
FRESH = range(100_000, 100_030)
LEVELS = (1 - 0.05 / 7, 0.95)  # as `tune` tells four values and three differences; plain


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
) -> None:
    """Print in how many seeds the best was found with its guarantee, and the truth covered; and runs."""
    right, covered = 0, [0, 0]
    runs = []
    for toy, keeps in zip(toys, kept, strict=True):
        found = select(toy.evaluate, len(toy.truth), indifference, budget=budget, kept=keeps, looks=3)
        best = found.order[0]
        near = abs(toy.truth[toy.best] - toy.truth[best]) < indifference
        right += found.guaranteed and (best == toy.best if keeps else near)
        for position, level in enumerate(LEVELS):
            e = estimate(toy.evaluate([best], FRESH)[0], level)
            covered[position] += e.low <= toy.truth[best] <= e.high
        runs.append(found.runs)
    print(
        f"{name:<10} found {right} of {len(toys)}, truth covered {covered[0]} (plain {covered[1]}); "
        f"runs {np.mean(runs):,.0f}, most {max(runs):,} of {budget:,}"
    )


def main() -> None:
    """Try all three."""
    none = [None] * SEEDS
    tried("tables", [Tables(s) for s in range(SEEDS)], Tables.indifference, 4_000, none)
    tried("ridge", [Quadratic(s) for s in range(SEEDS)], 0.9, 4_000, none)
    staffed = [Limited(s) for s in range(SEEDS)]
    tried("limited", staffed, 5.0, 1_000, [limited(toy) for toy in staffed])
    for near in ((), (0.5,), (0.5, 0.5, 0.5), (0.7,) * 10):
        tries = [Near(seed, near) for seed in range(1_000)]
        bad = sum(toy.truth[select(toy.evaluate, 20, 1.0).order[0]] <= -1 for toy in tries)
        print(f"{len(near):2} of 20 near the best: one that is not was taken in {bad} of 1,000")
    for kind in (Tables, Quadratic, Limited):
        toys: list[Toy] = [kind(s) for s in range(400)]
        for level in LEVELS:
            of = [estimate(toy.evaluate([toy.best], FRESH)[0], level) for toy in toys]
            held = np.mean([e.low <= toy.truth[toy.best] <= e.high for e, toy in zip(of, toys, strict=True)])
            print(
                f"{kind.__name__:<10} {100 * level:.1f} % interval: truth held in {100 * held:.1f} % of 400"
            )


if __name__ == "__main__":
    main()
