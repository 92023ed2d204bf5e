"""The programme: every session when it was, by kind, coloured by how full it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.plotting.marks import nothing
from sim.plotting.style import FAINT, GREY, INK, MAP, canvas, titled
from sim.report.plots.hours import opening_hours

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from sim.report.source import Source

__all__ = ["draw_programme", "lanes"]

_BETWEEN: Final = 1.0  # lanes left free between two kinds


def draw_programme(source: Source, ax: Axes | None) -> Axes:
    """A bar a session, side by side where they are at once; hollow if it was not held."""
    import numpy as np
    from matplotlib import colormaps

    every, hours = source.table("sessions"), opening_hours(source)
    shown = every[every["start"].notna()]
    begin = hours.at(shown["start"])
    length = (shown["talk_minutes"] + shown["mixing_minutes"]).to_numpy() / 60
    kind = shown["kind"].astype(str).to_numpy()
    held, filled = shown["held"].to_numpy(dtype=bool), shown["filled_share"].to_numpy(dtype=np.float64)
    kinds = [name for name in every["kind"].cat.categories if (kind == name).any()]
    rows, ticks, height = np.zeros(len(shown)), [], 0.0
    for name in kinds:
        some = np.flatnonzero(kind == name)
        row = lanes(begin[some].tolist(), (begin + length)[some].tolist())
        rows[some] = height + np.array(row)
        ticks.append(height + max(row) / 2)
        height += max(row) + 1 + _BETWEEN
    colours = colormaps[MAP](np.nan_to_num(filled))
    with canvas(ax, (9.6, min(12.0, 2.2 + 0.13 * height)), grid="x") as drawn:
        for some, hatch in ((held, None), (~held, "//////")):
            drawn.barh(
                rows[some],
                length[some],
                left=begin[some],
                height=0.86,
                color="white" if hatch else colours[some],
                edgecolor=GREY if hatch else "white",
                hatch=hatch,
                linewidth=0.5,
            )
        hours.mark(drawn)
        if not kinds:
            nothing(drawn, "there was no programme")
        called = [f"{name}\n{(kind == name).sum():,}" for name in kinds]
        drawn.set_yticks(ticks, called)
        drawn.tick_params(axis="y", length=0, labelcolor=INK)
        drawn.spines["left"].set_visible(False)
        drawn.set_ylim(max(height - _BETWEEN, 1) - 0.4, -0.6)
        if kinds:
            _scale(drawn)
        cancelled = len(every) - len(shown)
        off = f", {cancelled:,} cancelled beforehand" if cancelled else ""
        said = f"{held.sum():,} of {len(every):,} were held{off}; hatched: not held"
        titled(drawn, "The programme, and how full it was", f"{said}; one replication, {source.title}")
    return drawn


def lanes(begin: Sequence[float], end: Sequence[float]) -> list[int]:
    """The lane of each interval, so that none overlaps another of its lane: the first that is free."""
    free: list[float] = []
    lane = [0] * len(begin)
    for at in sorted(range(len(begin)), key=lambda k: (begin[k], end[k], k)):
        for number, until in enumerate(free):
            if until <= begin[at] + 1e-9:
                lane[at] = number
                free[number] = end[at]
                break
        else:
            lane[at] = len(free)
            free.append(end[at])
    return lane


def _scale(ax: Axes) -> None:
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    bar = ax.figure.colorbar(ScalarMappable(Normalize(0, 100), MAP), ax=ax, pad=0.01, shrink=0.8)
    bar.outline.set_visible(False)
    bar.ax.tick_params(colors=FAINT, labelsize=9)
    bar.set_label("seats taken when it was fullest, %", color=FAINT)
