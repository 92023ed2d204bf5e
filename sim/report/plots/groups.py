"""A KPI by day, hall, chain, sponsor or persona: what `.plot` of the table of a division draws besides."""

from __future__ import annotations

from math import isfinite, nan
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
from pandas.plotting import PlotAccessor

from sim.decisions.plots.units import axis, level
from sim.files.problems import did_you_mean
from sim.plotting.marks import height, intervals, nothing
from sim.plotting.style import canvas, numbered, titled
from sim.statistics.groups import division
from sim.statistics.intervals import Estimate
from sim.statistics.kpis import describe

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["GroupPlots", "GroupTable", "with_plot"]

_DRAWN: Final = ("mean", "low", "high", "sd", "n")


class GroupPlots(PlotAccessor):
    """What pandas draws of a frame, and `kpi`, which draws one KPI of each group with its interval."""

    def __init__(self, table: GroupTable) -> None:
        super().__init__(table)
        self._table = table

    def kpi(self, name: str, ax: Axes | None = None) -> Axes:
        """A KPI of each group, those with most on top (days in their order), with 95 % intervals.

        Of the table of one replication there are no intervals.

        Args:
            name: which, as in the table.
            ax: on which it is drawn; a figure of its own if left out.

        Raises:
            KeyError: the groups have no such KPI; with the near miss.
        """
        table = self._table
        found = table.estimates(name)
        if table.division != "day":
            found = dict(sorted(found.items(), key=lambda each: -each[1].mean))
        k, currency = describe(name), table.currency
        rows = [level(group, e, k.unit, currency) for group, e in found.items()]
        n = max((e.n for e in found.values()), default=0)
        with canvas(ax, (7.8, height(len(rows)))) as drawn:
            intervals(drawn, rows)
            if not rows:
                nothing(drawn, "it is defined for no group")
            numbered(drawn)
            drawn.set_xlabel(axis(k.unit, currency))
            lines = ["lines: 95 %, each alone"] if any(isfinite(e.low) for e in found.values()) else []
            said = [f"mean of {n:,} replications" if n > 1 else "one replication", *lines]
            titled(drawn, f"{k.label}, by {division(table.division).title}", "; ".join(said))
        return drawn


class GroupTable(pd.DataFrame):
    """The table of a division, as `by` of a result or of results gives it: a frame, with `plot.kpi`.

    So has what is copied or cut out of it, as long as it has the columns of which that is drawn.
    """

    _metadata = ["division", "currency"]  # noqa: RUF012  # as pandas wants it
    division: str = ""
    currency: str = "money"

    @property
    def _constructor(self) -> type[GroupTable]:
        return GroupTable

    @property
    def plot(self) -> GroupPlots:
        """Pictures: pandas' own, and `kpi(name)`."""
        return GroupPlots(self)

    def estimates(self, name: str) -> dict[str, Estimate]:
        """A KPI of each group for which it is defined.

        Raises:
            KeyError: there is none of that name.
            ValueError: what it is drawn of was cut away.
        """
        several = "kpi" in self.index.names
        if not self.division or (several and not set(_DRAWN) <= set(self.columns)):
            raise ValueError(
                f"kpi is drawn of the table that by(...) gives, with {', '.join(_DRAWN)}; this one has "
                f"{', '.join(map(str, self.columns))}"
            )
        there = list(dict.fromkeys(self.index.get_level_values("kpi"))) if several else list(self.columns)
        if not isinstance(name, str) or name not in there:
            near = did_you_mean(str(name), there)
            raise KeyError(
                f"by {self.division}: no KPI {name!r}; there are: {', '.join(map(str, there))}{near}"
            )
        if several:
            of: Any = self.xs(name, level="kpi")
            parts = of[[*_DRAWN, "n"]].itertuples(name=None)
            found = {str(group): Estimate(*numbers) for group, *numbers in parts}
        else:
            found = {str(g): Estimate(v, nan, nan, nan, int(isfinite(v)), 0) for g, v in self[name].items()}
        return {group: e for group, e in found.items() if isfinite(e.mean)}


def with_plot(frame: pd.DataFrame, name: str, currency: str) -> GroupTable:
    """The table of the division of that name, with its picture."""
    table = GroupTable(frame)
    table.division, table.currency = name, currency
    return table
