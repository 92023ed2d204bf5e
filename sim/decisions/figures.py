"""What a question may ask about: a KPI, or that of a group, as in `"meetings.fewest of sponsor.gold"`.

A group is one of a division (`sim.statistics.groups`): a day by its number, a hall, a chain, a kind of
sponsor or a persona by its name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from math import isfinite, nan
from typing import TYPE_CHECKING, Final

from sim.files.problems import Fault, ScenarioError, did_you_mean
from sim.statistics.kpis.registry import KPI, chosen, describe, family_of, no_kpi

if TYPE_CHECKING:
    from sim.studies.grouped import Parts
    from sim.studies.resultset import ResultSet

__all__ = ["Place", "asked", "defined", "described", "divisions", "missing", "need", "value_of", "values_of"]

_OF: Final = " of "
_SAID: Final = {"sponsor": "{} sponsors", "day": "day {}", "hall": "hall {}", "chain": "chain {}"}


def asked(kpis: Collection[str], there: Collection[str], otherwise: Collection[str]) -> tuple[str, ...]:
    """Of the KPIs that are there those that are named, or those of `otherwise` if none is.

    Raises KeyError with the near misses if there is none of a name, and ValueError if none of `otherwise` is.
    """
    if kpis:
        return chosen(kpis, there)
    found = tuple(kpi for kpi in otherwise if kpi in there)
    if not found:
        raise ValueError(f"there is none of {', '.join(otherwise)}: name a KPI")
    return found


def described(name: str) -> KPI:
    """The KPI of that name, or that of a group under a name and a label that say so.

    Raises KeyError, with the near misses, if there is no such KPI, no such division, or none of it.
    """
    from sim.statistics.groups import division

    if _OF not in name:
        return describe(name)
    kpi, where, which = _parts(name)
    found, there = describe(kpi), division(where).kpis
    family = family_of(kpi)
    if not which:
        raise KeyError(
            f'{name!r} names no group; allowed: "KPI of DIVISION.GROUP", as in "{kpi} of hall.west"'
        )
    if kpi not in there and (family is None or family.name not in there):
        raise KeyError(f"by {where}: {no_kpi(kpi, there)}")
    return replace(found, name=name, label=f"{found.label}, {_SAID.get(where, '{}').format(which)}")


def divisions(names: Iterable[str]) -> tuple[str, ...]:
    """The divisions whose groups these names are of."""
    return tuple(dict.fromkeys(_parts(name)[1] for name in names if _OF in name))


def missing(results: ResultSet, name: str) -> str:
    """That results have no such KPI, or no such group, with the near misses; empty if they have it."""
    if _OF not in name:
        return "" if results.has(name) else no_kpi(name, results.names)
    kpi, where, which = _parts(name)
    grouped = results.grouped(where)
    if which not in grouped.groups:
        near = did_you_mean(which, grouped.groups)
        return f"found {where}.{which}; by {where} there are: {', '.join(grouped.groups)}{near}"
    there = dict.fromkeys(each for row in grouped.rows for each in row.get(which, ()))
    return "" if kpi in there else f"by {where}: {no_kpi(kpi, there)}"


Place = tuple[str, int | None, str]
"""Where a file asks about a KPI: the file, the line, the path of the key."""


def need(results: ResultSet, places: Mapping[str, Place]) -> None:
    """Raise ScenarioError with all KPIs and groups of a file that results lack, and the near misses."""
    lacking = [(place, missing(results, name)) for name, place in places.items()]
    if faults := [Fault(*place, lacks) for place, lacks in lacking if lacks]:
        raise ScenarioError(faults)


def values_of(results: ResultSet, name: str) -> Sequence[float]:
    """The KPI in each replication; nan where it is not defined, as in one without that group.

    Raises KeyError if there is no such KPI in any, or they were not divided so.
    """
    if _OF not in name:
        return results.values(name)
    kpi, where, which = _parts(name)
    return results.grouped(where).values(which, kpi)


def value_of(kpis: Mapping[str, float], divided: Mapping[str, Parts], name: str) -> float:
    """The KPI in one replication, of its KPIs and those of groups by division; nan if it has none."""
    if _OF not in name:
        return kpis.get(name, nan)
    kpi, where, which = _parts(name)
    return divided.get(where, {}).get(which, {}).get(kpi, nan)


def defined(results: ResultSet, names: Sequence[str]) -> list[Sequence[float]]:
    """These KPIs in each replication, where every one of them has a number.

    Raises ValueError, saying which, where a replication failed or a KPI is not defined in it; KeyError as
    `values_of`.
    """
    if results.failures:
        raise ValueError(str(results.failures[0]))
    rows = [values_of(results, name) for name in names]
    for name, values in zip(names, rows, strict=True):
        for number, value in zip(results.numbers, values, strict=True):
            if not isfinite(value):
                raise ValueError(f"{name} is not defined in replication {number}")
    return rows


def _parts(name: str) -> tuple[str, str, str]:
    """KPI, division and group; the last is empty where none is named."""
    kpi, _, group = name.partition(_OF)
    where, _, which = group.partition(".")
    return kpi, where, which
