"""The registry of KPIs: each a small function with its definition, one number a replication."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from inspect import cleandoc
from math import inf
from numbers import Real
from typing import Final, Literal, TypeVar

from sim.parts import at_once, done
from sim.statistics.intervals import LEVEL, Estimate, estimate
from sim.statistics.ledger import Ledger

__all__ = [
    "KPI",
    "KPIS",
    "MEASURES",
    "ON_DEMAND",
    "OWN",
    "REMEMBERED",
    "THEMES",
    "Basis",
    "KPIError",
    "basis_in",
    "chosen",
    "describe",
    "estimated",
    "evaluate",
    "family_of",
    "known_themes",
    "kpi",
    "measured",
    "members",
    "no_kpi",
    "own_values",
    "theme_title",
]

Basis = Literal["input", "fitted", "predicted", "cut"]
"""`input`: the scenario says it (up to chance); `fitted`: parameters were set so that it meets a
published figure, in scenarios that say so; `predicted`: it follows from the rest; `cut`, in a result: an
input that could not wholly be done."""

Value = Callable[[Ledger], float]
Values = Callable[[Ledger], Mapping[str, float]]
_APART: Final = ("network", "encounters", "staff")
"""Themes that take half the time of all (0.5 of 1.0 s of `cisce-2024`), and hardly read what others do. What
hurts is found afterwards, from what halls and queues were read for here."""

_F = TypeVar("_F", bound=Callable[[Ledger], object])

THEMES: Final[dict[str, str]] = {
    "visits": "Visits",
    "gate": "Gate",
    "halls": "Halls",
    "catering": "Catering",
    "booths": "Booths",
    "conversations": "Conversations",
    "staff": "Staff",
    "sessions": "Sessions",
    "meetings": "Meetings",
    "promises": "Promises",
    "programme": "Asked for and not done",
    "contacts": "Contacts",
    "network": "Network of useful contacts",
    "outcomes": "What comes of contacts",
    "encounters": "Encounters of visitors",
    "costs": "Costs",
}
"""Themes in the order they are shown, and what people call them."""

ON_DEMAND: Final[dict[str, str]] = {"record": "As it is counted at events"}
"""Themes of which nothing is worked out but for who asks for them, and what people call them."""


class KPIError(RuntimeError):
    """A KPI of a user's own that raised an exception, or gave something else than a number."""


@dataclass(frozen=True, slots=True)
class KPI:
    """What a KPI is. A family has one KPI for each of its members, `name.member`."""

    name: str  # dotted by theme
    label: str  # for people
    unit: str
    aggregation: str  # how one number comes of many rows
    basis: Basis
    definition: str
    compute: Value | Values
    family: bool = False
    low: float = -inf  # the least that it can be; intervals stay within
    high: float = inf  # the greatest
    cut_by: str = ""  # KPI, or family of the same members, that is above 0 where not all of an input is done

    @property
    def theme(self) -> str:
        """The first part of the name."""
        return self.name.partition(".")[0]


KPIS: Final[dict[str, KPI]] = {}
"""All KPIs and families by name, theme by theme."""

MEASURES: Final[dict[str, KPI]] = {}
"""The KPIs of the themes `ON_DEMAND`, by name; none is among those of a result. See `measured`."""

OWN: Final[dict[str, KPI]] = {}
"""A user's own KPIs by name; their functions take a `Result` (`sim.kpi`)."""

REMEMBERED: Final[dict[str, KPI]] = {}
"""KPIs of somebody's own in results that were read from a directory; they cannot be worked out here."""


def kpi(
    name: str,
    label: str,
    *,
    unit: str,
    how: str,
    basis: Basis = "predicted",
    low: float = 0.0,
    high: float | None = None,
    cut_by: str = "",
    family: bool = False,
) -> Callable[[_F], _F]:
    """Register a function of the ledger as the KPI `name`; its docstring is the definition.

    That of a `family` gives a number for each member: the KPIs `name.member`. Those of a theme
    `ON_DEMAND` are `MEASURES`, and no families.
    `low` and `high` are the least and the greatest that it can be: shares, if not said otherwise, are from
    0 to 1, and all else is 0 or more.
    """

    def register(function: _F) -> _F:
        theme = name.partition(".")[0]
        if name in KPIS or name in MEASURES or (theme not in THEMES and theme not in ON_DEMAND):
            raise ValueError(f"the KPI {name!r} is there already or has no known theme")
        definition = cleandoc(function.__doc__ or "")
        top = high if high is not None else 1.0 if unit == "share" else inf
        there = MEASURES if theme in ON_DEMAND else KPIS
        there[name] = KPI(name, label, unit, how, basis, definition, function, family, low, top, cut_by)  # type: ignore[arg-type]
        return function

    return register


def estimated(name: str, values: Iterable[float], level: float = LEVEL) -> Estimate:
    """Mean of the KPI `name` over replications, with an interval that stays within its range.

    Raises KeyError if there is no such KPI.
    """
    k = describe(name)
    return estimate(values, level, low=k.low, high=k.high)


def theme_title(theme: str) -> str:
    """What people call a theme, a user's own too."""
    return THEMES.get(theme) or ON_DEMAND.get(theme) or theme.replace("_", " ").capitalize()


