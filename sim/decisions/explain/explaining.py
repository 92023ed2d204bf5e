"""Which uncertain input makes how much of the spread of KPIs: screened if many, then Sobol' indices."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Final

from sim.decisions.beforehand import how_long
from sim.decisions.explain.at_points import played, scenarios_at, values
from sim.decisions.explain.explanation import Explanation, Run
from sim.decisions.explain.ranges import By, Uncertain, spans_of, uncertain
from sim.decisions.explain.screening import Effect, effects
from sim.decisions.explain.screening import paths as random_paths
from sim.decisions.explain.sobol import LEAST, LEAST_WHOLE, Indices, design, indices
from sim.decisions.figures import asked
from sim.statistics.text import counted
from sim.studies.varying import MOST_POINTS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sim.scenario import Scenario
    from sim.studies.cluster import Workers
    from sim.studies.folder import Keeps
    from sim.studies.runner import Runner

    Array = NDArray[np.float64]

__all__ = ["ASKED", "explain"]

ASKED: Final = ("meetings.held", "contacts.useful", "booths.lost_share")
"""The KPIs that are explained unless others are named: those of them that the scenario has."""

_MOST_POINTS: Final = 10_000


def explain(
    scenario: Scenario | str | os.PathLike[str],
    vary: str | Collection[str] = (),
    *,
    plausible: bool | None = None,
    by: By = "field",
    screen: bool = False,
    paths: int = 10,
    most: int = 8,
    points: int = 64,
    kpis: Collection[str] = (),
    replications: int = 2,
    seed: int | None = None,
    workers: Workers | None = None,
    engine: str = "auto",
    progress: bool = False,
    study: str | os.PathLike[str] | Keeps | None = None,
    tell: Callable[[str], object] | None = None,
    runner: Runner | None = None,
) -> Explanation:
    """Say which share of the spread of KPIs is due to which uncertain input.

    Args:
        scenario: whose inputs are uncertain, or what `sim.load` takes.
        vary: ranges of what is uncertain, as `--vary` of the command:
            `"visitors.buyer.visits=400..800"`; of a distribution that of its mean.
        plausible: whether the fields that have a plausible range are uncertain too; if left out, where
            nothing is varied.
        by: whether a field that several named tables have is one input ("field"), or each "path" is.
        screen: only screen the inputs: which move the KPIs, and which way.
        paths: random paths of the screening.
        most: how many inputs at most have their shares worked out; of more, those that matter most by a
            screening.
        points: base points of the shares.
        kpis: names of KPIs, families or themes; those of `ASKED` that the scenario has if left out.
        replications: of each point of the shares, 2 or more: of one chance cannot be taken off.
        seed: of all random draws, of points too; that of the scenario if left out.
        workers: processes, or the address of a Dask cluster: see `sim.replicate`.
        engine: "simpy", "compiled" or "auto", as in `sim.replicate`.
        progress: whether to show a progress bar.
        study: a folder in which runs are kept, and not run again: see `sim.replicate`.
        tell: is told before each part how many runs it takes and about how long.
        runner: that runs, and knows what was run before.

    Raises:
        ScenarioError: the scenario cannot be loaded, or a value at an end of a range not be set.
        KeyError: there is no such KPI.
        StudyError: the scenario as it is fails.
        ValueError: nothing is uncertain, values are given for a range, no KPI is named and the scenario has
            none of `ASKED`, or a number is out of range.
    """
    from sim.replication import whole_number
    from sim.scenario.load import scenario_of
    from sim.studies.runner import Runner

    base = scenario_of(scenario)
    n = whole_number("replications", replications, 2)
    many = whole_number("paths", paths, 2)
    kept = whole_number("most", most, 1)
    blocks = whole_number("points", points, LEAST, _MOST_POINTS)
    inputs, remarks = uncertain(base, spans_of(vary), plausible=plausible, by=by)
    own = base.data.expo.seed if seed is None else seed
    if runner is None:
        runner = Runner(seed=own, workers=workers, engine=engine, progress=progress, study=study)
    with runner.asked("explain", {base.name: base}):
        study_ = _Study(base, runner, own, kpis, tell or (lambda _: None))
        found = study_.screened(inputs, many) if screen or len(inputs) > kept else {}
        taken = () if screen else _most_moving(inputs, found, kept)
        shares = study_.shares(taken, blocks, n, first=many) if taken else {}
    return Explanation(
        scenario=base,
        inputs=inputs,
        kpis=study_.kpis,
        effects=found,
        explained=taken,
        shares=shares,
        runs=tuple(study_.runs),
        seed=own,
        replications=n,
        remarks=(*remarks, *study_.remarks()),
    )


def _most_moving(
    inputs: tuple[Uncertain, ...], found: dict[str, tuple[Effect, ...]], most: int
) -> tuple[Uncertain, ...]:
    """The inputs that move some KPI most, as a share of what the one does that moves it most; in order."""
    if not found:
        return inputs
    score = [0.0] * len(inputs)
    for of_kpi in found.values():
        sizes = [each.size.mean if each.size.n else 0.0 for each in of_kpi]
        greatest = max(sizes)
        if greatest > 0:
            score = [max(a, size / greatest) for a, size in zip(score, sizes, strict=True)]
    ranked = sorted(range(len(inputs)), key=lambda i: -score[i])[:most]
    return tuple(inputs[i] for i in sorted(ranked) if score[i] > 0)


class _Study:
    """The runs of one explanation: what is asked of them, and what became of them."""

    def __init__(
        self,
        base: Scenario,
        runner: Runner,
        seed: int,
        kpis: Collection[str],
        tell: Callable[[str], object],
    ) -> None:
        """Run the scenario as it is once, for the names of its KPIs."""
        self.base, self.runner, self.seed, self.tell = base, runner, seed, tell
        self.runs: list[Run] = []
        self._failed: list[str] = []
        (first,) = runner.results([base], [0])
        self.kpis = asked(kpis, first.names, ASKED)

    def screened(self, inputs: tuple[Uncertain, ...], many: int) -> dict[str, tuple[Effect, ...]]:
        """What each input does to each KPI, along `many` paths, each in a replication of its own."""
        shares = random_paths(len(inputs), many, self.seed)
        found = self._played("screen", inputs, shares, [[path] for path in range(many)])
        reached = shares.copy()
        for i, each in enumerate(inputs):
            reached[:, :, i] = [[each.reached(float(share)) for share in path] for path in shares[:, :, i]]
        return {kpi: effects(reached, of[:, :, 0]) for kpi, of in found.items()}

    def shares(
        self, inputs: tuple[Uncertain, ...], points: int, n: int, first: int
    ) -> dict[str, Indices | None]:
        """The indices of each KPI; `n` replications a point, from number `first` on."""
        shares = design(len(inputs), points, self.seed)
        numbers = [[first + block * n + at for at in range(n)] for block in range(points)]
        found = self._played("shares", inputs, shares, numbers)
        return {kpi: _indices(of) for kpi, of in found.items()}

    def _played(
        self, part: str, inputs: tuple[Uncertain, ...], shares: Array, numbers: Sequence[Sequence[int]]
    ) -> dict[str, Array]:
        """Each KPI at points (blocks, points, inputs): (blocks, points, replications), nan where unknown."""
        blocks, points, k = shares.shape
        n = len(numbers[0])
        self._announce(part, k, blocks * points * n)
        flat = shares.reshape(-1, k)
        made = scenarios_at(self.base, inputs, flat)
        cells = [(each, number) for at, each in enumerate(made) for number in numbers[at // points]]
        rows = played(self.runner, cells)
        self._failed += [row for row in rows if isinstance(row, str)]
        of_kpis = {kpi: values(rows, kpi) for kpi in self.kpis}
        names = tuple(each.name for each in inputs)
        for at, (_, number) in enumerate(cells):
            block, point = divmod(at // n, points)
            at_shares = tuple(map(float, flat[at // n]))
            told = tuple(float(of[at]) for of in of_kpis.values())
            self.runs.append(Run(part, block, point, number, names, at_shares, told))
        return {kpi: of.reshape(blocks, points, n) for kpi, of in of_kpis.items()}

    def _announce(self, part: str, inputs: int, runs: int) -> None:
        if runs > MOST_POINTS:
            raise ValueError(f"{runs:,} runs; at most {MOST_POINTS:,} are possible")
        timed = 0 if part == "screen" else 2  # replications that were not run yet
        takes = how_long(self.runner, self.base, lambda _: None, first=timed, runs=runs, at_once=runs)
        what = "screening" if part == "screen" else "shares"
        self.tell(f"{what} of {counted(inputs, 'input')}: {runs:,} runs{takes}")

    def remarks(self) -> list[str]:
        """That runs failed, if some did, with the first reason."""
        if not self._failed:
            return []
        return [f"{len(self._failed)} of {len(self.runs):,} runs failed; the first: {self._failed[0]}"]


def _indices(of: Array) -> Indices | None:
    import numpy as np

    whole = np.isfinite(of).all(axis=(1, 2)).sum()
    return indices(of) if whole >= LEAST_WHOLE else None
