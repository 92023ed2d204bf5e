"""Runs that say who will be left out, and what those who are have in common."""

from __future__ import annotations

import os
from collections.abc import Iterable
from math import hypot, inf
from typing import TYPE_CHECKING, Final

from sim.decisions.left_out.named import MARKS, LeftOut
from sim.studies.runner import Runner

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario import Scenario
    from sim.studies.cluster import Workers
    from sim.studies.folder import Keeps
    from sim.studies.resultset import ResultSet

__all__ = ["left_out"]

_TABLES: Final = ("requests", "exhibitors")
_FIFTH: Final = 0.2


def left_out(
    scenario: Scenario | str | os.PathLike[str],
    *,
    least: int = 1,
    check: bool = False,
    replications: int = 20,
    seed: int | None = None,
    workers: Workers | None = None,
    engine: str = "auto",
    progress: bool = False,
    study: str | os.PathLike[str] | Keeps | None = None,
    runner: Runner | None = None,
) -> LeftOut:
    """How likely each exhibitor is left out: has fewer than `least` useful contacts.

    Args:
        scenario: whose exhibitors, or what `sim.load` takes.
        least: useful contacts that are enough; with 1 it is what `contacts.left_out` counts.
        check: whether as many replications more are run, to see whether what is told comes true.
        replications: how many; 2 or more.
        seed: of all random draws; that of the scenario if left out.
        workers: processes, or the address of a Dask cluster: see `sim.replicate`.
        engine: "simpy", "compiled" or "auto", as in `sim.replicate`.
        progress: whether to show a progress bar.
        study: a folder in which runs are kept, and not run again: see `sim.replicate`.
        runner: that runs, and keeps the tables requests and exhibitors.

    Raises:
        ScenarioError: the scenario cannot be loaded.
        StudyError: every replication failed.
        ValueError: a number out of range.
    """
    from sim.replication import whole_number
    from sim.scenario.load import scenario_of

    base = scenario_of(scenario)
    n, enough = whole_number("replications", replications, 2), whole_number("least", least, 1)
    if runner is None:
        own = base.data.expo.seed if seed is None else seed
        runner = Runner(
            seed=own, workers=workers, engine=engine, tables=_TABLES, progress=progress, study=study
        )
    with runner.asked("left-out", {base.name: base}):
        (results,) = runner.results([base], range(n))
        fresh = runner.results([base], range(n, 2 * n))[0] if check else None
    return LeftOut(
        scenario=base,
        least=enough,
        seed=results.seed,
        fairs=_fairs(results, enough),
        fresh=None if fresh is None else _fairs(fresh, enough),
    )


def _fairs(results: ResultSet, least: int) -> pd.DataFrame:
    """A row a replication and exhibitor: who it is, whether it is left out, and its marks."""
    import pandas as pd

    assert results.kept is not None  # the runner was told to
    far = _to_the_gates(results.scenario)
    frames = []
    for number in results.numbers:
        tables = results.kept[number]
        rows = _marked(tables["exhibitors"], tables["requests"], far)
        rows.insert(0, "replication", number)
        rows["left_out"] = rows["useful_contacts"] < least
        frames.append(rows)
    return pd.concat(frames, ignore_index=True)


def _marked(exhibitors: pd.DataFrame, requests: pd.DataFrame, far: dict[str, float]) -> pd.DataFrame:
    """The exhibitors of one fair, and which of the marks each bears in it."""
    import pandas as pd

    def texts(column: str) -> pd.Series[str]:
        return exhibitors[column].astype(object).fillna("").astype(str).reset_index(drop=True)

    def lowest(values: pd.Series[float]) -> pd.Series[bool]:
        known = values.dropna()
        if not len(known) or known.min() == known.max():
            return values < -inf
        return (values <= known.quantile(_FIFTH)) & (values < known.median())

    name, hall = texts("name"), texts("hall")
    numbers = exhibitors.reset_index(drop=True)
    stops, asked = numbers["stops"].astype(float), numbers["asked"].astype(float)
    wanted = pd.concat([requests["asker"].astype(str), requests["asked"].astype(str)])
    marks = {
        "small": lowest(numbers["area_m2"].astype(float)),
        "far": lowest(-hall.map(far).astype(float)),
        "unseen": lowest(stops),
        "foreign": lowest((asked / stops).where(stops > 0)),
        "full": lowest(-numbers["lost_share"].astype(float)),
        "unasked": ~name.isin(set(wanted)) & bool(len(requests)),
    }
    assert marks.keys() == MARKS.keys()
    facts = {"name": name, "chain": texts("chain"), "country": texts("country"), "hall": hall}
    found = pd.DataFrame(facts | {mark: of.astype(bool) for mark, of in marks.items()})
    found["useful_contacts"] = numbers["useful_contacts"].astype("int64")
    return found


def _to_the_gates(scenario: Scenario) -> dict[str, float]:
    """How far the door of each hall is from the nearest gate, m."""
    venue = scenario.data.venue

    def door(hall: str) -> tuple[float, float]:
        of = venue.halls[hall]
        return of.door_m or (of.x_m + of.width_m / 2, of.y_m)

    def nearest(at: tuple[float, float]) -> float:
        gates: Iterable[tuple[float, float]] = ((gate.x_m, gate.y_m) for gate in venue.gates.values())
        return min((hypot(at[0] - x, at[1] - y) for x, y in gates), default=0.0)

    return {hall: nearest(door(hall)) for hall in venue.halls}
