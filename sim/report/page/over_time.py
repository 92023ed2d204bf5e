"""Charts over opening hours, day beside day: where everything stands, in per cent and thousandths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil, floor, log10
from typing import TYPE_CHECKING, Final

from sim.report.page.parts import Area, Chart, Column, Line, Table, Tick, measured, named
from sim.report.plots.hours import day_named

if TYPE_CHECKING:
    import pandas as pd

    from sim.report.plots.hours import Hours
    from sim.report.plots.over import Means
    from sim.statistics.ledger import Floats, Integers

__all__ = ["chart", "nice"]

_SIDE: Final = 1000  # of the box that paths are drawn in
_BAND: Final = "95 % interval of the mean, in all"
_STEPS: Final = (1, 2, 2.5, 5, 10)


def chart(
    hours: Hours,
    starts: pd.Series[pd.Timestamp],
    minutes: float,
    areas: Mapping[str, tuple[str, Floats]],
    lines: Mapping[str, tuple[str, Floats]] | None = None,
    *,
    caption: str,
    said: str,
    unit: str = "people",
    folded: str = "The numbers",
    band: Means | None = None,
) -> Chart:
    """A chart of areas, one upon the other, and lines, with a table of the numbers.

    Args:
        hours: the axis.
        starts: when each bin begins, in order.
        minutes: how long each is.
        areas: colour and a number a bin by name, from the bottom up; those that are 0 are left out.
        lines: the same, each from 0.
        caption: its title.
        said: what it shows, for those who do not see it.
        unit: what is counted.
        folded: what opens the table.
        band: the intervals of what the areas come to in all, drawn over their top and told in the table.
    """
    import numpy as np

    areas = {name: each for name, each in areas.items() if each[1].any()}
    lines = {name: each for name, each in (lines or {}).items() if each[1].any()}
    total = np.sum([values for _, values in areas.values()], axis=0) if areas else np.zeros(len(starts))
    known = band is not None and bool(np.isfinite(band.low).any())
    highs = [float(np.nanmax(band.high))] if band is not None and known else []
    most = [float(total.max(initial=0)), *(float(v.max(initial=0)) for _, v in lines.values()), *highs]
    top, step = nice(max(most))
    span = float(hours.begin(max(len(hours.days) - 1, 0))) + hours.span
    left = _SIDE * hours.at(starts) / span
    right = _SIDE * (hours.at(starts) + minutes / 60) / span
    day = hours.day(starts)
    runs = [np.flatnonzero(day == number) for number in np.unique(day)]
    below, drawn = np.zeros(len(starts)), []
    for name, (colour, values) in areas.items():
        above = below + values
        drawn.append(Area(name, colour, _band(left, right, below / top, above / top, runs)))
        below = above
    if band is not None and known:
        low, high = (np.where(np.isfinite(end), end, band.mean) for end in (band.low, band.high))
        drawn.append(Area(_BAND, "band", _band(left, right, low / top, high / top, runs)))
    marked = [
        Line(name, colour, _steps(left, right, values / top, runs))
        for name, (colour, values) in lines.items()
    ]
    return Chart(
        caption=caption,
        said=said,
        areas=drawn,
        lines=marked,
        up=[Tick(100 * k * step / top, _tick(k * step)) for k in range(round(top / step) + 1)],
        along=_along(hours, span),
        days=[
            (100 * float(hours.begin(k)) / span, 100 * hours.span / span, day_named(each))
            for k, each in enumerate(hours.days)
        ],
        numbers=_numbers(hours, starts, day, {**areas, **lines}, caption, folded, band if known else None),
        unit=unit,
    )


def nice(most: float) -> tuple[float, float]:
    """Where an axis ends that has to reach `most`, and its step: a round number, three or four of them."""
    if most <= 0:
        return 1.0, 1.0
    rough = most / 4
    size = 10.0 ** floor(log10(rough))
    step = next(size * each for each in _STEPS if size * each >= rough * (1 - 1e-9))
    return step * ceil(most / step - 1e-9), step


def _tick(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2g}"


def _along(hours: Hours, span: float) -> list[Tick]:
    """Hours of the days; of several days the first and the middle, the others where there is room."""
    several, ticks = len(hours.days) > 1, []
    for number in range(len(hours.days)):
        for hour in range(0, hours.span + (not several), 1 if not several else 3 if hours.span > 5 else 2):
            at = 100 * (float(hours.begin(number)) + hour) / span
            ticks.append(Tick(at, f"{hours.first + hour:02d}", minor=hour % 3 != 0 or (several and hour > 0)))
    return ticks


def _band(left: Floats, right: Floats, below: Floats, above: Floats, runs: Sequence[Integers]) -> str:
    """Closed stepped paths between two heights (shares), one a run of bins."""
    return "".join(
        f"M{_walk(left, right, above, some)}L{_walk(left, right, below, some, back=True)}Z" for some in runs
    )


def _steps(left: Floats, right: Floats, height: Floats, runs: Sequence[Integers]) -> str:
    return "".join(f"M{_walk(left, right, height, some)}" for some in runs)


def _walk(left: Floats, right: Floats, height: Floats, some: Integers, *, back: bool = False) -> str:
    """The corners of a flight of steps, in whole thousandths; level ones are walked at once."""
    points: list[tuple[int, int]] = []
    for at in some.tolist():
        y = round(_SIDE * (1 - float(height[at])))
        a, b = (round(float(left[at])), y), (round(float(right[at])), y)
        if points and points[-1][1] == y:
            points[-1] = b
        else:
            points += [a, b]
    return " ".join(f"{x},{y}" for x, y in (points[::-1] if back else points))


def _numbers(
    hours: Hours,
    starts: pd.Series[pd.Timestamp],
    day: Integers,
    series: Mapping[str, tuple[str, Floats]],
    caption: str,
    folded: str,
    band: Means | None,
) -> Table:
    import numpy as np

    names = list(series)
    there = np.sum([values for _, values in series.values()], axis=0) > 0 if series else np.zeros(len(starts))
    rows = [
        [
            named(f"{day_named(hours.days[int(day[at])])}, {start:%H:%M}"),
            *(measured(round(float(series[name][1][at]), 2)) for name in names),
            *([measured(round(float(end[at]), 2)) for end in (band.low, band.high)] if band else []),
        ]
        for at, start in enumerate(starts)
        if there[at]
    ]
    ends = [Column(f"in all, {end} end", said=_BAND) for end in ("lower", "upper")] if band else []
    return Table(caption, [Column("from", numeric=False), *map(Column, names), *ends], rows, folded=folded)
