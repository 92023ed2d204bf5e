"""Stated limits of size, depth and count: the last that is within is read, the first beyond is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.files.problems import Fault, ScenarioError, did_you_mean, near_words
from sim.files.sheets import Sheet, read_sheet
from sim.scenario.reading.document import read

COLUMNS = {"who": "a name", "whom": "another"}


def sheet(text: str, *, most: int = 32 << 20) -> Sheet:
    return read_sheet(text.encode(), COLUMNS, ("who",), unknown="ignored", most=most)


def said(found: Sheet) -> str:
    return "\n".join(map(str, found.problems()))


def columns(count: int) -> str:
    names = ["who", *(f"c{i}" for i in range(count - 1))]
    return f"{','.join(names)}\na{',' * (count - 1)}\n"


@pytest.mark.parametrize(
    ("within", "beyond", "why"),
    [
        (columns(10_000), columns(10_001), "<stdin>:1: has 10,001 columns; allowed: 10,000 at most"),
        ("\n" * 999 + "who\nAnn\n", "\n" * 1_000 + "who\nAnn\n", "<stdin>:1: is empty; columns needed: who"),
        (
            "who\nAnn" + "\n" * 1_999_999 + "Ben",
            "who\nAnn" + "\n" * 2_000_000 + "Ben",
            "<stdin>:2000002: has more than 2,000,000 rows of 1 column; allowed: 4,000,000 cells at most",
        ),
        (
            columns(4_000) + f"b{',' * 3_999}\n" * 999,
            columns(4_000) + f"b{',' * 3_999}\n" * 1_000,
            "<stdin>:1002: has more than 1,000 rows of 4,000 columns; allowed: 4,000,000 cells at most",
        ),
    ],
    ids=["columns", "blank lines before the header", "lines", "cells"],
)
def test_a_list_is_read_up_to_its_limits_and_not_beyond(within: str, beyond: str, why: str) -> None:
    assert said(sheet(within)) == ""
    assert said(sheet(beyond)) == why


def test_standard_input_has_the_limit_of_a_file() -> None:
    text = "who\nAnn\n"
    assert said(sheet(text, most=len(text))) == ""
    assert said(sheet(text, most=len(text) - 1)) == "<stdin>: cannot be read: it is longer than 0 MiB"


def test_near_misses_are_looked_for_in_one_list_twenty_times() -> None:
    names = [f"whoo{'o' * i}" for i in range(2)] * 15
    found = sheet("who\nAnn\n")
    assert [found.near(name, COLUMNS) != "" for name in names] == [True] * 20 + [False] * 10


def test_near_misses_are_looked_for_by_the_first_two_hundred_letters_and_must_be_near() -> None:
    assert did_you_mean("h" * 200 + "x" * 10_000_000, ["h" * 200]) == f"; did you mean '{'h' * 200}'?"
    assert near_words("hall", ["hull", "hard", "ball", "wide"]) == ["hull", "ball"]  # not half of it


def test_two_hundred_problems_are_told_and_the_number_of_the_others() -> None:
    problems = [Fault("a.toml", line, "", "wrong") for line in range(1, 1_202)]
    assert len(str(ScenarioError(problems[:200])).splitlines()) == 200
    lines = str(ScenarioError(problems)).splitlines()
    assert lines[199:] == ["a.toml:200: wrong", "and 1,001 more problems"]


def document(text: str, directory: Path) -> str:
    """What is said of a scenario file before its content is looked at; nothing if it is well."""
    path = directory / "case.toml"
    path.write_text(text)
    try:
        read(path, "case.toml")
    except ScenarioError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("within", "beyond", "why"),
    [
        (f"a = {'[' * 31}0{']' * 31}", f"a = {'[' * 32}0{']' * 32}", "case.toml:1: is nested too deeply"),
        (f"[{'.'.join('a' * 32)}]", f"[{'.'.join('a' * 33)}]", "case.toml:1: is nested too deeply"),
        (
            f"[{'.'.join('a' * 20)}]\nb = {'[' * 11}0{']' * 11}",
            f"[{'.'.join('a' * 20)}]\nb = {'[' * 12}0{']' * 12}",
            "case.toml:2: is nested too deeply",
        ),
        (
            f"a = {'9' * 4_299}",
            f"a = {'9' * 4_300}",
            "case.toml:1: found a number of thousands of digits",
        ),
        (
            "a = [" + "0," * 99_998 + "0]",
            "a = [" + "0," * 99_999 + "0]",
            "case.toml: has 100,001 keys and items; allowed: 100,000 at most",
        ),
        (
            f"a = 1 #{'x' * ((4 << 20) - 7)}",
            f"a = 1 #{'x' * ((4 << 20) - 6)}",
            "case.toml: is longer than 4 MiB",
        ),
    ],
    ids=["brackets", "dots", "brackets below dots", "digits", "keys", "bytes"],
)
def test_a_scenario_file_is_read_up_to_its_limits_and_not_beyond(
    within: str, beyond: str, why: str, tmp_path: Path
) -> None:
    assert document(within, tmp_path) == ""
    assert document(beyond, tmp_path) == why


def test_fifty_files_may_extend_one_another_and_no_more(tmp_path: Path) -> None:
    (tmp_path / "b0.toml").write_text("a = 1\n")
    for i in range(1, 50):
        (tmp_path / f"b{i}.toml").write_text(f'extends = "b{i - 1}.toml"\n')
    assert document('extends = "b48.toml"\n', tmp_path) == ""
    assert document('extends = "b49.toml"\n', tmp_path).endswith(
        "b1.toml:1: extends: found 'b0.toml'; files extend each other 50 deep at most"
    )


def test_two_hundred_files_may_be_extended_in_all_and_no_more(tmp_path: Path) -> None:
    (tmp_path / "base.toml").write_text("a = 1\n")
    assert document("extends = [" + '"base.toml",' * 200 + "]\n", tmp_path) == ""
    assert document("extends = [" + '"base.toml",' * 201 + "]\n", tmp_path) == (
        "case.toml:1: extends: a scenario extends 200 files at most"
    )


def test_two_hundred_thousand_keys_may_be_taken_over_in_all_and_no_more(tmp_path: Path) -> None:
    (tmp_path / "base.toml").write_text("".join(f"a{i}=1\n" for i in range(10_000)))  # and itself: a path
    assert document("extends = [" + '"base.toml",' * 19 + "]\n", tmp_path) == ""
    assert document("extends = [" + '"base.toml",' * 20 + "]\n", tmp_path) == (
        "case.toml:1: extends: takes over more than 200,000 keys in all from what is extended"
    )
