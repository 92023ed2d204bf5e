"""Funnels: what is left after each step, and between them what was lost, and why."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, nan
from typing import TYPE_CHECKING, NamedTuple

from sim.plotting.marks import at_the_end, named_rows
from sim.plotting.style import BLUE, GREY, INK, SKY, VERMILION, numbered

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Step", "funnel"]


class Step(NamedTuple):
    """A row of a funnel: what is there, or what was lost of what was there before."""

    name: str
    much: float
    said: str
    lost: bool = False
    known: float | None = None
    """What is known of it from elsewhere, if anything is."""
    low: float = nan
    """Ends of the interval of `much`; nan if there is none."""
    high: float = nan


def funnel(ax: Axes, steps: Sequence[Step]) -> None:
    """Rows from the top down: a bar from 0 for what is there, a hatched one at its end for what is lost."""
    left = 0.0
    for at, step in enumerate(steps):
        if step.lost:
            left -= step.much
            ax.barh(
                at,
                step.much,
                left=left,
                height=0.5,
                color="white",
                edgecolor=GREY,
                hatch="////",
                linewidth=0.8,
            )
        else:
            left = step.much
            ax.barh(at, step.much, height=0.74, color=SKY, edgecolor=BLUE, linewidth=0.8)
        if isfinite(step.low):  # of what is lost, where that ends: at its left
            off = [[step.high - step.much], [step.much - step.low]] if step.lost else [
                [step.much - step.low], [step.high - step.much]
            ]  # fmt: skip
            ax.errorbar(left, at, xerr=off, color=INK, linewidth=1.4, capsize=3, zorder=2.5)
        if step.known is not None:
            ax.plot(step.known, at, "D", color=VERMILION, markersize=7, zorder=3)
        at_the_end(ax, at, step.said, real=not step.lost)
    named_rows(ax, [f"– {step.name}" if step.lost else step.name for step in steps])
    for label, step in zip(ax.get_yticklabels(), steps, strict=True):
        label.set_fontweight("normal" if step.lost else "bold")
    ax.set_xlim(left=0)
    numbered(ax)
