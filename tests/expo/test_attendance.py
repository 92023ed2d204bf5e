"""Attendance: days and hours follow appointments, hosts' windows and opening hours; some never come."""

from __future__ import annotations

import datetime as dt
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from scipy.stats import t as student

import sim
from sim.engine import simulate
from sim.expo import Expo, build
from sim.expo.venue.hours import DAY
from sim.expo.visitors.no_shows import absence, no_show_of_who_comes
from sim.floor.arrays import MINUTE, NEVER, NONE, IntArray
from sim.floor.contract import faults
from sim.floor.index import owners
from sim.floor.laws import broken_laws
from sim.floor.trace import Kind, Outcome
from sim.scenario import Scenario
from sim.statistics.kpis.registry import evaluate
from sim.streams import FloatArray, Streams, subkeys
from tests.expo.fair import TOML, Table, built, fair, parts, scenario_of

SMALL = """
[expo]
title = "A small fair"
first_day = 2025-05-20
seed = 5
[venue]
gross_area_m2 = 900
[venue.halls.main]
width_m = 30
depth_m = 30
[venue.gates.south]
x_m = 15
y_m = -10
[chains.machines]
hall = "main"
[exhibitors]
count = 12
[visitors.buyer]
kind = "buyer"
visits = 110
matchmaking_share = 0.4
stay_minutes = { dist = "gamma", mean = 150, cv = 0.4 }
stops = 4
passing_stops = 2
[matchmaking.main]
hall = "main"
tables = 4
from = 10:00:00
to = 16:00:00
requests = 70
"""


@cache
def small(**settings: object) -> Scenario:
    """The small fair, with settings by path (`__` for a dot)."""
    return scenario_of(SMALL, **settings)


@cache
def small_meetings(replication: int, **settings: object) -> tuple[int, int]:
    """Meetings scheduled at the small fair, and requests accepted."""
    expo = build(small(**settings), replication)
    return scheduled(expo), int(expo.requests.accepted.sum())


def accepted_of(expo: Expo) -> IntArray:
    """Accepted requests of each party."""
    r = expo.requests
    yes = r.accepted == 1
    party = np.concatenate((r.asker_party[yes], r.asked_party[yes]))
    number: IntArray = np.bincount(party[party != NONE], minlength=int(expo.floor.party_days.party.max()) + 1)
    return number


def scheduled(expo: Expo) -> int:
    """Meetings that are not stand-bys'."""
    return int((expo.floor.meetings.standby_for == NONE).sum())


def at_least(differences: FloatArray, level: float = 0.0) -> bool:
    """Whether the mean of paired differences is not below `level` by more than chance allows (99.9 %)."""
    n = len(differences)
    wide = student.ppf(0.999, n - 1) * differences.std(ddof=1) / n**0.5
    return bool(differences.mean() + wide >= level)


def test_who_has_agreed_to_nothing_keeps_hours_bookings_and_route() -> None:
    follows, stays = built(), built(visitors__buyer__follows_meetings=0)
    none = np.flatnonzero((accepted_of(follows) == 0)[follows.floor.party_days.party])
    assert len(none) > 300
    for name in ("party", "size", "gate", "arrival", "check", "stay", "latest", "patience"):
        before, after = (getattr(expo.floor.party_days, name)[none] for expo in (stays, follows))
        assert np.array_equal(before, after), name
    for table, index in (("stops", "stop_index"), ("bookings", "booking_index")):
        kept = []
        for expo in (stays, follows):
            row = owners(getattr(expo.floor.party_days, index))
            of = np.isin(row, none)
            if table == "bookings":  # whom nobody asked is in no meeting, walks in and eats as before
                of &= getattr(expo.floor, table).meal == 0
            kept.append((row[of], getattr(expo.floor, table).place[of]))
        assert np.array_equal(kept[0][0], kept[1][0])
        assert np.array_equal(kept[0][1], kept[1][1])


