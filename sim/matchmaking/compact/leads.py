"""What comes first: how dear breaks, meetings and unfairness are to each other, and the descent by stages.

All is counted in whole numbers, on levels so far apart that no amount on one makes up for anything on
the next: what comes first is never given up for what comes later.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Final, Literal

import numpy as np

from sim.matchmaking.compact.board import Board, WaitingBoard
from sim.matchmaking.compact.compacting import WORK, clear, descend
from sim.matchmaking.compact.waiting import breaks_of, idle_time, spread, wait_unit, waiting
from sim.matchmaking.policies.placing import best_first, greedy
from sim.matchmaking.problem.problem import UNSCHEDULED, BoolArray, Problem
from sim.matchmaking.problem.time_indexed import columns
from sim.matchmaking.wishes.affinity import IntArray

__all__ = ["AIMS", "Aim", "Lead", "Least", "reached", "settled", "shorter"]

Lead = Literal["value", "breaks", "fairness"]
Least = Literal["breaks", "waits"]
Aim = Literal["must", "unfairness", "value", "breaks", "waits"]

AIMS: Final[dict[Lead, tuple[Aim, ...]]] = {
    "value": ("unfairness", "breaks"),  # of the same meetings
    "breaks": ("must", "breaks", "value", "unfairness"),
    "fairness": ("must", "unfairness", "value", "breaks"),
}
"""What is looked at, the first first."""

_MOST_COLUMNS: Final = 300_000  # of a request in a slot
_SEED: Final = 1
_KEPT: Final = 1 << 60  # what a meeting is worth that must not be given up
_ROUNDS: Final = 4
_STAGES: Final = (1, 2, 4, 8)  # the price of a break on the way, in halves of a mean meeting
_SHARES: Final = (0.25, 0.15, 0.35)  # of the work: before the stages, for each of them, after them


def reached(problem: Problem, slot: IntArray, aim: Aim, fairness: int | None) -> int:
    """What a timetable has of an aim; always the less the better.

    Must-meets and value (in whole numbers, `Weights`) are negative; unfairness is by how much the breaks
    of any two people differ beyond `fairness`; waits are in units of `wait_unit`.
    """
    held = slot != UNSCHEDULED
    if aim == "must":
        return 0 if problem.must is None else -int((problem.must & held).sum())
    if aim == "value":
        return -int(problem.weights.whole[held].sum())
    if aim == "waits":
        return int(waiting(problem, slot).waits.sum()) // wait_unit(problem)
    breaks = breaks_of(problem, slot)
    if aim == "breaks":
        return int(breaks.sum())
    return 0 if fairness is None else max(0, spread(breaks) - fairness)


def settled(
    problem: Problem, slot: IntArray, lead: Lead, fairness: int | None, least: int = 0
) -> tuple[IntArray, bool]:
    """The timetable that the fast method makes of this one, and whether there is nothing left to wish.

    With lead "value" the held meetings are moved; there are `least` breaks at best. With the others the
    price of breaks (or of those beyond `fairness`) rises by stages in which meetings are moved, given up
    and taken in; what breaks are left then are removed, and last, what meetings cost none are taken in.
    """
    levels, random = _Levels(problem, fairness), Random(_SEED)
    if lead == "value":
        board = Board(problem, slot, slot != UNSCHEDULED, levels.prices(levels.span), levels.all_held(slot))
        enough = levels.span * least
        for _ in _rounds(board, enough):
            descend(board, levels.span, random, enough=enough)
        return board.slots(), board.energy <= enough
    given, slot = slot, _with_musts(problem, slot)
    final = levels.prices(levels.dear, lead)
    board = Board(problem, slot, _considered(problem, slot), final, levels.worth)
    allowed = 0 if lead == "breaks" else fairness or 0
    for _ in _rounds(board, 0):
        least, best = board.energy, list(board.now)
        board.value_by(levels.prices(levels.span), levels.all_held(board.slots()))
        descend(board, levels.span, random, _SHARES[0])
        for stage in _STAGES:
            board.value_by(levels.prices(stage * levels.mean // 2, lead), levels.worth)
            clear(board, allowed)
            descend(board, levels.mean // 3, random, _SHARES[1])
        clear(board, allowed, forced=levels.must)
        board.value_by(final, levels.worth)
        clear(board, allowed)
        descend(board, levels.mean // 3, random, _SHARES[2])
        if board.energy > least:
            board.restore(best)

    def rank(slot: IntArray) -> list[int]:
        return [reached(problem, slot, aim, fairness) for aim in AIMS[lead]]

    # to the energy everybody's breaks beyond fairness are unfair, though all may have as many
    return min(board.slots(), given, key=rank), not board.energy


def shorter(problem: Problem, slot: IntArray, least: int) -> tuple[IntArray, bool]:
    """The same meetings in slots between which people wait less, and whether that is `least` or less.

    Time of all together, in units of `wait_unit`; the fast method, as `settled` with lead "value".
    """
    held, random = slot != UNSCHEDULED, Random(_SEED)
    kept = [_KEPT * on for on in held.tolist()]
    board = WaitingBoard(problem, slot, held, range(_KEPT), kept)
    little = int(idle_time(problem).max(initial=0)) // wait_unit(problem)
    for _ in _rounds(board, least):
        descend(board, little, random, enough=least)
    return board.slots(), board.energy <= least


def _rounds(board: Board, enough: int) -> Iterator[int]:
    """Rounds of a descent, each from where the last one ended, as long as they gain and work is left."""
    begin = board.work
    for number in range(_ROUNDS):
        before = board.energy
        yield number
        done = 4 * (board.work - begin) > 3 * WORK
        if done or board.energy <= enough or (number and board.energy >= before):
            return


class _Levels:
    """The levels of a problem: one more break on the lowest is worth 1, one more of a score `span`.

    What leads is worth `dear`, a must-meet `must`. `worth` has an entry a request, `mean` is the worth
    of a meeting without what must-meets are worth besides.
    """

    def __init__(self, problem: Problem, fairness: int | None) -> None:
        self._fairness = fairness
        self._counts = range(problem.slots + 2)
        possible = problem.possible
        # worth is more than 64 bits hold: Python's own numbers
        score: list[int] = (problem.weights.whole * possible).tolist()
        self.span = 1 + problem.participants * len(self._counts) ** 2
        self.dear = self.span * (1 + sum(score))
        self.must = self.dear * self.span
        must = [0] * problem.requests if problem.must is None else (problem.must & possible).tolist()
        self.worth = [self.span * s + self.must * m for s, m in zip(score, must, strict=True)]
        self.mean = self.span * sum(score) // max(1, sum(s > 0 for s in score))

    def prices(self, unit: int, lead: Lead = "breaks") -> list[int]:
        """The price of each number of breaks of somebody, if one of what leads is worth so much."""
        first, last = (self._beyond, int) if lead == "fairness" else (int, self._beyond)
        return [unit * first(n) + last(n) for n in self._counts]

    def all_held(self, slot: IntArray) -> list[int]:
        """What requests are worth if all meetings are to be held, and no others."""
        return [self.must * on for on in (slot != UNSCHEDULED).tolist()]

    def _beyond(self, breaks: int) -> int:
        """What is beyond fairness, squared: two people with one too many rather than one with two."""
        return 0 if self._fairness is None else max(0, breaks - self._fairness) ** 2


def _with_musts(problem: Problem, slot: IntArray) -> IntArray:
    """This timetable, or the greedy one if that holds more must-meets."""
    if problem.must is None:
        return slot
    other = greedy(problem)
    more = (other[problem.must] != UNSCHEDULED).sum() > (slot[problem.must] != UNSCHEDULED).sum()
    return other if more else slot


def _considered(problem: Problem, slot: IntArray) -> BoolArray:
    """The requests that are held, and of the others the best, as many as the work allows."""
    size = np.bincount(columns(problem)[0], minlength=problem.requests)
    ranked = best_first(problem)
    ranked = ranked[np.argsort(slot[ranked] == UNSCHEDULED, kind="stable")]
    considered: BoolArray = slot != UNSCHEDULED
    considered[ranked[np.cumsum(size[ranked]) <= _MOST_COLUMNS]] = True
    return considered
