"""What the command says on standard error, in lines that fit."""

from __future__ import annotations

import shutil
import sys
from typing import Final

import click

from sim.files.lines import WIDTH, cells, wrapped
from sim.files.text import printable

__all__ = ["tell", "tell_work", "told"]

_HANG: Final = "    "  # before what goes on below


def tell(text: str) -> None:
    """Say something to people: in lines of the terminal's width, and in a file of 80 columns."""
    click.echo(_fitting(printable(text), _columns() or WIDTH), err=True)


def tell_work(text: str) -> None:
    """The same of what the program is at, behind its name."""
    tell(f"exposim: {text}")


def told(text: str) -> str:
    """What is wrong, as standard error is to have it: wrapped in a terminal, and in a file as it is.

    There each line stays one, so that whatever reads it finds `file:line: what` whole.
    """
    text, width = printable(text), _columns()
    return text if width is None else _fitting(text, width)


def _columns() -> int | None:
    """The columns of the terminal that standard error is, if it is one."""
    if sys.stderr is None or not sys.stderr.isatty():
        return None
    return shutil.get_terminal_size((WIDTH, 24)).columns


def _fitting(text: str, width: int) -> str:
    """The text with those lines wrapped that are too long."""
    return "\n".join(each for line in text.split("\n") for each in _wrapped(line, width))


def _wrapped(line: str, width: int) -> list[str]:
    if cells(line) <= width:
        return [line]
    indent = line[: len(line) - len(line.lstrip(" "))]
    return wrapped(line, width, indent, indent + _HANG)
