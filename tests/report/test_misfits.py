"""What does not fit is found where it is and nowhere else, and what is to be written mends it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.report.plan.misfits import Unfit
from sim.report.plan.plan import Plan

# The east hall of quickstart is from 45 to 85 m. Its rooms have 80 m² each, 18 m wide as the wall leaves them
# 4.4 m of depth: from about 46 to 64 and 66 to 84 m, north of 40.6 m.
STANDS = "name,chain,hall,area_m2,x_m,y_m,width_m,depth_m\n"


def with_stands(folder: Path, stands: dict[str, tuple[str, float, float]], more: str = "") -> Plan:
    """Quickstart with these stands of 6 by 10 m, by hall and south-west corner, and four that are drawn."""
    rows = "".join(f"{name},digital,{hall},60,{x},{y},6,10\n" for name, (hall, x, y) in stands.items())
    (folder / "list.csv").write_text(STANDS + rows + "".join(f"{i},vehicles,east,60,,,,\n" for i in range(4)))
    (folder / "own.toml").write_text(
        'extends = "quickstart"\nexhibitors_file = "list.csv"\n[exhibitors]\n'
        f"sponsors = {{ gold = 1, silver = 1 }}\n[visitors.delegation]\ntour_stops = 2\n{more}"
    )
    return sim.load(folder / "own.toml").plan()


def stands(plan: Plan) -> list[tuple[str, str, tuple[int, ...]]]:
    return [(each.hall, each.message, each.places) for each in plan.unfit if each.what == "stands"]


def test_stands_are_on_rooms_or_tables_or_between_them(tmp_path: Path) -> None:
    plan = with_stands(
        tmp_path,
        {
            "Fits": ("east", 53, 10),
            "On a room": ("east", 53, 34),
            "Up to the room": ("east", 60, 30.5),
            "A decimetre in": ("east", 70, 30.7),
            "In the west": ("west", 30, 34),
            "On tables": ("west", 0.5, 2),
            "Beside tables": ("west", 3, 20),
        },
    )
    assert stands(plan) == [
        ("east", "On a room stands where rooms or tables are", (1,)),
        ("west", "On tables stands where rooms or tables are", (5,)),
    ]


def test_two_decimetres_in_a_room_are_on_it_and_stands_of_one_hall_are_told_together(tmp_path: Path) -> None:
    plan = with_stands(
        tmp_path,
        {
            "Two decimetres": ("east", 53, 30.8),
            "Another": ("east", 76, 34),
            "Third": ("east", 67, 34),
        },
    )
    assert stands(plan) == [("east", "Two decimetres and 2 more stand where rooms or tables are", (0, 1, 2))]


def test_what_is_where_a_room_of_another_hall_is_is_on_none(tmp_path: Path) -> None:
    # the lounge of the west hall is placed where the east hall's stand is, and the stand is not told for it
    more = "[venue.rooms.lounge]\nat_m = [60, 20]\n"
    plan = with_stands(tmp_path, {"Under it": ("east", 57, 15)}, more)
    assert stands(plan) == []
    assert [each.what for each in plan.unfit if each.hall == "west"] == ["place"]


# ---------------------------------------------------------------- what to write


def written(mend: str) -> dict[str, Any]:
    """The settings that stand in a sentence: `name = value`."""
    found = {}
    for name, value in re.findall(r"([\w.-]+) = (\{[^}]*\}|\[[^\]]*\]|\"[^\"]*\"|[\d.]+\d)", mend):
        found[name] = tomllib.loads(f"value = {value}")["value"]
    return found


def only(plan: Plan, what: str) -> Unfit:
    (found,) = (each for each in plan.unfit if each.what == what)
    return found


@pytest.mark.parametrize("name", ["cisce-2023", "cisce-2024"])
def test_a_great_hall_that_leaves_a_wall_as_it_is_told_has_space_and_gives_it_to_others(
    name: str,
) -> None:
    scenario = sim.load(name)
    rooms = [each for each in scenario.plan().unfit if each.what == "room"]
    assert rooms
    told = "\n".join(each.mend for each in rooms)
    assert "hall-of-ceremonies = { x_m = 240.0" in told
    if name == "cisce-2024":
        assert (
            "13 rooms stand along the north wall, 7.69 m apart. It fits once hall-of-ceremonies has a" in told
        )
    mended = scenario.replace(**written(told)).plan()
    assert {each.what for each in mended.unfit} == {"booths"}
    (great,) = mended.laid.venue.rooms["hall-of-ceremonies"].tolist()
    west, south, east, north = mended.laid.shapes.box[great].tolist()
    assert (east - west) * (north - south) == pytest.approx(240_000, rel=0.01)  # 2 m² a seat


def test_rooms_side_by_side_have_a_hall_of_their_own_and_some_stay() -> None:
    scenario = sim.load("quickstart").replace(
        **{
            "venue.rooms.seminar.seats": 500,
            "venue.rooms.lounge.hall": "east",
            "venue.rooms.seminar.count": 3,
        }
    )
    found = only(scenario.plan(), "room")
    assert len(found.places) == 3
    settings = written(found.mend)
    assert settings["venue.halls.seminar"] == {"x_m": 95.0, "y_m": 0.0, "width_m": 96, "depth_m": 32}
    assert settings["venue.rooms.seminar.at_m"] == [111.0, 16.0]
    assert "4 rooms stand along the north wall, 10 m apart" in found.mend
    assert scenario.replace(**settings).plan().unfit == []


def test_halls_of_their_own_stand_beside_each_other() -> None:
    rooms = {"seminar.seats": 500, "seminar.count": 3, "lounge.seats": 700, "lounge.hall": "east"}
    scenario = sim.load("quickstart").replace(**{f"venue.rooms.{key}": value for key, value in rooms.items()})
    told = [each.mend for each in scenario.plan().unfit if each.what == "room"]
    assert len(told) == 2
    mended = scenario.replace(**{**written(told[0]), **written(told[1])})
    assert mended.plan().unfit == []


def test_one_room_on_a_wall_is_told_of_its_depth_and_a_hall_has_a_name_of_its_own() -> None:
    scenario = sim.load("quickstart").replace(
        **{"venue.rooms.west": {"hall": "west", "seats": 600}, "venue.rooms.lounge.hall": "east"}
    )
    found = only(scenario.plan(), "room")
    settings = written(found.mend)
    assert found.mend.startswith("A room along the north wall has a tenth of the hall's depth. Give it")
    assert settings["venue.rooms.west.hall"] == "west-hall"
    assert scenario.replace(**settings).plan().unfit == []


def test_a_room_at_a_point_has_as_many_seats_as_it_holds() -> None:
    lounge = "venue.rooms.lounge"
    scenario = sim.load("quickstart").replace(**{f"{lounge}.at_m": [5.5, 42.8], f"{lounge}.seats": 80})
    found = only(scenario.plan(), "room")
    assert "at_m = [5.5, 42.8] is its middle" in found.mend
    seats = written(found.mend)["seats"]
    assert seats == 74  # 11 by 4.4 m, 0.65 m² each
    assert scenario.replace(**{f"{lounge}.seats": seats}).plan().unfit == []


def test_no_hall_is_to_be_made_so_wide_that_it_stands_on_the_next() -> None:
    settings = {"matchmaking.main.tables": 38}  # the west hall begins at 0 m, and the next at 45
    (unfit,) = sim.load("quickstart").replace(**settings).plan().unfit
    assert "width_m" not in unfit.mend
    assert "tables = 18" in unfit.mend
    (apart,) = sim.load("quickstart").replace(**settings, **{"venue.halls.east.x_m": 90}).plan().unfit
    assert "width_m = 63" in apart.mend


TWENTY = {"venue.halls.west.width_m": 34, "matchmaking.main.tables": 20}


@pytest.mark.parametrize(
    ("settings", "what", "where"),
    [
        (
            {"venue.halls.west.width_m": 34, "matchmaking.main.tables": 20},
            "tables",
            "matchmaking.main.tables",
        ),
        (
            {"venue.halls.west.width_m": 34, "matchmaking.main.tables": 20},
            "tables",
            "venue.halls.west.width_m",
        ),
        ({"venue.halls.west.door_m": [18, 3]}, "door", "venue.halls.west.door_m"),
        ({"venue.halls.west.door_m": [45, 50]}, "door", "venue.halls.west.door_m"),
    ],
)
def test_what_is_told_to_be_written_mends_it(settings: dict[str, Any], what: str, where: str) -> None:
    scenario = sim.load("quickstart").replace(**settings)
    said = only(scenario.plan(), what).mend.replace("as [", "door_m = [")
    mended = scenario.replace(**{where: written(said)[where.rpartition(".")[2]]}).plan()
    assert what not in {each.what for each in mended.unfit}


def test_booths_with_aisles_take_the_hall_that_is_told() -> None:
    scenario = sim.load("quickstart").replace(**{"venue.halls.east.width_m": 30})
    area = re.search(r"takes a hall of ([\d,]+) m², and this has 1,350", only(scenario.plan(), "booths").mend)
    assert area
    need = int(area[1].replace(",", ""))
    for more, fits in ((0, True), (-5, False)):
        plan = scenario.replace(**{"venue.halls.east.depth_m": (need + more) / 30}).plan()
        assert ("booths" not in {each.what for each in plan.unfit}) == fits


@pytest.mark.parametrize(
    ("settings", "what", "said"),
    [
        ({"venue.gates.south.x_m": 10, "venue.gates.south.y_m": 3}, "gate", "or in a wall, as 10, 0"),
        ({"venue.catering.canteen.at_m": [60, 20]}, "place", "0 to 40 m from the west, 0 to 45 m from"),
        ({"venue.halls.east.x_m": 30}, "halls", "that one goes to 70 m in the east"),
    ],
)
def test_of_points_it_is_told_where_they_may_be(settings: dict[str, Any], what: str, said: str) -> None:
    assert said in only(sim.load("quickstart").replace(**settings).plan(), what).mend
