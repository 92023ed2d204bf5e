"""Pictures of a sweep: lines along what was varied, and values over two things."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, nan
from typing import TYPE_CHECKING, Any, Final

from sim.decisions.plots.units import axis, factor, label
from sim.plotting import Plots
from sim.plotting.style import (
    FAINT,
    GREY,
    LINES,
    MAP,
    ON_BRIGHT,
    ON_DARK,
    SERIES,
    canvas,
    legend_beside,
    numbered,
    text,
    titled,
)
from sim.statistics.intervals import Estimate
from sim.statistics.kpis import describe
from sim.statistics.text import counted, of_estimate
from sim.studies.varying import plain_value, shown_value

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.decisions.sweeping import Sweep
    from sim.studies.varying import Point

__all__ = ["SweepPlots"]

_MOST_LINES: Final = len(SERIES)
_MOST_ACROSS, _MOST_DOWN = 10, 16  # cells whose values can be read
_MOST_TICKS: Final = 12
_EACH: Final = "each interval alone at 95 %"


class SweepPlots(Plots):
    """The pictures of a sweep."""

    def __init__(self, of: Sweep) -> None:
        self._of = of

    def lines(self, kpi: str | None = None, ax: Axes | None = None, *, along: str | None = None) -> Axes:
        """A KPI along what was varied, with 95 % intervals; a line for each value of what else was varied.

        Points that were drawn of ranges of several things are dots, as no two agree in all but one.

        Args:
            kpi: which; the first that varies if left out.
            ax: on which it is drawn; a figure of its own if left out.
            along: path of what is varied along the axis; the first if left out.

        Raises:
            KeyError: no such KPI, or nothing of that path is varied.
            ValueError: more lines than can be told apart.
        """
        of, name = self._of, self._named(kpi)
        across = 0 if along is None else self._axis(along)
        lines: dict[tuple[str, ...], list[tuple[object, Estimate]]] = {}
        for point, results in of.done:
            values = self._values(point)
            rest = tuple(shown_value(v) for at, v in enumerate(values) if at != across)
            lines.setdefault(rest if self._is_grid else (), []).append(
                (values[across], results.estimate(name))
            )
        if len(lines) > _MOST_LINES:
            raise ValueError(
                f"{len(lines)} lines are too many to tell apart, {_MOST_LINES} are possible: plot.heatmap, "
                "or along= another axis"
            )
        k = describe(name)
        with canvas(ax, (7.2, 4.2), grid="both") as drawn:
            others = [each for at, each in enumerate(of.called) if at != across]
            joined = self._is_grid or len(of.axes) == 1
            for at, (rest, points) in enumerate(lines.items()):
                said = ", ".join(f"{n} {v}" for n, v in zip(others, rest, strict=False))
                self._line(drawn, points, at, said, factor(k.unit), joined)
            drawn.set_xlabel(text(of.called[across], 70))
            drawn.set_ylabel(text(label(name, self._currency), 40))
            numbered(drawn, "y")
            if len(lines) > 1:
                legend_beside(drawn)
            n = max(len(results) for _, results in of.done)
            lost = f"; {counted(len(of.failed), 'point')} failed" if of.failed else ""
            bands = "bands" if joined and self._is_number(across) else "lines with ends"
            titled(drawn, k.label, f"mean of {n} replications; {bands}: {_EACH}{lost}")
        return drawn

    def heatmap(
        self, kpi: str | None = None, ax: Axes | None = None, *, axes: tuple[str, str] | None = None
    ) -> Axes:
        """A KPI over two things that were varied, its values written into the cells.

        Args:
            kpi: which; the first that varies if left out.
            ax: on which it is drawn; a figure of its own if left out.
            axes: paths of what is varied along the axis and upwards, where it was more than two, one value
                of each other alone; the first two if left out.

        Raises:
            KeyError: no such KPI, or nothing of that path is varied.
            ValueError: not two things were varied over a grid.
        """
        of, name = self._of, self._named(kpi)
        which = (0, 1) if axes is None else (self._axis(axes[0]), self._axis(axes[1]))
        if len(of.axes) < 2 or which[0] == which[1] or not self._is_grid:
            raise ValueError("a heat map is of two things that were varied over a grid: plot.lines shows one")
        cells: dict[tuple[object, object], Estimate] = {}
        for point, results in of.done:
            values = self._values(point)
            at = (values[which[0]], values[which[1]])
            if at in cells:
                raise ValueError(f"more than two things were varied: {', '.join(of.axes)}")
            cells[at] = results.estimate(name)
        every = [self._values(point) for point in of.points]
        columns, rows = (list(dict.fromkeys(values[at] for values in every)) for at in which)
        with canvas(
            ax, (2.2 + 0.8 * min(len(columns), 12), 1.7 + 0.55 * min(len(rows), 14)), grid=""
        ) as drawn:
            self._cells(drawn, cells, columns, rows, name)
            drawn.set_xlabel(text(of.called[which[0]], 60))
            drawn.set_ylabel(text(of.called[which[1]], 30))
            n = max(len(results) for _, results in of.done)
            lost = "; hatched: failed" if of.failed else ""
            titled(drawn, label(name, self._currency), f"{n} replications; each alone at 95 %{lost}")
        return drawn

    @property
    def _currency(self) -> str:
        return self._of.scenario.data.costs.currency

    def _named(self, kpi: str | None) -> str:
        of = self._of
        name = kpi or next((each for each in of.kpis if of.varies(each)), of.kpis[0])
        of.done[0][1].estimate(name)  # raises KeyError, with the near misses
        return name

    def _axis(self, path: str) -> int:
        of = self._of
        for at, name in enumerate(of.axes):
            if path in (name, of.called[at], *name.split("/")):
                return at
        raise KeyError(f"{path!r} is not varied; varied are: {', '.join(of.axes)}")

    def _values(self, point: Point) -> tuple[object, ...]:
        """The value of each axis: a number, or as people read it."""
        made = []
        for name in self._of.axes:
            values = [point.settings[path] for path in name.split("/")]
            alone = all(value == values[0] for value in values)
            made.append(plain_value(values[0]) if alone else "/".join(map(shown_value, values)))
        return tuple(made)

    @property
    def _is_grid(self) -> bool:
        """Whether all combinations of some values were run."""
        rows = [self._values(point) for point in self._of.points]
        many = 1
        for column in zip(*rows, strict=True):
            many *= len(set(column))
        return many == len(rows)

    def _is_number(self, at: int) -> bool:
        values = [self._values(point)[at] for point in self._of.points]
        return all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)

    def _line(
        self,
        ax: Axes,
        points: Sequence[tuple[object, Estimate]],
        at: int,
        said: str,
        times: float,
        joined: bool,
    ) -> None:
        numeric = all(isinstance(value, int | float) and not isinstance(value, bool) for value, _ in points)
        if numeric:
            points = sorted(points, key=lambda each: each[0])  # type: ignore[arg-type, return-value]
            x: Sequence[object] = [value for value, _ in points]
            if len(set(x)) <= _MOST_TICKS and joined:
                ax.set_xticks(x)  # type: ignore[arg-type]
        else:
            x = range(len(points))
            ax.set_xticks(range(len(points)), [text(shown_value(value), 16) for value, _ in points])
            ax.set_xlim(-0.5, len(points) - 0.5)
        shown = [e.scaled(times) for _, e in points]
        means = [e.mean for e in shown]
        colour, mark = SERIES[at]
        style = LINES[at] if joined and numeric else "none"
        (line,) = ax.plot(x, means, color=colour, marker=mark, markersize=5.5, linestyle=style)  # type: ignore[arg-type]
        if said:
            line.set_label(text(said, 40))
        if joined and numeric:
            low = [e.low if isfinite(e.low) else e.mean for e in shown]
            high = [e.high if isfinite(e.high) else e.mean for e in shown]
            ax.fill_between(x, low, high, color=colour, alpha=0.18, linewidth=0)  # type: ignore[arg-type]
            return
        for where, e in zip(x, shown, strict=True):
            if isfinite(e.low):
                off = [[e.mean - e.low], [e.high - e.mean]]
                ax.errorbar(where, e.mean, off, color=colour, linewidth=1.2, capsize=3)  # type: ignore[arg-type]

    def _cells(
        self,
        ax: Axes,
        cells: dict[tuple[object, object], Estimate],
        columns: Sequence[object],
        rows: Sequence[object],
        kpi: str,
    ) -> None:
        import numpy as np

        k = describe(kpi)
        means = np.array([[_mean(cells.get((c, r))) * factor(k.unit) for c in columns] for r in rows])
        shown = np.ma.masked_invalid(means)
        ax.set_facecolor("white")
        ax.patch.set(hatch="////", edgecolor=GREY)
        mesh = ax.pcolormesh(
            np.arange(len(columns) + 1) - 0.5,
            np.arange(len(rows) + 1) - 0.5,
            shown,
            cmap=MAP,
            edgecolor="white",
            linewidth=1,
        )
        ax.set_xticks(range(len(columns)), [text(shown_value(c), 14) for c in columns])
        ax.set_yticks(range(len(rows)), [text(shown_value(r), 20) for r in rows])
        ax.tick_params(length=0)
        for spine in ax.spines.values():
            spine.set_visible(False)
        if len(columns) > _MOST_ACROSS or len(rows) > _MOST_DOWN:
            bar = ax.figure.colorbar(mesh, ax=ax)
            bar.outline.set_visible(False)
            bar.ax.tick_params(colors=FAINT, labelsize=9)
            bar.set_label(axis(k.unit, self._currency), color=FAINT)
            return
        middle = (shown.min() + shown.max()) / 2  # masked if there is none
        for (column, row), e in cells.items():
            if not isfinite(e.mean):
                continue
            mean, spread = of_estimate(e, k.unit)
            light = e.mean * factor(k.unit) > middle
            where = (columns.index(column), rows.index(row))
            how: dict[str, Any] = {"ha": "center", "color": ON_BRIGHT if light else ON_DARK}
            known = isfinite(e.low)
            ax.annotate(mean, where, va="bottom" if known else "center", fontsize=10, **how)
            if known:
                ends = spread.replace(" to ", "–")
                ax.annotate(ends, where, (0, -2), textcoords="offset points", va="top", fontsize=8, **how)


def _mean(e: Estimate | None) -> float:
    return nan if e is None else e.mean
