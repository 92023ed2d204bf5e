"""The processes of a study are workers of ours, unless its user has chosen others."""

from __future__ import annotations

from joblib import parallel_config

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
