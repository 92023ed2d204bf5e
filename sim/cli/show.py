"""The command `show`: a scenario as it will be run, as a file or as a plan of its floor."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from sim.cli.arguments import Given, takes_scenario, tell_warnings
from sim.cli.endings import BadInput, to_write
from sim.cli.study_options import faults
from sim.cli.telling import tell
from sim.files.text import printable

__all__ = ["show"]

EPILOG: Final = """\b
Examples:
  exposim show quickstart
  exposim show fair.toml --set matchmaking.main.tables=4
  exposim show fair.toml --plan fair.svg
  exposim show fair.toml --plan > fair.svg
  exposim show fair.toml --plan fair.html
"""
_PRINTED: Final = "-"


def _an_svg(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    """Callback of `--plan`: what is no name of a picture was meant as something else."""
    if value is None or value == _PRINTED:
        return value
    if Path(value).suffix.lower() not in (".svg", ".html"):
        raise BadInput(
            f"exposim: --plan: found {value!r}; allowed: a name that ends in .svg or .html, or none, to "
            "print the picture; a SCENARIO stands before --plan"
        )
    to_write()
    return value


@click.command(epilog=EPILOG)
@takes_scenario
@click.option(
    "--plan",
    metavar="[FILE]",
    is_flag=False,
    flag_value=_PRINTED,
    callback=_an_svg,
    is_eager=True,
    help="Instead draw the floor to scale, and mark what does not fit: into FILE.svg or FILE.html, or print.",
)
@click.option("--seed", metavar="N", type=int, help="Seed of the companies that are drawn, with --plan.")
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
def show(given: Given, plan: str | None, seed: int | None, force: bool) -> None:
    """Print a scenario as it will be run: inheritance, overrides and defaults resolved.

    What is printed is a scenario file itself and gives the same results.

    With --plan it is a picture instead: halls, booths with names, rooms, tables, gates and doors, how long
    it takes to walk; nothing is simulated. Booths beyond their hall, rooms too small for their seats and
    tables beyond their area are marked there, and told on standard error with what to write instead. As
    FILE.html it is a page in which it can be moved and made larger, by keys too, and a booth be found.
    """
    if plan is None:
        for name, value in (("--seed", seed), ("--force", force or None)):
            if value is not None:
                raise click.UsageError(f"{name} goes with --plan")
        click.echo(given.load().to_toml(), nl=False)
        return
    scenario = given.load()
    tell_warnings(scenario)
    with faults():
        found = scenario.plan(seed)
        drawn = found.written(Path(plan))
    if plan == _PRINTED:
        click.echo(drawn, nl=False)
    else:
        from sim.interchange import publish

        publish(drawn.encode(), Path(plan), force=force)
        to_write(Path(plan))
    for line in found.text().splitlines():
        tell(printable(line))
