"""The command `tune`: which values of a few parameters are best."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from sim.cli.arguments import load_own, takes_settings
from sim.cli.study_options import How, faults, study_options

__all__ = ["tune"]

EPILOG: Final = """\b
Examples:
  exposim tune tables-hungary-2024            shipped: tables and slot length
  exposim tune tables-quickstart              shipped: a search, some minutes
  exposim tune mine.toml --budget 2000 -n 60
  exposim tune mine.toml --set expo.days=2 --json

\b
A STUDY is the name of a shipped study or the path of a TOML file:
  [study]
  scenario = "quickstart"
  [parameters]
  "matchmaking.main.tables" = { low = 2, high = 30 }  # step = 5, log = true
  "matchmaking.main.policy" = ["greedy", "fair"]
  "exhibitors.mean_staff/visitors.buyer.visits" = [[2, 500], [3, 700]]
  [objective]
  goal = "maximise"                            # or "minimise"
  indifference = 50                            # less does not matter
  kpis = { "meetings.held" = 30 }              # what one of each is worth
  costs = { "matchmaking.main.tables" = 400 }  # what one of each costs
  [constraints]                                # as in [expect]
  "booths.wait_minutes" = "< 2"
  "meetings.fewest of sponsor.gold" = ">= 10 in 95 %"
A [second_objective] like the first gives the trade-offs between the two.
"""


@click.command(epilog=EPILOG)
@click.argument("study_file", metavar="STUDY")
@click.option(
    "--budget",
    metavar="N",
    type=click.IntRange(min=1),
    help="Runs of the search at most.  [default: 1000; for up to 20 combinations what the guarantee takes]",
)
@takes_settings()
@study_options(replications=30, least=2)
def tune(
    study_file: str,
    budget: int | None,
    sets: tuple[str, ...],
    imports: tuple[Path, ...],
    allow_outside: bool,
    how: How,
) -> None:
    """Find the best values of a few parameters, as STUDY says it.

    Up to 20 combinations are all run over the same replications until one is left, or what is left differs
    by less than matters, with a guarantee of 95 %. More are searched, beginning with the values of now, and
    the best is chosen in the same way of the good ones that were found. The best, two runners-up and the
    values of now are then run again in --replications of their own, which is what is told. Of two
    objectives, told are the combinations of which none is better in both, and what one more of the one costs
    of the other.
    """
    load_own(imports)
    from sim.decisions.tune.study_file import load_study
    from sim.decisions.tune.tuning import tune as tuned
    from sim.scenario.reading.settings import parse_sets

    study = load_study(study_file, parse_sets(sets), allow_outside=allow_outside)
    with faults():
        found = tuned(
            study,
            budget=budget,
            tell=how.tell,
            **how.running(study.scenario, Path(study_file)),
        )
    how.hand_out(found)
