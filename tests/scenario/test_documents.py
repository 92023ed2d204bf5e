"""Files that cannot be read, or that extend each other beyond all reason: an error with a line, soon."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Thread

import pytest

from sim.files.problems import Fault
from sim.files.reading import read_bytes
from sim.scenario import load, load_typed
from sim.scenario.reading import document
from sim.scenario.reading.document import OUTSIDE
from tests.scenario.conftest import Write, edited
from tests.scenario.test_errors import errors

NESTED = "deep.toml:3: is nested too deeply"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('# "["\n\na = ' + "[" * 3000 + "]" * 3000, NESTED),
        ("\n\n" + ".".join("a" * 3000) + " = 1", NESTED),
        ("\n\n[" + ".".join("a" * 3000) + "]", NESTED),
        ("\n\na = " + "{ a = " * 3000 + "1" + " }" * 3000, NESTED),
        ("[expo]\n\ndays = " + "9" * 5000, "deep.toml:3: found a number of thousands of digits"),
    ],
)
def test_what_is_too_deep_or_too_long_has_its_line(write: Write, text: str, says: str) -> None:
    assert errors(write("deep.toml", text)) == [says]


def test_brackets_in_texts_and_comments_are_not_nested(small: str, write: Write) -> None:
    title = 'title = "' + "[" * 150 + '" # ' + "{" * 150
    assert load(write("small.toml", edited(small, ('title = "Small fair"', title)))).data.expo.days == 2


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("a\\u0000b", "found 'a\\x00b'; it cannot be read: embedded null byte"),
        ("x" * 300, "it cannot be read: file name too long"),
        ("secret/base.toml", "it cannot be read: not a directory"),
        (".", "found '.'; it is a directory"),
        ("/dev/null", f"found '/dev/null'; {OUTSIDE}"),
        ("pipe", "found 'pipe'; it is not a file with text"),
    ],
)
def test_a_base_that_cannot_be_read_is_said_where_it_is_named(write: Write, name: str, says: str) -> None:
    write("secret", "plain")
    os.mkfifo("pipe")
    (line,) = errors(write("fair.toml", f'# first\nextends = ["{name}"]\n'))
    assert line.startswith("fair.toml:2: extends.0: found ")
    assert says in line


@pytest.mark.parametrize("key", ["exhibitors_file", "programme_file", "pairs_file"])
@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("a\\u0000b", "found 'a\\x00b'; it cannot be read: embedded null byte"),
        ("", "found ''; allowed: the name of a CSV file"),
        ("/dev/null", f"found '/dev/null'; {OUTSIDE}"),
        ("pipe", "found 'pipe'; it is not a file with text"),
        (".", "found '.'; it is a directory"),
        ("secret/list.csv", "found 'secret/list.csv'; it cannot be read: not a directory"),
    ],
)
def test_a_list_that_cannot_be_read_is_said_where_it_is_named(
    small: str, write: Write, key: str, name: str, says: str
) -> None:
    write("secret", "plain")
    os.mkfifo("pipe")
    path = write("small.toml", f'# first\n{key} = "{name}"\n' + small)
    assert errors(path) == [f"small.toml:2: {key}: {says}"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read anything")
def test_files_that_may_not_be_read_are_said_where_they_are_named(small: str, write: Write) -> None:
    write("base.toml", small).chmod(0)
    assert errors(write("fair.toml", 'extends = "base.toml"')) == [
        "fair.toml:1: extends: found 'base.toml'; it cannot be read: permission denied"
    ]


def test_a_long_chain_of_files_is_an_error_and_a_short_one_is_none(small: str, write: Write) -> None:
    write("f0.toml", small)
    for i in range(1, 1200):
        path = write(f"f{i}.toml", f'extends = "f{i - 1}.toml"\n')
    (line,) = errors(path)
    assert line.startswith("f1150.toml:1: extends: found 'f1149.toml'; ")
    assert load("f40.toml").data.expo.days == 2


def test_files_that_are_extended_many_times_are_read_once(
    small: str, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("f0.toml", small)
    for i in range(1, 40):  # 2 to the power of 39 ways down
        path = write(f"f{i}.toml", f'extends = ["f{i - 1}.toml", "./f{i - 1}.toml"]\n')
    read: list[str] = []

    def noted(path: Path, *arguments: int, pipes: bool = True) -> bytes | str:
        read.append(path.name)
        return read_bytes(path, *arguments, pipes=pipes)

    monkeypatch.setattr(document, "read_bytes", noted)
    assert load(path).data.expo.days == 2
    assert len(read) < 100
    write("f0.toml", edited(small, ("lanes = 3", "lanes =")))
    assert errors(path) == [
        "f0.toml:20: is not TOML: Invalid value at column 8; there is nothing after the equals sign"
    ]


def test_a_setting_that_is_none_does_not_hide_the_errors_of_the_file(small: str, write: Write) -> None:
    path = write("small.toml", edited(small, ("lanes = 3", "lanes = 0")))
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - its text is what is looked at
        load_typed(str(path), ["expo.days", "x=true"])
    lines = str(caught.value).splitlines()
    assert [line.split(": ")[0] for line in lines] == ["--set expo.days", "small.toml:20", "--set x=true"]


def test_settings_are_called_as_they_were_given() -> None:
    assert errors("quickstart", {"expo.days": 0})[0].startswith("{'expo.days': 0}: expo.days: found 0; ")
    assert errors("quickstart", {"extends": "erlang"}) == [
        "{'extends': 'erlang'}: extends is read from the file alone; it cannot be set"
    ]


def test_a_scenario_without_its_ending_is_found_beside(small: str, write: Write) -> None:
    write("my-fair.toml", small)
    (line,) = errors("my-fair")
    assert line.endswith("; did you mean 'my-fair.toml'?")
    assert errors("") == ["'': give the name of a shipped scenario, or a file"]


def test_nothing_in_an_error_moves_the_cursor() -> None:
    text = str(Fault("a\x1b[2J.toml", 3, "expo", "found \x9b1m\n\u202eAbc"))
    assert text == r"a\x1b[2J.toml:3: expo: found \x9b1m\n\u202eAbc"
    assert text.isprintable()


def test_a_scenario_may_come_through_a_pipe(small: str, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = Thread(target=lambda: pipe.write_text(small, encoding="utf-8"))
    writer.start()
    assert load(pipe).data.expo.days == 2
    writer.join()
