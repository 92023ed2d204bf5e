"""Checking a scenario is instant: nothing heavy is loaded for it."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("numpy", "scipy", "pandas", "simpy", "ortools", "matplotlib", "joblib", "pyarrow")

CHECK = """
import sys, time
from sim.scenario import load
load("quickstart")
print(time.process_time())
print(*[name for name in sys.argv[1:] if name in sys.modules])
"""


def test_a_scenario_is_loaded_without_the_heavy_libraries_and_within_its_budget() -> None:
    run = [sys.executable, "-c", CHECK, *HEAVY]
    tries = [
        subprocess.run(run, capture_output=True, text=True, check=True).stdout.split("\n") for _ in range(3)
    ]
    assert [loaded for _, loaded, _ in tries] == [""] * 3
    assert min(float(seconds) for seconds, _, _ in tries) < 0.6  # the budget of `exposim check`, in CPU
