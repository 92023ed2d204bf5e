"""What to write in a scenario so that its rooms have the floor that their seats need."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.report.plan.shapes import LEAST_SEAT_DM2, SEAT_DM2, room_needs, rooms, too_small
from sim.scenario.writing.toml import toml_key, toml_value

if TYPE_CHECKING:
    from sim.report.plan.laid import Laid

__all__ = ["mended"]

_BESIDE_M: Final = 10
"""From the halls that there are to one that is proposed (assumption)."""

_HAS: Final = ("has a hall", "have halls")
_ITS: Final = ("its", "their")


def mended(laid: Laid, cramped: list[str]) -> dict[str, str]:
    """Of each kind of room that is too small: why, and what to write.

    Rooms without `at_m` stand at equal distances along a wall. The largest of them are to have halls of
    their own, as many as it takes until the others fit.
    """
    venue = laid.scenario.data.venue
    told = {}
    for kind in cramped:
        if venue.rooms[kind].at_m is not None:
            told[kind] = _at_point(laid, kind)
    beside = max(hall.x_m + hall.width_m for hall in venue.halls.values()) + _BESIDE_M
    for hall in dict.fromkeys(venue.rooms[kind].hall for kind in cramped if kind not in told):
        along = [kind for kind, room in venue.rooms.items() if room.hall == hall and room.at_m is None]
        many = sum(venue.rooms[kind].count for kind in along)
        why = f"{many} rooms stand along the north wall, {venue.halls[hall].width_m / many:.3g} m apart"
        if many == 1:
            why = "A room along the north wall has a tenth of the hall's depth"
        worst = sorted(along, key=lambda kind: (kind not in cramped, -venue.rooms[kind].seats))
        moved = _moved(laid, hall, worst)
        for kind in moved:
            snippet, beside = _own_hall(laid, kind, beside)
            told[kind] = f"{why}. Give it a hall of its own: {snippet}"
        others = " and ".join(moved)
        for kind in along:
            told.setdefault(
                kind, f"{why}. It fits once {others} {_HAS[len(moved) > 1]} of {_ITS[len(moved) > 1]} own"
            )
    return told


def _moved(laid: Laid, hall: str, first: list[str]) -> list[str]:
    """The kinds of rooms that are to leave a wall, in an order, until the others fit."""
    venue = laid.scenario.data.venue
    along = [kind for kind in venue.rooms if kind in first]
    number = laid.venue.halls.index(hall)
    at_wall = int(laid.venue.places.y[laid.venue.rooms[along[0]][0]])
    west, _, east, _ = laid.shapes.hall[number].tolist()
    for leave in range(1, len(along)):
        stay = [kind for kind in along if kind not in first[:leave]]
        seats = np.repeat([venue.rooms[k].seats for k in stay], [venue.rooms[k].count for k in stay])
        x = np.round(west + (east - west) * (np.arange(len(seats)) + 0.5) / len(seats)).astype(np.int64)
        at = np.column_stack((x, np.full(len(x), at_wall)))
        if not too_small(rooms(at, room_needs(seats), laid.shapes.hall[number]), seats).any():
            return first[:leave]
    return first


def _own_hall(laid: Laid, kind: str, beside: float) -> tuple[str, float]:
    """A hall for the rooms of a kind side by side, in TOML; and where the next one may begin (m)."""
    venue = laid.scenario.data.venue
    room = venue.rooms[kind]
    side = math.ceil(math.sqrt(room.seats * SEAT_DM2 / 100))
    name, south = kind, venue.halls[room.hall].y_m
    while name in venue.halls:
        name += "-hall"
    hall = {"x_m": beside, "y_m": south, "width_m": side * room.count, "depth_m": side}
    here = f"rooms.{toml_key(kind)}"
    at = toml_value([beside + side / 2, south + side / 2])
    snippet = (
        f"venue.halls.{toml_key(name)} = {toml_value(hall)}, venue.{here}.hall = {toml_value(name)}, "
        f"venue.{here}.at_m = {at}"
    )
    return snippet, beside + side * room.count + _BESIDE_M


def _at_point(laid: Laid, kind: str) -> str:
    """What to write of rooms whose point is given."""
    shapes, room = laid.shapes, laid.scenario.data.venue.rooms[kind]
    size = shapes.box[laid.venue.rooms[kind]]
    least = int(((size[:, 2] - size[:, 0]) * (size[:, 3] - size[:, 1])).min() / LEAST_SEAT_DM2)
    return (
        f"at_m = {toml_value(list(room.at_m or ()))} is its middle, and walls or other rooms are near. "
        f"Write an at_m further from them, or seats = {max(1, least)}"
    )
