"""The engine compiled and kept by a process of its own: it can be ended at once, and returns its memory."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress

from sim.engine import kept
from sim.workers import leave, start

__all__ = ["in_background", "main", "make"]


def make() -> None:
    """Compile the engine and keep it, unless it is kept; it takes some 15 s.

    Whoever else is making it is waited for. Raises RuntimeError, with the reason, if it came to nothing.
    """
    process = start(__name__, stderr=subprocess.PIPE)
    try:
        _, trouble = process.communicate()
    except BaseException:
        process.kill()
        process.communicate()
        raise
    if process.returncode:
        *_, last = trouble.decode(errors="replace").strip().splitlines() or [f"status {process.returncode}"]
        raise RuntimeError(last)


def in_background() -> None:
    """Begin to make it, and do not wait; only one process does at a time."""
    leave(__name__, EXPOSIM_CACHE=str(kept.place().parent.absolute()))  # it runs in another folder than this


def main(*, wait: bool = True) -> None:
    """Make it, in this process."""
    path = kept.place()
    with kept.alone(path, wait=wait) as free:
        if not free or kept.whole(path):
            return
        try:
            with kept.making(path) as made:
                from sim.engine.compiled.run import compile_into

                compile_into(made)
            kept.tidy(path)
        except Exception as error:
            kept.failed(path, f"{type(error).__name__}: {error}")
            raise


if __name__ == "__main__":
    if sys.platform != "win32":
        with suppress(OSError):
            os.nice(10)
    main(wait=False)
