"""Anyone's lists, read, checked and made into a matchmaking problem."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import numpy as np
import numpy.typing as npt

from sim.files.grids import Chosen, Source
from sim.files.problems import Fault, did_you_mean
from sim.files.sheets import ListError, Sheet, Style, Unknown, plural, shown_name
from sim.files.text import same
from sim.interchange.by_day import lengths, limit_of, lunches, tables_exist, with_days
from sim.interchange.layouts.calendars import read_calendar
from sim.interchange.layouts.matrix import ROLES
from sim.interchange.offers import Offers, offers_of
from sim.interchange.people_csv import LIMITS, Limits, limits_of, listed_people, when_available, with_limits
from sim.interchange.places_csv import COLUMNS as PLACES
from sim.interchange.places_csv import Places, known_places, placed, read_places
from sim.interchange.requests_csv import COLUMNS, Requests, notes_on, read_requests
from sim.interchange.slots_csv import COLUMNS as SLOT_COLUMNS
from sim.interchange.slots_csv import MOST_SLOTS, Slots, named_slots, read_slots
from sim.matchmaking import NO_LIMIT, UNSCHEDULED, Problem
from sim.matchmaking.problem.problem import BoolArray
from sim.matchmaking.problem.rules import windows
from sim.matchmaking.wishes.affinity import IntArray

__all__ = ["KINDS", "Lists", "Read", "every_column", "read_lists"]


@dataclass(frozen=True, slots=True)
class Read:
    """What a file was taken for; `plain` if that is what its header says."""

    file: str
    said: str
    plain: bool

    def __str__(self) -> str:
        return f"{self.file}: {self.said}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """Requests, slots and people, and the problem they make; participant i is `people[i]`.

    `twin[k]` is the alternative that counts in the place of request k, both being of the same two
    people, -1 if k counts itself. `least` are the fewest meetings as they were asked for. `delegates[i]` are
    the names of who sits for participant i, none where nobody wrote them. `notes` say what is allowed but
    may not be meant. `read` says of each file what it was taken for: of a plain list, its columns and rows.
    """

    problem: Problem
    requests: Requests
    slots: Slots
    twin: IntArray
    least: IntArray
    style: Style
    notes: tuple[str, ...]
    read: tuple[Read, ...] = ()
    delegates: tuple[tuple[str, ...], ...] = ()

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody that a request names."""
        return self.requests.people


