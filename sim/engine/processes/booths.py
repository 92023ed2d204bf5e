"""Booths (R3, R4): members of staff, the line of parties, calls for delegates that wait."""

from __future__ import annotations

from bisect import insort
from collections import deque
from enum import IntEnum

from sim.engine.processes.kernel import Turn
from sim.floor.arrays import NONE
from sim.floor.trace import Cause, Outcome

__all__ = ["KEEPS_BUSY", "Booth", "Member", "State"]


class State(IntEnum):
    """What a member of staff is doing."""

    OFF = 0
    FREE = 1
    TALKING = 2
    MEETING = 3  # sent to a meeting, there, or coming back
    HOSTING = 4  # the same for a session


KEEPS_BUSY = {
    State.TALKING: Cause.CONVERSATION,
    State.MEETING: Cause.MEETING,
    State.HOSTING: Cause.SESSION,
}


class Member:
    """A member of staff."""

    __slots__ = ("booth", "on_duty", "pace", "state")

    def __init__(self, booth: int, pace: int) -> None:
        self.booth = booth
        self.pace = pace
        self.on_duty = False
        self.state = State.OFF


class Booth:
    """One booth: who is free, who waits, which calls wait for somebody to send."""

    __slots__ = ("free", "line", "pending", "staff", "waiting")

    def __init__(self) -> None:
        self.staff: list[int] = []
        self.free: list[tuple[int, int]] = []  # (since, member): the one free longest first
        self.line: deque[Turn] = deque()
        self.waiting = 0  # parties in the line that have not given up
        self.pending: list[tuple[int, int, int]] = []  # (start, call, member or NONE)

    def add_free(self, since: int, member: int) -> None:
        """A member has nothing to do from `since` on."""
        insort(self.free, (since, member))

    def take_free(self, member: int = NONE) -> int:
        """The member free longest, or the one named; NONE if not to be had."""
        if member == NONE:
            return self.free.pop(0)[1] if self.free else NONE
        for place, (_, who) in enumerate(self.free):
            if who == member:
                del self.free[place]
                return member
        return NONE

    def join(self, turn: Turn) -> None:
        """Stand at the end of the line."""
        self.line.append(turn)
        self.waiting += 1

    def next_in_line(self) -> Turn | None:
        """The party that has waited longest."""
        while self.line:
            turn = self.line.popleft()
            if not turn.triggered:
                self.waiting -= 1
                return turn
        return None

    def give_up(self, turn: Turn, outcome: Outcome) -> None:
        """End a wait without a conversation."""
        self.waiting -= 1
        turn.succeed((outcome, NONE))

    def close(self) -> None:
        """Empty the line (R7)."""
        while (turn := self.next_in_line()) is not None:
            turn.succeed((Outcome.CLOSED, NONE))

    def wait_for_delegate(self, start: int, call: int, named: int) -> None:
        """A call waits for somebody to send; calls are answered in order of their slots."""
        insort(self.pending, (start, call, named))

    def forget_call(self, call: int) -> None:
        """A call is cancelled."""
        self.pending = [entry for entry in self.pending if entry[1] != call]

    def next_call(self, member: int) -> int:
        """Take the first waiting call that this member may answer; NONE if there is none."""
        for place, (_, call, named) in enumerate(self.pending):
            if named in (NONE, member):
                del self.pending[place]
                return call
        return NONE

    def why_nobody_came(self, named: int, members: list[Member]) -> Cause:
        """What keeps the booth from sending a delegate."""
        states = {members[m].state for m in (self.staff if named == NONE else [named])}
        for state, cause in KEEPS_BUSY.items():
            if state in states:
                return cause
        return Cause.STAFF
