"""Tidy pandas frames of a replication; importing this package registers them all."""

from sim.statistics.tables import interactions, visits, services, sessions, attendance  # noqa: F401, I001
from sim.statistics.tables import meetings, requests, promises, exhibitors, occupancy  # noqa: F401 (in order)
from sim.statistics.tables import shortfalls, encounters, ties, organisations, growth  # noqa: F401 (in order)
from sim.statistics.tables import alliances, robustness, outcomes  # noqa: F401
from sim.statistics.tables import flow, funnel, hours, met, booths, programme  # noqa: F401 (in order)
from sim.statistics.tables import degrees, fates  # noqa: F401
from sim.statistics.tables.registry import TABLES, Table, table

__all__ = ["COLUMNS", "SMALL", "TABLES", "Table", "table"]

COLUMNS = {name: each.columns for name, each in TABLES.items()}
"""What each column of each table says."""

SMALL = tuple(name for name, each in TABLES.items() if each.small)
"""Those that are kept of every replication wherever tables are kept of any."""
