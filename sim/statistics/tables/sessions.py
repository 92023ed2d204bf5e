"""Tables of sessions and of who came to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sim.floor.arrays import NONE, IntArray
from sim.floor.trace import Cause, Kind, Outcome
from sim.statistics.interactions import InteractionKind
from sim.statistics.ledger import Bools, Ledger, Rows
from sim.statistics.presence import peaks
from sim.statistics.tables.names import Names, code, day, frame, minutes, nullable, times

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["attendance", "contact_session", "sessions"]

_ROLES: Final = ("registered", "walk-in", "host")


def sessions(ledger: Ledger) -> pd.DataFrame:
    """A row a session, stops of tours included."""
    plan, programme, names = ledger.floor.sessions, ledger.expo.programme, Names(ledger)
    rows, hosts, n = ledger.audience, ledger.hosting, len(plan.place)

    def people(mask: Bools | None = None) -> IntArray:
        chosen = rows if mask is None else rows.where(mask)
        return np.bincount(chosen.other, ledger.size[chosen.actor], minlength=n).astype(np.int64)

    def called(chosen: Rows) -> IntArray:
        return np.bincount(chosen.other, minlength=n)

    let_in, registered = rows.outcome == Outcome.DONE, ledger.registered
    away = rows.outcome == Outcome.TURNED_AWAY
    seated = rows.done
    peak, _ = peaks(seated.other, n, seated.begin, seated.end, ledger.size[seated.actor])
    columns = {
        "session": np.arange(n),
        "title": list(programme.title),
        "kind": names.session_kind(programme.kind),
        "rule": list(programme.rule),
        "chain": code(programme.chain, ledger.expo.chains),
        "day": day(plan.start),
        "start": times(ledger, plan.start),
        "talk_minutes": minutes(plan.end - plan.start),
        "mixing_minutes": minutes(plan.rounds * plan.round),
        "room": names.place(plan.place),
        "hall": names.hall(plan.place),
        "seats": plan.seats.copy(),
        "hosts": called(hosts),
        "hosts_there": called(hosts.done),
        "registered": people(registered),
        "registered_seated": people(registered & let_in),
        "walk_ins_seated": people(~registered & let_in),
        "audience": people(let_in),
        "peak": peak,
        "filled_share": peak / np.maximum(plan.seats, 1),
        "no_shows": people(rows.outcome == Outcome.NO_SHOW),
        "missed": people(rows.outcome == Outcome.MISSED),
        "full": people(away & (rows.cause == Cause.FULL)),
        "too_late": people(away & (rows.cause == Cause.TOO_LATE)),
        "exchange_contacts": np.bincount(contact_session(ledger), minlength=n),
    }
    return frame("sessions", columns)


def attendance(ledger: Ledger) -> pd.DataFrame:
    """A row for each party registered for, or come to, a session, then a row for each host."""
    names, plan = Names(ledger), ledger.expo.programme
    audience, hosts = ledger.audience, ledger.hosting
    rows = Rows(ledger.trace, np.concatenate((audience.index, hosts.index)))
    is_host = np.arange(len(rows)) >= len(audience)
    role = np.where(is_host, 2, 0)
    role[: len(audience)] += ~ledger.registered
    party_day = np.where(is_host, NONE, rows.actor)
    organisation = np.append(ledger.organisation, NONE)[rows.actor]
    columns = {
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
    return frame("attendance", columns)


def contact_session(ledger: Ledger) -> IntArray:
    """The session of each exchange contact: the one that its first actor was in at the time."""
    met, rows = ledger.interactions, ledger.rows(Kind.SESSION).done
    exchange = met.kind == InteractionKind.EXCHANGE
    key = (rows.actor.astype(np.int64) << 32) | rows.start
    order = np.argsort(key, kind="stable")
    found = np.searchsorted(key[order], (met.actor[exchange] << 32) | met.start[exchange], side="right") - 1
    session: IntArray = rows.other[order[found]].astype(np.int64)
    return session
