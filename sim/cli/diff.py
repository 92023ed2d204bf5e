"""The command `diff`: what two scenarios say otherwise."""

from __future__ import annotations

import json
from typing import Final

import click

from sim.cli.two import Two, takes_two
from sim.files.text import printable_json

__all__ = ["diff"]

EPILOG: Final = """\b
Examples:
  exposim diff cisce-2023 cisce-2024
  exposim diff fair.toml plan.toml --json
  exposim diff fair.toml --vary expo.days=3
"""


@click.command(epilog=EPILOG)
@takes_two
@click.option("--json", "as_json", is_flag=True, help="Print all differences as JSON.")
@click.option("--quiet", "-q", is_flag=True, help="Print nothing; the exit status says it.")
@click.pass_context
def diff(ctx: click.Context, two: Two, as_json: bool, quiet: bool) -> None:
    """Say what scenario B says otherwise than A, by path and in words.

    Compared is what each says in the end: inheritance and defaults resolved, lists row by row. Exit status
    as of `diff`: 0 if they say the same, 1 if not, 2 if one cannot be read.
    """
    from sim.scenario import diff as difference

    found = difference(*two.load())
    if as_json:
        click.echo(printable_json(json.dumps(found.to_json_dict(), indent=2, ensure_ascii=False)))
    elif not quiet:
        click.echo(found.text())
    ctx.exit(1 if found else 0)
