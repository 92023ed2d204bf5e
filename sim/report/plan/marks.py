"""The marks of a floor plan in the units of its picture: halls, booths, rooms, tables, gates; with labels."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.expo.venue.plots import ROOM_STRIP
from sim.expo.venue.venue import table_areas
from sim.floor.arrays import NONE, IntArray, PlaceKind
from sim.report.isolating import isolated
from sim.report.plan.lettering import Label, cut, fitted, wide

if TYPE_CHECKING:
    from sim.report.plan.laid import Laid
    from sim.report.plan.misfits import Unfit

__all__ = ["COLOURS", "Box", "Frame", "Mark", "Marks", "marks"]

COLOURS: Final = 7
"""Chains with a colour of their own; further ones share grey."""
_NAME_SIZES: Final = (12.0, 11.0, 10.0, 9.0, 8.0)
_NUMBER_SIZES: Final = (11.0, 10.0, 9.0, 8.0, 7.0)
_INSET: Final = 2.0  # around a label
_LEAST_HALL: Final = 11.0  # size of a hall's name
_BESIDE: Final = 10.0  # of what is said beside it
_DOOR: Final = 1.5  # m that a room's door is wide
_DM: Final = 10  # in a metre


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the picture, from its upper left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> tuple[float, float]:
        """Its middle."""
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Frame:
    """From decimetres of the plan, north up, to units of the picture."""

    west: float  # dm
    north: float  # dm
    x: float  # of the west edge in the picture
    y: float  # of the north edge
    scale: float  # units a dm

    def point(self, x: float, y: float) -> tuple[float, float]:
        """A point."""
        return self.x + (x - self.west) * self.scale, self.y + (self.north - y) * self.scale

    def box(self, edges: Iterable[float]) -> Box:
        """A rectangle from west, south, east, north."""
        west, south, east, north = (float(edge) for edge in edges)
        x, y = self.point(west, north)
        return Box(x, y, (east - west) * self.scale, (north - south) * self.scale)


@dataclass(frozen=True, slots=True)
class Mark:
    """A rectangle with a class of the style, what is said of it, and a label within."""

    style: str
    box: Box
    said: str
    label: Label | None = None
    code: str = ""  # of a booth, in the list beside the plan; what is said beside a hall's name


@dataclass(frozen=True, slots=True)
class Marks:
    """All that stands on a plan, in the order in which it is drawn."""

    halls: list[Mark]
    strips: list[Mark]  # of rooms, and of tables
    booths: list[Mark]
    rooms: list[Mark]
    tables: list[Mark]
    catering: list[Mark]
    gates: list[Mark]
    doors: list[Mark]
    listed: list[tuple[str, str]]  # exhibitors whose name is not on their booth: stand or number, and name


def marks(laid: Laid, frame: Frame, found: Iterable[Unfit]) -> Marks:
    """The marks of a floor; what does not fit has a style of its own."""
    unfit = {place for each in found for place in each.places}
    halls = {each.hall for each in found if not each.places}
    booths = list(_booths(laid, frame, unfit))
    names = laid.organisations.name
    walked = np.argsort(laid.venue.walk_rank).tolist()
    listed = [(booths[i].code, names[i]) for i in walked if "small" in booths[i].style]
    return Marks(
        halls=list(_halls(laid, frame, halls)),
        strips=list(_strips(laid, frame)),
        booths=booths,
        rooms=list(_rooms(laid, frame, unfit)),
        tables=list(_tables(laid, frame, unfit)),
        catering=list(_catering(laid, frame)),
        gates=list(_gates(laid, frame)),
        doors=list(_doors(laid, frame)),
        listed=listed,
    )


def _style(kind: str, place: int, unfit: Collection[int]) -> str:
    return f"{kind} unfit" if place in unfit else kind


def _halls(laid: Laid, frame: Frame, unfit: Collection[str]) -> Iterator[Mark]:
    """Halls, with a name that stands above."""
    for number, (name, edges) in enumerate(zip(laid.venue.halls, laid.shapes.hall, strict=True)):
        hall, here = laid.scenario.data.venue.halls[name], laid.venue.hall_of == number
        box = frame.box(edges)
        net = float(laid.exhibitors.area_m2[here].sum())
        count = int(here.sum())
        share = 100 * net / (hall.width_m * hall.depth_m)
        booths = f"{count:,} booth{'s' * (count != 1)}, {net:,.0f} m² net, {share:.0f} %" if count else ""
        said = f"Hall {isolated(name)}: {hall.width_m:g} by {hall.depth_m:g} m"
        if count:
            said += f"; {booths} of the hall"
        if hall.max_people is not None:
            said += f"; at most {hall.max_people:,} visitors"
        size = max(_LEAST_HALL, min(16.0, box.width / 12))
        title = cut(name, box.width, size)
        beside = booths if wide(title, size) + wide(booths, _BESIDE) + 12 <= box.width else ""
        style = "hall unfit" if name in unfit else "hall"
        yield Mark(style, box, said, Label(size, (title,)), beside)


def _strips(laid: Laid, frame: Frame) -> Iterator[Mark]:
    """The floor that rooms along the north wall and tables along the west wall take from booths."""
    venue = laid.scenario.data.venue
    for (programme, number), area in table_areas(laid.scenario).items():
        edges = (area.x_m, area.y_m, area.x_m + area.width_m, area.y_m + area.depth_m)
        count = len(laid.venue.tables[programme][number])
        areas = laid.scenario.data.matchmaking[programme].areas
        which = isolated(programme) if areas == 1 else f"{isolated(programme)}, area {number + 1}"
        said = f"Matchmaking {which}: {count:,} table{'s' * (count != 1)}"
        yield Mark("strip", frame.box(edge * _DM for edge in edges), said)
    for name, hall in venue.halls.items():
        if any(room.hall == name and room.at_m is None for room in venue.rooms.values()):
            north = hall.y_m + hall.depth_m
            edges = (hall.x_m, north - hall.depth_m * ROOM_STRIP, hall.x_m + hall.width_m, north)
            yield Mark("strip", frame.box(edge * _DM for edge in edges), f"Rooms of hall {isolated(name)}")


def _booths(laid: Laid, frame: Frame, unfit: Collection[int]) -> Iterator[Mark]:
    """Booths, each as large as it is, in the middle of its plot: what is left are aisles."""
    chains, halls = list(laid.scenario.data.chains), laid.venue.halls
    plots = laid.venue.plots * _DM
    for i, (name, area) in enumerate(zip(laid.organisations.name, laid.exhibitors.area_m2, strict=True)):
        west, south, east, north = plots[i]
        plot = (east - west) * (north - south)
        share = min(1.0, (float(area) * _DM * _DM / plot) ** 0.5) if plot else 1.0
        x, y = (west + east) / 2, (south + north) / 2
        half_x, half_y = share * (east - west) / 2, share * (north - south) / 2
        box = frame.box((x - half_x, y - half_y, x + half_x, y + half_y))
        chain, stand = int(laid.organisations.chain[i]), laid.exhibitors.stand[i]
        code = stand or str(int(laid.venue.walk_rank[i]) + 1)
        said = f"{isolated(name)}: {'stand' if stand else 'number'} {isolated(code)}, {area:.3g} m²"
        said += f" in hall {isolated(halls[laid.venue.hall_of[i]])}, {isolated(chains[chain])}"
        pavilion = int(laid.exhibitors.pavilion[i])
        if pavilion != NONE:
            said += f", pavilion {isolated(list(laid.scenario.data.pavilions)[pavilion])}"
        label = fitted(name, box.width - _INSET, box.height - _INSET, _NAME_SIZES)
        style = f"booth c{chain if chain < COLOURS else 'x'}"
        if label is None:
            label = fitted(code, box.width - 1, box.height, _NUMBER_SIZES)
            style += " small"
        yield Mark(_style(style, i, unfit), box, said, label, code)


def _rooms(laid: Laid, frame: Frame, unfit: Collection[int]) -> Iterator[Mark]:
    for kind, places in laid.venue.rooms.items():
        seats = laid.venue.room_seats[kind]
        for place in places.tolist():
            box = frame.box(laid.shapes.box[place])
            name = laid.shapes.names[place]
            within, space = box.width - 2 * _INSET, box.height - _INSET
            said = (f"{name}, {seats:,} seats", f"{name} {seats}", str(seats))
            fits = (fitted(each, within, space, _NAME_SIZES) for each in said)
            label = next((each for each in fits if each is not None), None)
            yield Mark(_style("room", place, unfit), box, f"Room {isolated(name)}: {seats:,} seats", label)


def _tables(laid: Laid, frame: Frame, unfit: Collection[int]) -> Iterator[Mark]:
    """Tables, and on the north of each area what it is called."""
    for place in _of(laid, PlaceKind.TABLE).tolist():
        said = f"Table {isolated(laid.shapes.names[place])}"
        yield Mark(_style("table", place, unfit), frame.box(laid.shapes.box[place]), said)
    for (programme, number), area in table_areas(laid.scenario).items():
        tables = laid.venue.tables[programme][number]
        strip = area.width_m * _DM * frame.scale
        said = f"{len(tables):,} table{'s' * (len(tables) != 1)}"
        label = fitted(f"{programme}: {said}", strip - 2, 60, _NUMBER_SIZES)
        if label is not None and len(tables):
            north = float(laid.shapes.box[tables, 3].max())
            x, y = frame.point(area.x_m * _DM, north)
            yield Mark(
                "none", Box(x, y - label.height - 4, strip, label.height), f"{programme}: {said}", label
            )


def _catering(laid: Laid, frame: Frame) -> Iterator[Mark]:
    for place in laid.venue.catering.tolist():
        name, seats = laid.shapes.names[place], int(laid.shapes.seats[place])
        said = f"Catering {isolated(name)}: {seats:,} seats"
        at = frame.point(float(laid.venue.places.x[place]), float(laid.venue.places.y[place]))
        yield Mark("catering", Box(*at, 0, 0), said, Label(10.0, (f"{cut(name, 120, 10)}, {seats:,} seats",)))


def _gates(laid: Laid, frame: Frame) -> Iterator[Mark]:
    for place in laid.venue.gates.tolist():
        name, lanes = laid.shapes.names[place], int(laid.shapes.seats[place])
        lane = f"{lanes:,} lane{'s' * (lanes != 1)}"
        at = frame.point(float(laid.venue.places.x[place]), float(laid.venue.places.y[place]))
        label = Label(11.0, (f"{cut(name, 160, 11)}, {lane}",))
        yield Mark("gate", Box(*at, 0, 0), f"Gate {isolated(name)}: {lane}", label)


def _doors(laid: Laid, frame: Frame) -> Iterator[Mark]:
    """Doors: a hall's is a bar in its nearest wall, a room's in its south wall where people walk to."""
    long, thick = max(10.0, 60 * frame.scale), 5.0
    for name, (x, y), hall in zip(laid.venue.halls, laid.shapes.doors, laid.shapes.hall, strict=False):
        off = np.abs(np.concatenate(((x, y) - hall[:2], (x, y) - hall[2:])))
        upright = int(np.argmin(off)) % 2 == 0  # in a west or an east wall
        px, py = frame.point(float(x), float(y))
        w, h = (thick, long) if upright else (long, thick)
        yield Mark("door", Box(px - w / 2, py - h / 2, w, h), f"Door of hall {isolated(name)}")
    for place in _of(laid, PlaceKind.ROOM).tolist():
        box = frame.box(laid.shapes.box[place])
        px, _ = frame.point(float(laid.venue.places.x[place]), 0)
        w = min(max(_DOOR * _DM * frame.scale, 4.0), box.width / 2)
        left = min(max(px - w / 2, box.x), box.x + box.width - w)
        said = f"Door of room {isolated(laid.shapes.names[place])}"
        yield Mark("door", Box(left, box.y + box.height - 1.2, w, 2.4), said)


def _of(laid: Laid, kind: PlaceKind) -> IntArray:
    return np.flatnonzero(laid.shapes.kind == kind)
