"""What the processes wait for: a moment with its rank, or a turn in a line."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

import simpy
from simpy.events import URGENT

from sim.floor.order import Rank

__all__ = ["At", "Clock", "Steps", "Turn", "call_at"]

Steps = Generator[simpy.Event, Any, Any]


class Clock(simpy.Environment):
    """SimPy's environment, in whole milliseconds from the midnight before the first day.

    Moments happen by time, rank and entity (`sim.floor.order`): each is an `At`. What one brings about
    at once happens within it, before the next: first who acts goes on until there is nothing to do but
    wait; then, one after the other in the order in which that was brought about, whose `Turn` has come
    and who has been sent out (SimPy starts processes so); and what these bring about in their turn,
    after those. SimPy keeps both in its queue at its urgent level, first come first served.
    """

    if TYPE_CHECKING:

        @property
        def now(self) -> int:
            """The time in ms."""


class At(simpy.Event):
    """A moment `delay` ms from now, in the order of ranks and entities within that millisecond."""

    def __init__(self, env: Clock, delay: int, rank: int, entity: int) -> None:
        self.env = env
        self.callbacks = []
        self._ok = True
        self._value = None
        # SimPy's own urgent and normal priorities are 0 and 1, below all ranks
        env.schedule(self, rank | entity, delay)  # type: ignore[arg-type]


def call_at(env: Clock, delay: int, rank: Rank, entity: int, then: Callable[[], None]) -> None:
    """Do `then` at a moment `delay` ms from now."""
    At(env, delay, rank, entity).callbacks.append(lambda _: then())


class Turn(simpy.Event):
    """A wait that somebody else ends: `who` waits, needing `size` servers; its value says how it ended.

    Who waited goes on within the event that ended the wait (`Clock`).
    """

    def __init__(self, env: Clock, who: int, size: int = 1) -> None:
        super().__init__(env)
        self.who = who
        self.size = size

    def succeed(self, value: Any = None) -> Turn:
        """End the wait."""
        if self.triggered:
            raise RuntimeError(f"the turn of {self.who} has ended already")
        self._ok = True
        self._value = value
        self.env.schedule(self, URGENT)
        return self
