"""The floor plan and pictures in a real browser: axe finds nothing, and what is written there is legible."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import sim
from sim.report.picture_file import picture
from sim.statistics import Result

pytestmark = pytest.mark.slow
PAGE = (
    "<!doctype html><html lang=en><head><meta charset=utf-8><title>A notebook</title></head>"
    "<body><main><h1>A cell</h1>{}</main></body></html>"
)
LEAST = 4.5  # of texts as small as these: WCAG 2.2, success criterion 1.4.3


@pytest.fixture(scope="module")
def files(quickstart: Result, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A plan of all colours with something that does not fit, as a file and in a page; and a picture."""
    folder = tmp_path_factory.mktemp("pictures")
    chains = {name: {"hall": "west", "exhibitors": 6} for name in ("c0", "c1", "c2", "c3")}
    settings = {f"chains.{name}": chain for name, chain in chains.items()} | {"matchmaking.main.tables": 90}
    plan = sim.load("quickstart").replace(**settings).plan()
    assert plan.unfit
    assert " c6" in plan.svg()
    drawn = picture(quickstart.plot.flow(), "svg")
    made = {
        "plan.svg": plan.svg().encode(),
        "plan.html": PAGE.format(plan._repr_html_()).encode(),
        "flow.svg": drawn,
    }
    for name, content in made.items():
        (folder / name).write_bytes(content)
    return {name: folder / name for name in made}


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def page(browser: Any, theme: str) -> Any:
    return browser.new_context(offline=True, color_scheme=theme, bypass_csp=True).new_page()


@pytest.mark.parametrize("name", ["plan.svg", "plan.html", "flow.svg"])
def test_axe_finds_nothing_and_each_says_what_it_is(
    page: Any, axe: Any, theme: str, files: dict[str, Path], name: str
) -> None:
    page.goto(files[name].as_uri())
    found = axe(page, theme)
    assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found["violations"]] == []
    svg = page.locator("svg").first
    assert svg.get_attribute("role") == "img"
    assert svg.locator("title").first.text_content()


def test_every_text_of_the_plan_stands_out_from_what_lies_below(page: Any, files: dict[str, Path]) -> None:
    page.goto(files["plan.html"].as_uri())
    found = page.evaluate((Path(__file__).parent / "contrast.js").read_text(encoding="utf-8"))
    assert len(found) > 60
    assert [each for each in found if each[0] < LEAST] == []
