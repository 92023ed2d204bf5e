"""The table of sessions."""

from __future__ import annotations

import numpy as np

from sim.floor.arrays import IntArray
from sim.floor.curves import peaks
from sim.floor.trace import Cause, Kind, Outcome
from sim.statistics.interactions import InteractionKind
from sim.statistics.ledger import Bools, Ledger, Rows, moments
from sim.statistics.tables.names import Names, code, day, minutes, times
from sim.statistics.tables.registry import Columns, table

__all__ = ["contact_session", "sessions"]


@table(
    {
        "session": "number of the session",
        "title": "title",
        "kind": "ceremony, forum, seminar, exchange, debut or tour",
        "rule": "table of the scenario it comes from",
        "chain": "industrial chain of its first host; missing: no host",
        "day": "day of the expo, from 1",
        "start": "start, clock time",
        "talk_minutes": "length without the mixing, min",
        "mixing_minutes": "length of the mixing, min",
        "room": "room, or booth",
        "hall": "hall of the room; missing: outside the halls",
        "seats": "seats",
        "hosts": "booths called to send a host",
        "hosts_there": "hosts who came",
        "registered": "people registered",
        "registered_seated": "people registered and let in",
        "walk_ins_seated": "people let in without registration",
        "audience": "people let in, in all",
        "peak": "most people seated at once",
        "filled_share": "most people seated at once over seats, share",
        "no_shows": "people registered who never came, drawn beforehand",
        "missed": "people booked who were held up elsewhere",
        "full": "people turned away for want of a seat",
        "too_late": "people turned away for coming late",
        "exchange_contacts": "exchange contacts of two different organisations",
    }
)
def sessions(ledger: Ledger) -> Columns:
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
    return {
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


def contact_session(ledger: Ledger) -> IntArray:
    """The session of each exchange contact: the one that its first actor was in at the time."""
    met, rows = ledger.interactions, ledger.rows(Kind.SESSION).done
    exchange = met.kind == InteractionKind.EXCHANGE
    began = moments(met.actor[exchange], met.start[exchange])
    found = np.searchsorted(moments(rows.actor, rows.start), began, side="right") - 1
    session: IntArray = rows.other[found].astype(np.int64)
    return session
