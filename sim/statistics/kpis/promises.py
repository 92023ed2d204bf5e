"""KPIs of promises: meetings promised to sponsors, how they were kept, and why some were not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.floor.arrays import NONE, IntArray
from sim.floor.trace import Outcome
from sim.statistics.kpis.registry import kpi
from sim.statistics.ledger import Ledger, once
from sim.statistics.measures import NAN, share

__all__ = ["IN_SHORT", "REASONS", "Promise", "PromiseIn", "promises", "promises_by_programme"]

REASONS: Final = {
    "not_asked": "there were too few requests",
    "not_accepted": "of what was asked too little was accepted: declined, expired or blocked",
    "no_slot": "of what was accepted too little found a slot",
    "partner_no_show": "the other side never came",
    "partner_late": "the other side was held up elsewhere until it was too late",
    "own_no_show": "the sponsor's side never came",
    "own_late": "the sponsor's side was held up elsewhere until it was too late",
    "no_place": "both were there, and the table, an interpreter or the place was not to be had in time",
}
"""Why a promised meeting was not held, from the request to the table."""

IN_SHORT: Final = {
    "not_asked": "not asked for",
    "not_accepted": "not accepted",
    "no_slot": "no slot",
    "partner_no_show": "the other side never came",
    "partner_late": "the other side came too late",
    "own_no_show": "its own side never came",
    "own_late": "its own side came too late",
    "no_place": "no table or interpreter in time",
}
"""The same in few words."""

_LOST: Final = tuple(REASONS)[3:]


@dataclass(frozen=True, slots=True)
class Promise:
    """What was promised to a sponsor, in one programme or several, and what it had."""

    exhibitor: int
    sponsor: str  # the kind
    promised: int  # meetings
    held: int  # of those, at most as many as promised in each programme
    reasons: dict[str, int]  # meetings missing, by those of `REASONS` of which there are any


@dataclass(frozen=True, slots=True)
class PromiseIn:
    """What one programme promised to a sponsor, and what became of it."""

    exhibitor: int
    programme: int  # index into Expo.matchmaking
    promised: int
    asked: int  # requests sent to it or by it
    accepted: int  # of those
    scheduled: int  # meetings, stand-bys not counted
    held: int  # meetings, those with stand-bys too
    reasons: tuple[int, ...]  # meetings missing by each of `REASONS`


@once
def promises_by_programme(ledger: Ledger) -> list[PromiseIn]:
    """What each programme promised to each sponsor, in order of exhibitors, then programmes."""
    expo, requests = ledger.expo, ledger.expo.requests
    n, sponsor = ledger.n_exhibitors, expo.exhibitors.sponsor
    meeting_of = _meetings_of(ledger)
    found: list[PromiseIn] = []
    for number, terms in enumerate(expo.terms.matchmaking):
        promised = np.array([*terms.promises, 0])[sponsor]  # the last stands for NONE
        if not promised.any():
            continue
        here = requests.programme == number
        yes = here & (requests.accepted == 1)
        asked, accepted = (
            np.bincount(requests.asker[rows], minlength=n)[:n]
            + np.bincount(requests.asked[rows & (requests.asked != requests.asker)], minlength=n)[:n]
            for rows in (here, yes)
        )
        found += [
            _promise(ledger, i, number, int(promised[i]), int(asked[i]), int(accepted[i]), meeting_of)
            for i in np.flatnonzero(promised).tolist()
        ]
    return sorted(found, key=lambda promise: (promise.exhibitor, promise.programme))


_Meetings = dict[tuple[int, int], list[tuple[int, int]]]


def _meetings_of(ledger: Ledger) -> _Meetings:
    """The meetings of each sponsor and programme, with its side, in order of their slots."""
    sides, found = ledger.sides, _Meetings()
    sponsors = set(np.flatnonzero(ledger.expo.exhibitors.sponsor != NONE).tolist())
    for meeting in np.argsort(ledger.floor.meetings.start, kind="stable").tolist():
        for side, organisation in enumerate(sides.organisation[:, meeting].tolist()):
            if organisation in sponsors:
                key = (organisation, int(sides.programme[meeting]))
                found.setdefault(key, []).append((meeting, side))
    return found


def _promise(
    ledger: Ledger, exhibitor: int, programme: int, promised: int, asked: int, accepted: int, all_: _Meetings
) -> PromiseIn:
    sides, plan = ledger.sides, ledger.floor.meetings
    own = all_.get((exhibitor, programme), [])
    scheduled = [(meeting, side) for meeting, side in own if sides.ordinary[meeting]]
    held = sum(bool(sides.there[side, meeting]) for meeting, side in own)
    # With a stand-by in place of the other side, or later, the sponsor had its meeting all the same.
    kept = {
        (int(plan.standby_for[meeting]), int(plan.keeps[meeting]))
        if plan.again_of[meeting] == NONE
        else (int(plan.again_of[meeting]), side)
        for meeting, side in own
        if sides.held[meeting] and not sides.ordinary[meeting]
    }
    lost = [each for each in scheduled if not sides.there[each[1], each[0]] and each not in kept]
    had = min(promised, held)
    on_time = max(had, min(promised, len(scheduled)))
    agreed = max(on_time, min(promised, accepted))
    wanted = max(agreed, min(promised, asked))
    causes = [_why(ledger, meeting, side) for meeting, side in lost[: on_time - had]]
    return PromiseIn(
        exhibitor,
        programme,
        promised,
        asked,
        accepted,
        len(scheduled),
        held,
        (promised - wanted, wanted - agreed, agreed - on_time, *(causes.count(name) for name in _LOST)),
    )


def _why(ledger: Ledger, meeting: int, side: int) -> str:
    """Why the sponsor on this side of a meeting did not have it."""
    outcome = ledger.sides.outcome[:, meeting]
    others = (other for other in range(len(outcome)) if other != side)
    for who, whose in ((side, "own"), *((other, "partner") for other in others)):
        if outcome[who] == Outcome.NO_SHOW:
            return f"{whose}_no_show"
        if outcome[who] == Outcome.MISSED:
            return f"{whose}_late"
    return "no_place"


@once
def promises(ledger: Ledger) -> list[Promise]:
    """The promises of all sponsors that were promised anything, in order of the exhibitors."""
    expo = ledger.expo
    promised: dict[int, int] = {}
    had: dict[int, int] = {}
    missing: dict[int, dict[str, int]] = {}
    for each in promises_by_programme(ledger):
        promised[each.exhibitor] = promised.get(each.exhibitor, 0) + each.promised
        had[each.exhibitor] = had.get(each.exhibitor, 0) + min(each.held, each.promised)
        reasons = missing.setdefault(each.exhibitor, {})
        for name, number in zip(REASONS, each.reasons, strict=True):
            if number:
                reasons[name] = reasons.get(name, 0) + number
    sponsor: IntArray = expo.exhibitors.sponsor
    return [Promise(i, expo.sponsors[sponsor[i]], promised[i], had[i], missing[i]) for i in promised]


@kpi("promises.kept_share", "Promises kept", unit="share", how="share of meetings promised")
def kept_share(ledger: Ledger) -> float:
    """Meetings held of those promised to sponsors, over those promised; more than promised does not count."""
    all_ = promises(ledger)
    return share(sum(p.held for p in all_), sum(p.promised for p in all_))


@kpi("promises.sponsors_share", "Sponsors with all they were promised", unit="share", how="share of sponsors")
def sponsors_share(ledger: Ledger) -> float:
    """Sponsors for whom every promised meeting was held, over sponsors who were promised any."""
    all_ = promises(ledger)
    return share(sum(p.held >= p.promised for p in all_), len(all_))


@kpi("promises.worst_share", "The worst-served sponsor", unit="share", how="least of sponsors")
def worst_share(ledger: Ledger) -> float:
    """Meetings held over meetings promised, of the sponsor for whom it is least."""
    return min((p.held / p.promised for p in promises(ledger)), default=NAN)


@kpi("promises.missing", "Promised and not held", unit="meetings", how="sum over sponsors", family=True)
def missing(ledger: Ledger) -> dict[str, float]:
    """Meetings promised to sponsors and not held, by reason; together they are all that are missing.

    Each step from request to meeting is held against the promise: `not_asked` is what of it nobody asked
    for, `not_accepted` what of the rest was declined, expired or blocked, `no_slot` what of that the
    timetable left out; the others were lost on the day: `partner_no_show`, `partner_late`, `own_no_show`,
    `own_late`, or for want of a table, an interpreter or an open place (`no_place`).
    """
    rows = promises_by_programme(ledger)
    total = np.array([row.reasons for row in rows], dtype=np.int64).sum(axis=0)
    return dict(zip(REASONS, total.tolist(), strict=True)) if rows else {}
