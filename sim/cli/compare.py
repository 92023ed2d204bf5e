"""The command `compare`: scenarios side by side, over the same replications."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from sim.cli.arguments import load_own, takes_settings
from sim.cli.known import known
from sim.cli.study_options import How, faults, study_options, takes_kpis

__all__ = ["compare"]

EPILOG: Final = """\b
Examples:
  exposim compare fair.toml plan.toml
  exposim compare hungary-2024 --vary matchmaking.hungary.tables=5,8,12
  exposim compare quickstart --vary matchmaking.main.policy=greedy,optimal
  exposim compare quickstart --vary matchmaking.main.tables=4:12:2 \\
    --kpi meetings.held --replications 40 --out tables.csv
  exposim compare fair.toml plan.toml --uncertain 100
  exposim compare fair.toml --vary matchmaking.main.policy=greedy,fair \\
    --uncertain 100 --vary visitors.buyer.visits=400..800
"""


@click.command(epilog=EPILOG)
@click.argument("scenarios", metavar="SCENARIO...", nargs=-1, required=True)
@click.option(
    "--vary",
    metavar="PATH=VALUES",
    multiple=True,
    help="Compare values in one scenario: PATH=5,8,10 or PATH=5:20:5 (from, to, step); PATH/PATH=5,8 sets "
    "two together. Given several times, all combinations. The scenario's own value is the baseline if it "
    "is among them, else the first. PATH=400..800, with --uncertain: what is uncertain.",
)
@click.option(
    "--uncertain",
    metavar="DRAWS",
    type=click.IntRange(min=2),
    help="Besides, run all in so many draws of what is uncertain: the fields with a plausible range, or the "
    "ranges of --vary; and say in how many the one beats the other.",
)
@click.option(
    "--each",
    metavar="R",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Replications of each draw, with --uncertain.",
)
@click.option(
    "--plausible", is_flag=True, help="With --uncertain and ranges: the fields with a plausible range too."
)
@takes_settings("each scenario")
@takes_kpis()
@study_options(replications=20, least=2)
def compare(
    scenarios: tuple[str, ...],
    vary: tuple[str, ...],
    uncertain: int | None,
    each: int,
    plausible: bool,
    sets: tuple[str, ...],
    imports: tuple[Path, ...],
    allow_outside: bool,
    kpis: tuple[str, ...],
    how: How,
) -> None:
    """Say what differs between scenarios, and what of it is real.

    The first SCENARIO is the baseline. All are run over the same replications, with the same people and draws
    (common random numbers), so differences are taken pair by pair; their intervals hold together.
    """
    if vary and len(scenarios) > 1 and uncertain is None:
        raise click.UsageError("give several scenarios, or --vary values of one")
    if not vary and len(scenarios) < 2:
        raise click.UsageError("give a second scenario, or --vary PATH=VALUES")
    if uncertain is None and (plausible or each > 1):
        raise click.UsageError("--plausible and --each go with --uncertain DRAWS")
    load_own(imports)
    known(kpis)
    from sim.decisions.compare.comparing import compare as compared
    from sim.scenario import load_typed

    loaded = [load_typed(one, sets, allow_outside=allow_outside) for one in scenarios]
    with faults():
        found = compared(
            *loaded,
            vary=vary,
            uncertain=uncertain,
            each=each,
            plausible=plausible or None,
            kpis=kpis,
            **how.running(*loaded),
        )
    how.hand_out(found)
