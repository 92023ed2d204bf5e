"""A study that is killed again and again: whether it comes to the same bytes, and runs no cell twice.

    python -m tests.benchmarks.killed [compare] [tune] [search] [calibrate]

A comparison of six numbers of tables of `hungary-2024` over ten replications, 60 cells, is killed (SIGKILL to
all its processes) at ten random moments; the same command then ends it. What it prints is compared with what
an undisturbed one prints, byte for byte, and the journal says how often each cell was written. The same is
done with a choice among few, a search among many and a calibration, whose next cells depend on those before.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

KILLS = 10
FAIR = Path(__file__).parents[1] / "cli" / "fair.toml"
SEARCH = """\
[study]
scenario = "fair.toml"
[parameters]
"matchmaking.tables.tables" = { low = 1, high = 30 }
"exhibitors.mean_staff" = { low = 2, high = 8, step = 0.5 }
[objective]
goal = "maximise"
indifference = 20
kpis = { "meetings.held" = 10 }
costs = { "matchmaking.tables.tables" = 5, "exhibitors.mean_staff" = 2 }
"""
STUDIES = {
    "compare": ("compare", "hungary-2024", "--vary", "matchmaking.hungary.tables=3:8:1", "-n", "10"),
    "tune": ("tune", str(Path(__file__).parents[1] / "decisions" / "tune_fair.toml"), "-n", "10"),
    "search": ("tune", "search.toml", "--budget", "120", "-n", "10"),
    "calibrate": ("calibrate", "erlang-wait"),
}


def main() -> int:
    """Run them, and say what came of it; 1 if anything differs."""
    with tempfile.TemporaryDirectory() as place:
        shutil.copy(FAIR, place)
        (Path(place) / "search.toml").write_text(SEARCH, "utf-8")
        os.chdir(place)
        return max(killed(name, (*STUDIES[name], "--json", "-q")) for name in sys.argv[1:] or STUDIES)


def killed(name: str, study: tuple[str, ...]) -> int:
    """One study, ten times killed; 1 if anything differs."""
    draw = random.Random(1)
    with tempfile.TemporaryDirectory() as place:
        command = [sys.executable, "-m", "sim", *study, "--study"]
        begun = time.monotonic()
        whole = subprocess.run([*command, f"{place}/whole"], capture_output=True, check=True).stdout
        alone = time.monotonic() - begun
        in_all = cells(Path(place) / "whole")[0]
        folder = Path(place) / "killed"
        kills = 0
        while kills < KILLS:
            process = subprocess.Popen(
                [*command, str(folder)],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            grows, seen, more = (
                folder / "cells.sqlite",
                set[int](),
                draw.randint(1, max(1, 2 * in_all // KILLS)),
            )
            while process.poll() is None and len(seen) <= more:  # a process that writes it lets nobody read
                if grows.exists():
                    seen.add(grows.stat().st_mtime_ns)
                time.sleep(0.01)
            with suppress(subprocess.TimeoutExpired):
                process.wait(draw.uniform(0, 2 * alone / in_all))  # within the next cells
                print("it was done before it could be killed again")
                break
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            kills += 1
            print(f"killed {kills} times: {cells(folder)[0]} of {in_all} cells are kept", flush=True)
        ended = subprocess.run([*command, str(folder)], capture_output=True, check=True).stdout
        kept, written = cells(folder)
    same = ended == whole
    what = "the same" if same else "other"
    print(f"{name}: {what} bytes; {kept} cells, written {written} times; alone {alone:.1f} s", flush=True)
    return 0 if same and kept == written else 1


def cells(folder: Path) -> tuple[int, int]:
    """How many cells a journal has, and how often they were written in all."""
    file = folder / "cells.sqlite"
    if not file.exists():
        return 0, 0
    database = sqlite3.connect(file)
    try:
        kept, written = database.execute("SELECT count(*), coalesce(sum(written), 0) FROM cells").fetchone()
    except sqlite3.OperationalError:  # killed before there were tables
        return 0, 0
    finally:
        database.close()
    return int(kept), int(written)


if __name__ == "__main__":
    sys.exit(main())
