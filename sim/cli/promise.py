"""The command `promise`: what can be promised to whom."""

from __future__ import annotations

from typing import Final

import click

from sim.cli.arguments import Given, Measure, takes_scenario
from sim.cli.study_options import How, faults, study_options

__all__ = ["promise"]

_PER_CENT: Final = 100

EPILOG: Final = """\b
Examples:
  exposim promise quickstart               all promises to sponsors
  exposim promise quickstart digital-002   one, and what would mend it
  exposim promise fair.toml "Blue River" --promise 12 --in 90
"""


@click.command(epilog=EPILOG)
@takes_scenario
@click.argument("name", required=False)
@click.option(
    "--promise",
    "promised",
    metavar="N",
    type=click.IntRange(min=0),
    help="Ask about N meetings instead of what the scenario promises.",
)
@click.option(
    "--in",
    "wanted",
    metavar="PERCENT",
    type=Measure(0, 100, min_open=True, max_open=True),
    default=95.0,
    show_default=True,
    help="In how many of a hundred fairs a promise is to be kept.",
)
@click.option("--no-mend", is_flag=True, help="Do not try what would mend it.")
@study_options(replications=60, least=2)
def promise(
    given: Given, name: str | None, promised: int | None, wanted: float, no_mend: bool, how: How
) -> None:
    """Say what meetings NAME can be promised: a sponsor, an exhibitor, or an organisation that visits.

    The distribution over replications, how likely a promise is kept, why it is not, and what would mend it.
    Without NAME all sponsors to whom SCENARIO promises meetings.
    """
    if name is None and promised is not None:
        raise click.UsageError("--promise goes with a NAME")
    loaded = given.load()
    from sim.decisions.promise import promising

    share = wanted / _PER_CENT
    with faults():
        found = (
            promising.promises(loaded, wanted=share, **how.running(loaded))
            if name is None
            else promising.promise(
                loaded, name, promised=promised, wanted=share, mend=not no_mend, **how.running(loaded)
            )
        )
    how.hand_out(found)
