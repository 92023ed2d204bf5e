"""Ranks, of which 1 is best, made into weights; and weights that look like ranks."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from decimal import Decimal
from typing import Final

from sim.files.sheets import Sheet, found

__all__ = ["looks_like_ranks", "weights_of_ranks"]

_TO_TELL: Final = 3  # choices of somebody that look like ranks


def weights_of_ranks(
    sheet: Sheet, column: str, who: Sequence[str], ranks: Sequence[Decimal | None]
) -> list[Decimal | None]:
    """R + 1 - r for rank r, where R is the greatest rank that the same person gives.

    So his last choice counts 1. What is no whole number from 1 on is a problem of the sheet.
    """
    greatest: dict[str, int] = {}
    whole: list[int | None] = []
    for row, (name, rank) in enumerate(zip(who, ranks, strict=True)):
        if rank is not None and (rank < 1 or rank != int(rank)):
            cell = sheet.cells(column)[row]
            sheet.wrong(row, column, f"{found(cell)}; allowed: a rank, a whole number from 1 (best)")
            rank = None
        whole.append(None if rank is None else int(rank))
        if rank is not None:
            greatest[name] = max(greatest.get(name, 0), int(rank))
    return [
        None if rank is None else Decimal(greatest[name] + 1 - rank)
        for name, rank in zip(who, whole, strict=True)
    ]


def looks_like_ranks(who: Sequence[Hashable], values: Sequence[Decimal | None]) -> bool:
    """Whether everybody's numbers are 1, 2, ... as many as he gives, and somebody gives three or more."""
    if any(value is None or value < 1 or value != int(value) for value in set(values)):
        return False
    given: dict[Hashable, list[Decimal]] = {}
    for name, value in zip(who, values, strict=True):
        given.setdefault(name, []).append(value or Decimal(0))
    if max(map(len, given.values()), default=0) < _TO_TELL:
        return False
    return all(sorted(each) == [Decimal(n) for n in range(1, len(each) + 1)] for each in given.values())
