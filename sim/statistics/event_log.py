"""The visits as an activity log, for process mining and animation."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.floor.arrays import NEVER, NONE, IntArray
from sim.floor.trace import SERVED, Kind, Outcome
from sim.statistics.ledger import Integers, Ledger, Rows
from sim.statistics.tables.names import Names, code, minutes, nullable

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COLUMNS", "EVENT_TYPES", "event_log"]

EVENT_TYPES: Final = ("arrival_departure", "queue", "queue_end", "resource_use", "resource_use_end")
"""Those of the vidigi package, and `queue_end`, without which a look or a wait would last until the
next thing happens, the walk there included."""

_MOVE, _QUEUE, _QUEUE_END, _USE, _USE_END = range(len(EVENT_TYPES))

COLUMNS: Final = {
    "entity_id": "the party on that day, as in `visits`",
    "pathway": "persona",
    "event_type": "arrival_departure, queue, queue_end, resource_use or resource_use_end",
    "event": "arrival, depart, X_begins and X_ends, X_wait_begins and X_wait_ends, X_reneged …",
    "time": "minutes from the midnight before the first day",
    "place": "gate, booth, room, table or catering; at a hall's door, the place it was going to",
    "resource_id": "the resource: members of staff as in `services`, then lanes and seats; missing: none",
    "unit": "number of the resource at its place, from 1; missing: none",
    "people": "people in the party",
    "outcome": "how what began, or ends, went: done, late, or as it was lost; missing: arrival, depart",
    "run_number": "the replication",
}
"""What each column says."""

_USED: Final = {
    Kind.GATE: "gate",
    Kind.TALK: "talk",
    Kind.MEAL: "meal",
    Kind.HALL: "hall",
    Kind.SESSION: "session",
    Kind.MEETING: "meeting",
}
_WITHOUT_RESOURCE: Final = {Kind.LOOK: "look", Kind.LOUNGE: "lounge"}
_SEATS: Final = (Kind.MEAL, Kind.SESSION)  # a party takes one for each of its people
_BEGINS, _ENDS, _NEXT, _AFTERWARDS = range(4)  # the order of what one row has at one instant


def event_log(ledger: Ledger) -> pd.DataFrame:
    """Events of all parties, by party-day, then time. See `Result.event_log` for the columns."""
    import pandas as pd

    log, units = _Log(), _Units(ledger)
    days = ledger.floor.party_days
    came = np.flatnonzero(days.arrival < NEVER)
    unmoved = np.full(len(came), NONE)
    log.add("arrival", _MOVE, _BEGINS, unmoved, came, days.arrival[came], days.gate[came])
    for kind, name in _WITHOUT_RESOURCE.items():
        rows = ledger.rows(kind)
        rows = rows.where(ledger.there[rows.index])
        log.add(f"{name}_begins", _QUEUE, _BEGINS, rows.index, rows.actor, rows.start, rows.place)
        log.add(f"{name}_ends", _QUEUE_END, _ENDS, rows.index, rows.actor, rows.end, rows.place)
        _losses(log, rows, name)
    for kind, name in _USED.items():
        rows = ledger.rows(kind)
        rows = rows.where(ledger.is_party(rows.actor) & ledger.there[rows.index])
        log.add(f"{name}_wait_begins", _QUEUE, _BEGINS, rows.index, rows.actor, rows.start, rows.place)
        log.add(f"{name}_wait_ends", _QUEUE_END, _ENDS, rows.index, rows.actor, rows.begin, rows.place)
        _losses(log, rows, name)
        if kind is Kind.HALL:
            continue
        used = rows.where(np.isin(rows.outcome, SERVED))
        row, resource = units.members(used) if kind is Kind.TALK else units.of_places(used, kind in _SEATS)
        used = Rows(ledger.trace, used.index[row])
        log.add(f"{name}_begins", _USE, _NEXT, used.index, used.actor, used.begin, used.place, resource)
        log.add(f"{name}_ends", _USE_END, _AFTERWARDS, used.index, used.actor, used.end, used.place, resource)
    in_vain = ledger.rows(Kind.IN_VAIN)
    in_vain = in_vain.where(ledger.is_party(in_vain.actor))
    log.add("meeting_in_vain", _QUEUE_END, _NEXT, in_vain.index, in_vain.actor, in_vain.end, in_vain.place)
    gates = ledger.rows(Kind.GATE)
    for left in (ledger.visits, gates.where(gates.outcome != Outcome.DONE)):
        last = np.full(len(left), len(ledger.trace))
        log.add("depart", _MOVE, _AFTERWARDS, last, left.actor, left.end, left.place)

    parts = (log.entity, log.time, log.place, log.resource, log.row, log.phase, log.event)
    columns = [np.concatenate(part).astype(np.int64) for part in parts]
    entity, time, place, resource, row, phase, event = columns
    # Rows of a party follow one another, so what one of them ends comes before what the next begins.
    order = np.lexsort((resource, phase, row, time, entity))
    entity, row, event = entity[order], row[order], event[order]
    names = Names(ledger)
    outcome = np.full(len(row), NONE, dtype=np.int64)
    of_row = np.array(log.type)[event] != _MOVE
    outcome[of_row] = ledger.trace.outcome[row[of_row]]
    resource_id, unit = units.numbered(resource[order])
    made = {
        "entity_id": entity,
        "pathway": names.persona(entity),
        "event_type": code(np.array(log.type)[event], EVENT_TYPES),
        "event": code(event, log.names),
        "time": minutes(time[order]),
        "place": names.place(place[order]),
        "resource_id": nullable(resource_id),
        "unit": nullable(unit),
        "people": ledger.size[entity],
        "outcome": names.outcome(outcome),
        "run_number": np.full(len(entity), ledger.expo.replication),
    }
    return pd.DataFrame({name: made[name] for name in COLUMNS})


def _losses(log: _Log, rows: Rows, name: str) -> None:
    """An event for each way in which something was lost, at its end."""
    lost = ~np.isin(rows.outcome, SERVED)
    for outcome in np.unique(rows.outcome[lost]):
        chosen = rows.where(rows.outcome == outcome)
        what = f"{name}_{Outcome(outcome).name.lower()}"
        log.add(what, _QUEUE_END, _NEXT, chosen.index, chosen.actor, chosen.end, chosen.place)


class _Units:
    """The resources of a log: members of staff, and each lane and seat that a party took.

    Which of the lanes or seats of a place somebody took is left open by the rules: here it is the free
    one of the lowest number, so that there are no more of them than were in use at once.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._unit = [self._member_numbers()]

    def _member_numbers(self) -> IntArray:
        booth = self._ledger.floor.staff.booth
        order = np.argsort(booth, kind="stable")
        first = np.searchsorted(booth[order], booth[order])
        number = np.empty(len(booth), dtype=np.int64)
        number[order] = np.arange(len(booth)) - first + 1
        return number

    def members(self, rows: Rows) -> tuple[IntArray, IntArray]:
        """The member of staff in each of these conversations: row by row."""
        return np.arange(len(rows)), rows.other.astype(np.int64) - self._ledger.n_party_days

    def of_places(self, rows: Rows, seats: bool) -> tuple[IntArray, IntArray]:
        """The lane, or the seats, that each row took: rows, repeated for each seat, and resources."""
        many = self._ledger.size[rows.actor] if seats else np.ones(len(rows), dtype=np.int64)
        row = np.repeat(np.arange(len(rows)), many)
        unit = np.empty(len(row), dtype=np.int64)
        first = np.cumsum(many) - many
        free: dict[int, list[int]] = {}
        most: dict[int, int] = {}
        moments = np.concatenate((rows.end, rows.begin))
        ends = np.arange(len(moments)) < len(rows)  # whoever leaves hands on at the same instant
        places = rows.place.tolist()
        for event in np.lexsort((~ends, moments)).tolist():
            number = event % len(rows)
            place, seat = places[number], int(first[number])
            heap = free.setdefault(place, [])
            for at in range(seat, seat + int(many[number])):
                if event < len(rows):
                    heappush(heap, int(unit[at]))
                elif heap:
                    unit[at] = heappop(heap)
                else:
                    most[place] = unit[at] = most.get(place, 0) + 1
        known = sorted(most)
        counts = [most[place] for place in known]
        before = sum(map(len, self._unit))
        starts = dict(zip(known, before + np.cumsum(counts) - counts, strict=True))
        self._unit.append(np.concatenate([np.arange(1, count + 1) for count in counts] or [unit[:0]]))
        offset = np.array([starts[place] for place in places], dtype=np.int64)
        return row, offset[row] + unit - 1

    def numbered(self, resource: IntArray) -> tuple[IntArray, IntArray]:
        """Resources, and their numbers at their places; NONE is none."""
        unit: IntArray = np.append(np.concatenate(self._unit), NONE)[resource]
        return resource, unit


class _Log:
    """Events as they are collected, kind by kind."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.type: list[int] = []
        self.event: list[Integers] = []
        self.phase: list[Integers] = []
        self.row: list[Integers] = []
        self.entity: list[Integers] = []
        self.time: list[Integers] = []
        self.place: list[Integers] = []
        self.resource: list[Integers] = []

    def add(
        self,
        event: str,
        type_: int,
        phase: int,
        row: Integers,
        entity: Integers,
        time: Integers,
        place: Integers,
        resource: Integers | None = None,
    ) -> None:
        """Add one event of each entity; `row` is that of the trace, NONE before all of them."""
        if event not in self.names:
            self.names.append(event)
            self.type.append(type_)
        self.event.append(np.full(len(entity), self.names.index(event)))
        self.phase.append(np.full(len(entity), phase))
        self.row.append(row)
        self.entity.append(entity)
        self.time.append(time)
        self.place.append(place)
        self.resource.append(np.full(len(entity), NONE) if resource is None else resource)
