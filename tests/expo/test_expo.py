"""What an expo keeps: with its trace it is enough to read what happened, and to go on from there."""

from __future__ import annotations

import pickle
import pickletools
from dataclasses import FrozenInstanceError, fields, is_dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

import sim
from sim.expo import Expo, Floor, build
from sim.floor.arrays import MINUTE, NEVER, NONE
from sim.floor.index import owners
from sim.floor.trace import Kind, Trace
from sim.statistics import COLUMNS, Result
from sim.streams import subkeys
from tests.expo.fair import built, fair

PRICED: dict[str, object] = {
    "costs__table_day": 40,
    "costs__currency": "HUF",
    "exhibitors__sponsors": {"gold": 2, "silver": 3},
    "matchmaking__hungary__promises": {"gold": 4},
    "matchmaking__general__windows": [1, 2],
    "behaviour__useful_exchanges": True,
}


@cache
def priced() -> sim.Scenario:
    """The fair with prices and promises."""
    return fair().replace(**{path.replace("__", "."): value for path, value in PRICED.items()})


@cache
def ran() -> Result:
    return sim.run(priced(), replication=2)


def own_arrays(thing: Any) -> list[np.ndarray[Any, Any]]:
    """The arrays of an expo, those of its floor left out."""
    if isinstance(thing, np.ndarray):
        return [thing]
    if isinstance(thing, tuple):
        return [array for part in thing for array in own_arrays(part)]
    if not is_dataclass(thing) or isinstance(thing, Floor):
        return []
    return [array for field in fields(thing) for array in own_arrays(getattr(thing, field.name))]


def test_an_expo_and_its_trace_carry_nothing_of_the_scenarios_classes() -> None:
    stored = pickle.dumps((ran().expo, ran().trace), protocol=2)  # names modules plainly
    modules = {str(arg).split()[0] for op, arg, _ in pickletools.genops(stored) if op.name == "GLOBAL"}
    assert any(module.startswith("sim.expo") for module in modules)
    assert not any(module.startswith(("sim.scenario", "pydantic")) for module in modules)


@pytest.mark.elsewhere
def test_everything_is_read_from_a_stored_expo_and_its_trace() -> None:
    expo, trace = pickle.loads(pickle.dumps((ran().expo, ran().trace)))
    again = Result(expo, trace)
    for table in COLUMNS:
        pd.testing.assert_frame_equal(getattr(again, table), getattr(ran(), table))
    pd.testing.assert_frame_equal(again.event_log(), ran().event_log())
    assert np.array_equal(again.kpis, ran().kpis, equal_nan=True)
    assert again.kpis["costs.total"] > 0
    assert again.kpis["promises.kept_share"] >= 0
    assert str(again) == str(ran())
    assert "HUF" in str(again)


def test_a_result_says_how_to_get_it_again() -> None:
    result = sim.run(fair(), replication=1, seed=77)
    assert (result.seed, result.replication) == (77, 1)
    assert ", replication 1, seed 77" in repr(result)
    again = sim.run(fair(), replication=result.replication, seed=result.seed)
    assert again.trace.to_bytes() == result.trace.to_bytes()


def test_an_expo_says_which_scenario_it_is_of() -> None:
    expo, scenario = ran().expo, priced()
    assert (expo.name, expo.title, expo.hash) == (scenario.name, scenario.data.expo.title, scenario.hash)
    assert (expo.seed, expo.replication) == (scenario.data.expo.seed, 2)


def test_the_terms_are_what_the_scenario_says() -> None:
    data, expo = priced().data, ran().expo
    terms = expo.terms
    assert terms.first_day == data.expo.first_day
    assert terms.home_country == "CN"  # which the scenario does not say
    assert terms.net_area_m2 == data.venue.gross_area_m2 * data.venue.net_share
    assert terms.useful == data.behaviour.useful_minutes * MINUTE
    assert terms.useful_exchanges
    assert terms.persona_kinds == tuple(data.visitors[name].kind for name in expo.personas)
    assert terms.chain_titles == expo.chains  # no titles of their own
    assert terms.pavilion_titles == expo.pavilions
    prices = {field.name: getattr(terms.prices, field.name) for field in fields(terms.prices)}
    assert prices == data.costs.model_dump()
    for name, of in zip(expo.matchmaking, terms.matchmaking, strict=True):
        table = data.matchmaking[name]
        same = ("policy", "areas", "tables", "interpreters")
        assert [getattr(of, what) for what in same] == [getattr(table, what) for what in same]
        assert (of.slot, of.buffer) == (table.slot_minutes * MINUTE, table.buffer_minutes * MINUTE)
        assert of.at_tables == (table.location == "table")
        assert of.lists_windows == (name == "general")
    hungary = terms.matchmaking[expo.matchmaking.index("hungary")]
    assert dict(zip(expo.sponsors, hungary.promises, strict=True)) == {"gold": 4, "silver": 0}


