"""KPIs of organised meetings: from the request to the meeting held, and what came in between."""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.floor.arrays import MINUTE, NONE, IntArray
from sim.floor.index import index_of
from sim.floor.trace import Outcome
from sim.statistics.kpis.registry import kpi
from sim.statistics.ledger import Bools, Ledger, once
from sim.statistics.measures import NAN, among, distinct, mean

__all__ = [
    "UNWANTED_QUANTILE",
    "of_standby",
    "participant_of",
    "request_held",
    "request_scheduled",
    "request_without_slot",
]

UNWANTED_QUANTILE: Final = 0.25
"""A held meeting is unwanted if its affinity is below this quantile of the affinities of all
requests of its programme: no better than the worst quarter of what was asked for (assumption)."""


def request_held(ledger: Ledger) -> Bools:
    """Whether each request led to a meeting that was held, be it at its second appointment.

    And, of a meeting of more than two, whether both who had agreed to meet were there.
    """
    meeting, sides = ledger.expo.requests.meeting, ledger.sides
    again = index_of(ledger.floor).again
    of_meeting = sides.held | np.append(sides.held, False)[again]  # the last stands for NONE
    held: Bools = np.append(of_meeting, False)[meeting]
    more = np.flatnonzero(held & (np.append(ledger.floor.meetings.sides, 0)[meeting] > 2))
    if len(more):
        party = np.append(ledger.floor.party_days.party, NONE)[sides.party_day[:, meeting[more]]]
        who = participant_of(ledger, sides.organisation[:, meeting[more]], party)
        there = np.where(sides.there[:, meeting[more]], who, NONE)
        requests = ledger.expo.requests
        for end in (
            participant_of(ledger, requests.asker, requests.asker_party),
            participant_of(ledger, requests.asked, requests.asked_party),
        ):
            held[more] &= (there == end[more]).any(axis=0)
    return held


def request_scheduled(ledger: Ledger) -> Bools:
    """Whether each request got a slot of its own; a stand-by has none."""
    scheduled: Bools = np.append(ledger.sides.ordinary, False)[ledger.expo.requests.meeting]
    return scheduled


def request_without_slot(ledger: Ledger) -> Bools:
    """Whether each request was accepted, and neither scheduled nor met as a stand-by."""
    accepted: Bools = ledger.expo.requests.accepted == 1
    return accepted & ~request_scheduled(ledger) & ~request_held(ledger)


@kpi(
    "meetings.requested",
    "Meetings requested",
    unit="requests",
    how="sum",
    basis="input",
    cut_by="programme.requests_cut",
)
def requested(ledger: Ledger) -> float:
    """Requests for meetings sent, in all matchmaking programmes."""
    return len(ledger.expo.requests.asker)


@kpi(
    "meetings.accepted",
    "Requests accepted",
    unit="requests",
    how="sum",
    basis="input",
    cut_by="programme.requests_cut",
)
def accepted(ledger: Ledger) -> float:
    """Requests that the one asked said yes to."""
    return float(ledger.expo.requests.accepted.sum())


@kpi("meetings.scheduled", "Meetings scheduled", unit="meetings", how="sum", basis="fitted")
def scheduled(ledger: Ledger) -> float:
    """Meetings that got a slot and a place; stand-bys and second appointments are not counted."""
    return float(ledger.sides.ordinary.sum())


@kpi("meetings.held", "Meetings held", unit="meetings", how="sum")
def held(ledger: Ledger) -> float:
    """Meetings that took place with both sides there in time, be it with a stand-by or at another time.

    One that was missed and made up for on the day (`meetings.held_again`) counts once.
    """
    return float(ledger.sides.held.sum())


@kpi("meetings.fewest", "Meetings of the exhibitor with fewest", unit="meetings", how="least of exhibitors")
def fewest(ledger: Ledger) -> float:
    """Meetings held, of the exhibitor that had fewest; of a kind of sponsor or a chain, among these.

    They count as in `meetings.held`, where it was there itself.
    """
    sides, n = ledger.sides, ledger.n_exhibitors
    had = np.bincount(sides.organisation[sides.there], minlength=n)[:n]
    return float(had[ledger.exhibitors].min()) if len(ledger.exhibitors) else NAN


@kpi(
    "meetings.kept_share",
    "Scheduled meetings held",
    unit="share",
    how="share of meetings scheduled",
    basis="fitted",
)
def kept_share(ledger: Ledger) -> float:
    """Scheduled meetings that were held with both their sides in their slot, over meetings scheduled.

    Meetings with stand-bys and at second appointments are in `meetings.held`, and not in this.
    """
    return mean(ledger.sides.held[ledger.sides.ordinary])


@kpi("meetings.joined", "Meetings scheduled of more than two", unit="meetings", how="sum")
def joined(ledger: Ledger) -> float:
    """Meetings scheduled of three sides or more: joined requests (`group_share`); each counts once."""
    return float((_of_more(ledger) & ledger.sides.ordinary).sum())


