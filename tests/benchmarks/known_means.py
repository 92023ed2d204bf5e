"""How often intervals cover a mean that is known, at given numbers of replications and by the precision rule.

`python -m tests.benchmarks.known_means [--repetitions 2000] [--seed 1]` draws numbers of which the mean is
known by formula, as KPIs of the same range are estimated (`sim.statistics.kpis.registry.estimated`), so many
times 10, 20 and 40 of them, and as many as the precision rule asks for that starts with 10 and would stop at
some 40. Of each it prints the share of intervals that cover the mean, and how many lie below and above it; of
numbers that are mostly zero, among the samples that show an interval (some three minutes).
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from sim.statistics.intervals import LEVEL, Estimate, student_quantile
from sim.statistics.kpis.registry import estimated
from sim.studies.precision import Precision, Target

__all__ = ["FIXED", "KNOWN", "Covered", "Known", "covered", "main", "report"]

FIXED: Final = (10, 20, 40)
ALLOWED: Final = (0.93, 0.97)
_START, _STOP, _MOST = 10, 40, 1_000  # replications of the precision rule

Draw = Callable[[np.random.Generator, int], Any]


@dataclass(frozen=True)
class Known:
    """Numbers of a known mean, drawn a replication each, and a KPI that has their range."""

    name: str
    kpi: str
    mean: float
    sd: float
    draw: Draw


@dataclass(frozen=True)
class Covered:
    """How the intervals of one kind of numbers fared; `rule` is a number of replications or the precision."""

    name: str
    rule: str
    repetitions: int
    replications: float  # the mean of all samples
    shown: int
    below: int
    above: int

    @property
    def share(self) -> float:
        """The share of intervals that cover the mean."""
        return 1 - (self.below + self.above) / self.shown if self.shown else math.nan

    @property
    def within(self) -> bool:
        """Whether it is in the range that is allowed, chance (three standard errors) granted."""
        chance = 3 * math.sqrt(LEVEL * (1 - LEVEL) / max(self.shown, 1))
        low, high = ALLOWED
        return min(low, LEVEL - chance) <= self.share <= max(high, LEVEL + chance)


def _lost(rng: np.random.Generator, size: int) -> Any:
    """Calls lost by 6 lines in 20 units of time, of 5 calls and an end of one expected in each."""
    weight = np.array([5.0**k / math.factorial(k) for k in range(7)])
    busy = rng.choice(7, size, p=weight / weight.sum())  # as it is in the long run
    steps = rng.poisson(11 * 20, size)
    lost = np.zeros(size)
    for step in range(int(steps.max(initial=0))):
        mark, on = 11 * rng.random(size), step < steps
        call = on & (mark < 5)
        end = on & (mark >= 5) & (mark - 5 < busy)
        lost += call & (busy == 6)
        busy = busy + (call & (busy < 6)) - end
    return lost


def _erlang() -> float:
    """The share of calls that are lost by 6 lines to which 5 are offered (Erlang, 1917)."""
    share = 1.0
    for lines in range(1, 7):
        share = 5 * share / (lines + 5 * share)
    return share


def _gini(rng: np.random.Generator, size: int, people: int = 60) -> Any:
    amounts = np.sort(rng.exponential(1, (size, people)), axis=1)
    weight = 2 * np.arange(1, people + 1) - people - 1
    return (amounts * weight).sum(axis=1) / (people * amounts.sum(axis=1))


def _quantile(rng: np.random.Generator, size: int) -> Any:
    """The 180th of 200 exponential numbers."""
    return np.partition(rng.exponential(1, (size, 200)), 179, axis=1)[:, 179]


COUNT, AMOUNT, SHARE, SIGNED = (
    "meetings.held",
    "booths.wait_minutes",
    "visits.talk_share",
    "meetings.table_gain",
)
_SPACINGS: Final = [
    1 / (200 - k) for k in range(180)
]  # of the order statistics of exponential numbers (Rényi, 1953)

KNOWN: Final = (
    Known("normal, any sign", SIGNED, 0, 1, lambda rng, n: rng.normal(0, 1, n)),
    Known("normal, sd a tenth", AMOUNT, 100, 10, lambda rng, n: rng.normal(100, 10, n)),
    Known("Poisson of 60", COUNT, 60, 60**0.5, lambda rng, n: rng.poisson(60, n)),
    Known("Poisson of 4", COUNT, 4, 2, lambda rng, n: rng.poisson(4, n)),
    Known("Erlang's lost calls", COUNT, 100 * _erlang(), 7.58, _lost),
    Known("gamma of shape 4", AMOUNT, 4, 2, lambda rng, n: rng.gamma(4, 1, n)),
    Known("exponential", AMOUNT, 1, 1, lambda rng, n: rng.exponential(1, n)),
    Known("lognormal, sd 0.5", AMOUNT, math.exp(0.125), 0.604, lambda rng, n: rng.lognormal(0, 0.5, n)),
    Known("lognormal, sd 1", AMOUNT, math.exp(0.5), 2.161, lambda rng, n: rng.lognormal(0, 1, n)),
    Known("share, 0.5 of 30", SHARE, 0.5, 0.0913, lambda rng, n: rng.binomial(30, 0.5, n) / 30),
    Known("share, 0.95 of 60", SHARE, 0.95, 0.0281, lambda rng, n: rng.binomial(60, 0.95, n) / 60),
    Known("share, 0.99 of 200", SHARE, 0.99, 0.00704, lambda rng, n: rng.binomial(200, 0.99, n) / 200),
    Known("share, beta (2, 8)", SHARE, 0.2, 0.1206, lambda rng, n: rng.beta(2, 8, n)),
    # their mean is that of all spacings
    Known("90 % quantile of 200", AMOUNT, math.fsum(_SPACINGS), 0.21, _quantile),
    # of exponential amounts it and their sum are independent (Basu, 1955): (k - 1) / 2k
    Known("Gini of 60", SHARE, 59 / 120, 0.037, _gini),
    Known(
        "0 in 70 %, or 1 + P(2)",
        COUNT,
        0.9,
        1.58,
        lambda rng, n: (rng.random(n) < 0.3) * (1 + rng.poisson(2, n)),
    ),
    Known("Poisson of 0.5", COUNT, 0.5, 0.707, lambda rng, n: rng.poisson(0.5, n)),
    Known(
        "0 in half, or expon.",
        AMOUNT,
        0.5,
        0.866,
        lambda rng, n: (rng.random(n) < 0.5) * rng.exponential(1, n),
    ),
)


def covered(known: Known, rule: int | None, repetitions: int, seed: int) -> Covered:
    """How many of the intervals of so many samples cover the mean; `rule` None: by the precision rule."""
    key = KNOWN.index(known) * 100 + (rule or 0)
    rng = np.random.Generator(np.random.Philox(key=[seed, key]))
    samples = _stopped(known, rng, repetitions) if rule is None else _fixed(known, rng, repetitions, rule)
    shown = below = above = total = 0
    for estimate in samples:
        total += estimate.n
        shown += not estimate.why
        below += estimate.high < known.mean
        above += estimate.low > known.mean
    name = "precision" if rule is None else str(rule)
    return Covered(known.name, name, repetitions, total / repetitions, shown, below, above)


def _fixed(known: Known, rng: np.random.Generator, repetitions: int, n: int) -> Iterator[Estimate]:
    for row in known.draw(rng, repetitions * n).reshape(repetitions, n).tolist():
        yield estimated(known.kpi, row)


def _stopped(known: Known, rng: np.random.Generator, repetitions: int) -> Iterator[Estimate]:
    """Estimates from as many replications as the rule asks for."""
    width = student_quantile((1 + LEVEL) / 2, _STOP - 1) * known.sd / math.sqrt(_STOP)
    share = known.mean > 0
    rule = Precision({known.kpi: Target(width / known.mean if share else width, relative=share)}, named=True)
    for _ in range(repetitions):
        rows: list[dict[str, float]] = []
        wanted = _START
        while len(rows) < wanted:
            rows += [{known.kpi: value} for value in known.draw(rng, wanted - len(rows)).tolist()]
            wanted = min(rule.replications_needed(rows, len(rows)), _MOST)
        yield estimated(known.kpi, [row[known.kpi] for row in rows])


def report(found: Sequence[Covered]) -> list[str]:
    """The table and what it comes to."""
    lines = [
        f"{'numbers':22} {'replications':>12} {'mean':>6} {'shown':>6} {'covered':>8}"
        f" {'below':>6} {'above':>6}"
    ]
    for each in found:
        shown = max(each.shown, 1)
        sides = f"{each.below / shown:6.1%} {each.above / shown:6.1%}"
        mark = "" if each.within or not each.shown else "  off"
        lines.append(
            f"{each.name:22} {each.rule:>12} {each.replications:6.1f} {each.shown / each.repetitions:6.0%} "
            f"{each.share:8.1%} {sides}{mark}"
        )
    good = sum(each.within for each in found)
    low, high = ALLOWED
    lines += ["", f"{good} of {len(found)} cover the mean in {low:.0%} to {high:.0%}, chance granted"]
    return lines


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--repetitions", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    rules = (*FIXED, None)
    found = [covered(each, rule, options.repetitions, options.seed) for each in KNOWN for rule in rules]
    print("\n".join(report(found)))


if __name__ == "__main__":
    main()
