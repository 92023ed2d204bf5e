"""The fair policy: meetings for as many as can be, and then as even as can be.

Not the sum of the scores is made great, which the popular get most of, but what everybody gets:
by the Nash welfare, or by leximin on the number of meetings.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from sim.arithmetic import log
from sim.matchmaking.policies.calendars import Calendars
from sim.matchmaking.policies.leasts import least_first, missing
from sim.matchmaking.policies.musts import pledged
from sim.matchmaking.policies.optimal import placed
from sim.matchmaking.policies.placing import best_first, fill, greedy, round_robin
from sim.matchmaking.policies.timetable import Answer
from sim.matchmaking.problem.problem import UNSCHEDULED, BoolArray, Problem
from sim.matchmaking.problem.time_indexed import columns
from sim.matchmaking.wishes.affinity import FloatArray, IntArray

if TYPE_CHECKING:
    from sim.matchmaking.policies.fairness.claims import Claims
    from sim.matchmaking.policies.fairness.exchanges import Worth

__all__ = ["FairChoice", "Welfare", "fair", "fair_choice"]

Welfare = Literal["nash", "max_min"]

_TRIES: Final = 10  # timetables, where the clock does not let the whole choice in


@dataclass(frozen=True, slots=True)
class FairChoice:
    """Which requests to hold, and how fair that is proven to be; the clock is left out.

    Of the participants who could have any meeting, `served` get something; no choice serves more than
    `most_served`. `welfare` is, of those served, the sum of the logarithms of what they get ("nash"), or
    of all, 1 for a first meeting, 1/3 for a second, 1/9 for a third and so on ("max_min"). No choice
    that does as well by what comes before it (must-meets, least, with "nash" the number served) has a
    welfare above `bound`.
    """

    chosen: BoolArray
    served: int
    most_served: int
    welfare: float
    bound: float
    criterion: Welfare

    @property
    def gap(self) -> float:
        """By which share the welfare may be short of the best; of "nash", the geometric mean may be."""
        short = max(0.0, self.bound - self.welfare)
        if self.criterion == "nash":
            return -math.expm1(-short / max(self.served, 1))
        return short / self.bound if self.bound > 0 else 0.0


def fair(problem: Problem, *, welfare: Welfare = "nash") -> Answer:
    """A timetable of the fair choice of meetings.

    What somebody gets is the sum of his own wishes over the meetings he holds (of meetings of more than
    two, only the two who are named first have wishes). `nash`: as many people
    as can be get something, then the product of what these get is great. `max_min`: leximin on the
    number of meetings: as few people as can be have none, then as few as can be have one, and so on;
    among equals, the greatest score. (To make the least sum of wishes great is NP-hard: Bezáková and
    Dani, 2005.) `fair_choice` says what of this is proven.

    Where everybody is always available, two sides meet, all slots have as many tables and no other
    rules bind, the whole choice fits into the slots (as in `optimal`): then no timetable is fairer by
    `max_min`, and none serves more people by `nash`. Otherwise timetables are sought by promoting those
    who were left without, round by round ("squeaky wheel": Joslin and Clements, 1999), and the fairest
    that was found is kept. In any case it is as fair, by its own measure, as those of `greedy` and
    `round_robin`; unless there are `least` meetings to be had, `nash` so never serves fewer people.
    """
    choice = fair_choice(problem, welfare=welfare)
    judge, musts = _Judge(problem, welfare), pledged(problem)
    slot = placed(problem, choice.chosen)
    tries = [slot]
    if (slot[choice.chosen] == UNSCHEDULED).any():
        tries += judge.promoted(choice.chosen, musts)
    best = max([*tries, greedy(problem), round_robin(problem)], key=judge.standing)
    for begin in least_first(problem, best_first(problem), max(tries, key=judge.standing), musts):
        best = max([best, *judge.promoted(choice.chosen, begin)], key=judge.standing)
    return Answer(best)


def fair_choice(problem: Problem, *, welfare: Welfare = "nash") -> FairChoice:
    """The fair choice of requests within everybody's limits and all table-slots, whatever the clock.

    Before fairness come the must-meets, as many as can be held, and then as few meetings as can be
    missing to people's least.

    Where two sides meet, it is exact for "max_min", and for "nash" in the number of people served; the
    sum of logarithms is the best that was found, and `bound` tells how far from the best it may be:
    not at all where everybody wishes all his meetings alike. Where anyone meets anyone, all of it is
    the best that was found, and the bounds are those of half meetings (the bipartite double cover).

    Raises ValueError for an unknown `welfare`.
    """
    from sim.matchmaking.policies.fairness.claims import claims_of
    from sim.matchmaking.policies.fairness.exchanges import exchanged
    from sim.matchmaking.policies.fairness.leximin import level_worth, most_even
    from sim.matchmaking.policies.fairness.nash import best_nash

    if welfare == "nash":
        claims, held = claims_of(problem)
        found = best_nash(claims)
        held[claims.request[found.chosen]] = True
        return FairChoice(held, found.served, found.most_served, found.welfare, found.bound, welfare)
    if welfare != "max_min":
        raise ValueError(f"welfare must be 'nash' or 'max_min', not {welfare!r}")
    claims, held = claims_of(problem, alike=True)
    twin = claims if claims.two_sides else claims.doubled()
    halves = most_even(twin, problem.score[twin.request])
    chosen = claims.whole(halves)
    if not claims.two_sides:
        chosen = exchanged(claims, chosen, level_worth)
        if 2 * claims.reached(chosen) < twin.reached(halves):  # then the bounds must not count on it
            halves = most_even(replace(twin, least=np.zeros_like(twin.least)), problem.score[twin.request])
    held[claims.request[chosen]] = True
    served, value = _levels(claims, chosen)
    most_served, bound = _levels(twin, halves)
    if not claims.two_sides:
        most_served, bound = most_served // 2, max(bound / 2, value)
    return FairChoice(held, served, most_served, value, bound, welfare)


def _levels(claims: Claims, chosen: BoolArray) -> tuple[int, float]:
    from sim.matchmaking.policies.fairness.leximin import level_worth

    meetings = claims.utility(chosen)[claims.counted]
    return int((meetings > 0).sum()), float(level_worth(meetings).sum())


class _Judge:
    """What timetables are compared by, and how they are bettered."""

    def __init__(self, problem: Problem, welfare: Welfare) -> None:
        from sim.matchmaking.policies.fairness.leximin import level_worth
        from sim.matchmaking.policies.fairness.nash import log_worth

        self._problem = problem
        self._alike = welfare == "max_min"
        self._worth: Worth = level_worth if self._alike else log_worth
        one = np.ones(problem.requests)
        self._wish_a, self._wish_b = (one, one) if self._alike else (problem.wish_a, problem.wish_b)

    def standing(self, slot: IntArray) -> list[float]:
        """The greater the fairer: nothing missing to the least, then the criterion's own measure."""
        on = slot != UNSCHEDULED
        meetings = self._problem.load(on)
        short = -float(missing(self._problem, slot))
        if self._alike:
            return [short, *np.sort(meetings).tolist(), float(self._problem.score[on].sum())]
        some = self._gets(on)
        some = some[some > 0]
        return [short, float(len(some)), float(log(some).sum())]

    def promoted(self, chosen: BoolArray, begin: IntArray) -> Iterator[IntArray]:
        """Timetables of this choice around what is held already; whom the last left without is promoted."""
        problem = self._problem
        first_come = problem.arrival
        options = np.bincount(columns(problem)[0], minlength=problem.requests)
        gets = self._gets(chosen)
        gets[gets == 0] = 1.0  # of nobody with a wish for what is chosen
        need = self._wish_a / gets[problem.a] + self._wish_b / gets[problem.b]
        promotion = np.zeros(problem.requests, dtype=np.int64)
        for _ in range(_TRIES):
            calendars = Calendars(problem, begin)
            order = np.lexsort((first_come, -need, options, -promotion))
            slot = fill(calendars, order[chosen[order]].tolist())
            gain = self._gain(self._gets(slot != UNSCHEDULED))
            slot = fill(calendars, np.lexsort((first_come, -problem.score, -gain)).tolist())
            yield slot
            on = slot != UNSCHEDULED
            without = (self._gets(on) == 0) | (problem.load(on) < problem.least)
            lost = chosen & (slot == UNSCHEDULED) & (without[problem.a] | without[problem.b])
            if not lost.any():
                break
            promotion += lost

    def _gets(self, on: BoolArray) -> FloatArray:
        problem, n = self._problem, self._problem.participants
        mine = np.bincount(problem.a[on], self._wish_a[on], n)
        return np.asarray(mine + np.bincount(problem.b[on], self._wish_b[on], n), dtype=np.float64)

    def _gain(self, gets: FloatArray) -> FloatArray:
        """What each request would add to the welfare."""
        worth, gain = self._worth(gets), np.zeros(self._problem.requests)
        for end, wish in ((self._problem.a, self._wish_a), (self._problem.b, self._wish_b)):
            gain += self._worth(gets[end] + wish) - worth[end]
        return gain
