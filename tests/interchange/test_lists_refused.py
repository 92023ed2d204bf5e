"""Anyone's lists that cannot be meant are refused with file, line and column, all at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.interchange.slots_csv import MOST_SLOTS
from tests.interchange.lists import GOOD, read, row, says

pytestmark = pytest.mark.usefixtures("here")

GOLDEN: dict[str, tuple[dict[str, Any], list[str]]] = {
    "no number": (
        {"requests": GOOD + "\n" * 8 + "Eve,Ben,x\n"},
        ["requests.csv:13: column 'weight': found 'x'; allowed: a number"],
    ),
    "all of a file, and of all files, at once": (
        {
            "requests": row("Ann,Ben,x\nAnn,,-1"),
            "limits": row("Ben,many", "who,delegates"),
            "availability": row("Ben,jo,no", "who,1,2"),
        },
        [
            "requests.csv:2: column 'weight': found 'x'; allowed: a number",
            "requests.csv:3: column 'whom': found an empty cell; allowed: a name",
            "availability.csv:2: column '1': found 'jo'; allowed: yes or no (or 1 or 0)",
            "limits.csv:2: column 'delegates': found 'many'; allowed: a whole number from 0 to 1,000",
        ],
    ),
    "an empty weight": (
        {"requests": row("Ann,Ben,")},
        ["requests.csv:2: column 'weight': found an empty cell; allowed: a number"],
    ),
    "no finite number": (
        {"requests": row("Ann,Ben,nan\nAnn,Cem,inf\nAnn,Dan,1_0\nAnn,Eve,1e10\nAnn,Fay,٣")},
        [
            "requests.csv:2: column 'weight': found 'nan'; allowed: a number",
            "requests.csv:3: column 'weight': found 'inf'; allowed: a number",
            "requests.csv:4: column 'weight': found '1_0'; allowed: a number",
            "requests.csv:5: column 'weight': found '1e10'; allowed: a number from -1,000,000,000 to "
            "1,000,000,000",
            "requests.csv:6: column 'weight': found '٣'; allowed: a number",
        ],
    ),
    "a decimal comma among commas": (
        {"requests": row('Ann,Ben,"0,5"')},
        ["requests.csv:2: column 'weight': found '0,5'; allowed: a number, with a decimal point"],
    ),
    "decimal commas and points in one file": (
        {"requests": row("Ann;Ben;0,5\nAnn;Cem;1.500", "who;whom;weight")},
        ["requests.csv:3: column 'weight': found '1.500'; decimals in this file have commas (line 2)"],
    ),
    "an unquoted comma": (
        {"requests": row("Ann,Ben,0,5\nAnn,Ben")},
        [
            "requests.csv:2: found 4 cells; the header has 3 columns (a cell with ',' in it needs quotes)",
            "requests.csv:3: found 2 cells; the header has 3 columns",
        ],
    ),
    "people of rows that cannot be read are not missed": (
        {"requests": row("Ann,Ben,1\nCem,Dan"), "limits": row("Dan,2", "who,delegates")},
        ["requests.csv:3: found 2 cells; the header has 3 columns"],
    ),
    "a misspelt column": (
        {"requests": row("Ann,Ben,1", "who,whom,weigth")},
        ["requests.csv:1: column 'weigth': unknown column; did you mean 'weight'?"],
    ),
    "an unknown column": (
        {"requests": row("Ann,Ben,1,a@b.c", "who,whom,weight,email")},
        [
            "requests.csv:1: column 'email': unknown column; allowed: who, whom, with, weight, rank, "
            "wish_who, wish_whom, arrival, must, veto, slot, language, id, after, one_of, minutes, place"
        ],
    ),
    "a column twice and one without a name": (
        {"requests": row("Ann,,1,1", "who,,weight,Weight")},
        [
            "requests.csv:1: column 2 has no name",
            "requests.csv:1: column 'weight': stands twice in the header",
            "requests.csv:1: column 'whom': missing column: whom he asks",
        ],
    ),
    "a meeting with oneself": (
        {"requests": row("Ann,Ann,1")},
        ["requests.csv:2: column 'whom': found 'Ann', who asks; nobody meets himself"],
    ),
    "must and veto": (
        {"requests": row("Ann,Ben,1,yes,1", "who,whom,weight,must,veto")},
        ["requests.csv:2: column 'veto': found '1', and it must be held"],
    ),
    "no yes or no": (
        {"requests": row("Ann,Ben,1,perhaps", "who,whom,weight,must")},
        ["requests.csv:2: column 'must': found 'perhaps'; allowed: yes or no (or 1 or 0)"],
    ),
    "a slot that does not exist": (
        {"requests": row("Ann,Ben,1,3", "who,whom,weight,slot")},
        ["requests.csv:2: column 'slot': found '3'; there is no such slot (they are 1, 2)"],
    ),
    "a misspelt slot": (
        {
            "requests": row("Ann,Ben,1,Tues 10:00", "who,whom,weight,slot"),
            "slots": row("Tue 10:00,2\nTue 10:30,2", "slot,tables"),
            "tables": None,
        },
        [
            "requests.csv:2: column 'slot': found 'Tues 10:00'; there is no such slot "
            "(they are Tue 10:00, Tue 10:30); did you mean 'Tue 10:00'?"
        ],
    ),
    "a language without interpreters": (
        {"requests": row("Ann,Ben,1,magyar", "who,whom,weight,language"), "interpreters": {"magyr": 2}},
        [
            "requests.csv:2: column 'language': found 'magyar'; no --interpreters LANGUAGE=N for it; "
            "did you mean 'magyr'?"
        ],
    ),
    "an id twice, one that is not there, and a circle": (
        {
            "requests": row(
                "Ann,Ben,1,a,c\nAnn,Cem,1,b,a\nAnn,Dan,1,c,b\nAnn,Eve,1,a,first", "who,whom,weight,id,after"
            )
        },
        [
            "requests.csv:2: column 'after': goes round in a circle: 'a' after 'c' after 'b' after 'a'",
            "requests.csv:5: column 'id': found 'a' again; it stands on line 2 already",
            "requests.csv:5: column 'after': found 'first'; no request has that id",
        ],
    ),
    "after without ids": (
        {"requests": row("Ann,Ben,1,a", "who,whom,weight,after")},
        ["requests.csv:2: column 'after': names a request by its id; there is no column 'id'"],
    ),
    "no arrival": (
        {
            "requests": row(
                "Ann,Ben,1,yesterday\nAnn,Cem,1,3\nAnn,Dan,1,2024-11-01", "who,whom,weight,arrival"
            )
        },
        [
            "requests.csv:2: column 'arrival': found 'yesterday'; allowed: a number, or a date such as "
            "2024-11-26 or 2024-11-26 10:00",
            "requests.csv:4: column 'arrival': found '2024-11-01'; the column has numbers elsewhere (line 3)",
        ],
    ),
    "strangers": (
        {
            "limits": row("BEN,2\nQuux,1", "who,delegates"),
            "availability": row("Cemm,yes,no", "who,1,2"),
        },
        [
            "availability.csv:2: column 'who': found 'Cemm'; nobody of that name is in the requests; "
            "did you mean 'Cem'?",
            "limits.csv:2: column 'who': found 'BEN'; nobody of that name is in the requests; "
            "did you mean 'Ben'?",
            "limits.csv:3: column 'who': found 'Quux'; nobody of that name is in the requests",
        ],
    ),
    "somebody twice": (
        {
            "limits": row("*,2\nBen,1\n*,3", "who,delegates"),
            "availability": row("Ben,yes,no\nBen,no,yes", "who,1,2"),
        },
        [
            "availability.csv:3: column 'who': found 'Ben' again; it stands on line 2 already",
            "limits.csv:4: column 'who': found '*' again; it stands on line 2 already",
        ],
    ),
    "an empty cell that may mean either": (
        {"availability": row("Ann,yes,\nBen,no,yes", "who,1,2")},
        [
            "availability.csv:2: column '2': found an empty cell; allowed: yes or no "
            "(both yes and no are written, so every cell must be)"
        ],
    ),
    "cells that are all empty": (
        {"availability": row("Ann,", "who,1"), "slots": 1},
        ["availability.csv:2: column '1': found an empty cell; allowed: yes or no (write yes or no)"],
    ),
    "availability of other slots": (
        {"availability": row("Ann,yes,no", "who,1,slot 2")},
        [
            "availability.csv:1: column 'slot 2': there is no such slot; allowed: who, 1, 2",
            "availability.csv:1: column '2': missing column: whether he is available in it",
        ],
    ),
    "limits out of range, and at odds": (
        {"limits": row("Ann,1.5,,,0\nBen,,1,2,\nCem,,-1,1001,", "who,delegates,most,least,in_row")},
        [
            "limits.csv:2: column 'delegates': found '1.5'; allowed: a whole number from 0 to 1,000",
            "limits.csv:2: column 'in_row': found '0'; allowed: a whole number from 1 to 1,000",
            "limits.csv:3: column 'least': found 2, which is more than the most, 1",
            "limits.csv:4: column 'most': found '-1'; allowed: a whole number from 0 to 1,000,000",
            "limits.csv:4: column 'least': found '1001'; allowed: a whole number from 0 to 1,000",
        ],
    ),
    "thousands, which might be ones": (
        {"limits": row("Ann;1.000;3.0\nBen;1,000;3,0", "who;most;least")},
        [
            "limits.csv:2: column 'most': found '1.000'; allowed: a whole number from 0 to 1,000,000",
            "limits.csv:3: column 'most': found '1,000'; allowed: a whole number from 0 to 1,000,000",
        ],
    ),
    "limits at odds by way of everybody's": (
        {"limits": row("*,2,\nBen,,3", "who,most,least")},
        [
            "limits.csv:3: column 'least': found 3, which is more than everybody's most, 2 (line 2): give "
            "him a most of his own"
        ],
    ),
    "limits by day at odds": (
        {
            "limits": row(
                "Ann,1,2,0,\nBen,,,,noon\nCem,,,,12:00-13:00", "who,most_a_day,least_a_day,days,lunch"
            )
        },
        [
            "limits.csv:2: column 'least_a_day': found 2, which is more than the most a day, 1",
            "limits.csv:2: column 'days': found '0'; allowed: a whole number from 1 to 1,000",
            "limits.csv:3: column 'lunch': found 'noon'; allowed: times such as 12:00-13:00, or names of "
            "slots such as 12:00 | 12:30",
            "limits.csv:4: column 'lunch': found '12:00-13:00', and the slots have no times",
        ],
    ),
    "a table that nobody has": (
        {"limits": row("Ann,3", "who,place")},
        ["limits.csv:2: column 'place': found '3', and there are 2 tables at most"],
    ),
    "a table that there is nowhere, as a spreadsheet may write it": (
        {"limits": row("Ben,3.0\nAnn,2.0", "who,place")},
        ["limits.csv:2: column 'place': found '3.0', and there are 2 tables at most"],
    ),
    "slots at odds": (
        {
            "slots": row(
                "a,2024-11-26 10:00,2024-11-26 10:30,1\na,10:30,2024-11-26,2\n"
                "b,2024-11-26 11:00,2024-11-26 11:00,two\n,2024-11-26 12:00+01:00,2024-11-26 12:30+01:00,",
                "slot,start,end,tables",
            ),
            "tables": None,
        },
        [
            "slots.csv:3: column 'slot': found 'a' again; it stands on line 2 already",
            "slots.csv:3: column 'start': found '10:30'; allowed: a date and a time such as 2024-11-26 10:00",
            "slots.csv:3: column 'end': found '2024-11-26'; allowed: a date and a time such as "
            "2024-11-26 10:00",
            "slots.csv:4: column 'end': found '2024-11-26 11:00', which is not after the start",
            "slots.csv:4: column 'tables': found 'two'; allowed: a whole number from 0 to 100,000",
            "slots.csv:5: column 'slot': found an empty cell; allowed: a name, such as 1 or Tue 10:00",
            "slots.csv:5: column 'start': found '2024-11-26 12:00+01:00'; other times in this column are "
            "without an offset from UTC",
            "slots.csv:5: column 'end': found '2024-11-26 12:30+01:00'; other times in this column are "
            "without an offset from UTC",
            "slots.csv:5: column 'tables': found an empty cell; allowed: a whole number, or say --tables K",
        ],
    ),
    "slots side by side": (
        {
            "slots": row(
                "b,2024-11-26 10:15,2024-11-26 10:45\na,2024-11-26 10:00,2024-11-26 10:30", "slot,start,end"
            )
        },
        [
            "slots.csv:2: column 'start': found '2024-11-26 10:15', when slot 'a' (line 3) has not ended; "
            "areas side by side are one slot with all their tables"
        ],
    ),
    "a start without an end": (
        {"slots": row("a,2024-11-26 10:15", "slot,start")},
        ["slots.csv:1: column 'end': missing column: when it ends; start and end go together"],
    ),
    "tables that nobody says": (
        {"slots": row("a", "slot"), "tables": None},
        ["slots.csv:1: column 'tables': missing column: tables in it; or say --tables K"],
    ),
    "tables said twice": (
        {"slots": row("a,1", "slot,tables")},
        ["slots.csv:1: column 'tables': says the tables of every slot; --tables K would change nothing"],
    ),
    "no file": ({"limits": Path("limts.csv")}, ["limts.csv: cannot be read: there is no such file"]),
    "a directory": ({"limits": Path("/")}, ["/: cannot be read: it is a directory"]),
    "nothing": ({"requests": " \n,,\n"}, ["requests.csv:1: is empty; columns needed: who, whom"]),
    "what is wrong with a header below a title is on its own line": (
        {
            "requests": "Our wishes\n\nwho,whom\n",
            "slots": "Halls\n,\nslot,start,tables\n1,10:00,3\n",
            "tables": 3,
        },
        [
            "requests.csv:3: has a header but no rows",
            "slots.csv:3: column 'tables': says the tables of every slot; --tables K would change nothing",
            "slots.csv:3: column 'end': missing column: when it ends; start and end go together",
        ],
    ),
    "a day of each slot below a title, and when days end": (
        {"slots": "Halls\n\nslot,start,end,day\n1,10:00,11:00,Monday\n", "day_ends": 3_600_000},
        ["slots.csv:3: column 'day': says the day of every slot; --day-ends would change nothing"],
    ),
    "slots without tables below a title": (
        {"slots": "Halls\n\nslot\n1\n", "tables": None},
        ["slots.csv:3: column 'tables': missing column: tables in it; or say --tables K"],
    ),
    "a calendar without slots below a title": (
        {"slots": None, "availability": "People\n\nwho\nAnn\n"},
        ["availability.csv:3: has no slots: a column for each is needed"],
    ),
    "a header only": ({"requests": "who,whom,weight\n,,\n"}, ["requests.csv:1: has a header but no rows"]),
    "an old encoding": (
        {"requests": row("Ann,Ben,1\nÁron,Ben,1").encode("cp1250")},
        ["requests.csv:3: is not UTF-8 text (byte 27); in Excel, save it as 'CSV UTF-8'"],
    ),
    "a workbook": (
        {"requests": b"PK\x03\x04\x14\x00"},
        ["requests.csv: is a workbook that cannot be read; in Excel, save it as 'CSV UTF-8'"],
    ),
    "no text": (
        {"requests": row("Ann,Ben\0,1")},
        ["requests.csv:2: is not text; in Excel, save it as 'CSV UTF-8'"],
    ),
    "a quote that is never closed": (
        {"requests": row('Ann,Ben,1\nAnn,"Cem,1\nDan,Ben,1')},
        ["requests.csv:3: is not CSV: a quote is opened here and never closed"],
    ),
    "text after a quote": (
        {"requests": row('Ann,"Ben" & Co,1')},
        ["requests.csv:2: is not CSV: ',' expected after '\"'"],
    ),
    "an availability file without rows": (
        {"slots": None, "availability": "who,1,2\n"},
        ["availability.csv:1: has a header but no rows"],
    ),
    "an availability file without a header": (
        {"slots": None, "availability": "1,2\n"},
        ["availability.csv:1: column 'who': missing column: who is available"],
    ),
    "an availability file without slots": (
        {"slots": None, "availability": "who\nAnn\n"},
        ["availability.csv:1: has no slots: a column for each is needed"],
    ),
}


@pytest.mark.parametrize("what", GOLDEN)
def test_what_is_wrong_is_said_with_file_line_and_column(what: str) -> None:
    given, lines = GOLDEN[what]
    assert says(**given) == lines


def test_the_line_is_that_on_which_the_row_begins() -> None:
    text = 'who,whom,weight\n"Ann\nof\nthe hill",Ben,1\n\nAnn,Ben,x\n'
    assert says(text) == ["requests.csv:6: column 'weight': found 'x'; allowed: a number"]


def test_of_very_many_problems_fifty_are_shown() -> None:
    lines = says("who,whom,weight\n" + "Ann,Ben,x\n" * 1000)
    assert len(lines) == 51
    assert lines[-1] == "requests.csv:52: and 950 more problems from here on"
    lines = says("who,whom,weight\n" + "Ann,Ben,x\n" * 50)  # all of so many
    assert (len(lines), lines[-1]) == (50, "requests.csv:51: column 'weight': found 'x'; allowed: a number")


def test_a_long_cell_is_shortened() -> None:
    assert says(row("Ann,Ben," + "9x" * 500))[0] == (
        f"requests.csv:2: column 'weight': found '{'9x' * 28}9...'; allowed: a number"
    )


def test_more_slots_than_can_be_are_refused() -> None:
    slots = "slot\n" + "".join(f"s{t}\n" for t in range(MOST_SLOTS + 1))
    assert says(slots=slots) == ["slots.csv: has 2,001 slots; allowed: 2,000 at most"]
    with pytest.raises(ValueError, match="slots must be from 1"):
        read(slots=0)


@pytest.mark.parametrize("given", [{"slots": None}, {"tables": None}])
def test_slots_and_tables_must_be_said(given: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="are needed"):
        read(**given)


def test_a_slot_is_not_named_by_what_a_terminal_would_obey() -> None:
    free = "who,\x1b[31mred,2\nAnn,yes,no\n"
    assert says(availability=free, slots=None) == [
        "availability.csv:1: column '\\x1b[31mred': allowed: text without control characters"
    ]


def chain(length: int, *, backwards: bool = False) -> str:
    rows = [f"a{i},b{i},1,r{i},{f'r{i - 1}' if i else ''}" for i in range(length)]
    return row("\n".join(reversed(rows) if backwards else rows), "who,whom,weight,id,after")


@pytest.mark.parametrize("backwards", [False, True])
def test_as_many_requests_as_there_can_be_slots_may_come_after_one_another_and_no_more(
    backwards: bool,
) -> None:
    assert len(read(chain(MOST_SLOTS, backwards=backwards)).requests.before) == MOST_SLOTS - 1
    line = 51 if backwards else MOST_SLOTS + 2
    assert says(chain(MOST_SLOTS + 50, backwards=backwards)) == [
        f"requests.csv:{line}: column 'after': comes after 2,000 that come after one another; "
        "allowed: 2,000 in a chain, as there can be slots"
    ]
