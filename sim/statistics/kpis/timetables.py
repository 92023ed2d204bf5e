"""KPIs of timetables: how good they are, how good they could be, and what one more of something is worth."""

from __future__ import annotations

from math import inf
from typing import Final

import numpy as np

from sim.expo.expo import REASONS, REPLIES
from sim.floor.arrays import NONE, IntArray
from sim.statistics.kpis.meetings import request_held, request_scheduled
from sim.statistics.kpis.registry import kpi
from sim.statistics.ledger import Bools, Ledger, once
from sim.statistics.measures import NAN, among, distinct, gini, mean, share

__all__: list[str] = []

_DM = 10  # decimetres in a metre


@kpi("meetings.value", "Score of meetings scheduled", unit="score", how="sum")
def value(ledger: Ledger) -> float:
    """What the policies see of the worth of all meetings scheduled: the sum of their scores."""
    return float(sum(facts.value for facts in ledger.expo.timetables))


@kpi("meetings.gap", "Timetables short of the best", unit="share", how="share of the bounds")
def gap(ledger: Ledger) -> float:
    """By how much the value of the timetables may be short of what is proven to be possible.

    Over the programmes of which a bound is known. The true distance to the best is not more.
    """
    known = [facts for facts in ledger.expo.timetables if np.isfinite(facts.bound)]
    bound = sum(facts.bound for facts in known)
    if not bound:
        return NAN
    short = 1 - share(sum(facts.value for facts in known), bound)
    return max(short, 0.0)


@kpi(
    "meetings.table_worth",
    "Worth of a table-slot (best timetable)",
    unit="score",
    how="greatest of programmes",
)
def table_worth(ledger: Ledger) -> float:
    """What one more table in one slot adds at most to the best timetable, where it is worth most.

    The dual price of the table-slots, in units of the score; 0 where tables are plenty. It is of the best
    timetable, whatever the policy: what its own would gain is `meetings.table_gain`.
    """
    return _greatest([facts.table_worth for facts in ledger.expo.timetables])


@kpi(
    "meetings.table_worth_in",
    "Worth of a table-slot in programme",
    unit="score",
    how="dual price",
    family=True,
)
def table_worth_in(ledger: Ledger) -> dict[str, float]:
    """`meetings.table_worth` of each matchmaking programme."""
    worths = [facts.table_worth for facts in ledger.expo.timetables]
    return dict(zip(ledger.expo.matchmaking, worths, strict=True))


@kpi(
    "meetings.delegate_worth",
    "Worth of a delegate (best timetable)",
    unit="score",
    how="greatest of exhibitors",
    low=-inf,
)
def delegate_worth(ledger: Ledger) -> float:
    """What one more delegate adds at most to the best timetables, at the exhibitor where it is worth most.

    What the policy's own would gain is `meetings.delegate_gain`.
    """
    total = np.zeros(ledger.n_exhibitors)
    known = np.zeros(ledger.n_exhibitors, dtype=np.bool_)
    for facts in ledger.expo.timetables:
        there = np.isfinite(facts.delegate_worth)
        np.add.at(total, facts.exhibitor[there], facts.delegate_worth[there])
        known[facts.exhibitor[there]] = True
    return float(total[known].max()) if known.any() else NAN


@kpi(
    "meetings.interpreter_worth",
    "Worth of one more interpreter",
    unit="score",
    how="greatest of programmes",
    low=-inf,
)
def interpreter_worth(ledger: Ledger) -> float:
    """What the policy's timetable gains with one more interpreter, where it gains most.

    Nan if no programme limits its interpreters. A policy that does not plan ahead may even lose.
    """
    return _greatest([facts.interpreter_worth for facts in ledger.expo.timetables])


_GAINS: Final = "greatest of programmes, the policy run again"


@kpi("meetings.table_gain", "Gain of one more table", unit="score", how=_GAINS, low=-inf)
def table_gain(ledger: Ledger) -> float:
    """What the policy's timetable gains with one more table in every slot, where it gains most.

    It is the difference of two timetables of the same requests, so that its interval over replications is
    a paired one. Nan where the policy, or what is done beside it (compact timetables, replanning), would take
    too long to run again, and where all meet at booths or in several halls. A policy that does not plan
    ahead may even lose.
    """
    return _greatest([facts.table_gain for facts in ledger.expo.timetables])


@kpi(
    "meetings.table_gain_meetings", "Meetings gained by one more table", unit="meetings", how=_GAINS, low=-inf
)
def table_gain_meetings(ledger: Ledger) -> float:
    """`meetings.table_gain` in meetings scheduled, where it is most."""
    return _greatest([facts.table_gain_meetings for facts in ledger.expo.timetables])


@kpi("meetings.delegate_gain", "Gain of one more delegate each", unit="score", how=_GAINS, low=-inf)
def delegate_gain(ledger: Ledger) -> float:
    """What the policy's timetable gains with one more delegate of every exhibitor, where it gains most.

    In all slots in which the exhibitor has one. A paired difference, as `meetings.table_gain` is.
    """
    return _greatest([facts.delegate_gain for facts in ledger.expo.timetables])


@kpi(
    "meetings.delegate_gain_meetings",
    "Meetings gained by one more delegate each",
    unit="meetings",
    how=_GAINS,
    low=-inf,
)
def delegate_gain_meetings(ledger: Ledger) -> float:
    """`meetings.delegate_gain` in meetings scheduled, where it is most."""
    return _greatest([facts.delegate_gain_meetings for facts in ledger.expo.timetables])


def _greatest(values: list[float]) -> float:
    known = [v for v in values if np.isfinite(v)]
    return max(known) if known else NAN


