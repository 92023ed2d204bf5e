"""Tables of interactions, meetings and requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sim.expo.expo import REASONS, REPLIES
from sim.floor.arrays import NONE
from sim.statistics.interactions import InteractionKind
from sim.statistics.kpis.meetings import request_held, request_scheduled, request_without_slot
from sim.statistics.ledger import Integers, Ledger
from sim.statistics.tables.names import Names, code, day, frame, minutes, nullable, times

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["interactions", "matrix", "meetings", "requests"]

_FATES: Final = ("declined", "no_slot", "lost", "held")


def interactions(ledger: Ledger) -> pd.DataFrame:
    """A row an interaction of two different organisations, conversations first."""
    met, names = ledger.interactions, Names(ledger)
    party, partner_party = _party(ledger, met.actor), _party(ledger, met.partner_actor)
    columns = {
        "start": times(ledger, met.start),
        "day": day(met.start),
        "minutes": minutes(met.length),
        "kind": code(met.kind, [kind.name.lower() for kind in InteractionKind]),
        "useful": met.useful,
        "place": names.place(met.place),
        "hall": names.hall(met.place),
        **names.sides(met.organisation, met.partner, party, partner_party),
        "exhibits": met.organisation < ledger.n_exhibitors,
        "partner_exhibits": met.partner < ledger.n_exhibitors,
        "persona": names.persona(party),
        "meeting": nullable(met.meeting),
    }
    return frame("interactions", columns)


def meetings(ledger: Ledger) -> pd.DataFrame:
    """A row a meeting, scheduled or a stand-by's, with what became of both sides."""
    plan, sides, names = ledger.floor.meetings, ledger.sides, Names(ledger)
    begin = times(ledger, sides.begin)
    begin[~sides.held] = np.datetime64("NaT")

    def if_held(ms: Integers) -> object:
        return np.where(sides.held, minutes(ms), np.nan)

    columns = {
        "meeting": np.arange(len(plan.start)),
        "standby_for": nullable(plan.standby_for),
        "programme": names.programme(sides.programme),
        "day": day(plan.start),
        "start": times(ledger, plan.start),
        "slot_minutes": minutes(plan.duration),
        "place": names.place(plan.place),
        "hall": names.hall(plan.place),
        **names.sides(*sides.organisation, *sides.party_day),
        "held": sides.held,
        "begin": begin,
        "minutes": if_held(sides.end[0] - sides.begin),
        "delay_minutes": if_held(sides.begin - plan.start),
        "outcome": names.outcome(sides.outcome[0]),
        "partner_outcome": names.outcome(sides.outcome[1]),
        "cause": names.cause(sides.cause[0]),
        "partner_cause": names.cause(sides.cause[1]),
        "wait_minutes": minutes(sides.wait[0]),
        "partner_wait_minutes": minutes(sides.wait[1]),
        "affinity": sides.affinity,
        "score": sides.score,
        "request": nullable(sides.request),
    }
    return frame("meetings", columns)


def requests(ledger: Ledger) -> pd.DataFrame:
    """A row a request for a meeting, with what became of it."""
    sent, names = ledger.expo.requests, Names(ledger)
    held, scheduled = request_held(ledger), request_scheduled(ledger)
    fate = np.select([held, scheduled, request_without_slot(ledger)], [3, 2, 1], 0)
    columns = {
        "request": np.arange(len(sent.asker)),
        "programme": names.programme(sent.programme),
        "asker": names.organisation(sent.asker),
        "asked": names.organisation(sent.asked),
        "asker_party": nullable(sent.asker_party),
        "asked_party": nullable(sent.asked_party),
        "asker_chain": names.chain(sent.asker),
        "asked_chain": names.chain(sent.asked),
        "asker_country": names.country(sent.asker),
        "asked_country": names.country(sent.asked),
        "affinity": sent.affinity,
        "score": sent.score,
        "asker_wish": sent.asker_wish,
        "asked_wish": sent.asked_wish,
        "must": sent.must == 1,
        "reply": code(sent.reply, REPLIES),
        "accepted": sent.accepted == 1,
        "scheduled": scheduled,
        "held": held,
        "fate": code(fate, _FATES),
        "reason": code(np.where(scheduled, NONE, sent.reason), REASONS),
        "meeting": nullable(sent.meeting),
    }
    return frame("requests", columns)


def matrix(ledger: Ledger, by: str = "chain") -> pd.DataFrame:
    """Interactions between the chains, stages or countries of the two sides, counted.

    Rows are the first side (the visitor of a conversation), columns the second (the booth). An
    interaction is counted once; `by` is `chain`, `stage` or `country`.
    """
    import pandas as pd

    labels = {"chain": "chains", "stage": "stages", "country": "countries"}
    if by not in labels:
        raise ValueError(f"by = {by!r} is none of {', '.join(labels)}")
    names = getattr(ledger.expo, labels[by])
    group, met, n = getattr(ledger.expo.organisations, by), ledger.interactions, len(names)
    counts = np.bincount(group[met.organisation] * n + group[met.partner], minlength=n * n).reshape(n, n)
    return pd.DataFrame(counts, index=pd.Index(names, name=by), columns=pd.Index(names, name=f"partner_{by}"))


def _party(ledger: Ledger, actor: Integers) -> Integers:
    """The party-day that an actor is, or NONE."""
    return np.where(ledger.is_party(actor), actor, NONE)
