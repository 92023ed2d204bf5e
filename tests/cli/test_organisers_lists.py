"""Lists as three organisers keep them, each a timetable with at most two commands."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.cli.timetables import command, made, rows

pytestmark = pytest.mark.usefixtures("here")


def written(done_out: str, delimiter: str = ",") -> dict[tuple[str, str], str]:
    return {(each["who"], each["whom"]): each["slot"] for each in rows(done_out, delimiter)}


# A hosted-buyer day of a chamber of commerce: a matrix in German, as Excel saves it, wishes from 0 to 2,
# ticks for what is simply wanted, sums below; a booth that sends two people; hours in a file of their own.

WUENSCHE = """\
Kontaktbörse Möbel & Holz;;;;
Stand: 3.5.2026;;;;

Einkäufer;Ansprechpartner;Ahorn KG;Buche GmbH;Eiche AG
Personen:;;1;2;1
Holzhaus;Frau Lindner;2;✓;
Holzhaus;Herr Moser;;;1,5
Nordmöbel;;✔;0;2
Tischwerk;;nein;✓;✓
Summe;;3;2;3
"""
ZEITEN = """\
slot;start;end
früh;12.05.2026 09:00;09:30
mittel;12.05.2026 09:30;10:00
spät;12.05.2026 10:00;10:30
"""


def test_a_matrix_in_german_with_hours_of_its_own() -> None:
    Path("wuensche.csv").write_text(WUENSCHE, encoding="utf-8-sig")
    Path("zeiten.csv").write_text(ZEITEN)
    done = made("wuensche.csv", "--slots-file", "zeiten.csv", "--tables", "3")
    # all seven can be held: nobody has more than two wishes and there are three slots
    table = written(done.stdout.removeprefix("\ufeff"), ";")
    assert len(table) == 7
    assert all(table.values())
    assert ("Holzhaus / Herr Moser", "Eiche AG") in table
    assert ("Nordmöbel", "Buche GmbH") not in table
    assert "Value                 9.5 (sum of weights)" in done.stderr
    said = " ".join(done.stderr.split())
    assert (
        "read wuensche.csv: a matrix of 4 rows and 3 columns; 2 rows above the header passed over (1:" in said
    )
    assert "'12.05.2026 09:00' is 2026-05-12 09:00" in said
    assert max(map(len, done.stderr.splitlines())) <= 80


# An alumni afternoon: wishes out of a form (other columns, no weights), and a poll as a service exports it,
# with rows for month, day and time, merged; somebody who can only if need be; a count below.


def poll() -> None:
    book: Any = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Poll"
    for line in (
        ['Poll "Alumni afternoon"'],
        ["https://poll.example/abc"],
        [],
        [None, "June 2026", None, None, None],
        [None, "Thu 4", None, "Fri 5", None],
        [None, "4:00 PM – 4:30 PM", "4:30 PM – 5:00 PM", "4:00 PM – 4:30 PM", "4:30 PM – 5:00 PM"],
        ["Ida Marsh", "OK", None, "(OK)", None],
        ["Joe Field", "OK", "OK", None, None],
        ["Kim Brook", None, "OK", "OK", "OK"],
        ["Count", 2, 2, 2, 1],
    ):
        sheet.append(line)
    for cells in ("B4:E4", "B5:C5", "D5:E5"):
        sheet.merge_cells(cells)
    book.save("poll.xlsx")


FORM = """\
Timestamp,Your name,Whom would you like to meet?,E-mail
2026/05/01 9:12,Ida Marsh,Joe Field,ida@example.org
2026/05/01 9:40,Ida Marsh,Kim Brook,ida@example.org
2026/05/02 8:02,Kim Brook,Joe Field,kim@example.org
"""
MAPPED = ("--map", "who=Your name", "--map", "whom=Whom would you like to meet?", "--ignore-unknown")


def test_a_form_and_a_poll() -> None:
    Path("form.csv").write_text(FORM)
    poll()
    arguments = ("form.csv", *MAPPED, "--availability", "poll.xlsx", "--tables", "2")
    done = made(*arguments)
    table = list(rows(done.stdout))
    # Ida has one yes, Thursday at 4:00, shared with Joe; Joe and Kim share Thursday at 4:30
    assert [each["start"] for each in table] == ["2026-06-04 16:00", "", "2026-06-04 16:30"]
    assert table[0]["slot"] == "June 2026 Thu 4 4:00 PM – 4:30 PM"
    assert {each["weight"] for each in table} == {"1"}
    said = " ".join(done.stderr.split())
    assert "read poll.xlsx: a poll of 4 slots and 3 rows; 3 merged cells filled" in said
    assert "1 row below the header passed over (10: 'Count')" in said
    assert "note: form.csv: columns that are not used: 'Timestamp', 'E-mail'" in said
    with_need = list(rows(made(*arguments, "--if-need-be", "yes").stdout))
    assert with_need[1]["start"] == "2026-06-05 16:00"


# A supplier forum in one workbook: the sheets Requests (merged companies, two rows of header, ranks), Slots
# (times as Excel keeps them) and Limits. Two commands: the first finds a slip, the second makes the table.


def forum(name: str = "Birch Mill") -> None:
    import datetime as dt

    book: Any = openpyxl.Workbook()
    first, requests, slots, limits, people = (
        book.active,
        *(book.create_sheet(each) for each in ("Requests", "Slots", "Limits", "People")),
    )
    first.title = "Read me"
    first.append(["Supplier forum: see the other sheets"])
    for line in (
        ["Wishes of our buyers", None, None, None],
        ["Buyer", "Wish", None, None],
        ["who", "whom", "Rank", "must"],
        ["Ash Stores", name, 1, None],
        [None, "Cedar Works", 2, "x"],
        ["Elm Market", "Birch Mill", 1, None],
        [None, "Cedar Works", 2, None],
    ):
        requests.append(line)
    for cells in ("A1:D1", "B2:D2", "A4:A5", "A6:A7"):
        requests.merge_cells(cells)
    slots.append(["slot", "start", "end", "tables"])
    for number in range(2):
        begins = dt.datetime(2026, 9, 3, 9, 0) + dt.timedelta(minutes=20 * number)
        slots.append([f"S{number + 1}", begins, begins + dt.timedelta(minutes=20), 2])
    limits.append(["who", "most"])
    limits.append(["Cedar Works", 1])
    for each in ("name", "Ash Stores", "Elm Market", "Birch Mill", "Cedar Works"):
        people.append([each])
    book.save("forum.xlsx")


ALL = ("forum.xlsx", "--slots-file", "forum.xlsx", "--limits", "forum.xlsx", "--people", "forum.xlsx")


def test_a_workbook_with_all_lists() -> None:
    forum("Birhc Mill")
    done = command(*ALL)
    assert done.exit_code == 2
    assert done.stderr == (
        "forum.xlsx!Requests:4: column 'whom': found 'Birhc Mill'; nobody of that name is in the list of "
        "people; did you mean 'Birch Mill'?\n"
    )
    forum()
    done = made(*ALL)
    # Cedar has one meeting, the one that must be; the first choices are both held
    table = {(each["who"], each["whom"]): each for each in rows(done.stdout)}
    assert [bool(each["slot"]) for each in table.values()] == [True, True, True, False]
    assert [each["weight"] for each in table.values()] == ["2", "1", "2", "1"]
    assert {each["start"] for each in table.values()} == {"2026-09-03 09:00", "2026-09-03 09:20", ""}
    said = " ".join(done.stderr.split())
    assert "read forum.xlsx!Requests: 4 merged cells filled; 2 rows above the header passed over" in said
    assert "ranks: of a person's R, rank r is worth R + 1 - r" in said


def test_a_sheet_is_chosen_by_its_name() -> None:
    forum()
    done = command("forum.xlsx", "--sheet", "requests=Limits", "--slots", "2", "--tables", "2")
    assert done.exit_code == 2
    assert "forum.xlsx!Limits:1: column 'whom': missing column: whom he asks\n" in done.stderr
    done = command("forum.xlsx", "--sheet", "requests=Request", "--slots", "2", "--tables", "2")
    assert done.stderr == "forum.xlsx: has no sheet 'Request'; did you mean 'Requests'?\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--map", "whoo=A"), "there is no column 'whoo'; did you mean 'who'?"),
        (("--map", "who"), "'who' is not a COLUMN=NAME such as who=\"Company A\""),
        (("--map", "who=A", "--map", "who=B"), "'who' is given twice"),
        (("--sheet", "slot=A"), "there is no list 'slot'; did you mean 'slots'?"),
        (("--if-need-be", "maybe"), "'maybe' is not one of 'yes', 'no'"),
    ],
)
def test_what_is_said_wrongly_of_a_list_ends_with_2(arguments: tuple[str, ...], says: str) -> None:
    done = command("requests.csv", "--slots", "2", "--tables", "2", *arguments)
    assert done.exit_code == 2
    assert says in " ".join(done.stderr.split())


def test_the_page_of_layouts_needs_no_lists() -> None:
    done = made("--help-layouts")
    assert done.stdout.startswith("In which layouts `exposim timetable` reads lists\n")
    assert "--help-layouts" in command("--help").output


def test_ranks_on_the_command_line() -> None:
    text = io.StringIO()
    csv.writer(text).writerows([["who", "whom", "weight"], ["Ann", "Ben", 1], ["Ann", "Cem", 2]])
    done = made("-", "--ranks", "--slots", "1", "--tables", "1", stdin=text.getvalue().encode())
    assert written(done.stdout) == {("Ann", "Ben"): "1", ("Ann", "Cem"): ""}
    assert "rank r is worth R + 1 - r" in " ".join(done.stderr.split())
    assert (
        "read"
        not in made(
            "-", "--ranks", "-q", "--slots", "1", "--tables", "1", stdin=text.getvalue().encode()
        ).stderr
    )
