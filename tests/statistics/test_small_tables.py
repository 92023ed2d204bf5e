"""Small tables of a replication, which pictures of several are drawn from: what the large ones add up to."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.floor.curves import curve, means_of_bins
from sim.statistics import Result


def test_means_of_bins_are_those_of_the_curve() -> None:
    rng = np.random.default_rng(7)
    start = rng.integers(0, 900, 500)
    end = start + rng.integers(0, 100, 500)
    weight = rng.integers(1, 6, 500)
    edges = np.arange(0, 1001, 20)
    found = means_of_bins(start, end, weight, 20, 50)
    assert found == pytest.approx(curve(start, end, weight).mean(edges))
    nobody = np.empty(0, dtype=np.int64)
    assert means_of_bins(nobody, nobody, nobody, 20, 2).tolist() == [0, 0]


def test_the_flow_is_made_of_the_minutes_of_services_sessions_and_meetings(quickstart: Result) -> None:
    flow, services = quickstart.flow, quickstart.services
    people = services["people"].astype(float)

    def minutes(column: str) -> float:
        return 15 * float(flow[column].sum())

    for column, kind, of in (
        ("talking", "booth", "service_minutes"),
        ("eating", "catering", "service_minutes"),
        ("queue_booths", "booth", "wait_minutes"),
        ("queue_catering", "catering", "wait_minutes"),
        ("queue_gates", "gate", "wait_minutes"),
    ):
        some = services["kind"] == kind
        assert minutes(column) == pytest.approx((people * services[of])[some].sum()), column
    there = quickstart.attendance
    seated = there[(there["role"] != "host") & (there["outcome"] == "done")]
    assert minutes("seated") == pytest.approx((seated["people"] * seated["minutes"]).sum())
    held = quickstart.meetings[quickstart.meetings["held"]]
    assert minutes("meetings") == pytest.approx(held["minutes"].sum())
    assert minutes("meetings_arranged") == pytest.approx(quickstart.meetings["slot_minutes"].sum())
    size = quickstart.visits.set_index("party_day")["people"]
    sides = pd.concat([held.set_index(side)["minutes"] for side in ("party_day", "partner_party_day")])
    sides = sides[sides.index.notna()]
    assert minutes("in_meetings") == pytest.approx((sides * size.reindex(sides.index)).sum())
    sessions = quickstart.sessions[quickstart.sessions["held"]]
    open_minutes = sessions["talk_minutes"] + sessions["mixing_minutes"]
    assert minutes("seats") == pytest.approx((open_minutes * sessions["seats"]).sum())
    whole = quickstart.occupancy[quickstart.occupancy["hall"] == "whole floor"]
    assert flow["people"].tolist() == whole["people"].tolist()
    assert flow["start"].tolist() == whole["start"].tolist()


def test_what_is_left_after_a_step_of_the_funnel_and_what_is_lost_add_up(quickstart: Result) -> None:
    funnel, kpis = quickstart.funnel, quickstart.kpis
    left = funnel[funnel["why"].isna()].set_index("step")["requests"]
    assert left.index.tolist() == ["requested", "accepted", "scheduled", "held"]
    assert left.tolist() == [kpis[f"meetings.{step}"] for step in left.index]
    lost = funnel[funnel["why"].notna()].groupby("step", observed=True)["requests"].sum()
    assert lost.tolist() == (-np.diff(left)).tolist()
    no_slot = quickstart.requests.loc[quickstart.requests["fate"] == "no_slot", "reason"].value_counts()
    of = funnel[(funnel["step"] == "accepted") & funnel["why"].notna()].set_index("why")["requests"]
    assert dict(of.items()) == {k: n for k, n in no_slot.items() if n}


def test_interactions_by_hour_kind_and_group_are_those_of_their_table(quickstart: Result) -> None:
    every, hours, met = quickstart.interactions, quickstart.hours, quickstart.met
    of_hour = every.assign(start=every["start"].dt.floor("h")).groupby(["start", "kind"], observed=True)
    for column, counted in (("interactions", of_hour.size()), ("useful", of_hour["useful"].sum())):
        assert hours.set_index(["start", "kind"])[column].to_dict() == counted.to_dict()
    for by in ("chain", "stage", "country"):
        for of in ("interactions", "ties", "useful"):
            matrix = quickstart.matrix(by, of)
            rows = met[met["by"] == by]
            assert rows[of].sum() == matrix.to_numpy().sum()
            for group, partner, many in zip(rows["group"], rows["partner"], rows[of], strict=True):
                assert matrix.at[group, partner] == many


def test_booths_have_the_columns_of_exhibitors(quickstart: Result) -> None:
    booths, exhibitors = quickstart.booths, quickstart.exhibitors
    for column in booths.columns:
        assert booths[column].tolist() == exhibitors[column].tolist(), column
