"""Who hosts: booths that send a speaker, and booths that hold a debut."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.expo.exhibitors.staffing import pace
from sim.expo.programme.placement import ProgrammeDoesNotFit, as_clock
from sim.floor.arrays import IntArray
from sim.streams import FloatArray, Streams, subkeys

if TYPE_CHECKING:
    from sim.expo.expo import Exhibitors, Organisations
    from sim.expo.venue.venue import Venue
    from sim.scenario import Scenario

__all__ = ["Hosting"]

_LOTS: Final = 1 << 15  # drawn at a time


class Hosting:
    """The booths' engagements so far; gives the next activity to those that have hosted least.

    Ties are broken by an order keyed by activity and exhibitor. A booth is not sent for again before
    its delegate can be back, unless all are engaged: then a booth sends a second delegate as long as
    one member of staff stays behind. A booth whose only member hosts is engaged.
    """

    def __init__(
        self,
        scenario: Scenario,
        organisations: Organisations,
        exhibitors: Exhibitors,
        venue: Venue,
        streams: Streams,
    ) -> None:
        n = len(exhibitors.staff)
        self._keys = organisations.key[:n]
        self._most = np.where(exhibitors.staff > 0, np.maximum(1, exhibitors.staff - 1), 0)
        self._streams = streams
        self._pace = pace(scenario.data.behaviour.staff_pace_m_per_s)
        self._load = np.zeros(n, dtype=np.int64)
        self._away = cache(lambda place: venue.walk(np.arange(n), place) * self._pace)  # rooms are few
        self._who, self._from, self._to = np.zeros((3, 64), dtype=np.int64)
        self._n = 0

    def engaged(self, start: IntArray, end: IntArray) -> IntArray:
        """Delegates each exhibitor has away at some time between its `start` and `end`."""
        who, since, until = self._who[: self._n], self._from[: self._n], self._to[: self._n]
        overlaps = (since < end[who]) & (until > start[who])
        return np.bincount(who[overlaps], minlength=len(self._load))

    def lots(self, keys: list[int], pool: IntArray) -> Iterator[FloatArray]:
        """The lots of a pool for the activities of these keys, one after the other; drawn many at a time."""
        step = max(1, _LOTS // max(1, len(pool)))
        for low in range(0, len(keys), step):
            some = np.array(keys[low : low + step], dtype=np.uint64)
            pairs = subkeys(some[:, None], self._keys[pool])
            yield from self._streams.uniform("host", pairs.ravel()).reshape(pairs.shape)

    def send(
        self,
        rule: str,
        day: int,
        place: int,
        start: int,
        end: int,
        lots: FloatArray,
        pool: IntArray,
        count: int,
    ) -> IntArray:
        """`count` hosts out of `pool`, with its lots, for an activity at `place`.

        Raises `ProgrammeDoesNotFit`.
        """
        away = self._away(place)
        leaves, back = start - away, end + away
        busy = self.engaged(leaves, back)[pool]
        some = busy < self._most[pool]
        able = pool[some]
        if len(able) < count:
            raise ProgrammeDoesNotFit(
                rule,
                f"hosts of {count} booth{'' if count == 1 else 's'} are needed on day {day + 1} at "
                f"{as_clock(start)}, but {len(able)} of {len(pool)} exhibitors have somebody to send",
            )
        chosen = self._first(able, busy[some], lots[some], count)
        self._engage(chosen, leaves, back)
        return chosen

    def book(self, exhibitor: int, place: int, start: int, end: int) -> bool:
        """Engage an exhibitor that is named; False if it has nobody to send."""
        away = self._away(place)
        if self.engaged(start - away, end + away)[exhibitor] >= self._most[exhibitor]:
            return False
        self._engage(np.array([exhibitor]), start - away, end + away)
        return True

    def stay(
        self, rule: str, day: int, start: int, end: int, lots: FloatArray, pool: IntArray, opens: IntArray
    ) -> int:
        """The booth out of `pool` that holds a debut: open since `opens`, with nothing else on."""
        times = np.full(len(self._load), start), np.full(len(self._load), end)
        some = (self.engaged(*times)[pool] == 0) & (opens[pool] <= start)
        able = pool[some]
        if not len(able):
            raise ProgrammeDoesNotFit(
                rule,
                f"no booth is free for a debut on day {day + 1} at {as_clock(start)}; "
                f"{len(pool)} exhibitors can hold one",
            )
        chosen = self._first(able, np.zeros(len(able), dtype=np.int64), lots[some], 1)
        self._engage(chosen, *times)
        return int(chosen[0])

    def _first(self, able: IntArray, busy: IntArray, lots: FloatArray, count: int) -> IntArray:
        chosen: IntArray = able[np.lexsort((lots, self._load[able], busy))[:count]]
        return chosen

    def _engage(self, who: IntArray, since: IntArray, until: IntArray) -> None:
        self._load[who] += 1
        while self._n + len(who) > len(self._who):
            self._who, self._from, self._to = (
                np.concatenate((column, np.zeros_like(column)))
                for column in (self._who, self._from, self._to)
            )
        rows = slice(self._n, self._n + len(who))
        self._who[rows], self._from[rows], self._to[rows] = who, since[who], until[who]
        self._n += len(who)
