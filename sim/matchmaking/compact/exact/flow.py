"""Prices to begin with: the linear programme in which everybody is busy or idle, whatever the meeting.

Somebody's busy slots are a path from slot to slot: so many meetings so far, busy or idle. That makes the
linear programme small (a flow a person, meetings in slots, tables), and it sees all breaks that the mere
numbers of meetings and tables force (Bofill et al., JAIR 74, 2022, look at people so in clauses). What
its prices prove is counted by `prices`, which sees everybody's meetings besides.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.matchmaking.compact.exact.prices import Apart, Prices
from sim.matchmaking.wishes.affinity import FloatArray

if TYPE_CHECKING:
    from scipy.sparse import csr_array

__all__ = ["flow_prices"]


def flow_prices(apart: Apart, a_break: float, a_slot: Sequence[float], seconds: float) -> Prices | None:
    """Prices by the programme of flows (`a_break` and `a_slot` are costs); None if there are none in time."""
    from scipy.optimize import linprog

    programme = _Programme(apart, a_break, a_slot)
    problem, at = apart.problem, apart.at
    busy = len(programme.number)
    options: Any = {"time_limit": max(0.1, seconds)}
    equal: Any = programme.equal()  # scipy's types know no sparse matrices here
    tables: Any = programme.tables()
    found = linprog(
        programme.cost,
        A_eq=equal,
        b_eq=programme.right,
        A_ub=tables,
        b_ub=np.array(problem.tables, dtype=np.float64),
        method="highs-ds",
        options=options,
    )
    if found.status != 0:
        return None
    dual: FloatArray = found.eqlin.marginals
    of_meeting, of_busy = dual[: problem.meetings], dual[problem.meetings : problem.meetings + busy]
    worth = np.maximum(0.0, -found.ineqlin.marginals)
    ends = [[programme.number[p, t] for p in problem.pairs[m]] for m, t in at.T.tolist()]
    first, second = of_busy[np.array(ends, dtype=np.int64).reshape(-1, 2).T]
    # what neither of the two must pay, each is let off half of
    spare = first + second + worth[at[1]] - of_meeting[at[0]]
    meeting = np.zeros((problem.meetings, problem.slots))
    meeting[at[0], at[1]] = second - spare / 2
    scale = float(1 << apart.shift)
    return Prices(
        np.rint(meeting * scale).astype(np.int64), np.rint(worth * scale).astype(np.int64), apart.shift
    )


class _Programme:
    """Columns: each meeting in each of its slots (`Apart.at`), then steps of the paths.

    Rows: each meeting has a slot; each person is busy where he has a meeting (`number`); paths go on.
    """

    def __init__(self, apart: Apart, a_break: float, a_slot: Sequence[float]) -> None:
        problem = apart.problem
        self._slots = problem.slots
        self._at = apart.at
        width = self._at.shape[1]
        self.cost = [0.0] * width
        self.right = [1.0] * problem.meetings
        self._row: list[int] = self._at[0].tolist()
        self._column = list(range(width))
        self._value = [1.0] * width
        self.number: dict[tuple[int, int], int] = {}
        for column, (m, t) in enumerate(self._at.T.tolist()):
            for p in problem.pairs[m]:
                number = self.number.setdefault((p, t), len(self.number))
                self._enter(problem.meetings + number, column, -1.0)
        self.right += [0.0] * len(self.number)
        for p in apart.who:
            self._path(p, problem.counted(p), len(apart.own[p]), problem.meetings, a_break, a_slot)

    def equal(self) -> csr_array:
        """The rows that must be kept exactly."""
        from scipy.sparse import coo_array, csr_array

        table = (self._value, (self._row, self._column))
        return csr_array(coo_array(table, shape=(len(self.right), len(self.cost))))

    def tables(self) -> csr_array:
        """A row for the tables of each slot."""
        from scipy.sparse import coo_array, csr_array

        width = self._at.shape[1]
        table = (np.ones(width), (self._at[1], np.arange(width)))
        return csr_array(coo_array(table, shape=(self._slots, len(self.cost))))

    def _enter(self, row: int, column: int, value: float) -> None:
        self._row.append(row)
        self._column.append(column)
        self._value.append(value)

    def _path(
        self,
        who: int,
        slots: Sequence[int],
        meetings: int,
        rows: int,
        a_break: float,
        a_slot: Sequence[float],
    ) -> None:
        """Somebody's steps: from (meetings so far, whether busy last) to the same a slot later."""
        here = {(0, False): self._node(-1.0)}
        for i, t in enumerate(slots):
            left, then = len(slots) - i - 1, dict[tuple[int, bool], int]()
            for (over, busy), node in here.items():
                waits = 0 < over < meetings
                steps = [((over, False), waits * (a_break * busy + a_slot[t]), False)]
                if (who, t) in self.number and over < meetings:
                    steps.append(((over + 1, over + 1 < meetings), 0.0, True))
                for state, cost, meets in steps:
                    if meetings - state[0] > left:
                        continue
                    if state not in then:
                        then[state] = self._node(0.0)
                    column = len(self.cost)
                    self.cost.append(cost)
                    self._enter(node, column, -1.0)
                    self._enter(then[state], column, 1.0)
                    if meets:
                        self._enter(rows + self.number[who, t], column, 1.0)
            here = then
        for node in here.values():  # whoever has had all of them
            self.right[node] = 1.0

    def _node(self, right: float) -> int:
        self.right.append(right)
        return len(self.right) - 1
