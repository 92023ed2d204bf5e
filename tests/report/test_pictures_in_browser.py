"""The floor plan and pictures in a real browser: axe finds nothing, and what is written there is legible."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.report.picture_file import picture

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium"),
    pytest.mark.skipif(find_spec("playwright") is None, reason="playwright is not installed"),
]
PAGE = (
    "<!doctype html><html lang=en><head><meta charset=utf-8><title>A notebook</title></head>"
    "<body><main><h1>A cell</h1>{}</main></body></html>"
)
LEAST = 4.5  # of texts as small as these: WCAG 2.2, success criterion 1.4.3


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A plan of all colours with something that does not fit, as a file and in a page; and a picture."""
    folder = tmp_path_factory.mktemp("pictures")
    chains = {name: {"hall": "west", "exhibitors": 6} for name in ("c0", "c1", "c2", "c3")}
    settings = {f"chains.{name}": chain for name, chain in chains.items()} | {"matchmaking.main.tables": 90}
    plan = sim.load("quickstart").replace(**settings).plan()
    assert plan.unfit
    assert " c6" in plan.svg()
    drawn = picture(sim.run("quickstart").plot.flow(), "svg")
    made = {
        "plan.svg": plan.svg().encode(),
        "plan.html": PAGE.format(plan._repr_html_()).encode(),
        "flow.svg": drawn,
    }
    for name, content in made.items():
        (folder / name).write_bytes(content)
    return {name: folder / name for name in made}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playing:
        opened = playing.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture(params=["light", "dark"])
def page(browser: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    context = browser.new_context(offline=True, color_scheme=request.param, bypass_csp=True)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", ["plan.svg", "plan.html", "flow.svg"])
def test_axe_finds_nothing_and_each_says_what_it_is(page: Any, files: dict[str, Path], name: str) -> None:
    axe = pytest.importorskip("axe_playwright_python", reason="it brings axe-core")
    page.goto(files[name].as_uri())
    page.evaluate((Path(axe.__path__[0]) / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document)")
    assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found["violations"]] == []
    svg = page.locator("svg").first
    assert svg.get_attribute("role") == "img"
    assert svg.locator("title").first.text_content()


def test_every_text_of_the_plan_stands_out_from_what_lies_below(page: Any, files: dict[str, Path]) -> None:
    page.goto(files["plan.html"].as_uri())
    found = page.evaluate((Path(__file__).parent / "contrast.js").read_text(encoding="utf-8"))
    assert len(found) > 60
    assert [each for each in found if each[0] < LEAST] == []
