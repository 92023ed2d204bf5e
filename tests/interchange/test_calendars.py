"""Calendars: the same instants in whatever zone they are written, and a meeting that replaces itself."""

from __future__ import annotations

import datetime as dt
import io
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import pytest
from dateutil.tz import tzical

from sim.interchange import (
    Diaries,
    arrange,
    calendars,
    diaries_of,
    moments_of,
    publish_calendars,
    read_lists,
    refuse_calendars,
    revision_there,
)
from tests.interchange.handing import fair, files_of, in_calendars, slots_file, times

AROUND = ("2024-10-26", "2024-10-27")  # clocks in Europe go back in the night between
BUDAPEST, SHANGHAI = "Europe/Budapest", "Asia/Shanghai"


def instants(diaries: Diaries) -> set[dt.datetime]:
    """When meetings begin, by UTC."""
    return {
        start.astimezone(dt.UTC)
        for events in in_calendars(files_of(diaries)).values()
        for start, _ in times(events)
    }


def begins(*hours: str) -> set[dt.datetime]:
    return {dt.datetime.fromisoformat(hour).replace(tzinfo=dt.UTC) for hour in hours}


def pair(slots: bytes, **options: object) -> Diaries:
    """Two people who meet once, in the first slot."""
    lists = read_lists(b"who,whom,weight\nAnn,Ben,1\n", slots=slots, tables=1)
    return diaries_of(arrange(lists), **options)  # type: ignore[arg-type]


def one(start: str, end: str) -> bytes:
    return f"slot,start,end\nFirst,{start},{end}\n".encode()


def test_the_clock_of_a_zone_is_kept_when_it_changes_and_another_parser_finds_the_same_instants() -> None:
    diaries = fair(slots=slots_file(AROUND), time_zone=BUDAPEST)
    halves = [(hour, minute) for hour in (9, 10, 11) for minute in (0, 30)]
    right = begins(*(f"2024-10-26 {hour - 2:02}:{minute:02}" for hour, minute in halves)) | begins(
        *(f"2024-10-27 {hour - 1:02}:{minute:02}" for hour, minute in halves)
    )
    assert instants(diaries) == right
    # by the description of the zone in the file alone, which the other parser takes for its zone
    found: set[dt.datetime] = set()
    for name, content in files_of(diaries).items():
        text = content.decode()
        if not name.endswith(".ics"):
            continue
        zone = tzical(io.StringIO(text)).get(BUDAPEST)
        for line in text.splitlines():
            if line.startswith(f"DTSTART;TZID={BUDAPEST}:"):
                local = dt.datetime.strptime(line.rpartition(":")[2], "%Y%m%dT%H%M%S")
                found.add(local.replace(tzinfo=zone).astimezone(dt.UTC))
    assert found == right


@pytest.mark.parametrize(
    "zone",
    [
        BUDAPEST,
        SHANGHAI,
        "Australia/Lord_Howe",  # half an hour of summer time
        "America/St_Johns",  # half an hour from everybody
        "Africa/Casablanca",  # back in Ramadan
    ],
)
def test_a_zone_is_described_as_it_is_in_every_hour_of_the_years_around(zone: str) -> None:
    content = calendars(pair(one("2024-06-01 10:00", "2024-06-01 11:00"), time_zone=zone))["ann.ics"]
    described, known = tzical(io.StringIO(content.decode())).get(zone), ZoneInfo(zone)
    assert described is not None
    first = dt.datetime(2023, 12, 1, 0, 30)
    wrong = []
    for hour in range(24 * 420):
        local = first + dt.timedelta(hours=hour)
        there = local.replace(tzinfo=known)
        if there.utcoffset() != there.replace(fold=1).utcoffset():
            continue  # shown twice, or never
        if local.replace(tzinfo=described).utcoffset() != there.utcoffset():
            wrong.append(local)
    assert not wrong


def test_a_zone_is_described_for_the_years_of_the_event_and_those_beside_them() -> None:
    text = calendars(pair(one("2024-06-01 10:00", "2024-06-01 11:00"), time_zone=BUDAPEST))[
        "ann.ics"
    ].decode()
    years = re.findall(r"BEGIN:(?:STANDARD|DAYLIGHT).*?DTSTART:(\d{4})", text, re.DOTALL)
    assert sorted(years) == ["2023"] * 3 + ["2024"] * 2 + ["2025"] * 2  # of the first, its first day too


