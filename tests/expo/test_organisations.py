from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from sim.expo.draw.apportion import apportion, seats
from sim.expo.draw.misfit import PopulationDoesNotFit
from sim.expo.draw.profiles import STAGE_FLOWS, _noise, input_table, profiles
from sim.expo.draw.sizes import sizes, whole_sizes
from sim.expo.exhibitors.organisations import draw_exhibitors
from sim.floor.arrays import NONE
from sim.floor.inequality import gini
from sim.scenario.schema.countries import CODES, COUNTRIES, country_number
from sim.scenario.schema.data import STAGES
from sim.streams import Streams, subkeys
from tests.expo.cisce import cisce

SCENARIO = cisce()
ORGANISATIONS, EXHIBITORS = draw_exhibitors(SCENARIO, Streams(1, 0))
DIRECT = EXHIBITORS.direct == 1
OWN = EXHIBITORS.pavilion == NONE


def test_counts_of_exhibitors_hold_exactly() -> None:
    assert DIRECT.sum() == 620
    assert len(DIRECT) == 655
    assert len(set(ORGANISATIONS.name)) == 655
    assert len(set(ORGANISATIONS.key.tolist())) == 655


def test_countries_and_overseas_shares_hold_exactly() -> None:
    overseas = DIRECT & (ORGANISATIONS.country != country_number("CN"))
    assert len(set(ORGANISATIONS.country.tolist())) == 69
    assert overseas.sum() == 198  # 32 % of 620
    assert ORGANISATIONS.belt_and_road[overseas].sum() == 99
    assert ORGANISATIONS.belt_and_road[DIRECT & ~overseas].sum() == 0
    hungarian = ORGANISATIONS.country == country_number("HU")
    assert (DIRECT & hungarian & ~OWN).sum() == 5
    assert (~DIRECT & hungarian).sum() == 35


def test_flags_hold_exactly() -> None:
    assert ORGANISATIONS.fortune_500[DIRECT].sum() == 78
    assert ORGANISATIONS.fortune_500[~DIRECT].sum() == 0
    assert EXHIBITORS.debut.sum() == 91


def test_chains_are_apportioned_among_direct_exhibitors() -> None:
    weights = np.array([chain.exhibitors for chain in SCENARIO.data.chains.values()])
    counts = np.bincount(ORGANISATIONS.chain[DIRECT], minlength=len(weights))
    quota = 620 * weights / weights.sum()
    assert np.all(np.abs(counts - quota) < 1)


def test_stages_are_apportioned_within_a_chain() -> None:
    stages = next(iter(SCENARIO.data.chains.values())).stages
    for chain in range(len(SCENARIO.data.chains)):
        members = OWN & (ORGANISATIONS.chain == chain)
        counts = np.bincount(ORGANISATIONS.stage[members], minlength=len(STAGES))
        quota = np.array([stages[stage] for stage in STAGES]) / sum(stages.values()) * members.sum()
        assert np.all(np.abs(counts - quota) < 1)


def test_totals_hold_in_every_replication_and_the_draws_differ() -> None:
    other, exhibitors = draw_exhibitors(SCENARIO, Streams(1, 1))
    direct = exhibitors.direct == 1
    assert len(set(other.country.tolist())) == 69
    assert other.belt_and_road[direct].sum() == 99
    assert not np.array_equal(exhibitors.area_m2, EXHIBITORS.area_m2)
    assert not np.array_equal(other.needs, ORGANISATIONS.needs)


def test_areas_have_the_mean_and_the_gini_asked_for() -> None:
    assert EXHIBITORS.area_m2.sum() == pytest.approx(60_000)
    assert EXHIBITORS.area_m2[~OWN].sum() == pytest.approx(450)
    assert gini(EXHIBITORS.area_m2[OWN]) == pytest.approx(0.43, abs=1e-6)


def test_staff_have_the_sum_the_gini_and_the_least_asked_for() -> None:
    assert EXHIBITORS.staff[OWN].sum() == 6 * 615
    assert EXHIBITORS.staff[~OWN].sum() == 120
    assert EXHIBITORS.staff.min() == 2
    assert gini(EXHIBITORS.staff[OWN]) == pytest.approx(0.43, abs=0.005)


