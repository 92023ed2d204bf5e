"""People present on the floor and in each hall, as functions of time."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from sim.floor.arrays import NONE, IntArray
from sim.floor.curves import Curve, curve
from sim.floor.trace import Kind
from sim.statistics.reading import Bools, Reading, Rows, moments

__all__ = ["Presence"]


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
        reading, places, rows = self._reading, self._reading.floor.places, self._reading.whereabouts
        actor, place, start, end = rows.actor, rows.place, rows.start, rows.end
        # At the door of a full hall a party is in no zone.
        waits = reading.trace.kind[rows.index] == Kind.HALL
        zone = np.where(waits, NONE, places.zone[place])
        new: Bools = np.ones(len(rows), dtype=np.bool_)
        new[1:] = (actor[1:] != actor[:-1]) | (zone[1:] != zone[:-1])
        errand, via = self._errands(rows)
        new[errand] = True
        first = np.flatnonzero(new)
        last = np.append(first[1:], len(rows)) - 1 if len(rows) else first
        party_day = actor[first].astype(np.int64)
        same = np.flatnonzero(party_day[1:] == party_day[:-1]) + 1

        came_from = reading.floor.party_days.gate[party_day]
        came_from[same] = place[last[same - 1]]
        on_errand = np.searchsorted(first, errand)
        came_from[on_errand] = via
        to_door, waited = places.to_door[came_from], np.zeros(len(first), dtype=np.bool_)
        waited[same] = waits[last[same - 1]]
        waited[on_errand] = False
        to_door[waited] = 0
        from_zone, to_zone = places.zone[came_from], zone[first]
        at_door = (to_door + places.zone_distance[from_zone, to_zone] == 0) & (from_zone != to_zone)
        from_door = places.to_door[place[first]] * reading.floor.party_days.pace[party_day]
        entered = start[first] - np.maximum(from_door - at_door, 0)
        entered[same] = np.maximum(entered[same], end[last[same - 1]])
        inside = to_zone != NONE
        return party_day[inside], to_zone[inside], entered[inside], end[last[inside]]

    def _errands(self, there: Rows) -> tuple[IntArray, IntArray]:
        """Rows of `there` that parties reached from another zone, where they had come in vain; from where.

        `there` are the whereabouts of all parties; the last such place counts.
        """
        reading, zone = self._reading, self._reading.floor.places.zone
        rows = reading.rows(Kind.IN_VAIN)
        rows = rows.where(reading.is_party(rows.actor))
        moment = moments(there.actor, there.start)
        after = np.searchsorted(moment, moments(rows.actor, rows.start), side="left")
        next_ = np.minimum(after, len(there) - 1)
        on = (after < len(there)) & (there.actor[next_] == rows.actor)  # the others went home
        on &= zone[rows.place] != zone[there.place[next_]]
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
