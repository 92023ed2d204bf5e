"""What stands where on a plan, against rectangles that were worked out by hand: in decimetres."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import sim
from sim.expo.expo import FloorPlan
from sim.floor.arrays import IntArray, PlaceKind
from sim.report.plan.rows import row
from sim.report.plan.shapes import Shapes, rooms, shapes, too_small
from tests.floors import FloorPlan as Floor

HALL = (0, 0, 1000, 400)
WALL = 380  # where the points of rooms along its north wall are: 20 dm from it, so these are 40 deep


def drawn(points: list[tuple[int, int]], needs: list[int], hall: tuple[int, ...] = HALL) -> list[list[int]]:
    boxes: list[list[int]] = rooms(np.array(points), np.array(needs), np.array(hall)).tolist()
    return boxes


def test_a_room_with_space_is_1_4_times_as_wide_as_deep_around_its_point() -> None:
    # 14,000 dm² are 140 by 100
    assert drawn([(500, 200)], [14_000]) == [[430, 150, 570, 250]]


def test_a_room_stays_in_its_hall_on_both_sides_of_its_point_alike() -> None:
    # 50 dm to the west wall: 100 wide, and 14,000 / 100 = 140 deep
    assert drawn([(50, 200)], [14_000]) == [[0, 130, 100, 270]]
    # 20 to the north wall: 40 deep, and so 14,000 / 40 = 350 wide
    assert drawn([(500, 380)], [14_000]) == [[325, 360, 675, 400]]
    # 10 to the east wall: 20 wide, and no more than three times as deep
    assert drawn([(990, 200)], [14_000]) == [[980, 170, 1000, 230]]
    # hardly anything to a wall: 6 dm at least, each way
    ((west, south, east, north),) = drawn([(999, 200)], [14_000])
    assert (east - west, north - south) == (6, 18)


def test_a_room_outside_its_hall_is_drawn_where_it_is() -> None:
    ((west, south, east, north),) = drawn([(1200, 200)], [14_000])
    assert west <= 1200 <= east
    assert south < 200 < north
    ((west, south, east, north),) = drawn([(500, 500)], [14_000])
    assert (west, east) == (430, 570)
    assert (south, north) == (497, 503)


def test_rooms_of_a_wall_share_it_in_proportion_to_their_seats() -> None:
    # 24,000 and 8,000 dm² at 40 dm are 600 and 200 wide: of 1,000 dm the larger may have three quarters.
    # Around its point at 250 it would go from -50 to 550: the wall moves it, and the border at 750 the other
    assert drawn([(250, WALL), (750, WALL)], [24_000, 8_000]) == [[0, 360, 600, 400], [750, 360, 950, 400]]
    # twice of that do not fit: 750 and 250 are in proportion, and the border is at the point of the smaller
    assert drawn([(250, WALL), (750, WALL)], [48_000, 16_000]) == [[0, 360, 750, 400], [750, 360, 1000, 400]]
    # one that needs nine tenths goes to the point of the next, and no further
    assert drawn([(250, WALL), (750, WALL)], [72_000, 8_000]) == [[0, 360, 750, 400], [750, 360, 950, 400]]


def test_rooms_stand_in_the_order_of_their_points_whatever_that_of_the_scenario() -> None:
    one = drawn([(250, WALL), (750, WALL)], [24_000, 8_000])
    assert drawn([(750, WALL), (250, WALL)], [8_000, 24_000]) == one[::-1]


def test_a_row_goes_as_far_to_the_west_of_its_middle_as_to_the_east() -> None:
    # points at 100 and 300: the row is 0 to 400, and not the whole hall
    assert drawn([(100, WALL), (300, WALL)], [90_000, 90_000]) == [[0, 360, 200, 400], [200, 360, 400, 400]]


def test_rooms_of_two_lines_have_what_is_up_to_half_way_between_them() -> None:
    # further apart from west to east: the border is at 500
    first, second = drawn([(400, 150), (600, 210)], [500_000, 500_000])
    assert first[2] == second[0] == 500
    # from south to north: the border is at 200
    first, second = drawn([(500, 150), (510, 250)], [500_000, 500_000])
    assert first[3] == second[1] == 200
    # of two as far apart both ways it is from west to east
    first, second = drawn([(450, 150), (550, 250)], [500_000, 500_000])
    assert first[2] == second[0] == 500


@pytest.mark.parametrize("seed", range(20))
def test_rooms_hold_their_points_and_never_lie_on_each_other(seed: int) -> None:
    rng = np.random.default_rng(seed)
    # far enough from each other for the least that a room is drawn as
    grid = rng.choice(19 * 7, size=int(rng.integers(2, 12)), replace=False)
    points = np.column_stack((50 + grid % 19 * 50, 50 + grid // 19 * 50))
    boxes = rooms(points, rng.integers(1_600, 200_000, len(points)), np.array(HALL))
    assert (boxes[:, :2] <= points).all()
    assert (points <= boxes[:, 2:]).all()
    assert (boxes[:, :2] >= 0).all()
    assert (boxes[:, 2:] <= HALL[2:]).all()
    for one in range(len(boxes)):
        for other in range(one):
            shared = np.minimum(boxes[one, 2:], boxes[other, 2:]) - np.maximum(
                boxes[one, :2], boxes[other, :2]
            )
            assert shared.min() <= 1  # each side is rounded


@pytest.mark.parametrize("seed", range(5))
def test_no_other_borders_share_a_row_more_evenly(seed: int) -> None:
    # of all borders between the points those that make the sum of width²/wish least, tried on a grid
    rng = np.random.default_rng(seed)
    x = np.sort(rng.choice(np.arange(1, 20), 3, replace=False)) * 50
    needs = rng.choice([1, 2, 5, 20], 3) * 500_000  # more than there is
    free = np.full((3, 3), 1e9)
    free[:, 2] = 20  # 40 deep, so wishes are needs / 40
    ours = row(x, needs, (0.0, 1000.0), free)
    first, second = np.meshgrid(np.arange(x[0], x[1] + 1.0), np.arange(x[1], x[2] + 1.0))
    wish = needs / 40
    cost = first**2 / wish[0] + (second - first) ** 2 / wish[1] + (1000 - second) ** 2 / wish[2]
    best = np.unravel_index(int(cost.argmin()), cost.shape)
    assert ours[0, 1] == pytest.approx(float(first[best]), abs=1.5)
    assert ours[2, 0] == pytest.approx(float(second[best]), abs=1.5)


def test_a_room_is_too_small_below_0_65_m2_a_seat() -> None:
    # 100 seats need 6,500 dm²: 65 by 98 are 6,370 and 163 of rounding, 65 by 97 are 6,305 and 162
    box = np.array([[0, 0, 65, 98], [0, 0, 65, 97]])
    assert too_small(box, np.array([100, 100])).tolist() == [False, True]


def of(kinds: list[PlaceKind], points: list[tuple[int, int]], seats: list[int], zones: list[int]) -> Shapes:
    halls: IntArray = np.array([HALL, (1100, 0, 2100, 400)])
    booths = kinds.count(PlaceKind.BOOTH)
    plan = FloorPlan(
        halls, np.array([[500, 0], [1600, 0]]), np.array([[0, 0, 30, 30]] * booths).reshape(-1, 4)
    )
    names = tuple(str(i) for i in range(len(kinds)))
    x, y = np.array(points).T
    kind, zone = np.array(kinds, dtype=np.int64), np.array(zones)
    places = replace(Floor().build().places, kind=kind, x=x, y=y, zone=zone)
    return shapes(places, names, plan, ("a", "b"), np.array(seats))


def test_a_room_has_2_m2_a_seat_catering_1_2_and_eight_seats_at_least() -> None:
    kinds = [PlaceKind.ROOM, PlaceKind.ROOM, PlaceKind.CATERING, PlaceKind.CATERING, PlaceKind.TABLE]
    points = [(200, 200), (600, 200), (200, 100), (600, 100), (900, 200)]
    found = of(kinds, points, [30, 3, 100, 2, 0], [0, 0, 0, 0, 0])
    assert found.needs.tolist() == [6_000, 1_600, 12_000, 960, 0]
    sizes = found.box[:, 2:] - found.box[:, :2]
    assert (sizes[:, 0] * sizes[:, 1])[:4] == pytest.approx([6_000, 1_600, 12_000, 960], rel=0.04)


def test_rooms_of_another_hall_and_places_of_another_kind_take_nothing() -> None:
    kinds = [PlaceKind.ROOM, PlaceKind.CATERING, PlaceKind.ROOM]
    alone = of(kinds[:1], [(500, 200)], [70], [0]).box[0]
    found = of(kinds, [(500, 200), (510, 200), (1150, 200)], [70, 70, 70], [0, 0, 1])
    np.testing.assert_array_equal(found.box[0], alone)
    # 100 dm wide, 50 to each side of 1,150; 14,000 / 100 deep
    assert found.box[2].tolist() == [1100, 130, 1200, 270]


@pytest.mark.parametrize(
    ("points", "sides"),
    [
        ([(500, 200)], 14),  # alone
        ([(500, 200), (525, 200)], 14),  # 0.8 of 25 would be 20
        ([(500, 200), (510, 200), (500, 215)], 8),  # 0.8 of 10
        ([(500, 200), (505, 200)], 6),  # 6 at least
        ([(500, 200), (500, 211)], 8),  # 0.8 of 11 is 8.8
    ],
)
def test_tables_are_14_dm_or_four_fifths_of_the_way_to_the_next(
    points: list[tuple[int, int]], sides: int
) -> None:
    found = of([PlaceKind.TABLE] * len(points), points, [0] * len(points), [0] * len(points))
    for (x, y), (west, south, east, north) in zip(points, found.box.tolist(), strict=True):
        assert (west, south, east, north) == (x - sides // 2, y - sides // 2, x + sides // 2, y + sides // 2)


def test_gates_are_points_and_doors_of_zones_of_their_own() -> None:
    found = of([PlaceKind.BOOTH, PlaceKind.GATE], [(15, 15), (500, -100)], [0, 4], [0, 2])
    assert found.box.tolist() == [[0, 0, 30, 30], [500, -100, 500, -100]]
    assert found.doors.tolist() == [[500, 0], [1600, 0], [500, -100]]
    assert found.cramped.size == 0


def test_a_great_hall_among_small_rooms_is_not_drawn_as_one_of_them() -> None:
    found = sim.load("cisce-2024").plan().laid
    (great,) = found.venue.rooms["hall-of-ceremonies"].tolist()
    size = found.shapes.box[great, 2:] - found.shapes.box[great, :2]
    others = [
        place for kind, places in found.venue.rooms.items() if "hungary" in kind for place in places.tolist()
    ]
    widths = found.shapes.box[others, 2] - found.shapes.box[others, 0]
    assert size[0] > 1.5 * widths.max()
    x = int(found.venue.places.x[great])
    assert found.shapes.box[great, 0] <= x <= found.shapes.box[great, 2]
