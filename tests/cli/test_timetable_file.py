"""The file of `exposim timetable`: whole or not there, and nothing of anybody else's is lost."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NoReturn

import pytest

from sim.cli.timetable import timetable
from sim.interchange.slots_csv import MOST_SLOTS, MOST_TABLES
from tests.cli.timetables import AVAILABILITY, BY_HAND, EXPECTED, REQUESTS, command, made

pytestmark = pytest.mark.usefixtures("here")


def test_a_bad_list_ends_with_2_and_nothing_is_written(here: Path) -> None:
    Path("requests.csv").write_text(REQUESTS + "Ann,Ben,x\nAnn,Ann,1\n")
    Path("free.csv").write_text("who,1,2\nXai,yes,no\n")
    done = command(*BY_HAND, "--out", "timetable.csv")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == (
        "requests.csv:5: column 'weight': found 'x'; allowed: a number\n"
        "requests.csv:6: column 'whom': found 'Ann', who asks; nobody meets himself\n"
        "free.csv:2: column 'who': found 'Xai'; nobody of that name is in the requests; did you mean 'Xia'?\n"
        "exposim: --ignore-unknown passes over unknown columns, and people who are in no request\n"
    )
    assert sorted(each.name for each in here.iterdir()) == ["free.csv", "requests.csv"]


def test_a_file_is_not_overwritten_without_force(monkeypatch: pytest.MonkeyPatch) -> None:
    out = Path("timetable.csv")
    out.write_text("precious")
    with monkeypatch.context() as patch:
        patch.setattr("sim.interchange.read_lists", None)  # it must refuse before anything is read
        done = command(*BY_HAND, "--out", "timetable.csv")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == "exposim: timetable.csv is already there; --force replaces it\n"
    assert out.read_text() == "precious"
    made(*BY_HAND, "--out", "timetable.csv", "--force")
    assert out.read_text() == EXPECTED


def test_a_file_that_came_meanwhile_is_not_overwritten(monkeypatch: pytest.MonkeyPatch, here: Path) -> None:
    monkeypatch.setattr(
        "sim.interchange.refuse", lambda *_, **__: Path("timetable.csv").write_text("precious")
    )
    done = command(*BY_HAND, "--out", "timetable.csv")
    assert done.exit_code == 2
    assert "is already there" in done.stderr
    assert sorted(each.name for each in here.iterdir()) == ["free.csv", "requests.csv", "timetable.csv"]
    assert Path("timetable.csv").read_text() == "precious"


def test_on_a_disk_without_links_it_is_renamed(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "link", no_links)
    made(*BY_HAND, "--out", "timetable.csv")
    assert Path("timetable.csv").read_text() == EXPECTED
    monkeypatch.setattr("sim.interchange.refuse", lambda *_, **__: None)
    assert command(*BY_HAND, "--out", "timetable.csv").exit_code == 2


@pytest.mark.parametrize(
    ("out", "says"),
    [
        ("requests.csv", "requests.csv is read for this"),
        ("free.csv", "free.csv is read for this"),
        (".", ". is not a file"),
        ("free.csv/timetable.csv", "free.csv is not a directory"),
    ],
)
def test_what_is_never_replaced(out: str, says: str) -> None:
    done = command(*BY_HAND, "--out", out, "--force")
    assert (done.exit_code, done.stdout) == (2, "")
    assert says in done.stderr
    assert Path("requests.csv").read_text() == REQUESTS
    assert Path("free.csv").read_text() == AVAILABILITY


def test_an_old_file_stays_if_the_new_cannot_be_completed(
    monkeypatch: pytest.MonkeyPatch, here: Path
) -> None:
    def full(*_: object) -> Path:
        raise OSError(28, "No space left on device")

    Path("timetable.csv").write_text("precious")
    monkeypatch.setattr("os.replace", full)
    done = command(*BY_HAND, "--out", "timetable.csv", "--force")
    assert done.exit_code == 1
    assert "No space left" in done.stderr
    assert Path("timetable.csv").read_text() == "precious"
    assert sorted(each.name for each in here.iterdir()) == ["free.csv", "requests.csv", "timetable.csv"]


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("x" * 300, "cannot be written: file name too long"),
        ("x" * 300 + "/y.csv", "cannot be written: file name too long"),
        ("loop", "loop cannot be written: it is a link that leads nowhere"),
        ("requests.csv/y.csv", "requests.csv is not a directory"),
        ("/proc/y.csv", "/proc/y.csv cannot be written: "),
    ],
)
def test_a_place_that_will_not_do_is_refused_before_the_work(
    here: Path, monkeypatch: pytest.MonkeyPatch, place: str, says: str
) -> None:
    Path("loop").symlink_to("loop")
    before = sorted(each.name for each in here.iterdir())
    monkeypatch.setattr("sim.interchange.read_lists", None)
    done = command("requests.csv", "--slots", "2", "--tables", "2", "--out", place)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("exposim: ")
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert sorted(each.name for each in here.iterdir()) == before


def test_a_link_to_a_timetable_stays_a_link(here: Path) -> None:
    Path("latest.csv").symlink_to("real.csv")
    once = ("requests.csv", "--slots", "2", "--tables", "2", "--out", "latest.csv")
    assert command(*once).exit_code == 0
    assert command(*once).exit_code == 2
    Path("real.csv").write_text("old")
    assert command(*once, "--force").exit_code == 0
    assert Path("latest.csv").is_symlink()
    assert Path("real.csv").read_text().startswith("who,whom")


def stop(*_: object, **__: object) -> NoReturn:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("where", "stands"),
    [
        ("sim.interchange.read_lists", False),
        ("sim.interchange.arrange", False),
        ("sim.files.whole._write_beside", False),
        ("sim.files.whole._sync", True),
        ("sim.interchange.summary", True),
    ],
)
def test_a_timetable_that_is_stopped_says_what_became_of_its_file(
    where: str, stands: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(where, stop)
    done = command(*BY_HAND, "--out", "timetable.csv")
    became = "timetable.csv is complete" if stands else "nothing was written"
    assert (done.exit_code, done.stdout, done.stderr) == (130, "", f"exposim: stopped; {became}\n")
    assert Path("timetable.csv").exists() is stands
    if "files" not in where:  # and without --out there is no file to speak of
        assert command(*BY_HAND).stderr.splitlines()[-1] == "exposim: stopped"


def test_options_allow_as_many_slots_and_tables_as_lists_do() -> None:
    most = {option.name: getattr(option.type, "max", None) for option in timetable.params}
    assert (most["slots"], most["tables"]) == (MOST_SLOTS, MOST_TABLES)
