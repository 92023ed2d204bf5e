"""What happened, read from the trace: tables, KPIs, intervals. Whatever is reported follows from rows."""

from sim.statistics.finding_hurts import where_it_hurts
from sim.statistics.first_screen import FIRST_SCREEN, HEADLINES
from sim.statistics.hurts import WhereItHurts
from sim.statistics.intervals import Estimate, estimate
from sim.statistics.kpis import KPI, KPIS, THEMES, describe, evaluate
from sim.statistics.ledger import Ledger
from sim.statistics.result import Result
from sim.statistics.tables import COLUMNS

__all__ = [
    "COLUMNS",
    "FIRST_SCREEN",
    "HEADLINES",
    "KPI",
    "KPIS",
    "THEMES",
    "Estimate",
    "Ledger",
    "Result",
    "WhereItHurts",
    "describe",
    "estimate",
    "evaluate",
    "where_it_hurts",
]
