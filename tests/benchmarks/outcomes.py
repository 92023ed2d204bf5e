"""What more organised meetings bring: a curve, with finite time and needs and without.

`python -m tests.benchmarks.outcomes [--scenario cisce-2024] [--programme expo] [--replications 4]` plays the
scenario with 1, 1.5, 3 and 8 times the requests, tables and visitors who take part of its matchmaking.
Printed are meetings, contacts and what comes of them, as multiples of what there is without more; intentions
also for time to follow up and needs without end, in the same draws. At full scale some three minutes.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

import sim
from sim.statistics import Result
from sim.statistics.intervals import LEVEL, student_quantile
from sim.statistics.outcomes import Fate, read_outcomes
from tests.benchmarks.engine_speed import machine

__all__ = ["main"]

TIMES: Final = (1.0, 1.5, 3.0, 8.0)
KPIS: Final = (
    "meetings.scheduled",
    "meetings.held",
    "contacts.useful",
    "outcomes.chain_contacts_an_exhibitor",
    "outcomes.key_contacts_an_exhibitor",
    "outcomes.intentions",
    "outcomes.agreements",
)

_FREE: Final = "intentions, time and needs without end"


def more(scenario: sim.Scenario, programme: str, times: float) -> sim.Scenario:
    """The scenario with so many times the matchmaking."""
    section = scenario.data.matchmaking[programme]
    changed: dict[str, object] = {
        f"matchmaking.{programme}.requests": round(times * (section.requests or 0)),
        f"matchmaking.{programme}.tables": round(times * section.tables),
    }
    for name in section.guests:
        share = scenario.data.visitors[name].matchmaking_share
        if share is not None:
            changed[f"visitors.{name}.matchmaking_share"] = min(1.0, times * share)
    return scenario.replace(**changed)


def without_end(result: Result) -> int:
    """Intentions if time to follow up and needs had no end."""
    terms = result.expo.terms
    free = replace(terms.outcomes, follow_ups_a_member=1e6, follow_ups_a_visitor=1e6, needs=10**6)
    other = Result(replace(result.expo, terms=replace(terms, outcomes=free)), result.trace)
    found = read_outcomes(other.ledger, other.ledger.interactions)
    return int((found.fate >= Fate.INTENTION).sum())


def played(scenario: sim.Scenario, replications: Sequence[int]) -> dict[str, list[float]]:
    """The numbers of each replication, by what they are."""
    found: dict[str, list[float]] = {name: [] for name in (*KPIS, _FREE)}
    for number in replications:
        result = sim.run(scenario, replication=number)
        for name in KPIS:
            found[name].append(result.row[name])
        found[_FREE].append(without_end(result))
    return found


def cells(base: Sequence[float], these: Sequence[float]) -> tuple[str, str]:
    """The mean, and the ratio of means with what 95 % of it is within, by differences of replications."""
    mean, first = sum(these) / len(these), sum(base) / len(base)
    ratio = mean / first
    apart = [
        b - ratio * a for a, b in zip(base, these, strict=True)
    ]  # Fieller's variable, at the ratio found
    error = math.sqrt(sum(each**2 for each in apart) / (len(apart) - 1) / len(apart)) / first
    return f"{mean:,.0f}", f"{ratio:.2f} ± {student_quantile(0.5 + LEVEL / 2, len(apart) - 1) * error:.2f}"


def main() -> None:
    """Print the curve."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--scenario", default="cisce-2024")
    parser.add_argument("--programme", default="expo")
    parser.add_argument("--replications", type=int, default=4)
    given = parser.parse_args()
    scenario = sim.load(given.scenario)
    found = [played(more(scenario, given.programme, k), range(given.replications)) for k in TIMES]
    print(f"{machine()}, {date.today()}; {given.scenario}, {given.replications} replications, ratios to x 1")
    print(f"{'':<42}{'x 1':>10}" + "".join(f"{f'x {k:g}':>16}" for k in TIMES[1:]))
    for name in found[0]:
        told = [cells(found[0][name], each[name]) for each in found]
        print(f"{name:<42}{told[0][0]:>10}" + "".join(f"{ratio:>16}" for _, ratio in told[1:]))


if __name__ == "__main__":
    main()
