"""How often the search of `tune` finds the known best among many, and whether what it tells is true.

    python -m tests.benchmarks.searching

Studies as `tune` takes them, of a scenario of which nothing is played: its KPIs are drawn about a known
mean. Of each problem 20 seeds, with the budget of `tune` (1,000 runs). *Found* is what keeps the constraint
in truth, and is behind the best of all combinations that do by less than the study says matters; *covered*,
that the interval that `tune` tells of the value of what it takes holds the truth, and so that of the gain
over the scenario's own values.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from random import Random
from statistics import NormalDist
from tempfile import TemporaryDirectory
from unittest.mock import patch

import numpy as np

from sim.decisions.tune.fronts import Front
from sim.decisions.tune.study_file import Study, load_study
from sim.decisions.tune.tuned import Tuned
from sim.decisions.tune.tuning import tune
from sim.scenario import ScenarioData
from sim.statistics.intervals import Estimate
from tests.decisions.toys import Toy

SEEDS = 20
BUDGET = 1_000
FAIR = Path(__file__).parents[1] / "cli" / "fair.toml"
POLICIES = ("greedy", "optimal", "fair", "stable", "none")

Truth = Callable[[ScenarioData], tuple[float, ...]]
Drawn = Callable[[ScenarioData, Random], tuple[float, ...]]


@dataclass(frozen=True)
class Problem:
    """A study of which the truth is known."""

    name: str
    parameters: str
    indifferences: tuple[float, ...]
    truth: Truth
    """The mean of each objective, more is better."""
    drawn: Drawn
    """What a replication comes to: objectives, and then what the constraint is on."""
    constraint: str = ""
    keeps: Callable[[ScenarioData], bool] = lambda _: True
    """Whether the constraint is kept in truth."""

    def study(self, folder: Path) -> Study:
        """The study as a file says it."""
        text = f'[study]\nscenario = "{FAIR}"\n[parameters]\n{self.parameters}\n'
        for section, kpi, of in zip(
            ("objective", "second_objective"), KPIS, self.indifferences, strict=False
        ):
            text += f'[{section}]\ngoal = "maximise"\nindifference = {of}\nkpis = {{ "{kpi}" = 1 }}\n'
        if self.constraint:
            text += f'[constraints]\n"{KPIS[1]}" = "{self.constraint}"\n'
        file = folder / f"{self.name}.toml"
        file.write_text(text, "utf-8")
        return load_study(file)

    def played(self, seed: int) -> Toy:
        """What runs it."""
        return Toy(lambda data, random: dict(zip(KPIS, self.drawn(data, random), strict=False)), seed)


KPIS = ("meetings.held", "contacts.useful")
DEMAND, WORTH, COST = NormalDist(30, 8), 1_000.0, 400.0


def net_worth(data: ScenarioData) -> tuple[float]:
    """The newsvendor: tables cost 400, a meeting asked for is worth 1,000 if there is a table for it."""
    q, unit = data.matchmaking["tables"].tables, NormalDist()
    z = (q - DEMAND.mean) / DEMAND.stdev
    short = DEMAND.stdev * (unit.pdf(z) - z * (1 - unit.cdf(z)))
    return (WORTH * (DEMAND.mean - short) - COST * q,)


def tables(data: ScenarioData, random: Random) -> tuple[float]:
    """Its replications: the demand is the same for all numbers of tables."""
    q = data.matchmaking["tables"].tables
    return (WORTH * min(q, random.gauss(DEMAND.mean, DEMAND.stdev)) - COST * q,)


def ridge(data: ScenarioData) -> tuple[float]:
    """A narrow ridge over 40 numbers of tables and 20 lengths of a slot; best at 29 and 40 minutes."""
    m = data.matchmaking["tables"]
    x, y = m.tables - 29, (m.slot_minutes - 40) / 3
    return (-0.1 * x**2 - 0.5 * (y - x / 2) ** 2,)


def named(data: ScenarioData) -> tuple[float]:
    """A policy by name, and for each another best number of tables and share of people who take part."""
    m = data.matchmaking["tables"]
    at = POLICIES.index(m.policy)
    share = data.visitors["buyer"].matchmaking_share
    return (-2.0 * at - 0.05 * (m.tables - 10 - 5 * at) ** 2 - 40 * (share - 0.3 - 0.1 * at) ** 2,)


def spent(data: ScenarioData) -> tuple[float]:
    """What is left after each table is paid; the fewest that keep the limit are best."""
    return (-10.0 * data.matchmaking["tables"].tables,)


def waited(data: ScenarioData, random: Random) -> tuple[float, float]:
    """Its replications: money, and the mean wait of 100 people, which is 57 over the number of tables."""
    wait = random.gammavariate(100, 57 / data.matchmaking["tables"].tables / 100)
    return spent(data)[0] + random.gauss(0, 5), wait


def noisy(truth: Truth, noise: float) -> Drawn:
    """Replications with noise that all share, and noise of each one's own."""

    def drawn(data: ScenarioData, random: Random) -> tuple[float, ...]:
        shared = random.gauss(0, 2 * noise)
        m = data.matchmaking["tables"]
        own = Random(f"{random.random()} {m.tables} {m.slot_minutes} {m.policy} {data.visitors}")
        return tuple(value + shared + own.gauss(0, noise) for value in truth(data))

    return drawn


