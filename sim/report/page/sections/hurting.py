"""Where it hurts, over all replications."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.report.page.parts import Items, Section

if TYPE_CHECKING:
    from sim.studies.resultset import ResultSet

__all__ = ["hurting"]

_MOST: Final = 5


def hurting(results: ResultSet) -> Section | None:
    """Queues, rooms, halls, exhibitors and promises: how often, and how badly; None if it was not kept."""
    if not results.tallies:
        return None
    groups = results.where_it_hurts.parts(_MOST)
    n = len(results)
    over = (
        f"over all {n:,} replications: mean, and from the least to the most"
        if n > 1
        else "in one replication"
    )
    lead = f"What to mend first, {over}." if groups else "Nowhere: no queue, no full room, nobody left out."
    return Section("hurts", "Where it hurts", lead, [Items(groups)] if groups else [])
