"""Marks, letters, tables and the key of a plan, against what was worked out by hand."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.report.plan.laid import laid
from sim.report.plan.lettering import fitted
from sim.report.plan.marks import Box, Frame, Marks, marks
from sim.report.plan.misfits import unfit
from sim.report.plan.panel import Column, explain, list_exhibitors, tell_walks
from sim.report.plan.plan import Plan

SVG = "{http://www.w3.org/2000/svg}"
FRAME = Frame(west=0, north=450, x=10, y=20, scale=1.0)


def plan(**settings: Any) -> Plan:
    return sim.load("quickstart").replace(**{k.replace("__", "."): v for k, v in settings.items()}).plan()


def drawn(found: Plan) -> Marks:
    return marks(found.laid, FRAME, unfit(found.laid))


def test_a_frame_turns_north_up() -> None:
    frame = Frame(west=100, north=400, x=10, y=20, scale=0.5)
    assert frame.point(100, 400) == (10, 20)
    assert frame.point(300, 100) == (110, 170)
    assert frame.box((100, 200, 300, 400)) == Box(10, 20, 100, 100)


def test_chains_after_the_seventh_share_grey() -> None:
    more = {f"chains.more{i}": {"hall": "east", "inputs": {f"more{i}": 1}} for i in range(6)}
    scenario = sim.load("quickstart").replace(**more, **{"exhibitors.count": 90})
    found = scenario.plan()
    chains = found.laid.organisations.chain.tolist()
    styles = {(chain, mark.style.split()[1]) for chain, mark in zip(chains, drawn(found).booths, strict=True)}
    assert styles == {*((i, f"c{i}") for i in range(7)), (7, "cx"), (8, "cx")}
    explain(key := Column(0, 0, 400), found.laid, unfit=False)
    assert "booths of 2 more chains" in [text.text for text in key.texts]
    assert [swatch.style for swatch in key.swatches].count("booth cx") == 1


def test_a_strip_is_of_rooms_without_a_point_and_of_tables() -> None:
    strips = [mark.said for mark in drawn(plan()).strips]
    assert sorted(map(str.strip, strips)) == [
        *("Matchmaking \u2068main\u2069: 10 tables", "Rooms of hall \u2068east\u2069"),
        "Rooms of hall \u2068west\u2069",
    ]
    strips = [mark.said for mark in drawn(plan(venue__rooms__lounge__at_m=[20, 40])).strips]
    assert [said for said in strips if "west" in said] == []


def test_doors_lie_along_their_walls_and_a_rooms_where_people_walk_to() -> None:
    hall = next(mark.box for mark in drawn(plan()).doors if "west" in mark.said)
    assert (hall.width, hall.height) == (60, 5)
    assert hall.middle == (210, 470)  # in the south wall, at (20, 0)
    turned = drawn(plan(venue__halls__west__door_m=[0, 20])).doors
    hall = next(mark.box for mark in turned if "west" in mark.said)
    assert (hall.width, hall.height) == (5, 60)
    found = plan(venue__rooms__lounge__seats=90, venue__rooms__bar={"hall": "west", "seats": 3})
    (lounge,) = found.laid.venue.rooms["lounge"].tolist()
    room = next(mark.box for mark in drawn(found).doors if "lounge" in mark.said)
    west, south, east, _ = found.laid.shapes.box[lounge].tolist()
    assert room.middle == pytest.approx((10 + 300, 20 + 450 - south))  # three quarters of 40 m
    assert (west + east) / 2 < 290  # and not its middle


def test_booths_without_a_name_are_numbered_and_listed_by_the_walk() -> None:
    found = plan()
    ranks, names = found.laid.venue.walk_rank.tolist(), found.laid.organisations.name
    by_name = dict(zip(names, ranks, strict=True))
    small = marks(found.laid, Frame(0, 450, 0, 0, 0.05), [])
    assert [int(code) for code, _ in small.listed] == list(range(1, 41))
    assert [by_name[name] + 1 for _, name in small.listed] == list(range(1, 41))


def test_a_line_is_as_long_as_its_box() -> None:
    # letters of size 10 are 5.5 wide on average: nine of them 49.5
    assert (one := fitted("abcd efgh", 50, 100, (10.0,))) is not None
    assert one.lines == ("abcd efgh",)
    assert (two := fitted("abcd efgh", 49, 100, (10.0,))) is not None
    assert two.lines == ("abcd", "efgh")
    assert fitted("abcd efgh", 49, 2 * 11.8 - 0.1, (10.0,)) is None


def test_of_many_halls_and_gates_the_table_says_what_it_leaves_out() -> None:
    halls = {f"venue__halls__h{i:02}": {"x_m": 100 + 60 * i, "width_m": 40, "depth_m": 40} for i in range(15)}
    gate = {"y_m": -20, "lanes": 1}
    gates = {f"venue__gates__g{i}": {"x_m": 10 * i, **gate} for i in range(5)}
    tell_walks(column := Column(0, 0, 500), plan(**halls, **gates).laid)
    texts = [text.text for text in column.texts]
    assert "Not shown: 1 more hall and 2 more columns." in texts
    assert len([text for text in texts if re.fullmatch(r"\d+\.\d", text)]) == 16 * 5


def test_a_list_goes_down_and_then_to_the_next_column() -> None:
    column = list_exhibitors(0, 0, 600, [(str(i), f"name {i}") for i in range(5)])
    at = {text.text: (text.x, text.y) for text in column.texts if text.text.startswith("name")}
    # a heading of 27, 4 apart, and 12.5 a line; two columns of 300
    assert [at[f"name {i}"] for i in range(5)] == [(30, 43.5), (30, 56), (30, 68.5), (330, 43.5), (330, 56)]
    assert column.y == 31 + 3 * 12.5 + 4


def texts(svg: str) -> dict[str, tuple[float, float]]:
    """Where each text stands, or first stands."""
    found: dict[str, tuple[float, float]] = {}
    for text in ElementTree.fromstring(svg).iter(f"{SVG}text"):
        found.setdefault("".join(text.itertext()), (float(text.get("x", 0)), float(text.get("y", 0))))
    return found


def test_the_bar_is_the_longest_of_whole_metres_that_is_short_enough() -> None:
    svg = plan().svg()
    hall = re.search(r'class="hall" x="[\d.]+" y="[\d.]+" width="([\d.]+)"', svg)
    bar = re.search(r'class="bar" d="M[\d.]+ [\d.]+v-6m0 3h([\d.]+)m', svg)
    assert hall
    assert bar
    metre = float(hall[1]) / 40
    assert float(bar[1]) / metre == pytest.approx(10, abs=0.05)
    assert "10 m; north is up" in texts(svg)
    assert 20 * metre > 160 >= 10 * metre


def test_what_is_said_stands_below_a_wide_floor_and_beside_a_high_one() -> None:
    wide = texts(plan().svg())
    assert wide["Does it fit?"][1] > wide["10 m; north is up"][1]
    assert "Yes: booths, rooms and tables have the floor that they need." in wide
    high = texts(
        plan(venue__halls__east__x_m=0, venue__halls__east__y_m=60, venue__halls__east__door_m=[20, 60]).svg()
    )
    assert high["Does it fit?"][1] < high["west"][1]
    assert high["Does it fit?"][0] > 300


def test_it_says_whose_companies_are_drawn(tmp_path: Path) -> None:
    assert "companies as drawn in replication 0 of seed 1; each replication draws others" in plan().svg()
    fixed = plan(expo__population="fixed").svg()
    assert "companies as drawn in replication 0 of seed 1" in fixed
    assert "each replication draws others" not in fixed
    rows = "".join(f"company {i},digital,east,60\n" for i in range(4))
    (tmp_path / "list.csv").write_text("name,chain,hall,area_m2\n" + rows)
    (tmp_path / "own.toml").write_text(
        'extends = "quickstart"\nexhibitors_file = "list.csv"\n[exhibitors]\n'
        "sponsors = { gold = 1, silver = 1 }\n[visitors.delegation]\ntour_stops = 2\n"
    )
    assert "4 exhibitors on 240 m² net in 2 halls, as listed" in sim.load(tmp_path / "own.toml").plan().svg()


def test_gates_outside_are_within_the_picture() -> None:
    svg = plan(venue__gates__south__y_m=-60).svg()
    at = texts(svg)
    assert at["west"][1] < at["south, 4 lanes"][1] < at["10 m; north is up"][1]


def test_letters_do_not_lie_on_each_other() -> None:
    found = plan(
        venue__halls__east__width_m=30, venue__halls__east__door_m=[60, 20], venue__halls__east__x_m=39
    )
    assert len([each for each in found.unfit if each.hall == "east" and not each.places]) >= 2
    spots = re.findall(r'class="spot" cx="([\d.]+)" cy="([\d.]+)" r="9"', found.svg())
    at = [(float(x), float(y)) for x, y in spots]
    for one in range(len(at)):
        for other in range(one):
            assert max(abs(at[one][0] - at[other][0]), abs(at[one][1] - at[other][1])) >= 18


def test_seats_of_a_plan_are_those_of_rooms_catering_and_lanes() -> None:
    found = laid(sim.load("quickstart"))
    seats = dict(zip(found.shapes.names, found.shapes.seats.tolist(), strict=True))
    assert [seats[name] for name in ("seminar 2", "lounge", "canteen", "south", "main 1/1")] == [
        40,
        24,
        120,
        4,
        0,
    ]
