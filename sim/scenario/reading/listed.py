"""The CSV files that a scenario names, and how their rows fit the rest of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from sim.files.locator import Keys
from sim.files.problems import Fault, did_you_mean
from sim.files.reading import read_bytes
from sim.scenario.checks.drawn import DrawnNames
from sim.scenario.checks.published import published_checks
from sim.scenario.checks.references import KIND_OF_SPONSOR, Finding, Names, country_fault, unknown_name
from sim.scenario.checks.soundness import Check
from sim.scenario.checks.stands import stand_findings
from sim.scenario.checks.timing import fault_of_start
from sim.scenario.checks.wording import shown_value
from sim.scenario.publishing import base_name
from sim.scenario.reading.document import OUTSIDE, Document, Origin, files_beside, shown_path, strays
from sim.scenario.reading.published import read_published_rows
from sim.scenario.reading.rows import Read, read_activities, read_exhibitors, read_pairs
from sim.scenario.schema.data import LIST_FILES, Activity, ScenarioData
from sim.scenario.schema.rows import ActivityRow, ExhibitorRow, PairRow, PublishedRow

__all__ = ["Listed", "read_listed", "row_checks"]

EXHIBITORS, PROGRAMME, PAIRS = LIST_FILES
_SHOW_PROBABILITY: float = Activity.model_fields["show_probability"].default  # a row has no other
_ROUND_MINUTES: float = Activity.model_fields["round_minutes"].default
_COMPARED = 20_000  # names compared to find near misses
_LISTS = ("*.csv", "*.xlsx")
_FEW = 12  # exhibitors that a message names


@dataclass
class Listed:
    """The rows of the CSV files of a scenario, with the file and line of each."""

    exhibitors: tuple[ExhibitorRow, ...] = ()
    activities: tuple[ActivityRow, ...] = ()
    pairs: tuple[PairRow, ...] = ()
    published: dict[str, tuple[PublishedRow, ...]] = field(default_factory=dict)  # by matchmaking programme
    origins: dict[Keys, Origin] = field(default_factory=dict)  # by (*path of the key, row)
    broken: dict[str, dict[int, dict[str, str]]] = field(default_factory=dict)
    """By key: what is not wrong in rows that are left out, numbered on from those that are not."""
    problems: list[Fault] = field(default_factory=list)
    unsound: set[Keys] = field(default_factory=set)  # paths of what cannot be spoken of


def read_listed(tree: dict[str, Any], document: Document) -> Listed:
    """Read the files that `tree` names.

    In `tree` their names become absolute paths, and `exhibitors.count`, where it is left out, the
    number of rows.
    """
    listed = Listed()
    listed.exhibitors = _rows(tree, (EXHIBITORS,), document, listed, read_exhibitors)
    listed.activities = _rows(tree, (PROGRAMME,), document, listed, read_activities)
    listed.pairs = _rows(tree, (PAIRS,), document, listed, read_pairs)
    sections = tree.get("matchmaking")
    for name, section in sections.items() if isinstance(sections, dict) else ():
        if isinstance(section, dict) and isinstance(section.get("published"), str):
            keys = ("matchmaking", name, "published")
            listed.published[name] = _rows(section, keys, document, listed, read_published_rows)
    if isinstance(tree.get(EXHIBITORS), str):
        totals = tree.setdefault("exhibitors", {})
        if isinstance(totals, dict):
            totals.setdefault("count", max(1, len(listed.exhibitors)))
    return listed


def _rows(
    section: dict[str, Any],
    keys: Keys,
    document: Document,
    listed: Listed,
    reader: Callable[[bytes, str], Read[Any]],
) -> tuple[Any, ...]:
    key = str(keys[-1])
    name = section.get(key)
    if not isinstance(name, str):
        return ()  # absent, or of a wrong type, which validation says
    origin = document.origin(keys)
    path = Path(origin.directory) / name
    typed = origin.line is None  # a user may name any file, and a pipe; a scenario, what lies with it
    if not (typed or document.outside) and strays(path, Path(origin.directory), Path(document.home)):
        listed.problems.append(document.problem(keys, f"found {shown_value(name)}; {OUTSIDE}"))
        listed.unsound.add(keys)
        return ()
    content = read_bytes(path, pipes=typed) if name else "allowed: the name of a CSV file"
    if isinstance(content, str):
        near = did_you_mean(path.name, files_beside(path, *_LISTS)) if name else ""
        listed.problems.append(document.problem(keys, f"found {shown_value(name)}; {content}{near}"))
        listed.unsound.add(keys)
        return ()
    section[key] = path.resolve().as_posix()
    shown = shown_path(path)
    rows, lines, problems, broken = reader(content, shown)
    listed.problems += problems
    if problems:
        listed.unsound.add(keys)
    listed.broken[key] = {len(rows) + n: cells for n, (_, cells) in enumerate(broken)}
    for row, line in enumerate([*lines, *(line for line, _ in broken)]):
        listed.origins[(*keys, row)] = Origin(shown, line, str(path.parent))
    return rows


def row_checks(data: ScenarioData, names: Names, listed: Listed) -> Iterator[Check]:
    """Whether the rows fit the scenario; paths are (key of the file, row, column)."""
    known = {row.name for row in listed.exhibitors}
    nears = count()  # a near miss among thousands takes long to find, so only the first few get one

    def near(name: str, drawn: DrawnNames) -> str:
        return drawn.near_miss(name, known) if next(nears) * len(known) < _COMPARED else ""

    yield partial(_names_of_exhibitors, names, listed)
    yield partial(_stands, listed)
    yield partial(_drawn_too, listed, known)
    yield partial(_staff_by_name, listed, known, near)
    yield lambda _: _pair_findings(listed)
    yield from published_checks(listed.published, known, lambda data: _drawn(data, listed), near)
    yield partial(_strangers, listed, known, near)
    yield partial(_rooms, names, listed)
    yield partial(_hosts, listed, known, near)
    for i, activity in enumerate(listed.activities):
        yield partial(_seats, i, activity)
        yield partial(_starts, i, activity)


def _drawn(data: ScenarioData, listed: Listed) -> DrawnNames:
    """The companies that may be drawn beside those listed."""
    in_file = data.exhibitors_file is not None
    return DrawnNames.of(data, listed=in_file, without=[row.pavilion for row in listed.exhibitors])


def _names_of_exhibitors(names: Names, listed: Listed, data: ScenarioData) -> Iterator[Finding]:
    columns = (
        ("chain", "chain", names.chains),
        ("hall", "hall", names.halls),
        ("pavilion", "pavilion", names.pavilions),
        ("sponsor", KIND_OF_SPONSOR, names.sponsors),
    )
    for column, what, there in columns:
        for i, name in _cells(listed, EXHIBITORS, listed.exhibitors, column):
            if name not in there:
                yield (EXHIBITORS, i, column), unknown_name(what, name, there)
    for i, code in _cells(listed, EXHIBITORS, listed.exhibitors, "country"):
        if fault := country_fault(code):
            yield (EXHIBITORS, i, "country"), fault


def _cells(listed: Listed, key: str, rows: Iterable[object], column: str) -> Iterator[tuple[int, str]]:
    """The names in a column that are there, by row; of rows with something else that is wrong, too."""
    for i, row in enumerate(rows):
        name = getattr(row, column)
        if name is not None:
            yield i, name
    for i, cells in listed.broken.get(key, {}).items():
        if column in cells:
            yield i, cells[column]


def _stands(listed: Listed, data: ScenarioData) -> Iterator[Finding]:
    for i, column, message in stand_findings(data, listed.exhibitors):
        yield (EXHIBITORS, i, column), message


def _drawn_too(listed: Listed, known: set[str], data: ScenarioData) -> Iterator[Finding]:
    """Exhibitors that are called as somebody is who is drawn, or as a party of another."""
    drawn = _drawn(data, listed)
    for i, row in enumerate(listed.exhibitors):
        if drawn.exhibitor(row.name):
            message = (
                f"found {row.name!r}; a company of this name is drawn: its pavilion, of which the file has "
                "nobody, has exhibitors or partners"
            )
            yield (EXHIBITORS, i, "name"), message
        company, party = base_name(row.name)
        if drawn.visitor(company):
            persona = company.rsplit(" ", 1)[0]
            message = f"found {row.name!r}; visiting companies of visitors.{persona} are called so, and a "
            yield (EXHIBITORS, i, "name"), message + "timetable could not tell them apart: write it otherwise"
        elif party > 1 and company in known:
            message = f"found {row.name!r}; so a timetable calls party {party} of {company!r}"
            yield (EXHIBITORS, i, "name"), message + ", which is in the file, too: write it otherwise"


def _staff_by_name(
    listed: Listed, known: set[str], near: Callable[[str, DrawnNames], str], data: ScenarioData
) -> Iterator[Finding]:
    drawn = _drawn(data, listed)
    settings = data.exhibitors
    for key, said in (("named_staff", settings.named_staff), ("added_staff", settings.added_staff)):
        for name in said:
            if name not in known and not drawn.exhibitor(name):
                yield ("exhibitors", key, name), f"there is no such exhibitor{near(name, drawn)}"


def _rooms(names: Names, listed: Listed, data: ScenarioData) -> Iterator[Finding]:
    for i, room in _cells(listed, PROGRAMME, listed.activities, "room"):
        if room not in names.rooms:
            yield (PROGRAMME, i, "room"), unknown_name("kind of room", room, names.rooms)
    for i, activity in enumerate(listed.activities):
        if activity.room is None and activity.kind != "debut":
            yield (PROGRAMME, i, "room"), f"missing; only a debut is held at a booth, not a {activity.kind}"
        if 0 < activity.mixing_minutes < _ROUND_MINUTES:
            message = f"found {activity.mixing_minutes:g}; a round of mixing takes {_ROUND_MINUTES:g}"
            yield (PROGRAMME, i, "mixing_minutes"), message


def _seats(row: int, activity: ActivityRow, data: ScenarioData) -> Iterator[Finding]:
    if activity.room is None or activity.room not in data.venue.rooms:
        return
    seats = data.venue.rooms[activity.room].seats
    expected = activity.registered * _SHOW_PROBABILITY
    if expected > seats:
        come = f"of whom {expected:g} come"
        message = f"found {activity.registered:g} people, {come}; the room has {seats} seats"
        yield (PROGRAMME, row, "registered"), message


def _hosts(
    listed: Listed, known: set[str], near: Callable[[str, DrawnNames], str], data: ScenarioData
) -> Iterator[Finding]:
    drawn = _drawn(data, listed)
    for i, host in enumerate(activity.host for activity in listed.activities):
        if host is not None and host not in known and not drawn.exhibitor(host):
            there = f"; there are: {', '.join(sorted(known))}" if 0 < len(known) <= _FEW else ""
            message = f"found {host!r}; there is no such exhibitor{there}{near(host, drawn)}"
            yield (PROGRAMME, i, "host"), message


def _starts(row: int, activity: ActivityRow, data: ScenarioData) -> Iterator[Finding]:
    length = activity.talk_minutes + activity.mixing_minutes
    if fault := fault_of_start(activity.starts, length, data):
        yield (PROGRAMME, row, "starts"), fault


def _strangers(
    listed: Listed, exhibitors: set[str], near: Callable[[str, DrawnNames], str], data: ScenarioData
) -> Iterator[Finding]:
    """Pairs of which nothing can come: nobody of that name can be there.

    Of those who have met before, one may be absent: such a list is of an earlier expo.
    """
    if data.pairs_file is None:
        return
    drawn = _drawn(data, listed)
    guests = {name for rows in listed.published.values() for row in rows for name in (row.who, row.whom)}
    for i, pair in enumerate(listed.pairs):
        unknown = [
            column
            for column, name in (("who", pair.who), ("whom", pair.whom))
            if not (name in exhibitors or name in guests or drawn.exhibitor(name) or drawn.visitor(name))
        ]
        if len(unknown) > (1 if pair.rule == "met" else 0):
            name = getattr(pair, unknown[0])
            message = f"found {name!r}; there is no such exhibitor, and no visiting company is called so"
            yield (PAIRS, i, unknown[0]), message + near(name, drawn)


def _pair_findings(listed: Listed) -> Iterator[Finding]:
    rules: dict[tuple[str, ...], str] = {}
    for i, pair in enumerate(listed.pairs):
        if pair.who == pair.whom:
            yield (PAIRS, i, "whom"), f"found {pair.whom!r} twice; a pair is two organisations"
        said = rules.setdefault(tuple(sorted((pair.who, pair.whom))), pair.rule)
        if said != pair.rule:
            yield (PAIRS, i, "rule"), f"found '{pair.rule}'; another row says '{said}' of the same pair"
