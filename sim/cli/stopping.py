"""Signals that end the command: they stop it as Ctrl-C does, whenever they come, and are its status.

What a handler raises may be lost: within an import, which libraries try and do without, or which C code
ends with a traceback of its own; and where Python itself can only report it, as in a finaliser. So a stop
waits until an import is done, and one that has been swallowed is raised again. Whether it was is seen from
the exception itself: as long as it is on its way, or is being dealt with, somebody holds it.
"""

from __future__ import annotations

import os
import signal
import sys
import time
import weakref
from types import FrameType
from typing import Any, Final

__all__ = ["Stopped", "came", "close", "interrupted", "listen"]

_SIGNALS: Final = ("SIGINT", "SIGTERM", "SIGHUP")
_LOOK_SECONDS: Final = 0.05  # until it is looked again whether a stop can be raised, or was swallowed
_MOST_SECONDS: Final = 3.0  # that it waits for an import: the command may itself run within one
_IMPORTING: Final = "<frozen importlib._bootstrap>"


class Stopped(KeyboardInterrupt):
    """A signal has come.

    Not KeyboardInterrupt itself: having met that one in `exec`, Python dies by SIGINT at its end.
    """

    @property
    def status(self) -> int:
        """The exit status of the command."""
        return interrupted()


_ended_by: int | None = None
_since: float | None = None  # when a signal came that has not been raised yet
_raised: weakref.ref[Stopped] | None = None
_closed = False


def interrupted() -> int:
    """The exit status of a command that was stopped: 128 and the number of the signal."""
    return 128 + (signal.SIGINT if _ended_by is None else _ended_by)


def came() -> bool:
    """Whether a signal has come."""
    return _ended_by is not None


def listen() -> None:
    """Let signals stop the command; one that is ignored stays so (nohup)."""
    defaults = (signal.SIG_DFL, signal.default_int_handler)
    for name in _SIGNALS:
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number is not None and signal.getsignal(number) in defaults:
            signal.signal(number, _stop)
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, _look_again)
    sys.unraisablehook = _unraisable


def close() -> None:
    """From now on a signal ends the process at once: the command is over."""
    global _closed
    _closed = True
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, 0)


def _stop(number: int, frame: FrameType | None) -> None:
    global _ended_by, _since
    _ended_by = number
    if _closed:
        os._exit(interrupted())
    if _since is None:
        _since = time.monotonic()
    _raise_if_possible(frame)


def _look_again(_: int, frame: FrameType | None) -> None:
    global _since
    if _closed:
        return
    if _since is None and (_raised is None or _raised() is None):
        _since = time.monotonic()  # swallowed
    _raise_if_possible(frame)


def _raise_if_possible(frame: FrameType | None) -> None:
    global _since
    again = hasattr(signal, "setitimer")
    if again:
        signal.setitimer(signal.ITIMER_REAL, _LOOK_SECONDS)
    if _since is None:
        return
    if again and _importing(frame) and time.monotonic() - _since < _MOST_SECONDS:
        return
    _since = None
    raise _made()


def _made() -> Stopped:
    """A new one that no frame of ours holds: it is gone once nobody deals with it."""
    global _raised
    stop = Stopped()
    _raised = weakref.ref(stop)
    return stop


def _importing(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename == _IMPORTING:
            return True
        frame = frame.f_back
    return False


def _unraisable(what: Any) -> None:
    """Say nothing of a stop that is swallowed: it comes again."""
    if not issubclass(what.exc_type, Stopped):
        sys.__unraisablehook__(what)
