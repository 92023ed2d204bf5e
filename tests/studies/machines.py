"""A Dask cluster as it is started by hand: a scheduler and worker processes, over TCP on this machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

__all__ = ["Machines", "machines"]

_ROOT: Final = Path(__file__).parents[2]
_PATIENCE: Final = 60.0


class Machines:
    """A scheduler with two workers, each started anew when it dies; begun when somebody asks for them."""

    def __init__(self, folder: Path, failures: int) -> None:
        self.file = folder / "scheduler.json"
        self._folder, self._failures = folder, failures
        self._begun: list[subprocess.Popen[bytes]] = []

    @property
    def address(self) -> str:
        """Of the scheduler."""
        if not self._begun:
            self._start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-show", "--no-dashboard")
            file = ("--scheduler-file", str(self.file))
            many = ("--nworkers", "2", "--nthreads", "1", "--no-dashboard", "--death-timeout", "60")
            self._start("worker", *file, *many)
            until = time.monotonic() + _PATIENCE
            while not self.file.exists():
                assert time.monotonic() < until, "the scheduler did not start"
                time.sleep(0.02)
        said: dict[str, Any] = json.loads(self.file.read_text())
        return str(said["address"])

    @property
    def scheduler(self) -> int:
        """The number of its process."""
        return self._begun[0].pid

    def _start(self, what: str, *arguments: str) -> None:
        env = os.environ | {
            "PYTHONPATH": str(_ROOT),
            "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": str(self._failures),
            # these as the README says
            "DASK_DISTRIBUTED__ADMIN__TICK__INTERVAL": "1s",
            "DASK_DISTRIBUTED__WORKER__MEMORY__MONITOR_INTERVAL": "1s",
            "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False",
            "DASK_DISTRIBUTED__NANNY__PRE_SPAWN_ENVIRON": '{"MALLOC_TRIM_THRESHOLD_": None}',
        }
        file = ("--scheduler-file", str(self.file)) if what == "scheduler" else ()
        with (self._folder / f"{what}.log").open("wb") as log:
            command = [sys.executable, "-m", "dask", what, *arguments, *file]
            self._begun.append(subprocess.Popen(command, cwd=self._folder, env=env, stdout=log, stderr=log))

    def end(self) -> None:
        """End them: a nanny ends its worker."""
        for each in reversed(self._begun):
            each.terminate()
        for each in self._begun:
            try:
                each.wait(10)
            except subprocess.TimeoutExpired:
                each.kill()
                each.wait()


@contextmanager
def machines(folder: Path, *, failures: int = 1) -> Iterator[Machines]:
    """Them, of which a task may kill so many workers and is tried once more; ended in the end."""
    made = Machines(folder, failures)
    try:
        yield made
    finally:
        made.end()
