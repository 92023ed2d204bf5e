"""The activity log: what it says of a visit, and that other people's packages find our numbers in it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim.floor.arrays import MINUTE
from sim.floor.trace import Kind, Outcome
from sim.statistics import Result
from sim.statistics.event_log import COLUMNS, EVENT_TYPES
from tests.statistics.chance import random_result
from tests.statistics.naive import Naive
from tests.statistics.tiny import P0, P1, PLAN


@pytest.fixture(scope="module")
def crowded() -> Result:
    """A day on which people wait wherever they can."""
    scenario = sim.load(
        "quickstart",
        {
            "venue.gates.south.lanes": 1,
            "venue.catering.canteen.seats": 12,
            "venue.halls.east.max_people": 90,
            "venue.rooms.seminar.seats": 20,
        },
    )
    return sim.run(scenario)


def paired(log: pd.DataFrame, begins: str, ends: str) -> pd.DataFrame:
    """The n-th beginning of a party with its n-th end: what vidigi's `event_durations` does."""
    sides = []
    for event in (begins, ends):
        rows = log[log["event"] == event]
        sides.append(rows.assign(number=rows.groupby("entity_id").cumcount()))
    both = sides[0].merge(sides[1], on=["entity_id", "number"], how="outer", suffixes=("", "_end"))
    assert both[["time", "time_end"]].notna().all().all()
    both["ms"] = ((both["time_end"] - both["time"]) * MINUTE).round().astype(int)
    return both


def mean_wait(log: pd.DataFrame, name: str, *, weighted: bool = False) -> float:
    waits = paired(log, f"{name}_wait_begins", f"{name}_wait_ends")
    assert (waits["ms"] > 0).any(), "nobody waited: equality would say little"
    weights = waits["people"] if weighted else np.ones(len(waits), dtype=int)
    return float((waits["ms"] * weights).sum() / weights.sum()) / MINUTE


def served(log: pd.DataFrame) -> pd.DataFrame:
    return log[log["outcome"].isin(["done", "late"])]


def test_the_first_buyers_day_as_events(tiny: Result) -> None:
    log = tiny.event_log()
    assert list(log.columns) == list(COLUMNS)
    assert log["event_type"].cat.categories.tolist() == list(EVENT_TYPES)
    day = log[log["entity_id"] == P0]
    assert list(zip(day["time"], day["event_type"], day["event"], strict=True))[:13] == [
        (540, "arrival_departure", "arrival"),
        (540, "queue", "gate_wait_begins"),
        (540, "queue_end", "gate_wait_ends"),
        (540, "resource_use", "gate_begins"),
        (541, "resource_use_end", "gate_ends"),
        (545, "queue", "look_begins"),
        (548, "queue_end", "look_ends"),
        (548, "queue", "talk_wait_begins"),
        (550, "queue_end", "talk_wait_ends"),
        (550, "resource_use", "talk_begins"),
        (556, "resource_use_end", "talk_ends"),
        (560, "queue", "look_begins"),
        (562, "queue_end", "look_ends"),
    ]
    assert day["event"].iloc[-1] == "depart"
    assert day["time"].iloc[-1] == 720
    talk = day[day["event"] == "talk_begins"]
    assert talk["resource_id"].tolist() == [0, 2]  # members of Acme and of Bela
    assert talk["unit"].tolist() == [1, 1]
    assert talk["place"].tolist() == ["Acme", "Bela"]
    assert day["place"].iloc[[0, -1]].tolist() == ["main gate", "main gate"]
    assert (day["pathway"] == "buyer").all()


def test_a_wait_given_up_ends_and_is_then_an_event_of_its_own(tiny: Result) -> None:
    day = tiny.event_log()
    day = day[day["entity_id"] == P1]
    events = day["event"].tolist()
    at = events.index("talk_reneged")
    assert events[at - 2 : at + 1] == ["talk_wait_begins", "talk_wait_ends", "talk_reneged"]
    assert day["time"].iloc[at - 1] == day["time"].iloc[at] > day["time"].iloc[at - 2]
    assert day["outcome"].iloc[at - 2 : at + 1].tolist() == ["reneged"] * 3
    at = events.index("meeting_stood_up")
    assert events[at - 2 : at] == ["meeting_wait_begins", "meeting_wait_ends"]