def test_staff_follow_area_without_being_ruled_by_it() -> None:
    area, staff = EXHIBITORS.area_m2[OWN], EXHIBITORS.staff[OWN]
    assert np.corrcoef(np.log(area), np.log(staff))[0, 1] > 0.8
    assert np.any(np.diff(staff[np.argsort(area)]) < 0)
    assert area[ORGANISATIONS.fortune_500[OWN] == 1].mean() > 1.5 * area.mean()


def test_gini_is_half_the_relative_mean_difference() -> None:
    x = np.array([1.0, 2.0, 7.0, 7.0])
    mean_difference = np.abs(x[:, None] - x).mean()
    assert gini(x) == pytest.approx(mean_difference / (2 * x.mean()))


@pytest.mark.parametrize("n", [1, 2, 3, 7, 100])
@pytest.mark.parametrize("inequality", [0.0, 0.2, 0.43])
def test_sizes_have_the_mean_and_gini_for_any_number(n: int, inequality: float) -> None:
    drawn = sizes(n, 20.0, inequality)
    assert drawn.mean() == pytest.approx(20)
    assert gini(drawn) == pytest.approx(inequality if n > 1 else 0, abs=1e-6)
    whole = whole_sizes(n, 5 * n + 1, inequality, 2)
    assert whole.sum() == 5 * n + 1
    assert whole.min() >= 2
    assert np.all(np.diff(whole) >= 0)


def test_a_least_number_comes_before_the_sum() -> None:
    assert whole_sizes(4, 3, 0.4, 2).tolist() == [2, 2, 2, 2]


def test_apportionment_gives_the_quota_and_never_takes_back() -> None:
    assert apportion([3, 2, 1], 12).tolist() == [6, 4, 2]
    assert apportion([53, 24, 23], 7).tolist() == [3, 2, 2]  # by hand: 53, 24, 23, 53/3, 53/5, 24/3, 23/3
    order = seats([0.5, 0.3, 0.2], 50)
    for n in range(50):
        assert seats([0.5, 0.3, 0.2], n).tolist() == order[:n].tolist()
    assert apportion([1, 1], 6, np.array([5, 0])).tolist() == [5, 1]
    assert apportion([1, 0], 6).tolist() == [6, 0]


def test_one_exhibitor_more_leaves_the_draws_of_all_others() -> None:
    for count in (621, 622, 650):
        more, exhibitors = draw_exhibitors(cisce(exhibitors__count=count), Streams(1, 0))
        row = {name: i for i, name in enumerate(more.name)}
        same = [row[name] for name in ORGANISATIONS.name]
        assert np.array_equal(more.key[same], ORGANISATIONS.key)
        assert np.array_equal(more.needs[same], ORGANISATIONS.needs)
        assert np.array_equal(more.offers[same], ORGANISATIONS.offers)
        assert np.array_equal(more.chain[same], ORGANISATIONS.chain)
        assert np.array_equal(more.stage[same], ORGANISATIONS.stage)
        appeal = EXHIBITORS.attraction / EXHIBITORS.area_m2**0.5 / np.where(EXHIBITORS.debut, 1.5, 1)
        again = exhibitors.attraction / exhibitors.area_m2**0.5 / np.where(exhibitors.debut, 1.5, 1)
        assert again[same] == pytest.approx(appeal)


def test_another_chain_leaves_the_draws_of_the_others() -> None:
    chains = {name: chain.model_dump() for name, chain in SCENARIO.data.chains.items()}
    extra = {"space": {"hall": "H1", "exhibitors": 0.5}} | chains
    more, _ = draw_exhibitors(cisce(chains=extra), Streams(1, 0))
    row = {name: i for i, name in enumerate(more.name)}
    kept = [i for i in np.flatnonzero(OWN) if ORGANISATIONS.name[i] in row]
    same = [row[ORGANISATIONS.name[i]] for i in kept]
    assert 560 < len(kept) < OWN.sum()  # the new chain takes its share of the total
    assert np.array_equal(more.needs[same][:, len(STAGES) :], ORGANISATIONS.needs[kept])


