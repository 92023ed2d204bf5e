"""What is handed out says of every meeting the same: in two diaries, at one table, wherever it is written."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import re
import zipfile
from collections import Counter
from itertools import pairwise

import pytest

from sim.interchange import Diaries, arrange, calendars, diaries_html, diaries_of, read_lists, timetable_xlsx
from sim.interchange.diaries.naming import alike, file_names, order_of, sheet_names
from tests.interchange.handing import (
    AWKWARD,
    Page,
    by_owner,
    days,
    fair,
    files_of,
    in_calendars,
    in_page,
    in_workbook,
    owners,
    page_of,
    slots_file,
    workbook,
    workbook_of,
)

NUMBERED = 12
FAIRS = {
    "times without a zone": fair(),
    "times of a zone": fair(time_zone="Europe/Budapest"),
    "slots of numbers": fair(slots=NUMBERED),
}
each_fair = pytest.mark.parametrize("diaries", FAIRS.values(), ids=FAIRS)


@each_fair
def test_every_meeting_is_in_two_diaries_and_at_one_table(diaries: Diaries) -> None:
    made = diaries.arranged.timetable
    assert len(diaries.meetings) == made.meetings > 60
    told = Counter(place for diary in diaries.diaries for place in diary.meetings)
    assert told == dict.fromkeys(range(len(diaries.meetings)), 2)
    at = Counter(place for table in diaries.tables for place in table.meetings)
    assert at == dict.fromkeys(range(len(diaries.meetings)), 1)
    asked = diaries.arranged.lists.requests
    for place, meeting in enumerate(diaries.meetings):
        k = meeting.request
        assert (meeting.slot, meeting.table) == (made.slot[k], made.table[k] + 1)
        sides = [diaries.diaries[diary] for diary in meeting.diaries]
        assert [side.who for side in sides] == [asked.people[asked.who[k]], asked.people[asked.whom[k]]]
        assert all(place in side.meetings for side in sides)


@each_fair
def test_nobody_is_in_two_places(diaries: Diaries) -> None:
    for places in [each.meetings for each in diaries.diaries] + [each.meetings for each in diaries.tables]:
        slots = [diaries.meetings[place].slot for place in places]
        assert slots == sorted(set(slots))


@each_fair
def test_delegates_have_alike_much_to_do(diaries: Diaries) -> None:
    shares = [
        [len(d.meetings) for d in diaries.diaries if d.who == who] for who in ("Ash", "Birch & Söhne", "王伟")
    ]
    assert [len(share) for share in shares] == [2, 3, 3]
    assert all(max(share) - min(share) <= 1 < max(share) for share in shares)
    assert [d.delegate for d in diaries.diaries if d.who == "Ash"] == ["Anna", "Béla"]
    assert [d.delegate for d in diaries.diaries if d.who == "Birch & Söhne"] == [
        "delegate 1",
        "delegate 2",
        "delegate 3",
    ]


def test_page_workbook_and_calendars_say_the_same_of_everybody() -> None:
    diaries = FAIRS["times of a zone"]
    people, tables = in_page(diaries)
    assert (people, tables) == in_workbook(diaries)
    assert set(people) == {name for name, places in by_owner(diaries).items() if places}
    # each meeting is in two diaries, with the other's name, and at one table, with both names
    lines = Counter(line for own in people.values() for line in own)
    told = {
        (day, time, table, frozenset((name, whom)))
        for name, own in people.items()
        for day, time, table, whom in own
    }
    at = {
        (day, time, table, frozenset(both.split("\n")))
        for own in tables.values()
        for day, time, table, both in own
    }
    assert told == at
    assert lines.total() == 2 * len(told) == 2 * len(diaries.meetings)
    whose = owners(diaries)
    for file, events in in_calendars(files_of(diaries)).items():
        who, delegate = whose.pop(file)
        found = {
            (
                f"{event['dtstart'].dt:%d %B %Y}".lstrip("0"),
                f"{event['dtstart'].dt:%H:%M}–{event['dtend'].dt:%H:%M}",
                str(event["location"]),
                str(event["summary"]),
            )
            for event in events
        }
        own = people[f"{who} ({delegate})" if delegate else who]
        assert found == {(day.partition(" ")[2], time, table, whom) for day, time, table, whom in own}
    assert not whose


@each_fair
def test_the_grid_has_every_meeting_in_its_slot_and_at_its_table(diaries: Diaries) -> None:
    grid: dict[tuple[int, str], str] = {}
    page, slot = Page(diaries), 0
    for row in page.grid:
        if row[0] in ("Time", "Slot"):
            head, slot = row, 0
        elif len(row) > 1:
            cells = zip(head, row, strict=True)
            grid |= {(slot, name): cell for name, cell in cells if name.startswith("Table") and cell}
            slot += 1
    names = [f"{d.who} ({d.delegate})" if d.delegate else d.who for d in diaries.diaries]
    assert grid == {
        (meeting.slot, f"Table {meeting.table}"): "\n".join(names[d] for d in meeting.diaries)
        for meeting in diaries.meetings
    }
    book = workbook(diaries)["Grid"]
    head = [str(cell) for cell in next(book.iter_rows(max_row=1, values_only=True))]
    found = {
        (slot, name): cell
        for slot, row in enumerate(book.iter_rows(min_row=2, values_only=True))
        for name, cell in zip(head, row, strict=True)
        if name.startswith("Table") and cell
    }
    assert found == grid


def test_a_tables_day_has_its_free_slots_too() -> None:
    diaries = FAIRS["slots of numbers"]
    for name, rows in Page(diaries).articles.items():
        if name.startswith("Table "):
            assert [row[0] for _, row in days(rows)] == [f"Slot {t + 1}" for t in range(NUMBERED)]


def test_days_are_told_apart_and_times_with_their_offset_where_there_are_several() -> None:
    people, _ = in_page(fair(slots=slots_file(("2024-10-26+02:00", "2024-10-28+01:00"))))
    found = {(day, time[-9:]) for own in people.values() for day, time, _, _ in own}
    assert found == {("Saturday 26 October 2024", "UTC+02:00"), ("Monday 28 October 2024", "UTC+01:00")}


def test_times_without_a_date_are_shown_and_make_no_calendar() -> None:
    numbered = FAIRS["slots of numbers"]
    hours = [f"{9 + t // 2:02}:{t % 2 * 30:02}" for t in range(NUMBERED + 1)]
    slots = dataclasses.replace(numbered.slots, shown_start=tuple(hours[:-1]), shown_end=tuple(hours[1:]))
    lists = dataclasses.replace(numbered.arranged.lists, slots=slots)
    diaries = diaries_of(dataclasses.replace(numbered.arranged, lists=lists))
    for name, rows in Page(diaries).articles.items():
        assert rows[0] == (["Time", "Who", "With"] if name.startswith("Table") else ["Time", "Table", "With"])
        assert {row[0] for row in rows[1:]} <= {f"{hours[t]}–{hours[t + 1]}" for t in range(NUMBERED)}
    assert [cell.value for cell in workbook(diaries)["Table 1"][3]] == ["Time", "Who", "With"]
    with pytest.raises(ValueError, match="need the dates"):
        calendars(diaries)


# the page


@each_fair
def test_a_page_asks_nothing_of_any_network_and_runs_nothing_of_anybody_elses(diaries: Diaries) -> None:
    page = Page(diaries)
    assert Counter(tag for tag, _ in page.tags)["script"] == 1  # ours
    said = next(own for tag, own in page.tags if tag == "meta" and "http-equiv" in own)["content"] or ""
    assert said.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in said
    for tag, own in page.tags:
        assert tag not in ("link", "img", "iframe", "base", "form", "object")
        assert not any(name.startswith("on") or name in ("src", "style") for name in own)
        assert (own.get("href") or "#").startswith("#")
    shown = "".join(page.texts)
    assert all(name in shown for name in AWKWARD)
    assert b"<b>" not in page_of(diaries)


@each_fair
def test_a_page_can_be_read_without_seeing_it(diaries: Diaries) -> None:
    page = Page(diaries)
    ids = [own["id"] for _, own in page.tags if "id" in own]
    assert len(set(ids)) == len(ids)
    aims = [
        own[name] or "" for _, own in page.tags for name in ("href", "aria-labelledby", "for") if name in own
    ]
    assert {aim.removeprefix("#") for aim in aims} <= set(ids)
    assert all(own.get("scope") for tag, own in page.tags if tag == "th")
    count = Counter(tag for tag, _ in page.tags)
    assert count["table"] == count["caption"] == count["thead"]
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert any(tag == "bdi" for tag, _ in page.tags)
    search = next(own for _, own in page.tags if own.get("role") == "search")
    assert "hidden" in search  # until our script is there to search


def test_whoever_has_no_meeting_is_named() -> None:
    diaries = fair(number=30, seed=2, slots=1)
    idle = {diary.who for diary in diaries.diaries} - {d.who for d in diaries.diaries if d.meetings}
    assert idle
    page = Page(diaries)
    assert idle <= set(page.texts)
    assert not idle & set(page.articles)
    short = fair(number=30, seed=2, slots=slots_file(("2024-10-26",), tables=1))
    assert {who for who, _ in owners(short).values()} < set(AWKWARD)  # no file without an event


def test_of_no_meetings_there_is_a_page_too() -> None:
    asked = fair(number=30, seed=2).arranged.lists
    diaries = diaries_of(arrange(asked, policy="none"), time_zone="Asia/Shanghai")
    page = Page(diaries)
    assert set(asked.people) <= set(page.texts)
    assert (page.articles, page.grid) == ({}, [])
    assert set(calendars(diaries)) == {"index.csv"}
    assert workbook(diaries).sheetnames == ["Contents", "Timetable", "Grid"]


# the workbook


@each_fair
def test_nothing_in_a_workbook_is_a_formula_and_every_link_leads_to_its_sheet(diaries: Diaries) -> None:
    book = workbook(diaries)
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    hostile = [cell for cell in cells if str(cell.value).startswith("=")]
    assert hostile
    assert all(cell.quotePrefix for cell in hostile)  # also when somebody edits it
    links = [cell for cell in cells if cell.hyperlink]
    aims = {cell.hyperlink.location.removesuffix("!A1")[1:-1].replace("''", "'") for cell in links}
    assert aims == set(book.sheetnames)
    for cell in book["Contents"]["A"][5:]:
        if cell.hyperlink:
            aim = cell.hyperlink.location.removesuffix("!A1")[1:-1].replace("''", "'")
            assert book[aim]["A1"].value == cell.value


def test_a_workbook_has_every_request_as_the_csv_file_has_it() -> None:
    diaries = FAIRS["times without a zone"]
    sheet = workbook(diaries)["Timetable"]
    head, *rows = sheet.iter_rows(values_only=True)
    assert head == (
        "who",
        "who_delegate",
        "whom",
        "whom_delegate",
        "weight",
        "slot",
        "start",
        "end",
        "table",
        "reason",
    )
    seats = {m.request: [diaries.diaries[d].delegate or None for d in m.diaries] for m in diaries.meetings}
    for k, (row, cells) in enumerate(zip(diaries.arranged.rows(), rows, strict=True)):
        assert [cells[1], cells[3]] == seats.get(k, [None, None])
        told = (row.who, row.whom, row.weight, row.slot, row.start, row.end, row.table, row.reason)
        assert (cells[0], cells[2], *cells[4:]) == told


def test_the_same_lists_give_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    diaries = FAIRS["times of a zone"]
    before = page_of(diaries), workbook_of(diaries), files_of(diaries)
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    monkeypatch.setattr("time.localtime", lambda *_: (2033, 5, 18, 3, 33, 20, 2, 138, 0))
    assert (diaries_html(diaries), timetable_xlsx(diaries), calendars(diaries)) == before
    with zipfile.ZipFile(io.BytesIO(before[1])) as packed:
        assert {item.date_time[0] for item in packed.infolist()} == {1980}
        assert b"1980-01-01T00:00:00Z</dcterms:modified>" in packed.read("docProps/core.xml")


# names


def test_names_of_files_are_safe_and_differ_wherever_they_are() -> None:
    names = [
        *AWKWARD,
        "Ann\tB",
        "Ann B",
        "a.",
        "..",
        "...",
        "~",
        "Zoë",
        "Zoe",
        "ZOE",
        "नमस्ते",
        "STRASSE",
        "straße",
    ]
    files = file_names(names, ".ics")
    assert len({alike(file) for file in files}) == len(names)
    for file in files:
        assert len(file.encode()) <= 255 - 80
        assert re.fullmatch(r"[^\W_](?:[-\w]|\u0928|\u092e|[\u093e-\u094d])*\.ics", file), file
        assert file == file.lower()
    assert files[0] == "ash.ics"
    assert files[AWKWARD.index("con")] != "con.ics"  # a device of Windows
    assert file_names(["Ann", "Änn", "Ash"], "")[2:] == file_names(["Ash", "Bea"], "")[:1]
    assert file_names(list(reversed(names)), ".ics") == list(reversed(files))


def test_names_of_sheets_are_legal_and_differ() -> None:
    names = [
        *AWKWARD,
        *(f"{AWKWARD[12]} {k}" for k in range(12)),
        "Grid",
        "grid",
        "[]",
        "😀" * 40,
        "x'",
        "\u202ex",
    ]
    sheets = sheet_names(names, ("Contents", "Grid"))
    assert len({sheet.casefold() for sheet in [*sheets, "Contents", "Grid", "History"]}) == len(names) + 3
    for sheet in sheets:
        assert 1 <= len(sheet.encode("utf-16-le")) // 2 <= 31
        assert not set(sheet) & set("[]:*?/\\\u202e")
        assert sheet == sheet.strip("' ")


def test_names_are_in_the_order_in_which_people_look_for_them() -> None:
    names = ["Guest 10", "guest 9", "Zeta", "Élan", "Eta", "10", "9", "Guest"]
    assert sorted(names, key=order_of) == ["9", "10", "Élan", "Eta", "Guest", "guest 9", "Guest 10", "Zeta"]


LONG_SLOTS = "slot,start,end\n" + "".join(
    f"{name},2026-05-12 {start},2026-05-12 {end}\n"
    for name, start, end in (
        ("1", "9:00", "9:30"),
        ("2", "9:35", "10:05"),
        ("3", "10:10", "10:40"),
        ("4", "10:45", "11:15"),
    )
)


def test_a_longer_meeting_has_its_own_end_and_all_its_slots() -> None:
    lists = read_lists(
        b"who,whom,slot,minutes\nAsh,Birch,2,60\nAsh,Cedar,1,\nDahl,Cedar,2,\nAsh,Dahl,4,\n",
        slots=LONG_SLOTS.encode(),
        tables=2,
    )
    diaries = diaries_of(arrange(lists))
    row = next(each for each in diaries.arranged.rows() if each.whom == "Birch")
    assert (row.slot, row.start, row.end) == ("2", "2026-05-12 09:35", "2026-05-12 10:40")
    table = f"Table {row.table}"
    people, tables = in_page(diaries)
    assert (people, tables) == in_workbook(diaries)
    told = {(time, other) for _, time, at, other in people["Birch"] if at == table}
    assert told == {("09:35–10:40", "Ash")}
    assert sorted(time for _, time, *_ in people["Ash"]) == ["09:00–09:30", "09:35–10:40", "10:45–11:15"]
    assert ("09:35–10:40", "Ash\nBirch") in {(time, two) for _, time, _, two in tables[table]}
    shown = [line[0] for _, line in days(Page(diaries).articles[table])]
    assert "09:35–10:40" in shown
    assert "10:10–10:40" not in shown  # nor is it free then
    here = row.table or 0
    grid = [each[here] for _, each in days(Page(diaries).grid)]
    assert [cell == "Ash\nBirch" for cell in grid] == [False, True, True, False]
    sheet = workbook(diaries)["Grid"]
    column = [str(cell or "") for cell in next(sheet.iter_cols(2 + here, 2 + here, 2, values_only=True))]
    assert column == grid
    (event,) = (
        event
        for name, events in in_calendars(calendars(diaries)).items()
        for event in events
        if owners(diaries)[name][0] == "Birch"
    )
    assert event["dtend"].dt - event["dtstart"].dt == dt.timedelta(minutes=65)
    assert event["description"].endswith("slot 2 to 3")


def test_whoever_rests_after_a_meeting_sits_in_no_other() -> None:
    lists = read_lists(
        b"who,whom,slot\nAsh,Birch,1\nAsh,Cedar,2\nAsh,Dahl,3\n",
        slots=LONG_SLOTS.encode(),
        tables=2,
        limits=b"who,delegates,rest\nAsh,2,30\n",
    )
    diaries = diaries_of(arrange(lists))
    assert len(diaries.meetings) == 3
    own = [[diaries.meetings[place].slot for place in d.meetings] for d in diaries.diaries if d.who == "Ash"]
    assert sorted(own) == [[0, 2], [1]]
