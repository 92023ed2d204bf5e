"""What a programme does against no-shows: confirmations, reminders, stand-bys, second appointments."""

from __future__ import annotations

import numpy as np
import pytest

import sim
from sim.expo import Expo, build
from sim.expo.expo import REASONS
from sim.expo.meetings.asking import Sent
from sim.expo.meetings.joining import Joined
from sim.expo.meetings.participants import Attendance
from sim.expo.meetings.standbys import name_standbys
from sim.expo.venue.hours import DAY
from sim.floor.arrays import MINUTE, NONE, IntArray
from sim.floor.contract import faults
from sim.matchmaking import NO_LIMIT, UNSCHEDULED, Asked, Reply
from sim.scenario import shipped_files
from sim.streams import subkeys
from tests.expo.fair import built
from tests.expo.limited import limits_of_all, slots_at


def no_show_shares(expo: Expo) -> float:
    """Share of the booked sides of meetings that never come."""
    of = [table.comes[table.meeting != NONE] for table in (expo.floor.bookings, expo.floor.calls)]
    return 1 - float(np.concatenate(of).mean())


def test_a_confirmation_finds_part_of_the_no_shows_and_what_they_leave_is_refilled() -> None:
    change = {"matchmaking__general__no_show": 0.3, "matchmaking__general__tables": 2}
    once = built(**change)
    twice = built(**change, matchmaking__general__rounds=2)
    sure = built(**change, matchmaking__general__rounds=2, matchmaking__general__confirmation_share=1.0)
    assert no_show_shares(sure) < no_show_shares(twice) < no_show_shares(once)
    given_up = REASONS.index("given_up")
    assert (once.requests.reason == given_up).sum() == 0
    new = (twice.requests.meeting != NONE) & (once.requests.meeting == NONE)
    assert new.any()
    assert ((twice.requests.reason == given_up) & (once.requests.meeting == NONE)).sum() == 0


@pytest.mark.elsewhere
def test_reminders_prevent_their_share_of_no_shows_and_change_nothing_else() -> None:
    change = {"matchmaking__general__no_show": 0.4, "matchmaking__general__no_show_exhibitors": 0.3}
    shares = []
    for replication in range(4):
        plain = built(replication, **change)
        reminded = built(
            replication,
            **change,
            matchmaking__general__against_no_shows="reminders",
            matchmaking__general__reminder_effect=0.5,
            matchmaking__hungary__against_no_shows="reminders",
            matchmaking__hungary__reminder_effect=0.5,
        )
        assert np.array_equal(plain.requests.meeting, reminded.requests.meeting)
        shares.append(no_show_shares(reminded) / no_show_shares(plain))
    assert np.mean(shares) == pytest.approx(0.5, abs=0.1)


def test_standbys_are_free_then_and_stand_by_for_one_meeting_each() -> None:
    expo = built(
        matchmaking__general__against_no_shows="standbys",
        matchmaking__general__tables=1,
        matchmaking__hungary__against_no_shows="standbys",
        matchmaking__hungary__tables=1,
    )
    m, r, b = expo.floor.meetings, expo.requests, expo.floor.bookings
    by = np.flatnonzero(m.standby_for != NONE)
    of = m.standby_for[by]
    held = r.meeting != NONE
    programme = np.full(len(m.place), NONE)
    programme[r.meeting[held]] = r.programme[held]
    assert np.bincount(programme[by], minlength=2).min() > 3
    assert np.array_equal(programme[by], programme[of])
    assert (m.standby_for[of] == NONE).all()
    assert len(np.unique(of)) == len(of)
    assert np.array_equal(m.place[by], m.place[of])
    assert np.array_equal(m.start[by], m.start[of])
    request = np.full(len(m.place), NONE)
    request[r.meeting[r.meeting != NONE]] = np.flatnonzero(r.meeting != NONE)
    for row, meeting in zip(by.tolist(), of.tolist(), strict=True):
        mine, theirs = request[row], request[meeting]
        assert r.accepted[mine] == 1
        exhibitor = r.asker[theirs] if m.keeps[row] == 0 else r.asked[theirs]
        assert exhibitor in (r.asker[mine], r.asked[mine])
        assert exhibitor < expo.n_exhibitors
        assert b.side[b.meeting == row].tolist() == [1 - m.keeps[row]]  # in the other's place
        assert (expo.floor.calls.meeting == row).sum() == 0
    ordinary = built(matchmaking__general__tables=1, matchmaking__hungary__tables=1)
    assert np.array_equal(ordinary.floor.meetings.start, m.start[m.standby_for == NONE])
    none = built(
        matchmaking__general__against_no_shows="standbys",
        matchmaking__general__standby_share=0.0,
        matchmaking__general__tables=1,
    )
    assert (none.floor.meetings.standby_for == NONE).all()


