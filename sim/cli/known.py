"""KPIs that a command line names: whether a replication, or its groups, can have them."""

from __future__ import annotations

import click

__all__ = ["groups_have", "known"]


def known(kpis: tuple[str, ...]) -> None:
    """Raise for the name of a KPI that no replication can have, before any is run."""
    if not kpis:
        return
    from sim.statistics import KPIS, THEMES, describe
    from sim.statistics.kpis.registry import MEASURES
    from sim.statistics.own import own_kpis

    own = [each.name for each in own_kpis()]
    for name in kpis:
        if name in MEASURES or any(each.startswith(f"{name}.") for each in MEASURES):
            raise click.BadParameter(f"{name} is told by `exposim validate` alone", param_hint="--kpi")
        try:
            if name not in (*KPIS, *THEMES) and not any(each.startswith(f"{name}.") for each in own):
                describe(name)
        except KeyError as error:
            raise click.BadParameter(str(error.args[0]), param_hint="--kpi") from None


def groups_have(kpis: tuple[str, ...], divisions: tuple[str, ...]) -> None:
    """Raise for a KPI that the groups of a division never have, before any replication is run."""
    if not (kpis and divisions):
        return
    from sim.statistics.group_kpis import KPIS_OF
    from sim.statistics.kpis.registry import chosen

    for each in divisions:
        try:
            chosen(kpis, KPIS_OF[each])
        except KeyError as error:
            raise click.BadParameter(f"by {each}: {error.args[0]}", param_hint="--kpi") from None
