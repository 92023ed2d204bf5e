"""KPIs of what the scenario asks for and the expo does not have."""

from __future__ import annotations

from sim.statistics.kpis.registry import kpi
from sim.statistics.ledger import Ledger

__all__: list[str] = []


@kpi("programme.cancelled", "Activities cancelled", unit="activities", how="sum")
def cancelled(ledger: Ledger) -> float:
    """Activities on the programme, matchmaking windows included, that are not held: their place is closed."""
    return ledger.expo.shortfalls.short("activities")


@kpi("programme.table_slots_cut", "Table-slots left out", unit="table-slots", how="sum")
def table_slots_cut(ledger: Ledger) -> float:
    """Slots of matchmaking windows, times tables, that are left out since the hall is closed then."""
    return ledger.expo.shortfalls.short("slots")


@kpi("programme.requests_cut", "Requests that could not be made", unit="requests", how="sum")
def requests_cut(ledger: Ledger) -> float:
    """Requests that matchmaking programmes ask for and nobody could send: no pair or no quota was left."""
    return ledger.expo.shortfalls.short("requests")


@kpi("programme.requests_cut_in", "Requests not made in programme", unit="requests", how="sum", family=True)
def requests_cut_in(ledger: Ledger) -> dict[str, float]:
    """Requests of each matchmaking programme that nobody could send."""
    short = ledger.expo.shortfalls
    return {name: short.short("requests", f"matchmaking.{name}") for name in ledger.expo.matchmaking}


@kpi("programme.visits_cut", "Visits that are not made", unit="visits", how="sum")
def visits_cut(ledger: Ledger) -> float:
    """Visits that the scenario asks for, of people whose country stays away (a shock)."""
    return ledger.expo.shortfalls.short("visits")


@kpi("programme.registrations_cut", "Registrations that could not be made", unit="people", how="sum")
def registrations_cut(ledger: Ledger) -> float:
    """People that activities should have registered beyond those who are there at the time and free."""
    return ledger.expo.shortfalls.short("registrations")


@kpi("programme.hosts_off_duty", "Hosts with nobody to send", unit="hosts", how="sum")
def hosts_off_duty(ledger: Ledger) -> float:
    """Hosts of activities whose booths have nobody on duty at the time: absent, or not yet there."""
    return ledger.expo.shortfalls.short("hosts")


@kpi("programme.tours_cut", "Tours that could not be made", unit="tours", how="sum")
def tours_cut(ledger: Ledger) -> float:
    """Guided tours of parties drawn for one that do not fit their visit, or find too few booths."""
    return ledger.expo.shortfalls.short("tours")


@kpi("programme.meals_cut", "Meals that found no place", unit="meals", how="sum")
def meals_cut(ledger: Ledger) -> float:
    """Meals that parties want and that fit nowhere between their other bookings, or for want of catering."""
    return ledger.expo.shortfalls.short("meals")


@kpi("programme.least_cut", "Meetings short of a least", unit="meetings", how="sum")
def least_cut(ledger: Ledger) -> float:
    """Meetings that participants have too few of their least_meetings_each, by whatever says it for them.

    Promises to sponsors are not among them.
    """
    return ledger.expo.shortfalls.short("least_meetings")


@kpi("programme.least_a_day_cut", "Meetings short of a least a day", unit="meetings", how="sum")
def least_a_day_cut(ledger: Ledger) -> float:
    """Meetings that participants have too few of their least_a_day, on days on which they could meet."""
    return ledger.expo.shortfalls.short("least_a_day")
