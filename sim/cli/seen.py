"""What commands that show something ask: whether results are meant."""

from __future__ import annotations

from pathlib import Path

__all__ = ["is_results_directory"]


def is_results_directory(source: str) -> bool:
    """Whether a directory of results is meant; one called as a shipped scenario must hold some."""
    if not Path(source).is_dir():
        return False
    from sim.scenario import shipped

    return source not in {each.name for each in shipped()} or (Path(source) / "run.json").is_file()
