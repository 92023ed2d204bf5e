"""`cisce-2024` as a badge study would have seen it, beside the records of a congress.

`python -m tests.benchmarks.badges [--scenario cisce-2024] [--replications 1] [--records FILE]
[--set PATH=VALUE]` plays replications and prints a table: each measure as the congress has it and what
of that is chance (`sim.statistics.badges`), then as badges would have it if all, or fewer, of the audience
and of the staff wore one; if they saw companions at rest as well; and if staff wore none. What lies outside
the congress's range has a star. Below stand mean and CV of partners if nothing but who wears a badge
differed.

FILE has the congress's rows `t i j`, packed with gzip or not (looked for at `../shared/data/contacts/`): with
it, its measures and the distances are worked out anew; without, they are those that the package keeps.
"""

from __future__ import annotations

import argparse
import gzip
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np

import sim
from sim.statistics import Result, estimate
from sim.statistics.badges import (
    MEASURES,
    Measure,
    Records,
    distance,
    lengths,
    measured,
    read_badges,
    thinned,
)
from sim.statistics.badges.congress import records_of
from tests.benchmarks.engine_speed import machine

__all__ = ["STUDIES", "Study", "main"]

_RECORDS: Final = Path(__file__).parents[3] / "shared" / "data" / "contacts" / "SFHH_tij.dat.gz"


@dataclass(frozen=True)
class Study:
    """Who wears a badge, and whether companions are seen."""

    label: str
    fraction: float
    staff: float | None = None
    companions: bool = False

    def records(self, result: Result) -> Records:
        """What it records of a replication."""
        return read_badges(result.ledger, self.fraction, staff=self.staff, companions=self.companions)


STUDIES: Final = (
    Study("100 %", 1),
    Study("80 %", 0.8),
    Study("60 %", 0.6),
    Study("30 %", 0.3),
    Study("10 %", 0.1),
    Study("5 %", 0.05),
    Study("100 %, companions", 1, companions=True),
    Study("80 %, companions", 0.8, companions=True),
    Study("30 %, no staff", 0.3, staff=0, companions=True),
)


def congress(path: Path) -> Records | None:
    """The records of a file of rows `t i j`; None if there is none."""
    if not path.exists():
        return None
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
        rows = np.loadtxt(file, dtype=np.int64, ndmin=2)
    return records_of(*rows.T)


def told(measure: Measure, values: Sequence[float]) -> str:
    """A mean with its half-width, starred if it lies outside the congress's range."""
    found = estimate(values)
    star = "" if measure.agrees(found.mean) else " *"
    wide = f" ± {found.half_width:{measure.form}}" if np.isfinite(found.half_width) else ""
    return f"{found.mean:{measure.form}}{wide}{star}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--scenario", default="cisce-2024")
    parser.add_argument("--replications", type=int, default=1)
    parser.add_argument("--records", type=Path, default=_RECORDS)
    parser.add_argument(
        "--set", action="append", default=[], metavar="PATH=VALUE", help="a number, as in runs"
    )
    given = parser.parse_args(arguments)
    changed = (each.split("=", 1) for each in given.set)
    scenario = sim.load(given.scenario, {path: float(value) for path, value in changed})
    there = congress(given.records)
    kept = {measure.name: measure.congress for measure in MEASURES} if there is None else measured(there)
    values: list[list[dict[str, float]]] = []
    for replication in range(given.replications):
        result = sim.run(scenario, replication=replication)
        records = [study.records(result) for study in STUDIES]
        values.append([measured(each) for each in records])
        if there is not None:
            for row, each in zip(values[-1], records, strict=True):
                row["distance"] = distance(lengths(each), lengths(there))
        del result
    print(f"{machine()}, {date.today()}; {given.scenario}, {given.replications} replications")
    print("congress: " + ("as the package keeps it" if there is None else given.records.name) + "\n")
    print("| measure | congress | range | " + " | ".join(study.label for study in STUDIES) + " |")
    print("|---|---:|---|" + "---:|" * len(STUDIES))
    for measure in MEASURES:
        cells = [told(measure, [row[i][measure.name] for row in values]) for i in range(len(STUDIES))]
        facts = (format(value, measure.form) for value in (kept[measure.name], measure.low, measure.high))
        print("| {} | {} | {} to {} | ".format(measure.label, *facts) + " | ".join(cells) + " |")
    print("\npartners of 1 min or more if nothing but who wears a badge differs: mean, CV; as recorded")
    whole = {name: float(np.mean([row[0][name] for row in values])) for name in values[0][0]}
    for i, study in enumerate(STUDIES):
        if study.staff is None and not study.companions:
            expected = thinned(whole["partners"], whole["partners_cv"], study.fraction)
            seen = [float(np.mean([row[i][name] for row in values])) for name in ("partners", "partners_cv")]
            print(f"{study.label:>6}  {expected[0]:.2f}, {expected[1]:.2f}; {seen[0]:.2f}, {seen[1]:.2f}")


if __name__ == "__main__":
    main()
