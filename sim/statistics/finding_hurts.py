"""Where it hurts, found in what happened: queues, crowds, promises, diaries, requests without a slot."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.expo.expo import REASONS, SESSION_KINDS
from sim.floor.arrays import MINUTE, NONE
from sim.floor.curves import peaks
from sim.floor.trace import Cause, Kind, Outcome
from sim.statistics.hurts import BrokenPromise, Crowd, FullDiaries, NoSlot, Queue, WhereItHurts
from sim.statistics.kpis.contacts import useful_contacts
from sim.statistics.kpis.diaries import diary_share
from sim.statistics.kpis.meetings import request_without_slot
from sim.statistics.kpis.promises import promises
from sim.statistics.ledger import QUEUES, Integers, Ledger, Rows

if TYPE_CHECKING:
    from sim.expo.expo import Expo
    from sim.floor.trace import Trace

__all__ = ["find_where_it_hurts", "where_it_hurts"]

_TOUR: Final = SESSION_KINDS.index("tour")
# that all tables of the hall in which two meet are taken is no reason of its own to look for more time
_NO_TABLE: Final = [REASONS.index("no_table"), REASONS.index("place_full")]


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
