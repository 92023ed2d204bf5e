"""Booths: where they stand and what came of them, on a map of the halls, and in order."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Any, Final

from sim.plotting.marks import nothing
from sim.plotting.style import (
    BLUE,
    FAINT,
    GREY,
    INK,
    MAP,
    SKY,
    SOFT,
    VERMILION,
    canvas,
    numbered,
    text,
    titled,
    whole,
)
from sim.report.plots.matrices import shortened
from sim.report.plots.over import EACH_ALONE, Means, means, of_how_many
from sim.statistics.text import counted

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.report.source import Source
    from sim.statistics.ledger import Floats

__all__ = ["MEASURES", "Ranked", "draw_booths", "draw_map", "ranked"]

MEASURES: Final = {
    "useful_contacts": "useful contacts",
    "contacts": "organisations met",
    "conversations": "conversations",
    "stops": "parties that looked",
    "meetings_held": "meetings held",
    "busy_share": "staff busy talking, % of their time on duty",
}
"""Columns of the tables of exhibitors and booths that are drawn, and what they are."""

_PER_CENT: Final = frozenset({"busy_share"})
_DM: Final = 10  # in a metre
_BRIGHTEST: Final = (
    97  # per cent of booths that have colours of their own: a few have much more than all others
)
_LONGEST: Final = 10.0  # inches of a map, in the direction in which it is longer
_UNDER: Final = 0.55  # from which share of the width on, and up to which of the height, bars leave it room
_BELOW: Final = 0.5
_NAMED: Final = 8  # exhibitors whose names stand in the picture of all


def draw_map(source: Source, of: str, ax: Axes | None) -> Axes:
    """Halls and booths to scale, coloured by what they had in the mean; those left out in all are hatched."""
    import numpy as np
    from matplotlib.collections import PatchCollection

    found, plan = _booths(source, of), source.expo.plan
    values = found.had.mean
    halls, booths = plan.halls / _DM, plan.booths / _DM
    ends = np.concatenate((halls, booths, _corners(source)))
    wide, high = max(np.ptp(ends[:, ::2]), 1.0), max(np.ptp(ends[:, 1::2]), 1.0)
    with canvas(ax, _size(wide, high), grid="") as drawn:
        for box, name in zip(halls, source.expo.halls, strict=True):
            drawn.add_patch(_rectangle(box, facecolor=SOFT, edgecolor=GREY, linewidth=1))
            drawn.annotate(
                text(name, 24, lines=1),
                (box[0], box[3]),
                (1, 1),
                textcoords="offset points",
                va="bottom",
                fontweight="bold",
                bbox={"boxstyle": "round,pad=0.1", "facecolor": "white", "edgecolor": "none", "alpha": 0.85},
                zorder=5,
            )
        marks = PatchCollection(
            [_rectangle(box) for box in booths], cmap=MAP, edgecolor="white", linewidth=0.4
        )
        marks.set_array(values)
        most = max(1.0, float(np.nanpercentile(values, _BRIGHTEST))) if len(values) else 1.0
        marks.set_clim(0, most)
        drawn.add_collection(marks)
        left = found.left_out == found.had.n
        for box in booths[left]:
            drawn.add_patch(
                _rectangle(box, facecolor="white", edgecolor=VERMILION, hatch="//////", linewidth=1)
            )
        _places(drawn, source)
        drawn.set_aspect("equal")
        margin = 0.03 * max(wide, high)
        drawn.set_xlim(ends[:, ::2].min() - margin, ends[:, ::2].max() + margin)
        drawn.set_ylim(ends[:, 1::2].min() - margin, ends[:, 1::2].max() + margin)
        drawn.set_xlabel("m")
        drawn.set_ylabel("m")
        beyond = "max" if np.nanmax(values, initial=0) > most else "neither"
        bar = drawn.figure.colorbar(marks, ax=drawn, shrink=0.8, pad=0.01, extend=beyond)
        bar.outline.set_visible(False)
        bar.ax.tick_params(colors=FAINT, labelsize=9)
        bar.set_label(MEASURES[of], color=FAINT)
        if drawn.get_legend_handles_labels()[0]:
            drawn.legend(loc="upper left", bbox_to_anchor=(0, -0.08), ncols=3, frameon=False)
        titled(drawn, f"Booths by {MEASURES[of]}", _said(source, found, of))
    return drawn


def _said(source: Source, found: Ranked, of: str) -> str:
    """What a map is of, below its title."""
    import numpy as np

    left, runs = found.left_out, found.had.n
    out, some = int((left == runs).sum()), int(((left > 0) & (left < runs)).sum())
    none = f"hatched: no useful contact{' in any replication' if runs > 1 else ''} ({out:,})"
    said = [counted(len(found.names), "exhibitor"), none if out else "none without a useful contact"]
    if some:
        said[1] = f"{none if out else 'none without a useful contact in all replications'}, in some {some:,}"
    half = np.fmax(found.had.mean - found.had.low, found.had.high - found.had.mean)
    if np.isfinite(half).any():
        unit = " points" if of in _PER_CENT else ""
        middle = shortened(float(np.nanmedian(half)), runs)
        said.append(f"95 % intervals: half of the booths within ± {middle}{unit}")
    stand = "booths with their share of the aisles"
    where = f"{stand}, as in replication {source.replication}" if runs > 1 else stand
    return "; ".join([*said, where, of_how_many(source, found.numbers)])


@dataclass(frozen=True)
class Ranked:
    """What each exhibitor had over replications."""

    names: tuple[str, ...]
    had: Means
    left_out: Floats
    """In how many replications it had no useful contact."""
    numbers: tuple[int, ...]


def _booths(source: Source, of: str) -> Ranked:
    """The table `booths` of each replication, exhibitors in its order; shares in per cent."""
    import numpy as np

    tables = source.every("booths")
    names = next(iter(tables.values()))["name"].astype(str)
    times, most = (100.0, 100.0) if of in _PER_CENT else (1.0, inf)
    had = means(
        np.stack([times * each[of].to_numpy(dtype=np.float64) for each in tables.values()]), most=most
    )
    left = np.stack([each["useful_contacts"].to_numpy() == 0 for each in tables.values()]).sum(axis=0)
    return Ranked(tuple(names), had, left.astype(np.float64), tuple(tables))


def ranked(source: Source, of: str) -> Ranked:
    """All exhibitors, those first that had most in the mean."""
    import numpy as np

    found = _booths(source, of)
    order, had = np.argsort(-found.had.mean, kind="stable"), found.had
    of_order = Means(had.mean[order], had.low[order], had.high[order], had.n)
    names = tuple(found.names[at] for at in order)
    return Ranked(names, of_order, found.left_out[order], found.numbers)


def draw_booths(source: Source, of: str, ax: Axes | None) -> Axes:
    """All exhibitors in order, from the one with most; those left out are marked at the end."""
    import numpy as np

    found = ranked(source, of)
    values, n, runs = found.had.mean, len(found.names), found.had.n
    with canvas(ax, (8.6, 4.4), grid="y") as drawn:
        rank = np.arange(1, n + 1)
        drawn.bar(rank, values, width=1.0 if n > 60 else 0.85, color=SKY, edgecolor=BLUE, linewidth=0.2)
        known = np.isfinite(found.had.low)
        if known.any():
            thin = 0.5 if n > 250 else 0.8 if n > 60 else 1.3
            drawn.vlines(rank[known], found.had.low[known], found.had.high[known], color=INK, linewidth=thin)
        for mark, left, when in (
            ("x", found.left_out == runs, "" if runs == 1 else f" in all {runs:,} replications"),
            ("+", (found.left_out > 0) & (found.left_out < runs), " in some of them"),
        ):
            if left.any():
                drawn.plot(
                    *(rank[left], np.zeros(left.sum())),
                    mark,
                    color=VERMILION,
                    markersize=6,
                    clip_on=False,
                    label=f"{left.sum():,} left out{when}: no useful contact",
                )
        if n:
            middle = float(np.median(values))
            half = f"half have at least {shortened(middle, runs)}"
            drawn.axhline(middle, color=INK, linestyle="--", linewidth=1.2, label=half)
        _first(drawn, found)
        drawn.set_xlabel("exhibitors in order" if runs == 1 else "exhibitors in order of their means")
        drawn.set_ylabel(MEASURES[of])
        drawn.set_xlim(0.3, max(n, 3) + 0.7)
        drawn.set_ylim(bottom=0)
        whole(drawn.xaxis)
        numbered(drawn, "y")
        if drawn.get_legend_handles_labels()[0]:
            drawn.legend(
                loc="lower left",
                frameon=True,
                framealpha=0.9,
                edgecolor="none",
            )
        lines = [f"lines: {EACH_ALONE}"] if known.any() else []
        said = [counted(n, "exhibitor"), *lines, of_how_many(source, found.numbers)]
        titled(drawn, f"Exhibitors by {MEASURES[of]}", "; ".join(said))
    return drawn


def _first(ax: Axes, found: Ranked) -> None:
    """The names of the first, in a list where the bars leave room for it."""
    import numpy as np

    had, runs = found.had, found.had.n
    lines = []
    for at, name in enumerate(found.names[:_NAMED]):
        off = had.off(at, lambda each: shortened(each, runs))
        much = shortened(float(had.mean[at]), runs) + (off and f"{' ' if off[0] == '±' else ', '}{off}")
        lines.append(f"{text(name, 28, lines=1)}  {much}")
    beside = np.fmax(had.mean, had.high)[int(_UNDER * len(had.mean)) :].max(initial=0)
    ax.set_ylim(top=max(ax.get_ylim()[1], beside / _BELOW))  # bars that are nearly as high as the first
    if lines:
        ax.text(
            0.98,
            0.97,
            "\n".join(["most have", *lines]),
            transform=ax.transAxes,
            ha="right",
            va="top",
            fontsize=9,
            bbox={"boxstyle": "round,pad=0.4", "facecolor": "white", "edgecolor": "none", "alpha": 0.85},
        )
    else:
        nothing(ax, "there is no exhibitor")


def _size(wide: float, high: float) -> tuple[float, float]:
    """A figure, in inches, with room beside the map for what explains it."""
    scale = _LONGEST / max(wide, high)
    return max(6.0, wide * scale + 1.8), max(4.0, high * scale + 1.4)


def _rectangle(box: Any, **how: Any) -> Any:
    from matplotlib.patches import Rectangle

    west, south, east, north = (float(each) for each in box)
    return Rectangle((west, south), east - west, north - south, **how)


def _corners(source: Source) -> Floats:
    """Where gates are, in metres, each as a rectangle of no size."""
    import numpy as np

    from sim.floor.arrays import PlaceKind

    places = source.expo.floor.places
    some = places.kind == PlaceKind.GATE
    corners: Floats = np.stack((places.x[some], places.y[some]) * 2, axis=1) / _DM
    return corners


def _places(ax: Axes, source: Source) -> None:
    """Gates, rooms and tables."""
    from sim.floor.arrays import PlaceKind

    places = source.expo.floor.places
    for kind, mark, size, name in (
        (PlaceKind.GATE, "^", 90, "gates"),
        (PlaceKind.ROOM, "s", 34, "rooms"),
        (PlaceKind.TABLE, ".", 12, "tables"),
    ):
        some = places.kind == kind
        if some.any():
            ax.scatter(
                *(places.x[some] / _DM, places.y[some] / _DM, size),
                marker=mark,
                facecolor=INK if kind != PlaceKind.ROOM else "white",
                edgecolor=INK,
                linewidths=0.8,
                clip_on=False,
                zorder=4,
                label=name,
            )
