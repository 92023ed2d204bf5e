"""The page of an answer: of every question it says what the answer says, first its sentence."""

from __future__ import annotations

import re
from pathlib import Path

import matplotlib.pyplot as plt
import pytest

from sim.report.page.of_answer import answer_page
from tests.decisions.answers import answers, comparison
from tests.report.page.reading import read

pytestmark = pytest.mark.usefixtures("played_once")


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
        assert not re.search(r"@import|<metadata|<!--", html), name
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
