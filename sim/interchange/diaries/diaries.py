"""A timetable by person and by table: what is handed out."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from sim.files.cells import moment
from sim.files.problems import did_you_mean
from sim.files.text import obeyed, same
from sim.interchange.arranging import Arranged
from sim.interchange.called_off import CalledOff, Numbers, uids_of
from sim.interchange.diaries.delegates import divided
from sim.interchange.diaries.naming import order_of
from sim.interchange.slots_csv import Slots
from sim.matchmaking.problem.problem import Problem

__all__ = ["Diaries", "Diary", "Meeting", "Moments", "Table", "diaries_of", "moments_of"]

TITLE: Final = "Timetable"
_YEARS: Final = (1900, 2199)  # nor could the last years there are be written in UTC


@dataclass(frozen=True, kw_only=True)
class Moments:
    """When each slot begins and ends; nothing where nobody said it.

    With a `zone` they are times of that zone; else they are as they were written: with an offset from
    UTC if they are `fixed`, or without.
    """

    start: tuple[dt.datetime, ...]
    end: tuple[dt.datetime, ...]
    zone: str | None

    def __bool__(self) -> bool:
        return bool(self.start)

    @property
    def fixed(self) -> bool:
        """Whether it is known which instants they are."""
        return bool(self.start) and self.start[0].tzinfo is not None

    @cached_property
    def offsets(self) -> frozenset[dt.timedelta | None]:
        """The offsets from UTC with which slots begin, all there are."""
        return frozenset(each.utcoffset() for each in self.start)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A meeting that is held: its request, slots and table (from 1), and the diaries of all who are in it.

    The first two are those of its asker and its asked; `uids` are theirs, in that order. It takes all
    slots from `slot` to `last`.
    """

    request: int
    slot: int
    last: int
    table: int
    diaries: tuple[int, ...]
    uids: tuple[str, ...]

    def side(self, diary: int) -> int:
        """Which of those in it has this diary."""
        return self.diaries.index(diary)

    def others(self, diary: int) -> tuple[int, ...]:
        """The diaries of the others."""
        return tuple(each for each in self.diaries if each != diary)


@dataclass(frozen=True, slots=True, kw_only=True)
class Diary:
    """The meetings of a person, or of one delegate of a company, in order of time.

    `delegate` is empty where one person sits in all meetings of `who`.
    """

    who: str
    delegate: str
    meetings: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table's day: its meetings in order of time."""

    number: int
    meetings: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Diaries:
    """Everybody's diary and every table's day, of one timetable.

    Meetings are in order of slot and table, diaries in order of name, tables by number; those at which
    nobody meets are left out. `revision` is greater each time it is published again; `called_off` are the
    meetings of the published timetable, if one went in, that are not held any more, `carried` the requests
    that hold the others.
    """

    arranged: Arranged
    title: str
    revision: int
    moments: Moments
    meetings: tuple[Meeting, ...]
    called_off: tuple[CalledOff, ...]
    carried: frozenset[int]
    diaries: tuple[Diary, ...]
    tables: tuple[Table, ...]

    @cached_property
    def timed(self) -> bool:
        """Whether slots have times, be it without a date."""
        return bool(self.moments) or all(self.slots.shown_start)

    @property
    def slots(self) -> Slots:
        """The slots of the lists."""
        return self.arranged.lists.slots

    def day_of(self, table: Table) -> Iterator[tuple[int, Meeting | None]]:
        """When something begins at a table: a meeting, or a slot in which it is free."""
        there = {self.meetings[place].slot: self.meetings[place] for place in table.meetings}
        until = -1
        for t in range(len(self.slots)):
            if t in there:
                until = there[t].last
                yield t, there[t]
            elif t > until and self.slots.tables[t] >= table.number:
                yield t, None


