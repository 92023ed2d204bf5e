"""Meetings (R6): sides, a table, a slot, perhaps an interpreter, a stand-by, a second appointment."""

from __future__ import annotations

from sim.engine.compiled import records as of
from sim.engine.compiled.calls import cancel_calls, missing_side
from sim.engine.compiled.compiling import rule
from sim.engine.compiled.events import at, succeed
from sim.engine.compiled.geography import is_open
from sim.engine.compiled.names import Cause, Goes, Kind, Outcome, PlaceKind, Rank
from sim.engine.compiled.ordered import enter, strike
from sim.engine.compiled.recording import record
from sim.engine.compiled.state import Head
from sim.floor.arrays import NEVER, NONE

__all__ = ["arrive", "begin", "expire", "fall_due", "finish", "reopen"]


@rule
def arrive(f: Head, k: int, number: int, actor: int, cause: int) -> bool:
    """A side reaches the table; its wait ends with the meeting. False: it has come in vain."""
    meeting, now = of.meeting(f, k), f.now
    if meeting.settled:
        record(f, now, now, Kind.IN_VAIN, meeting.place, actor, k, 0, Outcome.DONE, Cause.NONE, number)
        return False
    side = of.side(f, f.sides * k + number)
    side.actor, side.since, side.cause = actor, now, cause
    if meeting.due:
        begin(f, k)
    return True


@rule
def fall_due(f: Head, k: int) -> None:
    """The slot starts; if the table is still taken, the tolerance counts from when it is free."""
    meeting = of.meeting(f, k)
    if meeting.settled:
        return
    if meeting.first != NONE and not of.meeting(f, meeting.first).settled:
        dismiss(f, k)
        return
    meeting.due = 1
    place = of.place(f, meeting.place)
    if place.kind == PlaceKind.TABLE:
        enter(f, place.listed, f.calls + k)
        if place.meeting_at != NONE:
            meeting.awaits_table = 1
            last = meeting.last_begin
            meeting.deadline = last
            if meeting.start + meeting.tolerance < last < NEVER:  # or else it is in the calendar
                _expire_at(f, k, last)
    begin(f, k)


@rule
def begin(f: Head, k: int) -> None:
    """Begin meeting `k` if everything it needs is there."""
    meeting = of.meeting(f, k)
    if meeting.settled or not _are_all_there(f, k):
        return
    want = wanting(f, k)
    if want == Cause.INTERPRETER:
        if not meeting.waits:
            meeting.waits = 1
            enter(f, of.pool(f, meeting.pool).listed, f.calls + f.meetings + k)
    elif want == Cause.NONE:
        _sit_down(f, k)
        if meeting.standby != NONE and not of.meeting(f, meeting.standby).settled:
            dismiss(f, meeting.standby)
        if meeting.second != NONE and not of.meeting(f, meeting.second).settled:
            dismiss(f, meeting.second)


@rule
def _are_all_there(f: Head, k: int) -> bool:
    for number in range(of.meeting(f, k).sides):  # noqa: SIM110  (the compiler knows no generators)
        if of.side(f, f.sides * k + number).actor == NONE:
            return False
    return True


@rule
def _are_enough_there(f: Head, k: int) -> bool:
    """Whether the side that the meeting is about is there, and any other."""
    if of.side(f, f.sides * k).actor == NONE:
        return False
    for number in range(1, of.meeting(f, k).sides):  # noqa: SIM110
        if of.side(f, f.sides * k + number).actor != NONE:
            return True
    return False


@rule
def wanting(f: Head, k: int) -> int:
    """What keeps a meeting whose sides are there from beginning now; NONE: nothing does."""
    meeting = of.meeting(f, k)
    place = of.place(f, meeting.place)
    if not is_open(f, meeting.place, f.now):
        return Cause.CLOSED
    if place.kind == PlaceKind.TABLE and place.meeting_at != NONE:
        return Cause.MEETING
    if meeting.pool != NONE and of.pool(f, meeting.pool).free == 0:
        return Cause.INTERPRETER
    return Cause.NONE


@rule
def _sit_down(f: Head, k: int) -> None:
    """Meeting `k` begins: it has the table and an interpreter until it ends."""
    meeting, now = of.meeting(f, k), f.now
    place = of.place(f, meeting.place)
    if meeting.pool != NONE:
        of.pool(f, meeting.pool).free -= 1
    if place.kind == PlaceKind.TABLE:
        place.meeting_at = k
    _settle(f, k)
    meeting.begun = now
    at(f, (now if meeting.hold else meeting.start) + meeting.duration, Rank.MEETINGS_END, k)


