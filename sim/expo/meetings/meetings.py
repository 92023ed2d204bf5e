"""One-to-one meetings: the matchmaking programmes one after the other, and what is booked of them.

A programme works on what the agendas and the booths' duties leave free, and what it schedules is
booked there before the next programme's turn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.expo.booking.agenda import Agenda, Booked
from sim.expo.booking.duties import Called, Duties
from sim.expo.expo import Requests, TimetableFacts
from sim.expo.meetings.asking import Pairs, Sent, pair_keys, send_requests
from sim.expo.meetings.noting import note_meetings, note_must_meets, note_requests
from sim.expo.meetings.participants import Attendance, take_part
from sim.expo.meetings.standbys import name_standbys
from sim.expo.meetings.timetabling import Scheduled, Slots, arrange, of_party, room, slots_of
from sim.expo.venue.hours import DAY, minutes
from sim.expo.visitors.reference import score_reference
from sim.floor.arrays import NONE, IntArray, Meetings
from sim.matchmaking import UNSCHEDULED
from sim.streams import Streams, key_of, subkeys

if TYPE_CHECKING:
    from sim.expo.expo import Exhibitors, Organisations
    from sim.expo.programme.programme import PlannedProgramme
    from sim.expo.shortfalls import Noted
    from sim.scenario import Scenario
    from sim.scenario.schema.data import Matchmaking

__all__ = ["arrange_meetings"]

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Planned:
    """The meetings of a programme, ordinary ones first: an entry each."""

    request: IntArray  # that it holds
    place: IntArray
    slot: IntArray
    standby_for: IntArray  # which of these it stands by for, or NONE
    keeps: IntArray  # the side that both have in common, or NONE


def arrange_meetings(
    scenario: Scenario,
    organisations: Organisations,
    exhibitors: Exhibitors,
    programme: PlannedProgramme,
    agenda: Agenda,
    duties: Duties,
    streams: Streams,
    noted: Noted,
) -> tuple[Requests, Meetings, tuple[TimetableFacts, ...]]:
    """The requests and meetings of all matchmaking programmes, booked into `agenda` and `duties`.

    What they were asked for and cannot have is noted.
    """
    reference = score_reference(scenario)
    names = {name: number for number, name in reversed(list(enumerate(organisations.name)))}
    pairs = Pairs.of(scenario, names)
    met: set[tuple[int, int]] = set()
    requests, meetings, facts = [_no_requests()], [_no_meetings()], []
    pools: list[int] = []
    for number, (name, section) in enumerate(scenario.data.matchmaking.items()):
        people = take_part(scenario, name, organisations, exhibitors, agenda.visitors, streams)
        slots = slots_of(name, section, number, people, programme, agenda)
        free = room(section, people, slots, agenda, duties)
        pairs_now = pairs.after(met, again=section.met_again)
        limit = _limit(section, free)
        sent = send_requests(name, section, people, organisations, pairs_now, limit, reference, streams)
        stays_away = _stays_away(name, section, sent, people, streams)
        gives_up = _gives_up(name, section, sent, people, stays_away, streams)
        country = organisations.country[people.organisation]
        least = _least(section, list(scenario.data.exhibitors.sponsors), people, exhibitors)
        made = arrange(section, sent, people, country, slots, free, least, gives_up, agenda)
        sponsors = list(scenario.data.exhibitors.sponsors)
        note_requests(name, section, people, sent, noted)
        note_meetings(name, section, people, sent, made.slot, organisations, exhibitors, sponsors, noted)
        planned = _planned(name, section, sent, people, made, free, streams, noted)
        first = sum(len(m.place) for m in meetings)
        pool = NONE
        if section.interpreters is not None:
            pool = len(pools)
            pools.append(section.interpreters)
        across = country[sent.asked.asker] != country[sent.asked.asked]
        meetings.append(
            _meetings(
                section,
                planned.place,
                slots.start[planned.slot],
                np.where(across[planned.request], pool, NONE),
                np.where(planned.standby_for == NONE, NONE, first + planned.standby_for),
                planned.keeps,
            )
        )
        _book(name, section, people, sent, planned, first, stays_away, slots, agenda, duties)
        requests.append(_requests(number, sent, people, made, planned, first))
        on = planned.request[planned.standby_for == NONE]
        ends = people.organisation[np.sort(np.stack((sent.asked.asker[on], sent.asked.asked[on])), axis=0)]
        met.update((min(a, b), max(a, b)) for a, b in ends.T.tolist())
        facts.append(made.facts)
    meetings.append(_no_meetings(pools))
    note_must_meets(scenario, names, requests, noted)
    return (
        Requests(*(np.concatenate([getattr(r, c) for r in requests]) for c in Requests.__slots__)),
        Meetings(*(np.concatenate([getattr(m, c) for m in meetings]) for c in Meetings.__slots__)),
        tuple(facts),
    )


def _limit(section: Matchmaking, free: IntArray) -> IntArray:
    """Meetings that each participant can hold at most: (participants,)."""
    limit: IntArray = free.sum(axis=1)
    return limit if section.most_meetings_each is None else np.minimum(limit, section.most_meetings_each)


def _least(section: Matchmaking, kinds: list[str], people: Attendance, exhibitors: Exhibitors) -> IntArray:
    """Meetings that each participant is to have, by its programme or as a sponsor: (participants,)."""
    least = np.full(len(people), section.least_meetings_each, dtype=np.int64)
    promised = np.array([*(section.promises.get(kind, 0) for kind in kinds), 0], dtype=np.int64)
    n = people.exhibitors
    least[:n] = np.maximum(least[:n], promised[exhibitors.sponsor[people.organisation[:n]]])
    return least


def _stays_away(
    name: str, section: Matchmaking, sent: Sent, people: Attendance, streams: Streams
) -> tuple[BoolArray, BoolArray]:
    """Which side of each request would not come to its meeting, drawn beforehand."""
    pair = pair_keys(sent.asked, people)
    found = []
    for side, who in enumerate((sent.asked.asker, sent.asked.asked)):
        chance = np.where(people.party[who] == NONE, section.no_show_exhibitors, section.no_show)
        away = streams.uniform(f"no-show.{name}", pair, side) < chance
        if section.against_no_shows == "reminders":
            away &= streams.uniform(f"reminded.{name}", pair, side) >= section.reminder_effect
        found.append(away)
    return found[0], found[1]


def _gives_up(
    name: str,
    section: Matchmaking,
    sent: Sent,
    people: Attendance,
    stays_away: tuple[BoolArray, BoolArray],
    streams: Streams,
) -> BoolArray:
    """Which requests a side gives up when asked to confirm its meeting."""
    gives_up = np.zeros(len(sent), dtype=np.bool_)
    if section.rounds == 2:
        pair = pair_keys(sent.asked, people)
        for side, away in enumerate(stays_away):
            u = streams.uniform(f"confirmation.{name}", pair, side)
            gives_up |= away & (u < section.confirmation_share)
    return gives_up


def _planned(
    name: str,
    section: Matchmaking,
    sent: Sent,
    people: Attendance,
    made: Scheduled,
    free: IntArray,
    streams: Streams,
    noted: Noted,
) -> _Planned:
    """The meetings of the timetable, then the stand-bys'."""
    on = np.flatnonzero(made.slot != UNSCHEDULED)
    none = np.full(len(on), NONE, dtype=np.int64)
    if section.against_no_shows != "standbys":
        return _Planned(on, made.place[on], made.slot[on], none, none)
    wanted = streams.uniform(f"standby.{name}", pair_keys(sent.asked, people)) < section.standby_share
    stands = name_standbys(sent, people, made.slot, free, wanted)
    by = np.flatnonzero(stands != NONE)
    of = stands[by]
    one_booth = (people.party[sent.asked.asker] == NONE) != (people.party[sent.asked.asked] == NONE)
    could = int((one_booth & wanted & (made.slot != UNSCHEDULED)).sum())
    noted.note(f"matchmaking.{name}.standby_share", name, "standbys", could, len(by), "nobody_free")
    booth_asks = people.party[sent.asked.asker[of]] == NONE
    return _Planned(
        np.concatenate((on, by)),
        np.concatenate((made.place[on], made.place[of])),
        np.concatenate((made.slot[on], made.slot[of])),
        np.concatenate((none, np.searchsorted(on, of))),
        np.concatenate((none, np.where(booth_asks, 0, 1))),
    )