def diaries_of(
    arranged: Arranged, *, title: str = "", time_zone: str | None = None, revision: int | None = None
) -> Diaries:
    """The timetable by person and by table.

    Where somebody has several delegates, his meetings are divided among them: see `divided`.

    Args:
        arranged: a timetable.
        title: what the event is called; calendars tell by it, and by its year, which event a meeting is of.
        time_zone: an IANA name such as Europe/Budapest, in which times are shown. Times that were written
            without an offset are times there.
        revision: for calendars; a greater one replaces a smaller one. Where a published timetable went in it
            is greater than that one's, which had 0 if it does not say.

    Raises:
        ValueError: there is no such zone, or a slot's time is none there or two, or in no year of ours.
    """
    lists, made, before = arranged.lists, arranged.timetable, arranged.publication
    moments = moments_of(lists.slots, time_zone)
    title = " ".join("".join(" " if obeyed(each) else each for each in same(title)).split()) or TITLE
    asked, slot, table = lists.requests, made.slot.tolist(), made.table.tolist()
    last = made.problem.last(np.arange(made.problem.requests), made.slot).tolist()
    held = sorted((k for k in range(len(slot)) if slot[k] >= 0), key=lambda k: (slot[k], table[k]))
    members = asked.members
    of: dict[int, list[int]] = defaultdict(list)
    for place, k in enumerate(held):
        for person in members[k]:
            of[person].append(place)
    owner: dict[tuple[int, int], int] = {}
    found: list[tuple[int, str, list[int]]] = []
    for person in range(len(asked.people)):
        places = of[person]
        for delegate, theirs in _shared(
            lists.delegates[person] if lists.delegates else (),
            int(made.problem.capacity[person].max()),  # of the slots, where each has its own
            [slot[held[place]] for place in places],
            _busy_to(made.problem, person, [last[held[place]] for place in places]),
            [table[held[place]] for place in places],
        ):
            found.append((person, delegate, [places[each] for each in theirs]))
    order = sorted(
        range(len(found)), key=lambda d: (order_of(asked.people[found[d][0]]), asked.people[found[d][0]], d)
    )
    for diary, d in enumerate(order):
        person, _, places = found[d]
        for place in places:
            owner[person, place] = diary
    event = [title, str(moments.start[0].year) if moments else ""]
    numbers = Numbers(arranged)
    number = numbers.of(held)
    meetings = tuple(
        Meeting(
            request=k,
            slot=slot[k],
            last=last[k],
            table=table[k] + 1,
            diaries=tuple(owner[person, place] for person in members[k]),
            uids=uids_of(event, [asked.people[i] for i in members[k]], number[k]),
        )
        for place, k in enumerate(held)
    )
    at: dict[int, list[int]] = defaultdict(list)
    for place, meeting in enumerate(meetings):
        at[meeting.table].append(place)
    return Diaries(
        arranged=arranged,
        title=title,
        revision=max(revision or 0, 0 if before is None else (before.revision or 0) + 1),
        moments=moments,
        meetings=meetings,
        called_off=numbers.called_off(event),
        carried=numbers.carried,
        diaries=tuple(
            Diary(who=asked.people[found[d][0]], delegate=found[d][1], meetings=tuple(found[d][2]))
            for d in order
        ),
        tables=tuple(Table(number=number, meetings=tuple(at[number])) for number in sorted(at)),
    )


def moments_of(slots: Slots, time_zone: str | None = None) -> Moments:
    """When each slot begins and ends, in that zone if one is given.

    Raises:
        ValueError: there is no such zone, or a slot's time is none there or two, or in no year of ours.
    """
    zone = None if time_zone is None else _zone(time_zone)
    written = [[moment(cell) for cell in cells if cell] for cells in (slots.shown_start, slots.shown_end)]
    start, end = ([each for each in column if each is not None] for column in written)
    if not len(start) == len(end) == len(slots):
        start, end = [], []
    known = zone is not None or any(each.tzinfo is not None for each in start)
    for t, each in enumerate((*start, *end)):
        if known and not _YEARS[0] <= each.year <= _YEARS[1]:
            raise ValueError(f"slot {slots.names[t % len(slots)]!r}: in {each.year} no time zone is known")
    if zone is not None:
        start = [_within(each, zone, slots.names[t]) for t, each in enumerate(start)]
        end = [_within(each, zone, slots.names[t]) for t, each in enumerate(end)]
    return Moments(start=tuple(start), end=tuple(end), zone=time_zone)


def _zone(name: str) -> ZoneInfo:
    from zoneinfo import available_timezones

    known = available_timezones()
    if name not in known:
        near = did_you_mean(name, known) or "; allowed: an IANA name such as Europe/Budapest"
        raise ValueError(f"there is no time zone {name!r}{near}")
    return ZoneInfo(name)


def _within(when: dt.datetime, zone: ZoneInfo, slot: str) -> dt.datetime:
    """A slot's time in a zone: the same instant, or, where it has no offset, the same clock."""
    if when.tzinfo is not None:
        return when.astimezone(zone)
    there = when.replace(tzinfo=zone)
    if there.astimezone(dt.UTC).astimezone(zone).replace(tzinfo=None) != when:
        raise ValueError(f"slot {slot!r}: the clocks of {zone.key} pass over {when:%Y-%m-%d %H:%M}")
    if there.utcoffset() != there.replace(fold=1).utcoffset():
        raise ValueError(
            f"slot {slot!r}: the clocks of {zone.key} show {when:%Y-%m-%d %H:%M} twice; write it with its "
            "offset from UTC"
        )
    return there


def _busy_to(problem: Problem, person: int, last: list[int]) -> list[int]:
    """The last slots that begin before these have ended and a person has rested."""
    if problem.rest is None:
        return last
    over = problem.end[last] + problem.rest[person]
    until: list[int] = (np.searchsorted(problem.start, over, side="left") - 1).tolist()
    return until


def _shared(
    names: tuple[str, ...], capacity: int, slots: list[int], until: list[int], tables: list[int]
) -> list[tuple[str, list[int]]]:
    """The delegates of a company, and which of its meetings each has."""
    count = len(names) or max(min(capacity, len(slots)), 1)
    shares: list[list[int]] = [[] for _ in range(count)]
    for place, delegate in enumerate(divided(slots, tables, count, until)):
        shares[delegate].append(place)
    if not names and count > 1:
        names = tuple(f"delegate {number + 1}" for number in range(count))
    return list(zip(names or ("",), shares, strict=True))
