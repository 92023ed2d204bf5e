"""Work in a process of its own, for what starts processes or keeps Ctrl-C for itself: it can be ended."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar, cast

from sim.workers import start

__all__ = ["apart"]

_P = ParamSpec("_P")
_T = TypeVar("_T")
_PATIENCE: Final = 2.0  # s, for a process to end its own processes


def apart(work: Callable[_P, _T], *arguments: _P.args, **options: _P.kwargs) -> _T:
    """The result of `work`, a function of a module, or what it raised; all of it must pickle."""
    process = start(__name__, stderr=subprocess.PIPE)
    try:
        out, trouble = process.communicate(pickle.dumps((work, arguments, options)))
    except BaseException:
        _end(process)
        raise
    if process.returncode:
        raise RuntimeError(f"{work.__name__} ended with status {process.returncode}: {trouble.decode()}")
    good, result = pickle.loads(out)
    if not good:
        raise cast(BaseException, result)
    return cast(_T, result)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End it by Ctrl-C, so that it ends its own processes; if it does not hear, by force."""
    if hasattr(signal, "pthread_kill"):  # not Windows
        process.send_signal(signal.SIGINT)
    try:
        process.communicate(timeout=_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()


def main() -> None:
    """Do what standard input says; the answer alone goes to standard output, whatever libraries print."""
    answer = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    try:
        work, arguments, options = pickle.load(sys.stdin.buffer)
        try:
            result = True, work(*arguments, **options)
        except Exception as error:
            result = False, error
        with os.fdopen(answer, "wb") as opened:
            pickle.dump(result, opened)
    except (KeyboardInterrupt, BrokenPipeError):
        os._exit(128 + signal.SIGINT)
