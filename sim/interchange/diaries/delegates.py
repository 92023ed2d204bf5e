"""Who of the company sits where: its meetings, divided among its delegates."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Final

import numpy as np

__all__ = ["divided"]

_NEVER: Final = 1 << 62


def divided(slots: Sequence[int], tables: Sequence[int], delegates: int) -> list[int]:
    """The delegate, from 0, who sits in each of a company's meetings.

    Nobody is in two places, nobody has more than one meeting more than another, and whoever sits at a
    table stays there where that can be: first so that delegates change tables as seldom as can be, then,
    until all have alike, two delegates exchange the rest of their days where it breaks the least.
    The same meetings are divided alike in whatever order they are given.

    Args:
        slots: of each meeting, in order of time; no two slots overlap.
        tables: of each meeting.
        delegates: how many they are, at least as many as the company has meetings in any slot.

    Raises:
        ValueError: there are more meetings in a slot than delegates.
    """
    order = sorted(range(len(slots)), key=lambda k: (slots[k], tables[k]))
    whose = _staying([slots[k] for k in order], [tables[k] for k in order], delegates)
    _balance([slots[k] for k in order], [tables[k] for k in order], whose, delegates)
    of = [0] * len(order)
    for place, k in enumerate(order):
        of[k] = whose[place]
    return of


def _staying(slots: list[int], tables: list[int], delegates: int) -> list[int]:
    """Each stays at his table; a table that nobody keeps goes to whoever's own is wanted last."""
    uses: dict[int, list[int]] = {}
    for slot, table in zip(reversed(slots), reversed(tables), strict=True):
        uses.setdefault(table, []).append(slot)  # the last first: those that are past are popped
    table_of: list[int | None] = [None] * delegates
    whose = [-1] * len(slots)
    for _, group in groupby(range(len(slots)), key=slots.__getitem__):
        places = list(group)
        if len(places) > delegates:
            raise ValueError(f"{len(places):,} meetings at once, and {delegates:,} delegates")
        free = list(range(delegates))
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
            table_of[whose[k]] = tables[k]
    return whose


def _balance(slots: list[int], tables: list[int], whose: list[int], delegates: int) -> None:
    """Even out the numbers of meetings, in place.

    Of two with d meetings between them, those from an instant on differ by d at first and by 0 in the
    end, in steps of one: at some instant by half of d. From there on they exchange their days.
    """
    load = np.bincount(np.array(whose, dtype=np.int64), minlength=delegates)
    while delegates and load.max() - load.min() > 1:
        most, least = int(load.argmax()), int(load.argmin())
        apart = int(load[most] - load[least])
        both = [k for k, d in enumerate(whose) if d in (most, least)]
        best: tuple[int, int] | None = None
        later = apart
        last: dict[int, int] = {}  # the table of each before the instant
        for place, k in enumerate(both):
            new = place == 0 or slots[k] != slots[both[place - 1]]
            if new and later in (apart // 2, (apart + 1) // 2):
                cost = _broken(tables, whose, both[place:], last, most, least)
                best = min(best or (cost, place), (cost, place))
            later -= 1 if whose[k] == most else -1
            last[whose[k]] = tables[k]
        assert best is not None  # see above: half of d is passed
        for k in both[best[1] :]:
            whose[k] = least if whose[k] == most else most
        load = np.bincount(np.array(whose, dtype=np.int64), minlength=delegates)


def _broken(
    tables: list[int], whose: list[int], rest: list[int], last: dict[int, int], one: int, other: int
) -> int:
    """How many more changes of table there are if these two exchange the rest of their days."""
    first = {d: next((tables[k] for k in rest if whose[k] == d), None) for d in (one, other)}

    def changes(before: int, after: int) -> bool:
        return before in last and first[after] is not None and last[before] != first[after]

    stay = changes(one, one) + changes(other, other)
    return changes(one, other) + changes(other, one) - stay
