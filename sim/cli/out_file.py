"""A file that a command is to write: its option, its format; it can be, and replaces none that is read."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli.endings import BadInput, writes
from sim.cli.path_of import PathOf

if TYPE_CHECKING:
    from sim.scenario import Scenario

__all__ = ["form_of", "may_write", "takes_out"]


def takes_out(said: str, *also: str, **options: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The option `--out FILE`, read before all others: the command gets `out`.

    `said`: its help. `also`: other names of it. `options`: what else click is told, as `required`.
    """
    return click.option(
        "--out",
        *also,
        "out",
        metavar="FILE",
        type=PathOf(dir_okay=False),
        callback=writes,
        is_eager=True,
        help=said,
        **options,
    )


def form_of(option: str, file: Path, allowed: Collection[str]) -> str:
    """The format of a file, which is the ending of its name. Raises BadInput if it is none of `allowed`."""
    form = file.suffix.lower().removeprefix(".")
    if form not in allowed:
        said = " or ".join(f".{each}" for each in allowed)
        raise BadInput(f"exposim: {option}: found {str(file)!r}; allowed: a name that ends in {said}")
    return form


def may_write(file: Path, *read: Scenario | Path, force: bool) -> None:
    """Meant to be asked before anything is run.

    Args:
        file: the one to write.
        read: what is read: files, and scenarios with all that these extend and the lists that they name.
        force: whether a file that is there is replaced.

    Raises:
        BadInput: it cannot be written, or is there, or is one of those that are read.
    """
    from sim.interchange import refuse

    inputs: list[Path] = []
    for each in read:
        if isinstance(each, Path):
            inputs.append(each)
        else:
            origins = {origin.file for origin in each.document.origins.values()}
            inputs += [each.path, *map(Path, origins), *map(Path, each.files.values())]
    try:
        refuse(file, inputs, force=force)
    except (OSError, ValueError) as error:
        raise BadInput(f"exposim: {error}") from None
