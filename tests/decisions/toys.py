"""Problems of which the best choice is known, to try searches on, and a runner that plays nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from sim.scenario import Scenario, ScenarioData
from sim.studies.cell import Cell
from sim.studies.runner import Runner

__all__ = ["KPI", "Limited", "Near", "Quadratic", "Tables", "Toy"]

KPI = "meetings.held"
Value = Callable[[ScenarioData, Random], float | dict[str, float]]


class Toy(Runner):
    """Plays nothing: KPIs are a function of what the scenario says, and of what the replication draws."""

    def __init__(self, value: Value, seed: int = 0, study: Path | None = None) -> None:
        super().__init__(seed=1, study=study)
        self.value = value
        self.first = 10_000_000 * seed  # no two seeds share a replication
        self.ran = 0

    def _run(
        self, tasks: Sequence[tuple[int, tuple[Scenario, ...]]], *_: object
    ) -> Iterator[tuple[Scenario, Cell]]:
        for number, scenarios in tasks:
            for each in scenarios:
                self.ran += 1
                try:
                    made = self.value(each.data, Random(self.first + number))
                    yield each, Cell(number, made if isinstance(made, dict) else {KPI: made}, engine="toy")
                except ArithmeticError as error:
                    yield each, Cell(number, None, str(error))


class Tables:
    """The newsvendor: a table costs 400, a meeting at one is worth 1,000, as many as are asked for by chance.

    Demand is normal, 60 ± 15; the best number is its quantile at 1 - 400/1000 (Arrow and others, 1951).
    """

    worth, cost, demand = 1_000.0, 400.0, NormalDist(60, 15)
    indifference = 600.0

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.tables = list(range(20, 125, 10))
        self.truth = [self._mean(q) for q in self.tables]
        self.best = int(np.argmax(self.truth))

    def _mean(self, q: float) -> float:
        z = (q - self.demand.mean) / self.demand.stdev
        unit = NormalDist()
        short = self.demand.stdev * (unit.pdf(z) - z * (1 - unit.cdf(z)))
        return self.worth * (self.demand.mean - short) - self.cost * q

    def evaluate(self, which: Sequence[int], numbers: range) -> NDArray[np.float64]:
        """Net worth; the demand of a replication is the same for all."""
        draws = [np.random.default_rng([self.seed, n]).normal(60, 15) for n in numbers]
        return np.array(
            [
                [self.worth * min(d, self.tables[at]) - self.cost * self.tables[at] for d in draws]
                for at in which
            ]
        )


class Quadratic:
    """A ridge over 5 × 4 whole numbers, with noise that candidates share in part."""

    candidates = 20

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.truth = [-((x - 2) ** 2) - 3.0 * (x - 2 - (y - 1)) ** 2 for x in range(5) for y in range(4)]
        self.best = int(np.argmax(self.truth))

    def evaluate(self, which: Sequence[int], numbers: range) -> NDArray[np.float64]:
        """The ridge with shared and own noise."""
        noise = np.array([np.random.default_rng([self.seed, n]).normal(size=21) for n in numbers])
        return np.array([self.truth[at] + 2 * noise[:, 20] + noise[:, at] for at in which])


class Limited:
    """A member of staff costs 10 and the mean wait with s of them is 7/s, which is to be under 2: 4 is best.

    Without the limit 1 would be: it acts at the best.
    """

    staff = tuple(range(1, 11))
    best = 3  # the position of 4

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.truth = [100.0 - 10 * s for s in self.staff]
        self.waits = [7.0 / s for s in self.staff]

    def evaluate(self, which: Sequence[int], numbers: range) -> NDArray[np.float64]:
        """What is left after the staff is paid."""
        noise = np.array([np.random.default_rng([self.seed, n]).normal(0, 5) for n in numbers])
        return np.array([self.truth[at] + noise for at in which])

    def wait(self, at: int, n: int) -> NDArray[np.float64]:
        """Mean waits of 100 people a replication."""
        draws = [
            np.random.default_rng([self.seed, 7, at, i]).gamma(100, self.waits[at] / 100) for i in range(n)
        ]
        return np.array(draws)


class Near:
    """Some are an indifference of 1 or more behind the best and some are nearer, and may throw it out."""

    def __init__(self, seed: int, near: Sequence[float], candidates: int = 20) -> None:
        self.seed = seed
        self.truth = [0.0, *(-behind for behind in near), *[-1.0] * (candidates - 1 - len(near))]

    def evaluate(self, which: Sequence[int], numbers: range) -> NDArray[np.float64]:
        """Each with noise of its own."""
        size = len(self.truth)
        noise = np.array([np.random.default_rng([self.seed, n]).normal(0, 2, size) for n in numbers])
        return np.array([self.truth[at] + noise[:, at] for at in which])
