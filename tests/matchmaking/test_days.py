"""Days and pauses: told from instants, whatever clock they are written by."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.matchmaking import Problem, solve
from sim.matchmaking.compact.waiting import waiting
from sim.matchmaking.problem.days import days_of, usual_pause

HOUR = 3_600_000
DAY = 24 * HOUR


def slots(*hours: float) -> tuple[np.ndarray, np.ndarray]:
    """Slots of half an hour that start at these hours."""
    start = np.round(np.array(hours) * HOUR).astype(np.int64)
    return start, start + HOUR // 2


@st.composite
def timed(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Slots of any length and pauses of any length, nights among them; in minutes of any size."""
    minute = draw(st.sampled_from([1, 7, 60_000]))
    many = draw(st.integers(1, 9))
    pauses = draw(st.lists(st.sampled_from([0, 0, 5, 45, 250, 700, 900, 2400]), min_size=many, max_size=many))
    lengths = draw(st.lists(st.sampled_from([10, 30, 60, 600]), min_size=many, max_size=many))
    start = np.cumsum(pauses) + np.cumsum([0, *lengths[:-1]])
    return start * minute, (start + lengths) * minute


@settings(max_examples=40, deadline=None)
@given(timed(), st.integers(-2 * DAY, 2 * DAY))
def test_neither_the_zone_nor_midnight_changes_anything(
    times: tuple[np.ndarray, np.ndarray], shift: int
) -> None:
    start, end = times
    many = len(start)
    here, there = (
        Problem.of(
            [0] * many, range(1, many + 1), [1.0] * many, tables=[1] * many, start=start + s, end=end + s
        )
        for s in (0, shift)
    )
    assert here.days.tolist() == there.days.tolist()
    assert here.follows.tolist() == there.follows.tolist()
    slot = np.arange(many)
    slot[1::3] = -1
    one, other = waiting(here, slot), waiting(there, slot)
    for name in ("breaks", "absences", "waits", "longest"):
        assert getattr(one, name).tolist() == getattr(other, name).tolist()


@settings(max_examples=40, deadline=None)
@given(timed())
def test_days_follow_one_another_and_end_at_night(times: tuple[np.ndarray, np.ndarray]) -> None:
    start, end = times
    day = days_of(start, end)
    pauses = start[1:] - end[:-1]
    assert set(np.diff(day).tolist()) <= {0, 1}
    assert day[0] == 0
    assert all(pause >= 4 * HOUR for pause, turn in zip(pauses, np.diff(day), strict=True) if turn)
    assert all(turn for pause, turn in zip(pauses, np.diff(day), strict=True) if pause >= 8 * HOUR)


@pytest.mark.parametrize(
    ("hours", "days"),
    [
        ((9, 10, 17), [0, 0, 0]),  # a long afternoon off is no night
        ((23, 24, 25), [0, 0, 0]),  # an evening past midnight
        ((23, 25, 47, 49), [0, 0, 1, 1]),
        ((9, 16, 33, 40), [0, 0, 1, 1]),  # two days with seven hours off
        ((9, 44), [0, 1]),  # a morning, and the evening of the next day
        ((22, 32), [0, 1]),  # an evening, and the next morning
        (tuple(range(30)), [0] * 30),  # round the clock
        ((*range(24), 32), [0] * 24 + [1]),
    ],
)
def test_a_day_ends_in_the_longest_night(hours: tuple[float, ...], days: list[int]) -> None:
    assert days_of(*slots(*hours)).tolist() == days


@pytest.mark.parametrize(
    ("minutes", "pause"),
    [
        ((0, 30, 60), 0),
        ((0, 35, 70), 5),
        ((0, 75), 0),  # once in a day is not usual
        ((0, 35, 70, 145), 5),
        ((0, 35, 70, 145, 220, 255), 5),  # five three times, forty-five twice
        ((0, 35, 70, 110, 150), 5),  # twice each: the shorter
    ],
)
def test_the_usual_pause_is_the_one_that_days_have_most_often(minutes: tuple[int, ...], pause: int) -> None:
    start, end = slots(*(m / 60 for m in minutes))
    assert usual_pause(start, end, np.zeros(len(start), dtype=np.int64)) == pause * 60_000


def test_lunch_is_a_pause_and_the_next_day_does_not_adjoin() -> None:
    start, _ = slots(11, 12.75, 35, 36.75)
    lunch = Problem.of(
        [0, 0], [1, 2], [1, 1], tables=[1] * 4, start=start, end=start + HOUR, in_row=[1, 9, 9]
    )
    assert not lunch.follows.any()  # three quarters of an hour, once a day
    assert solve(lunch, "optimal").meetings == 2
    short = Problem.of(
        [0] * 4, [1, 2, 3, 4], [1] * 4, tables=[1] * 4, in_row=2,
        start=np.arange(4) * 20, end=np.arange(4) * 20 + 10,
    )  # fmt: skip
    assert solve(short, "optimal").meetings == 3  # the pause is as long as a slot, and usual
    for pause, meetings in ((9, 4), (10, 3)):
        near = Problem.of(
            [0] * 4, [1, 2, 3, 4], [1] * 4, tables=[1] * 4, in_row=2, pause=pause,
            start=np.arange(4) * 20, end=np.arange(4) * 20 + 10,
        )  # fmt: skip
        assert solve(near, "optimal").meetings == meetings
    days = Problem.of([0, 0], [1, 2], [1, 1], slots=2, tables=1, day=[0, 1], in_row=1)
    assert solve(days, "optimal").meetings == 2
    assert not waiting(days, np.array([0, 1])).breaks.any()


def test_the_days_that_are_said_are_taken_and_must_be_in_order() -> None:
    problem = Problem.of([0, 0], [1, 2], [1, 1], slots=4, tables=1, day=[3, 3, 7, 7])
    assert problem.days.tolist() == [0, 0, 1, 1]
    assert [bool(each) for each in problem.follows] == [a == b for a, b in pairwise(problem.days.tolist())]
    with pytest.raises(ValueError, match="day 1: must not be after that of the next slot"):
        Problem.of([0], [1], [1], slots=3, tables=1, day=[0, 1, 0])
    with pytest.raises(ValueError, match="pause must be ≥ 0"):
        Problem.of([0], [1], [1], slots=3, tables=1, pause=-1)
