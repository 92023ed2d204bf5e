"""Where it hurts, over all replications."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.report.page.parts import Items, Section

if TYPE_CHECKING:
    from sim.statistics.hurts import Told
    from sim.studies.resultset import ResultSet

__all__ = ["hurting"]

_MOST: Final = 5


def hurting(results: ResultSet) -> Section | None:
    """Queues, rooms, halls, exhibitors and promises: how often, and how badly; None if it was not kept."""
    if not results.tallies:
        return None
    groups = _hurts(results).parts(_MOST)
    n = len(results)
    over = (
        f"over all {n:,} replications: mean, and from the least to the most"
        if n > 1
        else "in one replication"
    )
    lead = f"What to mend first, {over}." if groups else "Nowhere: no queue, no full room, nobody left out."
    return Section("hurts", "Where it hurts", lead, [Items(groups)] if groups else [])


def _hurts(results: ResultSet) -> Told:
    """What hurt in all; where there is but one replication, what hurt in that."""
    one = results.whole if len(results.tallies) == 1 and not callable(results.whole) else None
    return results.where_it_hurts if one is None else one.where_it_hurts
