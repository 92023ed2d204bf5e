"""Rows of intervals, which many pictures are, and in words what their marks mean."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import TYPE_CHECKING, Final, NamedTuple

from sim.plotting.style import BLUE, FAINT, GREY, INK, SKY, text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Interval", "at_the_end", "explained", "height", "intervals", "named_rows", "nothing"]

_NAME: Final = 34  # columns of the name of a row
_REAL: Final = "told from chance"
_UNCLEAR: Final = "not told apart from none"


class Interval(NamedTuple):
    """A row: a number with its interval."""

    name: str
    mean: float
    low: float
    """Ends of the interval; nan if there is none."""
    high: float
    real: bool = True
    """Drawn full; hollow if not."""
    said: str = ""
    """The number in words, at the end of the row."""


def height(rows: int, least: float = 2.2, most: float = 14.0) -> float:
    """How high a figure of so many rows is, inches."""
    return min(most, max(least, 1.45 + 0.36 * rows))


def intervals(
    ax: Axes, rows: Sequence[Interval], *, zero: float | None = None, bars: bool = False, colour: str = BLUE
) -> None:
    """Rows from the top down, each a mark at the mean and a line with ends from low to high.

    Args:
        ax: on which they are drawn.
        rows: what is drawn.
        zero: where a line stands from which they differ, if any does.
        bars: whether a bar leads from there to each mean.
        colour: of rows that are real.
    """
    if zero is not None:
        ax.axvline(zero, color=INK, linewidth=1, zorder=1)
    for at, row in enumerate(rows):
        if not isfinite(row.mean):
            continue
        shade = colour if row.real else FAINT
        if bars:
            ax.barh(
                at,
                row.mean - (zero or 0),
                left=zero or 0,
                height=0.62,
                color=SKY if row.real else "white",
                edgecolor=SKY if row.real else GREY,
                hatch=None if row.real else "////",
                linewidth=0.8,
                alpha=0.55,
                zorder=1.5,
            )
        if isfinite(row.low):
            ax.errorbar(
                row.mean,
                at,
                xerr=[[row.mean - row.low], [row.high - row.mean]],
                color=shade,
                linewidth=2 if row.real else 1.2,
                capsize=4,
                zorder=2,
            )
        ax.plot(
            row.mean,
            at,
            "o" if isfinite(row.low) else "D",
            markersize=6,
            color=shade,
            markerfacecolor=shade if row.real else "white",
            zorder=3,
        )
        if row.said:
            at_the_end(ax, at, row.said, real=row.real)
    named_rows(ax, [row.name for row in rows])


def named_rows(ax: Axes, names: Sequence[str]) -> None:
    """Have rows, from the top down, that are called so."""
    ax.set_yticks(range(len(names)), [text(name, _NAME) for name in names])
    ax.tick_params(axis="y", length=0, labelcolor=INK)
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.grid(axis="y", visible=False)
    ax.spines["left"].set_visible(False)


def at_the_end(ax: Axes, at: int, said: str, *, real: bool = True) -> None:
    """Say something at the right end of a row."""
    ax.annotate(
        text(said, 60),
        (1, at),
        (8, 0),
        xycoords=("axes fraction", "data"),
        textcoords="offset points",
        fontsize=9,
        color=INK if real else FAINT,
        va="center",
    )


def nothing(ax: Axes, why: str) -> None:
    """Say in the middle of a picture why nothing is in it."""
    ax.text(0.5, 0.5, text(why, 40), transform=ax.transAxes, ha="center", va="center", color=FAINT)


def explained(rows: Sequence[Interval], real: str = _REAL, unclear: str = _UNCLEAR) -> str:
    """What full and hollow marks mean, and marks without an interval, of those that are there."""
    shown = [row for row in rows if isfinite(row.mean)]
    said = []
    if any(row.real for row in shown):
        said.append(f"full: {real}")
    if any(not row.real for row in shown):
        said.append(f"hollow: {unclear}")
    if any(not isfinite(row.low) for row in shown):
        said.append("diamond: (nearly) all replications agree, so no interval")
    return "; ".join(said)
