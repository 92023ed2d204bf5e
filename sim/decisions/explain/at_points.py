"""What KPIs are at points of uncertain inputs: scenarios made of shares of the ranges, and their runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sim.files.problems import ScenarioError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sim.decisions.explain.ranges import Uncertain
    from sim.scenario import Scenario
    from sim.studies.runner import Runner

    Array = NDArray[np.float64]

__all__ = ["Row", "played", "scenarios_at", "values"]

Row = Mapping[str, float] | str
"""The KPIs of a run, or why there are none."""


def scenarios_at(base: Scenario, inputs: Sequence[Uncertain], shares: Array) -> list[Scenario | str]:
    """The scenario at each row of shares of the inputs' ranges, or why it cannot be."""
    found: list[Scenario | str] = []
    for row in shares:
        settings: dict[str, object] = {}
        for each, share in zip(inputs, row, strict=True):
            settings |= each.settings(float(share))
        try:
            found.append(base.replace(**settings))
        except ScenarioError as error:
            found.append(error.problems[0].message)
    return found


def played(runner: Runner, cells: Sequence[tuple[Scenario | str, int]]) -> list[Row]:
    """The KPIs of each of these runs, a scenario and the number of a replication, or why there are none."""
    runner.run([(scenario, number) for scenario, number in cells if not isinstance(scenario, str)])
    rows: list[Row] = []
    for scenario, number in cells:
        if isinstance(scenario, str):
            rows.append(scenario)
            continue
        cell = runner.cell(scenario, number)
        assert cell is not None
        rows.append(cell.reason if cell.kpis is None else cell.kpis)
    return rows


def values(rows: Sequence[Row], kpi: str) -> Array:
    """A KPI in each run; nan where it is not defined, or there is no run."""
    import numpy as np

    return np.array([np.nan if isinstance(row, str) else row.get(kpi, np.nan) for row in rows])