def test_offers_sum_to_one_and_lie_mostly_in_the_own_cell() -> None:
    cell = ORGANISATIONS.chain * len(STAGES) + ORGANISATIONS.stage
    own = ORGANISATIONS.offers[np.arange(len(cell)), cell]
    assert ORGANISATIONS.offers.sum(axis=1) == pytest.approx(1)
    assert own.mean() > 0.6
    assert np.mean(own > 0.5) > 0.9


def test_needs_follow_the_input_table_and_the_stage_flows() -> None:
    assert ORGANISATIONS.needs.max(axis=1) == pytest.approx(1)
    n = 4000
    chain, stage = np.full(n, 2), np.full(n, STAGES.index("manufacturing"))
    _, needs = profiles(chain, stage, subkeys(7, np.arange(n)), SCENARIO, Streams(1, 0))
    share = (needs / needs.sum(axis=1, keepdims=True)).mean(axis=0).reshape(-1, len(STAGES))
    wanted = input_table(SCENARIO)[2][:, None] * STAGE_FLOWS[STAGES.index("manufacturing")]
    # noise flattens shares a little: large ones shrink, so orders are compared, and the zeros
    assert np.array_equal(share == 0, wanted == 0)
    assert np.corrcoef(share.ravel(), wanted.ravel())[0, 1] > 0.98


def test_input_table_is_normalised_and_defaults_to_the_own_chain() -> None:
    assert input_table(SCENARIO).sum(axis=1) == pytest.approx(1)
    chains = {"a": {"hall": "H1"}, "b": {"hall": "H1", "inputs": {"a": 3, "b": 1}}}
    table = input_table(cisce(chains=chains, pavilions={}))
    assert table.tolist() == [[1, 0], [0.75, 0.25]]
    assert pytest.approx(1) == STAGE_FLOWS.sum(axis=1)


def test_profiles_do_not_depend_on_who_else_is_drawn() -> None:
    chain, stage = np.arange(60) % 7, np.arange(60) % 6
    keys = subkeys(3, np.arange(60))
    offers, needs = profiles(chain, stage, keys, SCENARIO, Streams(1, 0))
    some = np.array([5, 17, 59])
    few_offers, few_needs = profiles(chain[some], stage[some], keys[some], SCENARIO, Streams(1, 0))
    assert np.array_equal(few_offers, offers[some])
    assert np.array_equal(few_needs, needs[some])


def test_countries_are_distinct_and_italy_has_left_the_belt_and_road() -> None:
    assert len(set(CODES)) == len(CODES) == 249
    assert all(len(code) == 2 and code.isupper() for code in CODES)
    flag = {country.code: country.belt_and_road for country in COUNTRIES}
    assert [flag[code] for code in ("HU", "SG", "PA")] == [True] * 3
    assert [flag[code] for code in ("IT", "US", "CN")] == [False] * 3
    assert 145 <= sum(flag.values()) <= 155
    with pytest.raises(ValueError, match="'XX' is not an ISO 3166"):
        country_number("XX")


def test_few_countries_are_those_of_the_pavilions_first() -> None:
    scenario = cisce(
        exhibitors__countries=3, exhibitors__overseas_share=0.1, exhibitors__belt_and_road_share=0.5
    )
    organisations, _ = draw_exhibitors(scenario, Streams(1, 0))
    count = Counter(CODES[country] for country in organisations.country.tolist())
    assert set(count) == {"CN", "HU", "US"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"exhibitors__overseas_share": 0.0}, "asks for 0 .* the pavilions alone hold 5 and 0, and 615"),
        ({"exhibitors__belt_and_road_share": 0.02}, "asks for 4 .* and 194 from other"),
        ({"exhibitors__countries": 1}, "asks for -1 countries"),
        ({"exhibitors__overseas_share": 0.05}, "asks for 67 countries"),
        ({"exhibitors__count": 3}, "hold 5 direct exhibitors"),
        ({"exhibitors__countries": 9, "exhibitors__count": 70}, "exhibitors.fortune_500: found 78"),
        ({"exhibitors__debuts": 656}, "exhibitors.debuts: found 656"),
        ({"pavilions__hungary__area_m2": 60_000}, "all of the net area"),
    ],
)
def test_contradicting_totals_are_refused(changes: dict[str, float], message: str) -> None:
    with pytest.raises(PopulationDoesNotFit, match=message):
        draw_exhibitors(cisce(**changes), Streams(1, 0))


