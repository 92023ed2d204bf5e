"""Tidy pandas frames of a replication; `sim.statistics.COLUMNS` says what their columns mean."""

from sim.statistics.tables.exhibitors import exhibitors
from sim.statistics.tables.meetings import interactions, matrix, meetings, requests
from sim.statistics.tables.occupancy import occupancy
from sim.statistics.tables.sessions import attendance, sessions
from sim.statistics.tables.visits import services, visits

__all__ = [
    "attendance",
    "exhibitors",
    "interactions",
    "matrix",
    "meetings",
    "occupancy",
    "requests",
    "services",
    "sessions",
    "visits",
]
