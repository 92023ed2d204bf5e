"""Attendance follows appointments: whoever has agreed to meetings chooses days and hours around them.

A party with accepted requests exchanges days on which it could meet nobody for such on which it can. It
offers the timetable its day as far as a party of its persona stays at most, and then comes and goes by the
meetings it got: its planned stay is moved as little as holds them all, and is longer only if they are
further apart. Hosted parties come for the windows of their programme, whatever they have agreed to.
Base draws of days, arrivals and stays keep their addresses; who has agreed to nothing keeps all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.expo.booking.agenda import Agenda, Booked
from sim.expo.meetings.asking import Sent
from sim.expo.meetings.limits import Limits
from sim.expo.meetings.participants import Attendance
from sim.expo.meetings.slots import Slots
from sim.expo.venue.hours import DAY, minutes
from sim.expo.visitors.bunches import day_clocks
from sim.expo.visitors.visitors import Visitors, moved_to
from sim.floor.arrays import NONE, IntArray
from sim.matchmaking import NO_LIMIT
from sim.streams import Streams

if TYPE_CHECKING:
    from sim.expo.venue.venue import Venue
    from sim.scenario import Scenario

__all__ = [
    "Demand",
    "all_follow",
    "demand_of",
    "offering",
    "on_days_with_slots",
    "settled",
    "with_windows",
]

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Demand:
    """What the matchmaking programmes ask of the parties' time."""

    accepted: IntArray  # (parties,): requests agreed to, of those who arrange themselves by them
    bound: BoolArray  # (parties,): hosted, and to be there all through the windows
    slots: IntArray  # (parties, days): slots of the programmes that this is about
    holds: IntArray  # (parties, days): meetings in them, by the party's limits
    days: IntArray  # (parties,): days on which it may have meetings, by its limits
    first: IntArray  # (parties, days): ms, when the first of them starts; undefined where there is none
    last: IntArray  # (parties, days): ms, when the last of them ends
    place: IntArray  # (parties,): a place of the programmes
    spread: IntArray  # (parties,): dm from there to the farthest place


