"""What does not fit on a floor: found before a run, from where things stand alone."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.expo.venue.plots import TABLE_STRIP, booth_floor
from sim.expo.venue.venue import TABLE_PITCH_M, table_areas
from sim.floor.arrays import IntArray, PlaceKind
from sim.report.plan.mending import mended
from sim.report.plan.shapes import LEAST_SEAT_DM2

if TYPE_CHECKING:
    from sim.report.plan.laid import Laid
    from sim.report.plan.shapes import Shapes

__all__ = ["DOES_NOT_FIT", "Unfit", "unfit"]

_TIGHT: Final = 0.6
"""Share of a hall that is booths at most: above, aisles are narrow. As `venue.net_share` is plausible."""
_SLACK_DM: Final = 1  # places are rounded
_DOOR_DM: Final = 5  # that a door may be off its wall
DOES_NOT_FIT: Final = ("booths", "stands", "room", "tables", "place", "door", "gate", "halls")
"""What can be wrong."""


@dataclass(frozen=True, slots=True)
class Unfit:
    """A thing that does not fit, as a sentence, with where it is."""

    what: str  # of DOES_NOT_FIT
    hall: str
    message: str
    places: tuple[int, ...]  # that are marked; none: the hall is
    mend: str  # why it is so, where that helps, and what to write in the scenario


def unfit(laid: Laid) -> list[Unfit]:
    """All that does not fit, hall by hall."""
    found = [*_booths(laid), *_stands(laid), *_rooms(laid), *_tables(laid), *_outside(laid), *_doors(laid)]
    found += [*_gates(laid.shapes), *_halls(laid.shapes)]
    order = {name: number for number, name in enumerate(laid.venue.halls)}
    return sorted(found, key=lambda each: order[each.hall])


def _booths(laid: Laid) -> Iterator[Unfit]:
    """Halls with more booths than floor, or hardly an aisle."""
    for number, name in enumerate(laid.venue.halls):
        here = laid.venue.hall_of == number
        net = float(laid.exhibitors.area_m2[here].sum())
        hall = laid.scenario.data.venue.halls[name]
        west, south, east, north = booth_floor(laid.scenario, number)
        left, floor = (east - west) * (north - south), hall.width_m * hall.depth_m
        said = f"booths of {net:,.0f} m² net on "
        if net > left:
            order = np.flatnonzero(here)[np.argsort(laid.venue.walk_rank[here])]
            beyond = order[np.cumsum(laid.exhibitors.area_m2[order]) > left]
            beside = "" if left == floor else ", which is what rooms and tables leave"
            message = f"{said}{left:,.0f} m²{beside}: {len(beyond):,} of {len(order):,} too many"
            yield Unfit("booths", name, message, tuple(beyond.tolist()), _more_floor(net, left, floor))
        elif net > _TIGHT * left:
            share = f"{net / left:.0%}".replace("%", " %")
            most = f"{_TIGHT:.0%}".replace("%", " %")
            message = f"{said}{left:,.0f} m², {share}: above {most} aisles are narrow"
            yield Unfit("booths", name, message, (), _more_floor(net, left, floor))


def _more_floor(net: float, left: float, floor: float) -> str:
    """How large a hall is that has aisles, if rooms and tables take the same share of it."""
    need = math.ceil(net / _TIGHT / left * floor)
    return (
        f"With aisles it takes a hall of {need:,} m², and this has {floor:,.0f}: write a larger width_m or "
        "depth_m, another hall for a chain or a pavilion, or a smaller venue.net_share"
    )


def _stands(laid: Laid) -> Iterator[Unfit]:
    """Stands of the exhibitors file that lie on rooms or tables."""
    shapes = laid.shapes
    placed = [i for i, row in enumerate(laid.scenario.exhibitor_rows) if row.x_m is not None]
    other = np.flatnonzero(np.isin(shapes.kind, (PlaceKind.ROOM, PlaceKind.TABLE)))
    on: dict[int, list[int]] = defaultdict(list)
    for booth in placed:
        same = other[shapes.zone[other] == shapes.zone[booth]]
        if any(_overlap(shapes.box[booth], box) for box in shapes.box[same]):
            on[int(shapes.zone[booth])].append(booth)
    for zone, booths in on.items():
        one = shapes.names[booths[0]]
        more = f" and {len(booths) - 1} more stand" if len(booths) > 1 else " stands"
        message = f"{one}{more} where rooms or tables are"
        mend = "Write another x_m and y_m in the exhibitors file, or an at_m for the rooms"
        yield Unfit("stands", shapes.halls[zone], message, tuple(booths), mend)


def _overlap(a: IntArray, b: IntArray) -> bool:
    shared = np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2])
    return bool(np.all(shared > _SLACK_DM))


def _rooms(laid: Laid) -> Iterator[Unfit]:
    """Rooms in their hall without floor for their seats."""
    shapes = laid.shapes
    cramped = {i for i in shapes.cramped.tolist() if _inside(_point(laid, i), shapes.hall[shapes.zone[i]], 0)}
    of_kind = {kind: [i for i in rooms.tolist() if i in cramped] for kind, rooms in laid.venue.rooms.items()}
    mend = mended(laid, [kind for kind, small in of_kind.items() if small])
    for kind, rooms in laid.venue.rooms.items():
        if small := of_kind[kind]:
            west, south, east, north = shapes.box[small[0]].tolist()
            size = f"{(east - west) / 10:.3g} by {(north - south) / 10:.3g} m"
            seats = int(shapes.seats[small[0]])
            least = seats * LEAST_SEAT_DM2 / 100
            many = f"all {len(rooms)}" if len(small) == len(rooms) else f"{len(small)} of {len(rooms)}"
            what = kind if len(rooms) == 1 else f"{many} rooms {kind}"
            each = "" if len(rooms) == 1 else " each"
            message = f"{what}: {seats:,} seats{each} need {least:,.0f} m², and have {size}"
            yield Unfit("room", shapes.halls[shapes.zone[small[0]]], message, tuple(small), mend[kind])


def _tables(laid: Laid) -> Iterator[Unfit]:
    """More tables than their area holds: they stand closer than they should."""
    for (programme, number), area in table_areas(laid.scenario).items():
        tables = laid.venue.tables[programme][number]
        if len(tables) > area.most:
            areas = laid.scenario.data.matchmaking[programme].areas
            which = programme if areas == 1 else f"{programme}, area {number + 1}"
            message = (
                f"{which}: {len(tables):,} tables, and space for {area.most:,} at {TABLE_PITCH_M:g} m "
                f"each way in {area.width_m:.3g} by {area.depth_m:.3g} m; people sit closer"
            )
            wider = math.ceil(-(-len(tables) // area.rows) * TABLE_PITCH_M / TABLE_STRIP)
            if not area.rows:
                mend = "Write fewer areas or programmes for the hall, or a larger depth_m"
            elif _has_room(laid.shapes, area.hall, wider):
                mend = f"Write tables = {area.most}, or width_m = {wider} for the hall"
            else:
                mend = (
                    f"Write tables = {area.most}, or another hall for them: this one would have to be "
                    f"{wider} m wide, and stand on the next"
                )
            yield Unfit("tables", area.hall, message, tuple(tables.tolist()), mend)


def _has_room(shapes: Shapes, name: str, width: int) -> bool:
    """Whether a hall may be so many metres wide where it stands."""
    number = shapes.halls.index(name)
    wider = shapes.hall[number].copy()
    wider[2] = wider[0] + 10 * width
    others = (hall for other, hall in enumerate(shapes.hall) if other != number)
    return not any(_overlap(wider, hall) for hall in others)


def _outside(laid: Laid) -> Iterator[Unfit]:
    """Rooms and places to eat whose point is not in their hall."""
    shapes = laid.shapes
    some = np.isin(shapes.kind, (PlaceKind.ROOM, PlaceKind.CATERING))
    for place in np.flatnonzero(some).tolist():
        at, hall = _point(laid, place), shapes.hall[shapes.zone[place]]
        if not _inside(at, hall, 0):
            where = f"is at {at[0] / 10:g}, {at[1] / 10:g} m, outside its hall"
            name = shapes.halls[shapes.zone[place]]
            x, y = (f"{hall[axis] / 10:g} to {hall[axis + 2] / 10:g}" for axis in (0, 1))
            mend = f"Write an at_m in it: {x} m from the west, {y} m from the south"
            yield Unfit("place", name, f"{shapes.names[place]} {where}", (place,), mend)


def _point(laid: Laid, place: int) -> IntArray:
    return np.array([laid.venue.places.x[place], laid.venue.places.y[place]])


def _inside(at: IntArray, box: IntArray, margin: int) -> bool:
    """Whether a point is in a rectangle, its walls included, made larger by a margin."""
    return bool(np.all(at >= box[:2] - margin) and np.all(at <= box[2:] + margin))


def _doors(laid: Laid) -> Iterator[Unfit]:
    """Doors that are in no wall of their hall."""
    shapes = laid.shapes
    for name, door, hall in zip(shapes.halls, shapes.doors, shapes.hall, strict=False):
        off = min(np.abs(door - hall[:2]).min(), np.abs(door - hall[2:]).min())
        if off > _DOOR_DM or not _inside(door, hall, _DOOR_DM):
            message = f"its door at {door[0] / 10:g}, {door[1] / 10:g} m is in none of its walls"
            at = ", ".join(f"{each / 10:g}" for each in _in_wall(door, hall).tolist())
            yield Unfit("door", name, message, (), f"Write a door_m in one, as [{at}]")


def _in_wall(at: IntArray, hall: IntArray) -> IntArray:
    """The point of a hall's walls that is nearest."""
    inside: IntArray = np.clip(at, hall[:2], hall[2:])
    off = np.concatenate((inside - hall[:2], hall[2:] - inside))
    side = int(np.argmin(off))
    inside[side % 2] = hall[side]
    return inside


def _gates(shapes: Shapes) -> Iterator[Unfit]:
    """Gates within a hall."""
    for place in np.flatnonzero(shapes.kind == PlaceKind.GATE).tolist():
        for name, hall in zip(shapes.halls, shapes.hall, strict=True):
            if _inside(shapes.box[place, :2], hall, -_SLACK_DM):
                message = f"gate {shapes.names[place]} stands within the hall"
                at = ", ".join(f"{each / 10:g}" for each in _in_wall(shapes.box[place, :2], hall).tolist())
                mend = f"Write x_m and y_m outside the halls or in a wall, as {at}"
                yield Unfit("gate", name, message, (place,), mend)


def _halls(shapes: Shapes) -> Iterator[Unfit]:
    """Halls that stand on each other."""
    for one, name in enumerate(shapes.halls):
        for other in range(one):
            if _overlap(shapes.hall[one], shapes.hall[other]):
                east = int(shapes.hall[other, 2]) / 10
                mend = f"Write another x_m or y_m: that one goes to {east:g} m in the east"
                yield Unfit("halls", name, f"stands on hall {shapes.halls[other]}", (), mend)
