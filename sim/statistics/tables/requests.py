"""The table of requests."""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.expo.expo import REASONS, REPLIES
from sim.floor.arrays import NONE
from sim.statistics.kpis.meetings import request_held, request_scheduled, request_without_slot
from sim.statistics.ledger import Ledger
from sim.statistics.tables.names import Names, code, nullable
from sim.statistics.tables.registry import Columns, table

__all__ = ["requests"]

_FATES: Final = ("declined", "no_slot", "lost", "held")


@table(
    {
        "request": "number of the request",
        "programme": "matchmaking programme",
        "asker": "organisation that asks",
        "asked": "organisation that is asked",
        "asker_party": "party that asks, as in `visits`; missing: a booth",
        "asked_party": "party that is asked, as in `visits`; missing: a booth",
        "asker_chain": "industrial chain of the one that asks",
        "asked_chain": "industrial chain of the one asked",
        "asker_country": "country of the one that asks, ISO 3166 code",
        "asked_country": "country of the one asked, ISO 3166 code",
        "asker_sponsor": "kind of sponsor that asks; missing: none",
        "asked_sponsor": "kind of sponsor that is asked; missing: none",
        "affinity": "true affinity of both, in [0, 1]",
        "score": "the score that requests and policies saw",
        "asker_wish": "what the asker wishes the meeting by, as its profile tells",
        "asked_wish": "what the one asked wishes it by, as its profile tells",
        "must": "whether it was to be held if it could be",
        "reply": "what came of the request: declined, accepted, expired or blocked",
        "accepted": "whether the one asked said yes",
        "scheduled": "whether it got a slot of its own",
        "held": "whether the meeting took place, be it with a stand-by",
        "fate": "declined, no_slot (and not met as a stand-by), lost or held; see also `reply`",
        "reason": "why it has no slot; missing: not accepted, or scheduled",
        "meeting": "the meeting, as in `meetings`, perhaps a stand-by's; missing: neither",
    }
)
def requests(ledger: Ledger) -> Columns:
    """A row a request for a meeting, with what became of it."""
    sent, names = ledger.expo.requests, Names(ledger)
    held, scheduled = request_held(ledger), request_scheduled(ledger)
    fate = np.select([held, scheduled, request_without_slot(ledger)], [3, 2, 1], 0)
    return {
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
        "asker_sponsor": names.sponsor(sent.asker),
        "asked_sponsor": names.sponsor(sent.asked),
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
