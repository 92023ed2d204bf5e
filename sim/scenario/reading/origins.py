"""Where a value of a scenario was given, and what is said of where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["FILE", "Origin", "Told"]

FILE: Final = "the file"
"""What the comment at the head of a file is about."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value was given: a line of a file, or a setting."""

    file: str  # as the user knows it
    line: int | None
    directory: str  # that relative file names start from


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of where a value comes from, and where that is said."""

    source: str = ""
    """The words; empty where nothing is said."""
    about: str = ""
    """What they are about: the path of the field, or of a section it lies in, or the first key of several
    sections, or `FILE`; empty where nothing is said."""
    file: str = ""
    """The file that sets the value, as seen from the scenario's own; or the setting that does."""
    line: int | None = None
    """The line in it; None of a setting."""
