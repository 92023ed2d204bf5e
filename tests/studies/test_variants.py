"""Variants over the same replications: as each alone, for any number of workers."""

from __future__ import annotations

from pathlib import Path
from threading import Barrier, get_ident
from typing import Any

import pytest
from joblib import parallel_config

import sim
from sim.expo.shared import Shared
from sim.replication import one_of
from sim.scenario import Scenario
from sim.statistics import Result
from sim.studies import StudyError, cell, processes, replicate, replicate_variants
from sim.studies.resultset import ResultSet

FAIR = Path(__file__).parents[1] / "cli" / "fair.toml"


@pytest.fixture(scope="module")
def variants() -> tuple[Scenario, ...]:
    fair = sim.load(str(FAIR))
    return fair, fair.replace(**{"exhibitors.mean_staff": 9})


def rows(results: tuple[ResultSet, ...]) -> list[object]:
    return [(each.numbers, repr(each.rows), each.scenario.hash) for each in results]


@pytest.mark.elsewhere
def test_a_variant_comes_to_what_it_comes_to_alone_for_any_number_of_workers(
    variants: tuple[Scenario, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "_WORTH_WORKERS", 0)
    one, two = (
        replicate_variants(variants, replications=2, workers=workers, by="day", tables=("meetings",))
        for workers in (1, 2)
    )
    assert rows(one) == rows(two)
    assert rows(one)[0] != rows(one)[1]
    alone = replicate(variants[1], replications=2, workers=1, by="day", keep=(), tables=("meetings",))
    assert rows((alone,)) == rows(two)[1:]
    assert alone.by("day").equals(two[1].by("day"))
    assert alone.table("meetings").equals(two[1].table("meetings"))
    with pytest.raises(KeyError, match=r"'sessions' was kept of no replication; `tables` of .*_variants`"):
        two[1].table("sessions")


def test_a_variant_that_fails_is_recorded_and_the_others_go_on(
    variants: tuple[Scenario, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails_once(scenario: Scenario, **how: Any) -> Result:
        if scenario == variants[1] and how["replication"] in fails:
            raise RuntimeError("no power")
        return one_of(scenario, **how)

    monkeypatch.setattr(cell, "run", fails_once)
    fails = {0}
    first, second = replicate_variants(variants, replications=2)
    assert (first.numbers, second.numbers) == ((0, 1), (1,))
    assert [(each.replication, each.reason) for each in second.failures] == [(0, "RuntimeError: no power")]
    fails = {0, 1}
    with pytest.raises(StudyError, match=r"all 1 replications failed.*no power"):
        replicate_variants(variants[1:], replications=1)


def test_variants_here_share_one_thing_and_know_how_many_are_left(
    variants: tuple[Scenario, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def asks(_: Scenario, *, left: float, shared: Shared | None, **how: Any) -> Result:
        asked.append((left, shared))
        raise RuntimeError("enough")

    monkeypatch.setattr(cell, "run", asks)
    with pytest.raises(StudyError):
        replicate_variants(variants, replications=2, workers=1)
    assert [left for left, _ in asked] == [4, 3, 2, 1]
    assert isinstance(asked[0][1], Shared)
    assert all(shared is asked[0][1] for _, shared in asked)


def test_each_thread_that_is_a_worker_shares_with_nobody_else(
    variants: tuple[Scenario, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    both, asked = Barrier(2, timeout=5), []

    def asks(_: Scenario, *, left: float, shared: Shared | None, **how: Any) -> Result:
        both.wait()
        asked.append((get_ident(), shared))
        raise RuntimeError("enough")

    monkeypatch.setattr(processes, "_WORTH_WORKERS", 0)
    monkeypatch.setattr(cell, "run", asks)
    with parallel_config(backend="threading"), pytest.raises(StudyError):
        replicate_variants(variants, replications=2, workers=2)
    assert all(isinstance(shared, Shared) for _, shared in asked)
    assert len({thread for thread, _ in asked}) == len({id(shared) for _, shared in asked}) == 2
    assert len(asked) == 4


@pytest.mark.parametrize("workers", [1, 2])
def test_one_scenario_shares_nothing_and_of_several_all_do_one_that_is_handed_out_alone_too(
    variants: tuple[Scenario, ...], monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    asked: list[tuple[str, Shared | None]] = []

    def asks(scenario: Scenario, *, shared: Shared | None, **how: Any) -> Result:
        asked.append((scenario.hash, shared))
        raise RuntimeError("enough")

    monkeypatch.setattr(processes, "_WORTH_WORKERS", 0)
    monkeypatch.setattr(cell, "run", asks)
    five = [variants[0].replace(**{"exhibitors.mean_staff": 4 + staff}) for staff in range(5)]
    with parallel_config(backend="threading"), pytest.raises(StudyError):
        replicate_variants(five, replications=2, workers=workers)
    assert len({scenario for scenario, _ in asked}) == 5  # one more than a worker takes at a time
    assert all(isinstance(shared, Shared) for _, shared in asked)
    asked.clear()
    with parallel_config(backend="threading"), pytest.raises(StudyError):
        replicate_variants(variants[:1], replications=3, workers=workers)
    assert [shared for _, shared in asked] == [None] * 3


def test_what_cannot_be_asked_for_is_refused(variants: tuple[Scenario, ...]) -> None:
    with pytest.raises(ValueError, match="no table 'meeting'"):
        replicate_variants(variants, tables=("meeting",))
    with pytest.raises(ValueError, match="at least 1"):
        replicate_variants(variants, replications=0)
    assert replicate_variants(()) == ()
