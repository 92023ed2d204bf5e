"""A replay in Chromium, offline: it shows the trace, plays and scrubs by mouse and keys, fits the screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, Any

import pytest

from sim.report.replay import Replay
from sim.statistics import Result
from tests.report.replay.test_replay import HOSTILE, TIMES
from tests.report.replay.unpacked import said_by_trace

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = next(filter(None, map(which, ("chromium", "chromium-browser", "google-chrome"))), None)

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here")]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright drives the browser")
    with playwright.sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def file(quickstart: Result, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("replay") / "floor.html"
    Replay.of([quickstart, quickstart], [HOSTILE, "B"]).save(place)
    return place


def opened(browser: Browser, file: Path, wide: int = 1280, **how: Any) -> tuple[Page, list[str]]:
    """The page, once it is ready, and whatever it complains of or asks for."""
    context = browser.new_context(viewport={"width": wide, "height": 800}, offline=True, **how)
    page, wrong = context.new_page(), []
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "request", lambda asked: None if asked.url.startswith(("file:", "data:")) else wrong.append(asked.url)
    )
    page.goto(file.as_uri())
    page.wait_for_function("document.querySelector('.exposim-replay').dataset.ready === 'yes'")
    return page, wrong


def clock(page: Page) -> float:
    found: float = page.evaluate("exposimReplays[0].player.t")
    return found


def test_it_shows_of_five_moments_what_the_trace_says(
    browser: Browser, file: Path, quickstart: Result
) -> None:
    page, wrong = opened(browser, file, reduced_motion="reduce")
    for t in TIMES:
        said = said_by_trace(quickstart, t)
        for which_ in (0, 1):
            state = page.evaluate(f"exposimReplays[0].state({t}, {which_})")
            assert state["shown"] == said["shown"]
            assert state["staff"] == said["staff"]
            assert state["all"] == said_by_trace(quickstart, t - t % 60)["shown"]
            for name in ("queue", "inside", "busy", "duty"):
                assert state[name] == {str(place): many for place, many in said[name].items()}
        drawn = page.evaluate(
            f"(() => {{ const s = exposimReplays[0].player.scenes[0]; s.place({t}); return s.n; }})()"
        )
        assert drawn == sum(said["shown"].values()) + sum(said["staff"].values())
    assert wrong == []


def test_keys_and_mouse_play_pause_and_scrub(browser: Browser, file: Path) -> None:
    page, wrong = opened(browser, file, reduced_motion="reduce")
    before = clock(page)
    page.wait_for_timeout(150)
    assert clock(page) == before  # whoever wants less motion starts it
    page.locator(".er-canvas").first.focus()
    for key, moved in (("ArrowRight", 60), ("Shift+ArrowRight", 600), ("ArrowLeft", -60)):
        at = clock(page)
        page.keyboard.press(key)
        assert clock(page) == at + moved
    page.keyboard.press("Space")
    page.wait_for_function(f"exposimReplays[0].player.t > {clock(page)} + 5")
    assert page.locator(".er-play").inner_text().strip() == "Pause"
    page.locator(".er-play").click()
    at = clock(page)
    page.wait_for_timeout(150)
    assert clock(page) == at
    bar = page.locator(".er-scrub")
    box = bar.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 4, box["y"] + box["height"] / 2)
    first, last = page.evaluate("exposimReplays[0].player.days[0]")
    assert clock(page) == pytest.approx(first + (last - first) / 4, abs=300)
    page.keyboard.press("End")
    assert clock(page) == last
    assert bar.get_attribute("aria-label") == "Time of day"
    page.locator(".er-heat").check()
    page.locator(".er-speed").select_option("600")
    page.locator(".er-zoom").select_option(index=1)
    page.keyboard.press("Home")
    page.wait_for_timeout(100)
    assert wrong == []


def test_who_is_pointed_at_is_named(browser: Browser, file: Path) -> None:
    page, wrong = opened(browser, file, reduced_motion="reduce")
    x, y, who = page.evaluate("""() => {
        const scene = exposimReplays[0].player.scenes[0];
        const [x, y] = scene.px(scene.x[0], scene.y[0]);
        return [x, y, scene.pointed(x, y)];
    }""")
    page.locator(".er-canvas").first.hover(position={"x": x, "y": y})
    tip = page.locator(".er-tip").first
    tip.wait_for(state="visible")
    assert tip.locator("div").all_inner_texts() == who
    assert page.locator("figcaption b").count() == 0  # a name is text
    assert page.locator("figcaption strong").first.inner_text().startswith("</script><b>bold</b>")
    assert wrong == []


@pytest.mark.parametrize("wide", [1280, 390])
def test_it_fits_the_screen_in_both_themes(browser: Browser, file: Path, wide: int) -> None:
    for theme in ("light", "dark"):
        page, wrong = opened(browser, file, wide, color_scheme=theme)
        page.wait_for_timeout(100)
        assert page.evaluate("document.documentElement.scrollWidth") <= wide
        seen = page.evaluate("""() => {
            const { canvas, pen, pixels } = exposimReplays[0].player.scenes[0];
            const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
            return new Set([...new Uint32Array(data.buffer), ...pixels]).size;
        }""")
        assert seen > 20
        assert wrong == []


def test_a_notebook_shows_one_as_often_as_it_is_asked(browser: Browser, quickstart: Result) -> None:
    page = browser.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.set_content("<main></main>")
    for _ in range(2):
        page.evaluate(
            """html => { // as JupyterLab does it: scripts are made anew, and run where they are put
                const cell = document.createElement("div");
                cell.innerHTML = html;
                for (const old of cell.querySelectorAll("script")) {
                    const script = document.createElement("script");
                    for (const { name, value } of old.attributes) script.setAttribute(name, value);
                    script.textContent = old.textContent;
                    old.replaceWith(script);
                }
                document.querySelector("main").append(cell);
            }""",
            quickstart.replay(people=300)._repr_html_(),
        )
    page.wait_for_function("document.querySelectorAll('.exposim-replay[data-ready=yes]').length === 2")
    one, two = page.evaluate("exposimReplays.map((each) => each.state(40000).shown)")
    assert one == two != {}
    assert wrong == []


def test_it_takes_the_theme_of_what_is_around_it_and_fits_when_it_is_back(
    browser: Browser, file: Path
) -> None:
    page, wrong = opened(browser, file, color_scheme="light", reduced_motion="reduce")
    around = "document.querySelector('main').style"

    def seen() -> tuple[str, str, int]:
        page.wait_for_timeout(100)
        found: list[Any] = page.evaluate("""(() => {
            const { section, scenes: [{ canvas, ink }] } = exposimReplays[0].player;
            return [section.dataset.theme, ink.paper, Math.round(canvas.width / canvas.clientWidth)];
        })()""")
        return found[0], found[1], found[2]

    assert seen() == ("light", "#ffffff", 1)
    # as JupyterLab does it, whatever the system's theme is: while a cell is out of sight, too
    page.evaluate(
        f"{around}.color = '#eee'; {around}.display = 'none'; document.body.dataset.jpThemeLight = 'false'"
    )
    page.wait_for_timeout(100)
    page.evaluate(f"{around}.display = ''")
    assert seen() == ("dark", "#16181c", 1)
    page.evaluate(f"{around}.color = ''; document.body.dataset.jpThemeLight = 'true'")
    assert seen() == ("light", "#ffffff", 1)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    assert seen() == ("dark", "#16181c", 1)
    assert wrong == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, file: Path, theme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python", reason="it brings axe-core")
    page, _ = opened(browser, file, color_scheme=theme, reduced_motion="reduce")
    page.evaluate((Path(axe.__path__[0]) / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("axe.run()")
    assert [(each["id"], each["help"]) for each in found["violations"]] == []
    assert len(found["passes"]) > 10
