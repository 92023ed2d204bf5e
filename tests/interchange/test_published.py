"""A published timetable read back: matched with the requests as they are now, or refused with a line."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.interchange import (
    Arranged,
    ListError,
    Lists,
    arrange,
    changes,
    changes_csv,
    read_published,
    rearrange,
    timetable_csv,
)
from sim.interchange.changes import changes_summary
from sim.matchmaking import violations
from sim.matchmaking.replan.replan import Claim
from tests.cli.timetables import rows
from tests.interchange.lists import read, row

SLOTS = (
    "slot,start,end,tables\nA,2024-11-26 10:00,2024-11-26 10:30,2\nB,2024-11-26 10:30,2024-11-26 11:00,2\n"
)
WRITTEN = "who,whom,weight,slot,start,end,table,reason"

pytestmark = pytest.mark.usefixtures("here")


def again(lists: Lists, published: str | bytes, **options: Any) -> Arranged:
    source = published.encode() if isinstance(published, str) else published
    return rearrange(lists, read_published(source, lists), **options)


def slots_of(made: Arranged) -> list[str | None]:
    return [each.slot for each in made.rows()]


def crowd(seed: int, pairs: int = 40, *, ids: bool = False, once: bool = False) -> tuple[str, Lists]:
    """Requests of companies and buyers, some pairs twice, and who is there when."""
    chance = random.Random(seed)
    names = [(f"Firma {chance.randrange(6)}; Co", f"buyer {chance.randrange(12)}") for _ in range(pairs)]
    text = ("id," if ids else "") + "who,whom,weight\n"
    for number, (one, other) in enumerate(names):
        text += (f"r{number}," if ids else "") + f"{one},{other},{chance.randrange(9)}\n"
    lists = read(text, slots=5, tables=4, once=once)
    return text, lists


@pytest.mark.parametrize("ids", [False, True])
@pytest.mark.parametrize("once", [False, True])
def test_unchanged_lists_give_the_same_bytes(ids: bool, once: bool) -> None:
    for seed in range(3):
        _, lists = crowd(seed, ids=ids, once=once)
        written = timetable_csv(arrange(lists))
        made = again(lists, written)
        assert timetable_csv(made) == written
        assert changes(made) == []
        assert made.timetable.proven


def test_changes_said_are_those_between_the_two_files() -> None:
    kinds = set()
    for seed, tables in enumerate((3, 4)):
        chance = random.Random(seed)
        text, lists = crowd(seed)
        written = timetable_csv(arrange(lists))
        lines = text.splitlines()
        left = [lines[0], *(line for line in lines[1:] if chance.random() > 0.1)]
        left += [f"Firma {chance.randrange(6)}; Co,someone new,7", "Newcomer,buyer 3,5"]
        head = "who," + ",".join(map(str, range(1, 6)))
        free = f"{head}\nFirma 1; Co,no,yes,yes,no,yes\nbuyer 3,no,yes,yes,yes,yes\n"
        later = read("\n".join(left) + "\n", slots=5, tables=tables, availability=free, ignore_unknown=True)
        made = again(later, written)
        assert not violations(made.timetable.problem, made.timetable.slot, made.timetable.table)
        before = {place(each): each for each in rows(written.decode()) if each["slot"]}
        after = {place(each): each for each in rows(timetable_csv(made).decode()) if each["slot"]}
        told = rows(changes_csv(made).decode())
        kinds |= {each["what"] for each in told}
        expected = set()
        for meeting in (before | after).values():
            # those of the same two people are told apart by their slots
            if place(meeting) in before and place(meeting) in after:
                one, other = before[place(meeting)]["table"], after[place(meeting)]["table"]
                if one != other:
                    expected |= both(meeting, meeting["slot"], one, meeting["slot"], other)
        for meeting in before.values():
            if place(meeting) not in after:
                expected |= both(meeting, meeting["slot"], meeting["table"], "", "")
        for meeting in after.values():
            if place(meeting) not in before:
                expected |= both(meeting, "", "", meeting["slot"], meeting["table"])
        said = set()
        for each in told:
            old = (each["person"], each["partner"], each["old_slot"], each["old_table"])
            new = (each["new_slot"], each["new_table"])
            if each["what"] == "moved":
                said |= {(*old, "", ""), (each["person"], each["partner"], "", "", *new)}
            else:
                said.add((*old, *new))
        assert said == expected
    assert kinds == {"moved", "table", "cancelled", "new"}


def place(meeting: dict[str, str]) -> tuple[str, str, str]:
    return meeting["who"], meeting["whom"], meeting["slot"]


def both(meeting: dict[str, str], *where: str) -> set[tuple[str, ...]]:
    return {(meeting["who"], meeting["whom"], *where), (meeting["whom"], meeting["who"], *where)}


def test_requests_are_matched_by_id_and_else_by_who_and_whom() -> None:
    lists = read("id,who,whom,weight\ns,Ann,Ben,1\nr,Ann,Ben,1\n,Cem,Ann,1\n", slots=3)
    made = again(lists, "id,who,whom,slot,table\nr,Ann,Ben,3,1\ns,Ann,Ben,1,1\n,Ann,Cem,2,2\n")
    assert slots_of(made) == ["1", "3", "2"]
    assert changes(made) == []


def test_several_requests_of_two_people_are_matched_by_slot_where_some_are_new() -> None:
    lists = read("who,whom,weight,slot\nAnn,Ben,1,\nAnn,Ben,1,2\nAnn,Ben,1,\n", slots=3)
    made = again(lists, "who,whom,slot,table\nAnn,Ben,2,1\nAnn,Ben,3,1\n")
    assert slots_of(made) == ["3", "2", "1"]
    assert [each.what for each in changes(made)] == ["new", "new"]


def test_of_requests_that_count_once_the_one_that_counts_has_the_meeting() -> None:
    text = "who,whom,weight\nAnn,Ben,1\nBen,Ann,2\n"
    lists = read(text, slots=2, once=True)
    made = again(lists, "who,whom,slot,table\nAnn,Ben,2,1\n")
    assert slots_of(made) == [None, "2"]
    assert changes(made) == []


def test_slots_are_known_by_name_at_the_same_time_and_else_by_their_times() -> None:
    lists = read("who,whom,weight\nAnn,Ben,1\nCem,Dan,1\n", slots=SLOTS, tables=None)
    times = "2024-11-26 10:30,2024-11-26 11:00"
    made = again(lists, f"who,whom,slot,start,end,table\nAnn,Ben,late,{times},1\nCem,Dan,B,{times},2\n")
    assert slots_of(made) == ["B", "B"]
    assert changes(made) == []
    # 'A' was later then: at its time there is no slot any more, and its meeting is moved
    made = again(lists, "who,whom,slot,start,end,table\nAnn,Ben,A,2024-11-26 17:00,2024-11-26 17:30,1\n")
    (first, _, *_) = changes(made)
    assert (first.what, first.old_slot) == ("moved", "A")
    assert first.why == "there is no slot 'A' at that time any more"
    # what was called 'A' is 'B' now; and what ended when no slot does is in none, whenever it began
    made = again(lists, "who,whom,slot,start,table\nAnn,Ben,A,2024-11-26 10:30,1\n")
    assert (slots_of(made)[0], [each.what for each in changes(made) if each.person == "Ann"]) == ("B", [])
    made = again(lists, "who,whom,slot,start,end,table\nAnn,Ben,B,2024-11-26 10:30,2024-11-26 10:45,1\n")
    assert changes(made)[0].why == "there is no slot 'B' at that time any more"
    made = again(lists, "who,whom,slot,start,end,table\nAnn,Ben,C,2024-11-26 10:30,2024-11-26 10:45,1\n")
    assert changes(made)[0].why == "there is no slot 'C' at that time any more"


def test_a_change_says_why() -> None:
    free = "who,1,2\nBen,no,yes\n"
    lists = read("who,whom,weight\nAnn,Ben,1\nAnn,Cem,1\n", slots=2, tables=1, availability=free)
    made = again(lists, "who,whom,slot,table\nAnn,Ben,1,1\nAnn,Cem,2,2\nDan,Ann,2,1\n")
    assert [str(each) for each in changes(made)] == [
        "Ann: 1 with Ben moved to 2, table 1 → 1 (Ben is away)",
        "Ann: 2 with Cem moved to 1, table 2 → 1 (Ann has another meeting then)",
        "Ann: 2 with Dan cancelled (it is not asked for any more)",
        "Ben: 1 with Ann moved to 2, table 1 → 1 (Ben is away)",
        "Cem: 2 with Ann moved to 1, table 2 → 1 (Ann has another meeting then)",
        "Dan: 2 with Ann cancelled (it is not asked for any more)",
    ]
    assert made.publication is not None
    (note,) = made.publication.notes
    said = "no request asks for the meeting of 'Dan' and 'Ann' any more: it is cancelled (1 such row)"
    assert note == f"<stdin>:4: {said}"


def test_whose_table_has_others_is_told_that_all_are_taken() -> None:
    lists = read("who,whom,must,slot\nAnn,Ben,,\nCem,Dan,yes,1\n", slots=2, tables=1)
    made = again(lists, "who,whom,slot,table\nAnn,Ben,1,1\n")
    assert [str(each) for each in changes(made) if each.person == "Ann"] == [
        "Ann: 1 with Ben moved to 2, table 1 → 1 (all tables are taken then)"
    ]


def test_names_that_spreadsheets_would_run_and_commas_go_out_and_in_again() -> None:
    lists = read('who;whom;weight\n=SUM(A1);"B;en";0,5\n', slots=1)
    written = timetable_csv(arrange(lists))
    assert timetable_csv(again(lists, written)) == written
    gone = read('who;whom;weight\n=SUM(A1);"B;en";0,5\n', slots=1, availability="who,1\n'=SUM(A1),no\n")
    first, second = rows(changes_csv(again(gone, written)).decode(), ";")
    assert (first["person"], second["person"]) == ("'=SUM(A1)", "B;en")


GOOD = "Ann,Ben,0.9,1,,,1,\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "Ann,ben,1,1,,,1,",
            "2: column 'whom': found 'ben'; nobody of that name is in the requests; did you",
        ),
        (
            GOOD + "Ben,Ann,1,1,,,2,",
            "3: column 'slot': found '1'; the same two have a meeting in it on line 2",
        ),
        (
            GOOD + "Dan,Ben,1,1,,,1,",
            "3: column 'table': found '1'; the meeting on line 2 is at it in the same",
        ),
        ("Ann,Ben,1,,,,1,", "2: column 'table': found '1', and no slot in which it is"),
        ("Ann,Ben,1,1,,,one,", "2: column 'table': found 'one'; allowed: a whole number from 1 to 100,000"),
        ("Ann,Ann,1,1,,,1,", "2: column 'whom': found 'Ann', who asks; nobody meets himself"),
        ("Ann,,1,1,,,1,", "2: column 'whom': found an empty cell; allowed: a name"),
        ("Eve,Fay,1,1,,,1,", " none of its 1 meeting is of a request in the list"),
    ],
)
def test_rows_that_cannot_be_are_refused_with_their_line(text: str, said: str) -> None:
    lists = read()
    with pytest.raises(ListError) as caught:
        read_published(row(text, WRITTEN).encode(), lists)
    (line,) = str(caught.value).splitlines()
    assert line.removeprefix("<stdin>:").startswith(said)


def test_an_id_of_other_people_or_twice_is_refused() -> None:
    lists = read("id,who,whom,weight\nr,Ann,Ben,1\ns,Ann,Cem,1\n")
    Path("old.csv").write_text("id,who,whom,slot\ns,Ann,Ben,1\nr,Ann,Ben,2\nr,Ann,Ben,\n")
    with pytest.raises(ListError) as caught:
        read_published(Path("old.csv"), lists)
    assert str(caught.value).splitlines() == [
        "old.csv:2: column 'id': found 's'; that request is now of 'Ann' and 'Cem' (line 3 of the requests)",
        "old.csv:4: column 'id': found 'r' again; it stands on line 3 already",
    ]


def test_the_tables_of_those_who_stay_are_theirs() -> None:
    lists = read("who,whom,weight\nAnn,Ben,1\nCem,Dan,1\nEve,Fay,1\n", slots=1, tables=3)
    made = again(lists, "who,whom,slot,table\nAnn,Ben,1,3\nCem,Dan,1,\n")
    assert made.timetable.table[0] == 2
    assert [each.what for each in changes(made)] == ["new", "new"]
    assert np.unique(made.timetable.table).tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({}, "1 meeting of 2 people; proven fewest"),
        ({"moves": "open"}, "1 meeting of 2 people; not known to be the fewest"),
        ({"people": "claimed"}, "1 meeting, proven fewest, of 2 people; fewest people as a solver claims"),
        ({"people": "open"}, "1 meeting, proven fewest, of 2 people; at least 2 people"),
        ({"meetings": "claimed"}, "1 meeting of 2 people; fewest, as a solver claims"),
    ],
)
def test_what_is_proven_and_what_is_claimed_are_two_words(claims: dict[str, Claim], said: str) -> None:
    lists = read("who,whom,weight\nAnn,Ben,1\n", slots=2, availability="who,1,2\nBen,no,yes\n")
    made = again(lists, "who,whom,slot,table\nAnn,Ben,1,1\n")
    assert made.replanned is not None
    told = replace(made, replanned=replace(made.replanned, claims=made.replanned.claims | claims))
    assert dict(changes_summary(told, changes(told)))["Moved in time"] == said


def test_longer_meetings_that_were_published_stay_at_their_time_and_table() -> None:
    hours = (9, 10, 11, 12)
    slots = "slot,start,end\n" + "".join(f"{n},2026-05-12 {n}:00,2026-05-12 {n + 1}:00\n" for n in hours)
    # who, whom, hours, from, table: not as a policy would do it, but as somebody may have published it
    told = [("A", "X", 1, 12, 1), ("A", "Y", 2, 9, 2), ("B", "X", 1, 9, 3), ("B", "Y", 2, 11, 3)]
    told += [("C", "Z", 1, 10, 1)]
    asked = "".join(f"{who},{whom},{60 * long}\n" for who, whom, long, *_ in told)
    lists = read("who,whom,minutes\n" + asked, slots=slots, tables=3)
    published = "who,whom,slot,start,end,table\n" + "".join(
        f"{who},{whom},{at},2026-05-12 {at:02}:00,2026-05-12 {at + long}:00,{table}\n"
        for who, whom, long, at, table in told
    )
    made = again(lists, published)
    assert [(each.slot, each.table) for each in made.rows()] == [(str(each[3]), each[4]) for each in told]
    assert changes(made) == []


def test_a_meeting_of_half_a_day_in_slots_of_five_minutes_stays_where_it_was_published() -> None:
    def clock(n: int) -> str:
        return f"2026-05-12 {9 + n // 12:02}:{5 * (n % 12):02}"

    slots = "slot,start,end\n" + "".join(f"{n},{clock(n)},{clock(n + 1)}\n" for n in range(64))
    asked = "who,whom,minutes\nA,X,250\nB,Y,5\n"
    published = (
        f"who,whom,slot,start,end,table\nA,X,12,{clock(12)},{clock(62)},2\nB,Y,3,{clock(3)},{clock(4)},1\n"
    )
    made = again(read(asked, slots=slots, tables=2), published)
    assert [(each.slot, each.table) for each in made.rows()] == [("12", 2), ("3", 1)]
    assert changes(made) == []


def test_a_slot_of_the_same_name_that_is_later_than_the_meeting_ended_is_another() -> None:
    slots = "slot,start,end\n1,2026-05-12 09:00,2026-05-12 09:30\n2,2026-05-12 09:30,2026-05-12 10:00\n"
    lists = read("who,whom\nAnn,Ben\n", slots=slots)
    for end, place in (("09:30", -1), ("10:00", 1)):
        told = f"who,whom,slot,end\nAnn,Ben,2,2026-05-12 {end}\n".encode()
        assert read_published(told, lists).published.slot.tolist() == [place]
