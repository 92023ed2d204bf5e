"""Published timetables made again after a cancellation, an arrival, a table less: seconds, changes, proof.

`python -m tests.benchmarks.replanning [--meetings 400] [--seed 1 ...] [--keep times ...]`

A fair of hosts and guests who are not always there is arranged by `optimal`. In `full` nearly every table is
taken in every slot, so that whoever has to move moves others; in `roomy` a fifth of them is free. Then one
thing changes, or all at once:

- cancelled: a guest does not come at all;
- away: another one cannot come to one of his meetings' slots;
- arrived: a new guest wants ten hosts;
- table: there is one table less in every slot.

The exit status is 1 if a timetable is unsound, changes are miscounted, or one takes over five seconds or is
not proven.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from sim.matchmaking import Problem, solve, violations
from sim.matchmaking.policies.timetable import Timetable
from sim.matchmaking.replan.published import Published, What
from sim.matchmaking.replan.replan import KEEPS, Keep, Replanned, replan

__all__ = ["EVENTS", "fair", "faults", "later", "main"]

EVENTS = ("nothing", "cancelled", "away", "arrived", "table", "all")
SECONDS = 5.0
SLOTS = 14
ASKED = 10  # hosts that a new guest wants


def fair(meetings: int, seed: int, *, roomy: bool) -> Problem:
    """Requests of guests for hosts, twice as many as there are meetings."""
    random = np.random.default_rng(seed)
    tables = -(-meetings // SLOTS)
    hosts, guests = 2 * tables, 4 * tables
    requests = min(2 * meetings, hosts * guests)
    pairs = random.permutation(hosts * guests)[:requests]
    available = np.empty((hosts + guests, SLOTS), dtype=np.bool_)
    available[:hosts] = random.random((hosts, SLOTS)) >= 0.1
    available[hosts:] = random.random((guests, SLOTS)) >= 0.3
    most = np.full(hosts + guests, SLOTS)
    most[hosts:] = 4
    return Problem.of(
        hosts + pairs % guests,
        pairs // guests,
        random.integers(1, 6, requests),
        participants=hosts + guests,
        slots=SLOTS,
        tables=tables + (tables + 3) // 4 * roomy,
        most=np.where(np.arange(hosts + guests) < hosts, -(-meetings // hosts) if roomy else SLOTS, most),
        available=available,
    )


def later(problem: Problem, made: Timetable, event: str) -> tuple[Problem, Published]:
    """The problem after an event, and what had been published."""
    available, tables = np.array(problem.available), problem.tables.copy()
    guests = problem.a[np.flatnonzero(made.slot >= 0)]
    if event in ("cancelled", "all"):
        available[guests[7]] = False
    if event in ("away", "all"):
        other = np.flatnonzero((made.slot >= 0) & (problem.a != guests[7]))[11]
        available[problem.a[other], made.slot[other]] = False
    if event in ("table", "all"):
        tables -= 1
    slot, table = made.slot, made.table
    after = replace(problem, available=available, tables=tables)
    if event in ("arrived", "all"):
        n, new = problem.participants, np.arange(ASKED)
        after = Problem.of(
            np.append(after.a, np.full(ASKED, n)),
            np.append(after.b, new),
            np.append(after.weights.whole, np.full(ASKED, 5)),
            participants=n + 1,
            tables=tables,
            most=np.append(after.most, 4),
            available=np.vstack((available, np.ones((1, SLOTS), dtype=np.bool_))),
        )
        none = np.full(ASKED, -1)
        slot, table = np.append(slot, none), np.append(table, none)
    return after, Published.of(after, slot, table)


def faults(problem: Problem, published: Published, found: Replanned) -> Iterator[str]:
    """What is wrong with an answer, by code that knows no solver."""
    made = found.timetable
    yield from violations(problem, made.slot, made.table)
    held = published.held
    moved = held & (made.slot >= 0) & (made.slot != published.slot)
    counts = {
        What.MOVED: moved,
        What.CANCELLED: held & (made.slot < 0),
        What.NEW: ~held & (made.slot >= 0),
        What.RESEATED: held & (made.slot == published.slot) & (made.table != published.table),
    }
    for what, mine in counts.items():
        if found.changes.count(what) != mine.sum():
            yield f"{what.name.lower()}: said {found.changes.count(what)}, counted {mine.sum()}"
    people = np.union1d(problem.a[moved], problem.b[moved])
    if len(people) < found.people:
        yield f"moves {len(people)} people, fewer than proven"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a table: 1 if any answer is wrong, late or unproven."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--meetings", type=int, default=400)
    parser.add_argument("--seed", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--keep", nargs="+", choices=KEEPS, default=["times"])
    options = parser.parse_args(arguments)
    print("case   seed event      keep      meetings people moved tables cancelled  new seconds")
    bad = 0
    solve(fair(28, 1, roomy=True), "optimal")  # libraries are loaded
    for roomy in (False, True):
        for seed in options.seed:
            problem = fair(options.meetings, seed, roomy=roomy)
            made = solve(problem, "optimal")
            for event in EVENTS:
                for keep in options.keep:
                    bad += _one("roomy" if roomy else "full", seed, problem, made, event, keep)
    print(f"{bad} of them wrong, not proven, or over {SECONDS:g} s")
    return 1 if bad else 0


def _one(case: str, seed: int, problem: Problem, made: Timetable, event: str, keep: Keep) -> bool:
    after, published = later(problem, made, event)
    begun = time.perf_counter()
    found = replan(after, published, keep=keep)
    seconds = time.perf_counter() - begun
    wrong = list(faults(after, published, found))
    of = found.changes
    print(
        f"{case:6}{seed:5} {event:10} {keep:9}{int(published.held.sum()):9,}{len(of.people(What.MOVED)):7}"
        f"{of.count(What.MOVED):6}{of.count(What.RESEATED):7}{of.count(What.CANCELLED):10}"
        f"{of.count(What.NEW):5}{seconds:8.2f}  {wrong[0] if wrong else found.claim}",
        flush=True,
    )
    return bool(wrong) or seconds > SECONDS or found.claim != "proven"


if __name__ == "__main__":
    sys.exit(main())
