"""The slots of a matchmaking programme, its tables in each, and who can come when.

That is what the agendas and the booths' duties leave free.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.expo.booking.agenda import Agenda
from sim.expo.booking.duties import Duties
from sim.expo.meetings.participants import HOSTS, Attendance
from sim.expo.venue.hours import DAY, minutes
from sim.floor.arrays import NONE, IntArray

if TYPE_CHECKING:
    from sim.expo.meetings.places import Placed
    from sim.expo.programme.programme import PlannedProgramme
    from sim.scenario.schema.data import Matchmaking

__all__ = ["Slots", "all_slots", "room", "slots_of"]

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Slots:
    """The slots of a programme, in order of time, and the tables of all its areas in each."""

    start: IntArray  # ms
    end: IntArray  # ms
    tables: IntArray  # meetings at once
    places: tuple[IntArray, ...]  # of the tables, those that the timetable leaves free last; none at booths
    usual: int  # a place of the programme: availability is judged from here
    spread: int  # dm from there to its farthest place
    # all tables, those of a hall side by side, and the hall of each, from 0; no more than the timetable has
    numbered: IntArray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    in_hall: IntArray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    halls: IntArray = field(default_factory=lambda: np.empty(0, dtype=np.int64))  # zones; none at booths
    hall_at: tuple[IntArray, ...] = ()  # in each slot, of the tables that the timetable has

    @property
    def of_halls(self) -> list[IntArray]:
        """The tables of each hall."""
        return [self.numbered[self.in_hall == hall] for hall in range(len(self.halls))]

    def tables_at(self, hall: int) -> list[IntArray]:
        """The tables of a hall that are there in each slot."""
        return [each[: len(at)][at == hall] for each, at in zip(self.places, self.hall_at, strict=True)]

    def hours(self, slot: IntArray, length: IntArray) -> tuple[IntArray, IntArray]:
        """From when to when meetings of so many slots last that begin in `slot` (ms)."""
        return self.start[slot], self.end[slot + length - 1]

    def runs(self, section: Matchmaking, more: int) -> BoolArray:
        """After which slots so many more follow directly, each: (slots - more,)."""
        follows = (self.start[1:] - self.end[:-1] <= minutes(section.buffer_minutes)) & (
            self.start[1:] // DAY == self.start[:-1] // DAY
        )
        n = len(self.start) - more
        return np.asarray(np.all([follows[k : n + k] for k in range(more)], axis=0), dtype=np.bool_)

    def has(self, number: int) -> BoolArray:
        """In which slots a table is there, at its place among those of its hall: (slots,)."""
        hall = int(self.in_hall[number])
        turn = number - int(np.flatnonzero(self.in_hall == hall)[0])
        return np.array(
            [len(each) > turn and each[turn] == self.numbered[number] for each in self.tables_at(hall)],
            dtype=np.bool_,
        )


def all_slots(slot: IntArray, length: IntArray) -> tuple[IntArray, IntArray]:
    """Which meeting, and which slot, of all slots that these meetings take from `slot` on."""
    k = np.repeat(np.arange(len(slot)), length)
    return k, slot[k] + np.arange(len(k)) - np.repeat(np.cumsum(length) - length, length)


def slots_of(
    name: str,
    section: Matchmaking,
    number: int,
    people: Attendance,
    programme: PlannedProgramme,
    agenda: Agenda,
) -> Slots:
    """The slots of the programme of this name and number."""
    of = programme.window_programme[programme.slot_window] == number
    window, begins = programme.slot_window[of], programme.slot_start[of]
    start = np.unique(begins)
    at_booths = section.location == "booth"
    areas = agenda.venue.tables[name]
    used = areas.shape[1] - section.tables_kept
    open_ = [areas[programme.window_area[window[begins == t]]] for t in start.tolist()]
    mine = [rows[:, :used].ravel() for rows in open_]
    zone, usable = agenda.venue.places.zone, areas[:, :used].ravel()
    halls = np.unique(zone[usable])
    # those that most slots have first, so that a table keeps its number as far as can be
    there = np.zeros((len(mine), len(zone)), dtype=np.bool_)
    for t, each in enumerate(mine):
        there[t, each] = True
    numbered = usable[np.lexsort((-there[:, usable].sum(axis=0), zone[usable]))]
    if section.keep_tables:
        mine = [numbered[each[numbered]] for each in there]
    places = tuple(
        np.concatenate((each, rows[:, used:].ravel())) for each, rows in zip(mine, open_, strict=True)
    )
    anywhere = people.organisation[people.side == HOSTS] if at_booths else areas.ravel()
    usual = int(anywhere[0]) if len(anywhere) else 0
    return Slots(
        start=start,
        end=start + minutes(section.slot_minutes),
        tables=np.array(
            [len(people) if at_booths else rows[:, :used].size for rows in open_], dtype=np.int64
        ),
        places=places,
        usual=usual,
        spread=int(agenda.venue.walk(usual, anywhere).max(initial=0)),
        numbered=numbered,
        in_hall=np.searchsorted(halls, zone[numbered]),
        halls=halls,
        hall_at=tuple(np.searchsorted(halls, zone[each]) for each in mine),
    )


def room(
    section: Matchmaking,
    people: Attendance,
    slots: Slots,
    agenda: Agenda,
    duties: Duties,
    where: Placed | None = None,
) -> IntArray:
    """The meetings that each participant can hold in each slot: (participants, slots).

    `where` they would be held and how long, if that is known. Who is free in slots that follow each other
    and not in between, where a meeting may last so long, is not in the first of them.
    """

    def of(first: IntArray, last: IntArray) -> IntArray:
        spare = _spare_delegates(section, people, slots, duties, first, last, where)
        spare = np.minimum(section.delegates, spare)
        return np.concatenate((spare, _free_parties(people, slots, agenda, first, last, where)))

    every = np.arange(len(slots.start))
    free = of(every, every)
    longest = 1 if where is None else int(where.length.max(initial=1))
    for more in range(1, min(longest, len(every))):
        runs = np.flatnonzero(slots.runs(section, more))
        least = np.min([free[:, runs + n] for n in range(more + 1)], axis=0)
        free[:, runs] = np.where(of(runs, runs + more) < least, 0, free[:, runs])
    if where is not None:
        for i in np.flatnonzero(where.table != NONE).tolist():
            free[i, ~slots.has(int(where.table[i]))] = 0
    return free


def _spare_delegates(
    section: Matchmaking,
    people: Attendance,
    slots: Slots,
    duties: Duties,
    first: IntArray,
    last: IntArray,
    where: Placed | None,
) -> IntArray:
    """Delegates that each exhibitor can send from these first slots to the last: (exhibitors, rows).

    They leave the booth early enough to walk to the farthest place where they may have to go.
    """
    n = people.exhibitors
    booth = people.organisation[:n]
    everybody = np.arange(duties.booths)
    walk = duties.walk(everybody, np.full(duties.booths, slots.usual)) + slots.spread * duties.pace
    if section.location == "booth" and not people.exhibitors_meet:
        walk[booth[people.side[:n] == HOSTS]] = 0
    elif where is not None and len(slots.halls) > 1:
        far = [duties.walk(booth[:, None], tables).max(axis=1) for tables in slots.of_halls]
        walk[booth] = np.where(where.goes[:n], np.transpose(far), 0).max(axis=1)
    spare = np.zeros((n, len(first)), dtype=np.int64)
    times = zip(slots.start[first].tolist(), slots.end[last].tolist(), strict=True)
    for t, (start, end) in enumerate(times):
        opens = int(duties.venue.set_up[start // DAY])
        leaves = start - walk
        at = np.maximum(leaves - minutes(section.hold_back_minutes), opens)
        number = np.where(leaves >= opens, duties.spare(np.minimum(at, end), end), 0)
        spare[:, t] = number[booth]
    return spare


def _free_parties(
    people: Attendance, slots: Slots, agenda: Agenda, first: IntArray, last: IntArray, where: Placed | None
) -> BoolArray:
    """Whether each party can come from these first slots to the last: (parties, rows)."""
    party = people.party[people.exhibitors :]
    start, end = slots.start[first], slots.end[last]
    row = agenda.of_party(party[:, None], start[None, :] // DAY)
    k, t = np.nonzero(row != NONE)
    rows = row[k, t]
    free = np.zeros(row.shape, dtype=np.bool_)
    if where is None or len(slots.halls) < 2:
        more = slots.spread * agenda.visitors.pace[rows]  # the place is not known yet
        usual = np.full(len(rows), slots.usual)
        free[k, t] = agenda.fits(rows, usual, start[t] - more, end[t] + more)
    else:
        free[k, t] = True
        for hall, tables in enumerate(slots.of_halls):
            of = where.goes[people.exhibitors + k, hall]
            spread = int(agenda.venue.walk(tables[0], tables).max())
            more = spread * agenda.visitors.pace[rows[of]]
            usual = np.full(len(more), tables[0])
            free[k[of], t[of]] &= agenda.fits(rows[of], usual, start[t[of]] - more, end[t[of]] + more)
    free[k, t] &= agenda.visitors.away[rows] == 0
    return free
