"""`exposim timetable` writes diaries, calendars and workbooks: whole, and nothing is lost by it."""

from __future__ import annotations

import io
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from sim.cli.handed_out import _written
from tests.ahead import Ended
from tests.cli.timetables import EXPECTED, SUMMARY, command, made

pytestmark = pytest.mark.usefixtures("here")

SLOTS = "slot,start,end\n1,2024-10-26 10:00,2024-10-26 10:30\n2,2024-10-26 10:30,2024-10-26 11:00\n"
LISTS = ("requests.csv", "--slots-file", "slots.csv", "--tables", "2", "--availability", "free.csv")
ALL = ("--out", "all.XLSX", "--diaries", "out/diaries.html", "--calendars", "out/calendars")
NUMBERED = ("requests.csv", "--slots", "2", "--tables", "2", "--availability", "free.csv")


@pytest.fixture(autouse=True)
def slots(here: Path) -> None:
    Path("slots.csv").write_text(SLOTS)


def test_all_is_written_and_said(here: Path) -> None:
    before = {each.name for each in here.iterdir()}
    done = made(*LISTS, *ALL, "--title", "Fair", "--time-zone", "Europe/Budapest", "--revision", "3")
    assert done.stdout == SUMMARY
    assert {each.name for each in here.iterdir()} - before == {"all.XLSX", "out"}
    page = Path("out/diaries.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "<title>Fair</title>" in page
    assert "Times in Europe/Budapest." in page
    files = {each.name: each.read_bytes() for each in Path("out/calendars").iterdir()}
    assert set(files) == {"ann.ics", "xia.ics", "yan.ics", "index.csv"}  # Ben has no meeting
    assert b"DTSTART;TZID=Europe/Budapest:20241026T100000\r\n" in files["xia.ics"]
    assert b"SEQUENCE:3\r\n" in files["xia.ics"]
    book = load_workbook(io.BytesIO(Path("all.XLSX").read_bytes()))
    assert book.sheetnames == ["Contents", "Timetable", "Grid", "Ann", "Xia", "Yan", "Table 1"]
    made(*LISTS, *ALL, "--force")
    assert b"SEQUENCE:4\r\n" in Path("out/calendars/xia.ics").read_bytes()


def sequences(directory: str) -> set[bytes]:
    texts = [each.read_bytes() for each in Path(directory).glob("*.ics")]
    return {line for text in texts for line in text.splitlines() if line.startswith(b"SEQUENCE:")}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_each_publication_has_a_greater_sequence_read_from_the_one_before(kind: str) -> None:
    before: tuple[str, ...] = ()
    for n in range(3):
        done = made(*LISTS, *before, "--out", f"{n}.{kind}", "--calendars", f"c{n}")
        assert sequences(f"c{n}") == {b"SEQUENCE:%d" % n}
        assert "SEQUENCE" not in done.stderr
        before = ("--published", f"{n}.{kind}")
        if n == 1:  # and if one between them has no calendars
            made(*LISTS, *before, "--out", f"between.{kind}")
            before = ("--published", f"between.{kind}")
    refused = command(*LISTS, *before, "--calendars", "new", "--revision", "2")
    assert refused.exit_code == 2
    assert f"found 2; 2.{kind} has 2: give 3 or more" in refused.stderr
    made(*LISTS, *before, "--calendars", "c0", "--force")
    assert sequences("c0") == {b"SEQUENCE:3"}


def test_a_published_timetable_that_does_not_say_its_revision_is_told_to_be_taken_for_the_first() -> None:
    made(*LISTS, "--out", "plan.csv")
    done = made(*LISTS, "--published", "plan.csv", "--calendars", "c")
    assert "note: plan.csv says no revision, so it is taken for the first publication" in done.stderr
    assert sequences("c") == {b"SEQUENCE:1"}
    # what the calendars say that are replaced is known, and they may be written anew
    assert "revision" not in made(*LISTS, "--published", "plan.csv", "--calendars", "c", "--force").stderr
    made(*LISTS, "--published", "plan.csv", "--calendars", "c", "--force", "--revision", "2")
    assert sequences("c") == {b"SEQUENCE:2"}
    refused = command(*LISTS, "--published", "plan.csv", "--calendars", "c", "--force", "--revision", "1")
    assert "found 1; the calendars in c have 2: give 2 or more" in refused.stderr


def test_beside_diaries_the_timetable_is_what_it_is_without() -> None:
    done = made(*NUMBERED, "--diaries", "diaries.html")
    assert (done.stdout, done.stderr) == (EXPECTED, SUMMARY)
    assert "Slot 2" in Path("diaries.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("place", ["all.XLSX", "out/diaries.html", "out/calendars"])
def test_nothing_is_replaced_without_force_and_nothing_read_before(
    place: str, monkeypatch: pytest.MonkeyPatch, here: Path
) -> None:
    made(*LISTS, *ALL)
    for other in (each for each in ALL[1::2] if each != place):
        target = Path(other)
        for each in [*target.iterdir()] if target.is_dir() else [target]:
            each.unlink()
        if target.is_dir():
            target.rmdir()
    monkeypatch.setattr("sim.interchange.read_lists", None)
    done = command(*LISTS, *ALL)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"exposim: {place} ")
    assert done.stderr.endswith(
        " already; --force replaces them\n" if "cal" in place else "--force replaces it\n"
    )
    assert len(done.stderr.splitlines()) == 1
    assert [each for each in ALL[1::2] if Path(each).exists()] == [place]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            ("--diaries", "requests.csv"),
            "requests.csv is read for this; it is left as it is",
        ),
        (("--out", "slots.csv"), "slots.csv is read for this; it is left as it is"),
        (("--calendars", "."), ". holds more than calendars of ours: free.csv, requests.csv, slots.csv"),
        (("--calendars", "free.csv"), "free.csv is not a directory; it is left as it is"),
        (("--out", "a", "--diaries", "./a"), "--out and --diaries: the same place; give two"),
        (("--diaries", "a", "--calendars", "a"), "--diaries and --calendars: the same place; give two"),
        (("--out", "a/b/c", "--calendars", "a"), "--out: not in the directory of --calendars"),
        (("--diaries", "free.csv/a"), "free.csv/a cannot be written: free.csv is not a directory"),
    ],
)
def test_no_list_is_ever_replaced_nor_one_file_by_another(
    options: tuple[str, ...], said: str, here: Path
) -> None:
    before = {each.name: each.read_bytes() for each in here.iterdir()}
    done = command(*LISTS, *options, "--force")
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert {each.name: each.read_bytes() for each in here.iterdir()} == before


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            (*NUMBERED, "--calendars", "c"),
            "--calendars needs the dates and times of the slots",
        ),
        (
            (*NUMBERED, "--diaries", "d", "--time-zone", "Asia/Shanghai"),
            "--time-zone needs the dates and times",
        ),
        ((*LISTS, "--diaries", "d", "--time-zone", "Asia/Shangai"), "did you mean 'Asia/Shanghai'?"),
        ((*LISTS, "--time-zone", "Asia/Shanghai"), "--time-zone goes with --diaries FILE, --calendars DIR"),
        ((*LISTS, "--out", "a.csv", "--title", "Fair"), "--title goes with --diaries FILE, --calendars DIR"),
        ((*LISTS, "--diaries", "d", "--revision", "1"), "--revision goes with --calendars DIR"),
        ((*LISTS, "--force"), "--force goes with --out, --diaries or --changes FILE, or --calendars DIR"),
    ],
)
def test_what_cannot_be_is_said_before_the_work(
    options: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch, here: Path
) -> None:
    monkeypatch.setattr("sim.interchange.arrange", None)
    before = {each.name for each in here.iterdir()}
    done = command(*options)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in " ".join(done.stderr.split())
    assert {each.name for each in here.iterdir()} == before


