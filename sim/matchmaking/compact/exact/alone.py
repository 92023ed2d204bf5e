"""Somebody's cheapest calendar alone, in whole numbers: his meetings in his slots, at any prices.

Nothing here knows a solver: what prices prove is what this finds (`prices.py`), whoever proposed them.

Dynamic programming from slot to slot over the set of meetings that are over. A set of all meetings of
somebody who has many has too many subsets: of those beyond `TRACKED` only how many are over is known, so
that one of them may come twice and another not at all. That makes the cheapest calendar cheaper, never
dearer: what is proven stays true (state-space relaxation: Christofides, Mingozzi and Toth, Networks 11,
1981).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

import numpy as np

from sim.matchmaking.problem.problem import BoolArray
from sim.matchmaking.wishes.affinity import IntArray

__all__ = ["IMPOSSIBLE", "TRACKED", "Alone"]

TRACKED: Final = 11  # meetings of somebody that are told apart
IMPOSSIBLE: Final = 1 << 57  # what costs this or more cannot be

_NEVER: Final = 2 * IMPOSSIBLE  # so that what is paid on the way does not make it possible

_IDLE, _BUSY = 0, 1


class Alone:
    """One participant: meeting j in one of the slots `domains[j]`, which are among the `slots` he has.

    A break costs `a_break`, each idle slot t in one `a_slot[t]` besides. Breaks begin in the slots `begins`
    only, and he is idle in those of `idle` only (None: in any). Costs of meetings in slots have
    shape (meetings, slots that he has) and may be negative; all together must be less than 2⁵⁰.
    """

    def __init__(
        self,
        slots: Sequence[int],
        domains: Sequence[Collection[int]],
        a_break: int,
        a_slot: Sequence[int],
        tracked: int = TRACKED,
        begins: Collection[int] | None = None,
        idle: Collection[int] | None = None,
    ) -> None:
        self.slots = tuple(slots)
        self.open: BoolArray = np.array([[t in own for t in slots] for own in domains], dtype=np.bool_)
        self._tracked = min(len(domains), tracked)
        self._rest = len(domains) - self._tracked
        many = np.arange(1 << self._tracked)
        self._without = [many[many >> j & 1 == 0] for j in range(self._tracked)]
        waits = np.ones((len(many), self._rest + 1), dtype=np.int64)
        waits[0, 0] = waits[-1, -1] = 0  # before his first meeting and after his last nobody waits
        begins, idle = slots if begins is None else begins, slots if idle is None else idle
        # after an idle slot or a busy one
        self._wait = [(a_slot[t], a_break + a_slot[t] if t in begins else _NEVER) for t in slots]
        self._idle = [np.array(each, dtype=np.int64)[:, None, None] * waits for each in self._wait]
        for i, t in enumerate(slots):
            if t not in idle:
                self._idle[i][:] = _NEVER
        self._must = frozenset(slots) - frozenset(idle)
        self._after: list[IntArray] = []  # from each slot on, after an idle slot or a busy one
        self._cost: IntArray = np.zeros(self.open.shape, dtype=np.int64)

    def cheapest(self, cost: IntArray) -> int:
        """What the cheapest calendar costs, `IMPOSSIBLE` or more if there is none."""
        self._cost = np.where(self.open, cost, _NEVER)
        after = np.full((2, *self._idle[0].shape[1:]) if self.slots else (2, 1, 1), _NEVER)
        after[:, -1, -1] = 0
        self._after = [after]
        for i in reversed(range(len(self.slots))):
            idle = self._idle[i] + after[_IDLE]
            after = np.minimum(np.minimum(idle, self._busy(i, after[_BUSY])), _NEVER)
            self._after.append(after)
        self._after.reverse()
        return int(after[_IDLE, 0, 0])

    def calendar(self) -> list[tuple[int, int]]:
        """The cheapest calendar that was last asked for: of each meeting in it, which one and its slot."""
        found: list[tuple[int, int]] = []
        mode, over, more = _IDLE, 0, 0
        for i, t in enumerate(self.slots):
            here, after = int(self._after[i][mode, over, more]), self._after[i + 1]
            if here == int(self._idle[i][mode, over, more]) + int(after[_IDLE, over, more]):
                mode = _IDLE
                continue
            mode = _BUSY
            for j in np.flatnonzero(self.open[:, i]).tolist():
                mine = j < self._tracked
                if (over >> j & 1) if mine else more == self._rest:
                    continue
                then = (over | 1 << j, more) if mine else (over, more + 1)
                if here == int(self._cost[j, i]) + int(after[_BUSY, *then]):
                    over, more = then
                    found.append((j, t))
                    break
            else:
                raise AssertionError("a calendar must be found again as it was made")
        return found

    def waits(self, busy: Collection[int]) -> int:
        """What meetings in these slots cost, without prices; `IMPOSSIBLE` if that was struck out."""
        cost, mode, over = 0 if self._must.issubset(busy) else IMPOSSIBLE, _IDLE, 0
        for i, t in enumerate(self.slots):
            if t in busy:
                mode, over = _BUSY, over + 1
                continue
            if 0 < over < len(busy):
                cost += self._wait[i][mode]
            mode = _IDLE
        return min(cost, IMPOSSIBLE)

    def through(self) -> tuple[IntArray, IntArray, IntArray]:
        """What the cheapest calendar costs, as last asked for, with each meeting in each slot.

        That has shape (meetings, slots). Then with a break that begins in each slot, and idle in each
        slot: (slots,). `IMPOSSIBLE` or more where there is none.
        """
        found = np.full(self.open.shape, _NEVER)
        begun, idling = np.full((2, len(self.slots)), _NEVER)
        shape = self._after[0].shape
        before = np.full(shape, _NEVER)
        before[_IDLE, 0, 0] = 0
        for i in range(len(self.slots)):
            to_come = self._after[i + 1][_BUSY]
            either = before.min(axis=0)
            busy = np.full(shape[1:], _NEVER)
            for j in np.flatnonzero(self.open[:, i]).tolist():
                cost = int(self._cost[j, i])
                if j < self._tracked:
                    off = self._without[j]
                    on = off | 1 << j
                    found[j, i] = min(_NEVER, cost + int((either[off] + to_come[on]).min()))
                    busy[on] = np.minimum(busy[on], either[off] + cost)
                elif self._rest:
                    found[j, i] = min(_NEVER, cost + int((either[:, :-1] + to_come[:, 1:]).min()))
                    busy[:, 1:] = np.minimum(busy[:, 1:], either[:, :-1] + cost)
            waits = before + self._idle[i]
            idle = waits.min(axis=0)
            resting = idle + self._after[i + 1][_IDLE]
            idling[i] = min(_NEVER, int(resting.min()))
            waits[_BUSY, -1, -1] = _NEVER  # after his last meeting is no break
            begun[i] = min(_NEVER, int((waits[_BUSY] + self._after[i + 1][_IDLE]).min()))
            before = np.minimum(np.stack((idle, busy)), _NEVER)
        return found, begun, idling

    def _busy(self, i: int, after: IntArray) -> IntArray:
        """What is to come costs with a meeting in the i-th slot, from each state before it."""
        busy = np.full(after.shape, _NEVER)
        for j in range(self._tracked):
            if self.open[j, i]:
                off = self._without[j]
                busy[off] = np.minimum(busy[off], after[off | 1 << j] + self._cost[j, i])
        rest = self._cost[self._tracked :, i]
        if self._rest and int(rest.min()) < _NEVER:
            busy[:, :-1] = np.minimum(busy[:, :-1], after[:, 1:] + rest.min())
        return busy
