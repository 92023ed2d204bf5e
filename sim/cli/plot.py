"""The command `plot`: a picture of results, as a file."""

from __future__ import annotations

import inspect
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from sim.cli.arguments import Given, takes_scenario, tell_warnings
from sim.cli.endings import BadInput, to_write
from sim.cli.out_file import form_of, may_write, takes_out
from sim.cli.seen import is_results_directory
from sim.cli.study_options import faults
from sim.cli.telling import tell

if TYPE_CHECKING:
    from sim.report.plots.result import ResultPlots

__all__ = ["PICTURES", "plot"]

PICTURES: Final = {
    "who-met-whom": "interactions by chain, stage or country (--by; --of useful)",
    "degrees": "contacts an organisation has (--of partners, minutes)",
    "network": "who is tied to whom (--of exhibitors; --most TIES)",
    "growth": "pairs that met, hour by hour",
    "robustness": "what holds the network together (--of countries, …)",
    "alliances": "industry alliances (--of chance: beside random networks)",
    "outcomes": "from contacts to intentions and agreements",
    "flow": "people on the floor by what they do, by time of day",
    "interactions": "interactions by kind and hour",
    "funnel": "requests for meetings: what was lost, and why",
    "map": "booths to scale, by useful contacts or --of busy_share, …",
    "booths": "exhibitors in order (--of as map), those left out marked",
    "programme": "all sessions, and how full they were",
    "kpis": "KPIs with intervals (--kpi NAME), of RESULTS alone",
}
"""What can be drawn, and what it shows."""

_LISTED: Final = "\n".join(f"  {name:<14}{said}" for name, said in PICTURES.items())
EPILOG: Final = f"""\b
Pictures:
{_LISTED}

\b
Examples:
  exposim plot quickstart who-met-whom -o met.svg
  exposim plot hungary-2024 network --of exhibitors -o network.png
  exposim run fair.toml --out results/fair
  exposim plot results/fair flow -o flow.svg
  exposim plot results/fair kpis --kpi meetings.held -o kpis.svg
"""


@click.command(epilog=EPILOG)
@takes_scenario
@click.argument("name", metavar="NAME")
@takes_out("Write the picture into FILE, whose name ends in .svg or .png.", "-o", required=True)
@click.option("--by", metavar="WHAT", help="By what things are counted: chain, stage or country.")
@click.option("--of", metavar="WHAT", help="Of what the picture is; see below.")
@click.option("--most", metavar="N", type=click.IntRange(min=1), help="How many are drawn at most.")
@click.option(
    "--kpi", "kpis", metavar="NAME", multiple=True, help="A KPI of `kpis`. May be given several times."
)
@click.option("--replication", metavar="K", type=click.IntRange(min=0), help="Which replication, from 0.")
@click.option("--seed", metavar="N", type=int, help="Seed of all random draws of a SCENARIO.")
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
@click.option("--quiet", "-q", is_flag=True, help="Say nothing of what is done.")
def plot(
    given: Given,
    name: str,
    out: Path,
    by: str | None,
    of: str | None,
    most: int | None,
    kpis: tuple[str, ...],
    replication: int | None,
    seed: int | None,
    force: bool,
    quiet: bool,
) -> None:
    """Draw a picture NAME of one replication of SCENARIO into a file.

    SCENARIO may be a directory of results too, as `exposim run --out DIR` writes it: then nothing is run, and
    flow, funnel, interactions, who-met-whom and booths are means over replications, with 95 % intervals,
    unless --replication names one.
    """
    from sim.report.picture_file import FORMATS, picture

    chosen = _chosen(name)
    form = form_of("--out", out, FORMATS)
    _can_draw()
    options = {"by": by, "of": of, "most": most, "names": kpis or None}
    asked = {key: value for key, value in options.items() if value is not None}
    is_results = is_results_directory(given.scenario)
    _check(chosen, asked, is_results=is_results)
    with faults():
        if is_results:
            pictures: ResultPlots = _of_results(given, replication, seed, out, force=force)
        else:
            pictures = _played(given, replication, seed, out, force=force)
        from sim.interchange import publish

        drawn = getattr(pictures, chosen.replace("-", "_"))(**asked)
        publish(picture(drawn, form), out, force=force)
    to_write(out)
    if not quiet:
        tell(f"{out}: {PICTURES[chosen].partition(' (')[0]}")


def _chosen(name: str) -> str:
    """The picture of that name; `who_met_whom` is one too."""
    from sim.files.problems import did_you_mean

    plain = name.lower().replace("_", "-")
    if plain not in PICTURES:
        near = did_you_mean(name, PICTURES)
        raise BadInput(f"exposim: no picture {name!r}; there are: {', '.join(PICTURES)}{near}")
    return plain


def _can_draw() -> None:
    """Have matplotlib draw without a screen. Raises BadInput if there is none, before anything is run."""
    try:
        import matplotlib as mpl
    except ModuleNotFoundError:
        raise BadInput(
            "exposim: pictures need the package matplotlib: pip install 'exposim[notebook]'"
        ) from None
    mpl.use("agg")


def _check(chosen: str, asked: Collection[str], *, is_results: bool) -> None:
    """Raise a usage error if the picture takes one of these options not, or lacks one."""
    from sim.report.plots.results import ResultSetPlots

    takes = inspect.signature(getattr(ResultSetPlots, chosen.replace("-", "_"))).parameters
    for key in asked:
        if key not in takes:
            raise click.UsageError(f"--{'kpi' if key == 'names' else key} is nothing to {chosen}")
    if "names" in takes and not is_results:
        raise click.UsageError(f"{chosen} is a picture of several replications: exposim run … --out DIR")
    if "names" in takes and "names" not in asked:
        raise click.UsageError(f"{chosen} needs --kpi NAME, once or several times")


def _of_results(
    given: Given, replication: int | None, seed: int | None, out: Path, *, force: bool
) -> ResultPlots:
    """The pictures of results in a directory."""
    from sim.report.plots.results import ResultSetPlots
    from sim.studies.resultset import ResultSet

    if given.sets or seed is not None:
        option = "--set" if given.sets else "--seed"
        raise click.UsageError(f"{option} goes with a SCENARIO; {given.scenario} holds results, which stay")
    may_write(out, force=force)
    return ResultSetPlots(ResultSet.load(given.scenario), replication)


def _played(
    given: Given, replication: int | None, seed: int | None, out: Path, *, force: bool
) -> ResultPlots:
    """The pictures of a replication, which is played when the first is drawn."""
    from sim.replication import run
    from sim.report.plots.result import ResultPlots
    from sim.report.source import OfResult

    loaded = given.load()
    tell_warnings(loaded)
    may_write(out, loaded, force=force)
    return ResultPlots(OfResult(lambda: run(loaded, replication=replication or 0, seed=seed)))
