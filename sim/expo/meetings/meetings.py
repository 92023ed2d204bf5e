"""Organised meetings: the matchmaking programmes one after the other, and what is booked of them.

A programme works on what the agendas and the booths' duties leave free, and what it schedules is
booked there before the next programme's turn.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.expo.booking.agenda import Agenda
from sim.expo.booking.duties import Duties
from sim.expo.evenings import Evening
from sim.expo.expo import Diaries, Requests, TimetableFacts
from sim.expo.meetings.asking import Pairs, Sent, pair_keys, send_requests
from sim.expo.meetings.booked import (
    book,
    meetings_of,
    no_meetings,
    no_requests,
    planned_meetings,
    requests_of,
    sides_of,
)
from sim.expo.meetings.evening import Again, days_again
from sim.expo.meetings.joining import Joined, join_requests
from sim.expo.meetings.limits import Limits, limits_of
from sim.expo.meetings.noting import (
    note_days,
    note_meetings,
    note_must_meets,
    note_published,
    note_requests,
)
from sim.expo.meetings.participants import Attendance, take_part
from sim.expo.meetings.places import Placed, placed, slowest
from sim.expo.meetings.published import Plan, plan_of, with_plan
from sim.expo.meetings.slots import Slots, room, slots_of
from sim.expo.meetings.timetabling import Scheduled, arrange
from sim.expo.shared import step
from sim.expo.venue.hours import DAY
from sim.expo.visitors.no_shows import no_show_of_visitors, no_show_of_who_comes
from sim.expo.visitors.reference import score_reference
from sim.floor.arrays import NONE, IntArray, Meetings
from sim.matchmaking import UNSCHEDULED
from sim.streams import Streams, subkeys

if TYPE_CHECKING:
    from sim.expo.expo import Exhibitors, Organisations
    from sim.expo.programme.programme import PlannedProgramme
    from sim.expo.shortfalls import Noted
    from sim.expo.visitors.visitors import Visitors
    from sim.matchmaking import Reference
    from sim.scenario import Scenario
    from sim.scenario.schema.data import Matchmaking

__all__ = ["Wanted", "arrange_meetings", "ask_for_meetings"]

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Asking:
    """A programme of which the requests are sent and answered."""

    people: Attendance
    slots: Slots
    sent: Sent
    limits: Limits
    limit: IntArray  # meetings each participant can hold, where pending requests hold slots; else empty
    plan: Plan


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for and agreed to in all programmes, before anybody chooses days and hours."""

    asked: tuple[_Asking, ...]
    pairs: Pairs
    reference: Reference

    @property
    def plans(self) -> list[tuple[Plan, Attendance, Slots]]:
        """The published meetings of each, with its participants and slots."""
        return [(one.plan, one.people, one.slots) for one in self.asked]

    @property
    def programmes(self) -> list[tuple[Attendance, Slots, Sent, Limits]]:
        """The participants, slots and requests of each, and the participants' limits."""
        return [(one.people, one.slots, one.sent, one.limits) for one in self.asked]


@step
def ask_for_meetings(
    scenario: Scenario,
    organisations: Organisations,
    exhibitors: Exhibitors,
    programme: PlannedProgramme,
    agenda: Agenda,
    duties: Duties,
    streams: Streams,
) -> Wanted:
    """The requests of all matchmaking programmes and what is answered, before anybody chooses hours.

    Where pending requests hold slots, a participant can hold as many meetings as there is time for
    before any other booking: in the hours that a party would offer, at a booth beside its sessions.
    """
    reference = score_reference(scenario)
    names = _numbers(scenario, organisations)
    pairs = Pairs.of(scenario, names)
    asked = []
    for number, (name, section) in enumerate(scenario.data.matchmaking.items()):
        people = take_part(scenario, name, organisations, exhibitors, agenda.visitors, streams)
        slots = slots_of(name, section, number, people, programme, agenda)
        plan, slots = plan_of(scenario, name, people, organisations, agenda.visitors, agenda.venue, slots)
        limits = limits_of(scenario, name, people, exhibitors, agenda.visitors)
        limit = np.empty(0, dtype=np.int64)
        if section.pending_blocks:
            limit = limits.holds(room(section, people, slots, agenda, duties), slots)
        sent = send_requests(
            name, section, people, organisations, pairs, limit, reference, streams, plan.pairs
        )
        asked.append(_Asking(people, slots, sent, limits, limit, plan))
    return Wanted(tuple(asked), pairs, reference)


def _numbers(scenario: Scenario, organisations: Organisations) -> dict[str, int]:
    """The number of each organisation by name, of several the first; none if there is no pairs file."""
    if not scenario.pair_rows:
        return {}
    return {name: number for number, name in reversed(list(enumerate(organisations.name)))}


