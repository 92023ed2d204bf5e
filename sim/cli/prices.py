"""The command `prices`: what one more of each thing is worth."""

from __future__ import annotations

from typing import Final

import click

from sim.cli.arguments import Given, Measure, takes_scenario
from sim.cli.study_options import How, faults, study_options

__all__ = ["prices"]

EPILOG: Final = """\b
Examples:
  exposim prices hungary-2024
  exposim prices fair.toml --contact 150 --meeting 400 --replications 40
"""


@click.command(epilog=EPILOG)
@takes_scenario
@click.option(
    "--contact",
    metavar="MONEY",
    type=Measure(min=0),
    help="What a useful contact is worth, in the scenario's currency: what is left after costs is shown.",
)
@click.option(
    "--meeting",
    metavar="MONEY",
    type=Measure(min=0),
    help="What a meeting held is worth besides.",
)
@study_options(replications=20, least=2)
def prices(given: Given, contact: float | None, meeting: float | None, how: How) -> None:
    """Say what one more table, delegate, seat or member of staff is worth.

    Each is run beside SCENARIO over the same replications: useful contacts and meetings held that one more
    gives, and money if --contact or --meeting says what they are worth.
    """
    loaded = given.load()
    from sim.decisions.prices import prices as priced

    with faults():
        found = priced(loaded, contact=contact, meeting=meeting, **how.running(loaded))
    how.hand_out(found)
