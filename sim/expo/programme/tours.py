"""Guided tours: a delegation is shown from booth to booth, each stop a session that the booth hosts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.expo.booking.agenda import Agenda, Booked
from sim.expo.booking.duties import Called, Duties
from sim.expo.draw.clocks import first_to_ring
from sim.expo.draw.draws import pair_salts
from sim.expo.shared import step
from sim.expo.venue.hours import minutes
from sim.floor.arrays import MINUTE, IntArray, Sessions
from sim.floor.geography import Ways

if TYPE_CHECKING:
    from sim.expo.expo import Exhibitors, Organisations
    from sim.expo.shortfalls import Noted
    from sim.scenario import Scenario
    from sim.streams import KeyArray, Streams

__all__ = ["Tours", "plan_tours"]

SLACK: Final = MINUTE  # between two stops beside the walk; an assumption
MOST_TRIED: Final = 3  # times as many booths are asked as there are stops, before a tour is given up


@dataclass(frozen=True, slots=True)
class Tours:
    """The stops of all tours, in order of party-day and time; `sessions` row for row."""

    sessions: Sessions
    row: IntArray  # party-day
    booth: IntArray


@dataclass(slots=True)
class _Stops:
    """Stops being collected."""

    row: list[int] = field(default_factory=list)
    booth: list[int] = field(default_factory=list)
    start: list[int] = field(default_factory=list)
    end: list[int] = field(default_factory=list)


@step
def plan_tours(
    scenario: Scenario,
    organisations: Organisations,
    exhibitors: Exhibitors,
    agenda: Agenda,
    duties: Duties,
    streams: Streams,
    first_session: int,
    noted: Noted,
) -> Tours:
    """Take the parties drawn for it on a tour, on the first day they come; `first_session` numbers it.

    The booths are neighbours on the walk through the halls, from one drawn by attraction; a booth
    that is closed or has nobody to spare is passed over. A tour that finds too few booths, or does
    not fit the visit, is not made, which is noted. The bookings and calls are added to
    `agenda` and `duties`.
    """
    visitors, venue = agenda.visitors, agenda.venue
    kinds = list(scenario.data.visitors.values())
    share = np.array([kind.tour_share for kind in kinds])[visitors.persona]
    wants = streams.uniform("tour", visitors.key) < share
    first_day = np.searchsorted(visitors.party, np.flatnonzero(wants))
    at_rank = np.argsort(venue.walk_rank)
    departure, ways = visitors.departure, Ways(venue.places)
    number = streams.uniform("tour.start", visitors.key[wants])
    begins = _begins(organisations, exhibitors, visitors.key[wants], streams)
    stops = _Stops()
    made: Counter[tuple[int, str]] = Counter()
    for k, row in enumerate(first_day.tolist()):
        persona = int(visitors.persona[visitors.party[row]])
        kind = kinds[persona]
        begin = int(venue.walk_rank[begins[k]])
        length = max(1, minutes(kind.tour_minutes))
        earliest = int(visitors.arrival[row] + visitors.check[row]) + 2 * agenda.margin
        latest = int(departure[row]) - kind.tour_stops * (length + 2 * SLACK)
        start = earliest + int(number[k] * max(0, latest - earliest))
        along = np.roll(at_rank, -begin)[: MOST_TRIED * kind.tour_stops]
        found, why = _stops_of(agenda, duties, ways, row, along, kind.tour_stops, start, length)
        made[persona, why] += 1
        if why:
            continue
        _call(duties, found, length, first_session + len(stops.row))
        for booth, from_ in found:
            stops.row.append(row)
            stops.booth.append(booth)
            stops.start.append(from_)
            stops.end.append(from_ + length)
    _book(agenda, stops, first_session)  # a party goes on one tour: none is in the way of another's
    for p, name in enumerate(scenario.data.visitors):
        for why in ("few_booths", "no_time"):
            noted.note(f"visitors.{name}.tour_share", name, "tours", made[p, why], 0, why)
    return Tours(_sessions(stops, agenda), _array(stops.row), _array(stops.booth))


def _begins(
    organisations: Organisations, exhibitors: Exhibitors, key: KeyArray, streams: Streams
) -> IntArray:
    """The booth at which the tour of each party begins: by attraction, the first of keyed clocks to ring."""
    booths = len(exhibitors.attraction)
    weight = np.broadcast_to(exhibitors.attraction, (len(key), booths))
    salts = pair_salts(streams, "tour.begin", key)
    row, booth = first_to_ring(salts, organisations.key[:booths], weight, np.ones(len(key), dtype=np.int64))
    begins = np.zeros(len(key), dtype=np.int64)
    begins[row] = booth
    return begins


def _stops_of(
    agenda: Agenda,
    duties: Duties,
    ways: Ways,
    row: int,
    along: IntArray,
    wanted: int,
    start: int,
    length: int,
) -> tuple[list[tuple[int, int]], str]:
    """Booth and start of each stop; or why there is no tour, which is empty if there is one."""
    gate = int(agenda.visitors.gate[row])
    pace = int(agenda.visitors.pace[row])
    before, clock = gate, start
    found: list[tuple[int, int]] = []
    for booth in along.tolist():
        from_ = clock + ways.walk(before, booth, pace) + SLACK
        if duties.spare_at(booth, from_, from_ + length) < 1:
            continue
        found.append((booth, from_))
        before, clock = booth, from_ + length
        if len(found) == wanted:
            break
    if len(found) < wanted:
        return [], "few_booths"
    booths = _array([booth for booth, _ in found])
    starts = _array([from_ for _, from_ in found])
    rows = np.full(len(found), row)
    return (found, "") if agenda.fits(rows, booths, starts, starts + length).all() else ([], "no_time")


def _call(duties: Duties, found: list[tuple[int, int]], length: int, first_session: int) -> None:
    """Keep a delegate at the booth of each stop, the first of which is that session."""
    booth, start = np.array(found, dtype=np.int64).T
    session = first_session + np.arange(len(found))
    duties.add(Called(booth, booth, start, start, start + length, start + length, session=session))


def _book(agenda: Agenda, stops: _Stops, first_session: int) -> None:
    """Book all stops."""
    row, booth = _array(stops.row), _array(stops.booth)
    start, end = _array(stops.start), _array(stops.end)
    session = first_session + np.arange(len(row))
    absent = agenda.visitors.never[row].astype(np.int64)
    agenda.add(Booked(row, booth, start, end, session=session, registered=np.array(1), comes=1 - absent))


def _sessions(stops: _Stops, agenda: Agenda) -> Sessions:
    start, end = _array(stops.start), _array(stops.end)
    none = np.zeros_like(start)
    return Sessions(
        place=_array(stops.booth),
        doors=start - SLACK,
        start=start,
        end=end,
        late=end - 1,  # the party catches its tour up where it can
        hold=start,
        seats=agenda.visitors.size[_array(stops.row)],
        rounds=none,
        round=none + 1,
    )


def _array(values: list[int]) -> IntArray:
    return np.array(values, dtype=np.int64)
