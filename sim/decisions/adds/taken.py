"""What is taken out of a scenario, and whose it is: tables by their paths, what a pavilion hosts, debuts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sim.files.locator import path_text, split_path
from sim.files.problems import ScenarioError, did_you_mean
from sim.studies.varying import points_at

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario import Scenario

__all__ = ["DEBUTS", "Taken", "own_of", "owned", "said_of", "said_what", "taken"]

DEBUTS: Final = "debuts"
"""The word for all debuts: their activities, and what they add to the attraction of a booth."""

_SECTIONS: Final = ("matchmaking", "programme", "pavilions", "visitors")


@dataclass(frozen=True, eq=False)
class Taken:
    """A scenario without some of its parts."""

    what: tuple[str, ...]
    """What was asked for."""
    paths: tuple[str, ...]
    """Tables that are gone, in order."""
    without: Scenario
    """What is left."""
    own: tuple[str, ...]
    """Whose they were, as `own_of` reads it; empty if they are nobody's."""

    @property
    def matchmaking(self) -> tuple[str, ...]:
        """Names of the matchmaking programmes among them."""
        keys = map(split_path, self.paths)
        return tuple(key[1] for key in keys if key[0] == "matchmaking")


def taken(base: Scenario, what: Iterable[str], settings: Mapping[str, object] | None = None) -> Taken:
    """The scenario without these parts, and what is otherwise without them.

    Args:
        base: whose.
        what: paths of tables of `matchmaking`, `programme`, `pavilions` and `visitors`; names of pavilions,
            for all activities that they host; or `debuts`.
        settings: values that the scenario has without them.

    Raises:
        ValueError: there is no such part, or another one needs it.
        ScenarioError: a setting cannot be.
    """
    asked = tuple(dict.fromkeys(what))
    if not asked:
        raise ValueError("nothing is taken out: name a table, such as matchmaking.main")
    paths = tuple(dict.fromkeys(path for each in asked for path in _paths(base, each)))
    gone: dict[str, object] = dict.fromkeys(paths)
    if DEBUTS in asked:
        gone["exhibitors.debut_pull"] = 1.0
    gone |= _fewer(base, paths)
    try:
        without = base.replace(**gone)
    except ScenarioError as error:
        raise ValueError(_needed(paths, error)) from None
    if settings:
        without = points_at(without, [dict(settings)])[0].scenario
    if without.hash == base.hash:
        raise ValueError(f"{', '.join(asked)}: the scenario is the same without it")
    return Taken(asked, paths, without, tuple(dict.fromkeys(_owners(base, asked, paths))))


def _paths(base: Scenario, what: str) -> Iterator[str]:
    """The tables that a word or a path stands for."""
    data = base.data
    there = {path_text((section, name)) for section in _SECTIONS for name in getattr(data, section)}
    if what == DEBUTS:
        if any(row.kind == "debut" for row in base.activity_rows):
            raise ValueError("debuts: the programme file lists some; take their rows out of it instead")
        found = [path_text(("programme", name)) for name, each in data.programme.items() if _debuts(each)]
        if not (found or data.exhibitors.debuts or any(row.debut for row in base.exhibitor_rows)):
            raise ValueError("debuts: the scenario has none; exhibitors.debuts = 20 makes some")
        yield from found
    elif what in data.pavilions:
        found = [
            path_text((section, name))
            for section in ("programme", "matchmaking")
            for name, each in getattr(data, section).items()
            if each.host_pavilion == what
        ]
        if not found:
            raise ValueError(f"{what}: the pavilion hosts nothing; pavilions.{what} takes the pavilion out")
        yield from found
    else:
        try:
            path = path_text(split_path(what))
        except ValueError:
            path = what
        if path not in there:
            known = [*sorted(there), *data.pavilions, DEBUTS]
            allowed = (
                "a table of " + ", ".join(_SECTIONS[:-1]) + f" or {_SECTIONS[-1]}, a pavilion, or debuts"
            )
            raise ValueError(f"{what}: there is no such part; allowed: {allowed}{did_you_mean(what, known)}")
        yield path


def _debuts(activity: Any) -> bool:
    return bool(activity.kind == "debut")


