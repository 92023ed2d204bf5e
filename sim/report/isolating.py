"""A name within a sentence, in whatever direction either is written."""

from __future__ import annotations

from sim.files.text import printable

__all__ = ["isolated"]


def isolated(name: str) -> str:
    """A name in a sentence, which it neither turns around nor is turned around by.

    Marks of direction within it are spelt out: one could end the isolation.
    """
    return f"\N{FIRST STRONG ISOLATE}{printable(name, lines=False)}\N{POP DIRECTIONAL ISOLATE}"
