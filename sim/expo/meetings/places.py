"""Where the hosts of a matchmaking programme meet, the tables they keep, and how long meetings are.

A programme whose areas are in several halls has its hosts meet in that one whose tables are nearest to
their booths; so a request's hall is known before its slot is, and who walks from where to where.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sim.expo.meetings.asking import Sent, pair_keys
from sim.expo.meetings.joining import Joined
from sim.expo.meetings.participants import HOSTS, Attendance
from sim.floor.arrays import NONE, IntArray
from sim.matchmaking import NO_LIMIT, UNSCHEDULED, Problem
from sim.matchmaking.policies.tables import seat
from sim.streams import FloatArray, Streams

if TYPE_CHECKING:
    from sim.expo.booking.agenda import Agenda
    from sim.expo.booking.duties import Duties
    from sim.expo.meetings.published import Plan
    from sim.expo.meetings.slots import Slots
    from sim.expo.shortfalls import Noted
    from sim.scenario.schema.data import Matchmaking

__all__ = ["Placed", "host_of", "length_of", "of_problem", "placed", "seats_of", "slowest"]

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Placed:
    """Where the requests of a programme would be held, and for how long."""

    length: IntArray  # (requests,): slots that each takes
    hall: IntArray  # (requests,): the hall of its meeting, of those of the programme; all 0 at booths
    goes: BoolArray  # (participants, halls): whether a request that is agreed to takes him there
    table: IntArray  # (participants,): the table that he keeps, by its place in `Slots.numbered`; or NONE


def host_of(sent: Sent, people: Attendance) -> IntArray:
    """Whose guest the other side of each request is: the host; of two hosts, the one who was asked."""
    a, b = sent.asked.asker, sent.asked.asked
    host: IntArray = np.where(people.side[b] == HOSTS, b, a)
    return host


def length_of(name: str, section: Matchmaking, sent: Sent, people: Attendance, streams: Streams) -> IntArray:
    """The slots that the meeting of each request takes, drawn by the keys of its two sides."""
    length = np.ones(len(sent), dtype=np.int64)
    if len(section.lengths) > 1:
        u = streams.uniform(f"length.{name}", pair_keys(sent.asked, people))
        shares = np.cumsum(section.lengths)
        length += np.searchsorted(shares[:-1] / shares[-1], u, side="right")
    return length


def placed(
    name: str,
    section: Matchmaking,
    people: Attendance,
    sent: Sent,
    joined: Joined,
    slots: Slots,
    promised: IntArray,
    plan: Plan,
    agenda: Agenda,
    streams: Streams,
    noted: Noted,
) -> Placed:
    """The halls, tables and lengths of a programme; hosts who keep no table are noted.

    `promised` (participants,) are the meetings that each is to have at least. Meetings of the `plan` are
    where and as long as it says, and a host keeps the table at which most of his are.
    """
    host = host_of(sent, people)
    near = _nearest(section, people, slots, agenda)
    on_plan, planned = host[sent.published], _hall_of(plan, slots, agenda)
    for i in np.unique(on_plan).tolist():
        near[i] = np.bincount(planned[on_plan == i]).argmax()
    table = np.full(len(people), NONE, dtype=np.int64)
    length = length_of(name, section, sent, people, streams)
    length[joined.rows] = length[joined.lead[joined.rows]]
    length[sent.published] = plan.length
    if section.keep_tables:
        agreed = np.bincount(host[sent.accepted], minlength=len(people))
        for hall in range(len(slots.halls)):
            here = np.flatnonzero((near == hall) & (agreed > 0))
            tables = _steady(slots, hall)
            keep = here[np.lexsort((here, -agreed[here], -promised[here]))][: len(tables)]
            if len(keep) < len(here) and (length > 1).any():
                keep = keep[:0]  # meetings of several slots need tables that nobody keeps
            _keep(np.sort(keep), tables, on_plan, plan, slots, table)
            what = agenda.venue.halls[slots.halls[hall]]
            noted.note(
                f"matchmaking.{name}.keep_tables", what, "own_tables", len(here), len(keep), "few_tables"
            )
    a, b = sent.asked.asker, sent.asked.asked
    # it is at the table that one of them keeps, as `Problem.home` has it
    owner = np.where(table[b] != NONE, b, np.where(table[a] != NONE, a, host))
    for each in joined.groups():
        hosts = joined.hosts(sent, each)
        owner[each] = (*hosts[table[hosts] != NONE], host[each[0]])[0]
    hall_of = near[owner]
    hall_of[sent.published] = planned
    goes = np.zeros((len(people), max(1, len(slots.halls))), dtype=np.bool_)
    for side in (a, b):
        goes[side[sent.accepted], hall_of[sent.accepted]] = True
    return Placed(length, hall_of, goes, table)


def _hall_of(plan: Plan, slots: Slots, agenda: Agenda) -> IntArray:
    """The hall of each meeting of the plan, of those of the programme; all 0 at booths."""
    if len(slots.halls) < 2:
        return np.zeros(len(plan), dtype=np.int64)
    return np.searchsorted(slots.halls, agenda.venue.places.zone[plan.place])


def _keep(
    hosts: IntArray, tables: IntArray, on_plan: IntArray, plan: Plan, slots: Slots, table: IntArray
) -> None:
    """Give each of these hosts of a hall one of its tables: that of most of his meetings `on_plan`, or any.

    Of several who had most of theirs at one table, it is whose meetings there are most.
    """
    used = (plan.place[:, None] == slots.numbered[tables]).astype(np.int64)
    count = np.array([used[on_plan == i].sum(axis=0) for i in hosts.tolist()]).reshape(
        len(hosts), len(tables)
    )
    i, n = np.nonzero(count)
    taken: set[int] = set()
    for k in np.argsort(-count[i, n], kind="stable").tolist():
        if table[hosts[i[k]]] == NONE and int(n[k]) not in taken:
            table[hosts[i[k]]] = tables[n[k]]
            taken.add(int(n[k]))
    without = hosts[table[hosts] == NONE]
    table[without] = np.delete(tables, sorted(taken))[: len(without)]


def _nearest(section: Matchmaking, people: Attendance, slots: Slots, agenda: Agenda) -> IntArray:
    """The hall in which each participant meets if he is the host; 0 for parties: (participants,)."""
    near = np.zeros(len(people), dtype=np.int64)
    if len(slots.halls) > 1:
        booth = people.organisation[: people.exhibitors, None]
        walk = [agenda.venue.walk(booth, tables).min(axis=1) for tables in slots.of_halls]
        near[: people.exhibitors] = np.argmin(walk, axis=0)
    return near


def _steady(slots: Slots, hall: int) -> IntArray:
    """The tables of a hall that can be kept, by number, those that most slots have first."""
    of = np.flatnonzero(slots.in_hall == hall)
    in_slots = np.array([int(slots.has(number).sum()) for number in of.tolist()], dtype=np.int64)
    order = np.lexsort((of, -in_slots))
    tables: IntArray = of[order][in_slots[order] > 0]
    return tables


def slowest(people: Attendance, where: Placed, agenda: Agenda, duties: Duties) -> int:
    """The pace of the slowest who have agreed to meetings in several halls (ms a dm); 1 if nobody has."""
    several = where.goes.sum(axis=1) > 1
    v, n = agenda.visitors, people.exhibitors
    mine = np.isin(v.party, people.party[n:][several[n:]])
    return max(int(v.pace[mine].max(initial=1)), duties.pace if several[:n].any() else 1)


def of_problem(
    section: Matchmaking,
    where: Placed,
    yes: IntArray,
    booths: int,
    area_m2: FloatArray,
    slots: Slots,
    agenda: Agenda,
    pace: int,
) -> dict[str, Any]:
    """What a `Problem` of these requests says of places, tables and lengths; nothing that says nothing.

    The floor of the first `booths` is `area_m2`; `pace` is that of the `slowest` (ms a dm).
    """
    rules: dict[str, Any] = {}
    if (where.length[yes] > 1).any():
        rules["length"] = where.length[yes]
    if (where.table != NONE).any():
        rules["home"] = where.table
    if section.location == "booth":
        if section.place_room is not None or section.place_m2 is not None:
            number = np.full(booths, section.place_room or NO_LIMIT, dtype=np.int64)
            if section.place_m2 is not None:
                fit = np.floor(area_m2[:booths] / section.place_m2 + 1e-9).astype(np.int64)
                number = np.minimum(number, np.maximum(fit, 1))
            rules["place_room"] = number
    elif len(slots.halls) > 1:
        of = slots.of_halls
        walk = np.array([[int(agenda.venue.walk(one[:, None], other).max()) for other in of] for one in of])
        rules["place"] = where.hall[yes]
        rules["walk"] = np.where(np.eye(len(of), dtype=np.bool_), 0, walk * pace + agenda.margin)
        rules["place_room"] = np.array(
            [np.bincount(halls, minlength=len(of)) for halls in slots.hall_at], dtype=np.int64
        ).T
        if "home" in rules:  # tables are numbered through all halls, whichever are open
            rules["tables"] = np.where(slots.tables > 0, len(slots.numbered), 0)
    return rules


def _others(problem: Problem, mine: IntArray) -> IntArray | None:
    """Who else is in these meetings, by their places among them; None if nobody is."""
    if problem.others is None:
        return None
    row, who = problem.others.T
    here = np.isin(row, mine)
    return np.stack((np.searchsorted(mine, row[here]), who[here]), axis=1) if here.any() else None


def seats_of(
    problem: Problem, slot: IntArray, table: IntArray, where: Placed, yes: IntArray, slots: Slots
) -> IntArray:
    """The table (a place of the floor) of each request that has a slot, NONE for others.

    `table` are numbers in their slots; where there are several halls, each hall's are seated apart.
    """
    found = np.full(len(slot), NONE, dtype=np.int64)
    if len(slots.halls) <= 1:
        on = np.flatnonzero(slot != UNSCHEDULED)
        found[on] = [slots.places[t][n] for t, n in zip(slot[on].tolist(), table[on].tolist(), strict=True)]
        return found
    for hall in range(len(slots.halls)):
        mine = np.flatnonzero(where.hall[yes] == hall)
        own = slots.tables_at(hall)
        numbers = np.flatnonzero(slots.in_hall == hall)  # side by side
        home = np.where(np.isin(where.table, numbers), where.table - numbers[0], NONE)
        part = Problem.of(
            problem.a[mine],
            problem.b[mine],
            np.zeros(len(mine)),
            tables=[len(each) for each in own],
            participants=problem.participants,
            start=problem.start,
            end=problem.end,
            day=problem.day,
            pause=problem.pause,
            length=problem.lengths[mine],
            others=_others(problem, mine),
            home=home if (home != NONE).any() else None,
        )
        there = seat(part, slot[mine])
        on = np.flatnonzero(there != UNSCHEDULED)
        found[mine[on]] = [
            own[t][n] for t, n in zip(slot[mine[on]].tolist(), there[on].tolist(), strict=True)
        ]
    return found
