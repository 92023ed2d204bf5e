"""Stand-bys: who comes to a meeting of somebody else, in case that one does not come."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from sim.expo.meetings.asking import Sent
from sim.expo.meetings.participants import Attendance
from sim.floor.arrays import NONE, IntArray
from sim.matchmaking import UNSCHEDULED

__all__ = ["name_standbys"]

BoolArray = npt.NDArray[np.bool_]


def name_standbys(
    sent: Sent,
    people: Attendance,
    slot: IntArray,
    room: IntArray,
    wanted: BoolArray,
    length: IntArray,
    far: Callable[[int, int], bool] | None = None,
) -> IntArray:
    """For each request, the request for whose meeting it stands by; NONE if for none.

    A stand-by is an accepted request that found no slot. It stands by for a meeting of the same
    exhibitor with another party, in slots in which its own party is free (`room`, (participants,
    slots); a meeting takes `length` of them), in the earliest there is; the best by score come first. A
    meeting has one stand-by at most, and only if it is `wanted`; nobody stands by twice in a slot, nor for
    a meeting that is too `far` from another of his (two requests) to walk there in time.
    """
    stands = np.full(len(sent), NONE, dtype=np.int64)
    a, b = sent.asked.asker, sent.asked.asked
    booth_a, booth_b = people.party[a] == NONE, people.party[b] == NONE
    mixed = booth_a != booth_b
    exhibitor, party = np.where(booth_a, a, b), np.where(booth_a, b, a)
    free = room > 0
    on = np.flatnonzero(slot != UNSCHEDULED)
    for side in (a, b):
        for more in range(int(length[on].max(initial=1))):
            of = on[length[on] > more]
            free[side[of], slot[of] + more] = False  # a party holds one meeting at once
    been: dict[int, list[int]] = {}  # meetings of each party, and those it stands by for
    for k in on.tolist() if far is not None else ():
        for side in (a, b):
            been.setdefault(int(side[k]), []).append(k)
    open_: dict[int, list[int]] = {}
    for k in np.flatnonzero(mixed & (slot != UNSCHEDULED) & wanted).tolist():
        open_.setdefault(int(exhibitor[k]), []).append(k)
    for meetings in open_.values():
        meetings.sort(key=lambda k: (int(slot[k]), k))
    left = np.flatnonzero(mixed & sent.accepted & (slot == UNSCHEDULED))
    for k in left[np.lexsort((left, -sent.asked.score[left]))].tolist():
        meetings = open_.get(int(exhibitor[k]), [])
        who = int(party[k])
        for place, meeting in enumerate(meetings):
            taken = slice(slot[meeting], slot[meeting] + length[meeting])
            others = been.get(who, ())
            if free[who, taken].all() and not any(far is not None and far(meeting, k) for k in others):
                stands[k] = meeting
                been.setdefault(who, []).append(meeting)
                free[who, taken] = False
                del meetings[place]
                break
    return stands
