"""Text in a picture: what size fits a box, in how many lines; and what is cut, with an ellipsis."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from sim.files.lines import cells, wrapped
from sim.files.text import printable

__all__ = ["LEADING", "Label", "cut", "fitted", "lines_of", "wide"]

LEADING: Final = 1.18
"""From one line to the next, of the size of the letters."""
_LETTER: Final = 0.55  # how wide a letter is on average, as a share of its size; half a Chinese character
_ELLIPSIS: Final = "…"
_WORDS: Final = re.compile(r"[^\s-]*-|[^\s-]+|\s+")


@dataclass(frozen=True, slots=True)
class Label:
    """Lines of text around a point."""

    size: float
    lines: tuple[str, ...]

    @property
    def height(self) -> float:
        """From the top of the first line to the bottom of the last."""
        return len(self.lines) * self.size * LEADING


def wide(text: str, size: float) -> float:
    """How wide a text is, roughly."""
    return cells(text) * _LETTER * size


def lines_of(text: str, width: float, size: float) -> tuple[str, ...]:
    """A text in lines of at most a width; words that are wider are cut into pieces."""
    return tuple(wrapped(text, max(1, int(width / (_LETTER * size)))))


def cut(text: str, width: float, size: float) -> str:
    """A name, or as much of it as is not wider, with an ellipsis."""
    text = printable(text, lines=False)
    if wide(text, size) <= width:
        return text
    while text and wide(text + _ELLIPSIS, size) > width:
        text = text[:-1]
    return text.rstrip() + _ELLIPSIS


def fitted(name: str, width: float, height: float, sizes: tuple[float, ...]) -> Label | None:
    """The name in the greatest of the sizes in which it fits a box; None if it fits in none.

    Lines are broken at spaces, after hyphens and around Chinese characters and the like alone.
    """
    pieces = [each for word in _WORDS.findall(printable(name, lines=False)) for each in _parts(word)]
    for size in sizes:
        most = int(width / (_LETTER * size))
        if all(cells(piece) <= most for piece in pieces):
            label = Label(size, _filled(pieces, most))
            if label.height <= height:
                return label
    return None


def _parts(word: str) -> list[str]:
    """A word as it is, or letter by letter in scripts that are written without spaces."""
    return list(word) if cells(word) >= 2 * len(word) else [word]


def _filled(pieces: list[str], most: int) -> tuple[str, ...]:
    """Pieces in lines of at most so many cells."""
    lines = [""]
    for piece in pieces:
        if cells(lines[-1] + piece.rstrip()) > most:
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return tuple(line.strip() for line in lines if line.strip())
