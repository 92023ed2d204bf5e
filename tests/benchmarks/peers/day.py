"""What every peer is given: a floor of walk-ups as plain lists; and what it gives back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.floor.arrays import Floor, PlaceKind
from tests.benchmarks.idiomatic import Statistics

__all__ = ["Day", "Seen", "Visitor", "day_of"]


class Visitor(NamedTuple):
    """One visitor, in milliseconds; `route` is a row (booth, look, talk) a stop, talk 0 for none wanted."""

    pace: int  # ms a dm
    gate: int
    arrival: int
    check: int
    stay: int  # from admission on
    latest: int
    patience: int
    limit: int  # of the queue: as many waiting, and he balks
    route: list[tuple[int, int, int]]


@dataclass(frozen=True, slots=True)
class Day:
    """Walk-ups in one hall: servers and position (dm) of each place, and the visitors by arrival."""

    servers: list[int]
    x: list[int]
    y: list[int]
    short_talk: int
    visitors: list[Visitor]

    def walk(self, a: int, b: int, pace: int) -> int:
        """Milliseconds from a place to another."""
        if a == b:
            return 0
        return max(1, (abs(self.x[a] - self.x[b]) + abs(self.y[a] - self.y[b])) * pace)


@dataclass(slots=True)
class Seen:
    """Counts and sums that a peer keeps while it plays."""

    visits: int = 0
    looks: int = 0
    conversations: int = 0
    balked: int = 0
    reneged: int = 0
    left: int = 0
    waited: float = 0.0
    stayed: float = 0.0

    def statistics(self) -> Statistics:
        """As the idiomatic script gives them."""
        return Statistics(
            visits=self.visits,
            looks=self.looks,
            conversations=self.conversations,
            balked=self.balked,
            reneged=self.reneged,
            left=self.left,
            mean_wait=self.waited / max(self.conversations, 1),
            mean_stay=self.stayed / max(self.visits, 1),
        )


def day_of(floor: Floor) -> Day:
    """The day of a floor; raises ValueError if there is more to it than gates, booths and walk-ups."""
    if len(floor.bookings.place) or len(floor.calls.booth) or (floor.places.zone != 0).any():
        raise ValueError("the peers are given walk-ups in one hall only")
    places, days = floor.places, floor.party_days
    members = np.bincount(floor.staff.booth, minlength=len(places.kind))
    servers = np.where(places.kind == PlaceKind.GATE, places.servers, members)
    stops = list(zip(*_lists(floor.stops.place, floor.stops.look, floor.stops.talk), strict=True))
    index = days.stop_index.tolist()
    columns = _lists(
        days.pace, days.gate, days.arrival, days.check, days.stay, days.latest, days.patience,
        days.queue_limit,
    )  # fmt: skip
    visitors = [
        Visitor._make([*row, stops[index[v] : index[v + 1]]])
        for v, row in enumerate(zip(*columns, strict=True))
    ]
    visitors.sort(key=lambda visitor: visitor.arrival)
    each, x, y = _lists(servers, places.x, places.y)
    return Day(each, x, y, floor.short_talk, visitors)


def _lists(*columns: np.ndarray) -> list[list[int]]:
    return [column.tolist() for column in columns]
