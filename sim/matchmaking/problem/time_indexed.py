"""The time-indexed integer programme of a problem: is request k held in slot t?

One column for each request and slot in which it can be held, one row for each limit that could bind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.matchmaking.problem.problem import UNSCHEDULED, BoolArray, Problem
from sim.matchmaking.problem.rules import windows
from sim.matchmaking.wishes.affinity import FloatArray, IntArray

if TYPE_CHECKING:
    from scipy.sparse import csr_array

__all__ = ["TimeIndexed", "columns", "time_indexed"]


@dataclass(frozen=True, slots=True)
class TimeIndexed:
    """Columns x in {0, 1} with `rows` @ x ≤ `most`.

    Column c holds request `request[c]` in slot `slot[c]`.
    """

    request: IntArray
    slot: IntArray
    rows: csr_array
    most: FloatArray

    def with_row(self, weight: FloatArray, most: float) -> TimeIndexed:
        """With one row more: `weight` @ x ≤ `most`."""
        from scipy.sparse import csr_array, vstack

        rows = csr_array(vstack([self.rows, csr_array(weight[None, :])]))
        return TimeIndexed(self.request, self.slot, rows, np.append(self.most, most))

    def with_credits(self, problem: Problem) -> TimeIndexed:
        """With a column more for each meeting that somebody must have to reach his least.

        No more of somebody's can be in use than he has meetings. They have request -1; slot is who.
        """
        from scipy.sparse import block_array, coo_array, csr_array

        who = np.repeat(np.arange(problem.participants), problem.least)
        people, number = np.unique(who, return_inverse=True)
        position = np.full(problem.participants, UNSCHEDULED, dtype=np.int64)
        position[people] = np.arange(len(people))
        a, b = position[problem.a[self.request]], position[problem.b[self.request]]
        column = np.arange(len(self.request))
        row = np.concatenate((a[a >= 0], b[b >= 0]))
        at = np.concatenate((column[a >= 0], column[b >= 0]))
        meetings = coo_array((-np.ones(len(row)), (row, at)), shape=(len(people), len(column)))
        one = coo_array((np.ones(len(who)), (number, np.arange(len(who)))), shape=(len(people), len(who)))
        blocks: Any = [[self.rows, None], [meetings, one]]
        rows = csr_array(block_array(blocks))
        return TimeIndexed(
            np.concatenate((self.request, np.full(len(who), UNSCHEDULED))),
            np.concatenate((self.slot, who)),
            rows,
            np.concatenate((self.most, np.zeros(len(people)))),
        )

    def slots(self, requests: int, held: BoolArray) -> IntArray:
        """The slot of each request when these columns are held; -1 for none."""
        held = held & (self.request != UNSCHEDULED)
        slot = np.full(requests, UNSCHEDULED, dtype=np.int64)
        slot[self.request[held]] = self.slot[held]
        return slot

    def held(self, problem: Problem, slot: IntArray) -> BoolArray:
        """Which columns a timetable holds, credits included."""
        real = self.request != UNSCHEDULED
        reached = problem.load(slot != UNSCHEDULED)
        who = self.slot[~real]
        turn = np.arange(len(who)) - np.searchsorted(who, who)
        held = np.zeros(len(real), dtype=np.bool_)
        held[real] = slot[self.request[real]] == self.slot[real]
        held[~real] = turn < reached[who]
        return held


def columns(problem: Problem, only: BoolArray | None = None) -> tuple[IntArray, IntArray]:
    """Each request (or `only` these) with each slot in which it may be held: requests and slots."""
    possible = problem.possible if only is None else problem.possible & only
    open_ = (problem.room > 0) & (problem.tables > 0) & (problem.most > 0)[:, None]
    here = np.flatnonzero(possible)
    request, slot = np.nonzero(open_[problem.a[here]] & open_[problem.b[here]])
    request = here[request]
    if problem.fixed is not None:
        fixed = problem.fixed[request]
        good = (fixed == UNSCHEDULED) | (fixed == slot)
        request, slot = request[good], slot[good]
    return request.astype(np.int64), slot.astype(np.int64)


class _Rows:
    """Rows of columns whose sum has an upper limit; those that cannot bind are left out."""

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self.row: list[IntArray] = []
        self.column: list[IntArray] = []
        self.most: list[FloatArray] = []
        self.count = 0

    def add(self, row: IntArray, column: IntArray, most: IntArray) -> None:
        """Columns `column[e]` in rows `row[e]`, any numbers, whose limits are `most[row[e]]`."""
        rows, inverse, size = np.unique(row, return_inverse=True, return_counts=True)
        limit = most[rows]
        binds = size > limit
        number = np.cumsum(binds) - 1 + self.count
        kept = binds[inverse]
        self.row.append(number[inverse[kept]])
        self.column.append(column[kept])
        self.most.append(limit[binds].astype(np.float64))
        self.count += int(binds.sum())

    def matrix(self) -> csr_array:
        from scipy.sparse import coo_array

        row, column = np.concatenate(self.row), np.concatenate(self.column)
        shape = (self.count, self.columns)
        return coo_array((np.ones(len(row)), (row, column)), shape=shape).tocsr()


def time_indexed(problem: Problem, only: BoolArray | None = None) -> TimeIndexed:
    """The integer programme of a problem, or of `only` these requests of it."""
    request, slot = columns(problem, only)
    slots, count = problem.slots, len(request)
    every = np.arange(count)
    a, b = problem.a[request], problem.b[request]
    ends, twice, when = np.concatenate((a, b)), np.tile(every, 2), np.tile(slot, 2)
    rows = _Rows(count)
    rows.add(ends * slots + when, twice, problem.room.ravel())
    rows.add(_meetings(problem)[request], every, np.ones(problem.requests, dtype=np.int64))
    rows.add(slot, every, problem.tables)
    rows.add(ends, twice, problem.most)
    if problem.pool is not None and problem.interpreters is not None:
        pool = problem.pool[request]
        of = np.flatnonzero(pool != UNSCHEDULED)
        rows.add(pool[of] * slots + slot[of], of, problem.interpreters.ravel())
    if problem.in_row is not None:
        _in_row(problem, rows, ends, twice, when)
    if problem.place is not None:
        _walking(problem, rows, request, ends, twice, when)
    if problem.before is not None:
        _order(problem, rows, request, slot)
    return TimeIndexed(request, slot, rows.matrix(), np.concatenate(rows.most))


def _meetings(problem: Problem) -> IntArray:
    """The requests, numbered so that alternatives have one number: (requests,)."""
    own = np.arange(problem.requests)
    if problem.alternatives is None:
        return own
    of = np.flatnonzero(problem.alternatives != UNSCHEDULED)
    first = np.full(problem.requests, problem.requests, dtype=np.int64)
    np.minimum.at(first, problem.alternatives[of], of)
    own[of] = first[problem.alternatives[of]]
    return own


def _in_row(problem: Problem, rows: _Rows, ends: IntArray, column: IntArray, when: IntArray) -> None:
    """In each window of one slot more than someone may have in a row: so many in each of the others."""
    assert problem.in_row is not None
    bound = problem.in_row < problem.slots
    most = problem.in_row * problem.delegates
    for length in np.unique(problem.in_row[bound]).tolist():
        for window in windows(problem, length + 1):
            of = (problem.in_row[ends] == length) & (when >= window[0]) & (when <= window[-1])
            rows.add(ends[of], column[of], most)


def _walking(
    problem: Problem, rows: _Rows, request: IntArray, ends: IntArray, column: IntArray, when: IntArray
) -> None:
    """Of a person's meetings at a place in a slot and those too far from it in a later slot, one."""
    assert problem.place is not None
    assert problem.walk is not None
    place = problem.place[request[column]]
    alone = (problem.delegates[ends] <= 1) & (place != UNSCHEDULED)
    ends, column, when, place = ends[alone], column[alone], when[alone], place[alone]
    longest = int(problem.walk.max(initial=0))
    one = np.ones(problem.participants, dtype=np.int64)
    for t in range(problem.slots):
        for u in range(t + 1, problem.slots):
            time = int(problem.start[u] - problem.end[t])
            if time >= longest:
                break
            far = problem.walk > time
            now, then = when == t, when == u
            for p in np.unique(place[now]).tolist():
                first, second = now & (place == p), then & far[p][place]
                both = first | (second & np.isin(ends, ends[first]))
                rows.add(ends[both], column[both], one)


def _order(problem: Problem, rows: _Rows, request: IntArray, slot: IntArray) -> None:
    """Not the first request in slot t or later and the second in slot t or earlier, for any t."""
    assert problem.before is not None
    begins = np.searchsorted(request, np.arange(problem.requests + 1))
    one = np.ones(1, dtype=np.int64)
    for first, second in problem.before.tolist():
        early = np.arange(begins[first], begins[first + 1])
        late = np.arange(begins[second], begins[second + 1])
        for t in range(problem.slots):
            both = np.concatenate((early[slot[early] >= t], late[slot[late] <= t]))
            rows.add(np.zeros(len(both), dtype=np.int64), both, one)