def test_run_number_is_the_replication() -> None:
    from dataclasses import replace

    from tests.statistics.building import build, trace_of
    from tests.statistics.tiny import ROWS

    result = Result(build(replace(PLAN, replication=7)), trace_of(ROWS))
    assert (result.event_log()["run_number"] == 7).all()


def test_the_mean_wait_at_the_gate_is_the_kpi(crowded: Result) -> None:
    log = served(crowded.event_log())
    assert mean_wait(log, "gate", weighted=True) == pytest.approx(
        crowded.kpis["gate.wait_minutes"], rel=1e-12
    )


def test_the_mean_wait_at_booths_is_the_kpi_and_that_of_all_who_asked_too(crowded: Result) -> None:
    log = crowded.event_log()
    assert mean_wait(served(log), "talk") == pytest.approx(crowded.kpis["booths.wait_minutes"], rel=1e-12)
    services = crowded.services
    all_ = services.loc[services["kind"] == "booth", "wait_minutes"]
    assert mean_wait(log, "talk") == pytest.approx(all_.mean(), rel=1e-12)
    given_up = log[log["outcome"] == "reneged"]
    waits = paired(given_up, "talk_wait_begins", "talk_reneged")["ms"]
    reneged = services[(services["kind"] == "booth") & (services["outcome"] == "reneged")]
    assert waits.mean() / MINUTE == pytest.approx(reneged["wait_minutes"].mean(), rel=1e-12)


def test_the_mean_wait_for_a_seat_to_eat_is_the_kpi(crowded: Result) -> None:
    log = served(crowded.event_log())
    assert mean_wait(log, "meal", weighted=True) == pytest.approx(
        crowded.kpis["catering.wait_minutes"], rel=1e-12
    )


def test_the_mean_wait_at_a_full_hall_is_the_kpi(crowded: Result) -> None:
    assert mean_wait(crowded.event_log(), "hall", weighted=True) == pytest.approx(
        crowded.kpis["halls.wait_minutes"], rel=1e-12
    )


def test_the_mean_wait_at_the_door_of_a_session_is_that_of_the_table(crowded: Result) -> None:
    came = crowded.attendance
    came = came[(came["role"] != "host") & ~came["outcome"].isin(["no_show", "missed"])]
    assert mean_wait(crowded.event_log(), "session") == pytest.approx(came["wait_minutes"].mean(), rel=1e-12)


def test_the_mean_wait_for_a_meeting_is_that_of_the_table(crowded: Result) -> None:
    plan = crowded.meetings
    waits = pd.concat(
        [
            plan.loc[plan[f"{side}party_day"].notna() & ~plan[f"{side}outcome"].isin(
                ["no_show", "missed"]
            ), f"{side}wait_minutes"]
            for side in ("", "partner_")
        ]
    )  # fmt: skip
    assert mean_wait(crowded.event_log(), "meeting") == pytest.approx(waits.mean(), rel=1e-12)


def test_all_waits_and_the_lounge_are_the_time_that_buyers_wait(crowded: Result) -> None:
    log = crowded.event_log()
    admitted = set(crowded.visits.loc[crowded.visits["admitted"], "party_day"])
    log = log[(log["pathway"] == "buyer") & log["entity_id"].isin(admitted)]
    people = log.drop_duplicates("entity_id")["people"].sum()
    waits = [
        f"{name}_wait{{}}" for name in ("gate", "talk", "meal", "hall", "session", "meeting")
    ] + ["lounge{}"]  # fmt: skip
    total = 0.0
    for name in waits:
        both = paired(log, name.format("_begins"), name.format("_ends"))
        total += (both["ms"] * both["people"]).sum()
    assert total / people / MINUTE == pytest.approx(crowded.kpis["visits.wasted_minutes"], rel=1e-12)


def test_looks_last_as_long_as_in_the_trace(crowded: Result) -> None:
    looks = crowded.ledger.rows(Kind.LOOK)
    both = paired(crowded.event_log(), "look_begins", "look_ends")
    assert sorted(both["ms"]) == sorted((looks.end - looks.start).tolist())


