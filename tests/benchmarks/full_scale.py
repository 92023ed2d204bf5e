"""Where a run at full scale spends its time: processor time and memory, stage by stage.

`python -m tests.benchmarks.full_scale [SCENARIO] [--engine NAME] [--rounds N] [--against PATH]`

A replication of `cisce-2024`, or of another scenario, is loaded, built, checked, played, and read: KPIs,
tables, files. Each round is a process of its own, which has played `quickstart` before, so that neither
imports nor what is compiled once count; then the command itself, `exposim run SCENARIO -n 1`, from its
first import to its table. `--against` is another checkout, of an earlier version for instance; it takes
its turn in each round, with the first engine that it knows unless `--against-engine` says otherwise.
CPU seconds are of all threads and child processes, the least of the rounds; memory is the most that the
process had in that stage, in MiB (Linux tells it).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from tests.benchmarks.engine_speed import machine

__all__ = ["STAGES", "Side", "main", "table"]

STAGES: Final = ("load", "build", "check", "engine", "KPIs", "tables", "write", "command")


@dataclass(slots=True)
class Side:
    """One checkout: CPU seconds and MiB of each stage, round by round; engine; how many visits and rows."""

    name: str
    path: Path
    engine: str
    seconds: dict[str, list[float]] = field(default_factory=dict)
    mib: dict[str, float] = field(default_factory=dict)
    visits: int = 0
    rows: int = 0

    def least(self, stage: str) -> float | None:
        """CPU seconds of a stage; None if there is no such stage on this side."""
        return min(self.seconds[stage]) if stage in self.seconds else None

    def add(self, told: dict[str, Any]) -> None:
        """What one process has told."""
        for stage, (seconds, mib) in told.pop("stages").items():
            self.seconds.setdefault(stage, []).append(seconds)
            self.mib[stage] = max(self.mib.get(stage, 0.0), mib)
        for name, value in told.items():
            setattr(self, name, value)


def table(sides: Sequence[Side]) -> list[str]:
    """A Markdown table: a row a stage; with two sides, how many times as fast the first is."""
    both = len(sides) > 1
    heads = [f"| {side.name}: CPU s | MiB " for side in sides]
    lines = ["| stage " + "".join(heads) + ("| times |" if both else "|")]
    lines.append("|---" + "|---:|---:" * len(sides) + ("|---:|" if both else "|"))
    for stage in STAGES:
        found = [side.least(stage) for side in sides]
        if any(seconds is not None for seconds in found):
            mib = [side.mib.get(stage) for side in sides]
            lines.append(_row(stage, found, mib))
    return lines


def _row(stage: str, seconds: Sequence[float | None], mib: Sequence[float | None]) -> str:
    cells = [stage]
    for time_, memory in zip(seconds, mib, strict=True):
        cells += ["–" if time_ is None else f"{time_:.2f}", f"{memory:,.0f}" if memory else "–"]
    if len(seconds) > 1:
        mine, other = seconds
        cells.append(f"{other / mine:.1f}" if mine and other is not None else "–")
    return "| " + " | ".join(cells) + " |"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("scenario", nargs="?", default="cisce-2024")
    parser.add_argument("--engine", default="compiled")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--against", type=Path, help="another checkout")
    parser.add_argument("--against-engine", default="simpy")
    options = parser.parse_args(arguments)
    sides = [Side("now", Path.cwd(), options.engine)]
    if options.against:
        if not (options.against / "sim").is_dir():
            parser.error(f"--against {options.against}: no package sim there")
        sides.append(Side("against", options.against.resolve(), options.against_engine))
    for _ in range(options.rounds):
        for side in sides:
            with TemporaryDirectory() as folder:
                side.add(_ask(side, options.scenario, Path(folder)))
            side.add({"stages": {"command": _command(side, options.scenario)}})
    print(f"{options.scenario}, one replication; {date.today()}, {machine()}")
    for side in sides:
        print(f"{side.name}: engine {side.engine}, {side.visits:,} visits, {side.rows:,} rows of trace")
    print()
    print("\n".join(table(sides)))
    print("\ncommand: exposim run, from its first import to its table of KPIs; engine: with what it checks")
    return 0


def _ask(side: Side, scenario: str, folder: Path) -> dict[str, Any]:
    """Play in a process of its own, with the package of that side and nothing else of either."""
    stages = Path(__file__).with_name("stages.py")
    command = [sys.executable, "-P", str(stages), scenario, side.engine, str(folder)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=_environment(side))
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def _command(side: Side, scenario: str) -> tuple[float, float]:
    """CPU seconds and MiB of the command."""
    command = [sys.executable, "-m", "sim", "run", scenario, "-n", "1", "-q", "--engine", side.engine]
    process = subprocess.Popen(command, cwd=side.path, env=_environment(side), stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def _environment(side: Side) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(side.path)}


if __name__ == "__main__":
    sys.exit(main())
