"""What a request that is not held clashes with: meetings that alone keep it out of every slot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.matchmaking.problem.problem import UNSCHEDULED, Problem
from sim.matchmaking.problem.violations import violations
from sim.matchmaking.wishes.affinity import IntArray

__all__ = ["Clash", "Clashes"]

_MOST: Final = 3_000  # timetables looked at for rules beyond calendars and tables
_WORK: Final = 10_000_000  # and the requests in all of them


@dataclass(frozen=True, slots=True)
class Clash:
    """Why a request cannot be added to a timetable, slot by slot.

    With the meetings `rows` (requests) and all those of the slots `full` alone, it can be held in no slot.
    `full` are those in which it lacks a table.
    """

    rows: tuple[int, ...]
    full: tuple[int, ...] = ()


class Clashes:
    """What the requests that a timetable does not hold clash with.

    `slot` (requests,) must keep the rules; -1 is not held.
    """

    def __init__(self, problem: Problem, slot: IntArray) -> None:
        self._problem, self._slot = problem, slot
        self._held = np.bincount(slot[slot != UNSCHEDULED], minlength=problem.slots).tolist()
        self._room = problem.room.tolist()
        self._tables: list[int] = problem.tables.tolist()
        self._at: dict[tuple[int, int], list[int]] = {}  # by participant and slot
        self._of: dict[int, list[int]] = {}
        self._in: dict[int, list[int]] = {}
        request, who = problem.attending
        for k, i in zip(request.tolist(), who.tolist(), strict=True):
            if slot[k] != UNSCHEDULED:
                self._at.setdefault((i, int(slot[k])), []).append(k)
                self._of.setdefault(i, []).append(k)
        for k in np.flatnonzero(slot != UNSCHEDULED).tolist():
            self._in.setdefault(int(slot[k]), []).append(k)
        self._people: dict[int, list[int]] = {}
        for k, i in zip(request.tolist(), who.tolist(), strict=True):
            self._people.setdefault(k, []).append(i)
        self._left = min(_MOST, _WORK // max(1, problem.requests))

    def of(self, request: int) -> Clash | None:
        """What this request clashes with; None if it could be added, is vetoed, or that takes too long."""
        problem, people = self._problem, self._people[request]
        if problem.veto is not None and problem.veto[request]:
            return None
        if problem.alternatives is not None and problem.alternatives[request] != UNSCHEDULED:
            offers = problem.alternatives == problem.alternatives[request]
            held = np.flatnonzero(offers & (self._slot != UNSCHEDULED)).tolist()
            if held:
                return Clash(tuple(held))
        for i in people:
            held = self._of.get(i, [])
            if len(held) >= problem.most[i]:
                return Clash(tuple(sorted(held)))
        rows: dict[int, None] = {}
        full = []
        fixed = UNSCHEDULED if problem.fixed is None else int(problem.fixed[request])
        for t in range(problem.slots) if fixed == UNSCHEDULED else [fixed]:
            if not self._tables[t] or not all(self._room[i][t] for i in people):
                continue
            found = self._busy(request, t)
            if found is None and self._held[t] >= self._tables[t]:
                full.append(t)
            else:
                found = self._by_rules(request, t) if found is None else found
                if found is None:
                    return None
                rows |= dict.fromkeys(found)
        return Clash(tuple(sorted(rows)), tuple(full))

    def within(self, slot: int) -> list[int]:
        """The meetings of a slot."""
        return self._in.get(slot, [])

    def _busy(self, request: int, t: int) -> list[int] | None:
        """The meetings that one side has in a slot, if it can have no more."""
        for i in self._people[request]:
            held = self._at.get((i, t), [])
            if len(held) >= self._room[i][t]:
                return held
        return None

    def _by_rules(self, request: int, t: int) -> list[int] | None:
        """Fewest meetings, in that each of them is needed, with which the rules forbid this one in a slot."""
        problem = self._problem
        near = {k for i in self._people[request] for k in self._of.get(i, [])}
        if problem.pool is not None and problem.pool[request] != UNSCHEDULED:
            near |= {k for k in self.within(t) if problem.pool[k] == problem.pool[request]}
        if problem.before is not None:
            orders = problem.before[(problem.before == request).any(axis=1)]
            near |= {k for k in orders.ravel().tolist() if self._slot[k] != UNSCHEDULED}
        kept = sorted(near - {request})
        if not self._forbid(kept, request, t):
            return None
        for k in list(kept):
            fewer = [other for other in kept if other != k]
            if self._forbid(fewer, request, t):
                kept = fewer
        return kept

    def _forbid(self, kept: list[int], request: int, t: int) -> bool:
        """Whether a request in a slot breaks a rule beside these meetings alone."""
        self._left -= 1
        if self._left < 0:
            return False
        slot = np.full(self._problem.requests, UNSCHEDULED, dtype=np.int64)
        slot[kept] = self._slot[kept]
        slot[request] = t
        return bool(violations(self._problem, slot))
