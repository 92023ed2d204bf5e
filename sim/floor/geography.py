"""Where places are and when they are open: walking times and opening hours."""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from sim.floor.arrays import NEVER, NONE, IntArray, PlaceKind, Places

__all__ = ["Geography", "Ways", "distances", "legs", "walks"]


def distances(places: Places, a: npt.ArrayLike, b: npt.ArrayLike) -> IntArray:
    """Walking distances in dm between places `a` and `b` (broadcast).

    Manhattan distance within a zone, through the doors of both zones otherwise.
    """
    here, there = np.asarray(a), np.asarray(b)
    zone, other = places.zone[here], places.zone[there]
    inside = np.abs(places.x[here] - places.x[there]) + np.abs(places.y[here] - places.y[there])
    across = places.to_door[here] + places.zone_distance[zone, other] + places.to_door[there]
    distance: IntArray = np.where(zone == other, inside, across)
    return distance


def legs(places: Places, path: IntArray, first: IntArray, begin: IntArray) -> IntArray:
    """`distances` to each place of a path from the one before it; to those at `first` from those of `begin`.

    Most legs stay in a zone, which makes it faster.
    """

    def change(column: IntArray) -> IntArray:
        there = column[path]
        change = np.empty_like(there)
        np.subtract(there[1:], there[:-1], out=change[1:])
        change[first] = there[first] - column[begin]
        return change

    distance: IntArray = np.abs(change(places.x))
    distance += np.abs(change(places.y))
    apart = np.flatnonzero(change(places.zone))
    before = np.empty_like(path)
    before[1:] = path[:-1]
    before[first] = begin
    distance[apart] = distances(places, before[apart], path[apart])
    return distance


def walks(places: Places, a: npt.ArrayLike, b: npt.ArrayLike, pace: IntArray | int) -> IntArray:
    """Times in ms from places `a` to `b` at a `pace` in ms a dm: 1 at least, 0 from a place to itself."""
    time: IntArray = np.where(np.equal(a, b), 0, np.maximum(1, distances(places, a, b) * pace))
    return time


class Ways:
    """Walking times of one pair of places after another, quickly: see `walks`."""

    def __init__(self, places: Places) -> None:
        self.x = places.x.tolist()
        self.y = places.y.tolist()
        self.zone = places.zone.tolist()
        self.to_door = places.to_door.tolist()
        self.between = places.zone_distance.tolist()

    def walk(self, a: int, b: int, pace: int) -> int:
        """Time in ms from place `a` to place `b` at `pace` ms a decimetre: `walks` of one pair, quickly."""
        if a == b:
            return 0
        zone_a, zone_b = self.zone[a], self.zone[b]
        if zone_a == zone_b:
            distance = abs(self.x[a] - self.x[b]) + abs(self.y[a] - self.y[b])
        else:
            distance = self.to_door[a] + self.between[zone_a][zone_b] + self.to_door[b]
        return distance * pace or 1


class Geography(Ways):
    """Walking is Manhattan distance, through the doors between halls; hours are intervals.

    Behind the places stand the doors of the halls, one for each zone, so that a party that was not
    let in has somewhere to be.
    """

    def __init__(self, places: Places) -> None:
        super().__init__(places)
        self.places = places
        n, zones = len(places.kind), len(places.zone_limit)
        self.n_places = n
        for of_doors in (self.x, self.y, self.to_door):
            of_doors += [0] * zones
        self.zone += [zones + z for z in range(zones)]
        self.between = [row + row for row in self.between] * 2
        self.limited = [bool(limit != NONE) for limit in places.zone_limit.tolist()] + [False] * zones
        self.any_limit = any(self.limited)
        self.hours = _hours(places.open_index, places.open_from, places.open_to)
        self.zone_hours = _hours(places.zone_open_index, places.zone_open_from, places.zone_open_to)
        booths: dict[int, list[list[int]]] = {}
        for p in np.flatnonzero(places.kind == PlaceKind.BOOTH).tolist():
            booths.setdefault(self.zone[p], []).append(self.hours[p])
        self.common_hours = _together([hours for of_zone in booths.values() for hours in of_zone])
        self.some_booth_open = [_together(booths.get(z, []), least=1) for z in range(zones)]

    def door(self, zone: int) -> int:
        """The place that stands for the door of a zone, seen from outside."""
        return self.n_places + zone

    def booths_open_until(self, t: int) -> int:
        """Until when all booths are open from `t` on; `t` itself if one is closed."""
        after = bisect_right(self.common_hours, t)
        return self.common_hours[after] if after & 1 else t

    def is_open(self, place: int, t: int) -> bool:
        """Whether a place is open at `t` (R7): from its opening up to, not including, its close."""
        return bisect_right(self.hours[place], t) & 1 == 1

    def shut_until(self, zone: int, t: int) -> int:
        """When a booth of a hall opens again if none is open at `t`, NEVER if none does; else `t` itself."""
        hours = self.some_booth_open[zone]
        after = bisect_right(hours, t)
        if after & 1:
            return t
        return hours[after] if after < len(hours) else NEVER

    def closed_by_plan(self, zone: int, t: int) -> bool:
        """Whether a hall is closed at `t` by the plan, as everybody knows beforehand (R7)."""
        return bisect_right(self.zone_hours[zone], t) & 1 == 0

    def crosses_limit(self, a: int, b: int) -> bool:
        """Whether walking from `a` to `b` leaves or enters a hall that counts its people."""
        zone_a, zone_b = self.zone[a], self.zone[b]
        return bool(zone_a != zone_b and (self.limited[zone_a] or self.limited[zone_b]))


def _hours(index: IntArray, opens: IntArray, closes: IntArray) -> list[list[int]]:
    """Lists of intervals, row by row, each as times of opening and closing in turn."""
    bounds = np.stack((opens, closes), axis=1).reshape(-1).tolist()
    return [bounds[2 * low : 2 * high] for low, high in pairwise(index.tolist())]


def _together(hours: list[list[int]], least: int | None = None) -> list[int]:
    """The intervals in which all of these are open, or at least so many that differ.

    As times of opening and closing in turn.
    """
    changes = sorted(
        (t, 1 if n % 2 == 0 else -1)
        for of_place in {tuple(each) for each in hours}
        for n, t in enumerate(of_place)
    )
    enough = len({tuple(each) for each in hours}) if least is None else least
    common: list[int] = []
    open_ = 0
    for t, change in changes:  # at one instant closings come first: nothing is open at its close
        before, open_ = open_, open_ + change
        if (open_ >= enough) != (before >= enough):
            common.append(t)
    return common
