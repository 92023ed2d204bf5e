"""The days left planned again on an evening, from what became of the meetings of the days that were.

Meetings of the days that were stay as they were planned, held or not. Of those that failed the pair is asked
again, once; whoever came to none of his meetings is taken to be gone, and his time is free for others. What
is still to come stays where it is, and the room that there is goes to whoever has agreed to meet and has no
slot (`sim.matchmaking.replan`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.expo.meetings.around import seated
from sim.expo.meetings.asking import Sent
from sim.expo.meetings.participants import Attendance
from sim.expo.meetings.places import Placed, host_of
from sim.expo.meetings.published import Plan
from sim.expo.meetings.slots import Slots
from sim.floor.arrays import NONE, IntArray
from sim.matchmaking import UNSCHEDULED, Reason, weighed

if TYPE_CHECKING:
    from sim.expo.evenings import Evening
    from sim.expo.meetings.timetabling import Scheduled
    from sim.scenario.schema.data import Matchmaking

__all__ = ["Again", "days_again"]

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Again:
    """Meetings that failed and were asked for again: an entry each."""

    request: IntArray
    slot: IntArray
    place: IntArray

    def __len__(self) -> int:
        return len(self.request)

    @classmethod
    def none(cls) -> Again:
        """No meeting."""
        return cls(*(np.empty(0, dtype=np.int64) for _ in range(3)))


def days_again(
    section: Matchmaking,
    sent: Sent,
    people: Attendance,
    made: Scheduled,
    evening: Evening,
    where: Placed,
    slots: Slots,
) -> tuple[Scheduled, Again]:
    """The timetable with the days left planned again, and the second meetings of requests whose first failed.

    `made` is the programme's first timetable, of whose problem the days left are.
    """
    first = int(np.searchsorted(slots.start, evening.until))
    failed = (evening.start != NONE) & (evening.start < evening.until) & ~evening.held
    asked_again = evening.again_start != NONE
    # the meeting of each request that counts now: its second one if there is one, none if it failed
    start = np.where(asked_again, evening.again_start, np.where(failed, NONE, evening.start))
    place = np.where(asked_again, evening.again_place, evening.place)
    done = evening.held | evening.again_held
    twice = asked_again & (evening.again_start < evening.until) & ~evening.again_held
    start[twice] = NONE
    slot = np.where(start == NONE, UNSCHEDULED, np.searchsorted(slots.start, start))
    new = np.full(len(sent), UNSCHEDULED, dtype=np.int64)
    reason, at = made.reason.copy(), np.full(len(sent), NONE, dtype=np.int64)
    if made.problem is not None:
        new, reason, at = _left(section, sent, people, made, evening, where, slots, slot, place, twice, done)
    second = np.flatnonzero(failed & (new != UNSCHEDULED))
    again = Again(second, new[second], at[second])
    if twice.any():  # they were tried twice, and are on the plan of the days that were
        rows = np.flatnonzero(twice)
        of = np.searchsorted(slots.start, evening.again_start[rows])
        columns = (again.request, rows), (again.slot, of), (again.place, evening.again_place[rows])
        again = Again(*(np.concatenate(each) for each in columns))
    new[failed] = np.searchsorted(slots.start, evening.start[failed])
    at[failed], reason[failed] = evening.place[failed], Reason.SCHEDULED
    assert (new[(evening.start != NONE) & (evening.start < evening.until)] < first).all()
    return replace(made, slot=new, place=at, reason=reason), again


def _left(
    section: Matchmaking,
    sent: Sent,
    people: Attendance,
    made: Scheduled,
    evening: Evening,
    where: Placed,
    slots: Slots,
    slot: IntArray,
    place: IntArray,
    twice: BoolArray,
    done: BoolArray,
) -> tuple[IntArray, IntArray, IntArray]:
    """Slot, reason and place of each request, once the days left are planned again."""
    from sim.matchmaking.replan.left import days_left
    from sim.matchmaking.replan.published import Published
    from sim.matchmaking.replan.replan import replan

    assert made.problem is not None
    yes = np.flatnonzero(sent.accepted)
    problem, first = made.problem, int(np.searchsorted(slots.start, evening.until))
    given_up = twice | (made.reason == Reason.GIVEN_UP)
    veto = given_up[yes] if problem.veto is None else problem.veto | given_up[yes]
    ends = sent.asked.asker[evening.asker_gone], sent.asked.asked[evening.asked_gone]
    table = np.full(len(yes), UNSCHEDULED, dtype=np.int64)
    published = Published(held=slot[yes] != UNSCHEDULED, slot=slot[yes], table=table, done=done[yes])
    problem = weighed(replace(problem, veto=veto if veto.any() else None), section.interest)
    problem = days_left(problem, published, first, np.unique(np.concatenate(ends)).tolist())
    found = replan(problem, published).timetable
    new, own, table = np.full((3, len(sent)), UNSCHEDULED, dtype=np.int64)
    reason = made.reason.copy()
    new[yes], table[yes], own[yes], reason[yes] = found.slot, found.table, problem.own_table, found.reason
    at = np.full(len(sent), NONE, dtype=np.int64)
    stays = np.flatnonzero((slot != UNSCHEDULED) & (new == slot))
    if section.location == "booth":
        on = np.flatnonzero(new != UNSCHEDULED)
        at[on] = people.organisation[host_of(sent, people)[on]]
    else:
        plan = Plan(
            sent.asked.asker[stays], sent.asked.asked[stays], slot[stays], place[stays], where.length[stays]
        )
        at = seated(new, table, own, stays, plan, where, slots)
    lost = (new != UNSCHEDULED) & (at == NONE)
    new[lost], reason[lost] = UNSCHEDULED, Reason.NO_TABLE
    return new, reason, at
