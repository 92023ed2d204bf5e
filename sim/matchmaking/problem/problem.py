"""The problem a policy solves: accepted requests, people's limits and availability, slots, tables.

Frozen and free of any simulation: it can be made from anyone's lists.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from sim.matchmaking.problem.checking import check, claim
from sim.matchmaking.problem.days import days_of, usual_pause
from sim.matchmaking.problem.weights import Weights
from sim.matchmaking.wishes.affinity import BoolArray, FloatArray, IntArray

__all__ = ["NO_LIMIT", "UNSCHEDULED", "BoolArray", "Problem"]

NO_LIMIT: Final = 1 << 40
UNSCHEDULED: Final = -1
HALF_HOUR: Final = 30 * 60_000  # ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Which of these requests become meetings, and when?

    `Problem.of` fills in what is left out. Request k is between participants `a[k]` (who asked) and
    `b[k]` (who was asked), worth `score[k]` ≥ 0, which they wish by `wish_a[k]` and `wish_b[k]`, and
    came in at `arrival[k]` (any numbers, the smallest first). Participant i holds `capacity[i]`
    meetings at once (an exhibitor's delegates), at most `most[i]` in all and, if it can be, at least
    `least[i]`; `available[i, t]` says whether i can meet in slot t (None: everybody can, always). Slot
    t lasts from `start[t]` to `end[t]` (ms) and has `tables[t]` tables, numbered from 0; slots are in
    order of time and do not overlap, so areas that work side by side are one slot with all their
    tables. `capacity` may also have a number for each participant and slot, (participants, slots).

    `weights` are the scores as whole numbers; whatever is proven of timetables is proven of these. They
    are made of `score` unless `exact` has them (scores with more digits than a float, or their products).

    Rules that may be left out (None, or no rows):

    - `veto[k]`: request k is never held. `must[k]`: it is held if it can be, before any that need not.
    - `fixed[k]`: the only slot in which request k may be held, -1 for any.
    - `pool[k]`: the pool of interpreters that request k needs one of, -1 for none; pool p has
      `interpreters[p, t]` of them in slot t.
    - `in_row[i]`: of any `in_row[i]` + 1 slots that adjoin one another, participant i has meetings in
      `in_row[i]` at most (one who holds c at once: at most c × `in_row[i]` meetings). Two slots of a
      day adjoin if at most `pause` ms lie between; None: the usual pause (`days.py`).
    - `most_a_day[i]`: participant i has so many meetings at most on each day, `least_a_day[i]`: if it can
      be, so many at least; `most_days[i]`: he has meetings on so many days at most. `day[t]` is the day of
      slot t, never less than that of the slot before; None: a day ends in the longest night (`days.py`).
    - `keep[i, s]`: participant i has no meeting in so many slots, at least, of those of `spans[s, t]` (one
      who holds c at once: c times as many meetings as there are other slots in it, at most).
    - `length[k]`: the slots that request k takes, from its slot on. Each follows the one before directly,
      everybody is there in all, and it stays at one table: one that all slots of the run have, as slots
      that follow each other directly, each with tables, are called. `rest[i]` (ms) is at least between two
      meetings of participant i (of each of his delegates).
    - `home[i]`: the table that participant i keeps, -1 for none. All his meetings are there (where both
      sides keep one, at that of `b`; where a third person does too, not at his), one at a time; others may
      use it while he does not.
    - `place[k]`, `walk[p, q]` (ms): whoever holds one meeting at once has the time to walk from each
      meeting's place to that of any later one; place -1 is everywhere. (Delegates divide themselves.)
    - `place_room[p]`, or `place_room[p, t]`: place p has so many meetings at once (in slot t), at most.
    - `before`, shape (rules, 2): if both these requests are held, the first ends before the second.
    - `others`, shape (rows, 2): a request, and one more participant who is in its meeting besides the two;
      it binds him in all things, as it does them. What a meeting is worth to him counts in its score only.
    - `alternatives[k]`: the group of offers that request k is one of, -1 for none; of each group one is
      held at most (the same two people at other times, say).

    Raises ValueError, naming the first offender, if anything is out of range.
    """

    a: IntArray
    b: IntArray
    score: FloatArray
    wish_a: FloatArray
    wish_b: FloatArray
    arrival: FloatArray
    participants: int
    capacity: IntArray
    most: IntArray
    least: IntArray
    available: BoolArray | None
    tables: IntArray
    start: IntArray
    end: IntArray
    veto: BoolArray | None = None
    must: BoolArray | None = None
    fixed: IntArray | None = None
    pool: IntArray | None = None
    interpreters: IntArray | None = None
    in_row: IntArray | None = None
    place: IntArray | None = None
    walk: IntArray | None = None
    before: IntArray | None = None
    pause: int | None = None
    alternatives: IntArray | None = None
    day: IntArray | None = None
    most_a_day: IntArray | None = None
    least_a_day: IntArray | None = None
    most_days: IntArray | None = None
    spans: BoolArray | None = None
    keep: IntArray | None = None
    length: IntArray | None = None
    rest: IntArray | None = None
    home: IntArray | None = None
    others: IntArray | None = None
    place_room: IntArray | None = None
    exact: Weights | None = None
    weights: Weights = field(init=False, repr=False)

    @classmethod
    def of(
        cls,
        a: npt.ArrayLike,
        b: npt.ArrayLike,
        score: npt.ArrayLike,
        *,
        tables: npt.ArrayLike,
        slots: int | None = None,
        participants: int | None = None,
        capacity: npt.ArrayLike = 1,
        most: npt.ArrayLike = NO_LIMIT,
        least: npt.ArrayLike = 0,
        available: npt.ArrayLike | None = None,
        wish_a: npt.ArrayLike | None = None,
        wish_b: npt.ArrayLike | None = None,
        arrival: npt.ArrayLike | None = None,
        start: npt.ArrayLike | None = None,
        end: npt.ArrayLike | None = None,
        veto: npt.ArrayLike | None = None,
        must: npt.ArrayLike | None = None,
        fixed: npt.ArrayLike | None = None,
        pool: npt.ArrayLike | None = None,
        interpreters: npt.ArrayLike | None = None,
        in_row: npt.ArrayLike | None = None,
        place: npt.ArrayLike | None = None,
        walk: npt.ArrayLike | None = None,
        before: npt.ArrayLike | None = None,
        pause: int | None = None,
        alternatives: npt.ArrayLike | None = None,
        day: npt.ArrayLike | None = None,
        most_a_day: npt.ArrayLike | None = None,
        least_a_day: npt.ArrayLike | None = None,
        most_days: npt.ArrayLike | None = None,
        spans: npt.ArrayLike | None = None,
        keep: npt.ArrayLike | None = None,
        length: npt.ArrayLike | None = None,
        rest: npt.ArrayLike | None = None,
        home: npt.ArrayLike | None = None,
        others: npt.ArrayLike | None = None,
        place_room: npt.ArrayLike | None = None,
    ) -> Problem:
        """A problem from plain lists.

        `capacity`, `most`, `least`, `in_row` and limits by day are one number for all or one a
        participant, `tables` one for all `slots` or one a slot, `interpreters` one a pool or one a pool
        and slot, `keep` one for all, one a span or one a participant and span; `capacity` may also be one a
        participant and slot. Scores may be Decimals or Fractions.

        Left out: `participants` is as many as the requests name, both sides wish a meeting by its
        score, `arrival` is the order given, and slots follow one another, half an hour each.
        """
        first, second = _whole(a), _whole(b)
        third = _whole(() if others is None else others).reshape(-1, 2)[:, 1]
        named = max(each.max(initial=-1) for each in (first, second, third)) + 1
        n = int(named) if participants is None else participants
        table = _whole(tables) if slots is None else np.broadcast_to(_whole(tables), (slots,))
        claim(table.ndim == 1, "tables must be one number for each slot, or one number and `slots`")
        clock = np.arange(len(table) + 1) * HALF_HOUR
        room = _whole(capacity)
        given = np.asarray(score)
        exact = Weights.of(given) if given.dtype == object or np.issubdtype(given.dtype, np.integer) else None
        score = given.astype(np.float64) if exact is None else exact.score
        staff = None if interpreters is None else _whole(interpreters)
        if staff is not None and staff.ndim < 2:
            staff = np.broadcast_to(staff[..., None], (staff.size, len(table)))
        return cls(
            a=first,
            b=second,
            score=score,
            wish_a=np.asarray(score if wish_a is None else wish_a, dtype=np.float64),
            wish_b=np.asarray(score if wish_b is None else wish_b, dtype=np.float64),
            arrival=np.asarray(np.arange(len(first)) if arrival is None else arrival, dtype=np.float64),
            participants=n,
            capacity=room if room.ndim == 2 else np.broadcast_to(room, (n,)),
            most=np.broadcast_to(_whole(most), (n,)),
            least=np.broadcast_to(_whole(least), (n,)),
            available=None if available is None else np.asarray(available, dtype=np.bool_),
            tables=table,
            start=clock[:-1] if start is None else _whole(start),
            end=clock[1:] if end is None else _whole(end),
            veto=_flags(veto),
            must=_flags(must),
            fixed=None if fixed is None else _whole(fixed),
            pool=None if pool is None else _whole(pool),
            interpreters=staff,
            in_row=_each(in_row, (n,)),
            place=None if place is None else _whole(place),
            walk=None if walk is None else _whole(walk),
            before=None if before is None else _whole(before).reshape(-1, 2),
            pause=pause,
            exact=exact,
            alternatives=None if alternatives is None else _whole(alternatives),
            day=None if day is None else _whole(day),
            most_a_day=_each(most_a_day, (n,)),
            least_a_day=_each(least_a_day, (n,)),
            most_days=_each(most_days, (n,)),
            spans=_flags(spans),
            length=_each(length, (len(first),)),
            rest=_each(rest, (n,)),
            home=_each(home, (n,)),
            place_room=None if place_room is None else _whole(place_room),
            others=None if others is None else _whole(others).reshape(-1, 2),
            keep=None if spans is None else _each(keep, (n, len(np.asarray(spans)))),
        )

    def __post_init__(self) -> None:
        check(self)
        weights = Weights.of(self.score) if self.exact is None else self.exact
        # scores that were replaced must not be proven by the weights of others
        claim(self.exact is None or np.array_equal(weights.score, self.score), "exact must be of `score`")
        object.__setattr__(self, "weights", weights)

    @property
    def requests(self) -> int:
        """Number of accepted requests."""
        return len(self.a)

    @property
    def slots(self) -> int:
        """Number of slots."""
        return len(self.tables)

    @property
    def always(self) -> bool:
        """Whether everybody is available in every slot, with as many delegates in each."""
        steady = self.capacity.ndim == 1 or bool((self.capacity == self.capacity[:, :1]).all())
        return steady and (self.available is None or bool(self.available.all()))

    @property
    def plain(self) -> bool:
        """Whether there are none of the rules that may be left out, vetoes aside."""
        extra = (
            self.must,
            self.fixed,
            self.pool,
            self.in_row,
            self.place,
            self.before,
            self.alternatives,
            self.most_a_day,
            self.least_a_day,
            self.most_days,
            self.keep,
            self.length,
            self.rest,
            self.home,
            self.others,
        )
        return all(each is None for each in extra)

    @property
    def room(self) -> IntArray:
        """The meetings that each participant can hold in each slot: (participants, slots)."""
        shape = (self.participants, self.slots)
        each = self.capacity if self.capacity.ndim == 2 else self.capacity[:, None]
        room = np.broadcast_to(each, shape)
        return room if self.available is None else np.where(self.available, room, 0)

    @property
    def rooms(self) -> IntArray | None:
        """The meetings that each place has room for in each slot: (places, slots); None if for any."""
        if self.place_room is None:
            return None
        each = self.place_room if self.place_room.ndim == 2 else self.place_room[:, None]
        return np.broadcast_to(each, (len(each), self.slots))

    @property
    def delegates(self) -> IntArray:
        """The most meetings that each participant holds at once, in any slot: (participants,)."""
        return self.capacity if self.capacity.ndim == 1 else self.capacity.max(axis=1, initial=0)

    @property
    def limit(self) -> IntArray:
        """The most meetings each participant can have, by its own limits, slots and days: (participants,)."""
        room = np.where(self.tables > 0, self.room, 0)
        if self.most_a_day is None and self.most_days is None:
            return np.asarray(np.minimum(self.most, room.sum(axis=1)), dtype=np.int64)
        day = self.days
        by_day = np.zeros((self.participants, int(day.max(initial=-1)) + 1), dtype=np.int64)
        np.add.at(by_day.T, day, room.T)
        if self.most_a_day is not None:
            by_day = np.minimum(by_day, self.most_a_day[:, None])
        if self.most_days is not None:
            by_day = np.sort(by_day, axis=1)[:, ::-1]
            by_day = np.where(np.arange(by_day.shape[1]) < self.most_days[:, None], by_day, 0)
        return np.asarray(np.minimum(self.most, by_day.sum(axis=1)), dtype=np.int64)

    @property
    def busiest(self) -> IntArray | None:
        """The most meetings that each participant may have in each span, by `keep`: (participants, spans)."""
        if self.spans is None or self.keep is None:
            return None
        other = np.maximum(self.spans.sum(axis=1) - self.keep, 0)
        return np.where(self.keep > 0, other * self.delegates[:, None], NO_LIMIT)

    @property
    def leasts(self) -> bool:
        """Whether anybody is to have at least some meetings, in all or a day."""
        by_day = self.least_a_day is not None and bool(self.least_a_day.any())
        return by_day or bool(self.least.any())

    def missing(self, held: IntArray) -> IntArray:
        """How many meetings these slots (-1: none) leave everybody short of his least a day, by day.

        Shape (participants, days).
        """
        if self.least_a_day is None:
            return np.zeros((self.participants, int(self.days.max(initial=-1)) + 1), dtype=np.int64)
        return np.asarray(np.maximum(self.least_a_day[:, None] - self.by_day(held), 0), dtype=np.int64)

    def by_day(self, held: IntArray) -> IntArray:
        """How many meetings everybody has on each day by these slots (-1: none): (participants, days)."""
        day = self.days
        has = np.zeros((self.participants, int(day.max(initial=-1)) + 1), dtype=np.int64)
        on = held[self.attending[0]] != UNSCHEDULED
        request, who = (each[on] for each in self.attending)
        np.add.at(has, (who, day[held[request]]), 1)
        return has

    @property
    def possible(self) -> BoolArray:
        """Whether each request has any slot in which it may be held, were there no others.

        Delegates that a participant has in no slot are not looked at: one more could be had.
        """
        here = np.ones((self.participants, self.slots), dtype=np.bool_)
        if self.available is not None:
            here &= self.available
        if self.capacity.ndim == 2:
            here &= self.capacity > 0
        here &= self.tables > 0
        packed = np.packbits(here, axis=1)
        both = self.together(packed, np.arange(self.requests))
        if self.home is not None:
            both &= np.packbits(self.has_table(np.arange(self.requests)), axis=1)
        if self.length is not None:
            longer = np.flatnonzero(self.length > 1)
            together = self.together(here, longer) & self.has_table(longer)
            both[longer] = np.packbits(self.begins(together, self.length[longer]), axis=1)
        if self.fixed is not None and self.slots:
            slots = np.eye(self.slots, dtype=np.bool_)[self.fixed]
            both &= np.packbits(slots | (self.fixed == UNSCHEDULED)[:, None], axis=1)
        found = both.any(axis=1)
        return np.asarray(found if self.veto is None else found & ~self.veto, dtype=np.bool_)

    @property
    def days(self) -> IntArray:
        """The day of each slot, numbered from 0 without gaps: (slots,)."""
        if self.day is None:
            return days_of(self.start, self.end)
        return np.unique(self.day, return_inverse=True)[1].astype(np.int64)

    @property
    def longest_pause(self) -> int:
        """How long a pause (ms) may be between slots that adjoin."""
        return usual_pause(self.start, self.end, self.days) if self.pause is None else self.pause

    @property
    def follows(self) -> BoolArray:
        """Whether each slot but the first adjoins the one before, on the same day: (slots - 1,)."""
        days = self.days
        near = self.start[1:] - self.end[:-1] <= self.longest_pause
        return np.asarray(near & (days[1:] == days[:-1]), dtype=np.bool_)

    @property
    def in_order(self) -> IntArray:
        """The requests in order of arrival."""
        return np.argsort(self.arrival, kind="stable").astype(np.int64)

    @property
    def lengths(self) -> IntArray:
        """The slots that each request takes: (requests,)."""
        return np.ones(self.requests, dtype=np.int64) if self.length is None else self.length

    def begins(self, open_: BoolArray, length: IntArray) -> BoolArray:
        """In which slots meetings of these lengths (rows,) can begin, being open in these (rows, slots)."""
        begins = open_.copy()
        follows = np.append(self.follows, False)
        for more in range(1, int(length.max(initial=1))):
            long = length > more
            later = np.zeros((int(long.sum()), self.slots), dtype=np.bool_)
            later[:, : self.slots - more] = open_[long, more:]
            run = np.zeros(self.slots, dtype=np.bool_)
            if more <= self.slots:
                each = np.stack([follows[n : self.slots - more + n] for n in range(more)])
                run[: self.slots - more] = each.all(axis=0)
            begins[long] &= later & run
        return begins

    def occupied(self, request: IntArray, slot: IntArray) -> tuple[IntArray, IntArray]:
        """All slots that these requests take from these first slots on: places in the arrays, and slots."""
        own = np.arange(len(request))
        if self.length is None:
            return own, slot
        length = self.length[request]
        which = np.repeat(own, length)
        turn = np.arange(len(which)) - np.repeat(np.cumsum(length) - length, length)
        return which, slot[which] + turn

    def last(self, request: IntArray, slot: IntArray) -> IntArray:
        """The last slots of these requests, whose first these are."""
        return slot if self.length is None else slot + self.length[request] - 1

    @property
    def own_table(self) -> IntArray:
        """The table that each request is held at, -1 for any: (requests,)."""
        if self.home is None:
            return np.full(self.requests, UNSCHEDULED, dtype=np.int64)
        own = np.where(self.home[self.b] != UNSCHEDULED, self.home[self.b], self.home[self.a])
        for request, who in [] if self.others is None else self.others.tolist():
            own[request] = self.home[who] if own[request] == UNSCHEDULED else own[request]
        return own

    def has_table(self, request: IntArray) -> BoolArray:
        """Whether each slot has the table that these requests are held at: (rows, slots)."""
        return np.asarray(self.own_table[request, None] < np.maximum(self.tables, 1), dtype=np.bool_)

    @property
    def steady(self) -> IntArray:
        """Of the tables that all slots of a run have, those that nobody keeps, in each slot: (slots,)."""
        kept, common = np.unique(self.own_table), self.common
        kept = kept[kept != UNSCHEDULED]
        return np.asarray(common - (kept[:, None] < common).sum(axis=0), dtype=np.int64)

    @property
    def common(self) -> IntArray:
        """The tables that all slots of a run have, in each slot: (slots,)."""
        if not self.slots:
            return self.tables
        apart = ~(self.follows & (self.tables[1:] > 0) & (self.tables[:-1] > 0))
        run = np.concatenate(([0], apart.cumsum()))
        least = np.full(int(run[-1]) + 1, NO_LIMIT, dtype=np.int64)
        np.minimum.at(least, run, self.tables)
        return np.asarray(least[run], dtype=np.int64)

    @property
    def members(self) -> list[tuple[int, ...]]:
        """Who is in the meeting of each request."""
        members: list[tuple[int, ...]] = list(zip(self.a.tolist(), self.b.tolist(), strict=True))
        for request, who in [] if self.others is None else self.others.tolist():
            members[request] += (who,)
        return members

    @property
    def attending(self) -> tuple[IntArray, IntArray]:
        """A request and somebody who is in its meeting, an item each pair: requests, participants."""
        own = np.arange(self.requests)
        more = np.zeros((0, 2), dtype=np.int64) if self.others is None else self.others
        return np.concatenate((own, own, more[:, 0])), np.concatenate((self.a, self.b, more[:, 1]))

    def together(self, each: npt.NDArray[Any], request: IntArray) -> npt.NDArray[Any]:
        """The flags, or bits, that all who are in these meetings (no request twice) have in common.

        `each` is of all participants, (participants, ...); the answer is (rows, ...).
        """
        both: npt.NDArray[Any] = each[self.a[request]] & each[self.b[request]]
        if self.others is not None:
            place = np.full(self.requests, UNSCHEDULED, dtype=np.int64)
            place[request] = np.arange(len(request))
            row, who = place[self.others[:, 0]], self.others[:, 1]
            np.bitwise_and.at(both, row[row != UNSCHEDULED], each[who[row != UNSCHEDULED]])
        return both

    def held(self, slot: IntArray) -> IntArray:
        """The meetings that everybody has in each slot, by the first slot of each: (participants, slots)."""
        table = np.zeros((self.participants, self.slots), dtype=np.int64)
        on = slot[self.attending[0]] != UNSCHEDULED
        request, who = (each[on] for each in self.attending)
        pair, time = self.occupied(request, slot[request])
        np.add.at(table, (who[pair], time), 1)
        return table

    def load(self, held: IntArray | BoolArray) -> IntArray:
        """How many of these meetings (numbers of requests, or a flag a request) each participant has."""
        ends = np.concatenate((self.a[held], self.b[held]))
        if self.others is not None:
            on = np.zeros(self.requests, dtype=np.bool_)
            on[held] = True
            ends = np.concatenate((ends, self.others[on[self.others[:, 0]], 1]))
        return np.bincount(ends, minlength=self.participants).astype(np.int64)

    def __repr__(self) -> str:
        return (
            f"Problem({self.requests:,} requests, {self.participants:,} participants, "
            f"{self.slots:,} slots, {int(self.tables.sum()):,} table-slots)"
        )


def _whole(values: npt.ArrayLike) -> IntArray:
    array = np.asarray(values)
    claim(array.size == 0 or np.issubdtype(array.dtype, np.integer), "expected whole numbers")
    return array.astype(np.int64)


def _each(values: npt.ArrayLike | None, shape: tuple[int, ...]) -> IntArray | None:
    return None if values is None else np.broadcast_to(_whole(values), shape)


def _flags(values: npt.ArrayLike | None) -> BoolArray | None:
    return None if values is None else np.asarray(values, dtype=np.bool_)
