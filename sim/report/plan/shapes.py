"""What stands where, as rectangles to scale, in decimetres: halls, booths, rooms, tables, gates, catering.

Whatever draws a floor draws these: the plan before a run and the replay after it. No number of a run depends
on them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from sim.floor.arrays import IntArray, PlaceKind
from sim.report.plan.rows import FloatArray, row
from sim.scenario.checks.physics import CHAIR_M2

if TYPE_CHECKING:
    from sim.expo.expo import Expo, FloorPlan
    from sim.floor.arrays import Places

__all__ = ["LEAST_SEAT_DM2", "SEAT_DM2", "Shapes", "room_needs", "rooms", "shapes", "shapes_of", "too_small"]

# Assumptions of the picture.
SEAT_DM2: Final = 200
"""Floor of a room for each of its seats: 2 m², as rooms stand apart that a scenario puts side by side."""
LEAST_SEAT_DM2: Final = 100 * CHAIR_M2
"""With less rows of chairs do not fit, as building codes reckon."""
_MEAL_DM2: Final = 120  # of catering, a seat
_LEAST_SEATS: Final = 8  # a room is drawn for
_TABLE_DM: Final = 14  # side of a table with its chairs
_APART: Final = 0.8  # of the way to the next table is table at most
_LEAST_DM: Final = 6  # that it is wide at least
_FAR: Final = 10**7  # dm


@dataclass(frozen=True, slots=True)
class Shapes:
    """Rectangles (west, south, east, north) in dm, and what they are. Places as in `floor.places`."""

    halls: tuple[str, ...]  # names, as zones are numbered; each gate is a zone of its own after them
    hall: IntArray  # (halls, 4)
    doors: IntArray  # (zones, 2): x, y; of a gate itself
    names: tuple[str, ...]  # of places
    kind: IntArray  # (places,) PlaceKind
    zone: IntArray  # (places,)
    seats: IntArray  # (places,) of rooms and places to eat; lanes of gates; 0 elsewhere
    box: IntArray  # (places, 4); a booth's with its share of the aisles; a gate's is a point
    needs: IntArray  # (places,) dm² that its seats need; 0 elsewhere

    @property
    def cramped(self) -> IntArray:
        """Rooms with less floor than rows of chairs need: the wall or the next rooms leave no more."""
        return np.flatnonzero(too_small(self.box, self.seats) & (self.kind == PlaceKind.ROOM))


def shapes_of(expo: Expo) -> Shapes:
    """The shapes of a replication; a room has as many seats as the largest of its sessions."""
    places, sessions = expo.floor.places, expo.floor.sessions
    seats: IntArray = places.servers.copy()
    np.maximum.at(seats, sessions.place, sessions.seats)
    seats[places.kind == PlaceKind.BOOTH] = 0  # what is shown at a booth
    return shapes(places, expo.places, expo.plan, expo.halls, seats)


def shapes(
    places: Places, names: tuple[str, ...], plan: FloorPlan, halls: tuple[str, ...], seats: IntArray
) -> Shapes:
    """The shapes of places: `names` and `seats` are of each, `halls` the halls' names."""
    kind, at = places.kind, np.stack((places.x, places.y), axis=1)
    gates = np.flatnonzero(kind == PlaceKind.GATE)
    needs = np.where(kind == PlaceKind.ROOM, room_needs(seats), 0)
    needs = np.where(kind == PlaceKind.CATERING, _MEAL_DM2 * np.maximum(seats, _LEAST_SEATS), needs)
    box = np.concatenate((at, at), axis=1)
    box[kind == PlaceKind.BOOTH] = plan.booths
    for zone, hall in enumerate(plan.halls):
        for which in (PlaceKind.ROOM, PlaceKind.CATERING):
            here = np.flatnonzero((kind == which) & (places.zone == zone))
            box[here] = rooms(at[here], needs[here], hall)
        tables = np.flatnonzero((kind == PlaceKind.TABLE) & (places.zone == zone))
        side = _table_side(at[tables])
        box[tables] = np.concatenate((at[tables] - side // 2, at[tables] + (side - side // 2)), axis=1)
    return Shapes(
        halls=halls,
        hall=plan.halls,
        doors=np.concatenate((plan.doors, at[gates])),
        names=names,
        kind=kind,
        zone=places.zone,
        seats=seats,
        box=box,
        needs=needs,
    )


def room_needs(seats: IntArray) -> IntArray:
    """Floor that rooms with so many seats would have, in dm²."""
    needs: IntArray = SEAT_DM2 * np.maximum(seats, _LEAST_SEATS)
    return needs


def too_small(box: IntArray, seats: IntArray) -> npt.NDArray[np.bool_]:
    """Which rectangles have less floor than rows of chairs for so many need."""
    size = box[:, 2:] - box[:, :2]
    floor = size[:, 0] * size[:, 1] + size.sum(axis=1)  # each side is rounded
    small: npt.NDArray[np.bool_] = floor < seats * LEAST_SEAT_DM2
    return small


def rooms(at: IntArray, needs: IntArray, hall: IntArray) -> IntArray:
    """Rectangles of rooms of a hall around where people walk to in each, for what each needs.

    Those on one line share it (`rows.row`), as far to the west of their middle as to the east. Between
    others the border is half way, along the axis on which they are further apart. A room stays within its
    hall, as far to the north of its point as to the south.
    """
    box = np.concatenate((at, at), axis=1)
    for y in np.unique(at[:, 1]).tolist():
        ours = np.flatnonzero(at[:, 1] == y)
        ours = ours[np.argsort(at[ours, 0], kind="stable")]
        x = at[ours, 0]
        middle = (x[0] + x[-1]) / 2
        half = max(min(middle - hall[0], hall[2] - middle), middle - x[0])
        others = _reach(at[ours], at[at[:, 1] != y], hall)
        around = row(x, needs[ours], (middle - half, middle + half), others)
        edges = np.column_stack((around[:, 0], y - around[:, 2], around[:, 1], y + around[:, 2]))
        box[ours] = np.round(edges).astype(np.int64)
    return box


def _reach(at: IntArray, others: IntArray, hall: IntArray) -> FloatArray:
    """How far rooms of a row may go: to the west, to the east, and to the north and the south alike."""
    reach = np.empty((len(at), 3))
    for each, (x, y) in enumerate(at.tolist()):
        away = others - (x, y)
        aside = np.abs(away[:, 0]) >= np.abs(away[:, 1])
        west, east = -away[aside & (away[:, 0] < 0), 0], away[aside & (away[:, 0] > 0), 0]
        along = np.abs(away[~aside, 1]).min(initial=_FAR) / 2
        reach[each] = (
            west.min(initial=_FAR) / 2,
            east.min(initial=_FAR) / 2,
            min(y - int(hall[1]), int(hall[3]) - y, along),
        )
    return reach


def _table_side(at: IntArray) -> int:
    """The side of tables: less where they stand close."""
    gaps = [np.diff(np.unique(axis)) for axis in at.T]
    closest = min((int(gap.min()) for gap in gaps if len(gap)), default=2 * _TABLE_DM)
    return max(_LEAST_DM, min(_TABLE_DM, int(_APART * closest)))
