"""Lists in the layouts in which organisers keep them become what was meant, and it is said how."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sim.cli.layouts_page import PAGE
from sim.interchange import Lists, arrange
from sim.interchange.ghosts import ghosts
from sim.interchange.layouts.matrix import ROLES
from tests.interchange.lists import SLOTS, held, read, row, says

pytestmark = pytest.mark.usefixtures("here")


def asked(lists: Lists) -> list[tuple[str, str, float]]:
    one = lists.requests
    each = zip(one.who, one.whom, one.weight, strict=True)
    return [(lists.people[who], lists.people[whom], weight) for who, whom, weight in each]


def fixed(lists: Lists) -> dict[tuple[str, str], str]:
    one = lists.requests
    return {
        (lists.people[one.who[k]], lists.people[one.whom[k]]): lists.slots.names[slot]
        for k, slot in enumerate(one.slot)
        if slot >= 0 and one.must[k]
    }


# matrices

MATRIX = """\
Company,Type,Priority,Face,Oak,Elm,Fir,Yew
type:,,,,Mall,Mall,Tech,Tech
persons:,,,,2,2,1,1
Lily & Spa,Hotel,1,Kim,X,X,,
Lily & Spa,Hotel,0,Pat,,,X,X
Aster,Hotel,1,Ola,X,12:30,X,X
Briar,Restaurant,0,Max,X,12:00,,
Clover,Mall,0,Bo,X,X,X,X
Daisy,Hotel,0,,X,X,X,X
Erica,Hotel,0,,X,X,X,X
"""
TRANSLATED = """\
who,whom,weight,slot,must
Lily & Spa / Kim,Oak,2,,
Lily & Spa / Kim,Elm,2,,
Lily & Spa / Pat,Fir,1,,
Lily & Spa / Pat,Yew,1,,
Aster / Ola,Oak,2,,
Aster / Ola,Elm,2,12:30,yes
Aster / Ola,Fir,2,,
Aster / Ola,Yew,2,,
Briar / Max,Oak,1,,
Briar / Max,Elm,1,12:00,yes
Clover / Bo,Oak,1,,
Clover / Bo,Elm,1,,
Clover / Bo,Fir,1,,
Clover / Bo,Yew,1,,
Daisy,Oak,1,,
Daisy,Elm,1,,
Daisy,Fir,1,,
Daisy,Yew,1,,
Erica,Oak,1,,
Erica,Elm,1,,
Erica,Fir,1,,
Erica,Yew,1,,
"""


def test_a_matrix_of_companies_is_the_list_that_it_stands_for() -> None:
    lists = read(MATRIX, slots=SLOTS, tables=6)
    plain = read(TRANSLATED, slots=SLOTS, tables=6, limits="who,delegates\nOak,2\nElm,2\nFir,1\nYew,1\n")
    assert asked(lists) == asked(plain)
    assert fixed(lists) == fixed(plain) == {("Aster / Ola", "Elm"): "12:30", ("Briar / Max", "Elm"): "12:00"}
    assert lists.problem.capacity.tolist() == plain.problem.capacity.tolist()
    arranged = arrange(lists)
    made = arranged.timetable
    assert (made.meetings, made.value, made.bound) == (20, 26, 26)
    named = [arranged.lines(k) for k in range(len(made.slot))]
    assert any(named)
    assert all(lines == sorted(set(lines)) for lines in named)  # a row has many requests, and one line
    assert held(lists)["Aster / Ola", "Elm"] == "12:30"
    assert held(lists)["Briar / Max", "Elm"] == "12:00"
    assert str(lists.read[0]) == (
        "requests.csv: a matrix of 7 rows and 4 columns; row 'persons:' is delegates of those asked; 1 row "
        "below the header passed over (2: 'type:'); columns passed over: 'Type'; each of 'Face' is a person "
        "of the company: 'Company / Contact'; 'Priority' is added to what each request is worth; 2 cells "
        "with a time must be held then"
    )


@pytest.mark.parametrize(
    ("text", "requests"),
    [
        ("wish,Oak,Elm\nAnn,✓,\nBen,-,✔\n", [("Ann", "Oak", 1), ("Ben", "Elm", 1)]),
        ("wish;Oak;Elm\nAnn;0,5;\nBen;0;2\n", [("Ann", "Oak", 0.5), ("Ben", "Elm", 2)]),
        ("Firma;Eiche;Ulme\nAnn;ja;nein\nBen;;ja\nSumme;1;1\n", [("Ann", "Eiche", 1), ("Ben", "Ulme", 1)]),
        ("our wishes,,\n,,\n,Oak,Elm\nAnn,x,no\n", [("Ann", "Oak", 1)]),
        (",Ann,Ben\nAnn,x,2\nBen,1,\n", [("Ann", "Ben", 2), ("Ben", "Ann", 1)]),
        ("co,weight,Oak,Elm\nAnn,3,X,\nBen,,X,2\n", None),
        (
            "co,Weight,Oak,Elm\nAnn,3,X,\nBen,2,X,2\n",
            [("Ann", "Oak", 3), ("Ben", "Oak", 2), ("Ben", "Elm", 4)],
        ),
        ("co,prio,Oak,Elm\nAnn,1,-2,X\n", [("Ann", "Oak", -2), ("Ann", "Elm", 2)]),
        ("co,face,Oak\nAnn,Kim,X\n,Lu,X\n", [("Ann / Kim", "Oak", 1), ("Ann / Lu", "Oak", 1)]),
    ],
)
def test_marks_numbers_sums_titles_and_contacts_of_a_matrix(text: str, requests: list[Any] | None) -> None:
    if requests is None:
        assert says(text) == ["requests.csv:3: column 'weight': found an empty cell; allowed: a number"]
    else:
        assert asked(read(text)) == requests


def test_the_columns_of_a_matrix_and_of_a_poll_can_be_called_otherwise() -> None:
    text = "Nr.,Firma,Bonus-Punkte,Booth,Oak,Elm\n1,Ann,2,17,X,\n2,Ben,0,18,,X\n"
    lists = read(text, columns={"who": "Firma", "priority": "Bonus-Punkte"}, slots=2)
    assert asked(lists) == [("Ann", "Oak", 3), ("Ben", "Elm", 1)]
    assert "columns passed over: 'Nr.', 'Booth'" in str(lists.read[0])
    poll = "Firma,9:00,10:00\nAnn,x,\n"
    lists = read("Firma,whom\nAnn,Ben\n", slots=None, availability=poll, columns={"who": "Firma"})
    assert held(lists) == {("Ann", "Ben"): "9:00"}


def in_a_workbook(text: str, delimiter: str) -> bytes:
    book: Any = openpyxl.Workbook()
    for cells in csv.reader(io.StringIO(text), delimiter=delimiter):
        book.active.append([cell or None for cell in cells])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    "text", [MATRIX, TRANSLATED, "Title\nwho,whom\nAnn,Ben\n\nBen,Cem\n", ",Oak,Elm\nAnn,✓,\n"]
)
def test_a_workbook_is_read_as_the_same_list_in_csv(text: str) -> None:
    lists, book = read(text, slots=SLOTS), read(in_a_workbook(text, ","), slots=SLOTS)
    assert book.requests == lists.requests
    assert book.problem.capacity.tolist() == lists.problem.capacity.tolist()
    assert str(book.read[0]) == str(lists.read[0])


def test_what_is_wrong_in_a_matrix_is_said_in_its_own_columns() -> None:
    text = "co,face,Oak,Elm,Oak\nAnn,Kim,X,perhaps,\n,,X,,\nBen,,14:15,✓,\nCem,,1e10,,\n"
    assert says(text, slots=SLOTS) == [
        "requests.csv:1: column 'Oak': stands twice in the header",
        "requests.csv:2: column 'Oak': found 'X', which beside ✓ may mean yes or no; write yes or no",
        "requests.csv:2: column 'Elm': found 'perhaps'; allowed: a mark (X), a number or a slot "
        "(11:00, 12:00, 12:30, 13:00)",
        "requests.csv:3: column 'co': found an empty cell; allowed: a name",
        "requests.csv:4: column 'Oak': found '14:15'; allowed: a mark (X), a number or a slot "
        "(11:00, 12:00, 12:30, 13:00)",
        "requests.csv:5: column 'Oak': found '1e10'; allowed: a number from -1,000,000,000 to 1,000,000,000",
    ]
    assert says("co,Oak,Elm\npersons:,many,\nAnn,X,X\n") == [
        "requests.csv:2: column 'Oak': found 'many'; allowed: a whole number from 0 to 1,000"
    ]
    assert says("\nco,max,min,Oak\nAnn,2,3,X\nBen,-1,3.0,X\n") == [
        "requests.csv:3: column 'min': found 3, which is more than the most, 2",
        "requests.csv:4: column 'max': found '-1'; allowed: a whole number from 0 to 1,000,000",
    ]


def test_a_name_that_a_terminal_would_obey_is_refused_in_a_matrix_as_in_a_list() -> None:
    clean = "allowed: text without control characters"
    assert says("co,face,Oak,E\x1blm\nA\x1bnn,Kim,X,\nBen,K\x1bim,,X\n") == [
        rf"requests.csv:1: column 'E\x1blm': {clean}",
        rf"requests.csv:2: column 'co': found 'A\x1bnn'; {clean}",
        rf"requests.csv:3: column 'face': found 'K\x1bim'; {clean}",
    ]


def test_a_matrix_is_separated_by_what_cuts_most_of_its_rows_alike() -> None:
    lists = read(";Cem, Inc, of, X;Dan\nAnn;x;\nBen;;x\n")
    assert asked(lists) == [("Ann", "Cem, Inc, of, X", 1), ("Ben", "Dan", 1)]


def test_a_matrix_and_a_poll_of_too_many_cells_are_refused_on_the_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    matrix, poll = (
        ",Cem,Dan\nAnn,x,x\nBen,x,\n",
        "who,2026-05-12 09:00,2026-05-12 10:00\nAnn,yes,no\nBen,yes,no\n",
    )
    monkeypatch.setattr("sim.files.grids.MOST_CELLS", 8)
    assert says(matrix) == ["requests.csv:3: has too many cells; allowed: 8 at most"]
    said = says("who,whom\nAnn,Ben\n", slots=None, availability=poll)
    assert said == ["availability.csv:3: has too many cells; allowed: 8 at most"]


def test_a_list_of_limits_goes_before_what_a_matrix_says_column_by_column() -> None:
    matrix = "co,most,Oak,Elm\ndelegates:,,3,\nAnn,1,X,X\n"
    assert read(matrix).problem.capacity.tolist() == [1, 3, 1]
    lists = read(matrix, limits="who,delegates\nOak,2\n")
    assert lists.problem.capacity.tolist() == [1, 2, 1]
    assert lists.problem.most.tolist()[0] == 1
    # whoever has a least there has it as far as the most of the matrix goes
    lists = read("co,most,Oak,Elm\nAnn,1.0,X,X\nBen,,X,X\n", limits="who,least\nAnn,2\nBen,2\n")
    assert (lists.least.tolist(), lists.problem.most.tolist()[0]) == ([1, 0, 0, 2], 1)


@pytest.mark.parametrize(
    "text",
    [
        "day,qty,sum\n2024-01-01,5,3.2\n2024-01-02,4,1\n",
        "root:x:0:0\nbin:x:1:1\n",
        "a,b\nc,d\n",
        "Ann,Ben\n",
    ],
)
def test_a_file_that_may_be_anything_is_no_matrix_and_is_not_shown(text: str) -> None:
    assert says(text) == [
        "requests.csv:1: is no such list: its first line names none of its columns, who, whom"
    ]


# lists with titles, other names, without weights


def test_titles_above_the_header_and_other_names_of_columns_are_said() -> None:
    text = "Our wishes;;\n\nVersion 3, final;;\nFirma A;Firma B;Muss\nAnn;Ben;ja\nAnn;Cem;non\n"
    lists = read(text, columns={"who": "firma a", "whom": "Firma B", "must": "Muss"})
    assert asked(lists) == [("Ann", "Ben", 1), ("Ann", "Cem", 1)]
    assert lists.requests.must == (True, False)
    assert lists.requests.lines == (5, 6)
    assert [str(each) for each in lists.read] == [
        "requests.csv: 2 rows above the header passed over (1: 'Our wishes', 3: 'Version 3, final'); "
        "who is 'Firma A'; whom is 'Firma B'; must is 'Muss'; no weights: each request counts 1"
    ]


def test_a_plain_list_is_read_as_one() -> None:
    lists = read()
    assert [(str(each), each.plain) for each in lists.read] == [
        ("requests.csv: 3 rows; who, whom, weight", True)
    ]


def test_a_name_of_a_column_that_no_list_has_is_an_error_with_the_near_miss() -> None:
    text = "Firma A,Firma B\nAnn,Ben\n"
    columns = {"who": "Firma A", "whom": "Firma B", "weight": "Firma"}
    assert says(text, columns=columns) == [
        "--map weight=Firma: no list has a column 'Firma' that could be 'weight'; did you mean 'Firma B'?"
    ]


def test_a_column_may_be_called_what_it_is_and_a_list_of_people_has_names_whatever_the_others_have() -> None:
    assert read("who,whom\nAnn,Ben\n", columns={"who": "who"}).people == ("Ann", "Ben")
    Path("people.csv").write_text("Name\nAnn\nBen\n")
    given: dict[str, Any] = {"people": Path("people.csv"), "columns": {"who": "Visitor"}}
    assert read("Visitor,whom\nAnn,Ben\n", **given).people == ("Ann", "Ben")
    assert says("Visitor,whom\nAnn,Bem\n", **given) == [
        "requests.csv:2: column 'whom': found 'Bem'; nobody of that name is in the list of people; "
        "did you mean 'Ben'?"
    ]


# ranks and dislikes

RANKS = "who,whom,{}\nStudent,First choice,1\nStudent,Second choice,2\nStudent,Third choice,3\n"


def test_as_ranks_the_first_choice_wins() -> None:
    for lists in (read(RANKS.format("weight"), slots=1, ranked=True), read(RANKS.format("Rank"), slots=1)):
        assert lists.requests.weight == (3, 2, 1)
        assert held(lists)["Student", "First choice"] == "1"
        assert lists.notes == ()
        assert "of a person's R, rank r is worth R + 1 - r" in str(lists.read[0])


def test_ranks_are_of_a_persons_own_number_and_of_each_side() -> None:
    text = "who,whom,weight,wish_whom\nAnn,Ben,1,2\nAnn,Cem,2,1\nDan,Ben,1,1\nDan,Cem,1,\n"
    one = read(text, ranked=True).requests
    assert one.weight == (2, 1, 1, 1)
    assert one.wish_whom == (1, 1, 2, 1)
    assert says("who,whom,rank\nAnn,Ben,0\nAnn,Cem,1.5\n") == [
        "requests.csv:2: column 'rank': found '0'; allowed: a rank, a whole number from 1 (best)",
        "requests.csv:3: column 'rank': found '1.5'; allowed: a rank, a whole number from 1 (best)",
    ]
    assert says("who,whom,rank,weight\nAnn,Ben,1,1\n") == [
        "requests.csv:1: column 'rank': stands beside 'weight': one of them says what a request is worth"
    ]
    assert says("who,whom\nAnn,Ben\n", ranked=True) == [
        "requests.csv:1: column 'rank': missing column: there are no ranks to count by --ranks"
    ]


def test_weights_that_look_like_ranks_are_noted_and_others_are_not() -> None:
    note = (
        "requests.csv: everybody's weights are 1, 2, ... and look like ranks; the greatest counts most: if 1 "
        "is best, say --ranks"
    )
    assert read(RANKS.format("weight")).notes == (note,)
    assert read("who,whom,weight\nA,B,2\nA,C,1\nA,D,3\nE,B,1\nE,C,2\n").notes == (note,)
    for others in ("A,B,2\nA,C,1\n", "A,B,2\nA,C,1\nA,D,2\n", "A,B,2\nA,C,1\nA,D,3\nE,B,2\n"):
        assert read("who,whom,weight\n" + others).notes == ()


def test_columns_that_are_called_as_ranks_are_asked_about() -> None:
    text = "who,whom,Rang\nA,B,1\nA,C,1\n"
    assert says(text) == [
        "requests.csv:1: column 'Rang': unknown column; say --map rank='Rang' if 1 is best, or "
        "--map weight='Rang'"
    ]
    assert read(text, columns={"rank": "Rang"}).notes == ()
    assert read(text, columns={"weight": "Rang"}).notes == (
        "requests.csv: 'Rang' may be ranks; if 1 is best, say --ranks",
    )


def test_a_dislike_is_not_held_unless_it_must_be() -> None:
    text = "who,whom,weight,must,wish_whom\nAnn,Ben,-1,,\nAnn,Cem,2,,-0.5\nAnn,Dan,-3,yes,\nAnn,Eve,1,,\n"
    lists = read(text, slots=4)
    assert [whom for (_, whom), slot in held(lists).items() if slot] == ["Dan", "Eve"]
    made = arrange(lists)
    assert [each.weight for each in made.rows()] == [-1, 2, -3, 1]
    assert [each.reason for each in made.rows()][:2] == ["disliked: one side wishes it by less than 0"] * 2
    assert "3 requests below 0 not to be held" in str(lists.read[0])


def test_weights_are_kept_exactly_as_they_are_written() -> None:
    one = read("who;whom;weight\nAnn;Ben;0,1\nAnn;Cem;100000000,000000001\nAnn;Dan;1e-30\n").requests
    assert [str(each) for each in one.exact] == ["0.1", "100000000.000000001", "1E-30"]
    assert says(row("Ann,Ben,1e-31")) == [
        "requests.csv:2: column 'weight': found '1e-31'; allowed: a number of 30 decimals at most"
    ]


# slips of the pen

OFTEN = "".join(f"ACME GmbH,B{i},1\n" for i in range(12))


@pytest.mark.parametrize(
    "name", ["Acme Gmbh", "ACME GmbH.", "AMCE GmbH", "ACMEE GmbH", "ACM GmbH", "Ácme  GmbH"]
)
def test_a_name_in_one_row_that_nearly_is_a_frequent_one_is_noted(name: str) -> None:
    lists = read(f"who,whom,weight\n{OFTEN}{name},B0,1\n")
    assert lists.notes == (f"requests.csv:14: {name!r} is in one row; did you mean 'ACME GmbH' (in 12)?",)


@pytest.mark.parametrize("name", ["ACME AG", "CEMA GmbH", "ACME GmbH 2", "Acne Ltd"])
def test_a_name_that_differs_by_more_or_by_a_digit_is_not(name: str) -> None:
    assert read(f"who,whom,weight\n{OFTEN}{name},B0,1\n").notes == ()


def test_of_two_names_that_a_slip_is_near_the_more_frequent_is_meant() -> None:
    assert ghosts({"Birchx": 1, "Birchy": 9, "Birchz": 5}) == [("Birchx", "Birchy")]


def test_short_names_and_rare_ones_and_numbered_ones_are_not_taken_for_slips() -> None:
    short = "".join(f"Anna,B{i},1\nHost 12,B{i},1\n" for i in range(9))
    assert read(f"who,whom,weight\n{short}Anne,B1,1\nHost 13,B2,1\n").notes == ()
    assert read("who,whom,weight\nACME GmbH,B,1\nACME GmbH,C,1\nACNE GmbH,D,1\n").notes == ()


def test_with_a_list_of_people_an_unknown_name_is_an_error_with_the_near_miss() -> None:
    people = "Name,E-mail\nAnn,a@b.c\nBen,\nCem,\nDan,\nEve,\n"
    Path("people.csv").write_text(people)
    given: dict[str, Any] = {"people": Path("people.csv"), "limits": row("Eve,2", "who,delegates")}
    assert read(**given).people == ("Ann", "Ben", "Cem", "Dan")  # Eve may have limits, and no request
    assert says(row("Ann,Bern,1\nANN,Cem,1"), **given, availability=row("Dam,x,", "who,1,2")) == [
        "requests.csv:2: column 'whom': found 'Bern'; nobody of that name is in the list of people; "
        "did you mean 'Ben'?",
        "requests.csv:3: column 'who': found 'ANN'; nobody of that name is in the list of people; "
        "did you mean 'Ann'?",
        "availability.csv:2: column 'who': found 'Dam'; nobody of that name is in the list of people; "
        "did you mean 'Dan'?",
    ]


# the page of help


def examples() -> dict[str, str]:
    """The lists that the page shows, by the heading above each."""
    found: dict[str, list[str]] = {}
    heading = ""
    lines = PAGE.splitlines()
    for at, line in enumerate(lines):
        if at + 1 < len(lines) and re.fullmatch("-+", lines[at + 1]):
            heading = line
        elif heading != "Any list" and re.match("  [^ ]", line) and ("," in line or line == "  Our poll"):
            found.setdefault(heading, []).append(line.strip())
        elif found.get(heading):
            heading = "" if not line else heading
    return {name: "\n".join(each) + "\n" for name, each in found.items()}


def test_every_example_of_the_page_is_read_as_it_says() -> None:
    shown = examples()
    matrix = read(shown["Requests: a matrix"], slots=SLOTS)
    assert asked(matrix)[:3] == [
        ("Lily & Spa / Kim", "Oak", 2),
        ("Lily & Spa / Kim", "Elm", 2),
        ("Lily & Spa / Pat", "Fir", 1),
    ]
    assert matrix.problem.capacity.tolist() == [1, 2, 2, 1, 1, 1]
    assert asked(read(shown["Requests: a list"])) == [("Ann", "Ben", 2), ("Ann", "Cem", 1)]
    poll = read(row("Ann,Ben,1"), slots=None, tables=1, availability=shown["Availability: a poll"])
    assert held(poll) == {("Ann", "Ben"): "Mon, Jul 5, 2021 9:00 AM"}
    named = read(
        row("Ann,Ben,1"), slots=None, tables=1, availability=shown["Availability: a column for each slot"]
    )
    assert held(named) == {("Ann", "Ben"): "Tue 10:00"}
    slots = row("A,2024-11-26 09:00,2024-11-26 09:30\nB,2024-11-26 14:00,2024-11-26 14:30", "slot,start,end")
    free = read(row("Ann,Dan,1\nBen,Dan,1"), slots=slots, availability=shown["Availability: spans"])
    assert held(free) == {("Ann", "Dan"): "A", ("Ben", "Dan"): "B"}


def test_the_page_names_every_role_and_keeps_to_80_columns() -> None:
    assert max(map(len, PAGE.splitlines())) <= 80
    for role in set(ROLES) - {"in_row"}:
        assert re.search(rf"\b{role}\b", PAGE, re.IGNORECASE), role