@rule
def finish(f: Head, k: int) -> None:
    """The meeting ends: rows for all sides that met, the table and the interpreter go on."""
    meeting = of.meeting(f, k)
    for number in range(meeting.sides):
        side = of.side(f, f.sides * k + number)
        if side.actor == NONE:  # it began without
            continue
        late = side.since > meeting.start and number != meeting.keeps  # who stays was there before
        outcome = Outcome.LATE if late else Outcome.DONE
        cause = side.cause if late else Cause.NONE
        _row(f, k, number, side.actor, side.since, meeting.begun - side.since, outcome, cause)
    _hand_on(f, k)
    for number in range(meeting.sides):
        _release_side(f, k, number, Outcome.DONE)


@rule
def _row(f: Head, k: int, number: int, actor: int, since: int, wait: int, outcome: int, cause: int) -> None:
    """A row of side `number` of meeting `k`, from `since` until now."""
    now, place = f.now, of.meeting(f, k).place
    record(f, since, now, Kind.MEETING, place, actor, k, wait, outcome, cause, number)


@rule
def _hand_on(f: Head, k: int) -> None:
    """The table and the interpreter of meeting `k` are free: who waits for them, in order of slots."""
    meeting = of.meeting(f, k)
    place = of.place(f, meeting.place)
    here, elsewhere = NONE, NONE
    if place.kind == PlaceKind.TABLE:
        place.meeting_at = NONE
        here = of.listed(f, place.listed).after
    if meeting.pool != NONE:
        of.pool(f, meeting.pool).free += 1
        elsewhere = of.listed(f, of.pool(f, meeting.pool).listed).after
    n = 0
    while here != NONE or elsewhere != NONE:  # both are in order; some are in both
        one, other = here - f.calls, elsewhere - f.calls - f.meetings
        if elsewhere == NONE or (here != NONE and _before(f, one, other)):
            of.due(f, n).meeting = one
            here = of.listed(f, here).after
        else:
            of.due(f, n).meeting = other
            elsewhere = of.listed(f, elsewhere).after
            if here != NONE and one == other:
                here = of.listed(f, here).after
        n += 1
    for i in range(n):
        k = of.due(f, i).meeting
        begin(f, k)
        other = of.meeting(f, k)
        in_vain = not other.settled and other.place == meeting.place
        if in_vain and other.awaits_table and place.meeting_at == NONE:
            _extend(f, k)


@rule
def _before(f: Head, a: int, b: int) -> bool:
    one, other = of.meeting(f, a).start, of.meeting(f, b).start
    return one < other or (one == other and a < b)


@rule
def _extend(f: Head, k: int) -> None:
    """The tolerance of meeting `k` counts from now."""
    meeting = of.meeting(f, k)
    meeting.awaits_table = 0
    deadline = f.now + meeting.tolerance
    if deadline < meeting.last_begin:  # or else the meeting expires already then
        meeting.deadline = deadline
        _expire_at(f, k, deadline)


@rule
def _expire_at(f: Head, k: int, time: int) -> None:
    """Meeting `k` will expire at a time that the calendar does not know."""
    at(f, time, Rank.DEADLINES, f.first_meeting + k)


@rule
def reopen(f: Head, place: int) -> None:
    """A place opens: meetings that are due may begin, in order of slots."""
    for i in range(of.place(f, place).meeting, of.place(f, place).meeting_end):
        k = of.meeting_here(f, i).number
        if of.meeting(f, k).due:
            begin(f, k)


@rule
def _settle(f: Head, k: int) -> None:
    """The meeting has begun or is lost: it waits for nothing any more."""
    meeting = of.meeting(f, k)
    meeting.settled = 1
    strike(f, of.place(f, meeting.place).listed, f.calls + k)
    if meeting.waits:
        strike(f, of.pool(f, meeting.pool).listed, f.calls + f.meetings + k)