def test_nobody_begins_to_look_where_it_did_not_go() -> None:
    for seed in range(6):
        result = random_result(seed)
        looks, log = result.ledger.rows(Kind.LOOK), result.event_log()
        gone = looks.outcome != Outcome.MISSED
        assert (log["event"] == "look_begins").sum() == gone.sum() > 0
        assert not (log["event"] == "look_missed").any()


def test_whatever_begins_ends_before_the_next_begins(crowded: Result) -> None:
    log = crowded.event_log().drop_duplicates(["entity_id", "event", "time"])
    begins = log["event"].astype(str)
    begun, then = begins.str.endswith("_begins"), begins.shift(-1)
    assert (begins.str.replace("_begins", "_ends")[begun] == then[begun]).all()
    assert (log["entity_id"] == log["entity_id"].shift(-1))[begun].all()
    assert begun.sum() > 10_000


def test_no_resource_is_used_twice_at_once_and_a_place_has_no_more_than_it_has(crowded: Result) -> None:
    log = crowded.event_log()
    begins = log[log["event_type"] == "resource_use"]
    ends = log[log["event_type"] == "resource_use_end"]
    assert begins["resource_id"].notna().all()
    use = begins.assign(end=ends["time"].to_numpy()[_matched(begins, ends)])
    use = use.sort_values(["resource_id", "time"])
    same = use["resource_id"].eq(use["resource_id"].shift())
    assert (use["time"] >= use["end"].shift() - 1e-9)[same].all()
    assert use.groupby("resource_id")["place"].nunique().max() == 1
    floor, names = crowded.expo.floor, list(crowded.expo.places)
    used = use.groupby(["event", "place"], observed=True)["unit"].agg(["max", "nunique"]).astype(int)
    assert (used["max"] == used["nunique"]).all()
    for event, place, most in used["max"].reset_index().itertuples(index=False):
        servers = int(floor.places.servers[names.index(str(place))])
        assert most <= servers or event not in ("gate_begins", "meal_begins")
    assert used.loc[("meal_begins", slice(None)), "max"].max() == 12  # all seats are taken at some time
    people = int(begins.loc[begins["event"] == "meal_begins", "time"].count())
    assert people == crowded.kpis["catering.meals"]
    members = begins[begins["event"] == "talk_begins"]
    talks = crowded.services[crowded.services["outcome"].eq("done") & crowded.services["kind"].eq("booth")]
    assert sorted(members["resource_id"]) == sorted(talks["member"])


def _matched(begins: pd.DataFrame, ends: pd.DataFrame) -> np.ndarray:
    """For each use the place in `ends` of its end: the n-th of a party and a resource is the n-th."""
    keys = []
    for rows in (begins, ends):
        number = rows.groupby(["entity_id", "resource_id"]).cumcount()
        keys.append(pd.MultiIndex.from_arrays([rows["entity_id"], rows["resource_id"], number]))
    found = keys[1].get_indexer(keys[0])
    assert (found >= 0).all()
    return np.asarray(found)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**31))
def test_every_use_begins_and_ends_in_turn(seed: int) -> None:
    result = random_result(seed)
    log, naive = result.event_log(), Naive(result.expo, result.trace)
    log = log.drop_duplicates(["entity_id", "event", "time"])  # of several seats, one
    uses = log[log["event_type"].isin(["resource_use", "resource_use_end"])]
    done = [
        r for r in naive.rows
        if r.kind in (Kind.GATE, Kind.TALK, Kind.MEAL, Kind.SESSION, Kind.MEETING)
        and r.outcome in (Outcome.DONE, Outcome.LATE) and 0 <= r.actor < naive.n
    ]  # fmt: skip
    begins, ends = uses[uses["event_type"] == "resource_use"], uses[uses["event_type"] == "resource_use_end"]
    assert len(begins) == len(ends) == len(done)
    total = ends["time"].sum() - begins["time"].sum()
    assert abs(total - sum(r.end - r.start - r.wait for r in done) / MINUTE) < 1e-6
    assert (log["event"] == "arrival").sum() == (log["event"] == "depart").sum() == naive.n
    for _, day in log.groupby("entity_id"):
        assert day["time"].is_monotonic_increasing
        of_uses = day[day["event_type"].isin(["resource_use", "resource_use_end"])]["event"].tolist()
        assert all(b.replace("_begins", "_ends") == e for b, e in pairwise(of_uses) if b.endswith("_begins"))
