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
        self._room = problem.room.tolist()
        self._tables: list[int] = problem.tables.tolist()
        self._at: dict[tuple[int, int], list[int]] = {}  # by participant and slot
        self._of: dict[int, list[int]] = {}
        self._in: dict[int, list[int]] = {}
        self._people = problem.members
        self._lengths = problem.lengths
        self._length: list[int] = self._lengths.tolist()
        self._has_table = None if problem.home is None else problem.has_table(np.arange(problem.requests))
        for k in np.flatnonzero(slot != UNSCHEDULED).tolist():
            for i in self._people[k]:
                self._of.setdefault(i, []).append(k)
            for t in self._takes(k, int(slot[k])):
                self._in.setdefault(t, []).append(k)
                for i in self._people[k]:
                    self._at.setdefault((i, t), []).append(k)
        self._known: dict[int, Clash | None] = {}  # or the same question would have another answer later on
        self._left = min(_MOST, _WORK // max(1, problem.requests))

    def of(self, request: int) -> Clash | None:
        """What this request clashes with; None if it could be added, is vetoed, or that takes too long."""
        if request not in self._known:
            self._known[request] = self._found(request)
        return self._known[request]

    def _found(self, request: int) -> Clash | None:
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
        full: dict[int, None] = {}
        for t in self._own(request):
            found = self._busy(request, t)
            lacking = [u for u in self._takes(request, t) if len(self.within(u)) >= self._tables[u]]
            if found is None and lacking:
                full[lacking[0]] = None
            else:
                found = self._by_rules(request, t) if found is None else found
                if found is None:
                    return None
                rows |= dict.fromkeys(found)
        return Clash(tuple(sorted(rows)), tuple(full))

    def within(self, slot: int) -> list[int]:
        """The meetings of a slot."""
        return self._in.get(slot, [])

    def _takes(self, request: int, slot: int) -> range:
        """The slots that a request takes from this one on."""
        return range(slot, slot + self._length[request])

    def _own(self, request: int) -> list[int]:
        """The slots in which a request could begin, were there no others."""
        problem = self._problem
        fixed = UNSCHEDULED if problem.fixed is None else int(problem.fixed[request])
        open_ = [
            self._tables[t] > 0 and all(self._room[i][t] for i in self._people[request])
            for t in range(problem.slots)
        ]
        if problem.length is not None or problem.home is not None:
            row = np.array([open_])
            if self._has_table is not None:
                row &= self._has_table[[request]]
            open_ = problem.begins(row, self._lengths[[request]])[0].tolist()
        return [t for t, can in enumerate(open_) if can and fixed in (UNSCHEDULED, t)]

    def _busy(self, request: int, t: int) -> list[int] | None:
        """The meetings that one side has in a slot that this would take, if it can have no more."""
        for u in self._takes(request, t):
            for i in self._people[request]:
                held = self._at.get((i, u), [])
                if len(held) >= self._room[i][u]:
                    return held
        return None

    def _by_rules(self, request: int, t: int) -> list[int] | None:
        """Fewest meetings, in that each of them is needed, with which the rules forbid this one in a slot."""
        problem = self._problem
        near = {k for i in self._people[request] for k in self._of.get(i, [])}
        if problem.pool is not None and problem.pool[request] != UNSCHEDULED:
            near |= {
                k
                for u in self._takes(request, t)
                for k in self.within(u)
                if problem.pool[k] == problem.pool[request]
            }
        # tables that are kept, or held on to, and places
        if not (problem.home is problem.length is problem.place_room is None):
            near |= {k for u in self._takes(request, t) for k in self.within(u)}
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
