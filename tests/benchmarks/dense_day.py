"""Breaks on dense days of a hundred meetings and more: found, proven bound, gap, seconds.

`python -m tests.benchmarks.dense_day [--time-limit 60] [--seed 0] [--day NAME ...]`

Each day is drawn slot by slot, so that all its meetings have a timetable with nearly every table taken.
Found and bound are counted anew by code that knows no solver. Ends with 1 if a day is neither proven nor
within 5 % (of so few breaks that is mostly: 0 apart), or if a bound is above what was found.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

import numpy as np

from sim.matchmaking import Problem, violations
from sim.matchmaking.compact.compact import compact

__all__ = ["DAYS", "Day", "main"]

_WITHIN: Final = 0.05
_DRAWS: Final = 500


@dataclass(frozen=True, slots=True)
class Day:
    """So many people, of whom `hosts` only meet the others (0: anyone meets anyone), in slots and tables.

    Everybody is away in a slot with chance `away`.
    """

    people: int
    hosts: int
    slots: int
    tables: int
    meetings: int
    away: float

    def draw(self, name: str, seed: int) -> tuple[Problem, np.ndarray]:
        """The problem, and the timetable that it was drawn by; raises ValueError if there is none."""
        for draw in range(_DRAWS):
            random = Random(f"{name} {seed} {draw}")
            here = [[random.random() >= self.away for _ in range(self.slots)] for _ in range(self.people)]
            held = self._held(random, here)
            if held is not None:
                break
        else:
            raise ValueError(f"{name}: no timetable was drawn in {_DRAWS} tries")
        held.sort(key=lambda _: random.random())
        problem = Problem.of(
            [a for a, _, _ in held],
            [b for _, b, _ in held],
            np.ones(len(held)),
            participants=self.people,
            slots=self.slots,
            tables=self.tables,
            available=np.array(here),
        )
        return problem, np.array([t for _, _, t in held], dtype=np.int64)

    def _held(self, random: Random, here: list[list[bool]]) -> list[tuple[int, int, int]] | None:
        """Meetings with their slots: whoever has few comes first, no two meet twice."""
        number = [self.meetings // self.slots + (t < self.meetings % self.slots) for t in range(self.slots)]
        random.shuffle(number)
        held: list[tuple[int, int, int]] = []
        met: set[tuple[int, int]] = set()
        load = [0] * self.people
        for t, wanted in enumerate(number):
            free = [p for p in range(self.people) if here[p][t]]
            pairs = [
                (random.random() * 4 + load[p] + load[q], p, q)
                for p in free
                for q in free
                if p < q and (p, q) not in met and (not self.hosts or (p < self.hosts) != (q < self.hosts))
            ]
            busy: set[int] = set()
            for _, p, q in sorted(pairs):
                if len(busy) < 2 * wanted and p not in busy and q not in busy:
                    busy |= {p, q}
                    met.add((p, q))
                    held.append((p, q, t))
                    load[p] += 1
                    load[q] += 1
            if len(busy) < 2 * wanted:
                return None
        return held


DAYS: Final = {
    "anyone": Day(people=22, hosts=0, slots=12, tables=9, meetings=108, away=0.0),
    "anyone-away": Day(people=24, hosts=0, slots=12, tables=9, meetings=108, away=0.15),
    "anyone-short": Day(people=30, hosts=0, slots=10, tables=11, meetings=107, away=0.1),
    "anyone-many": Day(people=50, hosts=0, slots=8, tables=14, meetings=107, away=0.2),
    "hosts": Day(people=34, hosts=12, slots=12, tables=10, meetings=107, away=0.1),
    "hosts-long": Day(people=52, hosts=12, slots=14, tables=8, meetings=107, away=0.2),
    "hosts-short": Day(people=40, hosts=15, slots=9, tables=12, meetings=107, away=0.15),
    "hosts-away": Day(people=60, hosts=20, slots=12, tables=9, meetings=107, away=0.4),
}
"""Days of 107 and 108 meetings, with few breaks and with many, tables nearly all taken."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Makes each day compact; what stays apart decides how it ends."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--time-limit", type=float, default=60.0, help="seconds a day (60)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--day", choices=DAYS, action="append", help="only this one; may be repeated")
    options = parser.parse_args(arguments)
    print(f"{'day':14} meetings  found  bound   gap  seconds")
    bad = 0
    for name in options.day or DAYS:
        problem, slot = DAYS[name].draw(name, options.seed)
        begun = time.perf_counter()
        made = compact(problem, slot, exact=True, time_limit=options.time_limit)
        seconds = time.perf_counter() - begun
        same = bool(((made.slot >= 0) == (slot >= 0)).all())
        wrong = not same or violations(problem, made.slot) or made.bound > made.total
        gap = (made.total - made.bound) / max(1, made.total)
        good = not wrong and (made.proven or gap <= _WITHIN)
        bad += not good
        print(
            f"{name:14} {problem.requests:8}  {made.total:5}  {made.bound:5}  {gap:4.0%}  {seconds:7.1f}"
            f"{'  WRONG' if wrong else '' if good else '  apart'}",
            flush=True,
        )
    print(f"{bad} of {len(options.day or DAYS)} days are further apart than {_WITHIN:.0%}")
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
