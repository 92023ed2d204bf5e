"""Which values of a few parameters are best: a study of all combinations, or a search, and what it comes to.

Of at most 20 combinations the best is selected with a stated guarantee (`selecting`). More are
searched (`searching`), and the best of the good ones that were tried is selected in the same
way, in replications of its own. Of what looked best of many, luck is a part; so the best, two runners-up and
the scenario's own values are run again in replications of their own, and what is told of them is what they do
there. All intervals of the objective hold together with 95 % (Bonferroni), and so do all verdicts on
constraints. Of two objectives, what no other combination surpasses is told in the same way (`fronts.py`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from math import isnan
from typing import TYPE_CHECKING, Final

from sim.decisions.beforehand import how_long
from sim.decisions.figures import divisions, need
from sim.decisions.tune.evaluating import Evaluating
from sim.decisions.tune.fronts import Front, confirmed_front
from sim.decisions.tune.proposing import needs_optuna
from sim.decisions.tune.searching import LEAST, Searched, search
from sim.decisions.tune.selecting import MOST, Selection, best_chances, enough_for, select
from sim.decisions.tune.space import nearest
from sim.decisions.tune.study_file import Study, load_study
from sim.decisions.tune.tuned import Candidate, Tuned
from sim.statistics.intervals import LEVEL, estimate
from sim.studies.runner import Runner
from sim.studies.varying import Point

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sim.studies.cluster import Workers
    from sim.studies.folder import Keeps

__all__ = ["BUDGET", "Candidate", "Front", "Tuned", "tune"]

BUDGET: Final = 1_000
"""Runs of a search and of the choice after it, if not said otherwise."""

_FIRST: Final = 10  # replications of all candidates
_LOOKED_AT: Final = 5  # replications that all of a search have
_LOOKS: Final = 3  # at the constraints of a candidate
_LOOKS_AT_FOUND: Final = 6  # of a search: the best of those lie about the limits
_RUNNERS_UP: Final = 2
_SEARCHING: Final = 0.75  # of the budget; the rest is for the choice
_EACH: Final = 30  # runs of the choice for each of those that it is among, if that leaves two
_FRONT: Final = 10  # points of a front at most
_CHOOSING: Final = 50_000  # the first replication of those in which the best of a search is chosen
_FRESH: Final = 100_000  # the first replication of those that confirm; no search reaches it


def tune(
    what: Study | str | os.PathLike[str],
    *,
    budget: int | None = None,
    replications: int = 30,
    seed: int | None = None,
    workers: Workers | None = None,
    engine: str = "auto",
    progress: bool = False,
    study: str | os.PathLike[str] | Keeps | None = None,
    tell: Callable[[str], object] | None = None,
) -> Tuned | Front:
    """Find the best combination of values, as a study file says it, or of two objectives the best trade-offs.

    Args:
        what: what `load_study` gives, or takes: the name of a shipped study, or a file.
        budget: runs of the search at most; if left out `BUDGET`, or of at most 20 combinations as many as the
            guarantee takes.
        replications: in how many, of their own, the best is confirmed; 2 or more.
        seed: of all random draws; the scenario's own if left out.
        workers: processes, or the address of a Dask cluster: see `sim.replicate`.
        engine: "simpy", "compiled" or "auto", as in `sim.replicate`.
        progress: whether to show a progress bar.
        study: a folder in which runs are kept, and not run again: see `sim.replicate`.
        tell: is told before the search how many runs it takes and about how long.

    Raises:
        ScenarioError: the study or its scenario cannot be loaded, a value not be set, or the scenario has no
            such KPI.
        StudyError: every replication of a candidate failed.
        ValueError: a number out of range, Optuna is needed and not installed, or of every candidate a KPI of
            the objective is not defined in a replication.
    """
    from sim.replication import whole_number

    read = what if isinstance(what, Study) else load_study(what)
    n = whole_number("replications", replications, 2)
    own = read.scenario.data.expo.seed if seed is None else seed
    by = divisions(read.figures)
    runner = Runner(seed=own, workers=workers, engine=engine, by=by, progress=progress, study=study)
    of = Evaluating(read, runner)
    if not read.points:
        needs_optuna()
        budget = BUDGET if budget is None else budget
        if budget < LEAST + 2 * _FIRST:
            raise ValueError(f"a budget of {budget:,} runs; a search takes {LEAST + 2 * _FIRST} or more")
    elif budget is not None:
        enough_for(len(read.points), _FIRST, budget)
    with runner.asked("tune", {read.scenario.name: read.scenario}):
        _begin(of, budget, n, tell or (lambda _: None))
        if read.points:
            return _confirmed(of, read.points, _selected(of, read.points, budget), None, n, own)
        assert budget is not None
        searched = _searched(of, budget, own)
        if len(read.objectives) > 1:
            return confirmed_front(of, searched, range(_FRESH, _FRESH + n), own)
        left = budget - searched.runs
        points = tuple(of.point(each) for each in searched.finalists[: max(2, left // _EACH)])
        selection = _selected(of, points, max(left, _FIRST), _CHOOSING, _LOOKS_AT_FOUND)
        return _confirmed(of, points, selection, searched, n, own)


def _searched(of: Evaluating, budget: int, seed: int) -> Searched:
    study = of.study
    one = len(study.objectives) == 1
    found = search(
        of.evaluate,
        study.dimensions,
        nearest(study.dimensions, study.start),
        [each.indifference for each in study.objectives],
        budget=max(LEAST, int(_SEARCHING * budget)) if one else budget,
        most=MOST if one else _FRONT,
        seed=seed,
        broken=of.broken if study.constraints else None,
    )
    if not found.finalists:
        why = next(iter(of.why_not.values()), "")
        if found.broke:
            nearest_ = of.nearest([of.point(each) for each in found.broke], range(_LOOKED_AT))
            why = f"every one was shown to break a constraint; {nearest_}"
        raise ValueError(f"none of the {len(found.tried)} combinations that were tried is possible: {why}")
    return found


def _begin(of: Evaluating, budget: int | None, n: int, tell: Callable[[str], object]) -> None:
    """See that all KPIs are there, and say how many runs there are and about how long they take."""
    study = of.study
    scenario = study.points[0].scenario if study.points else study.scenario

    if study.points:
        least, after = len(study.points) * _FIRST, (_RUNNERS_UP + 2) * n
        most = "more as it takes" if budget is None else f"at most {budget:,}"
        said = f"{len(study.points)} candidates: {least:,} runs at first, {most}"
        ending = " without what is more"
    else:
        assert budget is not None
        least, after = budget, (_RUNNERS_UP + 2 if len(study.objectives) == 1 else _FRONT + 1) * n
        said, ending = f"{study.combinations:,} combinations: at most {least:,} runs to search", " at most"
    takes = how_long(
        of.runner,
        scenario,
        lambda result: need(result, study.places),
        first=0,
        runs=least + after,
        at_once=least,
        limit=ending,
    )
    tell(f"{said}, then up to {after:,} to confirm{takes}")


def _selected(
    of: Evaluating, points: Sequence[Point], budget: int | None, begin: int = 0, looks: int = _LOOKS
) -> Selection:
    """The best of these, in replications from `begin` on."""
    study = of.study
    sign = study.objective.sign

    def evaluate(which: Sequence[int], numbers: range) -> NDArray[np.float64]:
        chosen = [points[at] for at in which]
        shifted = range(begin + numbers.start, begin + numbers.stop)
        values: NDArray[np.float64] = sign * of.all_values(chosen, shifted)[0]
        return values

    def kept(at: int, n: int) -> bool | None:
        among = 2 * len(points) * len(study.constraints) * looks
        return of.kept(points[at], range(begin, begin + n), among)

    try:
        return select(
            evaluate,
            len(points),
            study.objective.indifference,
            first=_FIRST,
            budget=budget,
            kept=kept if study.constraints else None,
            looks=looks,
        )
    except ValueError:
        if of.undefined:  # none is left: what is said of the first will do
            raise next(iter(of.undefined.values())) from None
        raise


def _confirmed(
    of: Evaluating,
    points: tuple[Point, ...],
    selection: Selection,
    searched: Searched | None,
    n: int,
    seed: int,
) -> Tuned:
    """What the best, the runners-up and the scenario's own values do in replications of their own."""
    study = of.study
    if selection.broke and not selection.order:
        begin = 0 if searched is None else _CHOOSING
        broke = [points[at] for at in selection.broke]
        nearest_ = of.nearest(broke, range(begin, begin + min(selection.replications)))
        every = "every candidate" + " that has a value" * bool(selection.undefined)
        raise ValueError(f"{every} was shown to break a constraint; {nearest_}")
    numbers = range(_FRESH, _FRESH + n)
    order = list(selection.order)
    while lost := _undefined(of, [points[at] for at in order[: 1 + _RUNNERS_UP]], numbers):
        order = [at for at in order if points[at] not in lost]
    if not order:
        raise next(iter(of.undefined.values()))
    chosen = order == list(selection.order)
    selection = replace(selection, order=tuple(order), guaranteed=selection.guaranteed and chosen)
    taken = [points[at] for at in order[: 1 + _RUNNERS_UP]]
    own = Point(dict(study.start), study.scenario)
    if study.scenario not in [point.scenario for point in taken] and not _undefined(of, [own], numbers):
        taken.append(own)
    scenarios = [point.scenario for point in taken]
    now = scenarios.index(study.scenario) if study.scenario in scenarios else None
    results = of.results(taken, numbers)
    values = of.values(taken, results)[0]
    level = 1 - (1 - LEVEL) / (2 * len(taken) - 1)
    chances = best_chances(study.objective.sign * values)
    among = max(1, len(taken) * len(study.constraints))
    confirmed = tuple(
        Candidate(
            point.settings,
            estimate(values[at], level),
            None if at == now else estimate(() if now is None else values[at] - values[now], level),
            chances[at],
            of.verdicts(results[at], among),
        )
        for at, point in enumerate(taken)
    )
    why = tuple(str(error.args[0]) for error in of.undefined.values())
    return Tuned(study, selection, seed, confirmed, values, tuple(numbers), points, searched, why)


def _undefined(of: Evaluating, points: Sequence[Point], numbers: range) -> list[Point]:
    """Those of these that have no value in some of these replications."""
    rows = of.all_values(points, numbers)[0]
    return [point for point, row in zip(points, rows, strict=True) if any(map(isnan, row))]
