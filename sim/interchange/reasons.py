"""Why a request has no slot, in words that are true of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sim.matchmaking import Reason

__all__ = ["DISLIKED", "GIVEN_UP", "GONE", "NOT_AGAIN", "REASONS", "TWIN", "named", "said"]

REASONS: Final = {
    Reason.NEVER_TOGETHER: "there is no slot in which both can meet",
    Reason.ASKER_FULL: "the asker has as many meetings as allowed",
    Reason.ASKED_FULL: "the asked has as many meetings as allowed",
    Reason.NO_COMMON_SLOT: "in every slot one or the other has a meeting or is away",
    Reason.OTHER_FULL: "a third person of the meeting has as many meetings as allowed",
    Reason.OTHER_BUSY: "in every slot in which both are free a third person has a meeting or is away",
    Reason.NO_TABLE: "in every slot in which both are free all tables are taken",
    Reason.NOT_CHOSEN: "it would fit: the policy left it out",
    Reason.VETOED: "vetoed",
    Reason.NO_INTERPRETER: "in every slot that is open all interpreters are taken",
    Reason.PLACE_FULL: "in every slot that is left its place has no more room",
    Reason.TOO_MANY_IN_ROW: "in every slot that is left one side would have too many meetings in a row",
    Reason.TOO_FAR: "in every slot that is left one side could not walk there in time",
    Reason.TABLE_TAKEN: "in every slot that is left the table that one side keeps has another meeting",
    Reason.NO_REST: "in every slot that is left one side would have no rest between two meetings",
    Reason.ALTERNATIVE: "another offer of the same meeting is held",
    Reason.DAY_FULL: "in every slot that is left one side has as many meetings that day as allowed",
    Reason.TOO_MANY_DAYS: "in every slot that is left one side would have meetings on more days than allowed",
    Reason.NOT_KEPT_FREE: "in every slot that is left one side would have too few slots kept free",
    Reason.OUT_OF_ORDER: "in every slot that is left it would be on the wrong side of one it is bound to",
}
"""Slots that are left are those that the reasons before leave: both are free, and there is a table."""

_FIXED: Final = {
    Reason.NEVER_TOGETHER: "one or the other is away in its slot",
    Reason.NO_COMMON_SLOT: "in its slot one or the other has another meeting",
    Reason.OTHER_BUSY: "in its slot a third person has another meeting or is away",
    Reason.NO_TABLE: "in its slot all tables are taken",
    Reason.NO_INTERPRETER: "in its slot all interpreters are taken",
}
TWIN: Final = "another request of the same two counts"
DISLIKED: Final = "disliked: one side wishes it by less than 0"
GIVEN_UP: Final = "it would fit: it was given up for fewer breaks"
GONE: Final = "one of them is gone"
NOT_AGAIN: Final = "it was not held, and is not asked for again"
_NAMED: Final = 4  # lines


def said(reason: Reason, *, fixed: bool) -> str:
    """A reason in words; `fixed`: of a request with a single slot of its own."""
    text = REASONS.get(reason, reason.name.lower().replace("_", " "))
    if not fixed:
        return text
    return _FIXED.get(reason, text.replace("in every slot that is left", "in its slot"))


def named(lines: Sequence[int]) -> str:
    """Lines of the requests, in brackets: ` (lines 2, 5 and 7)`."""
    if not lines:
        return ""
    if len(lines) == 1:
        return f" (line {lines[0]})"
    shown, more = lines[:_NAMED], len(lines) - _NAMED
    *first, last = map(str, shown) if more <= 0 else (*map(str, shown), f"{more:,} more")
    return f" (lines {', '.join(first)} and {last})"
