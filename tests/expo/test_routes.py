from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sim import parts as at_once
from sim.engine import simulate
from sim.expo import Expo, build
from sim.expo.shared import Shared
from sim.expo.visitors import routes
from sim.expo.visitors.choices import NEAR
from sim.expo.watched import same
from sim.floor.arrays import MINUTE, NEVER, IntArray
from sim.floor.geography import walks
from sim.floor.trace import Kind
from sim.matchmaking import Profiles, fit
from sim.scenario.schema.data import STAGES
from sim.streams import KeyArray
from tests.expo.fair import ONE_TRY, ROUTES_END, TOML, Table, built, fair, parts, scenario_of

LOOK = Table(dist="lognormal", mu=1.0, sigma=0.7, low=0.2, high=40.0)
ONE_STOP = (
    TOML.replace("visits = 500", "visits = 4000\nown_chain_share = SHARE\nnearness = NEARNESS")
    .replace(
        'passing_stops = { dist = "constant", value = 4 }', 'passing_stops = { dist = "constant", value = 0 }'
    )
    .replace('stops = { dist = "constant", value = 8 }', 'stops = { dist = "constant", value = 1 }')
)


def rows_of(expo: Expo) -> IntArray:
    """The party-day of each stop."""
    return np.repeat(np.arange(expo.floor.n_party_days), np.diff(expo.floor.party_days.stop_index))


def persona_of(expo: Expo, name: str) -> IntArray:
    return np.flatnonzero(expo.parties.persona == expo.personas.index(name))


def stops_by_key(expo: Expo, day_key: KeyArray) -> dict[tuple[int, str], tuple[int, int, int]]:
    """What is wanted at each stop, by the key of the party-day and the name of the exhibitor."""
    s, names = expo.floor.stops, expo.organisations.name
    wanted = zip(s.look.tolist(), s.talk.tolist(), s.again.tolist(), strict=True)
    where = zip(day_key[rows_of(expo)].tolist(), (names[p] for p in s.place.tolist()), strict=True)
    return dict(zip(where, wanted, strict=True))


def test_everybody_has_as_many_distinct_stops_as_drawn() -> None:
    expo = built(**ROUTES_END)
    number = np.diff(expo.floor.party_days.stop_index)
    assert (number[persona_of(expo, "public")] == 12).all()
    pair = rows_of(expo) * expo.n_exhibitors + expo.floor.stops.place
    assert len(np.unique(pair)) == len(pair)


def test_who_wants_more_stops_than_there_are_booths_gets_them_all() -> None:
    expo = built(
        exhibitors__count=6,
        exhibitors__overseas_share=0.7,
        exhibitors__countries=4,
        matchmaking__general__requests=0,
        **ROUTES_END,
    )
    own = persona_of(expo, "staffers")
    public = persona_of(expo, "public")
    number = np.diff(expo.floor.party_days.stop_index)
    assert expo.n_exhibitors == 12
    assert (number[public] == 12).all()
    assert number[own].max() == 11  # all but their own


def test_nobody_stops_at_his_own_booth() -> None:
    expo = built()
    organisation = expo.parties.organisation[rows_of(expo)]
    assert (expo.floor.stops.place != organisation).all()
    assert (organisation < expo.n_exhibitors).any()


