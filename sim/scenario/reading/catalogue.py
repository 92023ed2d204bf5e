"""The scenarios that come with the program, found by bare name from anywhere."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Shipped", "shipped", "shipped_directory", "shipped_files"]


@dataclass(frozen=True, slots=True)
class Shipped:
    """A scenario that comes with the program."""

    name: str  # as `load` takes it
    title: str
    path: Path


def shipped_directory() -> Path:
    """Where the shipped scenarios are: in the package once installed, else beside it in the sources."""
    here = Path(__file__).resolve()
    installed = here.parents[1] / "shipped"
    return installed if installed.is_dir() else here.parents[3] / "scenarios"


def shipped_files() -> dict[str, Path]:
    """The files of the shipped scenarios by name, in order of name."""
    return {path.stem: path for path in sorted(shipped_directory().glob("*.toml"))}


def shipped() -> list[Shipped]:
    """The shipped scenarios, in order of name."""
    found = []
    for name, path in shipped_files().items():
        try:
            expo = tomllib.loads(path.read_text("utf-8")).get("expo", {})
        except (OSError, ValueError):
            expo = {}  # `load` says what is wrong with it
        title = expo.get("title", "") if isinstance(expo, dict) else ""
        found.append(Shipped(name, str(title), path))
    return found
