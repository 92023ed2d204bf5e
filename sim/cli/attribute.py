"""The command `attribute`: how much of the difference between two scenarios each group of changes makes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import click

from sim.cli.endings import BadInput, Failed, to_write, writes
from sim.cli.run import known
from sim.cli.telling import tell
from sim.cli.two import Two, takes_two
from sim.files.text import printable, printable_json

__all__ = ["attribute"]

EPILOG: Final = """\b
Examples:
  exposim attribute fair.toml plan.toml --kpi meetings.held
  exposim attribute hungary-2024 --vary matchmaking.hungary.tables=8 \\
    --vary visitors.buyer.visits=600 -k meetings.held
  exposim attribute fair.toml plan.toml --group halls=venue,chains --by path
"""


@click.command(epilog=EPILOG)
@takes_two
@click.option(
    "--kpi",
    "-k",
    "kpis",
    metavar="NAME",
    multiple=True,
    help="A KPI, or the name of a family or a theme. May be given several times.  [default: those told of a "
    "result in a line]",
)
@click.option(
    "--by",
    type=click.Choice(["section", "path"]),
    default="section",
    show_default=True,
    help="What is a group of changes: those in a section, or each path.",
)
@click.option(
    "--group",
    "groups",
    metavar="NAME=PATH,PATH",
    multiple=True,
    help="A group of one's own: changes at these paths, or in these sections. May be given several times.",
)
@click.option(
    "--orders",
    metavar="N",
    type=click.IntRange(min=1),
    help="Orders of the changes that each replication draws.  [default: all are counted up to 10 groups, 10 "
    "are drawn beyond]",
)
@click.option(
    "--replications",
    "-n",
    metavar="N",
    type=click.IntRange(min=2),
    default=10,
    show_default=True,
    help="Replications of each scenario.",
)
@click.option(
    "--seed",
    metavar="S",
    type=click.IntRange(min=0, max=2**63 - 1),
    help="Seed of all random draws.  [default: that of A]",
)
@click.option(
    "--engine",
    type=click.Choice(["auto", "simpy", "compiled"]),
    default="auto",
    show_default=True,
    help="The engine; both give the same.",
)
@click.option(
    "--workers",
    "-w",
    metavar="W",
    type=click.IntRange(min=1),
    help="Worker processes; the numbers do not depend on it.  [default: the processors]",
)
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    callback=writes,
    is_eager=True,
    help="Write a row a KPI, group and replication as CSV.",
)
@click.option("--force", is_flag=True, help="Replace FILE.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of tables.")
@click.option("--quiet", "-q", is_flag=True, help="Show no progress bar, nor what will be run.")
def attribute(
    two: Two,
    kpis: tuple[str, ...],
    by: str,
    groups: tuple[str, ...],
    orders: int | None,
    replications: int,
    seed: int | None,
    engine: str,
    workers: int | None,
    out: Path | None,
    force: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Say how much of the difference of KPIs between A and B each group of changes makes.

    All that lies between the two is run: 2^k scenarios for k groups. What a group makes is the mean, over all
    orders in which A becomes B, of what it adds (its Shapley value); it sums to the difference in every
    replication. Orders that pass through a scenario that cannot be made do not count, and groups that cannot
    be changed one without the other are one.
    """
    named = _groups(groups)
    if force and out is None:
        raise click.UsageError("--force goes with --out FILE")
    if out is not None and out.exists() and not force:
        raise BadInput(f"exposim: {out} is already there; --force replaces it")
    first, second = two.load()
    known(kpis)

    from sim.decisions.attributing import attribute as attributed
    from sim.decisions.between import AttributionError
    from sim.studies import StudyError

    try:
        found = attributed(
            first,
            second,
            kpis=kpis,
            by="path" if by == "path" else "section",
            groups=named,
            orders=orders,
            replications=replications,
            seed=seed,
            workers=workers,
            engine=engine,
            progress=not quiet,
            tell=None if quiet else lambda said: tell(f"exposim: {said}"),
        )
    except AttributionError as error:
        raise BadInput(f"exposim: {error}") from None
    except StudyError as error:
        raise Failed(f"exposim: {error}") from None
    except KeyError as error:
        raise Failed(f"exposim: {error.args[0]}") from None
    if out is not None:
        from sim.files.whole import write_file

        write_file(out, found.frame.to_csv(index=False, lineterminator="\n").encode(), replace=force)
        to_write(out)
    if as_json:
        click.echo(printable_json(json.dumps(found.to_json_dict(), indent=2, ensure_ascii=False)))
    else:
        click.echo(printable(found.text()))


def _groups(given: tuple[str, ...]) -> dict[str, list[str]]:
    """Groups of one's own: the paths of each by its name."""
    groups: dict[str, list[str]] = {}
    for text in given:
        name, equals, paths = text.partition("=")
        found = [each.strip() for each in paths.split(",") if each.strip()]
        if not (equals and name.strip() and found):
            raise click.BadParameter(f"found {text!r}; allowed: NAME=PATH,PATH", param_hint="--group")
        groups.setdefault(name.strip(), []).extend(found)
    return groups
