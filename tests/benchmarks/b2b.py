"""The fewest breaks of the b2b meeting instances, proven, against what is published.

`python -m tests.benchmarks.b2b FOLDER [--time-limit 120] [--fairness 2]`

A row for every `.dzn` file of the folder. If there is a `known_optima.csv` (instance, fairness_d,
optimal_breaks or INFEASIBLE) the answers are compared with it. Timetables are checked by code that
knows no solver. The exit status is 1 if an answer disagrees, a timetable is unsound, or something
stays unproven.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.matchmaking.compact.breaks import Agreed, BreaksResult, breaks, check_timetable, least_breaks
from tests.benchmarks.dzn import DznError, agreed_from_dzn

__all__ = ["Row", "known_optima", "main", "solve"]

_INFEASIBLE = "INFEASIBLE"


@dataclass(frozen=True, slots=True)
class Row:
    """One instance solved: the answer, the published one if there is one, and what is wrong with ours."""

    instance: str
    result: BreaksResult
    known: str | None
    faults: list[str]

    @property
    def answer(self) -> str:
        """The proven optimum, or INFEASIBLE, or what is known of it."""
        if self.result.status == "infeasible":
            return _INFEASIBLE
        if self.result.status == "optimal":
            return str(self.result.total)
        return f"{self.result.bound}..{'' if self.result.total is None else self.result.total}"

    @property
    def proven(self) -> bool:
        """Whether there is nothing left to find."""
        return self.result.status in ("optimal", "infeasible")

    @property
    def agrees(self) -> bool:
        """Whether the answer, as far as it goes, can be the published one."""
        if self.known is None or (self.proven and self.answer == self.known):
            return True
        if self.proven or (self.known == _INFEASIBLE and self.result.total is not None):
            return False
        if self.known == _INFEASIBLE:
            return True
        within = self.result.total is None or int(self.known) <= self.result.total
        return self.result.bound <= int(self.known) and within


def known_optima(folder: Path, fairness: int) -> dict[str, str]:
    """The published optimum of each instance under this fairness; empty without `known_optima.csv`."""
    path = folder / "known_optima.csv"
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return {row["instance"]: row["optimal_breaks"] for row in rows if row["fairness_d"] == str(fairness)}


def solve(path: Path, agreed: Agreed, time_limit: float, known: str | None = None) -> Row:
    """Solve one instance and check the answer."""
    result = least_breaks(agreed, time_limit=time_limit)
    faults = []
    if result.slots is not None:
        faults = check_timetable(agreed, result.slots)
        if not faults and sum(breaks(agreed, result.slots)) != result.total:
            faults = ["the breaks are not as many as said"]
    return Row(path.name, result, known, faults)


def main(arguments: Sequence[str] | None = None) -> int:
    """Solve every instance of a folder and print a table: 1 if any is wrong or unproven, 2 for bad files."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--time-limit", type=float, default=120.0, help="seconds an instance (120)")
    parser.add_argument("--fairness", type=int, default=2, help="most by which people's breaks differ (2)")
    options = parser.parse_args(arguments)
    paths = sorted(options.folder.glob("*.dzn"))
    if not paths:
        print(f"{options.folder}: no .dzn files", file=sys.stderr)
        return 2
    known = known_optima(options.folder, options.fairness)
    width = max(len(path.name) for path in paths)
    print(f"{'instance':{width}}  status      breaks      known       seconds  checked")
    good = bad = 0
    for path in paths:
        try:
            agreed = agreed_from_dzn(path, options.fairness)
        except DznError as error:
            print(error, file=sys.stderr)
            return 2
        row = solve(path, agreed, options.time_limit, known.get(path.name))
        checked = "-" if row.result.slots is None else row.faults[0] if row.faults else "sound"
        verdict = "" if row.agrees else "  DISAGREES"
        print(
            f"{row.instance:{width}}  {row.result.status:10}  {row.answer:10}  {row.known or '-':10}"
            f"  {row.result.seconds:7.1f}  {checked}{verdict}",
            flush=True,
        )
        good += row.proven
        bad += bool(row.faults) or not row.agrees
    print(f"{good} of {len(paths)} proven within {options.time_limit:g} s, {bad} wrong")
    return 0 if good == len(paths) and not bad else 1


if __name__ == "__main__":
    sys.exit(main())