def demand_of(
    scenario: Scenario,
    visitors: Visitors,
    venue: Venue,
    programmes: list[tuple[Attendance, Slots, Sent, Limits]],
    keeps: BoolArray,
    streams: Streams,
) -> Demand:
    """What the programmes, each with its participants, slots, requests and limits, ask of the parties' time.

    `keeps` (parties,) are those who keep their planned days and hours whatever they have agreed to.
    """
    n, days = len(visitors.key), len(venue.day_open)
    follows = (_follows(scenario, visitors, streams) & ~keeps) | (visitors.guest != NONE)
    accepted, place, spread = np.zeros((3, n), dtype=np.int64)
    bound = np.zeros(n, dtype=np.bool_)
    number, holds = np.zeros((2, n, days), dtype=np.int64)
    may = np.zeros(n, dtype=np.int64)
    first = np.full((n, days), np.iinfo(np.int64).max)
    last = np.zeros((n, days), dtype=np.int64)
    for section, (people, slots, sent, limits) in zip(
        scenario.data.matchmaking.values(), programmes, strict=True
    ):
        ends = np.concatenate((sent.asked.asker[sent.accepted], sent.asked.asked[sent.accepted]))
        party = people.party[ends]
        agreed = np.bincount(party[party != NONE], minlength=n)
        agreed[~follows] = 0
        guest = people.party[people.exhibitors :]
        most, most_days = np.full((2, n), NO_LIMIT, dtype=np.int64)
        most[guest] = limits.most[people.exhibitors :]
        most_days[guest] = limits.most_days[people.exhibitors :]
        can = np.zeros((n, len(np.unique(slots.start // DAY))), dtype=np.int64)
        all_day = np.ones((len(people), len(slots.start)), dtype=np.int64)
        can[guest] = limits.holds_a_day(all_day, slots)[people.exhibitors :]
        agreed = np.minimum(agreed, most)
        hosted = np.zeros(n, dtype=np.bool_)
        if section.hosted_attend == "windows":
            hosted[guest] = (visitors.hosted[guest] == 1) & ~keeps[guest]
        accepted += agreed
        bound |= hosted
        mine = np.flatnonzero((agreed > 0) | hosted)
        place[mine] = slots.usual
        spread[mine] = np.maximum(spread[mine], slots.spread)
        of_day = slots.start // DAY
        may[mine] = np.minimum(may[mine] + most_days[mine], days)
        for nth, day in enumerate(np.unique(of_day).tolist()):
            today = of_day == day
            number[mine, day] += np.count_nonzero(today)
            holds[mine, day] += can[mine, nth]
            first[mine, day] = np.minimum(first[mine, day], slots.start[today].min())
            last[mine, day] = np.maximum(last[mine, day], slots.end[today].max())
    return Demand(accepted, bound, number, holds, may, first, last, place, spread)


def on_days_with_slots(
    scenario: Scenario, visitors: Visitors, venue: Venue, demand: Demand, streams: Streams
) -> Visitors:
    """The visitors, on days on which those who agreed to meetings can meet.

    As long as a party can have fewer meetings on its days, by slots and its limits, than it has accepted
    requests, a day without any is exchanged for one that has slots, in the order in which its bunch's
    clocks ring, until its days are as many as it may meet on; bound parties exchange all such days. How
    many days it comes stays as it is.
    """
    v = visitors
    wanted = np.where(demand.bound, np.iinfo(np.int64).max, demand.accepted)
    here = demand.slots[v.party, v.day]
    held = demand.holds[v.party, v.day]
    has = np.bincount(v.party, held, minlength=len(v.key)).astype(np.int64)
    meets_on = np.bincount(v.party, held > 0, minlength=len(v.key)).astype(np.int64)
    may = np.where(demand.bound, len(venue.day_open), demand.days)
    rows = np.flatnonzero((here == 0) & (has < wanted)[v.party] & (demand.slots[v.party] > 0).any(axis=1))
    if not len(rows):
        return v
    kinds = list(scenario.data.visitors.values())
    persona, bunch_key = v.persona[v.party[rows]], v.bunch_key[rows]
    clock = day_clocks(kinds, persona, bunch_key, len(venue.day_open), streams)
    first = np.searchsorted(v.party, v.party[rows])
    days_of = np.searchsorted(v.party, v.party[rows], side="right") - first
    taken: dict[int, set[int]] = {}
    moved, to = [], []
    for k, row in enumerate(rows.tolist()):
        party = int(v.party[row])
        days = taken.setdefault(party, set(v.day[first[k] : first[k] + days_of[k]].tolist()))
        if has[party] >= wanted[party] or meets_on[party] >= may[party]:
            continue
        for day in np.argsort(clock[k], kind="stable").tolist():
            if np.isfinite(clock[k, day]) and demand.slots[party, day] and day not in days:
                days.add(day)
                has[party] += demand.holds[party, day]
                meets_on[party] += 1
                moved.append(row)
                to.append(day)
                break
    moved_rows, days_to = np.array(moved, dtype=np.int64), np.array(to, dtype=np.int64)
    return moved_to(v, scenario, venue, moved_rows, days_to, streams)


def with_windows(
    visitors: Visitors, demand: Demand, agenda: Agenda
) -> tuple[Visitors, IntArray, IntArray, IntArray]:
    """The visitors, bound parties being there for all slots of their days; and the time this takes.

    That is (party-days, from, until): these are kept free of other bookings for the while.
    """
    v = visitors
    row = np.flatnonzero(demand.bound[v.party] & (demand.slots[v.party, v.day] > 0))
    low, high = _gate_hours(v, agenda.venue, row)
    row, low, high = row[high > low], low[high > low], high[high > low]
    party, day = v.party[row], v.day[row]
    place, more = demand.place[party], demand.spread[party] * v.pace[row]
    way = agenda.walk(row, v.gate[row], place) + more
    comes = demand.first[party, day] - way - agenda.margin - v.check[row]
    goes = demand.last[party, day] + agenda.walk(row, place, v.gate[row]) + more
    arrival = np.clip(np.minimum(v.arrival[row], comes), low, high - 1)
    departure = np.minimum(np.maximum(v.departure[row], goes), v.latest[row])
    held = demand.first[party, day] - agenda.margin - more, demand.last[party, day] + agenda.margin + more
    return v.with_hours(row, arrival, departure), row, *held


def offering(scenario: Scenario, visitors: Visitors, demand: Demand, venue: Venue) -> Visitors:
    """The visitors with the hours that they offer to the timetable.

    Those with accepted requests offer as much of the day as a party of the persona stays at most, as
    much before their planned hours as after them as far as the doors are open.
    """
    return _offering(scenario, visitors, demand.accepted > 0, venue)


def all_follow(scenario: Scenario, visitors: Visitors, venue: Venue, streams: Streams) -> Visitors:
    """The visitors with the hours they would offer if all who go by meetings had agreed to some."""
    return _offering(scenario, visitors, _follows(scenario, visitors, streams), venue)


def _follows(scenario: Scenario, visitors: Visitors, streams: Streams) -> BoolArray:
    """Which parties go by the meetings that they have."""
    share = np.array([persona.follows_meetings for persona in scenario.data.visitors.values()])
    follows: BoolArray = streams.uniform("visitors.follows", visitors.key) < share[visitors.persona]
    return follows


def _offering(scenario: Scenario, visitors: Visitors, who: BoolArray, venue: Venue) -> Visitors:
    v = visitors
    row = np.flatnonzero(who[v.party])
    low, high = _gate_hours(v, venue, row)
    longest = np.array([minutes(kind.longest_stay_minutes) for kind in scenario.data.visitors.values()])
    arrival, departure = v.arrival[row], v.departure[row]
    more = np.maximum(longest[v.persona[v.party[row]]] - (departure - arrival), 0)
    from_ = np.maximum(arrival - more // 2, low)
    until = np.minimum(departure + more - (arrival - from_), v.latest[row])
    from_ = np.maximum(arrival - (more - (until - departure)), low)
    can = (high > low) & (more > 0)
    return v.with_hours(row[can], from_[can], until[can])


def settled(visitors: Visitors, demand: Demand, agenda: Agenda) -> Visitors:
    """The visitors with the hours they come and go in the end.

    `visitors` have the hours that were planned, `agenda` the bookings. A party-day with a meeting of a
    party that goes by its meetings has the stay planned, moved as little as holds all its bookings
    with the ways from and to the gate, and lengthened where they are further apart than that.
    """
    v, booked = visitors, Booked.joined(agenda.parts)
    has = np.zeros(len(v), dtype=np.bool_)
    has[booked.row[booked.meeting != NONE]] = True
    has &= (demand.accepted > 0)[v.party]
    booked = booked.of(has[booked.row])
    r = booked.row
    gate = v.gate[r]
    comes, goes = np.full(len(v), np.iinfo(np.int64).max), np.zeros(len(v), dtype=np.int64)
    way = agenda.walk(r, gate, booked.place)
    np.minimum.at(comes, r, booked.start - way - agenda.margin - v.check[r])
    np.maximum.at(goes, r, booked.until + way)
    row = np.flatnonzero(has)
    low, high = _gate_hours(v, agenda.venue, row)
    row, low, high = row[high > low], low[high > low], high[high > low]
    stay = np.maximum((v.check + v.stay)[row], goes[row] - comes[row])
    arrival = np.maximum(np.minimum(np.maximum(v.arrival[row], goes[row] - stay), comes[row]), low)
    arrival = np.minimum(arrival, high - 1)
    return v.with_hours(row, arrival, np.maximum(arrival + stay, goes[row]))


def _gate_hours(visitors: Visitors, venue: Venue, row: IntArray) -> tuple[IntArray, IntArray]:
    """From when to when the gate of each party-day is open around its arrival; empty if it is closed then."""
    low, high = np.zeros((2, len(row)), dtype=np.int64)
    arrival, places = visitors.arrival[row], venue.places
    for gate in venue.gates.tolist():
        of = np.flatnonzero(visitors.gate[row] == gate)
        hours = slice(places.open_index[gate], places.open_index[gate + 1])
        opens, closes = places.open_from[hours], places.open_to[hours]
        at = np.searchsorted(opens, arrival[of], side="right") - 1
        of, at = of[at >= 0], at[at >= 0]
        inside = arrival[of] < closes[at]
        low[of[inside]], high[of[inside]] = opens[at[inside]], closes[at[inside]]
    return low, high
