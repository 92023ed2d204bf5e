"""A small valid scenario to start from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

SMALL = Path(__file__).with_name("small.toml")

Write = Callable[..., Path]


@pytest.fixture
def small() -> str:
    """The text of a small valid scenario."""
    return SMALL.read_text("utf-8")


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write a file into a directory of its own, which is the working directory; its name."""
    monkeypatch.chdir(tmp_path)

    def writes(name: str, text: str) -> Path:
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return writes


def edited(text: str, *edits: tuple[str, str]) -> str:
    """The text with each edit made once; an edit that would not apply is a fault of the test."""
    for old, new in edits:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
        text = text.replace(old, new)
    return text
