"""What is wrong with files: every problem with its file, line and path, and what was nearly meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from sim.files.text import printable

__all__ = ["Fault", "ScenarioError", "did_you_mean", "near_words", "nearest", "not_text"]

_SHOWN = 200  # a table of 20,000 rows can be wrong in every row


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: where it stands and, in plain words, what it is."""

    file: str  # the file as the user named it, or the setting it came from (`--set a.b=3`)
    line: int | None  # counted from 1; None where lines mean nothing
    path: str  # dotted path of the key; empty if the file as a whole is wrong
    message: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        text = f"{place}: {self.path}: {self.message}" if self.path else f"{place}: {self.message}"
        return printable(text, lines=False)


class ScenarioError(ValueError):
    """A scenario that cannot be used; its text is one line a problem, in order of file and line."""

    def __init__(self, problems: Iterable[Fault]) -> None:
        self.problems: tuple[Fault, ...] = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        lines = [str(problem) for problem in self.problems[:_SHOWN]]
        if len(self.problems) > _SHOWN:
            lines.append(f"and {len(self.problems) - _SHOWN:,} more problems")
        return "\n".join(lines)


def not_text(content: bytes, shown: str) -> Fault:
    """That a file's content is not UTF-8: the line and the byte."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"is not UTF-8 text: found the byte 0x{content[error.start]:02x}"
        return Fault(shown, line, "", message)
    raise ValueError("this is UTF-8 text")


def did_you_mean(word: str, allowed: Iterable[str]) -> str:
    """`; did you mean 'hall'?` for the nearest of the allowed words, or nothing if none is near."""
    near = nearest(word, allowed)
    return "" if near is None else f"; did you mean '{near}'?"


def nearest(word: str, allowed: Iterable[str]) -> str | None:
    """The nearest of the allowed words, if one is near."""
    near = near_words(word, allowed, 1)
    return near[0] if near else None


def near_words(word: str, allowed: Iterable[str], most: int = 3) -> list[str]:
    """Those of the allowed words that are near, the nearest first; capitals, - and _ are no difference."""
    words = list(allowed)
    alike = {each.lower().replace("-", "_"): each for each in reversed(words)}
    near = difflib.get_close_matches(word[:200].lower().replace("-", "_"), alike, n=most, cutoff=0.6)
    return [alike[each] for each in near]
