"""Who met whom: counts between chains, stages or countries, as a map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sim.plotting.marks import nothing
from sim.plotting.style import FAINT, INK, MAP, canvas, text, titled

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from sim.report.source import Source

__all__ = ["MOST", "draw_matrix", "group_named", "is_skewed", "largest"]

MOST: Final = 12
"""Groups that have a row of their own, those with most; the others share one."""

_MOST_WRITTEN: Final = 16  # rows of which the numbers can be read
_SKEWED: Final = 20  # times the middle of what there is
_DIGITS: Final = 100_000  # a number from which on it is written in thousands
_BY: Final = {"country": "country or region"}
_COUNTED: Final = {
    "interactions": (
        "Interactions",
        "rows: who came, or asked; columns: whose booth it was, or who was asked",
    ),
    "ties": ("Pairs of organisations that met", "each pair once, from both sides alike"),
    "useful": ("Pairs of organisations with a useful contact", "each pair once, from both sides alike"),
}


def draw_matrix(source: Source, by: str, of: str, most: int, ax: Axes | None) -> Axes:
    """The counts between groups: those with most on top and left, the others in one."""
    import numpy as np
    from matplotlib.colors import LogNorm, Normalize

    counts = largest(source.matrix(by, of), most, pairs=of != "interactions")
    n, names = len(counts), [group_named(by, str(name)) for name in counts.index]
    values = counts.to_numpy()
    there, skewed = values[values > 0], is_skewed(values)
    norm = LogNorm(there.min(), there.max()) if skewed else Normalize(0, max(1, values.max(initial=0)))
    side = 2.6 + 0.56 * max(n, 3)
    with canvas(ax, (side + 1.6, side), grid="") as drawn:
        if n:
            mesh = drawn.pcolormesh(
                np.arange(n + 1) - 0.5,
                np.arange(n + 1) - 0.5,
                np.ma.masked_equal(values, 0),
                cmap=MAP,
                norm=norm,
                edgecolor="white",
                linewidth=1,
            )
            if n > _MOST_WRITTEN:
                bar = drawn.figure.colorbar(mesh, ax=drawn)
                bar.outline.set_visible(False)
                bar.ax.tick_params(colors=FAINT, labelsize=9)
                bar.set_label("how many", color=FAINT)
            else:
                _written(drawn, values, norm)
        across: dict[str, Any] = {"rotation": 45, "ha": "right", "rotation_mode": "anchor"} if n > 4 else {}
        drawn.set_xticks(range(n), [text(name, 18) for name in names], **across)
        drawn.set_yticks(range(n), [text(name, 22) for name in names])
        drawn.tick_params(length=0, labelcolor=INK)
        drawn.set_ylim(max(n, 1) - 0.5, -0.5)
        drawn.set_xlim(-0.5, max(n, 1) - 0.5)
        drawn.set_aspect("equal")
        for spine in drawn.spines.values():
            spine.set_visible(False)
        title, sides = _COUNTED[of]
        said = [sides, *(["colours by logarithm"] if skewed else []), f"one replication, {source.title}"]
        if not there.size:
            nothing(drawn, "nobody met anybody")
        titled(drawn, f"{title}, by {_BY.get(by, by)}", "; ".join(said))
    return drawn


def is_skewed(values: Any) -> bool:
    """Whether the most is far more than the middle of what there is: then colours follow the logarithm."""
    import numpy as np

    there = values[values > 0]
    return len(there) > 0 and bool(there.max() > _SKEWED * np.median(there))


def largest(counts: pd.DataFrame, most: int, *, pairs: bool) -> pd.DataFrame:
    """The groups that took part: the `most` of them in order of what they have, the others as one.

    Where all have a place of their own they stay in their order. `pairs`: each stands on both sides of the
    diagonal, and is to be counted once among the others too.
    """
    import pandas as pd

    total = counts.sum(axis=0).to_numpy() + counts.sum(axis=1).to_numpy()
    there = [name for name, each in zip(counts.index, total, strict=True) if each]
    if len(there) <= most + 1:
        return counts.loc[there, there]
    ranked = [counts.index[at] for at in (-total).argsort(kind="stable")]
    kept, others = ranked[:most], ranked[most : len(there)]
    group = [name if name in kept else f"{len(others)} others" for name in there]
    summed = counts.loc[there, there].groupby(pd.Index(group)).sum().T.groupby(pd.Index(group)).sum().T
    order = [*kept, f"{len(others)} others"]
    if pairs:
        summed = summed.copy()
        inside = counts.loc[others, others].to_numpy()
        summed.loc[order[-1], order[-1]] = (inside.sum() + inside.diagonal().sum()) // 2
    return summed.loc[order, order]


def _written(ax: Axes, values: Any, norm: Any) -> None:
    """The counts in their squares, in the ink that can be read on them."""
    middle = 0.5  # of the map of colours, whose lightness grows evenly
    size = 9.5 if len(values) <= 9 else 8
    for (row, column), value in _each(values):
        if value:
            light = float(norm(value)) > middle
            said = f"{value / 1000:,.0f}k" if value >= _DIGITS else f"{value:,}"
            ax.annotate(
                said, (column, row), ha="center", va="center", fontsize=size, color=INK if light else "white"
            )


def _each(values: Any) -> Any:
    import numpy as np

    return np.ndenumerate(values)


def group_named(by: str, name: str) -> str:
    """What a group is called: of a country its name."""
    from sim.scenario.schema.countries import CODES, COUNTRIES

    return COUNTRIES[CODES.index(name)].name if by == "country" and name in CODES else name