def test_stops_are_in_walking_order_once_around() -> None:
    expo, venue = built(**ROUTES_END, behaviour__returns_first_share=0.0), parts().venue
    rank = venue.walk_rank[expo.floor.stops.place]
    index = expo.floor.party_days.stop_index
    starts = []
    for low, high in zip(index[:-1].tolist(), index[1:].tolist(), strict=True):
        steps = np.diff(rank[low:high])
        assert (steps > 0).sum() <= 1 or (steps < 0).sum() <= 1
        starts.append(rank[low])
    halves = np.bincount(np.array(starts) * 2 // expo.n_exhibitors, minlength=2) / len(starts)
    assert halves.min() > 0.4  # people spread over the walk


def test_planned_stops_in_the_own_chains_follow_the_needs() -> None:
    expo = build(scenario_of(ONE_STOP.replace("SHARE", "1.0").replace("NEARNESS", "0.0")))
    rows = persona_of(expo, "public")
    where = expo.floor.stops.place[expo.floor.party_days.stop_index[rows]]
    o = expo.organisations
    cell = o.chain * len(STAGES) + o.stage
    company = expo.parties.organisation[rows]
    weight = np.zeros(o.needs.shape[1])
    np.add.at(weight, cell[: expo.n_exhibitors], expo.exhibitors.attraction)
    chance = o.needs[company] * weight
    chance /= chance.sum(axis=1, keepdims=True)
    expected, found = chance.sum(axis=0), np.bincount(cell[where], minlength=len(weight))
    assert expected.sum() == pytest.approx(len(rows))
    assert (found[expected == 0] == 0).all()
    deviation = (found - expected) / np.sqrt(np.maximum(expected, 5))
    assert np.abs(deviation).max() < 4


def test_attraction_and_nearness_draw_people_to_a_booth() -> None:
    expo = build(scenario_of(ONE_STOP.replace("SHARE", "0.0").replace("NEARNESS", "2.0")))
    venue = parts().venue
    rows = persona_of(expo, "public")
    where = expo.floor.stops.place[expo.floor.party_days.stop_index[rows]]
    gate = expo.floor.party_days.gate[rows]
    for g in np.unique(gate).tolist():
        far = venue.walk(g, np.arange(expo.n_exhibitors)).astype(float)
        closeness = 1 - (far - far.min()) / (far.max() - far.min())
        chance = expo.exhibitors.attraction * np.exp(2.0 * closeness)
        expected = chance / chance.sum() * (gate == g).sum()
        found = np.bincount(where[gate == g], minlength=expo.n_exhibitors)
        assert np.abs((found - expected) / np.sqrt(np.maximum(expected, 5))).max() < 4.5


def test_stops_in_passing_are_near_planned_ones() -> None:
    only = {"visitors__public__own_chain_share": 0.0, **ROUTES_END}
    plain = built(**only)
    without = built(**only, visitors__public__passing_stops=Table(dist="constant", value=0))
    venue = parts().venue
    rank = venue.walk_rank
    near = total = onwards = 0
    for row in persona_of(plain, "public").tolist():
        both, planned = (
            set(e.floor.stops.place[slice(*e.floor.party_days.stop_index[row : row + 2])].tolist())
            for e in (plain, without)
        )
        assert planned <= both
        for place in both - planned:
            ahead = (rank[place] - rank[list(planned)]) % plain.n_exhibitors
            onwards += int(ahead.min() < (plain.n_exhibitors - ahead).min())
            apart = np.abs(rank[place] - rank[list(planned)])
            near += int(np.minimum(apart, plain.n_exhibitors - apart).min() <= NEAR)
            total += 1
    assert near / total > 0.97  # the rest: all neighbours were taken
    assert onwards / total == pytest.approx(0.45, abs=0.06)  # as often before: the rest are as far from both


def test_how_many_want_to_talk_and_for_how_long() -> None:
    expo = built(visitors__public__visits=4000, **ONE_TRY)
    rows = np.isin(rows_of(expo), persona_of(expo, "public"))
    talk = expo.floor.stops.talk[rows]
    table = fair().data.visitors["public"]
    assert abs((talk > 0).mean() - table.talk_share) < 0.008
    # affinity lengthens some conversations and shortens others, the mean stays
    mean = talk[talk > 0].mean() / MINUTE
    assert abs(mean / table.conversation_minutes.expectation() - 1) < 0.05
    again = expo.floor.stops.again[rows].mean()
    assert abs(again - 0.18) < 0.01
    assert expo.floor.stops.look.min() >= 1


def test_a_look_is_of_the_kind_of_its_stop() -> None:
    looks = {"visitors__public__look_minutes": 3.0, "visitors__public__passing_look_minutes": 1.0}
    for ends, wanted in ((ROUTES_END, [8, 4]), (ONE_TRY, None)):
        expo = built(**looks, **ends)
        public, row, look = persona_of(expo, "public"), rows_of(expo), expo.floor.stops.look
        of = np.isin(row, public)
        assert set(look[of].tolist()) == {3 * MINUTE, MINUTE}
        long, short = (
            np.bincount(row[look == m], minlength=row[-1] + 1)[public] for m in (3 * MINUTE, MINUTE)
        )
        if wanted:
            assert (long == wanted[0]).all()
            assert (short == wanted[1]).all()
        else:  # strolls are in passing
            assert long.max() <= 8
            assert short.max() > 10


def test_affinity_lengthens_conversations_as_much_as_the_scenario_says() -> None:
    expo, plain = (built(behaviour__affinity_on_length=strength) for strength in (1.5, 0.0))
    talks = np.flatnonzero(plain.floor.stops.talk > 10_000)
    assert np.array_equal(expo.floor.stops.place, plain.floor.stops.place)
    visitors = parts().visitors
    rows = rows_of(plain)[talks]
    party = visitors.party[rows]
    o = plain.organisations
    ones = np.ones(len(o.key))
    affinity = fit(
        Profiles(o.offers, o.needs, ones, ones), visitors.company[party], plain.floor.stops.place[talks]
    )
    affinity = affinity * visitors.interest[party]
    persona = plain.parties.persona[rows]
    ratio = np.log(expo.floor.stops.talk[talks] / plain.floor.stops.talk[talks]) - 1.5 * affinity
    for p in np.unique(persona).tolist():  # the same factor for all of a persona
        assert np.ptp(ratio[persona == p]) < 1e-3


@pytest.mark.elsewhere
def test_parties_differ_in_their_own_propensity_to_talk_as_much_as_the_scenario_says() -> None:
    # each stop of a party is a draw with its chance p: two of its stops have the variance of p in common
    long = Table(dist="constant", value=24)
    plain: dict[str, object] = {
        "visitors__public__stops": long,
        "visitors__public__visits": 3000,
        **ROUTES_END,
    }
    for cv, share in ((0.0, 0.21), (0.6, 0.21), (0.9, 0.1), (1.0, 0.8)):
        chosen = {"visitors__public__talk_cv": cv, "visitors__public__talk_share": share}
        expo = built(**plain, **chosen)
        rows = np.isin(rows_of(expo), persona_of(expo, "public"))
        wants = (expo.floor.stops.talk[rows] > 0).reshape(-1, 28)
        number = wants.sum(axis=1)
        pairs = (number * (number - 1)).mean() / (28 * 27)
        assert abs(wants.mean() - share) < 0.02
        assert abs(wants.mean() / share - 1) < 0.06  # the mean stays, cut or not
        if share < 0.5:
            assert abs(np.sqrt(max(pairs - wants.mean() ** 2, 0)) / share - cv) < 0.1
        else:  # the cut takes from the spread
            assert 0.2 < np.sqrt(pairs - wants.mean() ** 2) / share < cv


@pytest.mark.elsewhere
def test_some_come_back_before_they_go_anywhere_else() -> None:
    for share in (0.0, 0.3, 1.0):
        options: dict[str, object] = {
            "behaviour__return_share": 1.0,
            "behaviour__returns_first_share": share,
            "visitors__buyer__visits": 1500,
            **ROUTES_END,
        }
        expo, visitors = built(**options), parts(**options).visitors
        index, place, talk = expo.floor.party_days.stop_index, expo.floor.stops.place, expo.floor.stops.talk
        first = np.searchsorted(visitors.party, visitors.party, side="left")
        backs = led = 0
        for row in np.flatnonzero(first != np.arange(len(first))).tolist():
            a, b = (slice(index[r], index[r + 1]) for r in (int(first[row]), row))
            back = np.isin(place[b], place[a][talk[a] > 0])
            if back.all() or not back.any():
                continue
            backs += int(back.sum())
            led += int(np.cumprod(back).sum())  # those at the head of the route
        assert backs > 300
        if share == 1.0:
            assert led == backs
        else:  # beside those drawn for it, some lie at the head by chance
            assert share - 0.05 < led / backs < share + 0.25


@pytest.mark.parametrize(
    "change",
    [{"exhibitors__count": 51}, {"visitors__public__visits": 501}, {"matchmaking__general__tables": 9}],
    ids=["exhibitor", "visit", "tables"],
)
def test_an_exhibitor_a_visit_or_a_table_more_leaves_what_is_wanted_at_a_stop(change: dict[str, int]) -> None:
    # a planned stop may become one in passing: let looks be drawn from one distribution
    same: dict[str, object] = {
        f"visitors__{name}__passing_look_minutes": LOOK for name in ("buyer", "public", "delegation")
    }
    same |= {f"visitors__{name}__look_minutes": LOOK for name in ("buyer", "public", "delegation")}
    same["visitors__staffers__visits"] = 0  # whose people they are goes by the exhibitors
    same |= ONE_TRY
    same["behaviour__return_share"] = 0.0  # coming back follows the first day's route
    before = stops_by_key(built(**same), parts(**same).visitors.day_key)
    after = stops_by_key(built(**same, **change), parts(**same, **change).visitors.day_key)
    shared = before.keys() & after.keys()
    assert len(shared) > 0.8 * len(before)
    assert all(before[key] == after[key] for key in shared)


def test_another_persona_leaves_all_routes_of_the_others() -> None:
    before, after = built(), built(visitors__public__visits=300)
    rows, others = persona_of(before, "buyer"), persona_of(after, "buyer")
    d, e = before.floor.party_days, after.floor.party_days
    # whose slots are others may stay for other hours, and a route goes on as far as the stay can reach
    same = (d.arrival[rows] == e.arrival[others]) & (d.stay[rows] == e.stay[others])
    assert same.mean() > 0.8
    for i, j in zip(rows[same].tolist(), others[same].tolist(), strict=True):
        a, b = slice(*d.stop_index[i : i + 2]), slice(*e.stop_index[j : j + 2])
        assert np.array_equal(before.floor.stops.place[a], after.floor.stops.place[b])


@pytest.mark.elsewhere
def test_on_later_days_parties_come_back_to_talk_where_they_wanted_to_on_the_first() -> None:
    def come_back(share: float) -> tuple[float, bool]:
        options: dict[str, object] = {"behaviour__return_share": share, **ROUTES_END}
        expo, visitors = built(**options), parts(**options).visitors
        index, stops = expo.floor.party_days.stop_index, expo.floor.stops
        first = np.searchsorted(visitors.party, visitors.party, side="left")
        wanted = again = 0
        distinct = True
        for row in np.flatnonzero(first != np.arange(len(first))).tolist():
            a, b = (slice(index[r], index[r + 1]) for r in (int(first[row]), row))
            wished = set(stops.place[a][stops.talk[a] > 0].tolist())
            back = set(stops.place[b][(stops.talk[b] > 0) & (stops.again[b] > 0)].tolist())
            wanted += len(wished)
            again += len(wished & back)
            distinct &= len(np.unique(stops.place[b])) == index[row + 1] - index[row]
        return again / wanted, distinct

    for share in (0.0, 0.18, 1.0):
        found, distinct = come_back(share)
        assert distinct
        assert abs(found - share) < 0.03


def test_coming_back_on_a_day_is_drawn_anew() -> None:
    options: dict[str, object] = {"behaviour__return_share": 0.5, **ROUTES_END}
    expo, visitors = built(**options), parts(**options).visitors
    index, stops = expo.floor.party_days.stop_index, expo.floor.stops
    first = np.searchsorted(visitors.party, visitors.party, side="left")
    back: list[list[bool]] = [[], []]  # by whether they would on the first day
    for row in np.flatnonzero(first != np.arange(len(first))).tolist():
        a, b = (slice(index[r], index[r + 1]) for r in (int(first[row]), row))
        again = set(stops.place[b][(stops.talk[b] > 0) & (stops.again[b] > 0)].tolist())
        for place, talk, would in zip(stops.place[a].tolist(), stops.talk[a], stops.again[a], strict=True):
            if talk > 0:
                back[would].append(place in again)
    for those in back:
        assert len(those) > 200
        assert np.mean(those) == pytest.approx(0.5, abs=0.1)


def arrivals(expo: Expo) -> IntArray:
    """When each stop is reached by who only walks and looks, in ms from its admission: by a loop."""
    d, s, place = expo.floor.party_days, expo.floor.stops, expo.floor.places
    found = []
    for v in range(expo.floor.n_party_days):
        at, time = int(d.gate[v]), 0
        for stop in range(int(d.stop_index[v]), int(d.stop_index[v + 1])):
            time += int(walks(place, at, int(s.place[stop]), int(d.pace[v])))
            found.append(time)
            at, time = int(s.place[stop]), time + int(s.look[stop])
    return np.array(found)


def test_a_route_goes_on_with_other_booths_as_far_as_the_stay_can_reach() -> None:
    # what is usual of affinity goes by whether they stroll: without it, wishes are the same to the ms
    plain: dict[str, object] = {"behaviour__affinity_on_length": 0.0}
    ends, goes_on = built(**ROUTES_END, **plain), built(**ONE_TRY, **plain)
    row, own = rows_of(goes_on), goes_on.parties.organisation
    place = goes_on.floor.stops.place
    assert len(np.unique(row * goes_on.n_exhibitors + place)) == len(place)  # each booth once
    assert (place != own[row]).all()
    d = goes_on.floor.party_days
    stay = np.minimum(d.stay, d.latest - d.arrival - d.check)
    comes = d.arrival < NEVER
    assert (arrivals(goes_on) <= stay[row])[comes[row]].all()
    # first the stops of the route as they were, as far as they are reached; looks and wishes are the same
    within = np.flatnonzero((arrivals(ends) <= stay[rows_of(ends)]) & comes[rows_of(ends)])
    counts = np.bincount(rows_of(ends)[within], minlength=len(stay))
    shorter = np.arange(len(row)) - d.stop_index[row] < counts[row]
    for column in ("place", "look", "talk", "again"):
        old, new = (getattr(e.floor.stops, column) for e in (ends, goes_on))
        assert np.array_equal(old[within], new[shorter]), column
    assert (np.diff(d.stop_index) > counts).mean() > 0.5


def test_visits_last_as_long_as_they_were_planned() -> None:
    # of 216 minutes professionals stayed 120, and nine in ten left before they had planned
    def before_its_time(goes_on: bool) -> tuple[float, float]:
        expo = built() if goes_on else built(**ROUTES_END)
        trace, d = simulate(expo.floor), expo.floor.party_days
        visits = np.flatnonzero(trace.kind == Kind.VISIT)
        who, begin, end = trace.actor[visits], trace.start[visits], trace.end[visits]
        left = np.minimum(begin + d.stay[who], d.latest[who]) - end
        return float((left > 20 * MINUTE).mean()), float((end - begin).mean() / MINUTE)

    early, stay = before_its_time(goes_on=True)
    assert early < 0.1
    ended, shorter = before_its_time(goes_on=False)
    assert ended > 3 * early
    assert stay > shorter + 20


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_for_each_talk_wanted_there_are_further_tries_later_on_the_route(share: float) -> None:
    expo, plain = built(behaviour__retry_share=share), built(**ONE_TRY)
    s, row = expo.floor.stops, rows_of(expo)
    again = np.flatnonzero(s.retry > 0)
    before = again - s.retry[again]
    assert (row[before] == row[again]).all()
    for column in ("place", "talk", "again"):  # the same talk at the same booth
        assert np.array_equal(getattr(s, column)[before], getattr(s, column)[again])
    # without them the routes are as they were
    for column in ("place", "look", "talk", "again"):
        assert np.array_equal(getattr(s, column)[s.retry == 0], getattr(plain.floor.stops, column))
    # up to six stops after the try before, and each chance is that of the scenario
    first = np.cumsum(s.retry == 0)
    later = first[again] - first[before]
    assert ((later >= 1) & (later <= 6)).all()
    wanted = (plain.floor.stops.talk > 0).sum()
    second = (s.retry[before] > 0).sum()
    once = len(again) - second
    assert once / wanted == pytest.approx(share, abs=0.06)  # none after the last stop of a route
    assert second / max(once, 1) == pytest.approx(share, abs=0.12)
    if share == 0.5:
        full = later[first[again] < first[np.searchsorted(row, row[again], side="right") - 1]]
        assert np.bincount(full, minlength=7)[1:].min() > 0.1 * len(full)


def test_blocks_planned_in_any_order_elsewhere_make_the_same_expo(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def backwards(part: Callable[[int], Any], many: int) -> list[Any]:
        asked.append(many)
        return [part(number) for number in reversed(range(many))][::-1]

    monkeypatch.setattr(routes, "_CELLS", 2000)
    expected = build(fair())
    with at_once.by(backwards):
        assert same(build(fair()), expected)
        assert asked[0] > len(fair().data.visitors)
        asked.clear()
        assert same(build(fair(), shared=Shared()), expected)
        assert not asked  # what is read elsewhere could not be noted
