"""Proofs tried: thousands of random problems, weights over twelve orders of magnitude, each against CP-SAT.

`python -m tests.benchmarks.proofs [--cases N] [--seed N]`

Prints how many timetables were called proven, how many were the best, and every false word; ends with 1
if there is any.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from random import Random

from sim.matchmaking import solve
from tests.matchmaking.proofs import best, random_problem, standing, wrong

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Tries the cases; the number of false proofs decides how it ends."""
    parser = argparse.ArgumentParser(description="Tries the proofs of timetables on random problems.")
    parser.add_argument("--cases", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=0, help="of the first case")
    options = parser.parse_args(arguments)
    proven = found = false = 0
    seconds = 0.0
    for seed in range(options.seed, options.seed + options.cases):
        problem = random_problem(Random(seed))
        begun = time.perf_counter()
        made = solve(problem, "optimal")
        seconds += time.perf_counter() - begun
        right = best(problem)
        said = wrong(problem, made, right)
        proven += made.proven
        found += standing(problem, made.slot) == right
        if said is not None:
            false += 1
            print(f"seed {seed}: {said}", flush=True)
        elif not made.proven:
            print(f"seed {seed}: not proven, {made!r}, bound {made.whole_bound}, unsettled {made.unsettled}")
    print(
        f"{options.cases:,} cases: {found:,} are the best, {proven:,} are proven, {false:,} false proofs; "
        f"{1000 * seconds / max(options.cases, 1):.1f} ms each"
    )
    return 1 if false else 0


if __name__ == "__main__":
    raise SystemExit(main())
