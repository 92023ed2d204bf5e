"""Limits of meetings: by day, rest, lunch, what is kept for walk-ins, and whose they are."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import cast

import numpy as np
import pytest

import sim
from sim.expo import Expo, build
from sim.expo.meetings.limits import Limits
from sim.expo.meetings.slots import Slots
from sim.expo.venue.hours import DAY
from sim.floor.arrays import MINUTE, NONE, IntArray
from sim.floor.contract import faults
from sim.matchmaking import NO_LIMIT, UNSCHEDULED, Problem
from sim.matchmaking.compact.compact import Compact
from sim.matchmaking.compact.waiting import Waiting
from sim.matchmaking.problem.violations import violations
from tests.crowd import TOML
from tests.expo.fair import Table, scenario_of
from tests.expo.limited import limits_of_all, slots_at

HOUR = 60 * MINUTE
FAIR: dict[str, object] = {
    "expo__days": 2,
    "exhibitors__sponsors": Table(gold=4),
    "visitors__buyer__visits": 160,
    "visitors__buyer__days_each": Table(dist="discrete", values=(1, 2), weights=(0.5, 0.5)),
    "matchmaking__main__tables": 12,
    "matchmaking__main__requests": 500,
    "matchmaking__main__acceptance": 0.7,
    "matchmaking__main__exhibitors_ask_share": 0.3,
    "matchmaking__main__most_meetings_each": None,
    "matchmaking__main__from": dt.time(9, 30),
}
LIMITS: dict[str, object] = {
    "matchmaking__main__most_a_day": 4,
    "matchmaking__main__lunch_from": dt.time(12, 0),
    "matchmaking__main__lunch_to": dt.time(13, 0),
    "matchmaking__main__keep_free": 3,
    "matchmaking__main__limits__visitors": Table(rest_minutes=40, most_days=1, lunch_slots=2),
    "matchmaking__main__limits__exhibitors": Table(most_in_row=2),
    "matchmaking__main__limits__gold": Table(most_a_day=7, least_meetings_each=12, least_a_day=6),
}


@cache
def built(**settings: object) -> Expo:
    """A small fair of two days, in which a buyer has two requests to each slot of most exhibitors."""
    return build(scenario_of(TOML, **FAIR | settings))


def days_of(expo: Expo, programme: int = 0) -> dict[tuple[int, int], dict[int, list[tuple[int, int]]]]:
    """From when to when each participant (organisation, party) has meetings on each day, in order."""
    r, m = expo.requests, expo.floor.meetings
    found: dict[tuple[int, int], dict[int, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
    seen: set[tuple[int, int, int]] = set()  # requests that are joined are one meeting
    for k in np.flatnonzero((r.meeting != NONE) & (r.programme == programme)).tolist():
        start = int(m.start[r.meeting[k]])
        hours = start % DAY, start % DAY + int(m.duration[r.meeting[k]])
        for who, party in ((r.asker[k], r.asker_party[k]), (r.asked[k], r.asked_party[k])):
            one = int(r.meeting[k]), int(who), int(party)
            if one not in seen:
                seen.add(one)
                found[int(who), int(party)][start // DAY].append(hours)
    for days in found.values():
        for hours_of_day in days.values():
            hours_of_day.sort()
    return found


@pytest.mark.parametrize("joined", [0.0, 1.0])
def test_nobody_has_more_meetings_or_less_time_than_the_limits_of_his_kind_say(joined: float) -> None:
    expo = built(**LIMITS, matchmaking__main__group_share=joined, matchmaking__main__group_of="any")
    assert (expo.floor.meetings.sides > 2).any() == (joined > 0)
    sponsor, busy = expo.exhibitors.sponsor, days_of(expo)
    assert len(busy) > 50
    for (who, party), days in busy.items():
        booth = party == NONE
        most = 7 if booth and sponsor[who] != NONE else 4
        assert booth or len(days) == 1
        for meetings in days.values():
            assert len(meetings) <= most
            # the slots are at :00 and :30 and last 20 minutes; one of two stays free at lunch, or both
            at_lunch = [begin for begin, end in meetings if begin < 13 * HOUR and end > 12 * HOUR]
            assert len(at_lunch) <= (1 if booth else 0)
            gaps = [second[0] - first[1] for first, second in pairwise(meetings)]
            assert booth or min(gaps, default=DAY) >= 40 * MINUTE
            assert not booth or all(max(pair) > 10 * MINUTE for pair in pairwise(gaps))
    assert faults(expo.floor) == []
    # each of them binds: without them all are broken
    free = days_of(built())
    of_booths = [each for (_, party), days in free.items() for each in days.values() if party == NONE]
    of_parties = [each for (_, party), days in free.items() for each in days.values() if party != NONE]
    assert max(map(len, of_booths)) > 7
    assert any(12 * HOUR <= begin < 13 * HOUR for day in of_parties for begin, _ in day)
    assert any(second[0] - first[1] < 40 * MINUTE for day in of_parties for first, second in pairwise(day))
    assert any(len(days) > 1 for (_, party), days in free.items() if party != NONE)


def test_the_least_of_a_day_is_asked_for_on_days_on_which_one_can_meet_and_by_its_path() -> None:
    expo = built(**LIMITS)
    short, things = expo.shortfalls, [list(sim.expo.shortfalls.THINGS)[t] for t in expo.shortfalls.thing]
    gold = np.flatnonzero(expo.exhibitors.sponsor != NONE)
    busy = days_of(expo)
    missing = {
        "least_meetings": sum(max(12 - sum(map(len, busy[g, NONE].values())), 0) for g in gold.tolist()),
        "least_a_day": sum(max(6 - len(busy[g, NONE][d]), 0) for g in gold.tolist() for d in (0, 1)),
    }
    keys = {"least_meetings": "least_meetings_each", "least_a_day": "least_a_day"}
    for thing, number in missing.items():
        rows = [i for i, each in enumerate(things) if each == thing]
        assert sum(int(short.asked[i] - short.done[i]) for i in rows) == number
        assert {short.path[i] for i in rows} <= {f"matchmaking.main.limits.gold.{keys[thing]}"}


def test_an_exhibitor_of_a_file_has_its_own_limits(tmp_path: Path) -> None:
    rows = [f"Company {i},,," for i in range(16)]
    rows[3:6] = "Company 3,2,,", "Company 4,,90,", "Company 5,,,1"
    (tmp_path / "exhibitors.csv").write_text("\n".join(("name,most,rest,days", *rows)), encoding="utf-8")
    (tmp_path / "fair.toml").write_text('exhibitors_file = "exhibitors.csv"\n' + TOML, encoding="utf-8")
    change = {name.replace("__", "."): value for name, value in FAIR.items()}
    busy = days_of(build(sim.load(tmp_path / "fair.toml", change)))
    days = {who: list(each.values()) for (who, party), each in busy.items() if party == NONE}
    assert sum(map(len, days[3])) == 2
    assert len(days[5]) == 1 < min(len(days[who]) for who in days if who != 5 and who != 3)
    gaps = {
        who: min(b[0] - a[1] for day in of for a, b in pairwise(day)) for who, of in days.items() if who != 3
    }
    assert gaps[4] >= 90 * MINUTE > 10 * MINUTE == sorted(gaps.values())[7]


def _problem(limits: Limits, slots: Slots, delegates: int) -> Problem:
    """The first participant and each of as many others as there are slots, twice."""
    n = 2 * len(slots.start)
    others = np.arange(1, n + 1)
    spans, keep = limits.spans(slots) or (None, None)
    alone = np.arange(n + 1) > 0

    def own(limit: np.ndarray) -> np.ndarray:
        return np.where(alone, NO_LIMIT, limit[0])

    return Problem.of(
        np.zeros(n, dtype=np.int64), others, np.ones(n), tables=np.full(len(slots.start), n),
        capacity=np.where(alone, 1, delegates), start=slots.start, end=slots.end, day=slots.start // DAY,
        pause=limits.pause, most=own(limits.most), most_a_day=own(limits.most_a_day),
        most_days=own(limits.most_days), in_row=own(limits.in_row),
        rest=np.where(alone, 0, limits.rest[0]), spans=spans,
        keep=None if keep is None else np.where(alone[:, None], 0, keep[0]),
    )  # fmt: skip


def test_one_more_meeting_is_allowed_just_if_no_rule_of_the_timetable_forbids_it() -> None:
    random, said = Random(5), {True: 0, False: 0}
    slots = slots_at(0, 30, 60, 105, 135, 1440, 1470, 1500)  # a longer pause, and a second day
    for _ in range(70):
        one = {
            "most": random.choice([3, NO_LIMIT]), "most_a_day": random.choice([2, NO_LIMIT]),
            "most_days": random.choice([1, NO_LIMIT]), "in_row": random.choice([1, 2, NO_LIMIT]),
            "rest": random.choice([0, 15, 50]) * MINUTE, "lunch": random.choice([0, 1, 2]),
            "keep_free": random.choice([0, 1, 2]),
        }  # fmt: skip
        delegates = random.choice([1, 1, 2])
        limits = limits_of_all(1, at_lunch=(25, 120), **one)
        problem = _problem(limits, slots, delegates)
        held: list[int] = []
        for _ in range(5):
            t = random.choice([t for t in range(len(slots.start)) if held.count(t) < delegates])
            slot = np.full(problem.requests, UNSCHEDULED, dtype=np.int64)
            slot[: len(held) + 1] = [*held, t]
            right = not violations(problem, slot)
            assert limits.allow(0, held, t, slots, delegates) == right
            said[right] += 1
            if right:
                held.append(t)
        room = np.full((1, len(slots.start)), delegates)
        assert len(held) <= limits.holds(room, slots)[0]
    assert min(said.values()) > 50


@pytest.mark.parametrize(
    ("limits", "held"),
    [
        ({}, 14), ({"most": 5}, 5), ({"most_a_day": 3}, 6), ({"most_days": 1}, 8),
        ({"keep_free": 2}, 10), ({"lunch": 3}, 8), ({"lunch": 2, "keep_free": 1, "most_days": 1}, 6),
        ({"rest": 30 * MINUTE}, 7), ({"rest": 30 * MINUTE, "most_a_day": 3}, 6), ({"lunch": 9}, 8),
    ],
)  # fmt: skip
def test_a_diary_holds_what_days_lunch_and_rest_leave_of_it(limits: dict[str, int], held: int) -> None:
    # eight slots on the first day and six on the second, of which the first three of each are at lunch
    slots = slots_at(*range(0, 240, 30), *range(1440, 1620, 30))
    own = limits_of_all(2, at_lunch=(0, 80), **limits)
    assert own.holds(np.ones((2, 14), dtype=np.int64), slots).tolist() == [held] * 2


def test_tables_kept_have_second_appointments_alone() -> None:
    change: dict[str, object] = {
        "matchmaking__main__tables": 2,
        "matchmaking__main__areas": 2,
        "matchmaking__main__again_share": 1.0,
    }
    none, kept = built(**change), built(matchmaking__main__tables_kept=1, **change)

    def at_tables(expo: Expo, *, again: bool) -> set[int]:
        m = expo.floor.meetings
        return set(m.place[(m.again_of != NONE) == again].tolist())

    two_areas = at_tables(none, again=False)
    assert len(two_areas) == 4
    assert len(at_tables(kept, again=False)) == 2
    assert at_tables(kept, again=True) >= two_areas - at_tables(kept, again=False)
    assert (kept.floor.meetings.again_of != NONE).sum() > (none.floor.meetings.again_of != NONE).sum()
    assert faults(kept.floor) == []


def test_a_second_appointment_keeps_lunch_and_rest_free() -> None:
    limits = LIMITS | {"matchmaking__main__again_share": 1.0}
    expo = built(**limits)
    m, r = expo.floor.meetings, expo.requests
    second = np.flatnonzero(m.again_of != NONE)
    request = np.full(len(m.place), NONE)
    request[r.meeting[r.meeting != NONE]] = np.flatnonzero(r.meeting != NONE)
    busy, looked_at = days_of(expo), 0
    for k in second.tolist():
        of, start = request[m.again_of[k]], int(m.start[k])
        own = int(m.start[m.again_of[k]]) % DAY
        for who, party in ((r.asker[of], r.asker_party[of]), (r.asked[of], r.asked_party[of])):
            if party == NONE:
                continue
            begin, end = start % DAY, start % DAY + int(m.duration[k])
            assert not (begin < 13 * HOUR and end > 12 * HOUR)
            for first, last in busy[int(who), int(party)][start // DAY]:
                if first != own:
                    assert begin >= last + 40 * MINUTE or first >= end + 40 * MINUTE
                    looked_at += 1
    assert len(second) > 5
    assert looked_at > 5


def test_a_party_changes_days_for_what_it_may_have_on_them() -> None:
    # slots on the second and third day, more on each than a party has agreed to
    few: dict[str, object] = {
        "expo__days": 3,
        "visitors__buyer__visits": 60,
        "visitors__buyer__days_each": 2,
        "matchmaking__main__requests": 100,
        "matchmaking__main__windows": (0, 1, 1),
    }
    plain = built(**few).parties.day
    one_a_day = built(**few, matchmaking__main__limits__visitors=Table(most_a_day=1)).parties.day
    for more in (Table(most_a_day=1, most_days=1), Table(most_a_day=1, most_meetings_each=1)):
        assert np.array_equal(built(**few, matchmaking__main__limits__visitors=more).parties.day, plain)
    assert len(one_a_day) == len(plain)
    assert (one_a_day == 0).sum() < (plain == 0).sum()


def test_what_a_table_more_gains_is_what_the_fair_with_a_table_more_has_more() -> None:
    three = built(matchmaking__main__tables=3).timetables[0]
    four = built(matchmaking__main__tables=4).timetables[0]
    assert three.table_gain == pytest.approx(four.value - three.value, rel=1e-9)
    assert three.table_gain > 0
    assert three.table_gain_meetings > 10
    at_booths = built(matchmaking__main__location="booth").timetables[0]
    assert np.isnan(at_booths.table_gain)  # nobody needs one
    assert at_booths.delegate_gain >= 0


@pytest.mark.parametrize(("lead", "times", "known"), [("value", 1, True), ("breaks", 2, False)])
def test_gains_make_no_timetable_compact_again(
    monkeypatch: pytest.MonkeyPatch, lead: str, times: int, known: bool
) -> None:
    """Where value leads it changes no worth; else it takes seconds, and is done for interpreters alone."""
    made = []

    def compact(_: Problem, slot: IntArray, **__: object) -> Compact:
        made.append(slot)
        return Compact(slot, cast(Waiting, None), 0)

    monkeypatch.setattr("sim.matchmaking.compact.compact.compact", compact)
    settings = {"matchmaking__main__compact": lead, "matchmaking__main__interpreters": 3}
    facts = build(scenario_of(TOML, **FAIR | settings)).timetables[0]
    assert len(made) == times
    assert np.isfinite(facts.interpreter_worth)
    assert np.isfinite([facts.table_gain, facts.delegate_gain]).tolist() == [known, known]
