"""The timetable of agreed meetings with the fewest breaks, proven.

>>> agreed = Agreed.of([(0, 1), (0, 2), (1, 2)], slots=4, tables=1)
>>> result = least_breaks(agreed)
>>> result.status, result.total
('optimal', 1)
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sim.matchmaking.compact.agreed import Agreed, breaks, check_timetable
from sim.matchmaking.compact.exact.counting import narrow
from sim.matchmaking.compact.exact.left import Left
from sim.matchmaking.compact.exact.race import Standing, race
from sim.matchmaking.compact.exact.tightening import MOST_SLOTS, PRICING, Tightened, tightened
from sim.matchmaking.compact.exact.worker import Task

__all__ = ["Agreed", "BreaksResult", "Status", "breaks", "check_timetable", "least_breaks"]

Status = Literal["optimal", "feasible", "infeasible", "unknown"]

# The contestants, the first alone where only one process is wanted: each search finds its own kind of
# instance easy, the one where the optimum is near what counting says, the other where slots abound.
_CONTESTANTS = (("below", "cadical153"), ("above", "cadical153"))


@dataclass(frozen=True, slots=True, kw_only=True)
class BreaksResult:
    """A timetable and what is proven of it.

    `status`: "optimal", no timetable has fewer breaks; "feasible", the time was up and there may be a
    better one; "infeasible", there is none, with the `reason` where counting alone shows it;
    "unknown", none was found in time. `slots[m]` is the slot of meeting m and `breaks[p]` the number
    of breaks of participant p (both None if there is no timetable). Every timetable has at least
    `bound` breaks in all. `seconds` is the time it took.
    """

    status: Status
    slots: tuple[int, ...] | None
    breaks: tuple[int, ...] | None
    bound: int
    seconds: float
    reason: str | None = None

    @property
    def total(self) -> int | None:
        """Breaks of all participants together."""
        return None if self.breaks is None else sum(self.breaks)

    def __repr__(self) -> str:
        said = f"{self.status}, {self.seconds:.1f} s"
        if self.total is not None:
            said = f"{self.total} breaks (at least {self.bound}), {said}"
        return f"BreaksResult({said}{'' if self.reason is None else ': ' + self.reason})"


def least_breaks(
    problem: Agreed, *, time_limit: float = 120.0, processes: int = 2, begin: Sequence[int] | None = None
) -> BreaksResult:
    """Give every meeting a slot so that the breaks of all participants together are fewest.

    Searches in `processes` processes (1 or 2) for at most `time_limit` seconds of the clock, and ends
    with the best timetable known then. The same problem has the same least number, but which of the
    timetables that have it is given depends on who wins the race.

    With a sound timetable to `begin` with, the slot of each meeting, prices come first: they prove a bound
    in whole numbers, and which slots nothing better has (`sim.matchmaking.compact.exact.tightening`).

    Raises ValueError if `processes` is neither, or `begin` is unsound.
    """
    if not 1 <= processes <= len(_CONTESTANTS):
        raise ValueError(f"processes must be 1 or {len(_CONTESTANTS)}, not {processes}")
    started = time.monotonic()
    narrowed = narrow(problem)
    if narrowed.reason is not None:
        seconds = time.monotonic() - started
        return BreaksResult(
            status="infeasible", slots=None, breaks=None, bound=0, seconds=seconds, reason=narrowed.reason
        )
    if begin is None:
        tasks = [
            Task(problem, Left.of(problem, narrowed.domains), search, solver, time_limit)
            for search, solver in _CONTESTANTS[:processes]
        ]
        standing = race(tasks, started + time_limit)
    else:
        if faults := check_timetable(problem, begin):
            raise ValueError(f"the timetable to begin with is unsound: {faults[0]}")
        standing = _from(
            problem, Left.of(problem, narrowed.domains), tuple(begin), started + time_limit, processes
        )
    found = standing.slots is not None
    return BreaksResult(
        status=_status(found, standing.proven),
        slots=standing.slots,
        breaks=None if standing.slots is None else breaks(problem, standing.slots),
        bound=standing.bound,
        seconds=time.monotonic() - started,
    )


def _from(
    problem: Agreed,
    every: Left,
    begin: tuple[int, ...],
    ends: float,
    processes: int,
) -> Standing:
    """One number of breaks after the other, from what prices prove on.

    For each, prices strike out what no timetable of so few breaks has. That leaves little, and is often
    all: then there is none (destructive bounds: Klein and Scholl, EJOR 112, 1999). Otherwise one search
    asks whether what is left holds one of so few, while the other makes the known timetable better.
    """
    total = sum(breaks(problem, begin))
    standing = Standing(problem, begin, total, 0, total == 0)
    priced = sum(map(len, every.domains)) <= MOST_SLOTS
    tight: Tightened | None = None
    while not standing.proven and (left := ends - time.monotonic()) > 0:
        assert standing.slots is not None
        assert standing.total is not None
        most, inside, asked = standing.total - 1, every, None
        if priced:
            first = tight is None
            most = most if first else standing.bound
            tight = tightened(problem, standing.slots, most + 1, seconds=min(left / 4, PRICING), after=tight)
            standing.bound = max(standing.bound, tight.bound)
            standing.proven = standing.total <= standing.bound
            if first or standing.bound > most:
                continue
            inside, asked = tight.left, most
        left = max(0.0, ends - time.monotonic())
        below = Task(problem, inside, *_CONTESTANTS[0], left, most=asked)
        above = Task(problem, every, *_CONTESTANTS[1], left, begin=standing.slots)
        standing = race([below, above][:processes], ends, standing, most + 1)
    return standing


def _status(found: bool, proven: bool) -> Status:
    if proven:
        return "optimal" if found else "infeasible"
    return "feasible" if found else "unknown"
