"""The table of shortfalls: what was asked for, what was done, and why not all."""

from __future__ import annotations

from sim.expo.shortfalls import THINGS, WHYS
from sim.floor.arrays import NONE
from sim.statistics.ledger import Ledger
from sim.statistics.tables.names import code, nullable
from sim.statistics.tables.registry import Columns, table

__all__ = ["shortfalls"]


@table(
    {
        "path": "key of the scenario that asks for it",
        "what": "the activity, company, pair or persona it is about",
        "thing": "what is asked for: activities, slots (of tables), requests, registrations, meals, …",
        "day": "day of the expo, from 1; missing: of no day",
        "asked": "how many are asked for; of starts, minutes after midnight",
        "done": "how many of them there are; of starts, minutes after midnight",
        "why": "why not all, a code",
        "reason": "why not all, in words",
    }
)
def shortfalls(ledger: Ledger) -> Columns:
    """A row for each thing that the scenario asks for and the expo, before its doors open, has not all of."""
    short = ledger.expo.shortfalls
    day = short.day.copy()
    day[day != NONE] += 1
    return {
        "path": list(short.path),
        "what": list(short.what),
        "thing": code(short.thing, list(THINGS)),
        "day": nullable(day),
        "asked": short.asked,
        "done": short.done,
        "why": code(short.why, list(WHYS)),
        "reason": code(short.why, list(WHYS.values())),
    }
