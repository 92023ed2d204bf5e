"""Laws of members of staff: one place at a time, on duty, the walks of delegates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from sim.floor.arrays import NONE
from sim.floor.curves import peaks
from sim.floor.laws.account import SHOWN, Account
from sim.floor.trace import Kind, Outcome

__all__ = [
    "a_call_is_answered_once_by_its_booth",
    "delegates_walk_out_and_home",
    "staff_are_in_one_place_at_a_time",
    "staff_begin_on_duty_at_their_booth",
]


def staff_are_in_one_place_at_a_time(account: Account) -> Iterator[str]:
    """A member of staff is in one conversation, or away once, at a time."""
    talks, away, floor = account.rows(Kind.TALK), account.rows(Kind.DELEGATE), account.floor
    talking = talks.served
    member = np.concatenate((talks.other[talking], away.actor)) - floor.n_party_days
    begin = np.concatenate((talks.begin[talking], away.start))
    end = np.concatenate((talks.end[talking], away.end))
    most, when = peaks(member, len(floor.staff.booth), begin, end)
    for m in np.flatnonzero(most > 1)[:SHOWN]:
        yield f"member of staff {m} is in {most[m]} places at {when[m]} ms"


def staff_begin_on_duty_at_their_booth(account: Account) -> Iterator[str]:
    """Whoever talks or sets out is on duty then, and talks at the own booth; a lost talk is nobody's."""
    talks, away, floor = account.rows(Kind.TALK), account.rows(Kind.DELEGATE), account.floor
    yield from account.named(talks, ~talks.served & (talks.other != NONE), "a lost talk with somebody")
    done = np.flatnonzero(talks.served)
    wrong = np.zeros((2, len(talks)), dtype=bool)
    member = talks.other[done] - floor.n_party_days
    wrong[0, done] = floor.staff.booth[member] != talks.place[done]
    wrong[1, done] = ~account.on_duty(member, talks.begin[done])
    yield from account.named(talks, wrong[0], "served by another booth's staff")
    yield from account.named(talks, wrong[1], "served by somebody off duty")
    off = ~account.on_duty(away.actor - floor.n_party_days, away.start)
    yield from account.named(away, off, "sent off duty")


def a_call_is_answered_once_by_its_booth(account: Account) -> Iterator[str]:
    """A call that goes out is answered once at most: by a member of its booth, the named one if any."""
    away, calls, staff = account.rows(Kind.DELEGATE), account.floor.calls, account.floor.staff
    for call in np.flatnonzero(np.bincount(away.other, minlength=len(calls.booth)) > 1)[:SHOWN]:
        yield f"call {call} is answered more than once"
    member = away.actor - account.floor.n_party_days
    named = calls.member[away.other]
    yield from account.named(away, calls.comes[away.other] == 0, "sent by a booth that forgot")
    yield from account.named(away, calls.booth[away.other] != staff.booth[member], "sent by another booth")
    yield from account.named(away, (named != NONE) & (named != member), "sent though another was named")
    yield from account.named(away, calls.place[away.other] != away.place, "sent elsewhere")
    yield from account.named(away, away.start < calls.at[away.other], "sent before the call")


class _Stay(NamedTuple):
    """Where a member of staff was, and what for: a session or a meeting."""

    start: int
    end: int
    place: int
    session: int
    meeting: int


def _stays(account: Account) -> dict[int, list[_Stay]]:
    """Stays of each member of staff who was away; one who stayed for a stand-by has one of both."""
    rows, standby_for = (
        account.rows(Kind.SESSION, Kind.MEETING, Kind.IN_VAIN),
        account.floor.meetings.standby_for,
    )
    stays: dict[int, list[_Stay]] = defaultdict(list)
    for i in np.flatnonzero(~account.is_party(rows.actor) & (rows.actor != NONE) & ~rows.absent):
        other, start, own = int(rows.other[i]), int(rows.start[i]), stays[int(rows.actor[i])]
        session, meeting = (other, NONE) if rows.kind[i] == Kind.SESSION else (NONE, other)
        if rows.kind[i] == Kind.MEETING and standby_for[meeting] != NONE:
            meeting = int(standby_for[meeting])
            waited = next((stay for stay in own if stay.meeting == meeting), None)
            if waited is not None:
                own.remove(waited)
                start = waited.start
        own.append(_Stay(start, int(rows.end[i]), int(rows.place[i]), session, meeting))
    return stays


def delegates_walk_out_and_home(account: Account) -> Iterator[str]:
    """A delegate walks out, is there or in vain, and walks home or to the booth's next call.

    One called back on the way walks back as long as it has walked.
    """
    floor, away, stays = account.floor, account.rows(Kind.DELEGATE), _stays(account)
    staff, calls = floor.staff, floor.calls
    n = len(away)
    booth, pace = (column[away.actor - floor.n_party_days] for column in (staff.booth, staff.pace))
    last = np.maximum(np.arange(n) - 1, 0)
    # from the booth, and from where the errand before led
    out = account.walk(np.array([booth, away.place[last]]), away.place, pace)
    home = account.walk(away.place, booth, pace)
    wrong = np.zeros(n, dtype=bool)
    straight = False  # whether the errand before led on to this one
    for i, actor in enumerate(away.actor.tolist()):
        straight = straight and bool(away.actor[i - 1] == actor and away.end[i - 1] == away.start[i])
        start, end = int(away.start[i]), int(away.end[i])
        arrives = start + int(out[int(straight), i])
        if away.outcome[i] == Outcome.CANCELLED:
            walked = end - start - (int(home[i - 1]) if straight else 0)
            wrong[i] = walked < 0 or walked % 2 != 0 or start + walked // 2 > arrives
            straight = False
            continue
        session, meeting = int(calls.session[away.other[i]]), int(calls.meeting[away.other[i]])
        stay = next(
            (
                s
                for s in stays[actor]
                if s.start == arrives and s[2:] == (int(away.place[i]), session, meeting)
            ),
            None,
        )
        if stay is None:
            wrong[i], straight = True, False
            continue
        stays[actor].remove(stay)
        straight = end == stay.end
        follows = i + 1 < n and bool(away.actor[i + 1] == actor and away.start[i + 1] == end)
        wrong[i] = end != stay.end + home[i] and not (straight and follows)
    yield from account.named(away, wrong, "not as long away as the walks and the stay take")
    for actor, left in stays.items():
        for stay in left[:SHOWN]:
            yield f"actor {actor} is at place {stay.place} at {stay.start} ms and was not sent"
