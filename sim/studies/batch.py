"""How many cells of a study a task of a cluster is of: handing one over costs some milliseconds.

A cell of a small fair takes a quarter of a second, and tasks of several of them cost the scheduler, the
network and this process so much less. How long cells take shows with the first, which are tasks of their own.
"""

from __future__ import annotations

from typing import Final

__all__ = ["LONGEST", "Batch"]

_SECONDS: Final = 1.5  # that a task is to take: what a stop loses, and how often people see how far it is
LONGEST: Final = 2 * _SECONDS
"""Seconds after which a task takes up no other cell, if they take longer than those before."""
_MOST: Final = 100  # by then handing them over costs nothing, and what comes back is a message still


class Batch:
    """How many cells the next task is of: grows with what tasks took, and falls to one at the end."""

    def __init__(self) -> None:
        self._most = 1
        self._alone = False

    def size(self, waiting: int, tasks: int) -> int:
        """Of so many cells that wait, where the cluster is given so many tasks at a time.

        Towards the end tasks become smaller, so that all workers are at work until then.
        """
        return max(1, min(self._most, waiting // max(1, tasks)))

    def took(self, cells: int, seconds: float) -> None:
        """A task of so many cells took so long."""
        if not self._alone:
            fit = int(min(_SECONDS * cells / max(seconds, 1e-9), _MOST))
            self._most = max(1, min(2 * self._most, fit))

    def killed(self) -> None:
        """A task killed its workers: from now on each cell is sent by itself, so that others lose nothing."""
        self._most, self._alone = 1, True
