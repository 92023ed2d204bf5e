"""People who stay away because their country does (R8): exhibitors' own people, and visiting companies."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from sim.expo.venue.shocks import kept_away, of_kind, windows
from sim.expo.visitors.guests import published_days
from sim.floor.arrays import NONE
from sim.scenario.schema.countries import country_number
from sim.streams import Streams

if TYPE_CHECKING:
    from sim.expo.expo import Organisations
    from sim.expo.shortfalls import Noted
    from sim.expo.visitors.visitors import Visitors
    from sim.scenario import Scenario

__all__ = ["struck_parties", "those_who_come"]

BoolArray = npt.NDArray[np.bool_]
_OF_PARTIES: Final = (
    *("key", "persona", "company", "own_booth", "authority", "eagerness", "hosted"),
    *("registered", "absent", "absence", "absence_of_all", "guest"),
)


def those_who_come(
    scenario: Scenario, exhibiting: Organisations, visitors: Visitors, streams: Streams, noted: Noted
) -> Visitors:
    """The visitors without those whose organisation a `country_absent` shock keeps away, which is noted.

    Days on which a party has published meetings stay, as days on which it is away.

    Whose booth stays away does not walk the floor either: the draw is that of the booth. Who is there
    when the shock begins leaves then. Companies keep their numbers, be it that nobody comes of them.
    """
    shocks = list(of_kind(scenario, "country_absent"))
    if not shocks or not len(visitors):
        return visitors
    keys = np.concatenate((exhibiting.key, visitors.companies.key))
    countries = np.concatenate((exhibiting.country, visitors.companies.country))
    comes, latest = np.ones(len(visitors), dtype=np.bool_), visitors.latest.copy()
    organisation = visitors.company[visitors.party]
    for name, shock in shocks:
        assert shock.country is not None
        away = (countries == country_number(shock.country)) & kept_away(name, shock, keys, streams)
        rows = away[organisation]
        for start, end in windows(scenario, shock):
            comes &= ~(rows & (start <= visitors.arrival) & (visitors.arrival < end))
            there = rows & (visitors.arrival < start) & (start < latest)
            latest[there] = start
    persona = visitors.persona[visitors.party]
    for p, name in enumerate(scenario.data.visitors):
        size = np.where(visitors.absent[visitors.party] == 1, 0, visitors.size)[persona == p]
        asked, done = int(size.sum()), int(size[comes[persona == p]].sum())
        noted.note(f"visitors.{name}.visits", name, "visits", asked, done, "country_absent")
    kept = published_days(scenario, visitors, exhibiting.name) & ~comes
    away = np.where(kept, 1, visitors.away)
    return _only(replace(visitors, latest=latest, away=away), comes | kept)


def struck_parties(
    scenario: Scenario, exhibiting: Organisations, visitors: Visitors, streams: Streams
) -> BoolArray:
    """The parties whose organisation such a shock keeps away at some time: they come as they planned."""
    struck = np.zeros(len(visitors.key), dtype=np.bool_)
    keys = np.concatenate((exhibiting.key, visitors.companies.key))
    countries = np.concatenate((exhibiting.country, visitors.companies.country))
    for name, shock in of_kind(scenario, "country_absent"):
        assert shock.country is not None
        away = (countries == country_number(shock.country)) & kept_away(name, shock, keys, streams)
        struck |= away[visitors.company]
    return struck


def _only(visitors: Visitors, comes: BoolArray) -> Visitors:
    """These party-days alone, and the parties that have any."""
    of_party = np.zeros(len(visitors.key), dtype=np.bool_)
    of_party[visitors.party[comes]] = True
    number = np.where(of_party, np.cumsum(of_party) - 1, NONE)
    columns = {}
    for field in fields(visitors):
        if field.name in _OF_PARTIES:
            columns[field.name] = getattr(visitors, field.name)[of_party]
        elif field.name == "party":
            columns["party"] = number[visitors.party[comes]]
        elif field.name != "companies":
            columns[field.name] = getattr(visitors, field.name)[comes]
    return replace(visitors, **columns)
