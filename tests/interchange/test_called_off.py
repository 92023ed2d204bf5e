"""Calendars of a timetable made again: whoever takes them in has the new meetings, and no old one is left."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Any

import pytest

from sim.files.text import read_cell
from sim.interchange import (
    Diaries,
    ListError,
    Lists,
    arrange,
    begin,
    calendars,
    diaries_of,
    read_lists,
    read_published,
    rearrange,
    replan,
    summary,
    timetable_csv,
    timetable_xlsx,
)
from sim.interchange.from_published import requests_from
from tests.interchange.handing import in_calendars, slots_file

ZONE = "Europe/Budapest"
Calendar = dict[str, tuple[int, Any]]  # the sequence and event of each UID


def taken_in(diaries: Diaries, calendar: dict[str, Calendar]) -> None:
    """Everybody takes in his files, as calendars do: the greater SEQUENCE counts."""
    files = calendars(diaries)
    rows = csv.DictReader(io.StringIO(files["index.csv"].decode("utf-8-sig"), newline=""))
    owner = {row["file"]: read_cell(row["who"]) + row["delegate"] for row in rows if row["file"]}
    for file, events in in_calendars(files).items():
        mine = calendar.setdefault(owner[file], {})
        for event in events:
            uid, sequence = str(event["uid"]), int(event["sequence"])
            assert uid not in mine or mine[uid][0] < sequence
            mine[uid] = sequence, event


def standing(calendar: dict[str, Calendar]) -> dict[str, list[str]]:
    """When each has meetings that are not called off."""

    def on(event: Any) -> bool:
        return str(event.get("status")) != "CANCELLED"

    return {
        who: sorted(str(event["dtstart"].dt) for _, event in own.values() if on(event))
        for who, own in calendar.items()
    }


def read(requests: str, tables: int = 2, limits: str = "", **there: str) -> Lists:
    """Lists of six slots; `there` has a digit for each slot, 0 where somebody is away."""
    rows = [f"{who},{','.join(digits)}" for who, digits in there.items()]
    return read_lists(
        f"who,whom,weight\n{requests}".encode(),
        slots=slots_file(("2024-10-26",), tables=tables),
        limits=f"who,delegates\n{limits}".encode() if limits else None,
        availability="\n".join(["who,1,2,3,4,5,6", *rows, ""]).encode() if rows else None,
    )


def test_whoever_takes_in_the_calendars_again_has_the_new_meetings_and_no_others() -> None:
    twice = "Ann,Ben,5\nAnn,Ben,4\nAnn,Cem,3\nEva,Cem,1\nEva,Fay,1\n"
    first = read(f"{twice}Dan,Ben,2\nGil,Ben,1\n", limits="Ben,2\n")
    # Dan's and Gil's meetings are asked for no more, so nobody knows Gil; Cem is away; Ann is late
    later = read(f"{twice}Dan,Fay,1\n", 1, "Ben,2\n", Cem="000000", Ann="011111")
    made = arrange(first)
    calendar: dict[str, Calendar] = {}
    taken_in(diaries_of(made, time_zone=ZONE), calendar)
    assert len(calendar["Gil"]) == len(calendar["Dan"]) == 1
    again = rearrange(later, read_published(timetable_csv(made), later))
    handed = diaries_of(again, time_zone=ZONE)
    taken_in(handed, calendar)
    new: dict[str, list[str]] = {who: [] for who in calendar}
    for meeting in handed.meetings:
        for diary in meeting.diaries:
            whose = handed.diaries[diary]
            new[whose.who + whose.delegate].append(str(handed.moments.start[meeting.slot]))
    assert standing(calendar) == {who: sorted(starts) for who, starts in new.items()}
    assert standing(calendar)["Gil"] == standing(calendar)["Cem"] == []
    assert len(standing(calendar)["Ann"]) == 2
    off = [event for _, event in calendar["Cem"].values()]
    assert [str(event["status"]) for event in off] == ["CANCELLED"] * 2
    assert all(
        event["dtstart"].dt.tzinfo is not None and event["dtend"].dt > event["dtstart"].dt for event in off
    )
    # and a third time, when all is as it was but for a revision more
    third = rearrange(later, read_published(timetable_csv(again, handed.revision), later))
    taken_in(diaries_of(third, time_zone=ZONE), calendar)
    assert standing(calendar) == {who: sorted(starts) for who, starts in new.items()}
    assert [diaries_of(third, revision=each).revision for each in (None, 1, 5)] == [2, 2, 5]


def test_of_a_timetable_put_together_of_several_the_greatest_revision_counts() -> None:
    lists = read("Ann,Ben,5\nAnn,Cem,3\nEva,Fay,1\n")
    head, *rows = timetable_csv(arrange(lists), 3).decode().splitlines()
    mixed = "\n".join([head, rows[0], rows[1][:-1] + "7", rows[2][:-1], ""])
    assert read_published(mixed.encode(), lists).revision == 7
    assert read_published("\n".join([head, *(each[:-1] for each in rows)]).encode(), lists).revision is None


def test_of_two_meetings_of_the_same_two_the_one_that_is_off_is_called_off() -> None:
    made = arrange(read("Ann,Ben,5\nAnn,Ben,4\n"))
    calendar: dict[str, Calendar] = {}
    taken_in(diaries_of(made), calendar)
    starts = [row.start for row in made.rows()]
    only = "".join(str(int(t == made.timetable.slot[1])) for t in range(6))
    later = read("Ann,Ben,5\nAnn,Ben,4\n", Ann=only)
    again = rearrange(later, read_published(timetable_csv(made), later))
    taken_in(diaries_of(again), calendar)
    left = standing(calendar)["Ben"]
    assert len(left) == 1
    assert left[0].startswith(str(starts[1])[:16])


def test_of_days_that_are_over_nothing_is_called_off_and_what_is_held_again_is_moved() -> None:
    """Ann and Ben meet three times: in 1, which is asked for no more, in 2, which fails, and in 5."""

    def lists(requests: str) -> Lists:
        return read_lists(
            f"id,who,whom,weight\n{requests}".encode(), slots=slots_file(("2024-10-26",), tables=2)
        )

    first = lists("a,Ann,Ben,9\nb,Ann,Ben,8\nc,Ann,Ben,7\nd,Cem,Dan,1\n")
    slots = first.slots.names
    published = "id,who,whom,slot\n" + "".join(
        f"{name},{who},{whom},{slots[slot]}\n"
        for name, who, whom, slot in (
            ("a", "Ann", "Ben", 0),
            ("b", "Ann", "Ben", 1),
            ("c", "Ann", "Ben", 4),
            ("d", "Cem", "Dan", 0),
        )
    )
    calendar: dict[str, Calendar] = {}
    taken_in(diaries_of(rearrange(first, read_published(published.encode(), first)), revision=1), calendar)
    was = {str(event["dtstart"].dt)[11:16]: uid for uid, (_, event) in calendar["Ann"].items()}
    later = lists("b,Ann,Ben,8\nc,Ann,Ben,7\nd,Cem,Dan,1\n")
    before = read_published(published.encode(), later)
    happened = b"id,who,whom,held\nb,Ann,Ben,no\n"
    made = replan(begin(later, before, happened, slots[2]))
    taken_in(diaries_of(made, revision=2), calendar)
    now = {uid: str(event["dtstart"].dt)[11:16] for uid, (_, event) in calendar["Ann"].items()}
    assert not any("status" in event for own in calendar.values() for _, event in own.values())
    starts = [str(each)[11:16] for each in first.slots.shown_start]
    assert now == {was[starts[0]]: starts[0], was[starts[1]]: now[was[starts[1]]], was[starts[4]]: starts[4]}
    assert now[was[starts[1]]] in {starts[2], starts[3], starts[5]}
    assert standing(calendar)["Dan"] == standing(calendar)["Cem"] != []


def test_a_request_that_others_are_in_now_is_another_meeting_and_the_old_one_is_off_to_its_end() -> None:
    def lists(third: str) -> Lists:
        return read_lists(
            f"id,who,whom,with,minutes\nr,Ann,Ben,{third},60\n".encode(),
            slots=slots_file(("2024-10-26",), tables=2),
        )

    made = arrange(lists("Cem"))
    calendar: dict[str, Calendar] = {}
    taken_in(diaries_of(made), calendar)
    later = lists("Dan")
    taken_in(diaries_of(rearrange(later, read_published(timetable_csv(made), later))), calendar)
    left = {who: len(starts) for who, starts in standing(calendar).items()}
    assert left == {"Ann": 1, "Ben": 1, "Cem": 0, "Dan": 1}
    ((_, off),) = calendar["Cem"].values()
    assert off["dtend"].dt - off["dtstart"].dt == dt.timedelta(hours=1)


SOME = "Ann,Xia,5\nAnn,Yan,4\nBen,Xia,3\nBen,Yan,2\nCem,Xia,2\nAnn,Xia,1\n"


def test_who_is_gone_stays_gone_and_what_was_called_off_stays_off_on_all_nights() -> None:
    """Ann leaves after the first slot; whoever misses an evening's calendars has all from a later one."""
    lists = read(SOME)
    made = arrange(lists)
    slots = lists.slots.names
    all_nights: dict[str, Calendar] = {}
    only_last: dict[str, Calendar] = {}
    first = diaries_of(made, time_zone=ZONE)
    taken_in(first, all_nights)
    taken_in(first, only_last)
    plan = timetable_csv(made, first.revision)
    nights = []
    for since, gone in ((slots[1], ["Ann"]), (slots[2], []), (slots[3], ["Cem"])):
        begun = begin(lists, read_published(plan, lists), None, since, gone=gone, published="plan.csv")
        nights.append(begun)
        handed = diaries_of(replan(begun), time_zone=ZONE)
        taken_in(handed, all_nights)
        plan = timetable_csv(handed.arranged, handed.revision)
    taken_in(handed, only_last)
    assert [each.gone for each in nights] == [("Ann",), ("Ann",), ("Cem", "Ann")]
    assert [note for note in nights[1].publication.notes if note.startswith("gone already")] == [
        "gone already, as plan.csv says: 'Ann' (take them out of its column `gone` if not)"
    ]
    assert standing(only_last) == standing(all_nights)
    now: dict[str, list[str]] = {who: [] for who in all_nights}
    for meeting in handed.meetings:
        for diary in meeting.diaries:
            now[handed.diaries[diary].who].append(str(handed.moments.start[meeting.slot]))
    assert standing(all_nights) == {who: sorted(starts) for who, starts in now.items()}
    later = {str(handed.moments.start[t]) for t in range(1, 6)}
    assert not later & set(standing(all_nights)["Ann"])
    assert "Gone" in summary(handed.arranged)
    # the same from a workbook
    again = read_published(timetable_xlsx(handed, handed.revision), lists)
    assert again.gone == ("Ann", "Cem")
    text = read_published(plan, lists)
    assert (again.off, again.published.slot.tolist()) == (text.off, text.published.slot.tolist())
    assert [each.number for each in again.of.values()] == [each.number for each in text.of.values()]


