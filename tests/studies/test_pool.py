"""The processes of a study are workers of ours, unless its user has chosen others."""

from __future__ import annotations

import sys
from pathlib import Path

import joblib
import pytest
from joblib import parallel_config

from sim.studies import processes
from sim.studies.pool import backend
from sim.workers import SAFE


def test_workers_that_are_started_later_have_a_safe_path_too() -> None:
    ours = backend()
    assert ours is not None
    assert SAFE.items() <= ours._prepare_worker_env(2).items()


def test_what_the_user_has_chosen_to_run_on_is_left_to_joblib() -> None:
    with parallel_config(backend="threading"):
        assert backend() is None
    with parallel_config(backend="loky", inner_max_num_threads=1):
        ours = backend()
    assert ours is not None
    assert ours.inner_max_num_threads == 1


def test_there_are_as_many_processors_as_joblib_counts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert processes._processors() == joblib.cpu_count()
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "1")
    assert processes._processors() == joblib.cpu_count() == 1
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "two")
    assert processes._processors() >= 1  # whoever runs on one process needs no joblib to complain
    monkeypatch.setattr(processes, "_GROUPS", tmp_path)
    for said, many in (
        ("max 100000", sys.maxsize),
        ("150000 100000", 2),
        ("50000 100000", 1),
        ("-1", sys.maxsize),
    ):
        (tmp_path / "cpu.max").write_text(said)
        assert processes._quota() == (many or sys.maxsize)
    (tmp_path / "cpu").mkdir()
    (tmp_path / "cpu" / "cpu.cfs_quota_us").write_text("250000\n")
    (tmp_path / "cpu" / "cpu.cfs_period_us").write_text("100000\n")
    assert processes._quota() == 3
