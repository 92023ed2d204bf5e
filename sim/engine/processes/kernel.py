"""What the processes wait for: a moment with its rank, or a turn in a line."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

import simpy

from sim.floor.order import Rank

__all__ = ["At", "Clock", "Steps", "Turn", "call_at"]

Steps = Generator[simpy.Event, Any, Any]


class Clock(simpy.Environment):
    """SimPy's environment, in whole milliseconds from the midnight before the first day."""

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
        # SimPy's own urgent and normal priorities are 0 and 1: a turn that is granted is taken up
        # before anything else of the instant happens.
        env.schedule(self, rank | entity, delay)  # type: ignore[arg-type]


def call_at(env: Clock, delay: int, rank: Rank, entity: int, then: Callable[[], None]) -> None:
    """Do `then` at a moment `delay` ms from now."""
    At(env, delay, rank, entity).callbacks.append(lambda _: then())


class Turn(simpy.Event):
    """A place in a line: `who` waits, needing `size` servers; its value says how the wait ended."""

    def __init__(self, env: Clock, who: int, size: int = 1) -> None:
        super().__init__(env)
        self.who = who
        self.size = size
