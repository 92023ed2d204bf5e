from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from sim.expo import Expo
from sim.expo.booking.agenda import Agenda, Booked
from sim.expo.draw.draws import pair_salts, pair_uniform
from sim.expo.expo import SESSION_KINDS
from sim.expo.programme.attending import attendance, chain_pulls
from sim.expo.programme.bookings import book_meals, final_bookings
from sim.expo.programme.registering import _Registering, register
from sim.expo.shortfalls import Noted
from sim.expo.venue.hours import DAY, clock, minutes
from sim.floor.arrays import MINUTE, NEVER, NONE, IntArray
from sim.streams import Streams
from tests.expo.fair import Table, built, fair, parts

TOUR = SESSION_KINDS.index("tour")


def rows_of(expo: Expo) -> IntArray:
    """The party-day of each booking."""
    return np.repeat(np.arange(expo.floor.n_party_days), np.diff(expo.floor.party_days.booking_index))


def until_of(expo: Expo) -> IntArray:
    """When each booking is over, as planned."""
    b, s, m = expo.floor.bookings, expo.floor.sessions, expo.floor.meetings
    until = b.start + b.meal
    on = b.session != NONE
    until[on] = s.end[b.session[on]] + b.rounds[on] * s.round[b.session[on]]
    on = b.meeting != NONE
    until[on] = b.start[on] + m.duration[b.meeting[on]]
    return until


def walk(expo: Expo, row: int, a: int, b: int) -> int:
    """The engine's walking time, written anew."""
    p, pace = expo.floor.places, int(expo.floor.party_days.pace[row])
    if a == b:
        return 0
    if p.zone[a] == p.zone[b]:
        way = abs(int(p.x[a] - p.x[b])) + abs(int(p.y[a] - p.y[b]))
    else:
        way = int(p.to_door[a] + p.zone_distance[p.zone[a], p.zone[b]] + p.to_door[b])
    return max(1, way * pace)


AT_BOOTHS: dict[str, object] = {
    "matchmaking__hungary__location": "booth",
    "matchmaking__general__location": "booth",
    "matchmaking__general__requests": 900,
    "programme__seminars__registered": 35,
    "behaviour__margin_minutes": 0,
}


@pytest.mark.parametrize("change", [{}, AT_BOOTHS], ids=["tables", "booths"])
@pytest.mark.parametrize("replication", range(2))
def test_bookings_leave_time_to_walk_and_a_margin(replication: int, change: dict[str, object]) -> None:
    expo = built(replication, **change)
    b, until, row = expo.floor.bookings, until_of(expo), rows_of(expo)
    margin = minutes(fair(**change).data.behaviour.margin_minutes)
    kind = np.append(expo.programme.kind, NONE)[b.session]
    pairs = 0
    for k in range(1, len(row)):
        if row[k] != row[k - 1]:
            continue
        together = (b.meeting[k] != NONE and b.meeting[k - 1] != NONE) or kind[k] == kind[k - 1] == TOUR
        # between meetings there is the slots' buffer, between the stops of a tour the walk
        between = 0 if together else margin
        walking = walk(expo, int(row[k]), int(b.place[k - 1]), int(b.place[k]))
        if b.meeting[k] == NONE or b.meeting[k - 1] == NONE:
            assert until[k - 1] + between + walking <= b.start[k]
        assert until[k - 1] <= b.start[k]
        pairs += 1
    assert pairs > 100


def test_bookings_lie_within_the_visit() -> None:
    expo = built()
    b, d, row = expo.floor.bookings, expo.floor.party_days, rows_of(expo)
    for k, (r, place, until) in enumerate(
        zip(row.tolist(), b.place.tolist(), until_of(expo).tolist(), strict=True)
    ):
        gate = int(d.gate[r])
        if d.arrival[r] >= NEVER:
            assert not b.comes[k]
            continue
        assert d.arrival[r] + d.check[r] + walk(expo, r, gate, place) <= b.start[k]
        departure = min(int(d.arrival[r] + d.check[r] + d.stay[r]), int(d.latest[r]))
        assert until + walk(expo, r, place, gate) <= departure


