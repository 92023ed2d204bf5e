from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np
import pytest

import sim
from sim.expo import Expo, build
from sim.expo.expo import SESSION_KINDS
from sim.floor.arrays import NONE
from sim.floor.contract import FloorError, check_floor, faults
from tests.expo.fair import TOML, Table, built, fair, scenario_of

TINY = """
[expo]
title = "One booth"
first_day = 2024-11-26
[venue]
gross_area_m2 = 100
[venue.halls.only]
width_m = 20
depth_m = 20
[venue.gates.door]
[chains.energy]
hall = "only"
[exhibitors]
count = 1
[visitors.public]
kind = "public"
visits = 30
"""


def arrays(thing: Any, path: str = "") -> dict[str, np.ndarray[Any, Any]]:
    """Every array in an expo, by its path."""
    found = {}
    for field in fields(thing):
        value = getattr(thing, field.name)
        if isinstance(value, np.ndarray):
            found[f"{path}{field.name}"] = value
        elif is_dataclass(value):
            found |= arrays(value, f"{path}{field.name}.")
    return found


def same(a: Expo, b: Expo) -> set[str]:
    """The arrays that are not the same in both."""
    first, second = arrays(a), arrays(b)
    assert first.keys() == second.keys()
    return {
        path
        for path, value in first.items()
        if value.shape != second[path].shape or value.tobytes() != second[path].tobytes()
    }


@pytest.mark.parametrize("replication", range(3))
def test_every_floor_keeps_its_contract(replication: int) -> None:
    check_floor(built(replication).floor)


@pytest.mark.parametrize(
    "settings",
    [
        {"visitors__public__visits": 0},
        {"visitors__buyer__matchmaking_share": 0.0001},
        {"matchmaking__general__tables": 0},
        {"matchmaking__general__requests": 0},
        {"matchmaking__general__location": "booth", "matchmaking__general__exhibitors_meet": True},
        {"matchmaking__general__interpreters": 0, "matchmaking__general__overrun": "hold"},
        {"exhibitors__shifts": 2, "exhibitors__lunch_minutes": 0},
        {"visitors__buyer__stops": Table(dist="constant", value=0)},
        {"visitors__public__stops": Table(dist="constant", value=500)},
        {"programme__seminars__stay_for_round": 1.0},
        {"programme__seminars__stay_for_round": 0.0},
        {"behaviour__margin_minutes": 0},
        {"expo__population": "fixed"},
        {"shocks__gone__kind": "country_absent", "shocks__gone__country": "HU"},
        {"shocks__shut__kind": "gate_closed"},
        {"shocks__shut__kind": "hall_closed", "shocks__shut__hall": "west", "shocks__shut__day": 1},
        {"shocks__ill__kind": "staff_absent", "shocks__ill__share": 0.7},
        {"shocks__more__kind": "arrivals", "shocks__more__factor": 2.5},
        {"shocks__none__kind": "arrivals", "shocks__none__factor": 0.0},
    ],
    ids=lambda settings: ",".join(f"{k}={v}" for k, v in settings.items()),
)
def test_unusual_fairs_keep_the_contract_too(settings: dict[str, object]) -> None:
    check_floor(build(fair(**settings)).floor)


def test_the_smallest_expo_there_is_can_be_built() -> None:
    expo = build(scenario_of(TINY))
    check_floor(expo.floor)
    assert expo.n_exhibitors == 1
    assert expo.floor.party_days.size.sum() == 30
    assert (np.diff(expo.floor.party_days.stop_index) == 1).all()
    assert len(expo.floor.bookings.place) == len(expo.floor.calls.booth) == len(expo.requests.asker) == 0


def test_the_shipped_quickstart_keeps_the_contract() -> None:
    check_floor(build(sim.load("quickstart")).floor)


def test_the_same_seed_and_replication_give_the_same_bytes() -> None:
    assert same(built(1), build(fair(), 1)) == set()
    assert same(built(0), build(fair(), 0, seed=11)) == set()


@pytest.mark.parametrize(("replication", "seed"), [(1, None), (0, 12)])
def test_another_seed_or_replication_gives_another_expo(replication: int, seed: int | None) -> None:
    different = same(built(0), build(fair(), replication, seed))
    for path in ("floor.party_days.arrival", "floor.stops.talk", "requests.score", "floor.bookings.start"):
        assert path in different


def test_a_fixed_population_is_the_same_in_every_replication() -> None:
    settings = {"expo__population": "fixed"}
    different = same(built(0, **settings), built(1, **settings))
    assert not any(path.startswith("exhibitors.") for path in different)
    assert "floor.party_days.arrival" in different
    n = built(0).n_exhibitors
    for column in ("chain", "country", "offers", "needs"):
        values = [getattr(built(r, **settings).organisations, column)[:n] for r in (0, 1)]
        assert np.array_equal(*values)
    redrawn = same(built(0), built(1))
    assert "exhibitors.attraction" in redrawn


def test_a_member_of_staff_more_leaves_visitors_routes_and_requests() -> None:
    different = same(built(), built(exhibitors__mean_staff=5.02))
    assert "floor.staff.booth" in different
    own = {
        path for path in different if path.startswith(("floor.staff.", "floor.calls.", "exhibitors.staff"))
    }
    # whose people the exhibitors' visitors are goes by the staff, and tours and meetings by who is free
    allowed = {"parties.organisation", "requests.meeting", "organisations.key"}
    rest = {
        path
        for path in different - own - allowed
        if not path.startswith(("floor.bookings.", "floor.meetings.", "floor.sessions.", "programme.host"))
    }
    assert not any(
        path.startswith(("floor.party_days.a", "floor.party_days.c", "floor.places")) for path in rest
    )
    assert "requests.asker" not in rest


