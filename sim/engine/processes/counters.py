"""Servers behind one line, strictly first come first served: gates, catering, doors of full halls."""

from __future__ import annotations

from collections import deque

from sim.engine.processes.kernel import Turn
from sim.floor.trace import Outcome

__all__ = ["Counter"]


class Counter:
    """`servers` alike; a party takes as many as it needs at once.

    A large party at the head of the line holds up those behind it.
    """

    def __init__(self, servers: int) -> None:
        self.servers = servers
        self.free = servers  # below 0 while more are busy than there now are
        self.line: deque[Turn] = deque()

    def take(self, need: int) -> bool:
        """Take `need` servers now if nobody waits and so many are free."""
        self._forget_those_gone()
        if self.line or need > self.free:
            return False
        self.free -= need
        return True

    def join(self, turn: Turn) -> None:
        """Stand at the end of the line."""
        self.line.append(turn)

    def release(self, need: int) -> None:
        """Give servers back and hand them on."""
        self.free += need
        self.serve()

    def serve(self) -> None:
        """Hand free servers to the head of the line, as far as they go."""
        self._forget_those_gone()
        while self.line and self.line[0].size <= self.free:
            turn = self.line.popleft()
            self.free -= turn.size
            turn.succeed(Outcome.DONE)
            self._forget_those_gone()

    def resize(self, servers: int) -> None:
        """Change the number of servers (R8); running services finish."""
        self.free += servers - self.servers
        self.servers = servers
        self.serve()

    def give_up(self, turn: Turn, outcome: Outcome) -> None:
        """End a wait without service; those behind may now fit."""
        turn.succeed(outcome)
        self.serve()

    def close(self) -> None:
        """Empty the line."""
        for turn in self.line:
            if not turn.triggered:
                turn.succeed(Outcome.CLOSED)
        self.line.clear()

    def _forget_those_gone(self) -> None:
        while self.line and self.line[0].triggered:
            self.line.popleft()
