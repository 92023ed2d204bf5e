"""The table of requests step by step: how many are left, and how many are lost, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

import numpy as np

from sim.expo.expo import REASONS, REPLIES
from sim.floor.arrays import NONE
from sim.floor.trace import Cause, Outcome
from sim.statistics.kpis.meetings import request_held, request_scheduled, request_without_slot
from sim.statistics.ledger import Integers, Ledger
from sim.statistics.tables.registry import Codes, Columns, table

__all__ = ["NO_SLOT", "STEPS", "funnel"]

STEPS: Final = ("requested", "accepted", "scheduled", "held")
NO_SLOT: Final = "no_slot"
"""Why a request was lost of which nothing else is known than that it has no slot."""

_WHYS: Final = tuple(
    dict.fromkeys(
        (
            *REPLIES,
            *REASONS,
            NO_SLOT,
            "no_show",
            *(f"held_up_{each.name.lower()}" for each in Cause),
            "not_held",
        )
    )
)


@table(
    {
        "step": "requested, accepted, scheduled (or met as a stand-by) or held",
        "why": "missing: requests that came to this step; else why some of them came no further: a `reply` "
        "or a `reason` of `requests`, `no_slot`; `no_show` (one side never came), `held_up_` and what "
        "held a side up, or `not_held`",
        "requests": "how many",
    },
    small=True,
)
def funnel(ledger: Ledger) -> Columns:
    """A row a step from requests to meetings held, and below it a row for each way to be lost there.

    Those of a step without the lost are those of the next.
    """
    sent, held = ledger.expo.requests, request_held(ledger)
    without, scheduled = request_without_slot(ledger), request_scheduled(ledger)
    accepted = np.asarray(sent.reply) == REPLIES.index("accepted")
    declined, unslotted = ~accepted, accepted & without
    agreed = accepted & ~without
    missed = agreed & ~held
    reason = np.where(scheduled, NONE, sent.reason)[unslotted]
    lost: tuple[dict[str, int], ...] = (
        _counted(REPLIES[each] for each in sent.reply[declined].tolist()),
        _counted(REASONS[each] if each != NONE else NO_SLOT for each in reason.tolist()),
        _counted(_why(ledger, sent.meeting[missed])),
        {},
    )
    rows: list[tuple[int, str, int]] = []
    for step, (left, of) in enumerate(
        zip((len(held), accepted.sum(), agreed.sum(), held.sum()), lost, strict=True)
    ):
        rows += [(step, "", int(left)), *((step, why, many) for why, many in of.items())]
    if not len(held):
        rows = []
    steps, why, many = zip(*rows, strict=True) if rows else ((), (), ())
    return {
        "step": Codes(np.array(steps, dtype=np.int64), STEPS),
        "why": Codes(np.array([_WHYS.index(each) if each else NONE for each in why], dtype=np.int64), _WHYS),
        "requests": np.array(many, dtype=np.int64),
    }


def _counted(reasons: Iterable[str]) -> dict[str, int]:
    """How often each, those that took most first."""
    return dict(sorted(Counter(reasons).items(), key=lambda each: (-each[1], each[0])))


def _why(ledger: Ledger, meeting: Integers) -> Iterable[str]:
    """What kept each of these meetings from being held, by outcome and cause of its first two sides."""
    outcome, cause = (column[:2, meeting].T.tolist() for column in (ledger.sides.outcome, ledger.sides.cause))
    for became, because in zip(outcome, cause, strict=True):
        if Outcome.NO_SHOW in became:
            yield "no_show"
        elif Outcome.MISSED in became:
            yield f"held_up_{Cause(because[became.index(Outcome.MISSED)]).name.lower()}"
        else:
            yield "not_held"
