"""Commands about scenario files: check, show, new, schema, scenarios."""

from __future__ import annotations

import os
from pathlib import Path
from uuid import uuid4

import click

from sim.cli.arguments import load_scenario, outside_option, scenario_argument, set_option
from sim.cli.endings import BadInput, printable

__all__ = ["check", "new", "scenarios", "schema", "show"]


@click.command()
@scenario_argument
@click.option(
    "--build", is_flag=True, help="Also draw the companies and place every activity, as a run does first."
)
@set_option
@outside_option
def check(scenario: str, build: bool, sets: tuple[str, ...], allow_outside: bool) -> None:
    """Check a scenario file; list all its errors with file and line.

    Nothing is simulated. Whether all activities find rooms, hosts and booths at their times is seen
    only when they are placed: with --build, or by a run, before it begins. Exit status 0 if it is good,
    2 if not.
    """
    checked = load_scenario(scenario, sets, allow_outside=allow_outside)
    if build:
        from sim.expo import build as built  # slow to import

        built(checked)
    data = checked.data
    visits = sum(persona.visits for persona in data.visitors.values())
    days = f"{data.expo.days} day" + "s" * (data.expo.days != 1)
    good = "good, and can be built" if build else "good"
    click.echo(printable(f"{checked.name}: {good}. {data.expo.title}: {days}, {visits:,} visits."))


@click.command()
@scenario_argument
@set_option
@outside_option
def show(scenario: str, sets: tuple[str, ...], allow_outside: bool) -> None:
    """Print a scenario as it will be run: inheritance, overrides and defaults resolved.

    What is printed is a scenario file itself and gives the same results.
    """
    click.echo(load_scenario(scenario, sets, allow_outside=allow_outside).to_toml(), nl=False)


@click.command()
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
def new(file: Path | None) -> None:
    """Write a commented template to FILE, or print it.

    A file that is already there is left alone.
    """
    from sim.scenario import template

    if file is None:
        click.echo(template(), nl=False)
        return
    try:
        _write_new(file, template())
    except FileExistsError:
        raise BadInput(f"exposim: {file} is already there; it is left as it is") from None
    except OSError as error:
        error.filename, error.filename2 = str(file), None  # whatever it was called on the way
        raise
    click.echo(f"Wrote {file}. Next: exposim check {file}", err=True)


def _write_new(file: Path, text: str) -> None:
    """Write a new file as a whole or not at all: beside its place, then by its name too."""
    if os.path.lexists(file):
        raise FileExistsError
    partial = file.with_name(f".exposim.{uuid4().hex[:8]}.partial")
    try:
        partial.write_text(text, encoding="utf-8")
        try:
            os.link(partial, file)  # unlike a renaming, it never replaces
        except FileExistsError:
            raise
        except OSError:  # a file system without links
            with file.open("x", encoding="utf-8") as opened:
                opened.write(text)
    finally:
        partial.unlink(missing_ok=True)


@click.command()
def schema() -> None:
    """Print the JSON Schema of scenario files, for editors."""
    from sim.scenario import json_schema

    click.echo(json_schema(), nl=False)


@click.command()
def scenarios() -> None:
    """List the scenarios that are shipped, with their titles."""
    from sim.scenario import shipped

    found = shipped()
    width = max((len(each.name) for each in found), default=0)
    for each in found:
        click.echo(f"{each.name:<{width}}  {each.title}")
