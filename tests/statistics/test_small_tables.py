"""Small tables of a replication, which pictures of several are drawn from: what the large ones add up to."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

import sim
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


def test_the_programme_has_the_numbers_of_sessions() -> None:
    shut = {
        "kind": "hall_closed",
        "hall": "east",
        "day": 1,
        "from": dt.time(13),
    }  # what is there is cancelled
    result = sim.run(sim.load("quickstart", {"shocks.shut": shut}))
    programme, sessions = result.programme, result.sessions
    assert sessions["session"].isna().any()
    for column in ("title", "day", "seats", "held", "audience", "peak"):
        assert programme[column].tolist() == sessions[column].tolist(), column
    away = sessions[["full", "too_late", "closed"]].sum(axis=1)
    assert programme["turned_away"].tolist() == away.tolist()
    assert away.sum() > 0
    for column in ("kind", "start", "room", "hall"):
        here, there = (each[column].astype("object").fillna("") for each in (programme, sessions))
        assert here.tolist() == there.tolist(), column


def test_degrees_count_the_organisations_with_at_least_so_much(quickstart: Result) -> None:
    degrees, who = quickstart.degrees, quickstart.organisations
    groups = list(degrees.groupby(["of", "exhibits"], observed=True))
    assert len(groups) == 6
    for (of, exhibits), rows in groups:
        values = who[who["exhibits"] == exhibits][str(of)]
        assert rows["at_least"].tolist() == sorted(rows["at_least"])
        for at, n, amount in zip(rows["at_least"], rows["organisations"], rows["amount"], strict=True):
            assert n == (values >= at).sum() > 0
            assert amount == pytest.approx(values[values >= at].sum())
        assert rows["at_least"].iloc[0] == 0
        assert rows["organisations"].iloc[1] == (values > 0).sum()  # the first above nothing
        assert rows["at_least"].iloc[-1] > values.max() / 1.2
    assert len(degrees) < 300


def test_fates_are_those_of_outcomes_as_each_exhibitor_has_them(quickstart: Result) -> None:
    fates = quickstart.fates.set_index("fate")
    outcomes, who = quickstart.outcomes, quickstart.exhibitors
    both = 1 + outcomes["partner"].astype(str).isin(who["name"].astype(str))
    assert (both == 2).any()
    for fate in outcomes["fate"].cat.categories:
        assert fates.at[fate, "pairs"] == (outcomes["fate"] == fate).sum()
        assert fates.at[fate, "contacts"] == both[outcomes["fate"] == fate].sum()
    assert fates.at["useful", "contacts"] == who["useful_contacts"].sum()
    ties = quickstart.ties
    ours = ties[ties["organisation"].astype(str).isin(who["name"].astype(str))]
    assert fates.at["useful", "pairs"] == (ours["useful"] > 0).sum()
    assert set(fates["direct"]) == {who["direct"].sum()}
