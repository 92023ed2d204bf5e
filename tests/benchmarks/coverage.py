"""How often the intervals of a study of ten replications cover the mean.

`python -m tests.benchmarks.coverage [SCENARIO] [--batches 300] [--replications 10] [--seed 1001]
[--set PATH=VALUE] [--keep FILE] [--all]` runs so many batches of replications of `quickstart`, or another
scenario, and takes of each KPI the share of batches whose interval covers the mean of all replications
together (some twenty minutes; with `--keep` the KPIs of each replication are kept in FILE as they come, and
a run that was stopped goes on from there). Batches in which a KPI shows no interval claim nothing, and are
counted apart. A KPI is within if its share is within three standard errors, of the batches that show an
interval, of the level. The table is of the KPIs that are not, and of those that do not always show one.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tqdm import tqdm

import sim
from sim.statistics.intervals import LEVEL
from sim.statistics.kpis.registry import estimated

__all__ = ["Coverage", "coverage", "main"]

_LEAST = 0.9  # coverage below this is a fault, whatever the number of batches


@dataclass(frozen=True)
class Coverage:
    """How the intervals of one KPI fared."""

    name: str
    mean: float  # of all replications
    batches: int
    shown: int  # batches with an interval
    below: int  # of those, that lie below the mean
    above: int

    @property
    def share(self) -> float:
        """The share of intervals that cover the mean; nan if none is shown."""
        return 1 - (self.below + self.above) / self.shown if self.shown else math.nan

    @property
    def within(self) -> bool:
        """Whether it is within three standard errors of the level."""
        return abs(self.share - LEVEL) <= 3 * math.sqrt(LEVEL * (1 - LEVEL) / max(self.shown, 1))


def coverage(name: str, values: Sequence[float], size: int) -> Coverage | None:
    """Of the KPI `name` in batches of `size` replications; None if it does not vary or is never defined."""
    known = [value for value in values if math.isfinite(value)]
    if not known or estimated(name, known).same:
        return None
    mean = math.fsum(known) / len(known)
    batches = [estimated(name, values[i : i + size]) for i in range(0, len(values) - size + 1, size)]
    shown = [e for e in batches if not e.why]
    below, above = sum(e.high < mean for e in shown), sum(e.low > mean for e in shown)
    return Coverage(name, mean, len(batches), len(shown), below, above)


def _rows(scenario: sim.Scenario, seed: int, n: int, keep: Path | None) -> list[Mapping[str, Any]]:
    """KPIs of the first `n` replications; those in the file are not run again."""
    rows: list[Mapping[str, Any]] = []
    if keep is not None and keep.exists():
        for line in keep.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row.pop("of") != f"{scenario.hash} {seed}":
                raise SystemExit(f"{keep} is of another scenario or seed")
            rows.append(row)
    with tqdm(total=n, initial=min(len(rows), n), unit="replication") as bar:
        for replication in range(len(rows), n):
            row = dict(sim.run(scenario, replication=replication, seed=seed).row)
            rows.append(row)
            if keep is not None:
                with keep.open("a", encoding="utf-8") as file:
                    file.write(json.dumps({"of": f"{scenario.hash} {seed}", **row}) + "\n")
            bar.update()
    return rows[:n]


def report(found: Iterable[Coverage], *, everything: bool = False) -> list[str]:
    """The table and what it comes to."""
    kpis = list(found)
    lines = [f"{'KPI':46} {'mean':>10} shown covered  too low  too high"]
    for c in kpis:
        if everything or not c.within or c.shown < c.batches:
            mark = "" if c.within or not c.shown else "  off" if c.share >= _LEAST else "  OFF"
            covered = f"{c.share:7.1%}" if c.shown else "      –"
            lines.append(f"{c.name:46} {c.mean:10.4g} {c.shown:5} {covered} {c.below:8} {c.above:9}{mark}")
    shown = [c for c in kpis if c.shown]
    least = min(shown, key=lambda c: c.share, default=None)
    lines += [
        "",
        f"{len(kpis)} KPIs vary; {len(shown)} show intervals, {sum(c.within for c in shown)} of them are "
        f"within three standard errors of {LEVEL:.0%}; {len(kpis) - len(shown)} show none in any batch",
    ]
    if least is not None:
        lines.append(f"least coverage: {least.share:.1%} ({least.name})")
    return lines


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("scenario", nargs="?", default="quickstart")
    parser.add_argument("--batches", type=int, default=300)
    parser.add_argument("--replications", type=int, default=10, help="in a batch")
    parser.add_argument("--seed", type=int, default=1001)
    parser.add_argument("--set", dest="sets", action="append", default=[], metavar="PATH=VALUE")
    parser.add_argument("--keep", type=Path, metavar="FILE")
    parser.add_argument("--all", action="store_true", help="show all KPIs that vary")
    options = parser.parse_args(arguments)
    from sim.scenario import load_typed

    scenario = load_typed(options.scenario, tuple(options.sets))
    n = options.batches * options.replications
    rows = _rows(scenario, options.seed, n, options.keep)
    names = dict.fromkeys(name for row in rows for name in row)
    found = (
        coverage(name, [row.get(name, math.nan) for row in rows], options.replications) for name in names
    )
    print(f"{scenario.name}: {options.batches} batches of {options.replications}, seed {options.seed}\n")
    print("\n".join(report((c for c in found if c is not None), everything=options.all)))


if __name__ == "__main__":
    main()
