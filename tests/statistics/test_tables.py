"""The frames: documented, tidy, and the same as loops over rows."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sim.floor.arrays import MINUTE, NONE
from sim.floor.trace import Kind, Outcome
from sim.statistics import COLUMNS, Result
from tests.statistics.building import trace_of
from tests.statistics.chance import random_result
from tests.statistics.naive import Naive, overlap, peak
from tests.statistics.naive_visits import stays_in_halls

SEEDS = st.integers(0, 2**31)
FIRST_DAY = pd.Timestamp("2024-11-26")


def clock(hour: int, minute: int = 0, day: int = 1) -> pd.Timestamp:
    return FIRST_DAY + pd.Timedelta(days=day - 1, hours=hour, minutes=minute)


@pytest.mark.parametrize("table", COLUMNS)
def test_a_table_has_the_documented_columns_in_order(tiny: Result, table: str) -> None:
    frame = getattr(tiny, table)
    assert list(frame.columns) == list(COLUMNS[table])
    assert all(COLUMNS[table].values())
    assert frame.index.equals(pd.RangeIndex(len(frame)))


@pytest.mark.parametrize("table", COLUMNS)
def test_tables_of_an_expo_at_which_nothing_happened_are_empty_but_typed(tiny: Result, table: str) -> None:
    empty = Result(tiny.expo, trace_of([]))
    full, frame = getattr(tiny, table), getattr(empty, table)
    assert list(frame.columns) == list(full.columns)
    if table not in ("meetings", "occupancy"):
        assert (frame.dtypes == full.dtypes).all()


@pytest.mark.parametrize("table", COLUMNS)
def test_tables_survive_a_parquet_file(tiny: Result, table: str, tmp_path: Any) -> None:
    frame = getattr(tiny, table)
    frame.to_parquet(tmp_path / "t.parquet")
    again = pd.read_parquet(tmp_path / "t.parquet")
    for column in frame.columns:  # categories may come back as another string type
        assert again[column].astype(object).equals(frame[column].astype(object)), column


def test_a_table_is_made_once(tiny: Result) -> None:
    assert tiny.visits is tiny.visits


def test_interactions_of_the_tiny_fair(tiny: Result) -> None:
    rows = tiny.interactions
    shown = ["start", "minutes", "kind", "useful", "place", "organisation", "partner"]
    expected = [
        (clock(9, 10), 6.0, "conversation", True, "Acme", "Buyer One", "Acme"),
        (clock(9, 22), 3.0, "conversation", False, "Bela", "Buyer One", "Bela"),
        (clock(9, 7), 13.0, "conversation", True, "Acme", "Buyer Two", "Acme"),
        (clock(9, 4), 6.0, "conversation", True, "Acme", "Press", "Acme"),
        (clock(10, 6, 2), 2.0, "conversation", False, "Acme", "Buyer One", "Acme"),
        (clock(10, 7, 2), 9.0, "conversation", True, "Bela", "Acme", "Bela"),
        (clock(10, 40), 4.0, "exchange", False, "room", "Buyer One", "Buyer Two"),
        (clock(10, 44), 4.0, "exchange", False, "room", "Buyer One", "Left <Out>"),
        (clock(11, 2), 18.0, "meeting", True, "table 1", "Buyer One", "Bela"),
    ]
    assert list(rows[shown].itertuples(index=False, name=None)) == expected
    assert rows["cross_border"].tolist() == [False, True, True, False, False, True, True, False, True]
    assert rows["party_day"].tolist() == [0, 0, 1, 2, 3, 4, 0, 0, 0]
    assert rows["partner_party_day"].isna().tolist() == [True] * 6 + [False, True, True]
    assert rows["meeting"].dropna().tolist() == [0]
    assert rows.loc[5, "exhibits"]


def test_meetings_of_the_tiny_fair(tiny: Result) -> None:
    held, lost = tiny.meetings.to_dict("records")
    assert (held["organisation"], held["partner"]) == ("Buyer One", "Bela")
    assert (held["outcome"], held["partner_outcome"]) == ("done", "late")
    assert held["partner_cause"] == "conversation"
    assert held["begin"] == clock(11, 2)
    assert (held["minutes"], held["delay_minutes"], held["wait_minutes"]) == (18, 2, 4)
    assert (held["affinity"], held["request"]) == (0.8, 0)
    # nobody of Acme came: its row has no actor, and is the first side's all the same
    assert (lost["organisation"], lost["outcome"]) == ("Acme", "no_show")
    assert (lost["partner"], lost["partner_outcome"], lost["partner_cause"]) == (
        "Buyer Two", "stood_up", "other_side",
    )  # fmt: skip
    assert lost["partner_wait_minutes"] == 13
    assert pd.isna(lost["begin"])
    assert math.isnan(lost["minutes"])


def test_requests_of_the_tiny_fair_say_what_became_of_them(tiny: Result) -> None:
    assert tiny.requests["fate"].tolist() == ["held", "lost", "no_slot", "declined"]
    assert tiny.requests["reply"].tolist() == ["accepted", "accepted", "accepted", "declined"]
    assert tiny.requests["reason"].isna().all()  # nobody said why in this fair
    assert tiny.requests["asker_party"].isna().tolist() == [False, True, False, False]


def test_the_matrix_counts_interactions_by_chain(tiny: Result) -> None:
    counts = tiny.matrix("chain")
    assert counts.loc["energy", "vehicles"] == 4
    assert counts.loc["vehicles", "energy"] == 1
    assert counts.to_numpy().sum() == len(tiny.interactions)
    with pytest.raises(ValueError, match="persona"):
        tiny.matrix("persona")


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS)
def test_visits_are_those_of_a_loop(seed: int) -> None:
    result = random_result(seed)
    naive = Naive(result.expo, result.trace)
    for row in result.visits.to_dict("records"):
        p = row["party_day"]
        own = [r for r in naive.rows if r.actor == p]
        talks = [r for r in own if r.kind is Kind.TALK]
        met = [m for m in naive.met if p in (m.a, m.b)]
        useful = {(m.org_b if m.a == p else m.org_a) for m in met if naive.useful(m)}
        assert row["admitted"] == (p in naive.admitted)
        assert row["people"] == naive.size[p]
        assert row["organisation"] == result.expo.organisations.name[naive.organisation(p)]
        assert row["stops"] == sum(r.kind is Kind.LOOK and r.done for r in own)
        assert row["asked"] == len(talks)
        assert row["conversations"] == sum(r.done for r in talks)
        assert row["queue_minutes"] == pytest.approx(sum(r.wait for r in talks) / MINUTE)
        talked = sum(r.end - r.start - r.wait for r in talks if r.done)
        assert row["conversation_minutes"] == pytest.approx(talked / MINUTE)
        lounge = sum(r.end - r.start for r in own if r.kind is Kind.LOUNGE)
        assert row["lounge_minutes"] == pytest.approx(lounge / MINUTE)
        gate = next(r for r in own if r.kind is Kind.GATE)
        assert row["gate_wait_minutes"] == pytest.approx(gate.wait / MINUTE)
        assert row["sessions"] == sum(r.kind is Kind.SESSION and r.done for r in own)
        assert row["exchange_contacts"] == sum(m.how == "exchange" for m in met)
        assert row["meetings"] == len({m.meeting for m in met if m.how == "meeting"})
        assert row["useful_contacts"] == len(useful)


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS)
def test_exhibitors_are_those_of_a_loop(seed: int) -> None:
    result = random_result(seed)
    naive = Naive(result.expo, result.trace)
    rows = result.exhibitors.to_dict("records")
    assert len(rows) == naive.exhibitors
    for row in rows:
        i = row["exhibitor"]
        looks = [r for r in naive.of(Kind.LOOK) if r.place == i]
        talks = [r for r in naive.of(Kind.TALK) if r.place == i]
        served = [r for r in talks if r.done]
        met = [m for m in naive.met if i in m.pair]
        members = [m for m, booth in enumerate(result.expo.floor.staff.booth) if booth == i]
        duty = sum(b - a for m in members for a, b in naive.shifts(m))
        busy = sum(
            overlap(r.start + r.wait, r.end, a, b)
            for r in served for a, b in naive.shifts(r.other - naive.n)
        )  # fmt: skip
        assert row["stops"] == sum(r.done for r in looks)
        assert row["people_stopped"] == naive.heads([r for r in looks if r.done])
        assert (row["asked"], row["conversations"]) == (len(talks), len(served))
        assert row["reneged"] == sum(r.outcome is Outcome.RENEGED for r in talks)
        assert row["balked"] == sum(r.outcome is Outcome.BALKED for r in talks)
        assert row["closed"] == sum(r.outcome is Outcome.CLOSED for r in looks + talks)
        assert row["contacts"] == len({o for m in met for o in m.pair - {i}})
        assert row["useful_contacts"] == len(naive.partners(i))
        assert row["left_out"] == (not naive.partners(i))
        assert row["meetings_held"] == len({m.meeting for m in met if m.how == "meeting"})
        assert row["exchange_contacts"] == sum(m.how == "exchange" for m in met)
        assert row["staff"] == len(members)
        assert row["staff_hours"] == pytest.approx(duty / MINUTE / 60)
        assert row["busy_share"] == pytest.approx(busy / duty if duty else math.nan, nan_ok=True)
        wait = sum(r.wait for r in served) / len(served) / MINUTE if served else math.nan
        assert row["wait_minutes"] == pytest.approx(wait, nan_ok=True)


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS)
def test_sessions_and_attendance_are_those_of_a_loop(seed: int) -> None:
    result = random_result(seed)
    naive = Naive(result.expo, result.trace)
    contacts = [
        r for r in naive.of(Kind.CONTACT) if naive.organisation(r.actor) != naive.organisation(r.other)
    ]
    attendance = result.attendance
    assert len(attendance) == len(naive.of(Kind.SESSION))
    for row in result.sessions.to_dict("records"):
        s = row["session"]
        own = [r for r in naive.of(Kind.SESSION) if r.other == s]
        guests, hosts = (
            [r for r in own if 0 <= r.actor < naive.n],
            [r for r in own if not 0 <= r.actor < naive.n],
        )
        seated = [r for r in guests if r.done]
        assert row["audience"] == naive.heads(seated)
        assert row["peak"] == peak([(r.start + r.wait, r.end, naive.size[r.actor]) for r in seated])
        assert row["registered_seated"] + row["walk_ins_seated"] == row["audience"]
        away = naive.heads([r for r in guests if r.outcome is Outcome.TURNED_AWAY])
        assert row["full"] + row["too_late"] == away
        assert row["no_shows"] == naive.heads([r for r in guests if r.outcome is Outcome.NO_SHOW])
        assert row["closed"] == naive.heads([r for r in guests if r.outcome is Outcome.CLOSED])
        assert (row["hosts"], row["hosts_there"]) == (len(hosts), sum(r.done for r in hosts))
        name = result.expo.organisations.name
        came = sorted(name[naive.organisation(r.actor)] for r in hosts if r.done)
        assert sorted(row["host_names"].split("; ") if row["host_names"] else []) == came
        assert len([x for x in row["hosts_missing"].split("; ") if x]) == len(hosts) - len(came)
        assert row["held"] == (row["audience"] > 0 and (not hosts or len(came) > 0))
        why = None if row["held"] else "no_host" if hosts and not came else "no_audience"
        assert (row["why_not"] if isinstance(row["why_not"], str) else None) == why
        there = {r.actor for r in own if r.done}
        end = int(result.expo.floor.sessions.end[s])
        inside = [c for c in contacts if c.actor in there and c.start == end]
        assert row["exchange_contacts"] == len(inside)
        of_session = attendance[attendance["session"] == s]
        registered = of_session[of_session["role"] == "registered"]["people"].sum()
        assert row["registered"] == registered
        assert of_session[of_session["role"] != "host"]["people"].sum() == naive.heads(guests)


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS)
def test_services_are_all_who_came_to_a_queue(seed: int) -> None:
    result = random_result(seed)
    naive = Naive(result.expo, result.trace)
    kinds = {Kind.GATE: "gate", Kind.TALK: "booth", Kind.MEAL: "catering", Kind.HALL: "hall door"}
    came = [r for r in naive.rows if r.kind in kinds and r.outcome is not Outcome.MISSED]
    expected = sorted(
        (
            kinds[r.kind], r.actor, FIRST_DAY + pd.Timedelta(milliseconds=r.start), r.wait,
            r.end - r.start - r.wait, r.outcome.name.lower(),
            r.other - naive.n if r.kind is Kind.TALK and r.other != NONE else NONE,
        )
        for r in came
    )  # fmt: skip
    frame = result.services
    found = sorted(
        (
            row["kind"], row["party_day"], row["start"], round(row["wait_minutes"] * MINUTE),
            round(row["service_minutes"] * MINUTE), row["outcome"],
            NONE if pd.isna(row["member"]) else int(row["member"]),
        )
        for row in frame.to_dict("records")
    )  # fmt: skip
    assert found == expected


@settings(max_examples=15, deadline=None)
@given(seed=SEEDS)
@example(seed=104961)  # all who came in vain went home
def test_occupancy_is_that_of_a_loop(seed: int) -> None:
    result = random_result(seed)
    naive = Naive(result.expo, result.trace)
    stays = {"whole floor": [(r.start, r.end, naive.size[r.actor]) for r in naive.of(Kind.VISIT)]}
    in_halls = stays_in_halls(naive)
    stays |= {hall: in_halls[zone] for zone, hall in enumerate(result.expo.halls)}
    frame = result.occupancy
    width = 15 * MINUTE
    assert set(frame["hall"].unique()) == set(stays)
    for row in frame.to_dict("records"):
        begin = round((row["start"] - FIRST_DAY).total_seconds() * 1000)
        inside = [(max(a, begin), min(b, begin + width), w) for a, b, w in stays[row["hall"]] if a < b]
        inside = [(a, b, w) for a, b, w in inside if a < b]
        assert row["people"] == pytest.approx(sum((b - a) * w for a, b, w in inside) / width)
        assert row["peak"] == peak(inside)
    floor = frame[frame["hall"] == "whole floor"]
    assert floor["people"].sum() * width == pytest.approx(
        sum((b - a) * w for a, b, w in stays["whole floor"])
    )
    assert floor["peak"].max() == result.kpis["visits.peak_people"]


def test_the_third_and_fourth_sides_of_meetings_are_those_of_a_loop() -> None:
    found = set()
    for seed in (85, 90):  # some of two, three and four sides
        result = random_result(seed)
        naive, name = Naive(result.expo, result.trace), result.expo.organisations.name
        bookings, calls = result.expo.floor.bookings, result.expo.floor.calls
        who = {
            (m, s): naive.organisation(naive.owner(b))
            for b, (m, s) in enumerate(zip(bookings.meeting, bookings.side, strict=True))
        } | {(m, s): booth for m, s, booth in zip(calls.meeting, calls.side, calls.booth, strict=True)}
        trace = result.trace
        rows = zip(trace.kind, trace.other, trace.side, trace.outcome, strict=True)
        outcome = {(m, s): Outcome(o).name.lower() for kind, m, s, o in rows if kind == Kind.MEETING}
        for row in result.meetings.to_dict("records"):
            for side, column in ((2, "third"), (3, "fourth")):
                key = (row["meeting"], side)
                there = pd.notna(row[column])
                assert there == pd.notna(row[f"{column}_outcome"]) == (key in who)
                if there:
                    assert (row[column], row[f"{column}_outcome"]) == (name[who[key]], outcome[key])
                    found.add((column, row[f"{column}_outcome"]))
    assert len(found) > 5


def test_names_that_two_companies_share_are_one_category() -> None:
    from sim.statistics.tables.names import code

    column = pd.Series(code(np.array([0, 1, 2, -1]), ["Sun", "Sun", "Moon"]))
    assert column.dropna().tolist() == ["Sun", "Sun", "Moon"]
    assert list(column.cat.categories) == ["Sun", "Moon"]
