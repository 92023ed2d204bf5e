"""At which values of a few parameters the model meets published or measured figures, and how sure that is.

Fitted is to means over replications that all points share (`fitting`); what it comes to is told
of replications of their own, which are those that `exposim run` of the scenario file that is written would
run. How far the values are pinned down is that of `pinning`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from math import nan
from typing import TYPE_CHECKING, Final

from sim.decisions.beforehand import how_long
from sim.decisions.calibrate.calibrated import Calibrated, Fitted, Met, Open, drawn_settings
from sim.decisions.calibrate.calibration_file import Calibration, Parameter, Target, load_calibration
from sim.decisions.calibrate.predicting import Predicted, estimated, one_more, predicted
from sim.decisions.figures import defined, divisions, need
from sim.statistics.intervals import LEVEL
from sim.statistics.kpis.registry import chosen
from sim.statistics.text import counted
from sim.studies.runner import Runner
from sim.studies.varying import settings_text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sim.decisions.calibrate.fitting import Aims, Fit
    from sim.scenario import Scenario
    from sim.studies.cluster import Workers
    from sim.studies.folder import Keeps
    from sim.studies.resultset import ResultSet

__all__ = ["calibrate"]

_FIRST: Final = 100_000  # the first replication of the search; those that are told are the first of all
_ROUNDS: Final = 8  # of differences and a step that the search may take unless a budget is given


def calibrate(
    what: Calibration | str | os.PathLike[str],
    *,
    kpis: Collection[str] = (),
    budget: int | None = None,
    replications: int = 30,
    seed: int | None = None,
    workers: Workers | None = None,
    engine: str = "auto",
    progress: bool = False,
    study: str | os.PathLike[str] | Keeps | None = None,
    tell: Callable[[str], object] | None = None,
) -> Calibrated:
    """Find the values of a few parameters at which a scenario meets its targets, as a calibration file says.

    Args:
        what: what `load_calibration` gives, or takes: the name of a shipped calibration, or a file.
        kpis: names of KPIs, families or themes that are predicted with what was fitted.
        budget: runs of the search at most; enough for eight rounds if left out.
        replications: of each point of the search; and how many, of their own, the fit is told of; 5 or more.
        seed: of all random draws; the scenario's own if left out.
        workers: processes, or the address of a Dask cluster: see `sim.replicate`.
        engine: "simpy", "compiled" or "auto", as in `sim.replicate`.
        progress: whether to show a progress bar.
        study: a folder in which runs are kept, and not run again: see `sim.replicate`.
        tell: is told before the search how many runs it takes and about how long.

    Raises:
        ScenarioError: the calibration or a scenario of it cannot be loaded, a value not be set, or a scenario
            has no such KPI as is a target or predicted by the file.
        KeyError: the scenario has no KPI that is to be predicted.
        StudyError: every replication of a point failed.
        ValueError: a number out of range, or a target is not defined in a replication.
    """
    from sim.replication import whole_number

    read = what if isinstance(what, Calibration) else load_calibration(what)
    n = whole_number("replications", replications, 5)
    own = read.scenario.data.expo.seed if seed is None else seed
    k = len(read.parameters)
    round_ = (k + 1) * n
    most = whole_number("budget", _ROUNDS * round_ if budget is None else budget, round_)
    elsewhere = [asked.kpi for other in read.predictions for asked in other.kpis]
    by = divisions((*_kpis(read), *elsewhere))
    runner = Runner(seed=own, workers=workers, engine=engine, by=by, progress=progress, study=study)
    asked = {each.name: each for each in (read.scenario, *(other.scenario for other in read.predictions))}
    with runner.asked("calibrate", asked):
        # slopes to both sides and what is open, of each parameter; the fit, and what is predicted
        after = (3 * k + 1 + bool(kpis) + 2 * len(read.predictions)) * n
        start = tuple(each.at(each.share(each.start)) for each in read.parameters)
        for other in read.predictions:
            (first,) = runner.results([other.scenario.replace(**read.settings(start))], [0])
            need(first, {each.kpi: each.place for each in other.kpis})
        (begin,) = _points(read, [start])
        targets = _kpis(read)
        takes = how_long(
            runner,
            begin,
            lambda result: _are_there(result, read, kpis),
            first=_FIRST,
            runs=most + after,
            at_once=k * n,
            limit=" at most",
        )
        (tell or (lambda _: None))(
            f"{counted(k, 'parameter')}, {counted(len(targets), 'target')}: at most "
            f"{most:,} runs to search, then up to {after:,} to see how sure it is{takes}"
        )
        return _calibrated(read, runner, kpis, n, most)


def _are_there(result: ResultSet, what: Calibration, kpis: Collection[str]) -> None:
    """Raise ScenarioError if results lack a target, and KeyError if they lack what is to be predicted."""
    need(result, what.places)
    chosen(kpis, result.names)


def _points(what: Calibration, points: Sequence[tuple[float | int, ...]]) -> list[Scenario]:
    return [what.scenario.replace(**what.settings(values)) for values in points]


def _calibrated(what: Calibration, runner: Runner, kpis: Collection[str], n: int, budget: int) -> Calibrated:
    import numpy as np

    from sim.decisions.calibrate.fitting import Aims, fit
    from sim.decisions.calibrate.pinning import intervals

    def evaluate(points: Sequence[tuple[float | int, ...]]) -> NDArray[np.float64]:
        results = runner.results(_points(what, points), range(_FIRST, _FIRST + n))
        return _values(what, results, points)

    aims = Aims(*_columns(what.targets))
    weighed = replace(aims, scale=aims.scale / np.array([each.weight for each in what.targets]) ** 0.5)
    start = [each.start for each in what.parameters]
    found = fit(evaluate, what.parameters, weighed, start, budget=budget)
    fitted = []
    for p, value, share, (down, up) in zip(
        what.parameters, found.values, found.shares, intervals(found, aims), strict=True
    ):
        low, high = (_inward(p, float(share + by), value) for by in (down, up))
        fitted.append(Fitted(p, value, low, high))
    scenario = what.scenario.replace(
        **what.settings(found.values),
        **{"expo.fitted": list(dict.fromkeys((*what.scenario.data.expo.fitted, *_of_the_whole(what))))},
    )
    others = _others(what, found, aims)
    drawn = drawn_settings(what, found, aims, n, 0)
    more = [what.scenario.replace(**each) for each in drawn] if kpis else []
    told_of = (scenario, *_points(what, others))
    # in one go: they share the floor
    runner.run([(each, at) for at in range(n) for each in (*told_of, *more[at : at + 1])])
    told = runner.results(told_of, range(n))
    values = _values(what, told, [found.values, *others])
    level = 1 - (1 - LEVEL) / len(what.targets)
    met = tuple(
        Met(target, estimated(target.kpi, row, level), one_more(target.kpi, row))
        for target, row in zip(what.targets, values[0], strict=True)
    )
    means = values.mean(axis=-1)
    open_ = tuple(
        Open(
            tuple(
                (p.path, here, to)
                for p, here, to in zip(what.parameters, found.values, other, strict=True)
                if to != here
            ),
            float((np.abs(there - means[0]) / aims.scale).max()),
        )
        for other, there in zip(others, means[1:], strict=True)
    )
    here = predicted(runner, scenario, more, chosen(kpis, told[0].names)) if kpis else ()
    return Calibrated(
        what,
        scenario,
        tuple(fitted),
        met,
        open_,
        (*here, *_predicted_elsewhere(what, runner, found, drawn)),
        told[0],
        found.runs,
        found.ended,
        (found, aims),
    )


def _predicted_elsewhere(
    what: Calibration, runner: Runner, found: Fit, drawn: Sequence[dict[str, object]]
) -> Iterator[Predicted]:
    """What the file predicts of other scenarios, with the same values."""
    for other in what.predictions:
        fitted = other.scenario.replace(**what.settings(found.values))
        variants = [other.scenario.replace(**each) for each in drawn]
        names = [each.kpi for each in other.kpis]
        yield from predicted(runner, fitted, variants, names, other.scenario.name, other.kpis)


def _kpis(what: Calibration) -> tuple[str, ...]:
    return tuple(each.kpi for each in what.targets)


def _of_the_whole(what: Calibration) -> Iterator[str]:
    """The targets but for those of groups, whose KPIs have no label of their own."""
    return (name for name in _kpis(what) if not divisions([name]))


def _columns(targets: Sequence[Target]) -> Iterator[NDArray[np.float64]]:
    """Low, high, value and scale of all targets."""
    import numpy as np

    yield np.array([each.low for each in targets])
    yield np.array([each.high for each in targets])
    yield np.array([nan if each.value is None else each.value for each in targets])
    yield np.array([each.scale for each in targets])


def _values(
    what: Calibration, results: Sequence[ResultSet], points: Sequence[tuple[float | int, ...]]
) -> NDArray[np.float64]:
    """The targets' KPIs: (points, targets, replications). Raises ValueError where one is not defined."""
    import numpy as np

    rows = []
    for result, values in zip(results, points, strict=True):
        try:
            rows.append(defined(result, _kpis(what)))
        except ValueError as error:
            raise ValueError(f"with {settings_text(what.settings(values))}: {error}") from None
    return np.array(rows)


def _inward(parameter: Parameter, share: float, value: float | int) -> float | int:
    """An end of an interval; of whole numbers the last one within."""
    end = parameter.at(share)
    if not parameter.whole:
        return end
    beyond = parameter.share(end) - share
    if end > value and beyond > 1e-9:
        return int(end) - 1
    return int(end) + 1 if end < value and beyond < -1e-9 else end


def _others(what: Calibration, found: Fit, aims: Aims) -> list[tuple[float | int, ...]]:
    """Points that are to show what is not pinned down: one along each direction that is open."""
    from sim.decisions.calibrate.pinning import loose, step_along

    others = []
    for direction in loose(found, aims):
        shares = found.shares + step_along(found, aims, direction)
        other = tuple(p.at(float(share)) for p, share in zip(what.parameters, shares, strict=True))
        if other != found.values:
            others.append(other)
    return others
