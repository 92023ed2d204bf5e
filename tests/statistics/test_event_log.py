from __future__ import annotations

from itertools import pairwise

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.floor.arrays import MINUTE
from sim.floor.trace import Kind, Outcome
from sim.statistics import Result
from tests.statistics.chance import random_result
from tests.statistics.naive import Naive
from tests.statistics.tiny import P0, P1, PLAN


def test_the_first_buyers_day_as_events(tiny: Result) -> None:
    log = tiny.event_log()
    assert list(log.columns) == [
        "entity_id", "pathway", "event_type", "event", "time", "place", "resource_id", "run_number",
    ]  # fmt: skip
    day = log[log["entity_id"] == P0]
    assert list(zip(day["time"], day["event_type"], day["event"], strict=True))[:10] == [
        (540, "arrival_departure", "arrival"),
        (540, "queue", "gate_wait_begins"),
        (540, "resource_use", "gate_begins"),
        (541, "resource_use_end", "gate_ends"),
        (545, "queue", "look"),
        (548, "queue", "talk_wait_begins"),
        (550, "resource_use", "talk_begins"),
        (556, "resource_use_end", "talk_ends"),
        (560, "queue", "look"),
        (562, "queue", "talk_wait_begins"),
    ]
    assert day["event"].iloc[-1] == "depart"
    assert day["time"].iloc[-1] == 720
    talk = day[day["event"] == "talk_begins"]
    places = len(tiny.expo.places)
    assert talk["resource_id"].tolist() == [places, places + 2]  # members of Acme and of Bela
    assert talk["place"].tolist() == ["Acme", "Bela"]
    assert day["place"].iloc[[0, -1]].tolist() == ["main gate", "main gate"]
    assert (day["pathway"] == "buyer").all()


def test_losses_are_events(tiny: Result) -> None:
    events = tiny.event_log()
    lost = events[(events["entity_id"] == P1) & (events["event_type"] == "queue")]["event"].tolist()
    assert "talk_reneged" in lost
    assert "meeting_stood_up" in lost


def test_run_number_is_the_replication() -> None:
    from dataclasses import replace

    from tests.statistics.building import build, trace_of
    from tests.statistics.tiny import ROWS

    result = Result(build(replace(PLAN, replication=7)), trace_of(ROWS))
    assert (result.event_log()["run_number"] == 7).all()


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**31))
def test_every_use_begins_and_ends_in_turn(seed: int) -> None:
    result = random_result(seed)
    log, naive = result.event_log(), Naive(result.expo, result.trace)
    uses = log[log["event_type"].isin(["resource_use", "resource_use_end"])]
    served = [
        r for r in naive.rows
        if r.kind in (Kind.GATE, Kind.TALK, Kind.MEAL, Kind.SESSION, Kind.MEETING)
        and r.outcome in (Outcome.DONE, Outcome.LATE) and 0 <= r.actor < naive.n
    ]  # fmt: skip
    begins, ends = uses[uses["event_type"] == "resource_use"], uses[uses["event_type"] == "resource_use_end"]
    assert len(begins) == len(ends) == len(served)
    total = ends["time"].sum() - begins["time"].sum()
    assert abs(total - sum(r.end - r.start - r.wait for r in served) / MINUTE) < 1e-6
    assert (log["event"] == "arrival").sum() == (log["event"] == "depart").sum() == naive.n
    assert isinstance(log, pd.DataFrame)
    for _, day in log.groupby("entity_id"):
        assert day["time"].is_monotonic_increasing
        of_uses = day[day["event_type"].isin(["resource_use", "resource_use_end"])]["event"].tolist()
        assert all(b.replace("_begins", "_ends") == e for b, e in pairwise(of_uses) if b.endswith("_begins"))
