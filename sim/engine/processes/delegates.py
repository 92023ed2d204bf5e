"""Members of staff (R3, R4): on duty and off, free for a party, away as delegates."""

from __future__ import annotations

from sim.engine.processes.booths import KEEPS_BUSY, State
from sim.engine.processes.calls import Calls
from sim.engine.processes.kernel import At, Steps, Turn, call_at
from sim.engine.processes.meetings import MeetingBook
from sim.floor.arrays import NONE, Floor
from sim.floor.order import Rank
from sim.floor.trace import Cause, Kind, Outcome

__all__ = ["Delegates"]

# names that the busiest lines look up
FREE, TALKING, DONE = State.FREE, State.TALKING, Outcome.DONE


class Delegates(Calls):
    """The staff of all booths, and the meetings and sessions to which they are sent."""

    def __init__(self, floor: Floor) -> None:
        super().__init__(floor)
        self.meetings = MeetingBook(self)

    def free(self, m: int, cause: Cause) -> None:
        """A member has time: pending calls first, then the line (R3, R4).

        `cause` says what kept the member until now.
        """
        member = self.members[m]
        booth = self.booths[member.booth]
        if not member.on_duty:
            member.state = State.OFF
        elif (call := booth.next_call(m)) != NONE:
            self.send(m, call, cause)
        elif (turn := booth.next_in_line()) is not None:
            member.state = TALKING
            turn.succeed((DONE, m))
        else:
            member.state = FREE
            booth.add_free(self.env.now, m)

    def engage(self, m: int) -> None:
        """A member who was free begins a conversation."""
        self.members[m].state = TALKING

    def come_on_duty(self, m: int) -> None:
        """A shift begins, or lunch is over."""
        member = self.members[m]
        member.on_duty = True
        if member.state == State.OFF:
            self.free(m, Cause.STAFF)

    def go_off_duty(self, m: int) -> None:
        """A shift ends, or lunch begins; who is busy finishes first."""
        member = self.members[m]
        member.on_duty = False
        if member.state == State.FREE:
            self.booths[member.booth].take_free(m)
            member.state = State.OFF

    def call_out(self, c: int) -> None:
        """A call for a delegate goes out: whoever is free goes, else it waits for the next (R4).

        None goes out to a second appointment that is known not to be needed.
        """
        if self.c_meeting[c] != NONE and self.meeting_state.settled[self.c_meeting[c]]:
            return
        booth = self.booths[self.c_booth[c]]
        member = booth.take_free(self.c_member[c])
        if member == NONE:
            booth.wait_for_delegate(self.c_start[c], c, self.c_member[c])
        else:
            self.send(member, c, Cause.WALK)

    def send(self, m: int, c: int, cause: Cause) -> None:
        """A member sets out to answer a call; `cause` says what kept the member until now."""
        self.env.process(self.delegate(m, c, cause))

    def delegate(self, m: int, c: int, cause: Cause) -> Steps:
        """A member of staff away from the booth: to the call, then the next one or back (R4)."""
        member, actor = self.members[m], self.n_party_days + m
        walk, here = self.geography.walk, member.booth
        while c != NONE:
            member.state = State.MEETING if self.c_session[c] == NONE else State.HOSTING
            left, place = self.now, self.c_place[c]
            outcome = yield from self.set_out(m, c, walk(here, place, member.pace), cause)
            if outcome == Outcome.CANCELLED:
                back = self.now - left + walk(here, member.booth, member.pace)
            else:
                if self.c_meeting[c] == NONE:
                    yield from self.host(actor, c)
                elif (
                    turn := self.meetings.arrive(self.c_meeting[c], self.c_side[c], actor, cause)
                ) is not None:
                    yield turn
                here = place
                back = walk(here, member.booth, member.pace)
            following = NONE
            if member.on_duty and outcome == Outcome.DONE:
                following = self.booths[member.booth].next_call(m)
            if following == NONE and back > 0:
                yield At(self.env, back, Rank.DELEGATES_BACK, m)
            self.record(left, self.now, Kind.DELEGATE, place, actor, c, 0, outcome)
            c, cause = following, KEEPS_BUSY[member.state]
        self.free(m, cause)

    def set_out(self, m: int, c: int, walk: int, cause: Cause) -> Steps:
        """The way to a call: `DONE` on arrival, `CANCELLED` once nobody need come any more (R4)."""
        if walk > 0:
            turn = Turn(self.env, m)
            self.on_the_way[c] = (m, turn, cause)

            def arrive() -> None:
                if not turn.triggered:
                    turn.succeed(Outcome.DONE)

            call_at(self.env, walk, Rank.DELEGATES_ARRIVE, m, arrive)
            if (yield turn) == Outcome.CANCELLED:
                return Outcome.CANCELLED
            del self.on_the_way[c]
        self.call_answered[c] = True
        return Outcome.DONE

    def host(self, actor: int, c: int) -> Steps:
        """A delegate hosts a session to its end, mixing included (R5).

        He is let in before the room opens, and turns back if it is closed when he should begin (R7).
        """
        k, arrived = self.c_session[c], self.now
        session = self.sessions[k]
        if not self.geography.is_open(session.place, max(arrived, session.start)):
            self.record(arrived, arrived, Kind.SESSION, session.place, actor, k, 0, Outcome.CLOSED)
            return
        session.join(actor, session.rounds, self.c_mixing[c])
        leaves = session.end + session.rounds * session.round
        yield At(self.env, max(leaves - arrived, 1), Rank.SESSIONS_END, actor)
        session.part(actor)
        self.record(arrived, self.now, Kind.SESSION, session.place, actor, k)

    def give_up_call(self, c: int) -> None:
        """The deadline of a call to a session: it is cancelled, unless it has been answered (R4)."""
        if self.call_answered[c]:
            return
        k, now = self.c_session[c], self.now
        actor, outcome, cause = self.missing_delegate(c)
        self.record(now, now, Kind.SESSION, self.sessions[k].place, actor, k, 0, outcome, cause)
        self.cancel(c)