def _fewer(base: Scenario, paths: Iterable[str]) -> dict[str, object]:
    """The totals of exhibitors without the pavilions among these tables: those of all others stay."""
    data = base.data
    gone = {key[1] for key in map(split_path, paths) if key[0] == "pavilions"}
    if not gone or base.exhibitor_rows:
        return {}
    of, left = data.exhibitors, [p for name, p in data.pavilions.items() if name not in gone]
    direct = sum(data.pavilions[name].exhibitors for name in gone)
    count, countries = of.count - direct, of.countries
    abroad = max(0, round(of.overseas_share * of.count) - direct)
    lost = {data.pavilions[name].country for name in gone} - {each.country for each in left}
    fewer: dict[str, object] = {"exhibitors.count": count}
    fewer["exhibitors.overseas_share"] = abroad / count if count > 0 else 0.0
    if isinstance(countries, int):
        fewer["exhibitors.countries"] = max(1, countries - len(lost))
    return fewer


def _needed(paths: Collection[str], error: ScenarioError) -> str:
    """In one line why a part cannot be taken out alone."""
    keys = [split_path(each.path) for each in error.problems if each.path]
    tables = dict.fromkeys(path_text(key[:2]) for key in keys if key[0] in _SECTIONS and key[1:])
    others = [each for each in tables if each not in paths]
    gone = ", ".join(paths)
    if others:
        return f"{gone}: needed by {', '.join(others)}; take {'these' if len(others) > 1 else 'that'} out too"
    (first, *more) = error.problems
    told = f" (and {len(more)} more)" if more else ""
    return f"without {gone} there is no scenario: {first.path}: {first.message}{told}"


def _owners(base: Scenario, asked: Iterable[str], paths: Iterable[str]) -> Iterator[str]:
    """Whose these parts are."""
    data = base.data
    if DEBUTS in asked:
        yield "debuts"
    for section, name in map(split_path, paths):
        if section == "pavilions":
            yield f"pavilion.{name}"
        if section in ("programme", "matchmaking"):
            each = getattr(data, section)[name]
            chains = each.host_chains if section == "matchmaking" else filter(None, [each.host_chain])
            if each.host_pavilion is not None:
                yield f"pavilion.{each.host_pavilion}"
            else:
                yield from (f"chain.{chain}" for chain in chains)


def own_of(base: Scenario, given: Iterable[str]) -> tuple[str, ...]:
    """Exhibitors as people name them: `pavilion.hungary`, `country.HU`, `chain.energy`, `debuts`.

    Raises ValueError if there are none such, with the near misses.
    """
    from sim.scenario.schema.countries import CODES

    data = base.data
    known: dict[str, Collection[str]] = {
        "pavilion": data.pavilions,
        "country": CODES,
        "chain": data.chains,
        "hall": data.venue.halls,
        "sponsor": data.exhibitors.sponsors,
    }
    for each in given:
        column, _, name = each.partition(".")
        if each == DEBUTS:
            continue
        if column not in known:
            allowed = ", ".join(f"{key}.NAME" for key in known)
            raise ValueError(f"own = {each!r}: allowed: {allowed} or debuts{did_you_mean(column, known)}")
        if name not in known[column]:
            raise ValueError(f"own = {each!r}: there is no such {column}{did_you_mean(name, known[column])}")
    return tuple(dict.fromkeys(given))


def owned(exhibitors: pd.DataFrame, own: Iterable[str]) -> pd.Series[bool]:
    """Which rows of the table `exhibitors` are among these."""
    import pandas as pd

    found = pd.Series(False, index=exhibitors.index)
    for each in own:
        column, _, name = each.partition(".")
        if each == DEBUTS:
            found |= exhibitors["debut"].astype(bool)
        else:
            found |= (exhibitors[column].astype(object) == name).fillna(False).astype(bool)
    return found


def said_of(own: Iterable[str]) -> str:
    """These exhibitors in words: `of pavilion hungary`, `with a debut`."""
    return " or ".join(
        "with a debut" if each == DEBUTS else f"of {each.replace('.', ' ', 1)}" for each in own
    )


def said_what(scenario: Scenario, what: Iterable[str]) -> str:
    """What was taken out, in words: a pavilion's name stands for what it hosts."""
    return ", ".join(f"what {each} hosts" if each in scenario.data.pavilions else each for each in what)
