"""What came of each session, in the numbers that `sessions` and `programme` have in common."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.expo.shortfalls import THINGS
from sim.floor.arrays import IntArray
from sim.floor.curves import peaks
from sim.floor.trace import Outcome
from sim.statistics.ledger import Bools, Integers, Ledger

__all__ = ["Seated", "cancelled", "people", "seated"]


class Seated(NamedTuple):
    """Of each session that was not cancelled beforehand: who was let in, and whether it was held."""

    audience: IntArray  # people let in
    peak: Integers  # most at once
    empty: Bools  # nobody was let in
    without: Bools  # hosts were called, and none came

    @property
    def held(self) -> Bools:
        """Whether somebody was let in, and a host came, if any was called."""
        return ~(self.empty | self.without)


def seated(ledger: Ledger) -> Seated:
    """What came of each."""
    rows, hosts, n = ledger.audience, ledger.hosting, len(ledger.floor.sessions.place)
    inside = rows.done
    called, came = (np.bincount(some.other, minlength=n) for some in (hosts, hosts.done))
    audience = people(ledger, rows.outcome == Outcome.DONE)
    peak, _ = peaks(inside.other, n, inside.begin, inside.end, ledger.size[inside.actor])
    return Seated(audience, peak, audience == 0, (called > 0) & (came == 0))


def people(ledger: Ledger, mask: Bools) -> IntArray:
    """People in the audience of each session, and at its door, of whose rows `mask` holds."""
    some, n = ledger.audience.where(mask), len(ledger.floor.sessions.place)
    return np.bincount(some.other, ledger.size[some.actor], minlength=n).astype(np.int64)


def cancelled(ledger: Ledger) -> list[int]:
    """The shortfalls that are sessions which the build cancelled; windows of matchmaking are none."""
    short = ledger.expo.shortfalls
    rows = np.flatnonzero(short.thing == list(THINGS).index("activities")).tolist()
    return [i for i in rows if not short.path[i].startswith("matchmaking.")]
