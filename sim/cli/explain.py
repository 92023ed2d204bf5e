"""The command `explain`: which uncertain input makes how much of the spread of KPIs."""

from __future__ import annotations

from typing import Final

import click

from sim.cli.arguments import Given, takes_scenario
from sim.cli.known import known
from sim.cli.study_options import How, faults, study_options, takes_kpis

__all__ = ["explain"]

EPILOG: Final = """\b
Examples:
  exposim explain quickstart --screen -k contacts.useful
  exposim explain fair.toml --vary visitors.buyer.visits=400..800 \\
    --vary matchmaking.main.no_show=0.05..0.3 --kpi meetings.held
  exposim explain hungary-2024 --points 128 --study explained
"""


@click.command(epilog=EPILOG)
@takes_scenario
@click.option(
    "--vary",
    metavar="PATH=LOW..HIGH",
    multiple=True,
    help="What is uncertain, and its range; of a distribution, the range of its mean. PATH/PATH=1..2: both "
    "together.  [default: the fields that have a plausible range, see `exposim new`]",
)
@click.option("--plausible", is_flag=True, help="With --vary: these fields too.")
@click.option(
    "--by",
    type=click.Choice(["field", "path"]),
    default="field",
    show_default=True,
    help="What is an input: a field in all tables that have it (visitors.*.stops), or each path.",
)
@click.option("--screen", is_flag=True, help="Only screen: which inputs move the KPIs, and which way.")
@click.option(
    "--paths",
    metavar="P",
    type=click.IntRange(min=2),
    default=10,
    show_default=True,
    help="Random paths of the screening, each of as many runs as there are inputs, and one.",
)
@click.option(
    "--most",
    metavar="K",
    type=click.IntRange(min=1),
    default=8,
    show_default=True,
    help="Of more inputs than this all are screened, and the K that matter most explained.",
)
@click.option(
    "--points",
    metavar="P",
    type=click.IntRange(min=1),
    default=64,
    show_default=True,
    help="Base points of the shares, 32 or more; each of as many points as there are inputs, and two.",
)
@takes_kpis()
@study_options(replications=2, least=2)
def explain(
    given: Given,
    vary: tuple[str, ...],
    plausible: bool,
    by: str,
    screen: bool,
    paths: int,
    most: int,
    points: int,
    kpis: tuple[str, ...],
    how: How,
) -> None:
    """Say which uncertain input makes how much of the spread of KPIs.

    Many inputs are screened first: random paths on which one after the other changes (Morris). Of the few
    that matter most the shares of the variance are worked out, alone and with others (Sobol' indices).
    """
    known(kpis)
    loaded = given.load()
    from sim.decisions.explain.explaining import explain as explained

    with faults():
        found = explained(
            loaded,
            vary,
            plausible=plausible or None,
            by="path" if by == "path" else "field",
            screen=screen,
            paths=paths,
            most=most,
            points=points,
            kpis=kpis,
            tell=how.tell,
            **how.running(loaded),
        )
    how.hand_out(found)
