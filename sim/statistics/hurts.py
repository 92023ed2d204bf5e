"""Where it hurts: longest queues, fullest rooms and halls, who was left out, requests without a slot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.expo.expo import REASONS, SESSION_KINDS
from sim.files.lines import WIDTH, wrapped
from sim.files.markup import filled
from sim.floor.arrays import MINUTE, NONE
from sim.floor.curves import peaks
from sim.floor.trace import Cause, Kind, Outcome
from sim.statistics.kpis.contacts import useful_contacts
from sim.statistics.kpis.diaries import diary_share
from sim.statistics.kpis.meetings import request_without_slot
from sim.statistics.kpis.promises import IN_SHORT, promises
from sim.statistics.ledger import QUEUES, Integers, Ledger, Rows
from sim.statistics.text import clock, minutes, number

if TYPE_CHECKING:
    from sim.expo.expo import Expo
    from sim.floor.trace import Trace

__all__ = [
    "NAMED",
    "SHOWN",
    "BrokenPromise",
    "Crowd",
    "FullDiaries",
    "NoSlot",
    "Queue",
    "Told",
    "WhereItHurts",
    "find_where_it_hurts",
    "where_it_hurts",
]

SHOWN: Final = 3  # items of each kind in the text
NAMED: Final = 12  # exhibitors left out named in the text
_NOWHERE: Final = "nowhere: no queue, no full room, nobody left out"
_TOUR: Final = SESSION_KINDS.index("tour")
_HTML: Final = (
    "<p><b>{{ title }}</b></p><ul>{% for heading, items in parts %}<li>{{ heading }}<ul>"
    "{% for item in items %}<li>{{ item }}</li>{% endfor %}</ul></li>"
    "{% else %}<li>{{ nowhere }}</li>{% endfor %}</ul>"
)


@dataclass(frozen=True, slots=True)
class Queue:
    """One queue over the whole expo."""

    place: str
    kind: str  # booth, gate, catering, hall door
    came: int  # parties
    waited: int  # parties that had to queue
    lost: int  # parties that left unserved, balks included
    wait_minutes: float  # mean of those who had to queue
    longest_minutes: float
    longest_queue: int  # parties
    longest_at: int  # ms

    def __str__(self) -> str:
        return (
            f"{self.place}: {self.waited:,} of {self.came:,} parties queued, "
            + (
                f"{minutes(self.wait_minutes)} on average, {minutes(self.longest_minutes)} at most, up to "
                f"{self.longest_queue:,} at once ({clock(self.longest_at)}); "
                if self.waited
                else ""
            )
            + f"{self.lost:,} left unserved"
        )


@dataclass(frozen=True, slots=True)
class Crowd:
    """A session or a hall at its fullest."""

    name: str
    people: int
    limit: int  # seats, or people let in; NONE: no limit
    at: int  # ms
    turned_away: int  # people not let in (a hall: who gave up at its door)
    where: str = ""  # the place of a session

    def __str__(self) -> str:
        name = f"{self.name} in {self.where}" if self.where else self.name
        limit = "" if self.limit == NONE else f" of {self.limit:,}"
        away = f", {self.turned_away:,} turned away" if self.turned_away else ""
        return f"{name}: {self.people:,}{limit} people ({clock(self.at)}){away}"


@dataclass(frozen=True, slots=True)
class BrokenPromise:
    """A sponsor, the meetings promised, and the fewer held."""

    exhibitor: str
    sponsor: str
    promised: int
    held: int
    reasons: Mapping[str, int]  # why the others were not, by the names in `REASONS` of the KPIs

    def __str__(self) -> str:
        why = ", ".join(f"{n:,} {IN_SHORT[name]}" for name, n in self.reasons.items())
        return f"{self.exhibitor} ({self.sponsor}): {self.held:,} of {self.promised:,} meetings; {why}"


@dataclass(frozen=True, slots=True)
class NoSlot:
    """A request that was accepted and found no slot."""

    programme: str
    asker: str
    asked: str
    score: float

    def __str__(self) -> str:
        return f"{self.asker} and {self.asked} ({self.programme}, score {number(self.score)})"


# that all tables of the hall in which two meet are taken is no reason of its own to look for more time
_NO_TABLE = [REASONS.index("no_table"), REASONS.index("place_full")]


@dataclass(frozen=True, slots=True)
class FullDiaries:
    """How full the diaries of both sides of matchmaking are, and what accepted requests without a slot lack.

    A request may have both diaries full, or none and a table: then no slot was free to both.
    """

    # shares of the slots in which those with accepted requests could meet; None: there are none
    visitors: float | None = None
    exhibitors: float | None = None
    without: int = 0  # accepted requests without a slot of their own
    visitor_full: int = 0  # of these, those whose visitor had no slot left
    exhibitor_full: int = 0
    no_table: int = 0  # of these, those for which both had slots left, and all tables were taken

    def __str__(self) -> str:
        if not self.without:
            return ""
        lacks = {
            "tables are lacking": self.no_table,
            "visitors lack time": self.visitor_full,
            "exhibitors lack time": self.exhibitor_full,
        }
        first, second = sorted(lacks, key=lambda lack: -lacks[lack])[:2]
        # what is rarer than the rest, for which the two had no slot in common, is not what is lacking
        rest = self.without - sum(lacks.values())
        said = f": {first}" if lacks[first] > max(lacks[second], rest) else ""

        def share(part: int) -> str:
            return _percent(part / self.without)

        return (
            f"of slots in which they could meet, visitors use {_percent(self.visitors)}, exhibitors "
            f"{_percent(self.exhibitors)}; no table is free in {share(self.no_table)}, the "
            f"visitor's diary full in {share(self.visitor_full)}, the exhibitor's in "
            f"{share(self.exhibitor_full)}{said}"
        )


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{number(share, 'share', 2)} %"


class Told:
    """Headings with items below them, as lines of text and as lists of HTML."""

    __slots__ = ()

    def _title(self) -> str:
        raise NotImplementedError

    def _parts(self, most: int = SHOWN) -> list[tuple[str, list[str]]]:
        """Headings, and what stands below them, at most so many items each."""
        raise NotImplementedError

    def parts(self, most: int = SHOWN) -> list[tuple[str, list[str]]]:
        """Headings, and what stands below each, at most so many items of each kind."""
        return self._parts(most)

    def lines(self, most: int = SHOWN, width: int = WIDTH) -> list[str]:
        """As lines of text of at most `width` columns, with at most so many items of each kind."""
        lines = []
        for heading, items in self._parts(most):
            lines += wrapped(heading, width, "  ", "    ")
            for item in items:
                lines += wrapped(item, width, "    ", "      ")
        return lines or [f"  {_NOWHERE}"]

    def text(self, width: int = WIDTH) -> str:
        """The title and the lines."""
        return "\n".join([*wrapped(self._title(), width), *self.lines(width=width)])

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return filled(_HTML, title=self._title(), parts=self._parts(), nowhere=_NOWHERE)


@dataclass(frozen=True, slots=True, repr=False)
class WhereItHurts(Told):
    """What an organiser would mend first, of one replication; printed as text."""

    booths: tuple[Queue, ...]  # the most waiting first
    doors: tuple[Queue, ...]  # gates, catering and doors of halls; the most waiting first
    sessions: tuple[Crowd, ...]  # the fullest first, then most turned away
    halls: tuple[Crowd, ...]  # the fullest first
    left_out: tuple[str, ...]  # exhibitors without a useful contact
    promises: tuple[BrokenPromise, ...]  # sponsors who were promised more, the worst served first
    no_slot: tuple[NoSlot, ...]  # by score, best first
    diaries: FullDiaries
    not_done: tuple[str, ...]  # what was asked for and could not be done, what weighs most first
    closed: Mapping[str, int]  # stops given up because the hall was closed, by hall, the most first
    replication: int

    def _parts(self, most: int = SHOWN) -> list[tuple[str, list[str]]]:
        """Headings, and what stands below them."""
        names = [*self.left_out[:NAMED], *(["…"] if len(self.left_out) > NAMED else [])]
        parts: tuple[tuple[str, list[str]], ...] = (
            ("Longest queues at booths", [str(queue) for queue in self.booths[:most]]),
            ("Longest queues elsewhere", [str(queue) for queue in self.doors[:most]]),
            ("Fullest sessions", [str(crowd) for crowd in self.sessions[:most]]),
            ("Fullest halls", [str(crowd) for crowd in self.halls[:most]]),
            (
                f"Stops given up because the hall was closed: {sum(self.closed.values()):,}",
                [f"{hall}: {number:,}" for hall, number in list(self.closed.items())[:most]],
            ),
            (f"Exhibitors left out: {len(self.left_out):,}", [", ".join(names)] if names else []),
            (f"Promises not kept: {len(self.promises):,}", [str(p) for p in self.promises[:most]]),
            (
                f"Accepted requests without a slot: {len(self.no_slot):,}",
                [str(self.diaries)] * (self.diaries.without > 0)
                + [str(request) for request in self.no_slot[:most]],
            ),
            (f"Asked for and not done: {len(self.not_done):,}", list(self.not_done[:most])),
        )
        return [(heading, items) for heading, items in parts if items]

    def _title(self) -> str:
        return f"Where it hurts (replication {self.replication})"


def where_it_hurts(expo: Expo, trace: Trace) -> WhereItHurts:
    """Longest queues, fullest sessions and halls, exhibitors left out, requests without a slot."""
    return find_where_it_hurts(Ledger(expo, trace))


def find_where_it_hurts(ledger: Ledger) -> WhereItHurts:
    """`where_it_hurts` of a ledger that is there already."""
    expo, places = ledger.expo, ledger.expo.places
    gates, meals, doors = (ledger.came(kind) for kind in (Kind.GATE, Kind.MEAL, Kind.HALL))
    zones = (*expo.halls, *(f"zone {z}" for z in range(len(expo.halls), len(ledger.floor.places.zone_limit))))
    others = (
        *_queues(gates, gates.place, places, QUEUES[Kind.GATE]),
        *_queues(meals, meals.place, places, QUEUES[Kind.MEAL]),
        *_queues(doors, doors.other, tuple(f"Door of {zone}" for zone in zones), QUEUES[Kind.HALL]),
    )
    left_out = np.flatnonzero(useful_contacts(ledger) == 0)
    return WhereItHurts(
        booths=_worst(_queues(ledger.talks, ledger.talks.place, places, QUEUES[Kind.TALK])),
        doors=_worst(others),
        sessions=_sessions(ledger),
        halls=_halls(ledger),
        left_out=tuple(expo.organisations.name[i] for i in left_out),
        promises=_broken_promises(ledger),
        no_slot=_no_slot(ledger),
        diaries=_full_diaries(ledger),
        not_done=tuple(expo.shortfalls.lines()),
        closed=_closed(ledger),
        replication=expo.replication,
    )


def _queues(rows: Rows, group: Integers, names: tuple[str, ...], kind: str) -> tuple[Queue, ...]:
    """The queues in which somebody waited, or that somebody would not join."""
    n = len(names)
    came = np.bincount(group, minlength=n)
    lost = np.bincount(group[rows.outcome != Outcome.DONE], minlength=n)
    queued = rows.wait > 0
    group, start, wait = group[queued], rows.start[queued], rows.wait[queued]
    waited = np.bincount(group, minlength=n)
    total = np.bincount(group, wait, minlength=n)
    longest = np.zeros(n, dtype=np.int64)
    np.maximum.at(longest, group, wait)
    most, when = peaks(group, n, start, start + wait)
    return tuple(
        Queue(
            place=names[i],
            kind=kind,
            came=int(came[i]),
            waited=int(waited[i]),
            lost=int(lost[i]),
            wait_minutes=float(total[i] / max(waited[i], 1) / MINUTE),
            longest_minutes=float(longest[i] / MINUTE),
            longest_queue=int(most[i]),
            longest_at=int(when[i]),
        )
        for i in np.flatnonzero(waited + lost)
    )


def _worst(queues: tuple[Queue, ...]) -> tuple[Queue, ...]:
    """The most waiting in all first, then the most lost."""
    return tuple(sorted(queues, key=lambda q: (-q.wait_minutes * q.waited, -q.lost, q.place)))


def _sessions(ledger: Ledger) -> tuple[Crowd, ...]:
    """Sessions with an audience, tours left out: the fullest first, then most turned away for that."""
    sessions, expo, rows = ledger.floor.sessions, ledger.expo, ledger.audience
    n = len(sessions.place)
    # who came too late found the door shut, however many seats were free
    full = (rows.outcome == Outcome.TURNED_AWAY) & (rows.cause == Cause.FULL)
    seated, away = rows.done, rows.where(full)
    most, when = peaks(seated.other, n, seated.begin, seated.end, ledger.size[seated.actor])
    turned = np.bincount(away.other, ledger.size[away.actor], minlength=n)
    order = np.lexsort((-turned, -most / np.maximum(sessions.seats, 1)))
    return tuple(
        Crowd(
            name=expo.programme.title[i],
            where=expo.places[sessions.place[i]],
            people=int(most[i]),
            limit=int(sessions.seats[i]),
            at=int(when[i]) if most[i] else int(sessions.start[i]),
            turned_away=int(turned[i]),
        )
        for i in order
        if (most[i] or turned[i]) and expo.programme.kind[i] != _TOUR
    )


def _halls(ledger: Ledger) -> tuple[Crowd, ...]:
    """Halls: those nearest to their limit first, then those with most people."""
    limits, doors = ledger.floor.places.zone_limit, ledger.rows(Kind.HALL)
    gave_up = doors.where(doors.outcome != Outcome.DONE)
    turned = np.bincount(gave_up.other, ledger.size[gave_up.actor], minlength=len(limits))
    crowds = [
        Crowd(hall, present.peak, int(limits[zone]), present.peak_time, int(turned[zone]))
        for zone, (hall, present) in enumerate(zip(ledger.expo.halls, ledger.presence.halls, strict=True))
        if present.peak
    ]

    def fullness(crowd: Crowd) -> tuple[float, int]:
        return (0.0 if crowd.limit == NONE else -crowd.people / max(crowd.limit, 1), -crowd.people)

    return tuple(sorted(crowds, key=fullness))


def _closed(ledger: Ledger) -> dict[str, int]:
    """Stops given up because the hall was closed, by hall: halls with the most first."""
    halls, given_up = ledger.expo.halls, ledger.looks(Outcome.MISSED).place
    many = np.bincount(ledger.floor.places.zone[given_up], minlength=len(halls)).tolist()
    return {
        halls[zone]: many[zone] for zone in sorted(range(len(halls)), key=lambda z: -many[z]) if many[zone]
    }


def _broken_promises(ledger: Ledger) -> tuple[BrokenPromise, ...]:
    """Sponsors with fewer meetings than promised, the worst served first."""
    short = [p for p in promises(ledger) if p.held < p.promised]
    short.sort(key=lambda p: (p.held / p.promised, p.held - p.promised, p.exhibitor))
    name = ledger.expo.organisations.name
    return tuple(BrokenPromise(name[p.exhibitor], p.sponsor, p.promised, p.held, p.reasons) for p in short)


def _full_diaries(ledger: Ledger) -> FullDiaries:
    full, facts = diary_share(ledger), [known.diaries for known in ledger.expo.timetables]
    return FullDiaries(
        visitors=full["visitor"] if isfinite(full["visitor"]) else None,
        exhibitors=full["exhibitor"] if isfinite(full["exhibitor"]) else None,
        without=sum(known.without_slot for known in facts),
        visitor_full=sum(known.visitor_full for known in facts),
        exhibitor_full=sum(known.exhibitor_full for known in facts),
        no_table=int(np.isin(ledger.expo.requests.reason, _NO_TABLE).sum()),
    )


def _no_slot(ledger: Ledger) -> tuple[NoSlot, ...]:
    """Accepted requests that found no slot, the best score first."""
    expo, requests = ledger.expo, ledger.expo.requests
    rows = np.flatnonzero(request_without_slot(ledger))
    rows = rows[np.argsort(-requests.score[rows], kind="stable")]
    name = expo.organisations.name
    return tuple(
        NoSlot(
            programme=expo.matchmaking[requests.programme[i]],
            asker=name[requests.asker[i]],
            asked=name[requests.asked[i]],
            score=float(requests.score[i]),
        )
        for i in rows
    )
