"""Shapley values, exactly, over those orders of changes in which every step can be made.

Players are sets of changes, coalitions sums of their bits. A Shapley value is the mean over all orders of
what a player adds to those before it (Shapley, 1953); where not every coalition can be, over the orders all
of whose coalitions can, as Faigle and Kern (1992) do under precedence constraints. In each order what is
added sums to the whole, so the values do. They are worked out in whole numbers: nothing is rounded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Final

__all__ = ["Plan", "exact", "joined", "sampled", "shares"]

_TRIED: Final = 3  # changes that are joined at once, before more are

Possible = Callable[[int], bool]


@dataclass(frozen=True)
class Plan:
    """The values as sums over coalitions: of each player, whole numbers by coalition, over one divisor."""

    players: tuple[int, ...]
    divisor: int
    """Orders that are counted."""
    coefficients: tuple[Mapping[int, int], ...]

    @property
    def coalitions(self) -> tuple[int, ...]:
        """Those whose value is needed, in order."""
        return tuple(sorted(set().union(*self.coefficients)))


def joined(n: int, possible: Possible) -> tuple[int, ...]:
    """The players among `n` changes, such that there is an order in which each step can be made.

    Each change is one, but for those that cannot be made one without the other: they are one together. No
    and all changes must be possible.
    """
    players = []
    done, left = 0, [1 << i for i in range(n)]
    while left:
        step = next((each for each in left if possible(done | each)), 0) or _together(done, left, possible)
        players.append(step)
        done |= step
        left = [each for each in left if not each & done]
    return tuple(sorted(players, key=lambda player: player & -player))


def _together(done: int, left: Sequence[int], possible: Possible) -> int:
    """The fewest changes, or nearly so, that can be made at once where no single one can."""
    for size in range(2, min(_TRIED, len(left) - 1) + 1):
        for some in combinations(left, size):
            if possible(done | sum(some)):
                return sum(some)
    all_left = sum(left)
    for size in (1, 2):
        for some in combinations(left, size):
            fewer = all_left & ~sum(some)
            if fewer and possible(done | fewer):
                all_left = fewer
    return all_left


def exact(players: Sequence[int], possible: Possible) -> Plan | None:
    """The plan over all orders that can be made; None if there is none."""
    whole = sum(players)
    coalitions = _unions(players)
    there = [each for each in coalitions if each in (0, whole) or possible(each)]
    known = set(there)
    ways_to = {0: 1}  # orders in which a coalition is reached
    for each in there[1:]:
        ways_to[each] = sum(ways_to.get(each & ~p, 0) for p in players if each & p and each & ~p in known)
    ways_from = {whole: 1}  # orders in which the whole is reached from there
    for each in reversed(there[:-1]):
        ways_from[each] = sum(
            ways_from.get(each | p, 0) for p in players if not each & p and each | p in known
        )
    if not ways_to[whole]:
        return None
    coefficients: list[dict[int, int]] = [{} for _ in players]
    for before in there:
        for player, own in zip(players, coefficients, strict=True):
            after = before | player
            if before & player or after not in known:
                continue
            if orders := ways_to[before] * ways_from[after]:
                own[after], own[before] = orders, -orders
    return Plan(tuple(players), ways_to[whole], tuple(coefficients))


def _unions(players: Sequence[int]) -> list[int]:
    """All coalitions, each after those that are in it."""
    found = [0]
    for player in players:
        found += [each | player for each in found]
    return sorted(found)


def sampled(orders: Iterable[Sequence[int]]) -> Plan:
    """The plan over some orders of the players."""
    drawn = [tuple(each) for each in orders]
    players = tuple(sorted(drawn[0], key=lambda player: player & -player))
    coefficients: dict[int, dict[int, int]] = {player: {} for player in players}
    for order in drawn:
        before = 0
        for player in order:
            own, after = coefficients[player], before | player
            own[after] = own.get(after, 0) + 1
            own[before] = own.get(before, 0) - 1
            before = after
    return Plan(players, len(drawn), tuple(coefficients[player] for player in players))


def shares(plan: Plan, values: Mapping[int, float]) -> tuple[Fraction, ...]:
    """The value of each player, from those of the coalitions, which are finite; exactly.

    They sum to the value of all changes less that of none, as numbers that no float may hold.
    """
    ratios = {each: values[each].as_integer_ratio() for each in plan.coalitions}
    scale = max(below for _, below in ratios.values())  # a float is a whole number over a power of two
    whole = {each: above * (scale // below) for each, (above, below) in ratios.items()}
    return tuple(
        Fraction(sum(times * whole[each] for each, times in own.items()), plan.divisor * scale)
        for own in plan.coefficients
    )
