"""KPIs, dotted by theme; importing this package registers them all."""

from sim.statistics.kpis import visits, booths, sessions, meetings, table_use, sides  # noqa: F401, I001 (in order)
from sim.statistics.kpis import diaries, timetables, promises, programme, contacts, network  # noqa: F401
from sim.statistics.kpis import alliances, connectivity, outcomes, encounters, costs  # noqa: F401 (in order)
from sim.statistics.kpis.registry import (
    KPI,
    KPIS,
    THEMES,
    Basis,
    basis_in,
    describe,
    evaluate,
    kpi,
    theme_title,
)
from sim.statistics import record  # noqa: F401 (KPIs on demand; they read those above)

__all__ = [
    "KPI",
    "KPIS",
    "THEMES",
    "Basis",
    "basis_in",
    "describe",
    "evaluate",
    "kpi",
    "theme_title",
]
