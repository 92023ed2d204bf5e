"""Alliances and the connectivity index beside random networks of equal degrees, and at other thresholds.

`python -m tests.benchmarks.networks [--scenario cisce-2024] [--replications 3]` plays replications. It prints
alliances where a tie is strong from 10, 15 (the definition) or 20 minutes together, with those of 20 random
networks of equal degrees, and of 20 that keep the ties between chains too, and in how many are as many. Then
the index and its components, and the range of five random networks in which exhibitors and others have as
many contacts with exhibitors and with others as they have. At full scale a minute.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from datetime import date

import numpy as np

import sim
from sim.floor.arrays import MINUTE
from sim.statistics import Result
from sim.statistics.network.alliances import LONG, read_alliances
from sim.statistics.network.connectivity import connectivity, index_of
from sim.statistics.network.rewiring import rewired
from tests.benchmarks.engine_speed import machine

__all__ = ["main"]

TIMES = (2, LONG, 4)  # what makes a contact useful, for a tie to be strong
COPIES = 5


def told_of_alliances(result: Result, times: int) -> str:
    """A line of the alliances where so many times what makes a contact useful makes a tie strong."""
    ledger = result.ledger
    found = read_alliances(result.expo, ledger.network, ledger.interactions, ledger.sides, times)
    n = len(found.every)
    largest = max((len(each.members) for each in found.every), default=0)
    random = (
        f"{drawn.mean():.1f} (as many in {(drawn >= n).sum()} of {len(drawn)})"
        for drawn in (found.at_random, found.mixed)
    )
    minutes = times * result.expo.terms.useful / MINUTE
    return f"{minutes:>4.0f} min {len(found.strong):>6,} strong {n:>4} {largest:>8} " + " ".join(
        f"{each:>24}" for each in random
    )


def told_of_the_index(result: Result) -> list[str]:
    """A line of each component, and of the index."""
    contacts, of = result.ledger.network.contacts, result.expo.organisations
    others = (np.arange(len(contacts.there)) >= contacts.n_exhibitors).astype(np.int64)
    (ends,) = rewired(result.expo.streams, of.key, contacts.one, contacts.other, COPIES, groups=(others,))
    random = [
        replace(contacts, one=np.minimum(a, b), other=np.maximum(a, b)) for a, b in zip(*ends, strict=True)
    ]
    parts, *drawn = (connectivity(each, of.chain, of.country) for each in (contacts, *random))
    lines = [
        f"{name:<12}{value:>8.3f}{min(each[name] for each in drawn):>10.3f} to "
        f"{max(each[name] for each in drawn):.3f}"
        for name, value in parts.items()
    ]
    indices = [index_of(each) for each in drawn]
    return [*lines, f"{'index':<12}{index_of(parts):>8.1f}{min(indices):>10.1f} to {max(indices):.1f}"]


def main() -> None:
    """Print both tables of each replication."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--scenario", default="cisce-2024")
    parser.add_argument("--replications", type=int, default=3)
    given = parser.parse_args()
    scenario = sim.load(given.scenario)
    print(f"{machine()}, {date.today()}; {given.scenario}")
    for replication in range(given.replications):
        result = sim.run(scenario, replication=replication)
        print(f"\nreplication {replication}; alliances, largest, at random, at random with chains kept")
        print("\n".join(told_of_alliances(result, times) for times in TIMES))
        print("\n".join(["index and its components, at random", *told_of_the_index(result)]))
        del result


if __name__ == "__main__":
    main()
