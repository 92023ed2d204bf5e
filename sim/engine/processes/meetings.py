"""Meetings (R6): two sides, a table, a slot, perhaps an interpreter."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Sequence
from functools import partial

from sim.engine.order import Rank
from sim.engine.processes.geography import Geography
from sim.engine.processes.kernel import Clock, Turn, call_at
from sim.engine.trace import Cause, Kind, Outcome
from sim.expo.floor import NEVER, NONE, Meetings, PlaceKind

__all__ = ["MeetingBook", "Side"]

Record = Callable[[int, int, int, int, int, int, int, int, int], None]


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
        n = len(self.place)
        self.at_table = [kinds[place] == PlaceKind.TABLE for place in self.place]
        self.deadline = [a + b for a, b in zip(self.start, self.tolerance, strict=True)]
        self.due = [False] * n
        self.settled = [False] * n  # begun or lost: nobody need come any more
        self.begun = [NEVER] * n
        self.there: list[list[Side | None]] = [[None, None] for _ in range(n)]
        self.table_taken: dict[int, int] = {}
        self.due_at: dict[int, list[tuple[int, int]]] = {}  # table: its meetings whose slot has come
        self.waits_for_interpreter: dict[int, list[tuple[int, int]]] = {}

    def arrive(self, k: int, side: int, actor: int, cause: Cause) -> Turn | None:
        """A side reaches the table; its turn ends with the meeting. None: the meeting is lost."""
        if self.settled[k]:
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
        first, second = self.there[k]
        place, pool = self.place[k], self.pool[k]
        if first is None or second is None or self.settled[k]:
            return
        now = self.env.now
        if not self.geography.is_open(place, now):
            return
        if self.at_table[k] and place in self.table_taken:
            return
        if pool != NONE:
            if self.interpreters[pool] == 0:
                waiting = self.waits_for_interpreter.setdefault(pool, [])
                if (self.start[k], k) not in waiting:
                    insort(waiting, (self.start[k], k))
                return
            self.interpreters[pool] -= 1
        if self.at_table[k]:
            self.table_taken[place] = k
        self.settle(k)
        self.begun[k] = now
        end = now + self.duration[k] if self.holds[k] else self.start[k] + self.duration[k]
        call_at(self.env, max(end - now, 1), Rank.MEETINGS_END, k, partial(self.finish, k))

    def finish(self, k: int) -> None:
        """The meeting ends: rows for both sides, the table and the interpreter go on."""
        now, begun, start = self.env.now, self.begun[k], self.start[k]
        for side in self.there[k]:
            assert side is not None
            late = side.since > start
            outcome, cause = (Outcome.LATE, side.cause) if late else (Outcome.DONE, Cause.NONE)
            wait = begun - side.since
            self.record(side.since, now, Kind.MEETING, self.place[k], side.actor, k, wait, outcome, cause)
        if self.at_table[k]:
            del self.table_taken[self.place[k]]
        if self.pool[k] != NONE:
            self.interpreters[self.pool[k]] += 1
            for _, other in list(self.waits_for_interpreter.get(self.pool[k], ())):
                self.begin(other)
        if self.at_table[k]:
            self.free_table(self.place[k], now)
        for side in self.there[k]:
            assert side is not None
            side.turn.succeed(Outcome.DONE)

    def free_table(self, place: int, now: int) -> None:
        """The table is free: those whose slot has come may begin, in order of slot.

        For those that were due while it was taken, the tolerance counts from now.
        """
        for _, k in list(self.due_at.get(place, ())):
            if place in self.table_taken:
                return
            self.begin(k)
            if not self.settled[k] and self.deadline[k] == NEVER:
                self.deadline[k] = now + self.tolerance[k]
                entity = self.first_entity + k
                expire = partial(self.expire, k)
                call_at(self.env, self.tolerance[k], Rank.DEADLINES, entity, expire)

    def reopen(self, place: int) -> None:
        """A place opens: meetings that are due may begin."""
        for k, at in enumerate(self.place):
            if at == place and self.due[k]:
                self.begin(k)

    def settle(self, k: int) -> None:
        """The meeting has begun or is lost: it waits for nothing any more."""
        self.settled[k] = True
        for lines, key in ((self.due_at, self.place[k]), (self.waits_for_interpreter, self.pool[k])):
            entry = (self.start[k], k)
            if entry in lines.get(key, ()):
                lines[key].remove(entry)

    def expire(self, k: int) -> None:
        """The deadline: if the meeting has not begun it is lost, with a row for each side."""
        now = self.env.now
        if self.settled[k] or self.deadline[k] != now:
            return
        self.settle(k)
        place = self.place[k]
        both = None not in self.there[k]
        for number, side in enumerate(self.there[k]):
            if side is None:
                actor, outcome, cause = self.missing(k, number)
                self.record(now, now, Kind.MEETING, place, actor, k, 0, outcome, cause)
            else:
                cause = Cause.OTHER_SIDE
                if both:
                    cause = self.why_not_begun(k, now)
                wait = now - side.since
                self.record(
                    side.since, now, Kind.MEETING, place, side.actor, k, wait, Outcome.STOOD_UP, cause
                )
        self.cancel(k)
        for side in self.there[k]:
            if side is not None:
                side.turn.succeed(Outcome.STOOD_UP)

    def why_not_begun(self, k: int, now: int) -> Cause:
        """Why a meeting whose sides are both there has not begun."""
        if not self.geography.is_open(self.place[k], now):
            return Cause.CLOSED
        taken = self.at_table[k] and self.place[k] in self.table_taken
        return Cause.MEETING if taken else Cause.INTERPRETER
