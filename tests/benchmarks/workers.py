"""What a second worker gains: the same study on one, two and three workers, by turns.

`python -m tests.benchmarks.workers [--scenario NAME] [--replications N] [--rounds N] [--engine NAME]`

Forty replications of `hungary-2024`, each study in a process of its own, which begins with `import sim`:
seconds by the clock and CPU seconds of it and its workers, the median of the rounds; then where the time of
two goes: what a worker takes to start (imports), and a replication in one process while another is run beside
it. All numbers of workers must come to the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import time
from datetime import date
from statistics import median
from typing import Any

from tests.benchmarks.engine_speed import machine

__all__ = ["main"]

WORKERS = (1, 2, 3)


def study(scenario: str, replications: int, workers: int, engine: str) -> dict[str, Any]:
    """Run a study in this process; what it took and came to."""
    start = time.perf_counter()
    import sim

    results = sim.replicate(scenario, replications=replications, workers=workers, engine=engine)
    clock = time.perf_counter() - start
    if workers > 1:  # or the time of its workers is not told
        from joblib.externals.loky import get_reusable_executor

        get_reusable_executor().shutdown(wait=True)
    used = os.times()
    mark = hashlib.sha256(repr(results.rows).encode()).hexdigest()
    cpu = used.user + used.system + used.children_user + used.children_system
    return {"clock": clock, "cpu": cpu, "mark": mark, "engine": results.engine}


def lone(scenario: str, replications: int, engine: str) -> dict[str, Any]:
    """Replications one after the other in this process: seconds until the first can begin, and of each."""
    start = time.perf_counter()
    import sim
    from sim.studies.cell import replication_cell

    loaded = sim.load(scenario)
    replication_cell(loaded, 0, None, engine, b"")
    begins = time.perf_counter() - start
    each = []
    for replication in range(1, replications):
        start = time.perf_counter()
        replication_cell(loaded, replication, None, engine, b"")
        each.append(time.perf_counter() - start)
    return {"begins": begins, "each": median(each)}


def _begun(*arguments: object) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", __spec__.name, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE)


def _told(process: subprocess.Popen[bytes]) -> dict[str, Any]:
    out, _ = process.communicate()
    if process.returncode:
        raise SystemExit(f"{process.args!r} failed")
    told: dict[str, Any] = json.loads(out)
    return told


def main() -> None:
    """Print the table; or, as one of its processes, what this one measured."""
    if sys.argv[1:2] == ["study"]:
        print(json.dumps(study(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5])))
        return
    if sys.argv[1:2] == ["lone"]:
        print(json.dumps(lone(sys.argv[2], int(sys.argv[3]), sys.argv[4])))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--scenario", default="hungary-2024")
    parser.add_argument("--replications", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--engine", default="auto")
    given = parser.parse_args()
    what = (given.scenario, given.replications)
    found: dict[int, list[dict[str, Any]]] = {workers: [] for workers in WORKERS}
    for _ in range(given.rounds):
        for workers, measured in found.items():
            measured.append(_told(_begun("study", *what, workers, given.engine)))
    marks = {each["mark"] for measured in found.values() for each in measured}
    assert len(marks) == 1, "the numbers depend on the number of workers"
    played = f"{given.scenario}, {given.replications} replications, {found[1][0]['engine']}"
    print(f"{machine()}, {date.today()}; {played}")
    print("workers  clock s  CPU s  times one worker")
    one = median(each["clock"] for each in found[1])
    for workers, measured in found.items():
        clock, cpu = (median(each[name] for each in measured) for name in ("clock", "cpu"))
        print(f"{workers:7d} {clock:8.2f} {cpu:6.1f} {one / clock:17.2f}")
    alone = _told(_begun("lone", given.scenario, 8, given.engine))
    beside = [_begun("lone", given.scenario, 8, given.engine) for _ in range(2)]
    both = [_told(each) for each in beside]
    print(f"a process has done its first after {alone['begins']:.2f} s, each other in {alone['each']:.3f} s")
    begins, each = (median(told[name] for told in both) for name in ("begins", "each"))
    print(f"with another beside it: {begins:.2f} s, {each:.3f} s ({each / alone['each']:.2f} times as long)")


if __name__ == "__main__":
    main()
