"""The page in a real browser, without a network: nothing fails, nothing is asked for, nothing overflows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.report.page.of_answer import answer_page
from sim.studies.resultset import ResultSet
from tests.decisions.answers import sweep

pytestmark = pytest.mark.slow
TWO_OF_A_FORM = r"""() => document.querySelectorAll('tbody').forEach(body => {
    const seen = {};
    for (const row of [...body.rows]) {
        const form = row.outerHTML.replace(/>[^<]+</g, '>x<').replace(/ data-[a-z]+="[^"]*"|[0-9]/g, '');
        seen[form] = (seen[form] ?? 0) + 1;
        if (seen[form] > 2) row.remove();
    }
})"""
"""Of rows that differ in words and numbers alone, an even and an odd one: axe looks long at each cell."""
LOOKS = [(1280, "light"), (390, "dark"), (1280, "dark"), (390, "light")]


@pytest.fixture(scope="module")
def file(quickstart_twice: ResultSet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "fair.html"
    quickstart_twice.report(path)
    return path


def opened(
    browser: Any, file: Path, width: int, scheme: str, *, bypass: bool = False
) -> tuple[Any, list[str]]:
    """The page, and what went wrong or was asked for. `bypass`: a script of the test may be added."""
    context = browser.new_context(
        offline=True, viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=bypass
    )
    page, wrong = context.new_page(), []
    page.on("console", lambda said: wrong.append(said.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda asked: wrong.append(asked.url) if asked.url != file.as_uri() else None)
    page.goto(file.as_uri())
    return page, wrong


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_it_opens_without_an_error_a_request_or_an_overflow(
    browser: Any, file: Path, width: int, scheme: str
) -> None:
    page, wrong = opened(browser, file, width, scheme)
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if width >= 1280:  # nor is there anything to the side within a table
        beyond = "boxes => boxes.map(box => box.scrollWidth - box.clientWidth)"
        assert set(page.locator("#exhibitors .wide").evaluate_all(beyond)) == {0}
    assert wrong == []


def test_it_fits_a_sheet_of_paper_in_dark_ink_whatever_the_screen(browser: Any, file: Path) -> None:
    page, wrong = opened(browser, file, 690, "dark")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("document.documentElement.scrollWidth") <= 690
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert not page.locator("nav").is_visible()
    assert wrong == []


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_axe_finds_nothing_serious(browser: Any, axe: Any, file: Path, width: int, scheme: str) -> None:
    page, _ = opened(browser, file, width, scheme, bypass=True)
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    page.evaluate(TWO_OF_A_FORM)
    found = axe(page, scheme)
    serious = [
        (each["id"], each["nodes"][0]["html"][:200], each["nodes"][0]["failureSummary"][:300])
        for each in found["violations"]
        if each["impact"] in ("serious", "critical")
    ]
    assert serious == []
    assert found["passes"]


def test_sources_are_searched_by_what_is_said_of_a_section_and_printed_though_folded(
    browser: Any, file: Path
) -> None:
    page, wrong = opened(browser, file, 1280, "light")
    page.locator("summary", has_text="What the scenario sets").click()
    table = page.locator("table", has=page.locator("caption", has_text="What the scenario sets"))
    every = table.locator("tbody tr:not(.heading)").count()
    page.get_by_label("Search what is set").fill("a coach brings")  # stands in a heading alone
    shown = table.locator("tbody tr:visible")
    assert shown.first.get_attribute("class") == "heading"
    settings = table.locator("tbody tr:not(.heading):visible th").all_text_contents()
    assert settings
    assert all(each.startswith("visitors.delegation.") for each in settings)
    assert page.locator("#assumed output").first.text_content() == f"{len(settings)} of {every}"
    page.get_by_label("Search what is set").fill("seats_that_are_not")
    assert shown.count() == 0
    page.get_by_label("Search what is set").fill("")
    assert shown.count() > every
    page.locator("summary", has_text="What the scenario sets").click()
    folded = "[...document.querySelectorAll('details[data-print]')].map(each => each.open)"
    assert not any(page.evaluate(folded))
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert all(page.evaluate(folded))
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert not any(page.evaluate(folded))
    assert wrong == []


ASKED = {
    "an organiser: how many tables do I need?": ("Meetings, tables", "for nine tenths of the time"),
    "an organiser: was the fair well used?": ("In short", "Staff at booths are in conversation"),
    "an organiser: which hall is too small?": ("Fullest halls", "Least room is in"),
    "an organiser: which exhibitors got nothing?": ("Exhibitors", "left without any"),
    "a sponsor manager: which promises were not kept, and why?": ("Promises", "What was missing"),
    "a hall manager: which hall is fullest, and when?": ("Fullest halls", "Most people are in"),
    "a hall manager: where are the queues?": ("Where it hurts", "Longest queues at booths"),
    "a hall manager: when are the queues?": ("The day's flow", "People waiting in queues"),
    "a hall manager: which rooms turn people away?": ("Programme", "turn most people away"),
}


@pytest.mark.parametrize("width", [1280, 390])
def test_what_three_people_ask_is_on_the_screen_after_one_click(browser: Any, file: Path, width: int) -> None:
    page, _ = opened(browser, file, width, "light")
    page.emulate_media(reduced_motion="reduce")
    for question, (link, words) in ASKED.items():
        page.evaluate("scrollTo(0, 0)")
        page.locator("nav a", has_text=link).first.click()
        found = page.locator("section").get_by_text(words).first
        found.wait_for(state="visible")
        page.wait_for_timeout(50)
        box = found.bounding_box()
        assert 0 <= box["y"] <= 840, question


def test_on_a_phone_what_sponsors_lack_has_room_for_its_words(browser: Any, file: Path) -> None:
    page, _ = opened(browser, file, 390, "light")
    missing = page.locator("#promises td[data-l='What was missing']").first
    assert missing.bounding_box()["width"] > 250
    assert missing.locator("xpath=..").bounding_box()["height"] < 300


def test_exhibitors_are_sorted_and_searched_from_the_keyboard(browser: Any, file: Path) -> None:
    page, wrong = opened(browser, file, 1280, "light")
    table = page.locator("#exhibitors table.sortable").last
    head = table.locator("thead th button", has_text="Exhibitor")
    head.focus()
    page.keyboard.press("Enter")
    names = table.locator("tbody th").all_text_contents()
    assert names == sorted(names)
    page.keyboard.press("Enter")
    assert table.locator("tbody th").all_text_contents() == names[::-1]
    assert table.locator("thead th").first.get_attribute("aria-sort") == "descending"
    field = page.get_by_label("Search exhibitors")
    field.fill(names[0].upper())
    assert table.locator("tbody tr:visible").count() >= 1
    assert all(
        names[0].lower() in each.lower() for each in table.locator("tbody tr:visible").all_text_contents()
    )
    assert page.locator("#exhibitors output").text_content().endswith(f"of {len(names)}")
    assert wrong == []


@pytest.mark.usefixtures("played_once")
def test_the_pictures_of_an_answer_can_be_read_on_a_phone_and_are_moved_from_the_keyboard(
    browser: Any, axe: Any, tmp_path: Path
) -> None:
    file = tmp_path / "answer.html"
    file.write_text(
        answer_page(sweep("matchmaking.tables.tables=3,5,9", "exhibitors.mean_staff=2,3")), encoding="utf-8"
    )
    page, wrong = opened(browser, file, 390, "light", bypass=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    scale = "drawn => drawn.map(svg => svg.getBoundingClientRect().width / svg.viewBox.baseVal.width)"
    assert all(each > 0.9 for each in page.locator(".picture svg").evaluate_all(scale))  # pixels in a point
    beyond = page.locator(".picture", has=page.locator("svg")).last
    assert beyond.evaluate("box => box.scrollWidth > box.clientWidth")
    beyond.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("box => box.scrollLeft > 0", arg=beyond.element_handle())
    assert [each["id"] for each in axe(page, "light")["violations"]] == []
    assert wrong == []
    page.set_viewport_size({"width": 1280, "height": 900})
    assert not beyond.evaluate("box => box.scrollWidth > box.clientWidth")
