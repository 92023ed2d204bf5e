"""What was published, and what a new timetable changes of it: counted from the two alone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from sim.matchmaking.problem.problem import UNSCHEDULED, BoolArray, Problem
from sim.matchmaking.wishes.affinity import IntArray

__all__ = ["Changes", "Published", "What", "changes_of", "offers_of_meetings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The meetings that were published, an entry for each request of the problem as it is now.

    `held[k]`: request k has a meeting, in `slot[k]` (-1: a slot that there is no more) at `table[k]` (from
    0; -1: nobody said). `done[k]`: that meeting has been held already (None: none has), so that it stays as
    it was whatever becomes of others.

    Raises ValueError if shapes disagree, a meeting has a slot and is not held, or is done and has no slot.
    """

    held: BoolArray
    slot: IntArray
    table: IntArray
    done: BoolArray | None = None

    def __post_init__(self) -> None:
        if not self.held.shape == self.slot.shape == self.table.shape:
            raise ValueError("held, slot and table must have the same shape")
        if self.done is not None and self.done.shape != self.held.shape:
            raise ValueError("held and done must have the same shape")
        if ((self.slot != UNSCHEDULED) & ~self.held).any():
            raise ValueError("a meeting with a slot must be held")
        if self.done is not None and (self.done & (self.slot == UNSCHEDULED)).any():
            raise ValueError("a meeting that is done must have a slot")

    @classmethod
    def of(cls, problem: Problem, slot: IntArray, table: IntArray | None = None) -> Published:
        """The timetable of the same requests, when none has left the lists."""
        none = np.full(problem.requests, UNSCHEDULED, dtype=np.int64)
        return cls(held=slot != UNSCHEDULED, slot=slot, table=none if table is None else table)


class What(IntEnum):
    """What becomes of a request."""

    NOTHING = 0  # as published: held as it was, or still not held
    MOVED = 1  # to another slot
    RESEATED = 2  # to another table, in its slot
    CANCELLED = 3
    NEW = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What a timetable changes of what was published.

    `what` (requests,) are codes of `What`; `now` (requests,) is the request that holds the published
    meeting of each (itself, or another offer of the same two people), -1 for none.
    """

    what: IntArray
    now: IntArray
    problem: Problem

    def count(self, what: What) -> int:
        """How many meetings that is the case of."""
        return int((self.what == what).sum())

    def people(self, *whats: What) -> IntArray:
        """The participants of whom a meeting is one of these cases, in order."""
        request, who = self.problem.attending
        return np.unique(who[np.isin(self.what, whats)[request]])


def offers_of_meetings(problem: Problem, published: Published) -> IntArray:
    """The published request whose meeting each request would hold: (requests,), -1 for none.

    A published request its own; any other the first published one that is an alternative to it and of the
    same people.
    """
    meeting = np.where(published.held, np.arange(problem.requests), UNSCHEDULED)
    if problem.alternatives is None:
        return meeting
    first: dict[tuple[int, frozenset[int]], int] = {}
    offers = np.flatnonzero(problem.alternatives != UNSCHEDULED)
    members = problem.members
    keys = [(int(problem.alternatives[k]), frozenset(members[k])) for k in offers.tolist()]
    for k, key in zip(offers.tolist(), keys, strict=True):
        if published.held[k]:
            first.setdefault(key, k)
    for k, key in zip(offers.tolist(), keys, strict=True):
        if not published.held[k]:
            meeting[k] = first.get(key, UNSCHEDULED)
    return meeting


def changes_of(problem: Problem, published: Published, slot: IntArray, table: IntArray) -> Changes:
    """What these slots and tables (-1: none) change."""
    meeting = offers_of_meetings(problem, published)
    what = np.full(problem.requests, What.NOTHING, dtype=np.int64)
    now = np.full(problem.requests, UNSCHEDULED, dtype=np.int64)
    for k in np.flatnonzero(slot != UNSCHEDULED).tolist():
        if meeting[k] == UNSCHEDULED:
            what[k] = What.NEW
        else:
            now[meeting[k]] = k
    for k in np.flatnonzero(published.held).tolist():
        held = int(now[k])
        if held == UNSCHEDULED:
            what[k] = What.CANCELLED
        elif slot[held] != published.slot[k]:
            what[k] = What.MOVED
        elif published.table[k] not in (UNSCHEDULED, table[held]):
            what[k] = What.RESEATED
    return Changes(what=what, now=now, problem=problem)
