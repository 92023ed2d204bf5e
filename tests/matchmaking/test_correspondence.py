"""Requests in time: answers, reminders, expiry, and pending requests that hold slots."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.matchmaking import Reply, correspond, reminded

Y, N, X, B = Reply.ACCEPTED, Reply.DECLINED, Reply.EXPIRED, Reply.BLOCKED


def replies(rows: list[tuple[int, int, float, float, bool]], **rules: object) -> list[int]:
    """What comes of requests given as asker, asked, day sent, delay, says yes."""
    a, b, sent, delay, yes = (np.array(column) for column in zip(*rows, strict=True))
    found: list[int] = correspond(a, b, sent, delay, yes, **rules).reply.tolist()  # type: ignore[arg-type]
    return found


def test_an_answer_within_the_time_there_is_counts_and_a_later_one_has_expired() -> None:
    rows = [(0, 1, 0.0, 3.0, True), (0, 2, 0.0, 3.1, True), (1, 2, 8.0, 2.0, False), (1, 3, 8.0, 2.1, False)]
    assert replies(rows, ends=10.0, expiry=3.0) == [Y, X, N, X]
    assert replies(rows) == [Y, Y, N, N]


def test_a_request_is_settled_when_it_is_answered_or_nobody_can_any_more() -> None:
    one, sent = np.arange(4), np.array([0.0, 0.0, 4.0, 4.0])
    delay = np.array([2.0, 9.0, 0.5, 9.0])
    made = correspond(one, one + 4, sent, delay, np.ones(4, dtype=np.bool_), ends=5.0, expiry=3.0)
    assert made.reply.tolist() == [Y, X, Y, X]
    assert made.settled.tolist() == [2.0, 3.0, 4.5, 5.0]


def test_who_is_reminded_answers_at_once_or_as_he_would_have() -> None:
    delay = np.array([1.0, 5.0, 5.0])
    assert reminded(delay, 3.0, np.array([True, True, False])).tolist() == [1.0, 3.0, 5.0]


def test_a_pending_request_holds_a_slot_of_both_sides_until_it_is_settled() -> None:
    one_each = np.ones(4, dtype=np.int64)
    rows = [
        (0, 1, 0.0, 4.0, False),  # holds a slot of 0 and of 1 for four days
        (0, 2, 1.0, 1.0, True),  # 0 has none left
        (3, 1, 3.9, 1.0, True),  # nor has 1
        (3, 1, 4.0, 1.0, True),  # declined in that instant: 1 has one again
        (0, 2, 4.5, 9.0, True),
        (2, 3, 5.0, 1.0, True),  # both taken, one by a pending and one by an accepted request
    ]
    assert replies(rows, limit=one_each) == [N, B, B, Y, Y, B]
    assert replies(rows) == [N, Y, Y, Y, Y, Y]


def test_an_expired_request_gives_its_slots_back() -> None:
    rows = [(0, 1, 0.0, 99.0, True), (0, 2, 2.9, 0.0, True), (0, 2, 3.0, 0.0, True)]
    assert replies(rows, limit=np.ones(3, dtype=np.int64), expiry=3.0) == [X, B, Y]


days = st.integers(0, 12).map(lambda quarter: quarter / 4)


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(3, 5), days, days, st.booleans()), max_size=12),
    st.lists(st.integers(0, 3), min_size=6, max_size=6),
)
def test_nobody_ever_has_more_pending_and_accepted_than_slots(
    rows: list[tuple[int, int, float, float, bool]], limit: list[int]
) -> None:
    if not rows:
        return
    a, b, sent, delay, yes = (np.array(column) for column in zip(*rows, strict=True))
    made = correspond(a, b, sent, delay, yes, expiry=2.0, limit=np.array(limit))
    for now in np.unique(np.concatenate((sent, made.settled))):
        holds = (made.reply == Reply.ACCEPTED) & (sent <= now)
        holds |= (made.reply != Reply.BLOCKED) & (sent <= now) & (now < made.settled)
        busy = np.bincount(np.concatenate((a[holds], b[holds])), minlength=6)
        assert (busy <= limit).all()
        for k in np.flatnonzero((made.reply == Reply.BLOCKED) & (sent == now)):
            assert busy[a[k]] >= limit[a[k]] or busy[b[k]] >= limit[b[k]]
