"""Meetings (R6): sides, a table, a slot, perhaps an interpreter, a stand-by, a second appointment.

A meeting begins once all its sides are there. One of more than two begins at its deadline if the side
that it is about (0) and any other are there; whoever is missing then has missed it.

A stand-by comes to the table as to a meeting of its own and waits. When the meeting it stands by for
begins, it is not needed and goes on. When that meeting is lost because the side that it would replace
is missing, while the other side is there, these two meet at once, in the same event: if the place is
open, the table free and, where the two need one, an interpreter free at that moment; otherwise both
are stood up. Such a meeting ends as any late one does. If the meeting is lost in another way, so is
the stand-by's.

A second appointment is a meeting like others, but that it need not take place: when the first one
begins, when a side of it turns out to be a no-show, or when the second's slot comes and the first is
neither held nor lost yet, it is off, and whoever is there or on the way goes on.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable
from functools import partial

import numpy as np

from sim.engine.processes.calls import Calls
from sim.engine.processes.kernel import Turn, call_at
from sim.engine.processes.state import Side
from sim.floor.arrays import NEVER, NONE, PlaceKind
from sim.floor.index import index_of
from sim.floor.order import Rank
from sim.floor.trace import Cause, Kind, Outcome

__all__ = ["MeetingBook"]


class MeetingBook:
    """All meetings; they alone change the floor's `MeetingState`."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls
        self.env = calls.env
        self.geography = calls.geography
        self.state = calls.meeting_state
        index, meetings = index_of(calls.floor), calls.floor.meetings
        self.first_entity = index.first_meeting
        self.place = meetings.place.tolist()
        self.start = meetings.start.tolist()
        self.duration = meetings.duration.tolist()
        self.tolerance = meetings.tolerance.tolist()
        self.holds = meetings.hold.tolist()
        self.last_begin = meetings.last_begin.tolist()
        self.pool = meetings.interpreters.tolist()
        self.keeps = meetings.keeps.tolist()
        self.standby_of = index.standby.tolist()
        self.again_of = meetings.again_of.tolist()
        self.second_of = index.again.tolist()
        self.at_table = [calls.kind[place] == PlaceKind.TABLE for place in self.place]
        # by place, its meetings in order of slots
        self.at_place = [each.tolist() for each in np.split(index.meetings, index.meeting_index[1:-1])]

    def arrive(self, k: int, side: int, actor: int, cause: Cause) -> Turn | None:
        """A side reaches the table; its turn ends with the meeting. None: it has come in vain."""
        if self.state.settled[k]:
            now = self.env.now
            self.calls.record(
                now, now, Kind.IN_VAIN, self.place[k], actor, k, 0, Outcome.DONE, Cause.NONE, side
            )
            return None
        turn = Turn(self.env, actor)
        self.state.there[k][side] = Side(actor, self.env.now, cause, turn)
        if self.state.due[k]:
            self.begin(k)
        return turn

    def fall_due(self, k: int) -> None:
        """The slot starts; if the table is still taken, the tolerance counts from when it is free.

        Once too little is left of a slot at whose end the meeting is cut, it is lost all the same.
        A second appointment is off if it is not known by now that the first was lost.
        """
        if self.state.settled[k]:
            return
        if (first := self.again_of[k]) != NONE and not self.state.settled[first]:
            self.dismiss(k)
            return
        self.state.due[k] = True
        if self.at_table[k]:
            insort(self.state.due_at.setdefault(self.place[k], []), (self.start[k], k))
            if self.place[k] in self.state.table_taken:
                self.state.awaits_table[k] = True
                self.state.deadline[k] = last = self.last_begin[k]
                if self.start[k] + self.tolerance[k] < last < NEVER:  # or else it is in the calendar
                    self.expire_at(k, last)
        self.begin(k)

    def begin(self, k: int) -> None:
        """Begin meeting `k` if everything it needs is there."""
        if None in self.state.there[k] or self.state.settled[k]:
            return
        wanting = self.wanting(k)
        if wanting is Cause.INTERPRETER:
            waiting = self.state.waits_for_interpreter.setdefault(self.pool[k], [])
            if (self.start[k], k) not in waiting:
                insort(waiting, (self.start[k], k))
        elif wanting is Cause.NONE:
            self.sit_down(k)
            for s in (self.standby_of[k], self.second_of[k]):
                if s != NONE and not self.state.settled[s]:
                    self.dismiss(s)

    def wanting(self, k: int) -> Cause:
        """What keeps a meeting whose sides are there from beginning now; NONE: nothing does."""
        place, pool = self.place[k], self.pool[k]
        if not self.geography.is_open(place, self.env.now):
            return Cause.CLOSED
        if self.at_table[k] and place in self.state.table_taken:
            return Cause.MEETING
        if pool != NONE and self.state.interpreters[pool] == 0:
            return Cause.INTERPRETER
        return Cause.NONE

    def sit_down(self, k: int) -> None:
        """Meeting `k` begins: it has the table and an interpreter until it ends."""
        now = self.env.now
        if self.pool[k] != NONE:
            self.state.interpreters[self.pool[k]] -= 1
        if self.at_table[k]:
            self.state.table_taken[self.place[k]] = k
        self.settle(k)
        self.state.begun[k] = now
        end = now + self.duration[k] if self.holds[k] else self.start[k] + self.duration[k]
        call_at(self.env, end - now, Rank.MEETINGS_END, k, partial(self.finish, k))

    def finish(self, k: int) -> None:
        """The meeting ends: rows for all sides that met, the table and the interpreter go on."""
        begun, start = self.state.begun[k], self.start[k]
        for number, side in enumerate(self.state.there[k]):
            if side is None:  # it began without
                continue
            late = side.since > start and number != self.keeps[k]  # who stays was there before
            outcome, cause = (Outcome.LATE, side.cause) if late else (Outcome.DONE, Cause.NONE)
            self.record(k, number, side.actor, side.since, begun - side.since, outcome, cause)
        self.hand_on(k)
        for side in self.state.there[k]:
            if side is not None:
                side.turn.succeed(Outcome.DONE)

    def record(
        self, k: int, number: int, actor: int, since: int, wait: int, outcome: Outcome, cause: Cause
    ) -> None:
        """A row of side `number` of meeting `k`, from `since` until now."""
        now, place = self.env.now, self.place[k]
        self.calls.record(since, now, Kind.MEETING, place, actor, k, wait, outcome, cause, number)

    def hand_on(self, k: int) -> None:
        """The table and the interpreter of meeting `k` are free: who waits for them, in order of slots.

        For those that were due while the table was taken, the tolerance counts from now.
        """
        place, pool = self.place[k], self.pool[k]
        here: list[tuple[int, int]] = []
        elsewhere: list[tuple[int, int]] = []
        if self.at_table[k]:
            del self.state.table_taken[place]
            here = self.state.due_at.get(place, here)
        if pool != NONE:
            self.state.interpreters[pool] += 1
            elsewhere = self.state.waits_for_interpreter.get(pool, elsewhere)
        for _, other in sorted({*here, *elsewhere}):
            self.begin(other)
            in_vain = not self.state.settled[other] and self.place[other] == place
            if in_vain and self.state.awaits_table[other] and place not in self.state.table_taken:
                self.extend(other)

    def extend(self, k: int) -> None:
        """The tolerance of meeting `k` counts from now."""
        self.state.awaits_table[k] = False
        deadline, last = self.env.now + self.tolerance[k], self.last_begin[k]
        if deadline < last:  # or else the meeting expires already then
            self.state.deadline[k] = deadline
            self.expire_at(k, deadline)

    def expire_at(self, k: int, time: int) -> None:
        """Meeting `k` will expire at a time that the calendar does not know."""
        entity = self.first_entity + k
        call_at(self.env, time - self.env.now, Rank.DEADLINES, entity, partial(self.expire, k))

    def reopen(self, place: int) -> None:
        """A place opens: meetings that are due may begin, in order of slots."""
        for k in self.at_place[place]:
            if self.state.due[k]:
                self.begin(k)

    def settle(self, k: int) -> None:
        """The meeting has begun or is lost: it waits for nothing any more."""
        self.state.settled[k] = True
        for lines, key in (
            (self.state.due_at, self.place[k]),
            (self.state.waits_for_interpreter, self.pool[k]),
        ):
            entry = (self.start[k], k)
            if entry in lines.get(key, ()):
                lines[key].remove(entry)

    def expire(self, k: int) -> None:
        """The deadline: if the meeting has not begun it is lost, with a row for each side.

        One of more than two begins without those who are missing, if enough are there.
        A stand-by takes the place of a side that is missing and meets the one that is there. The two
        will not meet later if one of them is a no-show.
        """
        if self.state.settled[k] or self.state.deadline[k] != self.env.now:
            return
        there = self.state.there[k]
        cause = self.wanting(k) if there[0] is not None and any(there[1:]) else Cause.OTHER_SIDE
        if cause is Cause.NONE:
            self.begin_without(k)
            return
        s, steps_in = self.standby_of[k], False
        if s != NONE and self.could_step_in(s, k):
            wanting = self.wanting(s)
            cause, steps_in = wanting or cause, wanting is Cause.NONE
        off = self.second_of[k] != NONE and self.has_no_show(k)
        self.lose(k, range(len(there)), cause)
        self.calls.cancel_calls(k)
        if off and not self.state.settled[self.second_of[k]]:
            self.dismiss(self.second_of[k])
        if steps_in:
            self.step_in(s, k)
            return
        self.release(k)
        if s != NONE:
            self.lose(s, (1 - self.keeps[s],), cause)
            self.release(s)

    def begin_without(self, k: int) -> None:
        """Those who are there begin; a row for each side that is missing, and its call is cancelled."""
        self.sit_down(k)
        for number, side in enumerate(self.state.there[k]):
            if side is None:
                self.miss(k, number)
        self.calls.cancel_calls(k)

    def miss(self, k: int, number: int) -> None:
        """The row of a side that is missing when its meeting is lost, or begins without it."""
        actor, outcome, why = self.calls.missing_side(k, number)
        self.record(k, number, actor, self.env.now, 0, outcome, why)

    def lose(self, k: int, sides: Iterable[int], cause: Cause) -> None:
        """The meeting does not take place: a row for each of these sides.

        `cause` says why those who are there have waited in vain.
        """
        self.settle(k)
        now = self.env.now
        for number in sides:
            side = self.state.there[k][number]
            if side is None:
                self.miss(k, number)
            else:
                self.record(k, number, side.actor, side.since, now - side.since, Outcome.STOOD_UP, cause)

    def release(self, k: int) -> None:
        """Those who are there go on with their day."""
        for side in self.state.there[k]:
            if side is not None:
                side.turn.succeed(Outcome.STOOD_UP)

    def has_no_show(self, k: int) -> bool:
        """Whether a side that is missing was never to come."""
        return any(
            side is None and self.calls.missing_side(k, number)[1] is Outcome.NO_SHOW
            for number, side in enumerate(self.state.there[k])
        )

    # ------------------------------------------------------------- stand-bys, second appointments

    def dismiss(self, s: int) -> None:
        """The stand-by, or the second appointment, `s` is not needed, and its calls are cancelled."""
        self.settle(s)
        now = self.env.now
        sides = (0, 1) if self.keeps[s] == NONE else (1 - self.keeps[s],)
        for number in sides:
            side = self.state.there[s][number]
            if side is None:
                actor, _, cause = self.calls.missing_side(s, number)
                self.record(s, number, actor, now, 0, Outcome.NOT_NEEDED, cause or Cause.ABSENT)
            else:
                since = side.since
                self.record(s, number, side.actor, since, now - since, Outcome.NOT_NEEDED, Cause.NONE)
                side.turn.succeed(Outcome.NOT_NEEDED)
        self.calls.cancel_calls(s)

    def could_step_in(self, s: int, k: int) -> bool:
        """Whether the stand-by is there, and of meeting `k` only the side that both have in common."""
        stays, missing = self.keeps[s], 1 - self.keeps[s]
        return (
            None not in (self.state.there[s][missing], self.state.there[k][stays])
            and self.state.there[k][missing] is None
        )

    def step_in(self, s: int, k: int) -> None:
        """The stand-by meets the side of meeting `k` that is at the table; the turn of that side goes on."""
        number = self.keeps[s]
        stays = self.state.there[k][number]
        assert stays is not None
        self.state.there[s][number] = Side(stays.actor, self.env.now, Cause.NONE, stays.turn)
        self.sit_down(s)
