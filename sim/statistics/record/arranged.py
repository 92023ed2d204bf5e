"""What is arranged, counted as organisers and platforms count it."""

from __future__ import annotations

import numpy as np

from sim.expo.expo import SESSION_KINDS
from sim.floor.arrays import NONE
from sim.statistics.kpis.registry import evaluate, kpi
from sim.statistics.ledger import Ledger
from sim.statistics.measures import mean, share

__all__: list[str] = []


@kpi("record.activities", "Activities", unit="activities", how="sum", basis="input")
def activities(ledger: Ledger) -> float:
    """Ceremonies, forums, seminars, exchange sessions, and windows of programmes that list them."""
    expo = ledger.expo
    listed = np.array([terms.lists_windows for terms in expo.terms.matchmaking], dtype=np.bool_)
    sessions = sum(SESSION_KINDS[kind] not in ("debut", "tour") for kind in expo.programme.kind.tolist())
    return float(sessions + listed[expo.programme.window_programme].sum())


@kpi("record.accepted_share", "Requests accepted", unit="share", how="share of requests", basis="input")
def accepted_share(ledger: Ledger) -> float:
    """Of `meetings.requested`, `meetings.accepted`."""
    found = evaluate(ledger, ["meetings.accepted", "meetings.requested"])
    return share(found["meetings.accepted"], found["meetings.requested"])


@kpi(
    "record.agreed_each",
    "Agreed meetings each, both sides",
    unit="meetings",
    how="mean over participants",
    basis="fitted",
)
def agreed_each(ledger: Ledger) -> float:
    """Meetings with a slot, a participant that has any: visiting parties and exhibitors alike."""
    requests = ledger.expo.requests
    agreed = requests.meeting != NONE
    sides = [
        np.where(party[agreed] == NONE, -1 - organisation[agreed], party[agreed])  # apart from parties
        for party, organisation in (
            (requests.asker_party, requests.asker),
            (requests.asked_party, requests.asked),
        )
    ]
    return mean(np.unique(np.concatenate(sides), return_counts=True)[1])


@kpi(
    "record.held_a_visitor",
    "Meetings held, a visiting party that has any",
    unit="meetings",
    how="mean over parties",
    basis="fitted",
)
def held_a_visitor(ledger: Ledger) -> float:
    """Meetings held a visiting party that had any, on all its days together."""
    sides = ledger.sides
    party_day = sides.party_day[sides.there]  # of one of three or more some may be missing
    party = ledger.floor.party_days.party[party_day[party_day != NONE]]
    return mean(np.unique(party, return_counts=True)[1])
