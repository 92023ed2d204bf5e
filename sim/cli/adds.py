"""The command `adds`: what a part of the expo adds, to its own exhibitors and to the others."""

from __future__ import annotations

from typing import Final

import click

from sim.cli.arguments import Given, takes_scenario
from sim.cli.study_options import How, faults, study_options

__all__ = ["adds"]

EPILOG: Final = """\b
Examples:
  exposim adds hungary-2024 hungary              all that the pavilion hosts
  exposim adds quickstart matchmaking.main
  exposim adds quickstart debuts
  exposim adds hungary-2024 hungary --vary visitors.professional.visits=2400
  exposim adds fair.toml programme.talks --own chain.energy --out talks.csv
"""


@click.command(epilog=EPILOG)
@takes_scenario
@click.argument("what", nargs=-1, required=True)
@click.option(
    "--own",
    metavar="GROUP",
    multiple=True,
    help="Whose it is: pavilion.NAME, country.CODE, chain.NAME, hall.NAME, sponsor.NAME or debuts. May be "
    "given several times.  [default: who hosts it]",
)
@click.option(
    "--vary",
    "varied",
    metavar="PATH=VALUE",
    multiple=True,
    help="Set a value in the runs without it alone: where fewer would come. May be given several times.",
)
@study_options(replications=10, least=2)
def adds(
    given: Given, what: tuple[str, ...], own: tuple[str, ...], varied: tuple[str, ...], how: How
) -> None:
    """Say what parts of SCENARIO add, by paired runs with and without them.

    WHAT is a table (matchmaking.main, programme.talks, pavilions.hungary), the name of a pavilion for all
    that it hosts, or debuts; or several. Told is what it does to its own exhibitors and to the others, and
    which pairs of organisations meet only with it, would have met anyway, or are lost by it.
    """
    loaded = given.load()
    from sim.decisions.adds.adding import adds as added
    from sim.scenario.reading.settings import parse_set

    with faults():
        settings = dict(parse_set(each, "--vary") for each in varied)
        found = added(loaded, what, own=own, settings=settings, **how.running(loaded))
    how.hand_out(found)
