"""Laws of closed halls: who has found one closed walks on there no more, and what the plan says is known."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.floor.arrays import NEVER, NONE, IntArray, PlaceKind
from sim.floor.index import owners
from sim.floor.laws.account import Account, Bools, Rows, holding, many
from sim.floor.trace import Kind, Outcome

__all__ = [
    "a_hall_found_closed_is_passed_over_while_it_is",
    "nobody_goes_where_the_plan_says_closed",
    "what_is_passed_over_is_closed",
]


def a_hall_found_closed_is_passed_over_while_it_is(account: Account) -> Iterator[str]:
    """Who has found all of a hall closed sets out for no stop there until one of its booths opens."""
    way, zone = account.way, account.places.zone[account.way.place]
    looks = (way.kind == Kind.LOOK) & ~way.first
    # the row before the walk: of a stop for which it waited at the door, that before the wait
    before = np.maximum(np.arange(len(way)) - 1, 0)
    waited = (way.kind[before] == Kind.HALL) & ~way.turned_away[before]
    sets_out = way.end[np.where(waited, np.maximum(before - 1, 0), before)]
    at = np.flatnonzero(looks)
    wrong = np.zeros(len(way), dtype=np.bool_)
    wrong[at] = sets_out[at] < _found_shut_until(account, way.actor[at], zone[at], at)
    yield from account.named(way, wrong, "walks on in a hall that it has found closed")


def what_is_passed_over_is_closed(account: Account) -> Iterator[str]:
    """A stop is passed over, in a moment, in a hall found closed, or closed by the plan on arrival."""
    way, looks = account.way, account.rows(Kind.LOOK)
    missed = np.flatnonzero(looks.outcome == Outcome.MISSED)
    if not len(missed):
        return
    actor, place, time = looks.actor[missed], looks.place[missed], looks.start[missed]
    # where the party is: by the last row of it before, in the order of the trace
    there = np.flatnonzero(~way.home)
    there = there[np.argsort(way.index[there])]
    last = np.searchsorted(way.index[there], looks.index[missed]) - 1
    row = there[np.maximum(last, 0)]
    nowhere = (last < 0) | (way.actor[row] != actor)
    arrival = time + account.walk(way.stands[row], place, account.floor.party_days.pace[actor])
    zone = account.floor.places.zone[place]
    found = time < _found_shut_until(account, actor, zone, row + 1)
    closed = _closed_by_plan(account, zone, arrival) & ~account.is_open(place, arrival)
    wrong = np.zeros(len(looks), dtype=np.bool_)
    wrong[missed] = nowhere | ~(found | closed) | (looks.end[missed] != time) | (way.end[row] > time)
    yield from account.named(looks, wrong, "passed over, and its hall is not closed")
    days, stops, booths = account.floor.party_days, account.floor.stops, len(account.floor.places.kind)
    planned = owners(days.stop_index) * booths + stops.place
    made = looks.actor * booths + looks.place
    more = many(made, made) > many(planned, made)
    yield from account.named(looks, more, "more looks than stops there")


def nobody_goes_where_the_plan_says_closed(account: Account) -> Iterator[str]:
    """Who comes to a closed booth comes to a hall open by the plan, or has waited at its door."""
    way = account.way
    shut = (way.kind == Kind.LOOK) & (way.outcome == Outcome.CLOSED) & ~way.kept
    at = np.flatnonzero(shut)
    wrong = np.zeros(len(way), dtype=np.bool_)
    wrong[at] = _closed_by_plan(account, account.floor.places.zone[way.place[at]], way.start[at])
    yield from account.named(way, wrong, "goes to a hall that is closed by the plan")


def _closed_by_plan(account: Account, zone: IntArray, time: IntArray) -> Bools:
    places = account.floor.places
    of_zone = owners(places.zone_open_index)
    found = holding(of_zone, places.zone_open_from, places.zone_open_to, zone, time)
    closed: Bools = np.equal(found, NONE)
    return closed


def _found_shut_until(account: Account, actor: IntArray, zone: IntArray, row: IntArray) -> IntArray:
    """Until when each actor knows a zone to be closed, by its rows before `row` of the way; 0: not."""
    way, zones = account.way, len(account.floor.places.zone_limit)
    asked = np.isin(way.kind, (Kind.LOOK, Kind.TALK, Kind.MEAL, Kind.SESSION))
    found = np.flatnonzero(asked & (way.outcome == Outcome.CLOSED))
    until = _shut_until(account, way, found)
    found, until = found[until > way.end[found]], until[until > way.end[found]]
    if not len(found):
        return np.zeros(len(row), dtype=np.int64)
    n = len(way) + 1
    key = (way.actor[found] * zones + account.floor.places.zone[way.place[found]]) * n + found
    order = np.argsort(key)
    wanted = (actor * zones + zone) * n
    last = order[np.maximum(np.searchsorted(key[order], wanted + row) - 1, 0)]
    knows = (key[last] >= wanted) & (key[last] < wanted + row)
    known: IntArray = np.where(knows, until[last], 0)
    return known


def _shut_until(account: Account, rows: Rows, at: IntArray) -> IntArray:
    """When a booth of the hall of each of these rows opens next; the row's end if one is open then."""
    places = account.floor.places
    booth = owners(places.open_index)
    of_booths = places.kind[booth] == PlaceKind.BOOTH
    until: IntArray = rows.end[at].astype(np.int64)
    zone = places.zone[rows.place[at]]
    for each in np.unique(zone):
        here = of_booths & (places.zone[booth] == each)
        opens, closes = np.sort(places.open_from[here]), np.sort(places.open_to[here])
        mine = np.flatnonzero(zone == each)
        opened = np.searchsorted(opens, until[mine], side="right")
        shut = opened == np.searchsorted(closes, until[mine], side="right")
        next_ = np.append(opens, NEVER)[opened]
        until[mine] = np.where(shut, next_, until[mine])
    return until
