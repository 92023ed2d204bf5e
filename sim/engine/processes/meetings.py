"""Meetings (R6): two sides, a table, a slot, perhaps an interpreter, perhaps a stand-by.

A stand-by comes to the table as to a meeting of its own and waits. When the meeting it stands by for
begins, it is not needed and goes on. When that meeting is lost because the side that it would replace
is missing, while the other side is there, these two meet at once, in the same event: if the place is
open, the table free and, where the two need one, an interpreter free at that moment; otherwise both
are stood up. Such a meeting ends as any late one does. If the meeting is lost in another way, so is
the stand-by's.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from sim.engine.processes.kernel import Clock, Turn, call_at
from sim.floor.arrays import NEVER, NONE, Meetings, PlaceKind
from sim.floor.geography import Geography
from sim.floor.order import Rank
from sim.floor.trace import Cause, Kind, Outcome

__all__ = ["MeetingBook", "Side"]

Record = Callable[[int, int, int, int, int, int, int, int, int, int], None]


class Side:
    """A side that is there: who, since when, what held it up."""

    __slots__ = ("actor", "cause", "since", "turn")

    def __init__(self, actor: int, since: int, cause: Cause, turn: Turn) -> None:
        self.actor = actor
        self.since = since
        self.cause = cause
        self.turn = turn


class MeetingBook:
    """All meetings: which are due, who is there, which table is taken, which interpreters are free."""

    def __init__(
        self,
        env: Clock,
        meetings: Meetings,
        kinds: Sequence[int],
        geography: Geography,
        record: Record,
        missing: Callable[[int, int], tuple[int, Outcome, Cause]],
        cancel: Callable[[int], None],
        first_entity: int,
    ) -> None:
        self.env = env
        self.geography = geography
        self.record = record
        self.missing = missing  # (meeting, side) -> actor, outcome, cause of a side not there
        self.cancel = cancel  # the calls of a meeting that is lost
        self.first_entity = first_entity
        self.place = meetings.place.tolist()
        self.start = meetings.start.tolist()
        self.duration = meetings.duration.tolist()
        self.tolerance = meetings.tolerance.tolist()
        self.holds = meetings.hold.tolist()
        self.pool = meetings.interpreters.tolist()
        self.interpreters = meetings.pool_size.tolist()
        self.keeps = meetings.keeps.tolist()
        self.standby_of = {k: s for s, k in enumerate(meetings.standby_for.tolist()) if k != NONE}
        n = len(self.place)
        self.at_table = [kinds[place] == PlaceKind.TABLE for place in self.place]
        self.deadline = [a + b for a, b in zip(self.start, self.tolerance, strict=True)]
        self.due = [False] * n
        self.settled = [False] * n  # begun, lost or not needed: nobody need come any more
        self.begun = [NEVER] * n
        self.there: list[list[Side | None]] = [[None, None] for _ in range(n)]
        self.at_place: dict[int, list[int]] = {}  # place: its meetings, in order of slots
        for k in sorted(range(n), key=self.start.__getitem__):
            self.at_place.setdefault(self.place[k], []).append(k)
        self.table_taken: dict[int, int] = {}
        self.due_at: dict[int, list[tuple[int, int]]] = {}  # table: its meetings whose slot has come
        self.waits_for_interpreter: dict[int, list[tuple[int, int]]] = {}

    def arrive(self, k: int, side: int, actor: int, cause: Cause) -> Turn | None:
        """A side reaches the table; its turn ends with the meeting. None: it has come in vain."""
        if self.settled[k]:
            now = self.env.now
            self.record(now, now, Kind.IN_VAIN, self.place[k], actor, k, 0, Outcome.DONE, Cause.NONE, side)
            return None
        turn = Turn(self.env, actor)
        self.there[k][side] = Side(actor, self.env.now, cause, turn)
        if self.due[k]:
            self.begin(k)
        return turn

    def fall_due(self, k: int) -> None:
        """The slot starts; if the table is still taken, the tolerance counts from when it is free."""
        self.due[k] = True
        if self.at_table[k]:
            insort(self.due_at.setdefault(self.place[k], []), (self.start[k], k))
            if self.place[k] in self.table_taken:
                self.deadline[k] = NEVER
        self.begin(k)

    def begin(self, k: int) -> None:
        """Begin meeting `k` if everything it needs is there."""
        if None in self.there[k] or self.settled[k]:
            return
        wanting = self.wanting(k)
        if wanting is Cause.INTERPRETER:
            waiting = self.waits_for_interpreter.setdefault(self.pool[k], [])
            if (self.start[k], k) not in waiting:
                insort(waiting, (self.start[k], k))
        elif wanting is Cause.NONE:
            self.sit_down(k)
            if (s := self.standby_of.get(k, NONE)) != NONE:
                self.dismiss(s)

    def wanting(self, k: int) -> Cause:
        """What keeps a meeting whose sides are both there from beginning now; NONE: nothing does."""
        place, pool = self.place[k], self.pool[k]
        if not self.geography.is_open(place, self.env.now):
            return Cause.CLOSED
        if self.at_table[k] and place in self.table_taken:
            return Cause.MEETING
        if pool != NONE and self.interpreters[pool] == 0:
            return Cause.INTERPRETER
        return Cause.NONE

    def sit_down(self, k: int) -> None:
        """Meeting `k` begins: it has the table and an interpreter until it ends."""
        now = self.env.now
        if self.pool[k] != NONE:
            self.interpreters[self.pool[k]] -= 1
        if self.at_table[k]:
            self.table_taken[self.place[k]] = k
        self.settle(k)
        self.begun[k] = now
        end = now + self.duration[k] if self.holds[k] else self.start[k] + self.duration[k]
        call_at(self.env, max(end - now, 1), Rank.MEETINGS_END, k, partial(self.finish, k))

    def finish(self, k: int) -> None:
        """The meeting ends: rows for both sides, the table and the interpreter go on."""
        now, begun, start = self.env.now, self.begun[k], self.start[k]
        for number, side in enumerate(self.there[k]):
            assert side is not None
            late = side.since > start and number != self.keeps[k]  # who stays was there before
            outcome, cause = (Outcome.LATE, side.cause) if late else (Outcome.DONE, Cause.NONE)
            wait = begun - side.since
            since, actor, place = side.since, side.actor, self.place[k]
            self.record(since, now, Kind.MEETING, place, actor, k, wait, outcome, cause, number)
        self.hand_on(k)
        for side in self.there[k]:
            assert side is not None
            side.turn.succeed(Outcome.DONE)

    def hand_on(self, k: int) -> None:
        """The table and the interpreter of meeting `k` are free: who waits for them, in order of slots.

        For those that were due while the table was taken, the tolerance counts from now.
        """
        place, pool = self.place[k], self.pool[k]
        here: list[tuple[int, int]] = []
        elsewhere: list[tuple[int, int]] = []
        if self.at_table[k]:
            del self.table_taken[place]
            here = self.due_at.get(place, here)
        if pool != NONE:
            self.interpreters[pool] += 1
            elsewhere = self.waits_for_interpreter.get(pool, elsewhere)
        for _, other in sorted({*here, *elsewhere}):
            self.begin(other)
            in_vain = not self.settled[other] and self.place[other] == place
            if in_vain and self.deadline[other] == NEVER and place not in self.table_taken:
                self.extend(other)

    def extend(self, k: int) -> None:
        """The tolerance of meeting `k` counts from now."""
        self.deadline[k] = self.env.now + self.tolerance[k]
        entity = self.first_entity + k
        call_at(self.env, self.tolerance[k], Rank.DEADLINES, entity, partial(self.expire, k))

    def reopen(self, place: int) -> None:
        """A place opens: meetings that are due may begin, in order of slots."""
        for k in self.at_place.get(place, ()):
            if self.due[k]:
                self.begin(k)

    def settle(self, k: int) -> None:
        """The meeting has begun or is lost: it waits for nothing any more."""
        self.settled[k] = True
        for lines, key in ((self.due_at, self.place[k]), (self.waits_for_interpreter, self.pool[k])):
            entry = (self.start[k], k)
            if entry in lines.get(key, ()):
                lines[key].remove(entry)

    def expire(self, k: int) -> None:
        """The deadline: if the meeting has not begun it is lost, with a row for each side.

        A stand-by takes the place of a side that is missing and meets the one that is there.
        """
        if self.settled[k] or self.deadline[k] != self.env.now:
            return
        cause = Cause.OTHER_SIDE if None in self.there[k] else self.wanting(k)
        s, steps_in = self.standby_of.get(k, NONE), False
        if s != NONE and self.could_step_in(s, k):
            wanting = self.wanting(s)
            cause, steps_in = wanting or cause, wanting is Cause.NONE
        self.lose(k, (0, 1), cause)
        self.cancel(k)
        if steps_in:
            self.step_in(s, k)
            return
        self.release(k)
        if s != NONE:
            self.lose(s, (1 - self.keeps[s],), cause)
            self.release(s)

    def lose(self, k: int, sides: Iterable[int], cause: Cause) -> None:
        """The meeting does not take place: a row for each of these sides.

        `cause` says why those who are there have waited in vain.
        """
        self.settle(k)
        now, place = self.env.now, self.place[k]
        for number in sides:
            side = self.there[k][number]
            if side is None:
                actor, outcome, why = self.missing(k, number)
                since = now
            else:
                actor, outcome, why, since = side.actor, Outcome.STOOD_UP, cause, side.since
            self.record(since, now, Kind.MEETING, place, actor, k, now - since, outcome, why, number)

    def release(self, k: int) -> None:
        """Those who are there go on with their day."""
        for side in self.there[k]:
            if side is not None:
                side.turn.succeed(Outcome.STOOD_UP)

    # ------------------------------------------------------------------------------- stand-bys

    def dismiss(self, s: int) -> None:
        """The meeting that `s` stands by for has begun: the stand-by is not needed."""
        self.settle(s)
        now, place, number = self.env.now, self.place[s], 1 - self.keeps[s]
        side = self.there[s][number]
        if side is None:
            actor, _, cause = self.missing(s, number)
            since, cause = now, cause or Cause.ABSENT
        else:
            actor, since, cause = side.actor, side.since, Cause.NONE
            side.turn.succeed(Outcome.NOT_NEEDED)
        outcome = Outcome.NOT_NEEDED
        self.record(since, now, Kind.MEETING, place, actor, s, now - since, outcome, cause, number)

    def could_step_in(self, s: int, k: int) -> bool:
        """Whether the stand-by is there, and of meeting `k` only the side that both have in common."""
        stays, missing = self.keeps[s], 1 - self.keeps[s]
        return None not in (self.there[s][missing], self.there[k][stays]) and self.there[k][missing] is None

    def step_in(self, s: int, k: int) -> None:
        """The stand-by meets the side of meeting `k` that is at the table; the turn of that side goes on."""
        number = self.keeps[s]
        stays = self.there[k][number]
        assert stays is not None
        self.there[s][number] = Side(stays.actor, self.env.now, Cause.NONE, stays.turn)
        self.sit_down(s)
