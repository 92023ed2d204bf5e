"""Laws of queues and of what they are for: lanes, seats, members of staff, halls, opening hours."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.floor.arrays import NONE, IntArray
from sim.floor.curves import curve, peaks
from sim.floor.index import owners
from sim.floor.laws.account import SHOWN, Account, Rows, holding
from sim.floor.trace import Kind, Outcome

__all__ = [
    "a_hall_given_up_is_passed_over_for_a_while",
    "halls_are_never_over_their_limit",
    "lanes_and_seats_are_never_exceeded",
    "littles_law",
    "nobody_queues_past_a_close",
    "nobody_waits_longer_than_its_patience",
    "nobody_waits_while_a_member_is_free",
    "nothing_starts_outside_opening_hours",
    "queues_are_served_in_order",
    "rooms_are_never_over_their_seats",
]


def littles_law(account: Account) -> Iterator[str]:
    """Area under each queue's length, swept event by event, against the sum of its waits: equal to the ms.

    Little's law on a sample path: the time average of the queue's length times the period is the
    sum of the waits (Stidham 1974).
    """
    for kind in (Kind.GATE, Kind.TALK, Kind.MEAL, Kind.HALL, Kind.SESSION, Kind.MEETING):
        rows = account.rows(kind)
        for place in np.unique(rows.place):
            own = rows.place == place
            length, waits = curve(rows.start[own], rows.begin[own]), rows.wait[own].sum()
            area = int((length.level[:-1] * np.diff(length.time)).sum())
            if area != waits or (length.level < 0).any() or length.level[-1:].any():
                yield f"{kind.name} {place}: area {area} ms, waits {waits} ms"


def queues_are_served_in_order(account: Account) -> Iterator[str]:
    """Booths, gates and caterers serve first who came first."""
    for kind in (Kind.TALK, Kind.GATE, Kind.MEAL):
        rows = account.rows(kind)
        served = np.flatnonzero(rows.served)
        order = served[np.lexsort((rows.actor[served], rows.start[served], rows.place[served]))]
        place, begin = rows.place[order], rows.begin[order]
        jumped = order[1:][(place[1:] == place[:-1]) & (begin[1:] < begin[:-1])]
        yield from account.named(rows, np.isin(np.arange(len(rows)), jumped), "served before who came sooner")


def nobody_waits_while_a_member_is_free(account: Account) -> Iterator[str]:
    """While somebody stands in a booth's line, none of its staff on duty is neither talking nor away."""
    floor = account.floor
    staff, talks = floor.staff, account.rows(Kind.TALK)
    member, begin, end = _engagements(account)
    # the part of each engagement that falls into each shift of the member
    shifts = np.diff(staff.shift_index)[member]
    each = np.repeat(np.arange(len(member)), shifts)
    nth = np.arange(len(each)) - np.repeat(np.cumsum(shifts) - shifts, shifts)
    shift = staff.shift_index[member[each]] + nth
    low = np.maximum(begin[each], staff.shift_from[shift])
    high = np.maximum(np.minimum(end[each], staff.shift_to[shift]), low)
    on_duty = owners(staff.shift_index)
    for booth in np.unique(talks.place[talks.wait > 0]):
        queue = talks.place == booth
        on, busy = staff.booth[on_duty] == booth, staff.booth[member[each]] == booth
        free = curve(
            np.concatenate((staff.shift_from[on], high[busy])),
            np.concatenate((staff.shift_to[on], low[busy])),  # backwards: less one
        )
        waiting = curve(talks.start[queue], talks.begin[queue])
        now = np.union1d(free.time, waiting.time)
        idle = now[(waiting.at(now) > 0) & (free.at(now) > 0)][:1]
        for time in idle:
            yield f"{waiting.at(time)} wait at booth {booth} while {free.at(time)} are free at {time} ms"


def _engagements(account: Account) -> tuple[IntArray, IntArray, IntArray]:
    """Members of staff who talk or are away: who, from, to."""
    talks, away, parties = account.rows(Kind.TALK), account.rows(Kind.DELEGATE), account.floor.n_party_days
    talking = talks.served
    return (
        np.concatenate((talks.other[talking], away.actor)) - parties,
        np.concatenate((talks.begin[talking], away.start)),
        np.concatenate((talks.end[talking], away.end)),
    )


def lanes_and_seats_are_never_exceeded(account: Account) -> Iterator[str]:
    """Whenever a check or a meal begins, no more are busy than the gate has lanes, the caterer seats.

    When there are fewer from some time on, the services that run finish, but none begins.
    """
    for kind, what in ((Kind.GATE, "checked"), (Kind.MEAL, "eating")):
        rows = account.rows(kind)
        for place in np.unique(rows.place[rows.served]):
            own = rows.served & (rows.place == place)
            begin = rows.begin[own]
            weight = account.people(rows.actor[own]) if kind == Kind.MEAL else None
            level = curve(begin, rows.end[own], weight).at(begin)
            limit = _servers(account, place, begin)
            worst = np.lexsort((begin, limit - level))[0]
            if level[worst] > limit[worst]:
                yield _too_many(level[worst], what, limit[worst], begin[worst], place)


def _servers(account: Account, place: int, time: IntArray) -> IntArray:
    """Lanes or seats of a place at each time."""
    places = account.floor.places
    changes = np.flatnonzero(places.change_place == place)
    numbers = np.append(places.servers[place], places.change_servers[changes])
    now: IntArray = numbers[np.searchsorted(places.change_at[changes], time, side="right")]
    return now


