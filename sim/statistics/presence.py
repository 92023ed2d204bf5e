"""People present on the floor and in each hall, as functions of time."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from sim.floor.arrays import NONE, IntArray
from sim.floor.curves import Curve, curve
from sim.floor.trace import Kind
from sim.statistics.measures import taken
from sim.statistics.reading import Bools, Integers, Reading, moments

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
    def stretches(self) -> tuple[IntArray, Integers, IntArray, IntArray]:
        """Stretches of parties in one zone: party-day, zone (NONE: at the door of one), start and end (ms).

        A stretch runs from passing the zone's door to setting out for another zone or the gate; a
        walk between two places of one zone is within it. The door is passed as long before reaching
        the first place as the walk from it takes (1 ms less, from a place at the door: a walk to the
        door takes 1 ms at least). A party that came in vain is not seen there; but it has left the
        zone, if that place is in another.
        """
        reading, places, trace = self._reading, self._reading.floor.places, self._reading.trace
        where, zones = reading.whereabouts, len(places.zone_distance)
        zone = taken(places.zone.astype(np.min_scalar_type(-1 - zones)), trace.place)
        # At the door of a full hall a party is in no zone.
        zone[trace.kind == Kind.HALL] = NONE
        errand, via = self._errands()
        mask = np.zeros(len(trace), dtype=np.bool_)
        mask[errand] = True
        actors, of_zones = trace.actor[where], zone[where]
        new: Bools = np.ones(len(actors) + 1, dtype=np.bool_)
        new[1:-1] = (actors[1:] != actors[:-1]) | (of_zones[1:] != of_zones[:-1]) | mask[where][1:]
        mask[where] = new[:-1]
        first = np.flatnonzero(mask)
        mask[where] = new[1:]
        last = np.flatnonzero(mask)
        party_day, to_zone = trace.actor.take(first).astype(np.int64), zone.take(first)
        start, end = trace.start.take(first), trace.end.take(last)
        same = np.flatnonzero(party_day[1:] == party_day[:-1]) + 1

        came_from = reading.floor.party_days.gate.take(party_day)
        came_from[same] = trace.place.take(last[same - 1])
        on_errand = np.searchsorted(first, errand)
        came_from[on_errand] = via
        to_door, waited = places.to_door.take(came_from), np.zeros(len(first), dtype=np.bool_)
        waited[same] = to_zone[same - 1] == NONE
        waited[on_errand] = False
        to_door[waited] = 0
        from_zone = places.zone.take(came_from)
        # of those at a door the distance is that of nowhere; they are left out below
        between = places.zone_distance.take(from_zone * zones + to_zone)
        at_door = (to_door + between == 0) & (from_zone != to_zone)
        from_door = places.to_door.take(trace.place.take(first)) * reading.floor.party_days.pace.take(
            party_day
        )
        entered = start - np.maximum(from_door - at_door, 0)
        entered[same] = np.maximum(entered[same], end[same - 1])
        return party_day, to_zone, entered, end

    @cached_property
    def _by_zone(self) -> tuple[IntArray, IntArray]:
        """The stretches by zone, and where those of each begin; those in no zone are left out."""
        zone = self.stretches[1]
        order = np.argsort(zone, kind="stable")  # small numbers, in no time
        zones = np.arange(len(self._reading.floor.places.zone_distance) + 1, dtype=zone.dtype)
        return order, np.searchsorted(zone[order], zones)

    def _errands(self) -> tuple[IntArray, IntArray]:
        """Rows that parties reached from another zone, where they had come in vain; from where.

        Rows of the trace, of `whereabouts`; the last such place counts.
        """
        reading, zone = self._reading, self._reading.floor.places.zone
        rows = reading.rows(Kind.IN_VAIN)
        rows = rows.where(reading.is_party(rows.actor))
        there = reading.whereabouts_of(rows.actor)
        if not len(there):  # all of them went home
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        after = np.searchsorted(there.moments, moments(rows.actor, rows.start), side="left")
        next_ = np.minimum(after, len(there) - 1)
        on = (after < len(there)) & (there.actor[next_] == rows.actor)  # the others went home
        on &= zone[rows.place] != zone[there.place[next_]]
        found = dict(zip(there.index[next_[on]].tolist(), rows.place[on].tolist(), strict=True))
        return np.array(list(found), dtype=np.int64), np.array(list(found.values()), dtype=np.int64)

    def zone(self, zone: int) -> Curve:
        """People in one zone."""
        party_day, _, start, end = self.stretches
        order, first = self._by_zone
        here = order[first[zone] : first[zone + 1]]
        return curve(start[here], end[here], self._reading.size[party_day[here]])

    @cached_property
    def halls(self) -> tuple[Curve, ...]:
        """People in each hall."""
        return tuple(self.zone(zone) for zone in range(len(self._reading.expo.halls)))
