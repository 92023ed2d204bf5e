"""The loop over all events: one function that plays a floor as long as there is room for what happens."""

from __future__ import annotations

from sim.engine.compiled import booths, counters, delegates, meetings, sessions, visits
from sim.engine.compiled import records as of
from sim.engine.compiled.compiling import rule
from sim.engine.compiled.events import ENTITY, RANK, SHIFT, fill, pop
from sim.engine.compiled.names import Entry, Goes, Outcome, PlaceKind, Rank
from sim.engine.compiled.state import Head
from sim.floor.arrays import NONE

__all__ = ["play"]


def play(f: Head, rows: int, turns: int, events: int) -> bool:
    """Play on until nothing is left to happen; False: there may be too little room to go on.

    Room is asked for before each event and each turn: for so many more rows, turns and events.
    """
    while True:
        room = f.written + rows <= f.row_room and f.waiting + f.put_off + events <= f.event_room
        if not room or f.called + turns > f.turn_room:
            return False
        goes, who, outcome, value = NONE, NONE, Outcome.DONE, NONE
        if f.answered < f.called:
            turn = of.turn(f, f.answered)
            f.answered += 1
            goes, who, outcome, value = turn.what, turn.who, turn.outcome, turn.value
        else:
            f.called = f.answered = 0
            if f.waiting == 0 and f.put_off > 0:
                fill(f)
            known, waiting = f.next < f.known_events, f.waiting > 0
            if not known and not waiting:
                return True
            if known and (not waiting or of.known(f, f.next).key <= of.event(f, 0).key):
                i = f.next
                f.next += 1
                f.now = of.known(f, i).key >> SHIFT
                entry, subject = of.known(f, i).entry, of.known(f, i).subject
                if entry == Entry.ARRIVAL:
                    goes, who = Goes.PARTY, subject
                elif entry == Entry.OPENS:
                    meetings.reopen(f, subject)
                elif entry == Entry.CLOSES:
                    _close_place(f, subject)
                elif entry == Entry.OFF_DUTY:
                    delegates.go_off_duty(f, subject)
                elif entry == Entry.ON_DUTY:
                    delegates.come_on_duty(f, subject)
                elif entry == Entry.ROUND:
                    sessions.mix(f, subject, f.now)
                elif entry == Entry.RELEASE:
                    sessions.release(f, subject, f.now)
                elif entry == Entry.NO_SHOW:
                    visits.stay_away(f, subject)
                elif entry == Entry.CALL:
                    delegates.call_out(f, subject)
                elif entry == Entry.DUE:
                    meetings.fall_due(f, subject)
                elif entry == Entry.CALL_DEADLINE:
                    delegates.give_up_call(f, subject)
                elif entry == Entry.DEADLINE:
                    meetings.expire(f, subject)
                elif entry == Entry.SERVERS:
                    change = of.change(f, subject)
                    counters.resize(f, of.place(f, change.place).counter, change.servers)
            else:
                key = pop(f)
                f.now = key >> SHIFT
                rank, subject = key & RANK, key & ENTITY
                if rank == Rank.MEETINGS_END:
                    meetings.finish(f, subject)
                elif rank == Rank.PATIENCE_ENDS:
                    visits.lose_patience(f, subject)
                elif rank == Rank.DEADLINES:
                    meetings.expire(f, subject - f.first_meeting)
                elif rank == Rank.DELEGATES_BACK:
                    goes, who = Goes.MEMBER, subject
                elif rank == Rank.DELEGATES_ARRIVE:
                    if delegates.arrive(f, subject):
                        goes, who = Goes.MEMBER, subject
                elif rank == Rank.SESSIONS_END and subject >= f.parties:
                    goes, who = Goes.MEMBER, subject - f.parties
                else:
                    goes, who = Goes.PARTY, subject
        if goes == Goes.PARTY:
            visits.go_on(f, who, outcome, value)
        elif goes != NONE:
            delegates.delegate(f, who, goes == Goes.SENT, outcome, value)


@rule
def _close_place(f: Head, place: int) -> None:
    """A close: lines empty, running services finish (R7)."""
    here = of.place(f, place)
    if here.kind == PlaceKind.BOOTH:
        booths.close(f, place)
    elif here.counter != NONE:
        counters.close(f, here.counter)
    for i in range(here.session, here.session_end):
        sessions.close(f, of.session_here(f, i).number)
