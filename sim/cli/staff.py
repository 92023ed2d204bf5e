"""The command `staff`: the least staff of each booth that keeps its wait under a limit."""

from __future__ import annotations

from typing import Final

import click

from sim.cli.arguments import Given, Measure, takes_scenario
from sim.cli.study_options import How, faults, study_options

__all__ = ["staff"]

EPILOG: Final = """\b
Examples:
  exposim staff quickstart --wait 2
  exposim staff fair.toml --exhibitor "Blue River" --exhibitor Tungsram
  exposim staff hungary-2024 --wait 0.5 --out staff.csv
"""


@click.command(epilog=EPILOG)
@takes_scenario
@click.option(
    "--wait",
    metavar="MINUTES",
    type=Measure(min=0, max=1440, min_open=True),
    default=2.0,
    show_default=True,
    help="The limit: the mean wait of those who talk at a booth.",
)
@click.option(
    "--exhibitor",
    "names",
    metavar="NAME",
    multiple=True,
    help="Look at this booth only; the others keep their staff. May be given several times.",
)
@study_options(replications=10, least=2)
def staff(given: Given, wait: float, names: tuple[str, ...], how: How) -> None:
    """Find the least staff of each booth of SCENARIO that keeps its wait under a limit.

    All booths are tried together, with more staff and with less, and the plan is run once more in
    replications of its own, which is what is told.
    """
    loaded = given.load()
    from sim.decisions.staffing import staff as planned

    with faults():
        found = planned(loaded, wait=wait, names=names, **how.running(loaded))
    how.hand_out(found)
