"""What commands that show something ask: whether results are meant, whether a file may be written."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sim.cli.endings import BadInput

__all__ = ["is_results_directory", "refuse_file"]


def is_results_directory(source: str) -> bool:
    """Whether a directory of results is meant; one called as a shipped scenario must hold some."""
    if not Path(source).is_dir():
        return False
    from sim.scenario import shipped

    return source not in {each.name for each in shipped()} or (Path(source) / "run.json").is_file()


def refuse_file(out: Path, inputs: Iterable[Path], *, force: bool) -> None:
    """Raise BadInput unless a file may be written, before anything is run."""
    from sim.interchange import refuse

    try:
        refuse(out, inputs, force=force)
    except OSError as error:
        raise BadInput(f"exposim: {error}") from None
