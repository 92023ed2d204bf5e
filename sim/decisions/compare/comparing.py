"""Which of several scenarios does what: all are run over the same replications, and pairs of them taken."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sim.decisions.compare.comparison import Comparison
from sim.decisions.compare.over_draws import BETTER, drawn_inputs
from sim.decisions.compare.variants import told_apart, variants, varied
from sim.decisions.figures import asked
from sim.studies.varying import parse_vary

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.studies.cluster import Workers
    from sim.studies.folder import Keeps
    from sim.studies.resultset import ResultSet
    from sim.studies.runner import Runner

__all__ = ["ASKED", "compare", "paired"]

ASKED: Final = tuple(BETTER)
"""The KPIs that are compared unless others are named: those of them that the scenarios have."""


def compare(
    *scenarios: Scenario | str | os.PathLike[str],
    vary: str | Collection[str] = (),
    uncertain: int | None = None,
    each: int = 1,
    plausible: bool | None = None,
    kpis: Collection[str] = (),
    replications: int = 20,
    seed: int | None = None,
    workers: Workers | None = None,
    engine: str = "auto",
    progress: bool = False,
    study: str | os.PathLike[str] | Keeps | None = None,
    runner: Runner | None = None,
) -> Comparison:
    """Run scenarios over the same replications, and say what differs from the first, the baseline.

    Args:
        scenarios: two or more, or one with what is varied; or what `sim.load` takes.
        vary: values of paths of a single scenario, as `--vary` of the command has them:
            `"matchmaking.main.tables=5,8,10"`; of several all combinations. The baseline are the values that
            the scenario has itself if they are among them, else the first. With `uncertain`, ranges too:
            `"visitors.buyer.visits=400..800"` is uncertain.
        uncertain: draws of what is uncertain, in which all scenarios are run besides; none if left out.
        each: replications of each draw.
        plausible: whether the fields that have a plausible range are uncertain; if left out, if no range is
            given.
        kpis: names of KPIs, families or themes; those of `ASKED` that the scenarios have if left out.
        replications: how many of each scenario; 2 or more.
        seed: of all random draws; that of the first scenario if left out.
        workers: processes, or the address of a Dask cluster: see `sim.replicate`.
        engine: "simpy", "compiled" or "auto", as in `sim.replicate`.
        progress: whether to show a progress bar.
        study: a folder in which runs are kept, and not run again: see `sim.replicate`.
        runner: that runs, and knows what was run before.

    Raises:
        ScenarioError: a scenario cannot be loaded, or a value not be set.
        KeyError: there is no such KPI.
        StudyError: every replication of a scenario failed.
        ValueError: fewer than two scenarios, or a number out of range.
    """
    from sim.replication import whole_number
    from sim.scenario.load import scenario_of
    from sim.studies.runner import Runner

    n = whole_number("replications", replications, 2)
    given = tuple(map(scenario_of, scenarios))
    parsed = [parse_vary(each) for each in ((vary,) if isinstance(vary, str) else vary)]
    axes, spans = varied(parsed, uncertain is not None)
    names, made, axis, baseline = variants(given, axes)
    over = None if uncertain is None else drawn_inputs(made, spans, plausible, uncertain, each)
    if runner is None:
        own = made[baseline].data.expo.seed if seed is None else seed
        runner = Runner(seed=own, workers=workers, engine=engine, progress=progress, study=study)
    asked_of = dict(zip(told_apart(given), given, strict=True))
    with runner.asked("compare", asked_of):
        results = paired(runner.results(made, range(n)))
        there = [name for name in results[0].names if all(each.has(name) for each in results)]
        if not kpis:
            there = [name for name in there if results[0].estimate(name).n]
        told = asked(kpis, there, ASKED)
        found = Comparison(names, results, told, axis, baseline)
        if over is None:
            return found
        return replace(found, draws=over.run(runner, names, found.pairs, told))


def paired(results: Sequence[ResultSet]) -> tuple[ResultSet, ...]:
    """The results of the replications that none lacks: the others cannot be paired."""
    both = set(results[0].numbers).intersection(*(each.numbers for each in results))
    kept = []
    for each in results:
        rows = dict(zip(each.numbers, each.rows, strict=True))
        numbers = tuple(number for number in each.numbers if number in both)
        if not numbers:
            raise ValueError("no replication is in all scenarios")
        kept.append(
            replace(each, numbers=numbers, rows=tuple(rows[number] for number in numbers), divided={})
        )
    return tuple(kept)
