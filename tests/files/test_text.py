"""Names of anybody's: how they compare, what is printed of them, what a spreadsheet makes of them."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.files.text import CLEAN, composed, plain_cell, printable, printable_json, read_cell, same

OBEYED = ["\x1b[2J", "\x07", "\x9b31m", "\x85", "\u202e", "\u2066", "\u2028"]
UNSEEN = ["\u200b", "\u200e", "\u200f", "\u061c", "\ufeff", "\u2060", "\xad"]
JOINERS = ["\u200c", "\u200d"]


@pytest.mark.parametrize("mark", [*OBEYED, *UNSEEN, *JOINERS])
def test_nothing_that_a_terminal_obeys_or_nobody_sees_is_printed(mark: str) -> None:
    for said in (printable(f"Ash{mark} & Co"), printable_json(json.dumps(f"Ash{mark}", ensure_ascii=False))):
        assert said.isprintable()
        assert "Ash" in said


def test_a_line_break_is_printed_only_where_there_may_be_lines() -> None:
    assert printable("a\nb") == "a\nb"
    assert printable("a\nb", lines=False) == "a\\nb"


@given(st.text())
def test_json_without_what_is_not_printable_says_the_same(text: str) -> None:
    said = json.dumps([text], ensure_ascii=False)
    assert json.loads(printable_json(said)) == [text]


@pytest.mark.parametrize("mark", [*OBEYED, *UNSEEN, "\ufffe", "\uffff"])
def test_names_of_a_scenario_hold_no_mark_that_is_obeyed_or_unseen(mark: str) -> None:
    assert not re.fullmatch(CLEAN, f"Ash{mark}")


@pytest.mark.parametrize(
    "name", ["\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "क्\u200dष", "Rába Kft.", "東京\u3000展示"]
)
def test_letters_of_all_scripts_are_names_joiners_included(name: str) -> None:
    assert re.fullmatch(CLEAN, name)


def test_names_are_the_same_composed_or_decomposed_and_whatever_unseen_marks_they_have() -> None:
    assert same(" Ra\u0301ba\u200b ") == same("R\u00e1ba") == "R\u00e1ba"
    assert composed({"a": ["Ra\u0301ba", 1]}) == {"a": ["R\u00e1ba", 1]}
    assert same("Ra\u200b\u0301ba") == "R\u00e1ba"  # the mark between a letter and its accent


@given(st.text() | st.text("ea \u0301\u200b\xad\ufeff\u212b", max_size=6))
def test_a_name_as_it_is_compared_is_compared_as_itself(text: str) -> None:
    assert same(same(text)) == same(text)


@given(st.text() | st.text("'=+-@\t\r\n \uff1dA1", max_size=6))
def test_a_cell_comes_back_as_it_was_and_begins_as_no_formula(text: str) -> None:
    cell = plain_cell(text)
    assert read_cell(cell) == text
    assert not re.match(r"[=@\t\r\n\uff1d\uff0b\uff0d\uff20]", cell)


@pytest.mark.parametrize(
    "formula",
    [
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "\uff1d1",
        "\uff0b1",
        "\uff0d1",
        "\uff20A",
        "'=1",
    ],
)
def test_what_a_spreadsheet_would_run_begins_with_an_apostrophe(formula: str) -> None:
    assert plain_cell(formula) == "'" + formula


@pytest.mark.parametrize("text", ["-5", "+3.2", "-0,5", "1e-9", "O'Neil", "'t Hof", "a=b", ""])
def test_numbers_and_common_names_stay_as_they_are(text: str) -> None:
    assert plain_cell(text) == text