@kpi("meetings.expired", "Requests never answered", unit="requests", how="sum")
def expired(ledger: Ledger) -> float:
    """Requests that were not answered in time."""
    return float((ledger.expo.requests.reply == REPLIES.index("expired")).sum())


@kpi("meetings.blocked", "Requests that could not be sent", unit="requests", how="sum")
def blocked(ledger: Ledger) -> float:
    """Requests for which one side had no slot left that was not held by another, pending or accepted."""
    return float((ledger.expo.requests.reply == REPLIES.index("blocked")).sum())


@kpi("meetings.given_up", "Meetings given up before the expo", unit="meetings", how="sum")
def given_up(ledger: Ledger) -> float:
    """Meetings that had a slot, and that one side gave up when asked to confirm."""
    return float(_given_up(ledger).sum())


def _given_up(ledger: Ledger) -> Bools:
    gone: Bools = ledger.expo.requests.reason == REASONS.index("given_up")
    return gone


@kpi("meetings.must_missed", "Must-meets without a slot", unit="requests", how="sum")
def must_missed(ledger: Ledger) -> float:
    """Requests that were to be held if they could be, and found no slot; their reasons are in the table."""
    requests = ledger.expo.requests
    met = request_scheduled(ledger) | request_held(ledger)
    return float(((requests.must == 1) & (requests.accepted == 1) & ~met).sum())


@kpi(
    "meetings.gini",
    "Inequality of meetings (Gini)",
    unit="1",
    how="Gini coefficient over participants",
    high=1,
)
def meetings_gini(ledger: Ledger) -> float:
    """How unequally meetings held are spread over the participants with an accepted request.

    A participant is a party, or the booth of an exhibitor.
    """
    return gini(_held_each(ledger))


@kpi(
    "meetings.none_share",
    "Accepted and had no meeting",
    unit="share",
    how="share of those with an accepted request",
)
def none_share(ledger: Ledger) -> float:
    """Participants who sent or received an accepted request and had no meeting held, over all such."""
    return mean(_held_each(ledger) == 0)


@kpi(
    "meetings.envy_share",
    "Would both rather have met (envy)",
    unit="share",
    how="share of those with an accepted request",
)
def envy_share(ledger: Ledger) -> float:
    """Participants with an accepted request that would better both of its sides, over all such.

    The request found no slot (and was not given up), and both sides wish it by more than the least
    wished of the meetings scheduled for them, or have none: justified envy, or a blocking pair (Gale and
    Shapley, 1962), by what profiles tell.
    """
    requests = ledger.expo.requests
    accepted = requests.accepted == 1
    if not accepted.any():
        return NAN
    sides = _participants(ledger)
    n = int(sides.max()) + 1
    least = np.full(n, np.inf)
    any_meeting = np.zeros(n, dtype=np.bool_)
    on = request_scheduled(ledger)
    wishes = (requests.asker_wish, requests.asked_wish)
    for who, wish in zip(sides, wishes, strict=True):
        np.minimum.at(least, who[on], wish[on])
        any_meeting[who[on]] = True
    least[~any_meeting] = -np.inf
    blocks = accepted & ~on & ~_given_up(ledger)
    for who, wish in zip(sides, wishes, strict=True):
        blocks &= wish > least[who]
    return mean(among(distinct(sides[:, accepted].ravel()), distinct(sides[:, blocks].ravel())))


@kpi("meetings.walk_m", "Walk from one meeting to the next", unit="m", how="mean over successive meetings")
def walk_m(ledger: Ledger) -> float:
    """Way between the places of two scheduled meetings of a party that follow each other on a day.

    Manhattan distance, through the doors of halls; 0 for who stays at his table.
    """
    meetings, sides, places = ledger.floor.meetings, ledger.sides, ledger.floor.places
    side, meeting = np.nonzero((sides.party_day != NONE) & sides.ordinary)
    who = sides.party_day[side, meeting]  # a party on a day
    order = np.lexsort((meetings.start[meeting], who))
    who, place = who[order], meetings.place[meeting[order]]
    same = who[1:] == who[:-1]
    a, b = place[:-1][same], place[1:][same]
    inside = np.abs(places.x[a] - places.x[b]) + np.abs(places.y[a] - places.y[b])
    across = places.to_door[a] + places.zone_distance[places.zone[a], places.zone[b]] + places.to_door[b]
    return mean(np.where(places.zone[a] == places.zone[b], inside, across)) / _DM


@once
def _participants(ledger: Ledger) -> IntArray:
    """Numbers of the participants of both sides of each request: (2, requests)."""
    requests = ledger.expo.requests
    pairs = ((requests.asker, requests.asker_party), (requests.asked, requests.asked_party))
    return np.stack([np.where(party == NONE, who, ledger.n_exhibitors + party) for who, party in pairs])


@once
def _held_each(ledger: Ledger) -> IntArray:
    """Meetings held of each participant with an accepted request."""
    sides = _participants(ledger)
    taking_part = distinct(sides[:, ledger.expo.requests.accepted == 1].ravel())
    # who has several of his requests in one meeting has had that one
    on = request_held(ledger)
    meeting = np.tile(ledger.expo.requests.meeting[on], 2)
    more = ledger.floor.meetings.sides[meeting] > 2
    last = len(ledger.floor.meetings.sides)
    meeting = np.where(more, meeting, last + np.arange(len(meeting)))
    n = last + len(meeting)
    held = distinct(sides[:, on].ravel() * n + meeting) // n
    counts = np.bincount(np.searchsorted(taking_part, held), minlength=len(taking_part))
    return counts.astype(np.int64)