def test_the_number_of_a_meeting_outlives_one_before_it_that_is_called_off() -> None:
    """Of two meetings of the same two the first is called off: the other does not take its place."""
    lists = read("Ann,Ben,5\nAnn,Ben,4\n")
    made = arrange(lists)
    calendar: dict[str, Calendar] = {}
    first = diaries_of(made)
    taken_in(first, calendar)
    only = "".join(str(int(t == made.timetable.slot[1])) for t in range(6))
    away = read("Ann,Ben,5\nAnn,Ben,4\n", Ann=only)
    plan = timetable_csv(made, first.revision)
    for now in (away, away, lists):
        handed = diaries_of(rearrange(now, read_published(plan, now)))
        plan = timetable_csv(handed.arranged, handed.revision)
        taken_in(handed, calendar)
        starts = sorted(str(handed.moments.start[each.slot]) for each in handed.meetings)
        assert standing(calendar) == {"Ann": starts, "Ben": starts}
    assert len(starts) == 2


@pytest.mark.parametrize(
    ("start", "end", "known"),
    [
        ("2024-10-25T10:00+02:00", "2024-10-25T10:30+02:00", True),
        ("2024-10-25T10:00+02:00", "2024-10-25T10:30", False),  # by which clock nobody knows
        ("2024-10-25T10:00", "2024-10-25T10:30+02:00", False),
    ],
)
def test_what_was_published_in_no_slot_is_taken_out_where_it_is_known_when_it_was(
    start: str, end: str, known: bool
) -> None:
    lists = read_lists(
        b"who,whom\nAnn,Ben\n",
        slots=b"slot,start,end,tables\n1,2024-10-26T10:00+02:00,2024-10-26T10:30+02:00,1\n",
    )
    published = f"who,whom,slot,start,end\nAnn,Ben,1,,\nAnn,Cem,x,{start},{end}\n"
    files = calendars(diaries_of(rearrange(lists, read_published(published.encode(), lists))))
    off = [each for events in in_calendars(files).values() for each in events if "status" in each]
    assert [str(each["dtstart"].dt) for each in off] == ["2024-10-25 08:00:00+00:00"] * 2 * known