def _book(
    name: str,
    section: Matchmaking,
    people: Attendance,
    sent: Sent,
    planned: _Planned,
    first: int,
    stays_away: tuple[BoolArray, BoolArray],
    slots: Slots,
    agenda: Agenda,
    duties: Duties,
) -> None:
    """Book both sides of these meetings, numbered from `first`: parties themselves, booths' delegates.

    Of a stand-by's meeting only the stand-by is booked; the other side is there for the meeting that it
    stands by for.
    """
    start, end = slots.start[planned.slot], slots.end[planned.slot]
    meeting = first + np.arange(len(planned.request))
    ordinary = planned.standby_for == NONE
    for side, people_of_side in enumerate((sent.asked.asker, sent.asked.asked)):
        who = people_of_side[planned.request]
        party = people.party[who]
        comes = (~stays_away[side][planned.request]).astype(np.int64)
        of = np.flatnonzero(party != NONE)
        agenda.add(
            Booked(
                of_party(agenda, party[of], start[of] // DAY),
                planned.place[of],
                start[of],
                end[of],
                meeting=meeting[of],
                side=np.where(ordinary, side, 1 - planned.keeps)[of],
                comes=comes[of],
            )
        )
        of = np.flatnonzero((party == NONE) & ordinary)
        booth = people.organisation[who[of]]
        leaves = start[of] - duties.walk(booth, planned.place[of])
        opens = duties.venue.day_open[start[of] // DAY]
        named = subkeys(subkeys(key_of("delegate", name), 0), people.key[who[of]])
        duties.add(
            Called(
                booth,
                planned.place[of],
                np.maximum(leaves - minutes(section.hold_back_minutes), opens),
                start[of],
                end[of],
                _deadline(section, start[of]),
                meeting=meeting[of],
                side=np.array(side),
                comes=comes[of],
                named=named if section.delegate == "named" else np.array(0, dtype=np.uint64),
            )
        )


def _requests(
    programme: int, sent: Sent, people: Attendance, made: Scheduled, planned: _Planned, first: int
) -> Requests:
    asker, asked = sent.asked.asker, sent.asked.asked
    meeting = np.full(len(sent), NONE, dtype=np.int64)
    meeting[planned.request] = first + np.arange(len(planned.request))
    return Requests(
        programme=np.full(len(sent), programme, dtype=np.int64),
        asker=people.organisation[asker],
        asked=people.organisation[asked],
        asker_party=people.party[asker],
        asked_party=people.party[asked],
        affinity=sent.affinity,
        score=sent.asked.score,
        asker_wish=sent.wish_a,
        asked_wish=sent.wish_b,
        reply=sent.reply,
        accepted=sent.accepted.astype(np.int64),
        must=sent.must.astype(np.int64),
        reason=made.reason,
        meeting=meeting,
    )


def _meetings(
    section: Matchmaking,
    place: IntArray,
    start: IntArray,
    interpreters: IntArray,
    standby_for: IntArray,
    keeps: IntArray,
) -> Meetings:
    same = np.ones(len(place), dtype=np.int64)
    return Meetings(
        place=place,
        start=start,
        duration=minutes(section.slot_minutes) * same,
        tolerance=minutes(section.tolerance_minutes) * same,
        hold=int(section.overrun == "hold") * same,
        least=_shortest(section) * same,
        interpreters=interpreters.astype(np.int64),
        standby_for=standby_for.astype(np.int64),
        keeps=keeps.astype(np.int64),
        pool_size=np.empty(0, dtype=np.int64),
    )


def _shortest(section: Matchmaking) -> int:
    """Ms that a meeting must be able to last, or it is not begun; a slot is enough."""
    return max(1, min(minutes(section.least_minutes), minutes(section.slot_minutes)))


def _deadline(section: Matchmaking, start: IntArray) -> IntArray:
    """When meetings are lost that have not begun, if their tables are free."""
    tolerance = minutes(section.tolerance_minutes)
    if section.overrun == "cut":
        tolerance = min(tolerance, minutes(section.slot_minutes) - _shortest(section))
    return start + tolerance


def _no_requests() -> Requests:
    whole, real = np.empty(0, dtype=np.int64), np.empty(0)
    return Requests(whole, whole, whole, whole, whole, real, real, real, real, *(whole,) * 5)


def _no_meetings(pools: list[int] | None = None) -> Meetings:
    none = np.empty(0, dtype=np.int64)
    return Meetings(*(none,) * 9, pool_size=np.array(pools or [], dtype=np.int64))
