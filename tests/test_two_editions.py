"""The kept answer about the two editions is of the scenarios as they are shipped, and sums to the whole."""

from __future__ import annotations

import pytest

import sim
from sim.decisions.attribute.attributing import Attribution
from tests.benchmarks.editions import COMMAND, GROUPS, KEPT, KPIS, stale


@pytest.fixture(scope="module")
def kept() -> Attribution:
    return Attribution.load(KEPT)


def test_it_is_of_the_scenarios_as_they_are_shipped() -> None:
    assert stale() == ""


def test_a_change_of_a_shipped_scenario_makes_it_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    changed = sim.load("cisce-2024", {"exhibitors.count": 621})
    monkeypatch.setattr("tests.benchmarks.editions.SECOND", changed)
    assert "exhibitors.count: 620 → 621 companies" in stale()
    assert COMMAND in stale()


def test_what_the_groups_made_sums_to_the_difference_of_every_replication(kept: Attribution) -> None:
    assert kept.kpis == KPIS
    assert {each.name for each in kept.groups} == set(GROUPS)
    for kpi in KPIS:
        assert tuple(map(sum, zip(*kept.shares[kpi].values(), strict=True))) == kept.exact_difference(kpi)
        whole = kept.estimate(kpi).mean
        assert sum(kept.estimate(kpi, name).mean for name in GROUPS) == pytest.approx(whole, abs=1e-6)


def test_it_is_small() -> None:
    assert sum(each.stat().st_size for each in KEPT.rglob("*") if each.is_file()) < 300_000
