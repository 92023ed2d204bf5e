"""Text in lines: how many columns of a terminal it takes, and wrapped to so many."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from unicodedata import combining, east_asian_width

__all__ = ["WIDTH", "cells", "wrapped"]

WIDTH: Final = 80
"""Columns of a terminal of which nothing is known."""


def cells(text: str) -> int:
    """Columns of a terminal that a text takes: two for a Chinese character, none for an accent."""
    if text.isascii():
        return len(text)
    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def wrapped(text: str, width: int, first: str = "", later: str = "") -> list[str]:
    """A text as lines of at most `width` columns, that begin with `first`, the others with `later`."""
    lines = []
    line = first
    empty = True
    for word in _pieces(text, max(1, width - max(cells(first), cells(later)))):
        if not empty and cells(line) + 1 + cells(word) > width:
            lines.append(line)
            line, empty = later, True
        line += word if empty else f" {word}"
        empty = False
    return [*lines, line.rstrip()]


def _pieces(text: str, width: int) -> Iterator[str]:
    """Words; those longer than a line in pieces."""
    for word in text.split():
        piece = ""
        for letter in word:
            if cells(piece + letter) > width:
                yield piece
                piece = ""
            piece += letter
        yield piece
