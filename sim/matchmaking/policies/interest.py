"""Whose interest counts: that of both sides, the asker's alone, or the product of the two."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from sim.matchmaking.problem.problem import Problem
from sim.matchmaking.problem.weights import Weights

__all__ = ["Interest", "weighed"]

Interest = Literal["reciprocal", "one_sided", "nash"]


def weighed(problem: Problem, interest: Interest) -> Problem:
    """The problem with requests worth what counts.

    `reciprocal`: their score. `one_sided`: what the asker wishes them by. `nash`: the product of the
    two sides' wishes, as in Nash's bargaining solution (1950).
    """
    if interest == "reciprocal":
        return problem
    if interest not in ("one_sided", "nash"):
        raise ValueError(f"unknown interest {interest!r}; there are reciprocal, one_sided, nash")
    if interest == "one_sided":
        return replace(problem, score=problem.wish_a, exact=None)
    exact = Weights.of(problem.wish_a).times(Weights.of(problem.wish_b))
    product = problem.wish_a * problem.wish_b if exact is None else exact.score
    return replace(problem, score=product, exact=exact)