def describe(name: str) -> KPI:
    """The KPI of that name; a member of a family gives a KPI with its own name and label.

    Raises KeyError with the near misses if there is none.
    """
    if name in OWN:
        return OWN[name]
    if name in KPIS and not KPIS[name].family:
        return KPIS[name]
    if name in MEASURES:
        return MEASURES[name]
    if (k := family_of(name)) is not None:
        member = name.removeprefix(f"{k.name}.")
        label = f"{k.label}: {member.replace('.', ', ').replace('_', ' ')}"
        cut_by = k.cut_by and f"{k.cut_by}.{member}"
        return replace(k, name=name, label=label, family=False, cut_by=cut_by)
    if name in REMEMBERED:
        return REMEMBERED[name]
    raise KeyError(no_kpi(name, [*KPIS, *OWN]))


def family_of(name: str) -> KPI | None:
    """The family that a KPI of this name is a member of; None if it is of none."""
    stem = name
    while "." in stem:
        stem = stem.rpartition(".")[0]
        if stem in KPIS and KPIS[stem].family:
            return KPIS[stem]
    return None


def members(name: str, there: Iterable[str]) -> list[str]:
    """Of these KPIs the one of that name, or all of the family or theme of that name."""
    return [each for each in there if each == name or each.startswith(f"{name}.")]


def chosen(names: Iterable[str], there: Collection[str]) -> tuple[str, ...]:
    """Of these KPIs those that are named, each once; the name of a family or a theme stands for all in it.

    Raises KeyError with the near misses if there is none of a name.
    """
    found: dict[str, None] = {}
    for name in names:
        meant = members(name, there)
        if not meant:
            raise KeyError(no_kpi(name, there))
        found |= dict.fromkeys(meant)
    return tuple(found)


def basis_in(name: str, values: Mapping[str, float], fitted: Collection[str]) -> Basis:
    """The basis of a KPI in a result.

    `values` are the KPIs of the replication, or those of many, the greatest of each: an input that was
    cut is none. `fitted` are the names of the KPIs that the scenario was fitted to (`expo.fitted`): these
    are not predicted, and of others nothing was fitted to this fair, whatever the defaults were fitted to.
    """
    k = describe(name)
    if k.cut_by and values.get(k.cut_by, 0.0) > 0:
        return "cut"
    if k.basis == "predicted" and name in fitted:
        return "fitted"
    if k.basis == "fitted" and name not in (*OWN, *REMEMBERED, *fitted):
        return "predicted"
    return k.basis


def no_kpi(name: str, there: Iterable[str]) -> str:
    """That there is no KPI of that name, with the near misses among those that are there."""
    from sim.files.problems import near_words

    names = list(there)
    themes = [] if "." in name else list(dict.fromkeys(each.partition(".")[0] for each in names))
    near = near_words(name, [*names, *themes])
    return f"no KPI {name!r}" + (f"; did you mean {' or '.join(near)}?" if near else "")


def evaluate(ledger: Ledger, names: Iterable[str] | None = None) -> dict[str, float]:
    """All KPIs of a replication, or those named (a family's name gives all its members).

    Raises KeyError with the near misses for a name that none of them has, as no KPI of one's own does.
    """
    if names is None and at_once():
        return _all_at_once(ledger)
    values: dict[str, float] = {}
    for name in KPIS if names is None else names:
        values |= _values(ledger, name)
    return values


def _all_at_once(ledger: Ledger) -> dict[str, float]:
    """All KPIs, those of some themes apart from the others."""
    sides = [[name for name, k in KPIS.items() if (k.theme in _APART) == side] for side in (False, True)]
    here, apart = done(lambda side: {name: _values(ledger, name) for name in sides[side]}, len(sides))
    found = {**here, **apart}
    return {member: value for name in KPIS for member, value in found[name].items()}


def _values(ledger: Ledger, name: str) -> dict[str, float]:
    """The KPI of that name, or all members of the family."""
    found = KPIS.get(name)
    if found is None:  # a member of a family
        family = family_of(name)
        if family is None:
            raise KeyError(no_kpi(name, KPIS))
        return {name: _values(ledger, family.name)[name]}
    if found.family:
        of_each: Mapping[str, float] = found.compute(ledger)  # type: ignore[assignment]
        return {f"{name}.{member}": float(value) for member, value in of_each.items()}
    return {name: float(found.compute(ledger))}  # type: ignore[arg-type]


def measured(ledger: Ledger, themes: Iterable[str]) -> dict[str, dict[str, float]]:
    """The KPIs of these themes `ON_DEMAND`, by theme, each nan where it is not defined.

    Raises KeyError as `known_themes`.
    """
    return {
        theme: {name: float(k.compute(ledger)) for name, k in MEASURES.items() if k.theme == theme}  # type: ignore[arg-type]
        for theme in known_themes(themes)
    }


def known_themes(themes: Iterable[str]) -> tuple[str, ...]:
    """These themes. Raises KeyError if one is none of `ON_DEMAND`."""
    named = tuple(themes)
    for theme in named:
        if theme not in ON_DEMAND:
            raise KeyError(f"no theme {theme!r} on demand; there are: {', '.join(ON_DEMAND)}")
    return named


def own_values(result: object) -> dict[str, float]:
    """One's own KPIs of a replication. Raises KPIError naming the KPI whose function fails."""
    values = {}
    for name, own in OWN.items():
        try:
            value: object = own.compute(result)  # type: ignore[arg-type]
        except Exception as error:
            raise KPIError(f"KPI {name!r}: {type(error).__name__}: {error}") from error
        if not isinstance(value, Real):
            raise KPIError(f"KPI {name!r}: a number is needed, found {type(value).__name__}")
        values[name] = float(value)
    return values