@kpi("meetings.held_without", "Meetings held without a side", unit="meetings", how="sum")
def held_without(ledger: Ledger) -> float:
    """Meetings held of more than two sides in which one at least was missing."""
    sides = ledger.sides
    return float((_of_more(ledger) & sides.held & (sides.booked & ~sides.there).any(axis=0)).sum())


def _of_more(ledger: Ledger) -> Bools:
    of_more: Bools = ledger.floor.meetings.sides > 2
    return of_more


@kpi("meetings.standby_held", "Meetings held with a stand-by", unit="meetings", how="sum")
def standby_held(ledger: Ledger) -> float:
    """Meetings held with a stand-by in place of a side that was missing; `meetings.held` has them too."""
    return float((ledger.sides.held & of_standby(ledger)).sum())


@kpi("meetings.standby_not_needed", "Stand-bys not needed", unit="stand-bys", how="sum")
def standby_not_needed(ledger: Ledger) -> float:
    """Stand-bys for meetings that were held with both their sides, whether the stand-by came or not."""
    return float((ledger.sides.outcome == Outcome.NOT_NEEDED)[:, of_standby(ledger)].sum())


def of_standby(ledger: Ledger) -> Bools:
    """Which meetings are those of a stand-by."""
    standby: Bools = ledger.floor.meetings.standby_for != NONE
    return standby


@kpi("meetings.offered_again", "Missed meetings offered again that day", unit="meetings", how="sum")
def offered_again(ledger: Ledger) -> float:
    """Scheduled meetings that were lost, and for which another time on that day was found and agreed to.

    Held or not. Those that a drawn no-show of either side lost are not offered again.
    """
    return float((_is_second(ledger) & _took_effect(ledger)).sum())


@kpi("meetings.held_again", "Missed meetings made up for that day", unit="meetings", how="sum")
def held_again(ledger: Ledger) -> float:
    """Scheduled meetings that were lost and held later on that day; `meetings.held` has them too."""
    return float((ledger.sides.held & _is_second(ledger)).sum())


def _is_second(ledger: Ledger) -> Bools:
    second: Bools = ledger.floor.meetings.again_of != NONE
    return second


def _took_effect(ledger: Ledger) -> Bools:
    """Whether each meeting was to be held or lost; not those that were not needed, nor of another group."""
    outcome = ledger.sides.outcome[0]
    effect: Bools = (outcome != Outcome.NOT_NEEDED) & (outcome != NONE)
    return effect


@kpi("meetings.no_slot", "Accepted requests without a slot", unit="requests", how="sum")
def no_slot(ledger: Ledger) -> float:
    """Requests that were accepted, and neither scheduled nor met as a stand-by."""
    return float(request_without_slot(ledger).sum())


@kpi("meetings.accepted_met_share", "Accepted requests met", unit="share", how="share of accepted requests")
def accepted_met_share(ledger: Ledger) -> float:
    """Accepted requests whose meeting was held, be it with a stand-by, over accepted requests."""
    yes = ledger.expo.requests.accepted == 1
    return mean(request_held(ledger)[yes])


@kpi("meetings.wishes_met_share", "Wish-lists met", unit="share", how="mean over those who asked")
def wishes_met_share(ledger: Ledger) -> float:
    """Of the requests that a participant sent, accepted or not, the share whose meeting was held.

    Averaged over participants who sent any, each with the same weight. A participant is a party, or
    the booth of an exhibitor, in one programme.
    """
    asker = _askers(ledger)
    if not len(asker):
        return NAN
    sent = np.bincount(asker)
    return mean(np.bincount(asker, request_held(ledger)) / sent)


@kpi(
    "meetings.without_share", "Asked for meetings and had none", unit="share", how="share of those who asked"
)
def without_share(ledger: Ledger) -> float:
    """Participants who sent requests and ended without one meeting held, over those who sent any.

    A meeting counts in whatever programme and whoever had asked for it. A participant is a party or
    a booth.
    """
    requests, sides = ledger.expo.requests, ledger.sides
    asked = distinct(participant_of(ledger, requests.asker, requests.asker_party))
    party = np.append(ledger.floor.party_days.party, NONE)[sides.party_day[sides.there]]
    met = participant_of(ledger, sides.organisation[sides.there], party)
    return mean(~among(asked, distinct(met)))


@kpi("meetings.unwanted", "Unwanted meetings", unit="meetings", how="sum")
def unwanted(ledger: Ledger) -> float:
    """Held meetings whose true affinity is in the range of the worst quarter of what was asked for.

    That is below the lower quartile of the affinities of all requests sent in the same programme
    (an assumption of what people would rather have done without).
    """
    return float(_unwanted(ledger).sum())


