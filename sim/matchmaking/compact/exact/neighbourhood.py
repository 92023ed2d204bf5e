"""Parts of a timetable to be made anew while the rest stays: large neighbourhood search (Shaw 1998).

A full search for one break fewer moves a whole day at once; most of what can be gained is gained within
some people's meetings, or some hours, where the answer is there in a moment. Which part is by chance, of
a seed; how large it is, follows what came of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Final

from sim.matchmaking.compact.agreed import Agreed
from sim.matchmaking.compact.exact.encoding import Encoding

__all__ = ["Neighbourhoods"]

_SEED: Final = 1
_BEGIN: Final = 0.4  # share of the people or slots that are made anew
_LEAST: Final = 0.1
_MOST: Final = 0.95
_LARGER: Final = 1.06
_SMALLER: Final = 0.93
_STRANGERS: Final = 0.2  # share of those who have no meeting with anybody of the part


class Neighbourhoods:
    """Draws the part of a timetable of this problem that is searched next."""

    def __init__(self, problem: Agreed, encoding: Encoding) -> None:
        self._problem, self._encoding = problem, encoding
        self._random = Random(_SEED)
        self._share = _BEGIN
        partners: list[set[int]] = [set() for _ in range(problem.participants)]
        for a, b in problem.pairs:
            partners[a].add(b)
            partners[b].add(a)
        self._partners = [tuple(sorted(own)) for own in partners]

    def kept(self, model: Sequence[int]) -> list[int]:
        """Literals that keep in their slots all meetings of a model but those of the part drawn."""
        slots = self._encoding.timetable(model)
        among = self._meetings_of_some() if self._random.random() < 0.5 else self._some_hours(slots)
        return [own[t] for own, t, free in zip(self._encoding.placed, slots, among, strict=True) if not free]

    def exhausted(self) -> None:
        """There was nothing better in the last part: the next ones are larger."""
        self._share = min(_MOST, self._share * _LARGER)

    def too_large(self) -> None:
        """The last part was not searched to its end: the next ones are smaller."""
        self._share = max(_LEAST, self._share * _SMALLER)

    def _meetings_of_some(self) -> list[bool]:
        """Whether a meeting has one of a group of people, most of whom meet another of the group."""
        problem, random = self._problem, self._random
        size = min(problem.participants, max(3, round(self._share * problem.participants)))
        group = {random.randrange(problem.participants)}
        border = list(self._partners[next(iter(group))])
        while len(group) < size:
            stranger = not border or random.random() < _STRANGERS
            one = random.randrange(problem.participants) if stranger else random.choice(border)
            if one not in group:
                group.add(one)
                border += self._partners[one]
            border = [p for p in border if p not in group]
        return [a in group or b in group for a, b in problem.pairs]

    def _some_hours(self, slots: Sequence[int]) -> list[bool]:
        """Whether a meeting has one of some adjoining slots."""
        width = max(3, round(self._share * self._problem.slots))
        first = self._random.randint(1 - width, self._problem.slots - 1)
        return [first <= t < first + width for t in slots]
