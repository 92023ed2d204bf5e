"""How many processes a study is worth."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from math import ceil
from pathlib import Path
from typing import Final

__all__ = ["workers_for"]

# Workers start only for at least so many visits, of which each takes 0.05 to 0.1 ms of processor time.
# Measured: a worker that begins anew takes 1.3 s to load the libraries, one that is a copy of this process
# 0.1 s until all goes as fast as here.
_WORTH_WORKERS: Final = 25_000
_WORTH_COPIES: Final = 6_000

_GROUPS: Final = Path("/sys/fs/cgroup")


def workers_for(visits: int, tasks: int, wanted: int | None, *, copies: bool = False) -> int:
    """How many processes run what there is to run: 1, this one, unless they gain by more.

    Args:
        visits: in all that is to be run.
        tasks: in how many parts it can be handed out.
        wanted: how many processes there are to be if so; as many as there are processors if None.
        copies: whether they would be copies of this one.
    """
    worth = _WORTH_COPIES if copies else _WORTH_WORKERS
    return min(wanted or _processors(), tasks) if visits >= worth else 1


def _processors() -> int:
    """How many processors this process may use; as `joblib.cpu_count`, which takes 40 ms to be loaded."""
    if sys.platform != "linux":
        from joblib import cpu_count

        return int(cpu_count())
    own = sys.maxsize
    with suppress(ValueError, KeyError):  # it is not said, or says no number
        own = int(os.environ["LOKY_MAX_CPU_COUNT"])
    return max(1, min(len(os.sched_getaffinity(0)), own, _quota()))


def _quota() -> int:
    """How many processors this group of processes (a container) may use: its time in a period of time."""
    for files in (("cpu.max",), ("cpu/cpu.cfs_quota_us", "cpu/cpu.cfs_period_us")):
        with suppress(OSError, ValueError):  # there is no such file, or no limit, "max"
            time, period = (int(part) for name in files for part in (_GROUPS / name).read_text().split())
            return ceil(time / period) if time > 0 and period > 0 else sys.maxsize
    return sys.maxsize
