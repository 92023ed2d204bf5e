"""What a cell costs on a Dask cluster that it does not cost on joblib's workers here.

`python -m tests.benchmarks.cluster [--scenario NAME] [--replications N] [--rounds N]`

A scheduler and two worker processes are started, over TCP on this machine. First cells that nothing is to be
done for: each worker is given the scenario and hands back a cell that was made before. Then the study itself.
Each on joblib's two workers and on the cluster, by turns, after a round that loads what is needed. Told are
the least of the rounds, by the clock and in processor time of all processes together and by part, which
depends less on what others do on the machine; the median of the differences, round by round; and bytes that
go over the network. Both must come to the same numbers.
"""

from __future__ import annotations

import argparse
import hashlib
import pickle
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from tests.benchmarks.engine_speed import machine
from tests.studies.machines import machines

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.studies.cell import Cell

__all__ = ["main"]

WORKERS = 2
PARTS = ("workers", "scheduler", "nannies", "this process")
SAID = {"scheduler": "dask scheduler", "nannies": "dask worker"}  # in the command that began a process


def echo(at: int, _: Scenario, cell: Cell) -> tuple[int, Cell]:
    """What a worker does that does nothing."""
    return at, cell


def nothing_here(scenario: Scenario, cell: Cell, cells: int) -> float:
    """Seconds that so many cells take which joblib's workers do nothing for."""
    from sim.studies.sending import in_workers
    from tests.benchmarks import cluster as here

    begun = time.perf_counter()
    done = in_workers(
        here.echo,
        lambda at: (at, scenario, cell),
        range(cells),
        WORKERS,
        load=list,
        died=lambda at, reason: (at, cell),
    )
    assert sorted(at for at, _ in done) == list(range(cells))
    return time.perf_counter() - begun


def nothing_away(scenario: Scenario, cell: Cell, cells: int, address: str) -> float:
    """The same on the cluster."""
    from sim.studies.cluster import Cluster
    from sim.studies.flow import in_cluster
    from tests.benchmarks import cluster as here

    there = Cluster(address)
    there.client()
    begun = time.perf_counter()
    done = in_cluster(
        there,
        here.echo,
        lambda at: (at,),
        lambda _: ("one", (scenario, cell)),
        range(cells),
        died=lambda at, reason: (at, cell),
        named=str,
    )
    assert sorted(at for at, _ in done) == list(range(cells))
    took = time.perf_counter() - begun
    there.close()
    return took


def study(scenario: Scenario, cells: int, workers: int | str, marks: set[str]) -> float:
    """Seconds of the study itself; a mark of what it comes to is added."""
    import sim

    begun = time.perf_counter()
    results = sim.replicate(scenario, replications=cells, workers=workers, engine="simpy")
    took = time.perf_counter() - begun
    marks.add(hashlib.sha256(repr(results.rows).encode()).hexdigest())
    return took


def by_turns(rounds: int, *what: Callable[[], float]) -> list[list[dict[str, float]]]:
    """Of each round, of each: seconds by the clock, and of processors, by part."""

    def both(each: Callable[[], float]) -> dict[str, float]:
        before = processor_seconds()
        clock = each()
        parts = dict.fromkeys(PARTS, 0.0)
        for process, (part, used) in processor_seconds().items():
            parts[part] += used - before.get(process, (part, 0.0))[1]
        return {"clock": clock, **parts}

    return [[both(each) for each in what] for _ in range(rounds + 1)][1:]


def processor_seconds() -> dict[tuple[int, float], tuple[str, float]]:
    """Of this process and all that it has started, each with its part."""
    import psutil

    me = psutil.Process()
    found = {}
    for each in (me, *me.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            used = each.cpu_times()
            command = " ".join(each.cmdline())
            part = next((part for part, said in SAID.items() if said in command), "workers")
            part = "this process" if each == me else part
            found[each.pid, each.create_time()] = (part, used.user + used.system)
    return found


def told(rounds: list[list[dict[str, float]]], cells: int) -> Iterator[tuple[str, float, float, float]]:
    """Rows of the table, in ms a cell: the least of each, and the median of what is more, round by round.

    What the cluster's processes do while joblib's are at work is not joblib's, and is left out.
    """
    both: list[list[dict[str, float]]] = [[], []]
    for here, away in rounds:
        mine = here | dict.fromkeys(("scheduler", "nannies"), 0.0)
        for to, parts in zip(both, (mine, away), strict=True):
            to.append(parts | {"processors": sum(parts[part] for part in PARTS)})
    for what in ("clock", "processors", *PARTS):
        ours, theirs = ([each[what] / cells * 1e3 for each in of] for of in both)
        more = median(there - here for here, there in zip(ours, theirs, strict=True))
        yield what, min(ours), min(theirs), more


def bytes_of(scenario: Scenario, cells: Sequence[Cell]) -> str:
    """What goes over the network, of a scenario, and of cells that are one task."""
    from sim.studies.abroad import mark, packed
    from sim.studies.task import in_worker

    n = len(cells)
    sent = len(packed(in_worker, (scenario,)))
    task = pickle.dumps((mark(), [(0, (each, each, 200.0)) for each in range(399 - n, 399)]), 5)
    back = pickle.dumps((cells, 1.5), 5)
    per = f"a cell, {n} in a task, there {len(task) // n:,} and what Dask adds, back {len(back) // n:,}"
    return f"bytes: the scenario, once, {sent:,}; {per}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--scenario", default="quickstart")
    parser.add_argument("--replications", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only-nothing", action="store_true", help="leave out the study itself")
    given = parser.parse_args()
    import sim
    from sim.studies.cell import replication_cell

    scenario, n = sim.load(given.scenario), given.replications
    cells = [replication_cell(scenario, each, None, "simpy") for each in range(1, 7)]
    cell = cells[0]
    assert cell.kpis is not None, cell.reason
    marks: set[str] = set()
    with tempfile.TemporaryDirectory() as folder, machines(Path(folder)) as there:
        address = there.address
        rows = {
            "nothing to do": by_turns(
                given.rounds,
                lambda: nothing_here(scenario, cell, n),
                lambda: nothing_away(scenario, cell, n, address),
            )
        }
        if not given.only_nothing:
            rows["the study itself"] = by_turns(
                given.rounds,
                lambda: study(scenario, n, WORKERS, marks),
                lambda: study(scenario, n, address, marks),
            )
            assert len(marks) == 1, "the numbers are not the same"
    print(f"{machine()}, {date.today()}; {given.scenario}, {n} cells, {WORKERS} workers, simpy")
    print(f"{'ms a cell':<34}{'joblib':>10}{'cluster':>10}{'more':>10}")
    for name, found in rows.items():
        for what, here, away, more in told(found, n):
            print(f"{f'{name}, {what}':<34}{here:>10.2f}{away:>10.2f}{more:>+10.2f}")
    print(bytes_of(scenario, cells))


if __name__ == "__main__":
    main()
