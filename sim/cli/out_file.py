"""A file that a command is to write: it can be, and none that is read is replaced by it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli.endings import BadInput

if TYPE_CHECKING:
    from sim.scenario import Scenario

__all__ = ["may_write"]


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
