"""Diaries as iCalendar (RFC 5545), a file each.

A zone that has a name is written by it and described (VTIMEZONE); an offset from UTC is written as UTC, since
an offset is no zone; times of which nobody said where are floating: whatever the clock there shows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from sim.files.cells import moment
from sim.files.sheets import Style
from sim.files.text import plain_cell
from sim.interchange.called_off import CalledOff
from sim.interchange.diaries.diaries import Diaries, Diary
from sim.interchange.diaries.naming import file_names, order_of
from sim.interchange.diaries.wording import diary_name, met, table_name
from sim.interchange.timetable_csv import written
from sim.matchmaking.problem.problem import UNSCHEDULED

if TYPE_CHECKING:
    from icalendar import Event, Timezone

__all__ = ["INDEX", "PRODUCT", "calendars"]

PRODUCT: Final = "-//exposim//timetable//EN"
INDEX: Final = "index.csv"
HEADER: Final = ("who", "delegate", "meetings", "file")


def calendars(diaries: Diaries) -> dict[str, bytes]:
    """The files by name: one a diary, and `index.csv`, which says whose each is.

    A diary without a meeting has no file. A meeting has the same UID whenever it is published, so that it
    replaces itself, its SEQUENCE being the greater one.

    Where a published timetable went in, what is no longer held is there with its UID and STATUS:CANCELLED, in
    the file of each person who was in it, also if he has no other meeting or is in the lists no more. Which
    of a company's delegates had a meeting is not known, so it is called off for all who have it not now.
    What was called off before goes on to be. Left out is only what was published without a time and in no
    slot that there is. There is no METHOD: that would ask for an ORGANIZER (RFC 5546), of whom nobody said
    anything. The same diaries give the same bytes.

    Raises:
        ValueError: the slots have no times.
    """
    if not diaries.moments:
        raise ValueError("calendars need the dates and times of the slots: a file of them with start and end")
    own = diaries.diaries
    off = _called_off(diaries)
    of: dict[str, list[int]] = {}  # the numbers of everybody's diaries
    for number, diary in enumerate(own):
        of.setdefault(diary.who, []).append(number)
    gone = sorted(off.keys() - of.keys(), key=order_of)  # who is in the lists no more
    every = [*own, *(Diary(who=who, delegate="", meetings=()) for who in gone)]
    files = file_names([f"{diary.who}\t{diary.delegate}" for diary in every], ".ics")
    zone = _zone(diaries)
    rows: list[Sequence[str]] = [HEADER]
    found: dict[str, bytes] = {}
    for number, (diary, file) in enumerate(zip(every, files, strict=True)):
        events = [_event(diaries, number, place) for place in diary.meetings]
        others = [other for other in of.get(diary.who, []) if other != number]
        events += [*off.get(diary.who, []), *_elsewhere(diaries, others)]
        if events:
            found[file] = _calendar(f"{diaries.title}: {diary_name(diary)}", events, zone)
        there = file if events else ""
        rows.append((plain_cell(diary.who), plain_cell(diary.delegate), str(len(diary.meetings)), there))
    found[INDEX] = written(rows, Style(bom=True))  # a spreadsheet opens it, names and all
    return found


def _calendar(name: str, events: list[Event], zone: Timezone | None) -> bytes:
    from icalendar import Calendar, vText

    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("x-wr-calname", vText(name))
    if zone is not None:
        calendar.add_component(zone)
    for event in events:
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def _called_off(diaries: Diaries) -> dict[str, list[Event]]:
    """What takes a meeting out of the calendar of each who was in it, where it is known when it was."""
    found: dict[str, list[Event]] = {}
    for each in diaries.called_off:
        when = _published(diaries, each)
        if when is None:
            continue
        for who, uid in zip(each.people, each.uids, strict=True):
            others = " & ".join(other for other in each.people if other != who)
            found.setdefault(who, []).append(_cancelled(diaries, uid, when, others))
    return found


def _elsewhere(diaries: Diaries, others: Sequence[int]) -> Iterator[Event]:
    """What takes out the meetings that were published and one of these other delegates has now."""
    moments = diaries.moments
    for other in others:
        for meeting in (diaries.meetings[place] for place in diaries.diaries[other].meetings):
            if meeting.request in diaries.carried:
                when = moments.start[meeting.slot], moments.end[meeting.last]
                uid = meeting.uids[meeting.side(other)]
                yield _cancelled(diaries, uid, when, met(diaries, meeting, other))


def _cancelled(diaries: Diaries, uid: str, when: tuple[dt.datetime, dt.datetime], others: str) -> Event:
    from icalendar import Event

    event = Event()
    _dated(event, diaries, uid, *when)
    event.add("status", "CANCELLED")
    event.add("summary", others)
    return event


def _published(diaries: Diaries, off: CalledOff) -> tuple[dt.datetime, dt.datetime] | None:
    """When a meeting was to begin and end, as the slots are written; None if that is not known."""
    moments, slots = diaries.moments, diaries.slots
    if off.slot != UNSCHEDULED:
        end = moments.end[off.slot]
        if off.published.end in slots.shown_end:  # a longer one
            end = max(end, moments.end[slots.shown_end.index(off.published.end)])
        return moments.start[off.slot], end
    start, over = moment(off.published.start), moment(off.published.end)
    into = moments.start[0].tzinfo
    if start is None or over is None or (start.tzinfo is None) is not (over.tzinfo is None):
        return None
    if start.tzinfo is None:  # by the clock there, as all slots are, or of a zone that was named
        there = into is None or moments.zone is not None
        return (start.replace(tzinfo=into), over.replace(tzinfo=into)) if there else None
    return None if into is None else (start.astimezone(into), over.astimezone(into))


def _dated(event: Event, diaries: Diaries, uid: str, start: dt.datetime, end: dt.datetime) -> None:
    moments = diaries.moments
    event.add("uid", uid)
    event.add("sequence", diaries.revision)
    # RFC 5545 wants to know when this was written; the lists alone decide, so that the same lists give
    # the same bytes, and a later revision is later
    event.add("dtstamp", dt.datetime(moments.start[0].year, 1, 1, tzinfo=dt.UTC) + diaries.revision * _SECOND)
    event.add("dtstart", _written(start, zoned=moments.zone is not None))
    event.add("dtend", _written(end, zoned=moments.zone is not None))


def _event(diaries: Diaries, number: int, place: int) -> Event:
    from icalendar import Event

    meeting, moments = diaries.meetings[place], diaries.moments
    start, end = moments.start[meeting.slot], moments.end[meeting.last]
    here = diary_name(diaries.diaries[number])
    event = Event()
    _dated(event, diaries, meeting.uids[meeting.side(number)], start, end)
    event.add("summary", met(diaries, meeting, number))
    event.add("location", table_name(meeting.table))
    slots = " to ".join(diaries.slots.names[t] for t in sorted({meeting.slot, meeting.last}))
    event.add("description", f"{here}: {table_name(meeting.table)}, slot {slots}")
    return event


_SECOND: Final = dt.timedelta(seconds=1)


def _written(when: dt.datetime, *, zoned: bool) -> dt.datetime:
    """As it is written: the second time that clocks show an hour is known by its UTC only."""
    if when.tzinfo is None:
        return when
    return when if zoned and not when.fold else when.astimezone(dt.UTC)


def _zone(diaries: Diaries) -> Timezone | None:
    """The zone's changes in the years of the event and beside them.

    The library's own `add_missing_timezones` (7.3) has summer time begin an hour late.
    """
    from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

    moments = diaries.moments
    if moments.zone is None:
        return None
    info = moments.start[0].tzinfo
    assert info is not None
    at = dt.datetime(moments.start[0].year - 1, 1, 1, tzinfo=dt.UTC)
    until = dt.datetime(moments.end[-1].year + 2, 1, 1, tzinfo=dt.UTC)
    zone = Timezone()
    zone.add("tzid", moments.zone)
    before = at.astimezone(info).utcoffset()
    while at < until:
        there = at.astimezone(info)
        offset = there.utcoffset()
        assert before is not None
        assert offset is not None
        part = TimezoneDaylight() if there.dst() else TimezoneStandard()
        part.add("dtstart", (at + before).replace(tzinfo=None))  # by the clock before the change
        part.add("tzoffsetfrom", before)
        part.add("tzoffsetto", offset)
        part.add("tzname", there.tzname())
        zone.add_component(part)
        before, at = offset, _next_change(at, until, info)
    return zone


def _next_change(at: dt.datetime, until: dt.datetime, info: dt.tzinfo) -> dt.datetime:
    """When the clocks change next after an instant, to the minute; `until` if they do not."""

    def alike(when: dt.datetime) -> bool:
        return when.astimezone(info).utcoffset() == at.astimezone(info).utcoffset()

    day, minute = dt.timedelta(days=1), dt.timedelta(minutes=1)
    low = at
    while low < until and alike(low + day):
        low += day
    if low >= until:
        return until
    few, many = 0, day // minute  # minutes from `low` on: alike, and no longer
    while many - few > 1:
        middle = (few + many) // 2
        few, many = (middle, many) if alike(low + middle * minute) else (few, middle)
    return low + many * minute
