"""How the command ends when it does not end well: a clean line and an exit status, no traceback."""

from __future__ import annotations

import errno
import io
import os
import signal
import sys
from collections.abc import Callable
from typing import IO, Any, Final

import click

from sim.files.text import printable

__all__ = [
    "INTERRUPTED",
    "BadInput",
    "Commands",
    "Failed",
    "Interrupted",
    "interrupted",
    "lead",
    "listen",
    "printable",
]

INTERRUPTED: Final = 130  # 128 + SIGINT, as shells have it
_ALSO: Final = ("SIGTERM", "SIGHUP")  # end the command as Ctrl-C does, with a status of their own

_ended_by = signal.SIGINT


class _Ending(click.ClickException):
    """Ends the command with lines on standard error and an exit status."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the lines as they are: those of a scenario's errors begin with file and line."""
        click.echo(printable(self.message), file=file or sys.stderr)


class Failed(_Ending):
    """Something went wrong that is not the input's fault."""

    exit_code = 1


class BadInput(_Ending):
    """The input cannot be used."""

    exit_code = 2


class Interrupted(_Ending):
    """Stopped by Ctrl-C, or by a signal that ends processes."""

    @property
    def exit_code(self) -> int:  # type: ignore[override]
        """128 and the number of the signal."""
        return interrupted()


def interrupted() -> int:
    """The exit status of a command that was stopped: 128 and the number of the signal."""
    return 128 + _ended_by


def listen() -> None:
    """Let SIGTERM and SIGHUP stop the command as Ctrl-C does; one that is ignored stays so (nohup)."""

    def stop(number: int, _: object) -> None:
        global _ended_by
        _ended_by = signal.Signals(number)
        raise KeyboardInterrupt

    for name in _ALSO:
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number is not None and signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, stop)


class Commands(click.Group):
    """A group whose commands may raise what the library raises."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Commands in the order in which a newcomer needs them."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; turn what the library raises into an ending."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as stop:
            raise Interrupted(f"exposim: {str(stop) or 'stopped'}") from None
        except OSError as error:
            if error.errno == errno.EPIPE:  # the reader of a pipe has gone; click ends quietly
                raise
            raise _of_file(error) from None
        except ValueError as error:
            if not _of_scenario(error):
                raise
            raise BadInput(str(error)) from None


def lead(command: Callable[[], object]) -> None:
    """Run the command as the whole of a process, to its exit status; also where click does not look.

    What cannot be written to standard output is a failure; what its encoding does not have is escaped.
    """
    listen()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        try:
            command()
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except KeyboardInterrupt:  # before or after the command itself
        sys.exit(interrupted())
    except OSError as error:
        ending = _of_file(error)
        if error.errno != errno.EPIPE:  # a reader that has gone wants to hear no more
            ending.show()
        with open(os.devnull, "w") as nowhere:  # or Python tries again, and complains
            os.dup2(nowhere.fileno(), 1)
        sys.exit(ending.exit_code)


def _of_file(error: OSError) -> _Ending:
    """A file that cannot be used is bad input; a disk that is full, or no file at all, is not."""
    full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO)
    where = f"{error.filename}: " if error.filename else "writing failed: " if full else ""
    ending = Failed if full or not error.filename else BadInput
    return ending(f"exposim: {where}{error.strerror or error}")


def _of_scenario(error: ValueError) -> bool:
    """Whether it is a ScenarioError; pydantic is not imported to find out that it is not."""
    if "sim.scenario" not in sys.modules:
        return False
    from sim.scenario import ScenarioError

    return isinstance(error, ScenarioError)
