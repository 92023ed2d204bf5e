"""The network drawn: organisations on a ring, by chain and stage, and within it their longest contacts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sim.plotting.marks import nothing
from sim.plotting.style import BLUE, FAINT, INK, ORANGE, VERMILION, canvas, text, titled
from sim.report.plots.over import of_one
from sim.statistics.text import counted

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from sim.report.source import Source
    from sim.statistics.ledger import Floats, Integers

__all__ = ["MOST", "Ring", "draw_network", "ring_of"]

MOST: Final = 400
"""Ties that are drawn: of more nobody sees any."""

_NAMED: Final = 12  # organisations whose names stand beside them
_APART: Final = 0.07  # radians between two names
_GAP: Final = 0.10  # of the ring, between chains all together
_STEPS: Final = 24  # points of a curve


@dataclass(frozen=True)
class Ring:
    """Who is drawn where, and which ties: the longest together, each of two of these."""

    who: pd.DataFrame  # rows of `organisations`, in the order of the ring
    angle: Floats  # of each, radians, from the top clockwise
    one: Integers  # ends of ties, as rows of `who`
    other: Integers
    ties: pd.DataFrame  # rows of `ties`, the longest last
    of: int  # useful contacts that there are among these kinds


def ring_of(source: Source, exhibitors: bool, most: int) -> Ring:
    """The ring of those with one of the `most` longest useful contacts, of exhibitors alone or of all."""
    import numpy as np

    every, ties = source.table("organisations"), source.table("ties")
    names = every["organisation"].astype(str).tolist()
    number = {name: at for at, name in reversed(list(enumerate(names)))}  # of several of one name the first
    ties = ties.loc[ties["useful"] > 0]
    ends = np.stack(
        [
            np.array([number[each] for each in ties[side].astype(str)], dtype=np.int64)
            for side in ("organisation", "partner")
        ]
    )
    if exhibitors:
        both = np.flatnonzero(every["exhibits"].to_numpy()[ends].all(axis=0))
        ties, ends = ties.iloc[both], ends[:, both]
    of = len(ties)
    order = np.argsort(-ties["minutes"].to_numpy(), kind="stable")[:most][::-1]
    ties, ends = ties.iloc[order], ends[:, order]
    shown = np.unique(ends)
    who = every.iloc[shown]
    keys = (who["stage"].cat.codes.to_numpy(), ~who["exhibits"].to_numpy(), who["chain"].cat.codes.to_numpy())
    placed = np.lexsort(keys)
    place = np.full(len(every), -1)
    place[shown[placed]] = np.arange(len(shown))
    who = who.iloc[placed]
    return Ring(who, _angles(who["chain"].cat.codes.to_numpy()), place[ends[0]], place[ends[1]], ties, of)


def draw_network(source: Source, exhibitors: bool, most: int, ax: Axes | None) -> Axes:
    """The ring: ties within a chain near its edge, those across chains through the middle."""
    import numpy as np
    from matplotlib.collections import LineCollection

    ring = ring_of(source, exhibitors, most)
    kind = "useful contacts of exhibitors with each other" if exhibitors else "useful contacts"
    x, y = np.sin(ring.angle), np.cos(ring.angle)
    chain = ring.who["chain"].cat.codes.to_numpy()
    across = chain[ring.one] != chain[ring.other]
    with canvas(ax, (8.4, 8.4), grid="") as drawn:
        drawn.set_axis_off()
        drawn.set_aspect("equal")
        minutes = ring.ties["minutes"].to_numpy()
        width = 0.4 + 1.8 * np.sqrt(minutes / minutes.max(initial=1))
        for which, colour, depth, shade, name in (
            (across, ORANGE, 0.12, 0.3, "across chains"),
            (~across, BLUE, 0.62, 0.5, "within a chain"),
        ):
            if not which.any():
                continue
            lines = _curves(np.stack((x, y), axis=1), ring.one[which], ring.other[which], depth)
            label = f"{which.sum():,} {name}"
            drawn.add_collection(
                LineCollection(list(lines), colors=colour, linewidths=width[which], alpha=shade, label=label)
            )
        size = 14 + 130 * _share(ring.who["useful_contacts"].to_numpy())
        for exhibits, mark, face, name in (
            (True, "o", BLUE, "exhibitor"),
            (False, "s", "white", "visiting organisation"),
        ):
            some = ring.who["exhibits"].to_numpy() == exhibits
            if some.any():
                drawn.scatter(
                    *(x[some], y[some], size[some], face),
                    marker=mark,
                    edgecolors="white" if exhibits else FAINT,
                    linewidths=0.7,
                    zorder=3,
                    label=counted(int(some.sum()), name),
                )
        _names(drawn, ring)
        _chains(drawn, ring)
        drawn.set_xlim(-1.5, 1.5)
        drawn.set_ylim(-1.45, 1.45)
        if not len(ring.ties):
            nothing(drawn, f"there are no {kind}")
        else:
            drawn.legend(
                loc="lower center", bbox_to_anchor=(0.5, -0.03), ncols=4, frameon=False, columnspacing=1.2
            )
        some = "the {0:,} longest of {1:,}" if len(ring.ties) < ring.of else "all {1:,}"
        some = f"{some.format(len(ring.ties), ring.of)} {kind}"
        said = f"{some}; marks grow with all useful contacts of each; {of_one(source)}"
        titled(drawn, "Who is tied to whom", said)
    return drawn


def _angles(chain: Integers) -> Floats:
    """Where on the ring each is: chains one after the other, a gap before each."""
    import numpy as np

    n = len(chain)
    if not n:
        return np.zeros(0)
    began = np.cumsum(np.diff(chain, prepend=chain[0] - 1) != 0)  # 1, 1, 2, 2, 2, …
    gap = _GAP / began[-1]
    turned: Floats = 2 * np.pi * ((np.arange(n) + 0.5) / n * (1 - _GAP) + gap * (began - 0.5))
    return turned


def _share(values: Integers) -> Floats:
    import numpy as np

    shares: Floats = values / np.max(values, initial=1)
    return shares


def _curves(place: Floats, one: Integers, other: Integers, depth: float) -> Floats:
    """Curves from end to end, drawn towards the middle: (ties, points, 2)."""
    import numpy as np

    t = np.linspace(0, 1, _STEPS)[None, :, None]
    a, b = place[one][:, None], place[other][:, None]
    middle = a + b
    length = np.linalg.norm(middle, axis=2, keepdims=True)
    middle = depth * middle / np.maximum(length, 1e-9)  # on the way between them, at this depth
    curves: Floats = (1 - t) ** 2 * a + 2 * t * (1 - t) * middle + t**2 * b
    return curves


def _names(ax: Axes, ring: Ring) -> None:
    """The names of those with most useful contacts, along the radius, where there is room."""
    import numpy as np

    taken: list[float] = []
    for at in np.argsort(-ring.who["useful_contacts"].to_numpy(), kind="stable").tolist():
        angle = float(ring.angle[at])
        if len(taken) == _NAMED:
            return
        if any(abs((angle - each + np.pi) % (2 * np.pi) - np.pi) < _APART for each in taken):
            continue
        taken.append(angle)
        right = angle <= np.pi
        ax.text(
            1.05 * np.sin(angle),
            1.05 * np.cos(angle),
            text(str(ring.who["organisation"].iloc[at]), 24, lines=1),
            rotation=90 - np.degrees(angle) if right else 270 - np.degrees(angle),
            rotation_mode="anchor",
            ha="left" if right else "right",
            va="center",
            fontsize=8,
            color=INK,
        )


def _chains(ax: Axes, ring: Ring) -> None:
    """An arc within the ring for each chain, and its name at its middle."""
    import numpy as np

    chain = ring.who["chain"].cat.codes.to_numpy()
    for code in np.unique(chain).tolist():
        angle = ring.angle[chain == code]
        arc = np.linspace(angle[0] - 0.01, angle[-1] + 0.01, 60)
        ax.plot(0.955 * np.sin(arc), 0.955 * np.cos(arc), color=VERMILION, linewidth=1.6, zorder=2)
        middle = (angle[0] + angle[-1]) / 2
        ax.text(
            0.80 * np.sin(middle),
            0.80 * np.cos(middle),
            text(str(ring.who["chain"].cat.categories[code]), 20),
            ha="center",
            va="center",
            fontsize=9.5,
            fontweight="bold",
            color=INK,
            bbox={"boxstyle": "round,pad=0.25", "facecolor": "white", "edgecolor": "none", "alpha": 0.85},
            zorder=4,
        )
