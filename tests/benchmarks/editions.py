"""What made the second edition other than the first: the attribution at full scale, kept for a notebook.

`python -m tests.benchmarks.editions [--replications 5] [--orders 2] [--workers 1] [--study DIR] [--keep]`
`python -m tests.benchmarks.editions --check`

`cisce-2023` becomes `cisce-2024` by five groups of changes, as an organiser names them. Each replication
draws orders of its own, each second one the reverse of the one before: two of them take ten scenarios, where
all orders would take 32, and are exact in whatever no more than two groups do together. Printed is the
answer; `--keep` writes it to `notebooks/two_editions/`, from where the notebook *Two editions* has it.
`--check` runs nothing: it tells whether what is kept there is of the scenarios as they are shipped now.

50 runs at full scale: some ten minutes on a processor that has nothing else to do. More replications
have narrower intervals: of eight they are half as wide.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

import sim
from sim.decisions.attribute.attributing import Attribution
from sim.decisions.attribute.between import LABELS
from tests.benchmarks.engine_speed import machine

__all__ = ["FIRST", "GROUPS", "KEPT", "KPIS", "SECOND", "main", "stale"]

FIRST: Final = "cisce-2023"
SECOND: Final = "cisce-2024"
KEPT: Final = Path(__file__).parents[2] / "notebooks" / "two_editions"
COMMAND: Final = "python -m tests.benchmarks.editions --keep"

GROUPS: Final = {
    "more visits": [
        "visitors.buyer.visits",
        "visitors.professional",
        "visitors.delegation",
        "visitors.exhibitor",
        "visitors.public",
    ],
    "more exhibitors": ["exhibitors", "chains", "venue.gross_area_m2"],
    "other activities": [
        "programme.opening",
        "programme.forums",
        "programme.seminars",
        "programme.exchanges",
        "programme.debuts",
        "venue.rooms.seminar",
    ],
    "organised matches": ["matchmaking.expo", "visitors.buyer.matchmaking_share"],
    "guest of honour": [
        "pavilions.hungary",
        "programme.hungary-opening",
        "programme.hungary-seminars",
        "programme.hungary-exchange",
        "matchmaking.hungary",
        "venue.rooms.hungary-seminar",
        "venue.rooms.hungary-exchange",
    ],
}
KPIS: Final = (
    "contacts.interactions",
    "contacts.useful",
    "contacts.useful_an_exhibitor",
    "outcomes.intentions",
    "outcomes.intentions_an_exhibitor",
    "outcomes.agreements",
    "meetings.held",
    "sessions.audience",
    "network.connectivity",
    "network.alliances",
)


def stale() -> str:
    """Why the kept answer is not of the scenarios as they are shipped; empty if it is.

    Compared is what each says, not its hash, so that one more field of the schema makes nothing
    stale, nor what changes nothing that happens.
    """
    of = Attribution.load(KEPT).difference
    for kept, name in ((of.first, FIRST), (of.second, SECOND)):
        differ = sim.diff(kept, name)
        changes = [str(each) for each in differ if each.is_run and each.path not in LABELS]
        if changes:
            return f"{name} has changed since ({'; '.join(changes[:3])}): {COMMAND} plays it anew"
    return ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the answer, or what is to be said of the one that is kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--replications", type=int, default=5)
    parser.add_argument("--orders", type=int, default=2, help="of the changes, that each replication draws")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--study", help="a directory that keeps the runs, so that it can be stopped")
    parser.add_argument("--keep", action="store_true", help=f"write it to notebooks/{KEPT.name}/")
    parser.add_argument(
        "--check", action="store_true", help="whether what is kept there is of these scenarios"
    )
    given = parser.parse_args(arguments)
    if given.check:
        print(stale() or "What is kept is of the scenarios as they are shipped.")
        return 1 if stale() else 0
    begun = time.perf_counter()
    found = sim.attribute(
        FIRST,
        SECOND,
        kpis=KPIS,
        groups=GROUPS,
        orders=given.orders,
        replications=given.replications,
        workers=given.workers,
        study=given.study,
        tell=print,
    )
    print(found)
    print(f"\n{machine()}, {date.today()}; {(time.perf_counter() - begun) / 60:.0f} min")
    if given.keep:
        found.save(KEPT, force=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
