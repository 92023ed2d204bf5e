"""Correspondence: requests wait for answers, hold slots meanwhile, are reminded of, and expire.

What people would say is given (`sim.matchmaking.accept`); here it is worked out whether they come to
say it. Times are in days from when requests may first be sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from heapq import heappop, heappush

import numpy as np

from sim.matchmaking.wishes.affinity import BoolArray, FloatArray, IntArray

__all__ = ["Correspondence", "Reply", "correspond", "reminded"]


class Reply(IntEnum):
    """What comes of a request."""

    DECLINED = 0
    ACCEPTED = 1
    EXPIRED = 2  # not answered in time
    BLOCKED = 3  # never sent: one side had no slot left that was not held already


@dataclass(frozen=True, slots=True)
class Correspondence:
    """What came of each request: a `Reply`, and the day on which it was settled."""

    reply: IntArray
    settled: FloatArray


def reminded(delay: FloatArray, after: float, answers: BoolArray) -> FloatArray:
    """Delays (days) when who has not answered `after` so long is reminded, and `answers` at once."""
    late = (delay > after) & answers
    return np.where(late, after, delay)


def correspond(
    asker: IntArray,
    asked: IntArray,
    sent: FloatArray,
    delay: FloatArray,
    says_yes: BoolArray,
    *,
    ends: float = np.inf,
    expiry: float = np.inf,
    limit: IntArray | None = None,
) -> Correspondence:
    """What comes of requests, `sent` on days and answered after `delay` days.

    A request not answered within `expiry` days, or by the day that it all `ends`, has expired. With a
    `limit` (participants,) each request pending or accepted holds a slot of both sides: one for which
    a side has no slot left is not sent. An answer that comes in the same instant as a request is sent
    comes first; of requests of one instant, the first in order.
    """
    answered = delay <= np.minimum(expiry, ends - sent)
    reply = np.where(answered, np.where(says_yes, Reply.ACCEPTED, Reply.DECLINED), Reply.EXPIRED)
    settled = np.where(answered, sent + delay, np.minimum(sent + expiry, ends))
    if limit is None:
        return Correspondence(reply.astype(np.int64), settled)
    left = limit.tolist()
    first, second = asker.tolist(), asked.tolist()
    outcome, when, until = reply.tolist(), sent.tolist(), settled.tolist()
    pending: list[tuple[float, int]] = []
    for k in np.argsort(sent, kind="stable").tolist():
        while pending and pending[0][0] <= when[k]:
            _, other = heappop(pending)
            if outcome[other] != Reply.ACCEPTED:  # who says yes keeps the slot
                left[first[other]] += 1
                left[second[other]] += 1
        if left[first[k]] <= 0 or left[second[k]] <= 0:
            outcome[k], until[k] = Reply.BLOCKED, when[k]
            continue
        left[first[k]] -= 1
        left[second[k]] -= 1
        heappush(pending, (until[k], k))
    return Correspondence(np.array(outcome, dtype=np.int64), np.array(until, dtype=np.float64))
