"""The command `report`: one file of HTML that says what came of a fair, or of a study."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from sim.cli.arguments import Given, takes_scenario, tell_warnings
from sim.cli.endings import BadInput, to_write
from sim.cli.out_file import may_write, takes_out
from sim.cli.seen import is_results_directory
from sim.cli.study_options import faults, running_options
from sim.cli.telling import tell

if TYPE_CHECKING:
    from sim.studies.resultset import ResultSet

__all__ = ["report", "write_report"]

REPLICATIONS: Final = 10

EPILOG: Final = """\b
Examples:
  exposim report quickstart
  exposim report hungary-2024 -n 20 -o hungary.html
  exposim run fair.toml --out results/fair
  exposim report results/fair -o fair.html
  exposim report answers/tables -o tables.html   (of an answer's save)
"""


@click.command(epilog=EPILOG)
@takes_scenario
@takes_out("Write the page into FILE.", "-o", default=Path("report.html"), show_default=True)
@click.option(
    "--replications",
    "-n",
    metavar="N",
    type=click.IntRange(min=1),
    help=f"Replications of a SCENARIO.  [default: {REPLICATIONS}]",
)
@click.option(
    "--replication",
    metavar="K",
    type=click.IntRange(min=0),
    help="The replication that is drawn hour by hour.  [default: the first with tables]",
)
@click.option(
    "--no-replay", is_flag=True, help="Leave the floor in motion out: a smaller file, and sooner there."
)
@running_options("the scenario's", "a SCENARIO")
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
@click.option("--quiet", "-q", is_flag=True, help="Show no progress, and say nothing of what is done.")
def report(
    given: Given,
    out: Path,
    replications: int | None,
    replication: int | None,
    no_replay: bool,
    seed: int | None,
    engine: str,
    workers: int | str | None,
    force: bool,
    quiet: bool,
) -> None:
    """Write one HTML file that says what comes of SCENARIO; it needs no network.

    SCENARIO may be a directory of results, as `exposim run --out DIR` writes it, or of an answer, as an
    answer's `save` does: then no replications are run.
    """
    there = is_results_directory(given.scenario)
    if (there or _is_answer(given.scenario)) and (given.sets or seed is not None or replications):
        option = "--set" if given.sets else "--seed" if seed is not None else "--replications"
        raise click.UsageError(f"{option} goes with a SCENARIO; {given.scenario} holds what stays as it is")
    with faults():
        if _is_answer(given.scenario):
            _answer(given.scenario, out, force=force)
        else:
            results = (
                _loaded(given.scenario, out, force=force)
                if there
                else _run(
                    given, out, replications, replication, seed, engine, workers, force=force, quiet=quiet
                )
            )
            write_report(results, out, replication=replication, replay=not no_replay, force=force)
    to_write(out)
    if not quiet:
        tell(f"{out}: {out.stat().st_size / 1e6:.1f} MB; a browser opens it, without a network")


def write_report(
    results: ResultSet, out: Path, *, replication: int | None = None, replay: bool = True, force: bool = False
) -> None:
    """Write the page of results; a file that there is by now is told of. Raises BadInput."""
    try:
        results.report(out, replication=replication, replay=replay, force=force)
    except OSError as error:
        raise BadInput(f"exposim: {error}") from None


def _is_answer(source: str) -> bool:
    from sim.decisions.saving import MARK

    return (Path(source) / MARK).is_file()


def _answer(source: str, out: Path, *, force: bool) -> None:
    from sim.decisions.told import Answer

    may_write(out, force=force)
    Answer.load(source).report(out, force=force)


def _loaded(source: str, out: Path, *, force: bool) -> ResultSet:
    from sim.studies.resultset import ResultSet

    may_write(out, force=force)
    return ResultSet.load(source)


def _run(
    given: Given,
    out: Path,
    replications: int | None,
    replication: int | None,
    seed: int | None,
    engine: str,
    workers: int | str | None,
    *,
    force: bool,
    quiet: bool,
) -> ResultSet:
    from sim.studies import replicate

    scenario = given.load()
    tell_warnings(scenario)
    may_write(out, scenario, force=force)
    runs = replications or REPLICATIONS
    if replication is not None and replication >= runs:
        said = f"found {replication}; of {runs:,} replication{'s' * (runs != 1)} the last is {runs - 1}"
        raise click.BadParameter(said, param_hint="--replication")
    return replicate(
        scenario,
        replications=runs,
        seed=seed,
        engine=engine,
        workers=workers,
        keep=(replication or 0,),
        progress=not quiet,
    )