def rooms_are_never_over_their_seats(account: Account) -> Iterator[str]:
    """No more people are in a session than it has seats; its hosts stand."""
    rows, seats = account.rows(Kind.SESSION), account.floor.sessions.seats
    own = np.flatnonzero(rows.served & account.is_party(rows.actor))
    weight = account.people(rows.actor[own])
    most, when = peaks(rows.other[own], len(seats), rows.begin[own], rows.end[own], weight)
    for session in np.flatnonzero(most > seats)[:SHOWN]:
        yield _too_many(most[session], "seated", seats[session], when[session], session)


def halls_are_never_over_their_limit(account: Account) -> Iterator[str]:
    """No more people are in a hall than are let in, from passing its door to setting out for elsewhere."""
    way, places, limits = account.way, account.places, account.floor.places.zone_limit
    zone = places.zone[way.stands]  # of a door: beyond those of the halls
    before = np.maximum(np.arange(len(way)) - 1, 0)
    let_in = (way.kind == Kind.HALL) & ~way.turned_away
    zone[let_in] = NONE
    entered = way.first | (zone != zone[before])
    inside = np.flatnonzero(entered & (zone != NONE) & (zone < len(limits)))
    last = np.append(np.flatnonzero(entered)[1:], len(way)) - 1
    last = last[np.searchsorted(np.flatnonzero(entered), inside)]
    door = len(account.floor.places.kind) + zone[inside]
    walked = account.walk(way.stands[before[inside]], door, way.pace[inside])
    low = way.end[before[inside]] + np.where(let_in[before[inside]], 0, walked)
    low = np.where(way.first[inside], way.start[inside], low)
    weight = account.people(way.actor[inside])
    most, when = peaks(zone[inside], len(limits), low, way.end[last], weight)
    for hall in np.flatnonzero((limits != NONE) & (most > limits))[:SHOWN]:
        yield f"{most[hall]} people in zone {hall}, {limits[hall]} allowed, at {when[hall]} ms"


def _too_many(most: int, what: str, limit: int, when: int, which: int) -> str:
    return f"{most} {what} at once, {limit} allowed, at {when} ms ({which})"


def a_hall_given_up_is_passed_over_for_a_while(account: Account) -> Iterator[str]:
    """Who was not let into a hall sets out for no stop there until a while has passed, except from within."""
    way, places = account.way, account.places
    zone, zones = places.zone[way.place], len(account.floor.places.zone_limit)
    here = np.arange(len(way))
    # the row before the walk: of a stop for which it waited at the door, that before the wait
    let_in = (way.kind == Kind.HALL) & ~way.turned_away
    before = np.maximum(here - 1, 0)
    before = np.where(let_in[before], np.maximum(before - 1, 0), before)
    enters = (way.kind == Kind.LOOK) & ~way.first & (places.zone[way.stands[before]] != zone)
    gave_up = way.turned_away
    whose = way.actor * zones + way.other  # the hall of a row HALL
    again = way.end + account.floor.places.zone_again
    # turned away twice at a door, on the way to bookings: what counts is the last time
    order = np.flatnonzero(gave_up)
    order = order[np.lexsort((way.end[order], whose[order]))]
    ends = np.minimum(again[order], np.append(way.end[order][1:], np.iinfo(np.int64).max))
    last = np.append(whose[order][1:] != whose[order][:-1], True)[: len(order)]
    ends = np.where(last, again[order], ends)
    asked = np.flatnonzero(enters)
    found = holding(
        whose[order], way.end[order], ends, (way.actor * zones + zone)[asked], way.end[before[asked]]
    )
    wrong = np.zeros(len(way), dtype=np.bool_)
    wrong[asked] = found != NONE
    yield from account.named(way, wrong, "sets out for a hall that it gave up a moment ago")


def nobody_waits_longer_than_its_patience(account: Account) -> Iterator[str]:
    """At gates and booths who gives up has waited for just as long as it would, and nobody waits longer."""
    days = account.floor.party_days
    for kind, patience in ((Kind.GATE, days.gate_patience), (Kind.TALK, days.patience)):
        rows = account.rows(kind)
        most = patience[rows.actor]
        reneged = rows.outcome == Outcome.RENEGED
        wrong = (rows.wait > most) | (reneged & (rows.wait != most))
        yield from account.named(rows, wrong, "waits longer than its patience, or gives up before")


def nothing_starts_outside_opening_hours(account: Account) -> Iterator[str]:
    """What needs a place that is open begins while it is; a host may be in before, if it is then open."""
    kinds = (Kind.GATE, Kind.LOOK, Kind.TALK, Kind.MEAL, Kind.SESSION, Kind.MEETING)
    rows = account.rows(*kinds)
    hosts = (rows.kind == Kind.SESSION) & ~account.is_party(rows.actor)
    begin = rows.begin.copy()
    begin[hosts] = np.maximum(begin[hosts], account.floor.sessions.start[rows.other[hosts]])
    shut = ~account.is_open(rows.place, begin)
    yield from account.named(rows, rows.served & shut, "begins while the place is closed")


def nobody_queues_past_a_close(account: Account) -> Iterator[str]:
    """Who gives up waiting at a booth, a gate or for a meal does so before the place closes."""
    rows: Rows = account.rows(Kind.TALK, Kind.MEAL, Kind.GATE)
    gave_up = np.isin(rows.outcome, (Outcome.RENEGED, Outcome.LEFT_FOR_BOOKING)) & (rows.wait > 0)
    shut = ~account.is_open(rows.place, rows.end - 1)
    yield from account.named(rows, gave_up & shut, "queues while the place is closed")
