"""Offers: requests of which one is held at most, and which of them need not be looked at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.files.sheets import Sheet
from sim.interchange.requests_csv import Requests
from sim.matchmaking import UNSCHEDULED
from sim.matchmaking.wishes.affinity import IntArray

__all__ = ["Offers", "offers_of"]


@dataclass(frozen=True, slots=True)
class Offers:
    """Alternatives among requests.

    `group[k]` is the group of request k, -1 if it has no alternative. `twin[k]` is the alternative that
    counts in the place of request k, being of the same people, as long, worth as much or more and bound to
    no slot, language or place that k is not; -1 if k counts itself. `before` are the orders of the requests,
    which hold for whichever offer is held. `notes` name orders that can have no effect.
    """

    group: IntArray
    twin: IntArray
    before: tuple[tuple[int, int], ...]
    notes: tuple[str, ...]


def offers_of(asked: Requests, sheet: Sheet, *, once: bool) -> Offers:
    """The offers among requests: those with one name `one_of`, with `once` those of the same two people.

    Vetoed requests are no offers.
    """
    groups = _groups(asked, once=once)
    twin = np.full(len(asked), UNSCHEDULED, dtype=np.int64)
    group = np.full(len(asked), UNSCHEDULED, dtype=np.int64)
    of: dict[int, list[int]] = {}  # those that count, by any row of the group
    whole = np.full(len(asked), UNSCHEDULED, dtype=np.int64)
    for rows in groups:
        kept = _counting(asked, rows, twin)
        of |= dict.fromkeys(rows, kept)
        whole[rows] = rows[0]
        if len(kept) > 1:
            group[kept] = rows[0]
    before: dict[tuple[int, int], None] = {}
    notes = []
    for first, second in asked.before:
        if whole[first] != UNSCHEDULED and whole[first] == whole[second]:
            notes.append(
                f"{sheet.shown}:{asked.lines[second]}: comes after another offer of the same meeting, of "
                "which one is held at most: that order has no effect"
            )
            continue
        pairs = ((one, other) for one in of.get(first, [first]) for other in of.get(second, [second]))
        before |= dict.fromkeys(pairs)
    return Offers(group, twin, tuple(before), tuple(notes))


def _groups(asked: Requests, *, once: bool) -> list[list[int]]:
    """Rows of which one is held at most, the first first; those that share a name or people are joined."""
    root = list(range(len(asked)))

    def find(row: int) -> int:
        while root[row] != row:
            root[row] = root[root[row]]
            row = root[row]
        return row

    first: dict[object, int] = {}
    for row, (people, name) in enumerate(zip(asked.members, asked.one_of, strict=True)):
        if asked.veto[row]:
            continue
        keys: list[object] = [name] if name else []
        if once:
            keys.append(frozenset(people))
        for key in keys:
            there, here = find(first.setdefault(key, row)), find(row)
            root[max(there, here)] = min(there, here)
    groups: dict[int, list[int]] = {}
    for row in range(len(asked)):
        if root[row] != row:
            own = find(row)
            groups.setdefault(own, [own]).append(row)
    return [sorted(set(rows)) for rows in groups.values()]


def _counting(asked: Requests, rows: list[int], twin: IntArray) -> list[int]:
    """The rows of a group that count; of the others `twin` is set: a must-meet first, then by weight."""
    bound = ((asked.slot, UNSCHEDULED), (asked.language, UNSCHEDULED), (asked.place, ""))
    kept: list[int] = []
    people = {row: {asked.who[row], asked.whom[row], *asked.others[row]} for row in rows}
    for row in sorted(rows, key=lambda row: (-asked.must[row], -asked.weight[row], row)):
        for other in kept:
            as_free = all(column[other] in (free, column[row]) for column, free in bound)
            as_long = asked.minutes[other] == asked.minutes[row]
            if as_free and as_long and people[other] == people[row]:
                twin[row] = other
                break
        else:
            kept.append(row)
    return kept
