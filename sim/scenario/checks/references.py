"""Names that one part of a scenario uses and another must define."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sim.files.locator import Keys
from sim.files.problems import did_you_mean
from sim.policy_names import policy_names
from sim.scenario.schema.companies import OTHER
from sim.scenario.schema.countries import CODES
from sim.scenario.schema.data import ScenarioData

__all__ = ["KIND_OF_SPONSOR", "Finding", "Names", "country_fault", "reference_findings", "unknown_name"]

Finding = tuple[Keys, str]
"""The path of a value and what is wrong with it."""

KIND_OF_SPONSOR = "kind of sponsor"
"""What names a sponsor's kind: the keys of `exhibitors.sponsors`, which has no section to be seen."""

_NEAR = 200  # near misses looked for; each takes a while
_MISTAKEN = {"UK": "GB", "EL": "GR", "EN": "GB", "SP": "ES", "JA": "JP", "KO": "KR", "SU": "RU", "YU": "RS"}


@dataclass(frozen=True)
class Names:
    """The names a scenario defines."""

    halls: tuple[str, ...]
    gates: tuple[str, ...]
    rooms: tuple[str, ...]
    chains: tuple[str, ...]
    pavilions: tuple[str, ...]
    personas: tuple[str, ...]
    sponsors: tuple[str, ...]

    @classmethod
    def of(cls, tree: Mapping[str, Any]) -> Names:
        """The names of a scenario as read, whatever else is wrong with it."""

        def names(section: Any, *path: str) -> tuple[str, ...]:
            for key in path:
                section = section.get(key) if isinstance(section, Mapping) else None
            return tuple(map(str, section)) if isinstance(section, Mapping) else ()

        return cls(
            halls=names(tree, "venue", "halls"),
            gates=names(tree, "venue", "gates"),
            rooms=names(tree, "venue", "rooms"),
            chains=names(tree, "chains"),
            pavilions=names(tree, "pavilions"),
            personas=names(tree, "visitors"),
            sponsors=names(tree, "exhibitors", "sponsors"),
        )


def unknown_name(what: str, name: str, known: Iterable[str], *, near: bool = True) -> str:
    """`found 'Hall-B'; there is no such hall; there are: hall-a, hall-b; did you mean 'hall-b'?`."""
    there = list(known)
    if what == KIND_OF_SPONSOR and not there:
        return (
            f"found {name!r}; no kind of sponsor is named; exhibitors.sponsors = {{ {name} = 1 }} would do it"
        )
    listed = f"; there are: {', '.join(there[:12])}{', …' if len(there) > 12 else ''}" if there else ""
    return f"found {name!r}; there is no such {what}{listed}{did_you_mean(name, there) if near else ''}"


def country_fault(code: str) -> str:
    """What is wrong with a country's code; empty if it is one of ISO 3166."""
    if code in CODES:
        return ""
    meant = f"; did you mean '{_MISTAKEN[code]}'?" if code in _MISTAKEN else ""
    return f"found '{code}'; there is no such country in ISO 3166{meant}"


def reference_findings(data: ScenarioData, names: Names) -> Iterator[Finding]:
    """References to what does not exist."""
    told = 0
    for keys, what, name, known in _references(data, names):
        if name is not None and name not in known:
            yield keys, unknown_name(what, name, known, near=told < _NEAR)
            told += 1
    yield from _twice(data)
    for keys, code in _countries(data):
        if fault := country_fault(code):
            yield keys, fault


def _references(data: ScenarioData, names: Names) -> Iterator[tuple[Keys, str, str | None, tuple[str, ...]]]:
    """Every use of a name: where, of what, the name, those there are."""
    for name, room in data.venue.rooms.items():
        yield ("venue", "rooms", name, "hall"), "hall", room.hall, names.halls
    for name, place in data.venue.catering.items():
        yield ("venue", "catering", name, "hall"), "hall", place.hall, names.halls
    for name, chain in data.chains.items():
        yield ("chains", name, "hall"), "hall", chain.hall, names.halls
        for supplier in chain.inputs:
            yield ("chains", name, "inputs", supplier), "chain", supplier, names.chains
    for kind in data.exhibitors.sponsor_staff:
        yield ("exhibitors", "sponsor_staff", kind), KIND_OF_SPONSOR, kind, names.sponsors
    for name, pavilion in data.pavilions.items():
        yield ("pavilions", name, "hall"), "hall", pavilion.hall, names.halls
        for each in pavilion.chains:
            yield ("pavilions", name, "chains", each), "chain", each, names.chains
    for name, persona in data.visitors.items():
        for each in persona.chains:
            yield ("visitors", name, "chains", each), "chain", each, names.chains
    for name, activity in data.programme.items():
        at: Keys = ("programme", name)
        for position, kind in enumerate(activity.rooms):
            yield (*at, "rooms", position), "kind of room", kind, names.rooms
        yield (*at, "host_pavilion"), "pavilion", activity.host_pavilion, names.pavilions
        yield (*at, "host_chain"), "chain", activity.host_chain, names.chains
    for name, matching in data.matchmaking.items():
        at = ("matchmaking", name)
        yield (*at, "policy"), "policy", matching.policy, policy_names()
        yield (*at, "hall"), "hall", matching.hall, names.halls
        for position, each in enumerate(matching.area_halls):
            yield (*at, "area_halls", position), "hall", each, names.halls
        yield (*at, "host_pavilion"), "pavilion", matching.host_pavilion, names.pavilions
        for position, each in enumerate(matching.host_chains):
            yield (*at, "host_chains", position), "chain", each, names.chains
        for position, each in enumerate(matching.guests):
            yield (*at, "guests", position), "persona", each, names.personas
        for each in matching.promises:
            yield (*at, "promises", each), KIND_OF_SPONSOR, each, names.sponsors
        participants = ("exhibitors", "visitors", *names.sponsors, *names.personas)
        for each in matching.limits:
            yield (*at, "limits", each), "kind of participant", each, participants
    for name, shock in data.shocks.items():
        at = ("shocks", name)
        yield (*at, "hall"), "hall", shock.hall, names.halls
        yield (*at, "gate"), "gate", shock.gate, names.gates
        yield (*at, "persona"), "persona", shock.persona, names.personas


def _twice(data: ScenarioData) -> Iterator[Finding]:
    """Names that stand twice in a list: nothing is there twice, and none counts double."""
    lists: list[tuple[Keys, tuple[str, ...]]] = []
    for name, activity in data.programme.items():
        lists.append((("programme", name, "rooms"), activity.rooms))
    for name, matching in data.matchmaking.items():
        lists.append((("matchmaking", name, "guests"), matching.guests))
        lists.append((("matchmaking", name, "host_chains"), matching.host_chains))
    for keys, names in lists:
        before: set[str] = set()
        for position, each in enumerate(names):
            again = each in before
            before.add(each)
            if again:
                yield (*keys, position), f"found '{each}' again; a name stands in a list once"


def _countries(data: ScenarioData) -> Iterator[tuple[Keys, str]]:
    exhibitors = data.exhibitors
    if exhibitors.home_country is not None:
        yield ("exhibitors", "home_country"), exhibitors.home_country
    for code in exhibitors.countries if isinstance(exhibitors.countries, Mapping) else ():
        if code != OTHER:
            yield ("exhibitors", "countries", code), code
    for name, pavilion in data.pavilions.items():
        yield ("pavilions", name, "country"), pavilion.country
    for name, persona in data.visitors.items():
        for code in persona.country_shares:
            yield ("visitors", name, "country_shares", code), code
    for name, shock in data.shocks.items():
        if shock.country is not None:
            yield ("shocks", name, "country"), shock.country