def test_without_its_library_a_workbook_is_refused_before_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.files.workbooks.find_spec", lambda _: None)
    monkeypatch.setattr("sim.interchange.read_lists", None)
    done = command(*LISTS, "--out", "all.xlsx")
    assert done.exit_code == 2
    assert done.stderr == "exposim: xlsx needs the package openpyxl: pip install 'exposim[xlsx]'\n"


def test_if_one_cannot_be_made_none_is_written(monkeypatch: pytest.MonkeyPatch, here: Path) -> None:
    def too_much(*_: Any) -> bytes:
        raise ValueError("too much for a sheet")

    monkeypatch.setattr("sim.interchange.timetable_xlsx", too_much)
    before = {each.name for each in here.iterdir()}
    done = command(*LISTS, *ALL)
    assert (done.exit_code, done.stdout, done.stderr) == (2, "", "exposim: too much for a sheet\n")
    assert {each.name for each in here.iterdir()} == before


def test_delegates_by_name_are_told_on_the_way() -> None:
    Path("limits.csv").write_text("who,delegate_names\nXia,Lea; Max\n")
    made(*LISTS, "--limits", "limits.csv", "--calendars", "calendars")
    # Ann and Ben both meet Xia in slot 1 now: she has two who sit there
    assert {"xia-lea.ics", "xia-max.ics", "ben.ics"} < {each.name for each in Path("calendars").iterdir()}


IMPORTS = (
    "import sys; from sim.interchange import *;"
    "lists = read_lists(b'who,whom,weight\\nA,B,1\\n', slots=1, tables=1); timetable_csv(arrange(lists));"
    " print(*sys.modules)"
)


@pytest.mark.ahead("-c", IMPORTS)
def test_what_is_not_asked_for_loads_no_library(ahead: Ended) -> None:
    loaded = {name.partition(".")[0] for name in ahead.stdout.split()}
    assert "numpy" in loaded
    assert not loaded & {"jinja2", "icalendar", "openpyxl"}


def test_what_was_stopped_is_complete_only_if_all_of_it_is(
    monkeypatch: pytest.MonkeyPatch, here: Path
) -> None:
    complete: list[Path] = []
    monkeypatch.setattr("sim.cli.handed_out.to_write", complete.append)
    files = {here / "a.ics": b"a", here / "b.ics": b"b"}

    def stopped_after(count: int) -> None:
        for path in list(files)[:count]:
            path.write_bytes(files[path])
        raise KeyboardInterrupt

    for count, said in ((1, []), (2, [here])):
        with pytest.raises(KeyboardInterrupt):
            _written(here, files, partial(stopped_after, count))
        assert complete == said
