"""The plots of booths: in which hall each stands, where there, and in which order one walks past them."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from sim.floor.arrays import NONE, IntArray
from sim.scenario.exhibiting import stand_of
from sim.scenario.opening import halls_of

if TYPE_CHECKING:
    from sim.expo.expo import Exhibitors, Organisations
    from sim.scenario import Scenario
    from sim.scenario.schema.data import Hall

__all__ = ["ROOM_STRIP", "TABLE_STRIP", "booth_floor", "door", "halls_of_booths", "plots_of"]

# Assumptions of the plan, each in this one place.
ROOM_STRIP: Final = 0.10  # share of a hall's depth along the north wall, if it has rooms
TABLE_STRIP: Final = 0.12  # share of a hall's width along the west wall, if it has a matchmaking area
_ROWS: Final = 1.5  # rows of booths over those of square plots: plots are wider than deep


def door(hall: Hall) -> tuple[float, float]:
    """The hall's door in metres: as given, or the middle of the south edge."""
    return hall.door_m if hall.door_m is not None else (hall.x_m + hall.width_m / 2, hall.y_m)


def halls_of_booths(
    scenario: Scenario, organisations: Organisations, exhibitors: Exhibitors, number: dict[str, int]
) -> IntArray:
    """The hall of each booth: its row's, its pavilion's or its chain's; `number` by name of hall."""
    data = scenario.data
    of_chain = np.array([number[chain.hall] for chain in data.chains.values()], dtype=np.int64)
    of_pavilion = np.array([number[p.hall] for p in data.pavilions.values()] + [NONE], dtype=np.int64)
    halls: IntArray = np.where(
        exhibitors.pavilion == NONE, of_chain[organisations.chain], of_pavilion[exhibitors.pavilion]
    )
    for i, row in enumerate(scenario.exhibitor_rows):
        if row.hall is not None:
            halls[i] = number[row.hall]
    return halls


def plots_of(
    scenario: Scenario, organisations: Organisations, exhibitors: Exhibitors, hall_of: IntArray
) -> tuple[npt.NDArray[np.float64], IntArray]:
    """A plot in metres for each booth, with its share of the aisles, and its place on the walk.

    A stand whose position the exhibitors file says has no share of the aisles. Others of its hall stand in
    rows as if it stood there too.
    """
    # neighbours are those of the next stand numbers, or share a pavilion, or a chain and a stage
    order = np.lexsort(
        (
            organisations.key,
            organisations.stage,
            organisations.chain,
            exhibitors.pavilion,
            _by_number(exhibitors.stand),
            hall_of,
        )
    )
    placed = {
        i: stand
        for i, row in enumerate(scenario.exhibitor_rows)
        if (stand := stand_of(row, float(exhibitors.area_m2[i]))) is not None
    }
    plots = np.zeros((len(hall_of), 4))
    rank = np.zeros(len(hall_of), dtype=np.int64)
    halls = list(scenario.data.venue.halls.values())
    first_gate = next(iter(scenario.data.venue.gates.values()))
    doors = np.array([door(hall) for hall in halls])
    away = np.abs(doors[:, 0] - first_gate.x_m) + np.abs(doors[:, 1] - first_gate.y_m)
    walked = 0
    for hall in np.argsort(away, kind="stable").tolist():
        booths = order[hall_of[order] == hall]
        if len(booths):
            plots[booths] = _rows(exhibitors.area_m2[booths], *booth_floor(scenario, hall), door(halls[hall]))
            known = [i for i in booths.tolist() if i in placed]
            if known:
                plots[known] = [placed[i] for i in known]
                booths = booths[_serpentine(plots[booths], door(halls[hall]))]
            rank[booths] = walked + np.arange(len(booths))
            walked += len(booths)
    return plots, rank


def _by_number(stands: tuple[str, ...]) -> IntArray:
    """Places of stands in the order of their numbers, A2 before A10; those without one are last, alike."""
    parts = {stand: _natural(stand) for stand in stands if stand}
    place = {stand: position for position, stand in enumerate(sorted(parts, key=parts.__getitem__))}
    return np.array([place.get(stand, len(place)) for stand in stands], dtype=np.int64)


def _natural(stand: str) -> tuple[tuple[int, int, str], ...]:
    pieces = re.findall(r"[0-9]+|[^0-9]+", stand)
    return tuple((0, int(piece), "") if piece.isdecimal() else (1, 0, piece.upper()) for piece in pieces)


def _serpentine(plots: npt.NDArray[np.float64], entrance: tuple[float, float]) -> IntArray:
    """The order in which plots are walked: row by row from the side of the entrance, every second one back.

    A row is those whose middle lies within the depth of its first plot.
    """
    x, south, north = (plots[:, 0] + plots[:, 2]) / 2, plots[:, 1], plots[:, 3]
    if entrance[1] - south.min() > (north.max() - south.min()) / 2:
        south, north = -north, -south
    walk: list[int] = []
    upper, row, back = -math.inf, list[int](), False
    for i in np.lexsort((x, (south + north) / 2)).tolist():
        if (south[i] + north[i]) / 2 > upper:
            walk += sorted(row, key=lambda j: -x[j] if back else x[j])
            back = back != bool(row)
            row, upper = [], float(north[i])
        row.append(i)
    walk += sorted(row, key=lambda j: -x[j] if back else x[j])
    return np.array(walk, dtype=np.int64)


def booth_floor(scenario: Scenario, number: int) -> tuple[float, float, float, float]:
    """West, south, east, north (m) of the part of a hall that is left for booths."""
    data = scenario.data
    name, hall = list(data.venue.halls.items())[number]
    rooms = any(room.hall == name and room.at_m is None for room in data.venue.rooms.values())
    tables = any(name in halls_of(m) and m.location == "table" for m in data.matchmaking.values())
    return (
        hall.x_m + hall.width_m * TABLE_STRIP * tables,
        hall.y_m,
        hall.x_m + hall.width_m,
        hall.y_m + hall.depth_m * (1 - ROOM_STRIP * rooms),
    )


def _rows(
    area: npt.NDArray[np.float64],
    west: float,
    south: float,
    east: float,
    north: float,
    entrance: tuple[float, float],
) -> npt.NDArray[np.float64]:
    """Plots in proportion to `area` that fill the rectangle in rows, in serpentine order.

    Rows run along x; the first one is at the side of the entrance, and every second runs back.
    """
    n, width, depth = len(area), east - west, north - south
    whole = area.sum()
    rows = max(1, round(_ROWS * math.sqrt(n * depth / width)))
    middle = (np.cumsum(area) - area / 2) / whole
    row = np.unique(np.minimum((middle * rows).astype(np.int64), rows - 1), return_inverse=True)[1]
    share = np.bincount(row, weights=area) / whole  # of the depth
    lower = (np.cumsum(share) - share)[row]
    first = np.searchsorted(row, np.arange(len(share)))  # first booth of each row
    along = np.cumsum(area) - area
    along = (along - along[first][row]) / (share * whole)[row]
    part = area / (share * whole)[row]
    along = np.where(row % 2 == 1, 1 - along - part, along)
    upper = lower + share[row]
    if entrance[1] - south > depth / 2:
        lower, upper = 1 - upper, 1 - lower
    return np.column_stack(
        (west + along * width, south + lower * depth, west + (along + part) * width, south + upper * depth)
    )
