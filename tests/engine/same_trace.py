"""Random floors played by both engines: are the traces the same, to the last bit?

`python -m tests.engine.same_trace FLOORS [--first SEED] [--drawn FAIRS] [--scenarios] [--mega VISITS] [...]`

Prints each seed whose traces differ, and what is left of the first of these floors once all has been left out
that is not needed to tell the engines apart; the exit status is 1 if any differs. With `--drawn` also so many
random scenarios, built; with `--scenarios` shipped ones, as far as they run in minutes; with `--mega` that
one in proportion to so many visits. With NUMBA_DISABLE_JIT=1 the rules are not compiled. With `--tight` the
compiled engine has so little room that all of it runs out again and again. With `--table`, and of a thousand
floors or more, it prints how often what the engines are compared on has happened; it is a failure if
something has on fewer than one in 200 floors.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from importlib import import_module
from random import Random
from typing import Any, Final

import numpy as np

import sim
from sim.engine import simulate
from sim.expo import Expo
from sim.files.problems import ScenarioError
from sim.floor.arrays import Floor
from sim.floor.contract import FloorError
from sim.floor.trace import Trace
from sim.scenario import Scenario
from tests.benchmarks.scaling import scaled
from tests.engine.happenings import HAPPENINGS, OF_FAIRS, happened, happened_at, told
from tests.random_floors import draw_floor
from tests.random_scenarios import draw_fair
from tests.sources import Replayed, Seeded, Source, smallest

__all__ = ["main", "shown"]

SHIPPED: Final = ("erlang", "quickstart", "hungary-2024", "cisce-2024", "cisce-2023")
MANY: Final = 1_000  # floors, of which each thing is to happen on one in `SELDOM`
SELDOM: Final = 200
SPARE: Final = 1 << 12  # room that is there, and that a tight engine is not told of: an event may need it


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare; 1 if anything differs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("floors", type=int)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--drawn", type=int, default=0, metavar="FAIRS", help="random scenarios too")
    parser.add_argument("--scenarios", action="store_true", help="shipped scenarios too")
    parser.add_argument("--mega", type=int, metavar="VISITS", help="`mega` in proportion too")
    parser.add_argument("--tight", action="store_true", help="as little room as may be")
    parser.add_argument("--seeds", action="store_true", help="say which seeds differ, and no more")
    parser.add_argument("--table", action="store_true", help="print how often what happened")
    asked = parser.parse_args(arguments)
    if asked.tight:
        _tighten()
    tables = asked.table or asked.floors >= MANY
    found, differ = _compare("floors", asked.floors, asked, lambda source: (draw_floor(source), None), tables)
    if tables:
        print(*told(found, HAPPENINGS), sep="\n")
    if asked.floors >= MANY:
        for name in HAPPENINGS:
            if sum(name in each for each in found) < asked.floors / SELDOM:
                print(f"happens too seldom: {name}")
                differ += 1
    if asked.drawn:
        found, others = _compare("drawn scenarios", asked.drawn, asked, _fair, tables)
        differ += others
        if tables:
            print(*told(found, (*HAPPENINGS, *OF_FAIRS)), sep="\n")
    shipped = {name: sim.load(name) for name in SHIPPED if asked.scenarios}
    if asked.mega:
        shipped[f"mega of {asked.mega:,} visits"] = scaled(sim.load("mega"), asked.mega)
    for name, scenario in shipped.items():
        trace, same = _play(sim.build(scenario).floor)
        differ += not same
        print(f"{name}: {'the same trace' if same else 'the traces differ'}, {len(trace.kind):,} rows")
    return int(differ > 0)


Drawn = tuple[Floor, tuple[Scenario, Expo] | None]


def _compare(
    what: str, many: int, asked: argparse.Namespace, draw: Callable[[Source], Drawn], tables: bool
) -> tuple[list[set[str]], int]:
    """Play floors of so many seeds: what happened on each, and on how many the engines differ."""
    found: list[set[str]] = []
    differing: list[list[int]] = []
    none = 0
    for seed in range(asked.first, asked.first + many):
        source = Seeded(Random(seed))
        try:
            floor, fair = draw(source)
        except ScenarioError:
            none += 1
            continue
        trace, same = _play(floor)
        if not same:
            print(f"seed {seed}: the traces differ")
            differing.append(source.noted)
        if tables:
            found.append(happened(floor, trace) | (happened_at(*fair, trace) if fair else set()))
    if differing and not asked.seeds:
        print(f"the smallest of {what} like the first of these on which they do:")
        least = smallest(differing[0], lambda source: _tells(draw, source))
        print(*shown(draw(Replayed(least))[0]), sep="\n")
    cannot = f", {none} that cannot be built" if none else ""
    print(f"{many:,} {what}{cannot}, {len(differing)} differ")
    return found, len(differing)


def _fair(source: Source) -> Drawn:
    """The floor of a drawn scenario."""
    fair = draw_fair(source)
    return fair[1].floor, fair


def _play(floor: Floor) -> tuple[Trace, bool]:
    """What happens, and whether both engines say so."""
    trace = simulate(floor, "simpy")
    return trace, trace.to_bytes() == simulate(floor, "compiled").to_bytes()


def _tells(draw: Callable[[Source], Drawn], source: Source) -> bool:
    """Whether what this draws is a floor that tells the engines apart."""
    try:
        return not _play(draw(source)[0])[1]
    except (ScenarioError, FloorError):
        return False


def _tighten() -> None:
    """Leave the compiled engine hardly any room, as far as it knows."""
    run: Any = import_module("sim.engine.compiled.run")  # as an attribute, it is the function
    state: Any = import_module("sim.engine.compiled.state")
    room, own_rows, put_rows, put = run._room, state._own_rows, run._put, state.State.put

    def put_less(tables: Any, name: str, table: Any) -> None:
        put(tables, name, table)
        if name in ("row", "turn", "event"):
            setattr(tables.head[0], f"{name}_room", len(table) - SPARE)

    run._guess = lambda floor: 0
    run._room = lambda floor: room(floor)._replace(turns=2, events=2)
    run._put = lambda tables, name, rows: put_rows(tables, name, rows + SPARE)
    state.State.put = put_less
    state._own_rows = lambda floor: own_rows(floor) // 2


def shown(floor: Floor) -> Iterator[str]:
    """All that a floor has, a line a table; columns of zeros and of -1 alone are left out."""
    for part in fields(floor):
        table = getattr(floor, part.name)
        if not is_dataclass(table):
            yield f"{part.name}: {table}"
            continue
        columns = {each.name: np.asarray(getattr(table, each.name)) for each in fields(table)}
        told = [f"{name} {column.tolist()}" for name, column in columns.items() if np.any(column > 0)]
        if told:
            yield f"{part.name}: {', '.join(told)}"


if __name__ == "__main__":
    sys.exit(main())
