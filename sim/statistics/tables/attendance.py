"""The table of attendance: who came to sessions."""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.floor.arrays import NONE
from sim.statistics.ledger import Ledger, Rows
from sim.statistics.tables.names import Names, code, minutes, nullable, times
from sim.statistics.tables.registry import Columns, table

__all__ = ["attendance"]

_ROLES: Final = ("registered", "walk-in", "host")


@table(
    {
        "session": "the session, as in `sessions`",
        "title": "title of the session",
        "role": "registered, walk-in or host",
        "party_day": "the party on that day, as in `visits`; missing: a host",
        "organisation": "organisation; missing: a host whom nobody was sent as",
        "persona": "persona; missing: a host",
        "people": "people",
        "start": "coming to the door, clock time",
        "wait_minutes": "wait at the door, min",
        "minutes": "time inside, min",
        "outcome": "done (let in), turned_away, no_show, missed or closed",
        "cause": "why it was turned away or missing",
    }
)
def attendance(ledger: Ledger) -> Columns:
    """A row for each party registered for, or come to, a session, then a row for each host."""
    names, plan = Names(ledger), ledger.expo.programme
    audience, hosts = ledger.audience, ledger.hosting
    rows = Rows(ledger.trace, np.concatenate((audience.index, hosts.index)))
    is_host = np.arange(len(rows)) >= len(audience)
    role = np.where(is_host, 2, 0)
    role[: len(audience)] += ~ledger.registered
    party_day = np.where(is_host, NONE, rows.actor)
    organisation = np.append(ledger.organisation, NONE)[rows.actor]
    return {
        "session": rows.other,
        "title": code(rows.other, plan.title),
        "role": code(role, _ROLES),
        "party_day": nullable(party_day),
        "organisation": names.organisation(organisation),
        "persona": names.persona(party_day),
        "people": np.append(ledger.size, 1)[party_day],
        "start": times(ledger, rows.start),
        "wait_minutes": minutes(rows.wait),
        "minutes": minutes(rows.served),
        "outcome": names.outcome(rows.outcome),
        "cause": names.cause(rows.cause),
    }
