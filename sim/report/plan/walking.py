"""How long it takes to walk: from the gates and to the tables, for each hall, by its door."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from sim.report.plan.laid import Laid

__all__ = ["pace", "walking"]


def pace(laid: Laid) -> float:
    """Metres a second: the mean over all who visit."""
    people = [each for each in laid.scenario.data.visitors.values() if each.visits]
    visits = sum(each.visits for each in people)
    if not visits:
        return laid.scenario.data.behaviour.staff_pace_m_per_s
    return sum(each.visits * each.pace_m_per_s.expectation() for each in people) / visits


def walking(laid: Laid) -> pd.DataFrame:
    """Minutes from the door of each hall (row) to gates, and to the nearest tables of each programme.

    A column is `gate NAME` or `tables NAME`. People walk along two sides of a rectangle, as in a run; the
    pace is the visitors' mean.
    """
    import pandas as pd

    places, halls = laid.venue.places, len(laid.venue.halls)
    minute = pace(laid) * 60 * 10  # dm
    columns = {}
    for gate, place in zip(laid.scenario.data.venue.gates, laid.venue.gates.tolist(), strict=True):
        columns[f"gate {gate}"] = places.zone_distance[:halls, places.zone[place]] / minute
    for programme, tables in laid.venue.tables.items():
        if tables.size:
            each = tables.ravel()
            ways = places.zone_distance[:halls, places.zone[each]] + places.to_door[each]
            columns[f"tables {programme}"] = ways.min(axis=1, initial=np.iinfo(np.int64).max) / minute
    index = pd.Index(laid.venue.halls, name="hall")
    return pd.DataFrame(columns, index=index) if columns else pd.DataFrame(index=index)
