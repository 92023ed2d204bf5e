"""A floor and its trace as the laws read them: which rows say what, and where a party was in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from sim.floor.arrays import NONE, Floor, IntArray, Places
from sim.floor.geography import walks
from sim.floor.index import owners
from sim.floor.trace import COLUMNS, Cause, Kind, Outcome, Trace

__all__ = ["ABSENT", "SERVED", "SHOWN", "Account", "Bools", "Law", "Rows", "Way", "holding", "many"]

Bools = npt.NDArray[np.bool_]

SERVED: Final = (Outcome.DONE, Outcome.LATE)
ABSENT: Final = (Outcome.NO_SHOW, Outcome.MISSED)
SHOWN: Final = 5  # offenders that a law names each time it is broken
_LATEST: Final = 1 << 36  # ms: later than anything in a trace

# Rows that say where a party is; a CONTACT lies within its SESSION, a VISIT spans all.
_ON_THE_WAY: Final = (
    Kind.GATE, Kind.LOOK, Kind.TALK, Kind.LOUNGE, Kind.MEAL, Kind.HALL, Kind.SESSION, Kind.MEETING,
    Kind.IN_VAIN,
)  # fmt: skip


class Rows:
    """Some rows of a trace, as columns that can be calculated with."""

    def __init__(self, trace: Trace, index: IntArray) -> None:
        self.index = index
        self.start, self.end, self.kind, self.place, self.actor, self.other, self.wait = (
            getattr(trace, name)[index].astype(np.int64) for name in COLUMNS[:7]
        )
        self.outcome, self.cause, self.side = (
            getattr(trace, name)[index].astype(np.int64) for name in COLUMNS[7:]
        )

    def __len__(self) -> int:
        return len(self.index)

    @property
    def begin(self) -> IntArray:
        """When the waiting was over, ms."""
        begin: IntArray = self.start + self.wait
        return begin

    @property
    def served(self) -> Bools:
        """Whether each row is of something that came about."""
        return np.isin(self.outcome, SERVED)

    @property
    def absent(self) -> Bools:
        """Whether each row says where somebody was not."""
        unneeded = (self.outcome == Outcome.NOT_NEEDED) & (self.cause != Cause.NONE)
        absent: Bools = np.isin(self.outcome, ABSENT) | unneeded
        return absent


class Way(Rows):
    """Rows of parties that say where they were, by party and in order; the gate at the end is a row too.

    Its numbers of places go on behind the floor's with the doors of halls, where a party stands that
    was not let in.
    """

    def __init__(self, account: Account) -> None:
        trace, floor = account.trace, account.floor
        rows = account.rows(*_ON_THE_WAY)
        there = account.is_party(rows.actor) & ~rows.absent
        visits = account.rows(Kind.VISIT)
        index = np.concatenate((rows.index[there], visits.index))
        super().__init__(trace, index)
        home = self.kind == Kind.VISIT
        self.start = np.where(home, self.end, self.start)
        order = np.lexsort((index, self.start, home, self.actor))  # the way home comes last
        for name in ("index", *COLUMNS):
            setattr(self, name, getattr(self, name)[order])
        self.home = home[order]
        self.first: Bools = np.append(True, self.actor[1:] != self.actor[:-1])[: len(self)]
        self.pace = floor.party_days.pace[self.actor]
        self.door = np.where(self.kind == Kind.HALL, len(floor.places.kind) + self.other, NONE)
        self.turned_away: Bools = (self.kind == Kind.HALL) & (self.outcome != Outcome.DONE)
        # whether it comes from the door of a hall, at which it was kept
        self.kept: Bools = np.append(False, self.kind[:-1] == Kind.HALL)[: len(self)]
        stands = np.where(self.turned_away, self.door, self.place)
        # who lounges is where it was: the row of a lounge at a door cannot say so
        moves = (self.kind != Kind.LOUNGE) | self.first
        last = np.maximum.accumulate(np.where(moves, np.arange(len(self)), 0))
        self.stands: IntArray = stands[last] if len(self) else stands


class Account:
    """A floor and a trace of it. Its rows are by kind; `way` is where parties were, step by step."""

    def __init__(self, floor: Floor, trace: Trace) -> None:
        self.floor = floor
        self.trace = trace
        self._rows: dict[tuple[Kind, ...], Rows] = {}

    def rows(self, *kinds: Kind) -> Rows:
        """Rows of some kinds, in the trace's order."""
        if kinds not in self._rows:
            self._rows[kinds] = Rows(self.trace, np.flatnonzero(np.isin(self.trace.kind, kinds)))
        return self._rows[kinds]

    @cached_property
    def way(self) -> Way:
        """Where parties were, step by step."""
        return Way(self)

    @cached_property
    def places(self) -> Places:
        """The floor's places, and behind them the doors of its halls, seen from outside."""
        places = self.floor.places
        doors = np.zeros(len(places.zone_limit), dtype=np.int64)
        zones = len(doors) + np.arange(len(doors))
        return replace(
            places,
            x=np.append(places.x, doors),
            y=np.append(places.y, doors),
            zone=np.append(places.zone, zones),
            to_door=np.append(places.to_door, doors),
            zone_distance=np.tile(places.zone_distance, (2, 2)),
        )

    def walk(self, a: IntArray, b: IntArray, pace: IntArray) -> IntArray:
        """Ms of each walk between places or doors."""
        return walks(self.places, a, b, pace)

    def is_party(self, actor: IntArray) -> Bools:
        """Whether each actor is a party; NONE is not."""
        return (actor >= 0) & (actor < self.floor.n_party_days)

    def people(self, actor: IntArray) -> IntArray:
        """People of each party."""
        return self.floor.party_days.size[actor]

    def is_open(self, place: IntArray, time: IntArray) -> Bools:
        """Whether each place is open at a time."""
        places = self.floor.places
        found = holding(owners(places.open_index), places.open_from, places.open_to, place, time)
        return np.not_equal(found, NONE)

    def on_duty(self, member: IntArray, time: IntArray) -> Bools:
        """Whether each member of staff is on duty at a time."""
        staff = self.floor.staff
        found = holding(owners(staff.shift_index), staff.shift_from, staff.shift_to, member, time)
        return np.not_equal(found, NONE)

    def named(self, rows: Rows, wrong: Bools, what: str) -> Iterator[str]:
        """A line for each of the first rows for which something is wrong."""
        for i in np.flatnonzero(wrong)[:SHOWN]:
            yield f"row {rows.index[i]} ({Kind(rows.kind[i]).name} of actor {rows.actor[i]}): {what}"


Law: TypeAlias = Callable[[Account], Iterator[str]]
"""What must be so of every trace: yields a line for each way in which it is not."""


def holding(whose: IntArray, low: IntArray, high: IntArray, item: IntArray, time: IntArray) -> IntArray:
    """The interval [low, high) of each item that holds at its time, or NONE; an item's do not overlap."""
    if not len(whose):
        return np.full(len(item), NONE, dtype=np.int64)
    order = np.lexsort((high, low, whose))
    key = (whose * _LATEST + np.minimum(low, _LATEST - 1))[order]  # what never begins, too late to hold
    last = order[np.maximum(np.searchsorted(key, item * _LATEST + time, side="right") - 1, 0)]
    holds = (whose[last] == item) & (low[last] <= time) & (time < high[last])
    found: IntArray = np.where(holds, last, NONE)
    return found


def many(of: IntArray, each: IntArray) -> IntArray:
    """How many of `of` each number is."""
    ordered = np.sort(of)
    found: IntArray = np.searchsorted(ordered, each, side="right") - np.searchsorted(ordered, each)
    return found
