"""Duties: the calls for delegates of the booths, and which booths have staff to spare when."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.expo.shared import Changing
from sim.expo.venue.hours import DAY
from sim.floor.arrays import NEVER, NONE, IntArray, Staff
from sim.floor.geography import walks
from sim.floor.index import owners
from sim.streams import KeyArray, Streams, subkeys

if TYPE_CHECKING:
    from sim.expo.venue.venue import Venue

__all__ = ["Called", "Duties"]


@dataclass(frozen=True, slots=True)
class Called:
    """Calls in the making, a row each; see `sim.floor.arrays.Calls` for what is not said here.

    Columns may be given as one number for all; they are as long as `booth`.
    """

    booth: IntArray
    place: IntArray
    at: IntArray  # ms: when the call goes out
    start: IntArray  # ms: when to be there
    until: IntArray  # ms: when it is over, as planned
    deadline: IntArray  # ms
    meeting: IntArray = field(default_factory=lambda: np.array(NONE))
    side: IntArray = field(default_factory=lambda: np.array(NONE))
    session: IntArray = field(default_factory=lambda: np.array(NONE))
    comes: IntArray = field(default_factory=lambda: np.array(1))
    key: KeyArray = field(default_factory=lambda: np.array(0, dtype=np.uint64))  # of the mixing
    named: KeyArray = field(default_factory=lambda: np.array(0, dtype=np.uint64))  # of the choice; 0: anybody

    def __post_init__(self) -> None:
        for name in self.__slots__:
            column = getattr(self, name)
            if column.shape != self.booth.shape:
                object.__setattr__(self, name, np.full(self.booth.shape, column))

    def __len__(self) -> int:
        return len(self.booth)

    def of(self, rows: IntArray) -> Called:
        """These calls alone."""
        return Called(*(getattr(self, name)[rows] for name in self.__slots__))

    @classmethod
    def joined(cls, parts: list[Called]) -> Called:
        """All calls, one part after the other."""
        none = np.empty(0, dtype=np.int64)
        parts = [cls(none, none, none, none, none, none), *parts]
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in cls.__slots__))


class Duties(Changing):
    """The calls made so far; at no booth more at once than it has members on duty.

    A call keeps a member busy from when it goes out until the planned end of what it is for.
    """

    def __init__(self, staff: Staff, venue: Venue, booths: int) -> None:
        self.staff = staff
        self.venue = venue
        self.booths = booths
        self.parts: list[Called] = []
        self.pace = int(staff.pace.max(initial=1))
        self._shift_booth = staff.booth[owners(staff.shift_index)]
        last = venue.places.open_index[booths]
        self._open = (venue.places.open_from[:last], venue.places.open_to[:last])
        self._open_booth = owners(venue.places.open_index[: booths + 1])
        self._busy = np.empty((3, 0), dtype=np.int64)  # booth, from, until of the calls
        self._reserved: dict[int, IntArray] = {}  # alike

    def walk(self, booth: IntArray, place: IntArray) -> IntArray:
        """How long a delegate walks from a booth to a place (ms)."""
        return walks(self.venue.places, booth, place, self.pace)

    def leaves(
        self, booth: IntArray, place: IntArray, start: IntArray, hold_back: int
    ) -> tuple[IntArray, IntArray]:
        """When a delegate must leave for a meeting, and when the call goes out (ms).

        That is `hold_back` before, but not before the stands are staffed.
        """
        leaves = start - self.walk(booth, place)
        return leaves, np.maximum(leaves - hold_back, self.venue.set_up[start // DAY])

    def spare(self, start: IntArray | int, until: IntArray | int) -> IntArray:
        """Members of each booth on duty all that time and not called away in it: (booths,).

        `start` and `until` are one time for all or one a booth. A booth that is closed has none.
        """
        low = np.broadcast_to(np.asarray(start), (self.booths,))
        high = np.broadcast_to(np.asarray(until), (self.booths,))
        number = self._covering(self._shift_booth, self.staff.shift_from, self.staff.shift_to, low, high)
        is_open = self._covering(self._open_booth, *self._open, low, high) > 0
        booth, from_, to = self._busy
        number -= np.bincount(booth[(from_ < high[booth]) & (low[booth] < to)], minlength=self.booths)
        return np.where(is_open, np.maximum(number, 0), 0)

    def spare_at(self, booth: int, start: int, until: int) -> int:
        """As `spare`, at one booth."""
        shifts = slice(*np.searchsorted(self._shift_booth, (booth, booth + 1)))
        opening = slice(*self.venue.places.open_index[booth : booth + 2])
        if not ((self._open[0][opening] <= start) & (until <= self._open[1][opening])).any():
            return 0
        there = (self.staff.shift_from[shifts] <= start) & (until <= self.staff.shift_to[shifts])
        of, from_, to = self._busy
        away = (of == booth) & (from_ < until) & (start < to)
        return max(0, int(np.count_nonzero(there)) - int(np.count_nonzero(away)))

    def on_duty(self, booth: IntArray, start: IntArray, until: IntArray) -> npt.NDArray[np.bool_]:
        """Whether a member of each of these booths is on duty at some time of an interval of its own."""
        low, high = (np.searchsorted(self._shift_booth, booth, side=side) for side in ("left", "right"))
        which = np.repeat(np.arange(len(booth)), high - low)
        shift = np.arange(len(which)) + np.repeat(high - np.cumsum(high - low), high - low)
        overlaps = (self.staff.shift_from[shift] < until[which]) & (start[which] < self.staff.shift_to[shift])
        return np.bincount(which[overlaps], minlength=len(booth)) > 0

    def add(self, called: Called) -> None:
        """Call these delegates."""
        self.parts.append(called)
        self._busy = np.concatenate((self._busy, np.stack((called.booth, called.at, called.until))), axis=1)

    def reserve(self, number: int, booth: IntArray, from_: IntArray, until: IntArray) -> None:
        """Keep a member of each of these booths free for this time, until `free` with the same number."""
        self._reserved[number] = np.stack((booth, from_, until))
        self._busy = np.concatenate((self._busy, self._reserved[number]), axis=1)

    def free(self, number: int) -> None:
        """Whoever was reserved with this number may be called."""
        if self._reserved.pop(number, None) is not None:
            calls = [np.stack((each.booth, each.at, each.until)) for each in self.parts]
            none = np.empty((3, 0), dtype=np.int64)
            self._busy = np.concatenate((none, *calls, *self._reserved.values()), axis=1)

    def members(self, called: Called, streams: Streams) -> IntArray:
        """The member named for each call, NONE where anybody will do.

        Of a booth the first in a keyed order who is on duty and not named for something else then;
        if there is none, anybody will do.
        """
        member = np.full(len(called), NONE, dtype=np.int64)
        first = np.searchsorted(self.staff.booth, np.arange(self.booths + 1))
        taken: dict[int, list[tuple[int, int]]] = {}
        for k in np.lexsort((called.at, called.booth)).tolist():
            if not called.named[k]:
                continue
            booth, at, until = int(called.booth[k]), int(called.at[k]), int(called.until[k])
            team = np.arange(first[booth], first[booth + 1])
            keys = subkeys(called.named[k : k + 1], team - first[booth])
            for m in team[np.argsort(streams.uniform("calls.named", keys))].tolist():
                free = all(until <= low or high <= at for low, high in taken.get(m, ()))
                if free and self._on_duty(m, at, until):
                    taken.setdefault(m, []).append((at, until))
                    member[k] = m
                    break
        return member

    def _on_duty(self, member: int, at: int, until: int) -> bool:
        s = self.staff
        shifts = slice(s.shift_index[member], s.shift_index[member + 1])
        return bool(((s.shift_from[shifts] <= at) & (until <= s.shift_to[shifts])).any())

    def _covering(
        self, booth: IntArray, from_: IntArray, to: IntArray, low: IntArray, high: IntArray
    ) -> npt.NDArray[np.int64]:
        """How many of these intervals cover the time from `low` to `high` of their booth: (booths,)."""
        any_ = np.flatnonzero((from_ <= low.max(initial=0)) & (high.min(initial=NEVER) <= to))
        booth = booth[any_]
        covers = (from_[any_] <= low[booth]) & (high[booth] <= to[any_])
        return np.bincount(booth[covers], minlength=self.booths)
