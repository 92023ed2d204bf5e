"""The reference engine: the floor as SimPy processes, written to be read.

A party's day is `visit`; what it does on the way is `talk`, `attend`, `meet` or `eat`; a member of
staff sent away is `delegate` (`Delegates`); all that stands in a timetable is `follow_calendar`.
Subclass `ExpoFloor` to change a process or to add one: `start` sets them off. All that changes
while a floor runs is listed in `state.py`.
"""

from __future__ import annotations

from collections.abc import Callable

from sim.engine.processes.booths import Booth
from sim.engine.processes.counters import Counter
from sim.engine.processes.delegates import Delegates
from sim.engine.processes.kernel import At, Steps, Turn, call_at
from sim.engine.processes.route import Action, Route
from sim.floor.arrays import NEVER, NONE, Floor
from sim.floor.calendar import Entry, calendar
from sim.floor.order import Rank
from sim.floor.trace import Cause, Kind, Outcome, Trace

__all__ = ["ExpoFloor"]

# names that the busiest lines look up: one of an enumeration takes nine times as long
ASK, SERVED, GIVES_UP = Rank.PARTIES_ASK, Rank.SERVICES_END, Rank.PATIENCE_ENDS
LEAVE, BOOKING, TALK = Action.LEAVE, Action.BOOKING, Kind.TALK
NO_CAUSE, WALK, QUEUE, CONVERSATION = Cause.NONE, Cause.WALK, Cause.QUEUE, Cause.CONVERSATION
DONE, BALKED, RENEGED, LEFT = Outcome.DONE, Outcome.BALKED, Outcome.RENEGED, Outcome.LEFT_FOR_BOOKING
CLOSED = Outcome.CLOSED

_BLOCK = 1 << 13  # entries of the calendar taken as small objects at a time; then rows are put away


