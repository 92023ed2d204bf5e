"""Requests for meetings: from those that were sent to those that were held, and what was lost, and why."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Final

from sim.interchange.reasons import REASONS
from sim.plotting.marks import height, nothing
from sim.plotting.style import canvas, titled
from sim.report.plots.funnels import Step, funnel, lost, reached
from sim.report.plots.over import EACH_ALONE, of_how_many
from sim.statistics.tables.funnel import STEPS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.report.source import Source
    from sim.statistics.ledger import Floats

__all__ = ["draw_funnel", "request_steps"]

_MOST: Final = 5  # reasons that have a row of their own
_OTHERS: Final = "for other reasons"
_HELD_UP: Final = "held_up_"
_WORDS: Final = {"no_show": "one side never came"} | {
    reason.name.lower(): said for reason, said in REASONS.items()
}


def draw_funnel(source: Source, ax: Axes | None) -> Axes:
    """A funnel of all requests, of all matchmaking programmes."""
    numbers, steps = source.every("funnel"), request_steps(source)
    with canvas(ax, (8.8, height(max(len(steps), 1)))) as drawn:
        funnel(drawn, steps)
        if not steps:
            nothing(drawn, "no meeting was requested")
        drawn.set_xlabel("requests")
        lines = [f"lines: {EACH_ALONE}"] if any(isfinite(step.low) for step in steps) else []
        said = ["hatched: lost on the way", *lines, of_how_many(source, numbers)]
        titled(drawn, "What became of requests for meetings", "; ".join(said))
    return drawn


def request_steps(source: Source) -> list[Step]:
    """The rows of the table `funnel`, over replications: each step, and below it what is lost there."""
    counts = _counts(source)
    if not counts:
        return []
    steps: list[Step] = []
    before: Floats | None = None
    for step in STEPS:
        there = counts.pop((step, ""))
        steps.append(reached(step, there, before))
        before = there
        gone = {why: values for (of, why), values in counts.items() if of == step}
        steps += [lost(_said(why), values, there) for why, values in _largest(gone)]
    return steps


def _counts(source: Source) -> dict[tuple[str, str], Floats]:
    """How many in each replication, by step and why."""
    import numpy as np

    tables = list(source.every("funnel").values())
    counts: dict[tuple[str, str], Floats] = {}
    for at, table in enumerate(tables):
        whys = table["why"].astype("object").fillna("")
        for step, why, many in zip(table["step"].astype(str), whys, table["requests"], strict=True):
            counts.setdefault((step, why), np.zeros(len(tables)))[at] = many
    return counts


def _largest(lost: dict[str, Floats]) -> list[tuple[str, Floats]]:
    """A row a reason, those that took most first; what is rare is one row."""
    rows = sorted(lost.items(), key=lambda row: (-row[1].sum(), row[0]))
    if len(rows) <= _MOST:
        return rows
    others: Floats = sum((values for _, values in rows[_MOST:]), start=rows[_MOST - 1][1])
    return [*rows[: _MOST - 1], (_OTHERS, others)]


def _said(why: str) -> str:
    """Why requests are lost, in words."""
    if why.startswith(_HELD_UP):
        return f"one side was held up: {why.removeprefix(_HELD_UP).replace('_', ' ')}"
    return _WORDS.get(why, why.replace("_", " "))
