"""One-to-one meetings: who asks whom, who says yes, which meetings are held, where and when.

A programme works on what the agendas and the booths' duties leave free, and what it schedules is
booked there before the next programme's turn. Requests and policies see scores only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.expo.agenda import Agenda, Booked
from sim.expo.duties import Called, Duties
from sim.expo.expo import Requests
from sim.expo.floor import NONE, IntArray, Meetings
from sim.expo.hours import DAY, minutes
from sim.expo.participants import HOSTS, Attendance, take_part
from sim.expo.reference import score_reference
from sim.matchmaking import (
    NO_LIMIT,
    UNSCHEDULED,
    Asked,
    Problem,
    Scores,
    accept,
    affinity,
    ask,
    solve,
)
from sim.streams import FloatArray, Streams, key_of, subkeys

if TYPE_CHECKING:
    from sim.expo.expo import Exhibitors, Organisations
    from sim.expo.programme import PlannedProgramme
    from sim.matchmaking import Reference
    from sim.scenario import Scenario
    from sim.scenario.schema import Matchmaking

__all__ = ["arrange_meetings"]

BoolArray = npt.NDArray[np.bool_]


def arrange_meetings(
    scenario: Scenario,
    organisations: Organisations,
    exhibitors: Exhibitors,
    programme: PlannedProgramme,
    agenda: Agenda,
    duties: Duties,
    streams: Streams,
) -> tuple[Requests, Meetings]:
    """The requests and meetings of all matchmaking programmes, booked into `agenda` and `duties`."""
    reference = score_reference(scenario)
    requests, meetings = [_no_requests()], [_no_meetings()]
    pools: list[int] = []
    for number, (name, table) in enumerate(scenario.data.matchmaking.items()):
        people = take_part(scenario, name, organisations, exhibitors, agenda.visitors, streams)
        asked, accepted, true = _requests(name, table, people, organisations, reference, streams)
        slots = _slots(name, table, number, people, programme, agenda)
        country = organisations.country[people.organisation]
        slot, place = _timetable(table, asked, accepted, people, country, slots, agenda, duties)
        first = sum(len(m.place) for m in meetings)
        on = np.flatnonzero(slot != UNSCHEDULED)
        a, b = asked.asker[on], asked.asked[on]
        pool = NONE
        if table.interpreters is not None:
            pool = len(pools)
            pools.append(table.interpreters)
        interpreters = np.where(country[a] != country[b], pool, NONE)
        meetings.append(_meetings(table, place[on], slots.start[slot[on]], interpreters))
        _book(name, table, people, (a, b), first, slot[on], place[on], slots, agenda, duties, streams)
        meeting = np.full(len(asked), NONE, dtype=np.int64)
        meeting[on] = first + np.arange(len(on))
        requests.append(
            Requests(
                programme=np.full(len(asked), number, dtype=np.int64),
                asker=people.organisation[asked.asker],
                asked=people.organisation[asked.asked],
                asker_party=people.party[asked.asker],
                asked_party=people.party[asked.asked],
                affinity=true,
                score=asked.score,
                accepted=accepted.astype(np.int64),
                meeting=meeting,
            )
        )
    meetings.append(_no_meetings(pools))
    return (
        Requests(*(np.concatenate([getattr(r, c) for r in requests]) for c in Requests.__slots__)),
        Meetings(*(np.concatenate([getattr(m, c) for m in meetings]) for c in Meetings.__slots__)),
    )


def _requests(
    name: str,
    table: Matchmaking,
    people: Attendance,
    organisations: Organisations,
    reference: Reference,
    streams: Streams,
) -> tuple[Asked, BoolArray, FloatArray]:
    """The requests of a programme, which of them are accepted, and the affinity of each."""
    profiles = people.profiles(organisations)
    quality = table.profile_quality
    scores = Scores(profiles, people.key, quality, streams, reference, purpose=f"score.{name}")
    by_hosts = round(table.requests * table.exhibitors_ask_share)
    asked = ask(
        people.participants,
        scores.matrix,
        streams,
        (by_hosts, table.requests - by_hosts),
        noise=table.choice_noise * reference.sd,
        purpose=f"requests.{name}",
    )
    accepted = accept(
        people.key,
        asked.asker,
        asked.asked,
        asked.score,
        streams,
        acceptance=table.acceptance,
        selectivity=table.selectivity,
        popularity=table.popularity,
        purpose=f"acceptance.{name}",
    )
    return asked, accepted, affinity(profiles, asked.asker, asked.asked)


@dataclass(frozen=True, slots=True)
class _Slots:
    """The slots of a programme, in order of time, and the tables of all its areas in each."""

    start: IntArray  # ms
    end: IntArray  # ms
    tables: IntArray  # meetings at once
    places: tuple[IntArray, ...]  # of the tables; none at booths
    usual: int  # a place of the programme: availability is judged from here
    spread: int  # dm from there to its farthest place


def _slots(
    name: str,
    table: Matchmaking,
    number: int,
    people: Attendance,
    programme: PlannedProgramme,
    agenda: Agenda,
) -> _Slots:
    of = programme.window_programme[programme.slot_window] == number
    window, begins = programme.slot_window[of], programme.slot_start[of]
    start = np.unique(begins)
    at_booths = table.location == "booth"
    areas = agenda.venue.tables[name]
    places = tuple(
        np.concatenate([areas[area] for area in programme.window_area[window[begins == t]].tolist()])
        for t in start.tolist()
    )
    anywhere = people.organisation[people.side == HOSTS] if at_booths else areas.ravel()
    usual = int(anywhere[0]) if len(anywhere) else 0
    return _Slots(
        start=start,
        end=start + minutes(table.slot_minutes),
        tables=np.array([len(people) if at_booths else len(p) for p in places], dtype=np.int64),
        places=places,
        usual=usual,
        spread=int(agenda.venue.walk(usual, anywhere).max(initial=0)),
    )


def _timetable(
    table: Matchmaking,
    asked: Asked,
    accepted: BoolArray,
    people: Attendance,
    country: IntArray,
    slots: _Slots,
    agenda: Agenda,
    duties: Duties,
) -> tuple[IntArray, IntArray]:
    """The slot and the place of each request; UNSCHEDULED where there is no meeting."""
    slot, place = np.full((2, len(asked)), UNSCHEDULED, dtype=np.int64)
    yes = np.flatnonzero(accepted)
    if not len(yes) or not len(slots.start):
        return slot, place
    spare = _spare_delegates(table, people, slots, duties)
    parties = _free_parties(people, slots, agenda).astype(np.int64)
    a, b = asked.asker[yes], asked.asked[yes]
    problem = Problem.of(
        a,
        b,
        asked.score[yes],
        tables=slots.tables,
        participants=len(people),
        capacity=np.concatenate((np.minimum(table.delegates, spare), parties)),
        most=NO_LIMIT if table.most_meetings_each is None else table.most_meetings_each,
        start=slots.start,
        end=slots.end,
        pool=None if table.interpreters is None else np.where(country[a] != country[b], 0, UNSCHEDULED),
        interpreters=None if table.interpreters is None else [table.interpreters],
    )
    found = solve(problem, table.policy)
    slot[yes] = found.slot
    if table.location == "booth":
        # at the host's booth; of two hosts, at that of the one who was asked
        host = np.where(people.side[b] == HOSTS, b, a)
        place[yes] = np.where(found.slot == UNSCHEDULED, UNSCHEDULED, people.organisation[host])
        return slot, place
    for k, t, seat in zip(yes.tolist(), found.slot.tolist(), found.table.tolist(), strict=True):
        if t != UNSCHEDULED:
            place[k] = slots.places[t][seat]
    return slot, place


def _spare_delegates(table: Matchmaking, people: Attendance, slots: _Slots, duties: Duties) -> IntArray:
    """Delegates that each exhibitor can send in each slot: (exhibitors, slots).

    They leave the booth early enough to walk to the farthest place where they may have to go.
    """
    n = people.exhibitors
    booth = people.organisation[:n]
    everybody = np.arange(duties.booths)
    walk = duties.walk(everybody, np.full(duties.booths, slots.usual)) + slots.spread * duties.pace
    if table.location == "booth" and not people.exhibitors_meet:
        walk[booth[people.side[:n] == HOSTS]] = 0
    spare = np.zeros((n, len(slots.start)), dtype=np.int64)
    for t, (start, end) in enumerate(zip(slots.start.tolist(), slots.end.tolist(), strict=True)):
        opens = int(duties.venue.day_open[start // DAY])
        leaves = start - walk
        at = np.maximum(leaves - minutes(table.hold_back_minutes), opens)
        number = np.where(leaves >= opens, duties.spare(np.minimum(at, end), end), 0)
        spare[:, t] = number[booth]
    return spare


def _free_parties(people: Attendance, slots: _Slots, agenda: Agenda) -> BoolArray:
    """Whether each party can come in each slot: (parties, slots)."""
    party = people.party[people.exhibitors :]
    row = _rows(agenda, party[:, None], slots.start[None, :] // DAY)
    k, t = np.nonzero(row != NONE)
    rows = row[k, t]
    more = slots.spread * agenda.visitors.pace[rows]  # the place is not known yet
    free = np.zeros(row.shape, dtype=np.bool_)
    usual = np.full(len(rows), slots.usual)
    free[k, t] = agenda.fits(rows, usual, slots.start[t] - more, slots.end[t] + more)
    return free


def _rows(agenda: Agenda, party: IntArray, day: IntArray) -> IntArray:
    """The party-day of each party on a day, NONE if it does not come (broadcasts)."""
    v = agenda.visitors
    days = len(agenda.venue.day_open)
    number = v.party * days + v.day  # rises from row to row
    wanted = party * days + day
    at = np.minimum(np.searchsorted(number, wanted), max(0, len(number) - 1))
    return np.where(number[at] == wanted, at, NONE) if len(number) else np.full(wanted.shape, NONE)


def _book(
    name: str,
    table: Matchmaking,
    people: Attendance,
    sides: tuple[IntArray, IntArray],
    first: int,
    slot: IntArray,
    place: IntArray,
    slots: _Slots,
    agenda: Agenda,
    duties: Duties,
    streams: Streams,
) -> None:
    """Book both sides of these meetings, numbered from `first`: parties themselves, booths' delegates."""
    start, end = slots.start[slot], slots.end[slot]
    meeting = first + np.arange(len(slot))
    pair = subkeys(people.key[sides[0]], people.key[sides[1]]) if len(slot) else np.empty(0, dtype=np.uint64)
    for side, who in enumerate(sides):
        party = people.party[who]
        u = streams.uniform(f"no-show.{name}", pair, side)
        comes = (u >= np.where(party == NONE, table.no_show_exhibitors, table.no_show)).astype(np.int64)
        of = np.flatnonzero(party != NONE)
        agenda.add(
            Booked(
                _rows(agenda, party[of], start[of] // DAY),
                place[of],
                start[of],
                end[of],
                meeting=meeting[of],
                side=np.array(side),
                comes=comes[of],
            )
        )
        of = np.flatnonzero(party == NONE)
        booth = people.organisation[who[of]]
        leaves = start[of] - duties.walk(booth, place[of])
        opens = duties.venue.day_open[start[of] // DAY]
        named = subkeys(subkeys(key_of("delegate", name), 0), people.key[who[of]])
        duties.add(
            Called(
                booth,
                place[of],
                np.maximum(leaves - minutes(table.hold_back_minutes), opens),
                start[of],
                end[of],
                start[of] + minutes(table.tolerance_minutes),
                meeting=meeting[of],
                side=np.array(side),
                comes=comes[of],
                named=named if table.delegate == "named" else np.array(0, dtype=np.uint64),
            )
        )


def _meetings(table: Matchmaking, place: IntArray, start: IntArray, interpreters: IntArray) -> Meetings:
    same = np.ones(len(place), dtype=np.int64)
    return Meetings(
        place=place,
        start=start,
        duration=minutes(table.slot_minutes) * same,
        tolerance=minutes(table.tolerance_minutes) * same,
        hold=int(table.overrun == "hold") * same,
        interpreters=interpreters.astype(np.int64),
        pool_size=np.empty(0, dtype=np.int64),
    )


def _no_requests() -> Requests:
    whole, real = np.empty(0, dtype=np.int64), np.empty(0)
    return Requests(whole, whole, whole, whole, whole, real, real, whole, whole)


def _no_meetings(pools: list[int] | None = None) -> Meetings:
    none = np.empty(0, dtype=np.int64)
    return Meetings(none, none, none, none, none, none, np.array(pools or [], dtype=np.int64))
