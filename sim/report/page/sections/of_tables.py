"""The sections that are drawn from the tables of one replication."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report.page.parts import Raw, Section
from sim.report.page.sections.day import day_flow
from sim.report.page.sections.days import days
from sim.report.page.sections.exhibitors import exhibitors
from sim.report.page.sections.funnel import meetings
from sim.report.page.sections.halls import halls
from sim.report.page.sections.met import interactions, who_met_whom
from sim.report.page.sections.programme import programme
from sim.report.page.sections.promised import promises

if TYPE_CHECKING:
    from sim.report.source import OfResults
    from sim.studies.resultset import ResultSet

__all__ = ["of_tables"]


def of_tables(results: ResultSet, source: OfResults, *, replay: bool) -> list[Section | None]:
    """All of them, in order; None where there is nothing of a kind."""
    return [
        exhibitors(results, source),
        meetings(results, source),
        promises(results, source),
        day_flow(source),
        halls(results, source),
        days(results, source),
        programme(source),
        interactions(source),
        who_met_whom(source),
        _replay(results, source) if replay else None,
    ]


def _replay(results: ResultSet, source: OfResults) -> Section:
    """The floor in motion."""
    from sim.report.replay import fragment

    first = results.whole if not callable(results.whole) else None
    if first is None or first.replication != source.replication:
        from sim.replication import run

        first = run(results.scenario, replication=source.replication, seed=results.seed)
    html = fragment(first)
    lead = f"Replication {source.replication} as it was played."
    return Section("replay", "The floor in motion", lead, [Raw(html)], short="The floor")