def read_lists(
    requests: Source,
    *,
    slots: int | Source | None = None,
    tables: int | None = None,
    availability: Source | None = None,
    limits: Source | None = None,
    interpreters: Mapping[str, int] | None = None,
    once: bool = False,
    ignore_unknown: bool = False,
    walk: int | None = None,
    day_ends: int | None = None,
    pause: int | None = None,
    people: Source | None = None,
    places: Source | None = None,
    columns: Mapping[str, str] | None = None,
    workbook: Mapping[str, str] | None = None,
    ranked: bool = False,
    if_need_be: bool = False,
) -> Lists:
    """The lists in these files, CSV or workbooks.

    `slots` is their number, a file with their names, times and tables, or None: then they are the
    columns of the availability file. `tables` is the number in each slot for which a file says none.
    `interpreters` are their number by language. `once`: two people meet once at most, their requests
    are alternatives. `walk` are the minutes between any two places. `ignore_unknown`: unknown columns, and
    people who are in no request, are passed over. `people` are all there are; `places` have room and ways
    between them; `columns` says what a column
    is called in the files, `workbook` which sheet each of `KINDS` is on. `ranked`: weights and wishes are
    ranks. `if_need_be`: such a cell of a poll is yes. What each file holds is said in `exposim timetable
    --help`.

    Raises:
        ListError: with all that is wrong with any of the files.
    """
    unknown: Unknown = "ignored" if ignore_unknown else "refused"

    def chosen(source: Source, kind: str) -> Chosen:
        return _chosen(source, kind, columns, workbook)

    requests = chosen(requests, "requests")
    availability = None if availability is None else chosen(availability, "availability")
    limits = None if limits is None else chosen(limits, "limits")
    people = None if people is None else chosen(people, "people")
    places = None if places is None else chosen(places, "places")
    if slots is not None and not isinstance(slots, int):
        slots = chosen(slots, "slots")
    staff = {same(language): number for language, number in (interpreters or {}).items()}
    sheets: list[Sheet] = []
    calendar: Sheet | None = None
    there: Slots | None
    if isinstance(slots, int):
        there = _numbered(slots, tables)
    elif slots is not None:
        there, sheet = read_slots(slots, tables, unknown, day_ends)
        sheets.append(sheet)
    elif availability is not None:
        calendar, there = read_calendar(availability, None, unknown, tables, need=if_need_be)
    else:
        raise ValueError("slots are needed: a number, a file, or an availability file that names them")
    names = None if there is None else there.names
    everybody = None
    if people is not None:
        everybody, sheet = listed_people(people)
        sheets.append(sheet)
    clock = None if there is None else there.by_clock()
    asked, asking = read_requests(
        requests, names, staff, unknown, clock=clock, ranked=ranked, listed=everybody
    )
    sheets.insert(0, asking)
    known = asked.people if asked is not None and asking.complete else None
    rooms: Places | None = None
    if places is not None:
        rooms, sheet = read_places(places, unknown)
        sheets.insert(1, sheet)
        if rooms is not None and asked is not None:
            known_places(asking, rooms, sheet.shown)
    notes: list[str] = []
    away: dict[int, list[bool]] = {}
    if availability is not None and calendar is None and names is not None:
        calendar, _ = read_calendar(availability, there, unknown, tables, need=if_need_be)
    if calendar is not None:
        sheets.append(calendar)
        if calendar.good and names is not None:
            away, strangers = when_available(calendar, names, known, ignore=ignore_unknown, listed=everybody)
            notes += _in_vain(calendar, strangers)
    own: Limits | None = None
    limiting: Sheet | None = None
    lunch: dict[str, BoolArray] = {}
    if limits is not None:
        own, limiting, strangers = limits_of(limits, known, unknown, ignore=ignore_unknown, listed=everybody)
        sheets.append(limiting)
        notes += _in_vain(limiting, strangers) + limiting.notes
        if there is not None:
            lunch = lunches(limiting, there)
            tables_exist(limiting, there)
    if asked is not None and asked.matrix is not None and asked.matrix.limits:
        own = with_limits(own, asked.matrix.limits, asked.people, asking, limiting)
    _raise(sheets, columns)
    assert asked is not None
    assert there is not None
    notes = notes_on(asked, asking, once=once, ranked=ranked) + notes
    notes += [
        f"{sheet.shown}: columns that are not used: {', '.join(map(shown_name, sheet.ignored))}"
        for sheet in sheets
        if sheet.ignored
    ]
    notes += _idle(asked, staff)
    length = lengths(asked.minutes, there)
    offers = offers_of(asked, asking, once=once)
    notes += offers.notes
    if walk is None and rooms is None and len(set(asked.place) - {""}) > 1:
        notes.append(f"{asking.shown}: places are told, and no --walk MINUTES between them")
    problem = _problem(asked, there, away, own, staff, offers, length, pause)
    notes += [] if own is None or limiting is None else _never_in_row(limiting.shown, own, asked, problem)
    return Lists(
        problem=placed(
            problem if own is None else with_days(problem, own, lunch), asked.place, walk or 0, rooms
        ),
        requests=asked,
        slots=there,
        twin=offers.twin,
        least=np.array((0,) * len(asked.people) if own is None else own.least, dtype=np.int64),
        style=asking.style,
        notes=tuple(notes),
        read=tuple(map(_read, sheets)),
        delegates=((),) * len(asked.people) if own is None else own.delegate_names,
    )


def _numbered(count: int, tables: int | None) -> Slots:
    if not 1 <= count <= MOST_SLOTS:
        raise ValueError(f"slots must be from 1 to {MOST_SLOTS:,}, not {count:,}")
    if tables is None:
        raise ValueError("tables are needed where no file says them")
    return named_slots([str(t + 1) for t in range(count)], [tables] * count)


KINDS: Final = ("requests", "availability", "limits", "people", "places", "slots")
"""The lists there may be, and what their sheets in a workbook may be called."""


def every_column() -> list[str]:
    """The columns of all lists, and what a matrix has beside them."""
    each = (COLUMNS, SLOT_COLUMNS, LIMITS, ROLES, PLACES)
    return list(dict.fromkeys(name for names in (*each, ("from", "to")) for name in names))


def _chosen(
    source: Source, kind: str, columns: Mapping[str, str] | None, workbook: Mapping[str, str] | None
) -> Chosen:
    if isinstance(source, Chosen):
        return source
    return Chosen(source, kind, (workbook or {}).get(kind), columns or {})


def _read(sheet: Sheet) -> Read:
    """What a file was taken for."""
    columns = f"{plural(len(sheet), 'row')}; {', '.join(sheet.header[:12])}"
    columns += ", ..." if len(sheet.header) > 12 else ""
    return Read(sheet.shown, "; ".join(sheet.read or [columns]), not sheet.read)


