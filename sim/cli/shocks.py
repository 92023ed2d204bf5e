"""The command `shocks`: what shocks cost over time, and what comes back."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from sim.cli.arguments import load_own, takes_settings
from sim.cli.study_options import How, faults, study_options

__all__ = ["shocks"]

EPILOG: Final = """\b
Examples:
  exposim shocks fair.toml storm.toml
  exposim shocks fair.toml storm.toml strike.toml --replan -n 20
  exposim shocks cisce-2024 shocks-storm shocks-travel --replan \\
    -n 4 --out courses.csv

\b
A shocked scenario is one that extends the unshocked one:
  extends = "fair.toml"
  [shocks.storm]
  kind = "arrivals"
  day = 2
  to = 11:00:00
  factor = 0.33
"""


@click.command(epilog=EPILOG)
@click.argument("base", metavar="UNSHOCKED")
@click.argument("shocked", metavar="SHOCKED...", nargs=-1, required=True)
@click.option(
    "--replan",
    is_flag=True,
    help="Run all once more, with the days left of matchmaking planned again each evening.",
)
@takes_settings("each scenario")
@study_options(replications=10, least=2, out="Write what there is by the end of each hour as CSV.")
def shocks(
    base: str,
    shocked: tuple[str, ...],
    replan: bool,
    sets: tuple[str, ...],
    imports: tuple[Path, ...],
    allow_outside: bool,
    how: How,
) -> None:
    """Say what shocks cost over time, and what of it comes back by the close.

    Useful contacts, meetings held and intentions of each SHOCKED scenario are followed hour by hour beside
    those of UNSHOCKED, in the same replications with the same people and draws: how far behind it gets, when,
    and how far it still is at the close. And what becomes of the connectivity index.
    """
    load_own(imports)
    from sim.decisions.shocks.shocking import shocks as asked
    from sim.scenario import load_typed

    loaded = [load_typed(one, sets, allow_outside=allow_outside) for one in (base, *shocked)]
    with faults():
        found = asked(*loaded, replan=replan, **how.running(*loaded))
    how.hand_out(found)
