"""The command `left-out`: which exhibitors will be left out, named beforehand, with how likely."""

from __future__ import annotations

from typing import Final

import click

from sim.cli.arguments import Given, takes_scenario
from sim.cli.study_options import How, faults, study_options

__all__ = ["left_out"]

EPILOG: Final = """\b
Examples:
  exposim left-out quickstart --least 15
  exposim left-out fair.toml --check             ... and whether it comes true
  exposim left-out hungary-2024 --least 20 --out left_out.csv
"""


@click.command("left-out", epilog=EPILOG)
@takes_scenario
@click.option(
    "--least",
    metavar="N",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Left out is who has fewer than N useful contacts.",
)
@click.option("--check", is_flag=True, help="Run as many replications more, and see whether it comes true.")
@study_options(replications=20, least=2, out="Write all exhibitors, the likeliest first, as CSV.")
def left_out(given: Given, least: int, check: bool, how: How) -> None:
    """Name the exhibitors of SCENARIO that will be left out, and say how likely that is.

    Left out is who has no useful contact, or fewer than --least. Told is also what those left out have in
    common: a small booth, a hall far from the gates, few who look or wish to talk, no requests.
    """
    loaded = given.load()
    from sim.decisions.left_out.naming import left_out as named

    with faults():
        found = named(loaded, least=least, check=check, **how.running(loaded))
    how.hand_out(found)