def test_each_session_has_the_registrations_it_should_have() -> None:
    """Where there are single visitors enough, the people registered are met exactly."""
    expo, programme = built(), parts().programme
    b = expo.floor.bookings
    size = expo.floor.party_days.size[rows_of(expo)]
    own = b.session[(b.session != NONE) & (b.registered == 1)]
    people = np.bincount(
        own, weights=size[(b.session != NONE) & (b.registered == 1)], minlength=len(programme.title)
    )
    wanted = programme.registered
    # nobody can be there, with a margin, in the first minutes after the doors open
    late = programme.sessions.doors % DAY >= clock(fair().data.expo.opens) + 60 * MINUTE
    assert late.sum() > 10
    assert np.array_equal(people[: len(wanted)][late], wanted[late])


def test_the_share_of_registered_people_who_come_is_the_rules() -> None:
    expo = built(programme__seminars__show_probability=0.7, programme__seminars__registered=35)
    b = expo.floor.bookings
    seminars = np.array([rule == "seminars" for rule in expo.programme.rule])
    own = (b.session != NONE) & (b.registered == 1)
    own[own] = seminars[b.session[own]]
    assert own.sum() > 180
    assert abs(b.comes[own].mean() - 0.7) < 4 * np.sqrt(0.21 / own.sum())
    walks_in = (b.session != NONE) & (b.registered == 0)
    assert b.comes[walks_in].all()


def test_a_session_with_full_focus_draws_its_own_chain_alone() -> None:
    expo = built(programme__seminars__chain_focus=1.0, programme__seminars__registered=6)
    b = expo.floor.bookings
    own = (b.session != NONE) & (b.registered == 1)
    own[own] = np.array(expo.programme.rule)[b.session[own]] == "seminars"
    chain = expo.organisations.chain[expo.parties.organisation[rows_of(expo)]]
    assert own.sum() > 30
    assert np.array_equal(chain[own], expo.programme.chain[b.session[own]])


def test_only_its_own_chain_walks_in_to_a_session_with_full_focus() -> None:
    rules = ("seminars", "opening", "debuts")
    expo = built(**{f"programme__{rule}__chain_focus": 1.0 for rule in rules})
    b = expo.floor.bookings
    walks_in = (b.session != NONE) & (b.registered == 0)
    chain = expo.organisations.chain[expo.parties.organisation[rows_of(expo)]]
    assert walks_in.sum() > 30
    assert np.array_equal(chain[walks_in], expo.programme.chain[b.session[walks_in]])


def test_more_may_register_for_a_session_than_it_has_seats() -> None:
    expo = built(programme__seminars__registered=60)
    b, size = expo.floor.bookings, expo.floor.party_days.size[rows_of(expo)]
    own = (b.session != NONE) & (b.registered == 1)
    people = np.bincount(b.session[own], weights=size[own], minlength=len(expo.floor.sessions.seats))
    seminars = np.array([rule == "seminars" for rule in expo.programme.rule])
    assert (people > expo.floor.sessions.seats)[seminars].any()


def test_doors_do_not_open_before_their_place_does() -> None:
    closed = Table(
        kind="hall_closed", hall="east", **{"from": dt.time(9), "to": dt.time(10, 58)}
    )  # the opening ceremony is at eleven
    for expo, opens in ((built(), 10 * 60 + 45), (built(shocks__late=closed), 10 * 60 + 58)):
        assert expo.floor.sessions.doors[expo.programme.rule.index("opening")] == opens * MINUTE


def test_registered_people_mean_to_come_before_their_seats_are_given_away() -> None:
    expo = built()
    b, s = expo.floor.bookings, expo.floor.sessions
    at = np.flatnonzero((b.session != NONE) & (np.append(expo.programme.kind, NONE)[b.session] != TOUR))
    session = b.session[at]
    assert (b.start[at] >= s.doors[session]).all()
    assert (b.start[at] <= s.start[session]).all()
    held = b.registered[at] == 1
    assert (b.start[at] <= np.maximum(s.hold, s.doors)[session])[held].all()
    assert (b.start[at] > s.hold[session])[~held].any()