@step
def arrange_meetings(
    scenario: Scenario,
    organisations: Organisations,
    exhibitors: Exhibitors,
    wanted: Wanted,
    agenda: Agenda,
    duties: Duties,
    streams: Streams,
    noted: Noted,
    evening: tuple[Evening | None, ...] = (),
) -> tuple[Requests, Meetings, tuple[TimetableFacts, ...]]:
    """The requests and meetings of all matchmaking programmes, booked into `agenda` and `duties`.

    `evening`: of those whose days left are planned again, what is known by then; empty: of none.
    Where an earlier programme has brought pairs together, so that a later one asks otherwise, its
    requests are sent anew. What they were asked for and cannot have is noted.
    """
    names = _numbers(scenario, organisations)
    met: set[tuple[int, int]] = set()
    requests, meetings, facts = [no_requests()], [no_meetings()], []
    pools: list[int] = []
    sections = scenario.data.matchmaking.items()
    for number, ((name, section), asking) in enumerate(zip(sections, wanted.asked, strict=True)):
        people, slots, sent, plan = asking.people, asking.slots, asking.sent, asking.plan
        agenda.free(number)
        duties.free(number)
        pairs_now = wanted.pairs.after(met, again=section.met_again)
        if pairs_now != wanted.pairs:
            limit, reference = asking.limit, wanted.reference
            sent = send_requests(
                name, section, people, organisations, pairs_now, limit, reference, streams, plan.pairs
            )
        stays_away = _stays_away(name, section, sent, people, agenda.visitors, streams)
        gives_up = _gives_up(name, section, sent, people, agenda.visitors, stays_away, streams)
        country = organisations.country[people.organisation]
        sponsors, limits = list(scenario.data.exhibitors.sponsors), asking.limits
        bound = replace(limits, least=_least(section, sponsors, people, exhibitors, limits))
        joined = join_requests(name, section, people, sent, organisations, streams)
        where = placed(name, section, people, sent, joined, slots, bound.least, plan, agenda, streams, noted)
        # planned again, they are at the tables that are kept
        kept = where.table if section.replan == "no" else np.full(len(people), NONE, dtype=np.int64)
        free = with_plan(
            room(section, people, slots, agenda, duties, where), plan, people, slots, kept, agenda
        )
        pace = slowest(people, where, agenda, duties)
        made = arrange(
            section, sent, joined, people, country, slots, free, bound, gives_up, agenda,
            where, exhibitors.area_m2, pace, plan,
        )  # fmt: skip
        on = np.flatnonzero(made.slot != UNSCHEDULED)
        ends = people.organisation[np.sort(np.stack((sent.asked.asker[on], sent.asked.asked[on])), axis=0)]
        met.update((min(a, b), max(a, b)) for a, b in ends.T.tolist())  # as it was before the doors opened
        again = Again.none()
        if evening and (known := evening[number]) is not None:
            made, again = days_again(section, sent, people, made, known, where, slots)
        note_requests(name, section, people, sent, noted)
        on_plan = sent.published
        note_published(name, plan.slot, plan.place, made.slot[on_plan], made.place[on_plan], noted)
        note_meetings(
            name,
            section,
            people,
            sent,
            joined,
            made.slot,
            organisations,
            exhibitors,
            sponsors,
            limits,
            made.could,
            noted,
        )
        note_days(people, sent, joined, made.slot, slots.start // DAY, free, limits, made.could, noted)
        planned = planned_meetings(
            name, section, sent, joined, people, made, free, where, slots, limits, streams, noted
        )
        sides = sides_of(sent, joined, planned, stays_away)
        if len(again):
            anew = _stays_away(name, section, sent, people, agenda.visitors, streams, again.request)
            planned, sides = planned.and_again(again, where), sides.and_again(again, sent, anew)
        first = sum(len(m.place) for m in meetings)
        pool = NONE
        if section.interpreters is not None:
            pool = len(pools)
            pools.append(section.interpreters)
        across = joined.across(sent, country)
        meetings.append(
            meetings_of(
                section,
                planned.place,
                *slots.hours(planned.slot, planned.length),
                np.where(across[planned.request], pool, NONE),
                np.where(planned.standby_for == NONE, NONE, first + planned.standby_for),
                planned.keeps,
                (sides.who != NONE).sum(axis=0),
            )
        )
        book(name, section, people, planned, sides, first, slots, agenda, duties)
        requests.append(requests_of(number, sent, joined, people, made, planned, first, len(again)))
        diaries = _diaries(people, sent, joined, made, free, limits.holds(free, slots), where)
        facts.append(replace(made.facts, diaries=diaries))
    meetings.append(no_meetings(pools))
    note_must_meets(scenario, names, requests, noted)
    return (
        Requests(*(np.concatenate([getattr(r, c) for r in requests]) for c in Requests.__slots__)),
        Meetings(*(np.concatenate([getattr(m, c) for m in meetings]) for c in Meetings.__slots__)),
        tuple(facts),
    )


def _diaries(
    people: Attendance,
    sent: Sent,
    joined: Joined,
    made: Scheduled,
    free: IntArray,
    holds: IntArray,
    where: Placed,
) -> Diaries:
    """How much room both sides' diaries, each of so many meetings, have for the requests they agreed to.

    In slots: `free` are those of each (participants, slots), `holds` the meetings it can have at most.
    """
    yes, on = np.flatnonzero(sent.accepted), made.slot != UNSCHEDULED
    ends = np.stack((sent.asked.asker, sent.asked.asked))
    longest = np.ones(len(people), dtype=np.int64)
    for side in ends[:, yes]:
        np.maximum.at(longest, side, where.length[yes])
    limit = np.minimum(free.sum(axis=1), holds * longest)
    meetings = taken = joined.meetings_of(sent, on, len(people))
    for more in range(1, int(where.length.max(initial=1))):
        taken = taken + joined.meetings_of(sent, on & (where.length > more), len(people))
    full_diary = (taken >= free.sum(axis=1)) | (meetings >= holds)
    agreed = np.bincount(ends[:, yes].ravel(), minlength=len(people)) > 0
    visitor = people.party != NONE
    without = yes[made.slot[yes] == UNSCHEDULED]
    full = full_diary[ends[:, without]]
    full_visitor = (full & visitor[ends[:, without]]).any(axis=0)
    full_exhibitor = (full & ~visitor[ends[:, without]]).any(axis=0)
    return Diaries(
        visitor_slots=int(limit[agreed & visitor].sum()),
        exhibitor_slots=int(limit[agreed & ~visitor].sum()),
        without_slot=len(without),
        visitor_full=int(full_visitor.sum()),
        exhibitor_full=int(full_exhibitor.sum()),
    )


def _least(
    section: Matchmaking, kinds: list[str], people: Attendance, exhibitors: Exhibitors, limits: Limits
) -> IntArray:
    """Meetings that each participant is to have, by its limits or as a sponsor: (participants,)."""
    least = limits.least.copy()
    promised = np.array([*(section.promises.get(kind, 0) for kind in kinds), 0], dtype=np.int64)
    n = people.exhibitors
    least[:n] = np.maximum(least[:n], promised[exhibitors.sponsor[people.organisation[:n]]])
    return least


def _stays_away(
    name: str,
    section: Matchmaking,
    sent: Sent,
    people: Attendance,
    visitors: Visitors,
    streams: Streams,
    again: IntArray | None = None,
) -> tuple[BoolArray, BoolArray]:
    """Which side of each request would not come to its meeting, drawn beforehand.

    A part of visitors' no-shows is of parties that do not come to the fair at all (`Visitors.absence`),
    the rest is of this meeting alone. Of the requests `again`, who would not come to a second one.
    """
    pair, rows = pair_keys(sent.asked, people), np.arange(len(sent))
    if again is not None:
        pair, rows = subkeys(pair[again], 1), again
    prevented = section.reminder_effect if section.against_no_shows == "reminders" else 0.0
    found = []
    for side, who in enumerate((sent.asked.asker, sent.asked.asked)):
        party = people.party[who[rows]]
        of_visitors = no_show_of_who_comes(
            no_show_of_visitors(section), np.append(visitors.absence, 0.0)[party]
        )
        of_exhibitors = section.no_show_exhibitors * (1.0 - prevented)
        chance = np.where(party == NONE, of_exhibitors, of_visitors)
        away = streams.uniform(f"no-show.{name}", pair, side) < chance
        found.append(away | _absent(visitors, party))
    return found[0], found[1]


def _absent(visitors: Visitors, party: IntArray) -> BoolArray:
    """Who of these, parties or NONE, does not come at all."""
    absent: BoolArray = np.append(visitors.absent, 0)[party] == 1
    return absent


def _gives_up(
    name: str,
    section: Matchmaking,
    sent: Sent,
    people: Attendance,
    visitors: Visitors,
    stays_away: tuple[BoolArray, BoolArray],
    streams: Streams,
) -> BoolArray:
    """Which requests a side gives up when asked to confirm its meeting.

    Who does not come at all says so of all its meetings or of none.
    """
    gives_up = np.zeros(len(sent), dtype=np.bool_)
    if section.rounds == 2:
        pair = pair_keys(sent.asked, people)
        own = streams.uniform(f"confirms.{name}", people.key)
        for side, (away, who) in enumerate(
            zip(stays_away, (sent.asked.asker, sent.asked.asked), strict=True)
        ):
            u = streams.uniform(f"confirmation.{name}", pair, side)
            u = np.where(_absent(visitors, people.party[who]), own[who], u)
            gives_up |= away & (u < section.confirmation_share)
    return gives_up
