"""Funnels: what is left after each step, and between them what was lost, and why."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, nan
from typing import TYPE_CHECKING, NamedTuple

from sim.plotting.marks import at_the_end, named_rows
from sim.plotting.style import BLUE, GREY, INK, SKY, VERMILION, numbered
from sim.statistics.intervals import Estimate, estimate
from sim.statistics.text import number, of_estimate

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.statistics.ledger import Floats

__all__ = ["Step", "funnel", "lost", "reached"]


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


def reached(name: str, values: Floats, before: Floats | None = None, known: float | None = None) -> Step:
    """The mean over replications of what is there, and what share that is of what was there before."""
    e = estimate(values.tolist(), low=0)
    said = _said(e, values, before) + ("" if known is None else f", published {number(known)}")
    return Step(name, e.mean, said, known=known, low=e.low, high=e.high)


def lost(name: str, values: Floats, before: Floats) -> Step:
    """The mean of what is lost of what was there before."""
    e = estimate(values.tolist(), low=0)
    return Step(name, e.mean, _said(e, values, before), lost=True, low=e.low, high=e.high)


def _said(e: Estimate, values: Floats, before: Floats | None) -> str:
    """A number, how far it may be off, and its share."""
    whole = all(each.is_integer() for each in values.tolist())
    mean = of_estimate(e)[0] if whole or len(values) > 1 else number(e.mean, significant=2)
    spread = of_estimate(e)[1] if isfinite(e.low) else ""
    off = f"{' ' if spread.startswith('±') else ', '}{spread}" if spread else ""
    of = 0.0 if before is None else float(before.mean())
    return f"{mean}{off}" + (f" ({100 * e.mean / of:.0f} %)" if of else "")


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
