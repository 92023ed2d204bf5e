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
from typing import Final, Literal

from sim.matchmaking.compact.agreed import Agreed, breaks, check_timetable
from sim.matchmaking.compact.exact.counting import narrow
from sim.matchmaking.compact.exact.race import Standing, race
from sim.matchmaking.compact.exact.tightening import MOST_SLOTS, PRICING, tightened
from sim.matchmaking.compact.exact.worker import Task

__all__ = ["Agreed", "BreaksResult", "Status", "breaks", "check_timetable", "least_breaks"]

Status = Literal["optimal", "feasible", "infeasible", "unknown"]

# The contestants, the first alone where only one process is wanted: each search finds its own kind of
# instance easy, the one where the optimum is near what counting says, the other where slots abound.
_CONTESTANTS = (("below", "cadical153"), ("above", "cadical153"))

_TURN: Final = 8.0  # s of the first race; each next is twice as long


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
            Task(problem, narrowed.domains, search, solver, time_limit)
            for search, solver in _CONTESTANTS[:processes]
        ]
        standing = race(tasks, started + time_limit)
    else:
        if faults := check_timetable(problem, begin):
            raise ValueError(f"the timetable to begin with is unsound: {faults[0]}")
        standing = _from(problem, narrowed.domains, tuple(begin), started + time_limit, processes)
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
    domains: tuple[tuple[int, ...], ...],
    begin: tuple[int, ...],
    ends: float,
    processes: int,
) -> Standing:
    """Prices and searches by turns: with each better timetable, prices strike out more slots."""
    total = sum(breaks(problem, begin))
    standing = Standing(problem, begin, total, 0, total == 0)
    size, turn, priced = sum(map(len, domains)), _TURN, -1
    inside = domains
    while not standing.proven and (left := ends - time.monotonic()) > 0:
        assert standing.slots is not None
        assert standing.total is not None
        if standing.total != priced and size <= MOST_SLOTS:
            priced = standing.total
            tight = tightened(problem, standing.slots, priced, seconds=min(left / 4, PRICING))
            standing.bound, inside = max(standing.bound, tight.bound), tight.domains
            standing.proven = priced <= standing.bound
            if standing.proven:
                break
        left = ends - time.monotonic()
        tasks = [
            Task(problem, inside if search == "below" else domains, search, solver, left, standing.slots)
            for search, solver in _CONTESTANTS[:processes]
        ]
        standing = race(tasks, min(ends, time.monotonic() + turn), standing)
        turn *= 2
    return standing


def _status(found: bool, proven: bool) -> Status:
    if proven:
        return "optimal" if found else "infeasible"
    return "feasible" if found else "unknown"
