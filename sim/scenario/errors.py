"""What is wrong with a scenario: every problem with its file, line and path."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Problem", "ScenarioError", "did_you_mean"]

_SHOWN = 200  # a table of 20,000 rows can be wrong in every row


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where it stands and, in plain words, what it is."""

    file: str  # the file as the user named it, or the setting it came from (`--set a.b=3`)
    line: int | None  # counted from 1; None where lines mean nothing
    path: str  # dotted path of the key; empty if the file as a whole is wrong
    message: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.path}: {self.message}" if self.path else f"{place}: {self.message}"


class ScenarioError(ValueError):
    """A scenario that cannot be used; its text is one line a problem, in order of file and line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        lines = [str(problem) for problem in self.problems[:_SHOWN]]
        if len(self.problems) > _SHOWN:
            lines.append(f"and {len(self.problems) - _SHOWN:,} more problems")
        return "\n".join(lines)


def did_you_mean(word: str, allowed: Iterable[str]) -> str:
    """`; did you mean 'hall'?` for the nearest of the allowed words, or nothing if none is near."""
    words = list(allowed)
    folded = {each.lower().replace("-", "_"): each for each in reversed(words)}
    near = difflib.get_close_matches(word.lower().replace("-", "_"), folded, n=1, cutoff=0.6)
    return f"; did you mean '{folded[near[0]]}'?" if near else ""
