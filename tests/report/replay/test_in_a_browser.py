"""A replay in Chromium, offline: it shows the trace, plays and scrubs by mouse and keys, fits the screen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sim.report.replay import Replay, fragment
from sim.statistics import Result
from tests.report.replay.opening import opened, settle
from tests.report.replay.unpacked import TIMES, floors_of, said_by_trace
from tests.statistics.building import build, trace_of
from tests.statistics.tiny import PLAN, ROWS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow


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
    settle(page)
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
        settle(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= wide
        seen = page.evaluate("""() => {
            const { canvas, pen, pixels } = exposimReplays[0].player.scenes[0];
            const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
            return new Set([...new Uint32Array(data.buffer), ...pixels]).size;
        }""")
        assert seen > 20
        assert wrong == []


JUPYTERLAB = """(cell, html) => { // scripts are made anew, and run where they are put
    cell.innerHTML = html;
    for (const old of cell.querySelectorAll("script")) {
        const script = document.createElement("script");
        for (const { name, value } of old.attributes) script.setAttribute(name, value);
        script.textContent = old.textContent;
        old.replaceWith(script);
    }
}"""
VS_CODE = """(cell, html) => { // copies run elsewhere and are gone; HTML from text has to be vouched for
    const vouches = { createHTML: String, createScript: String };
    const policy = trustedTypes.createPolicy(`renderer ${Math.random()}`, vouches);
    cell.innerHTML = policy.createHTML(html);
    for (const old of [...cell.getElementsByTagName("script")]) {
        const script = document.createElement("script");
        script.text = policy.createScript(old.innerText);
        if (old.type) script.setAttribute("type", old.type);
        cell.appendChild(script).remove();
    }
}"""
VOUCHED = "<meta http-equiv='Content-Security-Policy' content=\"require-trusted-types-for 'script'\">"


@pytest.mark.parametrize(
    ("way", "head"), [(JUPYTERLAB, ""), (VS_CODE, VOUCHED)], ids=["JupyterLab", "VS Code"]
)
def test_a_notebook_shows_one_as_often_as_it_is_asked(
    browser: Browser, quickstart: Result, tmp_path: Path, way: str, head: str
) -> None:
    page = browser.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    notebook = tmp_path / "notebook.html"
    notebook.write_text(f"<!DOCTYPE html><head>{head}</head><body><main></main></body>", encoding="utf-8")
    page.goto(notebook.as_uri())
    for _ in range(2):
        page.evaluate(
            f"""html => {{
                const cell = document.createElement("div");
                document.querySelector("main").append(cell);
                ({way})(cell, html);
            }}""",
            quickstart.replay(people=300)._repr_html_(),
        )
    page.locator(".exposim-replay[data-ready=yes]").nth(1).wait_for()  # a function is not vouched for
    one, two = page.evaluate("exposimReplays.map((each) => each.state(40000).shown)")
    assert one == two != {}
    assert wrong == []


def test_fingers_reach_every_control_and_what_they_point_at_stays(browser: Browser, file: Path) -> None:
    page, wrong = opened(browser, file, 390, has_touch=True, is_mobile=True, reduced_motion="reduce")
    high = page.evaluate("""() => [...document.querySelectorAll(".er-bar > *, .er-scrub")].map((each) =>
        [each.className, each.getBoundingClientRect().height]).filter(([, high]) => high)""")
    assert len(high) == 6
    assert [name for name, pixels in high if pixels < 44 and name != "er-clock"] == []
    x, y = page.evaluate(
        "(() => { const s = exposimReplays[0].player.scenes[0]; return s.px(s.x[0], s.y[0]); })()"
    )
    page.locator(".er-canvas").first.tap(position={"x": x, "y": y})
    settle(page)
    assert page.locator(".er-tip").first.is_visible()
    assert wrong == []


def test_who_listens_is_told_the_minute_of_a_pause_and_the_hours_of_a_play(
    browser: Browser, file: Path
) -> None:
    page, _ = opened(browser, file, reduced_motion="reduce")
    bar = page.locator(".er-scrub")
    page.evaluate("exposimReplays[0].player.go(0, 11 * 3600 + 23 * 60)")
    page.wait_for_function("document.querySelector('.er-scrub').ariaValueText === 'Tue 20 May 11:23'")
    page.locator(".er-play").click()
    page.wait_for_function("document.querySelector('.er-scrub').ariaValueText === 'Tue 20 May 11:00'")
    assert page.locator(".er-clock").get_attribute("aria-live") == "off"
    page.locator(".er-play").click()
    settle(page)
    assert bar.get_attribute("aria-valuetext") == f"Tue 20 May {page.locator('.er-clock').inner_text()}"
    assert page.locator("[aria-live=polite], [aria-live=assertive], [role=status], [role=alert]").count() == 0


def test_fairs_of_other_days_and_lengths_share_a_clock(
    browser: Browser, quickstart: Result, tmp_path: Path
) -> None:
    two_days, nobody = Result(expo := build(PLAN), trace_of(ROWS)), Result(expo, trace_of([]))
    Replay.of([nobody, quickstart, two_days]).save(tmp_path / "three.html")
    page, wrong = opened(browser, tmp_path / "three.html", reduced_motion="reduce")
    day = page.locator(".er-day option").all_inner_texts()
    assert day == ["Tue 26 Nov / Tue 20 May", "Wed 27 Nov"]
    (first, last), _ = page.evaluate("exposimReplays[0].player.days")
    ends = [
        floor["days"][0] for each in (nobody, quickstart, two_days) for floor in floors_of(fragment(each))
    ]
    assert (first, last) == (60 * min(a for a, _ in ends), 60 * max(b for _, b in ends))
    for t in (first, 10 * 3600, 10 * 3600 + 86_400, last):
        for which_, result in enumerate((nobody, quickstart, two_days)):
            state = page.evaluate(f"exposimReplays[0].state({t}, {which_})")
            said = said_by_trace(result, t)
            assert state["shown"] == state["all"] == said["shown"], (t, which_)
            assert state["queue"] == {str(place): many for place, many in said["queue"].items()}
    captions = page.locator("figcaption")
    assert captions.nth(1).inner_text().strip() == "Quickstart: a small trade fair"
    page.locator(".er-day").select_option(label="Wed 27 Nov")
    settle(page)
    assert captions.nth(1).inner_text() == "Quickstart: a small trade fair Not open on this day."
    assert page.locator(".er-legend").nth(1).locator("b").all_inner_texts() == ["0"] * 8
    assert "Not open" not in captions.nth(0).inner_text()
    page.locator(".er-heat").check()
    page.locator(".er-play").click()
    settle(page)
    assert wrong == []


def test_it_takes_the_theme_of_what_is_around_it_and_fits_when_it_is_back(
    browser: Browser, file: Path
) -> None:
    page, wrong = opened(browser, file, color_scheme="light", reduced_motion="reduce")
    around = "document.querySelector('main').style"

    def seen() -> tuple[str, str, int]:
        settle(page)
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
    settle(page)
    page.evaluate(f"{around}.display = ''")
    assert seen() == ("dark", "#16181c", 1)
    page.evaluate(f"{around}.color = ''; document.body.dataset.jpThemeLight = 'true'")
    assert seen() == ("light", "#ffffff", 1)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    assert seen() == ("dark", "#16181c", 1)
    assert wrong == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, axe: Any, file: Path, theme: str) -> None:
    page, _ = opened(browser, file, color_scheme=theme, reduced_motion="reduce")
    found = axe(page, theme)
    assert [(each["id"], each["help"]) for each in found["violations"]] == []
    assert len(found["passes"]) > (10 if theme == "light" else 0)