def test_rounds_stayed_for_fall_off_by_the_chance_of_staying() -> None:
    expo = built(programme__seminars__stay_for_round=0.5, programme__seminars__registered=35)
    b, s = expo.floor.bookings, expo.floor.sessions
    mixes = (b.session != NONE) & (s.rounds[b.session] == 4)
    rounds = b.rounds[mixes]
    assert len(rounds) > 200
    expected = np.array([0.5, 0.25, 0.125, 0.0625, 0.0625])
    assert np.abs(np.bincount(rounds, minlength=5) / len(rounds) - expected).max() < 0.12
    assert s.rounds.max() == b.mixing.shape[1] == 4
    drawn = b.mixing[mixes & (b.rounds > 0)]
    assert len(np.unique(drawn)) == drawn.size  # no ties


@pytest.mark.parametrize(
    "change", [{"programme__seminars__per_day": (6, 6)}, {"visitors__buyer__visits": 703}]
)
def test_a_seminar_or_party_more_leaves_the_draws_of_all_other_attendances(change: dict[str, object]) -> None:
    before, after = _attendances({}), _attendances(change)
    shared = before.keys() & after.keys()
    assert len(shared) > 0.5 * len(before)
    assert all(before[key] == after[key] for key in shared)


def _attendances(change: dict[str, object]) -> dict[tuple[int, int, int], tuple[int, int, int]]:
    """Show, rounds and mixing of each attendance, by the keys of session and party-day."""
    expo, (_, visitors, programme) = built(**change), parts(**change)
    b, row = expo.floor.bookings, rows_of(expo)
    found = {}
    for k in np.flatnonzero((b.session != NONE) & (b.session < len(programme.title))).tolist():
        key = (
            int(programme.key[b.session[k]]),
            int(visitors.day_key[row[k]]),
            int(b.registered[k]),
        )
        found[key] = (int(b.comes[k]), int(b.rounds[k]), int(b.mixing[k, 0]))
    return found


def test_a_party_more_displaces_hardly_any_registration() -> None:
    def registered(**change: object) -> set[tuple[int, int]]:
        expo, (_, visitors, programme) = built(**change), parts(**change)
        b, row = expo.floor.bookings, rows_of(expo)
        at = np.flatnonzero((b.registered == 1) & (b.session < len(programme.title)))
        return set(
            zip(programme.key[b.session[at]].tolist(), visitors.day_key[row[at]].tolist(), strict=True)
        )

    before, after = registered(), registered(visitors__public__visits=501)
    assert len(before ^ after) <= 4
    assert len(before) > 80


def test_tours_go_along_the_walk_with_a_host_at_each_booth() -> None:
    expo, (venue, visitors, _) = built(), parts()
    s, b, c = expo.floor.sessions, expo.floor.bookings, expo.floor.calls
    tours = np.flatnonzero(expo.programme.kind == TOUR)
    assert len(tours) > 20
    row = rows_of(expo)
    attends = np.flatnonzero(np.isin(b.session, tours))
    assert np.array_equal(np.sort(b.session[attends]), tours)  # one party each
    assert (b.registered[attends] == 1).all()
    assert np.array_equal(s.seats[b.session[attends]], expo.floor.party_days.size[row[attends]])
    hosts = np.flatnonzero(np.isin(c.session, tours))
    assert np.array_equal(np.sort(c.session[hosts]), tours)
    assert np.array_equal(c.booth[hosts], s.place[c.session[hosts]])
    for r in np.unique(row[attends]).tolist():
        mine = attends[row[attends] == r]
        assert len(mine) == 4
        steps = np.diff(venue.walk_rank[b.place[mine]]) % expo.n_exhibitors
        assert (steps >= 1).all()  # onwards; booths without a host are passed over
        assert steps.sum() <= 3 * 4
        assert visitors.party[r - 1] != visitors.party[r] or r == 0  # its first day
    index = expo.programme.host_index
    assert np.array_equal(np.diff(index)[tours], np.ones(len(tours)))
    assert np.array_equal(expo.programme.host[index[tours]], s.place[tours])


