from __future__ import annotations

import numpy as np
import pytest

from sim.expo.venue.hours import DAY
from sim.expo.venue.shocks import (
    absent_exhibitors,
    absent_staff,
    gate_closures,
    hall_closures,
    hourly_factors,
    lane_changes,
)
from sim.streams import Streams, subkeys
from tests.expo.cisce import cisce

HOUR = DAY // 24


def test_without_shocks_nothing_changes() -> None:
    scenario = cisce()
    assert hourly_factors(scenario, "buyer", 0).tolist() == [1] * 24
    assert hall_closures(scenario, "H1") == gate_closures(scenario, "south") == []
    assert lane_changes(scenario, "south") == []


def test_a_shock_without_times_lasts_all_day() -> None:
    scenario = cisce(shocks={"rain": {"kind": "arrivals", "factor": 0.6, "day": 2}})
    for day, factor in enumerate((1, 0.6, 1, 1, 1)):
        assert hourly_factors(scenario, "buyer", day) == pytest.approx(np.full(24, factor))


def test_a_shock_for_part_of_an_hour_counts_in_proportion() -> None:
    scenario = cisce(
        shocks={"metro": {"kind": "arrivals", "factor": 0.5, "from": "10:30", "to": "12:00"}},
    )
    assert hourly_factors(scenario, "buyer", 4)[9:13].tolist() == [1, 0.75, 0.5, 1]


def test_shocks_on_arrivals_multiply_and_may_name_a_persona() -> None:
    scenario = cisce(
        visitors__press={"kind": "media", "visits": 10},
        shocks={
            "rain": {"kind": "arrivals", "factor": 0.5},
            "scoop": {"kind": "arrivals", "factor": 3, "persona": "press"},
        },
    )
    assert hourly_factors(scenario, "buyer", 0) == pytest.approx(np.full(24, 0.5))
    assert hourly_factors(scenario, "press", 0) == pytest.approx(np.full(24, 1.5))


def test_closures_hold_on_the_days_and_at_the_times_they_say() -> None:
    scenario = cisce(shocks={"fire": {"kind": "hall_closed", "hall": "H2", "day": 3, "from": "12:00"}})
    assert hall_closures(scenario, "H2") == [(60 * HOUR, 65 * HOUR)]
    assert hall_closures(scenario, "H1") == []


def test_absent_staff_are_those_below_the_share_of_their_draw() -> None:
    keys = subkeys(5, np.arange(4000))
    small = cisce(shocks={"flu": {"kind": "staff_absent", "share": 0.2, "day": 1}})
    large = cisce(shocks={"flu": {"kind": "staff_absent", "share": 0.4, "day": 1}})
    ill = [bool(a) for a in absent_staff(small, keys, Streams(1, 0))]
    more = [bool(a) for a in absent_staff(large, keys, Streams(1, 0))]
    assert np.mean(ill) == pytest.approx(0.2, abs=0.03)
    assert all(b for a, b in zip(ill, more, strict=True) if a)  # a larger share adds, and replaces nobody
    assert absent_staff(small, keys, Streams(1, 0))[ill.index(True)] == [(9 * HOUR, 17 * HOUR)]


def test_two_shocks_keep_exhibitors_away_independently() -> None:
    keys = subkeys(5, np.arange(4000))
    strike = {"kind": "country_absent", "country": "HU", "share": 0.5}
    scenario = cisce(shocks={"strike": strike | {"day": 1}, "storm": strike | {"day": 2}})
    days = [
        {start // DAY for start, _ in away}
        for away in absent_exhibitors(scenario, keys, ("HU",) * len(keys), Streams(1, 0))
    ]
    for those in (set(), {0}, {1}, {0, 1}):
        assert days.count(those) / len(keys) == pytest.approx(0.25, abs=0.03)
