"""Who of the company sits where: its meetings, divided among its delegates."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Final

import numpy as np

__all__ = ["divided"]

_NEVER: Final = 1 << 62


def divided(
    slots: Sequence[int], tables: Sequence[int], delegates: int, until: Sequence[int] | None = None
) -> list[int]:
    """The delegate, from 0, who sits in each of a company's meetings.

    Nobody is in two places, nobody has more than one meeting more than another (unless longer meetings
    leave no other way), and whoever sits at a table stays there where that can be: first so that delegates
    change tables as seldom as can be, then, until all have alike, two delegates exchange the rest of their
    days where it breaks the least, and at no instant at which one of them is busy.
    The same meetings are divided alike in whatever order they are given.

    Args:
        slots: of each meeting, the first it takes, in order of time; no two slots overlap.
        tables: of each meeting.
        delegates: how many they are, at least as many as the company has meetings in any slot.
        until: of each meeting, the last slot in which whoever holds it is busy (None: the first).

    Raises:
        ValueError: there are more meetings in a slot than delegates.
    """
    order = sorted(range(len(slots)), key=lambda k: (slots[k], tables[k]))
    begins, at = [slots[k] for k in order], [tables[k] for k in order]
    ends = begins if until is None else [until[k] for k in order]
    whose = _staying(begins, ends, at, delegates)
    _balance(begins, ends, at, whose, delegates)
    of = [0] * len(order)
    for place, k in enumerate(order):
        of[k] = whose[place]
    return of


def _staying(slots: list[int], until: list[int], tables: list[int], delegates: int) -> list[int]:
    """Each stays at his table; a table that nobody keeps goes to whoever's own is wanted last."""
    uses: dict[int, list[int]] = {}
    for slot, table in zip(reversed(slots), reversed(tables), strict=True):
        uses.setdefault(table, []).append(slot)  # the last first: those that are past are popped
    table_of: list[int | None] = [None] * delegates
    busy = [-1] * delegates  # up to this slot
    whose = [-1] * len(slots)
    for slot, group in groupby(range(len(slots)), key=slots.__getitem__):
        places = list(group)
        free = [d for d in range(delegates) if busy[d] < slot]
        if len(places) > len(free):
            at_once = len(places) + delegates - len(free)
            raise ValueError(f"{at_once:,} meetings at once, and {delegates:,} delegates")
        for k in places:
            uses[tables[k]].pop()
            keeper = next((d for d in free if table_of[d] == tables[k]), None)
            if keeper is not None:
                whose[k] = keeper
                free.remove(keeper)

        def apt(d: int) -> tuple[int, bool, int]:
            table = table_of[d]
            wanted = uses[table][-1] if table is not None and uses[table] else _NEVER
            return wanted, table is None, -d

        for k in places:
            if whose[k] < 0:
                whose[k] = max(free, key=apt)
                free.remove(whose[k])
        for k in places:
            table_of[whose[k]], busy[whose[k]] = tables[k], until[k]
    return whose


def _balance(slots: list[int], until: list[int], tables: list[int], whose: list[int], delegates: int) -> None:
    """Even out the numbers of meetings, in place.

    Of two with d meetings between them, those from an instant on differ by d at first and by 0 in the
    end, in steps of one if no meeting is longer than a slot: at some instant by half of d. From there on
    they exchange their days. Longer meetings may shut that instant; then another will do that helps, or
    two others.
    """
    load = np.bincount(np.array(whose, dtype=np.int64), minlength=delegates)
    while delegates and load.max() - load.min() > 1:
        by_load = np.argsort(load, kind="stable").tolist()
        most, least = int(load.argmax()), int(load.argmin())
        pairs = [(most, least), *((one, other) for one in reversed(by_load) for other in by_load)]
        apt = (pair for pair in pairs if load[pair[0]] - load[pair[1]] > 1)
        for one, other in apt:
            rest = _exchange(slots, until, tables, whose, one, other)
            if rest:
                break
        else:
            return
        for k in rest:
            whose[k] = other if whose[k] == one else one
        load = np.bincount(np.array(whose, dtype=np.int64), minlength=delegates)


def _exchange(
    slots: list[int], until: list[int], tables: list[int], whose: list[int], most: int, least: int
) -> list[int]:
    """The meetings that two exchange to have alike, or more alike; none if that cannot be."""
    both = [k for k, d in enumerate(whose) if d in (most, least)]
    apart = later = sum(1 if whose[k] == most else -1 for k in both)
    best: tuple[int, int, int] | None = None
    last: dict[int, int] = {}  # the table of each before the instant
    busy = -1
    for place, k in enumerate(both):
        if busy < slots[k] and 0 < later < apart and (not place or slots[k] != slots[both[place - 1]]):
            off = abs(apart - 2 * later)
            if best is None or off <= best[0]:
                key = (off, _broken(tables, whose, both[place:], last, most, least), place)
                best = key if best is None else min(best, key)
        later -= 1 if whose[k] == most else -1
        last[whose[k]] = tables[k]
        busy = max(busy, until[k])
    return [] if best is None else both[best[2] :]


def _broken(
    tables: list[int], whose: list[int], rest: list[int], last: dict[int, int], one: int, other: int
) -> int:
    """How many more changes of table there are if these two exchange the rest of their days."""
    first = {d: next((tables[k] for k in rest if whose[k] == d), None) for d in (one, other)}

    def changes(before: int, after: int) -> bool:
        return before in last and first[after] is not None and last[before] != first[after]

    stay = changes(one, one) + changes(other, other)
    return changes(one, other) + changes(other, one) - stay
