"""Staff of the booths: who is on duty when. Shifts, staggered lunch breaks, absences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.expo.shared import step
from sim.expo.venue.hours import DAY, clock, minutes, ragged, without
from sim.expo.venue.shocks import absent_exhibitors, absent_staff
from sim.floor.arrays import IntArray, Staff
from sim.scenario.schema.countries import COUNTRIES
from sim.streams import FloatArray, KeyArray, Streams, subkeys

if TYPE_CHECKING:
    from sim.expo.expo import Exhibitors, Organisations
    from sim.expo.venue.venue import Venue
    from sim.scenario import Scenario

__all__ = ["pace", "roster", "staff_keys"]


def pace(metres_per_second: float) -> int:
    """A walking speed as whole milliseconds a decimetre, at least 1."""
    return max(1, round(100 / metres_per_second))


def staff_keys(organisations: Organisations, exhibitors: Exhibitors) -> tuple[IntArray, IntArray, KeyArray]:
    """Booth, number within the booth, and key of every member of staff, in order of their booths."""
    booth = np.repeat(np.arange(len(exhibitors.staff)), exhibitors.staff)
    first = np.cumsum(exhibitors.staff) - exhibitors.staff
    member = np.arange(len(booth)) - first[booth]
    return booth, member, subkeys(organisations.key[: len(exhibitors.staff)][booth], member)


@step
def roster(
    scenario: Scenario,
    organisations: Organisations,
    exhibitors: Exhibitors,
    venue: Venue,
    streams: Streams,
) -> Staff:
    """The staff with their intervals on duty, over all days.

    In one shift everybody is there all day; in two, the even members of a booth in the first half
    and the odd ones in the second (a booth with one member has it all day). Whoever is on duty all
    through the lunch hours has a break in them.
    """
    n = len(exhibitors.staff)
    booth, member, keys = staff_keys(organisations, exhibitors)
    start, end = _usual_hours(
        scenario, exhibitors, venue, booth, member, keys, organisations.key[:n], streams
    )
    codes = tuple(COUNTRIES[country].code for country in organisations.country[:n].tolist())
    away = absent_exhibitors(scenario, organisations.key[:n], codes, streams)
    absent = absent_staff(scenario, keys, streams)
    if any(away) or any(absent):
        index, shift_from, shift_to = ragged(
            [
                without(zip(start[i].tolist(), end[i].tolist(), strict=True), absent[i] + away[place])
                for i, place in enumerate(booth.tolist())
            ]
        )
    else:
        works = start < end
        index = np.concatenate(([0], np.cumsum(works.sum(axis=1))))
        shift_from, shift_to = start[works], end[works]
    return Staff(
        booth=booth,
        pace=np.full(len(booth), pace(scenario.data.behaviour.staff_pace_m_per_s), dtype=np.int64),
        shift_index=index,
        shift_from=shift_from,
        shift_to=shift_to,
    )


def _usual_hours(
    scenario: Scenario,
    exhibitors: Exhibitors,
    venue: Venue,
    booth: IntArray,
    member: IntArray,
    keys: KeyArray,
    booth_keys: KeyArray,
    streams: Streams,
) -> tuple[IntArray, IntArray]:
    """Starts and ends on duty without any shock: shape (staff, 2 * days), before and after the break.

    A part that is not worked has its end at or before its start.
    """
    settings = scenario.data.exhibitors
    team = exhibitors.staff[booth]
    halves = (settings.shifts == 2) & (team > 1)
    days = len(venue.day_open)
    parts = np.zeros((2, len(booth), days, 2), dtype=np.int64)
    lots, starts = (
        streams.uniform(purpose, np.tile(of, days), np.repeat(np.arange(days), len(of))).reshape(days, -1)
        for purpose, of in (("lunch order", keys), ("lunch start", booth_keys))
    )
    for hall in range(len(venue.halls)):
        of = np.flatnonzero(venue.hall_of[booth] == hall)
        for day, (opens, closes) in enumerate(
            zip(venue.hall_open[hall].tolist(), venue.hall_close[hall].tolist(), strict=True)
        ):
            noon = (opens + closes) // 2
            begins = opens if opens == closes else int(venue.begins(hall)[day])
            first = np.where(halves[of] & (member[of] % 2 == 1), noon, begins)
            last = np.where(halves[of] & (member[of] % 2 == 0), noon, closes)
            earliest = max(day * DAY + clock(settings.lunch_from), opens)
            latest = min(day * DAY + clock(settings.lunch_to), closes)
            leaves, back = _breaks(
                minutes(settings.lunch_minutes),
                earliest,
                latest,
                booth[of],
                team[of],
                lots[day, of],
                starts[day],
            )
            # half a day is worked through; no break is no gap (R7)
            spans = (first <= earliest) & (latest <= last) & (leaves < back)
            leaves, back = np.where(spans, leaves, last), np.where(spans, back, last)
            parts[0, of, day] = np.column_stack((first, back))
            parts[1, of, day] = np.column_stack((leaves, last))
    start, end = parts.reshape(2, len(booth), -1)
    return start, end


def _breaks(
    length: int,
    earliest: int,
    latest: int,
    booth: IntArray,
    team: IntArray,
    lots: FloatArray,
    starts: FloatArray,
) -> tuple[IntArray, IntArray]:
    """Start and end of each member's break on a day; no break: both `latest`.

    The members of a booth go one group after the other, by their lots, from a drawn start of the booth's
    (`starts`, a share of the time to spare): never two together, unless the hours hold fewer breaks than
    there are members. If the hours hold one break only, the last member of a booth of several goes without.
    """
    none = np.full(len(booth), latest, dtype=np.int64)
    fit = (latest - earliest) // length if length > 0 else 0
    if fit < 1:
        return none, none
    order = np.lexsort((lots, booth))
    turn = np.empty(len(booth), dtype=np.int64)
    first = np.searchsorted(booth, booth)  # first member of the booth
    turn[order] = np.arange(len(booth)) - first[order]
    groups = np.minimum(fit, team)
    spare = latest - earliest - groups * length
    shift = np.floor(starts[booth] * (spare + 1)).astype(np.int64)
    leaves = earliest + shift + (turn % groups) * length
    stays = (groups == 1) & (team > 1) & (turn == team - 1)
    return np.where(stays, none, leaves), np.where(stays, none, leaves + length)
