"""Where a command keeps what it runs: in a folder of the user's, or in the cache until it is done."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli.endings import goes_on
from sim.cli.path_of import PathOf
from sim.cli.telling import tell_work

if TYPE_CHECKING:
    from sim.studies.folder import StudyFolder, Unfinished

__all__ = ["Keeping", "takes_study"]


class Keeping:
    """What keeps the cells of this command; nothing is made before there are some."""

    def __init__(self, folder: Path | None, *, anew: bool) -> None:
        self.folder = folder
        self.anew = anew
        self._keeps: StudyFolder | Unfinished | None = None

    def begin(self, *, quiet: bool) -> StudyFolder | Unfinished:
        """What `study` of the functions of studies is given."""
        from sim.studies.folder import StudyFolder, Unfinished

        said: Callable[[str], object] = str if quiet else tell_work
        if self.folder is None:
            self._keeps = Unfinished(tell=said)
        else:
            command = shlex.join(["exposim", *sys.argv[1:]])
            self._keeps = StudyFolder(self.folder, anew=self.anew, command=command, tell=said)
        goes_on(self._keeps)
        return self._keeps

    def done(self) -> None:
        """All that was to come of it has come: what was kept only until then is not needed any longer."""
        goes_on(None)
        if self._keeps is not None:
            self._keeps.done()


def takes_study(function: Callable[..., None]) -> Callable[..., None]:
    """The options `--study` and `--anew`: the command gets a `Keeping` as `keeping`."""

    @click.option(
        "--study",
        metavar="DIR",
        type=PathOf(file_okay=False),
        help="Keep each run in DIR as it is done: no study in DIR runs it again, and a killed one goes on. "
        "Without it they are kept until the command is done.",
    )
    @click.option("--anew", is_flag=True, help="Begin the study in DIR anew if its scenario has changed.")
    @wraps(function)
    def command(*before: Any, study: Path | None, anew: bool, **others: Any) -> None:
        if anew and study is None:
            raise click.UsageError("--anew goes with --study DIR")
        function(*before, keeping=Keeping(study, anew=anew), **others)

    return command