@rule
def expire(f: Head, k: int) -> None:
    """The deadline: if the meeting has not begun it is lost, with a row for each side."""
    meeting = of.meeting(f, k)
    if meeting.settled or meeting.deadline != f.now:
        return
    cause = wanting(f, k) if _are_enough_there(f, k) else Cause.OTHER_SIDE
    if cause == Cause.NONE:
        _begin_without(f, k)
        return
    s, steps_in = meeting.standby, False
    if s != NONE and _could_step_in(f, s, k):
        want = wanting(f, s)
        steps_in = want == Cause.NONE
        if not steps_in:
            cause = want
    off = meeting.second != NONE and _has_no_show(f, k)
    _settle(f, k)
    for number in range(meeting.sides):
        _lose(f, k, number, cause)
    cancel_calls(f, k)
    if off and not of.meeting(f, meeting.second).settled:
        dismiss(f, meeting.second)
    if steps_in:
        _step_in(f, s, k)
        return
    for number in range(meeting.sides):
        _release_side(f, k, number, Outcome.STOOD_UP)
    if s != NONE:
        _settle(f, s)
        _lose(f, s, 1 - of.meeting(f, s).keeps, cause)
        for number in range(2):
            _release_side(f, s, number, Outcome.STOOD_UP)


@rule
def _begin_without(f: Head, k: int) -> None:
    """Those who are there begin; a row for each side that is missing, and its call is cancelled."""
    _sit_down(f, k)
    for number in range(of.meeting(f, k).sides):
        if of.side(f, f.sides * k + number).actor == NONE:
            _miss(f, k, number)
    cancel_calls(f, k)


@rule
def _miss(f: Head, k: int, number: int) -> None:
    """The row of a side that is missing when its meeting is lost, or begins without it."""
    actor, outcome, why = missing_side(f, k, number)
    _row(f, k, number, actor, f.now, 0, outcome, why)


@rule
def _lose(f: Head, k: int, number: int, cause: int) -> None:
    """The meeting does not take place: a row for a side; `cause` says why who is there waited in vain."""
    side, now = of.side(f, f.sides * k + number), f.now
    if side.actor == NONE:
        _miss(f, k, number)
    else:
        _row(f, k, number, side.actor, side.since, now - side.since, Outcome.STOOD_UP, cause)


@rule
def _release_side(f: Head, k: int, number: int, outcome: int) -> None:
    """Who is there goes on with the day."""
    actor, parties = of.side(f, f.sides * k + number).actor, f.parties
    if actor >= parties:
        succeed(f, Goes.MEMBER, actor - parties, outcome, NONE)
    elif actor != NONE:
        succeed(f, Goes.PARTY, actor, outcome, NONE)


@rule
def _has_no_show(f: Head, k: int) -> bool:
    """Whether a side that is missing was never to come."""
    found = False
    for number in range(of.meeting(f, k).sides):
        if of.side(f, f.sides * k + number).actor == NONE:
            _, outcome, _ = missing_side(f, k, number)
            found = found or outcome == Outcome.NO_SHOW
    return found


@rule
def dismiss(f: Head, s: int) -> None:
    """The stand-by, or the second appointment, `s` is not needed, and its calls are cancelled."""
    _settle(f, s)
    now, keeps = f.now, of.meeting(f, s).keeps
    for number in range(2):
        if number == keeps:
            continue
        side = of.side(f, f.sides * s + number)
        if side.actor == NONE:
            actor, _, cause = missing_side(f, s, number)
            why = Cause.ABSENT if cause == Cause.NONE else cause
            _row(f, s, number, actor, now, 0, Outcome.NOT_NEEDED, why)
        else:
            wait = now - side.since
            _row(f, s, number, side.actor, side.since, wait, Outcome.NOT_NEEDED, Cause.NONE)
            _release_side(f, s, number, Outcome.NOT_NEEDED)
    cancel_calls(f, s)


@rule
def _could_step_in(f: Head, s: int, k: int) -> bool:
    """Whether the stand-by is there, and of meeting `k` only the side that both have in common."""
    stays = of.meeting(f, s).keeps
    missing = 1 - stays
    return (
        of.side(f, f.sides * s + missing).actor != NONE
        and of.side(f, f.sides * k + stays).actor != NONE
        and of.side(f, f.sides * k + missing).actor == NONE
    )


@rule
def _step_in(f: Head, s: int, k: int) -> None:
    """The stand-by meets the side of meeting `k` that is at the table; that one waits on."""
    number = of.meeting(f, s).keeps
    side = of.side(f, f.sides * s + number)
    side.actor, side.since, side.cause = of.side(f, f.sides * k + number).actor, f.now, Cause.NONE
    _sit_down(f, s)