def test_hours_are_moved_as_little_as_holds_all_bookings() -> None:
    follows, stays = built(), built(visitors__buyer__follows_meetings=0)
    d, base = follows.floor.party_days, stays.floor.party_days
    row = owners(d.booking_index)
    b = follows.floor.bookings
    with_meeting = np.unique(row[(b.meeting != NONE)])
    with_meeting = with_meeting[d.arrival[with_meeting] < NEVER]
    moved = with_meeting[(d.arrival != base.arrival)[with_meeting]]
    longer = with_meeting[(d.stay > base.stay)[with_meeting]]
    assert len(moved) > 20
    assert len(longer) > 3
    assert (d.stay >= base.stay)[with_meeting].all()
    leaves = d.arrival + d.check + d.stay
    assert (np.minimum(leaves, d.latest) - d.arrival <= np.maximum(480 * MINUTE, base.check + base.stay))[
        with_meeting
    ].all()
    # who came earlier than planned, and did not stay longer, has a booking that needs it
    first = np.full(len(d.party), NEVER)
    np.minimum.at(first, row, b.start)
    earlier = moved[(d.arrival < base.arrival)[moved] & (d.stay == base.stay)[moved]]
    assert len(earlier) > 5
    assert (first[earlier] < base.arrival[earlier] + base.check[earlier] + 60 * MINUTE).all()
    assert faults(follows.floor) == []


@pytest.mark.elsewhere
def test_of_accepted_requests_nearly_all_find_a_slot_as_if_everybody_stayed_all_day() -> None:
    def share(**settings: object) -> FloatArray:
        found = [small_meetings(r, **settings) for r in range(12)]
        return np.array([meetings / max(1, accepted) for meetings, accepted in found])

    own, follows = share(visitors__buyer__follows_meetings=0), share()
    all_day = share(visitors__buyer__stay_minutes=600, visitors__buyer__arrival_shares=Table({"9": 1}))
    assert at_least(follows - own, 0.15)
    assert at_least(follows - all_day, -0.05)


def test_parties_come_on_days_on_which_they_can_meet_and_on_as_many_as_before() -> None:
    settings: dict[str, object] = {
        "matchmaking__general__windows": (0, 2),
        "matchmaking__hungary__windows": (0, 1),
    }
    follows, stays = built(**settings), built(**settings, visitors__buyer__follows_meetings=0)
    agreed = accepted_of(follows)
    for expo in (follows, stays):
        size = expo.floor.party_days.size[expo.floor.party_days.arrival < NEVER]
        assert size.sum() == sum(p.visits for p in fair().data.visitors.values())
    days = [np.bincount(e.floor.party_days.party, minlength=len(agreed)) for e in (follows, stays)]
    assert np.array_equal(days[0], days[1])
    second = np.zeros((2, len(agreed)), dtype=np.bool_)
    for k, expo in enumerate((follows, stays)):
        second[k, expo.floor.party_days.party[expo.parties.day == 1]] = True
    assert second[0, agreed > 0].all()
    assert not second[1, agreed > 0].all()
    assert np.array_equal(second[0, agreed == 0], second[1, agreed == 0])
    assert scheduled(follows) > scheduled(stays) + 20
    assert faults(follows.floor) == []


def test_no_more_days_are_exchanged_than_a_party_needs_for_what_it_has_agreed_to() -> None:
    settings: dict[str, object] = {
        "expo__days": 4, "visitors__buyer__days_each": 2.0, "visitors__buyer__visits": 400,
        "matchmaking__main__windows": (0, 0, 1, 1), "matchmaking__main__requests": 150,
    }  # fmt: skip
    follows = build(small(**settings))
    stays = build(small(**settings, visitors__buyer__follows_meetings=0))
    agreed = accepted_of(follows)
    here = np.zeros((2, len(agreed)), dtype=np.int64)  # days with slots
    for k, expo in enumerate((follows, stays)):
        np.add.at(here[k], expo.floor.party_days.party, expo.parties.day >= 2)
    few = (agreed > 0) & (agreed < 8)  # a day has at least as many slots
    assert np.count_nonzero(few & (here[1] == 0)) > 3
    assert np.array_equal(here[0, few], np.maximum(here[1, few], 1))


