"""The bar of a study: how much of it is done, and the time left."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from tqdm import tqdm

__all__ = ["progress_bar"]


@contextmanager
def progress_bar(progress: bool, total: int, unit: str = "replication") -> Iterator[tqdm[NoReturn]]:
    """A bar on standard error, shown if there is to be one and somebody looks."""
    from tqdm import tqdm  # tqdm.auto warns in a notebook without ipywidgets, shown or not

    # a log file has no use for a bar that redraws itself
    shown = progress and (_in_notebook() or sys.stderr.isatty())
    with tqdm(total=total, disable=not shown, unit=unit, leave=False) as bar:
        yield bar


def _in_notebook() -> bool:
    ipython = sys.modules.get("IPython")  # whoever only has it installed is in none
    shell = ipython.get_ipython() if ipython else None
    return hasattr(shell, "kernel")
