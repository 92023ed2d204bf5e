"""KPIs of what comes of contacts: from chain contacts to agreements, and what is lost on the way.

"An exhibitor" is a direct one here, as the organiser counts: contacts of partners in pavilions count, and
are shared out over the direct exhibitors.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.statistics.kpis.registry import KPIS, kpi
from sim.statistics.ledger import Bools, Ledger
from sim.statistics.measures import NAN, share
from sim.statistics.outcomes import Fate

__all__ = ["AFTERWARDS"]

_OF_KEY: Final = (Fate.FORGOTTEN, Fate.NO_NEXT_STEP, Fate.NO_TIME, Fate.NO_NEED, Fate.INTENTION)


def _an_exhibitor(ledger: Ledger, least: Fate) -> float:
    """Of each of two exhibitors, since both have made the contact; over direct exhibitors."""
    found = ledger.outcomes
    direct = int(ledger.expo.exhibitors.direct.sum())
    return share(found.of_exhibitors(found.fate >= least).sum(), direct)


def _intended(ledger: Ledger) -> Bools:
    intended: Bools = ledger.outcomes.fate >= Fate.INTENTION
    return intended


@kpi(
    "outcomes.chain_contacts_an_exhibitor",
    "Chain contacts an exhibitor",
    unit="organisations",
    how="mean over direct exhibitors",
    basis="fitted",
)
def chain_contacts(ledger: Ledger) -> float:
    """Firms upstream or downstream with which an exhibitor has a useful contact.

    One supplies what the other buys: their supply fit is at least `outcomes.chain_fit`. Who came as the
    public or for the media counts for no firm.
    """
    return _an_exhibitor(ledger, Fate.NOT_KEY)


@kpi(
    "outcomes.key_contacts_an_exhibitor",
    "Key contacts an exhibitor",
    unit="organisations",
    how="mean over direct exhibitors",
    basis="fitted",
)
def key_contacts(ledger: Ledger) -> float:
    """Chain contacts in which both are interested and somebody may decide.

    Their affinity, the greatest of their useful contacts, is at least `outcomes.key_affinity`.
    """
    return _an_exhibitor(ledger, Fate.FORGOTTEN)


@kpi(
    "outcomes.intentions_an_exhibitor",
    "Intentions an exhibitor",
    unit="intentions",
    how="mean over direct exhibitors",
    basis="fitted",
)
def intentions_each(ledger: Ledger) -> float:
    """Intentions to work together, over direct exhibitors; one of two exhibitors is one."""
    return share(_intended(ledger).sum(), int(ledger.expo.exhibitors.direct.sum()))


@kpi("outcomes.intentions", "Intentions to work together", unit="intentions", how="sum", basis="fitted")
def intentions(ledger: Ledger) -> float:
    """Key contacts that are remembered, agree on a next step, and are followed up by two who have time.

    And the one that buys still needed a supplier: those of greatest affinity are followed up first.
    """
    return float(_intended(ledger).sum())


@kpi("outcomes.agreements", "Agreements signed", unit="agreements", how="sum", basis="fitted")
def agreements(ledger: Ledger) -> float:
    """Intentions that become agreements by the end of the expo."""
    return float((ledger.outcomes.fate == Fate.AGREEMENT).sum())


@kpi("outcomes.value", "Value of agreements", unit="money", how="sum")
def value(ledger: Ledger) -> float:
    """Value of all agreements; nan if the scenario has no `outcomes.agreement_value`."""
    return float(ledger.outcomes.value.sum()) if ledger.expo.terms.outcomes.agreement_value else NAN


@kpi(
    "outcomes.of_key",
    "What becomes of key contacts",
    unit="share",
    how="share of key contacts",
    family=True,
)
def of_key(ledger: Ledger) -> dict[str, float]:
    """Of all key contacts those that become an intention, and what keeps the others from it.

    That is the first of: forgotten, no next step, no time (one of the two has as many to follow up as it
    can), no need (the one that buys has found as many suppliers as it needs).
    """
    counts = np.bincount(ledger.outcomes.fate, minlength=len(Fate))
    counts[Fate.INTENTION] += counts[Fate.AGREEMENT]
    key = int(sum(counts[each] for each in _OF_KEY))
    return {each.name.lower(): share(counts[each], key) for each in _OF_KEY}


@kpi(
    "outcomes.from_meetings_share",
    "Intentions of those who had a meeting",
    unit="share",
    how="share of intentions",
)
def from_meetings(ledger: Ledger) -> float:
    """Of all intentions those of pairs that had an organised meeting that was a useful contact."""
    return share((_intended(ledger) & ledger.outcomes.in_meetings).sum(), _intended(ledger).sum())


AFTERWARDS: Final = tuple(name for name in KPIS if name.startswith("outcomes."))
"""The KPIs that go by the terms of what comes of contacts; no other does."""