def test_offsets_are_written_in_utc_and_a_zone_shows_the_same_instants() -> None:
    slots = slots_file(AROUND, "+08:00")
    plain, zoned = fair(slots=slots), fair(slots=slots, time_zone=SHANGHAI)
    assert instants(plain) == instants(zoned)
    assert min(instants(plain)) == dt.datetime(2024, 10, 26, 1, tzinfo=dt.UTC)
    content = files_of(plain)["a-b-test.ics"]
    assert b"DTSTART:20241026T" in content
    assert b"VTIMEZONE" not in content
    assert b"TZID" not in content
    assert b"DTSTART;TZID=Asia/Shanghai:20241026T" in files_of(zoned)["a-b-test.ics"]


def test_times_of_which_nobody_said_where_are_floating() -> None:
    content = calendars(pair(one("2024-10-26 10:00", "2024-10-26 11:00")))["ann.ics"].decode()
    assert "\r\nDTSTART:20241026T100000\r\nDTEND:20241026T110000\r\n" in content
    assert "VTIMEZONE" not in content


def test_an_hour_that_clocks_show_twice_is_known_by_its_offset_only() -> None:
    for offset, utc in (("+02:00", "2024-10-27 00:30"), ("+01:00", "2024-10-27 01:30")):
        slots = one(f"2024-10-27 02:30{offset}", f"2024-10-27 02:45{offset}")
        assert instants(pair(slots, time_zone=BUDAPEST)) == begins(utc)
    for start, end, said in (
        (
            "2024-10-27 02:30",
            "2024-10-27 03:30",
            "show 2024-10-27 02:30 twice; write it with its offset from UTC",
        ),
        ("2024-03-31 02:30", "2024-03-31 03:30", "pass over 2024-03-31 02:30"),
    ):
        lists = read_lists(b"who,whom,weight\nAnn,Ben,1\n", slots=one(start, end), tables=1)
        with pytest.raises(ValueError, match=f"slot 'First': the clocks of {BUDAPEST} {said}"):
            moments_of(lists.slots, BUDAPEST)


@pytest.mark.parametrize("year", ["0002", "9998"])
def test_a_year_that_no_zone_knows_is_refused_where_it_matters(year: str) -> None:
    when = one(f"{year}-12-31 23:00", f"{year}-12-31 23:30")
    assert f"DTSTART:{year}1231T230000\r\n".encode() in calendars(pair(when))["ann.ics"]
    for slots, zone in (
        (when, BUDAPEST),
        (when.replace(b":00,", b":00-05:00,").replace(b":30\n", b":30-05:00\n"), None),
    ):
        with pytest.raises(ValueError, match=f"slot 'First': in {int(year)} no time zone is known"):
            pair(slots, time_zone=zone)


def test_a_zone_that_is_not_there_is_refused_with_the_one_that_is_near() -> None:
    with pytest.raises(
        ValueError, match="there is no time zone 'Europe/Budapst'; did you mean 'Europe/Budapest'"
    ):
        pair(one("2024-10-26 10:00", "2024-10-26 11:00"), time_zone="Europe/Budapst")


def test_slots_without_times_have_no_calendars() -> None:
    with pytest.raises(ValueError, match="need the dates and times of the slots"):
        calendars(fair(slots=12))


def test_calendars_are_as_the_standard_wants_them() -> None:
    for name, content in calendars(
        fair(time_zone=BUDAPEST, title="Fair, 2024; A\\B\r\nX-EVIL:1\x1b\u202e")
    ).items():
        if not name.endswith(".ics"):
            continue
        lines = content.split(b"\r\n")
        assert lines[0] == b"BEGIN:VCALENDAR"
        assert lines[-2:] == [b"END:VCALENDAR", b""]
        assert max(map(len, lines)) <= 75
        assert not [line for line in lines if line.startswith(b"X-EVIL") or b"\n" in line]
        assert b"mailto" not in content.lower()
        calendar = icalendar.Calendar.from_ical(content)
        assert calendar["version"] == "2.0"
        assert rb"X-WR-CALNAME:Fair\, 2024\; A\\B X-EVIL:1: " in content
        for event in calendar.events:
            assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "SEQUENCE"} <= set(event)
            assert not event.errors


# published again


def uids(diaries: Diaries) -> dict[tuple[str, str], str]:
    """By file and by whom it is with."""
    return {
        (file, str(event["summary"]).partition(" (")[0]): str(event["uid"])
        for file, events in in_calendars(files_of(diaries)).items()
        for event in events
    }


