"""What one more of something gains: the policy run again, so that the difference is its own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.matchmaking import Problem, solve
from sim.matchmaking.policies.again import _WORK, Gain, again, gains, run_again
from sim.matchmaking.policies.timetable import Timetable

# Ash and Birch (0, 1) are asked by 2, 3, 4; greedy holds Ash-2 (9), after which 3 and 4 have Birch or nobody
PROBLEM = Problem.of([0, 0, 1, 0], [2, 3, 2, 4], [9.0, 5.0, 8.0, 4.0], tables=1, slots=1)


@pytest.mark.parametrize(("policy", "tables", "delegates"), [("greedy", 0, 5), ("optimal", 4, 5)])
def test_a_table_or_delegate_more_gains_what_the_same_policy_makes_of_it(
    policy: str, tables: int, delegates: int
) -> None:
    # with two tables: greedy holds 9 and no more, since 3 and 4 ask for Ash alone; the best is 8 + 5;
    # with two delegates of each and one table it is still one meeting; with both tables 9 + 5
    made = solve(PROBLEM, policy)
    one, other = gains(PROBLEM, made, policy, lambda problem: solve(problem, policy), first=2)
    assert one == Gain(tables, int(policy == "optimal"))
    assert other == Gain(0, 0)
    two = Problem.of([0, 0, 1, 0], [2, 3, 2, 4], [9.0, 5.0, 8.0, 4.0], tables=2, slots=1)
    _, more = gains(two, solve(two, policy), policy, lambda problem: solve(problem, policy), first=2)
    assert more == Gain(delegates - (0 if policy == "greedy" else 4), int(policy == "greedy"))


def test_what_the_best_timetable_cannot_gain_is_known_without_a_run() -> None:
    # in three slots of two tables all can meet; with one table in one slot, both would add something
    ran: list[Problem] = []

    def run(problem: Problem) -> Timetable:
        ran.append(problem)
        return solve(problem, "optimal")

    for slots, tables, runs in ((3, 2, 0), (1, 1, 1), (1, 2, 1)):
        problem = Problem.of(PROBLEM.a, PROBLEM.b, PROBLEM.score, tables=tables, slots=slots)
        made = solve(problem, "optimal")
        ran.clear()
        known = gains(problem, made, "optimal", run, first=2, best=True)
        assert len(ran) == runs
        assert known == gains(problem, made, "optimal", run, first=2)


def test_a_delegate_of_no_price_can_gain_where_the_clock_leaves_meetings_out() -> None:
    # two people are there in the first slot alone: by prices, which know no clock, another Ash adds nothing
    there = np.array([[1, 1], [1, 0], [1, 0]])
    problem = Problem.of([0, 0], [1, 2], [1.0, 1.0], tables=2, slots=2, capacity=there)
    made = solve(problem, "optimal")
    assert made.delegate_worth is not None
    assert not made.delegate_worth.any()
    known = gains(problem, made, "optimal", lambda more: solve(more, "optimal"), first=1, best=True)
    assert known == (Gain(0, 0), Gain(1, 1))


def test_nothing_is_run_again_that_takes_too_long() -> None:
    n = 60
    a, b = [i for i in range(n) for _ in range(n)], [n + j for _ in range(n) for j in range(n)]
    large = Problem.of(a, b, [1.0] * len(a), tables=n, slots=20)

    def never(_: Problem) -> None:
        raise AssertionError

    assert gains(large, solve(large, "none"), "optimal", never, first=n) == (None, None)  # type: ignore[arg-type]
    # 400 requests in 20 slots: an exact policy still, but not what takes seconds beside the policy
    few = Problem.of(a[:400], b[:400], [1.0] * 400, tables=n, slots=20)
    made = solve(few, "none")
    known = gains(few, made, "optimal", lambda problem: solve(problem, "none"), first=n)
    assert None not in known
    alone = gains(few, made, "optimal", lambda problem: solve(problem, "none"), first=n, tables=False)
    assert alone == (None, known[1])
    assert gains(few, made, "optimal", never, first=n, slow=True) == (None, None)  # type: ignore[arg-type]


def test_all_runs_together_keep_to_what_may_be_spent(monkeypatch: pytest.MonkeyPatch) -> None:
    # where it has no prices, `optimal` is a programme, which may not be run as often as others
    many = Problem.of([0, 1, 0] * 2000, [1, 2, 2] * 2000, [1.0] * 6000, slots=1, tables=1)
    assert again(many, solve(many, "none"), "optimal", "reciprocal").table is None
    # four requests × one slot; something of each of the five is left out: one run, and five more
    made = solve(PROBLEM, "greedy")
    ran: list[Problem] = []

    def run(problem: Problem) -> Timetable:
        ran.append(problem)
        return solve(problem, "greedy")

    for work, runs in ((24, 6), (23, 1), (4, 1), (3, 0)):
        ran.clear()
        monkeypatch.setitem(_WORK, "slow", work)
        found = run_again(PROBLEM, made, run, "slow")
        assert (len(ran), found.table is None, found.delegate is None) == (runs, runs < 1, runs < 6)


def test_one_more_is_where_there_is_any_and_counts_what_the_policy_counts() -> None:
    # the second slot has no tables; 0 is away there; wishes of the askers are another worth than the scores
    problem = Problem.of(
        [0, 0], [1, 2], [2.0, 1.0], slots=2, tables=[1, 0], capacity=[[1, 0], [1, 1], [1, 1]],
        wish_a=[5.0, 3.0],
    )  # fmt: skip
    seen: list[Problem] = []
    made = solve(problem, "greedy", interest="one_sided")

    def run(more: Problem) -> Timetable:
        seen.append(more)
        return solve(more, "greedy", interest="one_sided")

    run_again(problem, made, run, "fast")
    assert seen[0].tables.tolist() == [2, 0]
    assert seen[1].capacity.tolist() == [[2, 0], [1, 1], [1, 1]]
    wide = replace(problem, tables=np.array([2, 0]))
    found = again(wide, solve(wide, "greedy", interest="one_sided"), "greedy", "one_sided")
    assert found.delegate is not None
    assert found.delegate.tolist() == [3, 0, 0]