def traded(data: ScenarioData) -> tuple[float, float]:
    """Two objectives: tables gain with ever less of it, and cost; slots of 20 minutes are best for both.

    The front is all numbers of tables with slots of 20 minutes: second = -(first / 10)².
    """
    m = data.matchmaking["tables"]
    lost = 0.5 * abs(m.slot_minutes - 20)
    return 10 * m.tables**0.5 - lost, -m.tables - lost


PATHS = '"matchmaking.tables.tables"', '"matchmaking.tables.slot_minutes"', '"matchmaking.tables.policy"'
SHARE = '"visitors.buyer.matchmaking_share"'
PROBLEMS = (
    Problem("tables", f"{PATHS[0]} = {{ low = 1, high = 60 }}", (COST,), net_worth, tables),
    Problem(
        "ridge",
        f"{PATHS[0]} = {{ low = 1, high = 40 }}\n{PATHS[1]} = {{ low = 10, high = 67, step = 3 }}",
        (0.6,),
        ridge,
        noisy(ridge, 0.5),
    ),
    Problem(
        "named",
        f"{PATHS[2]} = {list(POLICIES)}\n{PATHS[0]} = {{ low = 2, high = 31 }}\n"
        f"{SHARE} = {{ low = 0.1, high = 0.9 }}",
        (1.0,),
        named,
        noisy(named, 0.5),
    ),
    Problem(
        "limited",
        f"{PATHS[0]} = {{ low = 1, high = 60 }}",
        (30.0,),
        spent,
        waited,
        "< 2",
        lambda data: 57 / data.matchmaking["tables"].tables < 2,
    ),
)
TRADED = Problem(
    "traded",
    f"{PATHS[0]} = {{ low = 1, high = 64 }}\n{PATHS[1]} = {{ low = 10, high = 30, step = 5 }}",
    (2.0, 2.0),
    traded,
    noisy(traded, 0.5),
)


def all_truths(problem: Problem, study: Study) -> list[tuple[float, ...]]:
    """The truth of all combinations that keep the constraint."""
    every = product(*(range(len(each.values)) for each in study.dimensions))
    data = (study.point(position).scenario.data for position in every)
    return [problem.truth(each) for each in data if problem.keeps(each)]


def covers(e: Estimate, true: float) -> bool:
    """Whether an interval holds the truth, or the same number in all replications is it."""
    return abs(e.mean - true) < 1e-9 if e.same else e.low <= true <= e.high


def tried(problem: Problem, study: Study, seed: int) -> Tuned | Front:
    """What `tune` says of it."""
    with patch("sim.decisions.tune.tuning.Runner", lambda **_: problem.played(seed)):
        return tune(study, budget=BUDGET, seed=seed)


def searched(problem: Problem, study: Study) -> None:
    """Print in how many seeds the best was found, and the truth covered."""
    best = max(all_truths(problem, study))[0]
    (own,) = problem.truth(study.scenario.data)
    good = held = gained = guaranteed = 0
    runs, looked = [], []
    for seed in range(SEEDS):
        found = tried(problem, study, seed)
        assert isinstance(found, Tuned)
        assert found.searched is not None
        taken, (true,) = found.confirmed[0], problem.truth(found.best.data)
        good += best - true < problem.indifferences[0] and problem.keeps(found.best.data)
        held += covers(taken.value, true)
        gained += taken.gain is None or covers(taken.gain, true - own)
        guaranteed += found.selection.guaranteed
        runs.append(found.searched.runs + found.selection.runs)
        looked.append(len(found.searched.tried))
    print(
        f"{problem.name:<8} {study.combinations:7,} combinations, {np.mean(looked):.0f} tried: found {good} "
        f"of {SEEDS}, {guaranteed} with its guarantee; value covered {held}, gain {gained}; runs "
        f"{np.mean(runs):,.0f}, most {max(runs):,}"
    )


def fronted(problem: Problem, study: Study) -> None:
    """Print how much of the fronts that are told is on the true one, and whether all is covered together."""
    truths = all_truths(problem, study)
    near = points = held = steps = 0
    widths = []
    for seed in range(SEEDS):
        found = tried(problem, study, seed)
        assert isinstance(found, Front)
        true = [problem.truth(point.scenario.data) for point in found.points]
        near += sum(
            not any(o[0] >= t[0] + problem.indifferences[0] and o[1] >= t[1] for o in truths)
            for t in true[: found.many]
        )
        points += found.many
        held += all(
            covers(e, value)
            for row, of in zip(found.estimates, true, strict=True)
            for e, value in zip(row, of, strict=True)
        )
        steps += all(
            covers(each.first, b[0] - a[0]) and covers(each.second, b[1] - a[1])
            for each, a, b in zip(found.steps, true, true[1 : found.many], strict=False)
        )
        firsts = [value for value, _ in true[: found.many]]
        widths.append((max(firsts) - min(firsts)) / (10 * 64**0.5 - 10))
    print(
        f"{problem.name:<8} {study.combinations:7,} combinations: of {points} points {near} are within what "
        f"does not matter of the true front, which they span to {100 * np.mean(widths):.0f} %; all values "
        f"covered together {held} of {SEEDS}, all steps {steps}"
    )


def main() -> None:
    """Try all four."""
    with TemporaryDirectory() as folder:
        for problem in PROBLEMS:
            searched(problem, problem.study(Path(folder)))
        fronted(TRADED, TRADED.study(Path(folder)))


if __name__ == "__main__":
    main()
