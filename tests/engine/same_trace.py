"""Random floors played by both engines: are the traces the same, to the last bit?

`python -m tests.engine.same_trace FLOORS [--first SEED] [--scenarios] [--tight]`

Prints each seed whose traces differ; the exit status is 1 if any does. With `--scenarios` also shipped
scenarios, as far as they run in minutes. With NUMBA_DISABLE_JIT=1 the rules are not compiled. With `--tight`
the compiled engine has so little room that all of it runs out again and again.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from random import Random
from typing import Any

import sim
from sim.engine import simulate
from tests.random_floors import random_floor

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare; 1 if anything differs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("floors", type=int)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--scenarios", action="store_true", help="shipped scenarios too")
    parser.add_argument("--tight", action="store_true", help="as little room as may be")
    asked = parser.parse_args(arguments)
    floors = [(f"seed {seed}", random_floor(Random(seed))) for seed in _seeds(asked.first, asked.floors)]
    if asked.scenarios:
        shipped = ("erlang", "quickstart", "hungary-2024", "cisce-2024", "cisce-2023")
        floors += [(name, sim.build(sim.load(name)).floor) for name in shipped]
    if asked.tight:
        run: Any = import_module("sim.engine.compiled.run")  # as an attribute, it is the function
        room = run._room
        run._guess = lambda floor: 0
        run._room = lambda floor: room(floor)._replace(turns=2, events=2)
        state: Any = import_module("sim.engine.compiled.state")
        own_rows = state._own_rows
        state._own_rows = lambda floor: own_rows(floor) // 2
    differ = 0
    for name, floor in floors:
        if simulate(floor, "simpy").to_bytes() != simulate(floor, "compiled").to_bytes():
            differ += 1
            print(f"{name}: the traces differ")
    print(f"{len(floors):,} floors, {differ} differ")
    return int(differ > 0)


def _seeds(first: int, many: int) -> range:
    return range(first, first + many)


if __name__ == "__main__":
    sys.exit(main())
