"""Worker processes: they start on a safe path, and end when the process that they work for is gone.

Safe means that the current folder is not searched for modules: a file there may be named like a library.
What the parent itself can import, its workers can.
"""

from __future__ import annotations

import atexit
import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import IO, Any, Final

__all__ = [
    "SAFE",
    "WAITS",
    "begin",
    "begin_copy",
    "ends",
    "follow",
    "is_own",
    "leave",
    "make_own",
    "safe_path",
    "start",
    "stops_wait",
]

SAFE: Final = {"PYTHONSAFEPATH": "1"}
"""What the environment of a worker says, however it is started."""

WAITS: Final = "waits for a process left to itself"
"""The name of a thread that does nothing else."""

_MASKS: Final = hasattr(signal, "pthread_sigmask")  # not so on Windows
_LOOK_SECONDS: Final = 0.5  # how often a worker looks whether its parent is there
_DEATH_SIGNAL: Final = 1  # PR_SET_PDEATHSIG

# Python looks for garbage in cycles after so many new objects, and not 700: a fifth of a second less for a
# command whose libraries are hundreds of thousands of objects that stay. What we make has no cycles.
_GARBAGE: Final = 500_000

# What glibc comes to by itself once 32 MB have been given back at once: memory that is free stays for what
# comes next. Until then each array is new pages, which the system clears: a tenth of a first replication.
_MEMORY: Final = {-3: 32 << 20, -1: 64 << 20}  # M_MMAP_THRESHOLD and M_TRIM_THRESHOLD of mallopt(3)

_own = False
_status: object = None


def start(module: str, *, stderr: int | IO[bytes]) -> subprocess.Popen[bytes]:
    """A worker that calls the function `main` of a module; pipes are its standard input and output."""
    return subprocess.Popen(
        [sys.executable, "-m", __name__, module, str(os.getpid())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=stderr,
        env=_environment(),
    )


def leave(module: str, **environment: str) -> None:
    """Have a module run by a process that is left to itself: it goes on when this one ends, and is silent.

    No signal from this one's terminal reaches it. The module itself sees to it that it ends. Its
    environment is this one's, but for what is given; its folder is the root, so paths are to be absolute.
    """
    apart: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        apart = {"creationflags": subprocess.DETACHED_PROCESS | subprocess.BELOW_NORMAL_PRIORITY_CLASS}
    process = subprocess.Popen(
        [sys.executable, "-m", module],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=Path(sys.executable).anchor,  # no folder is kept from being removed
        env=_environment() | environment,
        **apart,
    )
    # or it would stay a zombie as long as this one
    threading.Thread(target=process.wait, name=WAITS, daemon=True).start()


def _environment() -> dict[str, str]:
    """That of a process that can import what this one can, from a safe path."""
    root = str(Path(__file__).parents[1])
    path = [os.path.abspath(entry) for entry in sys.path if entry]
    return {**os.environ, **SAFE, "PYTHONPATH": os.pathsep.join(path if root in path else [*path, root])}


@contextmanager
def safe_path() -> Iterator[None]:
    """Python processes that anybody starts inside have a safe path."""
    before = {name: os.environ.get(name) for name in SAFE}
    os.environ.update(SAFE)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def stops_wait() -> Iterator[None]:
    """No signal stops workers that are started inside until they `begin`; one to this process waits."""
    if not _MASKS:
        yield
        return
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, _stops())
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def begin(parent: int, at_once: bool) -> None:
    """What a worker of a pool does first: it leaves Ctrl-C to its parent, and follows it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if _MASKS:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _stops())
    follow(parent, at_once=at_once)


def begin_copy(parent: int) -> None:
    """What a copy of a process does first: as one that begins anew; handlers of stops are not for it."""
    for number in _stops():
        signal.signal(number, signal.SIG_DFL)
    begin(parent, at_once=True)


def make_own() -> None:
    """This process is the command's from its start to its end, and nobody else's."""
    global _own
    _own = True
    gc.set_threshold(_GARBAGE)
    _keep_memory()
    atexit.register(_leave_all)  # first of all, so that it comes last


def _keep_memory() -> None:
    if sys.platform == "linux":
        import ctypes

        with suppress(AttributeError, OSError):  # a C library without it
            library = ctypes.CDLL(None)
            for what, value in _MEMORY.items():
                library.mallopt(what, value)


def ends(status: object) -> None:
    """Note with what status this process, the command's own, is about to end."""
    global _status
    _status = 0 if status is None else status


def _leave_all() -> None:
    """End the process as it is: the system takes all back, and nobody need take a thousand modules apart.

    Whatever is to be done at the end has been; but for a traceback, which is another ending than was noted.
    """
    if isinstance(_status, int) and not hasattr(sys, "last_value"):
        with suppress(OSError, ValueError):  # of what is closed, or cannot be written to, Python tells
            for stream in (sys.stdout, sys.stderr):
                stream.flush()
            os._exit(_status)


def is_own() -> bool:
    """Whether it is: no notebook, no server, no program that runs a study as one thing among others."""
    return _own


def _stops() -> set[signal.Signals]:
    return {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}


def follow(parent: int, *, at_once: bool) -> None:
    """End this process as soon as the process `parent`, which has started it, has ended without a word.

    `at_once`: Linux itself ends it, even in the midst of a solver's call; but already when that thread
    ends which has started it. Otherwise, and elsewhere, a thread looks every half a second, which a call
    that keeps Python's lock delays. On Windows no process knows whether its parent is there.
    """
    if os.name != "posix":
        return
    if at_once:
        _die_with_parent()
    if os.getppid() != parent:
        os._exit(1)
    threading.Thread(target=_look, args=(parent,), daemon=True).start()


def _look(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK_SECONDS)
    os._exit(1)  # nobody would take what is worked out


def _die_with_parent() -> None:
    import ctypes

    if sys.platform == "linux":
        with suppress(AttributeError, OSError):  # a C library without it
            ctypes.CDLL(None).prctl(_DEATH_SIGNAL, int(signal.SIGKILL), 0, 0, 0)


def main() -> None:
    """Follow the parent and be the module: `python -m sim.workers MODULE PARENT`."""
    module, parent = sys.argv[1:]
    follow(int(parent), at_once=True)
    work: Any = import_module(module)
    work.main()


if __name__ == "__main__":
    main()