def test_meals_are_in_the_meal_hours_at_a_place_to_eat() -> None:
    expo, (venue, visitors, _) = built(), parts()
    b, row = expo.floor.bookings, rows_of(expo)
    meals = np.flatnonzero(b.meal > 0)
    behaviour = fair().data.behaviour
    time = b.start[meals] % DAY
    assert time.min() >= clock(behaviour.meal_from)
    assert time.max() <= clock(behaviour.meal_to)
    assert len(np.unique(row[meals])) == len(meals)
    seats = {int(place): int(expo.floor.places.servers[place]) for place in venue.catering}
    shares = np.array([(b.place[meals] == place).mean() for place in seats])
    expected = np.array(list(seats.values())) / sum(seats.values())
    assert np.abs(shares - expected).max() < 0.15
    spans = (visitors.arrival % DAY < clock(behaviour.meal_to)) & (
        visitors.departure % DAY > clock(behaviour.meal_from)
    )
    assert 0.25 < len(meals) / spans.sum() < 0.35  # of those the scenario's 0.35, if it fits


def test_a_meal_that_does_not_fit_is_as_near_as_can_be_and_rather_earlier() -> None:
    short = Table(dist="constant", value=10)
    settings = {f"venue__catering__{name}__meal_minutes": short for name in ("canteen", "bar")}
    (venue, visitors, _), scenario = parts(**settings), fair(**settings)

    def meals(agenda: Agenda) -> Booked:
        book_meals(scenario, agenda, Streams(11, 0), Noted())
        booked = Booked.joined(agenda.parts).in_order()
        return booked.of(booked.meal > 0)

    liked = meals(Agenda(visitors, venue, 0))
    taken = Agenda(visitors, venue, 0)
    # a minute is taken from when they would like to begin; a quarter of an hour either way is free
    taken.add(Booked(liked.row, liked.place, liked.start, liked.start + MINUTE))
    time = liked.start - visitors.day[liked.row] * DAY
    behaviour, quarter = scenario.data.behaviour, 15 * MINUTE
    either = (time - quarter >= clock(behaviour.meal_from)) & (time + quarter <= clock(behaviour.meal_to))
    for shift in (-quarter, quarter):
        start = liked.start + shift
        either &= taken.fits(liked.row, liked.place, start, start + 10 * MINUTE)
    assert either.sum() > 50
    found = meals(taken)
    where = np.searchsorted(found.row, liked.row[either])
    assert np.array_equal(found.row[where], liked.row[either])
    assert (found.start[where] == liked.start[either] - quarter).all()


def test_walk_ins_are_spread_by_pull_and_hold_no_seat() -> None:
    expo = built(programme__debuts__walk_in_pull=0.0)
    b = expo.floor.bookings
    walks_in = (b.session != NONE) & (b.registered == 0)
    assert walks_in.sum() > 20
    rules = np.array(expo.programme.rule)[b.session[walks_in]]
    assert not (rules == "debuts").any()
    buyers = expo.personas.index("buyer")
    persona = expo.parties.persona[rows_of(expo)]
    assert (persona[walks_in] == buyers).mean() > 0.5  # they have the most interests


def test_what_an_agenda_says_fits_does() -> None:
    venue, visitors, _ = parts()
    agenda = Agenda(visitors, venue, 10 * MINUTE)
    row = np.flatnonzero(visitors.departure - visitors.arrival > 300 * MINUTE)[:1]
    middle = (visitors.arrival[row] + visitors.departure[row]) // 2
    place, other = venue.catering[:1], venue.gates[:1]
    assert agenda.fits(row, place, middle, middle + MINUTE).all()
    agenda.add(Booked(row, place, middle, middle + MINUTE, meal=np.array(MINUTE)))
    apart = 10 * MINUTE + agenda.walk(row, other, place)
    for shift, fits in ((0, True), (1, False)):
        until = middle - apart + shift
        assert agenda.fits(row, other, until - MINUTE, until).all() == fits
        start = middle + MINUTE + apart - shift
        assert agenda.fits(row, other, start, start + MINUTE).all() == fits
    neighbour = row + 1
    long = visitors.departure[neighbour] - visitors.arrival[neighbour] > 100 * MINUTE
    start = visitors.departure[neighbour] - 30 * MINUTE
    assert agenda.fits(neighbour, place, start, start + MINUTE).all() == long.all()