def _raise(sheets: list[Sheet], columns: Mapping[str, str] | None) -> None:
    wrong: list[Fault] = [problem for sheet in sheets for problem in sheet.problems()]
    mapped = {name for sheet in sheets for name in sheet.mapped}
    found = dict.fromkeys(name for sheet in sheets for name in sheet.found)
    unread = any(sheet.faults and not sheet.header for sheet in sheets)
    for own, theirs in (columns or {}).items():
        as_it_is = own == theirs and own in found
        if not (own in mapped or as_it_is or unread):
            near = did_you_mean(theirs, found)
            message = f"no list has a column {shown_name(theirs)} that could be {own!r}{near}"
            wrong.append(Fault(f"--map {own}={theirs}", None, "", message))
    if wrong:
        raise ListError(wrong, unknown=any(sheet.unknown for sheet in sheets))


def _in_vain(sheet: Sheet, strangers: list[str]) -> list[str]:
    if not strangers:
        return []
    some = ", ".join(map(shown_name, strangers[:3])) + (", ..." if len(strangers) > 3 else "")
    return [f"{sheet.shown}: {plural(len(strangers), 'row')} of people who are in no request: {some}"]


def _never_in_row(shown: str, own: Limits, asked: Requests, problem: Problem) -> list[str]:
    """Limits of meetings in a row that no timetable could exceed."""
    notes, minutes = [], problem.longest_pause / 60_000
    room = np.where(problem.tables > 0, problem.room, 0)
    for who, line, many in own.rows:
        runs = windows(problem, many + 1)
        if not runs:
            why = f"no {many + 1:,} slots adjoin, with pauses of at most {minutes:g} min (--pause)"
        elif who is not None and all(
            room[who, list(run)].sum() <= many * problem.delegates[who] for run in runs
        ):
            why = f"nowhere could there be meetings in {many + 1:,} slots that adjoin"
        else:
            continue
        whose = "everybody" if who is None else shown_name(asked.people[who])
        notes.append(f"{shown}:{line}: in_row {many:,} of {whose} can never bind: {why}")
    return notes


def _idle(asked: Requests, interpreters: Mapping[str, int]) -> list[str]:
    needed = {asked.languages[p] for p in asked.language if p != UNSCHEDULED}
    return [f"--interpreters {name}: no request needs them" for name in interpreters if name not in needed]


def _problem(
    asked: Requests,
    slots: Slots,
    calendars: Mapping[int, list[bool]],
    limits: Limits | None,
    interpreters: Mapping[str, int],
    offers: Offers,
    length: IntArray | None,
    pause: int | None,
) -> Problem:
    available = None
    if calendars:
        available = np.ones((len(asked.people), len(slots)), dtype=np.bool_)
        for person, row in calendars.items():
            available[person] = row
    veto = np.array(asked.veto) | (offers.twin != UNSCHEDULED)
    must = np.array(asked.must) & ~veto
    fixed = np.array(asked.slot, dtype=np.int64)
    pool = np.array(asked.language, dtype=np.int64)
    most = limit_of(limits.most) if limits else None
    others = [(row, i) for row, more in enumerate(asked.others) for i in more]
    rows = np.bincount([i for people in asked.members for i in people], minlength=len(asked.people))
    return Problem.of(
        np.array(asked.who, dtype=np.int64),
        np.array(asked.whom, dtype=np.int64),
        _scores(asked),
        participants=len(asked.people),
        tables=np.array(slots.tables, dtype=np.int64),
        capacity=np.array(limits.delegates, dtype=np.int64) if limits else 1,
        most=NO_LIMIT if most is None else most,
        # nobody can have more meetings than requests
        least=np.minimum(np.array(limits.least, dtype=np.int64), rows) if limits else 0,
        available=available,
        wish_a=np.maximum(asked.wish_who, 0),
        wish_b=np.maximum(asked.wish_whom, 0),
        arrival=asked.arrival,
        start=np.array(slots.start, dtype=np.int64),
        end=np.array(slots.end, dtype=np.int64),
        day=slots.day,
        pause=pause,
        veto=veto if veto.any() else None,
        must=must if must.any() else None,
        fixed=fixed if (fixed != UNSCHEDULED).any() else None,
        pool=pool if (pool != UNSCHEDULED).any() else None,
        interpreters=list(interpreters.values()) if (pool != UNSCHEDULED).any() else None,
        in_row=limit_of(limits.in_row) if limits else None,
        length=length,
        before=np.array(offers.before, dtype=np.int64) if offers.before else None,
        others=np.array(others, dtype=np.int64) if others else None,
        alternatives=offers.group if (offers.group != UNSCHEDULED).any() else None,
    )


def _scores(asked: Requests) -> npt.NDArray[np.object_]:
    """What each request is worth, as written and exact; of dislikes nothing."""
    if all(Decimal(repr(float(each))) == each for each in set(asked.exact)):
        return np.maximum(asked.weight, 0).astype(object)
    return np.array([max(each, Decimal(0)) for each in asked.exact], dtype=object)
