"""What a timetable could be worth at most, and what one more of something would add to that."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from sim.matchmaking.policies.choice import two_sides
from sim.matchmaking.policies.optimal import chosen_meetings, delegate_worth
from sim.matchmaking.policies.timetable import Timetable
from sim.matchmaking.problem.problem import Problem
from sim.matchmaking.wishes.affinity import FloatArray

__all__ = ["Worth", "worth"]


@dataclass(frozen=True, slots=True)
class Worth:
    """Proven from above, in units of the score; None where it is not known.

    No timetable of the problem is worth more than `bound`; one more table-slot adds at most `table`
    to the bound, one more delegate of each participant at most `delegate` (participants,).
    """

    bound: Fraction | None
    table: float | None
    delegate: FloatArray | None


def worth(problem: Problem, made: Timetable | None = None) -> Worth:
    """The worth of a problem, from what a policy has proven of it (`made`) or from the best choice.

    Where anyone meets anyone the best choice is an integer programme and has no prices: then only what
    the policy has proven is told.
    """
    if made is not None and made.whole_bound is not None and made.problem is problem:
        bound = problem.weights.amount(made.whole_bound)
        return Worth(bound, made.table_worth, made.delegate_worth)
    if two_sides(problem.a, problem.b, problem.participants) is None:
        return Worth(None, None, None)
    choice = chosen_meetings(problem)
    assert choice.total_price is not None
    table = float(problem.weights.amount(choice.total_price))
    return Worth(problem.weights.amount(choice.bound), table, delegate_worth(problem, choice))
