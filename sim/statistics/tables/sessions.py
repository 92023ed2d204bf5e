"""The table of sessions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from sim.expo.shortfalls import WHYS
from sim.floor.arrays import NONE, IntArray
from sim.floor.trace import Cause, Kind, Outcome
from sim.statistics.interactions import InteractionKind
from sim.statistics.ledger import Bools, Ledger, Rows, moments
from sim.statistics.seated import cancelled, people, seated
from sim.statistics.tables.names import Names, code, day, minutes, nullable, times
from sim.statistics.tables.registry import Columns, table

__all__ = ["contact_session", "sessions"]

_WHY_NOT: Final = ("no_host", "no_audience")


@table(
    {
        "session": "number of the session; missing: cancelled before the doors opened",
        "title": "title",
        "kind": "ceremony, forum, seminar, exchange, debut or tour; missing: cancelled",
        "rule": "table of the scenario it comes from",
        "chain": "industrial chain of its first host; missing: no host",
        "day": "day of the expo, from 1",
        "start": "start, clock time; missing: cancelled",
        "talk_minutes": "length without the mixing, min",
        "mixing_minutes": "length of the mixing, min",
        "room": "room, or booth",
        "hall": "hall of the room; missing: outside the halls",
        "seats": "seats",
        "held": "whether it was held: somebody was let in, and a host came, if any was called",
        "why_not": "no_host or no_audience (with both, no_host), or why it was cancelled, a code of "
        "`shortfalls`; missing: held",
        "hosts": "booths called to send a host",
        "hosts_there": "hosts who came",
        "host_names": "exhibitors whose hosts came, with semicolons between; empty: nobody came",
        "hosts_missing": "exhibitors called whose hosts did not come, in the same way",
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
        "closed": "people at the door when the room closed",
        "exchange_contacts": "exchange contacts of two different organisations",
    }
)
def sessions(ledger: Ledger) -> Columns:
    """A row a session, stops of tours included; at the end those that were cancelled, without people."""
    plan, programme, names = ledger.floor.sessions, ledger.expo.programme, Names(ledger)
    rows, hosts, n = ledger.audience, ledger.hosting, len(plan.place)

    def of(mask: Bools) -> IntArray:
        return people(ledger, mask)

    def called(chosen: Rows) -> IntArray:
        return np.bincount(chosen.other, minlength=n)

    def named(came: bool) -> list[str]:
        return ["; ".join(names) for names in _hosts(ledger, came)]

    let_in, registered = rows.outcome == Outcome.DONE, ledger.registered
    away, found = rows.outcome == Outcome.TURNED_AWAY, seated(ledger)
    made = {
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
        "held": found.held,
        "why_not": code(np.select([found.without, found.empty], [0, 1], NONE), [*_WHY_NOT, *WHYS]),
        "hosts": called(hosts),
        "hosts_there": called(hosts.done),
        "host_names": named(True),
        "hosts_missing": named(False),
        "registered": of(registered),
        "registered_seated": of(registered & let_in),
        "walk_ins_seated": of(~registered & let_in),
        "audience": found.audience,
        "peak": found.peak,
        "filled_share": found.peak / np.maximum(plan.seats, 1),
        "no_shows": of(rows.outcome == Outcome.NO_SHOW),
        "missed": of(rows.outcome == Outcome.MISSED),
        "full": of(away & (rows.cause == Cause.FULL)),
        "too_late": of(away & (rows.cause == Cause.TOO_LATE)),
        "closed": of(rows.outcome == Outcome.CLOSED),
        "exchange_contacts": np.bincount(contact_session(ledger), minlength=n),
    }
    return _and_cancelled(made, ledger)


def _and_cancelled(made: Columns, ledger: Ledger) -> Columns:
    """The columns with those activities added that the build cancelled, matchmaking windows left out."""
    import pandas as pd

    short = ledger.expo.shortfalls
    rows = cancelled(ledger)
    n, why = len(made["title"]), len(_WHY_NOT) + short.why[rows]

    def longer(column: Any) -> Any:
        if isinstance(column, list):
            return [*column, *[""] * len(rows)]
        if isinstance(column, pd.Categorical):
            return pd.Categorical.from_codes(
                np.append(column.codes, np.full(len(rows), NONE)), dtype=column.dtype
            )
        nothing = {"f": np.nan, "M": np.datetime64("NaT")}.get(column.dtype.kind, 0)
        return np.append(column, np.full(len(rows), nothing, dtype=column.dtype))

    def ends(name: str, values: Sequence[str]) -> list[str]:
        return [*made[name], *values]

    return {name: longer(column) for name, column in made.items()} | {
        "session": nullable(np.append(np.arange(n), np.full(len(rows), NONE))),
        "title": ends("title", [short.what[i] for i in rows]),
        "rule": ends("rule", [short.path[i].removeprefix("programme.") for i in rows]),
        "day": np.append(made["day"], (short.day[rows] + 1).astype(made["day"].dtype)),
        "why_not": code(np.append(made["why_not"].codes, why), [*_WHY_NOT, *WHYS]),
    }


def _hosts(ledger: Ledger, came: bool) -> list[list[str]]:
    """The exhibitors whose host came to each session, or did not, in the order in which they are planned."""
    programme, hosts, name = ledger.expo.programme, ledger.hosting.done, ledger.expo.organisations.name
    there = set(
        zip(
            hosts.other.tolist(),
            ledger.floor.staff.booth[hosts.actor - ledger.n_party_days].tolist(),
            strict=True,
        )
    )
    found: list[list[str]] = [[] for _ in programme.title]
    of = np.repeat(np.arange(len(found)), np.diff(programme.host_index))
    for session, host in zip(of.tolist(), programme.host.tolist(), strict=True):
        if ((session, host) in there) == came:
            found[session].append(name[host])
    return found


def contact_session(ledger: Ledger) -> IntArray:
    """The session of each exchange contact: the one that its first actor was in at the time."""
    met, rows = ledger.interactions, ledger.rows(Kind.SESSION).done
    exchange = met.kind == InteractionKind.EXCHANGE
    began = moments(met.actor[exchange], met.start[exchange])
    found = np.searchsorted(moments(rows.actor, rows.start), began, side="right") - 1
    session: IntArray = rows.other[found].astype(np.int64)
    return session
