"""Whether published timetables fit the scenario: names, times, tables.

Whether there are such slots is seen where an expo is built.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import pairwise

from sim.files.moments import NO_DATE
from sim.files.text import folded
from sim.scenario.checks.drawn import DrawnNames
from sim.scenario.checks.references import Finding
from sim.scenario.checks.soundness import Check
from sim.scenario.publishing import base_name, slots_taken, starts_at, table_number, takes
from sim.scenario.schema.data import ScenarioData
from sim.scenario.schema.meetings import MOST_SLOTS
from sim.scenario.schema.rows import PublishedRow

__all__ = ["published_checks"]

Published = Mapping[str, tuple[PublishedRow, ...]]
Near = Callable[[str, DrawnNames], str]


def published_checks(
    published: Published, listed: set[str], drawn: Callable[[ScenarioData], DrawnNames], near: Near
) -> Iterator[Check]:
    """Whether published meetings fit the scenario; paths are (matchmaking, name, published, row, column)."""
    for name, rows in published.items():
        yield partial(_times, name, rows)
        yield partial(_tables, name, rows)
        yield partial(_names, name, rows, listed, drawn, near)
        yield partial(_at_once, name, rows, listed, drawn)
    yield partial(_guests_at_once, published, listed, drawn)
    yield _options


def _options(data: ScenarioData) -> Iterator[Finding]:
    for name, section in data.matchmaking.items():
        if section.replan != "no" and section.published is None:
            said = f"found '{section.replan}'; without `published` there is nothing to plan again"
            yield ("matchmaking", name, "replan"), said
        elif section.replan != "no" and (section.rounds > 1 or section.compact != "no"):
            other = "rounds = 2" if section.rounds > 1 else f"compact = '{section.compact}'"
            said = f"found '{section.replan}'; with it the policy runs once and nothing is moved: not {other}"
            yield ("matchmaking", name, "replan"), said


def _times(name: str, rows: tuple[PublishedRow, ...], data: ScenarioData) -> Iterator[Finding]:
    section, expo = data.matchmaking[name], data.expo
    for i, row in enumerate(rows):
        if starts_at(row, expo) is None:
            shown = row.start.isoformat(" ", "minutes")
            if row.start.year == NO_DATE.year and expo.days == 1:  # 24:00, without a date
                said = f"found {row.start:%H:%M} of the next day; the expo is on {expo.first_day}"
            elif row.start.year == NO_DATE.year:
                said = f"found {row.start:%H:%M}; allowed: date and time, of one of the {expo.days} days"
            else:
                last = expo.first_day + dt.timedelta(days=expo.days - 1)
                said = f"found {shown}; the expo is on {expo.first_day}"
                said += f" to {last}" if expo.days > 1 else ""
            yield ("matchmaking", name, "published", i, "start"), said
        elif row.end is not None and slots_taken(row, section) is None:
            slot, turn = section.slot_minutes, section.slot_minutes + section.buffer_minutes
            ends = [row.start + dt.timedelta(minutes=slot + n * turn) for n in range(MOST_SLOTS)]
            until, *more = (f"{end:%H:%M}" for end in ends)
            said = f"found {row.end:%H:%M}; slots of {name} last {slot:g} min: until {until}, of several "
            said += f"slots until {' or '.join(more)}"
            yield ("matchmaking", name, "published", i, "end"), said


def _tables(name: str, rows: tuple[PublishedRow, ...], data: ScenarioData) -> Iterator[Finding]:
    section = data.matchmaking[name]
    if section.location == "booth":
        return
    at: dict[tuple[int, dt.datetime], int] = {}
    for i, row in enumerate(rows):
        if row.table is None:
            continue
        number = table_number(row.table, name, section)
        if number is None:
            most = section.tables * section.areas
            areas = f", or area/table, to {section.areas}/{section.tables}" if section.areas > 1 else ""
            said = f"found {row.table!r}; there is no such table of {name}; its tables are 1 to {most}{areas}"
            yield ("matchmaking", name, "published", i, "table"), said
            continue
        first = min(at.setdefault((number, when), i) for when in takes(row, section))
        if first != i:
            both = f"{rows[first].who} and {rows[first].whom}"
            said = f"found {row.table!r}, at which {both} meet at that time"
            yield ("matchmaking", name, "published", i, "table"), said


def _names(
    name: str,
    rows: tuple[PublishedRow, ...],
    listed: set[str],
    drawn_of: Callable[[ScenarioData], DrawnNames],
    near: Near,
    data: ScenarioData,
) -> Iterator[Finding]:
    section, drawn = data.matchmaking[name], drawn_of(data)
    exhibitors = replace(drawn, personas=())
    personas = section.guests or tuple(data.visitors)
    alike = {folded(each): each for each in listed}
    told: set[str] = set()
    for i, row in enumerate(rows):
        strangers = []
        for column, who in (("who", row.who), ("whom", row.whom)):
            if who in listed or drawn.exhibitor(who):
                continue
            strangers.append((column, who))
            if who in told:
                continue
            told.add(who)
            meant = alike.get(folded(who)) or drawn.alike(who)
            if meant is not None:
                said = f"found {who!r}; there is no such exhibitor; did you mean '{meant}'?"
                yield ("matchmaking", name, "published", i, column), said
                continue
            company = base_name(who)[0]
            if drawn.visitor(company):
                persona = company.rsplit(" ", 1)[0]
                share = data.visitors[persona].matchmaking_share
                if persona not in personas or not share:
                    said = f"found {who!r}; {persona} takes no part in {name}"
                    yield ("matchmaking", name, "published", i, column), said
        if len(strangers) == 2 and not any(_of_its_people(who, listed, drawn) for _, who in strangers):
            # who has the name of a guest is none by mistake: it is the other that is wrong
            meant_well = [drawn.visitor(base_name(who)[0]) for _, who in strangers]
            at = 0 if meant_well == [False, True] else 1
            (column, who), (_, other) = strangers[at], strangers[1 - at]
            said = f"found {who!r}, and {other!r} is no exhibitor either; one of the two must be"
            unknown = (each for each, k in ((other, 1 - at), (who, at)) if not meant_well[k])
            said += next(filter(None, (near(each, exhibitors) for each in unknown)), "")
            yield ("matchmaking", name, "published", i, column), said


def _of_its_people(who: str, listed: set[str], drawn: DrawnNames) -> bool:
    """Whether this is a party of an exhibitor's own people."""
    company = base_name(who)[0]
    return company != who and (company in listed or drawn.exhibitor(company))


