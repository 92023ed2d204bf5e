"""Agendas: what each party-day is booked for so far, and what else fits in between."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from sim.expo.shared import Changing
from sim.floor.arrays import NONE, IntArray
from sim.floor.geography import walks

if TYPE_CHECKING:
    from sim.expo.venue.venue import Venue
    from sim.expo.visitors.visitors import Visitors

__all__ = ["Agenda", "Booked"]

_SHIFT: Final = 31  # bits for a time: 2**31 ms are 24 days
# What nobody is booked for: before all bookings, and after them. A sort key, until when, and where
_NOTHING: Final = np.array([[np.iinfo(np.int64).min, np.iinfo(np.int64).max], [0, 0], [0, 0]])


@dataclass(frozen=True, slots=True)
class Booked:
    """Bookings in the making, a row each; see `sim.floor.arrays.Bookings` for what is not said here.

    Columns may be given as one number for all; they are as long as `row`.
    """

    row: IntArray  # party-day
    place: IntArray
    start: IntArray  # ms: when to be there
    until: IntArray  # ms: when it is over, as planned
    session: IntArray = field(default_factory=lambda: np.array(NONE))
    meeting: IntArray = field(default_factory=lambda: np.array(NONE))
    side: IntArray = field(default_factory=lambda: np.array(NONE))
    meal: IntArray = field(default_factory=lambda: np.array(0))
    patience: IntArray = field(default_factory=lambda: np.array(0))
    registered: IntArray = field(default_factory=lambda: np.array(0))
    comes: IntArray = field(default_factory=lambda: np.array(1))
    rounds: IntArray = field(default_factory=lambda: np.array(0))
    key: npt.NDArray[np.uint64] = field(default_factory=lambda: np.array(0, dtype=np.uint64))  # of the mixing

    def __post_init__(self) -> None:
        for name in self.__slots__:
            column = getattr(self, name)
            if column.shape != self.row.shape:
                object.__setattr__(self, name, np.full(self.row.shape, column))

    def __len__(self) -> int:
        return len(self.row)

    def of(self, rows: npt.NDArray[np.bool_] | IntArray | slice) -> Booked:
        """These bookings alone."""
        return Booked(*(getattr(self, name)[rows] for name in self.__slots__))

    @classmethod
    def joined(cls, parts: list[Booked]) -> Booked:
        """All bookings, one part after the other."""
        none = np.empty(0, dtype=np.int64)
        parts = [cls(none, none, none, none), *parts]
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in cls.__slots__))

    def in_order(self) -> Booked:
        """By party-day and start."""
        return self.of(np.lexsort((self.start, self.row)))


class Agenda(Changing):
    """What every party-day is booked for; bookings of one never overlap.

    Between two bookings there is time to walk and a `margin` (ms); the first leaves time, after the
    planned arrival, for the gate's check, the margin and the walk, and the last one for the walk to
    the gate before the planned departure.
    """

    def __init__(self, visitors: Visitors, venue: Venue, margin: int) -> None:
        self.visitors = visitors
        self.venue = venue
        self.margin = margin
        self.parts: list[Booked] = []
        self._sort_key, self._until, self._place = _NOTHING
        self._held: IntArray | None = None  # from, until, of each party-day
        self._reserved: dict[int, Booked] = {}

    def walk(self, row: IntArray, a: IntArray, b: IntArray) -> IntArray:
        """How long each party walks from place `a` to place `b` (ms)."""
        return walks(self.venue.places, a, b, self.visitors.pace[row])

    def of_party(self, party: IntArray, day: IntArray) -> IntArray:
        """The party-day of each party (or NONE) on a day, NONE if there is none (broadcasts)."""
        v, days = self.visitors, len(self.venue.day_open)
        number = v.party * days + v.day  # rises from row to row
        wanted = party * days + day
        at = np.minimum(np.searchsorted(number, wanted), max(0, len(number) - 1))
        return np.where(number[at] == wanted, at, NONE) if len(number) else np.full(wanted.shape, NONE)

    def fits(self, row: IntArray, place: IntArray, start: IntArray, until: IntArray) -> npt.NDArray[np.bool_]:
        """Whether each party-day could also be at `place` from `start` to `until`."""
        row, place, start, until = np.broadcast_arrays(row, place, start, until)
        return self.within(row, place, start, until) & self.free_for(row, place, start, until)

    def within(
        self, row: IntArray, place: IntArray, start: IntArray, until: IntArray
    ) -> npt.NDArray[np.bool_]:
        """Whether it fits into each party-day's visit, and is not while that is held: whatever is booked."""
        v = self.visitors
        walk = self.walk(row, v.gate[row], place)  # as long there as back
        enters = v.arrival[row] + v.check[row]
        within: npt.NDArray[np.bool_] = enters + self.margin + walk <= start
        within &= until + walk <= np.minimum(enters + v.stay[row], v.latest[row])
        if self._held is not None:
            within &= (until <= self._held[0, row]) | (start >= self._held[1, row])
        return within

    def free_for(
        self, row: IntArray, place: IntArray, start: IntArray, until: IntArray
    ) -> npt.NDArray[np.bool_]:
        """Whether what each party-day is booked for leaves time for it."""
        free = np.ones(row.shape, dtype=np.bool_)
        after = np.searchsorted(self._sort_key, (row << _SHIFT) + start)
        before = after - 1
        mine = np.nonzero(self._sort_key[before] >> _SHIFT == row)
        last = before[mine]
        walk = self.walk(row[mine], self._place[last], place[mine])
        free[mine] = self._until[last] + self.margin + walk <= start[mine]
        following = self._sort_key[after]
        mine = np.nonzero(following >> _SHIFT == row)
        walk = self.walk(row[mine], place[mine], self._place[after[mine]])
        free[mine] &= until[mine] + self.margin + walk <= following[mine] & ((1 << _SHIFT) - 1)
        return free

    def hold(self, row: IntArray, from_: IntArray, until: IntArray) -> None:
        """Keep these times of party-days free, one each, until `release`: nothing fits there."""
        held = np.zeros((2, len(self.visitors)), dtype=np.int64) if self._held is None else self._held.copy()
        held[:, row] = from_, until
        self._held = held

    def release(self) -> None:
        """What was held may be booked."""
        self._held = None

    def reserve(self, number: int, booked: Booked) -> None:
        """Keep the time of these free until `free` with the same number; they need not fit."""
        self._reserved[number] = booked
        self._take(booked)

    def free(self, number: int) -> None:
        """What was reserved with this number may be booked."""
        if self._reserved.pop(number, None) is None:
            return
        self._sort_key, self._until, self._place = _NOTHING
        for booked in (*self.parts, *self._reserved.values()):
            self._take(booked)

    def add(self, booked: Booked) -> None:
        """Book these, which fit."""
        if not len(booked):
            return
        self.parts.append(booked)
        self._take(booked)

    def _take(self, booked: Booked) -> None:
        key = (booked.row << _SHIFT) + booked.start
        order = np.argsort(key, kind="stable")
        new = np.searchsorted(self._sort_key, key[order]) + np.arange(len(key))
        old = np.ones(len(self._sort_key) + len(key), dtype=np.bool_)
        old[new] = False

        def both(column: IntArray, more: IntArray) -> IntArray:
            joined = np.empty(len(old), dtype=np.int64)
            joined[old], joined[new] = column, more[order]
            return joined

        self._sort_key = both(self._sort_key, key)
        self._until = both(self._until, booked.until)
        self._place = both(self._place, booked.place)
