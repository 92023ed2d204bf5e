"""From which countries exhibitors are: published totals and shares are met exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sim.expo.draw.apportion import apportion, rounded, seats
from sim.expo.draw.misfit import PopulationDoesNotFit
from sim.floor.arrays import NONE, IntArray
from sim.scenario.exhibiting import belt_and_road_share, home_of, order_of
from sim.scenario.schema.companies import OTHER
from sim.scenario.schema.countries import CODES, COUNTRIES, country_number
from sim.streams import KeyArray, Streams

if TYPE_CHECKING:
    from sim.scenario import Scenario

__all__ = ["countries_of"]

_COUNTRY_SHIFT: Final = 3  # the country at place r of the order weighs 1 / (r + this); an assumption


def countries_of(
    scenario: Scenario, keys: KeyArray, pavilion: IntArray, direct: IntArray, streams: Streams
) -> IntArray:
    """Country of each exhibitor, a number of `COUNTRIES`: its row's, its pavilion's, or drawn.

    Raises `PopulationDoesNotFit` if the totals contradict each other.
    """
    country = np.full(len(keys), NONE, dtype=np.int64)
    for number, section in enumerate(scenario.data.pavilions.values()):
        country[pavilion == number] = country_number(section.country)
    for i, row in enumerate(scenario.exhibitor_rows):
        if row.country is not None:
            country[i] = country_number(row.country)
    members = np.flatnonzero(country == NONE)
    if not len(members):
        return country
    held = np.bincount(country[(country != NONE) & (direct == 1)], minlength=len(COUNTRIES))
    home = country_number(home_of(scenario.data.exhibitors, scenario.exhibitor_rows))
    if isinstance(scenario.data.exhibitors.countries, dict):
        overseas = _by_shares(scenario, home, held, len(members))
    elif scenario.exhibitor_rows:
        overseas = _beside_listed(scenario, home, held, len(members))
    else:
        overseas = _country_seats(scenario, home, len(members))
    by_order = members[np.argsort(streams.uniform("overseas", keys[members]), kind="stable")]
    away = by_order[: len(overseas)]
    # a second order, or those nearest to being at home would all be of one group of countries
    away = away[np.argsort(streams.uniform("country", keys[away]), kind="stable")]
    country[members] = home
    country[away] = overseas
    return country


def _by_shares(scenario: Scenario, home: int, held: IntArray, own: int) -> IntArray:
    """A country for each exhibitor that is not of the home country, so that shares of all hold exactly.

    Of `held` have theirs already; with a file that names more of a country than its share, the others'
    give way.
    """
    shares = scenario.data.exhibitors.countries
    assert isinstance(shares, dict)
    named = [country_number(code) for code in shares if code != OTHER]
    weights = [share for code, share in shares.items() if code != OTHER] + [shares.get(OTHER, 0.0)]
    taken = np.append(held[named], held.sum() - held[named].sum())
    exact = apportion(weights, own + int(held.sum()))
    if np.any(exact < taken) and not scenario.exhibitor_rows:
        worst = int(np.argmin(exact - taken))
        whose = (
            f"exhibitors of {CODES[named[worst]]}" if worst < len(named) else "exhibitors of other countries"
        )
        raise PopulationDoesNotFit(
            "exhibitors.countries",
            f"asks for {exact[worst]} {whose}; the pavilions alone hold {taken[worst]}",
        )
    more = apportion(weights, own + int(held.sum()), taken) - taken
    order = order_of(CODES[home])
    others = [c for c in order if c not in named and c != home]
    drawn = seats([1 / (order.index(c) + _COUNTRY_SHIFT) for c in others], int(more[-1]), held[others])
    overseas = np.repeat(np.array(named, dtype=np.int64), more[:-1])
    return np.concatenate((overseas[overseas != home], np.sort(np.array(others, dtype=np.int64)[drawn])))


def _beside_listed(scenario: Scenario, home: int, held: IntArray, own: int) -> IntArray:
    """The same where a file leaves some countries open and there are no shares: the first of the list."""
    settings = scenario.data.exhibitors
    assert isinstance(settings.countries, int)
    abroad = int(held.sum() - held[home])
    number = min(max(rounded(settings.overseas_share * settings.count) - abroad, 0), own)
    others = [c for c in order_of(CODES[home]) if c != home][: max(1, settings.countries - 1)]
    weights = [1 / (place + 1 + _COUNTRY_SHIFT) for place in range(len(others))]
    return np.sort(np.array(others, dtype=np.int64)[seats(weights, number, held[others])])


def _country_seats(scenario: Scenario, home: int, own: int) -> IntArray:
    """A country for each overseas exhibitor outside the pavilions."""
    settings = scenario.data.exhibitors
    assert isinstance(settings.countries, int)
    road_share = belt_and_road_share(settings, CODES[home])
    overseas = rounded(settings.overseas_share * settings.count)
    # countries in groups that have numbers of their own: Belt and Road and others, or all in one
    group_of = [c.belt_and_road and road_share is not None for c in COUNTRIES]
    wanted = {True: rounded((road_share or 0.0) * overseas)}
    wanted[False] = overseas - wanted[True]
    inside, abroad = {True: 0, False: 0}, set()
    home_inside = False
    for pavilion in scenario.data.pavilions.values():
        country = country_number(pavilion.country)
        if country == home:
            home_inside |= pavilion.exhibitors > 0
        elif pavilion.exhibitors:
            inside[group_of[country]] += pavilion.exhibitors
            abroad.add(country)
    road, other = (wanted[flag] - inside[flag] for flag in (True, False))
    if min(road, other) < 0 or road + other > own:
        asked = (
            f"it asks for {wanted[False]} exhibitors from abroad; the pavilions alone hold {inside[False]}"
            if road_share is None
            else f"with belt_and_road_share it asks for {wanted[True]} exhibitors from Belt-and-Road "
            f"countries and {wanted[False]} from other ones abroad; the pavilions alone hold "
            f"{inside[True]} and {inside[False]}"
        )
        raise PopulationDoesNotFit(
            "exhibitors.overseas_share", f"{asked}, and {own} exhibitors stand outside them"
        )
    has_home = own > road + other or home_inside
    order = order_of(CODES[home])
    place = {country: position for position, country in enumerate(order)}
    chosen = _more_countries(
        settings.countries - has_home - len(abroad), road, other, order, group_of, {home, *abroad}
    )
    groups = []
    for flag, number in ((True, road), (False, other)):
        new = [c for c in chosen if group_of[c] == flag]
        candidates = new + [c for c in sorted(abroad) if group_of[c] == flag]
        taken = np.array([c in new for c in candidates], dtype=np.int64)  # each new country has one at least
        weights = [1 / (place[c] + _COUNTRY_SHIFT) for c in candidates]
        more = seats(weights, number - len(new), taken) if candidates else np.zeros(0, dtype=np.int64)
        groups.append(np.array(new + [candidates[i] for i in more.tolist()], dtype=np.int64))
    return np.concatenate(groups)


def _more_countries(
    wanted: int, road: int, other: int, order: tuple[int, ...], group_of: list[bool], there: set[int]
) -> list[int]:
    """The next `wanted` countries of the order that are not `there` yet.

    Of each group not more than it has exhibitors: `road` of Belt-and-Road countries, `other`.
    """
    lists = {flag: [c for c in order if group_of[c] == flag and c not in there] for flag in (True, False)}
    place = {country: position for position, country in enumerate(order)}
    open_to = {flag: any(group_of[c] == flag for c in there - {order[0]}) for flag in (True, False)}
    low = int(road > 0 and not open_to[True])
    low_other = int(other > 0 and not open_to[False])
    least = max(low, wanted - min(other, len(lists[False])))
    most = min(road, len(lists[True]), wanted - low_other)
    if wanted < 0 or least > most:
        raise PopulationDoesNotFit(
            "exhibitors.countries",
            f"asks for {wanted} countries beside the home country and the pavilions', but there are "
            f"{road} exhibitors from Belt-and-Road and {other} from other countries for them",
        )
    first = sorted(lists[True] + lists[False], key=place.__getitem__)[:wanted]
    n_road = min(max(sum(group_of[c] for c in first), least), most)
    return sorted(lists[True][:n_road] + lists[False][: wanted - n_road], key=place.__getitem__)
