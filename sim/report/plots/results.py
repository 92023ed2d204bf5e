"""What `.plot` of the results of several replications gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.decisions.plots.units import axis, level
from sim.plotting.marks import height, intervals
from sim.plotting.style import canvas, numbered, titled
from sim.report.plots.result import ResultPlots
from sim.report.source import OfResults
from sim.statistics.kpis import describe

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.studies.resultset import ResultSet

__all__ = ["ResultSetPlots"]


class ResultSetPlots(ResultPlots):
    """The pictures of several replications, and of one of which all tables were kept: the first.

    With `replication`, all are of that one.
    """

    def __init__(self, of: ResultSet, replication: int | None = None) -> None:
        super().__init__(OfResults(of, replication))
        self._results = of

    def kpis(self, names: str | Sequence[str], ax: Axes | None = None) -> Axes:
        """Means of KPIs over replications, with 95 % intervals.

        Args:
            names: which, one or several of one unit.
            ax: on which it is drawn; a figure of its own if left out.

        Raises:
            KeyError: there is no such KPI; with the near misses.
            ValueError: none is named, or their units differ.
        """
        of = self._results
        estimates = {name: of.estimate(name) for name in ((names,) if isinstance(names, str) else names)}
        units = {describe(name).unit for name in estimates}
        if len(units) != 1:
            raise ValueError(f"KPIs of one unit share an axis; found: {', '.join(sorted(units)) or 'none'}")
        (unit,), currency = units, of.scenario.data.costs.currency
        rows = [level(describe(name).label, e, unit, currency) for name, e in estimates.items()]
        with canvas(ax, (7.8, height(len(rows)))) as drawn:
            intervals(drawn, rows)
            numbered(drawn)
            drawn.set_xlabel(axis(unit, currency))
            said = f"mean of {len(of)} replications; lines: 95 %, each alone"
            titled(drawn, of.scenario.data.expo.title, said)
        return drawn
