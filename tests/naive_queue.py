"""One booth without a simulation: what each party in the queue comes to."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

from tests.floors import PATIENT

__all__ = ["Ask", "Served", "naive_queue"]


@dataclass(frozen=True, slots=True)
class Ask:
    """A party asking at a booth."""

    time: int
    talk: int
    patience: int = PATIENT
    queue_limit: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Served:
    """What becomes of it: it leaves the queue at `until`, for a conversation if `served`."""

    until: int
    served: bool
    balked: bool = False


def naive_queue(asks: Sequence[Ask], servers: int) -> list[Served]:
    """First come, first served with `servers` and patience, by the recursion of Kiefer and Wolfowitz.

    "On the theory of queues with many servers", Trans. AMS 78 (1955): each who waits to the end
    takes the server that is free first. No clock and no events: `asks` in order of time.
    """
    free = [0] * servers
    left: list[int] = []  # when each who queued left the queue
    fates = []
    for ask in asks:
        start = max(ask.time, free[0])
        waiting = sum(until > ask.time for until in left)
        if start > ask.time and (ask.patience == 0 or waiting >= ask.queue_limit):
            fates.append(Served(ask.time, served=False, balked=True))
            continue
        if start <= ask.time + ask.patience:
            heapq.heapreplace(free, start + ask.talk)
            fates.append(Served(start, served=True))
        else:
            fates.append(Served(ask.time + ask.patience, served=False))
        left.append(fates[-1].until)
    return fates
