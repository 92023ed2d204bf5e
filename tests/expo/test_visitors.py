from __future__ import annotations

import time

import numpy as np
import pytest

import sim
from sim.engine import simulate
from sim.expo.venue.hours import DAY
from sim.expo.visitors.bunches import Bunches, gather
from sim.expo.visitors.companies import _employers, draw_companies
from sim.expo.visitors.visitors import Visitors
from sim.floor.arrays import MINUTE, NEVER, NONE, SECOND, IntArray
from sim.floor.laws import broken_laws
from sim.scenario.schema.data import Persona
from sim.scenario.schema.distributions import Constant, Discrete, Geometric, Uniform
from sim.streams import FloatArray, Streams, subkeys
from tests.expo.fair import Table, built, fair, parts

HOUR = 60 * MINUTE
ONE = Constant(dist="constant", value=1)
ALL_DAY = {str(hour): 1.0 for hour in range(24)}


def persona(**fields: object) -> Persona:
    given = {"kind": "professional", "visits": 1000, "party_size": ONE} | fields
    return Persona.model_validate(given)


def open_days(days: int) -> IntArray:
    return np.array([(day * DAY, (day + 1) * DAY) for day in range(days)], dtype=np.int64)


def gathered(
    name: str, table: Persona, admission: IntArray, factors: FloatArray, streams: Streams
) -> Bunches:
    (bunches,) = gather({name: table}, admission, [factors], streams, [None])
    return bunches


