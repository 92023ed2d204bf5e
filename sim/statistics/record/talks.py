"""Conversations at booths: how long, of whom, and how many, as badges and observers count them."""

from __future__ import annotations

import numpy as np

from sim.floor.trace import Outcome
from sim.statistics.kpis.registry import evaluate, kpi
from sim.statistics.ledger import Floats, Integers, Ledger, minutes
from sim.statistics.measures import coefficient_of_variation, distinct, mean, quantile, share

__all__ = ["of_a_minute"]

_HOUR = 60.0
_USEFUL = 5.0  # minutes, from which badge studies count a contact as a long one


def of_a_minute(ledger: Ledger) -> Floats:
    """Minutes of the conversations that lasted one or more: badges record steps of 20 s, a minute surely."""
    length = minutes(ledger.conversations.served)
    return length[length >= 1]


@kpi(
    "record.talk_median",
    "Conversations of a minute or more: median",
    unit="min",
    how="median over conversations",
    basis="fitted",
)
def talk_median(ledger: Ledger) -> float:
    """The length that half of the conversations of a minute or more exceed."""
    return quantile(of_a_minute(ledger), 0.5)


@kpi(
    "record.talk_mean",
    "Conversations of a minute or more: mean",
    unit="min",
    how="mean over conversations",
    basis="fitted",
)
def talk_mean(ledger: Ledger) -> float:
    """Mean length of the conversations of a minute or more."""
    return mean(of_a_minute(ledger))


@kpi(
    "record.talk_p90",
    "Conversations of a minute or more: nine in ten are under",
    unit="min",
    how="quantile over conversations",
    basis="fitted",
)
def talk_p90(ledger: Ledger) -> float:
    """The length that one in ten of the conversations of a minute or more exceeds."""
    return quantile(of_a_minute(ledger), 0.9)


@kpi(
    "record.talk_p95",
    "Conversations of a minute or more: 19 in 20 are under",
    unit="min",
    how="quantile over conversations",
    basis="fitted",
)
def talk_p95(ledger: Ledger) -> float:
    """The length that one in twenty of the conversations of a minute or more exceeds."""
    return quantile(of_a_minute(ledger), 0.95)


@kpi(
    "record.talk_5min_share",
    "Conversations of a minute or more: five or more",
    unit="share",
    how="share of conversations",
    basis="fitted",
)
def talk_5min_share(ledger: Ledger) -> float:
    """Of the conversations of a minute or more, those of five or more."""
    length = of_a_minute(ledger)
    return share(float((length >= _USEFUL).sum()), len(length))


@kpi(
    "record.talk_cv",
    "Conversations of 1 to 60 minutes: coefficient of variation",
    unit="1",
    how="over conversations",
    basis="fitted",
)
def talk_cv(ledger: Ledger) -> float:
    """Of the conversations from a minute to an hour: one pair of badges lay together for seven."""
    length = of_a_minute(ledger)
    return coefficient_of_variation(length[length <= _HOUR])


@kpi("record.talked_share", "Stops with a conversation", unit="share", how="share of stops")
def talked_share(ledger: Ledger) -> float:
    """Of the open booths at which people stopped on a day, those at which they talked.

    A party, a day and a booth count once, however often the party came back, for each of its people.
    """
    places = len(ledger.floor.places.kind)

    def people(actor: Integers, place: Integers) -> float:
        there = distinct(actor.astype(np.int64) * places + place)
        return float(ledger.size[there // places].sum())

    talked, looked = ledger.conversations, ledger.looks(Outcome.DONE)
    return share(people(talked.actor, talked.place), people(looked.actor, looked.place))


@kpi(
    "record.talks_an_exhibitor",
    "Conversations an exhibitor, by person",
    unit="conversations",
    how="sum over people, a direct exhibitor",
)
def talks_an_exhibitor(ledger: Ledger) -> float:
    """Conversations at booths, each counted once for every person of the party, by direct exhibitors."""
    people = ledger.size[ledger.conversations.actor].sum()
    return share(float(people), float(ledger.expo.exhibitors.direct.sum()))


@kpi(
    "record.busy_share",
    "Staff in conversation, by visitors talked to",
    unit="share",
    how="of time on duty",
    high=float("inf"),
)
def busy_share(ledger: Ledger) -> float:
    """As `staff.busy_share`, where each visitor of a party counts as one who is talked to."""
    held = ledger.conversations
    time = held.served.astype(np.float64)
    busy = evaluate(ledger, ["staff.busy_share"])["staff.busy_share"]
    return busy * share(float((time * ledger.size[held.actor]).sum()), float(time.sum()))


@kpi(
    "record.own_area_contacts",
    "Useful contacts of its own area, an exhibitor",
    unit="companies",
    how="mean over direct exhibitors",
)
def own_area_contacts(ledger: Ledger) -> float:
    """Visiting companies of an exhibitor's own area with which it had a useful contact.

    Of those who came with the trade: buyers, professionals and delegations.
    """
    met, expo = ledger.interactions, ledger.expo
    n = expo.n_exhibitors
    trade = np.isin(
        np.array(expo.terms.persona_kinds)[expo.parties.persona], ("buyer", "professional", "delegation")
    )
    company = np.zeros(len(expo.organisations.name), dtype=np.bool_)
    company[expo.parties.organisation[trade]] = True
    pairs = np.unique(np.stack((met.organisation, met.partner))[:, met.useful], axis=1)
    low, high = pairs.min(axis=0), pairs.max(axis=0)
    chain = expo.organisations.chain
    counted = (low < n) & (high >= n) & company[high] & (chain[low] == chain[high])
    contacts = np.unique(np.stack((low, high))[:, counted], axis=1)[0]
    return mean(np.bincount(contacts, minlength=n)[expo.exhibitors.direct == 1])
