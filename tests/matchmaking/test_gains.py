"""What one more of something gains: the policy run again, so that the difference is its own."""

from __future__ import annotations

import pytest

from sim.matchmaking import Problem, solve
from sim.matchmaking.policies.again import Gain, gains

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
