"""Who met whom: counts between chains, stages or countries, as a map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sim.plotting.marks import nothing
from sim.plotting.style import FAINT, INK, MAP, ON_BRIGHT, ON_DARK, canvas, text, titled
from sim.report.plots.over import EACH_ALONE, means, of_how_many

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from sim.report.plots.over import Means
    from sim.report.source import Source

__all__ = [
    "MOST",
    "GroupsMet",
    "draw_matrix",
    "group_named",
    "groups_met",
    "is_skewed",
    "largest",
    "shortened",
]

MOST: Final = 12
"""Groups that have a row of their own, those with most; the others share one."""

_MOST_WRITTEN: Final = 16  # rows of which the numbers can be read
_SKEWED: Final = 20  # times the middle of what there is
_WHOLE: Final = 10  # a mean from which on no tenths are written
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

    found = groups_met(source, by, of, most)
    n, names, values = len(found.groups), [group_named(by, name) for name in found.groups], found.counts.mean
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
                _written(drawn, found.counts, norm)
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
        said = [sides, *(["colours by logarithm"] if skewed else [])]
        if n <= _MOST_WRITTEN and np.isfinite(found.counts.low).any():
            said.append(f"below: {EACH_ALONE}")
        said.append(of_how_many(source, found.numbers))
        if not there.size:
            nothing(drawn, "nobody met anybody")
        titled(drawn, f"{title}, by {_BY.get(by, by)}", "; ".join(said))
    return drawn


@dataclass(frozen=True)
class GroupsMet:
    """Counts between the groups that are shown, over replications."""

    groups: tuple[str, ...]
    counts: Means
    """(groups, groups)"""
    numbers: tuple[int, ...]


def groups_met(source: Source, by: str, of: str, most: int) -> GroupsMet:
    """The groups with most on average, the others as one, and what there is between each two."""
    import numpy as np

    matrices = _matrices(source, by, of)
    pairs, every = of != "interactions", list(matrices.values())
    mean = every[0] if len(every) == 1 else sum(every[1:], start=every[0]) / len(every)
    shown = grouped(mean, most)
    each = np.stack([folded(matrix, shown, pairs=pairs).to_numpy() for matrix in every])
    names = folded(mean, shown, pairs=pairs).index
    return GroupsMet(tuple(map(str, names)), means(each.astype(np.float64)), tuple(matrices))


def _matrices(source: Source, by: str, of: str) -> dict[int, pd.DataFrame]:
    """The matrix of each replication, from the table `met`, with the same groups in their order."""
    import numpy as np
    import pandas as pd

    tables = {number: table[table["by"] == by] for number, table in source.every("met").items()}
    most = max(tables.values(), key=lambda table: table["group"].nunique())  # has most of them in order
    named = dict.fromkeys(str(name) for table in (most, *tables.values()) for name in table["group"])
    groups = pd.Index(list(named), dtype="object")
    found = {}
    for number, table in tables.items():
        counts = np.zeros((len(groups), len(groups)), dtype=np.int64)
        rows, across = (
            groups.get_indexer(pd.Index(table[end].astype("object"))) for end in ("group", "partner")
        )
        counts[rows, across] = table[of]
        found[number] = pd.DataFrame(counts, groups, groups)
    return found


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
    return folded(counts, grouped(counts, most), pairs=pairs)


class Shown(NamedTuple):
    """Groups with a place of their own, in order, and those that share the last one."""

    kept: list[Any]
    others: list[Any]


def grouped(counts: pd.DataFrame, most: int) -> Shown:
    """Which groups have a place of their own: see `largest`."""
    total = counts.sum(axis=0).to_numpy() + counts.sum(axis=1).to_numpy()
    there = [name for name, each in zip(counts.index, total, strict=True) if each]
    if len(there) <= most + 1:
        return Shown(there, [])
    ranked = [counts.index[at] for at in (-total).argsort(kind="stable")]
    return Shown(ranked[:most], ranked[most : len(there)])


def folded(counts: pd.DataFrame, shown: Shown, *, pairs: bool) -> pd.DataFrame:
    """The counts of these groups, the others as one."""
    import pandas as pd

    kept, others = shown
    if not others:
        return counts.loc[kept, kept]
    there = [*kept, *others]
    group = pd.Index([*kept, *[f"{len(others)} others"] * len(others)])
    summed = counts.loc[there, there].groupby(group).sum().T.groupby(group).sum().T
    order = [*kept, f"{len(others)} others"]
    if pairs:
        summed = summed.copy()
        inside = counts.loc[others, others].to_numpy()
        summed.loc[order[-1], order[-1]] = (inside.sum() + inside.diagonal().sum()) / 2
    return summed.loc[order, order]


def _written(ax: Axes, counts: Means, norm: Any) -> None:
    """The counts in their squares, in the ink that can be read on them; below, how far they may be off."""
    import numpy as np

    middle = 0.5  # of the map of colours, whose lightness grows evenly
    size = 9.5 if len(counts.mean) <= 9 else 8
    for at, value in np.ndenumerate(counts.mean):
        if value:
            light = float(norm(value)) > middle
            said = shortened(float(value), counts.n)
            if off := counts.off(at, lambda each: shortened(each, counts.n)):
                said += f"\n{off}"
            ax.annotate(
                said,
                at[::-1],
                ha="center",
                va="center",
                fontsize=size if counts.n == 1 else size - 1.5,
                linespacing=1.1,
                color=ON_BRIGHT if light else ON_DARK,
            )


def shortened(value: float, n: int) -> str:
    """A count, or the mean of `n` of them, as it stands in a square."""
    if value >= _DIGITS:
        return f"{value / 1000:,.0f}k"
    return f"{value:,.0f}" if n == 1 or value >= _WHOLE else f"{value:,.1f}"


def group_named(by: str, name: str) -> str:
    """What a group is called: of a country its name."""
    from sim.scenario.schema.countries import CODES, COUNTRIES

    return COUNTRIES[CODES.index(name)].name if by == "country" and name in CODES else name
