"""Requests for meetings as a funnel, and tables."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Final

from sim.floor.arrays import MINUTE
from sim.report.page.parts import Bar, Bars, Card, Cards, Part, Section
from sim.report.page.sections.answered import card
from sim.report.plots.asked import request_steps
from sim.report.plots.flowing import milliseconds
from sim.report.plots.over import EACH_ALONE, which
from sim.statistics.text import beside, of_estimate

if TYPE_CHECKING:
    from sim.floor.arrays import IntArray
    from sim.report.plots.funnels import Step
    from sim.report.source import OfResults
    from sim.studies.resultset import ResultSet

__all__ = ["enough", "meetings"]

_TOLD: Final = (
    (
        "From request to meeting",
        ("meetings.requested", "meetings.accepted", "meetings.scheduled", "meetings.held"),
    ),
    ("Tables", ("meetings.table_share", "meetings.table_booked_share", "meetings.table_gain_meetings")),
    ("What was lost", ("meetings.no_slot", "meetings.kept_share", "meetings.without_share")),
)


def meetings(results: ResultSet, source: OfResults) -> Section | None:
    """The funnel and the KPIs over replications; None if no meeting was requested."""
    steps = request_steps(source)
    if not steps:
        return None
    longest = max(max(step.much, step.high if isfinite(step.high) else 0.0) for step in steps)
    rows, left = [], 0.0
    for step in steps:
        if step.lost:
            left -= step.much
        else:
            left = step.much
        at = left / longest if step.lost else 0.0
        ends = None
        if isfinite(step.low):
            off = (step.much - step.high, step.much - step.low) if step.lost else (step.low, step.high)
            ends = (
                (at if step.lost else 0.0) + off[0] / longest,
                (at if step.lost else 0.0) + off[1] / longest,
            )
        rows.append(Bar(step.name, step.said, step.much / longest, at, step.lost, float(step.much), ends))
    caption = f"Requests, {which(source.every('funnel'))}; hatched: lost, in per cent of the step before"
    if any(row.ends for row in rows):
        caption += f"; lines and ±: {EACH_ALONE}"
    parts: list[Part] = [Bars(caption, rows, "Step"), Cards(_cards(results))]
    return Section(
        "meetings",
        "Meetings: from request to table",
        _lead(results, source, steps),
        parts,
        short="Meetings, tables",
    )


def _lead(results: ResultSet, source: OfResults, steps: list[Step]) -> str:
    left = {step.name: step.much for step in steps if not step.lost}
    mean = " (means)" if len(source.every("funnel")) > 1 else ""
    told = f"Of {left['requested']:,.0f} requests, {left['held']:,.0f} led to a meeting held{mean}."
    if results.has("meetings.table_share"):
        e = results.estimate("meetings.table_share")
        if isfinite(e.mean):
            mean, spread = of_estimate(e, "share")
            over = " over all replications" if len(results) > 1 else ""
            told += (
                f" Of all table-slots {mean} {beside(spread) if isfinite(e.low) else ''} % were used{over}; "
                f"the others, {100 * (1 - e.mean):.0f} %, stood idle."
            ).replace("  ", " ")
    return told + _tables(results, source)


def _tables(results: ResultSet, source: OfResults) -> str:
    """How many tables were in use at the busiest moment, of how many; empty if none meet at tables."""
    import numpy as np

    from sim.floor.curves import peaks

    programmes = results.scenario.data.matchmaking.items()
    at_tables = {name: each for name, each in programmes if each.location == "table" and each.tables}
    there = sum(each.areas * (each.tables or 0) for each in at_tables.values())
    every = source.table("meetings")
    held = every[every["held"] & every["programme"].isin(list(at_tables))]
    if not there or not len(held):
        return ""
    begin = milliseconds(held["begin"])
    end = begin + np.rint(held["minutes"].to_numpy(dtype=np.float64) * MINUTE).astype(np.int64)
    most, _ = peaks(np.zeros(len(begin), dtype=np.int64), 1, begin, end)
    return (
        f" At the busiest moment {most[0]:,} of {there:,} tables are in use; for nine tenths of the time in "
        f"which anybody meets, {enough(begin, end, 0.9):,} are enough (replication {source.replication})."
    )


def enough(begin: IntArray, end: IntArray, share: float) -> int:
    """How many at once are not exceeded for such a share of the time in which there are any."""
    import numpy as np

    at = np.concatenate([begin, end])
    order = np.argsort(at, kind="stable")
    many = np.cumsum(np.repeat([1, -1], len(begin))[order])[:-1]
    of = np.bincount(many, weights=np.diff(at[order]))
    of[0] = 0  # nobody meets
    return int(np.argmax(np.cumsum(of) >= share * of.sum()))


def _cards(results: ResultSet) -> list[tuple[str, list[Card]]]:
    groups = [(heading, list(map(card, results.shown(names)))) for heading, names in _TOLD]
    return [(heading, cards) for heading, cards in groups if cards]
