"""What a replay is drawn on: halls, booths, rooms, tables, gates, doors; in decimetres, to scale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sim.floor.arrays import IntArray, PlaceKind

if TYPE_CHECKING:
    from sim.expo.expo import Expo

__all__ = ["ground"]

# Assumptions of the picture, which no number depends on.
_SEAT_DM2: Final = 200  # of a room: 2 m² a seat
_MEAL_DM2: Final = 120  # of catering, a seat
_WIDER: Final = 1.4  # than deep is a room
_FULL: Final = 0.94  # of the way to the next room


def ground(expo: Expo) -> dict[str, Any]:
    """The floor as lists of numbers: rectangles are west, south, east, north."""
    places, plan = expo.floor.places, expo.plan
    gates = np.flatnonzero(places.kind == PlaceKind.GATE)
    doors = np.concatenate((plan.doors, np.stack((places.x[gates], places.y[gates]), axis=1)))
    return {
        "halls": np.round(plan.halls).tolist(),
        "doors": np.round(doors).tolist(),  # of zones: halls, then gates
        "booths": np.round(plan.booths).tolist(),
        "kind": places.kind.tolist(),
        "x": places.x.tolist(),
        "y": places.y.tolist(),
        "zone": places.zone.tolist(),
        "seats": _seats(expo).tolist(),
        "boxes": _boxes(expo).tolist(),
    }


def _seats(expo: Expo) -> IntArray:
    """Of each place: seats of rooms at most, of catering; lanes of gates; 0 elsewhere."""
    seats: IntArray = expo.floor.places.servers.copy()
    np.maximum.at(seats, expo.floor.sessions.place, expo.floor.sessions.seats)
    return seats


def _boxes(expo: Expo) -> IntArray:
    """A rectangle for each place: a booth's is its plot; rooms have room for their seats, if there is any."""
    places, halls = expo.floor.places, expo.plan.halls
    n = len(places.kind)
    boxes = np.stack((places.x, places.y, places.x, places.y), axis=1)
    boxes[: expo.n_exhibitors] = np.round(expo.plan.booths)
    seats = _seats(expo)
    for p in np.flatnonzero((places.kind == PlaceKind.ROOM) | (places.kind == PlaceKind.CATERING)).tolist():
        area = max(int(seats[p]), 8) * (_SEAT_DM2 if places.kind[p] == PlaceKind.ROOM else _MEAL_DM2)
        wide = (area * _WIDER) ** 0.5
        others = (np.arange(n) != p) & (places.kind == places.kind[p]) & (places.zone == places.zone[p])
        near = others & (np.abs(places.y - places.y[p]) < area / wide)
        if near.any():
            wide = min(wide, _FULL * int(np.abs(places.x[near] - places.x[p]).min()))
        hall = halls[places.zone[p]] if places.zone[p] < len(halls) else None
        wide = max(wide, 10.0)
        deep = min(area / wide, 3 * wide)
        if hall is not None:
            wide = max(10.0, min(wide, 2 * min(places.x[p] - hall[0], hall[2] - places.x[p])))
            deep = max(10.0, min(deep, 2 * min(places.y[p] - hall[1], hall[3] - places.y[p])))
        half = np.array([wide, deep]) / 2
        at = np.array([places.x[p], places.y[p]])
        boxes[p] = np.round(np.concatenate((at - half, at + half)))
    return boxes
