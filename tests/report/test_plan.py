"""A floor plan is to scale, names all that stands there, and marks what does not fit."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

import sim
from sim.cli import exposim
from sim.report.plan.lettering import cut, fitted, wide
from sim.report.plan.panel import letters
from sim.report.plan.plan import Plan
from sim.report.plan.shapes import shapes_of

SVG = "{http://www.w3.org/2000/svg}"
RTL = "חברה 12"
NAMES = ("<b>bold</b>", RTL, "</svg><script>alert(1)</script>", "华为技术有限公司")


@pytest.fixture(scope="module")
def plan() -> Plan:
    return sim.load("quickstart").plan()


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("own")
    rows = "".join(f"{name},digital,east,60,{50 + 8 * i},10,6,10\n" for i, name in enumerate(NAMES))
    head = "name,chain,hall,area_m2,x_m,y_m,width_m,depth_m\n"
    (folder / "list.csv").write_text(head + rows, encoding="utf-8")
    scenario = folder / "own.toml"
    scenario.write_text(
        'extends = "quickstart"\nexhibitors_file = "list.csv"\n[expo]\ntitle = "A & <i>B</i>"\n'
        "[exhibitors]\nsponsors = { gold = 1, silver = 1 }\n[visitors.delegation]\ntour_stops = 2\n"
    )
    return scenario


def marked(svg: str, group: str) -> list[ElementTree.Element]:
    root = ElementTree.fromstring(svg)
    return next(g for g in root.iter(f"{SVG}g") if g.get("class") == group).findall(f"{SVG}g")


def said(svg: str) -> str:
    return "\n".join("".join(element.itertext()) for element in ElementTree.fromstring(svg).iter())


def changed(**values: object) -> Plan:
    settings = {name.replace("__", "."): value for name, value in values.items()}
    return sim.load("quickstart").replace(**settings).plan()


def test_booths_halls_and_the_bar_are_to_one_scale(plan: Plan) -> None:
    root = ElementTree.fromstring(plan.svg())
    halls = [r for r in root.iter(f"{SVG}rect") if r.get("class") == "hall"]
    metre = float(halls[0].get("width", 0)) / 40
    assert [float(h.get("width", 0)) / metre for h in halls] == pytest.approx([40, 40], abs=0.02)
    assert [float(h.get("height", 0)) / metre for h in halls] == pytest.approx([45, 45], abs=0.02)
    boxes = [g.find(f"{SVG}rect") for g in marked(plan.svg(), "booths")]
    drawn = sum(float(b.get("width", 0)) * float(b.get("height", 0)) for b in boxes if b is not None)
    assert drawn / metre**2 == pytest.approx(1500, rel=0.005)  # all booths are 1,500 m² net


def test_every_place_has_its_name_in_words(plan: Plan) -> None:
    scenario, built = sim.load("quickstart"), sim.build("quickstart")
    assert len(marked(plan.svg(), "booths")) == built.n_exhibitors == 40
    everything = said(plan.svg())
    places = (*built.places, *scenario.data.venue.halls)
    assert [name for name in places if name not in everything] == []


def test_a_plan_has_the_floor_of_the_first_replication(plan: Plan) -> None:
    ours, theirs = plan.laid.shapes, shapes_of(sim.build("quickstart"))
    assert ours.names == theirs.names
    for column in ("hall", "doors", "kind", "zone", "box", "seats"):
        np.testing.assert_array_equal(getattr(ours, column), getattr(theirs, column))


def test_walks_are_those_of_the_floor(plan: Plan) -> None:
    # from the door of the west hall at (20, 0) to the gate at (42, -15): 22 + 15 m, at 0.8 m a second
    assert plan.walking.loc["west", "gate south"] == pytest.approx(37 / 0.8 / 60)
    # to the first table, at (1.2, 1.2): 18.8 + 1.2 m
    assert plan.walking.loc["west", "tables main"] == pytest.approx(20 / 0.8 / 60)
    # from the east hall's at (65, 0) to the west hall's first
    assert plan.walking.loc["east", "tables main"] == pytest.approx(65 / 0.8 / 60)


def test_quickstart_fits(plan: Plan) -> None:
    assert plan.unfit == []
    assert plan.text() == "Everything fits."
    assert not [
        r for r in ElementTree.fromstring(plan.svg()).iter(f"{SVG}rect") if "unfit" in r.get("class", "")
    ]


@pytest.mark.parametrize(
    ("values", "what", "in_words", "count"),
    [
        ({"venue__rooms__lounge__seats": 80}, "room", "80 seats need 52 m², and have 11 by 4.4 m", 1),
        ({"matchmaking__main__tables": 20}, "tables", "20 tables, and space for 18 at 2.5 m", 20),
        ({"venue__catering__canteen__at_m": [60, 20]}, "place", "canteen is at 60, 20 m, outside", 1),
        ({"venue__halls__west__door_m": [20, 10]}, "door", "its door at 20, 10 m", 0),
        ({"venue__gates__south__y_m": 10, "venue__gates__south__x_m": 10}, "gate", "gate south stands", 1),
        ({"venue__halls__east__x_m": 30}, "halls", "stands on hall east", 0),
        ({"venue__halls__east__width_m": 22}, "booths", "m² net on 891 m², which is what rooms", 2),
        ({"venue__halls__east__width_m": 30}, "booths", "76 %: above 60 % aisles are narrow", 0),
        ({"venue__halls__east__width_m": 36}, "booths", "63 %: above 60 % aisles are narrow", 0),
        ({"venue__halls__west__door_m": [42, 0]}, "door", "its door at 42, 0 m", 0),
        ({"venue__rooms__lounge__at_m": [60, 20]}, "place", "lounge is at 60, 20 m, outside", 1),
        ({"venue__rooms__seminar__seats": 900}, "room", "all 2 rooms seminar: 900 seats each need 585 m²", 2),
        ({"venue__halls__east__x_m": 39.8}, "halls", "stands on hall east", 0),
    ],
)
def test_what_does_not_fit_is_told_and_marked(
    values: dict[str, object], what: str, in_words: str, count: int
) -> None:
    if what == "tables":
        values |= {"venue__halls__west__width_m": 34}  # one row of tables: 45 m / 2.5 m are 18
    if what == "room":
        values |= {"venue__rooms__lounge__count": 1, "venue__rooms__lounge__at_m": [5.5, 42.8]}
    found = changed(**values)
    ours = [each for each in found.unfit if each.what == what]
    assert in_words in "; ".join(each.message for each in ours)
    assert len(ours[0].places) == count
    root = ElementTree.fromstring(found.svg())
    assert [r for r in root.iter(f"{SVG}rect") if "unfit" in (r.get("class") or "")]
    assert in_words in said(found.svg())


@pytest.mark.parametrize(
    "values",
    [
        {"matchmaking__main__tables": 18, "venue__halls__west__width_m": 34},
        {"venue__halls__east__x_m": 39.9},  # places are rounded to a decimetre
        {"venue__gates__south__x_m": 20, "venue__gates__south__y_m": 0},  # in the wall
        {"venue__halls__west__door_m": [20, 0.5]},
    ],
)
def test_what_just_fits_is_not_told(values: dict[str, object]) -> None:
    assert {each.what for each in changed(**values).unfit} <= {"booths"}  # of a narrower hall


def test_what_does_not_fit_is_told_hall_by_hall() -> None:
    found = changed(venue__halls__west__width_m=22, venue__halls__east__door_m=[60, 20])
    told = [(each.hall, each.what) for each in found.unfit]
    assert [hall for hall, _ in told] == sorted(hall for hall, _ in told)
    assert {("east", "door"), ("west", "booths")} <= set(told)


def test_stands_of_a_list_on_rooms_are_told(own: Path, tmp_path: Path) -> None:
    # in the east hall rooms stand from 45.9 to 64.1 m and from 65.9 m, north of 40.6 m; a decimetre is slack
    stands = {"Under it": (46, 30.7), "On it": (53, 32), "On it too": (70, 35), "Elsewhere": (50, 10)}
    rows = "".join(f"{name},digital,east,60,{x},{y},6,10\n" for name, (x, y) in stands.items())
    (tmp_path / "list.csv").write_text("name,chain,hall,area_m2,x_m,y_m,width_m,depth_m\n" + rows)
    (tmp_path / "own.toml").write_text(own.read_text())
    plan = sim.load(tmp_path / "own.toml").plan()
    assert plan.text().splitlines()[0] == "east: On it and 1 more stand where rooms or tables are"
    (found,) = plan.unfit
    assert (found.what, found.places) == ("stands", (1, 2))


def test_stands_of_a_list_stand_where_it_says_and_names_are_data(own: Path) -> None:
    plan = sim.load(own).plan()
    svg = plan.svg()
    hall = next(h for h in ElementTree.fromstring(svg).iter(f"{SVG}rect") if h.get("class") == "hall")
    metre = float(hall.get("width", 0)) / 40
    booths = [g.find(f"{SVG}rect") for g in marked(svg, "booths")]
    left = [float(b.get("x", 0)) for b in booths if b is not None]
    assert np.diff(left) / metre == pytest.approx([8, 8, 8], abs=0.05)
    everything = said(svg)
    assert [name for name in NAMES if name not in everything] == []
    tags = {element.tag.removeprefix(SVG) for element in ElementTree.fromstring(svg).iter()}
    assert tags <= {"svg", "title", "desc", "style", "rect", "text", "g", "path", "circle"}


def test_a_plan_asks_for_nothing_and_is_the_same_again(plan: Plan) -> None:
    svg = plan.svg()
    assert svg.replace('xmlns="http://www.w3.org/2000/svg"', "").find("http") == -1
    assert not [word for word in ("url(", "href", "@import", "<script") if word in svg]
    assert svg == sim.load("quickstart").plan().svg()
    assert svg != sim.load("quickstart").plan(seed=2).svg()


@pytest.mark.parametrize("name", [*NAMES, "manufacturing-012", "A very long name of a company Ltd", ""])
@pytest.mark.parametrize("box", [(10.0, 10.0), (60.0, 30.0), (200.0, 14.0)])
def test_a_label_fits_its_box_and_loses_no_letter(name: str, box: tuple[float, float]) -> None:
    label = fitted(name, *box, (12.0, 8.0))
    if label is not None and name:
        assert all(wide(line, label.size) <= box[0] + 1e-9 for line in label.lines)
        assert label.height <= box[1]
        assert "".join(label.lines).replace(" ", "") == name.replace(" ", "")
    assert wide(cut(name, box[0], 8.0), 8.0) <= max(box[0], wide("…", 8.0))


def test_letters_go_on_after_z() -> None:
    assert [letters(n) for n in (0, 25, 26, 27, 51, 52, 701, 702)] == [
        *("A", "Z", "AA", "AB", "AZ", "BA", "ZZ", "AAA")
    ]


def test_the_command_prints_writes_and_refuses(tmp_path: Path, plan: Plan) -> None:
    def command(*arguments: str) -> tuple[int, str, str]:
        done = CliRunner().invoke(exposim, arguments)
        return done.exit_code, done.stdout, done.stderr

    assert command("show", "quickstart", "--plan") == (0, plan.svg(), "Everything fits.\n")
    file = tmp_path / "fair.svg"
    assert command("show", "quickstart", "--plan", str(file))[:2] == (0, "")
    assert file.read_text(encoding="utf-8") == plan.svg()
    status, _, why = command("show", "quickstart", "--plan", str(file))
    assert status == 2
    assert "--force replaces it" in why
    status, _, why = command("show", "--plan", "quickstart")
    assert status == 2
    assert "allowed: a name that ends in .svg" in why
    assert command("show", "quickstart", "--seed", "2")[0] == 2


@pytest.mark.slow
def test_labels_lie_within_their_booths_in_a_browser(browser: Any, own: Path) -> None:
    page = browser.new_context(offline=True).new_page()
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.on("request", lambda request: heard.append(request.url))
    for scenario in (own, "hungary-2024"):
        page.set_content(sim.load(scenario).plan().svg())
        beyond = page.evaluate(
            """() => [...document.querySelectorAll('.booths g, .rooms g')].flatMap(g => {
                const box = g.querySelector('rect').getBBox();
                return [...g.querySelectorAll('text')].map(t => [t.textContent, t.getBBox(), box]);
            }).filter(([, t, box]) => t.x < box.x - 1 || t.x + t.width > box.x + box.width + 1)
            .map(([said]) => said)"""
        )
        assert beyond == []
    assert heard == []
