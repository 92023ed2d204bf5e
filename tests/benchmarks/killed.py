"""A study that is killed again and again: whether it comes to the same bytes, and runs no cell twice.

    python -m tests.benchmarks.killed

A comparison of six numbers of tables of `hungary-2024` over ten replications, 60 cells, is killed (SIGKILL to
all its processes) at ten random moments; the same command then ends it. What it prints is compared with what
an undisturbed one prints, byte for byte, and the journal says how often each cell was written.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

KILLS = 10
STUDY = ("compare", "hungary-2024", "--vary", "matchmaking.hungary.tables=3:8:1", "-n", "10", "--json", "-q")


def main() -> int:
    """Run it, and say what came of it; 1 if anything differs."""
    draw = random.Random(1)
    with tempfile.TemporaryDirectory() as place:
        command = [sys.executable, "-m", "sim", *STUDY, "--study"]
        begun = time.monotonic()
        whole = subprocess.run([*command, f"{place}/whole"], capture_output=True, check=True).stdout
        alone = time.monotonic() - begun
        folder = Path(place) / "killed"
        kills = 0
        while kills < KILLS:
            process = subprocess.Popen(
                [*command, str(folder)],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            try:
                process.wait(draw.uniform(0.3, 2 * alone / KILLS))
                print("it was done before it could be killed")
                break
            except subprocess.TimeoutExpired:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                kills += 1
                print(f"killed {kills} times: {cells(folder)[0]} cells are kept")
        ended = subprocess.run([*command, str(folder)], capture_output=True, check=True).stdout
        kept, written = cells(folder)
    same = ended == whole
    print(
        f"{'the same' if same else 'other'} bytes; {kept} cells, written {written} times; alone {alone:.1f} s"
    )
    return 0 if same and kept == written == 60 else 1


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
