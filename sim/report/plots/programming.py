"""The programme: every session when it was, by kind, coloured by how full it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.plotting.marks import nothing
from sim.plotting.style import FAINT, GREY, INK, MAP, canvas, titled
from sim.report.plots.hours import opening_hours
from sim.report.plots.over import of_how_many
from sim.report.plots.seating import sessions_of
from sim.statistics.text import number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from matplotlib.axes import Axes

    from sim.report.source import Source
    from sim.statistics.ledger import Floats

__all__ = ["draw_programme", "lanes"]

_BETWEEN: Final = 1.0  # lanes left free between two kinds


def draw_programme(source: Source, ax: Axes | None) -> Axes:
    """A bar a session, side by side where they are at once; hollow if it was not held.

    Of several replications colours are means; tours, which are others in each, are those of one of them.
    """
    import numpy as np
    from matplotlib import colormaps

    every, hours = source.table("sessions"), opening_hours(source)
    tables = source.every("programme")
    every = every.assign(**_over(tables, every))
    shown = every[every["start"].notna()]
    begin = hours.at(shown["start"])
    length = (shown["talk_minutes"] + shown["mixing_minutes"]).to_numpy() / 60
    kind = shown["kind"].astype(str).to_numpy()
    held, filled = (shown["often"] > 0).to_numpy(dtype=bool), shown["filled"].to_numpy(dtype=np.float64)
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
        for drawn_so, hatch in ((held, None), (~held, "//////")):
            drawn.barh(
                rows[drawn_so],
                length[drawn_so],
                left=begin[drawn_so],
                height=0.86,
                color="white" if hatch else colours[drawn_so],
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
        titled(drawn, "The programme, and how full it was", _said(source, tables, every))
    return drawn


def _over(tables: Mapping[int, pd.DataFrame], every: pd.DataFrame) -> dict[str, Floats]:
    """Of each session of one replication how often it was held, 0 to 1, and how it was filled, over all."""
    import numpy as np

    often, filled = (np.array(every[name], dtype=np.float64) for name in ("held", "filled_share"))
    if len(tables) > 1:
        found = sessions_of(tables)
        some = every[every["kind"].astype("object") != "tour"]
        keys = zip(some["title"].astype(str), some.groupby("title").cumcount().tolist(), strict=True)
        at = [found.which[key] for key in keys]
        rows = every.index.get_indexer(some.index)
        often[rows], filled[rows] = found.held[at] / len(tables), found.filled.mean[at]
    return {"often": often, "filled": filled}


def _said(source: Source, tables: Mapping[int, pd.DataFrame], every: pd.DataFrame) -> str:
    """What the picture is of, below its title."""
    if len(tables) > 1:
        held = sum(int(each["held"].sum()) for each in tables.values()) / len(tables)
        planned = sum(map(len, tables.values())) / len(tables)
        tours = (every["kind"] == "tour").any()
        which = f"; times{' and tours' if tours else ''} of replication {source.replication}"
        counts = f"{number(held)} of {number(planned)} were held; hatched: held in none{which}"
    else:
        cancelled = int(every["start"].isna().sum())
        off = f", {cancelled:,} cancelled beforehand" if cancelled else ""
        counts = f"{every['held'].sum():,} of {len(every):,} were held{off}; hatched: not held"
    return f"{counts}; {of_how_many(source, tables)}"


def lanes(begin: Sequence[float], end: Sequence[float]) -> list[int]:
    """The lane of each interval, so that none overlaps another of its lane: the first that is free."""
    free: list[float] = []
    lane = [0] * len(begin)
    for at in sorted(range(len(begin)), key=lambda k: (begin[k], end[k], k)):
        for place, until in enumerate(free):
            if until <= begin[at] + 1e-9:
                lane[at] = place
                free[place] = end[at]
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