def test_a_number_that_was_handed_out_stands_in_the_next_file_though_nothing_is_called_off() -> None:
    lists = read("Ann,Ben,5\n")
    head, row = timetable_csv(arrange(lists)).decode().splitlines()
    again = timetable_csv(rearrange(lists, read_published(f"{head},number\n{row},3\n".encode(), lists)), 1)
    assert again.decode().splitlines() == [f"{head},revision,number", f"{row},1,3"]
    first = timetable_csv(rearrange(lists, read_published(f"{head}\n{row}\n".encode(), lists)), 1)
    assert first.decode().splitlines() == [f"{head},revision", f"{row},1"]  # which goes without saying


def test_rows_of_meetings_that_were_called_off_are_no_requests_and_wrong_ones_are_told() -> None:
    lists = read("Ann,Ben,5\nAnn,Cem,3\n")
    made = arrange(lists)
    gone = begin(
        lists, read_published(timetable_csv(made, 0), lists), None, lists.slots.names[0], gone=["Ann"]
    )
    plan = timetable_csv(replan(gone), 1).decode()
    assert len(plan.splitlines()) == 5
    asked = requests_from(plan.encode())
    assert read_lists(asked, slots=slots_file(("2024-10-26",), tables=2)).requests.called == (
        lists.requests.called
    )
    head, *rows = plan.splitlines()
    column = head.split(",").index("gone")
    wrong = [each.split(",") for each in rows]
    wrong[0][column] = "Bem"
    wrong[2][head.split(",").index("slot")] = "9"
    with pytest.raises(ListError) as caught:
        read_published("\n".join([head, *map(",".join, wrong), ""]).encode(), lists)
    assert str(caught.value).splitlines() == [
        "<stdin>:2: column 'gone': found 'Bem'; who is not in the meeting; did you mean 'Ben'?",
        "<stdin>:4: column 'slot': found '9', and the meeting was called off",
    ]
