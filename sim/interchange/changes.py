"""What a timetable changes of a published one: by person, ready to be sent, and as figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields, replace
from typing import Any, Final

import numpy as np

from sim.files.lines import WIDTH, wrapped
from sim.files.sheets import plural, shown_name
from sim.files.text import plain_cell
from sim.interchange.arranging import Arranged
from sim.interchange.published_csv import Meeting, people_of
from sim.interchange.timetable_csv import written
from sim.matchmaking import UNSCHEDULED, Reason
from sim.matchmaking.replan.published import What
from sim.matchmaking.replan.replan import Claim, Replanned

__all__ = ["Change", "changes", "changes_csv", "changes_json", "changes_summary", "changes_told", "figures"]

_WORDS: Final = {
    What.MOVED: "moved",
    What.RESEATED: "table",
    What.CANCELLED: "cancelled",
    What.NEW: "new",
}
_AGAIN: Final = "again"
_WITHDRAWN: Final = "it is not asked for any more"
_SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class Change:
    """One meeting of one person that is not as it was published.

    `what` is moved, table, cancelled or new, or again: a meeting that was not held in its old slot. Tables
    are from 1, None where there is none or nobody said. Starts are empty where nobody said them.
    """

    person: str
    partner: str
    what: str
    old_slot: str
    old_start: str
    old_table: int | None
    new_slot: str
    new_start: str
    new_table: int | None
    why: str

    def __str__(self) -> str:
        old, new = self.old_start or self.old_slot, self.new_start or self.new_slot
        why = f" ({self.why})" if self.why else ""
        if self.what == "again":
            return f"{self.person}: {new} with {self.partner}, table {self.new_table}: again{why}"
        if self.what == "new":
            return f"{self.person}: {new} with {self.partner}, table {self.new_table}: new{why}"
        tables = f"table {self.old_table or '?'} → {self.new_table}"
        head = f"{self.person}: {old} with {self.partner}"
        if self.what == "cancelled":
            return f"{head} cancelled{why}"
        return f"{head} moved to {new}, {tables}{why}" if self.what == "moved" else f"{head}, {tables}{why}"


_FIELDS: Final = tuple(each.name for each in fields(Change))


def changes(arranged: Arranged) -> list[Change]:
    """What each person is to be told, by name and time; empty if nothing had been published."""
    made, publication = arranged.replanned, arranged.publication
    if made is None or publication is None:
        return []
    slots = arranged.lists.slots
    place = {name: t for t, name in enumerate(slots.names)}
    known = set(arranged.lists.people)
    found = [
        *_of_requests(arranged, made),
        *(
            change
            for each in publication.withdrawn
            for change in _all(people_of(each, known), _WORDS[What.CANCELLED], each, None, _WITHDRAWN)
        ),
    ]
    last = len(slots)

    def order(each: Change) -> tuple[str, str, int]:
        return each.person.casefold(), each.person, place.get(each.old_slot or each.new_slot, last)

    return sorted(found, key=order)


@dataclass(frozen=True, slots=True)
class _Now:
    slot: str
    start: str
    table: int


def _of_requests(arranged: Arranged, made: Replanned) -> Iterator[Change]:
    lists, publication = arranged.lists, arranged.publication
    assert publication is not None
    slot, table = arranged.timetable.slot.tolist(), arranged.timetable.table.tolist()
    members = lists.requests.members
    for k in np.flatnonzero(made.changes.what != What.NOTHING).tolist():
        what = What(int(made.changes.what[k]))
        asked = lists.requests
        people = [asked.people[i] for i in members[k]]
        held = k if what is What.NEW else int(made.changes.now[k])
        now = None
        if held != UNSCHEDULED:
            t = slot[held]
            now = _Now(lists.slots.names[t], lists.slots.shown_start[t], table[held] + 1)
        failed = None if arranged.begun is None else arranged.begun.past.failed.get(k)
        if failed is not None and what is What.NEW:
            old = failed.start or failed.slot
            yield from _all(people, _AGAIN, failed, now, f"it was not held at {old}")
        else:
            yield from _all(people, _WORDS[what], publication.of.get(k), now, _why(arranged, made, k, what))


def _all(people: list[str], what: str, old: Meeting | None, new: _Now | None, why: str) -> Iterator[Change]:
    for person in people:
        partner = " & ".join(other for other in people if other != person)
        yield Change(
            person=person,
            partner=partner,
            what=what,
            old_slot=old.slot if old else "",
            old_start=old.start if old else "",
            old_table=old.table if old else None,
            new_slot=new.slot if new else "",
            new_start=new.start if new else "",
            new_table=new.table if new else None,
            why=why,
        )


def _why(arranged: Arranged, made: Replanned, k: int, what: What) -> str:
    """Why a published meeting is not where it was."""
    problem, t = arranged.timetable.problem, int(made.published.slot[k])
    if what is What.NEW:
        return ""
    if what is What.RESEATED:
        return f"there {_are(int(problem.tables[t]))} now"
    cause = _cause(arranged, k, t)
    if what is What.MOVED:
        return cause or _others(arranged, k, t)
    reason = Reason(int(arranged.timetable.reason[k]))
    if cause and reason in (Reason.VETOED, Reason.NEVER_TOGETHER, Reason.NOT_CHOSEN):
        return cause
    said = arranged.reason(k) or ""
    return f"{cause}; {said}" if cause else said


def _are(tables: int) -> str:
    return f"{'is' if tables == 1 else 'are'} {plural(tables, 'table')}"


def _cause(arranged: Arranged, k: int, t: int) -> str:
    """What keeps a request out of its old slot and has changed in the lists; empty if nothing has."""
    problem, lists, publication = arranged.timetable.problem, arranged.lists, arranged.publication
    assert publication is not None
    sides = problem.members[k]
    away = [i for i in sides if not problem.room[i].any()]
    if problem.veto is not None and problem.veto[k] and lists.twin[k] == UNSCHEDULED:
        return "it is vetoed"
    if t == UNSCHEDULED and not away:
        return f"there is no slot {shown_name(publication.of[k].slot)} at that time any more"
    away = away or [i for i in sides if not problem.room[i, t]]
    if away:
        both = " and ".join(lists.people[i] for i in away)
        return f"{both} {'is' if len(away) == 1 else 'are'} away"
    if problem.fixed is not None and problem.fixed[k] not in (UNSCHEDULED, t):
        return "it is fixed to another slot"
    made = arranged.replanned
    assert made is not None
    fewer = int((made.published.slot == t).sum()) > problem.tables[t]
    return f"there {_are(int(problem.tables[t]))} now" if fewer else ""


def _others(arranged: Arranged, k: int, t: int) -> str:
    """Who has the place that a meeting had."""
    problem, people, slot = arranged.timetable.problem, arranged.lists.people, arranged.timetable.slot
    request, who = problem.attending
    for i in problem.members[k]:
        then = int((slot[request[who == i]] == t).sum())
        if then and then >= problem.room[i, t]:
            return f"{people[i]} has another meeting then"  # with whom is not for everybody to know
    taken = (slot == t).sum() >= problem.tables[t]
    return "all tables are taken then" if taken else "to make room for others"


def changes_csv(arranged: Arranged) -> bytes:
    """The changes as CSV in UTF-8, a row for each person and meeting, written as the requests are."""
    rows = (
        ["" if cell is None else plain_cell(str(cell)) for cell in astuple(change)]
        for change in changes(arranged)
    )
    return written([_FIELDS, *rows], arranged.lists.style)


def changes_json(arranged: Arranged) -> dict[str, Any] | None:
    """The same for machines, with figures; None if nothing had been published."""
    made, publication = arranged.replanned, arranged.publication
    if made is None or publication is None:
        return None
    listed = changes(arranged)
    return {
        "keep": made.keep,
        "published": publication.meetings,
        **figures(arranged, made),
        "people_moved": len(made.changes.people(What.MOVED)),
        "people_moved_at_least": made.people,
        "people_untouched": _untouched(arranged, listed),
        "claim": made.claim,
        "claims": made.claims,
        "list": [dict(zip(_FIELDS, astuple(each), strict=True)) for each in listed],
    }


def figures(arranged: Arranged, made: Replanned) -> dict[str, int]:
    """How many published meetings stay, move and so on."""
    assert arranged.publication is not None
    count = {word: made.changes.count(what) for what, word in _WORDS.items()}
    withdrawn = len(arranged.publication.withdrawn)
    again = again_of(arranged)
    there = arranged.publication.meetings - withdrawn - count["moved"] - count["cancelled"] - count["table"]
    return {
        "stay": there,
        "moved": count["moved"],
        "reseated": count["table"],
        "cancelled": count["cancelled"] + withdrawn,
        "new": count["new"] - len(again),
        **({} if arranged.begun is None else {"again": len(again)}),
    }


def again_of(arranged: Arranged) -> list[int]:
    """The requests whose meeting was not held and has a new slot."""
    failed = () if arranged.begun is None else arranged.begun.past.failed
    return [k for k in failed if arranged.timetable.slot[k] != UNSCHEDULED]


def _untouched(arranged: Arranged, listed: list[Change]) -> int:
    """How many of those in the lists need not be told anything."""
    return len(set(arranged.lists.people) - {each.person for each in listed})


_CLAIMS: Final[dict[Claim, str]] = {
    "proven": "proven fewest",
    "claimed": "fewest, as a solver claims",
    "open": "not known to be the fewest",
}


def changes_summary(arranged: Arranged, listed: list[Change]) -> list[tuple[str, str]]:
    """Labels and lines for the screen, of all `changes`; none if nothing had been published."""
    made = arranged.replanned
    if made is None or arranged.publication is None:
        return []
    of = figures(arranged, made)
    people = len(made.changes.people(What.MOVED))
    moves = f"{plural(of['moved'], 'meeting')} of {people:,} people; {_CLAIMS[made.claim]}"
    if not of["moved"]:
        moves = "none"
    elif made.claim != "proven" and made.known("moves") == "proven":
        least = (
            f"at least {made.people:,} people" if made.claim == "open" else "fewest people as a solver claims"
        )
        moves = f"{plural(of['moved'], 'meeting')}, proven fewest, of {people:,} people; {least}"
    tables = plural(of["reseated"], "meeting") + " at another table in the same slot"
    if not of["reseated"]:
        tables = "none"
    counts = f"{of['stay']:,} as they were, {of['cancelled']:,} cancelled, {of['new']:,} new"
    counts += "" if arranged.begun is None else f", {of['again']:,} again"
    return [
        (
            "Published meetings" if arranged.begun is None else "Meetings left",
            f"{arranged.publication.meetings:,}: {counts}",
        ),
        ("Moved in time", moves),
        ("Moved in place", tables),
        ("Not touched", f"{_untouched(arranged, listed):,} of {len(arranged.lists.people):,} people"),
    ]


def changes_told(arranged: Arranged, listed: list[Change]) -> list[str]:
    """The first of all `changes`, each in lines of 80 columns at most."""
    slots = arranged.lists.slots
    starts = {*slots.shown_start, *(start for each in listed for start in (each.old_start, each.new_start))}
    one_day = len({start.rpartition(" ")[0] for start in starts if start}) == 1  # the time will do
    lines = ["To be told"] if listed else []
    for each in listed[:_SHOWN]:
        if one_day:
            old, new = (start.rpartition(" ")[2] for start in (each.old_start, each.new_start))
            each = replace(each, old_start=old, new_start=new)
        lines += wrapped(str(each), WIDTH, "  ", "      ")
    if len(listed) > _SHOWN:
        lines.append(f"  and {len(listed) - _SHOWN:,} more: --changes FILE has all")
    return lines
