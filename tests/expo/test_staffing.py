from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.expo.exhibitors.organisations import draw_exhibitors
from sim.expo.exhibitors.staffing import pace, roster, staff_keys
from sim.expo.expo import Exhibitors, Organisations
from sim.expo.venue.hours import DAY
from sim.expo.venue.venue import lay_out
from sim.floor.arrays import MINUTE, Staff
from sim.streams import Streams
from tests.expo.cisce import cisce

HOUR = DAY // 24


def rostered(**changes: Any) -> tuple[Staff, Organisations, Exhibitors]:
    scenario, streams = cisce(**changes), Streams(1, 0)
    organisations, exhibitors = draw_exhibitors(scenario, streams)
    venue = lay_out(scenario, organisations, exhibitors, streams)
    return roster(scenario, organisations, exhibitors, venue, streams), organisations, exhibitors


def hours(staff: Staff, member: int) -> list[tuple[int, int]]:
    rows = slice(staff.shift_index[member], staff.shift_index[member + 1])
    return list(zip(staff.shift_from[rows].tolist(), staff.shift_to[rows].tolist(), strict=True))


def on_duty(staff: Staff, booths: int, time: int) -> Any:
    """Members on duty at each booth at a time."""
    row = np.repeat(np.arange(len(staff.booth)), np.diff(staff.shift_index))
    there = (staff.shift_from <= time) & (time < staff.shift_to)
    return np.bincount(staff.booth[row[there]], minlength=booths)


STAFF, ORGANISATIONS, EXHIBITORS = rostered()


def test_every_member_belongs_to_a_booth_in_order() -> None:
    assert np.array_equal(np.bincount(STAFF.booth), EXHIBITORS.staff)
    assert np.all(np.diff(STAFF.booth) >= 0)
    assert len(STAFF.shift_index) == len(STAFF.booth) + 1
    assert np.all(STAFF.shift_from < STAFF.shift_to)


def test_the_pace_is_that_of_the_scenario() -> None:
    assert set(STAFF.pace.tolist()) == {83}  # 1.2 m/s
    assert pace(0.8) == 125
    assert pace(3000.0) == 1


def test_everybody_is_there_all_day_but_for_a_break_of_the_length_asked_for() -> None:
    worked = np.add.reduceat(STAFF.shift_to - STAFF.shift_from, STAFF.shift_index[:-1])
    assert set(worked.tolist()) == {5 * (8 * HOUR - 45 * MINUTE)}
    for member in range(0, len(STAFF.booth), 97):
        for day in range(5):
            (a, b), (c, d) = hours(STAFF, member)[2 * day : 2 * day + 2]
            assert (a, d) == (day * DAY + 9 * HOUR, day * DAY + 17 * HOUR)
            assert c - b == 45 * MINUTE
            assert day * DAY + 11.5 * HOUR <= b <= c <= day * DAY + 13.5 * HOUR


def test_a_booth_with_two_staff_keeps_one_over_lunch() -> None:
    assert (EXHIBITORS.staff == 2).sum() > 50
    changes = np.unique(STAFF.shift_to[STAFF.shift_to % DAY < 17 * HOUR])
    for time in changes[::7]:
        present = on_duty(STAFF, len(EXHIBITORS.staff), int(time))
        assert np.all(present >= EXHIBITORS.staff // 2)


def test_breaks_differ_between_booths_and_days() -> None:
    begins = {hours(STAFF, 0)[2 * day][1] % DAY for day in range(5)}
    assert len(begins) == 5
    assert len({hours(STAFF, member)[0][1] for member in range(0, len(STAFF.booth), 50)}) > 50


def test_the_order_in_which_a_booth_goes_to_lunch_is_drawn_for_each_day() -> None:
    first = np.searchsorted(STAFF.booth, np.flatnonzero(EXHIBITORS.staff == 2))
    before = np.array(
        [[hours(STAFF, m + other)[2 * day][1] for m in first.tolist()] for day in (0, 1) for other in (0, 1)]
    )
    same = (before[0] < before[1]) == (before[2] < before[3])
    assert same.mean() == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(len(first)))


def test_a_lunch_time_of_one_break_leaves_the_last_member_at_the_booth() -> None:
    staff, _, exhibitors = rostered(exhibitors__lunch_to="12:30", exhibitors__least_staff=1)
    for time in (11 * HOUR + 50 * MINUTE, DAY + 12 * HOUR):
        present = on_duty(staff, len(exhibitors.staff), time)
        assert np.all(present[exhibitors.staff > 1] >= 1)


def test_without_lunch_nobody_leaves() -> None:
    staff, _, _ = rostered(exhibitors__lunch_minutes=0)
    assert hours(staff, 3) == [(day * DAY + 9 * HOUR, day * DAY + 17 * HOUR) for day in range(5)]


def test_two_shifts_share_the_day_and_cover_it() -> None:
    staff, _, exhibitors = rostered(exhibitors__shifts=2, exhibitors__least_staff=1)
    several = np.isin(staff.booth, np.flatnonzero(exhibitors.staff > 1))
    worked = np.add.reduceat(staff.shift_to - staff.shift_from, staff.shift_index[:-1])
    assert set(worked[several].tolist()) == {5 * 4 * HOUR}
    for time in (9 * HOUR, 12 * HOUR, 13 * HOUR, 16 * HOUR + 59 * MINUTE):
        present = on_duty(staff, len(exhibitors.staff), time)
        assert np.all(present[exhibitors.staff > 1] >= exhibitors.staff[exhibitors.staff > 1] // 2)
    alone = int(np.flatnonzero(exhibitors.staff == 1)[0])
    assert on_duty(staff, len(exhibitors.staff), 16 * HOUR)[alone] == 1


def test_absent_staff_are_gone_for_the_time_and_no_other() -> None:
    staff, _, _ = rostered(shocks={"flu": {"kind": "staff_absent", "share": 0.3, "day": 2}})
    gone = [
        m for m in range(len(staff.booth)) if not any(a < 2 * DAY and b > DAY for a, b in hours(staff, m))
    ]
    assert len(gone) / len(staff.booth) == pytest.approx(0.3, abs=0.03)
    for member in range(len(staff.booth)):
        usual = hours(STAFF, member)
        assert hours(staff, member) == (usual[:2] + usual[4:] if member in set(gone) else usual)


def test_an_absent_exhibitor_has_no_staff() -> None:
    staff, organisations, exhibitors = rostered(
        shocks={"strike": {"kind": "country_absent", "country": "HU", "day": 1}}
    )
    present = on_duty(staff, len(exhibitors.staff), 10 * HOUR)
    hungarian = organisations.country == organisations.country[-1]
    assert np.array_equal(present == 0, hungarian)
    assert np.all(on_duty(staff, len(exhibitors.staff), 34 * HOUR) == exhibitors.staff)


def test_one_member_more_leaves_the_others_absences() -> None:
    _, member, keys = staff_keys(ORGANISATIONS, EXHIBITORS)
    more = EXHIBITORS.staff.copy()
    more[0] += 1
    extended = replace(EXHIBITORS, staff=more)
    _, _, other = staff_keys(ORGANISATIONS, extended)
    assert np.array_equal(np.delete(other, EXHIBITORS.staff[0]), keys)
    assert member[0] == 0
    assert len(np.unique(keys)) == len(keys)