def test_a_party_does_not_go_to_a_day_on_which_nobody_of_its_persona_comes() -> None:
    expo = built(matchmaking__general__windows=(0, 2), visitors__buyer__day_shares=(1, 0))
    assert (expo.parties.day[expo.parties.persona == expo.personas.index("buyer")] == 0).all()


def test_hosted_parties_are_there_for_all_slots_and_book_nothing_else_then() -> None:
    settings: dict[str, object] = {
        "visitors__buyer__hosted_share": 1,
        "matchmaking__general__guests": ("buyer",),
        "matchmaking__general__from": dt.time(11),
        "matchmaking__general__to": dt.time(15),
        "matchmaking__hungary__requests": 0,
        "matchmaking__hungary__guests": ("public",),
        "visitors__public__matchmaking_share": 0.1,
    }
    expo = built(**settings)
    d, b, row = expo.floor.party_days, expo.floor.bookings, owners(expo.floor.party_days.booking_index)
    agreed = accepted_of(expo) > 0
    p = expo.programme
    window = {
        int(p.window_day[w]): (int(p.window_start[w]), int(p.window_end[w]))
        for w in np.flatnonzero(p.window_programme == 0).tolist()
    }
    leaves = np.minimum(d.arrival + d.check + d.stay, d.latest)
    seen = 0
    for r in np.flatnonzero(agreed[d.party] & (d.arrival < NEVER)).tolist():
        start, end = window[int(expo.parties.day[r])]
        assert d.arrival[r] + d.check[r] < start
        assert leaves[r] > end
        seen += 1
        for k in np.flatnonzero((row == r) & (b.session != NONE) & (b.registered == 1)).tolist():
            assert b.start[k] < start or b.start[k] >= end
    assert seen > 60
    free = built(**settings, matchmaking__general__hosted_attend="as_others")
    assert (free.floor.party_days.stay < d.stay).any()
    assert scheduled(expo) >= scheduled(free) > 0


@pytest.mark.elsewhere
def test_no_shows_are_no_show_in_all_and_come_together_as_people_do() -> None:
    p, share = 0.4, 0.5
    alpha = p * share
    rest = (p - alpha) / (1 - alpha)
    together = alpha + (1 - alpha) * rest**2  # 0.25; of meetings' own no-shows it would be 0.16
    rho = (together - p**2) / (p * (1 - p))
    single = both = pairs = n = 0.0
    # squares of how many more are missing than on average, over the variance of the closed form: of each
    # agenda, and of all in a replication; and what the first would be of meetings' own no-shows
    spread: list[float] = []
    in_all: list[float] = []
    alone: list[float] = []
    for r in range(40):
        expo = build(small(matchmaking__main__no_show=p, matchmaking__main__no_show_personal_share=share), r)
        b, row = expo.floor.bookings, owners(expo.floor.party_days.booking_index)
        at = np.flatnonzero(b.meeting != NONE)
        away = b.comes[at] == 0
        party = expo.floor.party_days.party[row[at]]
        n += len(at)
        single += away.sum()
        agendas, missing = np.bincount(party), np.bincount(party, away)
        variance = p * (1 - p) * agendas * (1 + (agendas - 1) * rho)
        both += (missing * (missing - 1)).sum()
        pairs += (agendas * (agendas - 1)).sum()
        spread += ((missing - p * agendas)[agendas > 1] ** 2 / variance[agendas > 1]).tolist()
        alone += (1 / (1 + (agendas - 1) * rho))[agendas > 1].tolist()
        in_all.append(float((away.sum() - p * len(at)) ** 2 / variance.sum()))
        calls = expo.floor.calls
        booth = dict(zip(calls.meeting.tolist(), calls.booth.tolist(), strict=True))
        met = [(v, booth[k]) for v, k in zip(party.tolist(), b.meeting[at].tolist(), strict=True)]
        assert len(set(met)) == len(met)  # so that of no exhibitor's meetings two are missed together
    assert n > 1000
    assert single / n == pytest.approx(p, abs=4 * (p * (1 - p) * 2 / n) ** 0.5)
    assert both / pairs == pytest.approx(together, abs=0.045)
    error = float(np.std(spread)) / len(spread) ** 0.5
    assert np.mean(spread) == pytest.approx(1, abs=3 * error)
    assert np.mean(alone) < 1 - 6 * error  # that would be seen
    assert np.mean(in_all) == pytest.approx(1, abs=3 * (2 / 40) ** 0.5)


