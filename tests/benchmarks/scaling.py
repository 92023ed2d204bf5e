"""How the cost of a visit grows with the fair: processor time and memory at 10⁴, 10⁵ and 10⁶ visits.

`python -m tests.benchmarks.scaling [VISITS …] [--engine NAME]`

The fair is `mega`, with exhibitors, floor, tables, rooms and activities in proportion to its visits
(`scaled`). Each size is a process of its own, one after another, which has played `quickstart` before, so
that neither imports nor what is compiled once count. Seconds are of the processor, of all threads; memory is
the most that the process had in that stage, in MiB (Linux tells it). A million visits need some GiB and
minutes; `--most-gib` ends a process that would take more.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any, Final, TypeVar

import sim
from sim.scenario import Scenario
from tests.benchmarks.engine_speed import machine
from tests.benchmarks.stages import forget_peak, peak

__all__ = ["STAGES", "main", "scaled", "table"]

STAGES: Final = ("build", "engine", "KPIs")
SIZES: Final = (10_000, 100_000, 1_000_000)

T = TypeVar("T")


def scaled(scenario: Scenario, visits: int) -> Scenario:
    """A fair with so many visits, and all else in proportion: exhibitors, m², tables, activities.

    Lengths go with the square root; rooms and tables have at least one of each, which a small fair has
    more of in proportion. Counts are rounded.
    """
    data = scenario.data
    share = visits / sum(persona.visits for persona in data.visitors.values())

    def count(number: float) -> int:
        return max(1, round(number * share))

    length = math.sqrt(share)
    at: dict[str, Any] = {
        "venue.gross_area_m2": data.venue.gross_area_m2 * share,
        "exhibitors.count": count(data.exhibitors.count),
        "exhibitors.debuts": count(data.exhibitors.debuts),
    }
    exhibitors = data.exhibitors
    if isinstance(exhibitors.countries, int):  # a country each at most
        overseas = round(count(exhibitors.count) * exhibitors.overseas_share)
        at["exhibitors.countries"] = min(exhibitors.countries, overseas + 1)
    for name, hall in data.venue.halls.items():
        for key in ("x_m", "y_m", "width_m", "depth_m"):
            at[f"venue.halls.{name}.{key}"] = getattr(hall, key) * length
        if hall.door_m is not None:
            at[f"venue.halls.{name}.door_m"] = [metres * length for metres in hall.door_m]
    for name, gate in data.venue.gates.items():
        at |= {f"venue.gates.{name}.{key}": getattr(gate, key) * length for key in ("x_m", "y_m")}
        at[f"venue.gates.{name}.lanes"] = count(gate.lanes)
    for name, room in data.venue.rooms.items():
        at[f"venue.rooms.{name}.count"] = count(room.count)
    for name, place in data.venue.catering.items():
        at[f"venue.catering.{name}.seats"] = count(place.seats)
    for name, persona in data.visitors.items():
        at[f"visitors.{name}.visits"] = round(persona.visits * share)
    for name, rule in data.programme.items():
        if rule.per_day:
            at[f"programme.{name}.per_day"] = [count(number) for number in rule.per_day]
    for name, matching in data.matchmaking.items():
        at[f"matchmaking.{name}.tables"] = count(matching.tables)
        at[f"matchmaking.{name}.requests"] = count(matching.requests)
    return scenario.replace(**at)


def measured(visits: int, engine: str) -> dict[str, Any]:
    """Seconds and MiB of each stage at this size, in this process."""
    from sim.engine import simulate
    from sim.expo import build
    from sim.statistics.result import Result

    stages: dict[str, tuple[float, float]] = {}

    def timed(stage: str, call: Callable[[], T]) -> T:
        forget_peak()
        start = time.process_time()
        made = call()
        stages[stage] = (time.process_time() - start, peak())
        return made

    small = sim.load("quickstart")
    expo = build(small)
    Result(expo, simulate(expo.floor, engine), small, engine).kpis  # noqa: B018
    whole = sim.load("mega")
    asked = scaled(whole, visits) if visits != 1_000_000 else whole
    expo = timed("build", partial(build, asked))
    trace = timed("engine", partial(simulate, expo.floor, engine))
    result = Result(expo, trace, asked, engine)
    kpis = timed("KPIs", lambda: result.kpis)
    return {
        "stages": stages,
        "visits": round(kpis["visits.people"]),
        "exhibitors": int(expo.exhibitors.direct.sum()),
        "rows": len(trace.kind),
    }


def table(sizes: Sequence[dict[str, Any]]) -> list[str]:
    """A Markdown table: a row a size; µs of processor time a visit of each stage, and the most memory.

    A visit to a larger fair has fewer stops, as walks are longer: the time a row of the trace stands beside,
    which that does not flatter.
    """
    heads = "".join(f" {stage} |" for stage in STAGES)
    lines = [
        f"| visits | exhibitors | rows |{heads} all | to the first | a row | to the first | all, s | MiB |"
    ]
    lines.append("|---:" * (9 + len(STAGES)) + "|")
    first = first_row = 0.0
    for size in sizes:
        seconds = [size["stages"][stage][0] for stage in STAGES]
        each = sum(seconds) / size["visits"]
        first = first or each
        row = sum(seconds) / size["rows"]
        first_row = first_row or row
        cells = [f"{size[key]:,}" for key in ("visits", "exhibitors", "rows")]
        cells += [f"{1e6 * taken / size['visits']:.1f}" for taken in (*seconds, sum(seconds))]
        cells += [f"{each / first:.2f}", f"{1e6 * row:.1f}", f"{row / first_row:.2f}", f"{sum(seconds):.1f}"]
        cells.append(f"{max(mib for _, mib in size['stages'].values()):,.0f}")
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("visits", nargs="*", type=int, default=SIZES)
    parser.add_argument("--engine", default="compiled")
    parser.add_argument("--most-gib", type=float, default=20, help="of address space, a process")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.one:
        most = int(options.most_gib * 2**30)
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        print(json.dumps(measured(options.visits[0], options.engine)))
        return 0
    found = []
    for visits in options.visits:
        command = [sys.executable, "-m", "tests.benchmarks.scaling", str(visits), "--one"]
        command += ["--engine", options.engine, "--most-gib", str(options.most_gib)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env={**os.environ})
        found.append(json.loads(done.stdout.splitlines()[-1]))
    print(f"mega in proportion, one replication, engine {options.engine}; {date.today()}, {machine()}\n")
    print("\n".join(table(found)))
    print("\nstages and all: µs of processor time a visit; a row: µs a row of the trace")
    return 0


if __name__ == "__main__":
    sys.exit(main())
