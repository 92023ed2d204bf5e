"""A path as options and arguments take it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

__all__ = ["PathOf"]


class PathOf(click.Path):
    """A path, which nothing is not: `Path("")` is the current folder."""

    def __init__(self, **options: Any) -> None:
        super().__init__(path_type=Path, **options)

    def convert(
        self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None
    ) -> str | bytes | os.PathLike[str]:
        """The path. Fails where there is none."""
        if isinstance(value, str) and not value:
            self.fail("found ''; allowed: a path", param, ctx)
        return super().convert(value, param, ctx)
