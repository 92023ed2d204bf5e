"""The command `attribute`: how much of the difference between two scenarios each group of changes makes."""

from __future__ import annotations

from typing import Final

import click

from sim.cli.known import known
from sim.cli.study_options import How, faults, study_options, takes_kpis
from sim.cli.two import Two, takes_two

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
@takes_kpis()
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
@study_options(replications=10, least=2)
def attribute(
    two: Two,
    kpis: tuple[str, ...],
    by: str,
    groups: tuple[str, ...],
    orders: int | None,
    how: How,
) -> None:
    """Say how much of the difference of KPIs between A and B each group of changes makes.

    All that lies between the two is run: 2^k scenarios for k groups. What a group makes is the mean, over all
    orders in which A becomes B, of what it adds (its Shapley value); it sums to the difference in every
    replication. Orders that pass through a scenario that cannot be made do not count, and groups that cannot
    be changed one without the other are one.
    """
    named = _groups(groups)
    first, second = two.load()
    known(kpis)

    from sim.decisions.attribute.attributing import attribute as attributed

    with faults():
        found = attributed(
            first,
            second,
            kpis=kpis,
            by="path" if by == "path" else "section",
            groups=named,
            orders=orders,
            tell=how.tell,
            **how.running(first, second),
        )
    how.hand_out(found)


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
