"""A floor plan as a page: names are data, it asks for nothing, and it moves, grows and finds by keys."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import sim
from sim.cli import exposim
from sim.report.plan.plan import Plan

NAMES = ("<b>bold</b>", "חברה 12", "</svg><script>alert(1)</script>", "华为技术有限公司")


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    folder = tmp_path_factory.mktemp("own")
    rows = "".join(f"{name},digital,east,60\n" for name in NAMES)
    (folder / "list.csv").write_text("name,chain,hall,area_m2\n" + rows, encoding="utf-8")
    (folder / "own.toml").write_text(
        'extends = "quickstart"\nexhibitors_file = "list.csv"\n[expo]\ntitle = "A & <i>B</i>"\n'
        "[exhibitors]\nsponsors = { gold = 1, silver = 1 }\n[visitors.delegation]\ntour_stops = 2\n"
        "[venue.halls.west]\ndoor_m = [20, 10]\n"
    )
    return sim.load(folder / "own.toml").plan()


class Read(HTMLParser):
    """The texts of a page, its elements and what these refer to."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.tags: list[str] = []
        self.refers: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.refers += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_names_are_text_and_it_asks_for_nothing(plan: Plan) -> None:
    read = Read(plan.html())
    assert [name for name in (*NAMES, "A & <i>B</i>") if name not in read.text] == []
    assert not {"b", "i"} & set(read.tags)
    assert read.tags.count("script") == 1
    assert read.refers == ["data:,"]
    assert "default-src 'none'" in plan.html()
    assert plan.html() == plan.html()


def test_it_says_what_does_not_fit_and_all_minutes(plan: Plan) -> None:
    read = Read(plan.html())
    for each in plan.unfit:
        assert f"{each.message}." in read.text
        assert f"{each.mend}." in read.text
    for minutes in plan.walking.to_numpy().ravel().tolist():
        assert f"{minutes:.1f}" in read.text
    assert "Yes: booths, rooms and tables" in Read(sim.load("quickstart").plan().html()).text


def test_the_command_writes_a_page_by_the_name_of_its_file(tmp_path: Path) -> None:
    file = tmp_path / "fair.HTML"
    done = CliRunner().invoke(exposim, ["show", "quickstart", "--plan", str(file)])
    assert (done.exit_code, done.stdout) == (0, "")
    quickstart = sim.load("quickstart").plan()
    assert file.read_text(encoding="utf-8") == quickstart.html()
    quickstart.save(tmp_path / "again.html")
    assert (tmp_path / "again.html").read_bytes() == file.read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize(("wide", "theme"), [(1280, "light"), (390, "dark")])
def test_keys_move_it_and_a_booth_is_found(
    plan: Plan, browser: Any, axe: Callable[..., dict[str, Any]], tmp_path: Path, wide: int, theme: str
) -> None:
    plan.save(file := tmp_path / "plan.html")
    context = browser.new_context(offline=True, viewport={"width": wide, "height": 900}, color_scheme=theme)
    page, heard = context.new_page(), list[str]()
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.goto(file.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= wide
    assert [each["id"] for each in axe(page, theme)["violations"]] == []

    def seen() -> list[float]:
        return [float(each) for each in page.get_attribute("#map svg", "viewBox").split()]

    whole = seen()
    page.focus("#map")
    for key in ("+", "+"):
        page.keyboard.press(key)
    near = seen()
    assert near[2] == pytest.approx(whole[2] / 1.5**2, rel=0.01)
    middle = [near[0] + near[2] / 2, near[1] + near[3] / 2]
    assert middle == pytest.approx([whole[0] + whole[2] / 2, whole[1] + whole[3] / 2], abs=1)
    for key in ("+", "+", "ArrowUp"):
        page.keyboard.press(key)
    assert seen()[1] + seen()[3] / 2 < middle[1] - 1
    page.keyboard.press("0")
    assert seen() == whole

    page.fill("#find", "BOLD")
    assert page.inner_text("#told") == "1 found"
    page.press("#find", "Enter")
    assert "<b>bold</b>" in page.inner_text("#told")
    assert page.locator("g.hit").count() == 1
    box, at = page.locator("g.hit rect").bounding_box(), page.locator("#map").bounding_box()
    assert at["x"] <= box["x"] + box["width"] / 2 <= at["x"] + at["width"]
    assert at["y"] <= box["y"] + box["height"] / 2 <= at["y"] + at["height"]
    page.locator("g.hit rect").hover(force=True)
    page.fill("#find", "nobody")
    assert page.inner_text("#told") == "0 found"
    page.locator("[data-letter]").first.click()
    assert "its door" in page.inner_text("#told")
    assert heard == []
