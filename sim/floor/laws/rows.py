"""Laws of single rows: what a row says is possible."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.floor.arrays import NONE, IntArray
from sim.floor.laws.account import SHOWN, Account, Bools
from sim.floor.trace import CAUSES, LOSSES, Cause, Kind, Outcome

__all__ = [
    "losses_are_all_wait",
    "numbers_exist",
    "rows_are_in_order",
    "times_are_in_order",
    "ways_are_listed",
]


def numbers_exist(account: Account) -> Iterator[str]:
    """Kinds, outcomes and causes are numbers of such; places, actors and others are of the floor."""
    floor, rows = account.floor, account.rows(*Kind)
    trace, calls = account.trace, floor.calls
    columns = ((trace.kind, Kind), (trace.outcome, Outcome), (trace.cause, Cause))
    for column, numbers in columns:
        for i in np.flatnonzero((column < 0) | (column >= len(numbers)))[:SHOWN]:
            yield f"row {i}: no {numbers.__name__.lower()} has the number {column[i]}"
    staff_too = np.isin(rows.kind, (Kind.SESSION, Kind.CONTACT, Kind.MEETING, Kind.DELEGATE, Kind.IN_VAIN))
    nobody_too = np.isin(rows.kind, (Kind.SESSION, Kind.MEETING))
    low = np.where(nobody_too, NONE, np.where(rows.kind == Kind.DELEGATE, floor.n_party_days, 0))
    high = np.where(staff_too, floor.n_actors, floor.n_party_days)
    yield from account.named(rows, ~_within(rows.actor, low, high), "no such actor")
    yield from account.named(rows, ~_within(rows.place, 0, len(floor.places.kind)), "no such place")
    sided = np.isin(rows.kind, (Kind.MEETING, Kind.IN_VAIN))
    about = sided & _within(rows.other, 0, len(floor.meetings.sides))
    sides = np.append(floor.meetings.sides, 0)[np.where(about, rows.other, NONE)]
    side = np.where(sided, _within(rows.side, 0, sides), rows.side == NONE)
    yield from account.named(rows, ~side, "no such side")
    others = {
        Kind.TALK: (NONE, floor.n_actors),
        Kind.HALL: (0, len(floor.places.zone_limit)),
        Kind.SESSION: (0, len(floor.sessions.place)),
        Kind.CONTACT: (0, floor.n_actors),
        Kind.MEETING: (0, len(floor.meetings.place)),
        Kind.IN_VAIN: (0, len(floor.meetings.place)),
        Kind.DELEGATE: (0, len(calls.booth)),
    }
    low, high = (np.array([others.get(kind, (NONE, 0))[i] for kind in Kind]) for i in (0, 1))
    low, high = low[rows.kind], high[rows.kind]
    talked = (rows.kind == Kind.TALK) & rows.served
    low = np.where(talked, floor.n_party_days, low)
    yield from account.named(rows, ~_within(rows.other, low, high), "no such other")


def _within(number: IntArray, low: IntArray | int, high: IntArray | int) -> Bools:
    inside: Bools = (number >= low) & (number < high)
    return inside


def times_are_in_order(account: Account) -> Iterator[str]:
    """A row ends no sooner than it starts, its wait is within it, and what was in vain is a moment."""
    rows = account.rows(*Kind)
    span = rows.end - rows.start
    yield from account.named(rows, (rows.wait < 0) | (rows.wait > span), "wait outside the row")
    yield from account.named(rows, (rows.kind == Kind.IN_VAIN) & (span != 0), "in vain for a while")


def rows_are_in_order(account: Account) -> Iterator[str]:
    """Rows are in order of actors, an actor's in order of their starts."""
    rows = account.rows(*Kind)
    later = (rows.actor[1:] == rows.actor[:-1]) & (rows.start[1:] < rows.start[:-1])
    back = (rows.actor[1:] < rows.actor[:-1]) | later
    yield from account.named(rows, np.append(False, back)[: len(rows)], "not in order")


def losses_are_all_wait(account: Account) -> Iterator[str]:
    """What was lost was never served: its wait is its whole span. A delegate called back only walked."""
    rows = account.rows(*Kind)
    lost = ~rows.served & (rows.kind != Kind.DELEGATE)
    yield from account.named(rows, lost & (rows.wait != rows.end - rows.start), "a loss that was served")


def ways_are_listed(account: Account) -> Iterator[str]:
    """How a row went, and why, is among what its kind and its outcome can have."""
    rows = account.rows(*Kind)
    ways = np.zeros((len(Kind), len(Outcome)), dtype=bool)
    for kind, losses in LOSSES.items():
        ways[kind, list(losses | {Outcome.DONE})] = True
    ways[Kind.MEETING, Outcome.LATE] = True
    whys = np.zeros((len(Outcome), len(Cause)), dtype=bool)
    for outcome, causes in CAUSES.items():
        whys[outcome, list(causes)] = True
    yield from account.named(rows, ~ways[rows.kind, rows.outcome], "an outcome that its kind cannot have")
    yield from account.named(rows, ~whys[rows.outcome, rows.cause], "a cause that its outcome cannot have")