def test_nothing_of_an_expo_can_be_changed_but_its_floors_arrays() -> None:
    expo = ran().expo
    stored: Expo = pickle.loads(pickle.dumps(expo))
    for one in (expo, stored):
        assert not any(array.flags.writeable for array in own_arrays(one))
        with pytest.raises(FrozenInstanceError):
            one.seed = 3  # type: ignore[misc]
    assert len(own_arrays(expo)) > 40


@pytest.mark.parametrize("table", COLUMNS)
def test_a_table_can_be_written_to_and_nothing_else_changes(table: str) -> None:
    frame: pd.DataFrame = getattr(ran(), table)
    expo, trace = ran().expo, ran().trace
    floor = [
        getattr(part, field.name)
        for part in (getattr(expo.floor, f.name) for f in fields(expo.floor))
        if is_dataclass(part)
        for field in fields(part)
    ]
    kept = own_arrays(expo) + [array for array in floor if isinstance(array, np.ndarray)]
    kept += [getattr(trace, field.name) for field in fields(Trace)]
    for name in frame:
        values = getattr(frame[name].array, "_ndarray", None)
        if values is not None:
            assert not any(np.shares_memory(values, array) for array in kept), name
            assert values.flags.writeable, name


def test_keys_seed_and_replication_draw_again_what_was_drawn() -> None:
    scenario = fair(visitors__buyer__hosted_share=0.4)
    expo = build(scenario, 3)
    kinds = scenario.data.visitors
    share = np.array([kinds[name].hosted_share for name in expo.personas])[expo.parties.persona]
    drawn = expo.streams.uniform("visitors.hosted", expo.parties.key) < share
    assert 0 < drawn.sum() < len(drawn)
    assert np.array_equal(drawn, expo.parties.hosted == 1)
    days = subkeys(expo.parties.key, expo.parties.day)  # those of a day, below a party's
    bookings, absent = expo.floor.bookings, expo.floor.party_days.arrival >= NEVER
    with_meetings = np.append(
        owners(expo.floor.party_days.booking_index)[bookings.meeting != NONE], np.flatnonzero(absent)
    )
    for number, name in enumerate(expo.personas):
        mine = expo.parties.persona == number
        stay = kinds[name].stay_minutes.quantile(expo.streams.uniform("visitors.stay", days[mine]))
        planned = np.rint(stay * MINUTE) == expo.floor.party_days.stay[mine]
        # meetings may lengthen a stay, and hosts theirs
        free = ~np.isin(np.flatnonzero(mine), with_meetings) & ~drawn[mine]
        assert planned[free].mean() > 0.95  # but for the very short stays
        assert np.array_equal(expo.floor.party_days.latest[mine], expo.day_close[expo.parties.day[mine]])


def test_parties_of_one_number_have_one_key_and_one_mind() -> None:
    expo = built()
    party, rows = expo.floor.party_days.party, expo.parties
    assert len(np.unique(rows.key)) == len(np.unique(party)) < len(party)
    _, first = np.unique(party, return_index=True)
    for column in (rows.key, rows.authority, rows.eagerness, rows.organisation):
        assert np.array_equal(column, column[first][party])


def test_affinity_is_known_of_any_two_who_meet() -> None:
    expo = built()
    requests, staff = expo.requests, expo.floor.staff.booth
    actors = []
    for organisation, party in (
        (requests.asker, requests.asker_party),
        (requests.asked, requests.asked_party),
    ):
        first_day = np.searchsorted(expo.floor.party_days.party, party)
        member = expo.floor.n_party_days + np.searchsorted(staff, organisation)
        actors.append(np.where(party == NONE, member, first_day))
    there, back = expo.affinity(*actors), expo.affinity(*actors[::-1])
    assert np.array_equal(there, back)
    assert np.allclose(there, requests.affinity, rtol=1e-12)
    assert there.std() > 0.1


def test_affinity_is_what_made_conversations_long() -> None:
    rows = ran().ledger.conversations
    affinity = ran().expo.affinity(rows.actor, rows.other)
    long = rows.served > np.median(rows.served)
    assert affinity[long].mean() > affinity[~long].mean()
    assert affinity.min() >= 0 and affinity.max() <= 1  # noqa: PT018 - one range
    assert (ran().trace.kind == Kind.TALK).sum() >= len(rows) > 500


def test_the_plan_shows_places_where_the_floor_has_them() -> None:
    expo = built()
    plan, places = expo.plan, expo.floor.places
    n = expo.n_exhibitors
    assert plan.halls.shape == (len(expo.halls), 4)
    assert plan.booths.shape == (n, 4)
    hall = plan.halls[places.zone[:n]]
    west, south, east, north = plan.booths.T
    assert ((west >= hall[:, 0]) & (south >= hall[:, 1]) & (east <= hall[:, 2]) & (north <= hall[:, 3])).all()
    assert (np.abs((west + east) / 2 - places.x[:n]) <= 1).all()
    assert (np.abs((south + north) / 2 - places.y[:n]) <= 1).all()
    inside = places.zone < len(expo.halls)
    door = plan.doors[places.zone[inside]]
    away = np.abs(places.x[inside] - door[:, 0]) + np.abs(places.y[inside] - door[:, 1])
    assert np.array_equal(away, places.to_door[inside])
