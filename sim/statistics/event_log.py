"""The visits as an activity log, for process mining and animation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sim.floor.arrays import NEVER, NONE
from sim.floor.trace import SERVED, Kind, Outcome
from sim.statistics.ledger import Integers, Ledger
from sim.statistics.tables.names import Names, code, minutes, nullable

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["EVENT_TYPES", "event_log"]

EVENT_TYPES: Final = ("arrival_departure", "queue", "resource_use", "resource_use_end")
_MOVE, _QUEUE, _USE, _USE_END = range(len(EVENT_TYPES))

_NAMES: Final = {
    Kind.GATE: "gate",
    Kind.LOOK: "look",
    Kind.TALK: "talk",
    Kind.LOUNGE: "lounge",
    Kind.MEAL: "meal",
    Kind.HALL: "hall",
    Kind.SESSION: "session",
    Kind.MEETING: "meeting",
}
_WITHOUT_RESOURCE: Final = (Kind.LOOK, Kind.LOUNGE)


def event_log(ledger: Ledger) -> pd.DataFrame:
    """Events of all parties, by party-day, then time. See `Result.event_log` for the columns."""
    import pandas as pd

    log = _Log()
    floor = ledger.floor
    gate = floor.party_days.gate
    came = np.flatnonzero(floor.party_days.arrival < NEVER)
    log.add("arrival", _MOVE, 0, came, floor.party_days.arrival[came], gate[came])
    for kind, name in _NAMES.items():
        rows = ledger.rows(kind)
        rows = rows.where(ledger.is_party(rows.actor) & ledger.there[rows.index])
        if kind in _WITHOUT_RESOURCE:
            log.add(name, _QUEUE, 2, rows.actor, rows.start, rows.place)
            continue
        served = np.isin(rows.outcome, SERVED)
        log.add(f"{name}_wait_begins", _QUEUE, 2, rows.actor, rows.start, rows.place)
        for outcome in np.unique(rows.outcome[~served]):
            lost = rows.where(rows.outcome == outcome)
            what = f"{name}_{Outcome(outcome).name.lower()}"
            log.add(what, _QUEUE, 1 if kind is Kind.MEETING else 3, lost.actor, lost.end, lost.place)
        if kind is Kind.HALL:
            continue
        used = rows.where(served)
        resource = used.place
        if kind is Kind.TALK:  # members of staff are numbered on from the places
            resource = used.other - ledger.n_party_days + len(ledger.expo.places)
        log.add(f"{name}_begins", _USE, 3, used.actor, used.begin, used.place, resource)
        log.add(f"{name}_ends", _USE_END, 1, used.actor, used.end, used.place, resource)
    visits, gates = ledger.visits, ledger.rows(Kind.GATE)
    refused = gates.where(gates.outcome != Outcome.DONE)
    log.add("depart", _MOVE, 4, visits.actor, visits.end, visits.place)
    log.add("depart", _MOVE, 4, refused.actor, refused.end, refused.place)

    parts = (log.entity, log.time, log.place, log.resource)
    entity, time, place, resource = (np.concatenate(part) for part in parts)
    lengths = [len(part) for part in log.entity]
    order = np.lexsort((np.repeat(log.rank, lengths), time, entity))
    event = np.repeat(np.arange(len(log.event)), lengths)[order]
    names = Names(ledger)
    return pd.DataFrame(
        {
            "entity_id": entity[order],
            "pathway": names.persona(entity[order]),
            "event_type": code(np.array(log.type)[event], EVENT_TYPES),
            "event": code(event, log.event),
            "time": minutes(time[order]),
            "place": names.place(place[order]),
            "resource_id": nullable(resource[order]),
            "run_number": ledger.expo.replication,
        }
    )


class _Log:
    """Events as they are collected, kind by kind."""

    def __init__(self) -> None:
        self.event: list[str] = []
        self.type: list[int] = []
        self.rank: list[int] = []  # order of one party's events at one instant
        self.entity: list[Integers] = []
        self.time: list[Integers] = []
        self.place: list[Integers] = []
        self.resource: list[Integers] = []

    def add(
        self,
        event: str,
        type_: int,
        rank: int,
        entity: Integers,
        time: Integers,
        place: Integers,
        resource: Integers | None = None,
    ) -> None:
        """Add one event of each entity."""
        self.event.append(event)
        self.type.append(type_)
        self.rank.append(rank)
        self.entity.append(entity)
        self.time.append(time)
        self.place.append(place)
        self.resource.append(np.full(len(entity), NONE) if resource is None else resource)
