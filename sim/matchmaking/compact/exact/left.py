"""What is left to the timetables that are looked for, once all else has been struck out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from sim.matchmaking.compact.agreed import Agreed

__all__ = ["Left", "Spare"]


@dataclass(frozen=True, slots=True)
class Spare:
    """What a timetable may have that is dear: `most` in all.

    Of what somebody has, the dearest counts: that meeting m of participant p is in slot t,
    `meeting[p, m, t]`, that a break of his begins in t, `begin[p, t]`, that he is idle in it, `idle[p, t]`.
    Each table that is empty in slot t counts `empty[t]`. Whatever is not there counts nothing.
    """

    most: int
    meeting: Mapping[tuple[int, int, int], int]
    begin: Mapping[tuple[int, int], int]
    idle: Mapping[tuple[int, int], int]
    empty: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Left:
    """Meeting m is in one of the slots `domains[m]`, and who is idle when is bounded too.

    A break of participant p begins in one of the slots `begins[p]`, and he is idle in those of
    `idle[p]` only, of the slots that are counted for him. In slot t there are `least[t]` meetings or more.
    What is left together may still be too dear (`spare`).
    """

    domains: tuple[tuple[int, ...], ...]
    begins: tuple[frozenset[int], ...]
    idle: tuple[frozenset[int], ...]
    least: tuple[int, ...]
    spare: Spare | None = None

    @classmethod
    def of(cls, problem: Agreed, domains: Sequence[Sequence[int]]) -> Self:
        """Meetings in these slots, and nothing else struck out."""
        counted = tuple(frozenset(problem.counted(p)) for p in range(problem.participants))
        return cls(tuple(tuple(own) for own in domains), counted, counted, (0,) * problem.slots)
