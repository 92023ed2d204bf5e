"""Stand-bys: who comes to a meeting of somebody else, in case that one does not come."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from sim.expo.meetings.asking import Sent
from sim.expo.meetings.joining import Joined
from sim.expo.meetings.limits import Limits
from sim.expo.meetings.participants import Attendance
from sim.expo.meetings.slots import Slots, all_slots
from sim.floor.arrays import NONE, IntArray
from sim.matchmaking import UNSCHEDULED

__all__ = ["name_standbys"]

BoolArray = npt.NDArray[np.bool_]


def name_standbys(
    sent: Sent,
    joined: Joined,
    people: Attendance,
    slot: IntArray,
    room: IntArray,
    wanted: BoolArray,
    limits: Limits,
    slots: Slots,
    length: IntArray | None = None,
    far: Callable[[int, int], bool] | None = None,
) -> IntArray:
    """For each request, the request for whose meeting it stands by; NONE if for none.

    A stand-by is an accepted request that found no slot. It stands by for a meeting of the same
    exhibitor with another party, in slots in which its own party is free (`room`, (participants,
    slots); a meeting takes `length` of them, or one), in the earliest there is; the best by score come
    first. A meeting has one stand-by at most, and only if it is `wanted`; nobody stands by twice in a slot,
    nor where its limits do not let it have one more meeting, nor for a meeting that is too `far` from
    another of his (two requests) to walk there in time.
    """
    length = np.ones(len(sent), dtype=np.int64) if length is None else length
    stands = np.full(len(sent), NONE, dtype=np.int64)
    a, b = sent.asked.asker, sent.asked.asked
    booth_a, booth_b = people.party[a] == NONE, people.party[b] == NONE
    mixed = booth_a != booth_b
    exhibitor, party = np.where(booth_a, a, b), np.where(booth_a, b, a)
    free = room > 0
    on = np.flatnonzero(slot != UNSCHEDULED)
    of, at = all_slots(slot[on], length[on])
    for side in (a, b):
        free[side[on[of]], at] = False  # a party holds one meeting at once
    been: dict[int, list[int]] = {}  # meetings of each party, and those it stands by for
    for k in on.tolist() if far is not None else ():
        for side in (a, b):
            been.setdefault(int(side[k]), []).append(k)
    held: dict[int, list[int]] = {}
    for k in on.tolist():
        for who in (int(a[k]), int(b[k])):
            if joined.lead[k] == k or who != joined.guest[k]:  # whom joined requests have in common
                held.setdefault(who, []).append(int(slot[k]))
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
            own, others = held.setdefault(who, []), been.get(who, ())
            if not free[who, taken].all() or any(far is not None and far(meeting, k) for k in others):
                continue
            if limits.allow(who, own, int(slot[meeting]), slots):
                stands[k] = meeting
                own.append(int(slot[meeting]))
                been.setdefault(who, []).append(meeting)
                free[who, taken] = False
                del meetings[place]
                break
    return stands
