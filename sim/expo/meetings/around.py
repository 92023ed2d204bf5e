"""What a policy arranges around published meetings, and how the tables are shared between the two.

Further requests have what is left free; with `replan` the whole is planned again, with the fewest changes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.expo.meetings.published import Plan
from sim.expo.meetings.slots import all_slots
from sim.floor.arrays import NONE, IntArray
from sim.matchmaking import UNSCHEDULED, Calendars, Problem

if TYPE_CHECKING:
    from sim.expo.meetings.places import Placed
    from sim.expo.meetings.slots import Slots
    from sim.matchmaking.replan.published import Published

__all__ = ["around", "published_of", "seated", "there"]

BoolArray = npt.NDArray[np.bool_]


def around(problem: Problem, rows: IntArray, slot: IntArray) -> tuple[Problem, BoolArray]:
    """The problem with the published requests `rows` where they are, and which of these it can hold.

    Those are must-meets fixed to their slots. The others are on the plan all the same: the problem leaves
    them out, and keeps the time of their people and their tables for them.
    """
    calendars = Calendars(problem, np.full(problem.requests, UNSCHEDULED, dtype=np.int64))
    can = np.zeros(len(rows), dtype=np.bool_)
    for i, (k, t) in enumerate(zip(rows.tolist(), slot.tolist(), strict=True)):
        if calendars.open(k) >> t & 1:
            calendars.put(k, t)
            can[i] = True
    room, tables, place_room = problem.room.copy(), problem.tables, problem.place_room
    meeting, at = all_slots(slot, problem.lengths[rows])
    request, on = rows[meeting], can[meeting]

    def left(there: IntArray, *which: IntArray) -> IntArray:
        """What is left of these with the published meetings: those held have theirs, the others take some."""
        held, lost = np.zeros((2, *there.shape), dtype=np.int64)
        for each in which:
            np.add.at(held, (each[on], at[on]), 1)
            np.add.at(lost, (each[~on], at[~on]), 1)
        rest: IntArray = np.maximum(held, there - lost)
        return rest

    room = left(room, problem.a[request], problem.b[request])
    if problem.home is None and problem.length is None:
        tables = left(tables[None], np.zeros_like(request))[0]
    if place_room is not None and problem.place is not None:
        each = place_room if place_room.ndim == 2 else place_room[:, None]
        place_room = left(np.broadcast_to(each, (len(each), problem.slots)), problem.place[request])
    fixed = np.full(problem.requests, UNSCHEDULED, dtype=np.int64)
    fixed[rows[can]] = slot[can]
    must, veto = np.zeros((2, problem.requests), dtype=np.bool_)
    must[rows[can]] = veto[rows[~can]] = True
    if problem.must is not None:
        must |= problem.must & ~veto
    return replace(
        problem,
        capacity=room,
        available=None,
        tables=tables,
        place_room=place_room,
        fixed=fixed,
        must=must if must.any() else None,
        veto=veto if veto.any() else None,
    ), can


def published_of(problem: Problem, rows: IntArray, plan: Plan, slots: Slots) -> Published:
    """What was published, for these requests."""
    from sim.matchmaking.replan.published import Published

    held = np.zeros(problem.requests, dtype=np.bool_)
    slot, table = np.full((2, problem.requests), UNSCHEDULED, dtype=np.int64)
    held[rows], slot[rows] = True, plan.slot
    for k, t, place in zip(rows.tolist(), plan.slot.tolist(), plan.place.tolist(), strict=True):
        at = np.flatnonzero(slots.places[t] == place)
        table[k] = int(at[0]) if len(at) else UNSCHEDULED
    return Published(held=held, slot=slot, table=table)


def there(plan: Plan, slot: IntArray, own: IntArray, where: Placed, slots: Slots) -> IntArray:
    """Which meetings of the plan are still in their `slot` (meetings,), and have their table there.

    Not those at a table that somebody keeps, unless it is their `own`.
    """
    kept = slots.numbered[where.table[where.table != NONE]]
    mine = np.full(len(plan), NONE, dtype=np.int64)
    mine[own != UNSCHEDULED] = slots.numbered[own[own != UNSCHEDULED]]
    may = np.where(mine == NONE, ~np.isin(plan.place, kept), plan.place == mine)
    return np.array(
        [
            k
            for k in np.flatnonzero((slot == plan.slot) & may).tolist()
            if all(plan.place[k] in slots.places[slot[k] + n] for n in range(int(plan.length[k])))
        ],
        dtype=np.int64,
    )


def seated(
    slot: IntArray, table: IntArray, own: IntArray, rows: IntArray, plan: Plan, where: Placed, slots: Slots
) -> IntArray:
    """The place of each request with a slot: published ones their own, the others those that are left.

    `slot` and `table` (requests,) are the policy's, with the published meetings' slots filled in; `own` are
    the tables that somebody keeps. Among published meetings that do not move there may be no table that is
    free for all slots of a longer one: then it has none.
    """
    place = np.full(len(slot), NONE, dtype=np.int64)
    left = {
        t: dict.fromkeys(slots.places[t].tolist())
        for k in np.flatnonzero(slot != UNSCHEDULED).tolist()
        for t in range(int(slot[k]), int(slot[k] + where.length[k]))
    }

    def take(k: int, at: int) -> None:
        place[k] = at
        for t in range(int(slot[k]), int(slot[k] + where.length[k])):
            left[t].pop(at, None)

    def free(k: int) -> list[int]:
        first, *more = (left[t] for t in range(int(slot[k]), int(slot[k] + where.length[k])))
        halls = len(slots.halls) > 1
        here = set(slots.of_halls[where.hall[k]].tolist()) if halls else first.keys()
        return [p for p in first if p in here and all(p in each for each in more)]

    for k, at in zip(rows.tolist(), plan.place.tolist(), strict=True):
        take(k, at)
    others = np.setdiff1d(np.flatnonzero(slot != UNSCHEDULED), rows)
    others = others[np.lexsort((table[others], slot[others]))]
    for k in others[own[others] != UNSCHEDULED].tolist():
        if (at := int(slots.numbered[own[k]])) in free(k):
            take(k, at)
    if len(slots.halls) < 2 and (where.length == 1).all():
        for k in others[place[others] == NONE].tolist():  # at the policy's table where that is left
            here = slots.places[int(slot[k])]
            if 0 <= table[k] < len(here) and int(here[table[k]]) in left[int(slot[k])]:
                take(k, int(here[table[k]]))
    others = others[place[others] == NONE]
    for k in others[np.lexsort((-where.length[others], slot[others]))].tolist():
        tables, over = free(k), int(slot[k] + where.length[k])
        if tables:  # the one that is taken again first, so that longer gaps stay
            gaps = [
                next((t for t in range(over, max(left) + 1) if p not in left.get(t, {})), over)
                for p in tables
            ]
            take(k, tables[int(np.argmin(gaps))] if (where.length > 1).any() else tables[0])
    return place