def usual(days: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return np.ones((days, 24))


def attributes(visitors: Visitors) -> dict[int, tuple[int, ...]]:
    """All that was drawn for each party-day, by its key."""
    v = visitors
    columns = (
        v.day, v.size, v.gate, v.arrival, v.check, v.stay, v.latest, v.pace, v.patience,
        (v.authority[v.party] * 1e6).astype(np.int64),
    )  # fmt: skip
    return dict(zip(v.day_key.tolist(), zip(*(c.tolist() for c in columns), strict=True), strict=True))


def test_visits_are_met_exactly_for_every_persona() -> None:
    for replication in range(4):
        visitors = parts(replication).visitors
        for number, (name, table) in enumerate(fair().data.visitors.items()):
            rows = visitors.of_persona(number)
            comes = visitors.absent[visitors.party[rows]] == 0
            assert visitors.size[rows[comes]].sum() == table.visits, name
            registered = visitors.registered[visitors.party[rows]] == 1
            assert visitors.size[rows[registered]].sum() == table.visits, name
        assert visitors.size.min() >= 1
        assert visitors.absent.any()


@pytest.mark.parametrize("visits", [0, 1, 2, 7, 100])
def test_small_numbers_of_large_parties_are_met_exactly(visits: int) -> None:
    table = persona(
        visits=visits,
        party_size=Uniform(dist="uniform", low=5, high=20),
        days_each=Constant(dist="constant", value=3),
    )
    assert gathered("x", table, open_days(3), usual(3), Streams(1, 0)).size.sum() == visits


@pytest.mark.elsewhere
def test_a_poisson_number_of_visits_has_the_poisson_mean_and_variance() -> None:
    table = persona(visits=40, visits_count="poisson", bunch_size=ONE)
    counts = np.array(
        [len(gathered("x", table, open_days(1), usual(1), Streams(seed, 0))) for seed in range(600)]
    )
    assert abs(counts.mean() - 40) < 4 * np.sqrt(40 / 600)
    assert 0.8 < counts.var() / 40 < 1.25  # four standard errors are 0.23


@pytest.mark.elsewhere
@pytest.mark.parametrize(
    ("bunch", "ratio"), [(Geometric(dist="geometric", mean=2.5), 4.0), (ONE, 1.0)], ids=["bunches", "singles"]
)
def test_counts_vary_as_bunches_say(bunch: Constant | Geometric, ratio: float) -> None:
    """FACTS: arrivals. The variance of a compound Poisson count over its mean is E[B²] / E[B]."""
    table = persona(visits=150_000, bunch_size=bunch, arrival_shares=ALL_DAY)
    counts = []
    for seed in range(6):
        rows = gathered("x", table, open_days(3), usual(3), Streams(seed, 0))
        edges = np.arange(0, 3 * DAY + 1, 10 * MINUTE)
        counts.append(np.histogram(rows.arrival, edges, weights=rows.size)[0])
    found = np.concatenate(counts)
    # 2592 counts: the standard error of the ratio is its size times sqrt(2 / 2592)
    assert abs(found.var(ddof=1) / found.mean() / ratio - 1) < 4 * np.sqrt(2 / 2592)


def test_half_arrive_within_twenty_seconds_of_the_one_before() -> None:
    """FACTS: arrivals."""
    sizes = Discrete(dist="discrete", values=(1, 2, 3), weights=(0.6, 0.3, 0.1))
    table = persona(visits=3000, arrival_shares=ALL_DAY, party_size=sizes)
    rows = gathered("x", table, open_days(4), usual(4), Streams(3, 0))
    people = np.sort(np.repeat(rows.arrival, rows.size))
    assert 0.5 < (np.diff(people) <= 20 * SECOND).mean() < 0.6


def test_the_parties_of_a_bunch_follow_its_first_after_forty_seconds_on_average() -> None:
    large = persona(visits=20_000, bunch_size=Constant(dist="constant", value=5), arrival_shares=ALL_DAY)
    bunches = gathered("x", large, open_days(1), usual(1), Streams(1, 0))
    first = bunches.arrival[bunches.member == 0][bunches.bunch]
    after = (bunches.arrival - first)[bunches.member > 0]
    assert after.min() >= 0
    assert after.mean() == pytest.approx(40 * SECOND, rel=4 / np.sqrt(len(after)))


def test_nobody_comes_on_a_day_of_no_share_however_many_days_he_would() -> None:
    three = persona(day_shares=(1.0, 0.0, 2.0), days_each=Constant(dist="constant", value=3))
    bunches = gathered("x", three, open_days(3), usual(3), Streams(1, 0))
    assert set(bunches.day.tolist()) == {0, 2}


def test_party_sizes_keep_their_distribution_in_bunches() -> None:
    sizes = Discrete(dist="discrete", values=(1, 2, 3), weights=(0.6, 0.3, 0.1))
    rows = gathered("x", persona(visits=30_000, party_size=sizes), open_days(1), usual(1), Streams(5, 0))
    shares = np.bincount(rows.size, minlength=4)[1:4] / len(rows)
    assert np.abs(shares - (0.6, 0.3, 0.1)).max() < 0.015


def test_arrivals_follow_the_hours_that_the_gates_are_open() -> None:
    table = persona(visits=20_000, bunch_size=ONE, arrival_shares={"8": 5, "9": 2, "10": 1, "12": 1, "17": 9})
    admission = np.array([(int(9.5 * HOUR), 13 * HOUR)], dtype=np.int64)
    rows = gathered("x", table, admission, usual(1), Streams(2, 0))
    assert rows.arrival.min() >= 9.5 * HOUR
    assert rows.arrival.max() < 13 * HOUR
    by_hour = np.bincount(rows.arrival // HOUR, minlength=13) / len(rows)
    # half of 9 h's weight is within the hours: 1 : 1 : 0 : 1
    assert np.abs(by_hour[9:13] - (1 / 3, 1 / 3, 0, 1 / 3)).max() < 0.015


def test_days_follow_their_weights_and_a_party_comes_once_a_day() -> None:
    table = persona(visits=20_000, day_shares=(3, 1, 0))
    rows = gathered("x", table, open_days(3), usual(3), Streams(2, 0))
    shares = np.bincount(rows.day, weights=rows.size, minlength=3) / 20_000
    assert abs(shares[0] - 0.75) < 0.02
    assert shares[2] == 0
    twice = persona(visits=5000, days_each=Constant(dist="constant", value=2))
    rows = gathered("x", twice, open_days(3), usual(3), Streams(2, 0))
    party = rows.party_key[:-1]  # the last may be cut short
    assert len(np.unique(np.stack((party, rows.day[:-1].astype(np.uint64))), axis=1).T) == len(party)
    assert set(np.unique(party, return_counts=True)[1].tolist()) <= {1, 2}


def test_one_more_visit_leaves_every_other_as_it_was() -> None:
    before, after = (attributes(parts(visitors__buyer__visits=n).visitors) for n in (700, 701))
    changed = {key for key in before if before[key] != after.get(key)}
    assert len(changed) <= 1  # the party that had been cut to fit may now be whole
    assert len(after.keys() - before.keys()) <= 1
    others = parts(visitors__buyer__visits=701, visitors__public__visits=400).visitors
    buyers = others.of_persona(list(fair().data.visitors).index("buyer"))
    shared = attributes(others)
    assert all(shared[key] == after[key] for key in others.day_key[buyers].tolist())


def test_a_shock_thins_or_adds_arrivals_and_leaves_the_rest() -> None:
    table = persona(visits=6000, arrival_shares={"9": 1, "10": 1})
    days = open_days(2)
    plain = gathered("x", table, days, usual(2), Streams(4, 0))
    factors = usual(2)
    factors[1, 10] = 0.5
    fewer = gathered("x", table, days, factors, Streams(4, 0))
    factors[1, 10] = 1.5
    more = gathered("x", table, days, factors, Streams(4, 0))

    def in_hour(rows: object, hour: int) -> int:
        return int(rows.size[rows.arrival // HOUR == 24 + hour].sum())  # type: ignore[attr-defined]

    assert abs(in_hour(fewer, 10) / in_hour(plain, 10) - 0.5) < 0.08
    assert abs(in_hour(more, 10) / in_hour(plain, 10) - 1.5) < 0.08
    assert in_hour(fewer, 9) == in_hour(plain, 9) == in_hour(more, 9)
    keys = set(zip(plain.party_key.tolist(), plain.arrival.tolist(), strict=True))
    assert set(zip(fewer.party_key.tolist(), fewer.arrival.tolist(), strict=True)) < keys
    assert set(zip(more.party_key.tolist(), more.arrival.tolist(), strict=True)) > keys


def test_a_bunch_stays_away_on_each_day_of_its_own() -> None:
    twice = persona(visits=8000, days_each=Constant(dist="constant", value=2))
    bunches = gathered("x", twice, open_days(2), np.full((2, 24), 0.5), Streams(1, 0))
    days = np.bincount(bunches.bunch, weights=bunches.member == 0)  # of each bunch, by its first party
    days = days[days > 0]
    assert len(days) > 1000
    assert (days == 2).mean() == pytest.approx(1 / 3, abs=4 * 0.5 / np.sqrt(len(days)))


def test_visits_lie_within_the_day() -> None:
    visitors, venue = parts().visitors, parts().venue
    assert (visitors.departure <= venue.day_close[visitors.day]).all()
    assert (visitors.latest == venue.day_close[visitors.day]).all()
    assert (visitors.departure > visitors.arrival).all()
    assert (visitors.arrival >= venue.day_open[visitors.day]).all()
    last = venue.day_close[visitors.day] - 30 * MINUTE
    assert (visitors.arrival < last).all()


def test_a_closed_gate_sends_people_to_the_open_one() -> None:
    settings = {"shocks__gate__kind": "gate_closed", "shocks__gate__gate": "south", "shocks__gate__day": 1}
    visitors, venue = parts(**settings).visitors, parts(**settings).venue
    south = venue.gates[list(fair().data.venue.gates).index("south")]
    assert (visitors.gate[visitors.day == 0] != south).all()
    share = (visitors.gate[visitors.day == 1] == south).mean()
    assert abs(share - 2 / 3) < 0.12  # some 230 bunches: four standard errors


def test_a_check_takes_the_sum_over_the_people() -> None:
    each = Table(dist="constant", value=7)
    visitors = parts(
        venue__gates__south__check_seconds=each, venue__gates__north__check_seconds=each
    ).visitors
    assert (visitors.check == 7 * SECOND * visitors.size).all()


def test_everybody_is_checked_for_a_time_of_his_own() -> None:
    each = Table(dist="uniform", low=0, high=12)
    visitors = parts(
        venue__gates__south__check_seconds=each, venue__gates__north__check_seconds=each
    ).visitors
    large = visitors.size >= 5
    assert large.sum() > 15
    own = visitors.check[large] / visitors.size[large] / SECOND
    sd = 12 / np.sqrt(12) * np.sqrt((1 / visitors.size[large]).mean())  # of means of so many
    assert abs(own.mean() - 6) < 4 * sd / np.sqrt(large.sum())
    assert 0.5 * sd < own.std() < 1.5 * sd


def test_a_bunch_comes_through_one_gate() -> None:
    # nobody but the first party of a bunch has a company of its own
    visitors = parts(visitors__buyer__colleagues_share=1.0).visitors
    persona = visitors.persona[visitors.party]
    gates: dict[tuple[int, int], set[int]] = {}
    buyers = np.flatnonzero(persona == list(fair().data.visitors).index("buyer"))
    for row in buyers.tolist():
        bunch = int(visitors.company[visitors.party[row]]), int(visitors.day[row])
        gates.setdefault(bunch, set()).add(int(visitors.gate[row]))
    assert len(buyers) > 1.5 * len(gates)
    assert {len(those) for those in gates.values()} == {1}
    assert len(set.union(*gates.values())) == 2


def test_colleagues_share_a_company_and_exhibitors_people_have_their_booth() -> None:
    visitors, expo = parts().visitors, built()
    own = visitors.own_booth != NONE
    kinds = [table.kind for table in fair().data.visitors.values()]
    assert np.array_equal(own, np.array([kind == "exhibitor" for kind in kinds])[visitors.persona])
    assert (visitors.company[own] == visitors.own_booth[own]).all()
    assert (visitors.company[~own] >= expo.n_exhibitors).all()
    share = 1 - len(np.unique(visitors.company[~own])) / (~own).sum()
    assert 0.05 < share < 0.23  # the first party of a bunch has no colleague before it
    assert len(expo.organisations.name) == expo.n_exhibitors + len(np.unique(visitors.company[~own]))
    assert len(set(expo.organisations.name)) == len(expo.organisations.name)


def test_a_member_of_staff_more_changes_nobodys_employer_but_of_those_that_come_to_that_booth() -> None:
    key = subkeys(5, np.arange(400))
    booths = subkeys(6, np.arange(30))
    staff = np.arange(30) % 7 + 1
    before = _employers(key, booths, staff, Streams(1, 0))
    after = _employers(key, booths, staff + 2 * (np.arange(30) == 3), Streams(1, 0))
    assert (after[before != after] == 3).all()
    assert (before != after).any()
    shares = np.bincount(before, minlength=30) / 400
    assert np.abs(shares - staff / staff.sum()).max() < 0.05


def test_a_bunch_larger_than_all_visits_is_drawn_no_further_than_they_reach() -> None:
    begun = time.process_time()
    scenario = sim.load("quickstart", {"visitors.buyer.bunch_size": 1_000_000})
    expo = sim.build(scenario)
    assert time.process_time() - begun < 10
    buyers = expo.parties.persona == expo.personas.index("buyer")
    come = buyers & (expo.floor.party_days.arrival < NEVER)
    assert expo.floor.party_days.size[come].sum() == scenario.data.visitors["buyer"].visits


def test_a_party_whose_bunch_lost_its_first_has_no_colleague_in_the_bunch_before() -> None:
    row = np.arange(4)
    bunch, member = np.array([0, 0, 1, 1]), np.array([0, 1, 1, 2])  # a shock kept the first of the second
    parties = Bunches(
        bunch, member, row * 0, row * 0 + 1, row, subkeys(1, bunch), subkeys(2, row), row < 9, row > 9
    )
    scenario, staff = fair(visitors__buyer__colleagues_share=1.0), np.ones(3, dtype=np.int64)
    buyers = np.full(4, list(scenario.data.visitors).index("buyer"))
    _, company, own = draw_companies(
        scenario, subkeys(3, np.arange(3)), staff, buyers, parties, Streams(1, 0)
    )
    assert company.tolist() == [3, 3, 4, 4]
    assert (own == NONE).all()


def test_nothing_takes_more_than_a_day() -> None:
    """Once the floor was refused with stays beyond its end, and times passed what a trace can hold."""
    few = {f"visitors__{persona}__visits": 20 for persona in ("buyer", "public", "delegation", "staffers")}
    unusual = {"expo__usual_hours": (3,), "expo__hours_elasticity": 0, "expo__stay_elasticity": 2}
    lengthened = parts(exhibitors__count=30, **few, **unusual).visitors.stay
    assert lengthened.max() == DAY > lengthened.min()

    spans = ("stay_minutes", "look_minutes", "conversation_minutes", "patience_seconds")
    endless = {f"visitors__public__{what}": 1e9 for what in spans}
    floor = built(**few, **endless, exhibitors__count=30, matchmaking=Table(), programme=Table()).floor
    longest = [floor.party_days.stay, floor.stops.look, floor.stops.talk, floor.party_days.patience]
    assert [int(column.max()) for column in longest] == [DAY] * 4
    assert not broken_laws(floor, simulate(floor))


def test_stays_go_with_the_hours_of_their_day_over_the_usual_ones_of_that_day() -> None:
    """Open for eight hours on both days; usual are eight and four, so that the second is twice as long."""
    few = {f"visitors__{persona}__visits": 60 for persona in ("buyer", "public", "delegation", "staffers")}
    other = {"expo__usual_hours": (8, 4), "expo__hours_elasticity": 0, "expo__stay_elasticity": 2}
    usual_, longer = (parts(exhibitors__count=30, **few, **hours).visitors for hours in ({}, other))
    assert np.array_equal(usual_.day_key, longer.day_key)
    assert set(usual_.day.tolist()) == {0, 1}
    assert longer.stay.tolist() == np.minimum(usual_.stay * np.array([1, 4])[usual_.day], DAY).tolist()
