"""The command `replay`: the floor in motion, of one scenario or of two side by side, as a page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from sim.cli.arguments import tell_warnings
from sim.cli.endings import BadInput, to_write
from sim.cli.out_file import may_write, takes_out
from sim.cli.seen import is_results_directory
from sim.cli.study_options import faults
from sim.cli.telling import tell
from sim.cli.two import Two, takes_one_or_two

if TYPE_CHECKING:
    from sim.scenario import Scenario

__all__ = ["replay"]

PEOPLE: Final = 5000

EPILOG: Final = """\b
Examples:
  exposim replay quickstart -o floor.html
  exposim replay quickstart --vary matchmaking.main.tables=4 -o tables.html
  exposim replay fair.toml plan.toml --replication 3 -o plan.html
  exposim run fair.toml --out results/fair
  exposim replay results/fair -o floor.html
"""


@click.command(epilog=EPILOG)
@takes_one_or_two
@takes_out("Write the page into FILE, whose name ends in .html.", "-o", required=True)
@click.option(
    "--replication",
    metavar="K",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Which replication, from 0.",
)
@click.option("--seed", metavar="N", type=int, help="Seed of all random draws of a scenario.")
@click.option(
    "--people",
    metavar="N",
    type=click.IntRange(min=1),
    default=PEOPLE,
    show_default=True,
    help="How many people move at most; of more parties a sample, the same ones of A and of B. Counts and "
    "gauges are of all.",
)
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
@click.option("--quiet", "-q", is_flag=True, help="Say nothing of what is done.")
def replay(
    two: Two,
    out: Path,
    replication: int,
    seed: int | None,
    people: int,
    force: bool,
    quiet: bool,
) -> None:
    """Show the floor of A in motion, or A and B side by side on one clock, in a page that a browser opens.

    A and B are scenarios, or directories of results as `exposim run --out DIR` writes them, of which a
    replication is played again: it is the same. The page is one file, and asks for nothing else.
    """
    if out.suffix.lower() not in (".html", ".htm"):
        raise BadInput(f"exposim: --out: found {str(out)!r}; allowed: a name that ends in .html")
    with faults():
        sides = _sides(two, seed)
        may_write(out, *(each for each, _, read in sides if read), force=force)
        from sim.expo import Shared
        from sim.interchange import publish
        from sim.replication import run
        from sim.report.replay import Replay

        shared = Shared()
        results = [run(each, replication=replication, seed=seed, shared=shared) for each, seed, _ in sides]
        made = Replay.of(results, _labels(two, sides), people=people)
        publish(made.page().encode("utf-8"), out, force=force)
    to_write(out)
    if not quiet:
        tell(f"{out}: the floor in motion{'' if len(results) == 1 else ', two side by side'}")


def _sides(two: Two, seed: int | None) -> list[tuple[Scenario, int | None, bool]]:
    """The scenarios that are played, each with its seed and whether it was read from files of the user's."""
    names = [two.first] if two.second is None else [two.first, two.second]
    if any(map(is_results_directory, names)):
        if two.sets or two.varied or seed is not None:
            raise click.UsageError("--set, --vary and --seed go with scenarios; results stay as they are")
        from sim.studies.resultset import ResultSet

        found: list[tuple[Scenario, int | None, bool]] = []
        for name in names:
            if is_results_directory(name):
                results = ResultSet.load(name)
                found.append((results.scenario, results.seed, False))
            else:
                found.append((Two(name, None, (), (), two.allow_outside).load()[0], None, True))
        return found
    first, second = two.load()
    loaded = [first] if two.alone else [first, second]
    for each in loaded:
        tell_warnings(each)
    return [(each, seed, True) for each in loaded]


def _labels(two: Two, sides: list[tuple[Scenario, int | None, bool]]) -> list[str]:
    """What each is called: its title; or, where these are the same, what is varied or its name."""
    titles = [scenario.data.expo.title for scenario, _, _ in sides]
    if len(set(titles)) == len(titles):
        return titles
    return ["as it is" if two.second is None else two.first, ", ".join(two.varied) or str(two.second)]
