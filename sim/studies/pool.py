"""The processes of a study: joblib's own, begun as workers of ours."""

from __future__ import annotations

import os
import threading
from typing import Any

from joblib.parallel import LokyBackend, get_active_backend

from sim.workers import SAFE, begin

__all__ = ["backend"]


def backend() -> LokyBackend | None:
    """What `Parallel` is to run on: None where its user has chosen something else than processes here."""
    chosen, _ = get_active_backend()
    if type(chosen) is not LokyBackend:
        return None
    return _Following(nesting_level=chosen.nesting_level, inner_max_num_threads=chosen.inner_max_num_threads)


class _Following(LokyBackend):  # type: ignore[misc]  # joblib has no types
    """Processes that start on a safe path and end with this one, those that replace another too."""

    def configure(self, *arguments: Any, **options: Any) -> int:
        """Start them, or take those that are there."""
        # The system ends a process with the thread that has started it, and only the main one lasts.
        at_once = threading.current_thread() is threading.main_thread()
        options |= {"initializer": begin, "initargs": (os.getpid(), at_once)}
        workers: int = super().configure(*arguments, **options)
        return workers

    def _prepare_worker_env(self, n_jobs: int) -> dict[str, str]:
        env: dict[str, str] = super()._prepare_worker_env(n_jobs)
        return env | SAFE
