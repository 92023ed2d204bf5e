"""Walking times and opening hours, as `sim.floor.geography` has them."""

from __future__ import annotations

from sim.engine.compiled import records as of
from sim.engine.compiled.compiling import rule
from sim.engine.compiled.state import Head
from sim.floor.arrays import NEVER, NONE

__all__ = ["booths_open_until", "closed_by_plan", "crosses_limit", "is_open", "shut_until", "walk"]


@rule
def walk(f: Head, a: int, b: int, pace: int) -> int:
    """Time from place `a` to place `b`: Manhattan distance in a zone, through both doors otherwise."""
    if a == b:
        return 0
    here, there = of.spot(f, a), of.spot(f, b)
    if here.zone == there.zone:
        distance = abs(here.x - there.x) + abs(here.y - there.y)
    else:
        zones, one, other = f.zones, here.zone, there.zone
        one -= zones if one >= zones else 0  # a door's zone
        other -= zones if other >= zones else 0
        between = of.way(f, one * zones + other).between
        distance = here.to_door + between + there.to_door
    return max(1, distance * pace)


@rule
def _changes(f: Head, first: int, end: int, t: int) -> int:
    """How many of these changes there have been up to and at `t`: after an odd number it is open."""
    low, high = first, end
    while low < high:
        middle = (low + high) >> 1
        if of.hour(f, middle).at <= t:
            low = middle + 1
        else:
            high = middle
    return low - first


@rule
def is_open(f: Head, place: int, t: int) -> bool:
    """Whether a place is open at `t` (R7): from its opening up to, not including, its close."""
    here = of.place(f, place)
    return _changes(f, here.hours, here.hours_end, t) & 1 == 1


@rule
def booths_open_until(f: Head) -> int:
    """Until when all booths are open from now on; now if one is closed."""
    now = f.now
    while f.common < f.common_end and of.hour(f, f.common).at <= now:
        f.common += 1
        f.all_open = 1 - f.all_open
    return of.hour(f, f.common).at if f.all_open else now


@rule
def shut_until(f: Head, zone: int, t: int) -> int:
    """When a booth of a hall opens again if none is open at `t`, NEVER if none does; else `t` itself."""
    hall = of.zone(f, zone)
    changes = _changes(f, hall.some, hall.some_end, t)
    if changes & 1 == 1:
        return t
    return of.hour(f, hall.some + changes).at if hall.some + changes < hall.some_end else NEVER


@rule
def closed_by_plan(f: Head, zone: int, t: int) -> bool:
    """Whether a hall is closed at `t` by the plan, as everybody knows beforehand (R7)."""
    hall = of.zone(f, zone)
    return _changes(f, hall.plan, hall.plan_end, t) & 1 == 0


@rule
def limited(f: Head, zone: int) -> bool:
    """Whether a hall counts its people; a door does not."""
    return zone < f.zones and of.zone(f, zone).counter != NONE


@rule
def crosses_limit(f: Head, a: int, b: int) -> bool:
    """Whether walking from `a` to `b` leaves or enters a hall that counts its people."""
    old, new = of.spot(f, a).zone, of.spot(f, b).zone
    return old != new and (limited(f, old) or limited(f, new))
