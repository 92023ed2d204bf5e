"""The guests of published timetables: which parties they are, and on which days these come.

A name of a published timetable that is no exhibitor's is a guest. If a visiting company of this name is
drawn, it is that company's party (of several, `buyer 12 (2)` is the second). Else a party of the programme's
guest personas wears the name: its company is called so, and what is drawn of it is keyed by the name.
Parties and names have keyed places on a ring; in keyed order each name takes the next free party, at first of
those that take part anyway. So one name more moves few others, if any.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from sim.expo.draw.misfit import Misfit
from sim.expo.shared import step
from sim.expo.venue.hours import DAY
from sim.expo.visitors.companies import origins
from sim.expo.visitors.no_shows import invited, takes_part
from sim.expo.visitors.visitors import Visitors, moved_to
from sim.floor.arrays import NONE, IntArray
from sim.scenario.publishing import base_name, starts_at
from sim.streams import Streams, key_of, keys_of, subkeys

if TYPE_CHECKING:
    from sim.expo.expo import Organisations
    from sim.expo.venue.venue import Venue
    from sim.scenario import Scenario

__all__ = ["guests_of", "published_days", "with_guests"]

BoolArray = npt.NDArray[np.bool_]
_ROWS: Final = (
    *("party", "day_key", "day", "size", "gate", "arrival", "gate_patience", "check", "stay", "latest"),
    *("pace", "patience", "queue_limit", "bunch_key", "member", "away"),
)
"""The columns of `Visitors` with an entry a party-day."""


def guests_of(scenario: Scenario, exhibitors: Iterable[str]) -> tuple[str, ...]:
    """The guests of all published timetables, in order: `Visitors.guest` is a number among them."""
    names = {who for rows in scenario.published_rows.values() for row in rows for who in (row.who, row.whom)}
    return tuple(sorted(names.difference(exhibitors))) if names else ()


def published_days(scenario: Scenario, visitors: Visitors, exhibitors: Iterable[str]) -> BoolArray:
    """On which party-days a guest has published meetings: (party-days,)."""
    has = np.zeros((len(guests_of(scenario, exhibitors)) + 1, scenario.data.expo.days), dtype=np.bool_)
    for number, days in enumerate(_days(scenario, guests_of(scenario, exhibitors))):
        has[number, list(days)] = True
    found: BoolArray = has[visitors.guest[visitors.party], visitors.day]
    return found


@step
def with_guests(
    scenario: Scenario,
    exhibiting: Organisations,
    visitors: Visitors,
    venue: Venue,
    streams: Streams,
    population: Streams,
) -> Visitors:
    """The visitors, with the guests of published timetables among them on the days of their meetings.

    Raises Misfit if there are more guests than parties that could be they.
    """
    names = guests_of(scenario, exhibiting.name)
    if not names:
        return visitors
    drawn = _drawn(names, exhibiting.name, visitors)
    party = _named(scenario, names, drawn, len(exhibiting.name), visitors, streams)
    guest = np.full(len(visitors.key), NONE, dtype=np.int64)
    guest[party] = np.arange(len(names))
    v = replace(visitors, guest=guest)
    new = [k for k in range(len(names)) if drawn[k] == NONE]
    v = _called(scenario, [names[k] for k in new], party[new], len(exhibiting.name), v, population)
    return _on_days(scenario, names, party, v, venue, streams)


def _drawn(names: tuple[str, ...], exhibitors: tuple[str, ...], visitors: Visitors) -> IntArray:
    """The party of each name that a drawn company has, else NONE."""
    number = {name: i for i, name in enumerate(exhibitors)}
    number |= {name: len(exhibitors) + i for i, name in enumerate(visitors.companies.name)}
    order = np.argsort(visitors.company, kind="stable")
    sorted_ = visitors.company[order]
    found = np.full(len(names), NONE, dtype=np.int64)
    for k, name in enumerate(names):
        company, which = (name, 1) if name in number else base_name(name)
        if company not in number:
            continue
        parties = order[slice(*np.searchsorted(sorted_, (number[company], number[company] + 1)))]
        which -= number[company] < len(exhibitors)  # the first one is the booth
        if 0 < which <= len(parties):
            found[k] = parties[which - 1]
    return found


def _named(
    scenario: Scenario,
    names: tuple[str, ...],
    party: IntArray,
    exhibitors: int,
    visitors: Visitors,
    streams: Streams,
) -> IntArray:
    """The party of each name: drawn ones stay, others get one by their places on the ring."""
    v, data = visitors, scenario.data
    leads = np.zeros(len(v.key), dtype=np.bool_)
    visiting = np.flatnonzero(v.company >= exhibitors)
    leads[visiting] = v.companies.key[v.company[visiting] - exhibitors] == v.key[visiting]
    free = leads & (v.registered == 1)
    free[party[party != NONE]] = False
    candidate = np.flatnonzero(free)
    place = streams.uniform("published.party", v.key[candidate])
    order = np.argsort(place, kind="stable")
    candidate, place = candidate[order], place[order]
    can, takes = {}, {}
    for programme in scenario.published_rows:
        section = data.matchmaking[programme]
        of = np.array([invited(p, persona, section) for p, persona in data.visitors.items()])
        share = np.array([persona.matchmaking_share for persona in data.visitors.values()])
        can[programme] = of[v.persona[candidate]]
        chance = share[v.persona[candidate]]
        takes[programme] = can[programme] & takes_part(programme, chance, v.key[candidate], streams)
    named = _named_in(scenario)
    keys = keys_of(list(names))
    wanted, found = streams.uniform("published.guest", keys), party.copy()
    open_ = np.ones(len(candidate), dtype=np.bool_)
    for k in np.argsort(keys, kind="stable").tolist():
        if party[k] != NONE:
            continue
        where = named[names[k]]
        for allowed in (takes, can):
            fits = open_ & np.logical_and.reduce([allowed[programme] for programme in where])
            if fits.any():
                at = int(np.searchsorted(place, wanted[k]))
                after = np.flatnonzero(fits[at:])
                chosen = at + int(after[0]) if len(after) else int(np.argmax(fits))
                open_[chosen] = False
                found[k] = candidate[chosen]
                break
        else:
            programme, row, column = next(_places(scenario, names[k]))
            number = int(np.logical_and.reduce([can[each] for each in where]).sum())
            message = f"found {names[k]!r}; all {number} parties that could be guests are others already"
            raise Misfit(f"matchmaking.{programme}.published.{row}.{column}", message)
    return found


def _named_in(scenario: Scenario) -> dict[str, list[str]]:
    """The programmes in which each name stands."""
    found: dict[str, list[str]] = {}
    for programme, rows in scenario.published_rows.items():
        for who in dict.fromkeys(who for row in rows for who in (row.who, row.whom)):
            found.setdefault(who, []).append(programme)
    return found


def _places(scenario: Scenario, name: str) -> Iterator[tuple[str, int, str]]:
    """Where a name stands: programme, row, column."""
    return iter(
        [
            (programme, i, column)
            for programme, rows in scenario.published_rows.items()
            for i, row in enumerate(rows)
            for column in ("who", "whom")
            if getattr(row, column) == name
        ]
    )


def _called(
    scenario: Scenario,
    names: list[str],
    party: IntArray,
    exhibitors: int,
    visitors: Visitors,
    population: Streams,
) -> Visitors:
    """The visitors, the companies of the parties that wear these names being called so."""
    v, companies = visitors, visitors.companies
    if not names:
        return v
    of = v.company[party] - exhibitors
    called, key = list(companies.name), companies.key.copy()
    for name, company in zip(names, of.tolist(), strict=True):
        called[company] = name
    key[of] = subkeys(keys_of(names), np.array([key_of("guest")], dtype=np.uint64))
    columns = [companies.chain.copy(), companies.stage.copy(), companies.country.copy()]
    for column, own in zip(columns, origins(scenario, v.persona[party], key[of], population), strict=True):
        column[of] = own
    chain, stage, country = columns
    made = replace(companies, name=tuple(called), key=key, chain=chain, stage=stage, country=country)
    return replace(v, companies=made)


def _days(scenario: Scenario, names: tuple[str, ...]) -> list[set[int]]:
    """The days on which each guest has meetings."""
    number = {name: k for k, name in enumerate(names)}
    days: list[set[int]] = [set() for _ in names]
    for rows in scenario.published_rows.values():
        for row in rows:
            start = starts_at(row, scenario.data.expo)
            for who in (row.who, row.whom):
                if who in number and start is not None:
                    days[number[who]].add(start // DAY)
    return days


def _on_days(
    scenario: Scenario,
    names: tuple[str, ...],
    party: IntArray,
    visitors: Visitors,
    venue: Venue,
    streams: Streams,
) -> Visitors:
    """The visitors, guests coming on the days of their meetings: in place of others, or besides."""
    v = visitors
    row = np.arange(len(v))
    rows: list[int] = []
    days: list[int] = []
    again: list[int] = []
    for k, wanted in enumerate(_days(scenario, names)):
        own = row[slice(*np.searchsorted(v.party, (party[k], party[k] + 1)))].tolist()
        here = v.day[own].tolist()
        spare = [r for r, day in zip(own, here, strict=True) if day not in wanted]
        for day in sorted(wanted.difference(here)):
            if spare:
                rows.append(spare.pop(0))
            else:  # one more day than it would have come
                rows.append(len(v) + len(again))
                again.append(own[0])
            days.append(day)
    if not rows:
        return v
    both = np.concatenate((row, np.array(again, dtype=np.int64)))
    v = replace(v, **{name: getattr(v, name)[both] for name in _ROWS})
    return moved_to(v, scenario, venue, np.array(rows), np.array(days), streams, always=True)
