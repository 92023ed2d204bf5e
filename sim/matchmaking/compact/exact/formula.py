"""Clauses under construction, and counting by totalizers that grow only as far as they are asked."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

__all__ = ["FALSE", "TRUE", "Formula", "Sum"]

TRUE = 1  # the variable that every formula sets
FALSE = -1


class Formula:
    """A conjunction of clauses over variables 1, 2, …; variable 1 is true.

    A literal is a variable or its negative. Clauses that hold anyway are not kept.
    """

    def __init__(self) -> None:
        self.variables = TRUE
        self.clauses: list[list[int]] = [[TRUE]]

    def new(self) -> int:
        """A fresh variable."""
        self.variables += 1
        return self.variables

    def add(self, *literals: int) -> None:
        """At least one of these literals holds."""
        if TRUE not in literals:
            self.clauses.append([literal for literal in literals if literal != FALSE] or [FALSE])

    def at_most_one(self, literals: Sequence[int]) -> None:
        """No two of these literals hold: a clause a pair, which suits the short lists of a timetable."""
        for one, other in combinations(literals, 2):
            self.add(-one, -other)

    def drain(self) -> list[list[int]]:
        """The clauses added since the last call."""
        added, self.clauses = self.clauses, []
        return added


class Sum:
    """How many of these literals hold, in unary: a totalizer (Bailleux and Boufkhad 2003).

    Outputs are made when asked for, with the part of the tree that they need. They are implied by the
    literals, not the other way round, so they may be forbidden but not demanded.
    """

    def __init__(self, formula: Formula, literals: Sequence[int]) -> None:
        self.size = len(literals)
        self._formula = formula
        self._outputs: dict[int, int] = {}
        if self.size == 1:
            self._outputs[1] = literals[0]
        elif self.size > 1:
            half = self.size // 2
            self._left, self._right = Sum(formula, literals[:half]), Sum(formula, literals[half:])

    def at_least(self, count: int) -> int:
        """A literal that holds if at least `count` of the literals do."""
        if count <= 0:
            return TRUE
        if count > self.size:
            return FALSE
        if count not in self._outputs:
            output = self._outputs[count] = self._formula.new()
            for left in range(max(0, count - self._right.size), min(count, self._left.size) + 1):
                right = self._right.at_least(count - left)
                self._formula.add(-self._left.at_least(left), -right, output)
        return self._outputs[count]
