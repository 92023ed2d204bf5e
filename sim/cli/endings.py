"""How the command ends when it does not end well: a clean line and an exit status, no traceback."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final, Protocol

import click

from sim.cli.stopping import came, close, interrupted, listen
from sim.cli.telling import told

__all__ = [
    "BadInput",
    "Commands",
    "Failed",
    "Interrupted",
    "goes_on",
    "lead",
    "stopped",
    "to_write",
    "writes",
]

_BEFORE: Final = "Error: "
_GOES_ON: Final = "exposim.goes-on"  # in click's `meta`: what keeps the runs of a command
_WRITTEN: Final = "exposim.written"  # in click's `meta`: the files that stand, of a command that writes some


class _Ending(click.ClickException):
    """Ends the command with lines on standard error and an exit status."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the lines as they are: those of a scenario's errors begin with file and line."""
        click.echo(told(self.message), file=file or sys.stderr)


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


class _Usage(click.UsageError):
    """What click says of a command line, told as all the rest is."""

    def format_message(self) -> str:
        """The message, which click prints behind a word of its own."""
        return told(_BEFORE + self.message).removeprefix(_BEFORE)


class Commands(click.Group):
    """A group whose commands may raise what the library raises."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Commands in the order in which a newcomer needs them."""
        return list(self.commands)

    def make_context(self, *arguments: Any, **options: Any) -> click.Context:
        """Read the command line; click itself would call a stop an abortion."""
        with _stops():
            return super().make_context(*arguments, **options)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; turn what the library raises into an ending."""
        try:
            with _stops():
                return super().invoke(ctx)
        except OSError as error:
            if error.errno == errno.EPIPE:  # the reader of a pipe has gone; click ends quietly
                raise
            if not error.filename and _stdout_fails():  # which `lead` tells, once
                raise
            raise _of_file(error) from None
        except ValueError as error:
            if not _of_scenario(error):
                raise
            raise BadInput(str(error)) from None


def writes(_: click.Context, __: click.Parameter, value: Path | None) -> Path | None:
    """Callback of a parameter that names what a command is to write: who stops it wants to hear of that."""
    if value is not None:
        to_write()
    return value


def to_write(*written: Path) -> None:
    """Note that this command writes files, and those that stand in their place by now."""
    click.get_current_context().meta.setdefault(_WRITTEN, []).extend(written)


class _Keeps(Protocol):
    @property
    def is_kept(self) -> bool: ...


def goes_on(keeps: _Keeps | None) -> None:
    """The same command goes on from what this keeps, if it is stopped."""
    click.get_current_context().meta[_GOES_ON] = keeps


def stopped(said: str, *, printed: bool = False) -> Interrupted:
    """The ending of a command that was stopped: what it says of that, and what became of its output."""
    context = click.get_current_context(silent=True)  # there is none yet while the line is being read
    written = None if context is None else context.meta.get(_WRITTEN)
    became = ["what was done is printed"] if printed else []
    if written:
        became.append(f"{' and '.join(map(str, written))} {'is' if len(written) == 1 else 'are'} complete")
    elif written is not None:
        became.append("nothing was written")
    keeps = None if context is None else context.meta.get(_GOES_ON)
    if keeps is not None and keeps.is_kept:
        became.append("the same command goes on from there")
    return Interrupted("; ".join(filter(None, (f"exposim: {said or 'stopped'}", ", ".join(became)))))


@contextmanager
def _stops() -> Iterator[None]:
    """Turn a stop into an ending, and whatever a library has made of it."""
    try:
        yield
    except KeyboardInterrupt as stop:
        raise stopped(str(stop)) from None
    except click.UsageError as error:
        if isinstance(error, (_Usage, click.exceptions.NoArgsIsHelpError)):  # which is the help, and no error
            raise
        raise _Usage(error.format_message(), error.ctx) from None
    except (click.ClickException, click.exceptions.Exit):
        raise
    except Exception:
        if came():
            raise stopped("") from None
        raise


def lead(command: Callable[[], object]) -> None:
    """Run the command as the whole of a process, to its exit status; also where click does not look.

    What cannot be written to standard output is a failure; what its encoding does not have is escaped.
    A signal that has come is the status, whatever else has become of it.
    """
    try:
        listen()
        _lead(command)
    except BaseException as end:
        close()
        if came() or isinstance(end, KeyboardInterrupt):  # which may also come of itself
            sys.exit(interrupted())
        raise
    close()
    if came():
        sys.exit(interrupted())


def _lead(command: Callable[[], object]) -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        try:
            command()
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except OSError as error:
        ending = _of_file(error)
        if error.errno != errno.EPIPE:  # a reader that has gone wants to hear no more
            ending.show()
        with open(os.devnull, "w") as nowhere:  # or Python tries again, and complains
            os.dup2(nowhere.fileno(), 1)
        sys.exit(ending.exit_code)


def _of_file(error: OSError) -> _Ending:
    """A file that cannot be used is bad input; a full disk, a closed output, or no file at all, is not."""
    if error.errno == errno.EBADF and not error.filename:
        return Failed("exposim: writing failed: standard output is closed")
    full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO)
    where = f"{error.filename}: " if error.filename else "writing failed: " if full else ""
    ending = Failed if full or not error.filename else BadInput
    return ending(f"exposim: {where}{error.strerror or error}")


def _stdout_fails() -> bool:
    """Whether what was printed cannot be written to standard output."""
    try:
        sys.stdout.flush()
    except OSError:
        return True
    return False


def _of_scenario(error: ValueError) -> bool:
    """Whether it is a ScenarioError; pydantic is not imported to find out that it is not."""
    if "sim.scenario" not in sys.modules:
        return False
    from sim.scenario import ScenarioError

    return isinstance(error, ScenarioError)
