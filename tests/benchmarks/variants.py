"""What a cell of a study of variants costs beside a run alone, and what sharing gains.

`python -m tests.benchmarks.variants [--scenario NAME] [--replications N] [--engine NAME]`

Twenty numbers of tables, then policies and numbers of staff, over the same replications, in this process; and
needs of firms, which only matter after the expo.
Each cell is run twice, side by side: alone, as `sim.run` does, and with what the cells before it came to.
CPU seconds (user and system) and seconds by the clock, means a cell, KPIs read; both sides must come to the
same KPIs and the same trace. A first run, which imports and compiles, is not counted.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from datetime import date

import numpy as np

import sim
from sim.expo import Shared
from sim.scenario import Scenario
from sim.statistics import Result
from tests.benchmarks.engine_speed import machine

__all__ = ["main"]

STAFF = "exhibitors.mean_staff"


def _timed(
    scenario: Scenario, replication: int, engine: str, shared: Shared | None
) -> tuple[Result, list[float]]:
    cpu, clock = time.process_time(), time.perf_counter()
    result = sim.run(scenario, replication=replication, engine=engine, shared=shared)
    assert result.row
    return result, [time.process_time() - cpu, time.perf_counter() - clock]


def compare(variants: Sequence[Scenario], replications: int, engine: str) -> np.ndarray:
    """CPU seconds and clock seconds: (alone or shared, cells, 2)."""
    shared, found = Shared(), []
    for replication in range(replications):
        for variant in variants:
            alone, first = _timed(variant, replication, engine, None)
            other, second = _timed(variant, replication, engine, shared)
            assert alone.trace.to_bytes() == other.trace.to_bytes()
            assert repr(alone.row) == repr(other.row)
            found.append((first, second))
    return np.array(found).swapaxes(0, 1)


def main() -> None:
    """Print a line for each kind of variants."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--scenario", default="hungary-2024")
    parser.add_argument("--replications", type=int, default=10)
    parser.add_argument("--engine", default="auto")
    given = parser.parse_args()
    scenario = sim.load(given.scenario)
    name = next(iter(scenario.data.matchmaking))
    policies = ("greedy", "optimal", "fair", "stable")
    kinds: dict[str, list[dict[str, object]]] = {
        "20 numbers of tables": [{f"matchmaking.{name}.tables": n} for n in range(2, 22)],
        "4 policies": [{f"matchmaking.{name}.policy": policy} for policy in policies],
        "5 numbers of staff": [{STAFF: n} for n in (3, 4, 5, 6, 7)],
        "5 shares that return": [{"behaviour.return_share": n / 10} for n in range(5)],
        "5 numbers of needs": [{"outcomes.needs": n} for n in range(5)],
    }
    _timed(scenario, 0, given.engine, None)
    print(f"{machine()}, {date.today()}; {scenario.name}, {given.replications} replications, {given.engine}")
    print("means a cell, ms      alone: CPU clock   shared: CPU clock   ratio: CPU clock")
    for kind, changes in kinds.items():
        variants = [scenario.replace(**change) for change in changes]
        alone, shared = compare(variants, given.replications, given.engine).mean(axis=1) * 1000
        sides = "   ".join(" ".join(f"{value:6.0f}" for value in side) for side in (alone, shared))
        print(f"{kind:22s} {sides}   " + " ".join(f"{value:5.2f}" for value in alone / shared))


if __name__ == "__main__":
    main()
