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

__all__ = ["TimeIndexed", "attending", "columns", "time_indexed"]


@dataclass(frozen=True, slots=True)
class TimeIndexed:
    """Columns x in {0, 1} with `rows` @ x ≤ `most`.

    Column c holds request `request[c]` in slot `slot[c]`. Helpers have request -1: a credit (`credits`), or
    that a participant has meetings on a day, whose `slot` is participant × days + day.
    """

    request: IntArray
    slot: IntArray
    rows: csr_array
    most: FloatArray

    @property
    def credits(self) -> BoolArray:
        """Which columns are credits: (columns,)."""
        return np.asarray((self.request == UNSCHEDULED) & (self.slot < 0), dtype=np.bool_)

    def weights(self, of: IntArray | BoolArray) -> IntArray:
        """The weight of each column by that of its request, in whole numbers; helpers have none."""
        return np.append(of.astype(np.int64), 0)[self.request]

    def with_row(self, weight: FloatArray, most: float) -> TimeIndexed:
        """With one row more: `weight` @ x ≤ `most`."""
        from scipy.sparse import csr_array, vstack

        rows = csr_array(vstack([self.rows, csr_array(weight[None, :])]))
        return TimeIndexed(self.request, self.slot, rows, np.append(self.most, most))

    def with_credits(self, problem: Problem) -> TimeIndexed:
        """With a column more for each meeting that somebody must have to reach his least, in all or a day.

        No more of somebody's can be in use than he has meetings. Their slot is -1 less what they count
        towards.
        """
        from scipy.sparse import block_array, coo_array, csr_array

        who, day, count = _leasts(problem)
        want = np.repeat(np.arange(len(who)), count)
        people, column = attending(problem, self.request)
        on = problem.days[self.slot[column]]
        size = int(problem.days.max(initial=-1)) + 2  # the first for all days
        number = np.full((problem.participants, size), UNSCHEDULED, dtype=np.int64)
        number[who, day + 1] = np.arange(len(who))
        row = np.concatenate((number[people, 0], number[people, on + 1]))
        at = np.concatenate((column, column))[row >= 0]
        row = row[row >= 0]
        meetings = coo_array((-np.ones(len(row)), (row, at)), shape=(len(who), len(self.request)))
        one = coo_array((np.ones(len(want)), (want, np.arange(len(want)))), shape=(len(who), len(want)))
        blocks: Any = [[self.rows, None], [meetings, one]]
        rows = csr_array(block_array(blocks))
        return TimeIndexed(
            np.concatenate((self.request, np.full(len(want), UNSCHEDULED))),
            np.concatenate((self.slot, -1 - want)),
            rows,
            np.concatenate((self.most, np.zeros(len(who)))),
        )

    def slots(self, requests: int, held: BoolArray) -> IntArray:
        """The slot of each request when these columns are held; -1 for none."""
        held = held & (self.request != UNSCHEDULED)
        slot = np.full(requests, UNSCHEDULED, dtype=np.int64)
        slot[self.request[held]] = self.slot[held]
        return slot

    def held(self, problem: Problem, slot: IntArray) -> BoolArray:
        """Which columns a timetable holds, helpers included."""
        real, credit = self.request != UNSCHEDULED, self.credits
        held = np.zeros(len(real), dtype=np.bool_)
        held[real] = slot[self.request[real]] == self.slot[real]
        if not real.all():
            by_day = problem.by_day(slot)
            days = by_day.shape[1]
            day = self.slot[~real & ~credit]
            held[~real & ~credit] = by_day[day // max(days, 1), day % max(days, 1)] > 0
            who, on, _ = _leasts(problem)
            reached = np.where(on < 0, by_day.sum(axis=1)[who], by_day[who, on])
            want = -1 - self.slot[credit]
            turn = np.arange(len(want)) - np.searchsorted(want, want)
            held[credit] = turn < reached[want]
        return held


def _leasts(problem: Problem) -> tuple[IntArray, IntArray, IntArray]:
    """Who is to have at least so many meetings, on which day (-1: in all), and how many."""
    who = np.flatnonzero(problem.least)
    day, count = np.full(len(who), UNSCHEDULED, dtype=np.int64), problem.least[who]
    if problem.least_a_day is not None:
        some, days = np.flatnonzero(problem.least_a_day), int(problem.days.max(initial=-1)) + 1
        who = np.concatenate((who, np.repeat(some, days)))
        day = np.concatenate((day, np.tile(np.arange(days), len(some))))
        count = np.concatenate((count, np.repeat(problem.least_a_day[some], days)))
    # nobody reaches more than he has requests
    return who, day, np.minimum(count, problem.load(np.ones(problem.requests, dtype=np.bool_))[who])


def attending(problem: Problem, request: IntArray) -> tuple[IntArray, IntArray]:
    """Who is in the meeting of each column that holds one, and the column, a pair each."""
    column = np.flatnonzero(request != UNSCHEDULED)
    k = request[column]
    if problem.others is None:
        return np.concatenate((problem.a[k], problem.b[k])), np.tile(column, 2)
    order = np.argsort(problem.others[:, 0], kind="stable")
    of, who = problem.others[order].T
    first = np.searchsorted(of, k)
    count = np.searchsorted(of, k, side="right") - first
    which = np.repeat(np.arange(len(k)), count)
    turn = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
    more = who[first[which] + turn]
    return np.concatenate((problem.a[k], problem.b[k], more)), np.concatenate((column, column, column[which]))


def columns(problem: Problem, only: BoolArray | None = None) -> tuple[IntArray, IntArray]:
    """Each request (or `only` these) with each slot in which it may be held: requests and slots."""
    possible = problem.possible if only is None else problem.possible & only
    open_ = (problem.room > 0) & (problem.tables > 0) & (problem.most > 0)[:, None]
    here = np.flatnonzero(possible)
    request, slot = np.nonzero(problem.together(open_, here))
    request = here[request]
    if problem.home is not None or (problem.length is not None and (problem.length[here] > 1).any()):
        together = problem.together(open_, here) & problem.has_table(here)
        request, slot = np.nonzero(problem.begins(together, problem.lengths[here]))
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
        self.value: list[FloatArray] = []
        self.most: list[FloatArray] = []
        self.count = 0

    def add(self, row: IntArray, column: IntArray, most: IntArray) -> None:
        """Columns `column[e]` in rows `row[e]`, whose limits are `most[row[e]]`."""
        binds = np.bincount(row, minlength=len(most)) > most
        number = np.cumsum(binds) - 1 + self.count
        kept = binds[row]
        self.row.append(number[row[kept]])
        self.column.append(column[kept])
        self.value.append(np.ones(int(kept.sum())))
        self.most.append(most[binds].astype(np.float64))
        self.count += int(binds.sum())

    def add_helped(self, row: IntArray, column: IntArray, helper: IntArray, most: IntArray) -> None:
        """The same, but the limit of a row holds if the column `helper[e]` is in use, else it is 0.

        All columns of a row have one helper.
        """
        rows, first, inverse = np.unique(row, return_index=True, return_inverse=True)
        number = np.arange(len(rows)) + self.count
        self.row += [number[inverse], number]
        self.column += [column, helper[first]]
        self.value += [np.ones(len(column)), -most[rows].astype(np.float64)]
        self.most.append(np.zeros(len(rows)))
        self.count += len(rows)

    def matrix(self) -> csr_array:
        from scipy.sparse import coo_array

        row, column = np.concatenate(self.row), np.concatenate(self.column)
        value = np.concatenate(self.value)
        shape = (self.count, self.columns)
        return coo_array((value, (row, column)), shape=shape).tocsr()


def time_indexed(problem: Problem, only: BoolArray | None = None, *, helpers: bool = True) -> TimeIndexed:
    """The integer programme of a problem, or of `only` these requests of it.

    Without `helpers` there is no column but for meetings, and `most_days` is left out.
    """
    request, slot = columns(problem, only)
    slots, count = problem.slots, len(request)
    every = np.arange(count)
    ends, twice = attending(problem, request)
    when = slot[twice]
    pair, time = problem.occupied(request[twice], when)  # all slots of each, and of each of its people
    busy, column = ends[pair], twice[pair]
    each, at = problem.occupied(request, slot)
    rows = _Rows(count)
    rows.add(busy * slots + time, column, problem.room.ravel())
    rows.add(_meetings(problem)[request], every, np.ones(problem.requests, dtype=np.int64))
    rows.add(at, each, problem.tables)
    if problem.length is not None and (problem.steady < problem.tables).any():
        longer = (problem.length[request[each]] > 1) & (problem.own_table[request[each]] == UNSCHEDULED)
        rows.add(at[longer], each[longer], problem.steady)
    rows.add(ends, twice, problem.most)
    if problem.pool is not None and problem.interpreters is not None:
        pool = problem.pool[request[each]]
        of = np.flatnonzero(pool != UNSCHEDULED)
        rows.add(pool[of] * slots + at[of], each[of], problem.interpreters.ravel())
    if problem.place is not None and problem.rooms is not None:
        place = problem.place[request[each]]
        of = np.flatnonzero(place != UNSCHEDULED)
        rows.add(place[of] * slots + at[of], each[of], problem.rooms.ravel())
    if problem.home is not None:
        own = problem.own_table[request[each]]
        of = np.flatnonzero(own != UNSCHEDULED)
        one = np.ones((int(problem.home.max(initial=-1)) + 1) * slots, dtype=np.int64)
        rows.add(own[of] * slots + at[of], each[of], one)
    if problem.in_row is not None:
        _in_row(problem, rows, busy, column, time)
    if problem.rest is not None and (problem.rest > 0).any():
        _rest(problem, rows, request, ends, twice, when)
    if problem.place is not None:
        _walking(problem, rows, request, ends, twice, when)
    if problem.before is not None:
        _order(problem, rows, request, slot)
    day, days = problem.days, int(problem.days.max(initial=-1)) + 1
    if problem.most_a_day is not None:
        rows.add(ends * days + day[when], twice, np.repeat(problem.most_a_day, days))
    if problem.busiest is not None and problem.spans is not None:
        for span, within in enumerate(problem.spans):
            of = np.flatnonzero(within[time])
            rows.add(busy[of], column[of], problem.busiest[:, span])
    if problem.most_days is not None and helpers:
        bound = problem.most_days < days
        of = np.flatnonzero(bound[busy])
        who_day, number = np.unique(busy[of] * days + day[time[of]], return_inverse=True)
        helper = count + np.arange(len(who_day))
        # in each slot of the day, no more meetings than delegates, and none if the day is not one of his
        rows.add_helped(busy[of] * slots + time[of], column[of], helper[number], problem.room.ravel())
        rows.columns = count + len(who_day)
        rows.add(who_day // days, helper, problem.most_days)
        request = np.concatenate((request, np.full(len(who_day), UNSCHEDULED)))
        slot = np.concatenate((slot, who_day))
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


def _rest(
    problem: Problem, rows: _Rows, request: IntArray, ends: IntArray, column: IntArray, when: IntArray
) -> None:
    """When a slot begins, a person has no more meetings that last, or from which he rests, than delegates."""
    assert problem.rest is not None
    tired = problem.rest[ends] > 0
    ends, column, when = ends[tired], column[tired], when[tired]
    over = problem.end[problem.last(request[column], when)] + problem.rest[ends]
    until = np.searchsorted(problem.start, over, side="left")
    count = until - when
    which = np.repeat(np.arange(len(ends)), count)
    time = when[which] + np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
    most = np.repeat(problem.delegates, problem.slots)
    rows.add(ends[which] * problem.slots + time, column[which], most)


def _walking(
    problem: Problem, rows: _Rows, request: IntArray, ends: IntArray, column: IntArray, when: IntArray
) -> None:
    """Of a person's meetings at a place in a slot and those too far from it in a later slot, one."""
    assert problem.place is not None
    assert problem.walk is not None
    place = problem.place[request[column]]
    alone = (problem.delegates[ends] <= 1) & (place != UNSCHEDULED)
    ends, column, when, place = ends[alone], column[alone], when[alone], place[alone]
    over = problem.last(request[column], when)
    longest = int(problem.walk.max(initial=0))
    one = np.ones(problem.participants, dtype=np.int64)
    for t in range(problem.slots):
        for u in range(t + 1, problem.slots):
            time = int(problem.start[u] - problem.end[t])
            if time >= longest:
                break
            far = problem.walk > time
            now, then = over == t, when == u
            for p in np.unique(place[now]).tolist():
                first, second = now & (place == p), then & far[p][place]
                both = first | (second & np.isin(ends, ends[first]))
                rows.add(ends[both], column[both], one)


def _order(problem: Problem, rows: _Rows, request: IntArray, slot: IntArray) -> None:
    """Not the first request in slot t or later and the second in slot t or earlier, for any t."""
    assert problem.before is not None
    begins = np.searchsorted(request, np.arange(problem.requests + 1))
    ends = problem.last(request, slot)
    one = np.ones(1, dtype=np.int64)
    for first, second in problem.before.tolist():
        early = np.arange(begins[first], begins[first + 1])
        late = np.arange(begins[second], begins[second + 1])
        for t in range(problem.slots):
            both = np.concatenate((early[ends[early] >= t], late[slot[late] <= t]))
            rows.add(np.zeros(len(both), dtype=np.int64), both, one)
