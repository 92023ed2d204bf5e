"""The hand-worked cases of all rules, played by the compiled engine.

`python -m tests.engine.rules_compiled [OPTIONS OF PYTEST]`

Prints how many floors it played; the exit status is pytest's. With NUMBA_DISABLE_JIT=1 the rules are not
compiled. Random floors do not find every rule: a seat that stays held once its holder sits shows on one in
sixty, a tolerance that goes beyond the last moment to begin on one in a thousand.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import sim.engine
from sim.engine import Trace
from sim.engine.processes import ExpoFloor
from sim.floor.arrays import Floor

__all__ = ["main"]


def main() -> int:
    """Run the cases; how pytest ended."""
    simulate, played = sim.engine.simulate, 0

    def compiled(floor: Floor, engine: str | type[ExpoFloor] = "compiled") -> Trace:
        nonlocal played
        played += 1
        return simulate(floor, engine)

    sim.engine.simulate = compiled  # before the tests take it by its name
    cases = [str(path) for path in sorted(Path(__file__).parent.glob("test_rules_*.py"))]
    ended = pytest.main(["-q", "-p", "no:cacheprovider", *sys.argv[1:], *cases])
    print(f"{played} floors played by the compiled engine")
    return int(ended)


if __name__ == "__main__":
    sys.exit(main())