def test_who_never_travels_asked_before_and_is_nowhere_afterwards() -> None:
    all_come, some = built(), built(visitors__buyer__never_travel_share=0.3)
    for column in ("asker", "asked", "accepted", "meeting"):
        assert np.array_equal(getattr(all_come.requests, column), getattr(some.requests, column)), column
    trace = simulate(some.floor)
    d = some.floor.party_days
    absent = np.flatnonzero(d.arrival >= NEVER)
    assert len(absent) > 60
    rows = np.isin(trace.actor, absent)
    assert set(trace.outcome[rows].tolist()) <= {Outcome.NO_SHOW, Outcome.NOT_NEEDED}
    assert {Kind.MEETING, Kind.SESSION} == set(map(Kind, trace.kind[rows].tolist()))
    assert broken_laws(some.floor, trace) == []
    come = d.size[d.arrival < NEVER].sum()
    assert come == sum(persona.visits for persona in fair().data.visitors.values())
    result = sim.Result(some, trace)
    assert result.kpis["visits.never_came"] == d.size[absent].sum()
    assert result.visits["arrival"].isna().sum() == len(absent)
    assert not result.event_log()["entity_id"].isin(absent).any()


def test_reminders_bring_people_and_change_no_timetable() -> None:
    plain = built(matchmaking__general__no_show=0.5)
    reminded = built(matchmaking__general__no_show=0.5, matchmaking__general__against_no_shows="reminders")
    assert np.array_equal(plain.requests.meeting, reminded.requests.meeting)
    away = [expo.parties.key[expo.floor.party_days.arrival >= NEVER] for expo in (plain, reminded)]
    assert set(away[1].tolist()) < set(away[0].tolist())


def test_hours_act_on_visits_by_their_elasticity_and_leave_the_rest_alone() -> None:
    def keys(elasticity: float, hour: int) -> set[int]:
        visitors = parts(
            expo__usual_hours=(8,), expo__hours_elasticity=elasticity, expo__closes=dt.time(hour),
            visitors__public__visits=4000,
        ).visitors  # fmt: skip
        return set(visitors.day_key.tolist())

    usual = keys(0.5, 17)
    assert usual == set(parts(visitors__public__visits=4000).visitors.day_key.tolist())
    assert keys(0, 13) == usual
    fewer = [keys(0.5, hour) for hour in (16, 15, 13)]
    assert usual > fewer[0] > fewer[1] > fewer[2]
    for hour, kept in zip((16, 15, 13), fewer, strict=True):
        expected = ((hour - 9) / 8) ** 0.5
        assert len(kept) / len(usual) == pytest.approx(
            expected, abs=4 * (expected * (1 - expected) / 1500) ** 0.5
        )
    assert usual < keys(0.5, 19)


