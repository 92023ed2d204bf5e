"""The command `sweep`: a scenario over a grid of values, or over points that fill ranges."""

from __future__ import annotations

from typing import Final, Literal

import click

from sim.cli.arguments import Given, takes_scenario
from sim.cli.known import known
from sim.cli.study_options import How, faults, study_options, takes_kpis

__all__ = ["sweep"]

EPILOG: Final = """\b
Examples:
  exposim sweep hungary-2024 --vary matchmaking.hungary.tables=2:12:2
  exposim sweep quickstart --vary matchmaking.main.tables=4,8 \\
    --vary matchmaking.main.policy=greedy,fair --out sweep.csv
  exposim sweep quickstart --vary matchmaking.main.tables=2..20 \\
    --vary matchmaking.main.requests=50..200 --points 64 --sobol
"""


@click.command(epilog=EPILOG)
@takes_scenario
@click.option(
    "--vary",
    metavar="PATH=VALUES",
    multiple=True,
    required=True,
    help="PATH=5,10,15, or PATH=5:20:5 (from, to, step), of several all combinations; PATH/PATH=5,8 sets two "
    "together. Or PATH=5..20, a range of which --points are drawn.",
)
@click.option(
    "--points",
    metavar="P",
    type=click.IntRange(min=1),
    help="Points that are drawn of ranges: a Latin hypercube.  [default: 32]",
)
@click.option("--sobol", is_flag=True, help="Draw a Sobol' sequence instead, best of 32, 64, 128 ... points.")
@takes_kpis()
@study_options(replications=10)
def sweep(
    given: Given,
    vary: tuple[str, ...],
    points: int | None,
    sobol: bool,
    kpis: tuple[str, ...],
    how: How,
) -> None:
    """Run SCENARIO at many values, and print what its KPIs are at each."""
    known(kpis)
    loaded = given.load()
    from sim.decisions.sweeping import sweep as swept

    method: Literal["lhs", "sobol"] = "sobol" if sobol else "lhs"
    with faults():
        found = swept(loaded, vary, points=points, method=method, kpis=kpis, **how.running(loaded))
    how.hand_out(found)
