"""Every kind of bad scenario gets its message, with file and line, all at once."""

from __future__ import annotations

import pickle
import tomllib
from pathlib import Path

import pytest

from sim.scenario import Fault, ScenarioError, load
from tests.scenario.conftest import Write, edited

BAD = tomllib.loads(Path(__file__).with_name("bad_scenarios.toml").read_text("utf-8"))


def errors(*arguments: object) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        load(*arguments)  # type: ignore[arg-type]
    return str(caught.value).splitlines()


@pytest.mark.parametrize("name", BAD)
def test_a_bad_scenario_gets_its_message(name: str, small: str, write: Write) -> None:
    assert errors(write("small.toml", edited(small, *BAD[name]["edits"]))) == BAD[name]["says"]


def test_there_are_thirty_kinds_and_more() -> None:
    assert len(BAD) >= 30
    assert len({tuple(bad["says"]) for bad in BAD.values()}) == len(BAD)


def test_an_empty_file_says_how_to_start(write: Write) -> None:
    assert errors(write("empty.toml", "# nothing\n")) == [
        "empty.toml:1: the file is empty; `exposim new` writes a scenario to start from"
    ]


def test_a_file_that_is_not_text_is_said_to_be_so(write: Write) -> None:
    path = write("latin.toml", "")
    path.write_bytes('[expo]\ntitle = "Exposição"\n'.encode("latin-1"))
    assert errors(path) == ["latin.toml:2: is not UTF-8 text: found the byte 0xe7"]


def test_a_byte_order_mark_is_no_error(small: str, write: Write) -> None:
    assert load(write("small.toml", "\ufeff" + small)).data.expo.days == 2


def test_windows_line_ends_keep_the_lines(small: str, write: Write) -> None:
    path = write("small.toml", "")
    path.write_bytes(edited(small, ("lanes = 3", "lanes = 0")).replace("\n", "\r\n").encode())
    assert errors(path)[0].startswith("small.toml:20: venue.gates.main.lanes: ")


def test_a_directory_is_no_scenario(tmp_path: Path) -> None:
    assert errors(tmp_path) == [f"{tmp_path}: is a directory, not a scenario file"]


def test_a_missing_file_is_named_with_the_nearest_there(small: str, write: Write) -> None:
    write("spring.toml", small)
    assert errors("sprng.toml") == ["sprng.toml: there is no such file; did you mean 'spring.toml'?"]


def test_an_unknown_name_lists_those_shipped() -> None:
    (line,) = errors("quikstart")
    assert line.startswith("quikstart: there is no scenario of this name and no such file; shipped are: ")
    assert line.endswith("; did you mean 'quickstart'?")


def test_deep_nesting_is_an_error_of_the_file(write: Write) -> None:
    assert errors(write("deep.toml", "a = " + "[" * 5000 + "]" * 5000)) == [
        "deep.toml:1: is nested too deeply"
    ]


def test_a_number_of_thousands_of_digits_is_an_error_of_the_file(small: str, write: Write) -> None:
    path = write("small.toml", edited(small, ("lanes = 3", "lanes = 0x" + "f" * 5000)))
    (line,) = errors(path)
    assert line.startswith("small.toml:20: venue.gates.main.lanes: found a number of thousands of digits")
    path = write("small.toml", edited(small, ("lanes = 3", "lanes = " + "9" * 5000)))
    assert len(errors(path)) == 1


def test_problems_say_file_line_and_path_apart_too(small: str, write: Write) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(write("small.toml", edited(small, ("lanes = 3", "lanes = 0"))))
    (problem,) = caught.value.problems
    assert (problem.file, problem.line, problem.path) == ("small.toml", 20, "venue.gates.main.lanes")


def test_the_error_survives_the_way_from_a_worker() -> None:
    error = ScenarioError([Fault("a.toml", 3, "expo.days", "found 0")])
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.problems) == (str(error), error.problems)


def test_an_error_in_one_table_does_not_hide_that_of_another(small: str, write: Write) -> None:
    edits = (
        ('kind = "buyer"\n', "\n"),  # a required key: the whole table cannot be read
        ('rooms = ["seminar"]', 'rooms = ["seminars"]'),
        ("windows = [1, 1]", "windows = [1, 1, 1]"),
    )
    lines = errors(write("small.toml", edited(small, *edits)))
    assert [line.split(": ")[1] for line in lines] == [
        "visitors.buyer.kind",
        "programme.seminars.rooms.0",
        "matchmaking.main.windows",
    ]


def test_what_depends_on_an_error_is_not_an_error_of_its_own(small: str, write: Write) -> None:
    edits = (("days = 2", "days = 200"),)  # per_day and the others have two items still
    assert len(errors(write("small.toml", edited(small, *edits)))) == 1
    edits = (("per_day = [8, 4]", 'per_day = [8, "four"]'),)
    assert len(errors(write("small.toml", edited(small, *edits)))) == 1
    edits = (('[venue.rooms.seminar]\nhall = "north"\n', "[venue.rooms.seminar]\n"),)
    assert len(errors(write("small.toml", edited(small, *edits)))) == 1
