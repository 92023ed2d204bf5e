"""The time-indexed programme of a problem of which a timetable was published.

Besides a column for each request and slot, and helpers of the problem's own, there is one for each person
of whom something was published: it can be in use only if none of his meetings moves to another slot.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.matchmaking.problem.problem import UNSCHEDULED, BoolArray, Problem
from sim.matchmaking.problem.time_indexed import TimeIndexed, time_indexed
from sim.matchmaking.replan.published import Published, offers_of_meetings
from sim.matchmaking.wishes.affinity import IntArray

__all__ = ["Board", "board"]


@dataclass(frozen=True, slots=True)
class Board:
    """A programme with what its columns count towards, in whole numbers (columns,).

    `done`: that a meeting is held that has been held already. `meetings`: that a published meeting is held.
    `stays`: in its slot; `seats`: and at its table. `people`: that none of a person's published meetings
    moves. `musts`, `least` and `value` are the problem's own. `owner` are the persons of the columns
    `people`, in order; `meeting` is the published request whose meeting a column holds, -1 for none.
    """

    problem: Problem
    programme: TimeIndexed
    done: IntArray
    meetings: IntArray
    stays: IntArray
    seats: IntArray
    people: IntArray
    musts: IntArray
    least: IntArray
    value: IntArray
    owner: IntArray
    meeting: IntArray
    base: TimeIndexed

    def held(self, slot: IntArray) -> BoolArray:
        """Which columns a timetable holds, helpers included."""
        own = self.base.held(self.problem, slot)
        helpers = np.zeros(len(self.owner), dtype=np.bool_)
        held = np.concatenate((own, helpers))
        # a helper may be in use if its rows let: those of its person's meetings
        staying = self.programme.rows @ held.astype(np.int64)
        rows = self.programme.rows[:, len(own) :].tocoo()
        short = np.zeros(len(self.owner), dtype=np.bool_)
        short[rows.col[staying[rows.row] + 1 > self.programme.most[rows.row]]] = True
        held[len(own) :] = ~short
        return held


def board(problem: Problem, published: Published, only: BoolArray | None = None) -> Board:
    """The programme of a problem, or of `only` these requests of it (with all that were published)."""
    base = time_indexed(problem, only)
    if problem.leasts and only is None:
        base = base.with_credits(problem)
    meeting = offers_of_meetings(problem, published)
    request, count = base.request, len(base.request)
    real = np.flatnonzero(request != UNSCHEDULED)
    of = np.full(count, UNSCHEDULED, dtype=np.int64)
    of[real] = meeting[request[real]]
    stays = np.zeros(count, dtype=np.int64)
    seats = np.zeros(count, dtype=np.int64)
    mine = np.flatnonzero(of != UNSCHEDULED)
    stays[mine] = published.slot[of[mine]] == base.slot[mine]
    fits = published.table[of[mine]] < problem.tables[base.slot[mine]]  # -1: any table will do
    seats[mine] = (stays[mine] > 0) & fits
    owner, programme = _with_people(problem, published, base, of, stays)
    pad = np.zeros(len(owner), dtype=np.int64)

    def padded(weight: IntArray | BoolArray) -> IntArray:
        return np.concatenate((weight.astype(np.int64), pad))

    none = np.zeros(problem.requests, dtype=np.bool_)
    must = none if problem.must is None else problem.must
    done = none if published.done is None else published.done
    return Board(
        problem=problem,
        programme=programme,
        done=padded(base.weights(done)),
        meetings=padded(of != UNSCHEDULED),
        stays=padded(stays),
        seats=padded(seats),
        people=np.concatenate((np.zeros(count, dtype=np.int64), pad + 1)),
        musts=padded(base.weights(must)),
        least=padded(base.credits),
        value=padded(base.weights(problem.weights.whole)),
        owner=owner,
        meeting=np.concatenate((of, pad - 1)),
        base=base,
    )


def _with_people(
    problem: Problem, published: Published, base: TimeIndexed, of: IntArray, stays: IntArray
) -> tuple[IntArray, TimeIndexed]:
    """Of whom something was published, and the programme with a column for each of them."""
    from scipy.sparse import block_array, coo_array, csr_array

    of_request, attends = problem.attending
    owner = np.unique(attends[published.held[of_request]])
    place = np.full(problem.participants, UNSCHEDULED, dtype=np.int64)
    place[owner] = np.arange(len(owner))
    # a row for each meeting that can move and each who is in it
    moves = np.flatnonzero((of != UNSCHEDULED) & (stays == 0))
    meetings, number = np.unique(of[moves], return_inverse=True)
    within = np.isin(of_request, meetings)
    who, at = attends[within], np.searchsorted(meetings, of_request[within])
    every = np.arange(len(who))
    shape = (len(meetings), len(base.request))
    moving = csr_array(coo_array((np.ones(len(moves)), (number, moves)), shape=shape))
    left = moving[at]
    right = coo_array((np.ones(len(who)), (every, place[who])), shape=(len(who), len(owner)))
    blocks: Any = [[base.rows, None], [left, right]]
    rows = csr_array(block_array(blocks)) if len(owner) else base.rows
    none = np.full(len(owner), UNSCHEDULED, dtype=np.int64)
    zero = np.zeros(len(owner), dtype=np.int64)
    return owner, TimeIndexed(
        np.concatenate((base.request, none)),
        np.concatenate((base.slot, zero)),
        rows,
        np.concatenate((base.most, np.ones(len(who)))) if len(owner) else base.most,
    )