def _at_once(
    name: str,
    rows: tuple[PublishedRow, ...],
    listed: set[str],
    drawn_of: Callable[[ScenarioData], DrawnNames],
    data: ScenarioData,
) -> Iterator[Finding]:
    """People in more meetings at one time than they can be; an exhibitor has as many as delegates."""
    section, drawn = data.matchmaking[name], drawn_of(data)
    at: dict[tuple[str, dt.datetime], list[int]] = {}
    for i, row in enumerate(rows):
        for column, who in (("who", row.who), ("whom", row.whom)):
            those = [at.setdefault((who, when), []) for when in takes(row, section)]
            before = max(those, key=len)
            most = section.delegates if who in listed or drawn.exhibitor(who) else 1
            if len(before) >= most:
                first = rows[before[0]]
                other = first.whom if first.who == who else first.who
                said = f"found {who!r}, who meets {other} at that time"
                said += f"; {name} has delegates = {most}" if most > 1 else ""
                yield ("matchmaking", name, "published", i, column), said
            for each in those:
                each.append(i)


def _guests_at_once(
    published: Published,
    listed: set[str],
    drawn_of: Callable[[ScenarioData], DrawnNames],
    data: ScenarioData,
) -> Iterator[Finding]:
    """Guests who would be in two programmes at one time."""
    if len(published) < 2:
        return
    drawn = drawn_of(data)
    times: dict[str, list[tuple[int, int, str, int, str]]] = {}
    for name, rows in published.items():
        section = data.matchmaking[name]
        slot = dt.timedelta(minutes=section.slot_minutes)
        for i, row in enumerate(rows):
            start = starts_at(row, data.expo)
            lasts = round((takes(row, section)[-1] - row.start + slot) / dt.timedelta(milliseconds=1))
            for column, who in (("who", row.who), ("whom", row.whom)):
                if start is not None and not (who in listed or drawn.exhibitor(who)):
                    times.setdefault(who, []).append((start, start + lasts, name, i, column))
    for who, each in times.items():
        each.sort()
        for (_, until, one, _, _), (start, _, other, i, column) in pairwise(each):
            if start < until and one != other:
                said = f"found {who!r}, who has a meeting of {one} at that time"
                yield ("matchmaking", other, "published", i, column), said