def test_nobody_stands_by_for_two_meetings_of_one_slot() -> None:
    # exhibitors 0 and 1 meet parties 2 and 3 in slot 0; party 4, left out, would come to either
    asker, asked = np.array([2, 3, 4, 4]), np.array([0, 1, 0, 1])
    score, own = np.array([0.9, 0.9, 0.3, 0.4]), np.ones(4)
    one, who = np.ones(5), np.arange(5)
    people = Attendance(
        who, np.where(who < 2, NONE, who), np.where(who < 2, 0, 1), subkeys(1, who), one, one, False
    )
    reply = np.full(4, Reply.ACCEPTED, dtype=np.int64)
    sent = Sent(Asked(asker, asked, score, own), reply, own == 0, score, score, score, (0, 4))
    slot = np.array([0, 0, UNSCHEDULED, UNSCHEDULED])
    wanted = np.ones(4, dtype=np.bool_)
    free = np.ones((5, 1), dtype=np.int64)

    def stands(free: IntArray, most: int = NO_LIMIT, rest: int = 0) -> list[int]:
        limits, alone = limits_of_all(5, most=most, rest=rest), Joined(np.arange(4), np.full(4, NONE))
        return list(name_standbys(sent, alone, people, slot, free, wanted, limits, slots_at(0, 30)))

    assert stands(free) == [NONE, NONE, NONE, 1]
    wider = np.ones((5, 2), dtype=np.int64)
    slot = np.array([0, 1, UNSCHEDULED, UNSCHEDULED])
    assert stands(wider) == [NONE, NONE, 0, 1]
    # nor for more meetings than it may have, or with less rest than it wants; request 3 comes first
    assert stands(wider, most=1) == [NONE, NONE, NONE, 1]
    assert stands(wider, rest=20 * MINUTE) == [NONE, NONE, NONE, 1]
    wanted[1] = False
    assert stands(wider) == [NONE, NONE, 0, NONE]