def test_countries_are_counted_among_direct_exhibitors() -> None:
    scenario = cisce(
        exhibitors={"count": 30, "overseas_share": 0.2, "countries": 4},
        pavilions={"ghana": {"country": "GH", "hall": "H1", "area_m2": 50, "partners": 3, "staff": 6}},
    )
    organisations, exhibitors = draw_exhibitors(scenario, Streams(1, 0))
    direct = exhibitors.direct == 1
    assert len(set(organisations.country[direct].tolist())) == 4
    assert {CODES[country] for country in organisations.country[~direct].tolist()} == {"GH"}


def test_an_expo_without_guests_has_one_country() -> None:
    scenario = cisce(exhibitors={"count": 8, "mean_area_m2": 20}, pavilions={}, programme={}, matchmaking={})
    organisations, exhibitors = draw_exhibitors(scenario, Streams(1, 0))
    assert {CODES[country] for country in organisations.country.tolist()} == {"CN"}
    assert exhibitors.area_m2.mean() == pytest.approx(20)


def test_a_list_says_who_is_of_the_belt_and_road_or_else_the_country_does() -> None:
    from sim.scenario.schema.rows import ExhibitorRow

    said = [("HU", None), ("DE", None), ("HU", False), ("DE", True)]
    rows = tuple(
        ExhibitorRow(
            name=f"{country} {road}", chain="vehicles", stage="components", country=country, area_m2=10.0,
            staff=3, belt_and_road=road,
        )
        for country, road in said
    )  # fmt: skip
    organisations, _ = draw_exhibitors(
        cisce(
            exhibitor_rows=rows,
            pavilions={},
            programme={},
            matchmaking={},
            exhibitors__fortune_500=0,
            exhibitors__debuts=0,
        ),
        Streams(1, 0),
    )
    assert organisations.belt_and_road.tolist() == [1, 0, 0, 1]


def test_the_noise_of_every_stage_is_its_own_and_one_on_average() -> None:
    noise = _noise(Streams(1, 0), "any", subkeys(3, np.arange(4000)))
    assert noise.shape == (4000, len(STAGES))
    assert np.abs(noise.mean(axis=0) - 1).max() < 4 / np.sqrt(4000)
    together = np.corrcoef(noise.T) - np.eye(len(STAGES))
    assert np.abs(together).max() < 5 / np.sqrt(4000)


def test_listed_exhibitors_replace_drawn_ones() -> None:
    from sim.scenario.schema.rows import ExhibitorRow

    rows = tuple(
        ExhibitorRow(
            name=f"Firm {i}",
            chain="vehicles",
            stage="components",
            country="DE",
            area_m2=10.0 + i,
            staff=3 + i,
            debut=i == 2,
            pavilion="hungary" if i == 4 else None,
        )
        for i in range(5)
    )
    flags = {"exhibitors__fortune_500": 0}  # of which the list says nothing
    organisations, exhibitors = draw_exhibitors(cisce(exhibitor_rows=rows, **flags), Streams(1, 0))
    assert organisations.name == tuple(f"Firm {i}" for i in range(5))
    assert exhibitors.area_m2.tolist() == [10, 11, 12, 13, 14]
    assert exhibitors.staff.tolist() == [3, 4, 5, 6, 7]
    assert exhibitors.debut.tolist() == [0, 0, 1, 0, 0]
    assert exhibitors.pavilion.tolist() == [NONE] * 4 + [0]
    assert [CODES[country] for country in organisations.country.tolist()] == ["DE"] * 5
    # a pavilion of which the file names no company is drawn as its table says
    drawn, _ = draw_exhibitors(cisce(exhibitor_rows=rows[:4], **flags), Streams(1, 0))
    assert len(drawn.name) == 44
    assert drawn.name[4] == "Hungary 01"
