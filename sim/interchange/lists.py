"""Anyone's lists, read, checked and made into a matchmaking problem."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.files.problems import Fault
from sim.files.sheets import ListError, Sheet, Source, Style, Unknown, plural, shown_name
from sim.files.text import same
from sim.interchange.by_day import lunches, with_days
from sim.interchange.offers import Offers, offers_of
from sim.interchange.people_csv import Limits, limits_of, slot_columns, when_available
from sim.interchange.requests_csv import Requests, notes_on, read_requests
from sim.interchange.slots_csv import MOST_SLOTS, Slots, named_slots, read_slots
from sim.matchmaking import NO_LIMIT, UNSCHEDULED, Problem
from sim.matchmaking.problem.problem import BoolArray
from sim.matchmaking.wishes.affinity import IntArray

__all__ = ["Lists", "read_lists"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """Requests, slots and people, and the problem they make; participant i is `people[i]`.

    `twin[k]` is the alternative that counts in the place of request k, both being of the same two
    people, -1 if k counts itself. `least` are the fewest meetings as they were asked for. `delegates[i]` are
    the names of who sits for participant i, none where nobody wrote them. `notes` say what is allowed but
    may not be meant.
    """

    problem: Problem
    requests: Requests
    slots: Slots
    twin: IntArray
    least: IntArray
    style: Style
    notes: tuple[str, ...]
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
) -> Lists:
    """The lists in these CSV files.

    `slots` is their number, a file with their names, times and tables, or None: then they are the
    columns of the availability file. `tables` is the number in each slot for which a file says none.
    `interpreters` are their number by language. `once`: two people meet once at most, their requests
    are alternatives. `ignore_unknown`: unknown columns, and people who are in no request, are passed
    over. What each file holds is said in `exposim timetable --help`.

    Raises:
        ListError: with all that is wrong with any of the files.
    """
    unknown: Unknown = "ignored" if ignore_unknown else "refused"
    staff = {same(language): number for language, number in (interpreters or {}).items()}
    sheets: list[Sheet] = []
    calendar: Sheet | None = None
    there: Slots | None
    if isinstance(slots, int):
        there = _numbered(slots, tables)
    elif slots is not None:
        there, sheet = read_slots(slots, tables, unknown)
        sheets.append(sheet)
    elif availability is not None:
        calendar = slot_columns(availability, None, unknown)
        there = _slots_of(calendar, tables)
    else:
        raise ValueError("slots are needed: a number, a file, or an availability file that names them")
    names = None if there is None else there.names
    asked, sheet = read_requests(requests, names, staff, unknown)
    asking = sheet
    sheets.insert(0, sheet)
    people = asked.people if asked is not None and sheet.complete else None
    notes = [] if asked is None else notes_on(asked, sheet, once=once)
    style = sheet.style
    away: dict[int, list[bool]] = {}
    if availability is not None and calendar is None and names is not None:
        calendar = slot_columns(availability, names, unknown)
    if calendar is not None:
        sheets.append(calendar)
        if calendar.good and names is not None:
            away, strangers = when_available(calendar, names, people, ignore=ignore_unknown)
            notes += _in_vain(calendar, strangers)
    own: Limits | None = None
    lunch: dict[str, BoolArray] = {}
    if limits is not None:
        own, sheet, strangers = limits_of(limits, people, unknown, ignore=ignore_unknown)
        sheets.append(sheet)
        notes += _in_vain(sheet, strangers)
        if there is not None:
            lunch = lunches(sheet, there)
    _raise(sheets)
    assert asked is not None
    assert there is not None
    notes += [
        f"{sheet.shown}: columns that are not used: {', '.join(map(shown_name, sheet.ignored))}"
        for sheet in sheets
        if sheet.ignored
    ]
    notes += _idle(asked, staff)
    offers = offers_of(asked, asking, (asked.slot, asked.language), once=once)
    notes += offers.notes
    problem = _problem(asked, there, away, own, staff, offers)
    return Lists(
        problem=problem if own is None else with_days(problem, own, lunch),
        requests=asked,
        slots=there,
        twin=offers.twin,
        least=np.array((0,) * len(asked.people) if own is None else own.least, dtype=np.int64),
        style=style,
        notes=tuple(notes),
        delegates=((),) * len(asked.people) if own is None else own.delegate_names,
    )


def _numbered(count: int, tables: int | None) -> Slots:
    if not 1 <= count <= MOST_SLOTS:
        raise ValueError(f"slots must be from 1 to {MOST_SLOTS:,}, not {count:,}")
    if tables is None:
        raise ValueError("tables are needed where no file says them")
    return named_slots([str(t + 1) for t in range(count)], [tables] * count)


def _slots_of(calendar: Sheet, tables: int | None) -> Slots | None:
    """The slots that are the columns of an availability file."""
    names = [name for name in calendar.header if name != "who"]
    if tables is None:
        raise ValueError("tables are needed where no file says them")
    if len(names) > MOST_SLOTS:
        calendar.fault(None, "", f"has {len(names):,} slots; allowed: {MOST_SLOTS:,} at most")
        calendar.good = False
    return named_slots(names, [tables] * len(names)) if calendar.good else None


def _raise(sheets: list[Sheet]) -> None:
    wrong: list[Fault] = [problem for sheet in sheets for problem in sheet.problems()]
    if wrong:
        raise ListError(wrong, unknown=any(sheet.unknown for sheet in sheets))


def _in_vain(sheet: Sheet, strangers: list[str]) -> list[str]:
    if not strangers:
        return []
    some = ", ".join(map(shown_name, strangers[:3])) + (", ..." if len(strangers) > 3 else "")
    return [f"{sheet.shown}: {plural(len(strangers), 'row')} of people who are in no request: {some}"]


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
    in_row = _limit(limits.in_row) if limits and any(row is not None for row in limits.in_row) else None
    rows = np.bincount(np.array(asked.who + asked.whom), minlength=len(asked.people))
    return Problem.of(
        np.array(asked.who, dtype=np.int64),
        np.array(asked.whom, dtype=np.int64),
        np.array(asked.weight, dtype=object),  # as written: exact
        participants=len(asked.people),
        tables=np.array(slots.tables, dtype=np.int64),
        capacity=np.array(limits.delegates, dtype=np.int64) if limits else 1,
        most=_limit(limits.most) if limits else NO_LIMIT,
        # nobody can have more meetings than requests
        least=np.minimum(np.array(limits.least, dtype=np.int64), rows) if limits else 0,
        available=available,
        wish_a=asked.wish_who,
        wish_b=asked.wish_whom,
        arrival=asked.arrival,
        start=np.array(slots.start, dtype=np.int64),
        end=np.array(slots.end, dtype=np.int64),
        veto=veto if veto.any() else None,
        must=must if must.any() else None,
        fixed=fixed if (fixed != UNSCHEDULED).any() else None,
        pool=pool if (pool != UNSCHEDULED).any() else None,
        interpreters=list(interpreters.values()) if (pool != UNSCHEDULED).any() else None,
        in_row=in_row,
        before=np.array(offers.before, dtype=np.int64) if offers.before else None,
        alternatives=offers.group if (offers.group != UNSCHEDULED).any() else None,
    )


def _limit(values: tuple[int | None, ...]) -> IntArray:
    return np.array([NO_LIMIT if value is None else value for value in values], dtype=np.int64)