@kpi("meetings.unwanted_share", "Unwanted meetings", unit="share", how="share of meetings held")
def unwanted_share(ledger: Ledger) -> float:
    """Unwanted meetings (see `meetings.unwanted`) over meetings held."""
    return mean(_unwanted(ledger)[ledger.sides.held])


@once
def _unwanted(ledger: Ledger) -> Bools:
    requests, sides = ledger.expo.requests, ledger.sides
    level = np.full(len(ledger.expo.matchmaking) + 1, -np.inf)  # the last stands for NONE
    for programme in range(len(ledger.expo.matchmaking)):
        affinity = requests.affinity[requests.programme == programme]
        if len(affinity):
            level[programme] = np.quantile(affinity, UNWANTED_QUANTILE)
    unwanted: Bools = sides.held & (sides.affinity < level[sides.programme])
    return unwanted


@kpi("meetings.affinity", "Fit of meetings held (affinity)", unit="1", how="mean over meetings held", high=1)
def affinity(ledger: Ledger) -> float:
    """True affinity of both sides, in [0, 1]; meetings that nobody requested are left out."""
    sides = ledger.sides
    return mean(sides.affinity[sides.held & (sides.request != NONE)])


@kpi("meetings.minutes", "Length of a meeting", unit="min", how="mean over meetings held")
def length(ledger: Ledger) -> float:
    """Time from the beginning, when its sides were there, to the end."""
    sides = ledger.sides
    return mean((sides.end[0] - sides.begin)[sides.held]) / MINUTE


@kpi("meetings.delay_minutes", "Delay of a meeting", unit="min", how="mean over meetings held")
def delay(ledger: Ledger) -> float:
    """Time from the slot's start to the beginning."""
    sides = ledger.sides
    return mean((sides.begin - ledger.floor.meetings.start)[sides.held]) / MINUTE


@kpi(
    "meetings.wait_minutes",
    "Wait for the other side, over all sides",
    unit="min",
    how="mean over sides there",
)
def wait(ledger: Ledger) -> float:
    """Time a side that was there waited after the slot's start, whether the meeting was held or not.

    It waits for the other side, the table or an interpreter. Stand-bys and second appointments are not
    counted.
    """
    sides, start = ledger.sides, ledger.floor.meetings.start
    there = np.isin(sides.outcome, (Outcome.DONE, Outcome.LATE, Outcome.STOOD_UP)) & sides.ordinary
    waited = sides.arrival + sides.wait - np.maximum(sides.arrival, start)
    return mean(np.maximum(waited, 0)[there]) / MINUTE


@kpi(
    "meetings.requested_in",
    "Requested in programme",
    unit="requests",
    how="sum",
    basis="input",
    cut_by="programme.requests_cut_in",
    family=True,
)
def requested_in(ledger: Ledger) -> dict[str, float]:
    """Requests sent in each matchmaking programme."""
    return _by_programme(ledger, ledger.expo.requests.programme)


@kpi(
    "meetings.accepted_in",
    "Accepted in programme",
    unit="requests",
    how="sum",
    basis="input",
    cut_by="programme.requests_cut_in",
    family=True,
)
def accepted_in(ledger: Ledger) -> dict[str, float]:
    """Requests accepted in each matchmaking programme."""
    requests = ledger.expo.requests
    return _by_programme(ledger, requests.programme[requests.accepted == 1])


@kpi("meetings.scheduled_in", "Scheduled in programme", unit="meetings", how="sum", family=True)
def scheduled_in(ledger: Ledger) -> dict[str, float]:
    """Meetings scheduled in each matchmaking programme; stand-bys and second appointments are not counted."""
    return _by_programme(ledger, ledger.sides.programme[ledger.sides.ordinary])


@kpi("meetings.held_in", "Held in programme", unit="meetings", how="sum", family=True)
def held_in(ledger: Ledger) -> dict[str, float]:
    """Meetings held in each matchmaking programme, be it with a stand-by or at a second appointment."""
    return _by_programme(ledger, ledger.sides.programme[ledger.sides.held])


def _by_programme(ledger: Ledger, programme: IntArray) -> dict[str, float]:
    names = ledger.expo.matchmaking
    counts = np.bincount(programme[programme != NONE], minlength=len(names))
    return dict(zip(names, counts.tolist(), strict=True))


def participant_of(ledger: Ledger, organisation: IntArray, party: IntArray) -> IntArray:
    """One number for a party, or for an exhibitor's booth (party NONE)."""
    participant: IntArray = np.where(party == NONE, organisation, ledger.n_exhibitors + party)
    return participant


def _askers(ledger: Ledger) -> IntArray:
    """Participants who sent each request, numbered from 0 in each programme apart."""
    requests = ledger.expo.requests
    participant = participant_of(ledger, requests.asker, requests.asker_party)
    key = participant * (len(ledger.expo.matchmaking) + 1) + requests.programme
    number: IntArray = np.unique(key, return_inverse=True)[1].astype(np.int64)
    return number
