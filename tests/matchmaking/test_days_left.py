"""Once some slots are over, what was held stands, nothing is new there, and of the rest the least changes."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
import pytest

from sim.matchmaking import Problem, solve, violations
from sim.matchmaking.replan.left import days_left
from sim.matchmaking.replan.published import Published
from sim.matchmaking.replan.replan import KEEPS, Keep, replan
from tests.matchmaking.test_replan import rank, small, timetables


def half_over(seed: int) -> tuple[Problem, Published, int, list[int]]:
    """A problem, what was published of it and became of some, the first slot left, and who is gone."""
    random = Random(seed)
    problem, _ = small(random)
    problem = replace(problem, veto=None, must=None)
    made = solve(problem, random.choice(["optimal", "first_come"]))
    first = random.randint(1, problem.slots - 1)
    over = (made.slot >= 0) & (made.slot < first)
    failed = over & np.array([random.random() < 0.4 for _ in range(problem.requests)])
    slot = np.where(failed, -1, made.slot)
    published = Published(
        held=slot >= 0, slot=slot, table=np.where(failed, -1, made.table), done=over & ~failed
    )
    gone = [i for i in range(problem.participants) if random.random() < 0.15]
    return problem, published, first, gone


def leaves(
    slot: tuple[int, ...], problem: Problem, published: Published, first: int, gone: list[int]
) -> bool:
    """Whether what was held is where it was, and all else from `first` on and without who is gone."""
    assert published.done is not None
    for k, t in enumerate(slot):
        if published.done[k]:
            if t != published.slot[k]:
                return False
        elif 0 <= t < first or (t >= 0 and {int(problem.a[k]), int(problem.b[k])} & set(gone)):
            return False
    return True


@pytest.mark.parametrize("keep", KEEPS)
def test_no_timetable_of_all_that_leave_the_past_as_it_was_changes_less(keep: Keep) -> None:
    again = cancelled = 0
    for seed in range(30):
        problem, published, first, gone = half_over(seed)
        done = published.done
        assert done is not None
        left = days_left(problem, published, first, gone)
        found = replan(left, published, keep=keep)
        slot = found.timetable.slot
        assert not violations(left, slot, found.timetable.table)
        assert not violations(problem, slot, found.timetable.table)  # the limits hold over all days

        over = tuple(slot.tolist())
        assert leaves(over, problem, published, first, gone)
        assert (found.timetable.table[done] == published.table[done]).all()
        best = min(
            rank(problem, published, each, keep)
            for each in timetables(problem)
            if leaves(each, problem, published, first, gone)
        )
        assert rank(problem, published, over, keep) == best, seed
        again += int(((slot >= 0) & ~published.held).sum())
        cancelled += int(((slot < 0) & published.held).sum())
    assert again
    assert cancelled  # otherwise nothing was tried


def test_what_was_held_stands_whatever_the_lists_say_since() -> None:
    # 0 met 1 and 2 at tables 2 and 0 of the first slot's three; now 0 may have one meeting, there is one
    # table, the first request is vetoed, and 1 is away all the time
    problem = Problem.of(
        [0, 0, 0],
        [1, 2, 3],
        [1, 1, 1],
        slots=2,
        tables=1,
        capacity=[2, 1, 1, 1],
        most=[1, 9, 9, 9],
        available=[[True, True], [False, False], [True, True], [True, True]],
        veto=[True, False, False],
    )
    published = Published(
        held=np.array([True, True, False]),
        slot=np.array([0, 0, -1]),
        table=np.array([2, 0, -1]),
        done=np.array([True, True, False]),
    )
    found = replan(days_left(problem, published, 1), published)
    assert found.timetable.slot.tolist() == [0, 0, -1]  # of two meetings at most he has had both
    assert found.timetable.table.tolist() == [2, 0, -1]


def test_a_must_of_the_days_left_does_not_undo_what_was_held() -> None:
    # 0 has two meetings at most, has had one, and there are two more that must be held
    problem = Problem.of(
        [0, 0, 0], [1, 2, 3], [1, 1, 1], slots=3, tables=1, most=[2, 9, 9, 9], must=[False, True, True]
    )
    published = Published(
        held=np.array([True, False, False]),
        slot=np.array([0, -1, -1]),
        table=np.array([0, -1, -1]),
        done=np.array([True, False, False]),
    )
    found = replan(days_left(problem, published, 1), published)
    assert found.timetable.slot[0] == 0
    assert found.timetable.meetings == 2
    assert found.claims["done"] == "proven"
    with pytest.raises(ValueError, match="must have a slot"):
        replace(published, done=np.array([True, True, False]))
