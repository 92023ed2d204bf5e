"""Published meetings: who, in which slot, at which table, and the time that is kept for them.

They are on the plan whatever the policy would have made of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.expo.booking.agenda import Agenda, Booked
from sim.expo.booking.duties import Duties
from sim.expo.meetings.participants import HOSTS, Attendance
from sim.expo.meetings.slots import all_slots
from sim.expo.programme.windows import slots_as_planned
from sim.expo.venue.hours import DAY, minutes
from sim.expo.visitors.guests import guests_of
from sim.files.problems import ScenarioError, did_you_mean
from sim.floor.arrays import NONE, IntArray
from sim.scenario.publishing import slots_taken, starts_at, table_number

if TYPE_CHECKING:
    from sim.expo.expo import Organisations
    from sim.expo.meetings.slots import Slots
    from sim.expo.venue.venue import Venue
    from sim.expo.visitors.visitors import Visitors
    from sim.files.locator import Keys
    from sim.scenario import Scenario
    from sim.scenario.schema.data import Matchmaking

__all__ = ["Plan", "holding", "plan_of", "reserve", "with_plan"]

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Plan:
    """The published meetings of a programme, in the order of their file."""

    asker: IntArray  # participant
    asked: IntArray
    slot: IntArray  # the first
    place: IntArray
    length: IntArray  # slots

    def __len__(self) -> int:
        return len(self.slot)

    @property
    def pairs(self) -> tuple[IntArray, IntArray]:
        """Both sides of each."""
        return self.asker, self.asked

    @property
    def all_slots(self) -> tuple[IntArray, IntArray]:
        """The meeting and the slot of each slot that one takes."""
        return all_slots(self.slot, self.length)

    def of(self, rows: IntArray) -> Plan:
        """These meetings alone."""
        columns = (self.asker, self.asked, self.slot, self.place, self.length)
        return Plan(*(each[rows] for each in columns))


def plan_of(
    scenario: Scenario,
    name: str,
    people: Attendance,
    organisations: Organisations,
    visitors: Visitors,
    venue: Venue,
    slots: Slots,
) -> tuple[Plan, Slots]:
    """The published meetings of a programme, and its slots.

    Among these are then slots with published meetings and closed tables: nothing else is arranged in them.
    Raises ScenarioError with all meetings whose people, slot or table there is not.
    """
    rows = scenario.published_rows.get(name, ())
    none = np.empty(0, dtype=np.int64)
    if not rows:
        return Plan(none, none, none, none, none), slots
    section = scenario.data.matchmaking[name]
    wrong: list[tuple[Keys, str]] = []

    def fault(row: int, column: str, message: str) -> None:
        wrong.append((("matchmaking", name, "published", row, column), message))

    number = _participants(scenario, people, organisations, visitors)
    ends = np.full((2, len(rows)), NONE, dtype=np.int64)
    for i, row in enumerate(rows):
        for side, (column, who) in enumerate((("who", row.who), ("whom", row.whom))):
            ends[side, i] = number.get(who, NONE)
            if ends[side, i] == NONE:
                near = did_you_mean(who, _exhibitors(organisations, visitors))
                fault(i, column, f"found {who!r}; there is no such exhibitor{near}")
        if (ends[:, i] != NONE).all() and not people.participants.meets[people.side[ends[0, i]]][
            people.side[ends[1, i]]
        ]:
            both = "are both hosts; exhibitors_meet = true lets them"
            if people.side[ends[0, i]] != HOSTS:
                both = f"are both guests of {name}; one of the two must be its host"
            fault(i, "whom", f"found {row.whom!r}, who with {row.who!r} {both}")
    starts = np.array([starts_at(row, scenario.data.expo) for row in rows], dtype=np.int64)
    planned = slots_as_planned(scenario, venue, name, section)
    for i, start in enumerate(starts.tolist()):
        if start not in planned:
            day = [t for t in planned if t // DAY == start // DAY]
            said = ", ".join(f"{t % DAY // 3_600_000:02d}:{t % 3_600_000 // 60_000:02d}" for t in sorted(day))
            there = f"; its slots on that day are at {said}" if day else " on that day"
            fault(i, "start", f"found {rows[i].start:%H:%M}; {name} has no such slot{there}")
    turn = minutes(section.slot_minutes) + minutes(section.buffer_minutes)
    length = np.array([slots_taken(row, section) or 1 for row in rows], dtype=np.int64)
    takes = [[start + n * turn for n in range(many)] for start, many in zip(starts, length, strict=True)]
    takes = [[int(t) for t in each] for each in takes]
    for i, each in enumerate(takes):
        if each[0] in planned and not planned[each[0]].intersection(*(planned.get(t, set()) for t in each)):
            said = f"{name} has no {len(each)} slots that follow each other directly then"
            fault(i, "end", f"found {rows[i].end:%H:%M}; {said}")
    place = np.full(len(rows), NONE, dtype=np.int64)
    if not wrong and section.location == "booth":
        host = np.where(people.side[ends[1]] == HOSTS, ends[1], ends[0])
        place = people.organisation[host]
    elif not wrong:
        for i, message in _tables(scenario, name, takes, planned, venue, place):
            fault(i, "table", message)
    if wrong:
        raise ScenarioError([scenario.document.problem(keys, message) for keys, message in wrong])
    every = np.array([t for each in takes for t in each], dtype=np.int64)
    slots = _with(slots, every, minutes(section.slot_minutes))
    return Plan(ends[0], ends[1], np.searchsorted(slots.start, starts), place, length), slots


def _participants(
    scenario: Scenario, people: Attendance, organisations: Organisations, visitors: Visitors
) -> dict[str, int]:
    """The participant of each name."""
    n = int((people.party == NONE).sum())
    number = {organisations.name[o]: i for i, o in enumerate(people.organisation[:n].tolist())}
    called = guests_of(scenario, _exhibitors(organisations, visitors))
    guest = visitors.guest[people.party[n:]]
    number |= {called[g]: n + i for i, g in enumerate(guest.tolist()) if g != NONE}
    return number


def _exhibitors(organisations: Organisations, visitors: Visitors) -> tuple[str, ...]:
    return organisations.name[: len(organisations.name) - len(visitors.companies.name)]


def _tables(
    scenario: Scenario,
    name: str,
    takes: list[list[int]],
    planned: dict[int, set[int]],
    venue: Venue,
    place: IntArray,
) -> list[tuple[int, str]]:
    """Fill in the place of each meeting, which `takes` slots from these on; faulty rows, and why."""
    section, rows, wrong = scenario.data.matchmaking[name], scenario.published_rows[name], []
    tables = venue.tables[name]
    taken: set[tuple[int, int]] = set()
    open_in = [set.intersection(*(planned[t] for t in each)) for each in takes]
    for i, row in enumerate(rows):
        if row.table is None:
            continue
        number = table_number(row.table, name, section)
        assert number is not None  # checked when the scenario was loaded
        if number // section.tables not in open_in[i]:
            area = number // section.tables + 1
            wrong.append((i, f"found {row.table!r}, of area {area}, which has no window then"))
        place[i] = tables.ravel()[number]
        taken |= {(t, int(place[i])) for t in takes[i]}
    for i in sorted(range(len(rows)), key=lambda i: -len(takes[i])):
        if place[i] != NONE:
            continue
        open_ = (p for area in sorted(open_in[i]) for p in tables[area].tolist())
        free = next((p for p in open_ if all((t, p) not in taken for t in takes[i])), None)
        if free is None:
            wrong.append((i, "found ''; all tables have other meetings of the file at that time"))
        else:
            place[i] = free
            taken |= {(t, free) for t in takes[i]}
    return wrong


def _with(slots: Slots, starts: IntArray, length: int) -> Slots:
    """The slots with those that start at these times and are missing, without tables."""
    more = np.setdiff1d(starts, slots.start)
    if not len(more):
        return slots
    start = np.concatenate((slots.start, more))
    order = np.argsort(start)
    none = [np.empty(0, dtype=np.int64) for _ in more]
    places, hall_at = (*slots.places, *none), (*slots.hall_at, *none)
    return replace(
        slots,
        start=start[order],
        end=start[order] + length,
        tables=np.concatenate((slots.tables, np.zeros(len(more), dtype=np.int64)))[order],
        places=tuple(places[k] for k in order.tolist()),
        hall_at=tuple(hall_at[k] for k in order.tolist()),
    )


def reserve(
    number: int,
    section: Matchmaking,
    plan: Plan,
    people: Attendance,
    slots: Slots,
    agenda: Agenda,
    duties: Duties,
) -> None:
    """Keep the time of a programme's published meetings free until its turn has come."""
    if not len(plan):
        return
    start, end = slots.hours(plan.slot, plan.length)
    parts = []
    for who in plan.pairs:
        row = agenda.of_party(people.party[who], start // DAY)
        of = np.flatnonzero(row != NONE)
        parts.append(Booked(row[of], plan.place[of], start[of], end[of]))
    agenda.reserve(number, Booked.joined(parts))
    booth, at, until = [], [], []
    for who in plan.pairs:
        of = np.flatnonzero(people.party[who] == NONE)
        booths = people.organisation[who[of]]
        booth.append(booths)
        hold_back = minutes(section.hold_back_minutes)
        at.append(duties.leaves(booths, plan.place[of], start[of], hold_back)[1])
        until.append(end[of])
    duties.reserve(number, np.concatenate(booth), np.concatenate(at), np.concatenate(until))


def holding(visitors: Visitors, plans: list[tuple[Plan, Attendance, Slots]], agenda: Agenda) -> Visitors:
    """The visitors, guests being there for all their published meetings as far as the doors are open."""
    comes = np.full(len(visitors), np.iinfo(np.int64).max)
    goes = np.zeros(len(visitors), dtype=np.int64)
    for plan, people, slots in plans:
        start, end = slots.hours(plan.slot, plan.length)
        for who in plan.pairs:
            row = agenda.of_party(people.party[who], start // DAY)
            of = np.flatnonzero(row != NONE)
            r = row[of]
            gate, usual = visitors.gate[r], np.full(len(r), slots.usual)
            way = agenda.walk(r, gate, usual) + slots.spread * visitors.pace[r]
            np.minimum.at(comes, r, start[of] - way - agenda.margin - visitors.check[r])
            np.maximum.at(goes, r, end[of] + way)
    row = np.flatnonzero(goes > 0)
    opens, closes = agenda.venue.day_open[visitors.day[row]], visitors.latest[row]
    arrival = np.clip(np.minimum(visitors.arrival[row], comes[row]), opens, closes - 1)
    return visitors.with_hours(
        row, arrival, np.minimum(np.maximum(visitors.departure[row], goes[row]), closes)
    )


def with_plan(
    room: IntArray, plan: Plan, people: Attendance, slots: Slots, table: IntArray, agenda: Agenda
) -> IntArray:
    """The room (participants, slots), guests who are not away having some for their published meetings.

    They come for these, be it that the doors open a little too late for the first. Who keeps a `table`
    (participants,) at which others have a published meeting that stays has no room then.
    """
    if not len(plan):
        return room
    room = room.copy()
    meeting, slot = plan.all_slots
    keeper = {int(slots.numbered[table[i]]): i for i in np.flatnonzero(table != NONE).tolist()}
    for k, t in zip(meeting.tolist(), slot.tolist(), strict=True):
        keeps = keeper.get(int(plan.place[k]), NONE)
        if keeps not in (NONE, int(plan.asker[k]), int(plan.asked[k])):
            room[keeps, t] = 0
    for each in plan.pairs:
        who = each[meeting]
        row = agenda.of_party(people.party[who], slots.start[slot] // DAY)
        of = np.flatnonzero(row != NONE)
        of = of[agenda.visitors.away[row[of]] == 0]
        room[who[of], slot[of]] = np.maximum(room[who[of], slot[of]], 1)
    return room
