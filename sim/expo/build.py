"""Building the expo of one replication: who is there, where everything is, what everybody plans."""

from __future__ import annotations

from dataclasses import replace
from os import PathLike
from typing import TYPE_CHECKING

import numpy as np

from sim.expo.booking.agenda import Agenda
from sim.expo.booking.duties import Duties
from sim.expo.draw.misfit import Misfit
from sim.expo.exhibitors.organisations import draw_exhibitors
from sim.expo.exhibitors.staffing import roster
from sim.expo.expo import SESSION_KINDS, Expo, Parties, Programme
from sim.expo.meetings.again import offer_again
from sim.expo.meetings.following import (
    all_follow,
    demand_of,
    offering,
    on_days_with_slots,
    settled,
    with_windows,
)
from sim.expo.meetings.meetings import arrange_meetings, ask_for_meetings
from sim.expo.meetings.noting import note_delegates
from sim.expo.meetings.published import holding, reserve
from sim.expo.programme.bookings import (
    book_interests,
    book_meals,
    call_hosts,
    final_bookings,
    final_calls,
    register,
)
from sim.expo.programme.programme import plan_programme
from sim.expo.programme.tours import plan_tours
from sim.expo.shared import Shared, unprotected
from sim.expo.shortfalls import Noted
from sim.expo.terms import terms_of
from sim.expo.venue.hours import DAY, minutes
from sim.expo.venue.venue import floor_plan, lay_out
from sim.expo.visitors.absences import struck_parties, those_who_come
from sim.expo.visitors.guests import with_guests
from sim.expo.visitors.reference import score_reference
from sim.expo.visitors.routes import plan_routes
from sim.expo.visitors.usual import mean_lengthening
from sim.expo.visitors.visitors import draw_visitors
from sim.files.problems import ScenarioError
from sim.floor.arrays import NEVER, Floor, IntArray, PartyDays, Sessions
from sim.matchmaking import own_policies
from sim.scenario.load import scenario_of
from sim.scenario.schema.countries import CODES
from sim.scenario.schema.data import STAGES
from sim.streams import Streams

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.expo.evenings import Evening
    from sim.expo.programme.programme import PlannedProgramme
    from sim.expo.programme.tours import Tours
    from sim.expo.visitors.visitors import Visitors
    from sim.scenario import Scenario

__all__ = ["build", "share"]


def build(
    scenario: Scenario | str | PathLike[str],
    replication: int = 0,
    seed: int | None = None,
    *,
    shared: Shared | None = None,
    tell: Callable[[str], object] = str,
    evening: tuple[Evening | None, ...] = (),
) -> Expo:
    """The expo of one replication, ready to run; replications count from 0.

    The same scenario, seed (the scenario's if left out) and replication give the same arrays. Raises
    ScenarioError if its population or its programme cannot be built. A name or a path stands for what
    `sim.load` makes of it. `shared` holds what earlier builds came to: what would be the same again is
    taken from there. `tell` is called with a few words for each part that begins: a large fair takes minutes.
    `evening`: what is known on an evening, where the days left are planned again; of each programme.
    """
    scenario = scenario_of(scenario)
    try:
        if shared is None:
            return _build(scenario, replication, seed, tell, evening)
        with shared.building(own_policies()):
            expo = _build(scenario, replication, seed, tell, evening)
        return replace(expo, floor=unprotected(expo.floor))
    except Misfit as error:
        raise ScenarioError([scenario.document.problem(error.keys, error.message)]) from error


def share(scenario: Scenario) -> None:
    """Work out, once for this process, what the builds of all replications of a scenario share."""
    score_reference(scenario)
    for persona in scenario.data.visitors:
        mean_lengthening(scenario, persona)


