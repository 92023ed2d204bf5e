"""Signs of life of a study: a bar that moves while it runs, or a line now and then where there is none."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Event, RLock, Thread
from typing import TYPE_CHECKING, Final, NoReturn

if TYPE_CHECKING:
    from tqdm import tqdm

__all__ = ["SIGNS", "Signs", "signs", "signs_of"]

SIGNS: Final = "shows that a study goes on"
"""The name of a thread that does nothing else, and nothing while this process is copied."""

_REDRAWN: Final = 1.0  # seconds; a replication of a large fair takes minutes
_FIRST: Final = 10.0  # seconds until the first line: shorter work needs none
_MOST: Final = 60.0  # between two lines
# The thread may wait for ever for tqdm's own lock, if a stop came just when that had been taken.
_PATIENCE: Final = 0.5

# Nobody has it while this process is copied: what a copy finds locked would stay so. A stop may come just as
# it is taken, and then it stays taken: so the same thread may take it again.
_drawing = RLock()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_drawing.acquire, after_in_parent=_drawing.release, after_in_child=_drawing.release
    )


class Signs:
    """What is done of a study, and the stage that the replication which is run here is in."""

    def __init__(
        self, bar: tqdm[NoReturn], clock: Callable[[], float] = time.monotonic, unit: str = "replication"
    ) -> None:
        self._bar = bar
        self._unit = unit
        self._clock = clock
        self._stage = ""
        self._done = self._before = 0
        self._begun = self._last = clock()
        self._next = _FIRST

    def ask(self, total: int) -> None:
        """So many replications are wanted."""
        if total != self._bar.total:
            self._bar.total = total
            with _drawing:
                self._bar.refresh()

    def were_done(self, many: int) -> None:
        """So many were done before, and took no time."""
        self._before = many
        with _drawing:
            self._bar.initial = self._bar.n = self._bar.n + many
            self._bar.refresh()

    def stage(self, word: str) -> None:
        """A stage begins, or none if the word is empty."""
        self._stage = word
        with _drawing:
            self._bar.set_postfix_str(word)

    def update(self) -> None:
        """A replication is done."""
        self._done += 1
        self._last = self._clock()
        self._stage = ""
        with _drawing:
            self._bar.set_postfix_str("", refresh=False)
            self._bar.update()

    def due(self) -> str:
        """The line that is to be said now, if one is: after ten seconds, then less and less often."""
        gone = self._clock() - self._begun
        if gone < self._next:
            return ""
        while self._next <= gone:
            self._next = min(2 * self._next, self._next + _MOST)
        total = int(self._bar.total or 0)
        said = f"exposim: {self._before + self._done:,} of {total:,} {self._unit}s done, {_span(gone)}"
        if self._done:
            each = (self._last - self._begun) / self._done
            left = each * (total - self._before - self._done) - (self._clock() - self._last)
            said += f", about {_span(max(left, 1))} left"
        return f"{said}; {self._stage}" if self._stage else said

    def redraw(self) -> None:
        """The bar as it is now."""
        self._bar.refresh()


def _span(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def signs_of(total: int, progress: bool, unit: str = "replication") -> AbstractContextManager[Signs]:
    """Signs of so many, if there is to be `progress`: a bar where somebody looks, else lines.

    A log file has no use for a bar that redraws itself.
    """
    bar = progress and (_in_notebook() or sys.stderr.isatty())
    return signs(total, shown=bar, lines=progress and not bar, unit=unit)


def _in_notebook() -> bool:
    ipython = sys.modules.get("IPython")  # whoever only has it installed is in none
    shell = ipython.get_ipython() if ipython else None
    return hasattr(shell, "kernel")


@contextmanager
def signs(total: int, *, shown: bool, lines: bool, unit: str = "replication") -> Iterator[Signs]:
    """Signs of so many replications, on standard error: a bar if it is `shown`, else `lines` if wanted."""
    from tqdm import tqdm  # tqdm.auto warns in a notebook without ipywidgets, shown or not

    with tqdm(total=total, disable=not shown, unit=unit, leave=False) as bar:
        given = Signs(bar, unit=unit)
        if not (shown or lines):
            yield given
            return
        over = Event()

        def go_on() -> None:
            while not over.wait(_REDRAWN):
                with _drawing:
                    if shown:
                        given.redraw()
                    elif said := given.due():
                        print(said, file=sys.stderr, flush=True)

        thread = Thread(target=go_on, name=SIGNS, daemon=True)
        thread.start()
        try:
            yield given
        finally:
            over.set()
            thread.join(_PATIENCE)