def test_opening_hours_outside_the_profile_are_filled_by_it() -> None:
    def hours(**settings: object) -> set[int]:
        arrival = parts(
            visitors__public__visits=4000,
            visitors__public__bunch_size=1,
            visitors__public__party_size=1,
            expo__opens=dt.time(8),
            expo__closes=dt.time(20),
            **settings,
        ).visitors
        public = arrival.of_persona(list(fair().data.visitors).index("public"))
        return set((arrival.arrival[public] // (60 * MINUTE) % 24).tolist())

    assert hours() == set(range(8, 20))
    shares = Table({"9": 1, "10": 2})
    assert hours(visitors__public__arrival_shares=shares) == {9, 10}
    assert hours(visitors__public__arrival_shares=shares, visitors__public__arrival_beyond=0.5) == set(
        range(8, 20)
    )


@pytest.mark.elsewhere
@pytest.mark.parametrize("elasticity", [0.0, 0.5])
def test_closing_earlier_never_raises_visits_or_meetings(elasticity: float) -> None:
    def totals(hour: int) -> FloatArray:
        scenario = small(
            expo__usual_hours=(8,), expo__hours_elasticity=elasticity, expo__closes=dt.time(hour),
            matchmaking__main__to=dt.time(min(hour, 16)),
        )  # fmt: skip
        found = []
        for r in range(10):
            ledger = sim.run(scenario, replication=r).ledger
            names = ("visits.people", "visits.stay_minutes", "meetings.scheduled", "meetings.held")
            found.append([evaluate(ledger, [name])[name] for name in names])
        return np.array(found)

    sweep = [totals(hour) for hour in (17, 15, 13)]
    for later, earlier in pairwise(sweep):
        for column in range(4):
            assert at_least(later[:, column] - earlier[:, column]), column
    fewer = (sweep[0] - sweep[-1]).mean(axis=0)
    assert (fewer[1:] > 0).all()
    assert fewer[0] > 0 if elasticity else fewer[0] == 0


@pytest.mark.elsewhere
def test_what_more_tables_bring_shows_when_people_come_for_their_meetings() -> None:
    def more(**settings: object) -> FloatArray:
        few, many = (
            [small_meetings(r, **settings, **tables)[0] for r in range(12)]
            for tables in ({"matchmaking__main__tables": 1}, {})  # of four
        )
        gain: FloatArray = np.array(many, dtype=np.float64) - np.array(few)
        return gain

    follows, own = more(), more(visitors__buyer__follows_meetings=0)
    assert (follows >= 0).all()
    assert at_least(follows - own, 1.0)
    assert (follows - own).mean() > 1.0


def test_hours_offered_hold_requests_back_that_wait_for_an_answer() -> None:
    more = "requests = 900\npending_blocks = true\nanswer_days = 2.0\nmost_meetings_each = 2"
    toml = TOML.replace("requests = 300", more)
    assert toml != TOML
    expo = build(scenario_of(toml))
    general = expo.requests.programme == 0
    party = np.concatenate((expo.requests.asker_party, expo.requests.asked_party))
    accepted = np.tile(general & (expo.requests.accepted == 1), 2) & (party != NONE)
    assert 0 < np.bincount(party[accepted]).max() <= 2


def test_closing_earlier_moves_only_those_who_would_have_come_later() -> None:
    usual, earlier = (parts(expo__closes=dt.time(hour)).visitors for hour in (17, 14))
    closes = 14 * 60 * MINUTE - 30 * MINUTE  # the gates, before the doors
    late = usual.arrival - usual.day * DAY >= closes
    assert 0.02 < late.mean() < 0.4
    moved = usual.arrival != earlier.arrival
    assert (late | (usual.arrival - usual.day * DAY >= 13 * 60 * MINUTE))[moved].all()
    assert moved[late].all()


def test_of_who_is_in_several_programmes_no_more_stay_away_than_any_misses() -> None:
    """General asks for 0.5 · 1 of absence, hungary for 0.2 · 0.5 of its 0.2; 0.3 never travel."""
    settings: dict[str, object] = {
        "visitors__buyer__matchmaking_share": 1.0,
        "visitors__buyer__never_travel_share": 0.3,
        "matchmaking__general__no_show": 0.5,
        "matchmaking__general__no_show_personal_share": 1.0,
        "matchmaking__hungary__no_show": 0.2,
        "matchmaking__hungary__no_show_personal_share": 0.5,
    }
    keys = subkeys(7, np.arange(4000))
    found = absence(fair(**settings), "buyer", keys, Streams(1, 0))
    assert found.chance.tolist() == [0.2] * 4000
    assert found.of_all == pytest.approx(1 - 0.7 * 0.8)
    assert found.absent.mean() == pytest.approx(1 - 0.7 * 0.8, abs=4 * (0.44 * 0.56 / 4000) ** 0.5)


def test_who_comes_misses_what_is_left_of_the_no_shows() -> None:
    chance = np.array([0.0, 0.1, 0.3, 0.5, 1.0])
    left = no_show_of_who_comes(0.3, chance)
    assert (chance + (1 - chance) * left)[:3] == pytest.approx(0.3)
    assert left[2:].tolist() == [0, 0, 0]
