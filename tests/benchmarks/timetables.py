"""Timetables of the matchmaking policies on large problems: seconds, value, bound, gap.

`python -m tests.benchmarks.timetables [--case NAME ...] [--policy NAME ...]`

`plain` and `crowd` have no limits of availability, so `optimal` proves a gap of 0; in `scarce` visitors
have few free slots, which is NP-hard in general: there the time-indexed linear programme bounds. In
`anyone` and `few-tables` there are no two sides: what half meetings are worth bounds.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from sim.matchmaking import POLICIES, Problem, solve
from sim.matchmaking.policies.linear import relaxed
from sim.matchmaking.problem.time_indexed import time_indexed

__all__ = ["CASES", "main", "scarce", "simple"]

POPULARITY: Final = 0.9  # Zipf's exponent of the exhibitors
AWAY: Final = 0.7  # of a buyer's slots; of an exhibitor's a third as many


def simple(exhibitors: int, buyers: int, requests: int, slots: int = 12, tables: int = 200) -> Problem:
    """Everybody is there all the time; exhibitors send up to three delegates."""
    random = np.random.default_rng(1)
    a, b = _pairs(random, exhibitors, buyers, requests)
    delegates = np.ones(exhibitors + buyers, dtype=np.int64)
    delegates[:exhibitors] = random.integers(1, 4, exhibitors)
    return Problem.of(
        a,
        b,
        random.random(requests),
        participants=exhibitors + buyers,
        slots=slots,
        tables=tables,
        capacity=delegates,
    )


def scarce(
    exhibitors: int = 600, buyers: int = 3000, requests: int = 20_000, slots: int = 12, seed: int = 1
) -> Problem:
    """Buyers are away in most slots, exhibitors in some; tables are plenty."""
    random = np.random.default_rng(seed)
    a, b = _pairs(random, exhibitors, buyers, requests)
    available = np.ones((exhibitors + buyers, slots), dtype=np.bool_)
    available[:exhibitors] = random.random((exhibitors, slots)) >= AWAY / 3
    available[exhibitors:] = random.random((buyers, slots)) >= AWAY
    return Problem.of(
        a,
        b,
        random.random(requests),
        participants=exhibitors + buyers,
        slots=slots,
        tables=requests,
        available=available,
    )


def anyone(people: int, requests: int, slots: int = 12, tables: int = 5_000) -> Problem:
    """Anyone meets anyone: no two sides, and everybody is there all the time."""
    random = np.random.default_rng(1)
    found = np.empty(0, dtype=np.int64)
    while len(found) < requests:
        one, other = np.sort(random.integers(0, people, (2, requests)), axis=0)
        found = np.unique(np.concatenate((found, (one * people + other)[one < other])))
    a, b = np.divmod(random.permutation(found)[:requests], people)
    return Problem.of(a, b, random.random(requests), participants=people, slots=slots, tables=tables)


def _pairs(
    random: np.random.Generator, exhibitors: int, buyers: int, requests: int
) -> tuple[np.ndarray, np.ndarray]:
    """Different pairs of a buyer, each as likely, and an exhibitor by Zipf's law."""
    weight = 1 / np.arange(1, exhibitors + 1) ** POPULARITY
    found = np.empty(0, dtype=np.int64)
    while len(found) < requests:
        exhibitor = random.choice(exhibitors, requests, p=weight / weight.sum())
        buyer = random.integers(0, buyers, requests)
        found = np.unique(np.concatenate((found, exhibitor * buyers + buyer)))
    exhibitor, buyer = np.divmod(random.permutation(found)[:requests], buyers)
    return exhibitors + buyer, exhibitor


CASES: Final[dict[str, Callable[[], Problem]]] = {
    "plain": lambda: simple(600, 8_000, 60_000),
    "crowd": lambda: simple(600, 100_000, 400_000),
    "anyone": lambda: anyone(10_000, 100_000),
    "anyone-1000": lambda: anyone(100_000, 1_000_000, tables=50_000),
    "few-tables": lambda: anyone(10_000, 100_000, tables=2_000),
    "anyone-10": lambda: anyone(10_000, 10_000, slots=3),
    "scarce": scarce,
    "scarce-2": lambda: scarce(seed=2),
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints a line for each case and policy."""
    parser = argparse.ArgumentParser(description="Times the matchmaking policies, with value, bound and gap.")
    parser.add_argument("--case", nargs="+", choices=sorted(CASES), default=["plain", "crowd", "scarce"])
    parser.add_argument("--policy", nargs="+", default=[name for name in POLICIES if name != "none"])
    options = parser.parse_args(arguments)
    solve(scarce(20, 60, 100), "optimal")  # libraries are loaded
    print(
        f"{'case':11}{'policy':13}{'seconds':>8}{'cpu':>7}{'meetings':>10}{'value':>12}{'bound':>12}{'gap':>8}"
    )
    for case in options.case:
        problem = CASES[case]()
        print(f"{case:11}{problem!r}")
        bound = _linear(problem) if problem.available is not None else None
        for policy in options.policy:
            wall, cpu = time.perf_counter(), time.process_time()
            made = solve(problem, policy)
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
            limit = made.bound if made.bound is not None else bound
            line = f"{case:11}{policy:13}{wall:8.2f}{cpu:7.2f}{made.meetings:10,}{made.value:12,.2f}"
            print(line + (f"{limit:12,.2f}{1 - made.value / limit:8.2%}" if limit else ""), flush=True)


def _linear(problem: Problem) -> float | None:
    """The bound of the time-indexed linear programme."""
    programme = time_indexed(problem)
    found = relaxed(programme, problem.weights.whole[programme.request])
    return None if found is None else float(problem.weights.amount(found.bound))


if __name__ == "__main__":
    main()
