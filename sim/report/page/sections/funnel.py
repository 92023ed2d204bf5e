"""Requests for meetings as a funnel, and tables."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Final

from sim.report.page.parts import Bar, Bars, Card, Cards, Part, Section
from sim.report.page.sections.answered import card
from sim.report.plots.asked import request_steps
from sim.statistics.text import of_estimate

if TYPE_CHECKING:
    from sim.report.source import OfResults
    from sim.studies.resultset import ResultSet

__all__ = ["meetings"]

_TOLD: Final = (
    (
        "From request to meeting",
        ("meetings.requested", "meetings.accepted", "meetings.scheduled", "meetings.held"),
    ),
    ("Tables", ("meetings.table_share", "meetings.table_booked_share", "meetings.table_gain_meetings")),
    ("What was lost", ("meetings.no_slot", "meetings.kept_share", "meetings.without_share")),
)


def meetings(results: ResultSet, source: OfResults) -> Section | None:
    """The funnel of one replication, the KPIs of all; None if no meeting was requested."""
    steps = request_steps(source)
    if not steps:
        return None
    longest = max(step.much for step in steps)
    rows, left = [], 0.0
    for step in steps:
        if step.lost:
            left -= step.much
        else:
            left = step.much
        at = left / longest if step.lost else 0.0
        rows.append(Bar(step.name, step.said, step.much / longest, at, step.lost, float(step.much)))
    caption = f"Requests in replication {source.replication}; hatched: lost, in per cent of the step before"
    parts: list[Part] = [Bars(caption, rows, "Step"), Cards(_cards(results))]
    return Section(
        "meetings", "Meetings: from request to table", _lead(results, source), parts, short="Meetings, tables"
    )


def _lead(results: ResultSet, source: OfResults) -> str:
    steps = {step.name: step.much for step in request_steps(source) if not step.lost}
    told = f"Of {steps['requested']:,.0f} requests, {steps['held']:,.0f} led to a meeting that was held."
    if results.has("meetings.table_share"):
        e = results.estimate("meetings.table_share")
        if isfinite(e.mean):
            mean, spread = of_estimate(e, "share")
            over = " over all replications" if len(results) > 1 else ""
            told += (
                f" Of all table-slots {mean} {spread if isfinite(e.low) else ''} % were used{over}; "
                f"the others, {100 * (1 - e.mean):.0f} %, stood idle."
            ).replace("  ", " ")
    return told


def _cards(results: ResultSet) -> list[tuple[str, list[Card]]]:
    groups = [(heading, list(map(card, results.shown(names)))) for heading, names in _TOLD]
    return [(heading, cards) for heading, cards in groups if cards]