class ExpoFloor(Delegates):
    """One replication at work: `run` gives its trace, the methods are the rules (R1 to R9)."""

    def __init__(self, floor: Floor) -> None:
        super().__init__(floor)
        self.route = Route(self)

    # ------------------------------------------------------------------------------- running

    def run(self) -> Trace:
        """Run all days and return what happened."""
        self.start()
        self.env.run()
        return self.trace()

    def start(self) -> None:
        """Set the processes off."""
        self.env.process(self.follow_calendar())

    def follow_calendar(self) -> Steps:
        """All that is known beforehand: hours, shifts, arrivals, sessions, slots, calls, deadlines."""
        act: dict[int, Callable[[int], None]] = {
            Entry.OPENS: self.meetings.reopen,
            Entry.CLOSES: self.close_place,
            Entry.OFF_DUTY: self.go_off_duty,
            Entry.ON_DUTY: self.come_on_duty,
            Entry.ROUND: self.mix,
            Entry.RELEASE: self.release_seats,
            Entry.NO_SHOW: self.stay_away,
            Entry.CALL: self.call_out,
            Entry.DUE: self.meetings.fall_due,
            Entry.ARRIVAL: self.arrive,
            Entry.CALL_DEADLINE: self.give_up_call,
            Entry.DEADLINE: self.meetings.expire,
            Entry.SERVERS: self.change_servers,
        }
        known = calendar(self.floor)
        priority = known.rank | known.entity
        for first in range(0, len(known), _BLOCK):
            self.put_away()
            block = slice(first, first + _BLOCK)
            for time, order, entry, subject in zip(
                known.time[block].tolist(),
                priority[block].tolist(),
                known.entry[block].tolist(),
                known.subject[block].tolist(),
                strict=True,
            ):
                yield At(self.env, time - self.now, order, 0)
                act[entry](subject)

    # ------------------------------------------------------------------------------- a party's day

    def arrive(self, v: int) -> None:
        """A party reaches its gate."""
        self.env.process(self.visit(v))

    def visit(self, v: int) -> Steps:
        """One party's day, from the gate to the gate again (R1, R2, R7)."""
        if (admission := (yield from self.admission(v))) != DONE:
            self.miss_everything(v, Cause.GATE if admission == Outcome.RENEGED else Cause.ABSENT)
            return
        env, doing, admitted = self.env, self.doing, self.env.now
        self.route.admit(v)
        while (step := self.route.next(v, env.now)).action != LEAVE:
            self.held_up[v] = doing[v] if step.late else WALK
            doing[v] = WALK
            if step.action == BOOKING:
                yield from self.keep_booking(v, step.row, step.at, step.walked)
                continue
            if step.walked:
                yield At(env, step.at - env.now, ASK, v)
            elif not (yield from self.go_and_look(v, step.row, step.at)):
                continue
            if self.s_talk[step.row]:
                yield from self.talk(v, step.row)
        self.doing[v] = Cause.ABSENT
        if step.walked:
            yield At(self.env, step.at - self.now, Rank.PARTIES_LEAVE, v)
        else:
            yield from self.cross(v, step.at, self.gate[v])
        self.record(admitted, self.now, Kind.VISIT, self.gate[v], v, NONE)

    def admission(self, v: int) -> Steps:
        """The gate: lanes, first come first served, up to a patience; how it went (R1)."""
        gate, env = self.gate[v], self.env
        arrived = env.now
        lanes = self.counters[gate]
        self.doing[v] = Cause.GATE
        outcome = Outcome.CLOSED
        if self.geography.is_open(gate, arrived):
            outcome = DONE
            if not lanes.take(1):
                outcome = RENEGED
                if (patience := self.gate_patience[v]) > 0:
                    lanes.join(turn := Turn(env, v))
                    self.lose_patience(arrived + patience, lanes, turn, RENEGED)
                    outcome = yield turn
        wait = env.now - arrived
        if outcome == DONE:
            yield At(env, self.check[v], SERVED, v)
            lanes.release(1)
        self.record(arrived, env.now, Kind.GATE, gate, v, NONE, wait, outcome)
        return outcome

    def miss_everything(self, v: int, cause: Cause) -> None:
        """A party that is never admitted misses all its bookings."""
        self.doing[v] = Cause.ABSENT
        for b in range(self.b_index[v], self.b_index[v + 1]):
            if self.b_comes[b]:
                self.miss(v, b, cause)

    def miss(self, v: int, b: int, cause: Cause) -> None:
        """A party will not come to a booking: a row, which for a meeting is written when that is lost."""
        if self.b_meeting[b] != NONE:
            self.missed[b] = cause
            return
        at, k = max(self.now, self.b_start[b]), self.b_session[b]  # no session: a meal
        kind = Kind.MEAL if k == NONE else Kind.SESSION
        self.record(at, at, kind, self.b_place[b], v, k, 0, Outcome.MISSED, cause)

    def go_and_look(self, v: int, s: int, set_out: int) -> Steps:
        """Walk to a stop past the door of a full hall, and look; False: nothing to ask for there."""
        place = self.s_place[s]
        if not (yield from self.cross(v, set_out, place)):
            return False
        arrived = self.now
        if not self.geography.is_open(place, arrived):
            self.record(arrived, arrived, Kind.LOOK, place, v, NONE, 0, Outcome.CLOSED)
            self.route.find_closed(v, place, arrived)
            return False
        yield At(self.env, self.s_look[s], Rank.PARTIES_ASK, v)
        self.record(arrived, self.now, Kind.LOOK, place, v, NONE)
        return True

    def keep_booking(self, v: int, b: int, at: int, walked: bool) -> Steps:
        """Go where a booking calls, and do what it is for (R5, R6)."""
        if walked:
            yield At(self.env, at - self.now, Rank.PARTIES_ARRIVE, v)
        elif not (yield from self.cross(v, at, self.b_place[b])):
            self.miss(v, b, Cause.HALL)
            return
        if self.b_session[b] != NONE:
            yield from self.attend(v, b)
        elif self.b_meeting[b] != NONE:
            yield from self.meet(v, b)
        else:
            yield from self.eat(v, b)

    def cross(self, v: int, set_out: int, to: int) -> Steps:
        """Walk to another hall where a limit on people holds; False: was not let in.

        A party leaves its hall when it sets out and waits at the door of the other; that it had to
        wait is what would make it late from then on.
        """
        geography, here, size, pace = self.geography, self.here[v], self.size[v], self.pace[v]
        old, new = geography.zone[here], geography.zone[to]
        if set_out > self.now:
            yield At(self.env, set_out - self.now, Rank.SERVICES_END, v)
        if (inside := self.zone_doors.get(old)) is not None:
            inside.release(size)
        door = geography.door(new)
        to_door = geography.walk(here, door, pace)
        rest = geography.walk(here, to, pace) - to_door
        yield At(self.env, to_door, Rank.PARTIES_ARRIVE, v)
        self.route.move(v, door)
        asked, outcome = self.now, Outcome.DONE
        if (inside := self.zone_doors.get(new)) is not None and not inside.take(size):
            self.doing[v] = self.held_up[v] = Cause.HALL
            outcome, cause = yield from self.wait(inside, v, size, asked + self.floor.places.zone_patience)
            self.record(asked, self.now, Kind.HALL, to, v, new, self.now - asked, outcome, cause)
        if outcome != Outcome.DONE:
            self.route.give_up(v, new)
            return False
        if rest > 0:
            yield At(self.env, rest, Rank.PARTIES_ARRIVE, v)
        self.route.move(v, to)
        return True

    def wait(self, counter: Counter, v: int, size: int, patience_ends: int) -> Steps:
        """Stand in the line of a counter until served, until patience ends, or until it is time to go (R2).

        How it ended, and what the party left for, if it did.
        """
        due, why = self.route.due(v)
        ends = outcome = Outcome.RENEGED if patience_ends <= due else Outcome.LEFT_FOR_BOOKING
        until = min(patience_ends, due)
        if until > self.now:
            counter.join(turn := Turn(self.env, v, size))
            self.lose_patience(until, counter, turn, ends)
            outcome = yield turn
        return outcome, why if outcome == Outcome.LEFT_FOR_BOOKING else Cause.NONE

    def lose_patience(self, until: int, line: Counter | Booth, turn: Turn, ends: Outcome) -> None:
        """Who still waits in a line at `until` gives up; `ends` says how that is recorded (R2)."""

        def give_up() -> None:
            if not turn.triggered:
                line.give_up(turn, ends)

        if until < NEVER:
            call_at(self.env, until - self.env.now, GIVES_UP, turn.who, give_up)

    # ------------------------------------------------------------------------------- booths

    def talk(self, v: int, s: int) -> Steps:
        """Ask for a conversation, wait for a member of staff, talk (R3)."""
        env, place = self.env, self.s_place[s]
        booth, asked = self.booths[place], env.now
        outcome, cause, wait, member = DONE, NO_CAUSE, 0, NONE
        if not self.geography.is_open(place, asked):
            outcome = Outcome.CLOSED
        elif (member := booth.take_free()) == NONE:
            due, why = self.route.due(v)
            if self.patience[v] == 0 or booth.waiting >= self.queue_limit[v]:
                outcome = BALKED
            elif due <= asked:
                outcome, cause = LEFT, why
            else:
                self.doing[v] = QUEUE
                outcome, member = yield from self.queue(v, booth, asked + self.patience[v], due)
                wait = env.now - asked
                if outcome == LEFT:
                    cause = why
        if outcome != DONE:
            self.record(asked, env.now, TALK, place, v, NONE, wait, outcome, cause)
            if outcome in (BALKED, RENEGED):
                self.route.lose(s)
            elif outcome == CLOSED:
                self.route.find_closed(v, place, env.now)
            return
        self.engage(member)
        self.doing[v] = CONVERSATION
        yield At(env, self.s_talk[s], SERVED, v)
        self.route.remember(v, place)
        self.record(asked, env.now, TALK, place, v, self.n_party_days + member, wait)
        self.free(member, CONVERSATION)

    def queue(self, v: int, booth: Booth, patience_ends: int, due: int) -> Steps:
        """Stand in the line of a booth: how it ended, and the member who is free for the party."""
        booth.join(turn := Turn(self.env, v))
        ends = RENEGED if patience_ends <= due else LEFT
        self.lose_patience(min(patience_ends, due), booth, turn, ends)
        return (yield turn)

    def close_place(self, place: int) -> None:
        """A close: lines empty, running services finish (R7)."""
        if place in self.booths:
            self.booths[place].close()
        elif place in self.counters:
            self.counters[place].close()
        for session in self.sessions_at[place]:
            session.close()

    def change_servers(self, change: int) -> None:
        """Lanes open or close at a gate (R8)."""
        places = self.floor.places
        place = int(places.change_place[change])
        self.counters[place].resize(int(places.change_servers[change]))

    # ------------------------------------------------------------------------------- sessions

    def attend(self, v: int, b: int) -> Steps:
        """Be seated in a session, or be turned away; leave at its end or for a booking (R5)."""
        k, arrived, size = self.b_session[b], self.now, self.size[v]
        session, registered = self.sessions[k], bool(self.b_registered[b])
        outcome, cause = Outcome.DONE, Cause.NONE
        if not self.geography.is_open(session.place, arrived):
            outcome = Outcome.CLOSED
        elif arrived > session.late:
            outcome, cause = Outcome.TURNED_AWAY, Cause.TOO_LATE
        elif not session.admit(size, registered, arrived):
            outcome = Outcome.TURNED_AWAY
            if session.may_wait(arrived):
                self.doing[v] = Cause.QUEUE
                session.queue(turn := Turn(self.env, v, size), registered)
                outcome = yield turn
            if outcome == Outcome.TURNED_AWAY:
                cause = Cause.FULL
        wait = self.now - arrived
        if outcome == Outcome.DONE:
            self.doing[v] = Cause.SESSION
            due, why = self.route.due(v)
            rounds = self.b_rounds[b]
            leaves, rounds = session.stay(self.now, rounds, due if why == Cause.BOOKING else NEVER)
            session.join(v, rounds, self.b_mixing[b])
            yield At(self.env, leaves - self.now, Rank.SESSIONS_END, v)
            session.leave(v, size, self.now)
        elif outcome == CLOSED:
            self.route.find_closed(v, session.place, self.now)
        self.record(arrived, self.now, Kind.SESSION, session.place, v, k, wait, outcome, cause)

    def release_seats(self, k: int) -> None:
        """The doors open, or held seats are released."""
        self.sessions[k].release(self.now)

    def mix(self, k: int) -> None:
        """A round of mixing: those present meet in pairs."""
        session, now = self.sessions[k], self.now
        for a, b in session.pairs((now - session.end) // session.round):
            self.record(now, now + session.round, Kind.CONTACT, session.place, a, b)

    def stay_away(self, b: int) -> None:
        """A registered party does not come."""
        k, v, start = self.b_session[b], self.b_party[b], self.now
        place = self.b_place[b]
        self.record(start, start, Kind.SESSION, place, v, k, 0, Outcome.NO_SHOW)

    # ------------------------------------------------------------------------------- meetings, meals

    def meet(self, v: int, b: int) -> Steps:
        """Keep a meeting: wait for the other side, meet; the rows are the meeting's (R6)."""
        self.doing[v] = Cause.MEETING
        turn = self.meetings.arrive(self.b_meeting[b], self.b_side[b], v, self.held_up[v])
        if turn is not None:
            yield turn

    def eat(self, v: int, b: int) -> Steps:
        """A meal: seats for the whole party, first come first served."""
        place, asked, size = self.b_place[b], self.now, self.size[v]
        seats = self.counters[place]
        outcome, cause = Outcome.DONE, Cause.NONE
        if not self.geography.is_open(place, asked):
            outcome = Outcome.CLOSED
        elif not seats.take(size):
            self.doing[v] = Cause.QUEUE
            outcome, cause = yield from self.wait(seats, v, size, asked + self.b_patience[b])
        wait = self.now - asked
        if outcome == Outcome.DONE:
            self.doing[v] = Cause.MEAL
            yield At(self.env, self.b_meal[b], Rank.SERVICES_END, v)
            seats.release(size)
        elif outcome == CLOSED:
            self.route.find_closed(v, place, self.now)
        self.record(asked, self.now, Kind.MEAL, place, v, NONE, wait, outcome, cause)
