"""Edges of what is handed out and told: each would be wrong by one."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.interchange import (
    Arranged,
    Diaries,
    arrange,
    changes,
    diaries_of,
    publish_calendars,
    read_lists,
    read_published,
    rearrange,
)
from sim.interchange.changes import changes_summary
from sim.interchange.diaries.wording import time_name
from sim.interchange.reasons import named


def handed(requests: bytes, slots: bytes | int, tables: int = 2, limits: bytes | None = None) -> Diaries:
    return diaries_of(arrange(read_lists(requests, slots=slots, tables=tables, limits=limits)))


def test_who_has_rested_when_a_slot_begins_sits_in_it() -> None:
    # half-hours with half an hour between them: the rest ends as the next one begins
    slots = b"slot,start,end\nA,2024-11-26 10:00,2024-11-26 10:30\nB,2024-11-26 11:00,2024-11-26 11:30\n"
    found = handed(b"who,whom\nAsh,Ann\nAsh,Ben\n", slots, limits=b"who,rest\nAsh,30\n")
    assert [len(diary.meetings) for diary in found.diaries if diary.who == "Ash"] == [2]


def test_of_delegates_without_names_only_so_many_have_diaries_as_there_are_meetings() -> None:
    found = handed(b"who,whom\nAsh,Ann\n", 2, limits=b"who,delegates\nAsh,3\n")
    assert [(diary.who, diary.delegate) for diary in found.diaries] == [("Ann", ""), ("Ash", "")]


def test_two_meetings_of_the_same_two_keep_their_uids_when_they_change_places() -> None:
    def uids(first: str, second: str) -> dict[int, tuple[str, ...]]:
        asked = f"who,whom,slot\nAsh,Ann,{first}\nAsh,Ann,{second}\n".encode()
        return {meeting.request: meeting.uids for meeting in handed(asked, 2).meetings}

    assert uids("1", "2") == uids("2", "1")
    assert len(set(uids("1", "2").values())) == 2


def test_a_meeting_past_midnight_says_so() -> None:
    slots = b"slot,start,end\nA,2024-11-26 23:00,2024-11-26 23:30\nB,2024-11-26 23:45,2024-11-27 00:15\n"
    found = handed(b"who,whom\nAsh,Ann\n", slots)
    assert [time_name(found, t) for t in range(2)] == ["23:00–23:30", "23:45–00:15 (+1)"]


def test_a_mount_point_is_never_replaced(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(Path, "is_mount", lambda path: path == tmp_path)
    with pytest.raises(FileExistsError, match="is a mount point; give a new directory in it"):
        publish_calendars({}, tmp_path, force=True)


def replanned(asked: bytes, published: bytes, slots: bytes, limits: bytes | None = None) -> Arranged:
    lists = read_lists(asked, slots=slots, limits=limits)
    return rearrange(lists, read_published(published, lists))


def test_a_meeting_at_another_table_is_not_as_it_was() -> None:
    # table 2 is gone: that meeting goes to table 1
    made = replanned(
        b"who,whom\nAsh,Ann\nBen,Cem\n",
        b"who,whom,slot,table\nAsh,Ann,A,2\nBen,Cem,B,1\n",
        b"slot,tables\nA,1\nB,1\n",
    )
    told = dict(changes_summary(made, changes(made)))
    assert told["Published meetings"] == "2: 1 as they were, 0 cancelled, 0 new"
    assert told["Moved in place"] == "1 meeting at another table in the same slot"


def test_a_meeting_that_is_fixed_to_its_old_slot_was_not_cancelled_for_that() -> None:
    # both are fixed to the only slot, which has one table where it had two
    made = replanned(
        b"who,whom,slot\nAsh,Ann,A\nBen,Cem,A\n",
        b"who,whom,slot,table\nAsh,Ann,A,1\nBen,Cem,A,2\n",
        b"slot,tables\nA,1\n",
    )
    whys = {each.why for each in changes(made) if each.what == "cancelled"}
    assert len(whys) == 1
    assert whys.pop().startswith("there is 1 table now")


def test_four_lines_are_named_and_of_five_one_more_is_counted() -> None:
    assert named([2, 5, 7, 9]) == " (lines 2, 5, 7 and 9)"
    assert named([2, 5, 7, 9, 11]) == " (lines 2, 5, 7, 9 and 1 more)"


def test_a_row_of_a_matrix_is_named_once_whatever_many_requests_it_holds() -> None:
    lists = read_lists(b"Company,Oak,Elm,Fir\nAsh,X,X,X\n", slots=2, tables=1)
    made = arrange(lists)
    assert [row.reason for row in made.rows() if row.slot is None] == [
        "in every slot one or the other has a meeting or is away (line 2)"
    ]


def test_at_twelve_tables_all_are_named_and_at_more_none() -> None:
    def lines(tables: int) -> list[int]:
        asked = "".join(f"A{k},B{k},{1 + (k < tables)}\n" for k in range(tables + 1))
        made = arrange(read_lists(f"who,whom,weight\n{asked}".encode(), slots=1, tables=tables))
        return made.lines(tables)

    assert lines(12) == list(range(2, 14))
    assert lines(13) == []
