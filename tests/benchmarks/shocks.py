"""What the shipped shocks cost over time, what comes back, and what becomes of the connectivity index.

`python -m tests.benchmarks.shocks [--replications 8] [--study DIR] [--picture FILE]` runs `cisce-2024`, the
six scenarios `shocks-*`, and the reference event and `shocks-travel` with the days left planned again each
evening; then `cisce-2023`, whose index stands beside. Half an hour on one quiet core.
"""

from __future__ import annotations

import argparse
from datetime import date

import sim
from sim.decisions.shocks.shocked import INDEX
from sim.decisions.shocks.shocking import read_shocks
from sim.studies.runner import Runner
from tests.benchmarks.engine_speed import machine

__all__ = ["main"]

SHOCKS = ("pandemic", "storm", "decoupling", "hall", "travel", "travel-standbys")
TRAVEL = SHOCKS.index("travel") + 1


def main() -> None:
    """Print the answer of `exposim shocks`, then the index of the edition before."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--replications", type=int, default=8)
    parser.add_argument("--study")
    parser.add_argument("--picture", help="a file, whose ending says of which kind")
    given = parser.parse_args()
    made = [sim.load("cisce-2024"), *(sim.load(f"shocks-{name}") for name in SHOCKS)]
    names = [each.name for each in made]
    for at in (0, TRAVEL):
        programmes = made[at].data.matchmaking
        made.append(made[at].replace(**{f"matchmaking.{name}.replan_evenings": True for name in programmes}))
        names.append(f"{names[at]}, replanned")
    runner = Runner(
        seed=made[0].data.expo.seed, workers=1, progress=True, study=given.study, tables=("growth",)
    )
    numbers = range(given.replications)
    with runner.asked("shocks", dict(zip(names, made, strict=True))):
        results = runner.results(made, numbers)
    pairs = ((0, len(made) - 2), (TRAVEL, len(made) - 1))
    found = read_shocks(names, results, pairs)
    print(f"{machine()}, {date.today()}\n\n{found}")
    if given.picture:
        found.plot.course("contacts.useful").figure.figure.savefig(given.picture, dpi=120)
    (before,) = runner.results([sim.load("cisce-2023")], numbers)
    print("\ncisce-2023: " + ", ".join(f"{INDEX[kpi]} {before.estimate(kpi):.3f}" for kpi in INDEX))


if __name__ == "__main__":
    main()
