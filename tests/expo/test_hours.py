"""Hours by day and by hall, a break of the matchmaking area, staff before the doors: all known beforehand."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

import sim
from sim.expo import Expo
from sim.expo.venue.hours import DAY, hall_hours, set_up
from sim.floor.arrays import MINUTE, PlaceKind
from sim.floor.trace import Kind

HOUR = 60 * MINUTE
EARLY = {"venue.halls.east.closes": dt.time(13, 0)}


def fair(**changes: Any) -> Expo:
    return sim.build(sim.load("quickstart", changes))


def hours(expo: Expo, place: int) -> list[tuple[float, float]]:
    """Opening intervals of a place in hours of the first day."""
    p = expo.floor.places
    rows = slice(p.open_index[place], p.open_index[place + 1])
    return [
        (a / HOUR, b / HOUR)
        for a, b in zip(p.open_from[rows].tolist(), p.open_to[rows].tolist(), strict=True)
    ]


def starts(expo: Expo) -> list[str]:
    """Starts of slots of meetings on the first day, as clock times."""
    times = np.unique(expo.floor.meetings.start[expo.floor.meetings.start < DAY]) // MINUTE
    return [f"{t // 60:02d}:{t % 60:02d}" for t in times.tolist()]


def test_a_hall_that_closes_early_as_planned_loses_no_activity_and_its_staff_go_home() -> None:
    usual, early = fair(), fair(**EARLY)
    zone = early.floor.places.zone
    for place in range(early.n_exhibitors):
        assert hours(early, place) == ([(9, 13)] if zone[place] == 0 else [(9, 17)])
    assert len(early.programme.title) == len(usual.programme.title)
    rooms = zone[early.floor.sessions.place] == 0
    activity = np.array([not title.startswith("Tour") for title in early.programme.title])
    last = early.floor.sessions.end + early.floor.sessions.rounds * early.floor.sessions.round
    assert (rooms & activity).sum() >= 8
    assert last[rooms].max() <= 13 * HOUR < last[~rooms].max()
    staff = early.floor.staff
    on_duty = np.repeat(staff.booth, np.diff(staff.shift_index))
    assert staff.shift_to[zone[on_duty] == 0].max() == 13 * HOUR
    assert staff.shift_to[zone[on_duty] == 1].max() == 17 * HOUR


def test_a_hall_has_hours_of_its_own_on_a_day_within_the_doors() -> None:
    expo = fair(
        **{
            "expo.days": 2,
            "venue.halls.west.hours": {"2025-05-21": {"opens": dt.time(10, 0), "closes": dt.time(20, 0)}},
            "programme.seminars.per_day": [8, 0],
            "programme.exchange.per_day": [3, 0],
            "matchmaking.main.windows": [1, 1],
        }
    )
    west = int(np.flatnonzero(expo.floor.places.zone[: expo.n_exhibitors] == 1)[0])
    assert hours(expo, west) == [(9, 17), (34, 41)]
    second = expo.floor.meetings.start[expo.floor.meetings.start > DAY]
    assert len(second) > 0
    assert second.min() >= DAY + 10 * HOUR


def test_hours_of_a_hall_beyond_the_doors_are_those_of_the_doors_and_nobody_sets_up_before_midnight() -> None:
    quickstart = sim.load("quickstart").data
    night = {"opens": dt.time(1), "closes": dt.time(5), "set_up_minutes": 90}
    halls = {
        "east": {"opens": dt.time(0, 30), "closes": dt.time(23)},
        "west": {"opens": dt.time(2)},
    }
    update = {
        "expo": quickstart.expo.model_copy(update=night),
        "venue": quickstart.venue.model_copy(
            update={
                "halls": {n: quickstart.venue.halls[n].model_copy(update=u) for n, u in halls.items()},
            }
        ),
    }
    scenario = cast(sim.Scenario, SimpleNamespace(data=quickstart.model_copy(update=update)))
    opens, closes = hall_hours(scenario)
    assert (opens // HOUR).tolist() == [[1], [2]]
    assert (closes // HOUR).tolist() == [[5], [5]]
    assert (set_up(scenario, opens) // MINUTE).tolist() == [[0], [30]]


def test_nothing_begins_in_the_break_and_slots_go_on_at_its_end() -> None:
    changes: dict[str, Any] = {
        "matchmaking.main.break_from": dt.time(12, 0),
        "matchmaking.main.break_to": dt.time(13, 15),
        "matchmaking.main.requests": 600,
    }
    expo = fair(**changes)
    # 20 minutes and 10 between, from 10:00 to 16:00: four before the break, five from its end on
    assert expo.programme.window_slots.tolist() == [9]
    allowed = ["10:00", "10:30", "11:00", "11:30", "13:15", "13:45", "14:15", "14:45", "15:15"]
    assert set(starts(expo)) <= set(allowed)
    assert "13:15" in starts(expo)


def test_matchmaking_has_other_hours_on_a_day() -> None:
    other = {"2025-05-20": {"opens": dt.time(14, 0), "closes": dt.time(15, 30)}}
    expo = fair(**{"matchmaking.main.hours": other, "matchmaking.main.requests": 600})
    assert expo.programme.window_slots.tolist() == [3]
    assert min(starts(expo)) >= "14:00"


def test_staff_set_up_before_the_doors_and_are_at_the_first_slot() -> None:
    """With a slot at the very opening a delegate has to be on his way before it."""
    changes: dict[str, Any] = {
        "matchmaking.main.from": dt.time(9, 0),
        "matchmaking.main.to": dt.time(11, 50),  # six slots fill it
        "visitors.buyer.arrival_shares": {"9": 1},
        "matchmaking.main.exhibitors_meet": True,
        "matchmaking.main.requests": 800,
    }
    plain = fair(**changes)
    early = sim.run(sim.load("quickstart", changes | {"expo.set_up_minutes": 60}))
    first = int(early.expo.programme.window_start[0])
    assert first == 9 * HOUR
    assert (plain.floor.meetings.start == first).sum() == 0
    assert (early.expo.floor.meetings.start == first).sum() > 0
    assert early.expo.day_open.tolist() == plain.day_open.tolist()
    hour_more = len(plain.floor.staff.booth)
    duty = [e.floor.staff.shift_to.sum() - e.floor.staff.shift_from.sum() for e in (early.expo, plain)]
    assert duty[0] - duty[1] == hour_more * HOUR
    visits = early.trace.kind == Kind.VISIT
    assert early.trace.start[visits].min() >= 9 * HOUR  # visitors come with the doors
    gates = np.flatnonzero(early.expo.floor.places.kind == PlaceKind.GATE)
    assert hours(early.expo, int(gates[0])) == [(9, 16.25)]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        (
            {"venue.halls.east.closes": dt.time(8, 0)},
            "halls.east.closes: found 08:00; the hall would not be open on",
        ),
        (
            {"venue.halls.east.hours": {"2025-05-22": {"closes": dt.time(12, 0)}}},
            "found 2025-05-22; allowed: a day of the expo, 2025-05-20",
        ),
        (
            {"matchmaking.main.break_to": dt.time(13, 0)},
            "break_to: found 13:00; a break needs break_from and",
        ),
        (
            {"matchmaking.main.break_from": dt.time(13, 0), "matchmaking.main.break_to": dt.time(12, 0)},
            "break_to: found 12:00; allowed: after break_from = 13:00",
        ),
        (
            {
                "matchmaking.main.break_from": dt.time(10, 10),
                "matchmaking.main.break_to": dt.time(15, 50),
            },
            "not one slot fits into 10:00 to 16:00 but for the break, 10:10 to 15:50 on day 1",
        ),
        (
            {"venue.halls.west.closes": dt.time(9, 20), "matchmaking.main.windows": [0]},
            "lasts from 09:30 to 09:50 on day 1, when the halls of its rooms are closed",
        ),
    ],
)
def test_hours_that_cannot_be_are_said(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(sim.ScenarioError) as caught:
        fair(**changes)
    assert says in str(caught.value)


def test_doors_that_never_open_are_not_said_of_their_halls_too() -> None:
    with pytest.raises(sim.ScenarioError) as found:
        sim.load("quickstart", {"expo.closes": dt.time(9), "venue.halls.east.closes": dt.time(12)})
    assert "expo.closes: found 09:00" in str(found.value)
    assert "would not be open" not in str(found.value)
