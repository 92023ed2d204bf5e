"""People present on the floor and in each hall, as functions of time."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from sim.floor.arrays import NONE, IntArray
from sim.floor.curves import Curve, curve
from sim.floor.trace import Kind
from sim.statistics.reading import Bools, Reading

__all__ = ["Presence"]

# Rows that say where a party is; a CONTACT lies within its SESSION, a VISIT spans all.
_AT_A_PLACE = (Kind.LOOK, Kind.TALK, Kind.LOUNGE, Kind.MEAL, Kind.HALL, Kind.SESSION, Kind.MEETING)


class Presence:
    """Visitors present; staff are not counted."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    @cached_property
    def floor(self) -> Curve:
        """People on the floor, from admission to the gate again."""
        visits = self._reading.visits
        return curve(visits.start, visits.end, self._reading.size[visits.actor])

    @cached_property
    def stretches(self) -> tuple[IntArray, IntArray, IntArray, IntArray]:
        """Stretches of parties in one zone: party-day, zone, start and end (ms).

        A stretch runs from passing the zone's door to setting out for another zone or the gate; a
        walk between two places of one zone is within it. The door is passed as long before reaching
        the first place as the walk from it takes (1 ms less, from a place at the door: a walk to the
        door takes 1 ms at least). A party that came in vain is not seen there; but it has left the
        zone, if that place is in another.
        """
        reading, trace, places = self._reading, self._reading.trace, self._reading.floor.places
        there = np.isin(np.arange(len(Kind)), _AT_A_PLACE)[trace.kind]
        there &= reading.there & reading.is_party(trace.actor)
        index = np.flatnonzero(there)
        key = (trace.actor[index].astype(np.int64) << 32) | trace.start[index]
        if (key[1:] < key[:-1]).any():
            index = index[np.argsort(key, kind="stable")]
        actor, place = trace.actor[index], trace.place[index]
        # At the door of a full hall a party is in no zone.
        waits = trace.kind[index] == Kind.HALL
        zone = np.where(waits, NONE, places.zone[place])
        start, end = trace.start[index], trace.end[index]
        new: Bools = np.ones(len(index), dtype=np.bool_)
        new[1:] = (actor[1:] != actor[:-1]) | (zone[1:] != zone[:-1])
        errand, via = self._errands(index)
        new[errand] = True
        first = np.flatnonzero(new)
        last = np.append(first[1:], len(index)) - 1 if len(index) else first
        party_day = actor[first].astype(np.int64)
        same = np.flatnonzero(party_day[1:] == party_day[:-1]) + 1

        came_from = reading.floor.party_days.gate[party_day]
        came_from[same] = place[last[same - 1]]
        came_from[np.searchsorted(first, errand)] = via
        to_door, waited = places.to_door[came_from], np.zeros(len(first), dtype=np.bool_)
        waited[same] = waits[last[same - 1]]
        waited[np.searchsorted(first, errand)] = False
        to_door[waited] = 0
        from_zone, to_zone = places.zone[came_from], zone[first]
        at_door = (to_door + places.zone_distance[from_zone, to_zone] == 0) & (from_zone != to_zone)
        from_door = places.to_door[place[first]] * reading.floor.party_days.pace[party_day]
        entered = start[first] - np.maximum(from_door - at_door, 0)
        entered[same] = np.maximum(entered[same], end[last[same - 1]])
        inside = to_zone != NONE
        return party_day[inside], to_zone[inside], entered[inside], end[last[inside]]

    def _errands(self, index: IntArray) -> tuple[IntArray, IntArray]:
        """Rows that parties reached from another zone, where they had come in vain; the last such places.

        The rows are numbers in `index`: rows that say where parties were, in order.
        """
        reading, trace, zone = self._reading, self._reading.trace, self._reading.floor.places.zone
        rows = reading.rows(Kind.IN_VAIN)
        rows = rows.where(reading.is_party(rows.actor))
        key = (trace.actor[index].astype(np.int64) << 32) | trace.start[index]
        after = np.searchsorted(key, (rows.actor.astype(np.int64) << 32) | rows.start, side="left")
        next_ = np.minimum(after, len(index) - 1)
        on = (after < len(index)) & (trace.actor[index[next_]] == rows.actor)  # the others went home
        on &= zone[rows.place] != zone[trace.place[index[next_]]]
        found = dict(zip(after[on].tolist(), rows.place[on].tolist(), strict=True))
        return np.array(list(found), dtype=np.int64), np.array(list(found.values()), dtype=np.int64)

    def zone(self, zone: int) -> Curve:
        """People in one zone."""
        party_day, zones, start, end = self.stretches
        chosen = zones == zone
        return curve(start[chosen], end[chosen], self._reading.size[party_day[chosen]])

    @cached_property
    def halls(self) -> tuple[Curve, ...]:
        """People in each hall."""
        return tuple(self.zone(zone) for zone in range(len(self._reading.expo.halls)))
