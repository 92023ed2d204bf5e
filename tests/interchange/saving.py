"""The fair whose results are saved, and the command that saves them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from click.testing import CliRunner

from sim.cli import exposim

FAIR = Path(__file__).parents[1] / "cli" / "fair.toml"


def command(*arguments: str | Path) -> Any:
    return CliRunner().invoke(exposim, [str(argument) for argument in arguments])
