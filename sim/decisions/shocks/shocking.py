"""Runs that say what shocks cost over time: an unshocked scenario and shocked ones, side by side."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.decisions.compare.comparing import paired
from sim.decisions.compare.variants import told_apart
from sim.decisions.shocks.courses import COURSES, FloatArray, cumulative
from sim.decisions.shocks.shocked import Shocks
from sim.studies.runner import Runner

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.studies.cluster import Workers
    from sim.studies.folder import Keeps
    from sim.studies.resultset import ResultSet

__all__ = ["shocks"]


def shocks(
    base: Scenario | str | os.PathLike[str],
    *shocked: Scenario | str | os.PathLike[str],
    replan: bool = False,
    replications: int = 10,
    seed: int | None = None,
    workers: Workers | None = None,
    engine: str = "auto",
    progress: bool = False,
    study: str | os.PathLike[str] | Keeps | None = None,
) -> Shocks:
    """What shocks cost a fair over time, what has come back by the close, and what becomes of its index.

    Useful contacts, meetings held and intentions are followed hour by hour, shocked against unshocked in the
    same replication.

    Args:
        base: the unshocked scenario, or what `sim.load` takes.
        shocked: scenarios with something that goes wrong, one or more.
        replan: whether all are run once more with the days left of every matchmaking programme planned again
            each evening (`replan_evenings`); but those that have what does not go with it, as stand-bys.
        replications: how many of each; 2 or more.
        seed: of all random draws; that of `base` if left out.
        workers: processes, or the address of a Dask cluster: see `sim.replicate`.
        engine: "simpy", "compiled" or "auto", as in `sim.replicate`.
        progress: whether to show a progress bar.
        study: a folder in which runs are kept, and not run again: see `sim.replicate`.

    Raises:
        ScenarioError: a scenario cannot be loaded, or none be planned again.
        StudyError: every replication of a scenario failed.
        ValueError: nothing is shocked, or a number is out of range.
    """
    from sim.replication import whole_number
    from sim.scenario.load import scenario_of

    n = whole_number("replications", replications, 2)
    if not shocked:
        raise ValueError("nothing is shocked: give a second scenario")
    given = tuple(map(scenario_of, (base, *shocked)))
    names, again = told_apart(given), _replanned(given) if replan else {}
    own = given[0].data.expo.seed if seed is None else seed
    runner = Runner(
        seed=own, workers=workers, engine=engine, progress=progress, study=study, tables=("growth",)
    )
    called = (*names, *(f"{names[at]}, replanned" for at in again))
    made = (*given, *again.values())
    with runner.asked("shocks", dict(zip(called, made, strict=True))):
        results = paired(runner.results(made, range(n)))
    pairs = tuple((at, len(given) + number) for number, at in enumerate(again))
    return read_shocks(called, results, pairs)


def _replanned(given: Sequence[Scenario]) -> dict[int, Scenario]:
    """Those with a day left and matchmaking that is not replanned yet, with their days left planned again.

    Those with which that does not go (stand-bys, say) are left out; if none is left, what is wrong is raised.
    """
    from sim.scenario import ScenarioError

    again, wrong = {}, None
    for at, scenario in enumerate(given):
        programmes = scenario.data.matchmaking
        several = scenario.data.expo.days > 1
        if several and programmes and not all(each.replan_evenings for each in programmes.values()):
            settings = {f"matchmaking.{name}.replan_evenings": True for name in programmes}
            try:
                again[at] = scenario.replace(**settings)
            except ScenarioError as error:
                wrong = error
    if not again:
        raise wrong or ValueError(
            "nothing can be planned again: no scenario of two days or more has matchmaking that is not yet"
        )
    return again


def read_shocks(
    names: Sequence[str], results: Sequence[ResultSet], replanned: tuple[tuple[int, int], ...] = ()
) -> Shocks:
    """What results with the table `growth` say, the unshocked ones first, of the same replications."""
    import pandas as pd

    tables = [each.table("growth") for each in results]
    first = [pd.Timestamp(each.scenario.data.expo.first_day) for each in results]
    since = [
        np.asarray((table["until"] - day) / pd.Timedelta(hours=1), dtype=np.float64)
        for table, day in zip(tables, first, strict=True)
    ]
    hours = np.unique(np.concatenate(since))
    if not len(hours):
        raise ValueError("nobody meets anybody in any of the scenarios")

    def course(column: str) -> Iterator[FloatArray]:
        for moments, table, each in zip(since, tables, results, strict=True):
            values, rows = table[column].to_numpy(np.float64), table["replication"].to_numpy(np.int64)
            yield cumulative(moments, values, rows, each.numbers, hours)

    courses = {kpi: tuple(course(column)) for kpi, column in COURSES.items()}
    until = tuple((first[0] + pd.to_timedelta(hours, unit="h")).to_pydatetime())
    there = {kpi: of for kpi, of in courses.items() if (of[0][:, -1] > 0).any()}
    return Shocks(tuple(names), tuple(results), until, there, replanned)
