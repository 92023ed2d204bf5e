"""The page of an answer: of every question it says what the answer says, first its sentence."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import pandas as pd
import pytest

from sim.decisions.told import Answer, is_real
from sim.plotting.style import ON_BRIGHT, ON_DARK, THEMED
from sim.report.isolating import isolated
from sim.report.page.of_answer import answer_page
from tests.decisions.answers import answers, comparison, sweep
from tests.report.page.reading import read

pytestmark = pytest.mark.usefixtures("played_once")


class Drawn:
    """Pictures of which somebody has to choose one."""

    def chosen(self, which: str) -> None:
        raise AssertionError(which)


class Made(Answer):
    """An answer of a paragraph of two sentences, and of more numbers than a page shows."""

    plot = Drawn()
    frame = pd.DataFrame({"name": "<b>", "much": [None, *range(1000)]})

    def text(self, width: int = 0) -> str:
        return "The first goes\n  on and\n  on.\nThe second.\n\nMore."


def plain(text: str) -> str:
    return " ".join(text.split())


def test_of_every_question_the_page_says_what_the_answer_says() -> None:
    before = plt.get_fignums()  # others may have left some
    for name, answer in answers().items():
        html = answer_page(answer)
        page = read(html)
        said = plain("".join(page.text))
        assert plain(answer.text()) in said, name
        assert [level for level, _ in page.headings].count(1) == 1
        for tag, attributes in page.tags:
            for where in ("src", "href", "xlink:href"):
                assert (attributes.get(where) or "#").startswith(("#", "data:")), (name, tag)
        assert not re.search(r"@import|<metadata|<!--|<\?xml|<!DOCTYPE svg", html), name
        frame = getattr(answer, "frame", None)
        if frame is not None and len(frame):
            assert len(page.table("Every number").rows) == min(len(frame), 1000) + 1, name
    assert plt.get_fignums() == before


def test_a_page_is_the_same_each_time_and_replaces_nothing(tmp_path: Path) -> None:
    made = comparison()
    made.report(tmp_path / "it.html")
    assert (tmp_path / "it.html").read_text(encoding="utf-8") == answer_page(made)
    with pytest.raises(FileExistsError):
        made.report(tmp_path / "it.html")


def test_of_a_comparison_it_says_which_scenario_has_more_which_less_and_which_is_not_told_apart() -> None:
    found = replace(comparison(), baseline=2)
    base, kpi = found.names[2], "meetings.held"
    page = read(answer_page(found))
    grid = page.table("Differences to")
    rows = {row[1].text: row for row in grid.rows if row[0].text == grid.rows[1][0].text}
    assert list(rows) == list(found.names)
    for name, results in zip(found.names, found.results, strict=True):
        _, _, value, difference, verdict = rows[name]
        assert value.value == pytest.approx(results.estimate(kpi).mean)
        if name == base:
            assert (difference.text, verdict.text) == ("the baseline", "")
            continue
        d = found.difference(kpi, name)
        assert difference.value == pytest.approx(d.mean)
        assert verdict.text == ("not told apart" if not is_real(d) else "more" if d.mean > 0 else "less")
    assert {row[-1].text for row in rows.values()} == {"", "more", "less", "not told apart"}


def test_it_names_the_scenarios_that_it_is_about_each_once() -> None:
    made = comparison()
    page = read(answer_page(made))
    told = [row[-1].text for row in page.table("Scenarios").rows[1:]]
    assert told == [each.scenario.hash[:12] for each in made.results]
    twice = replace(made, names=made.names[:2], results=made.results[:1] * 2)
    assert [row[-1].text for row in read(answer_page(twice)).table("Scenarios").rows[1:]] == told[:1]
    assert isolated(made.results[0].scenario.name) in "".join(page.text)


def test_it_lists_what_the_first_scenario_sets_also_of_an_answer_that_was_kept(tmp_path: Path) -> None:
    made = comparison()
    given = [each.path for each in made.results[0].scenario.sources if each.told is not None]
    rows = read(answer_page(made)).table("What the scenario sets").rows
    assert [row[0].text for row in rows[1:] if len(row) > 1] == given
    made.save(tmp_path / "kept")
    kept = read(answer_page(Answer.load(tmp_path / "kept"))).table("What the scenario sets").rows
    assert [[cell.text for cell in row] for row in kept] == [[cell.text for cell in row] for row in rows]


def test_sentences_are_whole_and_of_many_numbers_it_says_how_many_are_shown() -> None:
    html = answer_page(Made())
    items = re.findall(r"<li>(.*?)</li>", html.partition('<ul class="answer">')[2], re.S)
    assert items[:2] == ["The first goes on and on.", "The second."]
    grid = read(html).table("Every number; the first 1,000 of 1,001 rows")
    assert len(grid.rows) == 1001
    assert [cell.text for cell in grid.rows[1]] == ["<b>", "–"]
    assert [cell.value for cell in grid.rows[2]] == [None, 0]


def test_pictures_are_drawn_without_a_screen_and_whoever_draws_next_has_the_backend_as_it_was() -> None:
    mpl.use("svg")
    try:
        answer_page(comparison())
        assert mpl.get_backend() == "svg"
    finally:
        mpl.use("agg")


def test_pictures_have_the_colours_of_the_page_and_all_that_is_named_is_there_in_each_theme() -> None:
    twice = sweep("matchmaking.tables.tables=3,5,9", "exhibitors.mean_staff=2,3")  # a square of it is hatched
    html = answer_page(twice) + answer_page(comparison())
    svgs = re.findall(r"<svg.*?</svg>", html.partition('<figure class="picture"')[2], re.S)
    assert svgs
    named = set(re.findall(r"var\(--([a-z]+)\)", " ".join(svgs)))
    assert {"ink", "card", "faint", "blue"} <= named <= set(THEMED.values())
    left = {colour.upper() for svg in svgs for colour in re.findall(r"[:=] ?\"?(#[0-9a-f]{6})[;\"]", svg)}
    assert not left & set(THEMED)
    themes = re.findall(r":root \{(.*?)\}", html, re.S)
    assert named <= set(re.findall(r"--([a-z]+):", themes[0]))
    assert {"ink", "card", "faint", "rule", "grey", "soft"} <= set(re.findall(r"--([a-z]+):", themes[1]))


def test_what_can_be_read_on_a_page_can_be_read_in_its_pictures_in_each_theme() -> None:
    sheet = answer_page(comparison()).partition("<style>")[2].partition("</style>")[0]
    light, dark, printed = re.findall(r":root \{(.*?)\}", sheet, re.S)[:3]
    for theme in (light, light + dark, light + printed):
        colours = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{3,6})", theme))
        for text in ("ink", "faint"):
            assert contrast(colours[text], colours["card"]) >= 4.5
        for mark in ("blue", "vermilion", "green", "ink"):
            assert contrast(colours[mark], colours["card"]) >= 3
    assert contrast(ON_BRIGHT, "#7d7c78") >= 3.9  # the middle of cividis, where ink changes
    assert contrast(ON_DARK, "#7d7c78") >= 3.9


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours (WCAG 2.2)."""

    def luminance(colour: str) -> float:
        digits = colour[1:] if len(colour) == 7 else "".join(2 * each for each in colour[1:])
        parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_a_name_in_a_sentence_stays_apart_from_it_whatever_it_holds() -> None:
    assert isolated("חברה") == "\u2068חברה\u2069"
    assert isolated("A\u2069\u202eB") == "\u2068A\\u2069\\u202eB\u2069"
