"""The command `compile`: the compiled engine, once, before it is needed."""

from __future__ import annotations

import time
from typing import Final

import click

from sim.cli.endings import BadInput, Failed
from sim.cli.telling import tell

__all__ = ["compile_engine"]

EPILOG: Final = """\b
Examples:
  exposim compile             once after each installation
  exposim compile --check     status 1 if the next command would not find it

\b
Two engines play the same rules and give the same bytes. The compiled one is
many times as fast and needs Numba (pip install "exposim[compiled]"). Unless
it is there, SimPy plays: a command never waits for the compiler, but for an
expo so large that compiling is the shorter way, or with --engine compiled.
A study that is worth it has the engine compiled in the background.

\b
Environment:
  EXPOSIM_CACHE=DIR     keep it there; else in the user's cache folder
  EXPOSIM_COMPILE=no    compile nothing unasked; what is kept is taken
"""


@click.command("compile", epilog=EPILOG)
@click.option(
    "--check", is_flag=True, help="Only say whether it is there; the exit status is 1 if it is not."
)
def compile_engine(check: bool) -> None:
    """Compile the faster engine and keep it for all later commands.

    It is made anew for each version of exposim, Numba, NumPy and Python. What other versions have left, and
    nobody has used for a month, is removed.
    """
    from sim.engine import check_engine, kept

    try:
        check_engine("compiled")
        path = kept.place()
    except (ValueError, RuntimeError) as error:
        raise BadInput(f"exposim: {error}") from None
    if kept.whole(path):
        click.echo(f"the compiled engine is there: {path}")
        return
    if check:
        if kept.being_made(path):
            said = "it is being made"
        elif trouble := kept.trouble(path):
            said = f"the last try failed: {trouble}"
        else:
            said = "exposim compile makes it"
        raise Failed(f"exposim: the compiled engine is not there: {said}")
    from sim.engine.filling import make

    try:
        kept.make_room(path)
    except OSError as error:
        raise Failed(
            f"exposim: it cannot be kept in {path.parent}: {(error.strerror or str(error)).lower()}; "
            "EXPOSIM_CACHE=DIR names another folder. Until then SimPy plays, and --engine compiled compiles "
            "in each process anew."
        ) from None
    removed = kept.tidy(path)
    tell("exposim: compiling, in some 15 s of processor time")
    began = time.monotonic()
    try:
        make()
    except RuntimeError as error:
        raise Failed(f"exposim: it could not be compiled: {error}") from None
    click.echo(f"compiled in {time.monotonic() - began:.0f} s, and kept: {path}")
    if removed:
        click.echo(f"removed what {removed} older version{'s' * (removed != 1)} had left")
