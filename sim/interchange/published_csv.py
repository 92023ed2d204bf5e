"""A published timetable that goes in again: the file that `exposim timetable --out` wrote, or one alike."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.files.cells import first_rows, moment, names, near_names, wholes
from sim.files.grids import Chosen, Source
from sim.files.sheets import ListError, Sheet, Unknown, found, plural, read_sheet, shown_name
from sim.files.text import folded, same
from sim.files.timetables import COLUMNS
from sim.interchange.lists import Lists
from sim.interchange.requests_csv import parts_of
from sim.interchange.slots_csv import MOST_TABLES, Slots
from sim.matchmaking import UNSCHEDULED
from sim.matchmaking.replan.published import Published

__all__ = [
    "MOST_REVISION",
    "Known",
    "Meeting",
    "Publication",
    "named_in",
    "people_of",
    "read_published",
    "take_called_off",
]

MOST_REVISION: Final = 1_000_000
_MOST_NUMBER: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A published meeting as it stands in its file; `table` is from 1, None if nobody said.

    `number` tells meetings of the same people apart in calendars, from 0; None if nobody said.
    """

    line: int
    id: str
    who: str
    whom: str
    along: str
    slot: str
    start: str
    end: str
    table: int | None
    number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What was published, for requests as they are now.

    `of` has the meeting of each request that had one; `withdrawn` are those that no request asks for
    any more. `revision` is that of the calendars that were handed out with it, None if the file does not
    say. `notes` say what is allowed but may not be meant. `gone` are those who had left the event by then,
    `off` the meetings that had been called off, which calendars go on to take out.
    """

    published: Published
    of: dict[int, Meeting]
    withdrawn: tuple[Meeting, ...]
    notes: tuple[str, ...]
    revision: int | None = None
    gone: tuple[str, ...] = ()
    off: tuple[Meeting, ...] = ()

    @property
    def meetings(self) -> int:
        """How many meetings were published."""
        return len(self.of) + len(self.withdrawn)


def read_published(source: Source, lists: Lists, *, ignore_unknown: bool = False) -> Publication:
    """The published meetings of a file, matched with the requests by id, else by who and whom.

    In a workbook they are on the sheet that is called Timetable, or else the first.

    Of several requests of the same two people, as many rows in the file are taken one by one, in order;
    otherwise a request that is fixed to a slot comes before others for a meeting in it. A slot is known by
    its name, if it is at the same time as then, else by its start and end.

    Raises:
        ListError: with all that is wrong with the file: rows that are no meetings, stand twice or contradict
            one another or the requests, or no row that is of any request.
    """
    unknown: Unknown = "ignored" if ignore_unknown else "refused"
    chosen = source if isinstance(source, Chosen) else Chosen(source, "timetable")
    sheet = read_sheet(chosen, COLUMNS, ("who", "whom", "slot"), unknown=unknown)
    off = take_called_off(sheet) if sheet.good else ()
    rows = _meetings(sheet) if sheet.good else {}
    gone = _gone(sheet, rows, lists) if sheet.good else ()
    revisions = wholes(sheet, "revision", 0, MOST_REVISION) if sheet.good else []
    matched: dict[int, int] = {}
    if sheet.good:
        _sound(sheet, rows, lists)
        matched = _matched(sheet, rows, lists)
        held = [row for row, each in rows.items() if each.slot]
        if held and not sheet.faults and not any(row in matched for row in held):
            sheet.fault(None, "", f"none of its {plural(len(held), 'meeting')} is of a request in the list")
    wrong = sheet.problems()
    if wrong:
        raise ListError(wrong, unknown=sheet.unknown)
    slots = Known(lists.slots)
    count = len(lists.requests)
    slot = np.full(count, UNSCHEDULED, dtype=np.int64)
    table = np.full(count, UNSCHEDULED, dtype=np.int64)
    of: dict[int, Meeting] = {}
    taken, withdrawn = set(matched.values()), []
    for row, each in rows.items():
        if not each.slot:
            continue
        if row not in matched:
            withdrawn.append(each)
            continue
        request = matched[row]
        counts = int(lists.twin[request])
        if counts != UNSCHEDULED and counts not in taken:
            taken.add(counts)
            request = counts  # which holds the meeting in its place
        of[request] = each
        slot[request] = slots.place(each)
        table[request] = UNSCHEDULED if each.table is None else each.table - 1
    held_now = np.zeros(count, dtype=np.bool_)
    held_now[list(of)] = True
    return Publication(
        published=Published(held=held_now, slot=slot, table=table),
        of=of,
        withdrawn=tuple(withdrawn),
        notes=_notes(sheet, withdrawn),
        revision=max((each for each in revisions if each is not None), default=None),
        gone=gone,
        off=off,
    )


def take_called_off(sheet: Sheet) -> tuple[Meeting, ...]:
    """The meetings that had been called off, whose rows are taken out: they are of no request."""
    slots = [same(cell) for cell in sheet.cells("off_slot")]
    if not any(slots):
        return ()
    numbers = wholes(sheet, "number", 1, _MOST_NUMBER)
    off: list[Meeting] = []
    for row, slot in enumerate(slots):
        if not slot:
            continue
        who, whom, along, start, end, now = (
            same(sheet.cells(name)[row]) for name in ("who", "whom", "with", "off_start", "off_end", "slot")
        )
        if now:
            sheet.wrong(row, "slot", f"{found(now)}, and the meeting was called off")
        for column, name in (("who", who), ("whom", whom)):
            if not name:
                sheet.wrong(row, column, f"{found(name)}; allowed: a name")
        number = numbers[row]
        off.append(
            Meeting(
                line=sheet.lines[row],
                id="",
                who=who,
                whom=whom,
                along=along,
                slot=slot,
                start=start,
                end=end,
                table=None,
                number=None if number is None else number - 1,
            )
        )
    sheet.keep([row for row, slot in enumerate(slots) if not slot])
    return tuple(off)


def _gone(sheet: Sheet, rows: dict[int, Meeting], lists: Lists) -> tuple[str, ...]:
    """Who had left the event, in the order of the file."""
    left: dict[str, None] = {}
    for row, each in rows.items():
        left |= dict.fromkeys(named_in(sheet, row, "gone", people_of(each, lists.people)))
    return tuple(left)


def named_in(sheet: Sheet, row: int, column: str, there: Sequence[str]) -> tuple[str, ...]:
    """Whom a cell names, with ; between, each once; who is not `there`, in the meeting, is a problem."""
    who = dict.fromkeys(name for name in map(same, sheet.cells(column)[row].split(";")) if name)
    strangers = [name for name in who if name not in there]
    if strangers:
        near_names(sheet, column, {row: strangers[0]}, there, "who is not in the meeting")
    return tuple(who)


def people_of(meeting: Meeting, known: Collection[str]) -> list[str]:
    """Who was in a published meeting; a cell may name several who are `known`."""
    cells = (meeting.who, meeting.whom, *meeting.along.split(";"))
    named = (part for cell in cells if same(cell) for part in parts_of(same(cell), known))
    return list(dict.fromkeys(named))


def _meetings(sheet: Sheet) -> dict[int, Meeting]:
    """The rows that have who and whom."""
    who, whom = names(sheet, "who"), names(sheet, "whom")
    tables = wholes(sheet, "table", 1, MOST_TABLES)
    numbers = wholes(sheet, "number", 1, _MOST_NUMBER)
    ids, along, slots, starts, ends = ([same(cell) for cell in sheet.cells(name)] for name in _TEXTS)
    rows: dict[int, Meeting] = {}
    for row, (one, other) in enumerate(zip(who, whom, strict=True)):
        if not (one and other):
            continue
        if one == other:
            sheet.wrong(row, "whom", f"{found(other)}, who asks; nobody meets himself")
            continue
        if tables[row] is not None and not slots[row]:
            sheet.wrong(row, "table", f"{found(sheet.cells('table')[row])}, and no slot in which it is")
        rows[row] = Meeting(
            line=sheet.lines[row],
            id=ids[row],
            who=one,
            whom=other,
            along=along[row],
            slot=slots[row],
            start=starts[row],
            end=ends[row],
            table=tables[row],
            number=None if (number := numbers[row]) is None else number - 1,
        )
    return rows


_TEXTS: Final = ("id", "with", "slot", "start", "end")


def _sound(sheet: Sheet, rows: dict[int, Meeting], lists: Lists) -> None:
    """Say of each row that contradicts another, or names somebody nearly as the requests do."""
    tables: dict[tuple[str, int], int] = {}
    pairs: dict[tuple[str, str, str], list[int]] = {}
    asked = Counter(frozenset(called[:2]) for called in lists.requests.called)
    first_rows(sheet, "id", [same(cell) for cell in sheet.cells("id")])
    known = {*lists.people, *lists.requests.split}
    alike = {folded(name): name for name in known}
    for row, each in rows.items():
        for column, name in (("who", each.who), ("whom", each.whom)):
            other = alike.get(folded(name))
            if name not in known and other is not None:
                sheet.wrong(
                    row,
                    column,
                    f"{found(name)}; nobody of that name is in the requests; did you mean '{other}'?",
                )
        if not each.slot:
            continue
        first, second = sorted((each.who, each.whom))
        lines = pairs.setdefault((first, second, each.slot), [])
        lines.append(each.line)
        if len(lines) > max(1, asked[frozenset((first, second))]):  # delegates may meet delegates
            said = f"the same two have a meeting in it on line {lines[0]} already"
            sheet.wrong(row, "slot", f"{found(each.slot)}; {said}")
        elif each.table is not None:
            line = tables.setdefault((each.slot, each.table), each.line)
            if line != each.line:
                said = f"the meeting on line {line} is at it in the same slot"
                sheet.wrong(row, "table", f"{found(str(each.table))}; {said}")


def _matched(sheet: Sheet, rows: dict[int, Meeting], lists: Lists) -> dict[int, int]:
    """The request of each row that has one."""
    asked = lists.requests
    name = [called[:2] for called in asked.called]
    by_id = {each: k for k, each in enumerate(asked.ids) if each}
    matched: dict[int, int] = {}
    taken: set[int] = set()
    for row, each in rows.items():
        k = by_id.get(each.id) if each.id else None
        if k is None:
            continue
        if {*name[k]} != {each.who, each.whom}:
            one, other = map(shown_name, name[k])
            said = f"that request is now of {one} and {other} (line {asked.lines[k]} of the requests)"
            sheet.wrong(row, "id", f"{found(each.id)}; {said}")
        elif k not in taken:
            matched[row] = k
            taken.add(k)
    keys: tuple[Callable[[str, str], tuple[str, ...]], ...] = (
        lambda who, whom: (who, whom),
        lambda who, whom: tuple(sorted((who, whom))),  # asked for the other way round since
    )
    for key in keys:
        requests: dict[tuple[str, ...], list[int]] = {}
        for k, (who, whom) in enumerate(name):
            if k not in taken:
                requests.setdefault(key(who, whom), []).append(k)
        published: dict[tuple[str, ...], list[int]] = {}
        for row, each in rows.items():
            if row not in matched:
                published.setdefault(key(each.who, each.whom), []).append(row)
        for pair, own in published.items():
            matched |= _of_pair(own, requests.get(pair, []), rows, lists)
        taken = set(matched.values())
    return matched


def _of_pair(own: list[int], requests: list[int], rows: dict[int, Meeting], lists: Lists) -> dict[int, int]:
    """Rows and requests of the same two people: one by one if as many, else by slot, and then in order."""
    if len(own) == len(requests):
        return dict(zip(own, requests, strict=True))
    matched: dict[int, int] = {}
    held, free = [row for row in own if rows[row].slot], list(requests)
    for row in held:
        for k in free:
            t = lists.requests.slot[k]
            if t != UNSCHEDULED and lists.slots.names[t] == rows[row].slot:
                matched[row] = k
                free.remove(k)
                break
    left = [row for row in held if row not in matched]
    loose = [k for k in free if lists.requests.slot[k] == UNSCHEDULED]
    order = loose + [k for k in free if k not in loose]
    return matched | dict(zip(left, order, strict=False))


class Known:
    """The slots as they are now."""

    def __init__(self, slots: Slots) -> None:
        self._names = {name: t for t, name in enumerate(slots.names)}
        self._starts = [_time(start) for start in slots.shown_start]
        self._at: dict[dt.datetime | str, list[int]] = {}  # the slots that start then, in order
        for t, start in enumerate(self._starts):
            self._at.setdefault(start, []).append(t)
        self._ends = {_time(end): t for t, end in enumerate(slots.shown_end)}
        self._timed = any(slots.shown_end)

    def place(self, meeting: Meeting) -> int:
        """The slot of a published meeting, -1 if there is none at its time any more."""
        start, last = _time(meeting.start), len(self._starts)
        if self._timed and meeting.end:  # a long one ended with a later slot
            last = self._ends.get(_time(meeting.end), UNSCHEDULED)
        # the slot of its name if that is when the meeting was, as far as both say
        named = self._names.get(meeting.slot)
        if named is not None and named <= last and (not start or self._starts[named] in ("", start)):
            return named
        at = self._at.get(start, []) if start else []
        return next((t for t in at if t <= last), UNSCHEDULED)


def _time(text: str) -> dt.datetime | str:
    """A time to compare, by the instant if it has an offset; what is none, as it is written."""
    return moment(text) or same(text)


def _notes(sheet: Sheet, withdrawn: list[Meeting]) -> tuple[str, ...]:
    notes = []
    if sheet.ignored:
        ignored = ", ".join(map(shown_name, sheet.ignored))
        notes.append(f"{sheet.shown}: columns that are not used: {ignored}")
    if withdrawn:
        one = withdrawn[0]
        two = f"{shown_name(one.who)} and {shown_name(one.whom)}"
        notes.append(
            f"{sheet.shown}:{one.line}: no request asks for the meeting of {two} any more: it is cancelled "
            f"({plural(len(withdrawn), 'such row')})"
        )
    return tuple(notes)