def test_the_programme_lists_sessions_row_for_row_and_names_everything() -> None:
    expo = built()
    p, floor = expo.programme, expo.floor
    n = len(floor.sessions.place)
    assert len(p.title) == len(p.kind) == len(p.rule) == len(p.chain) == n
    assert len(p.host_index) == n + 1
    assert p.host_index[-1] == len(p.host)
    tours = p.kind == SESSION_KINDS.index("tour")
    assert {p.rule[k] for k in np.flatnonzero(tours)} == {"delegation"}
    hosted = np.flatnonzero(floor.calls.session != NONE)
    assert len(hosted) == len(p.host)
    for k in hosted.tolist():
        session = floor.calls.session[k]
        assert floor.calls.booth[k] in p.host[p.host_index[session] : p.host_index[session + 1]]
    assert len(expo.places) == len(floor.places.kind)
    assert len(expo.parties.day) == floor.n_party_days
    assert expo.parties.organisation.max() < len(expo.organisations.name)
    assert "1,450 visits" in repr(expo)


def test_the_parties_of_an_expo_are_numbered_by_who_they_are() -> None:
    expo = built()
    party, day = expo.floor.party_days.party, expo.parties.day
    assert np.array_equal(np.unique(party), np.arange(party.max() + 1))
    assert (np.diff(party) >= 0).all()
    assert len(np.unique(party * 2 + day)) == len(party)


def _with(table: str, column: str, value: Any) -> Any:
    """The fair's floor with the first entry of a column changed."""
    floor = built().floor
    values = getattr(getattr(floor, table), column).copy()
    values[(0,) * values.ndim] = value
    return replace(floor, **{table: replace(getattr(floor, table), **{column: values})})


@pytest.mark.parametrize(
    ("table", "column", "value", "said"),
    [
        ("party_days", "size", 0, "party_days.size must be >= 1"),
        ("party_days", "gate", 0, "party_days.gate must be a gate"),
        ("party_days", "latest", 0, "latest must be after the arrival"),
        ("party_days", "stay", 0, "party_days.stay must be >= 1"),
        ("party_days", "stop_index", 1, "stop_index must rise from 0"),
        ("party_days", "booking_index", 1, "booking_index must rise from 0"),
        ("stops", "look", 0, "stops.look must be >= 1"),
        ("stops", "place", 10_000, "stops.place must be a booth"),
        ("bookings", "start", 1 << 40, "bookings must be in order of start"),
        ("bookings", "meal", 5, "one of session, meeting and meal"),
        ("bookings", "rounds", -1, "bookings.rounds must be >= 0"),
        ("bookings", "start", 1 << 31, "bookings.start must be from 0 to 2**31 ms (24 days)"),
        ("bookings", "session", 1 << 20, "bookings.session must exist"),
        ("bookings", "comes", 2, "bookings.comes must be 0 or 1"),
        ("calls", "at", 1 << 40, "a call must go out before its start"),
        ("calls", "deadline", 0, "deadline must not be before its start"),
        ("calls", "member", 1 << 20, "calls.member must exist"),
        ("calls", "booth", -1, "calls.booth must be a booth"),
        ("meetings", "start", 0, "booked for the meeting's start"),
        ("meetings", "duration", 0, "meetings.duration must be >= 1"),
        ("meetings", "place", 10_000, "meetings.place must be a table or a booth"),
        ("sessions", "end", 0, "sessions must end after they start"),
        ("sessions", "round", 0, "sessions.round must be >= 1"),
        ("staff", "booth", 10_000, "staff.booth must be a booth"),
        ("staff", "shift_to", 0, "staff.shift must end after it starts"),
        ("places", "open_to", 0, "places.open must end after it starts"),
        ("places", "zone", 99, "places.zone must exist"),
    ],
)
def test_a_broken_floor_is_named(table: str, column: str, value: int, said: str) -> None:
    floor = _with(table, column, value)
    assert any(said in fault for fault in faults(floor))
    with pytest.raises(FloorError):
        check_floor(floor)


def test_columns_of_the_wrong_type_or_length_are_named() -> None:
    floor = built().floor
    short = replace(floor, stops=replace(floor.stops, look=floor.stops.look[:-1]))
    assert any("stops.look must be as long as place" in fault for fault in faults(short))
    for table, column, said in (
        ("staff", "shift_to", "staff.shift_to must be as long as shift_from"),
        ("places", "open_to", "places.open_to must be as long as open_from"),
        ("places", "zone_distance", "places.zone_distance must be as long as zone_limit"),
        ("sessions", "late", "sessions.late must be as long as place"),
    ):
        values = getattr(getattr(floor, table), column)[:-1]
        short = replace(floor, **{table: replace(getattr(floor, table), **{column: values})})
        assert any(said in fault for fault in faults(short))
    less = replace(floor.places, zone_distance=floor.places.zone_distance[:, :-1])
    assert faults(replace(floor, places=less))[0].startswith("places.zone_distance must have a column a zone")
    small = replace(floor, stops=replace(floor.stops, look=floor.stops.look.astype(np.int32)))
    assert any("stops.look must hold int64" in fault for fault in faults(small))
    assert TOML.startswith("\n[expo]")
