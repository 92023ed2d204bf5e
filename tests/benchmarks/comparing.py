"""Does pairing help `compare`, and do its intervals hold together: `python -m …`.

    python -m tests.benchmarks.comparing [--errors] [--replications N]

Ten kinds of change to `hungary-2024`, each against the scenario as it is. The ratio is the half-width of the
paired 95 % interval over that of Welch's interval of two independent samples of as many replications. The
last row is a control: pairs of different replications, which share no draws.

With `--errors` instead: twenty equal scenarios, 8,000 repetitions (of all pairs a tenth), no simulation. The
share of repetitions in which `compare` (its own `differences` and `is_real`) calls anything real may be 5 %
at most.

Measured, 20 replications, of meetings held, useful contacts and the wait at booths:

    one more table                    0.05  0.06  0.24
    two delegates a host              0.04  0.06  0.34
    one more of the staff             0.04  0.05  0.34
    buffer 10 -> 5 minutes            0.06  0.07  0.31
    exhibitors' no-show 11 -> 20 %    0.22  0.05  0.16
    policy greedy                     0.17  0.14  0.47
    acceptance 45 -> 55 %             0.25  0.12  0.35
    requests 1,370 -> 1,500           0.16  0.11  0.36
    30 % of the buyers do not come    0.25  0.18  0.51
    one more exhibitor                0.08  0.19  0.78
    control: other replications       1.18  1.03  0.90

Nearest to 1 is the wait where there is one more exhibitor. The new one takes a place within the order, areas
of the others change by 0.4 % on average and the staff of a few by one (replications 0 and 1). That this
changes many a visitor's choice a little, and with it the rare moments at which two come to one booth (2 s on
average), is likely, but not measured.

Errors to the first of twenty, 8,000 repetitions: 0.0 to 4.2 % by law and replications, each ± 0.4 at most.
With 500, as was asked, they were 0.2 to 5.2 %: the 5.2 ± 1.9 % (shares, 10 replications) is 3.9 ± 0.4 % with
8,000. All 190 pairs, as on an axis, 800 repetitions: 0.0 to 5.2 ± 1.5 %, which does not tell 5.2 from 5.
Skewed and rare numbers err least: there the intervals are wide, or not shown.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from itertools import combinations, product
from math import nan, sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

import sim
from sim.decisions.compare.comparison import differences
from sim.decisions.told import is_real
from sim.statistics.intervals import estimate, student_quantile
from sim.studies.runner import Runner

CHANGES: Final[dict[str, dict[str, object]]] = {
    "one more table": {"matchmaking.hungary.tables": 6},
    "two delegates a host": {"matchmaking.hungary.delegates": 2},
    "one more of the staff": {"exhibitors.mean_staff": 5},
    "buffer 10 -> 5 minutes": {"matchmaking.hungary.buffer_minutes": 5},
    "exhibitors' no-show 11 -> 20 %": {"matchmaking.hungary.no_show_exhibitors": 0.2},
    "policy greedy": {"matchmaking.hungary.policy": "greedy"},
    "acceptance 45 -> 55 %": {"matchmaking.hungary.acceptance": 0.55},
    "requests 1,370 -> 1,500": {"matchmaking.hungary.requests": 1500},
    "30 % of the buyers do not come": {"visitors.buyer.visits": 329},
    "one more exhibitor": {"exhibitors.count": 156},
}
KPIS: Final = ("meetings.held", "contacts.useful", "booths.wait_minutes")

Draw = Callable[[np.random.Generator, tuple[int, ...]], NDArray[np.float64]]

SCENARIOS: Final = 20
REPETITIONS: Final = 8_000


def ratio(one: Sequence[float], other: Sequence[float]) -> float:
    """Half-width of the paired interval over Welch's; nan if the number does not vary."""
    n = len(one)
    paired = estimate(b - a for a, b in zip(one, other, strict=True))
    squares = [float(np.var(each, ddof=1)) / n for each in (one, other)]
    if not sum(squares):
        return nan
    degrees = sum(squares) ** 2 / sum(s * s / (n - 1) for s in squares)
    # the plain deviation: also where so few replications differ that `compare` shows no interval
    half = student_quantile(0.975, n - 1) * paired.sd / sqrt(n)
    return half / (float(stdtrit(degrees, 0.975)) * sqrt(sum(squares)))


def changes(replications: int) -> None:
    base = sim.load("hungary-2024")
    made = [base, *(base.replace(**settings) for settings in CHANGES.values())]
    runner = Runner(seed=base.data.expo.seed, workers=1)
    own, *others = runner.results(made, range(replications))
    print(f"{'':32}" + "".join(f"{kpi:>21}" for kpi in KPIS))
    for name, results in zip(CHANGES, others, strict=True):
        row = [ratio(own.values(kpi), results.values(kpi)) for kpi in KPIS]
        print(f"{name:32}" + "".join(f"{each:21.2f}" for each in row))
    apart = [ratio(v := own.values(kpi), [*v[1:], v[0]]) for kpi in KPIS]
    print(f"{'control: other replications':32}" + "".join(f"{each:21.2f}" for each in apart))


def errors() -> None:
    """How often anything is called real where nothing differs."""
    laws: dict[str, Draw] = {
        "normal": lambda rng, shape: rng.normal(size=shape),
        "lognormal": lambda rng, shape: rng.lognormal(size=shape),
        "counts of mean 3": lambda rng, shape: rng.poisson(3, shape).astype(float),
        "counts of mean 0.3": lambda rng, shape: rng.poisson(0.3, shape).astype(float),
        "shares of 40 near 0.95": lambda rng, shape: rng.binomial(40, 0.95, shape) / 40,
    }
    first = [(0, other) for other in range(1, SCENARIOS)]
    every = list(combinations(range(SCENARIOS), 2))  # as on an axis
    for pairs, repetitions in ((first, REPETITIONS), (every, REPETITIONS // 10)):
        print(f"{len(pairs)} pairs, {repetitions:,} repetitions")
        for n, (name, law) in product((10, 20), laws.items()):
            rng = np.random.default_rng(n)
            wrong = 0
            for _ in range(repetitions):
                values = law(rng, (1, n)) + law(rng, (SCENARIOS, n))  # draws in common, and own ones
                wrong += any(map(is_real, differences({"x": values.tolist()}, pairs).values()))
            share = wrong / repetitions
            off = 1.96 * sqrt(share * (1 - share) / repetitions)
            print(f"{n:2} replications, {name:24} {100 * share:4.1f} % ± {100 * off:.1f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--errors", action="store_true")
    parser.add_argument("--replications", type=int, default=20)
    given = parser.parse_args()
    errors() if given.errors else changes(given.replications)
