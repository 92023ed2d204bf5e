"""Bookings of parties but for registrations: sessions walked in to, meals; and all bookings, in order.

Only what still fits the agenda is booked, with time to walk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from sim.arithmetic import log
from sim.expo.booking.agenda import Agenda, Booked
from sim.expo.booking.duties import Called, Duties
from sim.expo.draw.draws import pair_salts, pair_uniform, pick, span_each, whole_each
from sim.expo.programme.attending import attendance, chain_pulls
from sim.expo.shared import step
from sim.expo.venue.hours import DAY, clock, minutes
from sim.floor.arrays import MINUTE, NONE, Bookings, Calls, IntArray
from sim.streams import FloatArray, KeyArray, Streams, subkeys

if TYPE_CHECKING:
    from sim.expo.expo import Organisations
    from sim.expo.programme.programme import PlannedProgramme
    from sim.expo.shortfalls import Noted
    from sim.scenario import Scenario

BoolArray = npt.NDArray[np.bool_]

__all__ = ["book_interests", "book_meals", "call_hosts", "final_bookings", "final_calls"]

EARLY: Final = 5 * MINUTE  # a host is there so long before the start; an assumption
MEAL_STEP: Final = 15 * MINUTE  # a meal that does not fit is tried so much earlier, then later; an assumption
_PAIRS: Final = 1_000_000  # of sessions and party-days at a time
_TRIES: Final = 4  # sessions a party looks at beyond those it wants to walk in to, if some do not fit


@step
def book_interests(
    scenario: Scenario,
    organisations: Organisations,
    programme: PlannedProgramme,
    agenda: Agenda,
    streams: Streams,
    noted: Noted,
) -> None:
    """Book the sessions that parties would walk in to, where they fit between other bookings."""
    visitors = agenda.visitors
    persona = visitors.persona[visitors.party]
    interests = [kind.seminar_interests for kind in scenario.data.visitors.values()]
    number = whole_each(interests, persona, streams.uniform("interests", visitors.day_key))
    number[visitors.never] = 0
    chain = organisations.chain[visitors.company[visitors.party]]
    pulls = chain_pulls(scenario, programme)
    salts = pair_salts(streams, "walk-in", programme.key)
    nothing_on = np.ones(len(visitors), dtype=np.bool_)
    choice = np.full((int(number.max(initial=0)) + _TRIES, len(visitors)), NONE)
    for day in np.unique(programme.day).tolist():
        on = np.flatnonzero((programme.day == day) & (programme.walk_in_pull > 0))
        rows = np.flatnonzero((visitors.day == day) & (number > 0))
        step = max(1, _PAIRS // max(1, len(on)))
        nothing_on[rows] = not len(on)
        for low in range(0, len(rows) if len(on) else 0, step):
            block = rows[low : low + step]
            ring = -log(pair_uniform(salts[on], visitors.day_key[block]))
            with np.errstate(divide="ignore"):
                ring /= programme.walk_in_pull[on, None] * np.take(pulls[on], chain[block], axis=1)
            choice[: len(on), block] = _first_to_ring(ring, on, len(choice))
    left = _walk_in(programme, choice, number, agenda, streams)
    for p, name in enumerate(scenario.data.visitors):
        for why, whose in (("no_activity", nothing_on), ("no_time", ~nothing_on)):
            of = whose & (persona == p)
            asked, short = int(number[of].sum()), int(left[of].sum())
            noted.note(f"visitors.{name}.seminar_interests", name, "walk_ins", asked, asked - short, why)


def _first_to_ring(ring: FloatArray, session: IntArray, number: int) -> IntArray:
    """The `number` sessions of each party-day whose clocks ring first, in order, or all.

    `ring` says when (sessions, party-days), and is used up; NONE stands for clocks that never do.
    """
    row = np.arange(ring.shape[1])
    first = np.empty((min(number, len(session)), len(row)), dtype=np.int64)
    for chosen in first:
        at = ring.argmin(axis=0)
        chosen[:] = np.where(np.isfinite(ring[at, row]), session[at], NONE)
        ring[at, row] = np.inf
    return first


def _walk_in(
    programme: PlannedProgramme, choice: IntArray, number: IntArray, agenda: Agenda, streams: Streams
) -> IntArray:
    """Book each party-day for `number` sessions, the first of its `choice` (sessions, party-days) that fit.

    NONE of these is no session. Gives how many sessions each is short.
    """
    left = number.copy()
    for t, session in enumerate(choice):
        want = np.flatnonzero((left > 0) & (t < number + _TRIES) & (session != NONE))
        booked = attendance(programme, session[want], want, False, agenda, streams)
        fits = agenda.fits(booked.row, booked.place, booked.start, booked.until)
        agenda.add(booked.of(fits))
        left[want[fits]] -= 1
    return left


@step
def book_meals(scenario: Scenario, agenda: Agenda, streams: Streams, noted: Noted) -> None:
    """Book a meal for those who want one, as near to the time they would like as fits."""
    visitors, venue, behaviour = agenda.visitors, agenda.venue, scenario.data.behaviour
    caterings = list(scenario.data.venue.catering.values())
    persona = visitors.persona[visitors.party]
    share = np.array([kind.meal_share for kind in scenario.data.visitors.values()])[persona]
    want, when, where, length = streams.quartet("meal", visitors.day_key)
    first = visitors.day * DAY + clock(behaviour.meal_from)
    last = visitors.day * DAY + clock(behaviour.meal_to)
    share = np.where(visitors.never, 0.0, share)
    spans_noon = (visitors.arrival < last) & (visitors.departure > first)
    rows = np.flatnonzero(spans_noon & (want < share))
    if not caterings:
        _note_meals(scenario, persona[rows], np.ones(len(rows), dtype=np.bool_), "no_catering", noted)
        return
    number = pick([catering.seats for catering in caterings], where[rows])
    meal = span_each([catering.meal_minutes for catering in caterings], number, length[rows], MINUTE)
    place = venue.catering[number]
    low = np.maximum(first, visitors.arrival)[rows]
    liked = low + (when[rows] * (np.minimum(last, visitors.departure)[rows] - low)).astype(np.int64)
    start = np.full(len(rows), NONE)
    for shift in range(int((last - first).max(initial=0)) // MEAL_STEP + 1):
        for way in (-1, 1) if shift else (1,):
            begin = liked + way * shift * MEAL_STEP
            k = np.flatnonzero((start == NONE) & (begin >= first[rows]) & (begin <= last[rows]))
            k = k[agenda.fits(rows[k], place[k], begin[k], begin[k] + meal[k])]
            start[k] = begin[k]
    k = np.flatnonzero(start != NONE)
    until, patience = start[k] + meal[k], np.array(minutes(behaviour.meal_patience_minutes))
    agenda.add(Booked(rows[k], place[k], start[k], until, meal=meal[k], patience=patience))
    _note_meals(scenario, persona[rows], start == NONE, "no_time", noted)


def _note_meals(scenario: Scenario, persona: IntArray, open_: BoolArray, why: str, noted: Noted) -> None:
    for p, name in enumerate(scenario.data.visitors):
        asked, short = int((persona == p).sum()), int((open_ & (persona == p)).sum())
        noted.note(f"visitors.{name}.meal_share", name, "meals", asked, asked - short, why)


@step
def call_hosts(
    organisations: Organisations, programme: PlannedProgramme, duties: Duties, noted: Noted
) -> None:
    """Call a delegate of each host of each session, so as to be there a little before the start."""
    sessions = programme.sessions
    s = np.repeat(np.arange(len(sessions.place)), np.diff(programme.host_index))
    booth, place, start = programme.host, sessions.place[s], sessions.start[s]
    duties.add(
        Called(
            booth,
            place,
            np.maximum(0, start - EARLY - duties.walk(booth, place)),
            start,
            sessions.end[s] + sessions.rounds[s] * sessions.round[s],
            sessions.end[s],
            session=s,
            key=subkeys(programme.key[s], organisations.key[booth]),
        )
    )
    on_duty = duties.on_duty(booth, start, sessions.end[s]).tolist()
    for k, session in enumerate(s.tolist()):
        rule, title = programme.rule[session], programme.title[session]
        path = rule if rule == "programme_file" else f"programme.{rule}.hosts"
        what = f"{organisations.name[booth[k]]} at {title}"
        noted.note(path, what, "hosts", 1, int(on_duty[k]), "off_duty", int(programme.day[session]))


@step
def final_bookings(agenda: Agenda, most_rounds: int, streams: Streams) -> tuple[IntArray, Bookings]:
    """The index (party-days + 1,) and all bookings in order; mixing has `most_rounds` columns."""
    booked = Booked.joined(agenda.parts).in_order()
    index = np.searchsorted(booked.row, np.arange(len(agenda.visitors) + 1))
    return index, Bookings(
        place=booked.place,
        start=booked.start,
        session=booked.session,
        meeting=booked.meeting,
        side=booked.side,
        meal=booked.meal,
        patience=booked.patience,
        registered=booked.registered,
        comes=booked.comes,
        rounds=booked.rounds,
        mixing=_mixing(booked.key, booked.rounds > 0, most_rounds, streams),
    )


@step
def final_calls(duties: Duties, most_rounds: int, streams: Streams) -> Calls:
    """All calls, in order of start, then as they were made."""
    called = Called.joined(duties.parts)
    called = called.of(np.argsort(called.start, kind="stable"))
    return Calls(
        booth=called.booth,
        member=duties.members(called, streams),
        at=called.at,
        place=called.place,
        start=called.start,
        deadline=called.deadline,
        meeting=called.meeting,
        side=called.side,
        session=called.session,
        comes=called.comes,
        mixing=_mixing(called.key, called.key > 0, most_rounds, streams),
    )


def _mixing(key: KeyArray, mixes: npt.NDArray[np.bool_], most_rounds: int, streams: Streams) -> IntArray:
    """The keyed order in each round of those who mix: (n, most_rounds) whole numbers of 62 bits."""
    order = np.zeros((len(key), most_rounds), dtype=np.int64)
    some = key[mixes]
    words = streams.blocks("mixing", np.tile(some, most_rounds), np.repeat(np.arange(most_rounds), len(some)))
    bits = ((words[0] << np.uint64(30)) ^ words[1]).astype(np.int64)
    order[mixes] = bits.reshape(most_rounds, len(some)).T
    return order
