"""The command `validate`: the model held against what was published and measured."""

from __future__ import annotations

from typing import Final

import click

from sim.cli.arguments import Given, takes_scenario_or
from sim.cli.study_options import How, faults, study_options

__all__ = ["validate"]

EPILOG: Final = """\b
Examples:
  exposim validate                    the reference event: a minute or two
  exposim validate cisce-2023 -n 5    the edition before it
  exposim validate quickstart         seconds: what is known of any fair
  exposim validate mine.toml --against cisce-2024
  exposim validate --json | jq '.figures[] | select(.verdict == "off")'
  exposim validate -n 10 --study kept --out figures.csv

\b
How to read it. Each figure has a label:
  input      the scenario says it: it can hardly be off
  fitted     parameters were set so that it agrees: no evidence
  predicted  neither: this is the test
and a verdict: `within` the range that counts as agreeing, `OFF`, `OFF?` if
the interval reaches that range, `–` if there is nothing to hold it against.
What is off is told first, with what is missing in the model as far as we
know. One replication is quick and has no intervals.
"""


@click.command(epilog=EPILOG)
@takes_scenario_or("cisce-2024")
@click.option(
    "--against",
    metavar="EVENT",
    help="The event whose published figures count, cisce-2024 or cisce-2023.  [default: that of this name]",
)
@study_options(replications=3, out="Write the figures as CSV, a row each.")
def validate(given: Given, against: str | None, how: How) -> None:
    """Hold SCENARIO against what was published and measured, figure by figure.

    Figures that an organiser published count for the scenario of that event, cisce-2024 if no SCENARIO is
    given; what is known of people at any fair (how long they talk, whom they meet, which meetings they keep)
    counts for every one.
    """
    loaded = given.load()
    from sim.decisions.validate.validating import validate as validated

    with faults():
        found = validated(loaded, against=against, **how.running(loaded))
    how.hand_out(found)