def test_a_meeting_keeps_its_uid_wherever_it_moves_and_no_two_have_the_same() -> None:
    first = fair(number=60)
    later = diaries_of(arrange(first.arranged.lists, policy="optimal"), revision=1)  # other slots and tables
    before, after = uids(first), uids(later)
    assert [m.slot for m in first.meetings] != [m.slot for m in later.meetings]
    assert len(set(before.values())) == len(before) == 2 * len(first.meetings)
    both = {key for key in set(before) & set(after) if not key[0].startswith(("ash", "birch", "王伟"))}
    assert len(both) > 50
    assert all(before[key] == after[key] for key in both)
    sequence, stamp = zip(*map(published, (first, later)), strict=True)
    assert sequence == ({0}, {1})
    assert max(stamp[0]) < min(stamp[1])


def published(diaries: Diaries) -> tuple[set[int], set[dt.datetime]]:
    """By what calendars tell which of two publications is the later."""
    events = [event for own in in_calendars(files_of(diaries)).values() for event in own]
    return {int(event["sequence"]) for event in events}, {event["dtstamp"].dt for event in events}


def test_another_event_and_another_year_have_other_uids() -> None:
    when = one("2024-10-26 10:00", "2024-10-26 11:00")
    moved = one("2024-11-30 10:00", "2024-11-30 11:00")
    next_year = one("2025-10-26 10:00", "2025-10-26 11:00")
    here = uids(pair(when, title="Fair"))
    assert here == uids(pair(moved, title=" Fair "))
    assert not set(here.values()) & set(uids(pair(when, title="Other")).values())
    assert not set(here.values()) & set(uids(pair(next_year, title="Fair")).values())


def test_two_who_meet_twice_have_two_uids() -> None:
    lists = read_lists(
        b"who,whom,weight\nAnn,Ben,1\nBen,Ann,1\n", slots=slots_file(("2024-10-26",)), tables=None
    )
    found = in_calendars(files_of(diaries_of(arrange(lists))))
    assert len({str(event["uid"]) for event in found["ann.ics"]}) == 2
    assert len({str(event["uid"]) for events in found.values() for event in events}) == 4


# the directory


def test_calendars_are_replaced_whole_and_nothing_else_ever_is(tmp_path: Path) -> None:
    files = calendars(pair(one("2024-10-26 10:00", "2024-10-26 11:00")))
    there = tmp_path / "a" / "calendars"
    refuse_calendars(there, force=False)
    assert not there.exists()
    publish_calendars(files, there, force=False)
    assert {each.name: each.read_bytes() for each in there.iterdir()} == files
    for act in (refuse_calendars, lambda path, force: publish_calendars({}, path, force=force)):
        with pytest.raises(FileExistsError, match="holds calendars of ours already; --force replaces them"):
            act(there, force=False)
    assert revision_there(there) == 0
    ben = there / "ben.ics"
    ben.write_bytes(ben.read_bytes().replace(b"SEQUENCE:0", b"SEQUENCE:12"))
    assert (revision_there(there), revision_there(tmp_path)) == (12, None)
    fewer = {name: content for name, content in files.items() if name != "ben.ics"}
    publish_calendars(fewer, there, force=True)
    assert {each.name for each in there.iterdir()} == {"ann.ics", "index.csv"}
    (there / "mine.ics").write_text("BEGIN:VCALENDAR\nPRODID:somebody else\n")
    with pytest.raises(FileExistsError, match=r"more than calendars of ours: mine\.ics; it is left"):
        refuse_calendars(there, force=True)
    (there / "mine.ics").unlink()
    (there / "index.csv").write_text("who,phone\n")
    with pytest.raises(FileExistsError, match=r"more than calendars of ours: index\.csv"):
        publish_calendars(files, there, force=True)
    assert {each.name for each in there.iterdir()} == {"ann.ics", "index.csv"}
    assert sorted(each.name for each in there.parent.iterdir()) == ["calendars"]


def test_a_calendar_that_cannot_be_written_leaves_what_was_there(tmp_path: Path) -> None:
    files = calendars(pair(one("2024-10-26 10:00", "2024-10-26 11:00")))
    there = tmp_path / "calendars"
    publish_calendars(files, there, force=False)
    with pytest.raises(OSError, match="too long"):
        publish_calendars({"a.ics": b"", "b" * 300 + ".ics": b""}, there, force=True)
    assert {each.name: each.read_bytes() for each in there.iterdir()} == files
    assert [each.name for each in tmp_path.iterdir()] == ["calendars"]
