"""Who is missing where somebody was booked or called, and why; calls that nobody need answer any more."""

from __future__ import annotations

from sim.engine.processes.state import FloorState
from sim.floor.arrays import NONE
from sim.floor.trace import Cause, Outcome

__all__ = ["Calls"]


class Calls(FloorState):
    """Calls for delegates, and bookings, of meetings and sessions."""

    def missing_side(self, k: int, side: int) -> tuple[int, Outcome, Cause]:
        """Who is missing at a meeting, how that is recorded, and what held them up."""
        if (c := self.call_of[side][k]) != NONE:
            return self.missing_delegate(c)
        b = self.booking_of[side][k]
        if b == NONE:  # nobody was ever booked for this side
            return NONE, Outcome.NO_SHOW, Cause.NONE
        v = self.b_party[b]
        if not self.b_comes[b]:
            return v, Outcome.NO_SHOW, Cause.NONE
        if (cause := self.missed.get(b)) is None:
            cause = self.held_up[v] if self.doing[v] == Cause.WALK else self.doing[v]
        return v, Outcome.MISSED, cause

    def missing_delegate(self, c: int) -> tuple[int, Outcome, Cause]:
        """Who should have answered a call, how that is recorded, and what kept them."""
        named = self.c_member[c]
        actor = NONE if named == NONE else self.n_party_days + named
        if not self.c_comes[c]:
            return actor, Outcome.NO_SHOW, Cause.NONE
        if c in self.on_the_way:
            m, _, cause = self.on_the_way[c]
            return self.n_party_days + m, Outcome.MISSED, cause
        booth = self.booths[self.c_booth[c]]
        return actor, Outcome.MISSED, booth.why_nobody_came(named, self.members)

    def cancel(self, c: int) -> None:
        """Nobody need answer a call any more; a delegate on the way turns back (R4)."""
        if c in self.on_the_way:
            _, turn, _ = self.on_the_way.pop(c)
            turn.succeed(Outcome.CANCELLED)
        else:
            self.booths[self.c_booth[c]].forget_call(c)

    def cancel_calls(self, k: int) -> None:
        """A meeting is lost, or begins without those who are missing: their calls are cancelled."""
        for of_side in self.call_of:
            c = of_side[k]
            if c != NONE and not self.call_answered[c]:
                self.cancel(c)