def test_a_first_booking_leaves_the_margin_and_the_walk_after_the_check_and_a_last_one_the_way_out() -> None:
    venue, visitors, _ = parts()
    agenda = Agenda(visitors, venue, 10 * MINUTE)
    row = np.flatnonzero(visitors.departure - visitors.arrival > 100 * MINUTE)
    gate, place = visitors.gate[row], np.full(len(row), venue.catering[0])
    first = visitors.arrival[row] + visitors.check[row] + 10 * MINUTE + agenda.walk(row, gate, place)
    assert agenda.fits(row, place, first, first + MINUTE).all()
    assert not agenda.fits(row, place, first - 1, first + MINUTE).any()
    last = visitors.departure[row] - agenda.walk(row, place, gate)
    assert agenda.fits(row, place, last - MINUTE, last).all()
    assert not agenda.fits(row, place, last - MINUTE, last + 1).any()


def test_who_registers_hangs_on_the_streams_alone() -> None:
    (venue, visitors, programme), scenario = parts(), fair()

    def sessions(seed: int) -> list[int]:
        agenda = Agenda(visitors, venue, 10 * MINUTE)
        register(scenario, built().organisations, programme, agenda, Streams(seed, 0), Noted())
        booked: list[int] = final_bookings(agenda, 4, Streams(11, 0))[1].session.tolist()
        return booked

    assert sessions(11) == sessions(11)
    assert sessions(11) != sessions(12)


def test_those_register_who_would_session_by_session_and_party_by_party() -> None:
    (venue, visitors, programme), scenario, streams = parts(), fair(), Streams(11, 0)
    organisations, sessions = built().organisations, programme.sessions
    agenda, plain = (Agenda(visitors, venue, 10 * MINUTE) for _ in range(2))
    register(scenario, organisations, programme, agenda, streams, Noted())

    pulls = chain_pulls(scenario, programme)[:, organisations.chain[visitors.company[visitors.party]]]
    ring = -np.log(pair_uniform(pair_salts(streams, "registration", programme.key), visitors.day_key))
    short = 0
    for s in np.argsort(sessions.start, kind="stable").tolist():
        wanted = int(programme.registered[s])
        there = (visitors.day == programme.day[s]) & (visitors.arrival < sessions.start[s])
        able = np.flatnonzero(there & (visitors.departure > sessions.end[s]) & (pulls[s] > 0))
        for row in able[np.argsort(ring[s, able] / pulls[s, able])]:
            if visitors.size[row] <= wanted:
                one = attendance(programme, np.array([s]), np.array([row]), True, plain, streams)
                if plain.fits(one.row, one.place, one.start, one.until).all():
                    plain.add(one)
                    wanted -= int(visitors.size[row])
        short += wanted > 0
    assert short  # somebody's registrations stand in the way of others
    booked, found = (final_bookings(each, 4, streams)[1] for each in (agenda, plain))
    assert len(booked.session) > 20
    for column in booked.__slots__:
        assert getattr(booked, column).tolist() == getattr(found, column).tolist()


def test_registrations_in_the_making_stand_in_each_others_way_as_on_the_agenda() -> None:
    (venue, visitors, _), rng, n = parts(), np.random.default_rng(5), 400
    agenda, plain = (Agenda(visitors, venue, MINUTE) for _ in range(2))
    long = np.flatnonzero(visitors.departure - visitors.arrival > 2 * 60 * MINUTE)
    row = rng.choice(long[:20], n)
    start = visitors.arrival[row] + rng.integers(0, 2 * 60 * MINUTE, n)
    order = np.argsort(start)  # as sessions register: in order of their starts
    row, start = row[order], start[order]
    asked = Booked(row, rng.integers(0, len(venue.places.kind), n), start, start + 3 * MINUTE)
    registering = _Registering(agenda)
    (able,) = registering.those_who_could(asked, np.zeros(n, dtype=np.int64), 1)
    assert registering.take(able, 10**9) > 0
    registering.book()
    near = 0
    for k in range(n):
        one = asked.of(slice(k, k + 1))
        if plain.fits(one.row, one.place, one.start, one.until)[0]:
            plain.add(one)
        elif plain.within(one.row, one.place, one.start, one.until)[0]:
            others = Booked.joined(plain.parts)
            mine = others.row == row[k]
            near += not ((others.start[mine] < one.until) & (one.start < others.until[mine])).any()
    assert near > 20  # of which it is the way that hinders them
    booked, found = (final_bookings(each, 0, Streams(1, 0))[1] for each in (agenda, plain))
    assert len(booked.start) > 100
    assert booked.start.tolist() == found.start.tolist()
    assert booked.place.tolist() == found.place.tolist()