def _build(
    scenario: Scenario,
    replication: int,
    seed: int | None,
    tell: Callable[[str], object],
    evening: tuple[Evening | None, ...],
) -> Expo:
    data = scenario.data
    streams = Streams(data.expo.seed if seed is None else seed, replication)
    # a fixed population is the same companies in every replication
    population = Streams(streams.seed, 0) if data.expo.population == "fixed" else streams

    noted = Noted()  # what of the scenario is not done

    # who exhibits, and where everything stands
    tell("building: exhibitors")
    exhibiting, exhibitors = draw_exhibitors(scenario, population)
    venue = lay_out(scenario, exhibiting, exhibitors, streams)
    staff = roster(scenario, exhibiting, exhibitors, venue, streams)

    # who comes, what is on, and who would meet whom
    tell("building: visitors")
    visitors = draw_visitors(scenario, exhibiting, exhibitors, venue.before_tables(), streams, population)
    visitors = with_guests(scenario, exhibiting, visitors, venue, streams, population)
    visitors = those_who_come(scenario, exhibiting, visitors, streams, noted)
    organisations = visitors.companies.after(exhibiting, scenario, population)
    programme = plan_programme(scenario, exhibiting, exhibitors, venue, streams, noted)
    margin = minutes(data.behaviour.margin_minutes)
    known = venue.before_tables()  # what does not look at tables need not be done again for other tables
    duties = Duties(staff, known, len(exhibitors.staff))
    call_hosts(organisations, programme, duties, noted)
    duties.venue = venue
    everybody = Agenda(all_follow(scenario, visitors, venue, streams), venue, margin)
    wanted = ask_for_meetings(scenario, organisations, exhibitors, programme, everybody, duties, streams)

    # on which days, and when, if it has to be there for a programme
    tell("building: bookings")
    struck = struck_parties(scenario, exhibiting, visitors, streams)
    demand = demand_of(scenario, visitors, venue, wanted.programmes, struck, streams)
    visitors = on_days_with_slots(scenario, visitors, venue, demand, streams)
    agenda = Agenda(visitors, venue, margin)
    agenda.visitors, *held = with_windows(visitors, demand, agenda)

    # who is booked for what, the firmest bookings first; meetings bring people at their hours
    agenda.hold(*held)
    for number, (section, plan) in enumerate(zip(data.matchmaking.values(), wanted.plans, strict=True)):
        reserve(number, section, *plan, agenda, duties)
    if not any(len(plan) for plan, *_ in wanted.plans):  # nobody is at a table yet
        agenda.venue = duties.venue = known
    tours = plan_tours(
        scenario, organisations, exhibitors, agenda, duties, streams, len(programme.title), noted
    )
    register(scenario, organisations, programme, agenda, streams, noted)
    agenda.release()
    agenda.venue = duties.venue = venue
    planned = agenda.visitors
    agenda.visitors = holding(offering(scenario, planned, demand, venue), wanted.plans, agenda)
    requests, meetings, timetables = arrange_meetings(
        scenario, organisations, exhibitors, wanted, agenda, duties, streams, noted, evening
    )
    agenda.visitors = visitors = settled(planned, demand, agenda)

    # which booths they mean to see, and what fits in between
    tell("building: routes")
    stop_index, stops = plan_routes(scenario, organisations, exhibitors, venue, visitors, streams)
    book_interests(scenario, organisations, programme, agenda, streams, noted)
    book_meals(scenario, agenda, streams, noted)
    meetings = offer_again(scenario, wanted, requests, meetings, agenda, duties, streams, noted)

    # the floor, as the engine sees it
    tell("building: the floor")
    sessions = _all_sessions(programme, tours)
    most_rounds = int(sessions.rounds.max(initial=0))
    booking_index, bookings = final_bookings(agenda, most_rounds, streams)
    calls = final_calls(duties, most_rounds, streams)
    note_delegates(scenario, requests, calls, noted)
    floor = Floor(
        places=venue.places,
        staff=staff,
        party_days=_party_days(visitors, stop_index, booking_index),
        stops=stops,
        bookings=bookings,
        sessions=sessions,
        meetings=meetings,
        calls=calls,
        short_talk=max(1, minutes(data.behaviour.short_talk_minutes)),
        end=data.expo.days * DAY,
    )
    return Expo(
        name=scenario.name,
        title=data.expo.title,
        hash=scenario.hash,
        seed=streams.seed,
        replication=replication,
        terms=terms_of(scenario),
        organisations=organisations,
        exhibitors=exhibitors,
        parties=Parties(
            key=visitors.key[visitors.party],
            persona=visitors.persona[visitors.party],
            organisation=visitors.company[visitors.party],
            day=visitors.day,
            hosted=visitors.hosted[visitors.party],
            authority=visitors.authority[visitors.party],
            eagerness=visitors.eagerness[visitors.party],
        ),
        programme=_programme(scenario, organisations.chain, programme, tours, visitors),
        requests=requests,
        timetables=timetables,
        shortfalls=noted.shortfalls(),
        floor=floor,
        chains=tuple(data.chains),
        stages=STAGES,
        countries=CODES,
        personas=tuple(data.visitors),
        halls=venue.halls,
        pavilions=tuple(data.pavilions),
        sponsors=tuple(data.exhibitors.sponsors),
        matchmaking=tuple(data.matchmaking),
        places=venue.names,
        plan=floor_plan(scenario, venue),
        day_open=venue.day_open,
        day_close=venue.day_close,
    )


def _party_days(visitors: Visitors, stop_index: IntArray, booking_index: IntArray) -> PartyDays:
    return PartyDays(
        party=visitors.party,
        size=visitors.size,
        pace=visitors.pace,
        gate=visitors.gate,
        arrival=np.where(visitors.never, NEVER, visitors.arrival),
        gate_patience=visitors.gate_patience,
        check=visitors.check,
        stay=visitors.stay,
        latest=visitors.latest,
        patience=visitors.patience,
        queue_limit=visitors.queue_limit,
        stop_index=stop_index,
        booking_index=booking_index,
    )


def _all_sessions(programme: PlannedProgramme, tours: Tours) -> Sessions:
    """The activities, then the stops of tours."""
    both = (programme.sessions, tours.sessions)
    return Sessions(*(np.concatenate([getattr(s, c) for s in both]) for c in Sessions.__slots__))


def _programme(
    scenario: Scenario,
    chain: IntArray,
    programme: PlannedProgramme,
    tours: Tours,
    visitors: Visitors,
) -> Programme:
    """What the statistics know of the sessions and windows, row for row."""
    personas = list(scenario.data.visitors)
    rule = tuple(personas[p] for p in visitors.persona[visitors.party[tours.row]].tolist())
    kind = np.full(len(rule), SESSION_KINDS.index("tour"), dtype=np.int64)
    index = programme.host_index
    return Programme(
        title=programme.title + tuple(f"Tour of {name}" for name in rule),
        kind=np.concatenate((programme.kind, kind)),
        rule=programme.rule + rule,
        chain=np.concatenate((programme.chain, chain[tours.booth])),
        host_index=np.concatenate((index, index[-1] + 1 + np.arange(len(rule)))),
        host=np.concatenate((programme.host, tours.booth)),
        window_programme=programme.window_programme,
        window_day=programme.window_day,
        window_start=programme.window_start,
        window_end=programme.window_end,
        window_slots=programme.window_slots,
        window_tables=programme.window_tables,
    )