def test_second_appointments_are_of_the_same_two_later_that_day_and_change_nothing_else() -> None:
    lists = {
        "matchmaking__general__tables": 12, "matchmaking__hungary__tables": 6,
        "matchmaking__hungary__delegates": 3, "matchmaking__hungary__interpreters": 6,
    }  # fmt: skip
    plain, again = (
        built(**lists),
        built(matchmaking__general__again_share=1.0, matchmaking__hungary__again_share=1.0, **lists),
    )
    assert faults(again.floor) == []
    first, m = plain.floor.meetings, again.floor.meetings
    n = len(first.place)
    second = np.arange(n, len(m.place))
    of = m.again_of[second]
    assert len(second) > 10
    assert (np.append(first.again_of, m.again_of[:n]) == NONE).all()
    assert (of < n).all()
    for name in ("place", "start", "duration", "interpreters", "standby_for"):
        assert np.array_equal(getattr(first, name), getattr(m, name)[:n])
    for name in ("asker", "asked", "reply", "accepted", "meeting"):
        assert np.array_equal(getattr(plain.requests, name), getattr(again.requests, name))
    for name in ("arrival", "stay", "latest", "stop_index"):
        assert np.array_equal(getattr(plain.floor.party_days, name), getattr(again.floor.party_days, name))
    for table in ("bookings", "calls"):
        one, two = getattr(plain.floor, table), getattr(again.floor, table)
        others = two.meeting < n
        for name in ("place", "start", "meeting", "side", "comes"):
            assert np.array_equal(getattr(one, name), getattr(two, name)[others])
        assert (two.comes[~others] == 1).all()
    # later on the same day, when the slot of the first is over
    assert (m.start[second] >= m.start[of] + m.duration[of]).all()
    assert np.array_equal(m.start[second] // DAY, m.start[of] // DAY)
    # meetings of earlier slots have chosen first, a programme after the other
    r = again.requests
    for number in (0, 1):
        own = np.isin(of, r.meeting[(r.programme == number) & (r.meeting != NONE)])
        assert np.count_nonzero(own) > 3
        assert (np.diff(m.start[of[own]]) >= 0).all()
    # each side booked once, none that will not come to the first
    sides = [
        (int(k), int(s)) for t in (again.floor.bookings, again.floor.calls)
        for k, s in zip(t.meeting, t.side, strict=True) if k >= n
    ]  # fmt: skip
    assert sorted(sides) == [(k, s) for k in second.tolist() for s in (0, 1)]
    for them in (again.floor.bookings, again.floor.calls):
        assert (them.comes[np.isin(them.meeting, of)] == 1).all()
    # no table is promised twice, and no party is
    for place in np.unique(m.place):
        at = np.flatnonzero(m.place == place)
        at = at[np.argsort(m.start[at])]
        assert (m.start[at[1:]] >= (m.start + m.duration)[at[:-1]]).all()
    b, row = (
        again.floor.bookings,
        np.repeat(np.arange(again.floor.n_party_days), np.diff(again.floor.party_days.booking_index)),
    )
    on = np.flatnonzero(b.meeting != NONE)
    until = m.start[b.meeting[on]] + m.duration[b.meeting[on]]
    assert (b.start[on[1:]] >= until[:-1])[row[on[1:]] == row[on[:-1]]].all()


def test_whether_two_would_agree_to_another_time_depends_on_the_two_alone() -> None:
    def agreed(share: float, **more: object) -> set[tuple[int, int]]:
        expo = built(matchmaking__general__again_share=share, matchmaking__general__tables=12, **more)
        again = expo.floor.meetings.again_of
        r = expo.requests
        of = np.flatnonzero(np.isin(r.meeting, again[again != NONE]))
        return set(zip(r.asker[of].tolist(), r.asked[of].tolist(), strict=True))

    none, half, all_ = agreed(0.0), agreed(0.5), agreed(1.0)
    assert not none
    assert 0.25 * len(all_) < len(half) < 0.9 * len(all_)


def test_second_appointments_keep_to_the_delegates_and_interpreters_there_are() -> None:
    expo = built(
        matchmaking__general__again_share=1.0, matchmaking__general__tables=12,
        matchmaking__general__interpreters=2, matchmaking__general__delegates=1,
    )  # fmt: skip
    m, r, c = expo.floor.meetings, expo.requests, expo.floor.calls
    assert (m.again_of != NONE).sum() > 3
    programme = np.full(len(m.place), NONE)
    programme[r.meeting[r.meeting != NONE]] = r.programme[r.meeting != NONE]
    programme = np.where(m.again_of == NONE, programme, programme[m.again_of])
    for t in np.unique(m.start):
        now = (m.start <= t) & (t < m.start + m.duration)
        assert (now & (m.interpreters == 0)).sum() <= 2
        on = (c.meeting != NONE) & (now & (programme == 0))[c.meeting]
        assert np.bincount(c.booth[on], minlength=1).max() <= 1


def test_by_default_nothing_is_offered_again() -> None:
    for name in shipped_files():
        offered = any(programme.again_share > 0 for programme in sim.load(name).data.matchmaking.values())
        assert offered == (name == "shocks-travel-standbys"), name
    expo = build(sim.load("quickstart"))
    assert (expo.floor.meetings.again_of == NONE).all()
