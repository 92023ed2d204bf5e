"""Replications: the same numbers however they are run, and what happens when one goes wrong."""

from __future__ import annotations

import multiprocessing
import os
import signal
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from joblib import parallel_config

import sim
from sim.replication import one_of, visits_of
from sim.statistics import Result
from sim.studies import (
    StudyError,
    StudyInterrupted,
    cell,
    processes,
    replicate,
    replications,
    runner,
    signs,
)
from sim.studies.cell import Cell, replication_cell
from sim.studies.processes import workers_for
from sim.studies.resultset import ResultSet
from sim.studies.task import in_worker

FAIR = Path(__file__).parents[1] / "cli" / "fair.toml"


@pytest.fixture(scope="module")
def fair() -> sim.Scenario:
    return sim.load(str(FAIR))


@pytest.fixture
def workers_are_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_WORTH_WORKERS", 0)


def numbers(results: ResultSet) -> bytes:
    return results.kpis.to_csv().encode()


@pytest.fixture(scope="module")
def by_three(fair: sim.Scenario) -> ResultSet:
    """Four replications in three processes, for whoever only reads them: each takes a second to begin."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(processes, "_WORTH_WORKERS", 0)
        return replicate(fair, replications=4, workers=3, keep=(0, 2), tables=("sessions",))


# Two workers: `test_precision_stops_at_the_same_number_for_any_number_of_workers`.
@pytest.mark.elsewhere
def test_numbers_are_the_same_for_any_number_of_workers(fair: sim.Scenario, by_three: ResultSet) -> None:
    alone = replicate(fair, replications=4, workers=1)
    assert len(alone) == 4
    assert len(set(alone.kpis["contacts.pairs"])) > 1  # replications differ: equality says something
    assert numbers(by_three) == numbers(alone)
    assert by_three.tallies == alone.tallies
    assert by_three.text() == alone.text()


def trace_of(scenario: sim.Scenario, replication: int) -> bytes:
    return sim.run(scenario, replication=replication).trace.to_bytes()


@pytest.mark.elsewhere
@pytest.mark.parametrize("method", ["spawn", "fork"])
def test_a_replication_and_its_trace_are_the_same_in_any_process_and_again(
    fair: sim.Scenario, method: str
) -> None:
    told: list[str] = []
    traces = [trace_of(fair, r) for r in (0, 1)]
    cell = replication_cell(fair, 1, None, "simpy", tell=told.append)
    parts = ("exhibitors", "visitors", "bookings", "routes", "the floor")
    assert told == [*(f"building: {part}" for part in parts), "playing", "counting"]
    with multiprocessing.get_context(method).Pool(1) as pool:
        assert pool.starmap(trace_of, [(fair, 0), (fair, 1), (fair, 0), (fair, 1)]) == traces * 2
        there = pool.apply(replication_cell, (fair, 1, None, "simpy"))
    assert there.kpis is not None
    assert repr(there) == repr(cell)  # repr: nan equals nan


def test_replications_do_not_depend_on_how_many_there_are(fair: sim.Scenario) -> None:
    few, more = replicate(fair, replications=2), replicate(fair, replications=3)
    assert few.kpis.equals(more.kpis.head(2))


def test_another_seed_gives_other_numbers_and_is_reported(fair: sim.Scenario) -> None:
    ours, other = replicate(fair, replications=1), replicate(fair, replications=1, seed=8)
    assert (ours.seed, other.seed) == (7, 8)
    assert not ours.kpis.equals(other.kpis)


def test_the_first_replication_is_kept_whole(fair: sim.Scenario) -> None:
    results = replicate(fair, replications=2)
    assert results.first is not None
    assert results.first.kpis.equals(results.kpis.T[0])
    assert results.engine == results.first.engine != "auto"  # that played


@pytest.mark.elsewhere
def test_tables_that_are_kept_are_those_of_each_replication_in_workers_too(
    fair: sim.Scenario, by_three: ResultSet
) -> None:
    results = by_three
    assert results.kept_of("meetings") == (0, 2)
    assert results.kept_of("sessions") == (0, 1, 2, 3)
    meetings, sessions = results.table("meetings"), results.table("sessions")
    assert list(meetings["replication"].unique()) == [0, 2]
    for number in range(4):
        alone = sim.run(fair, replication=number)
        for name, frame in (("meetings", meetings), ("sessions", sessions)):
            mine = frame[frame["replication"] == number].drop(columns="replication").reset_index(drop=True)
            if number in results.kept_of(name):
                pd.testing.assert_frame_equal(mine, getattr(alone, name), check_categorical=False)
            else:
                assert not len(mine)


def test_tables_of_all_replications_are_kept_if_asked_for(fair: sim.Scenario) -> None:
    results = replicate(fair, replications=2, keep="all")
    assert results.kept_of("interactions") == (0, 1)
    with pytest.raises(KeyError, match="did you mean meetings"):
        results.table("meeting")
    none = replicate(fair, replications=1, keep=())
    with pytest.raises(KeyError, match="was kept of no replication"):
        none.table("meetings")


@pytest.mark.parametrize(
    ("keep", "says"), [("some", "neither 'all' nor numbers"), ((-1,), "-1 is no number of a replication")]
)
def test_what_is_to_be_kept_is_checked_before_anything_runs(
    fair: sim.Scenario, monkeypatch: pytest.MonkeyPatch, keep: Any, says: str
) -> None:
    monkeypatch.setattr(cell, "run", None)
    with pytest.raises(ValueError, match=says):
        replicate(fair, keep=keep)
    with pytest.raises(ValueError, match="no table 'session'; did you mean sessions"):
        replicate(fair, tables=("session",))


@pytest.mark.elsewhere
def test_precision_stops_at_the_same_number_for_any_number_of_workers(
    fair: sim.Scenario, workers_are_worth_it: None
) -> None:
    target = {"conversations.count": "12%"}
    alone = replicate(fair, replications=2, precision=target, workers=1)
    both = replicate(fair, replications=2, precision=target, workers=2)
    estimate = alone.estimate("conversations.count")
    assert len(alone) > 2
    assert estimate.half_width <= 0.12 * estimate.mean
    assert numbers(alone) == numbers(both)


def test_precision_is_given_up_at_the_most(fair: sim.Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replications, "MOST", 5)
    results = replicate(fair, replications=2, precision={"conversations.count": 1e-9})
    assert len(results) == 5


def failing(*bad: int, error: type[BaseException] = ZeroDivisionError) -> Any:
    def run(scenario: sim.Scenario, *, replication: int, **rest: Any) -> Result:
        if replication in bad:
            raise error("on purpose")
        return one_of(scenario, replication=replication, **rest)

    return run


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.usefixtures("workers_are_worth_it")
def test_a_failed_replication_is_recorded_and_the_others_go_on(
    fair: sim.Scenario, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    monkeypatch.setattr(cell, "run", failing(0, 2))
    with parallel_config(backend="threading"):  # so that the workers see the failing `run`
        results = replicate(fair, replications=4, seed=9, workers=workers)
    assert list(results.kpis.index) == [1, 3]
    assert [(f.replication, f.seed, f.reason) for f in results.failures] == [
        (0, 9, "ZeroDivisionError: on purpose"),
        (2, 9, "ZeroDivisionError: on purpose"),
    ]


@pytest.mark.parametrize(
    ("workers", "left", "background"),
    [(1, [4, 3, 2, 1], [True] * 4), (9, [1, 1, 1, 1], [True, False, False, False])],
)
@pytest.mark.usefixtures("workers_are_worth_it")
def test_each_is_run_once_and_knows_how_many_are_left_and_only_here_is_compiled_in_the_background(
    fair: sim.Scenario,
    monkeypatch: pytest.MonkeyPatch,
    workers: int,
    left: list[float],
    background: list[bool],
) -> None:
    asked = []

    def asks(_: sim.Scenario, *, replication: int, left: float, background: bool, **how: Any) -> Result:
        asked.append((replication, left, background))
        raise ZeroDivisionError

    monkeypatch.setattr(cell, "run", asks)
    with parallel_config(backend="threading"), pytest.raises(StudyError):
        replicate(fair, replications=4, workers=workers)
    assert sorted(asked) == list(zip(range(4), left, background, strict=True))


def test_workers_are_as_many_as_are_wanted_if_they_are_worth_it(
    fair: sim.Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "_processors", lambda: 3)
    visits = visits_of(fair)
    monkeypatch.setattr(processes, "_WORTH_WORKERS", 4 * visits)
    wanted = [workers_for(4 * visits, 4, each) for each in (None, 1, 2, 9)]
    assert wanted == [3, 1, 2, 4]
    assert workers_for(3 * visits, 3, 2) == 1  # too little to do
    monkeypatch.setattr(processes, "_WORTH_COPIES", 2 * visits)  # which begin sooner
    assert [workers_for(many * visits, 3, 2, copies=True) for many in (1, 2)] == [1, 2]


def test_that_all_failed_is_an_error_that_says_why(
    fair: sim.Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cell, "run", failing(0, 1))
    with pytest.raises(StudyError, match=r"all 2 replications failed.*ZeroDivisionError: on purpose"):
        replicate(fair, replications=2)


def die_in_three(at: int, number: int, *given: Any) -> tuple[int, list[Cell]]:
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return in_worker(at, number, *given)


@pytest.mark.elsewhere
@pytest.mark.usefixtures("workers_are_worth_it")
def test_a_worker_that_is_killed_costs_its_own_replication_only(
    fair: sim.Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "in_worker", die_in_three)
    results = replicate(fair, replications=5, workers=2)
    assert list(results.kpis.index) == [0, 1, 2, 4]
    assert [f.replication for f in results.failures] == [3]
    assert "worker process died" in results.failures[0].reason


def test_ctrl_c_hands_back_what_was_done(fair: sim.Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cell, "run", failing(2, error=KeyboardInterrupt))
    with pytest.raises(StudyInterrupted, match="stopped after 2 of 6 replications") as stopped:
        replicate(fair, replications=6)
    assert stopped.value.results is not None
    assert list(stopped.value.results.kpis.index) == [0, 1]


def test_a_scenario_that_cannot_be_built_is_an_error_of_the_scenario(fair: sim.Scenario) -> None:
    # half of the foreigners are to be from the Belt and Road and half not, but all of one country
    full = fair.replace(
        **{
            "exhibitors.countries": 2,
            "exhibitors.overseas_share": 0.5,
            "exhibitors.belt_and_road_share": 0.5,
        }
    )
    with pytest.raises(sim.ScenarioError):
        replicate(full, replications=3)


@pytest.mark.parametrize(
    "wrong",
    [
        {"replications": 0},
        {"replications": 2.5},
        {"replications": True},
        {"workers": 0},
        {"precision": 0},
        {"seed": -1},
        {"seed": 2**63},
        {"seed": "7"},
        {"engine": "abacus"},
    ],
)
def test_what_is_out_of_range_is_refused_before_anything_runs(
    fair: sim.Scenario, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, Any]
) -> None:
    monkeypatch.setattr(cell, "run", None)
    with pytest.raises(ValueError, match=f"^{next(iter(wrong))} "):
        replicate(fair, **wrong)


@pytest.mark.parametrize(
    "wrong", [{"replication": -1}, {"replication": 1.0}, {"seed": -1}, {"seed": 0.5}, {"engine": "abacus"}]
)
def test_a_replication_is_a_whole_number_from_0(fair: sim.Scenario, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"^{next(iter(wrong))} "):
        sim.run(fair, **wrong)


def test_progress_is_shown_on_standard_error_only(
    fair: sim.Scenario, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    replicate(fair, replications=2, progress=True)
    assert capsys.readouterr() == ("", "")  # no terminal
    monkeypatch.setattr(signs, "_in_notebook", lambda: True)
    replicate(fair, replications=2, progress=True)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "0/2" in shown.err  # the bar's first look; it goes when it is full
    replicate(fair, replications=2)
    assert capsys.readouterr().err == ""


def test_a_precision_that_is_given_up_is_said(fair: sim.Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replications, "MOST", 3)
    study = replicate(fair, replications=2, precision={"meetings.held": 1e-9})
    assert len(study) == 3
    assert study.imprecise == ("meetings.held",)
    assert replicate(fair, replications=2, precision={"meetings.held": 1e9}).imprecise == ()


@pytest.fixture
def helpers(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many copies were to help with each replication that this process has run."""
    seen: list[int] = []

    def helped(copies: int) -> AbstractContextManager[None]:
        seen.append(copies)
        return nullcontext()

    monkeypatch.setattr(runner, "helped", helped)
    return seen


@pytest.mark.parametrize(
    ("many", "workers", "copies"),
    [
        pytest.param(1, 3, [2], id="alone"),
        pytest.param(1, 1, [0], id="this process alone"),
        pytest.param(2, 1, [0, 0], id="one after the other"),
    ],
)
def test_copies_help_with_one_large_replication_that_is_run_alone(
    fair: sim.Scenario,
    workers_are_worth_it: None,
    helpers: list[int],
    many: int,
    workers: int,
    copies: list[int],
) -> None:
    replicate(fair, replications=many, workers=workers)
    assert helpers == copies


def test_a_small_replication_has_no_copies(fair: sim.Scenario, helpers: list[int]) -> None:
    replicate(fair, replications=1, workers=3)
    assert helpers == [0]
