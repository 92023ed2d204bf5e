"""Whole numbers in a row as people write them."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["spans"]


def spans(numbers: Iterable[int]) -> str:
    """Numbers in their order: `0 to 3, 7`."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]} to {run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
